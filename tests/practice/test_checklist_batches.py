"""A batch of events gives the same practice as the events one by one."""

from __future__ import annotations

from functools import reduce

from hypothesis import given, settings
from hypothesis import strategies as st

from tui.practice.checklist import advance, advance_all, start
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import Event
from tui.smtp.findings import Side

SERVER = [
    "220 here\r\n",
    "250 fine\r\n",
    "354 go on\r\n",
    "550 no\r\n",
    "451 later\r\n",
    "250-more\r\n",
    "421 bye\r\n",
]
CLIENT = [
    "HELO a.test\r\n",
    "MAIL FROM:<a@a.test>\r\n",
    "RCPT TO:<b@b.test>\r\n",
    "DATA\r\n",
    "text\r\n",
    ".\r\n",
    "rcpt\r\n",
]


@settings(max_examples=100)
@given(
    st.lists(st.sampled_from([("S", one) for one in SERVER] + [("C", one) for one in CLIENT]), max_size=60)
)
def test_a_batch_is_its_events(wire: list[tuple[str, str]]) -> None:
    dialogue = Dialogue()
    events: list[Event] = []
    for who, line in wire:
        events += (dialogue.received if who == "S" else dialogue.sent)(line.encode())
    events += dialogue.closed(Side.SERVER)
    assert advance_all(start(), events) == reduce(advance, events, start())
