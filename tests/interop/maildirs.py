"""The mailboxes that a real server delivers into."""

from __future__ import annotations

import time
from pathlib import Path


class Maildirs:
    """``root`` holds a Maildir for each user; ``log`` is read into the error when nothing comes."""

    def __init__(self, root: Path, log: Path) -> None:
        self.root = root
        self.log = log
        self._seen: set[Path] = set()

    def _messages(self, user: str) -> set[Path]:
        return set((self.root / user / "new").glob("*"))

    def mail(self, user: str, seconds: float = 30) -> bytes:
        """The next message delivered to this user that was not returned before."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            fresh = sorted(self._messages(user) - self._seen)
            if fresh:
                self._seen.add(fresh[0])
                return fresh[0].read_bytes()
            time.sleep(0.05)
        log = self.log.read_text(errors="replace") if self.log.exists() else "no log"
        raise AssertionError(f"no mail for {user}:\n{log}")

    def forget(self) -> None:
        """Whatever was delivered until now is nobody's business any more."""
        self._seen.update(self.root.glob("*/new/*"))

    def count(self, user: str) -> int:
        return len(self._messages(user))
