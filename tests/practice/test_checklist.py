"""The checklist against real dialogues: ticks follow codes and phases, and nothing else."""

from __future__ import annotations

import pytest

from tests.practice.talking import ACCEPTED, DATA, GREETING, HELO, MAIL, QUIT, RCPT, TYPED, Talk, talk
from tui.practice.checklist import advance, lose, start
from tui.practice.goals import Match, StepRule
from tui.practice.noting import FIELDS_KEPT, field_name
from tui.practice.slips import standing_slip
from tui.practice.state import Offers, StepState
from tui.smtp.events import (
    AddressTried,
    BodyLineSent,
    CommandSent,
    ConnectionFailed,
    ConnectionOpened,
    Event,
    Failure,
    Found,
    LineEnd,
    MailExchangersFound,
    ReplyReceived,
    ReplyTimedOut,
    ServerHalfClosed,
    TlsEstablished,
    TlsFailed,
    TlsStarted,
    TlsTrouble,
)
from tui.smtp.findings import Finding, Side
from tui.smtp.phases import Phase

BEGUN = (*GREETING, "C: LHLO me", "S: 250 ok", "C: MAIL FROM:<a@b>", "S: 250 ok")
LMTP = (*BEGUN, "C: RCPT TO:<c@d>", "S: 250 ok", "C: RCPT TO:<e@d>", "S: 250 ok")
SECOND = ("C: MAIL FROM:<a@b>", "S: 250 ok", "C: RCPT TO:<c@d>", "S: 250 ok")

