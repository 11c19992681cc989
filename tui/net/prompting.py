"""Questions of ssh (password, passphrase, an unknown host key) brought to the person at our own prompt.

ssh runs the helper that ``SSH_ASKPASS`` names (``tui.net.askpass``); the helper asks here, at a Unix socket
that only its owner can reach, in a folder that only its owner can enter.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import shutil
import socket
import sys
import tempfile
import weakref
from collections.abc import Coroutine, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from tui.net import askpass
from tui.net.programs import YES, Ask, NoSocketError, Prompt

_LONGEST: Final = 65536
_SOCKET: Final = "ask"
#: Folders for everybody whose names are short, where TMPDIR is none.
_SHORT: Final = ("/tmp", "/var/tmp")
#: ssh asks to go on with an unknown host key in these words; they are the same in every language.
_CONFIRMS: Final = ("(yes/no", "'yes'")


class Askpass:
    """Listens from the start; ``close``, or the end of the program, leaves nothing behind.

    A secret that is asked for in the same words again is marked ``wrong``: ssh says nowhere why it asks.

    ``environment`` makes ssh use it: OpenSSH 8.4 and newer by ``SSH_ASKPASS_REQUIRE``, older ones because
    they have no terminal and believe in a display.

    Raises:
        NoSocketError
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        folder, self._listener = _listening()
        # Not only in ``close``: a program that ends without it must leave nothing either.
        self._remove = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._tasks: set[asyncio.Task[None]] = set()
        self._answered: set[str] = set()  # what a secret was given for
        helper = folder / "askpass"
        words = (sys.executable, "-I", "-S", askpass.__file__, str(folder / _SOCKET))
        helper.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$1"\n', encoding="utf-8")
        helper.chmod(0o700)
        self.environment: Mapping[str, str] = {
            "SSH_ASKPASS": str(helper),
            "SSH_ASKPASS_REQUIRE": "force",
            "DISPLAY": os.environ.get("DISPLAY") or ":0",
        }
        self._begin(self._serve())

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                wire, _ = await loop.sock_accept(self._listener)
            except OSError:
                return
            self._begin(self._answer(wire))

    async def _answer(self, wire: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with wire, contextlib.suppress(OSError):  # ssh may have ended meanwhile
            asked = b""
            while len(asked) < _LONGEST and (data := await loop.sock_recv(wire, _LONGEST)):
                asked += data
            kind, _, text = asked.partition(b"\0")
            prompt = _prompt(kind.decode("ascii", "replace"), text.decode("utf-8", "replace"))
            prompt = replace(prompt, wrong=prompt.secret and prompt.text in self._answered)
            answer = await self._ask(prompt)
            if answer is not None and prompt.secret:
                self._answered.add(prompt.text)
            if answer is not None and not (kind == b"confirm" and answer != YES):
                await loop.sock_sendall(wire, askpass.ANSWER + answer.encode("utf-8", "surrogateescape"))

    def close(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        self._listener.close()
        self._remove()


def _listening() -> tuple[Path, socket.socket]:
    """A new folder (0700), and a socket in it (0600) that listens.

    The path of a socket holds about a hundred octets (``sun_path`` of unix(7)), so a TMPDIR may be too long
    for one; then the usual folders serve.

    Raises:
        NoSocketError
    """
    tried = list(dict.fromkeys(_folders()))
    for parent in tried:
        try:
            folder = Path(tempfile.mkdtemp(prefix="smtptutor-ask-", dir=parent))
        except OSError:
            continue
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            listener.bind(str(folder / _SOCKET))
            (folder / _SOCKET).chmod(0o600)
            listener.listen()
        except OSError:
            listener.close()
            shutil.rmtree(folder, ignore_errors=True)
            continue
        listener.setblocking(False)
        return folder, listener
    raise NoSocketError(0, ", ".join(tried))


def _folders() -> Iterator[str]:
    """Where the socket may be, the best place first."""
    with contextlib.suppress(OSError):  # there is none at all
        yield tempfile.gettempdir()
    yield from filter(None, (os.environ.get("XDG_RUNTIME_DIR"), *_SHORT))


def _prompt(kind: str, text: str) -> Prompt:
    """``kind`` is SSH_ASKPASS_PROMPT: "confirm" wants a yes or no, "none" only to be seen."""
    plain = kind != "" or any(words in text for words in _CONFIRMS)
    return Prompt(text.strip(), secret=not plain, notice=kind == "none")
