"""The rows of the wire: order, folding, carets, bounds."""

from __future__ import annotations

import pytest

from tui.smtp.events import LineEnd
from tui.ui import wirelog
from tui.ui.remarks import Remark
from tui.ui.wirelog import WireLog
from tui.words.guide import Run, Tone


def plain(log: WireLog) -> list[str]:
    rows = [log.row(number) for number in range(log.rows)]
    return [
        f"{row.mark or ' '}{'|' if row.inside else ' '} {''.join(r.text for r in row.runs)}" for row in rows
    ]


@pytest.fixture
def log() -> WireLog:
    log = WireLog()
    log.fit(40)
    return log


def test_what_was_said_in_order(log: WireLog) -> None:
    log.note("connected", 0)
    log.server(1, "220 hello", 0)
    log.client(2, "HELO x", 0)
    assert plain(log) == ["!  connected", "S  220 hello", "C  HELO x"]


def test_a_long_line_continues_under_its_text(log: WireLog) -> None:
    log.server(1, "220 " + "word " * 12, 0)
    log.client(2, "QUIT", 0)
    assert [row[0] for row in plain(log)] == ["S", " ", "C"]


def test_carets_stand_under_the_cells_at_fault(log: WireLog) -> None:
    log.client(1, "HELO\u3000me", 0)
    log.remark(1, Remark(((4, 2),), "full-width space"), 0)
    assert plain(log)[1] == "!      ^^ full-width space"


def test_a_remark_that_comes_after_the_reply_stays_under_its_line(log: WireLog) -> None:
    log.client(1, "rcpt bob", 0)
    log.server(2, "503 first MAIL", 0)
    log.remark(1, Remark(((0, 4),), "too early"), 0)
    assert plain(log) == ["C  rcpt bob", "!  ^^^^ too early", "S  503 first MAIL"]


def test_a_remark_without_a_place_stands_under_the_last_row(log: WireLog) -> None:
    log.client(1, "x" * 50, 0)
    log.remark(1, Remark((), "too long"), 0)
    assert plain(log) == ["C  " + "x" * 40, "   " + "x" * 10, "!  too long"]


def test_carets_of_a_folded_line_stand_under_the_row_they_mean(log: WireLog) -> None:
    log.client(1, "x" * 39 + "yy" + "x" * 20, 0)
    log.remark(1, Remark(((39, 2),), "here"), 0)
    assert plain(log) == [
        "C  " + "x" * 39 + "y",
        "!  " + " " * 39 + "^",
        "   here",
        "   " + "y" + "x" * 20,
    ]


def test_a_place_behind_the_text_has_its_caret_too(log: WireLog) -> None:
    log.client(1, "MAIL FROM:<a@b", 0)
    log.remark(1, Remark(((14, 1),), "> is missing"), 0)
    assert plain(log)[1] == "!  " + " " * 14 + "^ > is missing"


def test_a_long_remark_goes_under_its_carets(log: WireLog) -> None:
    log.client(1, "RCPT TO: <bob@sandbox.test>", 0)
    log.remark(1, Remark(((8, 1),), "no blank belongs after the colon here"), 0)
    assert plain(log)[1:] == ["!          ^", "   no blank belongs after the colon here"]


def test_the_code_that_refuses_is_seen_the_rest_is_not(log: WireLog) -> None:
    log.server(1, "550-5.1.1 No such", 0)
    log.server(2, "550 5.1.1 mailbox", 0)
    log.judge(2, 2, "550 5.1.1", Tone.REFUSED)
    assert log.row(0).runs == (Run("550", Tone.REFUSED, True), Run("-5.1.1 No such", Tone.INK))
    assert log.row(1).runs == (Run("550 5.1.1", Tone.REFUSED, True), Run(" mailbox", Tone.INK))


def test_a_line_may_turn_out_to_be_message_text(log: WireLog) -> None:
    log.client(1, "Subject: x", 0)
    assert not log.row(0).inside
    log.inside(1)
    assert log.row(0).inside


def test_wire_numbers_begin_again_with_a_connection(log: WireLog) -> None:
    log.client(1, "QUIT", 0)
    log.begin_connection()
    log.server(1, "220 again", 0)
    log.inside(1)
    assert [log.row(0).inside, log.row(1).inside] == [False, True]


def test_narrower_means_more_rows_and_wider_less(log: WireLog) -> None:
    log.server(1, "220 " + "word " * 12, 0)
    assert log.rows == 2
    log.fit(20)
    assert log.rows == 4
    log.fit(80)
    assert log.rows == 1
    assert log.line_at(0) == 0


def test_masked_lines_say_so(log: WireLog) -> None:
    log.client(1, "********", 0, hidden="hidden")
    assert plain(log) == ["C  ********   hidden"]
    assert log.row(0).runs[-1] == Run("   hidden", Tone.QUIET)


def test_only_so_many_lines_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wirelog, "KEPT_LINES", 50)
    monkeypatch.setattr(wirelog, "_TRIMMED_AT_ONCE", 10)
    log = WireLog()
    log.fit(40)
    for number in range(1, 201):
        log.server(number, f"250 line {number}", 0)
    log.remark(3, Remark(((0, 1),), "gone"), 0)
    assert len(log) <= 51
    assert len(log) + log.dropped == 201
    assert plain(log)[-2:] == ["S  250 line 200", "!  gone"]
    log.latency(200, 0.5)
    assert log.latency_of(len(log) - 2) == 0.5


def test_rows_and_lines_agree(log: WireLog) -> None:
    for number in range(1, 40):
        log.server(number, "word " * (number % 7 + 5), 0)
    for row in range(log.rows):
        line = log.line_at(row)
        assert log.first_row(line) <= row < log.first_row(line + 1)
        assert log.row(row).line == line


def test_the_lens_shows_octets_that_were_said_before_it_was_taken_up(log: WireLog) -> None:
    log.server(1, "250 x       y", 0, 7)
    log.unseen(1, b"250 x\ty", 510)
    assert log.rows == 1
    log.fit(40, lens=True)
    assert plain(log) == ["S  250 x       y", "!       >>>   > 1 tab"]
    assert log.size_of(0) == (7, LineEnd.CRLF)
    log.fit(40)
    assert log.rows == 1


def test_where_signs_meet_the_later_one_is_seen(log: WireLog) -> None:
    log.fit(600, lens=True)
    log.client(1, "x" * 509 + "éé", 0, 513)
    log.unseen(1, b"x" * 509 + "éé".encode(), 510)
    row = plain(log)[1]
    assert row.startswith("!  " + " " * 509 + "|8   8 C3 A9 C3 A9")


def test_octets_are_kept_for_so_many_lines(log: WireLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wirelog, "_UNSEEN_AT_MOST", 4)
    monkeypatch.setattr(wirelog, "_FORGOTTEN_AT_ONCE", 2)
    log.fit(40, lens=True)
    for number in range(1, 8):
        log.server(number, "a", 0, 2)
        log.unseen(number, b"a ", 510)
    assert [row[0] for row in plain(log)] == list("SSSS" + "S!" * 3)
