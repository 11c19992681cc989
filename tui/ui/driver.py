"""The terminal: Textual's Linux driver, made to survive what arrives on stdin, and its own loss."""

from __future__ import annotations

from typing import Any

from textual.drivers.linux_driver import LinuxDriver

from tui.ui.hangup import hung_up
from tui.ui.private import forgive_bad_bytes, outlive_terminal

forgive_bad_bytes()


class TerminalDriver(LinuxDriver):
    """Given to the app by name, so that TEXTUAL_DRIVER, which would import any code, has no say."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        outlive_terminal(self)
        self._away = False  # the terminal is the shell's

    def suspend_application_mode(self) -> None:
        self._away = True
        super().suspend_application_mode()

    def resume_application_mode(self) -> None:
        """At SIGCONT, which does not only come after a suspension: the kernel sends it with the SIGHUP of a
        terminal that is gone, and a person after kill -STOP. Beginning anew beside what runs would leave two
        readers of keys, and two writers."""
        if hung_up(self.fileno):
            return
        if not self._away:
            self.suspend_application_mode()
        self._away = False
        super().resume_application_mode()
