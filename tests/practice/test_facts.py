"""The facts where two readings are possible: the ones taken (tests/data/transcripts/README.md)."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest

from tests.practice.recordings import MASK
from tui.practice.facts import as_json, facts_of

#: ``"S: 220 hi"`` and ``"C: QUIT"`` get a CRLF; a tuple is taken as it is; ``"* …"`` is a note.
Row = str | tuple[str, bytes]

HELLO = ("S: 220 mx", "C: EHLO me", "S: 250-mx", "S: 250 CHUNKING")
MAIL = ("C: MAIL FROM:<a@b.test>", "S: 250 ok")
RCPT = ("C: RCPT TO:<c@d.test>", "S: 250 ok")
DATA = (*HELLO, *MAIL, *RCPT, "C: DATA", "S: 354 go")
SENT = (*DATA, "C: A: b", "C: ", "C: text", "C: .")
BY_SERVER = "* connection closed by server"
BY_CLIENT = "* connection closed by client"
TLS = "* TLS handshake complete: TLSv1.3 TLS_AES_256_GCM_SHA384"


def derive(*rows: Row) -> dict[str, Any]:
    steps = []
    for row in rows:
        if isinstance(row, tuple):
            steps.append(row)
        elif row.startswith("* "):
            steps.append(("*", row[2:].encode()))
        else:
            steps.append((row[0], row[3:].encode() + b"\r\n"))
    facts = facts_of(steps)
    pieces = [
        piece
        for side, octets in steps
        for piece in ([(side, octets)] if side == "*" else [(side, bytes([one])) for one in octets])
    ]
    assert facts_of(pieces) == facts
    return facts


def command(line: str | bytes) -> dict[str, Any]:
    row = ("C", line + b"\r\n") if isinstance(line, bytes) else f"C: {line}"
    entry = derive(*HELLO, row)["commands"][-1]
    assert isinstance(entry, dict)
    return entry


def test_each_mail_has_its_own_message() -> None:
    first, second = derive(*SENT, "S: 250 ok", *DATA[4:], "C: B: c", "C: .", "S: 250 ok")["transactions"]
    assert first["message"]["header_fields"] == [["A", "b"]]
    assert second["message"]["header_fields"] == [["B", "c"]]


def message(*rows: Row) -> dict[str, Any]:
    facts = derive(*DATA, *rows)["transactions"][0]["message"]
    assert isinstance(facts, dict)
    return facts


def outcome(*rows: Row) -> str:
    return str(derive(*rows)["transactions"][-1]["outcome"])


# -- commands


@pytest.mark.parametrize(
    ("line", "verb", "argument"),
    [
        ("noop", "NOOP", ""),
        ("DATA ", "DATA", ""),
        ("helo  x ", "HELO", "x"),
        ("HELO\tx y", "HELO", "x y"),
        ("X-FOO2 bar", "X-FOO2", "bar"),
        ("helo\u3000x", "", ""),
        ("FROM:<a>", "", ""),
        (" HELO x", "", ""),
        ("", "", ""),
        (b"HELO\x00 x", "", ""),
        (b"HELO x\r\x00", "HELO", "x\r\x00"),
        (b"NOOP \xff\t.", "NOOP", "\\xff\t."),
    ],
)
def test_verb_and_argument(line: str | bytes, verb: str, argument: str) -> None:
    entry = command(line)
    assert (entry["verb"], entry["argument"]) == (verb, argument)


@pytest.mark.parametrize(
    ("line", "address", "bracketed", "params", "route"),
    [
        ("MAIL FROM:<a@b> SIZE=1  BODY=7BIT", "a@b", True, ["SIZE=1", "BODY=7BIT"], None),
        ("mail from: \t<>", "", True, [], None),
        ("MAIL FROM:a@b SIZE=1", "a@b", False, ["SIZE=1"], None),
        ("MAIL FROM:", "", False, [], None),
        ("RCPT TO:<@one,@two:c@d>", "c@d", True, [], "@one,@two"),
        ("RCPT TO:<@one>", "@one", True, [], None),
        ('RCPT TO:<"a>b"@d> X', '"a>b"@d', True, ["X"], None),
        ('RCPT TO:<"a\\">b"@d>', '"a\\">b"@d', True, [], None),
        ("RCPT TO:<c@d", None, True, [], None),
        ("RCPT TO:<a@x>,<b@x>", "a@x", True, [",<b@x>"], None),
        ("RCPT FROM:<c@d>", None, False, [], None),
        ("RCPT TO :<c@d>", None, False, [], None),
        ("RCPT TO：<c@d>", None, False, [], None),
        ("RCPT <c@d>", None, False, [], None),
        ("RCPT", None, False, [], None),
    ],
)
def test_paths(line: str, address: str | None, bracketed: bool, params: list[str], route: str | None) -> None:
    entry = command(line)
    assert (entry["address"], entry["bracketed"], entry["params"], entry["source_route"]) == (
        address, bracketed, params, route,
    )  # fmt: skip


def test_other_commands_have_no_path() -> None:
    assert "address" not in command("NOOP")
    assert (command("BDAT 7 last")["chunk_octets"], command("BDAT 7 last")["last"]) == (7, True)
    assert (command("BDAT x")["chunk_octets"], command("BDAT x")["last"]) == (None, False)


def test_a_message_that_is_cut_off_is_the_last_entry() -> None:
    entry = derive(*DATA, "C: half", BY_CLIENT)["commands"][-1]
    assert (entry["n"], entry["kind"], entry["verb"], entry["line"], entry["reply"]) == (
        5,
        "data-incomplete",
        None,
        None,
        None,
    )
    assert derive(*DATA)["commands"][-1]["kind"] == "data-incomplete"


# -- replies


@pytest.mark.parametrize(
    ("lines", "enhanced"),
    [
        (["250 2.1.0 Ok"], "2.1.0"),
        (["550 5.1.1"], "5.1.1"),
        (["550-5.7.26 x", "550 5.7.26 y"], "5.7.26"),
        (["550 2.1.0 Ok"], None),
        (["354 3.0.0 go"], None),
        (["550 see 5.1.1"], None),
        (["250 2.1.0.1 host"], None),
        (["250 2.1.0x"], None),
        (["553 sorry (#5.7.1)"], None),
        (["250-a", "250 2.1.0 b"], None),
    ],
)
def test_enhanced_codes(lines: list[str], enhanced: str | None) -> None:
    assert (
        derive(*HELLO, "C: NOOP", *(f"S: {line}" for line in lines))["commands"][-1]["reply"]["enhanced"]
        == enhanced
    )


def test_a_reply_that_answers_nothing() -> None:
    facts = derive(*HELLO, "S: 421 4.4.2 idle", "C: NOOP", BY_SERVER)
    assert facts["unsolicited_replies"] == [
        {"code": 421, "enhanced": "4.4.2", "lines": ["4.4.2 idle"], "multiline": False}
    ]
    assert facts["commands"][-1]["reply"] is None
    assert facts["final_state"] == "server-shutdown-421"


def test_without_a_greeting() -> None:
    facts = derive(BY_SERVER)
    assert facts["greeting"] is None
    assert facts["commands"] == []
    assert (facts["closed_by"], facts["final_state"]) == ("server", "closed-by-server")


# -- LMTP

LMTP = (
    "S: 220 x", "C: LHLO me", "S: 250 x", *MAIL,
    "C: RCPT TO:<one@x>", "S: 250 ok", "C: RCPT TO:<two@x>", "S: 550 no",
    "C: RCPT TO:<three@x>", "S: 450 later", "C: RCPT TO:<four@x>", "S: 250 ok",
)  # fmt: skip


def test_lmtp_one_2xx_makes_it_accepted() -> None:
    facts = derive(*LMTP, "C: DATA", "S: 354 go", "C: .", "S: 550 a", "S: 250 b", "C: QUIT", "S: 221")
    dot = facts["commands"][-2]
    assert (dot["reply"]["code"], [one["code"] for one in dot["replies"]]) == (550, [550, 250])
    one, two, three, four = facts["transactions"][0]["recipients"]
    assert (one["delivered"], one["delivery_code"]) == (False, 550)
    assert (four["delivered"], four["delivery_code"]) == (True, 250)
    assert "delivered" not in two | three
    assert facts["accepted_messages"] == 1


def test_lmtp_that_answers_once_for_all() -> None:
    facts = derive(*LMTP, "C: DATA", "S: 354 go", "C: .", "S: 450 a", "C: QUIT", "S: 221")
    four = facts["transactions"][0]["recipients"][3]
    assert (four["delivered"], four["delivery_code"]) == (None, None)
    assert facts["commands"][-1]["pipelined"] is False
    assert facts["transactions"][0]["outcome"] == "tempfailed"


def test_lmtp_with_chunks() -> None:
    facts = derive(*LMTP, ("C", b"BDAT 4 LAST\r\nA: b"), "S: 250 a", "S: 452 b")
    assert [one["code"] for one in facts["commands"][-1]["replies"]] == [250, 452]
    assert facts["transactions"][0]["recipients"][3]["delivery_code"] == 452


@pytest.mark.parametrize(("code", "wanted"), [(250, "accepted"), (550, "rejected")])
def test_lmtp_with_chunks_that_it_knew_only_at_last(code: int, wanted: str) -> None:
    rows = (*LMTP, "C: BDAT 4 LAST", "S: 500 what", ("C", b"BDAT 4 LAST\r\nA: b"))
    facts = derive(*rows, f"S: {code} a", f"S: {code} b")
    assert [one["outcome"] for one in facts["transactions"]] == [wanted]
    assert [one["code"] for one in facts["commands"][-1]["replies"]] == [code, code]


def test_a_dot_without_a_transaction() -> None:
    facts = derive(
        "S: 220 x", "C: LHLO me", "S: 250 x", "C: DATA", "S: 354 go", "C: A: b", "C: .", "S: 250 ok"
    )
    assert facts["transactions"] == []
    assert facts["commands"][-1]["reply"]["code"] == 250


# -- messages


def test_a_message_is_counted_as_it_will_be_stored() -> None:
    facts = message("C: A: b", "C: ", "C: ..x", "C: .y", "C: ..", ("C", b"z\n"), "C: .", "S: 250 ok")
    stored = b"A: b\r\n\r\n.x\r\ny\r\n.\r\nz\n"
    assert facts["sha256"] == hashlib.sha256(stored).hexdigest()
    assert (facts["size_octets"], facts["wire_octets"], facts["dot_stuffed_lines"]) == (
        len(stored),
        len(stored) + 3,
        3,
    )
    assert (facts["max_line_octets"], facts["bare_lf"], facts["eight_bit"]) == (4, True, False)
    assert (facts["complete"], facts["has_blank_line_after_headers"]) == (True, True)


def test_a_dot_with_a_bare_lf_that_the_server_did_not_answer() -> None:
    facts = message(("C", b"A: b\n.\nmore\r\n"), "C: .", "S: 250 ok")
    assert (facts["size_octets"], facts["dot_stuffed_lines"]) == (len(b"A: b\n\nmore\r\n"), 1)


def test_a_message_that_is_cut_off_counts_to_its_last_octet() -> None:
    facts = message("C: A: b", ("C", b"half"), BY_CLIENT)
    assert (facts["size_octets"], facts["complete"]) == (10, False)


def test_a_message_of_no_octets() -> None:
    facts = message("C: .", "S: 250 ok")
    assert (facts["size_octets"], facts["max_line_octets"], facts["header_fields"]) == (0, 0, [])
    assert facts["has_blank_line_after_headers"] is False


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (b"A: b\r\nC:d\r\n\r\nE: f\r\n", [["A", "b"], ["C", "d"]]),
        (b"A: b\r\n c\r\n\td\r\n", [["A", "b c\td"]]),
        (b"A: b\r\n \r\nText.\r\n", [["A", "b "]]),
        (b"A : b\r\n", [["A", "b"]]),
        (b" lost\r\nA: b\r\n", [["A", "b"]]),
        (b"A: b\r\nno field\r\n lost\r\nText: but shown\r\n", [["A", "b"], ["Text", "but shown"]]),
        (b"A: \xff\xc3\xa9\n", [["A", "\\xffé"]]),
        (b"", []),
    ],
)
def test_header_fields(text: bytes, fields: list[list[str]]) -> None:
    assert message(("C", text), "C: .", "S: 250 ok")["header_fields"] == fields


def test_a_line_that_a_chunk_cuts_in_two_is_one_line() -> None:
    chunks = (
        ("C", b"BDAT 8\r\nA: b\r\n\r\n"),
        "S: 250",
        ("C", b"BDAT 4\r\nabc\r"),
        "S: 250",
        ("C", b"BDAT 4 LAST\r\n\ndef"),
    )
    facts = derive(*HELLO, *MAIL, *RCPT, *chunks, "S: 250 ok")["transactions"][0]["message"]
    assert (facts["chunks"], facts["size_octets"], facts["wire_octets"]) == (3, 16, 16)
    assert (facts["bare_lf"], facts["max_line_octets"], facts["complete"]) == (False, 4, True)


# -- chunks


def test_a_refused_chunk_ends_the_transaction_and_does_not_count() -> None:
    rows = (*HELLO, *MAIL, *RCPT, ("C", b"BDAT 4\r\nA: b"), "S: 250", ("C", b"BDAT 2\r\n\r\n"))
    facts = derive(*rows, "S: 552 full", "C: QUIT", "S: 221")["transactions"][0]
    assert (facts["outcome"], facts["message"]["size_octets"], facts["message"]["complete"]) == (
        "rejected",
        4,
        False,
    )
    assert outcome(*rows, "S: 452 full") == "tempfailed"


def test_a_first_chunk_that_is_refused_leaves_no_message() -> None:
    assert (
        derive(*HELLO, *MAIL, *RCPT, ("C", b"BDAT 4\r\nA: b"), "S: 503 no")["transactions"][0]["message"]
        is None
    )


def test_a_server_without_bdat_goes_on_with_the_transaction() -> None:
    rows = (*HELLO, *MAIL, *RCPT, "C: BDAT 4 LAST", "S: 500 what")
    assert outcome(*rows) == "rejected"
    assert outcome(*rows, "C: DATA", "S: 354 go", "C: A: b", "C: .", "S: 250 ok") == "accepted"
    facts = derive(*rows, *RCPT, "C: RSET", "S: 250 ok")["transactions"]
    assert [one["outcome"] for one in facts] == ["reset"]
    assert len(facts[0]["recipients"]) == 2
    again = derive(*rows, *MAIL, "C: QUIT", "S: 221")["transactions"]
    assert [one["outcome"] for one in again] == ["rejected", "incomplete"]


def test_chunks_without_a_transaction() -> None:
    facts = derive(*HELLO, ("C", b"BDAT 4\r\nA: b"), "S: 250 ok", ("C", b"BDAT 4 LAST\r\nA: b"), "S: 503 no")
    assert facts["transactions"] == []


# -- outcomes


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ((*SENT, "S: 250 ok"), "accepted"),
        ((*SENT, "S: 451 later"), "tempfailed"),
        ((*SENT, "S: 554 spam"), "rejected"),
        ((*SENT, "S: 421 bye", BY_SERVER), "tempfailed"),
        ((*SENT, "S: 354 what"), "incomplete"),
        ((*SENT, BY_SERVER), "incomplete"),
        ((*DATA, "C: A: b", BY_SERVER), "aborted"),
        ((*DATA, "C: A: b", "S: 421 bye", BY_SERVER), "aborted"),
        ((*DATA,), "aborted"),
        ((*HELLO, *MAIL, "C: RSET", "S: 250 ok"), "reset"),
        ((*HELLO, *MAIL, "C: RSET", "S: 500 no"), "incomplete"),
        ((*HELLO, *MAIL, "C: EHLO x", "S: 250 ok"), "reset"),
        ((*HELLO, *MAIL, "C: STARTTLS", "S: 220 go"), "reset"),
        ((*HELLO, *MAIL, TLS), "reset"),
        ((*HELLO, *MAIL, "C: QUIT", "S: 221 bye"), "incomplete"),
        ((*HELLO, *MAIL, "C: MAIL FROM:<x@y>", "S: 503 nested"), "incomplete"),
        ((*HELLO, *MAIL, *RCPT, "C: DATA", "S: 554 no", BY_CLIENT), "incomplete"),
        ((*HELLO, *MAIL, *RCPT, ("C", b"BDAT 4\r\nA: b"), "S: 250", BY_CLIENT), "aborted"),
        ((*HELLO, *MAIL, *RCPT, ("C", b"BDAT 4\r\nA: b"), "S: 250", "C: QUIT", "S: 221"), "incomplete"),
        ((*HELLO, *MAIL, *RCPT, ("C", b"BDAT 9 LAST\r\nA: b"), BY_CLIENT), "aborted"),
        ((*HELLO, *MAIL, *RCPT, ("C", b"BDAT 4 LAST\r\nA: b"), BY_CLIENT), "incomplete"),
    ],
)
def test_outcome(rows: tuple[Row, ...], wanted: str) -> None:
    assert outcome(*rows) == wanted


def test_a_second_mail_that_is_taken_begins_anew() -> None:
    facts = derive(*HELLO, *MAIL, *RCPT, *MAIL, "C: QUIT", "S: 221")["transactions"]
    assert [(one["outcome"], len(one["recipients"])) for one in facts] == [("reset", 1), ("incomplete", 0)]


def test_mail_without_a_readable_path() -> None:
    assert derive(*HELLO, "C: MAIL FROM <a@b>", "S: 250 ok")["transactions"][0]["mail_from"] is None


# -- STARTTLS


def test_plaintext_behind_starttls() -> None:
    rows = (*HELLO, "C: STARTTLS", ("C", b"EHLO x\r\nMAIL"), "S: 220 go", TLS)
    facts = derive(*rows, "C: EHLO y", "S: 250 y")
    assert facts["starttls_discarded_plaintext"] == "EHLO x\r\nMAIL"
    assert [one["line"] for one in facts["commands"]] == ["EHLO me", "STARTTLS", "EHLO y"]
    assert (facts["tls_active"], facts["tls_kind"], facts["helo"]) == (
        True,
        "starttls",
        {"verb": "EHLO", "name": "y"},
    )
    assert derive(*rows)["helo"] is None
    assert derive(*rows)["extensions"] == {}


def test_implicit_tls() -> None:
    facts = derive(TLS, *HELLO, TLS)
    assert (facts["tls_active"], facts["tls_kind"]) == (True, "implicit")
    assert facts["commands"][0]["tls"] is True


# -- AUTH


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


AUTH_EXCHANGES: list[tuple[str, list[str], str | None]] = [
    ("PLAIN", [b64("\0bob\0pw")], "bob"),
    ("PLAIN", [b64("admin\0bob\0pw")], "bob"),
    ("PLAIN", [b64("nonsense")], None),
    ("PLAIN", ["no base64!"], None),
    ("LOGIN", [b64("bob"), b64("pw")], "bob"),
    ("LOGIN", [b64("bob\0"), b64("pw")], "bob"),
    ("LOGIN", ["", ""], None),
    ("CRAM-MD5", [b64("bob b 0123456789abcdef0123456789abcdef")], "bob b"),
    ("CRAM-MD5", [b64("nonsense")], None),
    ("DIGEST-MD5", [b64('charset=utf-8,username="bo\\"b",realm="x"'), ""], 'bo"b'),
    ("DIGEST-MD5", [b64("nonsense")], None),
    ("SCRAM-SHA-256", [b64("n,,n=bo=2Cb=3D,r=x"), b64("c=biws"), ""], "bo,b="),
    ("SCRAM-SHA-1", [b64("nonsense")], None),
    ("XOAUTH2", [b64("user=bob@x\x01auth=Bearer t\x01\x01")], "bob@x"),
    ("OAUTHBEARER", [b64("n,a=bob@x,\x01auth=Bearer t\x01\x01")], "bob@x"),
    ("OAUTHBEARER", [b64("nonsense")], None),
    ("EXTERNAL", [b64("bob")], "bob"),
    ("NTLM", [b64("bob")], None),
]


@pytest.mark.parametrize(("mechanism", "answers", "name"), AUTH_EXCHANGES)
@pytest.mark.parametrize("initial", [False, True])
def test_user_names(mechanism: str, answers: list[str], name: str | None, initial: bool) -> None:
    if initial and not answers[0]:
        answers = ["=", *answers[1:]]
    rows: list[Row] = [
        *HELLO,
        f"C: AUTH {mechanism.lower()} {answers[0]}" if initial else f"C: AUTH {mechanism.lower()}",
    ]
    later = answers[1:] if initial else answers
    for answer in later:
        rows += [f"S: 334 {b64('go')}", f"C: {answer}"]
    facts = derive(*rows, "S: 235 2.7.0 in")
    assert facts["auth"] == [
        {
            "mechanism": mechanism,
            "initial_response": initial,
            "challenges": [b64("go")] * len(later),
            "client_steps": len(later),
            "cancelled": False,
            "result": "success",
            "code": 235,
            "enhanced": "2.7.0",
            "username": name,
        }
    ]
    assert (facts["authenticated"], facts["authenticated_as"]) == (True, name)


def test_auth_that_fails_and_auth_that_is_cancelled() -> None:
    rows = ("C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6")
    failed = derive(*HELLO, *rows, "C: Ym9i", "S: 535 5.7.8 no")
    assert (failed["auth"][0]["result"], failed["auth"][0]["code"], failed["auth"][0]["username"]) == (
        "failed",
        535,
        "bob",
    )
    assert (failed["authenticated"], failed["authenticated_as"]) == (False, None)
    cancelled = derive(*HELLO, *rows, "C: *", "S: 501 cancelled")
    assert (cancelled["auth"][0]["cancelled"], cancelled["auth"][0]["result"]) == (True, "failed")
    entry = cancelled["commands"][-1]
    assert (entry["kind"], entry["line"], entry["secret"]) == ("auth-continuation", "*", False)
    cut_off = derive(*HELLO, *rows, BY_SERVER)["auth"][0]
    assert (cut_off["result"], cut_off["code"]) == ("failed", None)


def test_what_login_sends_second_is_never_the_name() -> None:
    rows = (*HELLO, "C: AUTH LOGIN", "S: 334 a", "C: bob!", "S: 334 b", f"C: {b64('secret-1')}", "S: 535 no")
    assert derive(*rows)["auth"][0]["username"] is None


def test_auth_and_data_that_only_the_server_could_read() -> None:
    rows = ("C:  AUTH PLAIN", "S: 334 ", f"C: {b64('x')}", "S: 535 no")
    facts = derive(
        *HELLO, *rows, *rows, *MAIL, *RCPT, "C:  DATA", "S: 354 go", "C: A: b", "C: .", "S: 250 ok"
    )
    assert [(one["mechanism"], one["client_steps"], one["code"]) for one in facts["auth"]] == [
        ("", 1, 535)
    ] * 2
    assert facts["accepted_messages"] == 1


def test_secrets_are_masked() -> None:
    token = b64("\0bob\0secret-1")
    facts = derive(
        *HELLO, f"C: AUTH PLAIN {token}", f"S: 535 {token} is wrong", f"C: {token}", "S: 500 what is secret-1"
    )
    text = as_json(facts)
    assert token not in text
    assert "secret-1" not in text
    assert [(one["line"], one["secret"]) for one in facts["commands"][1:]] == [
        (f"AUTH PLAIN {MASK}", True),
        (MASK, True),
    ]


# -- the end


@pytest.mark.parametrize(
    ("rows", "closed_by", "final_state"),
    [
        ((*HELLO, "C: QUIT", "S: 221 bye", BY_SERVER), "server", "quit"),
        ((*HELLO, "C: QUIT", "S: 221 bye"), None, "quit"),
        ((*HELLO, "C: QUIT", "S: 421 bye", BY_SERVER), "server", "server-shutdown-421"),
        ((*HELLO, "C: QUIT", "S: 500 no", BY_CLIENT), "client", "closed-by-client"),
        ((*HELLO, BY_CLIENT, BY_SERVER), "client", "closed-by-client"),
        (HELLO, None, "open"),
    ],
)
def test_the_end(rows: tuple[Row, ...], closed_by: str | None, final_state: str) -> None:
    facts = derive(*rows)
    assert (facts["closed_by"], facts["final_state"]) == (closed_by, final_state)


def test_the_json_is_ascii() -> None:
    text = as_json(derive("S: 220 größer 好", "C: HELO \u202e"), indent=1)
    assert text.isascii()
    assert json.loads(text)["greeting"]["lines"] == ["größer 好"]


def test_a_message_that_was_sent_before_its_354() -> None:
    text = b"A: b\r\n\r\n" + (b"x" * 98 + b"\r\n") * 4000
    facts = derive(*HELLO, *MAIL, *RCPT, ("C", b"DATA\r\n" + text + b".\r\n"), "S: 354 go", "S: 250 ok")
    sent = facts["transactions"][0]
    assert (sent["message"]["size_octets"], sent["message"]["complete"], sent["outcome"]) == (
        len(text),
        True,
        "accepted",
    )
    refused = derive(*HELLO, *MAIL, *RCPT, ("C", b"DATA\r\n" + text + b".\r\n"), "S: 554 no", "S: 500 what")
    assert refused["transactions"][0]["message"] is None


def test_what_is_answered_meanwhile_takes_nothing_from_such_a_message() -> None:
    text = b"A: b\r\n\r\n" + (b"x" * 98 + b"\r\n") * 4000
    lines = b"RSET\r\nMAIL FROM:<x@y>\r\nRCPT TO:<c@d>\r\nDATA\r\n" + text
    facts = derive(*HELLO, *MAIL, ("C", lines), "S: 250", "S: 250", "S: 250", "S: 354", "C: .", "S: 250 ok")
    first, second = facts["transactions"]
    assert (first["outcome"], second["outcome"]) == ("reset", "accepted")
    assert second["message"]["size_octets"] == len(text)


def test_a_header_is_kept_up_to_a_limit() -> None:
    fields = message(("C", b"A: b\r\n" * 60_000), "C: .", "S: 250 ok")["header_fields"]
    assert 40_000 < len(fields) < 50_000
