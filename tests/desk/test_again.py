"""A connection that was lost in the middle of a mail: its commands can be typed again."""

from __future__ import annotations

import pytest

from tests.net.scripted import Peer, serving, turns_until
from tui.desk.asking import Asked
from tui.desk.desk import Desk
from tui.desk.questions import Questions

MAIL = ["EHLO me", "MAIL FROM:<a@x.test>", "RCPT TO:<b@x.test>"]


async def lost(peer: Peer) -> None:
    await peer.say("220 hi")
    for _ in MAIL:
        await peer.line()
        await peer.say("250 ok")
    await peer.line()
    peer.reset()


async def begun(desk: Desk) -> None:
    for line in MAIL:
        desk.submit(line)
        await desk.settle()
    desk.submit("NOOP")
    await turns_until(lambda: not desk.connected)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [("yes", MAIL), ("", []), ("no", []), ("NOOP", ["NOOP"])],
)
async def test_they_are_offered_once(typed: str, sent: list[str]) -> None:
    seen: list[str] = []

    async def again(peer: Peer) -> None:
        await peer.say("220 hi")
        while True:
            seen.append((await peer.line()).decode())
            await peer.say("250 ok")

    desk = Desk(lambda batch: None)
    async with serving(lost, again) as served:
        await desk.open(served.endpoint)
        await desk.settle()
        await begun(desk)
        await desk.open(served.endpoint)
        await turns_until(lambda: desk.question is not None)
        assert desk.question is not None
        assert (desk.question.asked, list(desk.question.lines)) == (Asked.AGAIN, MAIL)
        desk.answered(typed)
        await desk.settle()
        assert seen == sent
        assert desk.question is None
        await desk.leave(goodbye=False)


def test_a_greeting_that_was_said_meanwhile_is_not_offered() -> None:
    """STARTTLS comes with greetings that smtptutor types itself: one more would be for nothing."""
    questions = Questions()
    questions.begin(("EHLO me", "MAIL FROM:<a@x.test>"))
    asked = questions.current(may_repeat=lambda: True, greeted=True)
    assert asked is not None
    assert asked.lines == ("MAIL FROM:<a@x.test>",)
    assert questions.answered(asked, yes=True) == (True, ("EHLO me", "MAIL FROM:<a@x.test>"))
    questions.begin(("EHLO me",))
    assert questions.current(may_repeat=lambda: True, greeted=True) is None
