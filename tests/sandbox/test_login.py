"""AUTH (RFC 4954) through a socket: each mechanism, the rules, and that no password is kept anywhere."""

from __future__ import annotations

import asyncio
import contextlib
import smtplib
import ssl
from base64 import b64decode, b64encode
from pathlib import Path

import msgspec
import pytest

from tests.logins.server import SECRET, USER, forms
from tests.sandbox.client import USUAL, Client, connected, running
from tests.sandbox.test_limits import Heard
from tests.sandbox.test_tls import encrypted, keywords
from tui.plain.serve_rows import Form, JsonLines, Rows, ServerLog
from tui.practice.scenario import Server
from tui.sandbox import events
from tui.sandbox.inbox import Inbox
from tui.smtp import sasl
from tui.smtp.sasl import MECHANISMS, Answer, Credentials, Talk

PLAIN = b64encode(f"\0{USER}\0{SECRET}".encode()).decode()
WRONG = b64encode(f"\0{USER}\0wrong".encode()).decode()


def server(**keys: object) -> Server:
    usual = {
        "offers": ["AUTH", "STARTTLS", "CHUNKING"],
        "auth_in_clear": True,
        "account": [{"user": USER, "password": SECRET}],
    }
    return msgspec.convert({**usual, **keys}, Server)


def everything(folder: Path) -> bytes:
    return b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())


async def log_in(client: Client, mechanism: str, who: Credentials, *, at_once: bool = False) -> str:
    """The reply that ends it."""
    said: tuple[bytes, ...] = ()
    sent: tuple[bytes, ...] = ()
    line = f"AUTH {mechanism}".encode()
    if at_once:
        opening = sasl.opening(mechanism, who, "nonce")
        assert isinstance(opening, tuple)
        line, first = opening
        if first is not None:
            sent = (first.octets,)
            said = (b"",)
    reply = await client.say(line)
    while reply.startswith("334 "):
        said = (*said, reply[4:].encode())
        answer = sasl.answer(Talk(mechanism, said, sent), who, "nonce")
        assert isinstance(answer, Answer), answer
        sent = (*sent, answer.octets)
        reply = await client.say(answer.line)
    return reply


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("at_once", [False, True])
@pytest.mark.parametrize("password", [SECRET, "wrong"])
async def test_what_a_scenario_wants_of_a_login_is_said_where_the_verdict_is(
    tmp_path: Path, mechanism: str, at_once: bool, password: str
) -> None:
    who = Credentials(USER, password)
    wanted = ("454 4.7.0 x", "535 5.7.8 y", "421 4.3.2 z")
    one = server(
        reply=[
            {"stage": "auth", "say": say, "from": at, "times": 1} for at, say in enumerate(wanted, start=1)
        ]
    )
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        await keywords(client)
        if not at_once:
            assert (await client.say(f"AUTH {mechanism}"))[:3] == "334"  # not yet
            assert (await client.say("*"))[:3] == "501"  # that is no verdict, and is not counted
            assert (await client.say(f"AUTH {mechanism}"))[:3] == "334"
            assert (await client.say("!"))[:3] == "501"
        for say in wanted:
            assert await log_in(client, mechanism, who, at_once=at_once) == say
        assert await client.rest() == ""


@pytest.mark.parametrize("do", ["drop", "drop-unsaid"])
async def test_a_connection_cut_at_a_login_has_heard_the_challenges(tmp_path: Path, do: str) -> None:
    one = server(fault=[{"stage": "auth", "do": do}])
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        await keywords(client)
        assert await client.say("AUTH LOGIN") == "334 VXNlcm5hbWU6"
        assert await client.say(b64encode(USER.encode())) == "334 UGFzc3dvcmQ6"
        client.send(b64encode(SECRET.encode()) + b"\r\n")
        with contextlib.suppress(ConnectionResetError):  # cut so, or so
            assert await client.rest() == ""