#: rows, the eight steps afterwards: + done, * now, - to do, x refused, ~ later, ? waiting
TABLE: dict[str, tuple[tuple[str | bytes, ...], str]] = {
    "before the greeting": ((), "?-------"),
    "greeted": (GREETING, "+*------"),
    "turned away": (("S: 554 no",), "x-------"),
    "busy": (("S: 421 later",), "~-------"),
    "a greeting that is none": (("S: 250 hello",), "*-------"),
    "helo sent": ((*GREETING, "C: HELO me"), "+?------"),
    "helo accepted": (HELO, "++*-----"),
    "ehlo accepted": ((*GREETING, "C: EHLO me", "S: 250-x", "S: 250 SIZE"), "++*-----"),
    "ehlo unknown": ((*GREETING, "C: EHLO me", "S: 500 what"), "+x------"),
    "ehlo unknown, then helo": (
        (*GREETING, "C: EHLO me", "S: 500 what", "C: HELO me", "S: 250 x"),
        "++*-----",
    ),
    "a word that is no verb": ((*GREETING, "C: hello me", "S: 500 what"), "+*------"),
    "helo with an odd code": ((*GREETING, "C: HELO me", "S: 354 what"), "+*------"),
    "mail accepted": (MAIL, "+++*----"),
    "mail later": ((*HELO, "C: MAIL FROM:<a@b>", "S: 451 later"), "++~-----"),
    "mail refused": ((*HELO, "C: MAIL FROM:<a@b>", "S: 553 no"), "++x-----"),
    "a second mail in the transaction": ((*MAIL, "C: MAIL FROM:<a@b>", "S: 503 nested"), "+++*----"),
    "rcpt before mail": ((*HELO, "C: RCPT TO:<a@b>", "S: 503 first MAIL"), "++*-----"),
    "rcpt refused": ((*MAIL, "C: RCPT TO:<n@b>", "S: 550 5.1.1 no"), "+++x----"),
    "rcpt later": ((*MAIL, "C: RCPT TO:<n@b>", "S: 450 4.2.1 busy"), "+++~----"),
    "rcpt refused, then mended": (
        (*MAIL, "C: RCPT TO:<n@b>", "S: 550 no", "C: RCPT TO:<b@b>", "S: 250 ok"),
        "++++*---",
    ),
    "one recipient refused beside an accepted one": ((*RCPT, "C: RCPT TO:<n@b>", "S: 550 no"), "++++*---"),
    "data accepted": (DATA, "+++++*--"),
    "data refused": ((*RCPT, "C: DATA", "S: 554 no"), "++++x---"),
    "data answered 250": ((*RCPT, "C: DATA", "S: 250 odd"), "++++*---"),
    "data answered 300": ((*RCPT, "C: DATA", "S: 300 odd"), "++++*---"),
    "typing": (TYPED, "+++++*--"),
    "the dot is sent": ((*TYPED, "C: ."), "++++++?-"),
    "accepted": (ACCEPTED, "+++++++*"),
    "the message refused": ((*TYPED, "C: .", "S: 554 no"), "++++++x-"),
    "the message later": ((*TYPED, "C: .", "S: 451 later"), "++++++~-"),
    "refused, begun again": (
        (*TYPED, "C: .", "S: 554 no", "C: MAIL FROM:<a@b>", "S: 250 ok"),
        "+++*----",
    ),
    "refused, begun again, refused at once": (
        (*TYPED, "C: .", "S: 554 no", "C: MAIL FROM:<a@b>", "S: 550 no"),
        "++x+++x-",
    ),
    "quit": (QUIT, "++++++++"),
    "quit, not answered": ((*ACCEPTED, "C: QUIT", "* closed by server"), "++++++++"),
    "quit, cut": ((*ACCEPTED, "C: QUIT", "* reset"), "+++++++-"),
    "quit too early": ((*MAIL, "C: QUIT", "S: 221 bye"), "+++----+"),
    "rset": ((*RCPT, "C: RSET", "S: 250 ok"), "++*-----"),
    "rset refused": ((*RCPT, "C: RSET", "S: 500 what"), "++++*---"),
    "helo again drops the mail": ((*RCPT, "C: HELO me", "S: 250 ok"), "++*-----"),
    "a second message": ((*ACCEPTED, "C: MAIL FROM:<c@d>", "S: 250 ok"), "+++*----"),
    "a second message refused at once": ((*ACCEPTED, "C: MAIL FROM:<c@d>", "S: 550 no"), "++x++++-"),
    "a second message dropped": (
        (*ACCEPTED, "C: MAIL FROM:<c@d>", "S: 250 ok", "C: RSET", "S: 250 ok"),
        "+++++++*",
    ),
    "pipelined": (
        (*HELO, b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n", "S: 250 ok"),
        "+++??---",
    ),
    "pipelined, mail refused": (
        (*HELO, b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n", "S: 550 no", "S: 503 no"),
        "++x-----",
    ),
    "lost while a reply is due": ((*MAIL, "C: RCPT TO:<b@b>", "* closed by server"), "+++-----"),
    "421 instead of a reply": ((*MAIL, "C: RCPT TO:<b@b>", "S: 421 bye"), "+++~----"),
    "nobody was asked": ((*MAIL, "S: 421 bye"), "+++*----"),
    "starttls": (
        (*GREETING, "C: EHLO me", "S: 250 STARTTLS", "C: STARTTLS", "S: 220 go", "* tls"),
        "+*------",
    ),
    "one chunk": ((*RCPT, "C: BDAT 4 LAST", b"hi\r\n", "S: 250 ok"), "+++++++*"),
    "a chunk under way": ((*RCPT, "C: BDAT 9 LAST", b"hi\r\n"), "++++*-?-"),
    "two chunks": ((*RCPT, "C: BDAT 4", b"hi\r\n", "S: 250 ok"), "+++++*--"),
    "a chunk refused": ((*RCPT, "C: BDAT 4", b"hi\r\n", "S: 552 too much"), "++*-----"),
    "a chunk put off": ((*RCPT, "C: BDAT 4", b"hi\r\n", "S: 452 full"), "++*-----"),
    "the second chunk refused": (
        (*RCPT, "C: BDAT 4", b"hi\r\n", "S: 250 ok", "C: BDAT 4", b"hi\r\n", "S: 503 no"),
        "++*-----",
    ),
    "the last chunk refused": ((*RCPT, "C: BDAT 4 LAST", b"hi\r\n", "S: 552 too much"), "++++++x-"),
    "the last chunk put off": ((*RCPT, "C: BDAT 4 LAST", b"hi\r\n", "S: 452 full"), "++++++~-"),
    "the last of two chunks refused": (
        (*RCPT, "C: BDAT 4", b"hi\r\n", "S: 250 ok", "C: BDAT 4 LAST", b"hi\r\n", "S: 552 too much"),
        "++++++x-",
    ),
    "the last chunk refused, and another mail begun": (
        (*RCPT, "C: BDAT 4 LAST", b"hi\r\n", "S: 552 no", "C: MAIL FROM:<a@b>", "S: 250 ok"),
        "+++*----",
    ),
    "the last chunk of a server that does not know BDAT": (
        (*RCPT, "C: BDAT 4 LAST", b"hi\r\n", "S: 502 what"),
        "++++*---",
    ),
    "the last chunk before the mail": ((*HELO, "C: BDAT 4 LAST", b"hi\r\n", "S: 503 no"), "++*-----"),
    "a chunk refused for its form": ((*RCPT, "C: BDAT four", "S: 501 what"), "++*-----"),
    "a chunk of a server that does not know BDAT": ((*RCPT, "C: BDAT 4", "S: 502 what"), "++++*---"),
    "the last chunk refused for one recipient": (
        (*LMTP, "C: BDAT 4 LAST", b"hi\r\n", "S: 552 too much", "S: 250 ok"),
        "+++++++*",
    ),
    "the last chunk refused for the other recipient": (
        (*LMTP, "C: BDAT 4 LAST", b"hi\r\n", "S: 250 ok", "S: 552 too much"),
        "+++++++*",
    ),
    "the last chunk refused for every recipient": (
        (*LMTP, "C: BDAT 4 LAST", b"hi\r\n", "S: 552 no", "S: 550 no"),
        "++++++x-",
    ),
    "the last chunk put off for every recipient": (
        (*LMTP, "C: BDAT 4 LAST", b"hi\r\n", "S: 452 no", "S: 450 no"),
        "++++++~-",
    ),
    "the last of two chunks refused for every recipient": (
        (*LMTP, "C: BDAT 4", b"hi\r\n", "S: 250 ok", "C: BDAT 4 LAST", b"hi\r\n", "S: 552 no", "S: 550 no"),
        "++++++x-",
    ),
    "the dot refused for every recipient": (
        (*LMTP, "C: DATA", "S: 354 go", "C: hi", "C: .", "S: 552 no", "S: 550 no"),
        "++++++x-",
    ),
    "the dot refused for one recipient": (
        (*LMTP, "C: DATA", "S: 354 go", "C: hi", "C: .", "S: 552 no", "S: 250 ok"),
        "+++++++*",
    ),
    "a chunk before the mail": ((*HELO, "C: BDAT 4", b"hi\r\n", "S: 503 no"), "++*-----"),
    "a chunk behind the mail": (
        (*ACCEPTED, "C: BDAT 4", b"hi\r\n", "S: 503 no"),
        "+++++++*",
    ),
    "a chunk refused, of the second mail": (
        (*ACCEPTED, *SECOND, "C: BDAT 4", b"hi\r\n", "S: 552 no"),
        "+++++++*",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "states"), TABLE.values(), ids=TABLE.keys())
def test_steps(rows: tuple[str | bytes, ...], states: str) -> None:
    assert talk(*rows).states == states


def test_a_failed_step_says_code_and_address() -> None:
    rcpt = talk(*MAIL, "C: RCPT TO:<nobody@sandbox.test>", "S: 550 5.1.1 no").step("rcpt")
    assert (rcpt.code, rcpt.value) == ("550 5.1.1", "nobody@sandbox.test")


def test_the_server_s_words_tick_nothing() -> None:
    said = talk(*HELO, "C: MAIL FROM:<a@b>", "S: 550 250 ok, sender accepted")
    assert said.states == "++x-----"


def test_the_verb_that_was_accepted_names_the_step() -> None:
    assert talk(*GREETING, "C: ehlo me", "S: 250 x").step("helo").name == "EHLO"
    assert talk(*GREETING, "C: EHLO me", "S: 502 no").step("helo").name == "HELO"


def test_envelope_holds_accepted_and_refused_side_by_side() -> None:
    envelope = talk(
        *RCPT, "C: RCPT TO:<n@b>", "S: 550 5.1.1 no", "C: RCPT TO:<c@d>", "S: 250 ok"
    ).practice.envelope
    assert envelope is not None
    assert envelope.reverse_path == "alice@example.org"
    assert [one.address for one in envelope.accepted] == ["bob@sandbox.test", "c@d"]
    assert [(one.address, one.code, one.enhanced) for one in envelope.refused] == [("n@b", 550, "5.1.1")]


def test_what_was_accepted_is_kept_through_rset_and_reconnection() -> None:
    first = talk(*ACCEPTED, "C: MAIL FROM:<c@d>", "S: 250 ok", "C: RSET", "S: 250 ok")
    (message,) = first.practice.accepted
    assert message.envelope.reverse_path == "alice@example.org"
    assert (message.octets, message.code, message.text) == (25, 250, "2.6.0 Message accepted")
    first.play("* closed by server")
    again = Talk(practice=first.practice)
    assert again.states == "?-------"
    assert again.practice.accepted == (message,)
    assert again.practice.closed is None
    again.play(*ACCEPTED)
    assert len(again.practice.accepted) == 2


def test_lmtp_answers_the_dot_once_for_each_recipient() -> None:
    rows: tuple[str, ...] = ("S: 220 x LMTP", "C: LHLO me", "S: 250 x", *RCPT[3:])
    rows += ("C: RCPT TO:<c@d>", "S: 250 ok", "C: DATA", "S: 354 go", "C: Subject: x", "C: ", "C: y", "C: .")
    said = talk(*rows, "S: 550 5.1.1 gone")
    assert said.states == "++++++x-"
    assert said.practice.awaiting
    said.play("S: 250 delivered")
    assert said.states == "+++++++*"
    assert not said.practice.awaiting
    assert len(said.practice.accepted) == 1
    both = talk(*rows, "S: 250 delivered", "S: 250 delivered")
    assert len(both.practice.accepted) == 1
    assert both.practice.envelope is None
    early = talk(*rows, "S: 250 delivered", "C: QUIT", "S: 221 bye")  # one answer for all
    assert early.states == "++++++++"
    assert not early.practice.awaiting


def test_unknown_fate_of_a_message() -> None:
    lost = talk(*TYPED, "C: .", "* closed by nobody").practice
    assert lost.unknown_fate is not None
    assert lost.phase is Phase.CLOSED
    assert not lost.accepted
    assert talk(*TYPED, "* closed by nobody").practice.unknown_fate is None
    chunk = talk(*RCPT, "C: BDAT 4 LAST", b"hi\r\n", "* closed by nobody").practice
    assert isinstance(chunk.unknown_fate, CommandSent)


def test_refusals_count_until_a_step_is_ticked() -> None:
    said = talk(*GREETING, "C: hello", "S: 500 what", "C: helo", "S: 501 a name")
    assert said.practice.refusals == 2
    assert said.practice.attempts == {"helo": 1}
    assert said.play("C: helo me", "S: 250 ok").practice.refusals == 0
    assert said.play("S: 421 bye").practice.refusals == 0  # it refused nothing


def test_a_slip_stands_until_the_next_line() -> None:
    said = talk(*GREETING, "C: hello me")
    assert said.practice.slip is not None
    assert said.practice.slip.finding is Finding.MISSPELT_VERB
    said.play("S: 500 what")
    assert said.practice.slip is not None
    said.play("C: HELO me")
    assert said.practice.slip is None
    assert [one.finding for one in said.practice.first_slips] == [Finding.MISSPELT_VERB]


def test_a_remark_hides_no_slip_and_the_characters_explain_the_rest() -> None:
    early = talk(*HELO, "C: rcpt to: bob@x")
    assert early.practice.slip is not None
    assert early.practice.slip.finding is Finding.OUT_OF_SEQUENCE
    assert {one.finding for one in early.practice.remarks} >= {Finding.MISSING_BRACKETS}
    wide = talk(*GREETING, "C: ｍａｉｌ\u3000ｆｒｏｍ：<a@b>")
    assert wide.practice.slip is not None
    assert wide.practice.slip.finding is Finding.FULL_WIDTH


def test_another_service_is_remembered_until_the_next_connection() -> None:
    said = talk("S: HTTP/1.1 400 Bad Request", "* closed by server")
    assert said.practice.not_smtp is not None
    assert said.practice.not_smtp.detail == "http"
    assert Talk(practice=said.practice).practice.not_smtp is None


def test_findings_about_the_server_are_no_slips() -> None:
    found = Found(Finding.SHUTTING_DOWN, Side.SERVER, 1)
    assert Talk().tell(found).practice.slip is None


def test_a_slip_is_kept_once_for_the_report() -> None:
    said = talk(*GREETING, "C: hello", "S: 500 what", "C: hello", "S: 500 what")
    assert len(said.practice.first_slips) == 1


def test_header_check_ticks_live() -> None:
    said = talk(*DATA, "C: From: a", "C: Subject : x", "C:  folded: not a field", "C: no field")
    check = said.practice.message
    assert check is not None
    assert (check.fields, check.blank_line, check.lines, check.body_lines) == (
        ("from", "subject"),
        False,
        4,
        0,
    )
    check = said.play("C: ", "C: To: in the body", "C: ").practice.message
    assert check is not None
    assert (check.fields, check.blank_line, check.lines, check.body_lines) == (
        ("from", "subject"),
        True,
        7,
        2,
    )
    assert check.octets == 7 + 11 + 20 + 8 + 0 + 15 + 0 + 7 * len(b"\r\n")
    ended = said.play("C: .").practice.message
    assert ended is not None and ended.ended


def test_header_check_of_many_fields_and_long_lines_is_bounded() -> None:
    fields = [f"C: X-{n}: y" for n in range(FIELDS_KEPT + 5)]
    check = talk(*DATA, *fields, "C: X-1: again").practice.message
    assert check is not None
    assert len(check.fields) == FIELDS_KEPT
    pieces = Talk().play(*DATA)
    for end in (LineEnd.NONE, LineEnd.NONE, LineEnd.CRLF):
        pieces.tell(BodyLineSent(99, 1, b"From: " + b"x" * 100, end, False, True))
    assert pieces.practice.message is not None
    assert (pieces.practice.message.fields, pieces.practice.message.lines) == (("from",), 1)
    body = Talk().play(*DATA, "C: ")
    for end in (LineEnd.NONE, LineEnd.CRLF):
        body.tell(BodyLineSent(99, 2, b"x" * 100, end, False, False))
    assert body.practice.message is not None
    assert body.practice.message.body_lines == 1


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (b"Subject: x", "subject"),
        (b"X-Y :z", "x-y"),
        (b" folded: x", ""),
        (b"no field", ""),
        (b":", ""),
        (b"caf\xc3\xa9: x", ""),
    ],
)
def test_field_name(line: bytes, name: str) -> None:
    assert field_name(line) == name


