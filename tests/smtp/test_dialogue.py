"""What lines mean, in every order in which they and their replies may come."""

from __future__ import annotations

import pytest

from tests.smtp.talk import DATA, EHLO, HELO, MAIL, RCPT, Row, findings, of, play, replies
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import (
    AuthResponseSent,
    BodyEnded,
    BodyLineSent,
    CommandSent,
    ConnectionClosed,
    Event,
    ExtensionsAdvertised,
    Found,
    GreetingAwaited,
    LineEnd,
    LineReceived,
    LineSent,
    Part,
    PhaseChanged,
    PlaintextDiscarded,
    ReplyReceived,
    ResetCause,
    TlsEstablished,
    TransactionReset,
)
from tui.smtp.findings import Finding, Side
from tui.smtp.phases import LEGAL, Phase


def phases(events: list[Event]) -> list[Phase]:
    return [change.phase for change in of(events, PhaseChanged)]


def verbs(events: list[Event]) -> list[str]:
    return [sent.command.verb for sent in of(events, CommandSent)]


def answers(events: list[Event]) -> list[tuple[int, object]]:
    """Code, and what it answers: the number of an entry, "greeting" or None."""
    return [
        (one.reply.code, "greeting" if isinstance(one.to, GreetingAwaited) else one.to and one.to.number)
        for one in replies(events)
    ]


def body(events: list[Event]) -> list[bytes]:
    return [line.data for line in of(events, BodyLineSent)]


def test_a_whole_session() -> None:
    events = play(
        *DATA,
        "C: Subject: hi",
        "C: ",
        "C: ..dot",
        "C: .",
        "S: 250 2.0.0 Ok",
        "C: QUIT",
        "S: 221 Bye",
        "* closed",
    )
    assert phases(events) == [
        Phase.GREETED, Phase.READY, Phase.MAIL, Phase.RCPT, Phase.MESSAGE, Phase.READY, Phase.QUIT,
        Phase.CLOSED,
    ]  # fmt: skip
    assert verbs(events) == ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]
    assert body(events) == [b"Subject: hi", b"", b".dot"]
    assert [line.stuffed for line in of(events, BodyLineSent)] == [False, False, True]
    assert answers(events) == [(220, "greeting"), (250, 1), (250, 2), (250, 3), (354, 4), (250, 5), (221, 6)]
    assert of(events, ConnectionClosed) == [ConnectionClosed(Side.SERVER)]
    assert findings(events) == []
    wire = [event.number for event in events if isinstance(event, LineSent | LineReceived)]
    assert wire == list(range(1, len(wire) + 1))


def test_every_phase_says_what_is_legal() -> None:
    assert set(LEGAL) == set(Phase)


def test_the_parts_of_sent_lines() -> None:
    events = play(*DATA, "C: A: b", "C: .", "S: 250 ok", "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", "C: Ym9i")
    assert [line.part for line in of(events, LineSent)][-5:] == [
        Part.COMMAND, Part.MESSAGE, Part.MESSAGE, Part.COMMAND, Part.AUTH,
    ]  # fmt: skip


def test_the_extensions_of_ehlo() -> None:
    events = play(
        "S: 220 x",
        "C: EHLO x",
        "S: 250-x hello",
        "S: 250-size 100 200",
        "S: 250-AUTH=LOGIN",
        "S: 250-",
        "S: 250 x",
    )
    assert of(events, ExtensionsAdvertised)[-1].extensions == {"SIZE": "100 200", "AUTH=LOGIN": "", "X": ""}


def test_helo_leaves_no_extensions() -> None:
    assert of(play(*EHLO, "C: HELO x", "S: 250-x", "S: 250 SIZE"), ExtensionsAdvertised)[-1].extensions == {}


def test_a_refused_hello_changes_nothing() -> None:
    events = play("S: 220 x", "C: EHLO x", "S: 502 what?", "C: HELO x", "S: 250 x")
    assert phases(events) == [Phase.GREETED, Phase.READY]