@pytest.mark.parametrize("name", USUAL)
@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("at_once", [False, True])
async def test_each_mechanism(tmp_path: Path, name: str, mechanism: str, at_once: bool) -> None:
    async with (
        running(tmp_path, personality=name, scenario=server()) as sandbox,
        connected(sandbox) as client,
    ):
        assert "AUTH" in await keywords(client)
        for user, password in ((USER, "wrong"), ("nobody", SECRET)):
            reply = await log_in(client, mechanism, Credentials(user, password), at_once=at_once)
            assert reply[:3] == "535"
        reply = await log_in(client, mechanism, Credentials(USER, SECRET), at_once=at_once)
        assert reply[:3] == "235"
        assert (await client.say(f"AUTH PLAIN {PLAIN}"))[:3] == "503"  # not twice
        assert (await client.say("MAIL FROM:<a@x.test>"))[:3] == "250"


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["AUTH PLAIN"], "503"),  # EHLO goes first
        (["HELO me", "AUTH PLAIN"], "503"),
        (["EHLO me", "AUTH"], "501"),
        (["EHLO me", "AUTH PLAIN x y"], "501"),
        (["EHLO me", "AUTH DIGEST-MD5"], "504"),
        (["EHLO me", "AUTH ＰＬＡＩＮ"], "504"),
        (["EHLO me", f"auth plain {PLAIN}"], "235"),
        (["EHLO me", f"AUTH PLAIN  {PLAIN}"], "235"),
        (["EHLO me", "AUTH PLAIN", PLAIN], "235"),
        (["EHLO me", "AUTH PLAIN ="], "501"),  # an empty answer is none of PLAIN
        (["EHLO me", "AUTH PLAIN not-base64!"], "501"),
        (["EHLO me", "AUTH PLAIN é"], "501"),
        (["EHLO me", "AUTH PLAIN AGJvYgBidWlsZGVy="], "501"),
        (["EHLO me", "AUTH PLAIN AGJvYgBidWlsZGVy===="], "501"),
        (["EHLO me", "AUTH PLAIN", "not base64"], "501"),
        (["EHLO me", "AUTH PLAIN", "*"], "501"),
        (["EHLO me", "AUTH PLAIN", "="], "501"),
        (["EHLO me", "AUTH PLAIN", ""], "501"),
        (["EHLO me", "AUTH PLAIN *"], "501"),
        (["EHLO me", "AUTH LOGIN", "*"], "501"),
        (["EHLO me", "AUTH LOGIN", b64encode(USER.encode()).decode(), "*"], "501"),
        (["EHLO me", "AUTH CRAM-MD5 eA=="], "501"),
        (["EHLO me", "AUTH CRAM-MD5 ="], "501"),
        (["EHLO me", "AUTH PLAIN", "A" * 12_284 + "===="], "501"),
        (["EHLO me", "AUTH PLAIN", "A" * 12_288], "501"),
        (["EHLO me", "AUTH PLAIN", "A" * 12_289], "500"),
        (["EHLO me", "AUTH PLAIN", "A" * 100_000], "500"),
        (["EHLO me", "AUTH PLAIN " + "A" * 600], "500"),
        (["EHLO me", "MAIL FROM:<a@x.test>", "AUTH PLAIN"], "503"),
        (["EHLO me", f"AUTH PLAIN {WRONG}", f"AUTH PLAIN {PLAIN}"], "235"),
        (["EHLO me", f"AUTH PLAIN {PLAIN}", "EHLO me", f"AUTH PLAIN {PLAIN}"], "503"),
        (["EHLO me", f"AUTH PLAIN {PLAIN}", "RSET", f"AUTH PLAIN {PLAIN}"], "503"),
        (["EHLO me", "AUTH PLAIN", "QUIT"], "501"),  # what is an answer is no command
    ],
)
async def test_the_rules(tmp_path: Path, lines: list[str], code: str) -> None:
    async with running(tmp_path, scenario=server()) as sandbox, connected(sandbox) as client:
        for line in lines[:-1]:
            await client.say(line)
        assert (await client.say(lines[-1]))[:3] == code
        assert (await client.say("NOOP"))[:3] == "250"


