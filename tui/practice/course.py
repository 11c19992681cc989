"""A course as a person sees it: the exercises in their order, and how far each is done."""

from __future__ import annotations

from enum import Enum

from tui.values import value


class Standing(Enum):
    """Each has a glyph and a word."""

    TO_DO = "to-do"
    BEGUN = "begun"
    DONE = "done"
    SHOWN = "shown"  # solved after the worked solution was shown


@value
class Entry:
    """One exercise. Its texts are in the language in use, and foreign: a pack is a file."""

    number: int
    id: str
    title: str
    level: str  # "easy", "medium" or "hard"
    minutes: int
    rfc: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    story: str = ""
    learn: tuple[str, ...] = ()
    work: str = ""
    standing: Standing = Standing.TO_DO
    attempts: int = 0
    hints: int = 0

    @property
    def solved(self) -> bool:
        return self.standing in {Standing.DONE, Standing.SHOWN}


@value
class Group:
    name: str
    entries: tuple[Entry, ...]


@value
class Course:
    title: str
    groups: tuple[Group, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(one for group in self.groups for one in group.entries)

    @property
    def done(self) -> int:
        return sum(one.solved for one in self.entries)

    @property
    def minutes_to_do(self) -> int:
        return sum(one.minutes for one in self.entries if not one.solved)

    @property
    def first_unfinished(self) -> Entry | None:
        return next((one for one in self.entries if not one.solved), None)

    def entry(self, id: str) -> Entry | None:
        return next((one for one in self.entries if one.id == id), None)

    def after(self, id: str) -> Entry | None:
        """The one that follows; None for the last."""
        entries = self.entries
        at = next((n for n, one in enumerate(entries) if one.id == id), len(entries))
        return entries[at + 1] if at + 1 < len(entries) else None