def test_a_greeting_that_turns_away() -> None:
    events = play("S: 554-no", "S: 554 service", "C: QUIT", "S: 221 bye")
    assert phases(events) == [Phase.TURNED_AWAY, Phase.QUIT]


# -- pipelining


def test_commands_are_answered_in_their_order() -> None:
    events = play(
        *EHLO,
        "C: MAIL FROM:<a@b.test>",
        "C: RCPT TO:<c@d.test>",
        "C: NOOP",
        "S: 250 a",
        "S: 550 b",
        "S: 250 c",
    )
    assert answers(events)[2:] == [(250, 2), (550, 3), (250, 4)]
    assert [sent.pipelined for sent in of(events, CommandSent)] == [False, False, True, True]


def test_lines_behind_data_wait_for_its_reply() -> None:
    lines = ("C: DATA", "C: Subject: x", "C: ", "C: .", "C: QUIT")
    events = play(*EHLO, *MAIL, *RCPT, *lines)
    assert verbs(events)[-1] == "DATA"
    assert [line.part for line in of(events, LineSent)][-4:] == [Part.UNDECIDED] * 4
    taken = play(*EHLO, *MAIL, *RCPT, *lines, "S: 354 go", "S: 250 ok", "S: 221 bye")
    assert body(taken) == [b"Subject: x", b""]
    assert answers(taken)[-3:] == [(354, 4), (250, 5), (221, 6)]
    assert of(taken, BodyEnded)[0].pipelined
    refused = play(*EHLO, *MAIL, *RCPT, *lines, "S: 554 no", "S: 500 a", "S: 500 b", "S: 500 c", "S: 221 bye")
    assert body(refused) == []
    assert verbs(refused)[4:] == ["", "", "", "QUIT"]
    assert answers(refused)[-1] == (221, 8)


@pytest.mark.parametrize("line", [" DATA", "DATA\x00", "ｄａｔａ"])
def test_354_begins_a_message_however_data_was_spelt(line: str) -> None:
    events = play(
        *EHLO,
        *MAIL,
        *RCPT,
        f"C: {line}",
        "S: 354 go",
        "C: A: b",
        "C: .",
        "S: 250 ok",
        "C: QUIT",
        "S: 221 bye",
    )
    assert body(events) == [b"A: b"]
    assert phases(events)[-3:] == [Phase.MESSAGE, Phase.READY, Phase.QUIT]


def test_354_to_another_command_begins_no_message() -> None:
    events = play(*EHLO, "C: NOOP", "S: 354 go", "C: QUIT")
    assert verbs(events)[-1] == "QUIT"
    undecided = play(*EHLO, *MAIL, *RCPT, "C: dtaa", "C: DATA", "C: A: b", "S: 354 go", "S: 503 no")
    assert verbs(undecided)[-1] == ""


def test_a_second_data_behind_the_first_waits_again() -> None:
    events = play(*DATA[:-1], "C: A: b", "C: .", "C: DATA", "C: C: d", "S: 354 go", "S: 250 ok", "S: 503 no")
    assert verbs(events)[-2:] == ["DATA", ""]
    assert body(events) == [b"A: b"]


# -- AUTH


def test_an_empty_line_answers_a_challenge() -> None:
    events = play(*EHLO, "C: AUTH SCRAM-SHA-1 x", "S: 334 y", "C: ", "S: 235 in")
    assert [(one.data, one.mechanism) for one in of(events, AuthResponseSent)] == [(b"", "SCRAM-SHA-1")]
    assert phases(events)[-2:] == [Phase.AUTH, Phase.READY]


def test_a_star_cancels() -> None:
    events = play(
        *EHLO, "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", "C: *", "S: 501 cancelled", "C: NOOP", "S: 250 ok"
    )
    assert of(events, AuthResponseSent)[0].cancelled
    assert verbs(events)[-1] == "NOOP"


