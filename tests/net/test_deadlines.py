from __future__ import annotations

import pytest

from tui.net import deadlines
from tui.smtp.commands import Command
from tui.smtp.events import Answered, AuthResponseSent, BodyEnded, CommandSent, GreetingAwaited
from tui.smtp.phases import Phase


def command(verb: str, *, last: bool = False) -> CommandSent:
    return CommandSent(1, 1, Command(verb.encode(), verb, "", last=last), Phase.READY)


@pytest.mark.parametrize(
    ("to", "minutes"),
    [
        (GreetingAwaited(), 5),
        (command("EHLO"), 5),
        (command("MAIL"), 5),
        (command("RCPT"), 5),
        (command("DATA"), 2),
        (BodyEnded(5, 9, complete=True), 10),
        (command("BDAT"), 5),
        (command("BDAT", last=True), 10),
        (AuthResponseSent(3, 3, b"", "PLAIN", cancelled=False), 5),
        (command(""), 5),
    ],
)
def test_rfc_5321_4_5_3_2(to: Answered, minutes: int) -> None:
    assert deadlines.limit(to) == minutes * 60
