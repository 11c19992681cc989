"""A window of ``openssl s_client``. Whole ones are in test_printed.py; here is what those do not show."""

from __future__ import annotations

from itertools import chain

import pytest

from tests.practice.test_reading import connections, form, only
from tui.practice.checklist import advance_all, start
from tui.practice.facts import facts_of
from tui.practice.reading import Form
from tui.practice.reading_openssl import is_handshake
from tui.practice.recording import About, record, told
from tui.practice.replaying import replay
from tui.practice.retyping import plan
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import Event, Found


def told_of(text: str) -> list[tuple[Event, About]]:
    found = record(text.encode().split(b"\n"))
    assert found is not None
    return list(told(found.connections[0]))


def said(text: str) -> list[str]:
    return [f"{side} {octets.decode().removesuffix(chr(13) + chr(10))}" for side, octets in only(text)]


HANDSHAKE = """\
$ openssl s_client -connect mail.example:465
CONNECTED(00000003)
depth=0 CN = mail.example
verify return:1
---
Certificate chain
 0 s:CN = mail.example
---
New, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384
Verify return code: 0 (ok)
---
"""
TLS = "* TLS handshake complete: TLSv1.3 TLS_AES_256_GCM_SHA384"
HELLO = "220 mail.example ESMTP\nEHLO me.example\n250 mail.example\n"
HELLO_SAID = ["S 220 mail.example ESMTP", "C EHLO me.example", "S 250 mail.example"]


def test_a_window() -> None:
    assert form(HANDSHAKE + HELLO) is Form.OPENSSL
    assert said(HANDSHAKE + HELLO) == [TLS, *HELLO_SAID]


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        ("Verify return code: 0 (ok)", ""),
        ("Verify return code: 21 (unable to verify the first certificate)", " NOT VERIFIED"),
    ],
)
def test_what_openssl_says_of_the_certificate(row: str, verdict: str) -> None:
    text = HANDSHAKE.replace("Verify return code: 0 (ok)", row)
    assert said(text + HELLO)[0] == TLS + verdict


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        ("depth=0 CN = x\nverify return:1\n", ""),
        (
            "depth=0 CN = x\nverify error:num=20:unable to get local issuer certificate\nverify return:1\n",
            " NOT VERIFIED",
        ),
    ],
)
def test_a_quiet_one(rows: str, verdict: str) -> None:
    assert said(rows + HELLO)[0] == f"* TLS handshake complete:  {verdict}"


def test_lines_that_openssl_keeps_for_itself() -> None:
    text = f"{HANDSHAKE}{HELLO}RCPT TO:<a@b.c>\nRENEGOTIATING\ndepth=0 CN = mail.example\nverify return:1\n"
    assert said(f"{text}NOOP\n250 ok\nQUIT\nDONE\n") == [
        TLS, *HELLO_SAID, "C NOOP", "S 250 ok", "* connection closed by client",
    ]  # fmt: skip


def test_an_end_of_input_ends_it_too() -> None:
    assert said(f"{HANDSHAKE}{HELLO}DONE\n") == [TLS, *HELLO_SAID, "* connection closed by client"]


@pytest.mark.parametrize(
    "row",
    ["closed", "read:errno=0", "40C7:error:0A000126:SSL routines:ssl3_read_n:unexpected eof while reading:x"],
)
def test_a_server_that_hangs_up(row: str) -> None:
    assert said(f"{HANDSHAKE}{HELLO}{row}\n")[-1] == "* connection closed by server"


def test_rules_of_a_message_stay() -> None:
    text = f"{HANDSHAKE}{HELLO}DATA\n354 go\nSubject: x\n\n---\n    17 03\nclosed\n.\n250 ok\n"
    assert said(text)[6:12] == ["C Subject: x", "C ", "C ---", "C     17 03", "C closed", "C ."]


def test_what_is_dumped_between_the_lines() -> None:
    text = (
        f"{HANDSHAKE}220 mail.example ESMTP\nDATA\n"
        ">>> TLS 1.2, RecordHeader [length 0005]\n    17 03 03 00 16\n<<< ??? [length 0001]\n    17\n354 go\n"
        "read from 0x56 [0x57] (5 bytes => 5 (0x5))\n0000 - 17 03 03   ....6\nx\n"
        "write to 0x56 [0x57] (5 bytes => 5 (0x5))\n0000 - 17 03 03   ....6\nSSL_connect:SSLv3/TLS\n"
        ".\n250 ok\n"
    )
    assert said(text) == [TLS, "S 220 mail.example ESMTP", "C DATA", "S 354 go", "C x", "C .", "S 250 ok"]


def test_starttls_is_hidden() -> None:
    facts = facts_of(only(f"{HANDSHAKE}250 SMTPUTF8\nEHLO me.example\n250 mail.example\nNOOP\n250 ok\n"))
    assert facts["greeting"] is None
    assert facts["tls_kind"] == "starttls"
    assert facts["helo"] == {"verb": "EHLO", "name": "me.example"}
    assert [command["tls"] for command in facts["commands"]] == [True, True]


def test_a_block_without_an_end() -> None:
    text = f"CONNECTED(00000003)\nNew, TLSv1.3, Cipher is A\n{HELLO}"
    assert said(text)[1:] == HELLO_SAID


