"""A pasted telnet window: who speaks is inferred from where the dialogue stands, never from prose."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.practice.test_reading import connections, form, only
from tui.practice import reading_telnet
from tui.practice.reading import Form

ARTICLE = (Path(__file__).parent.parent / "data" / "article.txt").read_bytes()

STEP_BY_STEP = [
    ("S", "220 bdwater.com ESMTP MDaemon 7.1.2; Tue, 10 Aug 2004 16:59:55 +0800"),
    ("C", "helo\u3000xia.bdgs.com"),
    ("S", "250 bdwater.com Hello xia.bdgs.com, pleased to meet you"),
    ("C", "mail from: test1@bdwater.com"),
    ("S", "250<test1@bdwater.com> , sender ok. "),
    ("C", "rcpt to: test@.bdwater.com"),
    ("S", "250<test2@bdwater.com> , Local recipient ok. "),
    ("C", "data "),
    ("S", "354 Enter mail, end with <CRLF>.<CRLF>"),
    ("C", "from:test1<test1@bdwater.com>"),
    ("C", "to:test2"),
    ("C", "date:10/10/2004"),
    ("C", "subject:This is a test mail"),
    ("C", " "),
    ("C", "Dear test2, this is a test mail."),
    ("C", "."),
    ("S", "250 Ok, message saved <Message-ID: >"),
]
COMPLETE = [
    ("S", "220 bdwater.com ESMTP MDaemon 7.1.2; Wed, 11 Aug 2004 07:40:51 +0800"),
    ("C", "helo xia.bdwater.com"),
    ("S", "250 bdwater.com Hello xia.bdwater.com, pleased to meet you"),
    ("C", "mail from:test1@bdwater.com"),
    ("S", "250 <test1@bdwater.com>, Sender ok"),
    ("C", "rcpt to:test2@bdwater.com"),
    ("S", "250 <test2@bdwater.com>, Recipient ok"),
    ("C", "data"),
    ("S", "354 Enter mail, end with <CRLF>.<CRLF>"),
    ("C", "from:xia<test1@bdwater.com>"),
    ("C", "to:test2"),
    ("C", "date:11/08/2004"),
    ("C", "subject:This is a test mail"),
    ("C", " "),
    ("C", "Dear test2, this is a test mail."),
    ("C", "."),
    ("S", "250 Ok, message saved <Message-ID: >"),
    ("C", "quit"),
    ("S", "221 See ya in cyberspace"),
]


def _steps(said: list[tuple[str, str]]) -> list[tuple[str, bytes]]:
    return [(side, f"{line}\r\n".encode()) for side, line in said]


def said(text: str | bytes) -> list[str]:
    """The one connection as ``C line`` and ``S line``."""
    return [f"{side} {octets.decode().removesuffix(chr(13) + chr(10))}" for side, octets in only(text)]


@pytest.mark.parametrize(
    "data",
    [
        ARTICLE,
        b"\xef\xbb\xbf" + ARTICLE,
        ARTICLE.replace(b"\n", b"\r\n"),
        ARTICLE.rstrip(b"\n"),
    ],
)
def test_the_article_as_it_stands(data: bytes) -> None:
    assert form(data) is Form.TELNET
    first, second = connections(data)
    assert first == _steps(STEP_BY_STEP)
    assert second == [*_steps(COMPLETE), ("*", b"connection closed by server")]


def test_the_article_as_chinese_windows_saves_it() -> None:
    assert connections(ARTICLE.decode().encode("gb18030")) == connections(ARTICLE)


def test_octets_that_no_charset_explains_stay() -> None:
    assert only(b"220 a ESMTP\nHELO \xff\xfe\n250 b\n")[1] == ("C", b"HELO \xff\xfe\r\n")


def test_a_charset_that_does_not_fit_all_is_not_believed() -> None:
    text = b"220 a ESMTP\nHELO \xc4\xe3\xba\xc3\n250 \xff\n"
    assert only(text)[1:] == [("C", b"HELO \xc4\xe3\xba\xc3\r\n"), ("S", b"250 \xff\r\n")]


LINUX = """\
me@host:~$ telnet mail.example.com 25
Trying 192.0.2.1...
Connected to mail.example.com.
Escape character is '^]'.
220 mail.example.com ESMTP Postfix
EHLO me.example
250-mail.example.com
250 PIPELINING
QUIT
221 2.0.0 Bye
Connection closed by foreign host.
me@host:~$ """


def test_a_linux_window() -> None:
    assert said(LINUX) == [
        "S 220 mail.example.com ESMTP Postfix",
        "C EHLO me.example",
        "S 250-mail.example.com",
        "S 250 PIPELINING",
        "C QUIT",
        "S 221 2.0.0 Bye",
        "* connection closed by server",
    ]


def test_two_windows() -> None:
    assert len(connections(LINUX + "\n" + LINUX)) == 2


@pytest.mark.parametrize("margin", ["    ", "> ", "| ", "\t"])
def test_indented_or_quoted(margin: str) -> None:
    text = "".join(f"{margin}{line}\n" for line in LINUX.splitlines()[4:10])
    assert said(f"I tried this:\n\n{text}\nWhat is wrong?\n") == said(LINUX)[:-1]


def test_lines_that_are_no_commands_but_were_answered() -> None:
    text = "220 a ESMTP\nhello me\n500 what?\nmail from：x@y\n501 no\nMAIL <a@b>\n501 no\nquit\n221 b\n"
    assert said(text)[1::2] == ["C hello me", "C mail from：x@y", "C MAIL <a@b>", "C quit"]


def test_pipelined() -> None:
    text = (
        "220 a ESMTP\nEHLO x\n250 b\nMAIL FROM:<a@b>\nRCPT TO:<c@d>\nDATA\n250 1\n250 2\n354 go\n"
        "text\n.\nQUIT\n250 k\n221 b\n"
    )
    assert "".join(line[0] for line in said(text)) == "SCSCCCSSSCCCSS"


def test_login_with_prose_between() -> None:
    text = (
        "220 a ESMTP\nAUTH LOGIN\n334 VXNlcm5hbWU6\nNow the user name in base64:\ndGVzdDE=\n"
        "334 UGFzc3dvcmQ6\n"
        "not base64 at all\n535 no\nAUTH PLAIN\n334 \n\n501 empty\nQUIT\n221 b\n"
    )
    assert said(text) == [
        "S 220 a ESMTP", "C AUTH LOGIN", "S 334 VXNlcm5hbWU6", "C dGVzdDE=", "S 334 UGFzc3dvcmQ6",
        "C not base64 at all", "S 535 no", "C AUTH PLAIN", "S 334 ", "C ", "S 501 empty", "C QUIT", "S 221 b",
    ]  # fmt: skip


def test_replies_and_commands_inside_the_message_are_its_text() -> None:
    text = "220 a ESMTP\nDATA\n354 go\n250 apples\nQUIT\nConnected to nothing\n\n.\n250 ok\nQUIT\n221 b\n"
    assert said(text)[3:8] == ["C 250 apples", "C QUIT", "C Connected to nothing", "C ", "C ."]


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        (".\n250 Ok\n", ["C .", "S 250 Ok"]),
        (".250 Ok\n", ["C .", "S 250 Ok"]),
        (".\n.250 Ok\n", ["C .", "S 250 Ok"]),
        (". \n250 Ok\n", ["C .", "S 250 Ok"]),
        (". \nmore\n.\n250 Ok\n", ["C . ", "C more", "C .", "S 250 Ok"]),
    ],
)
def test_the_dot_and_its_reply(typed: str, lines: list[str]) -> None:
    assert said(f"220 a ESMTP\nDATA\n354 go\ntext\n{typed}QUIT\n221 b\n")[4:-2] == lines


@pytest.mark.parametrize(
    ("behind", "closed"),
    [
        ("Connection closed by foreign host.\n", True),
        ("", False),
        ("$ telnet other 25\n220 b ESMTP\nDATA\n354 go\nx\n.\n250 ok\n", False),
        ("220 b ESMTP\nQUIT\n221 b\n", False),
    ],
)
def test_a_message_that_never_ended(behind: str, closed: bool) -> None:
    first, *_others = connections(f"220 a ESMTP\nDATA\n354 go\nhalf a mes\n{behind}")
    assert first[3] == ("C", b"half a mes\r\n")
    assert first[4:] == ([("*", b"connection closed by server")] if closed else [])


def test_the_client_left() -> None:
    text = "220 a ESMTP\nHELO x\n250 b\ntelnet> quit\nConnection closed.\n"
    assert said(text)[-1] == "* connection closed by client"


def test_a_reply_that_never_came_before_the_next_connection() -> None:
    assert len(connections("220 a ESMTP\nHELO x\n220 b ESMTP\nHELO y\n250 c\n")) == 2


def test_starttls_is_no_new_connection() -> None:
    assert len(connections("220 a ESMTP\nSTARTTLS\n220 go\n")) == 1


def test_turned_away() -> None:
    text = "Trying 1.2.3.4...\nConnected to mx.\n554 no service here\nQUIT\n221 b\n"
    assert said(text)[0] == "S 554 no service here"
    assert connections("554 no service here\n") == []


def test_begins_after_the_greeting() -> None:
    text = "Then we typed\nEHLO me\nand the server said\n250 ok\nMAIL FROM:<a@b>\n550 no\n"
    assert said(text) == ["C EHLO me", "S 250 ok", "C MAIL FROM:<a@b>", "S 550 no"]


def test_chunks() -> None:
    text = "220 a ESMTP\nBDAT 12 LAST\nabcd\n250 x\n250 ok\nQUIT\n221 b\n"
    assert said(text) == [
        "S 220 a ESMTP",
        "C BDAT 12 LAST",
        "C abcd",
        "C 250 x",
        "S 250 ok",
        "C QUIT",
        "S 221 b",
    ]


def test_lmtp_replies_for_each_recipient() -> None:
    text = "220 a LMTP ESMTP\nDATA\n354 go\nx\n.\n250 one\n450 two\nQUIT\n221 b\n"
    assert said(text)[-4:] == ["S 250 one", "S 450 two", "C QUIT", "S 221 b"]


@pytest.mark.parametrize("label", ["Step 2: ", "步骤2：", "第二步：", "2. ", "3) ", "2、"])
def test_labels_of_a_tutorial(label: str) -> None:
    text = (
        f"220 a ESMTP\n{label}HELO x\n250 b\n{label}DATA\n354 go\nthe message:\n{label}Subject: x\n"
        "\n2. item\n.\n250 k\n"
    )
    assert said(text)[1::2][:2] == ["C HELO x", "C DATA"]
    assert said(text)[5:] == ["C Subject: x", "C ", "C 2. item", "C .", "S 250 k"]


def test_a_long_text_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_telnet, "MOST_OCTETS", 1000)
    steps = only("220 a ESMTP\nDATA\n354 go\n" + "text\n" * 10_000)
    assert len(steps) < 210


def test_a_row_of_the_margin_alone_is_empty() -> None:
    text = (
        "> 220 a ESMTP\n> DATA\n> 354 go\n> Subject: x\n>\n> text\nwrapped by a mail program\n> .\n> 250 k\n"
    )
    assert said(text)[3:-1] == ["C Subject: x", "C ", "C text", "C wrapped by a mail program", "C ."]


def test_a_login_given_up() -> None:
    text = "220 a ESMTP\nAUTH LOGIN\n334 VXNlcm5hbWU6\nConnection closed by foreign host.\n"
    assert said(text)[-1] == "* connection closed by server"


def test_prose_behind_the_last_command() -> None:
    text = (
        "220 a ESMTP\nQUIT\n221 b\n\nConnection closed by foreign host.\nConnection closed by foreign host.\n"
    )
    assert said(text)[3:] == ["* connection closed by server"]
    assert said("220 a ESMTP\nQUIT\n221 b\nThat was all.\nConnection closed by foreign host.\n")[3:] == []


def test_a_code_that_was_missed() -> None:
    """The reply to RCPT is not in the paste: 354 can only answer DATA."""
    text = "220 a ESMTP\nRCPT TO:<c@d>\nDATA\n354 go\ntext\n.\n250 k\n"
    assert said(text)[4:] == ["C text", "C .", "S 250 k"]


def test_a_message_of_many_rows_without_labels() -> None:
    text = "220 a ESMTP\nStep 1: HELO x\n250 b\nDATA\n354 go\nSubject: y\n.\n250 k\n"
    assert said(text)[5:] == ["C Subject: y", "C .", "S 250 k"]
    assert said("220 a ESMTP\nStep 1: DATA\n354 go\nSubject: y\n")[3:] == ["C Subject: y"]


def test_a_reply_nobody_asked_for() -> None:
    text = "220 a ESMTP\nHELO x\n250 b\n421-too long\n421 you wait\n"
    assert said(text)[3:] == ["S 421-too long", "S 421 you wait"]


def test_an_unanswered_last_row() -> None:
    text = "220 a ESMTP\nHELO x\n250 b\nhello again\n\n"
    assert said(text)[3:] == [], "nobody answered it: it may be prose"


def test_a_second_window_amid_a_login() -> None:
    first, second = connections("220 a ESMTP\nAUTH LOGIN\n334 \nso far so good\n" + LINUX)
    assert first == [("S", b"220 a ESMTP\r\n"), ("C", b"AUTH LOGIN\r\n"), ("S", b"334 \r\n")]
    assert len(second) == 7


def test_a_login_that_took_too_long() -> None:
    assert said("220 a ESMTP\nAUTH LOGIN\n334 VXNlcm5hbWU6\n421 too slow\n")[3:] == ["S 421 too slow"]


def test_the_server_hung_up_instead_of_a_reply() -> None:
    text = "220 a ESMTP\nHELO x\nConnection closed by foreign host.\n"
    assert said(text)[2:] == ["* connection closed by server"]


def test_a_command_that_prose_names_is_no_dialogue() -> None:
    prose = "".join(f"It is explained in part {part}.\n" for part in range(8))
    text = f"HELO me.example\n{prose}220 a ESMTP\nHELO x\n250 b\n"
    assert said(text) == ["S 220 a ESMTP", "C HELO x", "S 250 b"]


def test_a_greeting_where_a_command_is_due_begins_another_connection() -> None:
    text = "220 a ESMTP\nHELO x\n250 b\n220 c ESMTP\nHELO y\n250 d\n"
    assert [steps[0] for steps in connections(text)] == [("S", b"220 a ESMTP\r\n"), ("S", b"220 c ESMTP\r\n")]
