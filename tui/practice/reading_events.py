"""Rows of JSON with exact octets: ``{"t": seconds, "dir": "S" | "C" | "*", "b64": …}``, ours or a recorder's.

In our own rows ``*`` has the event's name and fields instead of octets; those that a dialogue needs become
the notes that a recorder writes.
"""

from __future__ import annotations

import binascii
import json
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from tui.practice.reading_borders import CONNECTED, EXCHANGERS
from tui.smtp.certificate import CertificateFault, recorded
from tui.smtp.display import named_through, socket_address
from tui.smtp.events import TlsTrouble
from tui.smtp.recorded import failed

_LATEST: Final = 253402300800  # the year 10000
_SIDES: Final = frozenset({"S", "C", "*"})


def recognises(sample: list[bytes]) -> bool:
    """The first row that is not empty is such a row."""
    first = next((row for row in sample if row.strip()), b"")
    return _parsed(first) is not None


def read(rows: Iterable[bytes]) -> Iterator[tuple[int, str, bytes]]:
    """Rows that cannot be read are passed over: the last one may have been cut by kill -9."""
    connection, used = 1, False
    for row in rows:
        found = _parsed(row)
        if found is None:
            continue
        side, octets = found
        if side == "*" and not octets:
            continue
        if side == "*" and octets.startswith((CONNECTED, EXCHANGERS)) and used:
            connection += 1
        used = not (side == "*" and octets.startswith(EXCHANGERS))
        yield connection, side, octets


def began(sample: list[bytes]) -> float | None:
    """When the first row was written: seconds since the epoch; None where it does not say."""
    first = next((row for row in sample if _parsed(row) is not None), b"{}")
    wall = json.loads(first).get("wall")
    return float(wall) if isinstance(wall, int | float) and 0 <= wall < _LATEST else None


def _parsed(row: bytes) -> tuple[str, bytes] | None:
    if not row.lstrip().startswith(b"{"):
        return None
    try:
        fields = json.loads(row)
        side = fields["dir"]
        if side not in _SIDES:
            return None
        if "b64" in fields:
            return side, b64decode(fields["b64"], validate=True)
        note = _NOTES.get(fields["event"])
        return side, b"" if note is None else note(fields).encode()
    except (ValueError, KeyError, TypeError, binascii.Error, RecursionError):
        return None


def _place(fields: dict[str, Any]) -> str:
    """As a transcript for people has it."""
    host, address, port = fields["host"], fields.get("address", ""), fields.get("port")
    if port is None:
        return str(host)
    if fields.get("through"):
        return named_through(host, port, str(fields["through"]))
    where = socket_address(address or host, port)
    named = where if address in ("", host) else f"{host} {where}"
    return f"{named} sandbox" if fields.get("sandbox") else named


def _why(fields: dict[str, Any]) -> str:
    text = recorded(_faults(fields))
    return f": {text}" if text else ""


def _faults(fields: dict[str, Any]) -> list[CertificateFault]:
    known = {fault.value: fault for fault in CertificateFault}
    return [known[one] for one in fields.get("faults", []) if one in known]


_NOTES: Final[Mapping[str, Callable[[dict[str, Any]], str]]] = {
    "mail-exchangers-found": lambda fields: (
        f"MX of {fields['domain']}: {', '.join(f'{rank} {host}' for rank, host in fields['hosts']) or 'none'}"
        + " implicit" * bool(fields.get("implicit"))
    ),
    "connection-opened": lambda fields: f"connected to {_place(fields)}",
    "proxy-header-sent": lambda fields: f"sent first, {fields['version']}: {fields['line']}",
    "tls-established": lambda fields: (
        f"TLS handshake complete: {fields['protocol']} {fields['cipher']}"
        + ("" if fields.get("verified", True) else f" NOT VERIFIED{_why(fields)}")
    ),
    "tls-failed": lambda fields: failed(TlsTrouble(fields["trouble"]), _faults(fields)),
    "typed-by-program": lambda fields: (
        f"typed by smtptutor: {fields['step']}"
        + (f", {fields['lines']} lines" if fields.get("lines", 1) != 1 else "")
    ),
    "connection-closed": lambda fields: f"connection closed by {fields['by']}" if fields["by"] else "",
}
