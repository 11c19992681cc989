"""What a sitting leaves behind in the user's home: transcripts and the history of commands."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from tui.net.stream import Stamped
from tui.store.history import History
from tui.store.paths import Home
from tui.store.transcripts import KEPT, begin


class Transcript(Protocol):
    @property
    def text_file(self) -> Path: ...
    @property
    def kept(self) -> bool: ...
    def append(self, stamped: Iterable[Stamped]) -> None: ...
    def save_as(self, path: Path, *, overwrite: bool = False) -> Path: ...
    def close(self) -> None: ...


class Keeper(Protocol):
    """Every call may raise ``OSError``: then nothing is kept from there on, and the desk says so once."""

    def begin(self, host: str) -> Transcript: ...
    def commands(self) -> list[str]:
        """Those of earlier sittings, oldest first."""

    def remember(self, command: str) -> None: ...


class HomeKeeper:
    """``transcripts`` sessions are kept, 0 for none."""

    def __init__(self, home: Home, *, transcripts: int = KEPT) -> None:
        self._home = home
        self._transcripts = transcripts
        self._history = History(home.history)

    def begin(self, host: str) -> Transcript:
        return begin(self._home.transcripts, host, keep=self._transcripts)

    def commands(self) -> list[str]:
        return self._history.load()

    def remember(self, command: str) -> None:
        self._history.append(command)