def test_a_message_that_was_cut_off_was_not_sent() -> None:
    cut = talk(*TYPED, "* closed by client")
    assert cut.states == "+++++---"
    assert not cut.practice.accepted


def test_extensions_and_tls() -> None:
    said = talk(*GREETING, "C: EHLO me", "S: 250-x", "S: 250 STARTTLS")
    assert set(said.practice.extensions) == {"STARTTLS"}
    said.play("C: STARTTLS", "S: 220 go", "* tls")
    assert (said.practice.helo, dict(said.practice.extensions)) == ("", {})
    assert said.practice.tls is not None


def test_tls_from_the_start_takes_no_tick_away() -> None:
    said = Talk().tell(TlsEstablished("TLSv1.3", "AES", implicit=True)).play(*HELO)
    assert said.states == "++*-----"


def test_auth_is_awaited_like_any_command() -> None:
    said = talk(
        *GREETING, "C: EHLO me", "S: 250 AUTH LOGIN", "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", "C: eA=="
    )
    assert len(said.practice.awaiting) == 1
    assert not said.play("S: 334 UGFzc3dvcmQ6").practice.awaiting
    assert said.play("C: eA==", "S: 535 no").practice.refusals == 1


def test_what_is_said_of_a_proxy_header_stands_until_the_next_reply() -> None:
    talk = Talk().play("* proxy v1", *GREETING, "C: EHLO me", "S: 502 what")
    slip = standing_slip(talk.practice)
    assert slip is not None and slip.finding is Finding.PROXY_HEADER_TAKEN
    talk.play("S: 250 x")
    assert standing_slip(talk.practice) is None
    assert talk.practice.helo == "EHLO"