def test_pipelined_answers_to_challenges() -> None:
    events = play(
        *EHLO,
        "C: AUTH LOGIN",
        "C: Ym9i",
        "C: cHc=",
        "C: NOOP",
        "S: 334 a",
        "S: 334 b",
        "S: 235 c",
        "S: 250 d",
    )
    assert [one.data for one in of(events, AuthResponseSent)] == [b"Ym9i", b"cHc="]
    assert verbs(events)[-1] == "NOOP"
    refused = play(*EHLO, "C: AUTH LOGIN", "C: Ym9i", "S: 504 no", "S: 500 what")
    assert verbs(refused)[-2:] == ["AUTH", ""]


def test_auth_returns_to_where_it_began() -> None:
    events = play(*EHLO, *MAIL, "C: AUTH LOGIN", "S: 334 a", "C: x", "S: 535 no", *RCPT)
    assert phases(events)[-4:] == [Phase.MAIL, Phase.AUTH, Phase.MAIL, Phase.RCPT]


# -- STARTTLS

STARTTLS = (*EHLO, "C: STARTTLS", "S: 220 go")


def test_tls_forgets_all() -> None:
    dialogue = Dialogue()
    events = play(*STARTTLS, "* tls", dialogue=dialogue)
    assert phases(events)[-2:] == [Phase.TLS, Phase.GREETED]
    assert dialogue.tls
    assert dialogue.extensions == {}
    assert of(events, TlsEstablished)
    again = play(*STARTTLS, "* tls", "C: EHLO x", "S: 250 x")
    assert of(again, CommandSent)[-1].tls
    assert phases(again)[-1] is Phase.READY


def test_plaintext_behind_starttls_is_discarded() -> None:
    rows = (*EHLO, "C: STARTTLS", "C: EHLO x", ("C", b"MAIL FR"), "S: 220 go", "* tls")
    events = play(*rows, "C: EHLO y", "S: 250 y")
    assert of(events, PlaintextDiscarded) == [PlaintextDiscarded(b"EHLO x\r\nMAIL FR")]
    assert findings(events) == [Finding.PLAINTEXT_AFTER_STARTTLS] * 2
    assert verbs(events) == ["EHLO", "STARTTLS", "EHLO"]
    assert answers(events)[-1] == (250, 3)


def test_plaintext_behind_a_refused_starttls_is_read() -> None:
    events = play(*EHLO, "C: STARTTLS", "C: NOOP", "S: 454 no", "S: 250 ok")
    assert verbs(events)[-1] == "NOOP"
    assert answers(events)[-1] == (250, 3)


def test_starttls_resets_the_transaction() -> None:
    events = play(*EHLO, *MAIL, "C: STARTTLS", "S: 220 go")
    assert of(events, TransactionReset) == [TransactionReset(ResetCause.STARTTLS)]


def test_plaintext_that_a_server_sends_behind_its_220() -> None:
    events = play(
        *EHLO,
        "C: STARTTLS",
        ("S", b"220 go\r\n250 injected\r\n250 again\r\n25"),
        "* tls",
        "C: EHLO x",
        "S: 250 x",
    )
    assert findings(events) == [Finding.PLAINTEXT_INJECTED]
    assert answers(events)[-1] == (250, 3)
    assert [one.to for one in replies(events)[3:5]] == [None, None]


def test_implicit_tls_comes_before_the_greeting() -> None:
    events = play("* tls", *HELO)
    assert answers(events)[0] == (220, "greeting")
    assert phases(events) == [Phase.GREETED, Phase.READY]


def test_tls_in_the_middle_of_anything() -> None:
    for rows in (
        DATA,
        (*DATA, "C: half"),
        (*DATA, ("C", b".\n")),
        (*EHLO, "C: AUTH LOGIN", "S: 334 x", "C: y"),
    ):
        events = play(*rows, "* tls", "C: EHLO x", "S: 250 x")
        assert verbs(events)[-1] == "EHLO"
        assert phases(events)[-1] is Phase.READY


