"""The inbox: what the sandbox has received, as a list and, of the chosen mail, one of six views.

From 100 columns the list and the view stand below each other; in fewer there is the list, or the view. Files
are read in a thread: a mailbox on a slow disk holds up no key. Of very many mails only those near the chosen
one are read. Nothing in a mail is run, and nothing is fetched.
"""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import neg
from pathlib import Path
from typing import ClassVar, Protocol

from textual import events
from textual.binding import Binding, BindingType

from tui.sandbox.inbox import Entry, NoMessageError, put
from tui.sandbox.message import SHOWN_OCTETS, Content, Part, safe_name
from tui.smtp.display import visible
from tui.store.paths import expanded
from tui.ui.flow import Row, blanks, cut, wrap
from tui.ui.screens.canvas import Hairline, Picture
from tui.ui.screens.mail_list import Listing, in_sight, list_rows
from tui.ui.screens.mail_question import Asked, MailQuestion
from tui.ui.screens.mail_views import VIEWS, Mail, View, selector_row, view_rows
from tui.ui.screens.page import BOXED_FROM, Page, page_rows
from tui.ui.sheet import LABEL, MEASURE, hang
from tui.ui.widgets.footer import KeyWord, footer_row
from tui.ui.widgets.strip import Place
from tui.words import faults
from tui.words.commands import action
from tui.words.guide import Run, Tone
from tui.words.language import gettext as _
from tui.words.language import ngettext, pgettext
from tui.words.prose import labelled
from tui.words.reasons import reason as reason_of

_LOOK_AGAIN = 1.0  # seconds
_AHEAD = 80  # mails that are read on either side of the chosen one
_LISTED = 6  # mails in the list while a view stands below it


class Mails(Protocol):
    """What the page needs of ``sandbox.inbox.Inbox``. Any call may block."""

    def numbers(self) -> tuple[int, ...]: ...
    def entries(self, numbers: Sequence[int] | None = None) -> tuple[Entry, ...]: ...
    def search(self, words: str) -> tuple[int, ...]: ...
    def mbox(self, numbers: Iterable[int]) -> Iterator[bytes]: ...
    def part(self, number: int, part: int) -> tuple[Part, bytes]: ...
    def raw(self, number: int) -> bytes: ...
    def content(self, number: int) -> Content: ...
    def delete(self, number: int) -> None: ...


