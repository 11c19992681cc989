"""What is typed again, and what may not be."""

from __future__ import annotations

import pytest

from tests.practice.recordings import FOLDER, NAMES
from tui.practice.checklist import advance_all, start
from tui.practice.recording import record, told
from tui.practice.retyping import Hindrance, Item, Kind, Plan, group, hindrance, plan
from tui.practice.state import Practice
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import ConnectionOpened, TlsEstablished
from tui.smtp.lines import KEPT_OCTETS


def planned(text: str | bytes) -> Plan:
    """Of the first connection in a text."""
    found = record((text.encode() if isinstance(text, str) else text).split(b"\n"))
    assert found is not None
    return plan(told(found.connections[0]))


def stands(*said: str, sandbox: bool = False, tls: bool = False) -> Practice:
    """A new run, after these lines, ``S: …`` and ``C: …``."""
    dialogue = Dialogue()
    practice = advance_all(start(), [ConnectionOpened("mx", "192.0.2.1", 25, sandbox)])
    for line in said:
        octets = line[3:].encode() + b"\r\n"
        events = dialogue.received(octets) if line.startswith("S") else dialogue.sent(octets)
        practice = advance_all(practice, events)
    if tls:
        practice = advance_all(practice, dialogue.tls_established(TlsEstablished("TLSv1.3", "x")))
    return practice


def kinds(found: Plan) -> list[str]:
    return [one.kind.value for one in found.items]


GREETED = "S: 220 mx"