# -- BDAT

BDAT = (*EHLO, *MAIL, *RCPT)


def test_a_chunk_ends_where_it_ends() -> None:
    events = play(
        *BDAT,
        ("C", b"BDAT 9\r\nA: b\r\n\r\ncBDAT 3 LAST\r\nde\nQUIT\r\n"),
        "S: 250 one",
        "S: 250 two",
        "S: 221 bye",
    )
    assert verbs(events)[3:] == ["BDAT", "BDAT", "QUIT"]
    assert [(line.data, line.end) for line in of(events, BodyLineSent)] == [
        (b"A: b", LineEnd.CRLF), (b"", LineEnd.CRLF), (b"c", LineEnd.NONE), (b"de", LineEnd.LF),
    ]  # fmt: skip
    assert [line.ordinal for line in of(events, BodyLineSent)] == [1, 2, 3, 3]
    assert phases(events)[-3:] == [Phase.CHUNKING, Phase.READY, Phase.QUIT]


def test_the_octets_of_a_chunk_are_told_before_their_reply() -> None:
    events = play(*BDAT, "C: BDAT 4 LAST", ("C", b"A: b"), "S: 250 ok")
    kinds = [type(event) for event in events]
    assert kinds.index(BodyLineSent) < len(kinds) - 1 - kinds[::-1].index(ReplyReceived)


def test_dots_and_commands_in_a_chunk_are_text() -> None:
    events = play(*BDAT, "C: BDAT 9 LAST", ("C", b".\r\nQUIT\r\n"), "S: 250 ok", "C: QUIT")
    assert body(events) == [b".", b"QUIT"]
    assert verbs(events)[-1] == "QUIT"


def test_a_chunk_of_no_octets() -> None:
    events = play(*BDAT, "C: BDAT 0 LAST", "C: QUIT", "S: 250 ok", "S: 221 bye")
    assert answers(events)[-2:] == [(250, 4), (221, 5)]


@pytest.mark.parametrize("code", [500, 502])
def test_a_server_without_bdat_reads_the_chunk_as_commands(code: int) -> None:
    chunk = ("C", b"NOOP\r\nRSET\r\nQU")
    events = play(
        *BDAT, "C: BDAT 14 LAST", chunk, ("C", b"IT\r\n"), f"S: {code} what?", "S: 250", "S: 250", "S: 221"
    )
    assert verbs(events)[4:] == ["NOOP", "RSET", "QUIT"]
    assert answers(events)[-1] == (221, 7)
    assert phases(events)[-3:] == [Phase.RCPT, Phase.READY, Phase.QUIT]


@pytest.mark.parametrize("code", [503, 552, 421])
def test_a_server_that_refuses_a_chunk_has_read_it(code: int) -> None:
    events = play(*BDAT, "C: BDAT 6 LAST", ("C", b"NOOP\r\n"), f"S: {code} no", "C: QUIT", "S: 221")
    assert verbs(events)[4:] == ["QUIT"]
    assert phases(events)[-2:] == [Phase.READY, Phase.QUIT]


def test_a_client_that_waits_with_its_chunk_sends_none_after_a_refusal() -> None:
    events = play(*BDAT, "C: BDAT 60 LAST", "S: 503 no", "C: QUIT", "S: 221")
    assert verbs(events)[4:] == ["QUIT"]
    assert body(events) == []


def test_a_refusal_in_the_middle_of_a_chunk_does_not_end_it() -> None:
    events = play(
        *BDAT, "C: BDAT 12 LAST", ("C", b"NOOP\r\n"), "S: 552 no", ("C", b"NOOP\r\nQUIT\r\n"), "S: 221"
    )
    assert body(events) == [b"NOOP", b"NOOP"]
    assert verbs(events)[4:] == ["QUIT"]


