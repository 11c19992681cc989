"""A program of the system between us and the server: ``ssh -W`` of ``--via``, or that of ``--pipe``.

Its stdin and stdout are one end of a socket pair, so that the session has a socket as it has for TCP. What it
writes to stderr is told line by line. It lives in a session of its own, without our terminal, and no longer
than the connection: it is ended with its whole process group, and on Linux the kernel ends it when we are
killed.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import signal
import socket
import threading
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final, Protocol

from tui.net.clock import Clock, within
from tui.smtp.events import ConnectionFailed, MailExchangersFound, ProgramSaid, ProxyHeaderSent
from tui.values import value

if TYPE_CHECKING:
    import subprocess

    from tui.net.ways import ProtocolFactory

#: Seconds for a program that was told to end, before it is killed.
GRACE: Final = 1.0
#: Seconds that its last words may come after its last octet.
LAST_WORDS: Final = 1.0
#: So many lines of its stderr are told; a program that never stops talking must not fill a screen.
MOST_LINES: Final = 100
_LONGEST_LINE: Final = 1000
#: What ssh says after it has said why.
_SAYS_NOTHING: Final = frozenset({"stdio forwarding failed"})
_READ: Final = 4096


class ProgramError(OSError):
    """The program ended before the server had said a word. ``strerror`` is its last sentence, foreign text;
    "" when it said none."""


class NoSocketError(OSError):
    """Nowhere can the socket be made at which ssh's questions arrive. ``strerror``: the folders that were
    tried, a path each."""


@value
class Prompt:
    """What the program wants to know from the person.

    A ``secret`` is a password or passphrase, never shown. All else wants ``YES`` or ``NO``, but a ``notice``,
    which wants only to be seen. ``key``: no program asks, ``text`` is the file of our own private key.
    """

    text: str  # foreign
    secret: bool
    notice: bool = False
    key: bool = False
    wrong: bool = False  # it was asked for before: what was given did not do


YES: Final = "yes"
NO: Final = "no"

#: Puts it to a person; None: no answer, so the program is to give up.
Ask = Callable[[Prompt], Awaitable[str | None]]


@value
class Around:
    """What a way needs of the session that tries it."""

    clock: Clock
    seconds: float  # for the first octet of the server, not counting the time for answers
    tell: Callable[[ProgramSaid | MailExchangersFound | ProxyHeaderSent | ConnectionFailed], None]
    ask: Ask | None = None  # None: nobody is there who could be asked


class Prompting(Protocol):
    """What brings the program's questions to us; ``environment`` is added to the program's own."""

    environment: Mapping[str, str]

    def close(self) -> None: ...


class Child:
    """A running program. Make it with ``start``."""

    def __init__(self, process: subprocess.Popen[bytes], ours: socket.socket, around: Around) -> None:
        self.socket = ours
        self._process = process
        self._around = around
        self._buffer = bytearray()
        self._told = 0
        self._last = ""
        self._silent = asyncio.Event()  # its stderr has ended
        assert process.stderr is not None
        self._stderr = process.stderr
        os.set_blocking(self._stderr.fileno(), False)
        asyncio.get_running_loop().add_reader(self._stderr.fileno(), self._readable)
        self._ending: threading.Thread | None = None

    @property
    def last_line(self) -> str:
        return self._last

    async def last_words(self) -> int | None:
        """Its exit code, when it has ended and all it wrote was told; None: it is still there after a
        moment."""
        with contextlib.suppress(TimeoutError):
            await within(self._around.clock, LAST_WORDS, self._over())
        return self._process.poll()

    async def _over(self) -> None:
        await self._silent.wait()
        while self._process.poll() is None:  # noqa: ASYNC110 - no event tells; it takes milliseconds
            await asyncio.sleep(0.01)

    def _readable(self) -> None:
        try:
            data = os.read(self._stderr.fileno(), _READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._buffer += data
        while b"\n" in self._buffer:
            line, _, rest = self._buffer.partition(b"\n")
            self._buffer = rest
            self._say(bytes(line))
        if len(self._buffer) > _LONGEST_LINE or (self._buffer and not data):
            self._say(bytes(self._buffer))
            self._buffer.clear()
        if not data:
            self._hush()

    def _say(self, line: bytes) -> None:
        text = line[:_LONGEST_LINE].decode("utf-8", "replace").rstrip("\r")
        if not text.strip():
            return
        if text not in _SAYS_NOTHING:
            self._last = text
        self._told += 1
        if self._told <= MOST_LINES:
            self._around.tell(ProgramSaid(text))

    def _hush(self) -> None:
        if not self._stderr.closed:
            with contextlib.suppress(RuntimeError):  # the loop is closed
                asyncio.get_running_loop().remove_reader(self._stderr.fileno())
            self._stderr.close()
        self._silent.set()

    def end(self) -> None:
        """Tell it to end, and see to it. Returns at once; ``gone`` waits."""
        self._hush()
        if self._ending is not None:
            return
        self._signal(signal.SIGTERM)
        self._ending = threading.Thread(target=self._see_to_it, name="ending", daemon=True)
        self._ending.start()

    def wait(self) -> None:
        """``gone`` for those who have no loop any more."""
        if self._ending is not None:
            self._ending.join()

    async def gone(self) -> None:
        """Wait until it has ended, ``GRACE`` seconds at most, and then some for the kernel."""
        while self._ending is not None and self._ending.is_alive():  # noqa: ASYNC110
            await asyncio.sleep(0.005)

    def _see_to_it(self) -> None:
        import subprocess

        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self._process.wait()
        _alive.discard(self)

    def _signal(self, number: int) -> None:
        """To it and to what it has started. A group keeps its number while anybody is in it."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)


