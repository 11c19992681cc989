"""What the inbox asks in the row above its footer: where to export to, and whether to replace or delete."""

from __future__ import annotations

from enum import Enum

from tui.ui.editing import Field
from tui.ui.flow import Row, blanks, cut, width_of
from tui.ui.look import Glyphs
from tui.words.guide import Run, Tone
from tui.words.language import gettext as _

_YES = frozenset({"yes", "是"})
_FIELD, _YES_FIELD = 20, 6  # columns that the question leaves to its answer at least: a name, a yes
_NARROW = 100  # columns below which a question is put shortly


class Asked(Enum):
    FILE = "file"  # where to export to
    REPLACE = "replace"  # that file is there
    DELETE = "delete"
    WHICH_PART = "which-part"
    PART = "part"  # where to save one part to
    REPLACE_PART = "replace-part"
    SEARCH = "search"


_NAMES = frozenset({Asked.FILE, Asked.PART, Asked.SEARCH})


class MailQuestion:
    """About one mail, whichever is chosen meanwhile. ``part``: of it, from 1 (PART); ``file``: the name that
    was typed before (REPLACE)."""

    def __init__(self, asked: Asked, number: int, *, part: int = 0, text: str = "", file: str = "") -> None:
        self.asked = asked
        self.number = number
        self.part = part
        self.file = file
        self.field = Field(text)

    @property
    def yes(self) -> bool:
        """A whole yes was typed; anything else is no."""
        return self.field.text.strip().lower() in _YES

    def row(self, glyphs: Glyphs, width: int) -> tuple[Row, int]:
        """The question with what is typed, and the cursor's column."""
        sign = Run(glyphs.here, Tone.YOU, True)
        field = _FIELD if self.asked in _NAMES else _YES_FIELD
        start = cut((blanks(1), sign, Run(f" {self._words(brief=width < _NARROW)}  ")), width - field)
        used = width_of(start)
        typed, cursor = self.field.runs(width - used - 1)
        return (*start, *typed), used + cursor

    def _words(self, *, brief: bool) -> str:
        if self.asked is Asked.FILE and brief:
            return _("export mail {number} to (.mbox: all)").format(number=self.number)
        if self.asked is Asked.FILE:
            return _("export mail {number} to the file (all that are listed to a .mbox)").format(
                number=self.number
            )
        if self.asked is Asked.PART:
            return _("save part {part} of mail {number} as").format(part=self.part, number=self.number)
        if self.asked is Asked.WHICH_PART:
            return _("number of the part to save")
        if self.asked is Asked.SEARCH:
            return _("list the mails with these words in addresses or subject")
        if self.asked in {Asked.REPLACE, Asked.REPLACE_PART}:
            return _("that file is there:  yes replaces it,  Enter alone does not")
        return _("delete mail {number} for good:  yes deletes it,  Enter alone does not").format(
            number=self.number
        )
