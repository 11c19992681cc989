"""Two runs of the same lines side by side."""

from __future__ import annotations

import pytest

from tests.practice.recordings import FOLDER, NAMES
from tui.practice.comparing import DIFFERENT, EQUAL, Exchange, Outcome, Places, Row, compare, exchanges
from tui.practice.recording import record, told
from tui.practice.retyping import Plan, plan
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import ConnectionOpened, TlsEstablished


def run(text: str) -> tuple[tuple[Exchange, ...], Plan]:
    """The exchanges of the first connection in a text, and what would be typed again."""
    found = record(text.encode().split(b"\n"))
    assert found is not None
    events = list(told(found.connections[0]))
    return exchanges((event, about.at) for event, about in events), plan(events)


def compared(left: str, right: str) -> tuple[Row, ...]:
    """As if the right one had been typed from the left one, line by line."""
    one, made = run(left)
    other, found = run(right)
    lines = [item.line or item.kind.value.encode() for item in made.items]
    places: dict[int, int] = {}
    at = 0
    for item in found.items:
        line = item.line or item.kind.value.encode()
        if item.entry and line in lines[at:]:
            at = lines.index(line, at)
            places[item.entry] = at
            at += 1
    return compare(one, other, made.places, places)


def outcomes(rows: tuple[Row, ...]) -> list[tuple[str, str]]:
    return [(row.sent.line.decode(), row.outcome.value) for row in rows]


OLD = (
    "S: 220 mx\nC: EHLO a\nS: 250-mx\nS: 250-SIZE 10\nS: 250-AUTH PLAIN LOGIN\n"
    "S: 250 DSN\nC: MAIL FROM:<a@b>\nS: 250 2.1.0 ok\nC: QUIT\nS: 221 bye\n"
)


class TestExchanges:
    def test_what_was_said_to_what(self) -> None:
        found, _ = run(OLD)
        assert [(one.entry, one.line, one.reply.code) for one in found if one.reply is not None] == [
            (0, b"", 220),
            (1, b"EHLO a", 250),
            (2, b"MAIL FROM:<a@b>", 250),
            (3, b"QUIT", 221),
        ]
        assert found[1].extensions == {"SIZE": "10", "AUTH": "PLAIN LOGIN", "DSN": ""}
        assert found[2].extensions is None

    def test_secrets_are_masked(self) -> None:
        found, _ = run(
            "S: 220 mx\nC: AUTH PLAIN AHgAc2VjcmV0\nS: 334 x\nC: c2VjcmV0\nS: 334 x\nC: *\nS: 501 no\n"
        )
        assert [one.line for one in found] == [b"", b"AUTH PLAIN ********", b"********", b"*"]

    def test_a_line_without_a_reply(self) -> None:
        found, _ = run("S: 220 mx\nC: DATA\nS: 354 go\nC: x\nC: .\n")
        assert found[-1] == Exchange(2, b".")

    def test_replies_that_answer_nothing_stand_where_they_came(self) -> None:
        found, _ = run("S: 220 mx\nC: NOOP\nS: 250 ok\nS: 421 idle\nC: QUIT\nS: 221 bye\n")
        assert [(one.entry, one.reply and one.reply.code) for one in found] == [
            (0, 220),
            (1, 250),
            (None, 421),
            (2, 221),
        ]

    def test_one_reply_for_each_recipient(self) -> None:
        found, _ = run(
            "S: 220 mx\nC: LHLO a\nS: 250 x\nC: MAIL FROM:<a@b>\nS: 250 ok\n"
            "C: RCPT TO:<c@d>\nS: 250 ok\nC: RCPT TO:<e@f>\n"
            "S: 250 ok\nC: DATA\nS: 354 go\nC: .\nS: 250 ok\nS: 550 no\n"
        )
        assert [(one.recipient, one.reply and one.reply.code) for one in found[-2:]] == [
            ("c@d", 250),
            ("e@f", 550),
        ]

    def test_seconds_from_line_to_reply(self) -> None:
        dialogue = Dialogue()
        steps = [
            ((ConnectionOpened("mx", "192.0.2.1", 25, False),), 1.0),
            (dialogue.received(b"220 mx\r\n"), 1.5),
            (dialogue.sent(b"NOOP\r\n"), 2.0),
            (dialogue.received(b"250 ok\r\n"), 2.25),
            (dialogue.sent(b"QUIT\r\n"), None),
            (dialogue.received(b"221 bye\r\n"), 3.0),
        ]
        found = exchanges((event, at) for events, at in steps for event in events)
        assert [one.seconds for one in found] == [0.5, 0.25, None]

    def test_the_greeting_inside_tls_is_waited_for_from_the_handshake_on(self) -> None:
        dialogue = Dialogue()
        established = TlsEstablished("TLSv1.3", "x", implicit=True)
        steps = [
            ((ConnectionOpened("mx", "192.0.2.1", 465, False),), 1.0),
            (dialogue.tls_established(established), 3.0),
            (dialogue.received(b"220 mx\r\n"), 3.5),
        ]
        found = exchanges((event, at) for events, at in steps for event in events)
        assert [one.seconds for one in found] == [0.5]

    def test_where_no_event_tells_when_the_greeting_was_due(self) -> None:
        steps = [(event, 1.5) for event in Dialogue().received(b"220 mx\r\n")]
        assert exchanges(steps, began=1.0)[0].seconds == 0.5
        assert exchanges(steps)[0].seconds is None

    def test_a_connection_without_a_word(self) -> None:
        assert exchanges([]) == (Exchange(0),)


