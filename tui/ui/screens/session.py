"""The session screen: wire, prompt and guide. Values go down to the widgets, messages come up.

It can be shown before there is anything to show: what goes on (``Sitting``) is imported after the first
frame.
"""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from tui.prompt.history import History
from tui.prompt.prompt import Prompt
from tui.ui.arrange import BoxLayout
from tui.ui.folding import fold
from tui.ui.furniture import footer_keys, out_of_sight, too_small
from tui.ui.grid import STACKED_FROM, UNDER_WIRE, Box, Grid, Shape, Times, grid, times_shown
from tui.ui.mode import Mode, Now, mode_row
from tui.ui.pace import Pace
from tui.ui.private import KeysInOrder, lay_out_now, output_is_queued
from tui.ui.widgets.footer import footer_row
from tui.ui.widgets.guide import Edge, GuideSheet
from tui.ui.widgets.prompt import ModeLine, PromptLine, PromptMark
from tui.ui.widgets.rows import Rows
from tui.ui.widgets.strip import Place, StateStrip, strip_row
from tui.ui.widgets.wire import GUTTER, MARGIN, TEXT_FROM, Wire
from tui.ui.wirelog import WireLog
from tui.words.guide import Guide, Run, Tone
from tui.words.language import gettext as _
from tui.words.reasons import reason as reason_of

if TYPE_CHECKING:
    from pathlib import Path

    from tui.desk.options import Options
    from tui.net.access import Access
    from tui.net.endpoint import Endpoint
    from tui.sandbox.inbox import Inbox
    from tui.ui.actions import Actions
    from tui.ui.flow import Row
    from tui.ui.learning import Learning
    from tui.ui.sitting import MakeDesk, Sitting

_SIDE = {"auto": None, "side": True, "stacked": False}
_KEYS = (
    ("help", "f1"),
    ("hint", "f2"),
    ("fill", "f4"),
    ("pane", "f6"),
    ("inbox", "f7"),
    ("save", "f8"),
    ("zoom", "f9"),
    ("faults", "ctrl+f"),
    ("clock", "ctrl+t"),
    ("commands", "ctrl+p"),
)
_TICK = 1.0  # seconds
_READ_AHEAD = 1.0  # seconds after the beginning; then the program is settled
_ROOM_BESIDE_GOALS = 5  # rows of the stacked guide, so that it keeps its height for nearly all that it says
_TOLD = ("reply", "slip", "question", "next", "hint")


