"""SPF, DKIM and DMARC at the practice server: what is refused behind the dot, what the stored message says of
its sender, and that nobody else can say it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.practice.signing import MESSAGE
from tests.sandbox.client import Client, bodies, connected, running
from tests.sandbox.test_lmtp import lmtp
from tui.practice.published import Published
from tui.practice.scenario import Server
from tui.sandbox import personality, scenario
from tui.sandbox.inbox import Inbox

FORGED = "From: ceo@bank.test\r\nSubject: pay now\r\n\r\nAt once.\r\n"


async def delivered(client: Client, text: str, sender: str = "mallory@mailer.test") -> list[str]:
    """The reply to the end of the message."""
    await client.envelope(sender, "bob@x.test")
    await client.say("DATA")
    client.send(f"{text}.\r\n".encode())
    return await client.reply()


async def test_a_forged_sender_is_accepted_and_told(tmp_path: Path) -> None:
    async with (
        running(tmp_path, scenario=scenario.load("spoofing")) as sandbox,
        connected(sandbox) as client,
    ):
        assert (await delivered(client, FORGED, "ceo@bank.test"))[0].startswith("250 ")
    host = personality.load("plain").host
    assert bodies(tmp_path) == [
        f"Authentication-Results: {host};\r\n spf=fail smtp.mailfrom=bank.test;\r\n dkim=none;\r\n"
        " dmarc=fail (p=reject dis=none) header.from=bank.test\r\n".encode()
        + FORGED.encode()
    ]
    entry = Inbox(tmp_path).entry(1)
    assert entry.envelope is not None
    assert entry.envelope.octets == len(FORGED)


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("plain", "550 5.7.26 bank.test"),
        ("gmail", "550-5.7.26 Unauthenticated email from bank.test is not accepted due to"),
        ("postfix", "550 5.7.26"),
        ("sendmail", "550 5.7.26"),
        ("opensmtpd", "550 5.7.26"),
        ("exim", "550 "),
        ("haraka", "550 "),
        ("qmail", "550 "),
        ("qq-163", "550 "),
        ("mdaemon-7", "550 "),
        ("exchange", "550 5.7.509 Access denied, sending domain bank.test"),
    ],
)
async def test_who_asks_to_reject_is_heard(tmp_path: Path, name: str, begins: str) -> None:
    one = scenario.load("dmarc")
    async with running(tmp_path, personality=name, scenario=one) as sandbox:
        async with connected(sandbox) as client:
            reply = await delivered(client, FORGED)
        assert reply[0].startswith(begins)
        assert {line[:3] for line in reply} == {"550"}
        async with connected(sandbox) as client:
            assert (await delivered(client, FORGED.replace("bank", "mailer")))[-1].startswith("250")
    assert len(bodies(tmp_path)) == 1


@pytest.mark.parametrize(
    ("domain", "reply", "disposition"),
    [
        ("bank.test", "550", ""),
        ("sub.bank.test", "550", ""),
        ("shop.test", "250", "quarantine"),
        ("sub.shop.test", "550", ""),  # sp=reject
        ("club.test", "250", "none"),
        ("news.test", "550", ""),  # aspf=s: mailer.test passed, and is not the same
        ("mailer.test", "250", ""),
        ("gone.test", "250", ""),
    ],
)
async def test_each_domain_gets_what_it_asks_for(
    tmp_path: Path, domain: str, reply: str, disposition: str
) -> None:
    one = scenario.load("dmarc")
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        assert (await delivered(client, FORGED.replace("bank.test", domain)))[0][:3] == reply
    for entry in Inbox(tmp_path).entries():
        assert entry.envelope is not None
        assert entry.envelope.verdict is not None
        assert entry.envelope.verdict.disposition == disposition


@pytest.mark.parametrize(
    "author",
    ["ceo@bank.test x@mailer.test", "x@mailer.test\r\nFrom: ceo@bank.test", "(" * 5000 + "ceo@bank.test"],
)
async def test_a_field_that_is_no_list_hides_nobody(tmp_path: Path, author: str) -> None:
    one = scenario.load("dmarc")
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        assert (await delivered(client, FORGED.replace("ceo@bank.test", author)))[0].startswith("550 5.7.26")


async def test_an_included_sender_passes(tmp_path: Path) -> None:
    one = scenario.load("dmarc")
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        text = FORGED.replace("bank.test", "news.test")
        assert (await delivered(client, text, "letter@news.test"))[0][:3] == "250"
    assert b"dmarc=pass header.from=news.test" in bodies(tmp_path)[0]


async def test_a_signature_vouches_whoever_delivers_it(tmp_path: Path) -> None:
    one = scenario.load("dmarc")
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        assert (await delivered(client, MESSAGE.decode()))[0][:3] == "250"
        changed = MESSAGE.decode().replace("We lost", "We won")
        assert (await delivered(client, changed))[0].startswith("550 5.7.26")
    assert bodies(tmp_path)[0].endswith(MESSAGE)
    for said in (b"dkim=pass header.d=football.example.com header.s=brisbane", b"dmarc=pass"):
        assert said in bodies(tmp_path)[0]


async def test_only_the_server_itself_says_who_passed(tmp_path: Path) -> None:
    claim = "Authentication-Results: mx.sandbox.test; spf=pass; dkim=pass; dmarc=pass\r\n"
    one = scenario.load("spoofing")
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        await delivered(client, claim + FORGED)
    stored = bodies(tmp_path)[0]
    assert stored.lower().count(b"\nauthentication-results:") == 0
    assert stored.startswith(b"Authentication-Results: ")
    assert b"X-Untrusted-Authentication-Results: mx.sandbox.test; spf=pass" in stored


async def test_without_records_a_message_stays_as_it_came(tmp_path: Path) -> None:
    text = "Authentication-Results: x\r\n" + FORGED
    async with running(tmp_path) as sandbox, connected(sandbox) as client:
        await delivered(client, text)
    assert bodies(tmp_path) == [text.encode()]


def refusing(**keys: object) -> Server:
    zone = Published(domain="bank.test", dmarc="v=DMARC1; p=reject", spf="v=spf1 -all")
    return Server(published=(zone,), enforce=True, **keys)  # type: ignore[arg-type]


async def test_each_recipient_of_lmtp_is_told(tmp_path: Path) -> None:
    async with (
        lmtp(tmp_path, scenario=refusing()) as (_sandbox, client),
    ):
        for line in ("LHLO me", "MAIL FROM:<a@x.test>", "RCPT TO:<b@x.test>", "RCPT TO:<c@x.test>", "DATA"):
            client.send(line.encode() + b"\r\n")
            await client.reply()
        client.send(FORGED.encode() + b".\r\n")
        assert [(await client.reply())[0][:10] for _ in range(2)] == ["550 5.7.26"] * 2


async def test_chunks_are_judged_when_the_last_one_is_there(tmp_path: Path) -> None:
    one = refusing(offers=("CHUNKING",))
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        await client.envelope("a@x.test", "b@x.test")
        half = FORGED.encode()[:10]
        client.send(b"BDAT 10\r\n" + half)
        assert (await client.reply())[0][:3] == "250"
        rest = FORGED.encode()[10:]
        client.send(f"BDAT {len(rest)} LAST\r\n".encode() + rest)
        assert (await client.reply())[0].startswith("550 5.7.26")
        assert (await client.say("NOOP"))[:3] == "250"


async def test_who_has_logged_in_is_not_a_forger(tmp_path: Path) -> None:
    account = scenario.load("submission").account
    one = refusing(account=account, offers=("AUTH",), auth_in_clear=True)
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        client.send(b"EHLO me\r\n")
        await client.reply()
        assert (await client.say("AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ="))[:3] == "235"
        await client.say("MAIL FROM:<ceo@bank.test>")
        await client.say("RCPT TO:<b@x.test>")
        await client.say("DATA")
        assert (await client.say(FORGED + "."))[:3] == "250"
    assert b"\r\n auth=pass smtp.auth=alice;\r\n spf=fail" in bodies(tmp_path)[0]


async def test_a_full_spool_says_so_whatever_was_found(tmp_path: Path) -> None:
    zone = Published(domain="bank.test", dmarc="v=DMARC1; p=none")
    one = Server(published=(zone,), limits=scenario.Limits(spool_octets=len(FORGED) + 20))
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        assert (await delivered(client, FORGED))[0].startswith("452")  # what is written on top is too much
        assert (await delivered(client, FORGED + "x" * 200 + "\r\n"))[0].startswith("452")
    assert bodies(tmp_path) == []
