"""Raw mode of a desk: taken up and left by a typed name, and gone with the connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.desk.asking import Submitted
from tui.desk.rails import Standing, begins_login, lines_in
from tui.prompt.raw import RawEnd, end_named, unescaped
from tui.words import raw

if TYPE_CHECKING:
    from tui.desk.desk import Desk


def choose(desk: Desk, word: str) -> list[str]:
    """``/raw``: take it up with the line end of this name (LF without one), change that, or leave it. What
    there is to say."""
    if desk.raw is not None and word.strip().lower() in {"", "off"}:
        desk.raw = None
        return [raw.ended()]
    end = end_named(word) if word else RawEnd.LF
    if end is None:
        return [raw.unknown(word)]
    if not desk.connected:
        return [raw.closed()]
    before, desk.raw = desk.raw, end
    name = "" if end is RawEnd.NONE else end.value
    if before is not None:
        return [raw.changed(name)]
    return raw.begun(name, asks=desk.standing is Standing.REMOTE)


def send(desk: Desk, text: str) -> Submitted:
    """One line of raw mode."""
    end = desk.raw.octets if desk.raw is not None else b"\r\n"
    return desk.submit_raw(unescaped(text) + end)


def may_be_remembered(desk: Desk, text: str) -> bool:
    """Is nothing of a login in a line of raw mode, whose octets may be several?"""
    parts = lines_in(unescaped(text))
    return not any(
        begins_login(part) or desk.holds_secret(part.decode("utf-8", "surrogateescape")) for part in parts
    )