_alive: set[Child] = set()


def end_all() -> None:
    """Leave nothing behind, whoever forgot to wait: when the interpreter ends. ``GRACE`` seconds at most."""
    for child in tuple(_alive):
        child.end()
    for child in tuple(_alive):
        child.wait()


def start(argv: tuple[str, ...], environment: Mapping[str, str], around: Around) -> Child:
    """Run it.

    Raises:
        OSError: there is no such program, or it cannot be run.
    """
    import subprocess

    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    try:
        with theirs:
            process = subprocess.Popen(
                argv,
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=subprocess.PIPE,
                bufsize=0,
                env=dict(environment),
                start_new_session=True,
                preexec_fn=_dies_with_us(),  # noqa: PLW1509 - nothing of ours holds a lock that it needs
            )
    except BaseException:
        ours.close()
        raise
    if not _alive:
        atexit.unregister(end_all)
        atexit.register(end_all)
    child = Child(process, ours, around)
    _alive.add(child)
    return child


def _dies_with_us() -> Callable[[], None] | None:
    """What the child does before it becomes the program: ask Linux for a SIGTERM when we are gone, however
    we go. None elsewhere: then only the end of its input tells it."""
    import sys

    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    try:
        prctl = ctypes.CDLL(None).prctl
    except (OSError, AttributeError):
        return None
    set_parent_death_signal = 1

    def ask() -> None:
        prctl(set_parent_death_signal, int(signal.SIGTERM), 0, 0, 0)

    return ask


class ProgramWay:
    """To ``host``:``port`` over a program.

    Args:
        argv: the program and its arguments, checked already; there is no shell.
        through: what a person is told it is, such as ``ssh jump``.
        prompting: makes what brings the program's questions to us; None: it asks nobody.
        first: makes the octets that go out before everything else.
        speaks_first: we do (TLS from the first octet), so the way is open before the server said a word.
    """

    address = ""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        argv: tuple[str, ...],
        through: str,
        around: Around,
        prompting: Callable[[Ask], Prompting] | None = None,
        first: Callable[[], bytes] | None = None,
        speaks_first: bool = False,
    ) -> None:
        self.host, self.port, self.through = host, port, through
        self._argv = argv
        self._around = around
        self._make_prompting = prompting if around.ask is not None else None
        self._prompting: Prompting | None = None
        self._first = first
        self._speaks_first = speaks_first
        self._handed_over = False  # the socket is the transport's
        self._stop_limit: Callable[[], None] = lambda: None
        self._expired = asyncio.Event()
        self._given_up = False
        self.child: Child | None = None

    async def open(self, protocol_factory: ProtocolFactory) -> asyncio.Transport:
        loop = asyncio.get_running_loop()
        environment = dict(os.environ)
        if self._make_prompting is not None:
            self._prompting = self._make_prompting(self._ask)
            environment |= self._prompting.environment
        try:
            child = self.child = start(self._argv, environment, self._around)
            if self._first is not None:
                child.socket.send(self._first())
            if not self._speaks_first:
                await self._first_octet(child)
            self._handed_over = True
            transport, _ = await loop.create_connection(protocol_factory, sock=child.socket)
        except BaseException:
            self.close()
            raise
        return transport

    async def _first_octet(self, child: Child) -> None:
        self._begin_limit()
        ready = asyncio.ensure_future(self._heard(child))
        expired = asyncio.ensure_future(self._expired.wait())
        try:
            await asyncio.wait({ready, expired}, return_when=asyncio.FIRST_COMPLETED)
            if not ready.done():
                if self._given_up:
                    raise ProgramError(0, "")
                raise TimeoutError
            if not ready.result():
                await child.last_words()
                raise ProgramError(0, child.last_line)
        finally:
            self._stop_limit()
            for task in (ready, expired):
                task.cancel()
            await asyncio.wait({ready, expired})

    async def _heard(self, child: Child) -> bool:
        """Wait for the first octet, and leave it there; False: the program closed instead."""
        loop = asyncio.get_running_loop()
        ready: asyncio.Future[None] = loop.create_future()

        def settle() -> None:
            if not ready.done():
                ready.set_result(None)

        loop.add_reader(child.socket, settle)
        try:
            await ready
        finally:
            loop.remove_reader(child.socket)
        try:
            return bool(child.socket.recv(1, socket.MSG_PEEK))
        except OSError:
            return False

    def _begin_limit(self) -> None:
        self._stop_limit()
        timer = self._around.clock.call_later(self._around.seconds, self._expired.set)
        self._stop_limit = timer.cancel

    async def _ask(self, prompt: Prompt) -> str | None:
        """Time does not run while a person thinks. No answer ends the program: it would ask again."""
        assert self._around.ask is not None
        self._stop_limit()
        answer = await self._around.ask(prompt)
        if answer is None:
            self._given_up = True
            self._expired.set()
        elif not self._expired.is_set():
            self._begin_limit()
        return answer

    async def post_mortem(self) -> ProgramError | None:
        """Whether the program ended, with a failure, and what it said last."""
        if self.child is None:
            return None
        code = await self.child.last_words()
        return ProgramError(0, self.child.last_line) if code else None

    def close(self) -> None:
        """The connection is over, or came to nothing."""
        self._stop_limit()
        if self._prompting is not None:
            self._prompting.close()
            self._prompting = None
        if self.child is not None:
            if not self._handed_over:
                self.child.socket.close()
            self.child.end()

    async def gone(self) -> None:
        """Wait until nothing of the program is left."""
        if self.child is not None:
            await self.child.gone()
