"""What is wrong with a server, told line by line; each reply still answers what it answers."""

from __future__ import annotations

import pytest

from tests.smtp.talk import DATA, EHLO, HELO, MAIL, Row, finding, findings, of, play, pointed_at, replies
from tui.smtp.events import CommandSent, ConnectionClosed, Found, LineReceived, PhaseChanged
from tui.smtp.findings import Finding
from tui.smtp.phases import Phase

NOOP = (*HELO, "C: NOOP")

#: the reply to NOOP, the findings, the code, its texts
REPLIES: list[tuple[bytes, list[Finding], int, list[bytes]]] = [
    (b"250\r\n", [], 250, [b""]),
    (b"250 \r\n", [], 250, [b""]),
    (b"250 OK\r\n", [], 250, [b"OK"]),
    (b"250-\r\n250 OK\r\n", [], 250, [b"", b"OK"]),
    (b"250- a\r\n250  b\r\n", [], 250, [b" a", b" b"]),
    ("250 größer, 好\r\n".encode(), [], 250, ["größer, 好".encode()]),
    (b"25 OK\r\n", [Finding.CODE_INVALID], 0, [b"OK"]),
    (b"2x0 OK\r\n", [Finding.CODE_INVALID], 0, [b"OK"]),
    (b"250OK\r\n", [Finding.NO_SEPARATOR], 250, [b"OK"]),
    (b"250<a@b> ok\r\n", [Finding.NO_SEPARATOR], 250, [b"<a@b> ok"]),
    (b" 250 OK\r\n", [Finding.LEADING_SPACE], 250, [b"OK"]),
    (b"999 what\r\n", [Finding.CODE_INVALID], 999, [b"what"]),
    (b"099 what\r\n", [Finding.CODE_INVALID], 99, [b"what"]),
    (b"150 wait\r\n", [Finding.PRELIMINARY_REPLY], 150, [b"wait"]),
    (b"250-one\r\n550-two\r\n250 three\r\n", [Finding.CODE_MISMATCH], 250, [b"one", b"two", b"three"]),
    (b"250-all well\r\n550 refused\r\n", [Finding.CODE_MISMATCH], 550, [b"all well", b"refused"]),
    (b"250-one\r\nno code\r\n250 two\r\n", [Finding.CODE_INVALID], 250, [b"one", b"no code", b"two"]),
    (b"\r\n\r\n250 OK\r\n\r\n", [Finding.BLANK_REPLY_LINE] * 3, 250, [b"OK"]),
    (b"250-one\n250 two\n", [Finding.BARE_LF_RECEIVED], 250, [b"one", b"two"]),
    (b"250\tOK\r\n", [Finding.TAB_SEPARATOR], 250, [b"\tOK"]),
    (b"250 first\r\n550 second\r\n", [Finding.UNSOLICITED_REPLY], 250, [b"first"]),
    (b"250 " + b"x" * 10_000 + b"\r\n", [Finding.REPLY_LINE_TOO_LONG], 250, [b"x" * 10_000]),
    (b"550 refused\r250 yes\r\n", [Finding.BARE_CR_RECEIVED], 550, [b"refused\r250 yes"]),
    (b"250 a\x1b[2Jb\r\n", [Finding.CONTROL_RECEIVED], 250, [b"a\x1b[2Jb"]),
    ("250 \u202etxet\r\n".encode(), [Finding.CONTROL_RECEIVED], 250, ["\u202etxet".encode()]),
    ("250 Café\r\n".encode("latin-1"), [Finding.NOT_UTF8], 250, [b"Caf\xe9"]),
    ("250 👨\u200d👩\r\n".encode(), [], 250, ["👨\u200d👩".encode()]),
    (b"354 go\r\n", [Finding.UNEXPECTED_CODE], 354, [b"go"]),
    (b"421 bye\r\n", [Finding.SHUTTING_DOWN], 421, [b"bye"]),
    (b"\xff\xfd\x01\xff\xfb\x03250 OK\r\n", [Finding.NOT_UTF8, Finding.TELNET_NEGOTIATION], 250, [b"OK"]),
]  # fmt: skip