@pytest.mark.parametrize("reply", ["250 ok", "552 too much"])
def test_what_is_wrong_with_a_message_does_not_stand_once_its_last_chunk_is_answered(reply: str) -> None:
    said = talk(*RCPT, "C: BDAT 22 LAST", b"Subject: x\r\nno colon\r\n", f"S: {reply}").practice
    assert said.slip is not None and said.slip.finding is Finding.NO_BLANK_LINE
    assert standing_slip(said) is None


def test_unsolicited_replies_are_told_and_answer_nothing() -> None:
    said = talk(*MAIL, "C: RCPT TO:<b@c>", "S: 250 ok", "S: 250 again")
    assert said.practice.reply is not None
    assert said.practice.reply.to is None
    assert said.states == "++++*---"


def test_a_reply_to_what_is_not_awaited_leaves_the_rest_awaited() -> None:
    said = talk(*MAIL)
    asked = [event for event in said.events if isinstance(event, CommandSent)]
    late = next(event for event in said.events if isinstance(event, ReplyReceived) and event.to == asked[0])
    said.play("C: RCPT TO:<b@c>").tell(late)
    assert len(said.practice.awaiting) == 1


def test_connecting_waits_and_a_new_try_begins_afresh() -> None:
    practice = advance(start(), AddressTried("mx.example", "192.0.2.1", 25))
    assert practice.steps[0].state is StepState.WAITING
    failed = ConnectionFailed(Failure.REFUSED, "mx.example", 25, "192.0.2.1", final=False)
    practice = advance(practice, failed)
    assert practice.failed == failed
    practice = advance(practice, AddressTried("mx.example", "192.0.2.2", 25))
    assert practice.failed == failed  # the same attempt goes on
    assert practice.steps[0].state is StepState.WAITING
    practice = advance(practice, ConnectionFailed(Failure.SILENT, "mx.example", 25, "192.0.2.2"))
    assert practice.steps[0].state is StepState.NOW
    practice = advance(practice, AddressTried("mx.example", "192.0.2.1", 25))
    assert practice.failed is None
    practice = advance(practice, ConnectionOpened("mx.example", "192.0.2.1", 25, False))
    assert practice.opened is not None
    assert practice.steps[0].state is StepState.WAITING


