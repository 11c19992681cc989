"""Memory stays bounded in both directions, and what is cut is said at the moment it is."""

from __future__ import annotations

import tracemalloc

from tests.smtp.talk import DATA, EHLO, HELO, MAIL, RCPT, finding, findings, of, play, replies
from tui.smtp.awaiting import KEPT_ENTRIES
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import (
    AuthResponseSent,
    BodyEnded,
    BodyLineSent,
    CommandSent,
    ExtensionsAdvertised,
    Found,
    LineEnd,
    LineReceived,
    LineSent,
    PlaintextDiscarded,
)
from tui.smtp.findings import Finding
from tui.smtp.lines import KEPT_OCTETS
from tui.smtp.replies import KEPT_LINES, KEPT_REPLY_OCTETS
from tui.smtp.server import KEPT_EXTENSIONS
from tui.smtp.undecided import HELD_OCTETS


def test_a_reply_line_is_cut_at_the_moment_it_is_too_long() -> None:
    dialogue = Dialogue()
    assert dialogue.received(b"220 " + b"x" * (KEPT_OCTETS - 4)) == ()
    line, *found = dialogue.received(b"y")
    assert isinstance(line, LineReceived)
    assert (len(line.data), line.end) == (KEPT_OCTETS, LineEnd.CUT)
    assert findings(found) == [Finding.REPLY_LINE_CUT]
    assert dialogue.received(b"z" * 100_000) == ()
    events = dialogue.received(b"\r\n")
    (reply,) = replies(events)
    assert reply.reply.code == 220
    assert reply.line == line.number


def test_a_line_of_just_the_kept_length_is_whole() -> None:
    for end, kind in ((b"\r\n", LineEnd.CRLF), (b"\n", LineEnd.LF)):
        events = play(("S", b"220 " + b"x" * (KEPT_OCTETS - 4) + end))
        assert of(events, LineReceived)[0].end is kind
        assert Finding.REPLY_LINE_CUT not in findings(events)
    cut = play(("S", b"220 " + b"x" * (KEPT_OCTETS - 4) + b"\ry\r\n250 next\r\n"))
    assert [line.end for line in of(cut, LineReceived)] == [LineEnd.CUT, LineEnd.CRLF]


def test_a_line_that_is_too_long_by_half_its_end() -> None:
    events = play(("S", b"220 " + b"x" * (KEPT_OCTETS - 4) + b"\r"), "* closed")
    assert [(len(line.data), line.end) for line in of(events, LineReceived)] == [(KEPT_OCTETS, LineEnd.CUT)]
    assert findings(events) == [Finding.REPLY_LINE_CUT]


def test_a_cut_line_that_the_end_cuts_off() -> None:
    events = play(("S", b"220 " + b"x" * KEPT_OCTETS), "* closed")
    assert len(of(events, LineReceived)) == 1
    assert replies(events) == []


def test_an_endless_line_takes_no_memory() -> None:
    dialogue = Dialogue()
    block = b"A" * (1 << 20)
    dialogue.received(b"250 ")
    tracemalloc.start()
    for _ in range(20):
        dialogue.received(block)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 << 20


def test_a_reply_is_cut_at_the_moment_it_is_too_long() -> None:
    dialogue = Dialogue()
    play(*HELO, "C: EHLO x", dialogue=dialogue)
    line = b"250-still going\r\n"
    assert of(dialogue.received(line * KEPT_LINES), Found) == []
    (found,) = of(dialogue.received(line), Found)
    assert (found.finding, found.detail) == (Finding.REPLY_CUT, str(KEPT_LINES))
    assert of(dialogue.received(line * 1000), Found) == []
    (reply,) = replies(dialogue.received(b"250 done\r\n"))
    assert (len(reply.reply.lines), reply.reply.dropped) == (KEPT_LINES, 1002)


def test_a_reply_is_cut_by_octets_too() -> None:
    line = b"250-" + b"x" * 60_000 + b"\r\n"
    events = play(*HELO, "C: NOOP", ("S", line * 30 + b"250 done\r\n"))
    reply = replies(events)[-1].reply
    assert sum(map(len, reply.raw)) <= KEPT_REPLY_OCTETS + 60_004
    assert reply.dropped > 0
    assert Finding.REPLY_CUT in findings(events)


def test_the_last_line_of_a_reply_may_be_the_one_too_many() -> None:
    events = play(*HELO, "C: NOOP", ("S", b"250-a\r\n" * KEPT_LINES + b"250 b\r\n"))
    assert findings(events) == [Finding.REPLY_CUT]
    assert replies(events)[-1].reply.dropped == 1


def test_extensions_are_capped() -> None:
    lines = b"".join(b"250-X-EXT-%d\r\n" % number for number in range(KEPT_EXTENSIONS + 1))
    events = play("S: 220 x", "C: EHLO x", ("S", b"250-x\r\n" + lines + b"250 HELP\r\n"))
    assert len(of(events, ExtensionsAdvertised)[0].extensions) == KEPT_EXTENSIONS
    assert finding(events, Finding.EXTENSIONS_CUT).detail == str(KEPT_EXTENSIONS)
    assert finding(events, Finding.EXTENSIONS_CUT).line == replies(events)[-1].line


