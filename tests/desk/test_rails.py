from __future__ import annotations

import pytest

from tui.desk.rails import Rails, Situation, Standing, Verdict, logs_in, standing
from tui.smtp.events import ConnectionOpened
from tui.smtp.phases import Phase


def opened(address: str, *, sandbox: bool = False) -> ConnectionOpened:
    return ConnectionOpened("mx.test", address, 25, sandbox)


@pytest.mark.parametrize(
    ("address", "whose"),
    [
        ("127.0.0.1", Standing.LOOPBACK),
        ("127.8.8.8", Standing.LOOPBACK),
        ("::1", Standing.LOOPBACK),
        ("::ffff:127.0.0.1", Standing.LOOPBACK),
        ("::ffff:192.0.2.1", Standing.REMOTE),
        ("192.0.2.1", Standing.REMOTE),
        ("10.0.0.1", Standing.REMOTE),
        ("2001:db8::1", Standing.REMOTE),
        ("fe80::1%eth0", Standing.REMOTE),
        ("localhost", Standing.REMOTE),  # a name proves nothing
        ("", Standing.REMOTE),
    ],
)
def test_whose_server_it_is(address: str, whose: Standing) -> None:
    assert standing(opened(address)) is whose


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", ""])
def test_what_lies_in_between_may_lead_anywhere(address: str) -> None:
    indirect = ConnectionOpened("mx.test", address, 25, sandbox=False, indirect=True)
    assert standing(indirect) is Standing.REMOTE


def test_only_the_server_inside_is_the_sandbox() -> None:
    assert standing(opened("127.0.0.1", sandbox=True)) is Standing.SANDBOX
    assert standing(None) is Standing.REMOTE


def at(whose: Standing, phase: Phase = Phase.RCPT, *, undecided: bool = False) -> Situation:
    return Situation(whose, phase, undecided)


@pytest.mark.parametrize(
    ("where", "line", "verdict"),
    [
        (at(Standing.REMOTE, Phase.MESSAGE), b".", Verdict.ASK),
        (at(Standing.LOOPBACK, Phase.MESSAGE), b".", Verdict.GO),
        (at(Standing.SANDBOX, Phase.MESSAGE), b".", Verdict.GO),
        (at(Standing.REMOTE, Phase.MESSAGE), b"text", Verdict.GO),
        (at(Standing.REMOTE, Phase.MESSAGE), b"..", Verdict.GO),
        (at(Standing.REMOTE, Phase.MESSAGE), b". ", Verdict.GO),
        (at(Standing.REMOTE, Phase.MESSAGE), "。".encode(), Verdict.GO),
        # a server may end the message at a bare CR
        (at(Standing.REMOTE, Phase.MESSAGE), b"text\r.\rQUIT", Verdict.ASK),
        (at(Standing.REMOTE, Phase.MESSAGE), b".\rQUIT", Verdict.ASK),
        # DATA went out, and its 354 may be on the way
        (at(Standing.REMOTE, undecided=True), b".", Verdict.ASK),
        # there is an envelope to be sent: better one question too many
        (at(Standing.REMOTE, Phase.RCPT), b".", Verdict.ASK),
        (at(Standing.REMOTE, Phase.MAIL), b".", Verdict.GO),
        (at(Standing.REMOTE, Phase.READY), b".", Verdict.GO),
        (at(Standing.REMOTE), b"DATA", Verdict.GO),
        (at(Standing.REMOTE), b"BDAT 5", Verdict.GO),
        (at(Standing.REMOTE), b"bdat 5 last", Verdict.ASK),
        (at(Standing.LOOPBACK), b"BDAT 5 LAST", Verdict.GO),
        (at(Standing.SANDBOX), b"BDAT 5 LAST", Verdict.GO),
    ],
)
def test_a_person_is_asked_before_the_message_leaves_this_machine(
    where: Situation, line: bytes, verdict: Verdict
) -> None:
    assert Rails().judge(line, where) is verdict
    assert Rails(yes=True).judge(line, where) is Verdict.GO


@pytest.mark.parametrize("line", [b"DATA", b"data", b"BDAT 5", b"BDAT 5 LAST", b" DATA", b"NOOP\rDATA"])
@pytest.mark.parametrize("whose", [Standing.REMOTE, Standing.LOOPBACK])
def test_a_script_stops_before_the_message_on_a_real_server(whose: Standing, line: bytes) -> None:
    assert Rails(scripted=True).judge(line, at(whose)) is Verdict.STOP
    assert Rails(scripted=True, yes=True).judge(line, at(whose)) is Verdict.GO
    assert Rails(scripted=True).judge(line, at(Standing.SANDBOX)) is Verdict.GO


@pytest.mark.parametrize("line", [b"HELO a.test", b"RCPT TO:<b@b.test>", b"QUIT", b"DATABASE", b""])
def test_a_script_may_do_all_that_sends_no_mail(line: bytes) -> None:
    assert Rails(scripted=True).judge(line, at(Standing.REMOTE)) is Verdict.GO


def test_a_script_with_yes_is_not_asked() -> None:
    assert Rails(scripted=True, yes=True).judge(b".", at(Standing.REMOTE, Phase.MESSAGE)) is Verdict.GO
    assert Rails(scripted=True).judge(b".", at(Standing.REMOTE, Phase.MESSAGE)) is Verdict.STOP


@pytest.mark.parametrize(
    ("octets", "verdict"),
    [
        (b".\n", Verdict.ASK),
        (b".\r\n", Verdict.ASK),
        (b".\r", Verdict.ASK),
        (b"text\n.\n", Verdict.ASK),
        (b"text\n.\r\nMAIL FROM:<x>\r\n", Verdict.ASK),
        (b"text\r\n.\r\nQUIT\r\n", Verdict.ASK),
        (b"text\r.\rQUIT", Verdict.ASK),
        (b"DATA\r\nx\r\n.\r\n", Verdict.ASK),
        (b"BDAT 1\r\nx\nbdat 0 last\n", Verdict.ASK),
        (b".", Verdict.GO),  # not ended: asked about with its end
        (b"BDAT 0 LAST", Verdict.GO),
        (b". \r\n", Verdict.GO),
        (b"..\n", Verdict.GO),
        (b"DATA\n", Verdict.GO),
    ],
)
@pytest.mark.parametrize("phase", [Phase.GREETED, Phase.READY, Phase.RCPT, Phase.MESSAGE])
def test_of_raw_octets_whatever_may_end_a_message_asks(octets: bytes, verdict: Verdict, phase: Phase) -> None:
    where = Situation(Standing.REMOTE, phase, raw=True)
    assert Rails().judge(octets, where) is verdict
    assert Rails().judge(octets, Situation(Standing.LOOPBACK, phase, raw=True)) is Verdict.GO
    assert Rails(yes=True).judge(octets, where) is Verdict.GO


@pytest.mark.parametrize(
    ("octets", "gives"),
    [
        (b"AUTH LOGIN\r\nYQ==\r\n", True),
        (b"NOOP\nauth login\nYQ==", True),
        (b"AUTH LOGIN\r\nNOOP\r\n", False),
        (b"YQ==\r\nNOOP\r\n", False),
    ],
)
def test_a_login_with_its_answers_is_seen_in_one_piece(octets: bytes, gives: bool) -> None:
    assert logs_in(octets) is gives
