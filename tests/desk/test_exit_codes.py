"""Exit codes of whole dialogues, through observer, checklist and record."""

from __future__ import annotations

import pytest

from tests.desk.sitting import polite, sitting
from tests.net.scripted import Peer, Script, serving
from tui.desk.rails import Rails
from tui.desk.result import exit_code

MAIL = (
    "HELO a.test",
    "MAIL FROM:<a@a.test>",
    "RCPT TO:<b@b.test>",
    "DATA",
    "Subject: hi",
    "",
    "text",
    ".",
    "QUIT",
)


def answering(**special: str) -> Script:
    """Agrees to everything but the verbs named; an empty answer is none, and the end."""

    async def script(peer: Peer) -> None:
        if greeting := special.get("greeting", "220 mx.test"):
            await peer.say(greeting)
        while True:
            verb = (await peer.line()).split(b" ")[0].decode().upper()
            usual = {"DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 fine")
            answer = special.get(verb, usual)
            if not answer:
                return
            await peer.say(*answer.split("|"))
            if answer.startswith("354"):
                await peer.message()
                if not (verdict := special.get("dot", "250 taken")):
                    return
                await peer.say(verdict)
            if verb == "QUIT" or answer.startswith("421"):
                return

    return script


@pytest.mark.parametrize(
    ("script", "lines", "code"),
    [
        (polite(), MAIL, 0),
        (answering(QUIT=""), MAIL, 0),
        (polite(), ("hello", "rcpt", *MAIL), 0),
        (polite(), MAIL[:-1], 1),
        (polite(), (*MAIL[:7], "QUIT"), 1),
        (answering(RCPT="550 no"), MAIL, 1),
        (answering(DATA="554 no"), MAIL, 1),
        (answering(dot="550 no"), MAIL, 1),
        (answering(greeting="554 no"), ("QUIT",), 1),
        (answering(RCPT="451 later", DATA="503 no recipients"), MAIL, 75),
        (answering(MAIL="452 full", RCPT="503 no sender", DATA="503 no sender"), MAIL, 75),
        (answering(dot="451 later"), MAIL, 75),
        (answering(MAIL="421 busy"), MAIL, 75),
        (answering(greeting="421 busy"), MAIL, 75),
        (answering(MAIL=""), MAIL, 76),
        (answering(dot=""), MAIL, 76),
        (answering(DATA="250 fine"), MAIL, 76),
        (answering(MAIL="250-one|550 two"), MAIL[:2], 76),
        (answering(AUTH="535 no"), ("EHLO a.test", "AUTH PLAIN AGEAYg==", "QUIT"), 77),
        (answering(AUTH="535 no", MAIL="421 busy"), ("AUTH PLAIN AGEAYg==", *MAIL), 77),
        (answering(STARTTLS="454 not now"), ("EHLO a.test", "STARTTLS", "QUIT"), 77),
    ],
)
async def test_the_code_of_a_script(script: Script, lines: tuple[str, ...], code: int) -> None:
    rails = Rails(scripted=True, yes=True)
    async with serving(script) as server, sitting(server.endpoint, rails=rails) as one:
        await one.type(*lines)
        await one.desk.leave(goodbye=False)
        assert exit_code(one.desk.practice, one.desk.record) == code


async def test_nobody_listens() -> None:
    async with serving(polite()) as server:
        gone = server.endpoint
    async with sitting(gone) as one:
        assert exit_code(one.desk.practice, one.desk.record) == 69
