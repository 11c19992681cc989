"""What each action of ``words.commands`` does on the split screen: one method per id. Pages are imported when
they are first opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tui.desk import chunking, destination, faulting, impersonating, rawing, ways
from tui.desk.asking import Asked, Feeding
from tui.desk.target import BadTargetError
from tui.net.access import Access
from tui.net.endpoint import Endpoint
from tui.practice.exercise import CONNECT
from tui.sandbox.inbox import Inbox
from tui.smtp.display import visible
from tui.smtp.parameters import size_limit
from tui.smtp.phases import Phase
from tui.store.paths import expanded, home
from tui.store.settings import NotChangedError, save
from tui.ui import furniture, look
from tui.ui.private import set_mouse
from tui.words import commands, language
from tui.words.keys import PRESSED
from tui.words.language import gettext as _
from tui.words.reasons import reason as reason_of

if TYPE_CHECKING:
    from tui.desk.desk import Desk
    from tui.desk.keeping import Transcript
    from tui.desk.lesson import Lesson
    from tui.ui.app import TutorApp
    from tui.ui.learning import Learning
    from tui.ui.screens.compose import Composed
    from tui.ui.screens.connect import ConnectTo
    from tui.ui.screens.session import SessionScreen
    from tui.ui.sitting import Sitting


#: Terminals drop what is longer (xterm and tmux at about 100,000 octets of base64).
_CLIPBOARD: Final = 70_000


class Actions:
    """Acts on the session screen; opens the pages and takes their answers."""

    def __init__(self, session: SessionScreen) -> None:
        self._session = session
        self._saved: set[Path] = set()
        self._mouse = True

    @property
    def _app(self) -> TutorApp:
        app: Any = self._session.app
        return app  # type: ignore[no-any-return]

    @property
    def _sitting(self) -> Sitting:
        return self._session.sitting

    @property
    def _desk(self) -> Desk:
        return self._session.sitting.desk

    def perform(self, id: str, argument: str = "") -> None:
        """Do it now; ``argument`` is what followed a typed name. KeyError: no such action, a mistake of
        ours."""
        handlers: dict[str, Callable[[str], None]] = {
            "hint": self._hint,
            "fill": self._fill,
            "compose": self._compose,
            "inbox": self._inbox,
            "connect": self._connect,
            "mx": self._next_exchanger,
            "faults": self._faults,
            "scenario": self._scenario,
            "clock": self._clock,
            "explain-line": self._explain_line,
            "certificate": self._certificate,
            "pane": self._pane,
            "save": self._save,
            "copy": self._copy,
            "zoom": self._zoom,
            "bytes": self._bytes,
            "times": self._times,
            "raw": self._raw,
            "bdat": self._bdat,
            "language": self._language,
            "theme": self._theme,
            "side-by-side": self._side_by_side,
            "ascii": self._ascii,
            "learn": self._learn,
            "next": lambda argument: self._learning(lambda learning: learning.next()),
            "task": self._task,
            "solution": lambda argument: self._learning(lambda learning: learning.again(play=True)),
            "again": lambda argument: self._learning(lambda learning: learning.again()),
            "free": lambda argument: self._learning(lambda learning: learning.practise_freely()),
            "personality": self._personality,
            "help": self._help,
            "commands": self._commands,
            "quit": self._quit,
        }
        handlers[id](argument)
        self._session.show()

    def perform_named(self, name: str, argument: str) -> None:
        """A typed name; ``/`` alone asks for the list."""
        found = commands.typed(name) if name else commands.action("commands")
        if found is None:
            self._sitting.say(_("there is no /{name}; / alone lists them").format(name=visible(name)))
        else:
            self.perform(found.id, argument)

    # -- at the prompt

    def _hint(self, argument: str) -> None:
        self._sitting.hint()

    def _fill(self, argument: str) -> None:
        if self._sitting.take_paste_together(self._session.model):
            return
        lesson = self._desk.lesson
        if lesson is None and self._desk.feeding is Feeding.SECRET:
            filling = self._sitting.fill_answer(self._session.model)
            self._session.run_worker(filling, group="answer", exclusive=True)
            return
        if lesson is not None:
            self._fill_for(lesson)
            return
        counting = self._session.model.text[:4].upper() == "BDAT"
        fill = (self._desk.chunk_line if counting else "") or self._desk.fill
        if fill:
            self._session.model.replace(fill)

    def _fill_for(self, lesson: Lesson) -> None:
        """F4 in an exercise is the third hint; when it is solved, the worked solution."""
        if lesson.solved:
            self._learning(lambda learning: learning.again(play=True))
            return
        lead = lesson.fill(self._desk.practice)
        if lead is not None and lead.line == CONNECT:
            self._sitting.say(_("the connection is gone: F5 connects again"))
        elif lead is not None and lead.line:
            self._session.model.replace(lead.line)

    def _explain_line(self, argument: str) -> None:
        if self._session.wire.reading is None:
            self._session.read()
        else:
            self._sitting.explain(self._session.place_read, note=self._session.note_read)

    def _pane(self, argument: str) -> None:
        self._session.next_pane()

    # -- exercises

    def _learn(self, argument: str) -> None:
        self._learning(lambda learning: learning.begin(argument) if argument else learning.map())

    def _learning(self, act: Callable[[Learning], None]) -> None:
        learning = self._session.learning
        if learning is not None:
            act(learning)

    def _task(self, argument: str) -> None:
        lesson = self._desk.lesson
        if lesson is None:
            self._sitting.say(_("no exercise is under way; /learn opens the map"))
        else:
            lesson.telling = not lesson.telling

    # -- pages

    def _help(self, argument: str) -> None:
        from tui.ui.screens.help import HelpPage

        if argument:
            self._help_for(argument)
            return
        lesson, line = self._desk.lesson, self._sitting.guide_at(self._session.place_read)
        task = lesson.exercise.story if lesson is not None else ""
        keys = furniture.reading_keys() if self._session.wire.reading is not None else ()
        self._app.push_screen(HelpPage(line, at_line=line is not None, task=task, keys=keys))

    def _help_for(self, name: str) -> None:
        """One extension or command."""
        from tui.ui.screens.help import HelpPage
        from tui.words import extension_help

        found = extension_help.help_for(name, self._desk.practice)
        if found is None:
            self._sitting.say(extension_help.unknown(name))
        else:
            self._app.push_screen(HelpPage(found, at_line=True, about=visible(name.strip().upper())))

    def _certificate(self, argument: str) -> None:
        """All of it, however many names it has: on a page, which can be scrolled."""
        from tui.ui.screens.help import HelpPage
        from tui.words.tls import panel

        shown = panel(self._desk.practice)
        if shown is None:
            self._sitting.say(_("this connection has no TLS, so there is no certificate"))
        else:
            about = commands.action("certificate").name
            self._app.push_screen(HelpPage(shown, at_line=True, about=about))

    def _commands(self, argument: str) -> None:
        from tui.ui.screens.commands import CommandsPage

        self._app.push_screen(CommandsPage(argument), self._chosen)

    def _chosen(self, id: str | None) -> None:
        if id is not None:
            self.perform(id)

    def _compose(self, argument: str) -> None:
        from tui.ui.screens.compose import ComposePage

        desk = self._desk
        due = desk.practice.phase is Phase.MESSAGE
        chunks = desk.practice.phase is Phase.RCPT and "CHUNKING" in desk.practice.extensions
        page = ComposePage(
            desk.draft or desk.letterhead,
            due=due,
            sent=desk.draft_sent,
            chunks=chunks,
            limit=size_limit(desk.practice.extensions),
            place=self._session.place,
        )
        self._app.push_screen(page, self._composed)

    def _composed(self, composed: Composed | None) -> None:
        """What was written is kept, whatever becomes of it."""
        if composed is None:
            return
        if composed.send or composed.text != self._desk.letterhead:  # that alone is nobody's writing
            self._desk.draft = composed.text
        if composed.send and self._desk.send_message(composed.text) is None:
            self._sitting.say(_("the message is kept for F3: the server does not take text now"))

    def _inbox(self, argument: str) -> None:
        from tui.ui.screens.inbox import InboxPage

        self._session.mails = mails = self._session.mails or Inbox(home().mail)
        self._app.push_screen(InboxPage(mails, place=self._session.place, lost=self._desk.lost))

    # -- connecting and leaving

    def _connect(self, argument: str) -> None:
        desk = self._desk
        if argument:
            self._go_to_named(argument)
            return
        from tui.ui import connecting

        self._app.push_screen(connecting.page(desk), self._connect_chosen)

    def _connect_chosen(self, chosen: ConnectTo | None) -> None:
        if chosen is None:
            return
        if chosen.target is not None:
            self._desk.steps = chosen.steps
            self._desk.timeout = chosen.timeout
        self._open(chosen.target, chosen.access)

    def _go_to_named(self, argument: str) -> None:
        """The sandbox, HOST[:PORT], or a profile."""
        if argument == "sandbox":
            self.go_to(None)
            return
        try:
            found = destination.find(argument, home().servers)
        except BadTargetError as problem:
            self._sitting.say(str(problem))
            return
        if found.doubt:
            self._sitting.say(found.doubt)
        if found.profile:
            self._sitting.say(ways.profile(found.profile, found.target, found.access))
            self._desk.steps = destination.with_steps(self._desk.steps, found.steps)
            self._desk.timeout = found.timeout or self._desk.timeout
        access = destination.reaching_again(found, self._desk.endpoint, self._desk.access)
        self.go_to(found.target, access)

    def connect_again(self) -> None:
        """F5: where a connection stood and is gone, to the same server at once; else the page asks where to.
        An exercise that is solved begins again, one that is not connects again to its server."""
        desk = self._desk
        if desk.lesson is not None:
            if desk.lesson.solved:
                self._learning(lambda learning: learning.again())
            else:
                self.go_to(None)
            return
        if self._sitting.goes_back:
            self._open(desk.endpoint if desk.real else None, desk.access)
        else:
            self.perform("connect")

    def _next_exchanger(self, argument: str) -> None:
        desk = self._desk
        access = desk.next_exchanger
        if access is None:
            self._sitting.say(ways.no_next_exchanger(desk.exchangers if desk.access.mx else None))
        else:
            self.go_to(desk.endpoint, access)

    def go_to(self, target: Endpoint | None, access: Access | None = None) -> None:
        """Connect as typed; a mail that was begun is asked about at the prompt."""
        if self._desk.must_ask_before_connect:
            self._sitting.ask(Asked.CONNECT, target, access)
        else:
            self._open(target, access)

    def trust(self) -> None:
        """Connect again in spite of a certificate that was not verified."""
        self._open(self._desk.endpoint, self._desk.unverified)

    def _open(self, target: Endpoint | None, access: Access | None = None) -> None:
        """Connect. Another server than its own ends an exercise."""
        if target is not None and self._desk.lesson is not None:
            self._desk.put_down(keep_server=False)
        self._session.connect(target, access)

    def _quit(self, argument: str) -> None:
        question = self._desk.leave_question
        if question is not None:
            self._sitting.ask(question)
        else:
            self._session.leave()

    # -- the sandbox

    def _faults(self, argument: str) -> None:
        """One more, or off, on and del; without an argument the page shows what there is."""
        if argument or not self._may_change():
            self._tell(faulting.choose(self._desk, argument, PRESSED))
        else:
            self._show_bench("FAULTS")

    def _scenario(self, argument: str) -> None:
        """By its name, or from a file."""
        if argument or not self._may_change():
            self._tell(faulting.choose_scenario(self._desk, argument, PRESSED))
        else:
            self._show_bench("SCENARIO")

    def _personality(self, argument: str) -> None:
        """By its name."""
        if argument or not self._may_change():
            self._tell(impersonating.choose(self._desk, argument, PRESSED))
        else:
            self._show_bench("PERSONALITY")

    def _may_change(self) -> bool:
        return faulting.at_hand(self._desk) is None

    def _show_bench(self, view: str) -> None:
        """The page on which all three are changed."""
        from tui.desk import scenarios
        from tui.ui.screens.fault_rows import View
        from tui.ui.screens.faults import FaultsPage

        bench = self._desk.bench
        page = FaultsPage(
            bench, scenarios.to_take(bench.server), impersonating.known(), tell=self._say, view=View[view]
        )
        self._app.push_screen(page, lambda result: self._session.show())

    def _tell(self, sentences: list[str]) -> None:
        for sentence in sentences:
            self._sitting.say(sentence)

    def _say(self, sentence: str) -> None:
        """From a page: what goes by the clock may be another thing now."""
        self._sitting.say(sentence)
        self._sitting.read_clock()

    def _clock(self, argument: str) -> None:
        for sentence in faulting.step_clock(self._desk, argument):
            self._sitting.say(sentence)
        self._sitting.read_clock()

    # -- files

    def _save(self, argument: str) -> None:
        """Where the typed name says; without one, what is to be made of the session is asked."""
        transcript = self._desk.transcript
        if transcript is None:
            self._sitting.say(_("there is no transcript to save"))
        elif argument:
            self._save_in(transcript, expanded(argument))
        else:
            from tui.ui.screens.question import save_page

            self._app.push_screen(save_page(), self._save_chosen)

    def _save_chosen(self, name: str | None) -> None:
        from tui.ui.screens.question import TRANSCRIPT

        transcript = self._desk.transcript
        if name == TRANSCRIPT and transcript is not None:
            self._save_in(transcript, Path.cwd())
        elif name is not None:
            self._copy(name)
        self._session.show()

    def _save_in(self, transcript: Transcript, wanted: Path) -> None:
        target = wanted / transcript.text_file.name if wanted.is_dir() else wanted
        try:
            saved = transcript.save_as(target, overwrite=target in self._saved)
        except FileExistsError:
            self._sitting.say(_("not saved: {path} is there already").format(path=visible(str(target))))
        except OSError as error:
            reason = reason_of(error)
            self._sitting.say(
                _("not saved: {path}: {reason}").format(path=visible(str(target)), reason=reason)
            )
        else:
            self._saved.add(saved)
            self._sitting.say(_("transcript saved: {path}").format(path=visible(str(saved))))

    def _copy(self, argument: str) -> None:
        """The session as another program or as Markdown: to the terminal's clipboard, and beside the
        transcript, for not every terminal has one that we may write."""
        from tui.desk import exports

        transcript, form = self._desk.transcript, exports.named(argument)
        if transcript is None:
            self._sitting.say(_("there is no transcript to save"))
            return
        if form is None:
            self._save("")
            return
        try:
            text = exports.of_transcript(form, transcript)
            file = transcript.beside(form.suffix, text) if text and transcript.kept else None
        except OSError as error:
            self._sitting.say(_("not copied: {reason}").format(reason=reason_of(error)))
            return
        if not text:
            self._sitting.say(_("nothing was said yet, so there is nothing to copy"))
            return
        if len(text) <= _CLIPBOARD:
            self._app.copy_to_clipboard(text)
            self._sitting.say(
                _("{form} is in the terminal's clipboard, where the terminal has one").format(form=form.title)
            )
        if file is not None:
            self._sitting.say(_("{form} written: {path}").format(form=form.title, path=visible(str(file))))

    # -- how it looks

    def _zoom(self, argument: str) -> None:
        zoomed = self._session.zoom()
        set_mouse(self._app, on=not zoomed)

    def _bytes(self, argument: str) -> None:
        self._session.look_closely()

    def _times(self, argument: str) -> None:
        self._session.show_times()

    def _bdat(self, argument: str) -> None:
        got = chunking.line(self._desk, commands.action("compose").key)
        if isinstance(got, chunking.Line):
            self._session.model.replace(got.text)
        else:
            self._sitting.say(got)

    def _raw(self, argument: str) -> None:
        for sentence in rawing.choose(self._desk, argument):
            self._sitting.say(sentence)

    def _language(self, argument: str) -> None:
        if argument:
            self._language_chosen(language.normal(argument))
        else:
            from tui.ui.screens.question import language_page

            self._app.push_screen(language_page(language.current()), self._language_chosen)

    def _language_chosen(self, code: str | None) -> None:
        if code is not None:
            language.use(code)
            self._keep("lang", code)
            if self._desk.lesson is not None:
                self._learning(lambda learning: learning.retell())
            self._session.show_anew()

    def _theme(self, argument: str) -> None:
        if argument:
            self._theme_chosen(argument if argument in self._app.available_themes else None)
        else:
            from tui.ui.screens.question import theme_page

            page = theme_page(self._app.theme, tuple(self._app.available_themes))
            self._app.push_screen(page, self._theme_chosen)

    def _theme_chosen(self, name: str | None) -> None:
        if name is not None:
            self._app.theme = name
            self._keep("theme", name)

    def _side_by_side(self, argument: str) -> None:
        self._session.side = None if self._session.side else True
        self._keep("layout", "side" if self._session.side else "auto")
        self._session.show_anew()

    def _ascii(self, argument: str) -> None:
        plain = not self._app.glyphs.ascii
        self._app.glyphs = look.ASCII if plain else look.UNICODE
        self._keep("ascii", plain)

    def _keep(self, key: str, value: str | bool) -> None:
        """Remembered for the next start; where that cannot be, it is said and holds for this time."""
        try:
            save(home().settings, key, value)
        except (OSError, NotChangedError):
            self._sitting.say(_("this holds until you leave: the settings file could not be written"))
