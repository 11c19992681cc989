"""Line mode on a terminal that knows escape sequences: our own line editor, below what the server says."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import termios
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from tui.desk.options import Options
from tui.desk.unblocking import end_in_time, leave_behind
from tui.plain import tty
from tui.plain.conversation import WIRE, Conversation
from tui.plain.editor import MODES_OFF, Editor
from tui.plain.keys import Key, KeyReader, Pasted, Pressed, Typed
from tui.plain.signals import Signals
from tui.prompt.prompt import Prompt
from tui.smtp.display import visible
from tui.words.language import gettext as _
from tui.words.language import ngettext
from tui.words.prose import wrap

_HELD_SHOWN: Final = 3
_KEYS_AT_ONCE: Final = 4096  # octets
#: Terminals that may have no faint text: what is proposed could not be told from what was typed.
_NO_DIM: Final = ("vt52", "vt100", "vt102", "vt220", "ansi", "linux", "cons25")

_EDITING: Final[dict[str, Callable[[Prompt], None]]] = {
    "left": Prompt.left,
    "ctrl+b": Prompt.left,
    "right": Prompt.right,
    "ctrl+f": Prompt.right,
    "home": Prompt.home,
    "ctrl+a": Prompt.home,
    "end": Prompt.end,
    "ctrl+e": Prompt.end,
    "ctrl+left": Prompt.word_left,
    "alt+left": Prompt.word_left,
    "alt+b": Prompt.word_left,
    "ctrl+right": Prompt.word_right,
    "alt+right": Prompt.word_right,
    "alt+f": Prompt.word_right,
    "backspace": Prompt.delete_back,
    "delete": Prompt.delete_forward,
    "ctrl+w": Prompt.delete_word_back,
    "alt+backspace": Prompt.delete_word_back,
    "alt+d": Prompt.delete_word_forward,
    "ctrl+k": Prompt.kill_to_end,
    "ctrl+u": Prompt.kill_to_start,
    "up": Prompt.up,
    "ctrl+p": Prompt.up,
    "down": Prompt.down,
    "ctrl+n": Prompt.down,
}
#: Function keys do what they do on the split screen.
_NAMED: Final = {
    "f1": "help",
    "f2": "hint",
    "f3": "compose",
    "f4": "fill",
    "f5": "connect",
    "f7": "inbox",
    "f8": "save",
}


class EditingTerminal(Conversation):
    """Typed text and cursor stay right while the server speaks; what was sent never appears twice."""

    on_terminal = True

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._descriptor = sys.stdin.fileno()
        self._settings = tty.TerminalSettings(self._descriptor)
        self._keys = KeyReader()
        dim = not options.ascii and not os.environ.get("TERM", "").startswith(_NO_DIM)
        self.editor = Editor(self.prompt, self.output.write, columns=self.columns, dim=dim)

    async def run(self) -> int:
        try:
            return await super().run()
        finally:
            self._settings.give_back()
            if mode := self.editor.mode:  # it did not take that either
                leave_behind(sys.stdout.fileno(), mode.encode())

    def _signal_handlers(self) -> Signals:
        return Signals(
            end=self._end,
            at_once=partial(end_in_time, last=MODES_OFF.encode()),
            others={signal.SIGTSTP: self._stop, signal.SIGWINCH: self.editor.redraw},
        )

    # -- the terminal

    def begin_typing(self) -> None:
        try:
            self._settings.take_keys()
        except termios.error:
            self._hung_up()
            return
        self.editor.begin()
        asyncio.get_running_loop().add_reader(self._descriptor, self._readable)

    def _stop_typing(self) -> None:
        asyncio.get_running_loop().remove_reader(self._descriptor)
        self.editor.end()
        self._settings.give_back()

    def _stop(self) -> None:
        """^Z: the terminal is the shell's meanwhile."""
        self._stop_typing()
        tty.stop_here()
        self.begin_typing()

    async def _leave(self) -> None:
        try:
            self._stop_typing()
        finally:
            await super()._leave()

    def finish(self) -> None:
        self._stop_typing()
        super().finish()

    def columns(self) -> int:
        return tty.columns(self._descriptor)

    def show(self, rows: Iterable[str]) -> None:
        self.editor.above(part for row in rows for part in self._wrapped(row))

    def _wrapped(self, row: str) -> list[str]:
        """Our own prose is broken between words; what went over the wire is left to the terminal."""
        if not row.startswith("* ") or row.startswith("*  "):
            return [row]
        return [f"* {line}" for line in wrap(row[2:], self.columns() - 3)]

    def changed(self) -> None:
        super().changed()
        self.editor.label = self.label
        self.editor.held = self._held_rows()
        self.editor.choices = self.prompt.choices
        self.editor.redraw()

    def _held_rows(self) -> tuple[str, ...]:
        """The first held lines; all of them could be more than the terminal has rows."""
        held = self.desk.held
        note = _("(held until the reply is there; Enter on an empty line sends it now)")
        rows = [f"{WIRE}{visible(line)}   {note}" for line in held[:_HELD_SHOWN]]
        more = len(held) - _HELD_SHOWN
        if more > 0:
            rows.append("* " + ngettext("and {n} more", "and {n} more", more).format(n=more))
        return tuple(rows)

    # -- keys

    def _readable(self) -> None:
        try:
            data = os.read(self._descriptor, _KEYS_AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._hung_up()
            return
        for key in self._keys.feed(data):
            self._key(key)
        self.changed()

    def _hung_up(self) -> None:
        """The terminal is gone, even where SIGHUP is ignored: what is read now would be its end, for ever."""
        asyncio.get_running_loop().remove_reader(self._descriptor)
        self.lost_terminal()

    def _key(self, key: Key) -> None:
        match key:
            case Typed(text):
                self.prompt.type(text)
            case Pasted(text):
                self.pastes.paste(text)
            case Pressed(name) if name in _EDITING:
                _EDITING[name](self.prompt)
            case Pressed(name) if name in _NAMED:
                self.actions.do(_NAMED[name], "")
            case Pressed("enter"):
                self.entered(self.prompt.take())
            case Pressed("tab" | "shift+tab" as name) if self.command_due:
                back = name == "shift+tab"
                self.prompt.complete(self.desk.known, names=self.actions.completions, back=back)
            case Pressed("tab"):
                self.prompt.type("\t")
            case Pressed("ctrl+c") if self.prompt.empty:
                self.interrupted()
            case Pressed("ctrl+c"):
                self.prompt.clear()
            case Pressed("ctrl+d") if self.prompt.empty:
                self.left()
            case Pressed("ctrl+d"):
                self.prompt.delete_forward()
            case Pressed("ctrl+l"):
                self.output.write("\x1b[H\x1b[2J")