def test_a_chunk_whose_bdat_was_undecided_itself() -> None:
    lines = ("C", b"DATA\r\nBDAT 7 LAST\r\nab\r\ncdeQUIT\r\nNOOP\r\n")
    events = play(*BDAT, lines, "S: 503 no", "S: 250 ok", "S: 221 bye", "S: 250 ok")
    assert verbs(events)[3:] == ["DATA", "BDAT", "QUIT", "NOOP"]
    assert body(events) == [b"ab", b"cde"]
    unfinished = play(
        *BDAT, ("C", b"DATA\r\nBDAT 9 LAST\r\nab\r\n"), "S: 503 no", ("C", b"cdefgQUIT\r\n"), "S: 250 ok"
    )
    assert body(unfinished) == [b"ab", b"cdefg"]
    assert verbs(unfinished)[-1] == "QUIT"


def test_a_chunk_may_end_between_cr_and_lf() -> None:
    events = play(*BDAT, ("C", b"DATA\r\nBDAT 3 LAST\r\nab\r\nQUIT\r\n"), "S: 503 no", "S: 250 ok")
    assert body(events) == [b"ab\r"]
    assert verbs(events)[3:] == ["DATA", "BDAT", "", "QUIT"]


def test_bdat_without_a_size_has_no_chunk() -> None:
    events = play(*BDAT, "C: BDAT x", "C: QUIT", "S: 501 no", "S: 221 bye")
    assert verbs(events)[-1] == "QUIT"


# -- the end of the message


def test_a_dot_with_a_bare_lf_ends_the_message_if_it_is_answered() -> None:
    events = play(*DATA, ("C", b"A: b\n.\n"), "S: 250 ok", "C: QUIT")
    assert body(events) == [b"A: b"]
    assert of(events, BodyEnded)[0].complete
    assert verbs(events)[-1] == "QUIT"


@pytest.mark.parametrize("more", [("C", b"Q"), "C: QUIT", ("C", b".\n")])
def test_a_dot_with_a_bare_lf_is_text_if_the_client_goes_on(more: Row) -> None:
    events = play(*DATA, ("C", b"A: b\n.\n"), more)
    assert body(events)[:2] == [b"A: b", b""]
    assert of(events, BodyLineSent)[1].stuffed
    assert of(events, BodyEnded) == []


def test_a_dot_with_a_bare_lf_among_undecided_lines() -> None:
    ended = play(*DATA[:-1], ("C", b"A: b\n.\n"), "S: 354 go", "S: 250 ok")
    assert of(ended, BodyEnded)[0].complete
    text = play(*DATA[:-1], ("C", b"A: b\n.\nQ"), "S: 354 go", "S: 250 ok")
    assert of(text, BodyEnded) == []
    more = play(*DATA[:-1], ("C", b"A: b\n.\nc\r\n.\r\n"), "S: 354 go", "S: 250 ok")
    assert body(more) == [b"A: b", b"", b"c"]


@pytest.mark.parametrize("rows", [("C: half",), (("C", b"half"),), (("C", b".\n"),), (("C", b"."),)])
def test_a_message_that_the_end_cuts_off(rows: tuple[Row, ...]) -> None:
    events = play(*DATA, *rows, "* gone")
    assert of(events, BodyEnded)[-1].complete is False
    assert of(events, BodyLineSent)[-1].data in (b"half", b"", b".")


def test_what_a_refusal_of_the_message_leaves() -> None:
    events = play(*DATA, "C: A: b", "C: .", "S: 554 spam", *MAIL)
    assert phases(events)[-2:] == [Phase.READY, Phase.MAIL]


# -- LMTP

LMTP = (
    "S: 220 x", "C: LHLO x", "S: 250-x", "S: 250 PIPELINING", *MAIL,
    "C: RCPT TO:<one@x.test>", "S: 250 ok", "C: RCPT TO:<two@x.test>", "S: 550 no",
    "C: RCPT TO:<three@x.test>", "S: 250 ok",
)  # fmt: skip
LMTP_DATA = (*LMTP, "C: DATA", "S: 354 go", "C: A: b", "C: .")


