"""Slips in a login: found without a span, so that nothing of a secret is pointed at."""

from __future__ import annotations

import base64

import pytest

from tests.smtp.talk import EHLO, of, play
from tui.smtp.events import Found
from tui.smtp.findings import Finding, Side


def b64(text: bytes) -> str:
    return base64.b64encode(text).decode()


LOGIN = (*EHLO, "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6")
PLAIN = (*EHLO, "C: AUTH PLAIN", "S: 334 ")
CRAM = (*EHLO, "C: AUTH CRAM-MD5", "S: 334 PDE4OTZAeD4=")
NEW = (*EHLO, "C: AUTH X-NEW", "S: 334 ")


CLEAR = (Finding.PASSWORD_IN_CLEAR, Finding.PASSWORD_AHEAD)


def slips(*rows: str) -> list[tuple[Finding, str]]:
    """Of the last line, but for what is said of clear text."""
    found = [one for one in of(play(*rows), Found) if one.side is Side.CLIENT]
    last = [one for one in found if one.finding not in CLEAR]
    assert all(one.spans == () for one in last)
    return [(one.finding, one.detail) for one in last]


@pytest.mark.parametrize(
    ("before", "line", "finding", "detail"),
    [
        (LOGIN, "hunter2 in clear", Finding.ANSWER_NOT_BASE64, ""),
        (LOGIN, "hunter2", Finding.ANSWER_NOT_BASE64, ""),
        (LOGIN, "password", Finding.ANSWER_NOT_BASE64, "chance"),
        (LOGIN, "NOOP", Finding.ANSWER_NOT_BASE64, "chance"),  # a name in base64 could be spelt so
        (LOGIN, " ", Finding.ANSWER_NOT_BASE64, ""),
        (PLAIN, b64(b"\0a\0bc") + "=", Finding.ANSWER_NOT_BASE64, ""),
        (PLAIN, b64(b"\x01\x02\x03"), Finding.ANSWER_NOT_BASE64, "chance"),
        (LOGIN, "AUTH LOGIN", Finding.ANSWER_IS_COMMAND, "AUTH"),
        (PLAIN, "auth plain " + b64(b"\0a\0b"), Finding.ANSWER_IS_COMMAND, "AUTH"),
        (LOGIN, "quit ", Finding.ANSWER_IS_COMMAND, "QUIT"),
        (LOGIN, b64(b"alice\n"), Finding.ANSWER_ENDS_LINE, ""),
        (PLAIN, b64(b"\0alice\0pass\r\n"), Finding.ANSWER_ENDS_LINE, ""),
        (PLAIN, b64(b"alice pass"), Finding.ANSWER_WITHOUT_NUL, "0"),
        (PLAIN, b64(b"alice\0pass"), Finding.ANSWER_WITHOUT_NUL, "1"),
        (LOGIN, "=", Finding.ANSWER_EQUALS_SIGN, ""),
        (EHLO, "AUTH PLAIN hunter2", Finding.ANSWER_NOT_BASE64, ""),
        (EHLO, "AUTH PLAIN " + b64(b"alice\0pass"), Finding.ANSWER_WITHOUT_NUL, "1"),
        (EHLO, "AUTH LOGIN " + b64(b"alice\n"), Finding.ANSWER_ENDS_LINE, ""),
        (NEW, "not base64!", Finding.ANSWER_NOT_BASE64, ""),
    ],
)
def test_slip(before: tuple[str, ...], line: str, finding: Finding, detail: str) -> None:
    assert slips(*before, f"C: {line}") == [(finding, detail)]


@pytest.mark.parametrize(
    ("before", "line"),
    [
        (LOGIN, ""),
        (LOGIN, "*"),
        (LOGIN, b64(b"alice")),
        (PLAIN, b64(b"\0alice\0pass")),
        (PLAIN, b64("\0爱丽丝\0密码".encode())),
        (CRAM, b64(b"alice 0123456789abcdef0123456789abcdef")),
        (EHLO, "AUTH PLAIN ="),
        (EHLO, "AUTH PLAIN ********"),
        (LOGIN, "********"),
        (CRAM, "********"),
        (EHLO, "AUTH PLAIN " + b64(b"\0alice\0pass")),
        (EHLO, "AUTH XOAUTH2 " + b64(b"user=a\x01auth=Bearer t\x01\x01")),
        (NEW, b64(b"\xff\xfe")),
    ],
)
def test_right(before: tuple[str, ...], line: str) -> None:
    assert slips(*before, f"C: {line}") == []


AHEAD, GONE = Finding.PASSWORD_AHEAD, Finding.PASSWORD_IN_CLEAR
NAME, PASSWORD = b64(b"alice"), b64(b"s3cret-Pass")
BOTH = b64(b"\0alice\0s3cret-Pass")
TOKEN = b64(b"user=a\x01auth=Bearer t\x01\x01")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (("C: AUTH LOGIN",), [AHEAD]),
        (("C: AUTH LOGIN", "S: 334 x", f"C: {NAME}"), [AHEAD]),
        (("C: AUTH LOGIN", "S: 334 x", f"C: {NAME}", "S: 334 x", f"C: {PASSWORD}"), [AHEAD, GONE]),
        (("C: AUTH LOGIN", "S: 334 x", "C: *"), [AHEAD]),
        (("C: AUTH LOGIN", "S: 334 x", f"C: {NAME}", "S: 334 x", "C: *"), [AHEAD]),
        (("C: AUTH LOGIN", "S: 334 x", f"C: {NAME}", "S: 334 x", "C: QUIT now"), [AHEAD]),
        ((f"C: AUTH LOGIN {NAME}",), [AHEAD]),
        ((f"C: AUTH LOGIN {NAME}", "S: 334 x", f"C: {PASSWORD}"), [AHEAD, GONE]),
        (("C: AUTH PLAIN",), [AHEAD]),
        (("C: AUTH PLAIN =",), [AHEAD]),
        (("C: AUTH PLAIN", "S: 334 ", f"C: {BOTH}"), [AHEAD, GONE]),
        (("C: AUTH PLAIN", "S: 334 ", "C: s3cret in clear"), [AHEAD, GONE]),
        (("C: AUTH PLAIN", "S: 334 ", "C: ="), [AHEAD]),
        ((f"C: AUTH PLAIN {BOTH}",), [GONE]),
        ((f"C: AUTH XOAUTH2 {TOKEN}", "S: 334 x", "C: "), [GONE]),
        (("C: AUTH CRAM-MD5", "S: 334 x", f"C: {NAME}"), []),
        (("C: STARTTLS", "S: 220 go", "* tls", "C: EHLO me", "S: 250 x", f"C: AUTH PLAIN {BOTH}"), []),
        (("C: AUTH LOGIN", "S: 503 no", "C: AUTH LOGIN", "S: 334 x", f"C: {NAME}"), [AHEAD, AHEAD]),
    ],
)
def test_a_password_is_said_to_be_out_when_it_is(rows: tuple[str, ...], told: list[Finding]) -> None:
    """Before that it is a warning of what would come."""
    found = of(play(*EHLO, *rows), Found)
    assert [one.finding for one in found if one.finding in CLEAR] == told
