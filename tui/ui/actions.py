"""What each action of ``words.commands`` does on the split screen: one method per id."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.desk.asking import Asked
from tui.desk.target import BadTargetError, parse
from tui.net.endpoint import Endpoint
from tui.smtp.display import visible
from tui.smtp.phases import Phase
from tui.store.paths import home
from tui.store.settings import NotChangedError, save
from tui.ui import look
from tui.ui.private import set_mouse
from tui.ui.screens.commands import CommandsPage
from tui.ui.screens.compose import Composed, ComposePage
from tui.ui.screens.connect import ConnectPage, ConnectTo, Recent
from tui.ui.screens.help import HelpPage
from tui.ui.screens.question import language_page, theme_page
from tui.words import commands, language
from tui.words.language import gettext as _

if TYPE_CHECKING:
    from tui.ui.app import TutorApp
    from tui.ui.screens.session import SessionScreen

HINTS = 3


class Actions:
    """Acts on the session screen; opens the pages and takes their answers."""

    def __init__(self, session: SessionScreen) -> None:
        self._session = session
        self._visited: list[Endpoint] = []
        self._saved: set[Path] = set()
        self._mouse = True

    @property
    def _app(self) -> TutorApp:
        app: Any = self._session.app
        return app  # type: ignore[no-any-return]

    def perform(self, id: str, argument: str = "") -> None:
        """Do it now; ``argument`` is what followed a typed name. KeyError: no such action, a mistake of
        ours."""
        handlers: dict[str, Callable[[str], None]] = {
            "hint": self._hint,
            "fill": self._fill,
            "compose": self._compose,
            "inbox": self._inbox,
            "connect": self._connect,
            "explain-line": self._explain_line,
            "pane": self._pane,
            "save": self._save,
            "zoom": self._zoom,
            "language": self._language,
            "theme": self._theme,
            "side-by-side": self._side_by_side,
            "ascii": self._ascii,
            "help": self._help,
            "commands": self._commands,
            "quit": self._quit,
        }
        handlers[id](argument)
        self._session.show()

    # -- at the prompt

    def _hint(self, argument: str) -> None:
        self._session.hints = min(HINTS, self._session.hints + 1)

    def _fill(self, argument: str) -> None:
        fill = self._session.desk.fill
        if fill:
            self._session.model.replace(fill)

    def _explain_line(self, argument: str) -> None:
        wire = self._session.wire
        if wire.reading is None:
            wire.focus()
        else:
            self._session.explain(wire.reading)

    def _pane(self, argument: str) -> None:
        self._session.next_pane()

    # -- pages

    def _help(self, argument: str) -> None:
        reading = self._session.wire.reading
        line = self._session.guide_at(reading) if reading is not None else None
        self._app.push_screen(HelpPage(line, at_line=line is not None))

    def _commands(self, argument: str) -> None:
        self._app.push_screen(CommandsPage(argument), self._chosen)

    def _chosen(self, id: str | None) -> None:
        if id is not None:
            self.perform(id)

    def _compose(self, argument: str) -> None:
        desk = self._session.desk
        due = desk.practice.phase is Phase.MESSAGE
        self._app.push_screen(ComposePage(desk.draft, due=due, place=self._session.place), self._composed)

    def _composed(self, composed: Composed | None) -> None:
        """What was written is kept, whatever becomes of it."""
        if composed is None:
            return
        self._session.desk.draft = composed.text
        if composed.send and self._session.desk.send_message(composed.text) is None:
            self._session.say(_("the message is kept for F3: the server does not take text now"))

    def _inbox(self, argument: str) -> None:
        self._session.say(_("the inbox is not to be had"))

    # -- connecting and leaving

    def _connect(self, argument: str) -> None:
        desk = self._session.desk
        if argument:
            try:
                self.go_to(None if argument == "sandbox" else parse(argument))
            except BadTargetError as problem:
                self._session.say(str(problem))
            return
        recent = [Recent(one, _("REAL")) for one in self._visited]
        page = ConnectPage(
            recent,
            target=desk.endpoint if desk.real else None,
            mail_begun=desk.must_ask_before_connect,
        )
        self._app.push_screen(page, self._connect_chosen)

    def _connect_chosen(self, chosen: ConnectTo | None) -> None:
        if chosen is not None:
            self._session.connect(chosen.target)

    def connect_again(self) -> None:
        """F5: with nothing open, to the same server at once; else the page asks where to."""
        desk = self._session.desk
        if desk.connected or desk.endpoint is None:
            self.perform("connect")
        else:
            self._session.connect(desk.endpoint if desk.real else None)

    def go_to(self, target: Endpoint | None) -> None:
        """Connect as typed; a mail that was begun is asked about at the prompt."""
        if self._session.desk.must_ask_before_connect:
            self._session.ask(Asked.CONNECT, target)
        else:
            self._session.connect(target)

    def visited(self, target: Endpoint) -> None:
        """Offer it in the page, newest first."""
        self._visited = [target, *(one for one in self._visited if one != target)]

    def _quit(self, argument: str) -> None:
        if self._session.desk.must_ask_before_leave:
            self._session.ask(Asked.LEAVE_MESSAGE)
        else:
            self._session.leave()

    # -- files

    def _save(self, argument: str) -> None:
        """Into the folder the program was started in, or where the typed name says."""
        transcript = self._session.desk.transcript
        if transcript is None:
            self._session.say(_("there is no transcript to save"))
            return
        wanted = Path(argument).expanduser() if argument else Path.cwd()
        target = wanted / transcript.text_file.name if wanted.is_dir() else wanted
        try:
            saved = transcript.save_as(target, overwrite=target in self._saved)
        except FileExistsError:
            self._session.say(_("not saved: {path} is there already").format(path=visible(str(target))))
        except OSError as error:
            reason = visible(error.strerror or str(error))
            self._session.say(
                _("not saved: {path}: {reason}").format(path=visible(str(target)), reason=reason)
            )
        else:
            self._saved.add(saved)
            self._session.say(_("transcript saved: {path}").format(path=visible(str(saved))))

    # -- how it looks

    def _zoom(self, argument: str) -> None:
        zoomed = self._session.zoom()
        set_mouse(self._app, on=not zoomed)

    def _language(self, argument: str) -> None:
        if argument:
            self._language_chosen(language.normal(argument))
        else:
            self._app.push_screen(language_page(language.current()), self._language_chosen)

    def _language_chosen(self, code: str | None) -> None:
        if code is not None:
            language.use(code)
            self._keep("lang", code)
            self._session.show_anew()

    def _theme(self, argument: str) -> None:
        if argument:
            self._theme_chosen(argument if argument in self._app.available_themes else None)
        else:
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
            self._session.say(_("this holds until you leave: the settings file could not be written"))


def typed(name: str) -> commands.Action | None:
    """What ``/name`` asks for; ``/`` alone asks for the list."""
    return commands.typed(name) if name else commands.action("commands")
