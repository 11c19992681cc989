"""One line being typed: a text and a cursor. Pure: each action gives a new ``Line``.

The cursor is an index of code points that always stands at a grapheme border, so that Left, Backspace and
their kin step over what a person sees as one character.
"""

from __future__ import annotations

from dataclasses import replace

from tui.prompt.graphemes import border_from, next_border, previous_border
from tui.values import value


@value
class Line:
    """``cursor`` from 0 to ``len(text)``. The text may hold anything but line ends."""

    text: str = ""
    cursor: int = 0

    @classmethod
    def ending(cls, text: str) -> Line:
        """This text with the cursor behind it."""
        return cls(text, len(text))

    @property
    def at_end(self) -> bool:
        return self.cursor == len(self.text)

    def insert(self, typed: str) -> Line:
        text = self.text[: self.cursor] + typed + self.text[self.cursor :]
        return Line(text, border_from(text, self.cursor + len(typed)))

    # -- moving

    def left(self) -> Line:
        return replace(self, cursor=previous_border(self.text, self.cursor))

    def right(self) -> Line:
        return replace(self, cursor=next_border(self.text, self.cursor))

    def home(self) -> Line:
        return replace(self, cursor=0)

    def end(self) -> Line:
        return Line.ending(self.text)

    def word_left(self) -> Line:
        return replace(self, cursor=self._word_start())

    def word_right(self) -> Line:
        return replace(self, cursor=self._word_end())

    # -- deleting

    def delete_back(self) -> Line:
        return self._without(previous_border(self.text, self.cursor), self.cursor)

    def delete_forward(self) -> Line:
        return self._without(self.cursor, next_border(self.text, self.cursor))

    def delete_word_back(self) -> Line:
        return self._without(self._word_start(), self.cursor)

    def delete_word_forward(self) -> Line:
        return self._without(self.cursor, self._word_end())

    def kill_to_end(self) -> Line:
        return self._without(self.cursor, len(self.text))

    def kill_to_start(self) -> Line:
        return self._without(0, self.cursor)

    def _without(self, start: int, end: int) -> Line:
        text = self.text[:start] + self.text[end:]
        return Line(text, border_from(text, start))

    def _word_start(self) -> int:
        at = self.cursor
        while at > 0 and not self.text[at - 1].isalnum():
            at -= 1
        while at > 0 and self.text[at - 1].isalnum():
            at -= 1
        return border_from(self.text, at)

    def _word_end(self) -> int:
        at, length = self.cursor, len(self.text)
        while at < length and not self.text[at].isalnum():
            at += 1
        while at < length and self.text[at].isalnum():
            at += 1
        return border_from(self.text, at)