def test_lmtp_answers_for_each_recipient() -> None:
    events = play(*LMTP_DATA, "S: 250 a", "S: 450 b", "C: QUIT", "S: 221 c")
    assert [(one.reply.code, one.recipient) for one in replies(events)[-3:]] == [
        (250, "one@x.test"), (450, "three@x.test"), (221, None),
    ]  # fmt: skip
    assert answers(events)[-3:] == [(250, 7), (450, 7), (221, 8)]
    assert of(events, BodyEnded)[0].recipients == ("one@x.test", "three@x.test")


def test_lmtp_that_answers_once_for_all() -> None:
    events = play(*LMTP_DATA, "S: 250 a", "C: QUIT", "S: 221 c")
    assert answers(events)[-2:] == [(250, 7), (221, 8)]
    assert of(events, CommandSent)[-1].pipelined is False
    assert phases(events)[-2:] == [Phase.READY, Phase.QUIT]


def test_lmtp_that_answers_a_chunk_once_for_all() -> None:
    events = play(*LMTP, ("C", b"BDAT 4 LAST\r\nA: b"), "S: 250 a", "C: QUIT", "S: 221 c")
    assert answers(events)[-2:] == [(250, 6), (221, 7)]
    assert phases(events)[-2:] == [Phase.READY, Phase.QUIT]


def test_lmtp_pipelined_behind_the_dot() -> None:
    events = play(*LMTP_DATA, "C: QUIT", "S: 250 a", "S: 250 b", "S: 221 c")
    assert answers(events)[-3:] == [(250, 7), (250, 7), (221, 8)]
    assert of(events, CommandSent)[-1].pipelined is True


def test_lmtp_with_chunks() -> None:
    lines = ("C", b"MAIL FROM:<a@b>\r\nRCPT TO:<one@x>\r\nRCPT TO:<two@x>\r\nBDAT 4 LAST\r\nA: bQUIT\r\n")
    events = play(*LMTP[:4], lines, "S: 250 a", "S: 250 b", "S: 250 c", "S: 250 d", "S: 550 e", "S: 221 f")
    assert [(one.reply.code, one.recipient) for one in replies(events)[-3:]] == [
        (250, "one@x"), (550, "two@x"), (221, None),
    ]  # fmt: skip


def test_lmtp_without_an_accepted_recipient_answers_once() -> None:
    events = play(*LMTP[:6], "C: DATA", "S: 354 go", "C: .", "S: 503 nobody", "C: QUIT", "S: 221 bye")
    assert answers(events)[-2:] == [(503, 4), (221, 5)]


# -- 421 and other uninvited replies


def test_421_that_nobody_asked_for() -> None:
    events = play(*HELO, "C: FOO", ("S", b"500 what\r\n421 enough\r\n"), "C: NOOP", "* closed")
    assert answers(events)[-2:] == [(500, 2), (421, None)]
    assert findings(events)[1:] == [Finding.SHUTTING_DOWN]


def test_421_answers_the_oldest_command() -> None:
    events = play(*EHLO, "C: NOOP", "C: RSET", "S: 421 bye")
    assert answers(events)[-1] == (421, 2)


def test_421_inside_the_message() -> None:
    events = play(*DATA, "C: A: b", "S: 421 bye", "* closed")
    assert answers(events)[-1] == (421, None)
    closed = of(events, ConnectionClosed)[0]
    assert (closed.in_message, closed.dot_unanswered) == (True, False)


# -- how it ends


@pytest.mark.parametrize(
    ("rows", "in_message", "dot_unanswered"),
    [
        (HELO, False, False),
        (DATA, True, False),
        ((*DATA, "C: A: b", "C: ."), False, True),
        ((*DATA, ("C", b"A: b\n.\n")), False, True),
        ((*BDAT, "C: BDAT 4 LAST", ("C", b"A: b")), False, True),
        ((*BDAT, "C: BDAT 9 LAST", ("C", b"A: b")), True, False),
        ((*DATA, "C: A: b", "C: .", "S: 250 ok"), False, False),
    ],
)
def test_what_is_known_at_the_end(rows: tuple[Row, ...], in_message: bool, dot_unanswered: bool) -> None:
    closed = of(play(*rows, "* closed"), ConnectionClosed)[0]
    assert (closed.in_message, closed.dot_unanswered) == (in_message, dot_unanswered)


