"""Each verb: when it is allowed, how loosely it is read, and what is answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sandbox.client import bodies, connected, running
from tui.sandbox.inbox import Inbox


async def replies(mail: Path, *lines: str | bytes, **settings: object) -> list[str]:
    """The last reply line to each of these lines, on one connection."""
    async with running(mail, **settings) as sandbox, connected(sandbox) as client:
        return [await client.say(line) for line in lines]


async def last(mail: Path, *lines: str | bytes, **settings: object) -> str:
    return (await replies(mail, *lines, **settings))[-1]


@pytest.mark.parametrize(
    "line",
    [
        "hello me",
        "",
        " HELO client.example",
        "helo　xia.bdgs.com",
        "ＨＥＬＯ client.example",
        b"\xff\xfe\xfd",
        b"HEL\x08LO x",
        "S: 220 sandbox.test",
        "250 OK",
        "FROB x",
        "HELO。",
    ],
)
async def test_what_is_no_command_gets_500_and_is_not_echoed(tmp_path: Path, line: str | bytes) -> None:
    first, second = await replies(tmp_path, line, "HELO client.example")
    assert first == "500 5.5.2 Command not recognized"
    assert second.startswith("250 ")


@pytest.mark.parametrize("verb", ["STARTTLS", "ETRN x", "XCLIENT ADDR=192.0.2.1", "TURN"])
async def test_what_is_a_command_elsewhere_gets_502(tmp_path: Path, verb: str) -> None:
    reply = await last(tmp_path, "EHLO client.example", verb)
    assert reply == f"502 5.5.1 {verb.split(maxsplit=1)[0]} is not implemented here"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("HELO client.example", "250"),
        ("helo xia.bdgs.com", "250"),
        ("HeLo [127.0.0.1]", "250"),
        ("EHLO client.example  ", "250"),
        ("EHLO\tclient.example", "250"),
        ("HELO", "501"),
        ("EHLO ", "501"),
        ("HELO two words", "501"),
        ("HELO ｃｌｉｅｎｔ", "501"),
        (b"HELO cl\x1b[31mient", "501"),
    ],
)
async def test_greeting_the_server(tmp_path: Path, line: str | bytes, code: str) -> None:
    assert (await last(tmp_path, line))[:3] == code


async def test_ehlo_lists_what_works(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox, connected(sandbox) as client:
        client.send(b"EHLO client.example\r\n")
        assert await client.reply() == [
            "250-sandbox.test Hello client.example",
            "250-PIPELINING",
            "250-SIZE 33554432",
            "250-VRFY",
            "250-EXPN",
            "250-ENHANCEDSTATUSCODES",
            "250-8BITMIME",
            "250-BINARYMIME",
            "250-CHUNKING",
            "250-SMTPUTF8",
            "250-DSN",
            "250 HELP",
        ]


SENDERS = [
    ("MAIL FROM:<alice@example.org>", "alice@example.org"),
    ("mail from:test1@bdwater.com", "test1@bdwater.com"),
    ("mail from: test1@bdwater.com", "test1@bdwater.com"),
    ("MAIL FROM: <alice@example.org>", "alice@example.org"),
    ("MAIL  FROM:<alice@example.org>", "alice@example.org"),
    ("MAIL FROM:< alice@example.org >", "alice@example.org"),
    ("MAIL FROM:test@.bdwater.com", "test@.bdwater.com"),
    ('MAIL FROM:<"a b"@example.org>', '"a b"@example.org'),
    ('MAIL FROM:<"a>b\\"c"@example.org>', '"a>b\\"c"@example.org'),
    ("MAIL FROM:<@relay.test,@b.test:alice@example.org>", "alice@example.org"),
    ("MAIL FROM:<alice@[192.0.2.1]>", "alice@[192.0.2.1]"),
    ("MAIL FROM:<postmaster>", "postmaster"),
    ("MAIL FROM:<>", ""),
    ("MAIL FROM: < >", ""),
    ("MAIL FROM:<alice@example.org> SIZE=100 BODY=8BITMIME", "alice@example.org"),
    ("MAIL FROM:<alice@example.org> body=7bit", "alice@example.org"),
    ("MAIL FROM:<爱丽丝@例子.测试> SMTPUTF8", "爱丽丝@例子.测试"),
]


@pytest.mark.parametrize(("line", "address"), SENDERS)
async def test_senders_that_are_taken(tmp_path: Path, line: str, address: str) -> None:
    async with running(tmp_path) as sandbox, connected(sandbox) as client:
        await client.say("EHLO client.example")
        assert await client.say(line) == "250 2.1.0 Sender accepted"
        await client.say("RCPT TO:<bob@sandbox.test>")
        await client.say("DATA")
        assert (await client.say("."))[:3] == "250"
    (entry,) = Inbox(tmp_path).entries()
    assert entry.envelope is not None
    assert entry.envelope.reverse_path == address


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("MAIL", "501 5.5.4"),
        ("MAIL alice@example.org", "501 5.5.4"),
        ("MAIL FROM alice@example.org", "501 5.5.4"),
        ("MAIL FROM :<alice@example.org>", "501 5.5.4"),
        ("MAIL FROM:", "501 5.5.4"),
        ("MAIL FROM：<alice@example.org>", "501 5.5.4"),
        ("MAIL FROM:<alice@example.org", "501 5.1.7"),
        ("MAIL FROM:alice@example.org>", "501 5.5.4"),
        ("MAIL FROM:<alice>", "501 5.1.7"),
        ("MAIL FROM:alice", "501 5.1.7"),
        ("MAIL FROM:<@example.org>", "501 5.1.7"),
        ("MAIL FROM:<alice@>", "501 5.1.7"),
        ("MAIL FROM:<a@b@c>", "501 5.1.7"),
        ("MAIL FROM:Alice <alice@example.org>", "501 5.1.7"),
        ("MAIL FROM:<alice@example.org>,<bob@example.org>", "501 5.5.4"),
        (b"MAIL FROM:<ali\x08ice@example.org>", "501 5.1.7"),
        (b"MAIL FROM:<alice@example.org\x00>", "501 5.1.7"),
        ("MAIL FROM:<爱丽丝@例子.测试>", "553 5.6.7"),
        ("MAIL FROM:<alice＠example.org>", "553 5.6.7"),
        (b"MAIL FROM:<\xe4\xbd@example.org> SMTPUTF8", "553 5.6.7"),
        ("MAIL FROM:<alice@example.org> SIZE=many", "501 5.5.4"),
        ("MAIL FROM:<alice@example.org> SIZE", "501 5.5.4"),
        ("MAIL FROM:<alice@example.org> SIZE=1 SIZE=2", "501 5.5.4"),
        ("MAIL FROM:<alice@example.org> BODY=9BIT", "501 5.5.4"),
        ("MAIL FROM:<alice@example.org> SMTPUTF8=yes", "501 5.5.4"),
        ("MAIL FROM:<alice@example.org> =x", "501 5.5.4"),
        ("MAIL FROM:<alice@example.org> RET=ALL", "501 5.5.4"),
        ("MAIL FROM:<alice@example.org> SIZE=33554433", "552 5.3.4"),
    ],
)
async def test_senders_that_are_not_taken(tmp_path: Path, line: str | bytes, reply: str) -> None:
    *_, refused, again = await replies(tmp_path, "EHLO client.example", line, "MAIL FROM:<a@b.test>")
    assert refused.startswith(reply)
    assert again == "250 2.1.0 Sender accepted"


async def test_after_helo_there_are_no_parameters(tmp_path: Path) -> None:
    reply = await last(tmp_path, "HELO client.example", "MAIL FROM:<a@b.test> SIZE=10")
    assert reply.startswith("555 ")


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("RCPT TO:<bob@sandbox.test>", "250 2.1.5"),
        ("rcpt to: test@.bdwater.com", "250 2.1.5"),
        ("rcpt to:test2@bdwater.com", "250 2.1.5"),
        ("RCPT TO:<Nobody@elsewhere.test>", "550 5.1.1 No mailbox Nobody@elsewhere.test here"),
        ('RCPT TO:<"nobody"@sandbox.test>', "550 5.1.1"),
        ("RCPT TO:<>", "501 5.1.3"),
        ("RCPT TO:<a@b.test>,<c@d.test>", "501 5.5.4"),
        ("RCPT TO:a@b.test,c@d.test", "501 5.1.3"),
        ("RCPT TO:<a@b.test", "501 5.1.3"),
        ("RCPT TO:<a@b.test> NOTIFY=OFTEN", "501 5.5.4"),
        ("RCPT TO:<鲍勃@例子.测试>", "553 5.6.7"),
        ("RCPT a@b.test", "501 5.5.4"),
    ],
)
async def test_recipients(tmp_path: Path, line: str, reply: str) -> None:
    answer = await last(tmp_path, "EHLO client.example", "MAIL FROM:<alice@example.org>", line)
    assert answer.startswith(reply)


async def test_a_recipient_may_be_utf8_when_the_sender_asked_for_it(tmp_path: Path) -> None:
    lines = ("EHLO client.example", "MAIL FROM:<a@b.test> SMTPUTF8", "RCPT TO:<鲍勃@例子.测试>")
    assert await last(tmp_path, *lines) == "250 2.1.5 Recipient accepted"


@pytest.mark.parametrize(
    ("lines", "reply"),
    [
        (["MAIL FROM:<a@b.test>"], "503 5.5.1 Say HELO or EHLO first"),
        (["RCPT TO:<a@b.test>"], "503 5.5.1 Say HELO or EHLO first"),
        (["DATA"], "503 5.5.1 Say HELO or EHLO first"),
        (["HELO x", "RCPT TO:<a@b.test>"], "503 5.5.1 Say MAIL FROM first"),
        (["HELO x", "DATA"], "503 5.5.1 Say MAIL FROM first"),
        (["HELO x", "MAIL FROM:<a@b.test>", "DATA"], "503 5.5.1 Say RCPT TO first"),
        (["HELO x", "MAIL FROM:<>", "MAIL FROM:<a@b.test>"], "503 5.5.1 The sender is given already"),
        (
            ["HELO x", "MAIL FROM:<a@b.test>", "RCPT TO:<nobody@b.test>", "DATA"],
            "503 5.5.1 Say RCPT TO first",
        ),
        (["HELO x", "MAIL FROM:<a@b.test>", "RSET", "RCPT TO:<c@d.test>"], "503 5.5.1 Say MAIL FROM first"),
        (["HELO x", "MAIL FROM:<a@b.test>", "EHLO x", "RCPT TO:<c@d.test>"], "503 5.5.1 Say MAIL FROM first"),
        (["HELO x", "MAIL FROM:<a@b.test>", "HELO", "RCPT TO:<c@d.test>"], "250 2.1.5 Recipient accepted"),
        (["DATA now"], "501 5.5.4 DATA takes no argument"),
        (["RSET now"], "501 5.5.4 RSET takes no argument"),
        (["QUIT now"], "501 5.5.4 QUIT takes no argument"),
        (["RSET"], "250 2.0.0"),
        (["NOOP"], "250 2.0.0"),
        (["NOOP 你好"], "250 2.0.0"),
        (["HELP"], "214 2.0.0"),
        (["HELP mail"], "214 2.0.0"),
        (["VRFY bob"], "252 2.0.0"),
        (["VRFY <bob@sandbox.test>"], "252 2.0.0"),
        (["VRFY nobody"], "550 5.1.1"),
        (["VRFY"], "501 5.5.4"),
        (
            ["EHLO x", "VRFY 用户"],
            "553 5.6.7",
        ),  # without the parameter no reply has UTF-8 (RFC 6531 §3.7.4.2)
        (["EHLO x", "VRFY 用户 SMTPUTF8"], "252 2.0.0 用户"),
        (["EHLO x", "EXPN 名单"], "553 5.6.7"),
        (["HELO x", "MAIL FROM:<root@my_app>"], "250 2.1.0"),
    ],
)
async def test_order(tmp_path: Path, lines: list[str], reply: str) -> None:
    assert (await last(tmp_path, *lines)).startswith(reply)


async def test_data_with_a_blank_behind_as_the_article_types_it(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox, connected(sandbox) as client:
        await client.envelope()
        assert (await client.say("data "))[:3] == "354"


async def test_several_messages_on_one_connection(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox, connected(sandbox) as client:
        for number in (1, 2, 3):
            await client.envelope()
            await client.say("DATA")
            client.send(f"Subject: {number}\r\n".encode())
            assert (await client.say(".")).startswith(f"250 2.6.0 Message {number} accepted")
        assert sandbox.stored == 3
    assert [entry.subject for entry in Inbox(tmp_path).entries()] == ["3", "2", "1"]


async def test_a_pipelined_batch_is_answered_line_by_line(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox, connected(sandbox) as client:
        client.send(
            b"EHLO client.example\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\n"
            b"RCPT TO:<nobody@d.test>\r\nDATA\r\nSubject: x\r\n\r\nQUIT\r\n.\r\nQUIT\r\n"
        )
        codes = [reply[-1][:3] for reply in [await client.reply() for _ in range(7)]]
        assert codes == ["250", "250", "250", "550", "354", "250", "221"]
    assert bodies(tmp_path) == [b"Subject: x\r\n\r\nQUIT\r\n"]


async def test_body_lines_after_a_refused_data_are_commands(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox, connected(sandbox) as client:
        client.send(b"HELO x\r\nDATA\r\nSubject: x\r\n.\r\nNOOP\r\n")
        assert [(await client.reply())[-1][:3] for _ in range(5)] == ["250", "503", "500", "500", "250"]
    assert bodies(tmp_path) == []


async def test_a_facts_control_characters_are_not_echoed(tmp_path: Path) -> None:
    reply = await last(tmp_path, "HELO x", b"VRFY bob\x1b]0;gotcha\x07")
    assert reply.startswith("501 ")
    assert reply.isprintable()


async def test_the_article_typed_to_its_own_server(tmp_path: Path) -> None:
    async with (
        running(tmp_path, personality="mdaemon-7") as sandbox,
        connected(sandbox, greeted=False) as client,
    ):
        (greeting,) = await client.reply()
        assert greeting.startswith("220 bdwater.com ESMTP MDaemon 7.1.2; ")
        assert await client.say("helo xia.bdwater.com") == (
            "250 bdwater.com Hello xia.bdwater.com, pleased to meet you"
        )
        assert await client.say("mail from:test1@bdwater.com") == "250 <test1@bdwater.com>, Sender ok"
        assert await client.say("rcpt to:test2@bdwater.com") == "250 <test2@bdwater.com>, Recipient ok"
        assert await client.say("data") == "354 Enter mail, end with <CRLF>.<CRLF>"
        client.send(b"from:xia<test1@bdwater.com>\r\nto:test2\r\ndate:11/08/2004\r\n")
        client.send(b"subject:This is a test mail\r\n \r\nDear test2, this is a test mail.\r\n")
        assert await client.say(".") == "250 Ok, message saved <Message-ID: >"
        assert await client.say("quit") == "221 See ya in cyberspace"


async def test_mdaemon_quotes_the_message_id(tmp_path: Path) -> None:
    async with running(tmp_path, personality="mdaemon-7") as sandbox, connected(sandbox) as client:
        await client.envelope()
        await client.say("DATA")
        client.send(b"Subject: x\r\nMESSAGE-ID:  <1@client.test>\r\n\r\nMessage-ID: <no@header>\r\n")
        assert await client.say(".") == "250 Ok, message saved <Message-ID: 1@client.test>"


async def test_bare_line_feeds_end_commands_but_not_the_message(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox, connected(sandbox) as client:
        client.send(b"HELO x\nMAIL FROM:<a@b.test>\nRCPT TO:<c@d.test>\nDATA\n")
        assert [(await client.reply())[-1][:3] for _ in range(4)] == ["250", "250", "250", "354"]
        client.send(b"Subject: lf\n\nbody\n.\nstill body\r\n.\r\n")
        assert (await client.reply())[-1][:3] == "250"
    assert bodies(tmp_path) == [b"Subject: lf\n\nbody\n.\nstill body\r\n"]


async def test_the_clients_of_the_standard_library_get_on(tmp_path: Path) -> None:
    import asyncio
    import smtplib

    body = b"Subject: hi\r\n\r\n.dot\r\n..\r\n"

    def deliver(port: int) -> dict[str, tuple[int, bytes]]:
        with smtplib.SMTP("127.0.0.1", port, local_hostname="client.test") as client:
            assert client.ehlo()[0] == 250
            assert client.esmtp_features["size"] == "33554432"
            return client.sendmail("alice@example.org", ["bob@x.test", "nobody@x.test"], body)

    async with running(tmp_path) as sandbox:
        refused = await asyncio.to_thread(deliver, sandbox.port)
    assert refused == {"nobody@x.test": (550, b"5.1.1 No mailbox nobody@x.test here")}
    assert bodies(tmp_path) == [body]