@pytest.mark.parametrize("second", [HANDSHAKE, "depth=0 CN = x\nverify return:1\n"])
def test_one_window_behind_the_other(second: str) -> None:
    first, last = connections(f"{HANDSHAKE}{HELLO}{second}{HELLO}")
    assert first[0] == ("*", TLS.removeprefix("* ").encode())
    assert first[1:] == last[1:]
    assert last[0][1].startswith(b"TLS handshake complete: ")


def test_a_telnet_window_behind_it_is_in_clear() -> None:
    telnet = "$ telnet mail.example 25\nTrying 192.0.2.1...\nConnected to mail.example.\n"
    first, second = connections(f"{HANDSHAKE}{HELLO}{telnet}{HELLO}")
    assert first == [("*", TLS.removeprefix("* ").encode()), *second]
    first, second = connections(f"{telnet}{HELLO}{HANDSHAKE}{HELLO}")
    assert second == [("*", TLS.removeprefix("* ").encode()), *first]


def test_a_certificate_alone_is_no_dialogue() -> None:
    assert connections(HANDSHAKE) == []
    assert connections(f"{HANDSHAKE}HTTP/1.1 200 OK\n") == []
    assert form(f"openssl s_client -connect x:465 shows more.\n{HELLO}") is Form.TELNET


#: What openssl 3.0 printed around a dialogue that came out of a pipe, shortened.
TICKET = """\
---
Post-Handshake New Session Ticket arrived:
SSL-Session:
    Protocol  : TLSv1.3
    Resumption PSK: 50F315A2C7E658DB
    TLS session ticket:
    0000 - c6 90 0d 46 6d cb 76 a2-31 b9 78 3f 52 64 4c e2   ...Fm.v.1.x?RdL.

    Verify return code: 0 (ok)
    Max Early Data: 0
---
read R BLOCK
"""
QUIET = "depth=0 CN = sandbox.test\nverify return:1\n"
EHLO = "250-sandbox.test Hello me.test\n250-SIZE 1000\n250 DSN\n"
ANSWERS = f"{EHLO}530 5.7.0 Log in with AUTH first\n"
SILENT = "* client not shown"
EHLO_SAID = [f"S {row}" for row in EHLO.splitlines()]
ANSWERS_SAID = [*EHLO_SAID, "S 530 5.7.0 Log in with AUTH first"]


MX = "220 mx here\n"
MX_SAID = "S 220 mx here"
QUIET_TLS = "* TLS handshake complete:  "
BY_CLIENT, BY_SERVER = "* connection closed by client", "* connection closed by server"


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        (f"{HANDSHAKE}{TICKET}{MX}{ANSWERS}DONE\n", [TLS, SILENT, MX_SAID, *ANSWERS_SAID, BY_CLIENT]),
        (f"{QUIET}{MX}{ANSWERS}", [QUIET_TLS, SILENT, MX_SAID, *ANSWERS_SAID]),
        # -starttls smtp: no greeting, and the end of the reply to openssl's own EHLO
        (f"{HANDSHAKE}250 DSN\n{TICKET}{ANSWERS}closed\n", [TLS, SILENT, *ANSWERS_SAID, BY_SERVER]),
        (f"{QUIET}250 DSN\n{ANSWERS}", [QUIET_TLS, SILENT, *ANSWERS_SAID]),
        # without what openssl says on stderr, nor a greeting; and what nc prints
        (f"250 DSN\n{EHLO}", [SILENT, "S 250 DSN", *EHLO_SAID]),
        (f"{MX}{ANSWERS}", [SILENT, MX_SAID, *ANSWERS_SAID]),
        # nothing is missing where nobody was asked anything
        (f"{HANDSHAKE}{MX}{TICKET}421 4.4.2 too slow\n", [TLS, MX_SAID, "S 421 4.4.2 too slow"]),
        (f"{HANDSHAKE}{MX}DONE\n", [TLS, MX_SAID, BY_CLIENT]),
        (f"{HANDSHAKE}{MX}250-cut off\n", [TLS, SILENT, MX_SAID, "S 250-cut off"]),
    ],
)
def test_only_the_server_speaks_where_stdin_was_a_pipe(text: str, steps: list[str]) -> None:
    assert said(text) == steps


def test_what_each_reply_answers_is_not_known_and_is_nobodys_fault() -> None:
    for text in (f"{HANDSHAKE}220 mx here\n{ANSWERS}", f"{HANDSHAKE}250 DSN\n{ANSWERS}"):
        events = list(chain.from_iterable(replay(Dialogue(), only(text))))
        assert not [event for event in events if isinstance(event, Found)]
        assert not advance_all(start(), events).client_shown
        facts = facts_of(only(text))
        assert facts["client_shown"] is False
        assert facts["extensions"] == {"SIZE": "1000", "DSN": ""}
        assert [one["code"] for one in facts["unsolicited_replies"]] == [250, 530]
    assert "client_shown" not in facts_of(only(HANDSHAKE + HELLO))


def test_prices_are_no_replies() -> None:
    assert connections("250 apples\n300 pears\n") == []
    assert connections("250-apples\n250 pears\nand plums\n") == []


def test_a_handshake_is_known_without_a_dialogue() -> None:
    assert is_handshake(HANDSHAKE.encode().split(b"\n"))
    assert not is_handshake(HELLO.encode().split(b"\n"))
    assert plan(told_of(f"{HANDSHAKE}220 mx\n{ANSWERS}")).silent
