"""Explaining a line that is read again: what was known when it had been answered."""

from __future__ import annotations

from tui.net.session import Stamped
from tui.practice.checklist import advance, start
from tui.practice.state import Practice
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import ConnectionOpened, Event
from tui.smtp.phases import Phase
from tui.ui import past
from tui.ui.past import Past


class Talk:
    def __init__(self) -> None:
        self.past, self.practice = Past(), start()
        self.connect()

    def connect(self) -> None:
        self._dialogue = Dialogue()
        self.tell(ConnectionOpened("h", "127.0.0.1", 25, True))

    def tell(self, *happened: Event) -> None:
        before = self.practice
        for event in happened:
            self.practice = advance(self.practice, event)
        self.past.remember(before, tuple(Stamped(event, 0, 0) for event in happened))

    def say(self, server: bytes = b"", client: bytes = b"") -> None:
        if client:
            self.tell(*self._dialogue.sent(client + b"\r\n"))
        if server:
            self.tell(*self._dialogue.received(server + b"\r\n"))

    def at(self, number: int) -> Practice:
        then = self.past.when_answered((1, number))
        assert then is not None
        return then.practice


def talk() -> Talk:
    """1 greeting, 2 and 3 HELO, 4 and 5 MAIL, 6 and 7 RCPT refused."""
    one = Talk()
    one.say(b"220 hello")
    one.say(b"250 hello", b"HELO me")
    one.say(b"250 2.1.0 ok", b"MAIL FROM:<a@example.org>")
    one.say(b"550 5.1.1 no", b"RCPT TO:<b@example.org>")
    return one


def test_a_command_is_explained_by_its_answer() -> None:
    one = talk()
    reply = one.at(4).reply
    assert reply is not None
    assert reply.reply.code == 250
    assert one.at(4).envelope is not None
    assert one.at(2).envelope is None


def test_what_comes_next_is_that_of_the_answer_too() -> None:
    assert talk().at(4).phase is Phase.MAIL
    assert talk().at(1).phase is Phase.GREETED


def test_so_is_a_line_of_the_answer() -> None:
    one = talk()
    assert one.at(5) == one.at(4)
    assert one.at(6).refusals == 1


def test_what_has_no_answer_yet_is_explained_as_it_is() -> None:
    one = talk()
    one.say(client=b"NOOP")
    assert one.at(8) == one.at(8)
    assert one.at(8).sent is not None


def test_a_new_connection_begins_anew() -> None:
    one = talk()
    one.connect()
    one.say(b"554 not you")
    then = one.past.when_answered((2, 1))
    assert then is not None
    assert then.practice.reply is not None
    assert then.practice.reply.reply.code == 554
    assert one.past.when_answered((2, 4)) is None


def test_lines_of_the_connection_before_can_still_be_explained() -> None:
    one = talk()
    one.say(client=b"NOOP")  # never answered
    one.connect()
    one.say(b"220 hello again")
    assert one.at(6).refusals == 1
    assert one.at(8).sent is not None


def test_only_so_much_is_kept() -> None:
    one = talk()
    for _ in range(past.KEPT_EVENTS):
        one.say(b"250 ok", b"NOOP")
    assert one.past.when_answered((1, 2)) is None
    assert one.past.when_answered((1, 7 + 2 * past.KEPT_EVENTS)) is not None
