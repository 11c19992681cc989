"""A server's reply, in one or more lines (RFC 5321 §4.2)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """``lines`` are the texts after the code and its separator; ``raw`` the whole lines."""

    code: int
    lines: tuple[bytes, ...]
    raw: tuple[bytes, ...]
    enhanced: str | None = None  # "2.1.0" (RFC 3463), only at the start of the first text, class as the code's
    dropped: int = 0  # lines that came but are not kept

    @property
    def severity(self) -> int:
        """First digit of the code: 2 done, 3 go on, 4 later, 5 refused."""
        return self.code // 100
