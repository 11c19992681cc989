"""The fields of the connect page: the few that most need, and behind one row the rest. Their texts, and how
they look; what they mean together is ``tui.desk.form``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from textual import events

from tui.desk import form
from tui.desk.destination import Destination
from tui.desk.form import Part
from tui.smtp.display import visible
from tui.ui.editing import Field
from tui.ui.flow import Row, blanks, cut, pad, width_of
from tui.words import connecting
from tui.words.guide import Run, Tone
from tui.words.language import gettext as _
from tui.words.language import pgettext

LABEL: Final = 11  # a label of 8 cells, and room before the text
CONTENT: Final = 3 + LABEL

COMMON: Final = (Part.SERVER, Part.SECURITY, Part.LOGIN, Part.THROUGH, Part.NAME)
REST: Final = tuple(part for part in Part if part not in COMMON)


class More(Enum):
    """The row behind which the rest is."""

    ROW = "more"


#: Where the keys can be, among the fields.
Stop = Part | More


class Fields:
    """What is typed and chosen. The name of one of ``profiles`` in the server's field stands for all that
    the profile says, but for what was changed here."""

    def __init__(self, profiles: Mapping[str, Destination] | None = None) -> None:
        self._profiles = profiles or {}
        self._filled: form.Form = {}
        self._picked: set[Part] = set()  # choices that were made here
        self.open = False
        """The rest is shown."""
        self._texts = {part: Field() for part in Part if part.value not in connecting.CHOICES}
        self._chosen = {part: "" for part in Part if part.value in connecting.CHOICES}

    def fill(self, one: Destination) -> None:
        self._filled = form.texts(one)
        self._picked.clear()
        for part, text in self._filled.items():
            if part in self._texts:
                self._texts[part].put(text)
            else:
                self._chosen[part] = text

    @property
    def form(self) -> form.Form:
        typed = {**{part: field.text for part, field in self._texts.items()}, **self._chosen}
        if self.profile is None:
            return typed
        meant = form.texts(self.profile)
        if self.profile.access.by_port:
            meant[Part.SECURITY] = ""
        changed = {
            part: text
            for part, text in typed.items()
            if part in self._picked or text != self._filled.get(part, "")
        }
        return {**meant, **changed, Part.SERVER: meant[Part.SERVER]}

    @property
    def profile(self) -> Destination | None:
        """The one whose name stands in the server's field."""
        return self._profiles.get(self._texts[Part.SERVER].text.strip())

    @property
    def stops(self) -> tuple[Stop, ...]:
        """Where the keys can be, from the top."""
        return (*COMMON, More.ROW, *(REST if self.open else ()))

    def field(self, stop: object) -> Field | None:
        """The one that can be typed in; None: it is a choice, or none of these."""
        return self._texts.get(stop) if isinstance(stop, Part) else None

    def reveal(self, part: Part) -> None:
        """It is to be seen."""
        self.open = self.open or part in REST

    def key(self, stop: object, event: events.Key) -> bool:
        """A key that changes something there."""
        field = self.field(stop)
        if field is not None:
            return field.key(event)
        if event.key not in {"left", "right", "space"}:
            return False
        back = event.key == "left"
        if isinstance(stop, Part):
            self._choose(stop, -1 if back else 1)
        elif stop is More.ROW:
            self.open = not (back or (event.key == "space" and self.open))
        else:
            return False
        return True

    def _choose(self, part: Part, by: int) -> None:
        order = tuple(connecting.CHOICES[part.value])
        self._chosen[part] = order[(order.index(self._choice(part)) + by) % len(order)]
        self._picked.add(part)

    def _choice(self, part: Part) -> str:
        """What is chosen; of the security what is usual on the port until something else is."""
        return form.secured(self.form).security.value if part is Part.SECURITY else self.form[part]

    # -- how they look

    def row(self, stop: Stop, width: int, sign: Run, *, here: bool) -> tuple[Row, int]:
        """The row, and the cell of the cursor in its text. ``sign`` says that the keys are here."""
        label = connecting.FIELDS[stop.value].label if isinstance(stop, Part) else pgettext("section", "more")
        begin: Row = (blanks(1), sign, blanks(1), *pad((Run(label, bold=True),), LABEL))
        content, cursor = self._content(stop, width - CONTENT - 1, here=here)
        return cut((*begin, *content), width - 1), cursor

    def _content(self, stop: Stop, room: int, *, here: bool) -> tuple[Row, int]:
        if stop is More.ROW:
            return self._rest(), 0
        field = self._texts.get(stop)
        if field is None:
            return self._choices(stop, room, here=here), 0
        shown, cursor = field.runs(room)
        if not field.text:
            shown = (Run(connecting.FIELDS[stop.value].empty, Tone.QUIET),)
        return shown, cursor

    def _choices(self, part: Part, room: int, *, here: bool) -> Row:
        """Closer together where they would not fit otherwise."""
        row = self._set_apart(part, 3, here=here)
        return row if width_of(row) <= room else self._set_apart(part, 2, here=here)

    def _set_apart(self, part: Part, gap: int, *, here: bool) -> Row:
        runs: list[Run] = []
        for one in connecting.CHOICES[part.value]:
            chosen = one == self._choice(part)
            tone = Tone.YOU if here and chosen else Tone.INK
            mark = "(x)" if chosen else "( )"
            runs += [Run(f"{mark} {connecting.choice(part.value, one)}", tone, here and chosen), blanks(gap)]
        if part is Part.SECURITY and form.secured(self.form).by_port:
            runs += [Run(_("by the port"), Tone.QUIET), blanks(1)]
        return tuple(runs[:-1])

    def _rest(self) -> Row:
        """What is behind the row; what is chosen there is never out of sight."""
        if self.open:
            return (Run(_("Left closes it, what is chosen holds"), Tone.QUIET),)
        said = [self._said(part) for part in REST if self.form[part].strip()]
        if said:
            return (Run(pgettext("list", ", ").join(said), Tone.YOU),)
        return (Run(_("certificates, addresses, LMTP, PROXY, waiting, login, steps"), Tone.QUIET),)

    def _said(self, part: Part) -> str:
        text = self.form[part].strip()
        word = connecting.choice(part.value, text) if part in self._chosen else visible(text)
        return f"{connecting.FIELDS[part.value].label} {word}"
