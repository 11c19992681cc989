"""What a scenario makes of the server, heard through a socket."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.sandbox.client import bodies, connected, running
from tui.practice.scenario import STAGES, Server
from tui.practice.strict import DataFileError
from tui.sandbox import scenario
from tui.words.data_files import told


def server(**keys: object) -> Server:
    return msgspec.convert(keys, Server)


async def replies(mail: Path, one: Server, *lines: str) -> list[str]:
    """The last reply line to each of these lines, on one connection."""
    async with running(mail, scenario=one) as sandbox, connected(sandbox) as client:
        return [await client.say(line) for line in lines]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("MAIL FROM:<a@x.test>", "250"),
        ("mail from:<a@x.test>", "250"),
        ("MAIL FROM:<>", "250"),
        ("MAIL FROM:a@x.test", "501"),
        ("MAIL FROM: <a@x.test>", "501"),
        ("MAIL FROM :<a@x.test>", "501"),
        ("MAIL FROM:< a@x.test>", "501"),
        ("MAIL FROM:<a@x.test >", "501"),
        ("MAIL FROM:", "501"),
        ("MAIL FROM: <>", "501"),
        ("MAIL FROM:< >", "501"),
        ("MAIL FROM:\t<a@x.test>", "501"),
        ("MAIL FROM:<a@x.test\t>", "501"),
        ("MAIL FROM:<a@x.test> ", "250"),
        ("MAIL FROM:<a@x.test> SIZE=9", "250"),
        ('MAIL FROM:<"a b"@x.test>', "250"),
        ('MAIL FROM:<"a b"@x.test >', "501"),
        ('MAIL FROM:<"a\x01b"@x.test>', "501"),
        ("MAIL FROM:<@r.test,@s.test:a@x.test>", "250"),
        ("MAIL FROM:<@:a@x.test>", "501"),
        ("MAIL FROM:<a@[192.0.2.1]>", "250"),
        ("MAIL FROM:<a@[IPv6:2001:db8::1]>", "250"),
        ("MAIL FROM:<a@[192.0.2.256]>", "501"),
        ("MAIL FROM:<a@.x.test>", "501"),
        ("MAIL FROM:<a@x..test>", "501"),
        ("MAIL FROM:<a@x.test.>", "501"),
        ("MAIL FROM:<a@-x.test>", "501"),
        ("MAIL FROM:<.a@x.test>", "501"),
        ("MAIL FROM:<a..b@x.test>", "501"),
        ("MAIL FROM:<postmaster>", "501"),
        ("MAIL FROM:<爱丽丝@例子.测试> SMTPUTF8", "250"),
    ],
)
async def test_strict_syntax(tmp_path: Path, line: str, code: str) -> None:
    strict = await replies(tmp_path, server(syntax="strict"), "EHLO me", line)
    assert strict[-1].startswith(code)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("RCPT TO:<b@x.test>", "250"),
        ("rcpt to:<b@x.test>", "250"),
        ("RCPT TO:<Postmaster>", "250"),
        ("RCPT TO:b@x.test", "501"),
        ("RCPT TO: <b@x.test>", "501"),
        ("RCPT TO :<b@x.test>", "501"),
        ("RCPT TO:<b@x.test >", "501"),
        ("RCPT TO:<>", "501"),
        ("RCPT TO:<b@x..test>", "501"),
    ],
)
async def test_strict_syntax_of_recipients(tmp_path: Path, line: str, code: str) -> None:
    strict = await replies(tmp_path, server(syntax="strict"), "HELO me", "MAIL FROM:<a@x.test>", line)
    assert strict[-1].startswith(code)


async def test_lenient_syntax(tmp_path: Path) -> None:
    lines = ("HELO me", "MAIL FROM: a@x.test", "RCPT TO: < b@x.test >")
    assert all(one.startswith("250") for one in await replies(tmp_path, server(), *lines))


async def test_whether_a_greeting_is_needed(tmp_path: Path) -> None:
    line = "MAIL FROM:<a@x.test>"
    assert (await replies(tmp_path, server(), line))[0].startswith("503")
    assert (await replies(tmp_path, server(helo_required=False), line))[0].startswith("250")


async def test_its_own_name(tmp_path: Path) -> None:
    one = server(host="mail.x.test")
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox, greeted=False) as client:
        assert (await client.reply())[0].startswith("220 mail.x.test ")


async def test_domains_and_mailboxes(tmp_path: Path) -> None:
    one = server(domains=["x.test"], users=["bob"], unknown=["gone"])
    found = await replies(
        tmp_path,
        one,
        "HELO me",
        "MAIL FROM:<a@anywhere.example>",
        "RCPT TO:<bob@x.test>",
        "RCPT TO:<ann@x.test>",
        "RCPT TO:<gone@x.test>",
        "RCPT TO:<bob@y.test>",
        "RCPT TO:<postmaster>",
    )
    assert [one[:9] for one in found[2:]] == ["250 2.1.5", "550 5.1.1", "550 5.1.1", "550 5.7.1", "250 2.1.5"]


async def test_vrfy_knows_who_is_there_as_rcpt_does(tmp_path: Path) -> None:
    one = server(domains=["x.test"], users=["bob"], reply=[{"stage": "vrfy", "say": "250 yes", "from": 2}])
    lines = ("VRFY bob", "VRFY bob@x.test", "VRFY ann@x.test", "VRFY bob@y.test")
    assert [one[:7] for one in await replies(tmp_path, one, *lines)] == [
        "252 2.0", "250 yes", "550 5.1", "550 5.7",
    ]  # fmt: skip


async def test_another_personality_says_it_in_its_own_words(tmp_path: Path) -> None:
    one = server(domains=["x.test"], syntax="strict")
    lines = ("HELO me", "MAIL FROM:a@x.test", "MAIL FROM:<a@x.test>", "RCPT TO:<b@y.test>")
    async with (
        running(tmp_path, personality="mdaemon-7", scenario=one) as sandbox,
        connected(sandbox) as client,
    ):
        assert [await client.say(line) for line in lines][1:] == [
            "501 Syntax error in MAIL command",
            "250 <a@x.test>, Sender ok",
            "550 <b@y.test>, Relaying not allowed",
        ]


@pytest.mark.parametrize(
    ("stage", "line"),
    [
        ("helo", "EHLO me"),
        ("mail", "MAIL FROM:<a@x.test>"),
        ("rcpt", "RCPT TO:<b@x.test>"),
        ("data", "DATA"),
        ("rset", "RSET"),
        ("noop", "NOOP"),
        ("vrfy", "VRFY b@x.test"),
        ("quit", "QUIT"),
    ],
)
async def test_a_reply_of_choice_at_each_stage(tmp_path: Path, stage: str, line: str) -> None:
    before = {"helo": 0, "mail": 1, "rcpt": 2, "data": 3}.get(stage, 1)
    lines = ("HELO me", "MAIL FROM:<a@x.test>", "RCPT TO:<b@x.test>")[:before]
    one = server(reply=[{"stage": stage, "say": "451 4.3.0 chosen", "times": 1}])
    found = await replies(tmp_path, one, *lines, line, line)
    assert found[-2] == "451 4.3.0 chosen"
    assert found[-1][0] in "23"


async def test_a_success_in_other_words(tmp_path: Path) -> None:
    one = server(
        reply=[
            {"stage": "greeting", "say": "220 welcome"},
            {"stage": "helo", "say": "250 hello"},
            {"stage": "rcpt", "say": "251 will forward"},
            {"stage": "data", "say": "354 speak"},
            {"stage": "message", "say": "250 thanks"},
        ]
    )
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox, greeted=False) as client:
        assert await client.reply() == ["220 welcome"]
        assert await client.say("HELO me") == "250 hello"
        assert (await client.say("EHLO me")).startswith("250 ")
        await client.say("MAIL FROM:<a@x.test>")
        assert await client.say("RCPT TO:<b@x.test>") == "251 will forward"
        assert await client.say("DATA") == "354 speak"
        assert await client.say("Hi\r\n.") == "250 thanks"
    assert bodies(tmp_path) == [b"Hi\r\n"]


async def test_counted_by_address_and_over_connections(tmp_path: Path) -> None:
    one = server(
        reply=[{"stage": "rcpt", "address": "b@x.test", "from": 2, "times": 1, "say": "450 4.7.1 later"}]
    )
    async with running(tmp_path, scenario=one) as sandbox:
        found = []
        for address in ("b@x.test", "c@x.test", "B@x.test", "b@x.test"):
            async with connected(sandbox) as client:
                await client.say("HELO me")
                await client.say("MAIL FROM:<a@x.test>")
                found.append((await client.say(f"RCPT TO:<{address}>"))[:3])
    assert found == ["250", "250", "450", "250"]


async def test_a_message_refused_after_the_dot_is_not_stored(tmp_path: Path) -> None:
    one = server(reply=[{"stage": "message", "say": "554 5.7.1 no"}])
    lines = ("HELO me", "MAIL FROM:<a@x.test>", "RCPT TO:<b@x.test>", "DATA", "Hi\r\n.", "RCPT TO:<b@x.test>")
    found = await replies(tmp_path, one, *lines)
    assert found[-2:] == ["554 5.7.1 no", "503 5.5.1 Say MAIL FROM first"]
    assert bodies(tmp_path) == []


@pytest.mark.parametrize("say", ["421 4.3.2 busy", "554 5.3.2 no service"])
async def test_a_greeting_that_turns_away(tmp_path: Path, say: str) -> None:
    one = server(reply=[{"stage": "greeting", "say": say}])
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox, greeted=False) as client:
        assert await client.rest() == f"{say}\r\n"


@pytest.mark.parametrize("stage", [one for one in STAGES if one != "greeting"])
async def test_421_closes_whatever_was_sent_behind(tmp_path: Path, stage: str) -> None:
    one = server(
        offers=["CHUNKING", "STARTTLS", "AUTH", "EXPN"],
        auth_in_clear=True,
        account=[{"user": "alice", "password": "secret"}],
        reply=[{"stage": stage, "say": "421 4.3.2 leaving"}],
    )
    lines = {
        "helo": "EHLO me",
        "mail": "MAIL FROM:<a@x.test>",
        "rcpt": "RCPT TO:<b@x.test>",
        "data": "DATA",
        "bdat": "BDAT 0",
        "starttls": "STARTTLS",
        "auth": "AUTH PLAIN AGFsaWNlAHNlY3JldA==",
        "message": "Hi\r\n.",
        "rset": "RSET",
        "noop": "NOOP",
        "vrfy": "VRFY bob",
        "expn": "EXPN staff",
        "quit": "QUIT",
    }
    before = ("helo", "mail", "rcpt", "data", "message")
    at = {"bdat": "data", "auth": "mail"}.get(stage, stage)
    steps = before[: before.index(at)] if at in before else ()
    mail = tmp_path / "mail"
    async with (
        running(mail, scenario=one, certificates=tmp_path / "tls") as sandbox,
        connected(sandbox) as client,
    ):
        for step in steps:
            assert (await client.say(lines[step]))[0] in "23"
        client.send(f"{lines[stage]}\r\nHELO again\r\n".encode())
        assert await client.rest() == "421 4.3.2 leaving\r\n"
    assert bodies(mail) == []


async def test_the_first_reply_that_is_due_counts(tmp_path: Path) -> None:
    one = server(
        reply=[
            {"stage": "noop", "say": "451 one", "times": 1},
            {"stage": "noop", "say": "452 two", "from": 2, "times": 2},
            {"stage": "noop", "say": "250 three", "from": 2},
        ]
    )
    found = await replies(tmp_path, one, *["NOOP"] * 4)
    assert found == ["451 one", "452 two", "452 two", "250 three"]


async def test_a_success_of_choice_does_not_make_a_mailbox(tmp_path: Path) -> None:
    one = server(reply=[{"stage": "rcpt", "say": "250 welcome"}])
    lines = ("HELO me", "MAIL FROM:<a@x.test>", "RCPT TO:<nobody@x.test>", "RCPT TO:<b@x.test>")
    found = await replies(tmp_path, one, *lines)
    assert [one[:7] for one in found[2:]] == ["550 5.1", "250 wel"]


@pytest.mark.parametrize("name", scenario.shipped())
def test_a_shipped_scenario_says_what_it_is_on_one_line_in_each_language(name: str) -> None:
    one = scenario.load(name)
    told = {language: one.told(language) for language in ("en", "zh_CN")}
    assert all(0 < len(sentence) <= 42 for sentence in told.values())
    assert told["en"] != told["zh_CN"]
    assert (one.id, one.told("fr")) == (name, told["en"])


def refused(file: Path) -> str:
    with pytest.raises(DataFileError) as error:
        scenario.read(file)
    return told(error.value)


def test_what_a_file_says_of_itself_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('format_version = 1\nid = "mine"\n[about]\nen = "two\\nlines"\n', encoding="utf-8")
    assert refused(file).startswith("mine.toml, line 4: about.en: it is one line")


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("[greylist]\n[limits]\n", ""),
        ("unknown = []\nmechanisms = []\n[lists]\nstaff = []\n", ""),
        ('host = ""\n', "line 3: host: it is empty"),
        ("users = []\n", "line 3: users: it is empty"),
        ('[[reply]]\nstage = "mail"\nsay = "450 x"\nmatch = ""\n', "line 6: reply[0].match: it is empty"),
        ('[[published]]\ndomain = "x.test"\nspf = ""\n', "line 5: published[0].spf: it is empty"),
        ('[[published]]\ndomain = "x.test"\na = [""]\n', "line 5: published[0].a: '' is no IP"),
        ('seen_from = "999.1.1.1"\n', "line 3: seen_from: '999.1.1.1' is no IP address"),
        (
            '[[published]]\ndomain = "x.test"\n[[published]]\ndomain = "x.test"\n',
            "line 6: published[1].domain: 'x.test' is there already",
        ),
        (
            '[[published]]\ndomain = "x.test"\n[published.dkim]\n"a b" = "p="\n',
            "line 5: published[0].dkim: 'a b' is no name",
        ),
        ('[lists]\nx = ["a@x.test"]\nstaff = "x"\n', "line 5: lists.staff: Expected a list, got text"),
        (
            '[lists]\nx = ["a@x.test"]\ny = ["b@x.test", 1]\n',
            "line 5: lists.y[1]: Expected text, got a whole number",
        ),
        ('[lists]\nx = ["a@x.test"]\ny = ["b"]\n', "line 5: lists.y[0]: 'b' is no address"),
        (
            '[[published]]\ndomain = "x.test"\ndkim = {one = "p=", two = 1}\n',
            "line 5: published[0].dkim.two: Expected text",
        ),
        ('users = ["nobody"]\n', "line 3: users[0]: 'nobody' is in unknown, too"),
        ('[about]\nEnglish = "x"\n', "line 3: about: 'English' is no language"),
    ],
)
def test_what_says_nothing_or_cannot_be_is_refused_at_its_line(
    tmp_path: Path, lines: str, fault: str
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f'format_version = 1\nid = "mine"\n{lines}', encoding="utf-8")
    if not fault:
        assert scenario.read(file).id == "mine"
        return
    assert refused(file).startswith(f"mine.toml, {fault}")


def test_a_scenario_has_a_name(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('format_version = 1\nid = ""\n', encoding="utf-8")
    assert refused(file).startswith("mine.toml, line 2: id: '' is no name")


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(b"\xef\xbb\xbf" + b'format_version = 1\r\nid = "mine"\r\nhost = ""\r\n')
    assert refused(file).startswith("mine.toml, line 3: host: it is empty")
