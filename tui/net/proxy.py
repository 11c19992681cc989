"""The header of the PROXY protocol, versions 1 and 2: who is connected to whom, told before everything else.

It is what a load balancer sends to the server behind it (proxy-protocol.txt by HAProxy, sections 2.1 and
2.2). Ours tells the truth about this connection; where there are no addresses it says that they are unknown.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from ipaddress import ip_address
from typing import Final

from tui.net.access import ProxyHeader

_SIGNATURE: Final = b"\r\n\r\n\x00\r\nQUIT\n"
_LOCAL: Final = 0x20  # version 2, not proxied: the receiver keeps the addresses it sees
_PROXY: Final = 0x21
_TCP4: Final = 0x11
_TCP6: Final = 0x21


def header(version: ProxyHeader, transport: asyncio.BaseTransport | None) -> tuple[bytes, str]:
    """The octets for this connection, and what they say. No transport: over a program, so nothing is known
    about addresses."""
    known = _addresses(transport)
    if known is None:
        words = "PROXY UNKNOWN" if version is ProxyHeader.V1 else "PROXY LOCAL"
        octets = words.encode() + b"\r\n"
        return (octets if version is ProxyHeader.V1 else _SIGNATURE + bytes((_LOCAL, 0, 0, 0))), words
    (our, our_port), (their, their_port) = known
    six = ip_address(our).version == 6
    words = f"PROXY {'TCP6' if six else 'TCP4'} {our} {their} {our_port} {their_port}"
    if version is ProxyHeader.V1:
        return words.encode() + b"\r\n", words
    packed = ip_address(our).packed + ip_address(their).packed + struct.pack("!HH", our_port, their_port)
    head = bytes((_PROXY, _TCP6 if six else _TCP4)) + struct.pack("!H", len(packed))
    return _SIGNATURE + head + packed, words


def _addresses(transport: asyncio.BaseTransport | None) -> tuple[tuple[str, int], tuple[str, int]] | None:
    """Address and port of ours and of theirs."""
    if transport is None:
        return None
    sock: socket.socket | None = transport.get_extra_info("socket")
    if sock is None or sock.family not in (socket.AF_INET, socket.AF_INET6):
        return None
    ours, theirs = transport.get_extra_info("sockname"), transport.get_extra_info("peername")
    if ours is None or theirs is None:  # the other end is gone already
        return None
    return (_bare(ours[0]), ours[1]), (_bare(theirs[0]), theirs[1])


def _bare(address: str) -> str:
    """Without the zone of a link-local address."""
    return address.partition("%")[0]
