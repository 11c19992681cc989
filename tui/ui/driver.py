"""The terminal: Textual's Linux driver, made to survive what arrives on stdin."""

from __future__ import annotations

from textual.drivers.linux_driver import LinuxDriver

from tui.ui.private import forgive_bad_bytes

forgive_bad_bytes()


class TerminalDriver(LinuxDriver):
    """Given to the app by name, so that TEXTUAL_DRIVER, which would import any code, has no say."""
