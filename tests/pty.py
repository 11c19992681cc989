"""A real terminal for tests: spawn a program on a pty, type, and wait for what the screen shows.

::

    with Terminal.spawn([sys.executable, "-m", "tui", "--plain"], size=(80, 24)) as terminal:
        terminal.wait_for("220 sandbox.test")          # rendered by pyte; fails with the screen after a
        deadline terminal.type("HELO x")
        terminal.press("enter")
        terminal.wait_for("250")
        terminal.resize(120, 36)
        terminal.press("ctrl+d")
        assert terminal.exit_code() == 0
        assert terminal.line_settings() == terminal.line_settings_before
        assert b"\\x1b]" not in terminal.written

Nothing here sleeps: every wait is a ``select`` on the pty with one overall deadline.
"""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence

import pyte

_LONGEST = 32  # octets of a sequence that was cut
_CONTINUATIONS = bytes(range(0x80, 0xC0))
_UNFINISHED = re.compile(rb"\x1b(?:\[[\d;?]*|\][^\x07\x1b]*)?\Z")

DEADLINE = 20.0  # seconds; only ever reached when a test fails
_LOOK_AGAIN = 0.1  # seconds

KEYS: dict[str, bytes] = {
    "enter": b"\r",
    "tab": b"\t",
    "shift+tab": b"\x1b[Z",
    # As the extended keyboards send it: a lone ESC is the beginning of a sequence when more comes soon.
    "escape": b"\x1b[27u",
    "backspace": b"\x7f",
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "right": b"\x1b[C",
    "left": b"\x1b[D",
    "home": b"\x1b[H",
    "end": b"\x1b[F",
    "pageup": b"\x1b[5~",
    "pagedown": b"\x1b[6~",
    "delete": b"\x1b[3~",
    "f1": b"\x1bOP",
    "f2": b"\x1bOQ",
    "f3": b"\x1bOR",
    "f4": b"\x1bOS",
    "f5": b"\x1b[15~",
    "f6": b"\x1b[17~",
    "f7": b"\x1b[18~",
    "f8": b"\x1b[19~",
    "f9": b"\x1b[20~",
    "f10": b"\x1b[21~",
}


def key_bytes(name: str) -> bytes:
    """What a terminal sends for a key: a name of ``KEYS``, ``ctrl+x``, ``alt+x``."""
    if name in KEYS:
        return KEYS[name]
    modifier, _, key = name.partition("+")
    if modifier == "ctrl" and len(key) == 1:
        return bytes([ord(key.upper()) & 0x1F])
    if modifier == "alt" and len(key) == 1:
        return b"\x1b" + key.encode()
    raise ValueError(name)


