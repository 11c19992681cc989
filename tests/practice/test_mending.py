"""What was probably meant by a line with a slip."""

from __future__ import annotations

import pytest

from tests.practice.talking import DATA, GREETING, HELO, MAIL, talk
from tui.practice.mending import mended, mended_lines, with_domain
from tui.practice.slips import line_of, standing_slip
from tui.smtp.events import Found
from tui.smtp.findings import Finding, Side

BARE = (*GREETING, "C: EHLO me", "S: 250 x")
EHLO = (*GREETING, "C: EHLO me", "S: 250-x", "S: 250 SMTPUTF8")

#: the rows before, the line as typed, what was meant
TABLE: list[tuple[tuple[str, ...], str | bytes, tuple[str, ...]]] = [
    (GREETING, "hello me", ("HELO me",)),
    (GREETING, "hello", ()),  # and the name is missing
    (GREETING, "helo\u3000xia.bdgs.com", ("helo xia.bdgs.com",)),
    (HELO, "MAILFROM:<a@b>", ("MAIL FROM:<a@b>",)),
    (HELO, "MAIL FORM:<a@b> SIZE=3", ("MAIL FROM:<a@b> SIZE=3",)),
    (HELO, "login", ("AUTH LOGIN",)),
    (HELO, "MAIL alice@x.org", ("MAIL FROM:<alice@x.org>",)),
    (HELO, "MAIL FROM alice@x.org SIZE=1", ("MAIL FROM:<alice@x.org> SIZE=1",)),
    (HELO, "MAIL FROM<alice@x.org>", ("MAIL FROM:<alice@x.org>",)),
    (HELO, "mail from : <a@b>", ("MAIL FROM:<a@b>",)),
    (HELO, "MAIL FROM:<a@b", ("MAIL FROM:<a@b>",)),
    (HELO, "\uff2d\uff21\uff29\uff2c \uff26\uff32\uff2f\uff2d\uff1a\uff1ca@b\uff1e", ("MAIL FROM:<a@b>",)),
    (HELO, "MAIL FROM:<caf\u00e9@b>", ()),
    (HELO, "MAIL FROM:<a@b> SIZE=5  BODY=8BITMIME x=1", ("MAIL FROM:<a@b> x=1",)),
    (EHLO, "MAIL FROM:<caf\u00e9@b> ", ("MAIL FROM:<caf\u00e9@b> SMTPUTF8",)),
    (BARE, "MAIL FROM:<a@caf\u00e9.test> x", ("MAIL FROM:<a@xn--caf-dma.test> x",)),
    (BARE, "MAIL FROM:<caf\u00e9@b>", ()),
    (BARE, "MAIL FROM:<a@\u00e9..b>", ()),
    (BARE, "MAIL FROM:<caf\u00e9>", ()),
    (HELO, "MAIL FROM", ()),
    (HELO, "mailfrom", ()),
    (HELO, "FOO bar", ()),
    (MAIL, "rcpt <bob@x>", ("RCPT TO:<bob@x>",)),
    (MAIL, "RECPT TO:bob@x", ("RCPT TO:<bob@x>",)),
    (MAIL, "RCPT TO:<a@x>,<b@x>", ("RCPT TO:<a@x>", "RCPT TO:<b@x>")),
    (MAIL, "RCPT TO:a@x, b@x", ("RCPT TO:<a@x>", "RCPT TO:<b@x>")),
    (MAIL, "RSET now", ("RSET",)),
    (DATA, "Subject\uff1a \u4f60\u597d", ("Subject: \u4f60\u597d",)),
    (DATA, "Subject hello", ("Subject: hello",)),
    (GREETING, "HELO\uff1ame", ()),
    (MAIL, b"RCXX\x7f\x7fPT TO:<b@x>", ("RCPT TO:<b@x>",)),
    (MAIL, b"\x7fNOOP\x08", ("NOOP",)),
    (GREETING, b"hel\x08\x08o x", ()),
    (GREETING, b"\x08", ()),
    (GREETING, "\uff46\uff4f\uff4f", ()),
    (GREETING, "\uff48\uff45\uff4c\uff4f\uff57 x", ("HELO x",)),
    (HELO, "\u3002", ()),
    (GREETING, "helo\u3000caf\u00e9", ()),
    (DATA, "Subject\uff1a x", ("Subject: x",)),
    (MAIL, b"RCPT\x1b[A", ()),
    ((*DATA, "C: A: b", "C: "), "\u3002", (".",)),
    ((*DATA, "C: A: b", "C: "), ". ", (".",)),
    ((*DATA, "C: A: b", "C: "), "QUIT", (".",)),
]


