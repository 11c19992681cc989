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
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any, Final

from tui.net import askpass
from tui.net.programs import YES, Ask, Prompt

_LONGEST: Final = 65536
#: ssh asks to go on with an unknown host key in these words; they are the same in every language.
_CONFIRMS: Final = ("(yes/no", "'yes'")


class Askpass:
    """Listens from the start; ``close`` leaves nothing behind.

    ``environment`` makes ssh use it: OpenSSH 8.4 and newer by ``SSH_ASKPASS_REQUIRE``, older ones because
    they have no terminal and believe in a display.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._folder = Path(tempfile.mkdtemp(prefix="smtptutor-ask-"))  # 0700
        self._socket = self._folder / "ask"
        self._tasks: set[asyncio.Task[None]] = set()
        helper = self._folder / "askpass"
        words = (sys.executable, "-I", "-S", askpass.__file__, str(self._socket))
        helper.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$1"\n', encoding="utf-8")
        helper.chmod(0o700)
        self.environment: Mapping[str, str] = {
            "SSH_ASKPASS": str(helper),
            "SSH_ASKPASS_REQUIRE": "force",
            "DISPLAY": os.environ.get("DISPLAY") or ":0",
        }
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(self._socket))
        self._socket.chmod(0o600)
        self._listener.listen()
        self._listener.setblocking(False)
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
            answer = await self._ask(prompt)
            if answer is not None and not (kind == b"confirm" and answer != YES):
                await loop.sock_sendall(wire, askpass.ANSWER + answer.encode("utf-8", "surrogateescape"))

    def close(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        self._listener.close()
        with contextlib.suppress(OSError):
            shutil.rmtree(self._folder)


def _prompt(kind: str, text: str) -> Prompt:
    """``kind`` is SSH_ASKPASS_PROMPT: "confirm" wants a yes or no, "none" only to be seen."""
    plain = kind != "" or any(words in text for words in _CONFIRMS)
    return Prompt(text.strip(), secret=not plain, notice=kind == "none")
