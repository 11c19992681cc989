"""The lines that were sent as commands, and a walk through them that gives the draft back at its end."""

from __future__ import annotations

from collections.abc import Iterable

KEPT = 500  # lines


class History:
    """Oldest first. Message text and AUTH are never in here: only the caller knows what a line was, so only
    lines that went out as commands may be given to ``add``."""

    def __init__(self, lines: Iterable[str] = (), *, kept: int = KEPT) -> None:
        self._lines: list[str] = [line for line in lines if line.strip()][-kept:]
        self._kept = kept
        self._at: int | None = None  # where the walk is; None: not walking
        self._draft = ""

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(self._lines)

    @property
    def walking(self) -> bool:
        return self._at is not None

    def add(self, line: str) -> None:
        """Remember a line that was sent. Blank ones and an immediate repetition are not kept. A walk goes
        on: what was held may go out meanwhile."""
        if line.strip() and (not self._lines or self._lines[-1] != line):
            self._lines.append(line)
            del self._lines[: -self._kept]

    def older(self, draft: str) -> str | None:
        """One step back; ``draft`` is what stands in the prompt, kept when the walk begins. None at the
        oldest."""
        if self._at is None:
            self._draft, start = draft, len(self._lines)
        else:
            start = self._at
        if start == 0:
            return None
        self._at = start - 1
        return self._lines[self._at]

    def newer(self) -> str | None:
        """One step forward; behind the newest line comes the draft. None when there is no walk."""
        if self._at is None:
            return None
        self._at += 1
        if self._at < len(self._lines):
            return self._lines[self._at]
        self._at = None
        return self._draft

    def stop(self) -> None:
        """The walk is over: what stands in the prompt is now the draft."""
        self._at = None

    def latest(self, beginning: str) -> str | None:
        """The newest line that is longer than ``beginning`` and begins with it, whatever the case."""
        start = beginning.lower()
        return next(
            (
                line
                for line in reversed(self._lines)
                if len(line) > len(start) and line.lower().startswith(start)
            ),
            None,
        )
