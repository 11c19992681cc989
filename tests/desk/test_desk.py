"""A sitting at the wire, as both front ends drive it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.desk.sitting import Distant, Sitting, polite, sitting
from tests.net.clocks import HandClock
from tests.net.scripted import PATIENCE, Peer, serving, turns_until
from tui.desk.asking import GUARDED, SECRET, Asked, Feeding, Question, Submitted, named, passed_on, understood
from tui.desk.desk import Desk
from tui.desk.holding import MASK
from tui.desk.keeping import HomeKeeper
from tui.desk.opening import desk_for
from tui.desk.options import Options
from tui.desk.rails import Rails, Standing
from tui.net.endpoint import Endpoint
from tui.smtp.events import (
    BodyEnded,
    BodyLineSent,
    ConnectionClosed,
    ConnectionFailed,
    LineSent,
    ReplyReceived,
    TlsEstablished,
)
from tui.smtp.findings import Side
from tui.store.paths import home
from tui.store.recent import Visit

HELLO = "HELO client.test"
ENVELOPE = (HELLO, "MAIL FROM:<a@a.test>", "RCPT TO:<b@b.test>")
AWAY = Endpoint("distant")


# -- the sandbox


async def test_a_mail_to_the_sandbox_from_the_first_line_to_the_farewell(own_home: Path) -> None:
    async with asyncio.timeout(PATIENCE):
        await mail_to_the_sandbox(own_home)


async def test_the_sandbox_inside_this_process_is_trusted_by_its_own_authority(own_home: Path) -> None:
    told: list[object] = []
    desk = desk_for(Options(scenario="submission"), lambda batch: told.extend(one.event for one in batch))
    async with asyncio.timeout(PATIENCE):
        await desk.open_sandbox()
        for line in ("EHLO client.test", "STARTTLS", "EHLO client.test", "QUIT"):
            await desk.settle()
            assert desk.submit(line) is Submitted.SENT
        await desk.settle()
        await desk.leave()
    [established] = [one for one in told if isinstance(one, TlsEstablished)]
    assert established.verified
    assert not established.faults
    assert (own_home / "smtptutor" / "tls" / "ca.pem").exists()


async def mail_to_the_sandbox(own_home: Path) -> None:
    desk = desk_for(Options(), lambda batch: None)
    assert await desk.open_sandbox()
    assert not desk.real
    assert desk.standing is Standing.SANDBOX
    for line in (*ENVELOPE, "DATA", "Subject: hi", "", "text", ".", "QUIT"):
        await desk.settle()
        assert desk.submit(line) is Submitted.SENT
    await desk.settle()
    assert desk.practice.done == len(desk.practice.steps)
    farewell = desk.farewell
    await desk.leave()
    [accepted] = farewell.accepted
    assert accepted.envelope.reverse_path == "a@a.test"
    assert farewell.transcript is not None
    written = farewell.transcript.read_text()
    assert "C: MAIL FROM:<a@a.test>" in written
    assert [row for row in written.splitlines() if row.startswith("S: 220 ")]
    assert len(list((own_home / "smtptutor" / "mail" / "new").iterdir())) == 1


async def test_the_sandbox_is_no_real_server_however_it_is_written() -> None:
    desk = desk_for(Options(), lambda batch: None)
    async with asyncio.timeout(PATIENCE):
        await desk.open_sandbox()
        assert desk.endpoint is not None
        await desk.open(Endpoint(desk.endpoint.host, desk.endpoint.port))
        assert not desk.real
        await desk.leave()


async def test_the_sandbox_starts_again_after_leaving() -> None:
    desk = desk_for(Options(), lambda batch: None)
    async with asyncio.timeout(PATIENCE):
        for _ in range(2):
            assert await desk.open_sandbox()
            await desk.leave()


async def test_a_desk_that_was_never_connected_has_little_to_say() -> None:
    desk = Desk(lambda batch: None)
    with pytest.raises(RuntimeError):
        await desk.open_sandbox()
    with pytest.raises(RuntimeError):
        desk.ask(Asked.CONNECT, AWAY)
    desk.hang_up()
    desk.answer(True)
    await desk.settle()
    await desk.leave()
    assert (desk.held, desk.withheld, desk.stopped_at, desk.waiting) == ((), 0, None, None)
    assert (desk.blocked, desk.elapsed, desk.question, desk.real) == (None, 0.0, None, False)
    assert not desk.text_ahead
    assert desk.send_message("text") is None
    assert desk.draft == "text"


async def test_what_to_type_next_is_proposed_on_the_sandbox_and_filled_in_anywhere() -> None:
    desk = desk_for(Options(), lambda batch: None)
    async with asyncio.timeout(PATIENCE), serving(polite()) as server:
        await desk.open_sandbox()
        await desk.settle()
        assert desk.suggestion == desk.fill != ""
        await desk.open(server.endpoint)
        await desk.settle()
        assert desk.suggestion == ""
        assert desk.fill.split()[0] in {"HELO", "EHLO"}
        await desk.leave()


async def test_a_message_that_was_written_is_filled_in_line_by_line() -> None:
    one = Sitting()
    async with asyncio.timeout(PATIENCE), serving(polite()) as server:
        await one.desk.open(server.endpoint)
        one.desk.draft = "Subject: x\n\n.hidden\nend\n"
        await one.type("EHLO me", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA")
        filled = []
        while (line := one.desk.fill) != ".":
            filled.append(line)
            await one.type(line)
            await one.desk.told()
        assert filled == ["Subject: x", "", "..hidden", "end"]
        await one.desk.leave(goodbye=False)


# -- lines


async def test_a_line_typed_while_a_reply_is_due_waits_for_it() -> None:
    typed = asyncio.Event()

    async def script(peer: Peer) -> None:
        await typed.wait()
        await polite()(peer)

    async with serving(script) as server, sitting(server.endpoint) as one:
        assert [one.desk.submit(line) for line in (HELLO, "NOOP", "RSET")] == [Submitted.HELD] * 3
        assert one.desk.held == (HELLO, "NOOP", "RSET")
        typed.set()
        await one.desk.settle()
        wire = [event for event in one.events if isinstance(event, LineSent | ReplyReceived)]
        assert [type(event) for event in wire] == [ReplyReceived, *[LineSent, ReplyReceived] * 3]
        assert not one.desk.held


async def test_enter_on_the_empty_prompt_sends_what_is_held() -> None:
    go_on = asyncio.Event()

    async def script(peer: Peer) -> None:
        await go_on.wait()
        await peer.say("220 mx.test")
        assert [await peer.line(), await peer.line()] == [HELLO.encode(), b"NOOP"]
        await peer.say("250 fine", "250 fine")
        await peer.until_gone()

    async with serving(script) as server, sitting(server.endpoint) as one:
        one.desk.submit(HELLO)
        one.desk.submit("NOOP")
        assert one.desk.send_held()
        assert not one.desk.send_held()
        await one.until(LineSent, 2)
        assert one.codes == []
        go_on.set()
        await one.until(ReplyReceived, 3)


async def test_the_message_goes_out_without_waiting() -> None:
    async with serving(polite()) as server, sitting(server.endpoint) as one:
        await one.type(*ENVELOPE, "DATA")
        assert one.desk.feeding is Feeding.HEADER
        lines = ["Subject: hi", "", "text", ".", "QUIT"]
        assert [one.desk.submit(line) for line in lines] == [*[Submitted.SENT] * 4, Submitted.HELD]
        await one.until(ConnectionClosed)
    assert one.codes == [220, 250, 250, 250, 354, 250, 221]


async def test_what_is_being_fed() -> None:
    seen = [Sitting().desk.feeding]
    async with serving(polite()) as server, sitting(server.endpoint, rails=Rails(yes=True)) as one:
        await one.type(*ENVELOPE)
        seen.append(one.desk.feeding)
        await one.type("DATA", "Subject: hi")
        seen.append(one.desk.feeding)
        await one.type("")
        await one.until(BodyLineSent, 2)
        seen.append(one.desk.feeding)
        await one.type(".", "AUTH LOGIN")
        seen.append(one.desk.feeding)
        await one.type("c2VjcmV0", "QUIT")
        await one.until(ConnectionClosed)
        seen.append(one.desk.feeding)
    assert seen == [
        Feeding.CLOSED,
        Feeding.COMMAND,
        Feeding.HEADER,
        Feeding.BODY,
        Feeding.SECRET,
        Feeding.CLOSED,
    ]


async def test_while_auth_is_unanswered_what_is_typed_is_a_secret() -> None:
    go_on = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.say("220 mx.test")
        await peer.line()
        await go_on.wait()

    async with serving(script) as server, sitting(server.endpoint) as one:
        await one.desk.settle()
        one.desk.submit("AUTH LOGIN")
        assert one.desk.feeding is Feeding.SECRET
        one.desk.submit("c2VjcmV0")
        assert one.desk.held == (MASK,)
        go_on.set()


async def test_while_data_is_unanswered_what_is_typed_is_text() -> None:
    go_on = asyncio.Event()

    async def script(peer: Peer) -> None:
        await go_on.wait()
        await peer.until_gone()

    async with serving(script) as server, sitting(server.endpoint) as one:
        ahead = []
        for line in (*ENVELOPE, "data ", "Subject: hi", "", ".", "QUIT"):
            one.desk.submit(line)
            ahead.append(one.desk.text_ahead)
        assert ahead == [False, False, False, True, True, True, False, False]
        go_on.set()


async def test_octets_of_a_script_go_out_as_they_are() -> None:
    async with serving(polite()) as server, sitting(server.endpoint) as one:
        await one.desk.settle()
        one.desk.submit(b"NOOP caf\xe9 \xff")
        await one.until(LineSent)
    assert one.sent == [b"NOOP caf\xe9 \xff"]


async def test_one_line_is_one_line() -> None:
    async with serving(polite()) as server, sitting(server.endpoint) as one:
        with pytest.raises(ValueError, match="one line"):
            one.desk.submit("NOOP\nQUIT")


async def test_without_a_connection_the_text_stays_with_the_caller() -> None:
    one = Sitting()
    assert one.desk.submit("NOOP") is Submitted.CLOSED
    assert not one.desk.send_held()
    async with serving(polite()) as server, sitting(server.endpoint) as gone:
        await gone.type("QUIT")
        await gone.until(ConnectionClosed)
        assert gone.desk.submit("NOOP") is Submitted.CLOSED


async def test_lines_still_held_when_the_connection_goes_are_left_over() -> None:
    async def script(peer: Peer) -> None:
        await peer.say("220 mx.test")
        await peer.line()

    async with serving(script) as server, sitting(server.endpoint) as one:
        for line in (HELLO, "MAIL FROM:<a@a.test>", "AUTH LOGIN", "c2VjcmV0"):
            one.desk.submit(line)
        await one.until(ConnectionClosed)
        assert one.desk.left_over == ("MAIL FROM:<a@a.test>", "AUTH LOGIN", MASK)
        assert one.desk.held == ()


# -- after a refusal


async def test_held_text_does_not_go_out_as_commands_when_data_is_refused() -> None:
    async with serving(polite(data="554 no valid recipients")) as server, sitting(server.endpoint) as one:
        await one.type(HELLO, "MAIL FROM:<a@a.test>")
        for line in ("DATA", "Subject: hi", "", "QUIT it", ".", "RSET"):
            one.desk.submit(line)
        await one.desk.settle()
        assert one.sent == [HELLO.encode(), b"MAIL FROM:<a@a.test>", b"DATA", b"RSET"]
        assert one.desk.withheld == 4
        assert one.desk.submit("hello") is Submitted.SENT  # typed with the refusal in sight


async def test_held_secrets_do_not_go_out_when_auth_is_refused() -> None:
    async with serving(polite(auth="504 not that one")) as server, sitting(server.endpoint) as one:
        await one.type(HELLO)
        for line in ("AUTH LOGIN", "YWxpY2U=", "c2VjcmV0"):
            one.desk.submit(line)
        await one.desk.settle()
        assert one.sent == [HELLO.encode(), b"AUTH LOGIN"]
        assert one.desk.withheld == 2


async def test_a_script_is_held_back_line_by_line() -> None:
    rails = Rails(scripted=True, yes=True)
    async with serving(polite(data="451 later")) as server, sitting(server.endpoint, rails=rails) as one:
        outcomes = []
        for line in ("DATA", "Subject: hi", ".", "hello", "QUIT"):
            await one.desk.settle()
            outcomes.append(one.desk.submit(line))
        await one.until(ConnectionClosed)
    withheld, sent = Submitted.WITHHELD, Submitted.SENT
    assert outcomes == [sent, withheld, withheld, sent, sent]
    assert one.sent == [b"DATA", b"hello", b"QUIT"]


# -- rails


async def at_the_dot(one: Sitting) -> None:
    await one.type(*ENVELOPE, "DATA", "Subject: hi", "", "text")


async def test_the_dot_asks_before_mail_leaves_this_machine() -> None:
    server = Distant(polite())
    async with sitting(AWAY, route=server.route) as one:
        await at_the_dot(one)
        assert (one.desk.real, one.desk.standing) == (True, Standing.REMOTE)
        assert one.desk.submit(".") is Submitted.ASKED
        assert one.desk.feeding is Feeding.QUESTION
        assert one.asked.asked is Asked.DOT
        envelope = one.asked.envelope
        assert envelope is not None
        assert (envelope.reverse_path, [r.address for r in envelope.accepted]) == ("a@a.test", ["b@b.test"])
        assert not one.all(BodyEnded)
        one.desk.answer(True)
        await one.until(BodyEnded)
        await one.desk.settle()
        assert len(one.desk.farewell.accepted) == 1


async def test_no_to_the_dot_sends_nothing() -> None:
    got = asyncio.get_running_loop().create_future()

    async def script(peer: Peer) -> None:
        await peer.say("220 mx.test")
        for _ in range(3):
            await peer.line()
            await peer.say("250 fine")
        await peer.line()
        await peer.say("354 go on")
        got.set_result(await peer.until_gone())

    async with sitting(AWAY, route=Distant(script).route) as one:
        await at_the_dot(one)
        one.desk.submit(".")
        one.desk.answer(False)
        closed = await one.until(ConnectionClosed)
        assert closed == ConnectionClosed(by=Side.CLIENT, in_message=True)
        assert b"\r\n.\r\n" not in b"\r\n" + await got
        assert not one.desk.farewell.accepted


async def test_only_whole_words_answer_for_the_dot() -> None:
    async with sitting(AWAY, route=Distant(polite()).route) as one:
        await at_the_dot(one)
        one.desk.submit(".")
        for neither in ("y", "n", ".", "", "none", "o"):
            assert one.desk.answered(neither) is None
            assert one.asked.asked is Asked.DOT
        assert one.desk.answered(" YES ") is True
        await one.until(BodyEnded)


@pytest.mark.parametrize("word", ["no", "NO ", "否"])
async def test_a_whole_no_closes_without_the_dot(word: str) -> None:
    async with sitting(AWAY, route=Distant(polite()).route) as one:
        await at_the_dot(one)
        one.desk.submit(".")
        assert one.desk.answered(word) is False
        await one.until(ConnectionClosed)
        assert b"." not in one.sent


async def test_staying_brings_the_question_about_the_dot_back() -> None:
    async with sitting(AWAY, route=Distant(polite()).route) as one:
        await at_the_dot(one)
        one.desk.submit(".")
        assert one.desk.leave_question is Asked.LEAVE_MESSAGE
        one.desk.ask(Asked.LEAVE_MESSAGE)
        assert one.desk.answered("") is False
        assert one.asked.asked is Asked.DOT
        assert one.desk.answered("是") is True
        await one.until(BodyEnded)


@pytest.mark.parametrize("asked", [Asked.CONNECT, Asked.LEAVE_MESSAGE, Asked.LEAVE_UNANSWERED])
def test_the_next_line_of_a_mail_is_no_answer(asked: Asked) -> None:
    for line in ("RCPT TO:<b@x.test>", ".", "y", "/hint"):
        assert understood(asked, line) is None
    for word in ("", "no", " NO "):
        assert understood(asked, word) is False
    assert understood(asked, "yes") is True


FINGERPRINT = "SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDGgxPkdM8xqSBmJ3w"
HOST_KEY = Question(Asked.CONFIRM, text="The key fingerprint is … (yes/no/[fingerprint])?")


@pytest.mark.parametrize(
    ("text", "yes", "given"),
    [
        ("yes", True, None),
        (f" {FINGERPRINT} ", True, FINGERPRINT),
        (f"{FINGERPRINT}=", True, f"{FINGERPRINT}="),
        ("MD5:16:27:ac:a5:76:28:2d:36", True, "MD5:16:27:ac:a5:76:28:2d:36"),
        ("", False, None),
        ("no", False, None),
        ("maybe", None, None),
        (f"is {FINGERPRINT}", None, None),
        ("/cert", None, None),
    ],
)
def test_a_host_key_is_trusted_by_a_yes_or_by_its_fingerprint(
    text: str, yes: bool | None, given: str | None
) -> None:
    assert understood(Asked.CONFIRM, text) is yes
    assert passed_on(HOST_KEY, text) == given


def test_a_fingerprint_answers_nothing_else() -> None:
    assert understood(Asked.CONNECT, FINGERPRINT) is None
    assert passed_on(Question(Asked.DOT), FINGERPRINT) is None
    assert passed_on(Question(Asked.PASSWORD), FINGERPRINT) == FINGERPRINT  # it may be one


@pytest.mark.parametrize("asked", [one for one in Asked if one not in SECRET | GUARDED])
def test_a_typed_name_answers_no_question(asked: Asked) -> None:
    for name in ("/cert", "/connect mx.test", "/", "/sav"):
        read = named(Question(asked), name)
        assert read is not None and f"/{read.name}" == name.partition(" ")[0]
        assert understood(asked, name) is None
    for text in ("yes", "no", "", "//cert", "/usr/bin/perl", "cert"):
        assert named(Question(asked), text) is None


@pytest.mark.parametrize("asked", [one for one in Asked if one in SECRET | GUARDED])
def test_where_a_secret_may_stand_nothing_is_a_name(asked: Asked) -> None:
    assert named(Question(asked), "/cert") is None


async def test_leaving_is_asked_about_in_other_words_once_the_dot_is_out() -> None:
    async def script(peer: Peer) -> None:
        await peer.say("220 mx.test")
        for _ in range(3):
            await peer.line()
            await peer.say("250 fine")
        await peer.line()
        await peer.say("354 go on")
        await peer.message()
        await asked.wait()
        await peer.say("250 taken")
        assert await peer.line() == b"QUIT"
        await peer.say("221 bye")

    asked = asyncio.Event()
    async with serving(script) as server, sitting(server.endpoint) as one:
        await one.type(*ENVELOPE, "DATA", "text")
        one.desk.submit(".")
        assert one.desk.leave_question is Asked.LEAVE_UNANSWERED
        one.desk.ask(Asked.LEAVE_UNANSWERED)
        asked.set()
        await one.until(ReplyReceived, 6)
        assert one.desk.answered("yes") is True  # the reply was faster: there is nothing to break off
        await one.desk.leave()
    assert not one.desk.farewell.unknown_fate
    assert one.sent[-1] == b"QUIT"


async def test_each_envelope_is_asked_about() -> None:
    async with sitting(AWAY, route=Distant(polite()).route) as one:
        for recipient in ("b@b.test", "c@c.test"):
            await one.type(HELLO, "MAIL FROM:<a@a.test>", f"RCPT TO:<{recipient}>", "DATA", "text")
            assert one.desk.submit(".") is Submitted.ASKED
            envelope = one.asked.envelope
            assert envelope is not None
            assert [r.address for r in envelope.accepted] == [recipient]
            one.desk.answer(True)
            await one.desk.settle()
        assert len(one.desk.practice.accepted) == 2


async def test_a_held_dot_asks_as_well_and_what_is_behind_it_waits() -> None:
    async with sitting(AWAY, route=Distant(polite()).route) as one:
        for line in (*ENVELOPE, "DATA", "text", ".", "QUIT"):
            one.desk.submit(line)
        await one.desk.settle()
        assert one.asked.asked is Asked.DOT
        assert one.desk.held == ("QUIT",)
        one.desk.answer(True)
        await one.until(ConnectionClosed)
        assert one.codes[-2:] == [250, 221]


async def test_a_dot_pushed_out_before_the_354_asks_as_well() -> None:
    async with sitting(AWAY, route=Distant(polite()).route) as one:
        await one.type(*ENVELOPE)
        for line in ("DATA", "text", "."):
            one.desk.submit(line)
        one.desk.send_held()
        assert one.asked.asked is Asked.DOT
        assert b"." not in one.sent


async def test_on_loopback_the_dot_of_a_real_server_needs_no_question() -> None:
    async with serving(polite()) as server, sitting(server.endpoint) as one:
        await at_the_dot(one)
        assert (one.desk.real, one.desk.standing) == (True, Standing.LOOPBACK)
        assert one.desk.submit(".") is Submitted.SENT


async def test_a_script_stops_before_data_on_a_real_server() -> None:
    async with serving(polite()) as server, sitting(server.endpoint, rails=Rails(scripted=True)) as one:
        await one.type(*ENVELOPE)
        assert one.desk.submit("DATA") is Submitted.STOPPED
        assert one.desk.submit("QUIT") is Submitted.STOPPED
        assert one.desk.stopped_at == b"DATA"
    assert len(one.sent) == 3


async def test_a_question_goes_with_its_connection() -> None:
    async def script(peer: Peer) -> None:
        await peer.say("220 mx.test")
        for _ in range(3):
            await peer.line()
            await peer.say("250 fine")
        await peer.line()
        await peer.say("354 go on")
        await peer.line()
        await asked.wait()
        await peer.say("421 too slow")

    asked = asyncio.Event()
    async with sitting(AWAY, route=Distant(script).route) as one:
        await one.type(*ENVELOPE, "DATA", "text")
        one.desk.submit(".")
        asked.set()
        await one.until(ConnectionClosed)
        assert one.desk.question is None
        one.desk.answer(True)
        assert b"." not in one.sent


# -- compose


async def test_a_composed_message_is_stuffed_and_accepted_and_then_no_draft_any_more() -> None:
    got = asyncio.get_running_loop().create_future()

    async def script(peer: Peer) -> None:
        await peer.say("220 mx.test")
        for _ in range(3):
            await peer.line()
            await peer.say("250 fine")
        await peer.line()
        await peer.say("354 go on")
        got.set_result(await peer.message())
        await peer.say("250 taken")
        await peer.until_gone()

    async with serving(script) as server, sitting(server.endpoint) as one:
        await one.type(*ENVELOPE, "DATA")
        composed = one.desk.send_message("Subject: hi\n\n.\n.bashrc")
        assert composed is not None
        assert (composed.lines, composed.stuffed) == (4, (3, 4))
        assert await one.until(LineSent, 8)
        assert one.desk.draft == "Subject: hi\n\n.\n.bashrc"
        await one.type(".")
        assert await got == b"Subject: hi\r\n\r\n..\r\n..bashrc\r\n"
        assert one.desk.draft == ""


async def test_before_data_a_draft_is_kept_and_not_sent() -> None:
    async with serving(polite()) as server, sitting(server.endpoint) as one:
        await one.type(HELLO)
        assert one.desk.send_message("Subject: hi\n") is None
        assert one.sent == [HELLO.encode()]
        assert one.desk.draft == "Subject: hi\n"


@pytest.mark.parametrize("dot", ["554 no", "451 later"])
async def test_the_draft_outlives_a_refusal(dot: str) -> None:
    async with serving(polite(dot=dot)) as server, sitting(server.endpoint) as one:
        await one.type(*ENVELOPE, "DATA")
        one.desk.send_message("Subject: hi\n")
        await one.type(".")
        assert one.desk.draft == "Subject: hi\n"


async def test_a_draft_is_marked_as_sent_while_its_message_is_open() -> None:
    async with serving(polite(dot="554 no")) as server, sitting(server.endpoint) as one:
        await one.type(*ENVELOPE, "DATA")
        one.desk.draft = "Subject: hi\n"
        assert not one.desk.draft_sent
        one.desk.send_message(one.desk.draft)
        assert one.desk.draft_sent
        await one.type("more")
        assert one.desk.draft_sent
        await one.type(".")
        assert not one.desk.draft_sent
        assert one.desk.draft == "Subject: hi\nmore\n"
        await one.type("MAIL FROM:<a@a.test>", "RCPT TO:<b@b.test>", "DATA")
        assert not one.desk.draft_sent


async def test_text_typed_by_hand_is_kept_when_the_message_is_refused() -> None:
    async with serving(polite(dot="554 no")) as server, sitting(server.endpoint) as one:
        await one.type(*ENVELOPE, "DATA", "Subject: x", "", "..dot")
        assert (one.desk.draft, one.desk.rescued) == ("", 0)
        await one.type(".")
        assert (one.desk.draft, one.desk.rescued) == ("Subject: x\n\n.dot\n", 3)
        await one.type("MAIL FROM:<a@a.test>", "RCPT TO:<b@b.test>", "DATA", "other")
        await one.type(".")
        assert (one.desk.draft, one.desk.rescued) == ("other\n", 1)


@pytest.mark.parametrize("last", ["421 going down", ""])
async def test_text_typed_by_hand_is_kept_when_the_server_breaks_off(last: str) -> None:
    async def script(peer: Peer) -> None:
        await peer.say("220 mx.test")
        for _ in range(3):
            await peer.line()
            await peer.say("250 fine")
        await peer.line()
        await peer.say("354 go on")
        await peer.line()
        if last:
            await peer.say(last)

    async with serving(script) as server, sitting(server.endpoint) as one:
        await one.type(*ENVELOPE, "DATA", "typed by hand")
        await one.until(ConnectionClosed)
        assert one.desk.draft == "typed by hand\n"


async def test_text_typed_by_hand_is_kept_after_no_to_the_dot() -> None:
    async with sitting(AWAY, route=Distant(polite()).route) as one:
        await at_the_dot(one)
        one.desk.submit(".")
        one.desk.answered("no")
        await one.until(ConnectionClosed)
        assert one.desk.draft == "Subject: hi\n\ntext\n"


async def test_a_draft_never_sent_is_not_lost_to_other_text() -> None:
    async with serving(polite(dot="554 no")) as server, sitting(server.endpoint) as one:
        one.desk.draft = "mine\n"
        await one.type(*ENVELOPE, "DATA")
        assert one.desk.send_message("pasted\n")
        await one.type(".")
        assert (one.desk.draft, one.desk.draft_sent) == ("mine\n", False)


async def test_the_draft_outlives_a_lost_connection() -> None:
    async def script(peer: Peer) -> None:
        await peer.say("220 mx.test")
        for _ in range(3):
            await peer.line()
            await peer.say("250 fine")
        await peer.line()
        await peer.say("354 go on")
        await peer.line()
        peer.reset()

    async with serving(script, polite()) as server, sitting(server.endpoint) as one:
        await one.type(*ENVELOPE, "DATA")
        one.desk.send_message("Subject: hi\n")
        assert (await one.until(ConnectionClosed)).reset
        assert one.desk.draft == "Subject: hi\n"
        await one.desk.open(server.endpoint)
        await one.type(*ENVELOPE, "DATA")
        assert one.desk.send_message(one.desk.draft)
        await one.type(".")
        assert one.desk.draft == ""


async def test_a_large_message_that_is_not_taken_can_be_cancelled() -> None:
    async def script(peer: Peer) -> None:
        await peer.say("220 mx.test")
        for _ in range(3):
            await peer.line()
            await peer.say("250 fine")
        await peer.line()
        peer.stop_reading()
        await peer.say("354 go on")
        await asyncio.Event().wait()

    async with serving(script) as server, sitting(server.endpoint) as one:
        await one.type(*ENVELOPE, "DATA")
        text = ("x" * 900 + "\n") * 30_000
        assert one.desk.send_message(text)
        await turns_until(lambda: one.desk.blocked)
        assert one.desk.submit(".") is Submitted.HELD  # behind what is still here
        assert one.desk.send_message(text) is None
        assert one.desk.elapsed >= 0
        one.desk.hang_up()
        assert (await one.until(ConnectionClosed)).in_message
        assert one.desk.draft == text
        assert one.desk.left_over == (".",)


# -- leaving and connecting again


async def test_leaving_says_quit_where_it_is_legal() -> None:
    async with serving(polite()) as server, sitting(server.endpoint) as one:
        await one.type(HELLO)
        await one.desk.leave()
    assert one.sent[-1] == b"QUIT"
    assert one.codes[-1] == 221
    assert one.all(ConnectionClosed)[0].by is Side.SERVER


async def test_leaving_without_goodbye_adds_nothing() -> None:
    async with serving(polite()) as server, sitting(server.endpoint) as one:
        await one.type(HELLO)
        await one.desk.leave(goodbye=False)
    assert one.sent == [HELLO.encode()]
    assert one.all(ConnectionClosed)[0].by is Side.CLIENT


async def test_leaving_inside_the_message_asks_and_takes_it_back() -> None:
    async with serving(polite()) as server, sitting(server.endpoint) as one:
        await one.type(*ENVELOPE)
        assert one.desk.leave_question is None
        await one.type("DATA", "text")
        assert one.desk.leave_question is Asked.LEAVE_MESSAGE
        one.desk.ask(Asked.LEAVE_MESSAGE)
        one.desk.answer(False)
        assert one.desk.submit("more text") is Submitted.SENT
        one.desk.ask(Asked.LEAVE_MESSAGE)
        one.desk.answer(True)
        await one.desk.leave()
    assert one.sent[-1] == b"more text"
    assert one.all(ConnectionClosed) == [ConnectionClosed(by=Side.CLIENT, in_message=True)]


async def test_leaving_waits_two_seconds_for_the_goodbye_and_no_longer() -> None:
    clock = HandClock()

    async def script(peer: Peer) -> None:
        await peer.say("220 mx.test")
        await peer.until_gone()

    async with serving(script) as server, sitting(server.endpoint, clock=clock) as one:
        await one.desk.settle()
        leaving = asyncio.ensure_future(one.desk.leave())
        await one.until(LineSent)
        await turns_until(lambda: 2.0 in clock.running)
        assert not leaving.done()
        clock.advance(2)
        await leaving
    assert one.sent == [b"QUIT"]
    assert one.all(ConnectionClosed)[0].by is Side.CLIENT


async def test_leaving_while_a_reply_is_due_does_not_wait() -> None:
    async def script(peer: Peer) -> None:
        await peer.until_gone()

    async with serving(script) as server, sitting(server.endpoint, clock=HandClock()) as one:
        await one.desk.leave()
    assert one.sent == []


async def test_hanging_up_ends_a_wait() -> None:
    async def script(peer: Peer) -> None:
        await peer.until_gone()

    async with serving(script) as server, sitting(server.endpoint) as one:
        assert one.desk.waiting is not None
        one.desk.hang_up()
        await one.until(ConnectionClosed)
        assert one.desk.waiting is None


async def test_connecting_again_remembers_the_sitting() -> None:
    async with serving(polite()) as server, sitting(server.endpoint) as one:
        await one.type(*ENVELOPE, "DATA", "text", ".")
        assert not one.desk.must_ask_before_connect
        await one.type("MAIL FROM:<x@x.test>")
        assert one.desk.must_ask_before_connect
        await one.desk.open(server.endpoint)
        assert one.all(ConnectionClosed)[0].by is Side.SERVER
        await one.desk.settle()
        assert len(one.desk.farewell.accepted) == 1
        assert one.desk.practice.envelope is None
        assert one.desk.commands[-1] == "QUIT"
        assert HELLO in one.desk.commands


async def test_a_server_that_cannot_be_reached_leaves_the_desk_ready() -> None:
    async with serving(polite()) as server:
        gone = server.endpoint
    async with sitting(gone) as one:
        failed = await one.until(ConnectionFailed)
        assert failed.final
        assert one.desk.feeding is Feeding.CLOSED
        async with serving(polite()) as server:
            assert await one.desk.open(server.endpoint)
            await one.type(HELLO)
            assert one.codes == [220, 250]


async def test_opening_while_opening_ends_the_first() -> None:
    class Never:
        address, port = "192.0.2.1", 25

        async def open(self, protocol_factory: object) -> asyncio.Transport:
            await asyncio.Event().wait()
            raise AssertionError

    async def route(endpoint: Endpoint) -> list[Never]:
        return [Never()]

    one = Sitting(route=route)
    first = asyncio.ensure_future(one.desk.open(AWAY))
    await turns_until(lambda: one.desk.feeding is Feeding.CONNECTING)
    second = asyncio.ensure_future(one.desk.open(AWAY))
    assert not await first
    await turns_until(lambda: one.desk.feeding is Feeding.CONNECTING)
    one.desk.hang_up()
    assert not await second
    await one.desk.leave()


# -- keeping


async def test_history_holds_nothing_of_a_script(own_home: Path) -> None:
    async with asyncio.timeout(PATIENCE):
        desk = desk_for(Options(), lambda batch: None, scripted=True)
        assert await desk.open_sandbox()
        await desk.settle()
        assert desk.submit(HELLO) is Submitted.SENT
        await desk.settle()
        assert desk.commands == ()
        await desk.leave()
        assert desk_for(Options(), lambda batch: None).commands == ()


async def test_history_holds_commands_and_neither_text_nor_secrets(own_home: Path) -> None:
    async with serving(polite()) as server:
        desk = desk_for(Options(yes=True), lambda batch: None)
        await desk.open(server.endpoint)
        message = ("DATA", "Subject: private", ".")
        login = ("AUTH LOGIN", "c2VjcmV0", "auth plain c2Vj", "c2VjcmV0")
        for line in (*ENVELOPE, *message, *login, "QUIT"):
            await desk.settle()
            desk.submit(line)
        await desk.settle()
        await desk.leave()
        assert desk.commands == (*ENVELOPE, "DATA", "QUIT")
        again = desk_for(Options(), lambda batch: None)
        assert again.commands == (*ENVELOPE, "DATA", "QUIT")


async def test_a_transcript_that_is_not_kept_can_be_saved_until_leaving(tmp_path: Path) -> None:
    async with serving(polite()) as server:
        desk = desk_for(Options(transcripts=0), lambda batch: None)
        await desk.open(server.endpoint)
        await desk.settle()
        desk.submit("QUIT")
        await desk.settle()
        assert desk.transcript is not None
        saved = desk.transcript.save_as(tmp_path / "mine.txt")
        assert "S: 221 bye" in saved.read_text()
        assert desk.farewell.transcript is None
        await desk.leave()
        assert not desk.transcript.text_file.exists()


class Full:
    """A keeper on a disk without room."""

    def __init__(self, *, at: str) -> None:
        self.at = at

    def _try(self, what: str) -> None:
        if what == self.at:
            raise OSError(28, "No space left on device")

    def begin(self, host: str) -> Full:
        self._try("begin")
        return self

    def commands(self) -> list[str]:
        self._try("commands")
        return []

    def remember(self, command: str) -> None:
        self._try("remember")

    def visited(self, visit: Visit) -> None:
        self._try("visited")

    text_file = json_file = Path("nowhere")
    kept = True

    def append(self, stamped: object) -> None:
        self._try("append")

    def save_as(self, path: Path, *, overwrite: bool = False) -> Path:
        raise NotImplementedError

    def beside(self, suffix: str, text: str) -> Path:
        raise NotImplementedError

    def close(self) -> None:
        pass


@pytest.mark.parametrize("at", ["begin", "commands", "remember", "append"])
async def test_a_full_disk_does_not_end_the_session(at: str) -> None:
    async with serving(polite()) as server, sitting(server.endpoint, keeper=Full(at=at)) as one:
        await one.type(HELLO, "NOOP")
        assert one.codes == [220, 250, 250]
        assert one.desk.keeping_failed is not None
        assert one.desk.farewell.transcript is None


# -- crashes


async def test_what_a_front_end_raises_is_told_and_closes_the_connection() -> None:
    crashed: list[BaseException] = []

    def broken(batch: object) -> None:
        raise ZeroDivisionError

    async with serving(polite()) as server:
        desk = Desk(broken, on_crash=crashed.append, keeper=HomeKeeper(home()))
        await desk.open(server.endpoint)
        await turns_until(lambda: crashed)
        assert isinstance(crashed[0], ZeroDivisionError)
        assert not desk.connected
        await desk.leave()
        assert desk.transcript is not None
        assert desk.transcript.text_file.read_text().endswith("* connection closed by client\n")
