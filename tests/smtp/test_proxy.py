"""The PROXY header as a server reads it: the examples of its text, and what is none."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.smtp.proxy import ProxyError, ProxyHeader, parse

SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"


def version_2(command: int, family: int, body: bytes) -> bytes:
    return SIGNATURE + bytes((command, family)) + len(body).to_bytes(2) + body


def addresses(source: str, destination: str, port: int) -> bytes:
    return ip_address(source).packed + ip_address(destination).packed + port.to_bytes(2) + (25).to_bytes(2)


GOOD = [
    (b"PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n", ("192.168.0.1", 56324)),
    (b"PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", ("255.255.255.255", 65535)),
    (b"PROXY TCP6 2001:DB8::1 ::1 56324 25\r\n", ("2001:db8::1", 56324)),
    (b"PROXY UNKNOWN\r\n", None),
    (b"PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n", None),
    (version_2(0x21, 0x11, addresses("192.0.2.7", "127.0.0.1", 4711)), ("192.0.2.7", 4711)),
    (version_2(0x21, 0x21, addresses("2001:db8::7", "::1", 4711)), ("2001:db8::7", 4711)),
    (
        version_2(0x21, 0x11, addresses("192.0.2.7", "127.0.0.1", 4711) + b"\x03\x00\x04crc!"),
        ("192.0.2.7", 4711),
    ),
    (version_2(0x20, 0x00, b""), None),
    (version_2(0x20, 0x11, addresses("192.0.2.7", "127.0.0.1", 4711)), None),
    (version_2(0x21, 0x31, b"x" * 216), None),  # a Unix socket
]
BAD = [
    b"EHLO me\r\n",
    b"proxy TCP4 192.0.2.7 127.0.0.1 1 2\r\n",
    b"PROXY\r\n",
    b"PROXY TCP4 192.0.2.7 127.0.0.1 1\r\n",
    b"PROXY TCP4 192.0.2.7 127.0.0.1 1 65536\r\n",
    b"PROXY TCP4 192.0.2.256 127.0.0.1 1 2\r\n",
    b"PROXY TCP4 ::1 ::1 1 2\r\n",
    b"PROXY TCP6 127.0.0.1 ::1 1 2\r\n",
    b"PROXY TCP5 192.0.2.7 127.0.0.1 1 2\r\n",
    b"PROXY  TCP4 192.0.2.7 127.0.0.1 1 2\r\n",
    b"PROXY UNKNOWN" + b"x" * 100,
    b"PROXY UNKNOWNX\r\n",
    b"\r\n\r\n\x00\r\nQUIT\r\n",
    version_2(0x11, 0x11, addresses("192.0.2.7", "127.0.0.1", 1)),
    version_2(0x22, 0x11, addresses("192.0.2.7", "127.0.0.1", 1)),
    version_2(0x21, 0x11, b"x" * 11),
    version_2(0x21, 0x21, b"x" * 35),
]


@pytest.mark.parametrize(("octets", "peer"), GOOD)
def test_headers(octets: bytes, peer: tuple[str, int] | None) -> None:
    assert parse(octets + b"EHLO me\r\n") == ProxyHeader(peer, len(octets))
    for end in range(len(octets)):
        assert parse(octets[:end]) is None


@pytest.mark.parametrize("octets", BAD)
def test_what_is_none(octets: bytes) -> None:
    with pytest.raises(ProxyError):
        parse(octets)


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"PROXY ", b"PROXY TCP4 ", SIGNATURE, SIGNATURE + b"\x21\x11"]),
)
def test_anything_is_a_header_none_yet_or_an_error(data: bytes, front: bytes) -> None:
    try:
        found = parse(front + data)
    except ProxyError:
        return
    assert found is None or found.octets <= len(front + data)
