"""One line being typed on a screen: which key does what to it, and how it is drawn."""

from __future__ import annotations

from typing import Final

from textual import events

from tui.prompt.edit import Line
from tui.prompt.prompt import pasted_lines
from tui.prompt.view import view
from tui.ui.flow import Row
from tui.words.guide import Run, Tone

#: Textual's name of a key -> the method of ``prompt.edit.Line``. No ^A ^B ^S ^Z: multiplexers take them.
KEYS: Final = {
    "left": "left",
    "right": "right",
    "home": "home",
    "end": "end",
    "ctrl+e": "end",
    "ctrl+left": "word_left",
    "ctrl+right": "word_right",
    "backspace": "delete_back",
    "delete": "delete_forward",
    "ctrl+w": "delete_word_back",
    "ctrl+backspace": "delete_word_back",
    "ctrl+delete": "delete_word_forward",
    "ctrl+k": "kill_to_end",
    "ctrl+u": "kill_to_start",
}


def edited(line: Line, event: events.Key) -> Line | None:
    """The line after this key, or None where the key does nothing to a line."""
    method = KEYS.get(event.key)
    if method is not None:
        moved: Line = getattr(line, method)()
        return moved
    text = typed(event)
    return line.insert(text) if text else None


def typed(event: events.Key) -> str:
    """The text of a key, "" for a key that writes none. Blanks of other widths, as the U+3000 of an input
    method, count as not printable in Python and are text all the same."""
    character = event.character
    if character is None:
        return ""
    return character if event.is_printable or (character.isspace() and character > "\x20") else ""


class Field:
    """A field of one line on a page: keys in, runs out."""

    def __init__(self, text: str = "") -> None:
        self.line = Line.ending(text)
        self._first = 0

    @property
    def text(self) -> str:
        return self.line.text

    def put(self, text: str) -> None:
        """This text instead, the cursor behind it."""
        self.line = Line.ending(text)

    def key(self, event: events.Key) -> bool:
        """True when the key was an editing key, whether or not it changed anything."""
        line = edited(self.line, event)
        if line is None:
            return False
        self.line = line
        return True

    def paste(self, text: str) -> None:
        """The first line of a paste; a field holds one."""
        lines = pasted_lines(text)
        if lines:
            self.line = self.line.insert(lines[0])

    def runs(self, width: int) -> tuple[Row, int]:
        """What of it to draw in ``width`` cells, visible, and the cell of the cursor."""
        shown = view(self.line, width, first=self._first)
        self._first = shown.first
        return (Run(shown.text, Tone.YOU),), shown.cursor