async def test_the_mechanisms_of_the_scenario(tmp_path: Path) -> None:
    one = server(mechanisms=["CRAM-MD5", "PLAIN"])
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        client.send(b"EHLO me\r\n")
        assert "250 AUTH CRAM-MD5 PLAIN" in [line.replace("-", " ", 1) for line in await client.reply()]
        assert (await client.say("AUTH LOGIN"))[:3] == "504"


@pytest.mark.parametrize("keys", [{"account": []}, {"withholds": ["AUTH"]}])
async def test_it_is_advertised_only_when_it_works(tmp_path: Path, keys: dict[str, object]) -> None:
    async with running(tmp_path, scenario=server(**keys)) as sandbox, connected(sandbox) as client:
        assert "AUTH" not in await keywords(client)
        assert (await client.say(f"AUTH PLAIN {PLAIN}"))[:3] == "502"
        assert (await client.say("MAIL FROM:<a@x.test> AUTH=<>"))[:3] == "555"


async def test_in_clear_only_where_the_scenario_says_so(tmp_path: Path) -> None:
    one = server(auth_in_clear=False)
    async with (
        running(tmp_path / "mail", scenario=one, certificates=tmp_path / "tls") as sandbox,
        connected(sandbox) as client,
    ):
        assert "AUTH" not in await keywords(client)
        for line in (f"AUTH PLAIN {PLAIN}", "AUTH PLAIN", "AUTH CRAM-MD5"):
            assert (await client.say(line))[:3] == "538"
        assert (await client.say("AUTH DIGEST-MD5"))[:3] == "504"
        await encrypted(client, tmp_path / "tls")
        assert "AUTH" in await keywords(client)
        assert (await client.say(f"AUTH PLAIN {PLAIN}"))[:3] == "235"
        await client.envelope()
        await client.say("DATA")
        assert (await client.say("."))[:3] == "250"
    envelope = Inbox(tmp_path / "mail").entry(1).envelope
    assert envelope is not None
    assert (envelope.user, envelope.tls[:3]) == (USER, "TLS")


async def test_who_logs_in_before_tls_is_nobody_inside(tmp_path: Path) -> None:
    async with (
        running(tmp_path / "mail", scenario=server(), certificates=tmp_path / "tls") as sandbox,
        connected(sandbox) as client,
    ):
        await client.say("EHLO me")
        assert (await client.say(f"AUTH PLAIN {PLAIN}"))[:3] == "235"
        await encrypted(client, tmp_path / "tls")
        await client.say("EHLO me")
        assert (await client.say(f"AUTH PLAIN {PLAIN}"))[:3] == "235"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("HELO me", "250"),
        ("NOOP", "250"),
        ("RSET", "250"),
        ("QUIT", "221"),
        ("MAIL FROM:<a@x.test>", "530"),
        ("RCPT TO:<a@x.test>", "530"),
        ("DATA", "530"),
        ("VRFY bob", "530"),
        ("HELP", "530"),
        ("BDAT 6\r\nQUIT\r\n", "530"),
        ("FROB", "500"),
    ],
)
async def test_where_a_login_is_required(tmp_path: Path, line: str, code: str) -> None:
    one = server(login_required=True)
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        await client.say("EHLO me")
        client.send(line.encode() + b"\r\n" * (not line.startswith("BDAT")))
        assert (await client.reply())[-1][:3] == code
        if code != "221":
            await client.say("EHLO me")
            assert (await client.say(f"AUTH PLAIN {PLAIN}"))[:3] == "235"
            assert (await client.say("MAIL FROM:<a@x.test>"))[:3] == "250"


