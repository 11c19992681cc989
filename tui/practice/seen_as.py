"""Our own address and name, as the server says them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Final

#: An address literal (RFC 5321 §4.1.3), or how servers write one: ``[192.0.2.1]``, ``[IPv6:2001:db8::1]``.
_LITERAL: Final = re.compile(rb"\[(?:IPv6:)?([0-9A-Fa-f:.]{2,45})\]")


def address_in(lines: Iterable[bytes]) -> str:
    """The first address that stands in brackets in the texts of a reply; "" where none does."""
    for line in lines:
        for found in _LITERAL.finditer(line):
            try:
                return str(ip_address(found.group(1).decode("ascii")))
            except ValueError:
                continue
    return ""