# -- the client


def test_a_command_longer_than_is_kept() -> None:
    events = play(*HELO, ("C", b"NOOP " + b"x" * 200_000 + b"\r\n"), "S: 500 long", "C: QUIT", "S: 221 bye")
    sent = of(events, CommandSent)
    assert [one.command.verb for one in sent] == ["HELO", "NOOP", "QUIT"]
    assert len(sent[1].command.data) == KEPT_OCTETS
    assert of(events, LineSent)[1].end is LineEnd.CUT
    assert findings(events) == [Finding.COMMAND_TOO_LONG]


def test_an_answer_longer_than_is_kept() -> None:
    events = play(*EHLO, "C: AUTH GSSAPI", "S: 334 ", ("C", b"x" * 200_000 + b"\r\n"), "S: 535 no", "C: QUIT")
    assert len(of(events, AuthResponseSent)[0].data) == KEPT_OCTETS
    assert of(events, CommandSent)[-1].command.verb == "QUIT"


def test_unanswered_commands_beyond_the_limit_are_counted() -> None:
    dialogue = Dialogue()
    play(*HELO, dialogue=dialogue)
    dialogue.sent(b"NOOP\r\n" * (KEPT_ENTRIES + 5))
    assert len(dialogue.awaiting) == KEPT_ENTRIES
    events = dialogue.received(b"250 ok\r\n" * (KEPT_ENTRIES + 5))
    assert [one.to is None for one in replies(events)] == [False] * KEPT_ENTRIES + [True] * 5
    assert findings(events) == []
    assert findings(dialogue.received(b"250 ok\r\n")) == [Finding.UNSOLICITED_REPLY]
    dialogue.sent(b"NOOP\r\n")
    assert len(dialogue.awaiting) == 1


LINES = b"x" * 998 + b"\r\n"
TOO_MANY = HELD_OCTETS // 1000 + 2


def test_a_message_sent_without_waiting_is_presumed_taken() -> None:
    before = play(*DATA[:-1], ("C", b"A: b\r\n\r\n" + LINES * TOO_MANY))
    assert len(of(before, BodyLineSent)) > TOO_MANY
    events = play(
        *DATA[:-1],
        ("C", b"A: b\r\n\r\n" + LINES * TOO_MANY + b".\r\nQUIT\r\n"),
        "S: 354 go",
        "S: 250 ok",
        "S: 221",
    )
    assert len(of(events, BodyLineSent)) == TOO_MANY + 2
    assert of(events, BodyEnded)[0].complete
    assert [one.reply.code for one in replies(events)[-3:]] == [354, 250, 221]


def test_a_message_that_is_refused_after_all_ends_there() -> None:
    events = play(*DATA[:-1], ("C", b"A: b\r\n\r\n" + LINES * TOO_MANY), "S: 554 no", "C: QUIT", "S: 221 bye")
    assert of(events, CommandSent)[-1].command.verb == "QUIT"


def test_a_big_chunk_is_told_as_it_goes_out() -> None:
    octets = 10 * HELD_OCTETS
    dialogue = Dialogue()
    play(*EHLO, *MAIL, *RCPT, dialogue=dialogue)
    dialogue.sent(b"BDAT %d LAST\r\n" % octets)
    tracemalloc.start()
    told = sum(
        len(one.data) + 2 for _ in range(octets // 1000) for one in of(dialogue.sent(LINES), BodyLineSent)
    )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert told > octets - 2 * HELD_OCTETS
    assert peak < 4 * HELD_OCTETS
    rest = b"y" * (octets % 1000)
    events = dialogue.sent(rest + b"QUIT\r\n") + dialogue.received(b"250 ok\r\n221 bye\r\n")
    assert of(events, CommandSent)[-1].command.verb == "QUIT"


def test_answers_to_no_challenge_are_presumed_to_be_answers() -> None:
    lines = b"YWJj" * 200 + b"\r\n"
    events = play(*EHLO, "C: AUTH LOGIN", ("C", lines * (HELD_OCTETS // 800 + 1)))
    assert of(events, AuthResponseSent)
    refused = play(
        *EHLO, "C: AUTH LOGIN", ("C", lines * (HELD_OCTETS // 800 + 1)), "S: 504 no", "S: 500 no", "* end"
    )
    assert of(refused, CommandSent)[-1].secret


def test_plaintext_behind_starttls_is_kept_in_part() -> None:
    events = play(*EHLO, "C: STARTTLS", ("C", LINES * TOO_MANY), "S: 220 go")
    (discarded,) = of(events, PlaintextDiscarded)
    assert HELD_OCTETS - 1000 < len(discarded.data) <= HELD_OCTETS