class TestComparing:
    @pytest.mark.parametrize("name", NAMES)
    def test_a_recording_is_the_same_as_itself(self, name: str) -> None:
        one, made = run((FOLDER / f"{name}.txt").read_text())
        rows = compare(one, one, made.places, made.places)
        assert {row.outcome for row in rows} == {Outcome.SAME}
        assert len(rows) == len(one)
        assert not any(row.changes for row in rows)

    def test_codes_decide_and_enhanced_codes_are_told(self) -> None:
        rows = compared(OLD, OLD.replace("250 2.1.0", "250 2.0.0").replace("221", "421"))
        assert outcomes(rows)[2:] == [("MAIL FROM:<a@b>", "alike"), ("QUIT", "differs")]
        assert Outcome.ALIKE in EQUAL

    def test_a_server_without_enhanced_codes_is_no_difference(self) -> None:
        rows = compared(OLD, OLD.replace("250 2.1.0", "250"))
        assert {row.outcome for row in rows} == {Outcome.SAME}

    def test_what_only_one_of_them_sent(self) -> None:
        shorter = OLD.replace("C: MAIL FROM:<a@b>\nS: 250 2.1.0 ok\n", "")
        assert outcomes(compared(OLD, shorter))[2:] == [("MAIL FROM:<a@b>", "not-sent"), ("QUIT", "same")]
        one, made = run(shorter)
        other, _ = run(OLD)
        rows = compare(one, other, made.places, {1: 0, 3: 1})
        assert outcomes(rows)[2:] == [("MAIL FROM:<a@b>", "only-right"), ("QUIT", "same")]

    def test_one_of_them_ends_early(self) -> None:
        early = OLD.partition("C: MAIL")[0]
        assert outcomes(compared(OLD, early))[2:] == [("MAIL FROM:<a@b>", "not-sent"), ("QUIT", "not-sent")]
        one, made = run(early)
        other, _ = run(OLD)
        rows = compare(one, other, made.places, {1: 0, 2: 1, 3: 2})
        assert outcomes(rows)[2:] == [("MAIL FROM:<a@b>", "not-sent"), ("QUIT", "not-sent")]

    def test_what_was_not_sent_is_neither_the_same_nor_different(self) -> None:
        assert Outcome.NOT_SENT not in EQUAL | DIFFERENT

    def test_a_recipient_less_behind_the_dot_was_sent(self) -> None:
        lmtp = (
            "S: 220 mx\nC: LHLO a\nS: 250 x\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\n"
            "C: RCPT TO:<e@f>\nS: 250 ok\nC: DATA\nS: 354 go\nC: .\nS: 250 ok\nS: 250 ok\n"
        )
        fewer = lmtp.replace("S: 250 ok\nC: DATA", "S: 550 no\nC: DATA").removesuffix("S: 250 ok\n")
        assert outcomes(compared(lmtp, fewer))[-2:] == [(".", "same"), (".", "only-left")]
        assert outcomes(compared(fewer, lmtp))[-2:] == [(".", "same"), (".", "only-right")]

    def test_no_reply_in_one_of_them(self) -> None:
        mute = OLD.replace("S: 221 bye\n", "")
        assert outcomes(compared(OLD, mute))[-1] == ("QUIT", "differs")
        assert outcomes(compared(mute, mute))[-1] == ("QUIT", "same")

    def test_replies_that_answer_nothing_pair_with_their_like(self) -> None:
        idle = "S: 220 mx\nC: NOOP\nS: 250 ok\nS: 421 idle\n"
        assert [one for _, one in outcomes(compared(idle, idle))] == ["same", "same", "same"]
        both = compared(idle, idle.replace("421", "450"))
        assert both[-1].outcome is Outcome.DIFFERS
        alone = compared(idle, "S: 220 mx\nC: NOOP\nS: 250 ok\n")
        assert alone[-1].outcome is Outcome.ONLY_LEFT

    def test_a_reply_out_of_place_stands_before_what_follows(self) -> None:
        left, made = run("S: 220 mx\nC: NOOP\nS: 250 ok\nS: 421 idle\nC: QUIT\nS: 221 bye\n")
        right, places = run("S: 220 mx\nC: NOOP\nS: 250 ok\nC: QUIT\nS: 221 bye\n")
        assert [row.outcome.value for row in compare(left, right, made.places, places.places)] == [
            "same",
            "same",
            "only-left",
            "same",
        ]
        assert [row.outcome.value for row in compare(right, left, places.places, made.places)] == [
            "same",
            "same",
            "only-right",
            "same",
        ]

    def test_challenges_that_only_one_server_made(self) -> None:
        left, made = run("S: 220 mx\nC: AUTH LOGIN\nS: 535 no\nC: QUIT\nS: 221 bye\n")
        right, _ = run("S: 220 mx\nC: AUTH LOGIN\nS: 334 x\nC: *\nS: 501 no\nC: QUIT\nS: 221 bye\n")
        places: Places = {1: 0, 3: 1}
        rows = compare(left, right, made.places, places)
        assert outcomes(rows) == [
            ("", "same"),
            ("AUTH LOGIN", "differs"),
            ("*", "only-right"),
            ("QUIT", "same"),
        ]

    def test_two_that_answer_nothing_and_are_not_alike(self) -> None:
        left, made = run("S: 220 mx\nC: AUTH LOGIN\nS: 334 x\nC: *\nS: 501 no\n")
        right, _ = run("S: 220 mx\nC: AUTH LOGIN\nS: 334 x\nC: eA==\nS: 535 no\n")
        assert [row.outcome.value for row in compare(left, right, {1: 0}, {1: 0})] == [
            "same", "same", "only-right", "only-left",
        ]  # fmt: skip
        assert made.items

    def test_a_recording_that_begins_behind_the_greeting(self) -> None:
        rows = compared("C: NOOP\nS: 250 ok\n", "S: 220 mx\nC: NOOP\nS: 250 ok\n")
        assert [row.outcome for row in rows] == [Outcome.NOT_RECORDED, Outcome.SAME]
        assert Outcome.NOT_RECORDED in EQUAL

    def test_a_server_that_does_not_greet(self) -> None:
        one, made = run(OLD)
        rows = compare(one, exchanges([]), made.places, {})
        assert rows[0].outcome is Outcome.DIFFERS
        assert {row.outcome for row in rows[1:]} == {Outcome.NOT_SENT}
        rows = compare(exchanges([]), one, {}, made.places)
        assert rows[0].outcome is Outcome.DIFFERS

    def test_what_they_offer(self) -> None:
        other = OLD.replace("250-SIZE 10", "250-SIZE 20").replace(
            "250-AUTH PLAIN LOGIN", "250-AUTH login plain"
        )
        changes = compared(OLD, other.replace("250 DSN", "250 CHUNKING"))[1].changes
        assert changes
        assert changes.only_left == {"DSN": ""}
        assert changes.only_right == {"CHUNKING": ""}
        assert changes.other == {"SIZE": ("10", "20")}
        assert not compared(OLD, OLD)[1].changes
        assert compared(OLD, OLD)[0].changes is None
        helo = compared(OLD, "S: 220 mx\nC: EHLO a\nS: 500 what\n")
        assert helo[1].changes is None
        assert helo[2].changes is None