@pytest.mark.parametrize(
    "event",
    [ConnectionFailed(Failure.NAME_UNKNOWN, "mx.example", 25), MailExchangersFound("example", ())],
)
def test_what_fails_before_an_address_is_tried_begins_afresh_too(event: Event) -> None:
    said = talk(*ACCEPTED, "C: QUIT", "S: 221 bye", "* closed by server").tell(event)
    assert [step.state for step in said.practice.steps[1:]] == [StepState.TO_DO] * 7
    assert said.practice.closed is None
    assert said.practice.accepted


def test_silence_and_half_close_are_remembered_until_something_is_said() -> None:
    said = Talk().play(*GREETING).tell(ReplyTimedOut(300.0), ServerHalfClosed())
    assert said.practice.timed_out == ReplyTimedOut(300.0)
    assert said.practice.half_closed
    assert said.play("S: 421 bye").practice.timed_out is None
    assert said.tell(ReplyTimedOut(1.0)).play("C: QUIT").practice.timed_out is None


def test_another_list_of_goals_needs_no_other_code() -> None:
    goals = (
        StepRule("say", "say who you are", asks=(Match(CommandSent, verbs=("EHLO",)),)),
        StepRule("refusal", "see a 550", ticks=(Match(ReplyReceived, verbs=("RCPT",), codes=(550,)),)),
    )
    said = Talk(practice=start(goals)).play("S: 220 x", "C: EHLO me", "S: 250 x", *MAIL[3:])
    assert said.states == "+*"
    assert said.practice.open_step is not None and said.practice.open_step.id == "refusal"
    assert said.play("C: RCPT TO:<b@c>", "S: 551 no").states == "+*"
    said.play("C: RCPT TO:<b@c>", "S: 550 no")
    assert said.states == "++"
    assert said.practice.open_step is None
    assert said.practice.done == 2


