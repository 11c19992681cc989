"""What we call ourselves to a server (RFC 5321 §4.1.4)."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Final

_HOSTS: Final = Path("/etc/hosts")
_NAME: Final = re.compile(r"(?=.{4,253}$)(?!-)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")


def own_name(address: str, *, host: str | None = None, hosts: Path = _HOSTS) -> str:
    """This host's full name as it knows it by itself, else the literal of ``address``, our end of the
    connection (RFC 5321 §4.1.3). No name server is asked: that may take half a minute."""
    name = socket.gethostname() if host is None else host
    for one in (name, *_listed(name, hosts)):
        if _NAME.fullmatch(one) and not one.startswith("localhost."):
            return one
    return literal(address)


def literal(address: str) -> str:
    """``[127.0.0.1]``, ``[IPv6:::1]``; ``[127.0.0.1]`` where no address is known, as of a Unix socket."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return "[127.0.0.1]"
    return f"[IPv6:{parsed}]" if isinstance(parsed, IPv6Address) else f"[{parsed}]"


def _listed(name: str, hosts: Path) -> Iterator[str]:
    """The names that stand beside ``name`` in the hosts file."""
    try:
        text = hosts.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for line in text.splitlines():
        names = line.partition("#")[0].split()[1:]
        if name in names:
            yield from names