class TestThePlan:
    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("suffix", [".txt", ".events.jsonl"])
    def test_every_octet_but_those_of_a_login(self, name: str, suffix: str) -> None:
        found = record((FOLDER / f"{name}{suffix}").read_bytes().split(b"\n"))
        assert found is not None
        made = plan(told(found.connections[0]))
        if made.logs_in:
            return
        sent = b"".join(one.octets for one in found.connections[0] if one.side == "C")
        assert b"".join(one.line + one.tail for one in made.items) == sent

    def test_no_secret_is_in_it(self) -> None:
        found = planned(
            "S: 220 mx\nC: EHLO a\nS: 250 mx\nC: auth plain AHgAc2VjcmV0\nS: 535 no\n"
            "C: AUTH LOGIN\nS: 334 VXNlcjo=\n"
            "C: c2VjcmV0\nS: 334 UGFzczo=\nC: *\nS: 501 cancelled\nC: AUTH\nS: 501 what\n"
            "C: AUHT PLAIN ********\nS: 500\n"
        )
        assert kinds(found) == ["command", "login", "login", "answer", "cancel", "command", "hidden"]
        login = found.items[1]
        assert (login.line, login.mechanism, login.initial) == (b"auth plain", "PLAIN", True)
        assert (found.items[2].line, found.items[2].initial) == (b"AUTH LOGIN", False)
        assert (found.items[3].line, found.items[3].mechanism) == (b"", "LOGIN")
        assert found.items[4].line == b"*"
        assert "c2VjcmV0" not in repr(found)
        assert "AHgAc2VjcmV0" not in repr(found)
        assert found.hidden == (14,)
        assert found.logs_in

    def test_a_mask_is_never_sent(self) -> None:
        found = planned("S: 220 mx\nC: AUTH PLAIN ********\nS: 334 x\nC: ********\nS: 235 ok\n")
        assert kinds(found) == ["login", "answer"]
        assert (found.items[0].line, found.items[0].initial) == (b"AUTH PLAIN", True)
        assert found.items[1].line == b""

    def test_a_late_answer_in_base64_is_hidden(self) -> None:
        found = planned("S: 220 mx\nC: AUTH LOGIN\nS: 504 no\nC: c2VjcmV0\nS: 500 what\n")
        assert kinds(found) == ["login", "hidden"]
        assert "c2VjcmV0" not in repr(found)

    def test_what_was_pipelined_goes_together_and_waits_where_a_reply_decides(self) -> None:
        found = planned(
            "S: 220 mx\nC: EHLO a\nS: 250 PIPELINING\nC: MAIL FROM:<a@b>\nC: RCPT TO:<c@d>\n"
            "C: DATA\nS: 250 ok\nS: 250 ok\n"
            "S: 354 go\nC: .x\nC: .\nC: QUIT\nS: 250 ok\nS: 221 bye\n"
        )
        assert [one.together for one in found.items] == [False, False, True, True, False, False, True]
        assert [group(found.items, at) for at in (0, 1, 4, 5)] == [1, 3, 1, 2]
        assert found.handed_over == 1
        assert not (found.logs_in or found.starttls or found.lmtp or found.implicit_tls)

    def test_text_sent_ahead_of_its_354_waits_for_it(self) -> None:
        found = planned("S: 220 mx\nC: DATA\nC: hi\nC: .\nC: NOOP\nS: 354 go\nS: 250 ok\nS: 250 ok\n")
        assert kinds(found) == ["command", "text", "dot", "command"]
        assert [one.together for one in found.items] == [False, False, False, True]

    @pytest.mark.parametrize(("reply", "copies"), [("250 ok", 1), ("554 no", 0), ("451 later", 0)])
    def test_messages_that_were_handed_over(self, reply: str, copies: int) -> None:
        found = planned(f"S: 220 mx\nC: DATA\nS: 354 go\nC: .\nS: {reply}\n")
        assert found.handed_over == copies

    def test_a_dot_without_a_reply_may_have_handed_it_over(self) -> None:
        assert planned("S: 220 mx\nC: DATA\nS: 354 go\nC: .\n").handed_over == 1

    def test_lmtp(self) -> None:
        found = planned(
            "S: 220 mx\nC: LHLO a\nS: 250 x\nC: MAIL FROM:<a@b>\nS: 250 ok\n"
            "C: RCPT TO:<c@d>\nS: 250 ok\nC: RCPT TO:<e@f>\n"
            "S: 250 ok\nC: DATA\nS: 354 go\nC: .\nS: 250 ok\nS: 550 no\n"
        )
        assert found.lmtp
        assert found.handed_over == 1

    def test_line_ends_stay_as_they_were(self) -> None:
        found = planned("S: 220 mx\nC: DATA <LF>\nS: 354 go\nC: a <LF>\nC: b\nC: c <no CRLF>\n")
        assert [one.tail for one in found.items] == [b"\n", b"\n", b"\r\n", b""]

    def test_tls_from_the_first_octet(self) -> None:
        found = planned(
            "* connected to mx\n* TLS handshake complete: TLSv1.3 x\nS: 220 mx\nC: NOOP\nS: 250 ok\n"
        )
        assert found.implicit_tls
        assert found.items[0].tls
        assert not found.starttls

    def test_plaintext_behind_starttls_is_dropped(self) -> None:
        found = planned(
            "* connected to mx\nS: 220 mx\nC: STARTTLS\nC: NOOP\nS: 220 go\n"
            "* TLS handshake complete: TLSv1.3 x\nC: DATA\nS: 354 go\nC: x\n"
        )
        assert [one.line for one in found.items] == [b"STARTTLS", b"DATA", b"x"]
        assert [one.tls for one in found.items] == [False, True, True]
        assert found.starttls
        assert not found.implicit_tls

    def test_lines_that_are_not_whole(self) -> None:
        assert planned("S: 220 mx\nC: NOOP aaaa <cut>\nS: 250 ok\n").lost == (2,)
        long = b"S: 220 mx\nC: NOOP " + b"a" * (KEPT_OCTETS + 10) + b"\nS: 250 ok\n"
        assert planned(long).lost == (2,)

    def test_a_message_that_is_not_there(self) -> None:
        assert planned("< 220 mx\n> DATA\n< 354 go\n< 250 ok\n").missing
        assert not planned("S: 220 mx\nC: DATA\nS: 354 go\nC: .\nS: 250 ok\n").missing

    def test_a_window_of_openssl_begins_behind_starttls(self) -> None:
        window = "CONNECTED(00000003)\nVerify return code: 0 (ok)\n---\n"
        assert not planned(window + "250 HELP\nEHLO a\n250 mx\n").implicit_tls
        assert planned(window + "220 mx ESMTP\nEHLO a\n250 mx\n").implicit_tls

    def test_a_long_line_of_a_message_is_whole(self) -> None:
        line = b"." + b"a" * (KEPT_OCTETS * 3)
        found = planned(b"S: 220 mx\nC: DATA\nS: 354 go\nC: " + line + b"\nC: b\nC: .\nS: 250 ok\n")
        assert found.lost == ()
        assert [one.line for one in found.items] == [b"DATA", line, b"b", b"."]

    def test_chunks_with_their_octets(self) -> None:
        found = planned(
            "S: 220 mx\nC: BDAT 5\nC: a <LF>\nC: bcd <no CRLF>\nC: NOOP\nS: 250 ok\n"
            "S: 250 ok\nC: BDAT 2 LAST\nC: \nS: 250 ok\n"
        )
        assert [one.tail for one in found.items] == [b"\r\na\nbcd", b"\r\n", b"\r\n\r\n"]
        assert not any(one.cut_short for one in found.items)
        assert found.handed_over == 1

    def test_a_chunk_that_the_server_read_as_commands_is_a_chunk(self) -> None:
        found = planned("S: 220 mx\nC: BDAT 6 LAST\nC: From\nC: NOOP\nS: 500 what\nS: 500 what\nS: 250 ok\n")
        assert [one.line for one in found.items] == [b"BDAT 6 LAST", b"NOOP"]
        assert found.items[0].chunk == b"From\r\n"
        assert found.handed_over == 0

    def test_a_chunk_that_was_never_sent(self) -> None:
        found = planned("S: 220 mx\nC: BDAT 6 LAST\nS: 503 no\nC: NOOP\nS: 250 ok\n")
        assert [one.line for one in found.items] == [b"BDAT 6 LAST", b"NOOP"]
        assert found.items[0].cut_short

    def test_where_the_entries_of_the_old_run_stand(self) -> None:
        found = planned("S: 220 mx\nC: DATA\nS: 354 go\nC: x\nC: .\nS: 250 ok\nC: QUIT\nS: 221 bye\n")
        assert found.places == {1: 0, 2: 2, 3: 3}


