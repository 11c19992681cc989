"""Where a session goes, and how a person writes it."""

from __future__ import annotations

import re
from enum import Enum
from ipaddress import AddressValueError, IPv6Address, ip_address
from typing import Final

from tui.values import value

#: RFC 5321 §4.5.4.2 leaves the port to the registry: 25 carries mail between servers.
DEFAULT_PORT: Final = 25
_LONGEST_NAME: Final = 253  # RFC 1035 §2.3.4, without the final dot
_LONGEST_LABEL: Final = 63


@value
class Endpoint:
    """``host`` is a name or an address without brackets. ``sandbox``: the server inside this process."""

    host: str
    port: int = DEFAULT_PORT
    sandbox: bool = False

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


class Fault(Enum):
    """Why a text names no endpoint."""

    EMPTY = "empty"
    SCHEME = "scheme"  # smtp://host
    FULL_WIDTH = "full-width"  # left behind by an input method: ``：`` ``．`` ``２``
    OPEN_BRACKET = "open-bracket"
    AFTER_BRACKET = "after-bracket"  # something else than :PORT
    NOT_IPV6 = "not-ipv6"
    NO_HOST = "no-host"  # ":25"
    MAIL_ADDRESS = "mail-address"
    NOT_A_NAME = "not-a-name"  # blanks, controls, a leading "-", an empty label
    TOO_LONG = "too-long"
    PORT_MISSING = "port-missing"
    PORT_NO_NUMBER = "port-no-number"
    PORT_RANGE = "port-range"


class BadEndpointError(ValueError):
    """``text`` is the part at fault, foreign and as it was typed."""

    def __init__(self, fault: Fault, text: str) -> None:
        super().__init__(fault, text)
        self.fault = fault
        self.text = text


def is_address(host: str) -> bool:
    """An IPv4 or IPv6 address, without brackets; else it is a name, or nothing."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_BRACKETED: Final = re.compile(r"\[(?P<host>[^\]]*)\](?P<rest>.*)", re.DOTALL)
#: Full-width ASCII, the ideographic blank and full stop.
_FULL_WIDTH: Final = re.compile("[\uff01-\uff5e\u3000\u3002]")
_NOT_IN_ASCII_NAME: Final = re.compile(r"[^\w.\-]", re.ASCII)


def parse(text: str, *, port: int = DEFAULT_PORT) -> Endpoint:
    """The endpoint that ``name``, ``name:port``, ``[IPv6]``, ``[IPv6]:port`` or a bare IPv6 address means.

    ``port`` is meant when none is written. Names in other scripts than Latin are taken as they are: the
    lookup speaks IDNA (RFC 3490).

    Raises:
        BadEndpointError: anything else.
    """
    text = text.strip()
    if not text:
        raise BadEndpointError(Fault.EMPTY, text)
    if _SCHEME.match(text):
        raise BadEndpointError(Fault.SCHEME, text)
    if _FULL_WIDTH.search(text):
        raise BadEndpointError(Fault.FULL_WIDTH, text)
    host, written = _split(text)
    return Endpoint(host, port if written is None else _port(written))


def first_full_width(text: str) -> str:
    """The character that ``Fault.FULL_WIDTH`` is about."""
    found = _FULL_WIDTH.search(text)
    return found.group() if found else ""


def _split(text: str) -> tuple[str, str | None]:
    """The host without brackets, and the port as written, or None."""
    if text.startswith("["):
        return _split_bracketed(text)
    if text.count(":") > 1:
        return _ipv6(text), None
    host, colon, written = text.partition(":")
    _check_name(host, text)
    return host, written if colon else None


def _split_bracketed(text: str) -> tuple[str, str | None]:
    match = _BRACKETED.fullmatch(text)
    if match is None:
        raise BadEndpointError(Fault.OPEN_BRACKET, text)
    host, rest = _ipv6(match["host"]), match["rest"]
    if rest and not rest.startswith(":"):
        raise BadEndpointError(Fault.AFTER_BRACKET, text)
    return host, rest[1:] if rest else None


def _ipv6(host: str) -> str:
    try:
        IPv6Address(host)
    except AddressValueError:
        raise BadEndpointError(Fault.NOT_IPV6, host) from None
    return host


def _check_name(host: str, text: str) -> None:
    if not host:
        raise BadEndpointError(Fault.NO_HOST, text)
    if "@" in host:
        raise BadEndpointError(Fault.MAIL_ADDRESS, text)
    labels = host.removesuffix(".").split(".")
    odd = (
        _NOT_IN_ASCII_NAME.search(host) is not None
        if host.isascii()
        else not host.isprintable() or any(one.isspace() for one in host)
    )
    if odd or host.startswith("-") or not all(labels):
        raise BadEndpointError(Fault.NOT_A_NAME, host)
    _check_length(host, labels)


def _check_length(host: str, labels: list[str]) -> None:
    try:
        wire = [label if label.isascii() else label.encode("idna").decode() for label in labels]
    except UnicodeError as error:
        fault = Fault.TOO_LONG if "too long" in str(error) else Fault.NOT_A_NAME
        raise BadEndpointError(fault, host) from None
    if len(".".join(wire)) > _LONGEST_NAME or any(len(label) > _LONGEST_LABEL for label in wire):
        raise BadEndpointError(Fault.TOO_LONG, host)


def _port(written: str) -> int:
    """Digits only, so that neither ``+25`` nor ``2_5`` passes."""
    if not written:
        raise BadEndpointError(Fault.PORT_MISSING, written)
    if not (written.isascii() and written.isdigit()):
        raise BadEndpointError(Fault.PORT_NO_NUMBER, written)
    digits = written.lstrip("0")
    if not digits or len(digits) > 5 or int(digits) > 65535:
        raise BadEndpointError(Fault.PORT_RANGE, written)
    return int(digits)