@pytest.mark.parametrize(
    ("say", "code"), [("454 4.7.0 not now", "454"), ("535 5.7.8 no", "535"), ("235 2.7.0 hello", "235")]
)
async def test_advertised_and_answered_as_the_scenario_chooses(tmp_path: Path, say: str, code: str) -> None:
    one = server(reply=[{"stage": "auth", "say": say}])
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        assert "AUTH" in await keywords(client)
        assert await client.say(f"AUTH PLAIN {PLAIN}") == say
        assert (await client.say(f"AUTH PLAIN {PLAIN}"))[:3] == ("503" if code == "235" else code)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("<>", "250"),
        ("alice@example.org", "250"),
        ("e+3Dmc2@example.com", "250"),
        ("a+3d", "501"),
        ("a+b", "501"),
        ("x" * 490, "250"),
        ("x" * 1700, "500"),
    ],
)
async def test_the_auth_parameter_of_mail(tmp_path: Path, value: str, code: str) -> None:
    async with running(tmp_path, scenario=server()) as sandbox, connected(sandbox) as client:
        await client.say("EHLO me")
        assert (await client.say(f"MAIL FROM:<a@x.test> AUTH={value}"))[:3] == code


async def test_a_client_that_goes_away_while_it_is_asked(tmp_path: Path) -> None:
    heard = Heard()
    async with running(tmp_path, scenario=server(), listener=heard) as sandbox:
        async with connected(sandbox) as client:
            await client.say("EHLO me")
            assert (await client.say("AUTH LOGIN"))[:3] == "334"
        await heard.until(events.ClientDisconnected)
        assert not heard.of(events.ServerFailed)
        assert sandbox.connected == 0


async def test_challenges_differ(tmp_path: Path) -> None:
    async with running(tmp_path, scenario=server()) as sandbox, connected(sandbox) as client:
        await client.say("EHLO me")
        found = set()
        for _ in range(3):
            found.add(await client.say("AUTH CRAM-MD5"))
            await client.say("*")
        assert len(found) == 3
        assert all(b64decode(one[4:]).endswith(b"@sandbox.test>") for one in found)


async def test_the_client_of_the_standard_library_logs_in(tmp_path: Path) -> None:
    context = ssl.create_default_context()

    def deliver(port: int) -> None:
        context.load_verify_locations(tmp_path / "tls" / "ca.pem")
        for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5"):
            with smtplib.SMTP("localhost", port, local_hostname="client.test") as client:
                client.starttls(context=context)
                client.ehlo()
                client.user, client.password = USER, SECRET
                method = getattr(client, f"auth_{mechanism.lower().replace('-', '_')}")
                assert client.auth(mechanism, method)[0] == 235
                client.sendmail("alice@example.org", ["bob@x.test"], b"Subject: hi\r\n\r\n")

    one = server(auth_in_clear=False)
    async with running(tmp_path / "mail", scenario=one, certificates=tmp_path / "tls") as sandbox:
        assert sandbox.authority is not None
        sandbox.authority.context()
        await asyncio.to_thread(deliver, sandbox.port)
        assert sandbox.stored == 3


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("password", [SECRET, f"{SECRET} "])
@pytest.mark.parametrize("form", [Rows(), JsonLines()], ids=["rows", "json"])
async def test_no_password_is_told_kept_or_said(
    tmp_path: Path, mechanism: str, password: str, form: Form
) -> None:
    rows: list[str] = []
    log = ServerLog(form, rows.append, lambda: None)
    async with running(tmp_path, scenario=server(), listener=log.tell) as sandbox:
        for at_once in (False, True):
            async with connected(sandbox) as client:
                await client.say("EHLO me")
                await log_in(client, mechanism, Credentials(USER, password), at_once=at_once)
                await client.envelope()
                await client.say("DATA")
                await client.say(".")
    kept = everything(tmp_path)
    assert (f'"user":"{USER}"'.encode() in kept) == (password == SECRET)
    told = "".join(rows).encode()
    assert b"********" in told
    for secret in forms():
        assert secret not in kept
        assert secret not in told, secret
