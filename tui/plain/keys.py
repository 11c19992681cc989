"""What a terminal sends for keys, as keys: octets in, ``Typed``, ``Pressed`` and ``Pasted`` out.

Nothing that arrives raises. An escape sequence or a character that is not complete yet is kept for the next
octets, however late they come, so a slow line never turns an arrow key into text. Octets that are not UTF-8
are kept as surrogates (PEP 383): what was typed can be sent as it was.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final

from tui.values import value


@value
class Typed:
    """Characters for the line; no controls."""

    text: str


@value
class Pressed:
    """A key by its name: enter, backspace, left, ctrl+c, alt+b …"""

    key: str


@value
class Pasted:
    """What stood between the brackets of a paste, line ends as they came."""

    text: str


Key = Typed | Pressed | Pasted

PASTE_BEGINS: Final = b"\x1b[200~"
PASTE_ENDS: Final = b"\x1b[201~"

#: Ends of CSI and SS3 sequences, without modifiers.
_FINALS: Final = {
    b"A": "up",
    b"B": "down",
    b"C": "right",
    b"D": "left",
    b"F": "end",
    b"H": "home",
    b"P": "f1",
    b"Q": "f2",
    b"R": "f3",
    b"S": "f4",
    b"Z": "shift+tab",
}
_NUMBERED: Final = {
    b"1": "home",
    b"3": "delete",
    b"4": "end",
    b"5": "pageup",
    b"6": "pagedown",
    b"7": "home",
    b"8": "end",
    b"11": "f1",
    b"12": "f2",
    b"13": "f3",
    b"14": "f4",
    b"15": "f5",
    b"17": "f6",
    b"18": "f7",
    b"19": "f8",
    b"20": "f9",
}
#: The modifier of ``ESC [ 1 ; M C``: 1 + shift 1, alt 2, ctrl 4.
_MODIFIERS: Final = {b"3": "alt+", b"5": "ctrl+", b"7": "ctrl+"}
_CONTROLS: Final = {
    0x08: "backspace",
    0x09: "tab",
    0x0A: "enter",
    0x0D: "enter",
    0x7F: "backspace",
}
_META: Final = {0x62: "alt+b", 0x64: "alt+d", 0x66: "alt+f", 0x7F: "alt+backspace", 0x08: "alt+backspace"}

_SEQUENCE: Final = re.compile(rb"\x1b(?:\[(?P<csi>[0-?]*[ -/]*)(?P<final>[@-~])|O(?P<ss3>[ -~]))")
_INCOMPLETE: Final = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|O)?")
_LONGEST: Final = 64  # octets of a sequence; what is longer is no key of any terminal


class KeyReader:
    """One per terminal."""

    def __init__(self) -> None:
        self._held = b""
        self._pasting: bytearray | None = None
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")

    def feed(self, data: bytes) -> list[Key]:
        """The keys that these octets complete, in order."""
        if self._pasting is not None and data == b"\x03":
            self._pasting = None  # the closing bracket was lost: ^C gets the keyboard back
            return [Pressed("ctrl+c")]
        self._held += data
        return list(self._keys())

    def _keys(self) -> Iterator[Key]:
        while self._held:
            if self._pasting is not None:
                pasted = self._rest_of_paste(self._pasting)
                if pasted is None:
                    return
                yield pasted
            elif self._held[0] == 0x1B:
                if _INCOMPLETE.fullmatch(self._held) and len(self._held) < _LONGEST:
                    return
                yield from self._escape()
            else:
                yield from self._plain()

    def _rest_of_paste(self, begun: bytearray) -> Pasted | None:
        begun += self._held
        self._held = b""
        end = begun.find(PASTE_ENDS)
        if end < 0:
            return None
        self._pasting, self._held = None, bytes(begun[end + len(PASTE_ENDS) :])
        return Pasted(bytes(begun[:end]).decode("utf-8", "surrogateescape"))

    def _escape(self) -> Iterator[Key]:
        yield from self._decoded(b"", final=True)
        if self._held.startswith(PASTE_BEGINS):
            self._held, self._pasting = self._held[len(PASTE_BEGINS) :], bytearray()
            return
        match = _SEQUENCE.match(self._held)
        if match is not None:
            self._held = self._held[match.end() :]
            name = _name(match)
            if name:
                yield Pressed(name)
            return
        meta = _META.get(self._held[1]) if len(self._held) > 1 else None
        self._held = self._held[2 if meta else 1 :]
        yield Pressed(meta or "escape")

    def _plain(self) -> Iterator[Key]:
        """Text up to the next control, or that control."""
        code = self._held[0]
        if code < 0x20 or code == 0x7F:
            self._held = self._held[1:]
            yield from self._decoded(b"", final=True)
            yield Pressed(_CONTROLS.get(code) or f"ctrl+{chr(code + 0x60)}")
            return
        text = re.match(rb"[^\x00-\x1f\x7f]+", self._held)
        taken = text.group() if text else b""
        self._held = self._held[len(taken) :]
        yield from self._decoded(taken, final=False)

    def _decoded(self, data: bytes, *, final: bool) -> Iterator[Key]:
        """``final``: what is incomplete will never be completed, a control stands behind it."""
        text = self._decoder.decode(data, final)
        if text:
            yield Typed(text)


def _name(match: re.Match[bytes]) -> str:
    """The key of a whole sequence; "" for one that means nothing here (mouse, focus, answers to queries)."""
    if match["ss3"] is not None:
        return _FINALS.get(match["ss3"], "")
    first, _, modifier = match["csi"].partition(b";")
    base = _NUMBERED.get(first, "") if match["final"] == b"~" else _FINALS.get(match["final"], "")
    if match["final"] != b"~" and first not in (b"", b"1"):
        return ""
    return _MODIFIERS.get(modifier, "") + base if base else ""
