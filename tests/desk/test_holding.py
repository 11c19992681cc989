from __future__ import annotations

import pytest

from tui.desk.holding import MASK, Gate, Held, begins_with_verb
from tui.smtp.commands import Command
from tui.smtp.events import Answered, AuthResponseSent, BodyEnded, CommandSent, ReplyReceived
from tui.smtp.phases import Phase
from tui.smtp.replies import Reply


def command(verb: str) -> CommandSent:
    return CommandSent(1, 1, Command(verb.encode(), verb, ""), Phase.RCPT)


RESPONSE = AuthResponseSent(2, 3, b"", "LOGIN", cancelled=False)
DOT = BodyEnded(3, 4, complete=True)


def reply(code: int, to: Answered | None) -> ReplyReceived:
    return ReplyReceived(Reply(code, (b"",), (b"",)), to, 1)


def offer(gate: Gate, *lines: str) -> tuple[list[str], Gate]:
    """Those that go out, and the gate afterwards."""
    out = []
    for line in lines:
        safe, gate = gate.offered(line.encode())
        if safe:
            out.append(line)
    return out, gate


@pytest.mark.parametrize("line", ["MAIL FROM:<a@b>", "quit", "Rset", "EHLO\tx", " NOOP", "starttls"])
def test_lines_that_may_be_commands(line: str) -> None:
    assert begins_with_verb(line.encode())


@pytest.mark.parametrize("line", ["Subject: hi", "", " ", ".", "hello", "mail:", "QUITE so", "。"])
def test_lines_that_are_none(line: str) -> None:
    assert not begins_with_verb(line.encode())


def test_after_354_everything_goes_out() -> None:
    gate = Gate().seen(reply(354, command("DATA")))
    assert offer(gate, "Subject: hi", "", "hello", ".", "QUIT")[0] == [
        "Subject: hi",
        "",
        "hello",
        ".",
        "QUIT",
    ]


@pytest.mark.parametrize("code", [554, 503, 451, 421, 250])
def test_text_for_a_message_that_was_not_wanted_stays_here(code: int) -> None:
    gate = Gate().seen(reply(code, command("DATA")))
    out, gate = offer(gate, "Subject: hi", "", "QUIT while you can", "NOOP", ".", "QUIT")
    assert out == ["QUIT"]
    assert gate.withheld == 5


def test_after_a_refused_data_commands_go_on() -> None:
    gate = Gate().seen(reply(554, command("DATA")))
    out, gate = offer(gate, "RCPT TO:<b@b.test>", "hello", "QUIT")
    assert out == ["RCPT TO:<b@b.test>", "hello", "QUIT"]
    assert gate.withheld == 0


def test_text_without_its_dot_is_withheld_to_the_end() -> None:
    gate = Gate().seen(reply(554, command("DATA")))
    assert offer(gate, "Subject: hi", "QUIT")[0] == []


def test_a_dot_at_once_ends_the_unwanted_text() -> None:
    out, gate = offer(Gate().seen(reply(554, command("DATA"))), ".", "hello")
    assert (out, gate.withheld) == (["hello"], 1)


@pytest.mark.parametrize("to", [command("AUTH"), RESPONSE])
@pytest.mark.parametrize("code", [535, 504, 454, 500, 250])
def test_secrets_for_a_login_that_was_refused_stay_here(to: Answered, code: int) -> None:
    gate = Gate().seen(reply(code, to))
    out, gate = offer(gate, "YWxpY2U=", "c2VjcmV0", "", "QUIT", "hello")
    assert out == ["QUIT", "hello"]
    assert gate.withheld == 3


@pytest.mark.parametrize("code", [334, 235])
def test_a_login_that_goes_on_gets_its_lines(code: int) -> None:
    assert offer(Gate().seen(reply(code, command("AUTH"))), "YWxpY2U=")[0] == ["YWxpY2U="]


@pytest.mark.parametrize("to", [command("MAIL"), DOT, None])
def test_other_refusals_hold_nothing_back(to: Answered | None) -> None:
    assert offer(Gate().seen(reply(550, to)), "hello")[0] == ["hello"]


def test_what_is_typed_after_the_refusal_was_seen_goes_out() -> None:
    gate = Gate().seen(reply(554, command("DATA")))
    assert offer(gate.reopened(), "hello")[0] == ["hello"]


def test_held_lines_come_out_as_they_went_in() -> None:
    held = Held()
    for line in (b"MAIL FROM:<a@a.test>", b"caf\xe9", b""):
        held.put(line, secret=False)
    assert held.shown == ("MAIL FROM:<a@a.test>", "caf\\xe9", "")
    assert [held.take()[0] for _ in range(len(held))] == [b"MAIL FROM:<a@a.test>", b"caf\xe9", b""]


def test_held_secrets_are_not_shown() -> None:
    held = Held()
    for line in (b"AUTH LOGIN", b"YWxpY2U=", b"c2VjcmV0", b"MAIL FROM:<a@a.test>", b"text"):
        held.put(line, secret=False)
    assert held.shown == ("AUTH LOGIN", MASK, MASK, "MAIL FROM:<a@a.test>", "text")


def test_a_held_initial_response_is_not_shown() -> None:
    held = Held()
    held.put(b"auth plain AGFsaWNlAHNlY3JldA==", secret=False)
    assert held.shown == (f"auth plain {MASK}",)
    assert held.take() == (b"auth plain AGFsaWNlAHNlY3JldA==", b"\r\n")


def test_a_line_held_while_auth_is_open_is_not_shown() -> None:
    held = Held()
    held.put(b"c2VjcmV0", secret=True)
    assert held.clear() == (MASK,)
    held.put(b"NOOP", secret=False)
    assert held.shown == ("NOOP",)