class InboxPage(Page[None]):
    """F7. Read-only but for Delete, which asks.

    Args:
        mails: read in a thread.
        place: for the state strip.
        now: seconds since the epoch: mails of today show their time, others their day.
        lost: mails that the sandbox accepted in this sitting and lost: whoever looks for them is told.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", show=False, id="inbox.up"),
        Binding("down", "step(1)", show=False, id="inbox.down"),
        Binding("pageup", "page(-1)", show=False, id="inbox.page-up"),
        Binding("pagedown,space", "page(1)", show=False, id="inbox.page-down"),
        Binding("home", "step(-1000000)", show=False, id="inbox.first"),
        Binding("end", "step(1000000)", show=False, id="inbox.last"),
        Binding("left,shift+tab", "turn(-1)", show=False, id="inbox.left"),
        Binding("right,tab", "turn(1)", show=False, id="inbox.right"),
        Binding("enter", "enter", show=False, id="inbox.read"),
        Binding("f8", "export", show=False, id="inbox.export"),
        Binding("delete", "delete", show=False, id="inbox.delete"),
        Binding("slash", "search", show=False, id="inbox.search"),
        Binding("b", "bytes", show=False, id="inbox.bytes"),
        *(Binding(str(part), f"part({part})", show=False) for part in range(10)),
    ]

    def __init__(
        self,
        mails: Mails,
        *,
        place: Place | None = None,
        now: Callable[[], float] | None = None,
        lost: int = 0,
    ) -> None:
        super().__init__(place)
        self._mails = mails
        self._now = now or time.time
        self._numbers: tuple[int, ...] | None = None  # of the list; None: not read yet
        self._read: dict[int, Entry] = {}  # what was read of them
        self._asked_near = 0  # the mail near which more was to be read
        self._words = ""  # that the listed mails hold; "": all are listed
        self._lens = False
        self._number = 0  # of the chosen mail
        self._mail: Mail | None = None
        self._laid: tuple[tuple[Mail, View, int, bool], list[Row]] | None = None
        self._view = View.COMPARE
        self._reading = False
        self._top = 0
        self._shown = 1  # rows of the view in sight
        self._question: MailQuestion | None = None
        self._lost = lost
        self._said: tuple[str, Tone] = (f"! {faults.missing(lost)}" if lost else "", Tone.LATER)

    # -- reading the mailbox

    def on_mount(self) -> None:
        self.mails_changed()
        # Other programs deliver to the same mailbox: `smtptutor sandbox` beside this one.
        self.set_interval(_LOOK_AGAIN, self.mails_changed)

    def news(self, place: Place, *, message_due: bool) -> None:
        super().news(place, message_due=message_due)
        self.mails_changed()

    def mails_changed(self) -> None:
        """A mail came, or may have: read the list again."""
        self.run_worker(self._read_list(), group="list", exclusive=True)

    async def _read_list(self) -> None:
        words, before = self._words, self._number
        try:
            numbers, entries = await asyncio.to_thread(self._listed, words, before)
        except OSError as error:
            self._tell_error(error)
            return
        if words != self._words:
            return
        follows = not self._numbers or self._number == self._numbers[0]
        busy = self._reading or self._question is not None
        self._numbers = numbers
        self._read |= {entry.number: entry for entry in entries}
        if numbers and ((follows and not busy) or self._index() is None):
            self._number = numbers[0]
        self._read_mail()

    def _listed(self, words: str, number: int) -> tuple[tuple[int, ...], tuple[Entry, ...]]:
        """The mails of the list, and what is to be read of those near this one and of the newest."""
        numbers = self._mails.search(words) if words else self._mails.numbers()
        at = _place(numbers, number) or 0
        near = dict.fromkeys((*numbers[:_AHEAD], *numbers[max(0, at - _AHEAD) : at + _AHEAD]))
        return numbers, self._mails.entries(list(near))

    def _read_mail(self) -> None:
        if self._mail is None or self._mail.entry.number != self._number:
            self._mail = None
            self.run_worker(self._read_chosen(), group="mail", exclusive=True)
        self.redraw()

    async def _read_chosen(self) -> None:
        if self._index() is None:
            return
        number = self._number
        try:
            (entry,) = await asyncio.to_thread(self._mails.entries, [number]) or (None,)
            if entry is None:
                raise NoMessageError(number)
            raw = await asyncio.to_thread(self._mails.raw, number)
            content = await asyncio.to_thread(self._mails.content, number)
        except NoMessageError:
            self.mails_changed()
            return
        except OSError as error:
            self._tell_error(error)
            return
        self._read[number] = entry
        self._mail = Mail(entry, raw[:SHOWN_OCTETS], content)
        self._top = 0
        self.redraw()

    def _index(self) -> int | None:
        return _place(self._numbers or (), self._number)

    # -- how it looks

    def draw(self, width: int, height: int) -> Picture:
        footer = footer_row(self._keys(width), width)
        asked, cursor = self._bottom(width)
        room = height - 1 - len(asked)
        if self._numbers is None:
            body: list[Row] = []
        elif not self._numbers:
            body = self._nothing(width)
        elif self._reading:
            body = self._view_rows(width, room)
        elif width < BOXED_FROM:
            body = [(), *self._list(width, room - 1)] if room > 4 else self._list(width, room)
        else:
            body = [(), *self._list(width, min(_LISTED, len(self._numbers)) + 1)]
            hairline = (blanks(1), Hairline(self.glyphs.horizontal * (width - 2)))
            body = [*body, hairline, *self._view_rows(width, room - len(body) - 1)]
        rows = [*body[:room], *(() for _row in range(room - len(body))), *asked]
        place = (cursor, room) if cursor is not None else None
        return Picture(page_rows(rows, footer, height), place)

    def _nothing(self, width: int) -> list[Row]:
        said = _("The sandbox has received nothing yet. A mail stands here once the dot is answered 250.")
        if self._lost:
            said = _("There is no mail, though the dot was answered 250.")
        if self._words:
            said = _("No mail holds {words}. Esc lists all of them.").format(words=visible(self._words))
        text = wrap((Run(said),), min(MEASURE, width - LABEL - 2))
        return [(), *((blanks(1), *row) for row in hang(pgettext("section", "inbox"), text))]

    def _list(self, width: int, height: int) -> list[Row]:
        at = self._index() or 0
        numbers = self._numbers or ()
        unread = any(one not in self._read for one in numbers[in_sight(len(numbers), at, height)])
        if unread and self._asked_near != self._number:  # further than was read ahead
            self._asked_near = self._number
            self.mails_changed()
        found = ""
        if self._words:
            found = ngettext("{count} found", "{count} found", len(numbers)).format(count=len(numbers))
        listing = Listing(numbers, self._read, at, found)
        return list_rows(listing, width, height, self.glyphs, now=self._now())

    def _view_rows(self, width: int, height: int) -> list[Row]:
        wide = width >= BOXED_FROM
        number = self._number if self._reading else None
        rows: list[Row] = [selector_row(self._view, width, self.glyphs, reading=number, wide=wide), ()]
        if self._mail is None:
            return rows
        shown = self._laid_out(self._mail, width - 2)
        self._shown = max(1, height - len(rows))
        self._top = max(0, min(self._top, len(shown) - self._shown))
        inside = shown[self._top : self._top + self._shown]
        below = len(shown) - self._top - len(inside)
        if below > 0:
            said = ngettext("{count} row below", "{count} rows below", below + 1).format(count=below + 1)
            inside[-1] = (blanks(LABEL), Run(said, Tone.QUIET))
        return [*rows, *((blanks(1), *row) if row else row for row in inside)]

    def _laid_out(self, mail: Mail, width: int) -> list[Row]:
        """The rows of the view; those of a long mail take a while, and a key that scrolls does not wait."""
        wanted = (mail, self._view, width, self._lens)
        if self._laid is None or self._laid[0] != wanted:
            self._laid = wanted, view_rows(mail, self._view, width, lens=self._lens)
        return self._laid[1]

    def _bottom(self, width: int) -> tuple[list[Row], int | None]:
        """The rows above the footer: a question and the cursor's column, or what was done."""
        if self._question is not None:
            row, cursor = self._question.row(self.glyphs, width)
            return [row], cursor
        said, tone = self._said
        return ([cut((blanks(1), Run(said, tone)), width - 1)] if said else []), None

    def _keys(self, width: int) -> list[KeyWord]:
        if self._question is not None:
            return [KeyWord("Enter", _("answer")), KeyWord("Esc", _("back"))]
        beyond = [
            KeyWord("F1", action("help").short, 6),
            KeyWord("^P", action("commands").short, 2),
            KeyWord("Esc", _("back")),
        ]
        if not self._numbers:  # the other keys are for mails
            return [*([KeyWord("/", _("search"))] if self._words else []), *beyond]
        updown = KeyWord("Up/Down", _("scroll") if self._reading else _("mail"))
        reading = [] if self._reading else [KeyWord("Enter", _("read"), 4)]
        sideways = self._reading or width >= BOXED_FROM
        return [
            updown,
            *([KeyWord("Left/Right", _("view"))] if sideways else []),
            *reading,
            *([KeyWord("1-9", _("save part"), 4)] if self._view is View.PARTS else []),
            *([KeyWord("0", _("by number"), 4)] if self._view is View.PARTS and self._part_count > 9 else []),
            *([KeyWord("b", pgettext("key", "bytes"), 4)] if self._view is View.SOURCE else []),
            KeyWord("F8", _("export"), 5),
            KeyWord("/", _("search"), 2),
            KeyWord("Del", _("delete"), 1),
            *beyond,
        ]

    def keys_in_words(self) -> Sequence[tuple[str, str]]:
        return (
            ("Up/Down", _("another mail; while one is read, scroll")),
            ("Enter", _("read it, alone on the screen")),
            ("Left/Right", _("another view of the mail")),
            ("b", _("its source in octets: line lengths, line ends, unseen ones")),
            ("1-9, 0", _("where its parts are shown: save one to a file")),
            ("F8", _("write it to a file, or all that are listed to a .mbox")),
            ("/", _("list only mails with some words in addresses or subject")),
            ("Del", _("delete it, after a typed yes")),
        )

    # -- keys

    def edit(self, event: events.Key) -> bool:
        edited = self._question is not None and self._question.field.key(event)
        if edited:
            self.redraw()
        return edited

    def paste(self, text: str) -> None:
        if self._question is not None:
            self._question.field.paste(text)
            self.redraw()

    def action_step(self, rows: int) -> None:
        """Up and Down: through the list, or through the view that is read."""
        if self._question is not None:
            return
        if self._reading:
            self._top = max(0, self._top + rows)
            self.redraw()
        elif self._numbers:
            at = max(0, min((self._index() or 0) + rows, len(self._numbers) - 1))
            self._number, self._said = self._numbers[at], ("", Tone.QUIET)
            self._read_mail()

    def action_page(self, pages: int) -> None:
        if self._reading or self.size.width < BOXED_FROM:
            self.action_step(pages * max(1, self._shown - 1))
        else:
            self._top = max(0, self._top + pages * max(1, self._shown - 1))
            self.redraw()

    def action_turn(self, step: int) -> None:
        """Left and Right: the next view of the same mail."""
        if self._question is None:
            self._view = VIEWS[(VIEWS.index(self._view) + step) % len(VIEWS)]
            self._top = 0
            self.redraw()

    def action_enter(self) -> None:
        if self._question is not None:
            self._answered(self._question)
        elif self._numbers:
            self._reading, self._top = True, 0
            self.redraw()

    def action_back(self) -> None:
        """One thing after the other: the question, the reading, the search, the page."""
        if self._question is not None:
            self._ask(None)
        elif self._reading:
            self._reading = False
            self.redraw()
        elif self._words:
            self._search("")
        else:
            self.dismiss(None)

    def action_search(self) -> None:
        self._ask(MailQuestion(Asked.SEARCH, self._number, text=self._words))

    def _search(self, words: str) -> None:
        self._words = words
        self._reading = False
        self.mails_changed()

    def action_bytes(self) -> None:
        """The source through the byte lens, and back."""
        self._lens = not self._lens
        self._view, self._top = View.SOURCE, 0
        self.redraw()

    # -- exporting, saving and deleting

    @property
    def _part_count(self) -> int:
        return len(self._mail.content.parts) if self._mail is not None else 0

    def action_part(self, part: int) -> None:
        """A digit saves this part; 0 asks for a number of more than one digit."""
        if self._view is not View.PARTS or self._mail is None or part > self._part_count:
            return
        if part == 0:
            if self._part_count > 9:
                self._ask(MailQuestion(Asked.WHICH_PART, self._number))
            return
        name = safe_name(self._mail.content.parts[part - 1], part)
        self._ask(MailQuestion(Asked.PART, self._number, part=part, text=name))

    def action_export(self) -> None:
        if self._numbers:
            self._ask(MailQuestion(Asked.FILE, self._number, text=f"mail-{self._number}.eml"))

    def action_delete(self) -> None:
        if self._numbers:
            self._ask(MailQuestion(Asked.DELETE, self._number))

    def _ask(self, question: MailQuestion | None) -> None:
        self._question, self._said = question, ("", Tone.QUIET)
        self.redraw()

    def _answered(self, question: MailQuestion) -> None:
        self._ask(None)
        text = question.field.text.strip()
        if question.asked is Asked.SEARCH:
            self._search(text)
        elif question.asked is Asked.WHICH_PART:
            if text.isascii() and text.isdigit() and int(text[:9]):
                self.action_part(int(text[:9]))
        elif question.asked in {Asked.FILE, Asked.PART}:
            if text:
                self._write(question, text, overwrite=False)
        elif question.yes and question.asked in {Asked.REPLACE, Asked.REPLACE_PART}:
            self._write(question, question.file, overwrite=True)
        elif question.yes:
            self.run_worker(self._delete(question.number), group="change")

    def _write(self, question: MailQuestion, name: str, *, overwrite: bool) -> None:
        self.run_worker(self._written(question, name, overwrite=overwrite), group="change")

    async def _written(self, question: MailQuestion, name: str, *, overwrite: bool) -> None:
        try:
            file, octets = await asyncio.to_thread(
                _put, self._mails, question, name, self._numbers or (), overwrite=overwrite
            )
        except FileExistsError:
            asked = Asked.REPLACE_PART if question.part else Asked.REPLACE
            self._ask(MailQuestion(asked, question.number, part=question.part, file=name))
        except LookupError:  # the mail is gone meanwhile
            self.mails_changed()
        except (OSError, ValueError) as error:
            self._tell_error(error)
        else:
            done = ngettext("{count} octet written to {file}", "{count} octets written to {file}", octets)
            self._said = done.format(count=octets, file=visible(str(file))), Tone.INK
            self.redraw()

    async def _delete(self, number: int) -> None:
        try:
            await asyncio.to_thread(self._mails.delete, number)
        except NoMessageError:
            pass
        except OSError as error:
            self._tell_error(error)
            return
        at = self._index()
        left = [one for one in self._numbers or () if one != number]
        if left and at is not None:
            self._number = left[min(at, len(left) - 1)]
        self._reading = False
        self._said = _("mail {number} is gone").format(number=number), Tone.INK
        await self._read_list()

    def _tell_error(self, error: Exception) -> None:
        reason = visible(str(error))
        if isinstance(error, OSError):
            reason = reason_of(error)
            if error.filename:
                reason = labelled(visible(str(error.filename)), reason)
        self._said = f"! {reason}", Tone.LATER
        self.redraw()


def _place(numbers: Sequence[int], number: int) -> int | None:
    """Where it stands among numbers that go down."""
    at = bisect_left(numbers, -number, key=neg)
    return at if at < len(numbers) and numbers[at] == number else None


def _put(
    mails: Mails, question: MailQuestion, name: str, listed: Sequence[int], *, overwrite: bool
) -> tuple[Path, int]:
    """A part, a mail, or all that are listed: where it went, and how many octets."""
    file = expanded(name).absolute()
    if question.part:
        octets = mails.part(question.number, question.part)[1]
    elif file.suffix == ".mbox":
        octets = b"".join(mails.mbox(reversed(listed)))
    else:
        octets = mails.raw(question.number)
    return file, put(file, octets, overwrite=overwrite)
