"""Where the password comes from: a program, an environment variable, or what was typed. It is on no argument
list, in no file, and in no ``repr``."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import MutableMapping
from contextlib import suppress
from enum import Enum
from typing import Final

from tui.values import value

VARIABLE: Final = "SMTPTUTOR_PASSWORD"
#: Seconds for a program that may ask for a fingerprint or a touch.
PATIENCE: Final = 60.0
_OUTPUT_KEPT: Final = 1 << 16
_GONE_SECONDS: Final = 1.0
_STDOUT: Final = 1
_STDERR: Final = 2


class Reason(Enum):
    """Why the program of ``--password-command`` gave no secret."""

    NOT_FOUND = "not-found"
    CANNOT_RUN = "cannot-run"  # detail: what the system says
    FAILED = "failed"  # detail: the first line of its stderr
    EXITED = "exited"  # it said nothing; detail: its exit code
    NOTHING = "nothing"  # it printed no line, or an empty one
    TIMED_OUT = "timed-out"


@value
class NoSecret:
    reason: Reason
    program: str
    detail: str = ""  # foreign text


class Hidden:
    """A text that shows nowhere."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "Hidden(********)"


class Secret:
    """Of one sitting. What the variable held is taken out of the environment at once, so that no program we
    start gets it; a typed one is forgotten when its login is over, and the program is asked anew each
    time."""

    def __init__(
        self, command: tuple[str, ...] = (), environ: MutableMapping[str, str] | None = None
    ) -> None:
        self._command = command
        held = (os.environ if environ is None else environ).pop(VARIABLE, None)
        self._held = Hidden(held) if held is not None else None
        self._now: Hidden | None = None  # for the login under way

    def told_by(self, command: tuple[str, ...]) -> None:
        """Another program tells it, or none."""
        self._command, self._now = command, None

    def typed(self, text: str) -> None:
        self._now = Hidden(text)

    def forget(self) -> None:
        """The login is over."""
        self._now = None

    async def obtain(self) -> str | NoSecret | None:
        """The secret; why the program gave none; None when a person has to type it."""
        if self._now is None and self._command:
            got = await _output_of(self._command)
            if isinstance(got, NoSecret):
                return got
            self._now = got
        secret = self._now or self._held
        return secret.reveal() if secret is not None else None


async def _output_of(command: tuple[str, ...]) -> Hidden | NoSecret:
    """The first line that the program prints. No shell, nothing on its stdin, and no terminal: what it asks
    would stand across our screen."""
    program = command[0]
    try:
        transport, told = await _start(command)
    except FileNotFoundError:
        return NoSecret(Reason.NOT_FOUND, program)
    except (OSError, ValueError) as error:
        return NoSecret(Reason.CANNOT_RUN, program, getattr(error, "strerror", None) or str(error))
    try:
        async with asyncio.timeout(PATIENCE):
            await told.ended.wait()
    except TimeoutError:
        return NoSecret(Reason.TIMED_OUT, program)
    finally:
        await _end(transport, told)
    if code := transport.get_returncode():
        said = bytes(told.kept[_STDERR]).decode("utf-8", "replace").strip().partition("\n")[0]
        reason = Reason.FAILED if said else Reason.EXITED
        return NoSecret(reason, program, said or str(code))
    line = bytes(told.kept[_STDOUT]).partition(b"\n")[0].removesuffix(b"\r")
    first = line.decode("utf-8", "surrogateescape")
    return Hidden(first) if first else NoSecret(Reason.NOTHING, program)


class _Told(asyncio.SubprocessProtocol):
    """What a program prints: of each stream what comes first; the rest is read, so that the program can end,
    and forgotten."""

    def __init__(self) -> None:
        self.kept = {_STDOUT: bytearray(), _STDERR: bytearray()}
        #: The program is gone and both streams are at their end: nothing more will be called.
        self.ended = asyncio.Event()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        kept = self.kept[fd]
        kept += data[: _OUTPUT_KEPT - len(kept)]

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended.set()


async def _start(command: tuple[str, ...]) -> tuple[asyncio.SubprocessTransport, _Told]:
    """Run it, in a group of its own.

    Raises:
        OSError, ValueError: it cannot be run.
    """
    starting = asyncio.ensure_future(
        asyncio.get_running_loop().subprocess_exec(
            _Told, *command, stdin=asyncio.subprocess.DEVNULL, start_new_session=True
        )
    )
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        # It runs already and may have started others, and asyncio would end none but itself.
        with suppress(OSError, ValueError):
            await _end(*await starting)
        raise


async def _end(transport: asyncio.SubprocessTransport, told: _Told) -> None:
    """With all that it has started, which may live longer than it. A group keeps its number while anybody is
    in it. Who left the group may hold the streams: they are closed, not read to their end. Who runs as
    somebody else, such as ``sudo``, cannot be ended, and is not waited for."""
    if not told.ended.is_set():
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(transport.get_pid(), signal.SIGKILL)
    with suppress(PermissionError):  # the streams are closed all the same
        transport.close()
    with suppress(TimeoutError):
        async with asyncio.timeout(_GONE_SECONDS):
            await told.ended.wait()