def _plan(*items: Item, implicit_tls: bool = False) -> Plan:
    return Plan(items, implicit_tls=implicit_tls)


NOOP = Item(Kind.COMMAND, b"NOOP", verb="NOOP")
TEXT = Item(Kind.TEXT, b"text")
DOT = Item(Kind.DOT, b".")
ANSWER = Item(Kind.ANSWER, b"")
CANCEL = Item(Kind.CANCEL, b"*")
READY = (GREETED, "C: EHLO a", "S: 250 mx")
MESSAGE = (GREETED, "C: DATA", "S: 354 go")
CHALLENGED = (GREETED, "C: AUTH LOGIN", "S: 334 x")


class TestGroups:
    def test_text_goes_out_in_one_breath_but_for_what_may_end_it(self) -> None:
        dot = Item(Kind.TEXT, b".", b"\n")
        hidden = Item(Kind.TEXT, b"a\r.\rb")
        assert group([TEXT, TEXT, DOT], 0) == 2
        assert group([TEXT, dot, TEXT], 0) == 1
        assert group([dot, TEXT, DOT], 0) == 1
        assert group([TEXT, hidden, TEXT], 0) == 1
        assert group([Item(Kind.TEXT, b"..."), Item(Kind.TEXT, b" ."), DOT], 0) == 2
        assert group([TEXT] * 1000, 0) == 200, "the server may speak in between"


class TestHindrances:
    @pytest.mark.parametrize(
        ("item", "said", "expected"),
        [
            (NOOP, READY, None),
            (TEXT, MESSAGE, None),
            (DOT, MESSAGE, None),
            (NOOP, MESSAGE, Hindrance.MESSAGE_OPEN),
            (ANSWER, MESSAGE, Hindrance.MESSAGE_OPEN),
            (TEXT, READY, Hindrance.NO_MESSAGE),
            (DOT, READY, Hindrance.NO_MESSAGE),
            (ANSWER, CHALLENGED, None),
            (CANCEL, CHALLENGED, None),
            (TEXT, CHALLENGED, Hindrance.NO_MESSAGE),
            (NOOP, CHALLENGED, Hindrance.CHALLENGED),
            (ANSWER, READY, Hindrance.NO_CHALLENGE),
            (Item(Kind.HIDDEN, b""), READY, Hindrance.HIDDEN),
            (Item(Kind.COMMAND, b"BDAT 1", announced=1, chunk=b"x"), READY, Hindrance.NO_CHUNKING),
            (
                Item(Kind.COMMAND, b"BDAT 1", announced=1, chunk=b"x"),
                (*READY[:2], "S: 250-mx", "S: 250 CHUNKING"),
                None,
            ),
            (
                Item(Kind.COMMAND, b"BDAT 2", announced=2, chunk=b"x"),
                (*READY[:2], "S: 250-mx", "S: 250 CHUNKING"),
                Hindrance.CHUNK_OPEN,
            ),
        ],
    )
    def test_where_the_new_run_stands(
        self, item: Item, said: tuple[str, ...], expected: Hindrance | None
    ) -> None:
        assert hindrance(_plan(item, NOOP), 0, stands(*said)) is expected

    def test_the_last_chunk_may_be_cut_short_as_it_was(self) -> None:
        practice = stands(*READY[:2], "S: 250-mx", "S: 250 CHUNKING")
        assert hindrance(_plan(Item(Kind.COMMAND, b"BDAT 2", announced=2)), 0, practice) is None

    def test_nothing_goes_to_a_connection_that_is_gone(self) -> None:
        dialogue = Dialogue()
        practice = advance_all(stands(GREETED), dialogue.closed(None))
        assert hindrance(_plan(NOOP), 0, practice) is Hindrance.CLOSED

    def test_what_was_inside_tls_does_not_go_out_in_clear(self) -> None:
        secured = Item(Kind.COMMAND, b"NOOP", tls=True)
        assert hindrance(_plan(secured), 0, stands(*READY)) is Hindrance.NOT_IN_CLEAR
        assert hindrance(_plan(secured), 0, stands(*READY, tls=True)) is None
        assert hindrance(_plan(secured), 0, stands(*READY, sandbox=True)) is None
        assert hindrance(_plan(secured, implicit_tls=True), 0, stands(*READY)) is None

    def test_starttls_once(self) -> None:
        starttls = Item(Kind.COMMAND, b"STARTTLS", verb="STARTTLS")
        assert hindrance(_plan(starttls), 0, stands(*READY)) is None
        assert hindrance(_plan(starttls), 0, stands(*READY, tls=True)) is Hindrance.TLS_IS_ON
