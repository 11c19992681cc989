"""Each personality beside the server it is named after: what was recorded is typed again, and the codes are
those of the recording, but for the ones that are listed with their reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.sandbox.client import Client, bodies, connected, running
from tests.sandbox.dialects import DIFFERENT, LINES, NOT_OFFERED, RECORDED, recorded_server
from tests.sandbox.test_tls import handshake
from tui.practice.scenario import Limits, Server
from tui.sandbox import personality


async def reply_to(client: Client, lines: tuple[str, ...]) -> list[str]:
    """What the last line is answered."""
    reply = await client.reply()
    for line in lines:
        client.send(line.encode("utf-8") + b"\r\n")
        reply = await client.reply()
    return reply


def codes(reply: list[str]) -> set[str]:
    return {line[:3] for line in reply}


@pytest.mark.parametrize("name", RECORDED)
async def test_situations_are_answered_with_the_recorded_codes(tmp_path: Path, name: str) -> None:
    found = {}
    for situation, lines in LINES.items():
        recorded = RECORDED[name].get(situation)
        if recorded is None or not recorded[0][:3].isdigit():
            continue
        few = situation.startswith("too many") and recorded[0].startswith("45")
        one = recorded_server(name, recipients=15 if few else 100)
        async with (
            running(
                tmp_path / "mail", personality=name, scenario=one, certificates=tmp_path / "tls"
            ) as sandbox,
            connected(sandbox, greeted=False) as client,
        ):
            reply = await reply_to(client, lines)
            if codes(reply) != codes(recorded):
                found[name, situation] = (recorded, reply)
    expected = {one for one in DIFFERENT if one[0] == name}
    assert found.keys() == expected, {key: both for key, both in found.items() if key not in expected}


@pytest.mark.parametrize("name", RECORDED)
async def test_what_was_offered_is_offered_or_there_is_a_reason(tmp_path: Path, name: str) -> None:
    recorded = RECORDED[name]["EHLO"][1:]
    async with (
        running(
            tmp_path / "mail",
            personality=name,
            scenario=recorded_server(name),
            certificates=tmp_path / "tls",
        ) as sandbox,
        connected(sandbox, greeted=False) as client,
    ):
        offered = (await reply_to(client, ("EHLO me",)))[1:]
    assert words(offered) - words(recorded) <= {"STARTTLS"}  # two were recorded without a certificate
    assert words(recorded) - words(offered) <= NOT_OFFERED.keys()


def words(offered: list[str]) -> set[str]:
    """Keywords and what stands behind them."""
    return {word for line in offered for word in line[4:].split()}


@pytest.mark.parametrize(
    ("name", "limit", "at_mail", "behind_the_dot"),
    [
        ("postfix", 100000, "552 5.3.4 Message size exceeds", "552 5.3.4 Error: message file too big"),
        ("exim", 51200, "552 Message size exceeds maximum", "552 Message size exceeds maximum permitted"),
        ("sendmail", 50000, "552 5.2.3 Message size exceeds fixed", "552 5.2.3 Message exceeds maximum"),
        ("opensmtpd", 51200, "250 2.0.0 Ok", "554 5.3.4 Message too big for system"),
        ("qmail", 100000, "250 ok", "552 sorry, that message size exceeds my databytes"),
        ("haraka", 26214400, "550 Message too big!", ""),
        ("gmail", 35882577, "552 5.2.3", ""),
        ("qq-163", 73400320, "552 ", ""),
        ("plain", 33554432, "552 5.3.4 At most 33554432 octets", ""),
    ],
)
async def test_each_takes_messages_of_its_own_size(
    tmp_path: Path, name: str, limit: int, at_mail: str, behind_the_dot: str
) -> None:
    async with running(tmp_path, personality=name) as sandbox:
        async with connected(sandbox) as client:
            client.send(b"EHLO me\r\n")
            offered = await client.reply()
            told = [line[4:] for line in offered if line[4:8] == "SIZE"]
            assert told == ([] if name == "qmail" else [f"SIZE {limit}"])
            assert (await client.say(f"MAIL FROM:<a@x.test> SIZE={limit + 1}")).startswith(at_mail)
        if not behind_the_dot:
            return
        async with connected(sandbox) as client:
            await client.envelope("a@x.test", "b@x.test")
            line = b"x" * 98 + b"\r\n"
            await client.say("DATA")
            client.send(b"Subject: x\r\n\r\n" + line * (limit // 100 + 1) + b".\r\n")
            assert (await client.reply())[-1].startswith(behind_the_dot)
    assert bodies(tmp_path) == []


async def test_a_scenario_may_take_other_sizes(tmp_path: Path) -> None:
    one = Server(limits=Limits(message_octets=1_000_000))
    async with running(tmp_path, personality="exim", scenario=one) as sandbox, connected(sandbox) as client:
        client.send(b"EHLO me\r\n")
        assert "250-SIZE 1000000" in await client.reply()


# -- whole dialogues

TRANSCRIPTS = Path(__file__).parents[1] / "data" / "transcripts"
#: Each recording that has a personality, and what was set up otherwise.
DIALOGUES: dict[str, tuple[str, dict[str, object]]] = {
    "01-seed-mdaemon-7.1.2": ("mdaemon-7", {}),
    "01b-seed-article-wording": ("mdaemon-7", {}),
    "02-seed-lines-postfix": ("postfix", {}),
    "10-postfix-pipelining": ("postfix", {}),
    "12-exim-bdat-pipelined": ("exim", {}),
    "13-postfix-dot-stuffing": ("postfix", {}),
    "17-postfix-no-valid-recipients-pipelined": ("postfix", {}),
    "18-exim-rset-mid-transaction": ("exim", {}),
    "19-postfix-starttls": ("postfix", {}),
    "22-postfix-auth-plain": ("postfix", {}),
    "24-postfix-auth-login": ("postfix", {}),
    "26-haraka-auth-cram-md5": ("haraka", {}),
    "30-postfix-452-too-many-recipients": ("postfix", {"recipients": 2}),
    "33-postfix-421-too-many-errors": ("postfix", {"errors": 4}),
    "36-exim-null-sender": ("exim", {}),
    "38-postfix-size-exceeded-at-mail": ("postfix", {}),
    "50-postfix-client-drops-in-data": ("postfix", {}),
    "52-postfix-bare-lf": ("postfix", {}),
    "55-opensmtpd-session": ("opensmtpd", {}),
    "59-bcc": ("postfix", {}),
    "61-telnet-postfix-seed": ("postfix", {}),
    "63-swaks-postfix-pipeline": ("postfix", {}),
    "68-curl-postfix": ("postfix", {}),
    "70-smtplib-postfix": ("postfix", {}),
}
#: Those where the codes differ from some reply on, and why.
OTHERWISE = {
    "26-haraka-auth-cram-md5": "the recorded answer proves the password for the recorded challenge only",
    "70-smtplib-postfix": "the same",
    "52-postfix-bare-lf": "here only CRLF.CRLF ends a message, so that none can be smuggled (CVE-2023-51764)",
}
#: Those of a server that no personality is named after.
NOT_OURS = {"06-seed-lines-aiosmtpd", "41-aiosmtpd-bad-sequence", "44-lmtp-per-recipient"} | {
    "47-aiosmtpd-long-lines",
    "72-fullwidth-aiosmtpd",
}


def turns(rows: list[str]) -> Iterator[tuple[bytes, list[str]]]:
    """What the client sends at once (b"TLS" for a handshake), and the codes of the replies that follow."""
    sent = b""
    replies: list[str] = []
    for row in rows:
        if row.startswith(("C: ", "* TLS")) and replies:
            yield sent, replies
            sent, replies = b"", []
        if row.startswith("* TLS"):
            yield b"TLS", []
        elif row.startswith("C: "):
            text = row[3:]
            if text.endswith(" <no CRLF>"):
                sent += text.removesuffix(" <no CRLF>").encode()
            elif text.endswith(" <LF>"):
                sent += text.removesuffix(" <LF>").encode() + b"\n"
            else:
                sent += text.encode() + b"\r\n"
        elif row.startswith("S: ") and row[6:7] != "-":
            replies.append(row[3:6])
    if sent or replies:
        yield sent, replies


def test_every_recording_is_typed_or_is_of_another_server() -> None:
    names = {one.name.removesuffix(".txt") for one in TRANSCRIPTS.glob("*.txt")}
    assert names == DIALOGUES.keys() | NOT_OURS


@pytest.mark.parametrize("name", DIALOGUES)
async def test_a_recorded_dialogue_gets_the_recorded_codes(tmp_path: Path, name: str) -> None:
    kind, setting = DIALOGUES[name]
    one = personality.load(kind)
    if "errors" in setting:
        habits = msgspec.structs.replace(one.habits, errors=setting["errors"])
        one = msgspec.structs.replace(one, habits=habits)
    server = recorded_server(kind, recipients=int(str(setting.get("recipients", 100))))
    rows = (TRANSCRIPTS / f"{name}.txt").read_text("utf-8").split("\n")
    recorded, found = [], []
    async with (
        running(
            tmp_path / "mail", personality=one, scenario=server, certificates=tmp_path / "tls"
        ) as sandbox,
        connected(sandbox, greeted=False) as client,
    ):
        for sent, expected in turns(rows):
            if sent == b"TLS":
                await handshake(client, tmp_path / "tls")
                continue
            client.send(sent)
            if sent.endswith(b"\n.\n"):
                client.writer.write_eof()  # it is no end of a message, so no reply would come
            recorded += expected
            for _ in expected:
                got = [(await client.reply() or ["none"])[-1][:3]]
                found += got
            if found != recorded:
                break
    if name in OTHERWISE:
        assert found != recorded
    else:
        assert found == recorded


async def test_the_tutorial_of_2004_line_by_line(tmp_path: Path) -> None:
    rows = (TRANSCRIPTS / "01-seed-mdaemon-7.1.2.txt").read_text("utf-8").split("\n")
    async with (
        running(tmp_path, personality="mdaemon-7", scenario=recorded_server("mdaemon-7")) as sandbox,
        connected(sandbox, greeted=False) as client,
    ):
        greeting = (await client.reply())[-1]
        assert re.fullmatch(r"220 bdwater\.com ESMTP MDaemon 7\.1\.2; \w{3}, .+ [+-]\d{4}", greeting)
        for row in rows[2:]:
            if row.startswith("C: "):
                client.send(row[3:].encode() + b"\r\n")
            elif row.startswith("S: "):
                assert await client.reply() == [row[3:]]
        assert await client.rest() == ""


# -- what was not recorded

ENVELOPE = ("EHLO me", "MAIL FROM:<a@x.test>")
#: Personality, lines, and how the reply to the last one begins.
TRIED: list[tuple[str, tuple[str, ...], str]] = [
    ("postfix", ("MAIL FROM:<a@b.invalid>",), "250 2.1.0"),
    ("postfix", ("MAIL FROM:<a@b.invalid>", "RCPT TO:<bob@x.test>"), "450 4.1.8 <a@b.invalid>: Sender"),
    ("postfix", ("MAIL FROM:<a@b.invalid>", "RCPT TO:<bob@x.test>", "DATA"), "554 5.5.1"),
    ("postfix", ("MAIL FROM:<a@b.invalid>", "RSET", "MAIL FROM:<a@x.test>", "RCPT TO:<b@x.test>"), "250"),
    ("postfix", ("Subject: hi",), "221 2.7.0 Error: I can break rules, too"),
    ("postfix", ("FOO",) * 20 + ("NOOP",), "421 4.7.0 mail.bdwater.test Error: too many errors"),
    ("postfix", ("MAIL FROM:<a@x.test> FOO=BAR",), "555 5.5.4 Unsupported option: FOO=BAR"),
    ("exim", (*ENVELOPE, "RCPT TO:<nobody@x.test>", "DATA"), "503 Valid RCPT command must precede DATA"),
    ("exim", ("EHLO me", "FOO", "FOO", "FOO", "FOO"), "500 Too many unrecognized commands"),
    ("exim", ("EHLO me\r\nMAIL FROM:<a@x.test>\r\nRCPT TO:<b@x.test>",), "250 HELP"),
    ("exim", ("HELO me", "NOOP\r\nNOOP"), "250 OK"),
    ("sendmail", ("MAIL FROM:<a@b.invalid>",), "553 5.1.8 <a@b.invalid>... Domain of sender"),
    ("sendmail", ("EHLO me", "VRFY bob"), "250 2.1.5 <bob@mail.bdwater.test>"),
    ("opensmtpd", ("EHLO me", "MAIL FROM: a@x.test"), "553 5.1.0 Sender address syntax error"),
    ("opensmtpd", (*ENVELOPE, "RCPT TO:bob@x.test"), "501 5.1.3 Recipient address syntax error"),
    ("opensmtpd", (*ENVELOPE, "EHLO again", "RCPT TO:<bob@x.test>"), "250 2.1.5"),
    ("postfix", (*ENVELOPE, "EHLO again", "RCPT TO:<bob@x.test>"), "503 5.5.1"),
    ("postfix", ("EHLO me", "VRFY a b"), "501 5.1.3 Bad recipient address syntax"),
    ("postfix", ("EHLO me", "MAIL FROM:<a@x..test>"), "501 5.1.7 Bad sender address syntax"),
    ("postfix", ("EHLO me", "MAIL FROM:<a@x_y.test>"), "250 2.1.0 Ok"),
    ("postfix", ("EHLO me", "MAIL FROM:<a@x.test> SIZE=abc"), "501 5.5.4 Bad message size syntax"),
    ("postfix", (*ENVELOPE, "RCPT TO:<bob@x.test> NOTIFY=x"), "501 5.5.4 Error: Bad NOTIFY parameter syntax"),
    ("postfix", ("EHLO me", "MAIL FROM:<a@x.test> BODY=7BIT BODY=8BITMIME"), "250 2.1.0 Ok"),
    ("exim", ("EHLO me", "MAIL FROM:<a@x.test> SIZE=abc"), "250 OK"),
    ("sendmail", ("EHLO me", "MAIL FROM:<a@x.test> SIZE=abc"), "250 2.1.0"),
    ("sendmail", ("EHLO me", "MAIL FROM:<a@x.test> BODY=9BIT"), "501 5.5.4 Unknown BODY type 9BIT"),
    ("qmail", ("HELO a b",), "250 "),
    ("exim", (*ENVELOPE, "RCPT TO:<bob@x.test>", "DATA", "Subject: x\r\n\r\nx\r\n."), "250 OK id=1"),
    ("exim", ("EHLO me", "MAIL FROM:<a@x.test> BODY=9BIT"), "501 invalid data for BODY"),
    ("exim", ("EHLO me", "MAIL FROM:<a@x.test> ==="), "501 <a@x.test> ===: malformed address"),
    ("exim", ("EHLO me", "MAIL FROM:<a@x.test>x"), "501 <a@x.test>x: malformed address"),
    ("exim", ("EHLO me", "MAIL FROM:<a@x.test"), "501 <a@x.test: '>' missing at end of address"),
    ("exim", ("EHLO a_b",), "501 Syntactically invalid EHLO argument(s)"),
    ("exim", ("HELO",) * 3 + ("FOO",), "500 Too many syntax or protocol errors"),
    ("exim", ("FOO",) * 3 + ("HELO",), "501 Syntactically invalid HELO argument(s)"),
    ("exim", ("MAIL FROM:<a@x.test>",) * 4 + ("NOOP",), "250 OK"),
    ("exim", ("EHLO me",) + ("NOOP",) * 11, "554 Too many nonmail commands"),
    ("exim", ("HELO me", *("NOOP",) * 9, "MAIL FROM:<a@x.test>", "RSET", "RSET", "RSET"), "554 Too many"),
    ("exim", ("EHLO me", "NOOP\0"), "501 NUL characters are not allowed in SMTP commands"),
    ("exim", (*ENVELOPE, "RCPT TO:<>", "RCPT TO:<b>", "DATA"), "503 Valid RCPT command must precede DATA"),
    ("exim", (*ENVELOPE, "RCPT TO:<>", "RCPT TO:<b>", "NOOP", "DATA"), "503 valid RCPT command must precede"),
    ("opensmtpd", ("HELO me", "EHLO me"), "503 5.5.1 Invalid command: Already identified"),
    ("opensmtpd", ("HELO a..b",), "501 5.5.4 Invalid command arguments: Invalid domain name"),
    ("opensmtpd", ("EHLO me", "MAIL FROM:<a@x.test> RET=FOO SIZE=abc"), "250 2.0.0 Ok"),
    ("opensmtpd", ("EHLO me\r\nNOOP",), "500 5.5.1 Invalid command: Pipelining not supported"),
    ("opensmtpd", (*ENVELOPE, "RCPT TO:<b@x.test>", "DATA", "Subject: x\r\n\r\nno: field\r\nx\r\n."), "250"),
    (
        "opensmtpd",
        (*ENVELOPE, "RCPT TO:<b@x.test>", "DATA", "Subject: x\r\n y\r\nx\r\n."),
        "550 5.7.1 Deliver",
    ),
    ("opensmtpd", (*ENVELOPE, "RCPT TO:<b@x.test>", "DATA", " y\r\nSubject: x\r\n."), "550 5.7.1 Deliver"),
    ("opensmtpd", (*ENVELOPE, "RCPT TO:<b@x.test>", "DATA", "."), "250 2.0.0"),
    ("qmail", ("RCPT TO:<bob@x.test>",), "503 MAIL first (#5.5.1)"),
    ("qmail", ("MAIL FROM:<a@x.test>", "RCPT TO:<b@x.test>", "DATA", "hi\n."), "451 See https://cr.yp.to"),
    ("qmail", ("MAIL anything", "MAIL again", "RCPT nobody@x.test"), "250 ok"),
    (
        "qmail",
        ("MAIL FROM:<a@x.test>", "RCPT TO:<b@x.test>", "MAIL FROM:<c@x.test>", "DATA"),
        "503 RCPT first",
    ),
    ("haraka", ("EHLO me", "NOOP " + "x" * 600), "521 Command line too long"),
    ("haraka", (*ENVELOPE, "MAIL FROM:<b@x.test>"), "250 sender <b@x.test> OK"),
    ("gmail", ("EHLO me", "MAIL FROM:a@x.test"), "555 5.5.2 Syntax error"),
    ("gmail", (*ENVELOPE, "RCPT TO:bob@x.test"), "555 5.5.2 Syntax error"),
    ("gmail", ("EHLO me", "FOO"), "502 5.5.1 Unrecognized command."),
    ("gmail", ("EHLO me", "VRFY nobody@x.test"), "252 2.1.5 Send some mail, I'll try my best "),
    ("gmail", ("EHLO me", "EXPN staff"), "502 5.5.1 Unimplemented command."),
    ("gmail", ("HELP",), "214 2.0.0 "),
    ("gmail", ("EHLO",), "501 5.5.4 HELO/EHLO argument is invalid"),
    ("gmail", (*ENVELOPE, "RCPT TO:<nobody@x.test>"), "550 5.1.1 "),
    ("gmail", ("FOO",) * 11, "502 5.5.1 Too many unrecognized commands, goodbye."),
    ("qq-163", ("HELO me",), "250 OK"),
    ("qq-163", ("EHLO",), "500 Error: bad syntax"),
    ("qq-163", ("FOO",), "502 Error: command not implemented"),
    ("qq-163", ("MAIL FROM:<a@x.test>",), "503 Error: send HELO/EHLO first"),
    ("exchange", ("EHLO me", "FOO"), "500 5.3.3 Unrecognized command"),
    ("exchange", ("EHLO me", "VRFY nobody"), "252 2.1.5 Cannot VRFY user"),
    ("exchange", ("HELP",), "214 HELO EHLO STARTTLS RCPT DATA RSET MAIL QUIT HELP AUTH BDAT VRFY"),
    ("exchange", ("EHLO MacBook..",), "501 5.5.4 Invalid domain name"),
    ("sendmail", ("MAIL FROM <a@x.test>",), '501 5.5.2 Syntax error in parameters scanning "FROM"'),
    ("sendmail", ("MAIL <a@x.test>",), '501 5.5.2 Syntax error in parameters scanning "<a@x.test>"'),
    ("sendmail", ("MAIL",), '501 5.5.2 Syntax error in parameters scanning ""'),
    ("sendmail", ("MAIL FROM:<a@x.test>,<b@x.test>",), "250 2.1.0 <a@x.test>,<b@x.test>... Sender ok"),
    ("sendmail", ("FOO",) * 26, "421 4.7.0 mail.bdwater.test Too many bad commands; closing"),
    ("sendmail", (*ENVELOPE, "RCPT TO:<b@x.test> NOTIFY=x"), '501 5.5.4 Bad argument "x"  to NOTIFY'),
    ("sendmail", (*ENVELOPE, "RCPT TO:<b@x.test>", "DATA", "hi\n."), "421 4.5.0 Bare linefeed (LF)"),
    (
        "exim",
        ("EHLO me", "MAIL FROM:<a@x.test>,<b@x.test>"),
        "501 <a@x.test>,<b@x.test>: malformed address: ,<b",
    ),
    ("postfix", ("MAIL FROM:'a@x.test'",), "501 5.1.7 Bad sender address syntax"),
    ("postfix", ("MAIL FROM:<mailto:a@x.test>",), "250 2.1.0 Ok"),
    ("opensmtpd", ("EHLO me", "MAIL FROM:<mailto:a@x.test>"), "250 2.0.0 Ok"),
    ("exim", ("EHLO me", "MAIL FROM:<a@x-.test>"), "250 OK"),
    ("sendmail", ("MAIL FROM:<a@x_y.test>",), "250 2.1.0 <a@x_y.test>... Sender ok"),
    ("haraka", (*ENVELOPE, "MAIL FROM:<a", "RCPT TO:<b@x.test>"), "250 recipient <b@x.test> OK"),
    ("haraka", ("EHLO me", "MAIL FROM:<a@x..test>"), "501 Invalid MAIL FROM address <a@x..test>"),
    ("mdaemon-7", ("EHLO me", "VRFY bob"), "250 Yeah, I know that one.  He (or she) is <bob>."),
    ("mdaemon-7", ("HELO me", "QUIT"), "221 See ya in cyberspace"),
]


@pytest.mark.parametrize(("name", "lines", "begins"), TRIED)
async def test_what_somebody_would_try(
    tmp_path: Path, name: str, lines: tuple[str, ...], begins: str
) -> None:
    async with (
        running(tmp_path, personality=name) as sandbox,
        connected(sandbox, greeted=False) as client,
    ):
        assert (await reply_to(client, lines))[-1].startswith(begins)
        if begins[:3] in ("421", "221", "521") or "Too many" in begins:
            assert await client.rest() == ""


@pytest.mark.parametrize("name", ["qmail", "sendmail", "haraka"])
async def test_a_user_who_is_not_there_is_taken_and_bounced(tmp_path: Path, name: str) -> None:
    async with running(tmp_path, personality=name) as sandbox:
        async with connected(sandbox) as client:
            await client.envelope("alice@sandbox.test", "nobody@sandbox.test")
            await client.say("DATA")
            assert (await client.say("Subject: hi\r\n\r\nhello\r\n."))[:3] == "250"
        await sandbox.stop()
        report = bodies(tmp_path)[-1]
    assert b"nobody@sandbox.test" in report
    assert b"Action: failed" in report


async def test_after_a_login_mail_goes_everywhere(tmp_path: Path) -> None:
    async with (
        running(tmp_path, personality="postfix", scenario=recorded_server("postfix")) as sandbox,
        connected(sandbox) as client,
    ):
        lines = ("EHLO me", "AUTH PLAIN AHRlc3QxAHNlY3JldDE=", "MAIL FROM:<a@x.test>")
        for line, code in zip(lines, ("250", "235", "250"), strict=True):
            client.send(line.encode() + b"\r\n")
            assert (await client.reply())[-1][:3] == code
        assert (await client.say("RCPT TO:<x@elsewhere.example>"))[:3] == "250"


async def test_prompts_of_a_login(tmp_path: Path) -> None:
    one = recorded_server("qq-163")
    async with running(tmp_path, personality="qq-163", scenario=one) as sandbox, connected(sandbox) as client:
        client.send(b"EHLO me\r\n")
        offered = await client.reply()
        assert "250-AUTH LOGIN PLAIN" in offered
        assert "250-AUTH=LOGIN PLAIN" in offered
        assert await client.say("AUTH LOGIN") == "334 dXNlcm5hbWU6"
        assert await client.say("dGVzdDE=") == "334 UGFzc3dvcmQ6"
        assert (await client.say("c2VjcmV0MQ==")) == "235 Authentication successful"
