"""What a sitting leaves behind in the user's home: transcripts and the history of commands."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from tui.net.access import Access
from tui.net.endpoint import Endpoint
from tui.net.stream import Stamped
from tui.prompt.prompt import begins_login
from tui.store import recent
from tui.store.history import History
from tui.store.paths import Home
from tui.store.recent import Visit
from tui.store.transcripts import KEPT, begin


class Transcript(Protocol):
    @property
    def text_file(self) -> Path: ...
    @property
    def json_file(self) -> Path: ...
    @property
    def kept(self) -> bool: ...
    def beside(self, suffix: str, text: str) -> Path: ...
    def append(self, stamped: Iterable[Stamped]) -> None: ...
    def save_as(self, path: Path, *, overwrite: bool = False) -> Path: ...
    def close(self) -> None: ...


class Keeper(Protocol):
    """Where things are kept. Every call may raise ``OSError``."""

    def begin(self, host: str) -> Transcript: ...
    def commands(self) -> list[str]:
        """Those of earlier sittings, oldest first."""

    def remember(self, command: str) -> None: ...
    def visited(self, visit: Visit) -> None: ...


class HomeKeeper:
    """``transcripts`` sessions are kept, 0 for none."""

    def __init__(self, home: Home, *, transcripts: int = KEPT) -> None:
        self._home = home
        self._transcripts = transcripts
        self._history = History(home.history)

    def begin(self, host: str) -> Transcript:
        keep = 0 if self._home.temporary else self._transcripts  # nothing there outlives this program
        return begin(self._home.transcripts, host, keep=keep)

    def commands(self) -> list[str]:
        return self._history.load()

    def remember(self, command: str) -> None:
        self._history.append(command)

    def visited(self, visit: Visit) -> None:
        recent.add(self._home.recent, visit)


class Notebook:
    """A desk's own side of keeping: the first error is noted, and from there on nothing more is kept.

    A full disk must not end a session that goes on well without it.
    """

    def __init__(self, keeper: Keeper | None) -> None:
        self.failed: OSError | None = None
        self.transcript: Transcript | None = None
        self.commands: list[str] = []
        self._keeper = keeper
        if keeper is not None:
            try:
                self.commands = keeper.commands()
            except OSError as error:
                self.failed = error

    @property
    def kept(self) -> Path | None:
        """Where the present or last transcript lies, when it will still lie there tomorrow."""
        transcript = self.transcript
        return transcript.text_file if transcript and transcript.kept and not self.failed else None

    def begin(self, target: Endpoint, access: Access) -> None:
        """A transcript for a new connection. Closes the one before."""
        self.close()
        self.transcript = None
        if self._keeper is not None and self.failed is None:
            try:
                name = access.unix.name if access.unix is not None else target.host
                self.transcript = self._keeper.begin("sandbox" if target.sandbox else name)
            except OSError as error:
                self.failed = error

    def write(self, batch: tuple[Stamped, ...]) -> None:
        if self.transcript is None or self.failed is not None:
            return
        try:
            self.transcript.append(batch)
        except OSError as error:
            self.failed = error

    def close(self) -> None:
        """Not already when the connection ends: until then the transcript can be saved elsewhere, also one
        that will not be kept."""
        if self.transcript is not None:
            self.transcript.close()

    def visited(self, visit: Visit | None) -> None:
        """A server that is not the sandbox was reached."""
        if visit is not None and self._keeper is not None and self.failed is None:
            try:
                self._keeper.visited(visit)
            except OSError as error:
                self.failed = error

    def remember(self, command: str) -> None:
        """A line that went out as a command and holds no secret. A login is never kept."""
        if not command.strip() or begins_login(command) or self.commands[-1:] == [command]:
            return
        self.commands.append(command)
        if self._keeper is not None and self.failed is None:
            try:
                self._keeper.remember(command)
            except OSError as error:
                self.failed = error