class Terminal:
    """The terminal's side of a pty and the program at its other side."""

    def __init__(self, process: subprocess.Popen[bytes], master: int, size: tuple[int, int]) -> None:
        self.process = process
        self.written = bytearray()
        """Every octet the program wrote to the terminal."""
        self._master = master
        self._screen = pyte.HistoryScreen(*size, history=10_000, ratio=0.5)
        self._stream = pyte.Stream(self._screen)
        self._rows: list[str] = []
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._hung_up = False
        self._device = ""
        self.line_settings_before: list[object] = []

    @classmethod
    def spawn(
        cls,
        command: Sequence[str],
        *,
        size: tuple[int, int] = (80, 24),
        env: Mapping[str, str] | None = None,
        stdin: int | None = None,
        stdout: int | None = None,
        stderr: int | None = None,
    ) -> Terminal:
        """``size`` columns, rows. ``env`` is added to the environment; TERM is xterm-256color unless named
        there. stdin, stdout, stderr: a file descriptor in place of the terminal."""
        master, slave = pty.openpty()
        _set_size(slave, size)
        before = termios.tcgetattr(slave)
        inherited = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
        environment = {**inherited, "TERM": "xterm-256color", **(env or {})}
        try:
            process = subprocess.Popen(
                list(command),
                stdin=slave if stdin is None else stdin,
                stdout=slave if stdout is None else stdout,
                stderr=slave if stderr is None else stderr,
                env=environment,
                start_new_session=True,
                preexec_fn=lambda: fcntl.ioctl(slave, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - no threads here
            )
            terminal = cls(process, master, size)
            terminal._device = os.ttyname(slave)
            terminal.line_settings_before = before
        except BaseException:
            os.close(master)
            raise
        finally:
            os.close(slave)
        return terminal

    # -- the person

    def type(self, text: str) -> None:
        self.send(text.encode())

    def press(self, *names: str) -> None:
        for name in names:
            self.send(key_bytes(name))

    def enter(self, text: str) -> None:
        """Type a line and press Enter."""
        self.send(text.encode() + b"\r")

    def paste(self, text: str) -> None:
        """A bracketed paste; line ends become CR as terminals do."""
        self.send(b"\x1b[200~" + text.replace("\r\n", "\r").replace("\n", "\r").encode() + b"\x1b[201~")

    def send(self, data: bytes) -> None:
        """Raw octets, as fast as the program takes them."""
        deadline = time.monotonic() + DEADLINE
        while data:
            readable, writable, _ = select.select([self._master], [self._master], [], _left(deadline))
            if readable:
                self._read()
            if writable:
                data = data[os.write(self._master, data[:1024]) :]
            elif not readable:
                raise AssertionError(f"the program does not read its keys\n{self.text()}")

    def resize(self, columns: int, rows: int) -> None:
        _set_size(self._master, (columns, rows))
        self._screen.resize(rows, columns)
        self.signal(signal.SIGWINCH)

    def fill(self) -> None:
        """From here on the terminal takes nothing more, until somebody reads."""
        descriptor = os.open(self._device, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        with contextlib.suppress(BlockingIOError):
            while os.write(descriptor, b"x" * 256):
                pass
        os.close(descriptor)

    def signal(self, number: int) -> None:
        os.kill(self.process.pid, number)

    def hang_up(self) -> None:
        """Close the terminal, as a lost SSH connection does."""
        if not self._hung_up:
            self._hung_up = True
            os.close(self._master)

    # -- what is to be seen

    def rows(self) -> list[str]:
        """The rendered screen, right-stripped."""
        if len(self._rows) != self._screen.lines:
            self._rows = [""] * self._screen.lines
            self._screen.dirty.update(range(self._screen.lines))
        columns = range(self._screen.columns)
        for y in self._screen.dirty & set(range(self._screen.lines)):  # the others are as they were
            line = self._screen.buffer[y]
            self._rows[y] = "".join(line[x].data for x in columns).rstrip()
        self._screen.dirty.clear()
        return list(self._rows)

    def text(self) -> str:
        return "\n".join(self.rows())

    def history(self) -> list[str]:
        """Rows that have scrolled out at the top, and then the screen."""
        gone = [
            "".join(row[column].data for column in range(self._screen.columns)).rstrip()
            for row in self._screen.history.top
        ]
        return gone + self.rows()

    def said_since(self, start: int, own: re.Pattern[bytes], instead: bytes = b"\n") -> str:
        """What was written from octet ``start`` on, each match of ``own`` (the sequences that the program may
        write) replaced. Reading goes by blocks: where ``start`` or the end lies inside a character or a
        sequence, that one is left out, for the rest of it was read before or is still on its way."""
        escape = self.written.rfind(b"\x1b", max(start - _LONGEST, 0), start)
        cut = own.match(self.written, escape) if escape >= 0 else None
        if cut is not None and cut.end() > start:
            start = cut.end()
        whole = bytes(self.written[start:]).lstrip(_CONTINUATIONS)
        whole = _UNFINISHED.sub(b"", whole)
        return codecs.getincrementaldecoder("utf-8")().decode(own.sub(instead, whole))

    @property
    def cursor(self) -> tuple[int, int]:
        """Column and row, from 0."""
        return self._screen.cursor.x, self._screen.cursor.y

    def wait(
        self, condition: Callable[[], bool], what: str = "the condition", *, deadline: float = DEADLINE
    ) -> None:
        """Read the terminal until the condition holds; fails with the screen. What it is about may be a file,
        written behind the last word on the terminal."""
        end = time.monotonic() + deadline
        while not condition():
            over = self.process.poll() is not None or time.monotonic() >= end
            if not self._read_within(min(_LOOK_AGAIN, _left(end))) and over:
                raise AssertionError(f"waited for {what}; the screen is\n{self.text()}")

    def wait_for(self, text: str, *, deadline: float = DEADLINE) -> None:
        """Until the text stands on the screen."""
        self.wait(lambda: text in self.text(), repr(text), deadline=deadline)

    def wait_gone(self, text: str, *, deadline: float = DEADLINE) -> None:
        self.wait(lambda: text not in self.text(), f"{text!r} to go", deadline=deadline)

    def wait_written(self, data: bytes, *, deadline: float = DEADLINE) -> None:
        """Until these octets were written, wherever they went."""
        self.wait(lambda: data in self.written, repr(data), deadline=deadline)

    def settle(self, quiet: float = 0.3, *, at_most: float = 4 * DEADLINE) -> int:
        """Read until nothing was written for ``quiet`` seconds, or for ``at_most`` beside a stream without
        end; how many octets that were."""
        before, end = len(self.written), time.monotonic() + at_most
        while time.monotonic() < end and self._read_within(quiet):
            pass
        return len(self.written) - before

    # -- the end

    def exit_code(self, *, deadline: float = DEADLINE) -> int:
        """Wait for the program; negative: killed by that signal."""
        end = time.monotonic() + deadline
        while self.process.poll() is None:
            if self._hung_up:
                return self.process.wait(deadline)
            self._read_within(min(0.05, _left(end)))
            if time.monotonic() > end:
                raise AssertionError(f"the program does not end\n{self.text()}")
        while not self._hung_up and self._read_within(0):
            pass
        return self.process.returncode

    def line_settings(self) -> list[object]:
        """termios of the terminal, to compare before and after."""
        return termios.tcgetattr(self._master)

    def close(self) -> None:
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.hang_up()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _read_within(self, seconds: float) -> bool:
        """True when something was read."""
        readable, _, _ = select.select([self._master], [], [], seconds)
        return bool(readable) and self._read()

    def _read(self) -> bool:
        try:
            data = os.read(self._master, 65536)
        except OSError:  # EIO: nobody holds the other side any more
            return False
        self.written += data
        self._stream.feed(self._decoder.decode(data))
        return bool(data)


def _set_size(terminal: int, size: tuple[int, int]) -> None:
    columns, rows = size
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())
