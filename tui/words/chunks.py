"""BDAT by hand, in words (RFC 3030)."""

from __future__ import annotations

from tui.words.language import gettext as _
from tui.words.language import ngettext


def begun(octets: int) -> str:
    """When a BDAT has gone out and its chunk has not."""
    return ngettext(
        "The server takes the next octet as the chunk, whatever it is: a dot ends nothing, CR LF counts 2.",
        "The server takes the next {n} octets as the chunk, whatever they are: a dot ends nothing, CR LF "
        "counts 2.",
        octets,
    ).format(n=octets)


def not_offered() -> str:
    return _("the server has not offered CHUNKING, so BDAT would be an unknown command to it")


def out_of_turn() -> str:
    return _("BDAT comes after RCPT TO, in the place of DATA")


def nothing_written(compose: str) -> str:
    """``compose`` is the key or typed name that writes it."""
    return _("{key} writes the message first; then BDAT counts its octets").format(key=compose)
