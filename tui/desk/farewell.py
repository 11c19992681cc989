"""What there is to say in one line when the program ends."""

from __future__ import annotations

from pathlib import Path

from tui.net.endpoint import Endpoint
from tui.practice.account import Account
from tui.practice.state import Accepted
from tui.values import value


@value
class Farewell:
    accepted: tuple[Accepted, ...]  # messages of this sitting that servers took responsibility for
    unknown_fate: bool  # a dot was sent and no reply came: not known whether that message was accepted
    endpoint: Endpoint | None  # the last server; None when there was none
    transcript: Path | None  # of the last connection; None when nothing is kept
    server: str = ""  # its name, what lies in between included, and visible already
    account: Account | None = None  # of the last connection, where it was to a real server
