"""The header of the PROXY protocol, as a server reads it: who is connected to the proxy (proxy-protocol.txt
by HAProxy, sections 2.1 and 2.2). Pure; no octet behind the header is touched.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from tui.values import value

_SIGNATURE: Final = b"\r\n\r\n\x00\r\nQUIT\n"
_LINE: Final = b"PROXY "
_LONGEST_LINE: Final = 107  # with CRLF, §2.1
_FIXED: Final = 16  # octets of version 2 before the addresses
_TCP: Final = re.compile(rb"PROXY TCP([46]) ([0-9A-Fa-f.:]+) ([0-9A-Fa-f.:]+) ([0-9]{1,5}) ([0-9]{1,5})")
_UNKNOWN: Final = re.compile(rb"PROXY UNKNOWN(?: .*)?")
_LOCAL, _PROXIED = 0x20, 0x21
#: Family and transport -> octets of one address, and of both with their ports.
_FAMILIES: Final = {0x11: (4, 12), 0x21: (16, 36)}
_LARGEST_PORT: Final = 65535


class ProxyError(ValueError):
    """This is no PROXY header, and will be none."""


@value
class ProxyHeader:
    """``peer``: the client's address and port; None where the proxy does not say. ``octets``: its length."""

    peer: tuple[str, int] | None
    octets: int


def parse(data: bytes) -> ProxyHeader | None:
    """The header that ``data`` begins with; None: it may become one.

    Raises:
        ProxyError: it will not.
    """
    if data.startswith(_SIGNATURE[: len(data)]) or data.startswith(_SIGNATURE):
        return _version_2(data)
    if data.startswith(_LINE[: len(data)]) or data.startswith(_LINE):
        return _version_1(data)
    raise ProxyError


def _version_1(data: bytes) -> ProxyHeader | None:
    end = data.find(b"\r\n", 0, _LONGEST_LINE)
    if end < 0:
        if len(data) >= _LONGEST_LINE:
            raise ProxyError
        return None
    line = data[:end]
    if _UNKNOWN.fullmatch(line):
        return ProxyHeader(None, end + 2)
    match = _TCP.fullmatch(line)
    if match is None or max(int(match[4]), int(match[5])) > _LARGEST_PORT:
        raise ProxyError
    kind = IPv4Address if match[1] == b"4" else IPv6Address
    try:
        source, _destination = kind(match[2].decode()), kind(match[3].decode())
    except ValueError:
        raise ProxyError from None
    return ProxyHeader((str(source), int(match[4])), end + 2)


def _version_2(data: bytes) -> ProxyHeader | None:
    if len(data) < _FIXED:
        return None
    command, family = data[12], data[13]
    octets = _FIXED + int.from_bytes(data[14:_FIXED])
    if command not in (_LOCAL, _PROXIED):
        raise ProxyError
    if len(data) < octets:
        return None
    one, both = _FAMILIES.get(family, (0, 0))
    if command == _LOCAL or not one:
        return ProxyHeader(None, octets)
    if octets < _FIXED + both:
        raise ProxyError
    at = _FIXED + 2 * one
    packed, port = data[_FIXED : _FIXED + one], int.from_bytes(data[at : at + 2])
    source = IPv4Address(packed) if one == 4 else IPv6Address(packed)
    return ProxyHeader((str(source), port), octets)
