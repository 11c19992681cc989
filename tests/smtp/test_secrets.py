"""What is masked from the first event on, and again where a server echoes it."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.smtp.talk import EHLO, HELO, Row, finding, findings, of, play, replies
from tui.smtp.dialogue import Dialogue
from tui.smtp.display import MASK, shown
from tui.smtp.events import AuthResponseSent, CommandSent, LineReceived, LineSent
from tui.smtp.findings import Finding


def b64(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


PLAIN = b64("\0alice\0s3cret-Pass")
LOGIN = (*EHLO, "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", f"C: {b64('alice')}", "S: 334 UGFzc3dvcmQ6")
FIRST = b64("n,,n=alice,r=rOprNGfwEbeRWgbNEkqO")
PASSWORD = b64("s3cret-Pass")


def last_sent(*rows: Row) -> str:
    return shown(of(play(*rows), LineSent)[-1])


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        (f"AUTH PLAIN {PLAIN}", f"AUTH PLAIN {MASK}"),
        (f"auth plain {PLAIN} ", f"auth plain {MASK}"),
        (f"AUTH LOGIN {b64('alice')}", f"AUTH LOGIN {MASK}"),
        (f"AUTH X-NEW {PLAIN}", f"AUTH X-NEW {MASK}"),
        (f"AUTH {PLAIN}", f"AUTH {MASK}"),
        ("AUTH secret", f"AUTH {MASK}"),
        (f"AUTH\u3000PLAIN\u3000{PLAIN}", f"AUTH\u3000PLAIN\u3000{MASK}"),
        (f"AUTHPLAIN {PLAIN}", f"AUTHPLAIN {MASK}"),
        (f"AUTH:PLAIN {PLAIN}", f"AUTH:PLAIN {MASK}"),
        (f"ATUH PLAIN {PLAIN}", f"ATUH PLAIN {MASK}"),
        (f"PLAIN {PLAIN}", f"PLAIN {MASK}"),
        (f" AUTH PLAIN {PLAIN}", f" AUTH PLAIN {MASK}"),
        ("AUTH PLAIN =", "AUTH PLAIN ="),
        (f"AUTH SCRAM-SHA-256 {FIRST}", f"AUTH SCRAM-SHA-256 {FIRST}"),
        (
            f"AUTH SCRAM-SHA-1 {b64('y,a=b,n=al=2Cice,r=x')}",
            f"AUTH SCRAM-SHA-1 {b64('y,a=b,n=al=2Cice,r=x')}",
        ),
        (f"AUTH SCRAM-SHA-256 {b64('s3cret-Pass')}", f"AUTH SCRAM-SHA-256 {MASK}"),
        (f"AUTH SCRAM-SHA-256 {b64('n,,n=alice,r=x,p=proof')}", f"AUTH SCRAM-SHA-256 {MASK}"),
        (f"AUTH SCRAM-SHA-256 {b64('n,,n=alice')}", f"AUTH SCRAM-SHA-256 {MASK}"),
        ("AUTH PLAIN", "AUTH PLAIN"),
        ("AUTH CRAM-MD5 ", "AUTH CRAM-MD5 "),
        ("AUTH", "AUTH"),
        ("Author: me", "Author: me"),
        ("NOOP authentic", "NOOP authentic"),
        ("RCPT TO:<auth@login.test>", "RCPT TO:<auth@login.test>"),
    ],
)
def test_commands(line: str, seen: str) -> None:
    assert last_sent(*EHLO, f"C: {line}") == seen


def test_the_whole_answer_to_a_challenge() -> None:
    lines = of(play(*LOGIN, f"C: {PASSWORD}", "S: 235 in"), LineSent)
    assert [shown(line) for line in lines[-3:]] == ["AUTH LOGIN", MASK, MASK]


@pytest.mark.parametrize("line", ["hunter2 in clear", "not base64 at all!", "QUIT"])
def test_whatever_is_typed_while_auth_is_open(line: str) -> None:
    assert last_sent(*LOGIN, f"C: {line}") == MASK


@pytest.mark.parametrize("line", [" AUTH LOGIN", "AUTH\x00LOGIN"])
def test_whatever_is_typed_after_334_however_auth_was_spelt(line: str) -> None:
    rows = (*EHLO, f"C: {line}", "S: 334 VXNlcm5hbWU6", "C: hunter2")
    assert last_sent(*rows) == MASK
    assert echo(*rows, "S: 535 hunter2?") == f"535 {MASK}?"


@pytest.mark.parametrize("line", ["", "*"])
def test_an_empty_answer_and_a_cancel_are_no_secrets(line: str) -> None:
    assert last_sent(*LOGIN, f"C: {line}") == line


SCRAM = (
    *EHLO,
    "C: AUTH SCRAM-SHA-256",
    "S: 334 ",
    f"C: {FIRST}",
    "S: 334 cj14",
    f"C: {b64('c=biws,r=x,p=cA==')}",
)


def test_of_scram_the_proof_alone_is_hidden() -> None:
    sent = [shown(line) for line in of(play(*SCRAM, "S: 334 dj14", "C: ", "S: 235 in"), LineSent)]
    assert sent[-4:] == ["AUTH SCRAM-SHA-256", FIRST, MASK, ""]
    assert [one.secret != () for one in of(play(*SCRAM), AuthResponseSent)] == [False, True]
    ahead = [shown(line) for line in of(play(*EHLO, "C: AUTH SCRAM-SHA-256", f"C: {FIRST}"), LineSent)]
    assert ahead[-1] == FIRST
    late = (*EHLO, "C: AUTH SCRAM-SHA-256", "S: 535 no", f"C: {FIRST}")
    assert last_sent(*late) == FIRST


def test_the_first_message_of_scram_is_no_secret_where_it_comes_back() -> None:
    assert echo(*SCRAM[:-2], f"S: 535 {FIRST} alice") == f"535 {FIRST} alice"


def test_a_name_that_may_be_the_password_is_hidden_in_it() -> None:
    dialogue = Dialogue()
    dialogue.received(b"220 mx.test\r\n")
    dialogue.doubt_name(b"alice")
    whole = f"AUTH SCRAM-SHA-256 {FIRST}".encode()
    assert dialogue.secret_in(whole) == ((19, len(whole)),)
    dialogue.sent(b"AUTH PLAIN eA==\r\n")
    dialogue.received(b"235 in\r\n")
    assert dialogue.secret_in(whole) == ()


def test_a_secret_in_base64_of_base64() -> None:
    inner = b64("the password is s3cret-Pass")
    assert echo(*LOGIN, f"C: {PASSWORD}", f"S: 334 {b64('{' + inner + '}')}") == f"334 {MASK}"


def test_lines_sent_before_auth_is_answered() -> None:
    lines = of(
        play(*EHLO, "C: AUTH LOGIN", "C: YWxpY2U=", f"C: {PASSWORD}", "C: MAIL FROM:<a@b.test>", "C: QUIT"),
        LineSent,
    )
    assert [shown(line) for line in lines[-4:]] == [MASK, MASK, "MAIL FROM:<a@b.test>", "QUIT"]


def test_base64_typed_as_a_command_after_a_refused_auth() -> None:
    rows = (*EHLO, "C: AUTH LOGIN", "S: 535 no")
    lines = of(play(*rows, "C: YWxpY2U=", "S: 500 x", f"C: {PASSWORD}", "S: 500 x", "C: QUIT"), LineSent)
    assert [shown(line) for line in lines[-3:]] == [MASK, MASK, "QUIT"]
    assert last_sent(*rows, "C: NOOP", "S: 250 ok", "C: YWxpY2U=") == "YWxpY2U="
    assert last_sent(*rows, "C: hello there") == "hello there"
    assert last_sent(*EHLO, "C: YWxpY2U=") == "YWxpY2U="
    assert last_sent(*EHLO, "C: AUTH LOGIN", "S: 334 x", "C: *", "S: 501 x", "C: YWxpY2U=") == "YWxpY2U="


def test_a_secret_that_is_sent_again_as_a_command() -> None:
    rows = (*LOGIN, f"C: {PASSWORD}", "S: 235 in", "C: NOOP", "S: 250 ok")
    assert last_sent(*rows, f"C: {PASSWORD}") == MASK
    assert last_sent(*rows, "C: s3cret-Pass") == MASK


def test_nothing_is_said_about_the_text_of_a_secret() -> None:
    rows = (*EHLO, "C: AUTH LOGIN", "S: 535 no")
    assert findings(play(*rows, "C: c2VjcmV0"))[1:] == []


def test_the_command_carries_its_secret_in_its_octets_alone() -> None:
    sent = of(play(*EHLO, f"C: AUTH PLAIN {PLAIN}"), CommandSent)[-1]
    assert sent.secret == ((11, 11 + len(PLAIN)),)
    assert (sent.command.verb, sent.command.argument) == ("AUTH", f"PLAIN {MASK}")
    late = of(play(*EHLO, "C: AUTH LOGIN", "S: 535 no", "C: c2VjcmV0MTIz"), CommandSent)[-1]
    assert (late.command.verb, late.command.argument, late.command.data) == ("", "", b"c2VjcmV0MTIz")


def test_what_would_be_secret_can_be_asked_before_it_is_sent() -> None:
    dialogue = Dialogue()
    play(*EHLO, dialogue=dialogue)
    assert dialogue.secret_in(b"AUTH PLAIN abcd") == ((11, 15),)
    assert dialogue.secret_in(b"NOOP") == ()


def test_a_password_that_was_only_proved_is_hidden_where_the_server_says_it() -> None:
    dialogue = Dialogue()
    play(*EHLO, dialogue=dialogue)
    dialogue.guard(b"s3cret-Pass")
    heard = of(dialogue.received(b"535 not s3cret-Pass, " + PASSWORD.encode() + b"\r\n"), LineReceived)[-1]
    assert shown(heard) == f"535 not {MASK}, {MASK}"


def test_a_secret_behind_octets_of_a_chunk_that_was_none() -> None:
    chunk = ("C", b"BDAT 2\r\n" + f"xxAUTH PLAIN {PLAIN}\r\n".encode())
    events = play(*EHLO, chunk, "S: 500 what", f"S: 500 xxAUTH PLAIN {PLAIN}")
    sent = of(events, CommandSent)[-1]
    assert sent.command.data[slice(*sent.secret[0])] == PLAIN.encode()
    assert shown(of(events, LineReceived)[-1]) == f"500 xxAUTH PLAIN {MASK}"


def test_a_second_auth_behind_an_unanswered_one() -> None:
    events = play(*EHLO, "C: AUTH X-NEW", f"C: AUTH PLAIN {PLAIN}", "S: 504 no", "S: 235 in")
    assert shown(of(events, LineSent)[-1]) == f"AUTH PLAIN {MASK}"
    assert [one.command.verb for one in of(events, CommandSent)] == ["EHLO", "AUTH", "AUTH"]


# -- echoes


def echo(*rows: Row) -> str:
    return shown(of(play(*rows), LineReceived)[-1])


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        (f"500 unknown {PASSWORD}", f"500 unknown {MASK}"),
        (f'500 "{PASSWORD.upper()}" unknown', f'500 "{MASK}" unknown'),
        ("535 s3cret-Pass is wrong", f"535 {MASK} is wrong"),
        ("535 s3cret-Pass s3cret-Pass", f"535 {MASK} {MASK}"),
        (f"535 {b's3cret-Pass'.hex()}", f"535 {MASK}"),
        (f"500-{PASSWORD[:10]}", f"500-{MASK}"),
        (f"535 {b64('x s3cret-Pass')}", f"535 {MASK}"),
        (f"535 {b64('xyz s3cret-Pass')[:-1]}", f"535 {MASK}"),
        ("535 alice is unknown", f"535 {MASK} is unknown"),  # it may be the password, typed first by mistake
        ("535 eHl6IHMzY3JldC1QYXNzA", f"535 {MASK}"),
        ("535 s3", "535 s3"),
    ],
)
def test_echoes_of_a_password(said: str, seen: str) -> None:
    assert echo(*LOGIN, f"C: {PASSWORD}", f"S: {said}") == seen


AWKWARD = "s3>cret?Pass÷~"


@pytest.mark.parametrize(
    "said",
    [
        base64.urlsafe_b64encode(AWKWARD.encode()).decode(),
        base64.urlsafe_b64encode(f"xy {AWKWARD}".encode()).decode().rstrip("="),
        AWKWARD.encode().hex(":"),
        AWKWARD.encode().hex(" ").upper(),
        AWKWARD.encode().hex("-"),
        quote(AWKWARD),
        quote(AWKWARD).lower(),
        "".join(f"%{octet:02X}" for octet in AWKWARD.encode()),
    ],
)
def test_echoes_in_other_spellings(said: str) -> None:
    assert echo(*LOGIN, f"C: {b64(AWKWARD)}", f"S: 535 wrong: {said} !") == f"535 wrong: {MASK} !"


def test_what_was_secret_on_the_connection_before_is_hidden_on_the_next() -> None:
    before = Dialogue()
    play(*LOGIN, f"C: {PASSWORD}", "S: 535 no", dialogue=before)
    after = Dialogue(secrets=before.secrets)
    [greeting] = of(after.received(b"220 s3cret-Pass, I remember\r\n"), LineReceived)
    assert shown(greeting) == f"220 {MASK}, I remember"
    assert not Dialogue().secrets.known


def test_of_very_many_secrets_the_oldest_are_forgotten() -> None:
    dialogue = Dialogue()
    for number in range(1000):
        dialogue.guard(b"secret number %d!" % number)
    [said] = of(dialogue.received(b"220 secret number 0! and secret number 999!\r\n"), LineReceived)
    assert "999" not in shown(said)


def test_an_echo_is_told_and_masked_in_the_reply() -> None:
    events = play(*LOGIN, f"C: {PASSWORD}", f"S: 535-{PASSWORD}", "S: 535 s3cret-Pass")
    assert findings(events)[-2:] == [Finding.SECRET_ECHOED] * 2
    reply = replies(events)[-1].reply
    assert reply.lines == (MASK.encode(), MASK.encode())
    assert reply.raw == (b"535-" + MASK.encode(), b"535 " + MASK.encode())


@pytest.mark.parametrize("said", ["334 ********", "535 ********", "235 hello ********"])
def test_what_a_recording_hides_is_no_echo(said: str) -> None:
    assert Finding.SECRET_ECHOED not in findings(play(*LOGIN, f"C: {MASK}", f"S: {said}"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"AUTH PLAIN {PLAIN}", "s3cret-Pass"),
        (f"AUTH PLAIN {PLAIN}", PLAIN),
        ("AUTH XOAUTH2 " + b64("user=alice\x01auth=Bearer tok3n-of-mine\x01\x01"), "tok3n-of-mine"),
        (
            "AUTH CRAM-MD5 " + b64("alice 0123456789abcdef0123456789abcdef"),
            "0123456789abcdef0123456789abcdef",
        ),
        ("AUTH X-OTHER " + b64("whatever"), "whatever"),
        ("AUTH X-OTHER plaintext!", "plaintext!"),
    ],
)
def test_echoes_of_what_a_mechanism_sends(line: str, said: str) -> None:
    assert echo(*EHLO, f"C: {line}", f"S: 535 wrong: {said}") == f"535 wrong: {MASK}"


def test_the_user_name_may_be_said() -> None:
    assert echo(*EHLO, f"C: AUTH PLAIN {PLAIN}", "S: 235 welcome alice") == "235 welcome alice"
    token = b64("user=alice\x01auth=Bearer tok3n-of-mine\x01\x01")
    assert echo(*EHLO, f"C: AUTH XOAUTH2 {token}", "S: 235 welcome alice") == "235 welcome alice"


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("535 ok, token", f"535 {MASK}, token"),
        ("535 (ok)", f"535 ({MASK})"),
        ("535 look: okay", "535 look: okay"),
        (f"535 {b64('ok')}", f"535 {MASK}"),
        (f"535 {b'ok'.hex()}", f"535 {MASK}"),
        (f"535 {b64('user a, password ok')}", f"535 {MASK}"),
        (f"535 {b64('look: okay')}", f"535 {b64('look: okay')}"),
    ],
)
def test_a_very_short_password_is_looked_for_as_a_word(said: str, seen: str) -> None:
    assert echo(*EHLO, "C: AUTH PLAIN " + b64("\0a\0ok"), f"S: {said}") == seen


def test_a_password_of_one_letter_is_looked_for_in_base64_alone() -> None:
    assert echo(*EHLO, "C: AUTH PLAIN " + b64("\0a\0x"), "S: 535 x 78 eA==") == f"535 x {MASK} {MASK}"


@pytest.mark.parametrize("cut", range(1, len(PASSWORD)))
def test_an_echo_that_goes_over_the_end_of_a_line(cut: int) -> None:
    """Under 8 octets tell nothing; from there on all of it is hidden, wherever the server breaks it."""
    said = ("S: 535-no " + PASSWORD[:cut], "S: 535 " + PASSWORD[cut:] + " it was")
    first, second = (shown(one) for one in of(play(*LOGIN, f"C: {PASSWORD}", *said), LineReceived)[-2:])
    assert first == f"535-no {MASK if cut >= 8 else PASSWORD[:cut]}"
    assert second == f"535 {MASK} it was"


def test_a_line_that_does_not_go_on_with_the_echo_is_no_part_of_it() -> None:
    said = (f"S: 535-no {PASSWORD[:9]}", "S: 535 nothing", f"S: 250 {PASSWORD[9:]}")
    last = of(play(*LOGIN, f"C: {PASSWORD}", *said), LineReceived)[-2:]
    assert [shown(one) for one in last] == ["535 nothing", f"250 {PASSWORD[9:]}"]


def test_an_echo_in_many_lines() -> None:
    pieces = (PASSWORD[:9], PASSWORD[9:11], PASSWORD[11:12], PASSWORD[12:])
    said = [f"S: 535-{piece}" for piece in pieces]
    events = play(*LOGIN, f"C: {PASSWORD}", *said, "S: 535 end")
    assert [shown(one) for one in of(events, LineReceived)[-5:]] == [f"535-{MASK}"] * 4 + ["535 end"]
    in_threes = [f"S: 535-{PASSWORD[at : at + 3]}" for at in range(0, len(PASSWORD), 3)]
    seen = [shown(one) for one in of(play(*LOGIN, f"C: {PASSWORD}", *in_threes), LineReceived)[-6:]]
    assert seen[-4:] == [f"535-{MASK}"] * 4


def test_the_password_typed_where_the_user_name_belongs() -> None:
    rows = (*EHLO, "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", f"C: {PASSWORD}", "S: 334 UGFzc3dvcmQ6")
    assert echo(*rows, f"C: {b64('alice')}", "S: 535 s3cret-Pass?") == f"535 {MASK}?"


@pytest.mark.parametrize("user", ["alice", "me"])
def test_a_user_name_is_no_secret_once_the_login_has_succeeded(user: str) -> None:
    rows = (*EHLO, "C: AUTH LOGIN", "S: 334 x", f"C: {b64(user)}", "S: 334 x", f"C: {PASSWORD}", "S: 235 in")
    assert echo(*rows, "C: NOOP", f"S: 250 {user} s3cret-Pass") == f"250 {user} {MASK}"


def test_an_address_is_no_password() -> None:
    rows: tuple[str, ...] = (*EHLO, "C: AUTH LOGIN " + b64("a@b.test"), "S: 334 x", f"C: {PASSWORD}")
    assert echo(*rows, "S: 535 a@b.test") == "535 a@b.test"
    rows = (*EHLO, "C: AUTH LOGIN", "S: 334 x", "C: a@b.test!", "S: 334 x")
    assert echo(*rows, "C: x", "S: 535 a@b.test!") == "535 a@b.test!"


def test_the_same_password_as_name_and_password_stays_secret() -> None:
    rows = (*EHLO, "C: AUTH LOGIN", "S: 334 x", f"C: {PASSWORD}", "S: 334 x", f"C: {PASSWORD}", "S: 235 in")
    assert echo(*rows, "C: NOOP", "S: 250 s3cret-Pass") == f"250 {MASK}"


def test_the_code_of_a_reply_is_no_echo() -> None:
    events = play(*LOGIN, "C: 2501 x", "S: 250 2501 x")
    assert replies(events)[-1].reply.code == 250
    assert finding(events, Finding.SECRET_ECHOED).spans == ((4, 10),)


@given(st.lists(st.binary(max_size=30)), st.binary(max_size=60))
def test_any_secret_any_echo(tokens: list[bytes], said: bytes) -> None:
    rows: list[Row] = [*HELO, "C: AUTH LOGIN", "S: 334 x"]
    for token in tokens:
        rows += [("C", token + b"\r\n"), "S: 334 again"]
    play(*rows, ("S", said + b"\r\n"))


def introduced(name: str, *rows: Row) -> list[str]:
    """What is shown of the client's lines behind AUTH, when this user was named before."""
    dialogue = Dialogue()
    dialogue.introduce(name.encode())
    lines: list[LineSent] = []
    for row in (*EHLO, *rows):
        assert isinstance(row, str)
        feed = dialogue.sent if row.startswith("C: ") else dialogue.received
        lines += of(list(feed(row[3:].encode() + b"\r\n")), LineSent)
    return [shown(line) for line in lines[2:]]