@pytest.mark.parametrize(
    ("match", "holds"),
    [
        (Match(ReplyReceived, to=CommandSent, codes=(25,)), True),
        (Match(ReplyReceived, codes=(4,)), False),
        (Match(ReplyReceived, verbs=("MAIL",), last=False), True),
        (Match(ReplyReceived, verbs=("MAIL",), last=True), False),
        (Match(ReplyReceived, complete=True), False),
        (Match(ReplyReceived, implicit=True), False),
        (Match(ReplyReceived, transaction=True), False),
        (Match(ReplyReceived, transaction=False), True),
        (Match(CommandSent), False),
    ],
)
def test_match(match: Match, holds: bool) -> None:
    reply = next(event for event in reversed(talk(*MAIL).events) if isinstance(event, ReplyReceived))
    assert match.holds(reply) is holds


def test_what_a_new_ehlo_changed_after_tls_and_after_the_login() -> None:
    before = (
        *GREETING,
        "C: EHLO me",
        "S: 250-x",
        "S: 250-SIZE",
        "S: 250 STARTTLS",
        "C: STARTTLS",
        "S: 220 go",
    )
    said = talk(*before).tell(TlsStarted("x"))
    assert said.practice.securing is not None
    said.play("* tls")
    assert said.practice.securing is None
    said.play("C: EHLO me", "S: 250-x", "S: 250-SIZE", "S: 250 AUTH PLAIN")
    assert said.practice.offers == Offers("tls", ("AUTH",), ("STARTTLS",))
    said.play("C: AUTH PLAIN AGEAYg==", "S: 235 ok", "C: EHLO me", "S: 250-x", "S: 250 SIZE")
    assert said.practice.authenticated
    assert said.practice.offers == Offers("auth", (), ("AUTH",))
    said.play("C: EHLO me", "S: 250-x", "S: 250 SIZE")
    assert said.practice.offers is None