def test_only_the_first_end_counts() -> None:
    events = play(*HELO, "* closed", "* gone")
    assert len(of(events, ConnectionClosed)) == 1


def test_a_reset_of_the_connection_is_told() -> None:
    assert Dialogue().closed(None, reset=True)[0] == ConnectionClosed(None, reset=True)


def test_a_command_without_its_end_is_none() -> None:
    events = play(*HELO, ("C", b"QUIT"), "* gone")
    assert verbs(events) == ["HELO"]
    assert of(events, LineSent)[-1].end is LineEnd.NONE


def test_undecided_lines_at_the_end_are_the_commands_they_were_sent_as() -> None:
    events = play(*DATA[:-1], "C: Subject: x", "C: QUIT", ("C", b"NO"), "* gone")
    assert verbs(events)[-2:] == ["", "QUIT"]
    chunk = play(*BDAT, ("C", b"BDAT 9 LAST\r\nNOOP\r\nQU"), "* gone")
    assert body(chunk) == [b"NOOP", b"QU"]
    assert verbs(chunk)[-1] == "BDAT"


def test_a_record_that_ends_without_a_close() -> None:
    events = play(*DATA, "C: half", "* end")
    assert of(events, BodyEnded)[0].complete is False
    assert of(events, ConnectionClosed) == []


@pytest.mark.parametrize("rows", [(), HELO, DATA, (*BDAT, "C: BDAT 5"), (*EHLO, "C: AUTH LOGIN", "S: 334 x")])
def test_nothing_after_the_end_is_an_error(rows: tuple[Row, ...]) -> None:
    play(
        *rows,
        "* closed",
        "C: QUIT",
        "S: 221 bye",
        ("C", b"half"),
        ("S", b"half"),
        "* tls",
        "* end",
        "* closed",
    )


# -- what the shell may ask


def test_what_is_awaited() -> None:
    dialogue = Dialogue()
    assert list(dialogue.awaiting) == [GreetingAwaited()]
    dialogue.received(b"220 x\r\n")
    assert list(dialogue.awaiting) == []
    assert dialogue.due is None
    dialogue.sent(b"EHLO x\r\nNOOP\r\n")
    assert dialogue.due == dialogue.awaiting[0]
    assert [to.command.verb for to in dialogue.awaiting if isinstance(to, CommandSent)] == ["EHLO", "NOOP"]


def test_what_the_next_line_would_be() -> None:
    dialogue = Dialogue()
    play(*DATA[:-1], dialogue=dialogue)
    assert (dialogue.undecided, dialogue.next_part) == (True, Part.UNDECIDED)
    dialogue.received(b"354 go\r\n")
    assert (dialogue.undecided, dialogue.next_part, dialogue.phase) == (False, Part.MESSAGE, Phase.MESSAGE)
    dialogue.sent(b"A: b\r\n.\r\n")
    assert (dialogue.next_part, dialogue.phase) == (Part.COMMAND, Phase.MESSAGE)


def test_a_record_that_begins_late() -> None:
    dialogue = Dialogue()
    dialogue.joined(Phase.MAIL)
    events = dialogue.sent(b"RCPT TO:<a@b.test>\r\n") + dialogue.received(b"250 ok\r\n")
    assert findings(events) == []
    assert dialogue.phase is Phase.RCPT
    greeted = Dialogue()
    greeted.joined(Phase.GREETED)
    assert findings(greeted.sent(b"HELO x\r\n")) == []


