"""HOST[:PORT] as a person writes it, for ``smtptutor connect`` and for the connect page alike."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address
from typing import Final

from tui.net.endpoint import Endpoint
from tui.words.language import gettext as _
from tui.words.prose import quoted

#: RFC 5321 §4.5.4.2 leaves the port to the registry: 25 carries mail between servers.
DEFAULT_PORT: Final = 25
_LONGEST_NAME: Final = 253  # RFC 1035 §2.3.4, without the final dot
_LONGEST_LABEL: Final = 63

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_BRACKETED: Final = re.compile(r"\[(?P<host>[^\]]*)\](?P<rest>.*)", re.DOTALL)
#: What an input method leaves behind: full-width ASCII, the ideographic blank and full stop.
_FULL_WIDTH: Final = re.compile("[\uff01-\uff5e\u3000\u3002]")
_NOT_IN_A_NAME: Final = re.compile(r"[^\w.\-]", re.ASCII)


class BadTargetError(ValueError):
    """The text names no place to connect to; ``str()`` is a translated sentence without its full stop."""


def parse(text: str, *, port: int = DEFAULT_PORT) -> Endpoint:
    """The endpoint that ``name``, ``name:port``, ``[IPv6]``, ``[IPv6]:port`` or a bare IPv6 address means.

    ``port`` is meant when none is written. Names in other scripts than Latin are let through: the resolver
    speaks IDNA.

    Raises:
        BadTargetError: anything else.
    """
    text = text.strip()
    if not text:
        raise BadTargetError(_("the server's name is missing: HOST or HOST:PORT is expected"))
    if _SCHEME.match(text):
        raise BadTargetError(
            _("{text} is a web address: give the server's name alone").format(text=quoted(text))
        )
    wide = _FULL_WIDTH.search(text)
    if wide:
        raise BadTargetError(
            _("{text} holds the full-width character {character}: switch the input method off").format(
                text=quoted(text), character=wide.group()
            )
        )
    host, written = _split(text)
    return Endpoint(host, port if written is None else _port(written))


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
        raise BadTargetError(_("{text} opens a bracket and does not close it").format(text=quoted(text)))
    host, rest = _ipv6(match["host"]), match["rest"]
    if not rest:
        return host, None
    if not rest.startswith(":"):
        raise BadTargetError(
            _("after the bracket in {text} only :PORT may stand, as in [::1]:2525").format(text=quoted(text))
        )
    return host, rest[1:]


def _ipv6(host: str) -> str:
    try:
        IPv6Address(host)
    except AddressValueError:
        raise BadTargetError(_("{text} is not an IPv6 address").format(text=quoted(host))) from None
    return host


def _check_name(host: str, text: str) -> None:
    if not host:
        raise BadTargetError(_("{text} names a port but no server").format(text=quoted(text)))
    if "@" in host:
        raise BadTargetError(
            _("{text} is a mail address: give the name of its mail server").format(text=quoted(text))
        )
    labels = host.removesuffix(".").split(".")
    ascii_rest = _NOT_IN_A_NAME.search(host) if host.isascii() else None
    odd = ascii_rest or not host.isprintable() or any(one.isspace() for one in host)
    if odd or host.startswith("-") or not all(labels):
        raise BadTargetError(_("{text} is not the name of a server").format(text=quoted(host)))
    if len(host) > _LONGEST_NAME or any(len(one) > _LONGEST_LABEL for one in labels):
        raise BadTargetError(_("this name is longer than a server's name can be"))


def _port(written: str) -> int:
    """Digits only, so that neither ``+25`` nor ``2_5`` nor full-width digits pass."""
    if not written:
        raise BadTargetError(_("after the colon the port is missing"))
    if not (written.isascii() and written.isdigit()):
        raise BadTargetError(_("the port {port} is not a number").format(port=quoted(written)))
    digits = written.lstrip("0")
    if not digits or len(digits) > 5 or int(digits) > 65535:
        raise BadTargetError(_("the port {port} is not between 1 and 65535").format(port=written[:12]))
    return int(digits)
