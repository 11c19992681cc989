"""The byte lens in line mode: rows of its own, so that what is printed stays a transcript."""

from __future__ import annotations

import pytest

from tests.plain.test_round_trip import facts
from tests.plain.test_terminal import greeted, into_message, peer
from tui.net.session import Stamped
from tui.plain.printer import Printer
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import ConnectionOpened, Event
from tui.smtp.findings import Side

__all__ = ["peer"]

SAID = (
    ("S", b"220 x\r\n"),
    ("C", b"EHLO me\r\n"),
    ("S", b"250-x\r\n250 AUTH PLAIN \r\n"),
    ("C", b"AUTH PLAIN AGFAYgBzZWNyZXQ=\r\n"),
    ("S", b"235 ok\n"),
    ("C", b"MAIL FROM:<a@x>\r\n"),
    ("S", b"250 ok\r\n"),
    ("C", b"RCPT TO:<b@y>\r\n"),
    ("S", b"250 ok\r\n"),
    ("C", b"DATA\r\n"),
    ("S", b"354 go on\r\n"),
    ("C", "Subject: 午饭\t\0 \r\n\r\n..two\r\n".encode() + b"x" * 1001 + b"\r\n.\r\n"),
    ("S", b"250 ok\r\nQ"),
)


def events() -> list[Event]:
    dialogue = Dialogue()
    told: list[Event] = [ConnectionOpened("mx.test", "192.0.2.1", 25, False)]
    for side, data in SAID:
        told += dialogue.sent(data) if side == "C" else dialogue.received(data)
    return [*told, *dialogue.closed(Side.SERVER)]


def rows(*, lens: bool) -> list[str]:
    printer = Printer(guided=True)
    printer.lens = lens
    return printer.rows([Stamped(event, 0.0, 0.0) for event in events()])


def test_it_stands_in_rows_of_its_own_and_explain_finds_the_same_facts() -> None:
    through, without = rows(lens=True), rows(lens=False)
    assert [row for row in through if row in set(without)] == without
    assert all(row.startswith("*  ") for row in through if row not in set(without))
    assert facts("\n".join(through).encode()) == facts("\n".join(without).encode())


def test_what_it_says() -> None:
    told = rows(lens=True)
    under = {row: told[at + 1 : at + 3] for at, row in enumerate(told) if row[:2] in {"S:", "C:"}}
    assert under["C: EHLO me"][0] == "*  7 CRLF"
    assert under["S: 250 AUTH PLAIN "] == ["*                _   _ 1 blank at the end", "*  15 CRLF"]
    assert under["S: 235 ok <LF>"][0] == "*  6 LF"
    assert under["S: Q <no CRLF>"][0] == "*  1 none"
    assert "*           8888>>>0000_   8 E5 8D 88 E9 A5 AD   0 NUL   > 1 tab   _ 1 blank at the end" in told
    assert under["C: ..two"][:2] == ["*  5 CRLF", "*  -   - taken off, stored as: .two"]
    assert any(row.startswith("*  | 998 octets end here") for row in told)


def test_nothing_is_told_of_a_secret_not_even_its_length() -> None:
    told = rows(lens=True)
    at = told.index("C: AUTH PLAIN ********")
    assert not told[at + 1].startswith("*  ")


@pytest.mark.usefixtures("peer")
def test_a_person_turns_it_on_and_off(peer: object) -> None:
    with greeted(peer) as terminal:  # type: ignore[arg-type]
        terminal.enter("/bytes")
        terminal.wait_for("Under each line from here on")
        into_message(terminal, peer)  # type: ignore[arg-type]
        terminal.enter("a  ")
        terminal.wait_for("*   __   _ 2 blanks at the end")
        terminal.wait_for("*  3 CRLF")