def test_what_goes_past_a_chunk_is_named() -> None:
    told = play(
        *BDAT, "C: BDAT 5", ("C", b"hello\r\n"), "S: 250", "S: 500", "C: text", "S: 500", "C: FOO", "S: 500"
    )
    found = [one.finding for one in told if isinstance(one, Found)]
    assert found.count(Finding.PAST_CHUNK) == 1
    assert found.count(Finding.UNKNOWN_VERB) == 2
    exact = play(*BDAT, "C: BDAT 5", ("C", b"helloNOOP\r\n"), "S: 250", "S: 250")
    assert Finding.PAST_CHUNK not in [one.finding for one in exact if isinstance(one, Found)]


def test_how_much_of_a_chunk_is_due() -> None:
    dialogue = Dialogue()
    play(*BDAT, dialogue=dialogue)
    assert dialogue.chunk_left == 0
    dialogue.sent(b"BDAT 12\r\nhel")
    assert dialogue.chunk_left == 9
    dialogue.sent(b"lo\r\n")
    assert dialogue.chunk_left == 5
    dialogue.sent(b"worldQUIT\r\n")
    assert dialogue.chunk_left == 0


@pytest.mark.parametrize("before", [b"", b"he", b"hello\r\n", b"hello\r\nwor"])
@pytest.mark.parametrize("refused", [False, True])
def test_octets_of_a_chunk_may_be_passed_over(before: bytes, refused: bool) -> None:
    """It is as if they had come, but that nothing is told of them."""
    looked, passed = Dialogue(), Dialogue()
    for dialogue in (looked, passed):
        play(*BDAT, dialogue=dialogue)
        dialogue.sent(b"BDAT 40\r\n" + before)
    rest = b"x" * (40 - len(before))
    looked.sent(rest)
    passed.passed_over(10)
    assert passed.chunk_left == len(rest) - 10
    passed.passed_over(100)  # no more than there are
    reply = b"503 no\r\n" if refused else b"250 ok\r\n"
    later = b"NOOP\r\nRSET\r\n"
    for dialogue in (looked, passed):
        assert dialogue.chunk_left == 0
        dialogue.received(reply)
        assert dialogue.next_part is Part.COMMAND
    assert passed.phase is looked.phase
    ends = []
    for dialogue in (looked, passed):
        told = [*dialogue.sent(later), *dialogue.received(b"250 ok\r\n250 ok\r\n")]
        assert verbs(told) == ["NOOP", "RSET"]
        ends.append([type(one) for one in told])
    assert ends[0] == ends[1]


def test_passing_over_changes_nothing_outside_a_chunk() -> None:
    dialogue = Dialogue()
    play(*DATA, dialogue=dialogue)
    dialogue.passed_over(100)
    assert dialogue.next_part is Part.MESSAGE


def test_a_decided_chunk_may_be_passed_over() -> None:
    """Its reply came before its octets, or more were sent than are held."""
    dialogue = Dialogue()
    play(*BDAT, dialogue=dialogue)
    dialogue.sent(b"BDAT 600000\r\n" + b"hello\r\n" * 50_000)
    assert dialogue.next_part is Part.CHUNK
    dialogue.passed_over(300_000)
    assert (dialogue.chunk_left, dialogue.next_part) == (0, Part.COMMAND) or dialogue.chunk_left < 0
    assert dialogue.chunk_left == 0


def test_where_nobody_asks_what_is_wrong_all_else_is_told() -> None:
    rows = (*EHLO, "C: MAIL FROM: <a@b>", "S: 250 ok", "C: FOO", "S: 500 what")
    judged, told = Dialogue(), Dialogue(judges=False)
    ends: list[list[Event]] = []
    for dialogue in (judged, told):
        events: list[Event] = []
        for row in rows:
            events += (dialogue.sent if row[0] == "C" else dialogue.received)(row[3:].encode() + b"\r\n")
        ends.append(events)
    assert findings(ends[0]) and not findings(ends[1])
    assert [one for one in ends[0] if not isinstance(one, Found)] == ends[1]