@pytest.mark.parametrize(("rows", "line", "meant"), TABLE)
def test_mended(rows: tuple[str, ...], line: str | bytes, meant: tuple[str, ...]) -> None:
    data = line if isinstance(line, bytes) else line.encode()
    said = talk(*rows).play(data + b"\r\n")
    slip = standing_slip(said.practice)
    assert slip is not None
    assert line_of(said.practice, slip) == data
    assert mended_lines(slip, data) == meant
    assert mended(slip, data) == (meant[0] if meant else "")


@pytest.mark.parametrize(
    ("finding", "line", "meant"),
    [
        (Finding.MISSING_BRACKETS, b"MAIL FROM:Alice <a@b>", "MAIL FROM:<a@b>"),
        (Finding.SPACE_AFTER_COLON, b"mail from: a@b", "MAIL FROM:<a@b>"),
        (Finding.DOT_NOT_STUFFED, b".bashrc", "..bashrc"),
        (Finding.FULL_WIDTH, b"\xff\xfe", ""),
        (Finding.MISSING_BRACKETS, b"NOOP", ""),
        (Finding.NO_HEADER, b"x", ""),
    ],
)
def test_mended_remarks(finding: Finding, line: bytes, meant: str) -> None:
    assert mended(Found(finding, Side.CLIENT, 1), line) == meant


def test_an_accepted_line_has_no_standing_slip() -> None:
    said = talk(*HELO, "C: MAIL FROM :<a@b>")
    assert standing_slip(said.practice) is not None
    assert standing_slip(said.play("S: 250 fine with me").practice) is None
    refused = talk(*HELO, "C: MAIL FROM :<a@b>", "S: 501 no")
    assert standing_slip(refused.practice) is not None


def test_a_remark_is_no_standing_slip() -> None:
    said = talk(*HELO, "C: MAIL FROM:a@b")
    assert said.practice.slip is not None
    assert standing_slip(said.practice) is None


def test_a_slip_stands_beside_a_reply_to_something_else() -> None:
    said = talk(*HELO, "C: MAIL FROM :<a@b>").tell(Found(Finding.UNKNOWN_VERB, Side.CLIENT))
    assert standing_slip(said.play("S: 250 ok").practice) is not None


def test_the_line_of_a_secret_is_not_given_out() -> None:
    said = talk(*GREETING, "C: EHLO me", "S: 250 AUTH PLAIN", "C: AUTH PLAIN AGEAYg==")
    assert said.practice.slip is not None
    assert said.practice.slip.finding is Finding.PASSWORD_IN_CLEAR
    assert line_of(said.practice, said.practice.slip) == b""


def test_a_slip_in_a_login_gives_way_to_a_refusal_that_says_its_own_reason() -> None:
    login = (
        *GREETING,
        "C: EHLO me",
        "S: 250-me",
        "S: 250 AUTH LOGIN",
        "C: AUTH LOGIN",
        "S: 334 eA==",
        "C: x",
    )
    refused = talk(*login, "S: 535 no").practice
    slip = standing_slip(refused)
    assert slip is not None and slip.finding is Finding.ANSWER_NOT_BASE64
    assert standing_slip(talk(*login, "S: 538 TLS first").practice) is None


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (b"RCPT TO:<rose>", "RCPT TO:<rose@example.org>"),
        (b"mail from: me@", "MAIL FROM:<me@example.org>"),
        (b"MAIL FROM:<me@> SIZE=3", "MAIL FROM:<me@example.org> SIZE=3"),
        (b"MAIL FROM:<a b>", ""),
        (b"", ""),
    ],
)
def test_an_address_without_its_domain_is_shown_with_one(line: bytes, shown: str) -> None:
    assert with_domain(line) == shown