class SessionScreen(Screen[None], inherit_bindings=False):
    """One sitting. The desk decides everything about SMTP; this shows what it tells and hands on what is
    typed."""

    AUTO_FOCUS = "#prompt"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"do('{id}')", show=False, id=id) for id, key in _KEYS),
        Binding("f5", "connect_again", show=False, id="connect"),
        Binding("f3", "compose_or_take", show=False, id="compose"),
        Binding("ctrl+c", "clear_or_leave", show=False, id="clear"),
        Binding("ctrl+d", "leave_if_empty", show=False, id="end"),
        Binding("escape", "back", show=False, id="back"),
        Binding("pageup", "scroll_wire(-1)", show=False, id="page-up"),
        Binding("pagedown", "scroll_wire(1)", show=False, id="page-down"),
    ]

    class Settled(Message):
        """Posted when the first words and their guide have been shown: everything is imported now."""

    def __init__(self, options: Options, make_desk: MakeDesk | None = None) -> None:
        super().__init__(id="session")
        self.options = options
        self.side: bool | None = _SIDE[options.layout.value]
        self.model = Prompt()
        self._make_desk = make_desk
        self._sitting: Sitting | None = None
        self._actions: Actions | None = None
        self._learning: Learning | None = None
        self.mails: Inbox | None = None  # it remembers what it has read
        self._log = WireLog()
        self._guide = Guide(())
        self._begun = self._guide_due = False
        self._grid: Grid = grid(0, 0)
        self._lens = False  # the wire shows octets
        self._times: bool | None = (
            options.times or None
        )  # it shows how long each reply took; None: where there is room
        self._zoomed = self._leaving = False  # leaving: ^C was pressed with nothing to clear
        self._guide_instead = False  # under 60 columns: the guide in the wire's place
        self._tick: Timer | None = None
        self._mode_shown: object = None
        self._pace = Pace(self, self.show, lambda: not output_is_queued(self.app))
        self._box_layout = BoxLayout(self._boxes)
        self.strip = StateStrip(id="strip")
        self.wire = Wire(self._log, id="wire")
        self.mark = PromptMark(id="mark")
        self.prompt = PromptLine(self.model, id="prompt")
        self.mode = ModeLine(id="mode")
        self.guide = GuideSheet(id="guide")
        self.footer = Rows(id="footer")

    def compose(self) -> ComposeResult:
        yield from (self.strip, self.wire, self.mark, self.prompt, self.mode)
        yield from (self.guide, self.footer)

    def on_mount(self) -> None:
        self.wire.out_of_sight = out_of_sight
        self.prompt.complete = self._complete
        self.prompt.submit = self.submit
        self.prompt.changed = self._show_mode
        self.guide.lay_with(self._lay_guide)
        self._boxes(*self.app.size)
        self.show()  # so that the very first frame has everything
        self.watch(self.app, "theme", self.show_anew, init=False)
        self.watch(self.app, "glyphs", self.show_anew, init=False)

    def on_resize(self) -> None:
        self.show()

    def begin(self) -> None:
        """The first frame is out: bring the engine in, and connect."""
        if self.is_mounted and not self._begun:
            self._begun = True
            self.call_next(self._begin)

    def _begin(self) -> None:
        from tui.desk.opening import desk_for
        from tui.smtp.display import visible
        from tui.store.paths import home
        from tui.ui.sitting import Sitting

        make_desk = self._make_desk or desk_for
        sitting = Sitting(self.options, self._log, self._pace.soon, self._desk_crashed, make_desk)
        sitting.on_leave, sitting.on_connect = self.leave, self.connect
        sitting.on_trust, sitting.on_typed = self._trust, self.model.remember
        self.model.history = History(sitting.desk.commands)
        self._sitting = sitting
        place = home()
        self._take_keys(place.keymap)
        if place.unwritable is not None:
            folder = visible(str(place.unwritable))
            sitting.say(_("{folder} cannot be written: nothing will be kept").format(folder=folder))
        if self.options.profile:
            from tui.desk import ways

            sitting.say(ways.profile(self.options.profile, self.options.target, self.options.access))
        if self.options.doubt:
            sitting.say(self.options.doubt)
        for sentence in self.options.remarks:
            sitting.say(sentence)
        if self.options.learn is None:
            self.connect(self.options.target, self.options.access)
        elif self.learning is not None:
            self.learning.begin(self.options.learn)
        self.set_timer(_READ_AHEAD, self._read_ahead)
        if isinstance(self.app, KeysInOrder):
            self.app.go_on_typing()

    def _read_ahead(self) -> None:
        """What F7 will show, in a thread: of a hundred thousand mails the list takes a while, once."""

        def look() -> None:
            from tui.sandbox.inbox import Inbox
            from tui.store.paths import home

            self.mails = self.mails or Inbox(home().mail)
            self.mails.numbers()

        self.run_worker(look, thread=True, group="inbox", exit_on_error=False)

    @property
    def learning(self) -> Learning | None:
        """The course, imported when it is first asked for; None, and the reason said, when it cannot be
        read."""
        if self._learning is None:
            from tui.ui.learning import opened

            self._learning = opened(self)
        return self._learning

    def _take_keys(self, file: Path) -> None:
        """The user's own keys, by the ids of the bindings."""
        from tui.ui.keymap import load

        bindings = (*self.BINDINGS, *self.app.BINDINGS, *self.wire.BINDINGS)
        known = frozenset(one.id for one in bindings if isinstance(one, Binding) and one.id)
        keys, wrong = load(file, known)
        if keys:
            self.app.set_keymap(keys)
        for sentence in wrong:
            self.sitting.say(sentence)

    @property
    def actions(self) -> Actions | None:
        """What the keys do, imported with the first of them; None while nothing goes on yet."""
        if self._actions is None and self._sitting is not None:
            from tui.ui.actions import Actions

            self._actions = Actions(self)
        return self._actions

    def _desk_crashed(self, error: BaseException) -> None:
        app: Any = self.app
        app.crash(error)

    @property
    def sitting(self) -> Sitting:
        """What goes on. RuntimeError before the first frame was shown."""
        if self._sitting is None:
            raise RuntimeError("nothing goes on before the first frame")
        return self._sitting

    # -- where everything stands

    @property
    def layout(self) -> BoxLayout:
        """Ours, whatever the styles say: a style can only name the layouts that Textual brings."""
        return self._box_layout

    def _boxes(self, width: int, height: int) -> Mapping[str, Box]:
        """Called by the layout. The wire is as high as what was said, the prompt directly under it."""
        self._grid = plan = grid(width, height, side=self.side, guide_rows=self._guide_needs(width))
        self.guide.columns = 2 if plan.shape is Shape.THREE else 1
        if plan.shape is Shape.NONE:
            self.guide.edge = Edge.NONE
            return {"guide": Box(0, 0, width, height)}
        talk = Box(0, 0, width, height) if self._zoomed else plan.talk
        times = times_shown(plan.shape, talk.width, self._times)
        self.wire.fit(talk.width, times=times, lens=self._lens)
        if self._guide_alone:
            talk = Box(talk.x, talk.y, talk.width, talk.height + plan.guide.height)
        most = talk.height - UNDER_WIRE
        rows = most if self._guide_alone else min(self.wire.rows_wanted, most)
        text_width = talk.width - TEXT_FROM - MARGIN
        boxes = {
            "guide" if self._guide_alone else "wire": Box(talk.x, talk.y, talk.width, rows),
            "mark": Box(talk.x + MARGIN, talk.y + rows, GUTTER, 1),
            "prompt": Box(talk.x + TEXT_FROM, talk.y + rows, text_width, 1),
            "mode": Box(talk.x + TEXT_FROM, talk.y + rows + 1, text_width, 1),
        }
        self.prompt.origin = Offset(boxes["prompt"].x, boxes["prompt"].y)
        if self._zoomed:
            return boxes
        if self._guide_alone:
            self.guide.edge = Edge.NONE
        else:
            beside = plan.shape in {Shape.SIDE, Shape.THREE}
            self.guide.edge = Edge.LEFT if beside else Edge.TOP
            boxes["guide"] = plan.guide
        return {"strip": plan.strip, **boxes, "footer": plan.footer}

    @property
    def _guide_alone(self) -> bool:
        """Under 60 columns, and wanted: the guide stands in the wire's place."""
        return self._guide_instead and self._grid.shape is Shape.ONE and not self._zoomed

    def _guide_needs(self, width: int) -> int:
        if not self._guide.sections:
            return 0
        from tui.ui.sheet import few_rows, least_height, natural_height, spoken_height

        room = max(1, width - 2 * MARGIN)
        if width < STACKED_FROM:
            return len(few_rows(self._guide, room))
        goals = self._guide.section("goals")
        if self._guide.section("solved") is not None:
            return natural_height(self._guide, room, stacked=True)
        if goals is None:
            return least_height(self._guide, room, stacked=True)
        if self._guide.section("story") is not None:
            return spoken_height(self._guide, room)
        return max(len(goals.steps) + _ROOM_BESIDE_GOALS, spoken_height(self._guide, room))

    def _rearrange(self) -> None:
        """Something stands elsewhere now."""
        lay_out_now(self)

    # -- showing it

    def show(self) -> None:
        """Everything that may have changed; the widgets repaint what did."""
        if self._grid.shape is Shape.NONE:
            self.guide.relay()
            return
        moves = False
        if self._sitting is not None:
            self.wire.hold(self._sitting.held, _("held"))
            moves = self.wire.show_news()
            self._sitting.prepare(self.model)
            self._show_guide()
            self._count_waiting()
        self.strip.show([strip_row(self.place, self._grid.strip.width, self.strip.look)])
        self._show_mode()
        self.prompt.redraw()
        if moves:
            self._rearrange()
        if self.app.screen is not self:  # not is_current: that counts screens behind a dialog too
            self._tell_page()

    def _tell_page(self) -> None:
        """A page that stands over the session hears what goes on below it."""
        from tui.ui.screens.page import Page

        page = self.app.screen
        if isinstance(page, Page):
            page.news(self.place, message_due=self._sitting is not None and self._sitting.inside)

    def _show_guide(self) -> None:
        """The first one comes a frame after the wire: its words are imported with it."""
        if self._guide.sections:
            before, self._guide = self._guide, self.sitting.guide
            hinted = self._guide.section("hint") != before.section("hint")
            if (self._grid.shape is Shape.ONE and hinted) or _room_of(self._guide) != _room_of(before):
                self._rearrange()  # it takes rows from the wire
            self.guide.relay()
        elif self.sitting.begun and not self._guide_due:
            self._guide_due = True
            self.call_after_refresh(self._show_first_guide)

    def _show_first_guide(self) -> None:
        self._guide = self.sitting.guide
        self._rearrange()
        self.guide.relay()
        self.post_message(self.Settled())

    def show_anew(self) -> None:
        """Language, glyphs, colours or the division have changed: lay out and paint everything again."""
        self._mode_shown = None
        self.show()
        self._rearrange()
        for widget in self.children:
            widget.refresh()

    def _show_mode(self) -> None:
        """Called for every key, so it does nothing unless there is something else to say."""
        self._leaving = self._leaving and self.model.empty
        now, look = self._now(), self.mark.look
        state = (now, look, self.reading, self._guide_instead, self._grid, self._zoomed)
        if state == self._mode_shown:
            return
        self._mode_shown = state
        inside = look.glyphs.inside if self._sitting is not None and self._sitting.inside else " "
        here = " " if self.reading else look.glyphs.here
        self.prompt.idle = self.reading
        self.mark.show([(Run(here, Tone.YOU, bold=True), Run(" "), Run(inside, Tone.QUIET), Run(" "))])
        talk = self.size.width if self._zoomed else self._grid.talk.width
        self.mode.show([mode_row(now, talk - TEXT_FROM - MARGIN, zoomed=self._zoomed)])
        keys = footer_keys(
            now.mode,
            one_pane=self._grid.shape is Shape.ONE,
            guide=self._guide_instead,
            sandbox=not self._real,
            last=now.last,
        )
        self.footer.show([footer_row(keys, self._grid.footer.width)])

    @property
    def _real(self) -> bool:
        return self._sitting.desk.real if self._sitting is not None else self.options.target is not None

    def _now(self) -> Now:
        if self._sitting is None or not self._sitting.begun:
            return Now(Mode.CONNECTING, host=self.place.host if self.options.target else _("the sandbox"))
        drawn = self.prompt.draws_ghost
        return self._sitting.now(self.model, reading=self.reading, ghost_drawn=drawn, leaving=self._leaving)

    @property
    def place(self) -> Place:
        """What the strip says."""
        if self._sitting is not None and self._sitting.begun:
            return self._sitting.place
        if self.options.target is None:
            return Place(_("sandbox"), security=_("plain text"))
        return Place(self._target, real=_("REAL"), security=_("plain text"))

    @property
    def _target(self) -> str:
        """The server of the options, and what lies in between."""
        if self.options.target is None or not self.options.access.indirect:
            return str(self.options.target)
        from tui.desk import ways

        return ways.server(self.options.target, self.options.access)

    def _lay_guide(self, width: int, height: int) -> Sequence[Sequence[Row]]:
        """The columns of the sheet. It is imported when there is a guide to lay out."""
        if self._grid.shape is Shape.NONE:
            text = too_small(*self.size)
            return [[(Run(text[a:b]),) for a, b in fold(text, max(1, width))]]
        if not self._guide.sections:
            return []
        from tui.ui import sheet

        glyphs = self.guide.look.glyphs
        if self._grid.shape is Shape.ONE and not self._guide_alone:
            return [sheet.few_rows(self._guide, width, height, glyphs=glyphs)]
        guides = sheet.columns(self._guide) if self.guide.columns > 1 else (self._guide,)
        stacked = self._grid.shape is Shape.STACKED
        return [sheet.lay(one, width, height, stacked=stacked, glyphs=glyphs) for one in guides]

    def _count_waiting(self) -> None:
        """Only while a reply is due, once a second; then nothing moves."""
        if self._tick is None and self._sitting is not None and self._sitting.waits:
            self._tick = self.set_timer(_TICK, self._ticked)

    def _ticked(self) -> None:
        self._tick = None
        self._show_mode()
        self._count_waiting()

    # -- what is typed

    def _complete(self, back: bool) -> None:
        """Tab: in a message it is text like any other key."""
        if self._sitting is not None and self._sitting.inside:
            self.model.type("\t")
        elif self._sitting is not None:
            self._sitting.complete(self.model, back=back)

    def submit(self) -> None:
        """Enter. What does not go out stays in the prompt."""
        if self._sitting is None:
            return
        self._leaving = False
        self.wire.follow()
        named = self._sitting.enter(self.model)
        if named is not None and self.actions is not None:
            self.actions.perform_named(named.name, named.argument)
        self.show()

    def on_descendant_focus(self) -> None:
        self._show_mode()

    # -- what the actions need

    @property
    def reading(self) -> bool:
        """The keys are the wire's."""
        return self.focused is self.wire

    def read(self) -> None:
        """Give the keys to the wire."""
        self._turn_to(self.wire)

    def perform(self, id: str) -> None:
        """An action of ``words.commands``, by key or from a page."""
        self._leaving = False
        if self.actions is not None:
            self.actions.perform(id)
        elif id == "quit":
            self.app.exit(0)

    def next_pane(self) -> None:
        """From the prompt to the wire and back; under 60 columns to the guide, to the wire and back."""
        if self._grid.shape is Shape.ONE and not self._guide_instead and not self.reading:
            self._guide_instead = True
        elif self._grid.shape is not Shape.ONE or self._guide_instead:
            self._guide_instead = False
            self._turn_to(self.prompt if self.reading else self.wire)
        else:
            self._turn_to(self.prompt)
        self._rearrange()

    def _turn_to(self, pane: Widget) -> None:
        """Whoever types again sees the last lines again."""
        if pane is self.prompt:
            self.wire.follow()
        elif pane is self.wire and not self.reading:
            self.wire.begin_reading()
        self.set_focus(pane, scroll_visible=False)

    def zoom(self) -> bool:
        """The talk alone fills the screen, or no longer; True while it does."""
        self._zoomed = not self._zoomed
        self._rearrange()
        return self._zoomed

    def look_closely(self) -> bool:
        """The wire shows what cannot be seen in a line, or no longer; True while it does."""
        self._lens = not self._lens
        self.show_anew()
        return self._lens

    def show_times(self) -> bool:
        """The wire says how long each reply took, or no longer; True while it does."""
        shown = times_shown(self._grid.shape, self.wire.size.width, self._times)
        self._times = shown is Times.NONE
        self.show_anew()
        return self._times

    @property
    def place_read(self) -> tuple[int, int] | None:
        """Of the line that is being read: ``WireLog.place_of``."""
        return self._log.place_of(self.wire.reading) if self.wire.reading is not None else None

    @property
    def note_read(self) -> bool:
        """A note is being read."""
        return self.wire.reading is not None and self._log.is_note(self.wire.reading)

    def connect(self, target: Endpoint | None, access: Access | None = None) -> None:
        """To the sandbox when there is no target. What is open is left properly first."""
        from tui.desk import ways

        desk = self.sitting.desk
        lesson_at = self.options.lesson_at if desk.lesson is not None and target is None else None
        chosen = access if lesson_at is None else self.options.access
        if note := ways.by_port(chosen, page=lesson_at is None):
            self.sitting.say(note)
        opening = desk.open_sandbox() if target is None else desk.open(target, access)
        self.run_worker(self._open(opening), group="connection", exclusive=True)
        self.show()

    async def _open(self, opening: Coroutine[Any, Any, bool]) -> None:
        try:
            await opening
        except OSError as error:
            sentence = _("the sandbox cannot start: {reason}")
            if self.sitting.desk.lesson is not None:
                sentence = _("this exercise could not be judged, its server cannot start: {reason}")
            self.sitting.fail_to_begin(sentence.format(reason=reason_of(error)))
        self._pace.soon()

    def _trust(self) -> None:
        if self.actions is not None:
            self.actions.trust()

    def hang_up(self) -> None:
        """Close without a word; there is no time for more."""
        if self._sitting is not None:
            self._sitting.desk.hang_up()

    @property
    def farewell(self) -> str:
        """The line for the shell; "" when nothing went on."""
        if self._sitting is None:
            return ""
        from tui.ui.presenting import parting

        return parting(self._sitting.desk.farewell)

    def leave(self) -> None:
        """QUIT where that is possible, then the shell."""
        self.run_worker(self._leave(), group="leaving", exclusive=True)

    async def _leave(self) -> None:
        await self.sitting.desk.leave()
        self.app.exit(0)

    # -- keys

    @property
    def takes_keys(self) -> bool:
        """Behind the first frame the engine comes in: what is typed before goes to the server, too."""
        return self._sitting is not None

    async def take(self, event: events.Key | events.Paste) -> None:
        """For the pane that has the focus (``private.TakesKeys``)."""
        if isinstance(event, events.Paste):
            if not self.reading:
                self.prompt.paste(event.text)
        elif self.reading or not self.prompt.take(event):
            bound = self.active_bindings.get(event.key)
            if bound is not None and bound.enabled:
                await self.app.run_action(bound.binding.action, bound.node)

    # -- keys of the screen itself

    def action_do(self, id: str) -> None:
        self.perform(id)

    def action_connect_again(self) -> None:
        if self.actions is not None:
            self.actions.connect_again()
            self.show()  # it may have asked something first

    def action_compose_or_take(self) -> None:
        """F3. A paste that is asked about is taken as message text inside a message."""
        if not self.model.paste_due:
            self.perform("compose")
        elif self.sitting.inside:
            self.sitting.take_paste(self.model)
            self.show()

    def action_clear_or_leave(self) -> None:
        """^C: the line; then what is only waited for; then it offers to leave, and the next one does."""
        again, self._leaving = self._leaving, False
        if not self.model.empty:
            self.model.clear()
        elif self._sitting is None or again:
            self.perform("quit")
        else:
            self._leaving = not self._sitting.give_up()
        self.show()

    def action_leave_if_empty(self) -> None:
        if self.model.empty and not self.model.paste_due:
            self.perform("quit")

    def action_back(self) -> None:
        """Esc: always back to typing, never anything lost."""
        self._leaving = False
        if self.model.paste_due:
            self.model.put_paste_aside()
        elif not self.reading and not self._zoomed:
            self.model.recall_paste()
        if self._zoomed:
            self.perform("zoom")
        if self._sitting is not None:
            self._sitting.explain_no_more()
            self._sitting.put_aside()
            if self._sitting.finished and self.model.empty and not self._zoomed:
                self.perform("learn")
        self._guide_instead = False
        self._turn_to(self.prompt)
        self._rearrange()
        self.show()

    def action_scroll_wire(self, pages: int) -> None:
        self.wire.scroll_pages(pages)

    def on_wire_line_chosen(self) -> None:
        self.perform("explain-line")


def _room_of(guide: Guide) -> tuple[object, ...]:
    """What decides how many rows the guide of an exercise wants."""
    goals = guide.section("goals")
    finish = guide if guide.section("solved") is not None else None
    told = tuple(guide.section(key) for key in _TOLD) if goals is not None else ()
    return guide.section("story") is None, len(goals.steps) if goals is not None else 0, finish, told
