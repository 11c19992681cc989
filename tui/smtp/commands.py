"""A client's command line, taken apart without judging it (RFC 5321 §4.1.1)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Path:
    """The reverse-path of MAIL or the forward-path of RCPT (RFC 5321 §4.1.2)."""

    address: str  # without brackets and source route; "" is the null reverse-path
    bracketed: bool
    source_route: str | None


@dataclass(frozen=True, slots=True)
class Command:
    """One command line. ``verb`` is upper case, "" when the first word is no word of ASCII letters."""

    data: bytes  # the line as sent, without its end
    verb: str
    argument: str
    path: Path | None = None  # MAIL and RCPT whose FROM: or TO: could be read
    params: tuple[str, ...] = ()
    chunk_octets: int | None = None  # BDAT
    last: bool = False  # BDAT … LAST