@pytest.mark.parametrize(("octets", "wanted", "code", "texts"), REPLIES)
def test_reply(octets: bytes, wanted: list[Finding], code: int, texts: list[bytes]) -> None:
    events = play(*NOOP, ("S", octets))
    assert [one for one in findings(events) if one is not Finding.NOT_UTF8 or one in wanted] == [
        one for one in wanted if one is not Finding.NOT_UTF8 or octets[:1] != b"\xff"
    ]
    answer = next(one for one in replies(events) if isinstance(one.to, CommandSent) and one.to.number == 2)
    assert (answer.reply.code, list(answer.reply.lines)) == (code, texts)


@pytest.mark.parametrize("octets", [octets for octets, *_ in REPLIES if not octets.startswith(b"421")])
def test_the_session_stays_usable(octets: bytes) -> None:
    events = play(*NOOP, ("S", octets), "C: NOOP", "S: 250 second")
    last = replies(events)[-1]
    assert isinstance(last.to, CommandSent)
    assert (last.to.number, last.reply.lines) == (3, (b"second",))


def test_line_ends_as_lf_cr() -> None:
    events = play(*NOOP, ("S", b"250 one\n\r250 two\n\r"))
    assert findings(events) == [
        Finding.BARE_LF_RECEIVED,
        Finding.BARE_CR_RECEIVED,
        Finding.UNSOLICITED_REPLY,
    ]
    assert [one.reply.lines for one in replies(events)[2:]] == [(b"one",), (b"two",)]


def test_spans() -> None:
    assert pointed_at(play(*NOOP, ("S", b"550 a\rb\r\n")), Finding.BARE_CR_RECEIVED) == ["\r"]
    assert pointed_at(play(*NOOP, ("S", b"250 a\x07\x07b\x7f\r\n")), Finding.CONTROL_RECEIVED) == [
        "\x07\x07",
        "\x7f",
    ]
    assert pointed_at(play(*NOOP, ("S", b"  250 a\r\n")), Finding.LEADING_SPACE) == ["  "]
    assert pointed_at(play(*HELO, "S:  25 a"), Finding.UNSOLICITED_REPLY) == ["25"]
    events = play(*EHLO, "C: AUTH CRAM-MD5", "S: 334-one?", "S: 334 two")
    assert finding(events, Finding.CHALLENGE_NOT_BASE64).spans == ()
    assert (
        len(finding(play(*NOOP, ("S", b"250 " + b"\x07x" * 500 + b"\r\n")), Finding.CONTROL_RECEIVED).spans)
        == 50
    )


@pytest.mark.parametrize(
    ("row", "detail"),
    [
        (("S", "250 Café déjà vu\r\n".encode("latin-1")), "latin-1"),
        (("S", "250 邮件系统繁忙\r\n".encode("gbk")), "gbk"),
        (("S", "250 郵件系統繁忙\r\n".encode("big5")), "big5"),
        (("S", b"250 \x9b31m\r\n"), ""),
    ],
)
def test_the_charset_is_named(row: Row, detail: str) -> None:
    assert finding(play(*NOOP, row), Finding.NOT_UTF8).detail == detail


# -- codes that do not fit


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        (("S: 250 hello",), "greeting"),
        ((*EHLO, *MAIL, "C: RCPT TO:<b@x.test>", "S: 250 ok", "C: DATA", "S: 250 fine"), "DATA"),
        ((*EHLO, "C: MAIL FROM:<a@b.test>", "S: 354 go"), "MAIL"),
        ((*EHLO, "C: STARTTLS", "S: 250 go"), "STARTTLS"),
        ((*EHLO, "C: AUTH CRAM-MD5", "S: 250 in"), "AUTH"),
        ((*DATA, "C: A: b", "C: .", "S: 354 more"), "."),
    ],
)
def test_unexpected_code(rows: tuple[Row, ...], what: str) -> None:
    events = play(*rows)
    assert findings(events) == [Finding.UNEXPECTED_CODE]
    assert finding(events, Finding.UNEXPECTED_CODE).detail == what