def test_a_handshake_that_failed() -> None:
    said = talk(*GREETING, "C: STARTTLS", "S: 220 go").tell(TlsStarted("x"), TlsFailed(TlsTrouble.CLOSED))
    assert said.practice.securing is None
    assert said.practice.tls_failed is not None
    assert start(before=said.practice).tls_failed is None


@pytest.mark.parametrize(
    ("said", "due"),
    [
        (("C: BDAT 9 LAST",), 9),
        (("C: BDAT 9 LAST", b"hi\r\n"), 5),
        (("C: BDAT 9 LAST", b"hi\r\nthere"), 0),
        (("C: BDAT 4", b"hi\r\n", "S: 250 ok"), 0),
        (("C: BDAT 9", "S: 502 what"), 0),
        (("C: BDAT nine",), 0),
    ],
)
def test_how_much_of_a_chunk_is_due(said: tuple[str | bytes, ...], due: int) -> None:
    assert talk(*RCPT, *said).practice.chunk_due == due


@pytest.mark.parametrize(
    ("before", "begun", "quit_open"),
    [
        (HELO, False, False),
        ((*HELO, "C: QUIT"), False, True),
        ((*HELO, "C: NOOP"), False, False),
        ((*HELO, "C: QUIT", "S: 221 bye"), False, False),
        (RCPT, True, False),
        (DATA, True, False),
        (ACCEPTED, False, False),
    ],
)
def test_what_was_open_when_the_connection_ended(
    before: tuple[str, ...], begun: bool, quit_open: bool
) -> None:
    ended = talk(*before, "* closed by client").practice
    assert (ended.begun, ended.quit_open) == (begun, quit_open)


def test_what_the_server_in_this_process_lost_is_known_of_the_mail() -> None:
    practice = talk(*ACCEPTED, *SECOND, "C: DATA", "S: 354 go", "C: .", "S: 250 ok").practice
    assert not practice.all_lost
    practice = lose(practice, 1)
    assert ([one.lost for one in practice.accepted], practice.all_lost) == ([False, True], False)
    assert lose(practice, 2).all_lost
    assert not start().all_lost
