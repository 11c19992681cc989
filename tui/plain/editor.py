"""The line being typed, at the bottom of a terminal, with rows printed above it.

The rows at the bottom are the only ones that are ever drawn again: the lines that are held, the prompt, which
is itself the next ``C: `` of the transcript, and what Tab chooses from. Everything above belongs to the
terminal's own scrollback.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from tui.prompt.choices import choices_row
from tui.prompt.edit import Line
from tui.prompt.prompt import Prompt
from tui.prompt.view import view
from tui.smtp.display import cells

_ERASE_BELOW: Final = "\x1b[J"
_DIM: Final = "\x1b[2m"
_PLAIN: Final = "\x1b[22m"
_PASTE_ON: Final = "\x1b[?2004h"
_PASTE_OFF: Final = "\x1b[?2004l"
#: What a terminal must get that took no more in the middle of a row.
MODES_OFF: Final = f"{_PLAIN}{_PASTE_OFF}"


class Editor:
    """Draws a ``Prompt``. All text given to it is already visible().

    Args:
        prompt: what is typed; the caller maps keys to it and calls ``redraw``.
        write: where text goes.
        columns: the width of the terminal now.
        dim: the terminal has faint text, so a proposal can be told from what was typed.
    """

    def __init__(
        self, prompt: Prompt, write: Callable[[str], None], *, columns: Callable[[], int], dim: bool = True
    ) -> None:
        self.prompt = prompt
        self.label = "C: "
        """What stands before the line; only what will be sent stands behind ``C: ``."""
        self.held: tuple[str, ...] = ()
        """Rows between the transcript and the prompt."""
        self.choices: tuple[tuple[str, ...], int] = ((), 0)
        """What Tab goes round through (``Prompt.choices``): a row under the prompt, while there is any."""
        self._write = write
        self._columns = columns
        self._dim = dim
        self._rows_above = 0  # of ours, above the cursor
        self._shown = False

    def begin(self) -> None:
        self._write(_PASTE_ON)
        self._shown = True
        self.redraw()

    @property
    def mode(self) -> str:
        """What ends the mode in which the terminal is now; "" where it is in none of ours."""
        return MODES_OFF if self._shown else ""

    def end(self) -> None:
        """Take the bottom rows away and leave the terminal as it was."""
        if self._shown:
            self._write(self._erasing() + _PASTE_OFF)
            self._shown = False

    def above(self, rows: Iterable[str]) -> None:
        """Print rows above the line being typed."""
        text = "".join(f"{row}\r\n" for row in rows)
        if not self._shown:
            self._write(text)
        elif text:
            self._write(self._erasing() + text + self._drawing())

    def redraw(self) -> None:
        if self._shown:
            self._write(self._erasing() + self._drawing())

    def _erasing(self) -> str:
        up = f"\x1b[{self._rows_above}A" if self._rows_above else ""
        self._rows_above = 0
        return f"\r{up}{_ERASE_BELOW}"

    def _drawing(self) -> str:
        # The last column stays free: behind it every terminal wraps in its own way.
        width = max(self._columns() - 1, 8)
        held = [self._cut(row, width) for row in self.held]
        self._rows_above = len(held)
        shown = self.prompt.view(width - cells(self.label))
        ghost = f"{_DIM}{shown.ghost}{_PLAIN}" if shown.ghost and self._dim else ""
        at = cells(self.label) + shown.cursor
        forward = f"\x1b[{at}C" if at else ""
        rows = "".join(f"{row}\r\n" for row in held)
        return f"{rows}{self.label}{shown.text}{ghost}{self._below(width)}\r{forward}"

    def _below(self, width: int) -> str:
        """The row under the prompt, and the way back up."""
        choices, chosen = self.choices
        if not choices:
            return ""
        indent = " " * cells(self.label)
        row = indent + choices_row(choices, chosen, width - len(indent))
        return f"\r\n{_DIM if self._dim else ''}{row}{_PLAIN if self._dim else ''}\x1b[A"

    @staticmethod
    def _cut(text: str, width: int) -> str:
        if cells(text) <= width:
            return text
        return view(Line(text, 0), width - 3).text + "..."