ASKED = ("C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6")
ALICE = b64("alice")


@pytest.mark.parametrize(
    ("name", "rows", "seen"),
    [
        ("alice", (*ASKED, f"C: {ALICE}", "S: 334 UGFzc3dvcmQ6", f"C: {PASSWORD}"), [ALICE, MASK]),
        ("alice", (*ASKED, f"C: {ALICE}", "S: 334 UGFzc3dvcmQ6", f"C: {ALICE}"), [ALICE, MASK]),
        ("alice", (*ASKED, f"C: {PASSWORD}"), [MASK]),
        ("alice", (*ASKED, "C: alice"), [MASK]),
        ("", (*ASKED, f"C: {ALICE}"), [MASK]),
        ("alice", ("C: AUTH PLAIN", "S: 334 ", f"C: {ALICE}"), [MASK]),
        ("alice", ("C: AUTH PLAIN", "S: 334 ", f"C: {PLAIN}"), [MASK]),
        ("alice", ("C: AUTH LOGIN", f"C: {ALICE}", f"C: {PASSWORD}"), [MASK, MASK]),
    ],
)
def test_of_a_user_who_was_named_the_name_alone_may_be_read(
    name: str, rows: tuple[str, ...], seen: list[str]
) -> None:
    assert introduced(name, *rows) == seen


def test_a_name_that_is_the_password_too_is_hidden() -> None:
    dialogue = Dialogue()
    dialogue.introduce(b"alice")
    dialogue.guard(b"alice")
    for row in (*EHLO, *ASKED):
        assert isinstance(row, str)
        (dialogue.sent if row.startswith("C: ") else dialogue.received)(row[3:].encode() + b"\r\n")
    assert dialogue.secret_in(ALICE.encode()) == ((0, len(ALICE)),)
