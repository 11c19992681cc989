"""The Textual application: themes, glyphs, signals, the crash report; which screen is shown first."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.screen import Screen

from tui.ui import look
from tui.ui.driver import TerminalDriver
from tui.ui.ground import Chain, Ground
from tui.ui.hangup import HangupWatch
from tui.ui.private import CrashGuard, KeysInOrder, LineFilter
from tui.ui.screens.session import SessionScreen
from tui.ui.scrub import Scrub
from tui.words.language import gettext as _
from tui.words.prose import wrap

if TYPE_CHECKING:
    from tui.desk.options import Options
    from tui.ui.sitting import MakeDesk

_INTERNAL, _BY_SIGNAL = 70, 128  # exit codes (DESIGN §6)


class TutorApp(KeysInOrder[int], CrashGuard[int], inherit_bindings=False):
    """Owns what belongs to the terminal; what is said and done belongs to the session screen."""

    CSS = """
    Screen { background: $background; color: $foreground; }
    """
    ENABLE_COMMAND_PALETTE = False
    TITLE = "smtptutor"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", show=False, priority=True, id="quit"),
    ]

    glyphs = reactive(look.UNICODE)

    def __init__(
        self, options: Options, appearance: look.Appearance, *, make_desk: MakeDesk | None = None
    ) -> None:
        super().__init__(driver_class=TerminalDriver)
        self.options = options
        for theme in look.THEMES:
            self.register_theme(theme)
        self.theme = appearance.theme
        self.set_reactive(TutorApp.glyphs, appearance.glyphs)
        self.animation_level = "none"
        self.session = SessionScreen(options, make_desk)
        self.signal: int | None = None
        """The signal that ended it; a hang-up counts as SIGHUP."""
        self._last = Chain(Ground(), Scrub())
        self._watch: HangupWatch | None = None

    def get_default_screen(self) -> Screen[Any]:
        return self.session

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._last]

    def on_mount(self) -> None:
        if not self.is_headless:
            self._watch = HangupWatch(self._leave_by_signal)
            self._watch.start()

    def on_unmount(self) -> None:
        if self._watch is not None:
            self._watch.stop()

    def post_display_hook(self) -> None:
        """A frame is out. The first one is what the engine waits for."""
        self.session.begin()

    def on_session_screen_settled(self) -> None:
        """What the imports made lives as long as the program: it need never be looked at again (SPEED §5)."""
        if not self.is_headless:
            gc.collect()
            gc.freeze()
            gc.enable()

    def action_leave(self) -> None:
        """From wherever: the session knows whether it must ask."""
        self._perform("quit")

    def action_ask(self, action: str) -> None:
        """A page wants what is not its own (``words.commands``). Help stands over the page; for the rest the
        page closes and the session does it."""
        if action == "help":
            from tui.ui.screens.help import HelpPage

            page: Any = self.screen
            if not isinstance(page, HelpPage):
                back = _("Esc goes back to the page before")
                self.push_screen(HelpPage(back=back, keys=page.keys_in_words()))
        else:
            self._perform(action)

    def _perform(self, id: str) -> None:
        while self.screen is not self.session:
            page: Any = self.screen
            page.close()
        self.session.perform(id)

    def _leave_by_signal(self, number: int) -> None:
        self.signal = number
        self.session.hang_up()
        self.exit(return_code=_BY_SIGNAL + number)

    def report_crash(self, error: BaseException | None) -> str:
        from tui.ui.crash import keep_report

        return keep_report(error)

    def leave_terminal(self) -> int:
        """After ``run``: say farewell on the shell; the exit code."""
        if self.signal is None and self.return_code:
            return _INTERNAL
        if self.session.farewell:
            columns = get_terminal_size().columns
            for sentence in self.session.farewell.split("\n"):
                self._say("\n".join(wrap(sentence, columns, whole=True)))
        return 0 if self.signal is None else _BY_SIGNAL + self.signal

    def _say(self, text: str) -> None:
        """On the shell. Behind a signal there may be no terminal any more: what stays in a buffer fails
        at the very end."""
        if self.signal is None:
            print(text)
            return
        with suppress(OSError, ValueError):
            os.write(sys.stdout.fileno(), f"{text}\n".encode(sys.stdout.encoding, "backslashreplace"))
