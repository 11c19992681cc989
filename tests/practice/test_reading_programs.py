"""Forms that mark both sides, as programs print them: swaks, curl, smtplib, Postfix. Whole runs of them are
in test_printed.py; here is what those do not show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.practice.test_reading import connections, form, only, rows
from tui.practice import reading_postfix
from tui.practice.facts import facts_of
from tui.practice.reading import Form, Step, read


def said(text: str) -> list[str]:
    """The one connection as ``C line`` and ``S line``."""
    return [f"{side} {octets.decode().removesuffix(chr(13) + chr(10))}" for side, octets in only(text)]


# -- what is not there


def test_a_text_that_begins_inside_a_reply() -> None:
    assert said("<-  250-SIZE\n<-  250 HELP\n -> MAIL FROM:<a@b.c>\n<-  250 ok\n") == [
        "C MAIL FROM:<a@b.c>",
        "S 250 ok",
    ]


def test_a_text_that_begins_inside_a_message() -> None:
    text = "<-  354 go\n -> Subject: x\n -> \n -> .\n<-  250 ok\n -> QUIT\n<-  221 bye\n"
    for part in (text, text[text.index(" -> Sub") :], text[text.index(" -> .\n") :]):
        assert said(part) == ["C QUIT", "S 221 bye"]


@pytest.mark.parametrize("text", ["<-  334 x\n -> c2VjcmV0\n<-  235 in\n", " -> c2VjcmV0\n<-  235 in\n"])
def test_a_text_that_begins_inside_a_login(text: str) -> None:
    assert said(f"{text} -> QUIT\n<-  221 bye\n") == ["C QUIT", "S 221 bye"]


def test_nothing_but_the_rest_of_a_reply() -> None:
    assert connections("<-  250-SIZE\n<-  250 HELP\n") == []


def test_a_server_that_refuses_at_once() -> None:
    assert said("<** 554 no\n -> QUIT\n<-  221 bye\n")[0] == "S 554 no"


def test_a_client_that_speaks_first() -> None:
    """swaks --proxy."""
    assert said("=== Connected to x.\n -> PROXY TCP4 192.0.2.1 192.0.2.2 1 25\n<-  220 a\n")[1].startswith(
        "C PROXY"
    )


def test_a_message_that_is_not_shown_ends_with_the_reply() -> None:
    (transaction,) = facts_of(
        only("<-  220 a\n -> MAIL FROM:<a@b.c>\n<-  250 k\n -> DATA\n<-  354 go\n[...]\n<-  250 ok\n")
    )["transactions"]
    assert transaction["message"] is None
    assert transaction["outcome"] == "accepted"


def test_a_server_that_shuts_down_inside_a_message() -> None:
    text = "< 220 a\r\n> DATA\r\n< 354 go\r\n< 421 timeout\r\n* Closing connection 0\n"
    assert said(text)[3:] == ["* message not shown", "S 421 timeout", "* connection closed by server"]


def test_a_text_that_ends_inside_a_message() -> None:
    assert said("< 220 a\n> DATA\n< 354 go\n")[3:] == ["* message not shown"]


def test_what_follows_starttls_is_encrypted() -> None:
    text = "".join(
        f"{row}\\r\\n'\n" for row in ("reply: b'220 a", "send: 'starttls", "reply: b'220 go", "send: 'ehlo x")
    )
    assert facts_of(only(text))["tls_kind"] == "starttls"
    assert facts_of(only(text.replace("220 go", "454 no")))["tls_kind"] is None


def test_what_is_sent_too_early_behind_starttls_begins_no_new_connection() -> None:
    """Its 220 is still due, and what came before it is what RFC 3207 §4.2 has thrown away."""
    lines = (
        "S: 220 a",
        "C: EHLO x",
        "S: 250 a",
        "C: STARTTLS",
        "C: NOOP",
        "S: 220 go",
        "C: EHLO x",
        "S: 250 a",
    )
    facts = facts_of(only("\n".join(lines)))
    assert (facts["starttls_discarded_plaintext"], facts["tls_active"]) == ("NOOP\r\n", True)


@pytest.mark.parametrize("note", ["* TLS handshake complete: TLSv1.3 X\n", ""])
def test_a_handshake_that_goes_without_saying_in_marked_lines(note: str) -> None:
    """A server that goes on in plain text would answer nothing that can be read."""
    text = f"S: 220 a\nC: STARTTLS\nS: 220 go\n{note}C: EHLO x\nS: 250 a\n"
    notes = [octets for side, octets in only(text) if side == "*"]
    assert len(notes) == 1
    assert notes[0].startswith(b"TLS handshake complete: ")
    facts = facts_of(only(text))
    assert (facts["tls_active"], facts["starttls_discarded_plaintext"]) == (True, None)


# -- swaks


def test_swaks_tells_how_it_ended() -> None:
    text = "=== Connected to x.test.\n<-  220 a\n -> EHLO b\n"
    assert (
        said(text + "*** Remote host closed connection unexpectedly.\n")[-1]
        == "* connection closed by server"
    )
    assert said(text + "=== Connection closed with remote host.\n")[-1] == "* connection closed by client"


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("", " VERIFICATION NOT SHOWN"),
        ("=== TLS peer certificate passed CA verification, passed host verification (using host a)", ""),
        (
            "=== TLS peer certificate passed CA verification, failed host verification (using host a)",
            " NOT VERIFIED",
        ),
        ("=== TLS peer certificate failed CA verification (self-signed certificate)", " NOT VERIFIED"),
    ],
)
def test_swaks_tells_of_the_certificate(note: str, told: str) -> None:
    text = f"=== TLS started with cipher TLSv1.3:TLS_AES_256_GCM_SHA384:256\n{note}\n<~  220 a\n"
    assert said(text)[0] == f"* TLS handshake complete: TLSv1.3 TLS_AES_256_GCM_SHA384{told}"


def test_an_older_swaks() -> None:
    text = "=== TLS started w/ cipher AES256-SHA\n<~  220 a\n ~> QUIT\n<~  221 b\n"
    assert said(text)[0] == "* TLS handshake complete:  AES256-SHA VERIFICATION NOT SHOWN"


def test_rows_whose_end_was_trimmed() -> None:
    assert said("<-  220 a\n -> DATA\n<-  354 go\n ->\n -> .\n<-  250\n") == [
        "S 220 a", "C DATA", "S 354 go", "C ", "C .", "S 250",
    ]  # fmt: skip


# -- smtplib


def test_python_2() -> None:
    text = "connect: ('x.test', 25)\nreply: '220 a\\r\\n'\nreply: retcode (220); Msg: a\nsend: 'quit\\r\\n'\n"
    assert only(text) == [("*", b"connected to x.test:25"), ("S", b"220 a\r\n"), ("C", b"quit\r\n")]


def test_a_connection_that_python_lost() -> None:
    text = (
        "reply: b'220 a\\r\\n'\nsend: 'ehlo x\\r\\n'\nTraceback (most recent call last):\n  File \"x.py\"\n"
        "smtplib.SMTPServerDisconnected: Connection unexpectedly closed\n"
    )
    assert only(text)[-1] == ("*", b"connection closed by server")


@pytest.mark.parametrize(
    ("written", "octets"),
    [
        (r"'a\\b\'c\"d\t\r\n'", b"a\\b'c\"d\t\r\n"),
        (r"""b"it's \xe4\xb8\xad\x00" """.strip(), b"it's \xe4\xb8\xad\x00"),
        (r"'\xe9\u4e2d\U0001f600'", "é中😀".encode()),
        ("'中'", "中".encode()),
        (r"'\ud800\U00110000\q'", rb"?\U00110000\q"),
    ],
)
def test_strings_as_python_writes_them(written: str, octets: bytes) -> None:
    assert only(f"reply: b'220 a\\r\\n'\nsend: {written}\n")[1] == ("C", octets)


def test_a_message_that_was_cut_off() -> None:
    text = (
        "reply: b'220 a\\r\\n'\nsend: 'data\\r\\n'\nreply: b'354 go\\r\\n'\nsend: b'Subject: x\\r\\nlong\\x\n"
    )
    assert only(text + "reply: b'250 ok\\r\\n'\n")[3:] == [
        ("*", b"message not shown"),
        ("C", b".\r\n"),
        ("S", b"250 ok\r\n"),
    ]


def test_nothing_sent_is_nothing_said() -> None:
    assert only("reply: b'220 a\\r\\n'\nsend: ''\nsend: 'quit\\r\\n'\n") == [
        ("S", b"220 a\r\n"),
        ("C", b"quit\r\n"),
    ]


# -- curl


def test_a_progress_meter_in_between() -> None:
    text = (
        "  % Total    % Received\n"
        "\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0"
        "* Connected to x.test (192.0.2.1) port 25\n< 220 a\r\n"
        "\r100   191    0     0  101   194      0   3587  0:00:01 --:--:--  0:00:01  3592> EHLO b\r\n"
    )
    assert said(text) == ["* connected to x.test 192.0.2.1:25", "S 220 a", "C EHLO b"]


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        ("SSL certificate verify ok.", ""),
        ("SSL certificate verified via OpenSSL.", ""),
        ("SSL certificate verify result: self-signed certificate (18), continuing anyway.", " NOT VERIFIED"),
        ("Server certificate:", " VERIFICATION NOT SHOWN"),
    ],
)
def test_curl_tells_of_the_certificate(verdict: str, told: str) -> None:
    text = f"* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384 / x25519\n*  {verdict}\n< 220 a\n"
    assert said(text)[0] == f"* TLS handshake complete: TLSv1.3 TLS_AES_256_GCM_SHA384{told}"


def test_a_newer_curl() -> None:
    text = (
        "* Host mail.example:587 was resolved.\n* IPv4: 192.0.2.1\n*   Trying 192.0.2.1:587...\n"
        "* Established connection to mail.example (192.0.2.1 port 587) from 192.0.2.2 port 40000\n"
        "< 220 a\n> QUIT\n< 221 b\n* shutting down connection #0\n"
    )
    assert said(text) == [
        "* connected to mail.example 192.0.2.1:587",
        "S 220 a",
        "C QUIT",
        "S 221 b",
        "* connection closed by server",
    ]


def test_a_connection_that_curl_lost() -> None:
    text = "< 220 a\n> EHLO b\n* Recv failure: Connection reset by peer\n* Closing connection 0\n"
    assert said(text)[2] == "* connection closed by server"


def test_ids_of_transfers() -> None:
    assert said("10:29:36.6 [0-0] < 220 a\n10:29:36.7 [0-0] > QUIT\n") == ["S 220 a", "C QUIT"]
    text = (
        "[0-0] <= Recv header, 7 bytes (0x7)\n0000: 220 a\n[0-0] => Send header, 6 bytes (0x6)\n0000: QUIT\n"
    )
    assert said(text) == ["S 220 a", "C QUIT"]


def test_a_long_line_of_a_trace() -> None:
    line = "220 " + "x" * 100
    text = f"<= Recv header, 106 bytes (0x6a)\n0000: {line[:64]}\n0040: {line[64:]}\n"
    assert said(text) == [f"S {line}"]


def test_a_trace_of_a_message_without_its_end() -> None:
    text = (
        "<= Recv header, 5 bytes (0x5)\n0000: 220\n=> Send header, 6 bytes (0x6)\n0000: DATA\n"
        "<= Recv header, 8 bytes (0x8)\n0000: 354 go\n=> Send data, 1 bytes (0x1)\n0000: x\n"
        "<= Recv header, 5 bytes (0x5)\n0000: 250\n"
    )
    assert only(text)[3:] == [("C", b"x"), ("C", b"\r\n.\r\n"), ("S", b"250\r\n")]


def test_blocks_without_octets() -> None:
    text = "<= Recv header, 7 bytes (0x7)\n0000: 220 a\n=> Send data, 0 bytes (0x0)\n"
    assert said(text + "=> Send header, 6 bytes (0x6)\n0000: QUIT\n") == ["S 220 a", "C QUIT"]


@pytest.mark.parametrize(
    ("row", "exact"),
    [
        ("Dots. And e.g. dots.", True),
        ("..stuffed", True),
        ("a ...... b", False),
        (".boundary=x", False),
    ],
)
def test_dots_that_stand_for_octets(row: str, exact: bool) -> None:
    text = (
        "<= Recv header, 5 bytes (0x5)\n0000: 220\n=> Send header, 6 bytes (0x6)\n0000: DATA\n"
        f"<= Recv header, 5 bytes (0x5)\n0000: 354\n=> Send data, {len(row) + 2} bytes (0x1)\n0000: {row}\n"
    )
    assert (("*", b"message not shown exactly") in only(text)) is not exact


def test_an_excerpt_of_curl() -> None:
    rows = "> MAIL FROM:<a@b.c>\n< 250 ok\n> RCPT TO:<b@b.c>\n< 550 no\n"
    assert said(rows) == ["C MAIL FROM:<a@b.c>", "S 250 ok", "C RCPT TO:<b@b.c>", "S 550 no"]


def test_curl_that_was_quoted_is_no_dialogue() -> None:
    assert form("> 220 a ESMTP\n> EHLO b\n> 250 ok\n") is Form.TELNET


# -- Postfix


def log(*lines: str, pid: int = 7, stamp: str = "Nov 29 10:29:36 mail") -> str:
    return "".join(f"{stamp} postfix/smtpd[{pid}]: {line}\n" for line in lines)


ONE = (
    "connect from client.example[192.0.2.7]",
    "> client.example[192.0.2.7]: 220 mail.example ESMTP",
    "< client.example[192.0.2.7]: QUIT",
    "> client.example[192.0.2.7]: 221 2.0.0 Bye",
    "disconnect from client.example[192.0.2.7] quit=1 commands=1",
)
ONE_SAID = [
    ("S", b"220 mail.example ESMTP\r\n"),
    ("C", b"QUIT\r\n"),
    ("S", b"221 2.0.0 Bye\r\n"),
    ("*", b"connection closed by server"),
]


@pytest.mark.parametrize(
    "stamp",
    ["Nov 29 10:29:36 mail", "2026-11-29T10:29:36.123456+00:00 mail", "<22>1 2026-11-29T10:29:36Z mail", ""],
)
def test_times_of_any_form(stamp: str) -> None:
    assert form(log(*ONE, stamp=stamp)) is Form.POSTFIX
    assert only(log(*ONE, stamp=stamp)) == ONE_SAID


@pytest.mark.parametrize("name", ["postfix/submission/smtpd", "postfix-out/smtpd", "smtpd"])
def test_names_of_services(name: str) -> None:
    assert only(log(*ONE).replace("postfix/smtpd", name)) == ONE_SAID


@pytest.mark.parametrize("client", ["unknown[2001:db8::7]", "client.example[192.0.2.7]:4242"])
def test_names_of_clients(client: str) -> None:
    assert only(log(*ONE).replace("client.example[192.0.2.7]", client)) == ONE_SAID


def test_a_process_serves_one_after_the_other() -> None:
    assert connections(log(*ONE) + log(*ONE)) == [ONE_SAID, ONE_SAID]
    assert connections(log(*ONE[:4]) + log(*ONE)) == [ONE_SAID[:3], ONE_SAID]


def sending(*lines: str) -> str:
    """The log of the program that sends: it has no row for a new connection, and puts QUIT behind the dot."""
    return "".join(f"Nov 29 10:29:36 mail postfix/smtp[9]: {line}\n" for line in lines)


SENT = (
    "< mx.y.test[192.0.2.9]:25: 220-mx.y.test",
    "< mx.y.test[192.0.2.9]:25: 220 ESMTP",
    "> mx.y.test[192.0.2.9]:25: STARTTLS",
    "< mx.y.test[192.0.2.9]:25: 220 go",
    "Untrusted TLS connection established to mx.y.test[192.0.2.9]:25: TLSv1.3 with cipher AES (256/256 bits)",
    "> mx.y.test[192.0.2.9]:25: MAIL FROM:<a@x.test>",
    "> mx.y.test[192.0.2.9]:25: RCPT TO:<b@y.test>",
    "> mx.y.test[192.0.2.9]:25: RCPT TO:<c@y.test>",
    "> mx.y.test[192.0.2.9]:25: DATA",
    "< mx.y.test[192.0.2.9]:25: 250 ok",
    "< mx.y.test[192.0.2.9]:25: 250 ok",
    "< mx.y.test[192.0.2.9]:25: 450-4.7.1 Greylisted",
    "2B1: to=<c@y.test>, relay=mx.y.test[192.0.2.9]:25, dsn=4.7.1, status=deferred (host said: 450-4.7.1 no)",
    "< mx.y.test[192.0.2.9]:25: 450 4.7.1 come back",
    "< mx.y.test[192.0.2.9]:25: 354 go",
    "> mx.y.test[192.0.2.9]:25: .",
    "> mx.y.test[192.0.2.9]:25: QUIT",
    "< mx.y.test[192.0.2.9]:25: 250 queued",
)


@pytest.mark.parametrize("name", ["smtp", "lmtp", "relay/smtp"])
def test_the_log_of_the_program_that_sends(name: str) -> None:
    both = connections(sending(*SENT, *SENT).replace("postfix/smtp[", f"postfix/{name}["))
    assert len(both) == 2
    for steps in both:
        facts = facts_of(steps)
        (mail,) = facts["transactions"]
        assert [one["code"] for one in mail["recipients"]] == [250, 450]
        assert (mail["outcome"], mail["message"]) == ("accepted", None)
        assert (facts["tls_active"], facts["unsolicited_replies"]) == (True, [])


def test_one_that_stays_open_holds_the_others_back_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    text = log(*ONE[:3]) + log(*ONE, pid=8) + log(*ONE[3:])
    assert connections(text) == [ONE_SAID, ONE_SAID]
    monkeypatch.setattr(reading_postfix, "MOST_OCTETS", 100)
    assert connections(text) == [ONE_SAID[:2], ONE_SAID]


def test_a_log_that_begins_later() -> None:
    assert connections(log(*ONE[2:])) == [ONE_SAID[1:]]
    assert connections(log(*ONE[4:]) + log(*ONE)) == [ONE_SAID]


def test_a_long_log_in_which_somebody_speaks_late() -> None:
    quiet = log("connect from unknown[192.0.2.9]", "disconnect from unknown[192.0.2.9]")
    assert connections(quiet * 3000 + log(*ONE)) == [ONE_SAID]
    assert connections(quiet * 3000) == []


def test_a_log_without_a_dialogue_hides_no_other_form() -> None:
    assert form(log(*ONE[:1], *ONE[4:]) + "220 a ESMTP\nQUIT\n221 b\n") is Form.TELNET


def test_a_chunk_that_is_not_logged() -> None:
    text = log(
        *ONE[:2],
        "< client.example[192.0.2.7]: EHLO a",
        "> client.example[192.0.2.7]: 250 mail.example",
        "< client.example[192.0.2.7]: MAIL FROM:<a@b.c>",
        "> client.example[192.0.2.7]: 250 2.1.0 Ok",
        "< client.example[192.0.2.7]: RCPT TO:<a@b.c>",
        "> client.example[192.0.2.7]: 250 2.1.5 Ok",
        "< client.example[192.0.2.7]: BDAT 300 LAST",
        "> client.example[192.0.2.7]: 250 2.0.0 Ok: 300 bytes queued as A",
        *ONE[2:],
    )
    facts = facts_of(only(text))
    assert facts["final_state"] == "quit"
    assert facts["accepted_messages"] == 1
    assert facts["transactions"][0]["message"] is None


def test_a_client_that_is_lost_in_its_message() -> None:
    text = log(
        *ONE[:2],
        "< client.example[192.0.2.7]: MAIL FROM:<a@b.c>",
        "> client.example[192.0.2.7]: 250 2.1.0 Ok",
        "< client.example[192.0.2.7]: DATA",
        "> client.example[192.0.2.7]: 354 End data with <CR><LF>.<CR><LF>",
        "lost connection after DATA (17 bytes) from client.example[192.0.2.7]",
        "disconnect from client.example[192.0.2.7] mail=1 data=0/1 commands=1/2",
    )
    facts = facts_of(only(text))
    assert facts["closed_by"] == "client"
    assert facts["transactions"][0]["outcome"] == "aborted"
    assert facts["transactions"][0]["message"] is None


# -- whatever is in there

FRAGMENTS = (
    *("<-  220 a", "<** 550 no", "<~  250 b", " -> DATA", " ~> .", " -> 3 lines sent", "*** no"),
    *("=== Connected to x.", "=== TLS started with cipher TLSv1.3:A:256", "=== Dropping connection"),
    *(" -> AUTH PLAIN c2VjcmV0", "<-  354 go", "reply: b'220 a\\r\\n'", "send: 'data\\r\\n'", "send: b'x"),
    *("reply: b'354 go\\r\\n'", "connect: to ('x', 25) None", "connect: ('x', 25)", "send: 'starttls'"),
    *("reply: retcode (250); Msg: b'x'", "SMTPServerDisconnected: x", "* Connected to x", "< 220 a"),
    *("> STARTTLS", "* SSL connection using TLSv1.3 / A", "* Closing connection 0", "> < 220 a"),
    *("=> Send data, 4 bytes (0x4)", "<= Recv header, 5 bytes (0x5)", "0000: 220", "0004: x"),
    *("0000: 32 32 30 0d 0a 220..", "    <-  220 a", "prose", "", ">", "CONNECTED(00000003)", "---"),
    *log(*ONE).splitlines(),
    *log(*ONE, pid=8).splitlines(),
    *("Post-Handshake New Session Ticket arrived:", "Verify return code: 0 (ok)", "depth=0 CN = x"),
    *("verify return:1", "DONE", "closed", "220 a ESMTP", "EHLO b", "250 c", "RENEGOTIATING", "RCPT"),
    *("<<< TLS 1.2, RecordHeader [length 0005]", "    17 03 03", "read R BLOCK", "QUIT", "DATA"),
    *("354 go", ".", "S: 220 x"),
)


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40))
def test_no_mixture_raises(lines: list[str]) -> None:
    reading = read([line.encode() for line in lines])
    if reading is not None:
        for steps in reading.connections:
            assert facts_of(steps)


@given(st.lists(st.tuples(st.sampled_from(FRAGMENTS), st.binary(max_size=12)), max_size=30))
def test_no_row_raises(parts: list[tuple[str, bytes]]) -> None:
    for lines in (
        [head.encode() + tail for head, tail in parts],
        [tail + head.encode() for head, tail in parts],
    ):
        reading = read(lines)
        if reading is not None:
            for steps in reading.connections:
                assert all(side in "SC*" for side, _octets in steps)


HUGE = 1 << 16


@pytest.mark.parametrize(
    "row",
    [
        b" " * HUGE,
        b">" * HUGE,
        b"> " * HUGE,
        b"-" * HUGE,
        b"1 " * HUGE,
        b"[0-0] " * HUGE,
        b"0000: " + b"20 " * HUGE,
        b"send: b'" + b"\\x" * HUGE,
        b"send: '" + b"\\" * HUGE,
        b"smtpd[1]: lost connection after " + b" from " * HUGE,
        b"smtpd[" * HUGE,
        b"=== TLS started with cipher " + b":" * HUGE,
        b"verify error:num=1:" * HUGE,
        b"TLS 1.2" * HUGE,
        b"17 " * HUGE,
        b"* SSL connection using " + b"/ " * HUGE,
    ],
    ids=range(16),
)
def test_long_rows_take_no_long_time(row: bytes) -> None:
    """A pattern that goes back and forth over such a row would never come to an end."""
    for first in (
        b"<-  220 a",
        b"reply: b'220 a'",
        b"< 220 a",
        b"<= Recv header, 9 bytes (0x9)",
        b"verify return:1\n220 a",
    ):
        texts = [*rows(first), b"0000: 220 a", row, row]
        reading = read(texts)
        steps: list[Step] = [] if reading is None else [step for one in reading.connections for step in one]
        assert all(side in "SC*" for side, _octets in steps)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("=== Trying mx.test:25...\n=== Connected to mx.test.\n<-  220 a\n", "mx.test:25"),
        ("=== Trying 2001:db8::1:587...\n=== Connected to 2001:db8::1.\n<-  220 a\n", "[2001:db8::1]:587"),
        ("=== Trying /run/lmtp...\n=== Connected to /run/lmtp.\n<-  220 a\n", "/run/lmtp"),
        ("* Connected to mx.test (192.0.2.1) port 25 (#0)\n< 220 a\n", "mx.test 192.0.2.1:25"),
        ("* Connected to mx.test (2001:db8::1) port 25\n< 220 a\n", "mx.test [2001:db8::1]:25"),
        ("* Connected to 192.0.2.1 (192.0.2.1) port 25\n< 220 a\n", "192.0.2.1:25"),
        ("* Connected to mx.test\n< 220 a\n", "mx.test"),
        ("connect: to ('mx.test', 25) None\nreply: b'220 a\\r\\n'\n", "mx.test:25"),
    ],
)
def test_where_it_went(text: str, place: str) -> None:
    assert only(text)[0] == ("*", f"connected to {place}".encode())


# -- one side alone


GREETED = ("220 mx ESMTP", "250-mx", "250 SIZE 9", "250 ok")


@pytest.mark.parametrize(
    "text",
    [
        "=== Connected to mx.\n" + "".join(f"<-  {one}\n" for one in GREETED),  # swaks --hide-send
        "".join(f"< {one}\n" for one in GREETED),  # curl -v, and grep
        "".join(f"reply: b'{one}\\r\\n'\n" for one in GREETED),  # smtplib, and grep
    ],
)
def test_a_program_that_shows_the_server_alone(text: str) -> None:
    steps = only(text)
    assert [step for step in steps if step[0] == "*"][-1] == ("*", b"client not shown")
    facts = facts_of(steps)
    assert facts["client_shown"] is False
    assert facts["unsolicited_replies"]  # replies of which nobody knows what they answer


def test_a_program_that_shows_both_sides_shows_no_less_where_one_says_little() -> None:
    for text in ("<-  220 mx\n<** 421 bye\n", "<-  220 mx\n -> QUIT\n<-  221 bye\n"):
        assert all(step[0] != "*" for step in only(text))


def test_line_ends_of_the_wire_among_those_of_a_file() -> None:
    """swaks --no-hints prints the message as it was sent, all else with the line ends of a terminal."""
    text = "220 mx\nEHLO me\n250 mx\nMAIL FROM:<a@b.c>\n250 ok\nRCPT TO:<a@b.c>\n250 ok\nDATA\n354 go\n"
    message = "A: b\r\n\r\nhi\r\n"
    (mail,) = facts_of(only(f"{text}{message}.\n250 ok\nQUIT\n221 bye\n"))["transactions"]
    assert mail["message"]["size_octets"] == len(message)
