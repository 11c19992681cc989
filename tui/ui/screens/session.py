"""The session: wire, prompt and guide, joined to the desk. Values go down to the widgets, messages come
up."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.timer import Timer

from tui.desk.desk import Asked, Desk, Feeding, Submitted
from tui.desk.opening import desk_for
from tui.desk.options import Layout as Division
from tui.desk.options import Options
from tui.net.endpoint import Endpoint
from tui.net.session import Stamped
from tui.practice.state import Practice
from tui.prompt import names
from tui.prompt.history import History
from tui.prompt.prompt import Prompt
from tui.smtp.display import visible
from tui.ui import sheet
from tui.ui.actions import Actions, typed
from tui.ui.arrange import BoxLayout
from tui.ui.flow import Row
from tui.ui.folding import fold
from tui.ui.grid import GUIDE_LEAST_ROWS, NOWHERE, TIMES_FROM, UNDER_WIRE, Box, Grid, Shape, grid
from tui.ui.mode import MODES, Mode, Now, mode_row
from tui.ui.pace import Pace
from tui.ui.past import Past
from tui.ui.presenting import footer_keys, parting, place, question_notes, too_small, waits_for, why_closed
from tui.ui.private import output_is_queued
from tui.ui.telling import Teller
from tui.ui.widgets.footer import footer_row
from tui.ui.widgets.guide import GuideSheet
from tui.ui.widgets.prompt import ModeLine, PromptLine, PromptMark
from tui.ui.widgets.rows import Rows
from tui.ui.widgets.strip import Place, StateStrip, strip_row
from tui.ui.widgets.wire import GUTTER, MARGIN, TEXT_FROM, Wire
from tui.ui.wirelog import WireLog
from tui.words import commands
from tui.words.guide import Guide, Run, Tone
from tui.words.language import gettext as _
from tui.words.language import ngettext
from tui.words.sheet import guide as guide_of

_SIDE = {Division.AUTO: None, Division.SIDE: True, Division.STACKED: False}
_KEYS = (
    ("help", "f1"),
    ("hint", "f2"),
    ("fill", "f4"),
    ("pane", "f6"),
    ("inbox", "f7"),
    ("save", "f8"),
    ("zoom", "f9"),
    ("commands", "ctrl+p"),
)
_IN_MESSAGE = {Feeding.HEADER, Feeding.BODY}
_WAIT_SHOWN_AFTER = 1  # second
_TICK = 1.0


class SessionScreen(Screen[None], inherit_bindings=False):
    """One sitting. The desk decides everything about SMTP; this shows what it tells and hands on what is
    typed."""

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

    def __init__(self, options: Options, make_desk: Callable[..., Desk] = desk_for) -> None:
        super().__init__(id="session")
        self.options = options
        self.side = _SIDE[options.layout]
        self.rows_said = WireLog()
        self.teller = Teller(self.rows_said)
        self.desk = make_desk(options, self.on_events, on_crash=self._desk_crashed)
        self.model = Prompt(History(self.desk.commands))
        self.hints = 0
        self._grid: Grid = grid(0, 0)
        self._guide = Guide(())
        self.actions = Actions(self)
        self._past = Past()
        self._practice_before = self.desk.practice
        self._explained: Guide | None = None  # of a line that is read again, in the guide's place
        self._newcomer = not self.desk.commands
        self._zoomed = False
        self._guide_instead = False  # under 60 columns: the guide in the wire's place
        self._step = ""
        self._tick: Timer | None = None
        self._pace = Pace(self, self.show, self._may_show)
        self._box_layout = BoxLayout(self._boxes)

    def compose(self) -> ComposeResult:
        yield StateStrip(id="strip")
        yield Wire(self.rows_said, id="wire")
        yield PromptMark(id="mark")
        yield PromptLine(self.model, id="prompt")
        yield ModeLine(id="mode")
        yield GuideSheet(id="guide")
        yield GuideSheet(id="second")
        yield Rows(id="footer")
        yield Rows(id="too-small")

    def on_mount(self) -> None:
        self.strip = self.query_one("#strip", StateStrip)
        self.wire = self.query_one("#wire", Wire)
        self.mark = self.query_one("#mark", PromptMark)
        self.prompt = self.query_one("#prompt", PromptLine)
        self.mode = self.query_one("#mode", ModeLine)
        self.guide = self.query_one("#guide", GuideSheet)
        self.second = self.query_one("#second", GuideSheet)
        self.footer = self.query_one("#footer", Rows)
        self.too_small = self.query_one("#too-small", Rows)
        self.wire.out_of_sight = _out_of_sight
        self.prompt.complete = self._complete
        self.guide.lay_with(self._lay_guide)
        self.second.lay_with(self._lay_second)
        self.prompt.focus()
        self.watch(self.app, "theme", self.show_anew, init=False)
        self.watch(self.app, "glyphs", self.show_anew, init=False)
        self.call_after_refresh(self._connect_first)

    def _connect_first(self) -> None:
        self.connect(self.options.target)

    def _desk_crashed(self, error: BaseException) -> None:
        if not isinstance(error, Exception):
            raise error
        app: Any = self.app
        app.crash(error)

    def _may_show(self) -> bool:
        return not output_is_queued(self.app)

    # -- where everything stands

    @property
    def layout(self) -> BoxLayout:
        """Ours, whatever the styles say: a style can only name the layouts that Textual brings."""
        return self._box_layout

    def _boxes(self, width: int, height: int) -> Mapping[str, Box]:
        """Called by the layout. The wire is as high as what was said, the prompt directly under it."""
        needed = GUIDE_LEAST_ROWS
        if self._guide.sections:
            needed = sheet.least_height(self._guide, max(1, width - 2 * MARGIN), stacked=True)
        self._grid = plan = grid(width, height, side=self.side, guide_rows=needed)
        if plan.shape is Shape.NONE:
            return {"too-small": Box(0, 0, width, height)}
        talk = Box(0, 0, width, height) if self._zoomed else plan.talk
        self.wire.fit(talk.width, times=plan.shape is Shape.THREE and talk.width >= TIMES_FROM)
        rows = min(self.wire.rows_wanted, talk.height - UNDER_WIRE)
        boxes = {
            "strip": plan.strip,
            "wire": Box(talk.x, talk.y, talk.width, rows),
            "mark": Box(talk.x + MARGIN, talk.y + rows, GUTTER, 1),
            "prompt": Box(talk.x + TEXT_FROM, talk.y + rows, talk.width - TEXT_FROM - MARGIN, 1),
            "mode": Box(talk.x + TEXT_FROM, talk.y + rows + 1, talk.width - TEXT_FROM - MARGIN, 1),
            "guide": plan.guide,
            "second": plan.second,
            "footer": plan.footer,
        }
        if self._zoomed:
            return {name: boxes[name] for name in ("wire", "mark", "prompt", "mode")}
        self.guide.shape = self.second.shape = plan.shape
        if plan.shape is Shape.ONE:
            self.second.shape, boxes["second"], boxes["guide"] = Shape.STACKED, plan.guide, NOWHERE
            if self._guide_instead:
                self.guide.shape = Shape.NONE
                boxes |= {"wire": NOWHERE, "guide": Box(talk.x, talk.y, talk.width, plan.wire_rows)}
                for id, row in (("mark", 0), ("prompt", 0), ("mode", 1)):
                    box = boxes[id]
                    boxes[id] = Box(box.x, talk.y + plan.wire_rows + row, box.width, 1)
        return boxes

    def on_resize(self) -> None:
        self.show()

    def on_wire_grown(self) -> None:
        self._rearrange()

    def _rearrange(self) -> None:
        """Ask for a layout. Textual forgets the last arrangement only when a child asks."""
        self.mode.refresh(repaint=False, layout=True)

    # -- what the desk tells

    def on_events(self, batch: tuple[Stamped, ...]) -> None:
        """Called by the desk with everything that happened since the last time."""
        self._past.remember(self._practice_before, batch)
        self._practice_before = self.desk.practice
        self._explained = None
        self.teller.tell(batch, self.desk.practice, real=self.desk.real)
        step = self.desk.practice.open_step
        if self._step != (step.id if step is not None else ""):
            self._step, self.hints = step.id if step is not None else "", 0
        self._pace.soon()

    # -- showing it

    def show(self) -> None:
        """Everything that may have changed; the widgets repaint what did."""
        if self._grid.shape is Shape.NONE:
            text = too_small(*self.size)
            rows = [(Run(text[a:b]),) for a, b in fold(text, max(1, self.size.width))]
            self.too_small.show(rows)
            return
        self.wire.hold([visible(line) for line in self.desk.held], _("held"))
        self.wire.show_news()
        self._show_guide()
        self._show_strip()
        self.model.suggestion = self.desk.suggestion
        self._show_mode()
        self.prompt.redraw()
        self._count_waiting()

    @property
    def place(self) -> Place:
        """What the strip says."""
        return place(self.desk.practice, self.desk.endpoint, real=self.desk.real, clock=self.teller.clock)

    def _show_strip(self) -> None:
        width = self._grid.strip.width
        self.strip.show([strip_row(self.place, width, self.strip.look)])

    def _show_guide(self) -> None:
        self._guide = self._explained or self._guide_of(self.desk.practice)
        self.guide.relay()
        self.second.relay()

    def _guide_of(self, practice: Practice) -> Guide:
        newcomer = self._newcomer and not practice.accepted
        return guide_of(practice, sandbox=not self.desk.real, hints=self.hints, newcomer=newcomer)

    def _lay_guide(self, width: int, height: int) -> Sequence[Row]:
        guide = sheet.columns(self._guide)[0] if self._grid.shape is Shape.THREE else self._guide
        stacked = self.guide.shape is Shape.STACKED
        return sheet.lay(guide, width, height, stacked=stacked, glyphs=self.guide.look.glyphs)

    def _lay_second(self, width: int, height: int) -> Sequence[Row]:
        glyphs = self.second.look.glyphs
        if self._grid.shape is Shape.THREE:
            return sheet.lay(sheet.columns(self._guide)[1], width, height, glyphs=glyphs)
        return sheet.two_rows(self._guide, width, glyphs=glyphs)

    def _show_mode(self) -> None:
        now = self._now()
        self.model.secret = now.mode is Mode.SECRET
        look = self.mark.look
        inside = look.glyphs.inside if self.desk.feeding in _IN_MESSAGE else " "
        here = look.glyphs.here if self.prompt.has_focus else " "
        self.mark.show([(Run(here, Tone.YOU, bold=True), Run(" "), Run(inside, Tone.QUIET), Run(" "))])
        self.mode.show([mode_row(now, self._grid.talk.width - TEXT_FROM - MARGIN)])
        keys = footer_keys(now.mode, one_pane=self._grid.shape is Shape.ONE, sandbox=not self.desk.real)
        self.footer.show([footer_row(keys, self._grid.footer.width)])

    def _now(self) -> Now:
        """What the prompt is for at this moment."""
        desk, model, check = self.desk, self.model, self.desk.practice.message
        feeding = desk.feeding
        mode = MODES[feeding]
        waiting, seconds = desk.waiting, 0
        if waiting is not None:
            seconds = int(desk.elapsed - waiting.since)
        if model.paste_due:
            mode = Mode.PASTE
        elif self.wire.has_focus:
            mode = Mode.READING
        elif mode is Mode.COMMAND and seconds >= _WAIT_SHOWN_AFTER:
            mode = Mode.WAITING
        lines = len(model.pasted) if mode is Mode.PASTE else check.lines if check is not None else 0
        return Now(
            mode,
            ghost=model.ghost,
            named=not self.mark.look.dims,
            empty=model.empty,
            held=len(desk.held),
            lines=lines,
            in_message=feeding in _IN_MESSAGE,
            awaited=waits_for(waiting.to) if waiting is not None else "",
            seconds=seconds,
            limit=int(waiting.limit) if waiting is not None else 0,
            asked=desk.question.asked if desk.question is not None else None,
            why_closed=why_closed(desk.practice),
            host=visible(str(desk.endpoint)) if desk.real else _("the sandbox"),
        )

    def _count_waiting(self) -> None:
        """Only while a reply is due, once a second; then nothing moves."""
        if self._tick is None and self.desk.waiting is not None:
            self._tick = self.set_timer(_TICK, self._ticked)

    def _ticked(self) -> None:
        self._tick = None
        self._show_mode()
        self._count_waiting()

    def show_anew(self) -> None:
        """Language, glyphs, colours or the division have changed: lay out and paint everything again."""
        self.show()
        self._rearrange()
        for widget in self.children:
            widget.refresh()

    # -- what is typed

    def on_prompt_line_changed(self) -> None:
        self._show_mode()

    def on_prompt_line_pasted(self) -> None:
        self._show_mode()

    def on_prompt_line_submitted(self) -> None:
        """Enter. What does not go out stays in the prompt."""
        model, desk = self.model, self.desk
        self.wire.follow()
        if model.paste_due:
            for line in model.take_paste():
                desk.submit(line)
        elif desk.question is not None:
            self._answer(model.take())
        elif model.empty and desk.send_held():
            pass
        else:
            self._send(model.text)
        self.show()

    def _send(self, text: str) -> None:
        feeding = self.desk.feeding
        typed = names.read(text, command_due=feeding not in {*_IN_MESSAGE, Feeding.SECRET})
        if isinstance(typed, names.Named):
            self.model.clear()
            self._do_named(typed)
            return
        submitted = self.desk.submit(typed.text)
        if submitted is Submitted.CLOSED:
            return
        self.model.clear()
        if feeding is Feeding.COMMAND and not text.upper().startswith("AUTH"):
            self.model.remember(typed.text)
        if submitted is Submitted.ASKED:
            self._explain_question()

    def _explain_question(self) -> None:
        question = self.desk.question
        for note in question_notes(question, self.desk.endpoint) if question is not None else ():
            self.teller.note(note)

    def _answer(self, text: str) -> None:
        """Only a whole yes is one; anything else is the harmless answer."""
        question, yes = self.desk.question, text.strip().lower() in {"yes", _("yes")}
        assert question is not None
        self.desk.answer(yes)
        if yes and question.asked is Asked.LEAVE_MESSAGE:
            self.leave()
        elif yes and question.asked is Asked.CONNECT:
            self.connect(question.target)

    def _complete(self) -> bool:
        if self.desk.feeding is not Feeding.COMMAND:
            return False
        typed = (one.typed for one in commands.ACTIONS if one.typed)
        return self.model.complete(phase=self.desk.practice.phase, names=typed)

    # -- what the actions need

    def action_do(self, id: str) -> None:
        """An action of ``words.commands`` by its key."""
        self.actions.perform(id)

    def _do_named(self, named: names.Named) -> None:
        found = typed(named.name)
        if found is None:
            self.say(_("there is no /{name}; / alone lists them").format(name=visible(named.name)))
        else:
            self.actions.perform(found.id, named.argument)

    def say(self, text: str) -> None:
        """A note of ours in the wire."""
        self.teller.note(text)
        self._pace.soon()

    def next_pane(self) -> None:
        """From the prompt to the wire and back; under 60 columns from wire to guide and back."""
        if self._grid.shape is Shape.ONE and not self._guide_instead and not self.wire.has_focus:
            self._guide_instead = True
        elif self._guide_instead or self._grid.shape is not Shape.ONE:
            self._guide_instead = False
            (self.prompt if self.wire.has_focus else self.wire).focus()
        else:
            self.prompt.focus()
        self._rearrange()

    def zoom(self) -> bool:
        """The talk alone fills the screen, or no longer; True while it does."""
        self._zoomed = not self._zoomed
        self._rearrange()
        return self._zoomed

    def guide_at(self, line: int) -> Guide | None:
        """What the guide said when this line of the wire had been answered."""
        number = self.rows_said.number_of(line)
        practice = self._past.when_answered(number) if number is not None else None
        return guide_of(practice, sandbox=not self.desk.real) if practice is not None else None

    def explain(self, line: int) -> None:
        """Show it in the guide, until Esc or until something is said."""
        guide = self.guide_at(line)
        if guide is None:
            self.say(_("nothing is known about this line any more"))
        self._explained = guide

    def on_wire_line_chosen(self, message: Wire.LineChosen) -> None:
        self.explain(message.line)
        self.show()

    def connect(self, target: Endpoint | None) -> None:
        """To the sandbox when there is no target. What is open is left properly first."""
        if target is not None:
            self.actions.visited(target)
        opening = self.desk.open_sandbox() if target is None else self.desk.open(target)
        self.run_worker(self._open(opening), group="connection", exclusive=True)
        self.show()

    async def _open(self, opening: Coroutine[Any, Any, bool]) -> None:
        try:
            await opening
        except OSError as error:
            reason = visible(error.strerror or str(error))
            self.say(_("the sandbox cannot start: {reason}").format(reason=reason))
        self._pace.soon()

    def ask(self, asked: Asked, target: Endpoint | None = None) -> None:
        """A question of ours at the prompt."""
        self.desk.ask(asked, target)
        self._explain_question()

    def leave(self) -> None:
        """QUIT where that is possible, then the shell."""
        self.run_worker(self._leave(), group="leaving", exclusive=True)

    async def _leave(self) -> None:
        await self.desk.leave()
        self.app.exit(0)

    @property
    def farewell(self) -> str:
        """The line for the shell."""
        return parting(self.desk.farewell)

    # -- keys of the screen itself

    def action_clear_or_leave(self) -> None:
        if self.model.empty:
            self.actions.perform("quit")
        else:
            self.model.clear()
            self.show()

    def action_connect_again(self) -> None:
        self.actions.connect_again()

    def action_compose_or_take(self) -> None:
        """F3. A paste that is asked about is taken as message text inside a message."""
        if self.model.paste_due and self.desk.feeding in _IN_MESSAGE:
            self.desk.send_message("\n".join(self.model.take_paste()))
            self.show()
        elif not self.model.paste_due:
            self.actions.perform("compose")

    def action_leave_if_empty(self) -> None:
        if self.model.empty and not self.model.paste_due:
            self.actions.perform("quit")

    def action_back(self) -> None:
        """Esc: always back to typing, never anything lost."""
        if self.model.paste_due:
            self.model.put_paste_aside()
        self._explained = None
        if self._guide_instead or self._zoomed:
            if self._zoomed:
                self.actions.perform("zoom")
            self._guide_instead = False
            self._rearrange()
        self.wire.follow()
        self.prompt.focus()
        self.show()

    def action_scroll_wire(self, pages: int) -> None:
        self.wire.scroll_pages(pages)

    def on_descendant_focus(self) -> None:
        self._show_mode()


def _out_of_sight(above: int, below: int) -> str:
    """Lines that are there and not to be seen are said."""
    parts = []
    if above:
        parts.append(ngettext("{count} line above", "{count} lines above", above).format(count=above))
    if below:
        parts.append(ngettext("{count} below", "{count} below", below).format(count=below))
    return _("{lines}, F6 reads them").format(lines=", ".join(parts))