@pytest.mark.parametrize(
    "rows",
    [
        ("S: 220-one", "S: 220-two", "S: 220 three"),
        ("S: 220",),
        ("S: 554 no service",),
        (*HELO, "C: VRFY bob", "S: 252 perhaps"),
        (*HELO, "C: HELP", "S: 214-one", "S: 214 two"),
        (*HELO, "C: QUIT", "S: 221 bye"),
        (*EHLO, "C: AUTH CRAM-MD5", "S: 334 PDEyMz4=", "C: Ym9iIDEyMw==", "S: 235 in"),
        (*EHLO, "C: AUTH CRAM-MD5", "S: 334 ", "C: *", "S: 501 cancelled"),
        (*HELO, "C: MAIL FROM:<a@b.test>", "S: 550-5.7.1 no", "S: 550 5.7.1 never"),
    ],
)
def test_what_a_server_may_say(rows: tuple[Row, ...]) -> None:
    assert findings(play(*rows)) == []


def test_a_challenge_that_is_no_base64() -> None:
    events = play(*EHLO, "C: AUTH CRAM-MD5", "S: 334 Please type your name!!")
    assert pointed_at(events, Finding.CHALLENGE_NOT_BASE64) == ["Please type your name!!"]


# -- something else than SMTP


@pytest.mark.parametrize(
    ("octets", "name"),
    [
        (b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "http"),
        (b"<!DOCTYPE html>\r\n", "http"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "ssh"),
        (b"+OK Dovecot ready.\r\n", "pop3"),
        (b"* OK [CAPABILITY IMAP4rev1] ready\r\n", "imap"),
        (b"220 (vsFTPd 3.0.3)\r\n", "ftp"),
        (b"220-FileZilla Server\r\n220 hi\r\n", "ftp"),
        (bytes((number * 167 + 13) % 256 for number in range(4096)), "binary"),
    ],
)
def test_another_protocol(octets: bytes, name: str) -> None:
    assert finding(play(("S", octets)), Finding.NOT_SMTP).detail == name


def test_a_tls_alert_is_named_at_the_end_of_the_connection() -> None:
    assert finding(play(("S", b"\x15\x03\x01\x00\x02\x02\x46"), "* closed"), Finding.NOT_SMTP).detail == "tls"


@pytest.mark.parametrize(
    "greeting",
    ["220 mx.test ESMTP", "220 mail.ftp.example ESMTP", "220 ftp-relay SMTP", "25 mx", "mx.test is here"],
)
def test_smtp_is_smtp(greeting: str) -> None:
    assert Finding.NOT_SMTP not in findings(play(f"S: {greeting}"))


def test_http_is_no_greeting() -> None:
    events = play("C: EHLO me", ("S", b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), "* closed")
    assert replies(events) == []
    assert of(events, PhaseChanged)[-1].phase is Phase.CLOSED


def test_telnet_options_before_the_greeting() -> None:
    options = b"".join(bytes([0xFF, verb, option]) for verb in (0xFD, 0xFB) for option in range(50))
    events = play(("S", options + b"220 hostile.test ESMTP\r\n"))
    assert of(events, PhaseChanged)[-1].phase is Phase.GREETED
    assert set(findings(events)) == {
        Finding.TELNET_NEGOTIATION,
        Finding.BARE_LF_RECEIVED,
    }


# -- once is enough


def test_bare_lf_is_told_once() -> None:
    events = play(*NOOP, ("S", b"250 a\n" * 30))
    assert findings(events).count(Finding.BARE_LF_RECEIVED) == 1


def test_unsolicited_replies_are_told_so_often_and_no_more() -> None:
    events = play(*HELO, *["S: 250 nobody asked"] * 100)
    found = of(events, Found)
    assert [one.finding for one in found] == [Finding.UNSOLICITED_REPLY] * 20
    assert [one.muted for one in found] == [False] * 19 + [True]
    assert all(one.to is None for one in replies(events)[2:])


# -- the end


@pytest.mark.parametrize("octets", [b"250-mx\r\n250-PIPE", b"250-mx\r\n", b"25"])
def test_closed_in_the_middle_of_a_reply(octets: bytes) -> None:
    events = play(*HELO, "C: NOOP", ("S", octets), "* closed")
    assert of(events, ConnectionClosed)[0].in_reply
    assert b"".join(line.data for line in of(events, LineReceived)[2:]) == octets.replace(b"\r\n", b"")
    assert len(replies(events)) == 2
