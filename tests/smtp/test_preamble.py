"""What a server that expects no PROXY header says to it is no reply to what was typed."""

from __future__ import annotations

import pytest

from tests.smtp.talk import Row, findings, play
from tui.smtp.answers import answered_name
from tui.smtp.events import ReplyReceived
from tui.smtp.findings import Finding

TAKEN = Finding.PROXY_HEADER_TAKEN


def answered(*rows: Row) -> list[tuple[int, str]]:
    """Each reply's code, and what it answers; "" for nothing."""
    replies = [event for event in play(*rows) if isinstance(event, ReplyReceived)]
    return [(one.reply.code, "" if one.to is None else answered_name(one.to)) for one in replies]


GREETED = "S: 220 mx.test"
EHLO = "C: EHLO me.test"


@pytest.mark.parametrize(
    ("rows", "replies"),
    [
        pytest.param(
            ("* proxy v1", GREETED, "S: 502 5.5.2 no such command", EHLO, "S: 250 mx.test"),
            [(220, "greeting"), (502, ""), (250, "EHLO")],
            id="before anything is typed",
        ),
        pytest.param(
            ("* proxy v1", GREETED, EHLO, "S: 500 5.5.2 bad syntax", "S: 250 mx.test"),
            [(220, "greeting"), (500, ""), (250, "EHLO")],
            id="behind an EHLO that was quick",
        ),
        pytest.param(
            ("* proxy v1", GREETED, EHLO, "S: 250 mx.test", "C: FOO", "S: 500 what"),
            [(220, "greeting"), (250, "EHLO"), (500, "FOO")],
            id="the header was expected",
        ),
        pytest.param(
            ("* proxy v1", GREETED, EHLO, "S: 550 bad name", "C: HELO me.test", "S: 250 mx.test"),
            [(220, "greeting"), (550, "EHLO"), (250, "HELO")],
            id="EHLO is refused, by a code that is about it",
        ),
        pytest.param(
            ("* proxy v1", GREETED, "S: 502 what", EHLO, "S: 502 what", "C: HELO me.test", "S: 250 mx.test"),
            [(220, "greeting"), (502, ""), (502, "EHLO"), (250, "HELO")],
            id="one line is answered once",
        ),
        pytest.param(
            ("* proxy v1", GREETED, "S: 221 bye"),
            [(220, "greeting"), (221, "")],
            id="version 1 holds no QUIT",
        ),
        pytest.param(
            ("* proxy v1", "S: 554 synchronization error"),
            [(554, "greeting")],
            id="in the place of the greeting",
        ),
        pytest.param(
            ("* proxy v2", GREETED, "S: 500 a", "S: 500 b", EHLO, "S: 500 c", "S: 221 bye", "* closed"),
            [(220, "greeting"), (500, ""), (500, ""), (500, ""), (221, "")],
            id="version 2, and its QUIT",
        ),
        pytest.param(
            (
                "* proxy v2",
                GREETED,
                "S: 500 a",
                "S: 500 b",
                "S: 500 c",
                EHLO,
                "S: 500 glued",
                EHLO,
                "S: 250 x",
            ),
            [(220, "greeting"), (500, ""), (500, ""), (500, ""), (500, "EHLO"), (250, "EHLO")],
            id="version 2, its end glued to the first command",
        ),
        pytest.param(
            ("* proxy v2", GREETED, "C: QUIT", "S: 221 bye"),
            [(220, "greeting"), (221, "QUIT")],
            id="a QUIT that was typed",
        ),
        pytest.param(
            (GREETED, "S: 502 what", EHLO, "S: 500 no", "C: HELO me.test", "S: 250 mx.test"),
            [(220, "greeting"), (502, ""), (500, "EHLO"), (250, "HELO")],
            id="no header",
        ),
    ],
)
def test_what_each_reply_answers(rows: tuple[Row, ...], replies: list[tuple[int, str]]) -> None:
    assert answered(*rows) == replies


def test_it_is_found_in_each_reply_to_the_header_and_nowhere_else() -> None:
    assert findings(play("* proxy v1", GREETED, "S: 502 what", EHLO, "S: 250 x")) == [TAKEN]
    assert findings(play("* proxy v2", GREETED, "S: 500 a", "S: 500 b", "S: 221 c")) == [TAKEN] * 3
    assert findings(play("* proxy v1", GREETED, EHLO, "S: 250 x")) == []
    assert findings(play(GREETED, "S: 502 what")) == [Finding.UNSOLICITED_REPLY]
