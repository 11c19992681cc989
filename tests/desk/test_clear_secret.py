"""Before a password goes out without TLS: a person is asked, a script is stopped, and no means that no octet
of it was sent."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from tests.desk.sitting import Distant, Sitting, polite, sitting
from tests.net.authority import serving_context
from tests.net.scripted import Peer, serving
from tui.desk.asking import Asked, Submitted
from tui.desk.rails import Rails, Verdict
from tui.net.access import Access, Security, TlsRules
from tui.net.endpoint import Endpoint
from tui.smtp.display import MASK

HELLO = "EHLO client.test"
PLAIN = "AUTH PLAIN " + base64.b64encode(b"\0alice\0s3cret-Pass").decode()


async def test_yes_sends_it_and_holds_for_the_connection() -> None:
    async with serving(polite(auth="535 no")) as server, sitting(server.endpoint) as one:
        await one.type(HELLO)
        assert one.desk.submit(PLAIN) is Submitted.ASKED
        assert one.asked.asked is Asked.CLEAR_SECRET
        assert one.desk.answered("yes") is True
        await one.desk.settle()
        assert one.sent[-1] == PLAIN.encode()
        assert one.desk.submit(PLAIN) is Submitted.SENT


@pytest.mark.parametrize("word", ["", "no", "y", "ye", "YES please"])
async def test_anything_but_a_whole_yes_sends_nothing(word: str) -> None:
    async with serving(polite()) as server, sitting(server.endpoint) as one:
        await one.type(HELLO, PLAIN)
        assert one.desk.answered(word) is False
        await one.type("QUIT")
        assert one.sent == [HELLO.encode(), b"QUIT"]


async def test_an_answer_to_a_challenge_is_asked_about_and_the_challenge_waits() -> None:
    async with serving(polite()) as server, sitting(server.endpoint) as one:
        await one.type(HELLO, "AUTH LOGIN")
        assert one.desk.submit("c2VjcmV0") is Submitted.ASKED
        assert one.desk.submit("*") is Submitted.HELD
        assert one.desk.answered("no") is False
        await one.desk.settle()
        assert one.sent == [HELLO.encode(), b"AUTH LOGIN", b"*"]


@pytest.mark.parametrize("line", ["AUTH LOGIN", "AUTH PLAIN", "*", "", "AUTH PLAIN =", "AUTH GSSAPI YWJj"])
async def test_what_gives_nothing_away_is_not_asked_about(line: str) -> None:
    async with serving(polite()) as server, sitting(server.endpoint) as one:
        await one.type(HELLO)
        assert one.desk.submit(line) is Submitted.SENT


async def test_a_late_answer_is_asked_about_too() -> None:
    """AUTH was refused, and the password in base64 is typed all the same."""
    async with serving(polite(auth="503 not now")) as server, sitting(server.endpoint) as one:
        await one.type(HELLO, "AUTH LOGIN")
        assert one.desk.submit("czNjcmV0LVBhc3M=") is Submitted.ASKED


async def test_a_held_line_is_asked_about_when_its_turn_comes() -> None:
    async with serving(polite()) as server, sitting(server.endpoint) as one:
        await one.type(HELLO)
        one.desk.submit("AUTH CRAM-MD5")
        one.desk.submit("AUTH PLAIN czNjcmV0LVBhc3M=")
        await one.desk.settle()
        assert one.asked.asked is Asked.CLEAR_SECRET


async def test_sent_at_once_it_is_asked_about_by_the_auth_that_is_unanswered() -> None:
    async with serving(polite()) as server, sitting(server.endpoint) as one:
        await one.type(HELLO)
        one.desk.submit("AUTH LOGIN")
        one.desk.submit("czNjcmV0LVBhc3M=")
        one.desk.send_held()
        assert one.asked.asked is Asked.CLEAR_SECRET


async def test_leaving_asks_first_and_the_question_comes_back() -> None:
    async with serving(polite()) as server, sitting(server.endpoint) as one:
        await one.type(HELLO, PLAIN)
        one.desk.ask(Asked.CONNECT)
        one.desk.answer(False)
        assert one.asked.asked is Asked.CLEAR_SECRET


async def test_the_sandbox_is_not_asked_about() -> None:
    async with (
        serving(polite(auth="535 no")) as server,
        sitting(replace(server.endpoint, sandbox=True)) as one,
    ):
        await one.type(HELLO)
        assert one.desk.submit(PLAIN) is Submitted.SENT


async def test_another_machine_is() -> None:
    distant = Distant(polite())
    async with sitting(Endpoint("mx.test", 25), route=distant.route) as one:
        await one.type(HELLO)
        assert one.desk.submit(PLAIN) is Submitted.ASKED


async def test_a_script_is_stopped_and_the_line_is_not_quoted() -> None:
    rails = Rails(scripted=True)
    async with serving(polite()) as server, sitting(server.endpoint, rails=rails) as one:
        await one.type(HELLO)
        assert one.desk.submit(PLAIN) is Submitted.STOPPED
        assert one.desk.stopped_at == b"AUTH PLAIN " + MASK.encode()
        assert one.desk.stopped_by is Verdict.STOP_CLEAR
        assert one.desk.record.auth_refused
        assert one.desk.submit("NOOP") is Submitted.STOPPED
        assert one.sent == [HELLO.encode()]


@pytest.mark.parametrize("rails", [Rails(yes=True), Rails(scripted=True, yes=True)])
async def test_yes_on_the_command_line_says_it(rails: Rails) -> None:
    async with serving(polite(auth="535 no")) as server, sitting(server.endpoint, rails=rails) as one:
        await one.type(HELLO)
        assert one.desk.submit(PLAIN) is Submitted.SENT


async def test_what_was_kept_back_is_given_back_once() -> None:
    async with serving(polite()) as server, sitting(server.endpoint) as one:
        await one.type(HELLO, PLAIN)
        one.desk.answered("no")
        assert one.desk.reclaim() == PLAIN
        assert one.desk.reclaim() is None


async def test_nothing_is_given_back_behind_what_was_typed_on() -> None:
    async with serving(polite()) as server, sitting(server.endpoint) as one:
        await one.type(HELLO, "AUTH LOGIN", "c2VjcmV0")
        one.desk.submit("*")
        one.desk.answered("")
        assert one.desk.reclaim() is None


async def test_an_empty_answer_is_doubted_once_for_each_challenge() -> None:
    async with serving(polite()) as server, sitting(server.endpoint) as one:
        await one.type(HELLO)
        assert not one.desk.doubts_empty()
        await one.type("AUTH LOGIN")
        assert one.desk.doubts_empty()
        assert not one.desk.doubts_empty()


async def test_a_server_that_nothing_proves_gets_a_password_only_after_a_yes() -> None:
    context = serving_context("self-signed")

    async def play(peer: Peer) -> None:
        await peer.tls(context)
        await peer.say("220 mx.test")
        while line := await peer.line():
            await peer.say("535 no" if line.startswith(b"AUTH") else "250 fine")

    access = Access(Security.TLS, tls=TlsRules(insecure=True))
    async with serving(play) as server:
        one = Sitting()
        await one.desk.open(server.endpoint, access)
        await one.type(HELLO)
        assert one.desk.submit(PLAIN) is Submitted.ASKED
        assert one.asked.asked is Asked.UNPROVEN_SECRET
        assert one.desk.answered("") is False
        assert one.desk.reclaim() == PLAIN
        await one.type(PLAIN)
        assert one.desk.answered("yes") is True
        await one.desk.settle()
        assert one.sent[-1] == PLAIN.encode()
        assert one.desk.submit(PLAIN) is Submitted.SENT
        one.desk.hang_up()
        await one.desk.leave(goodbye=False)
        one = Sitting(rails=Rails(scripted=True))
        await one.desk.open(server.endpoint, access)
        await one.type(HELLO)
        assert one.desk.submit(PLAIN) is Submitted.STOPPED
        assert one.desk.stopped_by is Verdict.STOP_UNPROVEN
        assert one.desk.record.auth_refused
        one.desk.hang_up()
        await one.desk.leave(goodbye=False)
