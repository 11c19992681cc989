"""DSN (RFC 3461): what may be asked for, and the report that comes into the sender's mailbox; EXPN."""

from __future__ import annotations

import email
import email.policy
import json
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import msgspec
import pytest

from tests.sandbox.client import USUAL, bodies, connected, running
from tests.sandbox.test_limits import Heard
from tests.sandbox.test_tls import keywords
from tui.plain.serve_rows import JsonLines, Rows
from tui.practice.scenario import Server
from tui.sandbox import events
from tui.sandbox.inbox import Inbox

MESSAGE = b"Subject: h\xc3\xa9llo\r\nTo: x\r\n\r\nbody\r\n"


def server(**keys: object) -> Server:
    return msgspec.convert({"offers": ["DSN"], "bounces": ["full"], **keys}, Server)


async def reports(
    mail: Path, sender: str, *recipients: str, message: bytes = MESSAGE, domains: tuple[str, ...] = ()
) -> list[EmailMessage]:
    """The reports about one message; what stands behind MAIL FROM: and RCPT TO:."""
    heard = Heard()
    async with (
        running(mail, scenario=server(domains=domains), listener=heard) as sandbox,
        connected(sandbox) as client,
    ):
        await client.say("EHLO me")
        assert (await client.say(f"MAIL FROM:{sender}"))[:3] == "250"
        for one in recipients:
            assert (await client.say(f"RCPT TO:{one}"))[:3] == "250"
        await client.say("DATA")
        client.send(message)
        assert (await client.say("."))[:3] == "250"
    told = [cast(events.ReportStored, one) for one in heard.of(events.ReportStored)]
    assert sandbox.stored == 1
    for report in told:
        assert (report.about, report.number, report.envelope.reverse_path) == (1, 2, "")
        assert report.envelope == Inbox(mail).entry(2).envelope
    inbox = Inbox(mail)
    return [email.message_from_bytes(inbox.raw(one.number), policy=email.policy.default) for one in told]


def statuses(report: EmailMessage) -> list[dict[str, str]]:
    (part,) = [one for one in report.walk() if one.get_content_type() == "message/delivery-status"]
    return [dict(block.items()) for block in part.iter_parts()]


def returned(report: EmailMessage) -> tuple[str, bytes]:
    raw = report.as_bytes()
    assert raw
    part = [*report.iter_parts()][-1]
    return part.get_content_type(), part.as_bytes()


async def test_success_is_told_where_it_was_asked_for(tmp_path: Path) -> None:
    (one,) = await reports(
        tmp_path,
        "<alice@x.test> RET=FULL ENVID=QQ+2B314",
        "<bob@x.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;Bob+2Bx@y.test",
        "<carol@x.test>",
        "<full@x.test> NOTIFY=NEVER",
    )
    assert one["To"] == "alice@x.test"
    assert one["Subject"] == "Your mail was delivered"
    assert one.get_content_type() == "multipart/report"
    message, bob = statuses(one)
    assert message["Original-Envelope-Id"] == "QQ+314"
    assert message["Reporting-MTA"] == "dns; sandbox.test"
    assert bob == {
        "Original-Recipient": "rfc822;Bob+x@y.test",
        "Final-Recipient": "rfc822;bob@x.test",
        "Action": "delivered",
        "Status": "2.1.5",
    }
    kind, text = returned(one)
    assert kind == "text/rfc822-headers"  # RFC 3461 §4.3: RET is about failures
    assert b"body" not in text


@pytest.mark.parametrize(("ret", "kind"), [("", "text/rfc822-headers"), (" RET=hdrs", "text/rfc822-headers")])
async def test_failure_is_told_without_being_asked_for(tmp_path: Path, ret: str, kind: str) -> None:
    (one,) = await reports(tmp_path, f"<alice@x.test>{ret}", "<bob@x.test>", "<FULL@x.test>")
    assert one["Subject"] == "Your mail could not be delivered"
    _message, full = statuses(one)
    assert (full["Final-Recipient"], full["Action"], full["Status"]) == (
        "rfc822;FULL@x.test",
        "failed",
        "5.2.1",
    )
    assert full["Diagnostic-Code"].startswith("smtp; 550 5.2.1 ")
    assert returned(one)[0] == kind


async def test_all_of_a_message_comes_back_where_that_was_asked_for(tmp_path: Path) -> None:
    long = b"Subject: long\r\n\r\n" + b"x" * 300_000 + b"\r\n"
    (one,) = await reports(tmp_path, "<alice@x.test> RET=FULL", "<full@x.test>", message=long)
    assert returned(one)[0] == "message/rfc822"
    assert long in bodies(tmp_path)[-1]


async def report_of(mail: Path, *lines: str, message: bytes = MESSAGE, **keys: object) -> str:
    """The report about a message to these, as it is stored; what stands behind MAIL FROM: and RCPT TO:."""
    one = server(offers=["DSN", "SMTPUTF8", "8BITMIME"], **keys)
    async with (
        running(mail, scenario=one, personality=one.personality) as sandbox,
        connected(sandbox) as client,
    ):
        await client.say("EHLO me")
        for verb, line in zip(("MAIL FROM:", *["RCPT TO:"] * 9), lines, strict=False):
            assert (await client.say(verb + line))[:3] == "250"
        await client.say("DATA")
        client.send(message)
        assert (await client.say("."))[:3] == "250"
    return Inbox(mail).raw(2).decode()


async def test_addresses_beyond_ascii_are_told_as_they_are(tmp_path: Path) -> None:
    """RFC 6533 §3 to §5, for a sender who asked for SMTPUTF8."""
    told = await report_of(
        tmp_path,
        "<jürgen@x.test> SMTPUTF8 RET=FULL",
        "<grün+a@x.test> NOTIFY=SUCCESS ORCPT=utf-8;gr\\x{FC}n\\x{2B}a@y.test",
        "<full@x.test> ORCPT=utf-8;voll-é@y.test",
        message=b"Subject: gr\xc3\xbcn\r\n\r\nbody\r\n",
    )
    for line in (
        "To: <jürgen@x.test>",
        "<grün+a@x.test>: delivered",
        "<full@x.test>: could not be delivered: The mailbox takes nothing (550 5.2.1)",
        "Content-Type: message/global-delivery-status",
        "Original-Recipient: utf-8;grün\\x{2B}a@y.test",
        "Final-Recipient: utf-8;grün\\x{2B}a@x.test",
        "Original-Recipient: utf-8;voll-é@y.test",
        "Final-Recipient: rfc822;full@x.test",
        "Content-Type: message/global",
        "Subject: grün",
    ):
        assert f"\r\n{line}\r\n" in told
    envelope = Inbox(tmp_path).entry(2).envelope
    assert envelope is not None
    assert "SMTPUTF8" in envelope.mail_params
    assert [one.type for one in Inbox(tmp_path).content(2).parts][:3] == [
        "text/plain",
        "message/global-delivery-status",
        "message/global",
    ]


async def test_who_takes_no_utf_8_is_told_addresses_in_ascii(tmp_path: Path) -> None:
    """RFC 6533 §3: utf-8-addr-xtext."""
    told = await report_of(
        tmp_path, "<alice@x.test>", "<full@x.test> ORCPT=utf-8;gr\\x{FC}n\\x{1F600}\\x{2B}@y.test"
    )
    assert "\r\nContent-Type: message/delivery-status\r\n" in told
    assert "\r\nOriginal-Recipient: utf-8;gr\\x{FC}n\\x{1F600}\\x{2B}@y.test\r\n" in told
    assert "\r\nContent-Type: text/rfc822-headers\r\n" in told


async def test_only_the_header_of_a_mail_in_utf_8(tmp_path: Path) -> None:
    told = await report_of(tmp_path, "<alice@x.test> SMTPUTF8", "<full@x.test>")
    assert "\r\nContent-Type: message/global-headers\r\n" in told
    ascii_ = await report_of(
        tmp_path / "b",
        "<alice@x.test> SMTPUTF8 RET=FULL",
        "<full@x.test>",
        message=b"Subject: x\r\n\r\ny\r\n",
    )
    assert "\r\nContent-Type: message/rfc822\r\n" in ascii_


async def test_a_mailbox_that_is_not_there_is_another_failure(tmp_path: Path) -> None:
    """RFC 3463 §3.2: 5.1.1, at a server that finds out later."""
    told = await report_of(tmp_path, "<alice@x.test>", "<nobody@x.test>", personality="qmail")
    assert "<nobody@x.test>: could not be delivered: There is no such mailbox (550 5.1.1)\r\n" in told
    assert "\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 There is no such mailbox\r\n" in told


async def test_a_tag_leads_to_the_same_mailbox(tmp_path: Path) -> None:
    told = await report_of(
        tmp_path, "<bob+x@x.test>", "<bob+tag@x.test> NOTIFY=SUCCESS", users=["bob"], personality="gmail"
    )
    assert "\r\nFinal-Recipient: rfc822;bob+tag@x.test\r\nAction: delivered\r\n" in told


@pytest.mark.parametrize(
    ("sender", "recipient", "domains"),
    [
        ("<alice@x.test>", "<bob@x.test>", ()),
        ("<alice@x.test>", "<full@x.test> NOTIFY=NEVER", ()),
        ("<alice@x.test>", "<full@x.test> NOTIFY=SUCCESS", ()),
        ("<alice@x.test>", "<bob@x.test> NOTIFY=FAILURE,DELAY", ()),
        ("<>", "<full@x.test>", ()),  # never about a report (RFC 5321 §6.1)
        ("<>", "<bob@x.test> NOTIFY=SUCCESS", ()),
        ("<nobody@x.test>", "<full@x.test>", ()),
        ("<full@x.test>", "<full@x.test>", ()),
        ("<alice@elsewhere.test>", "<full@x.test>", ("x.test",)),
    ],
)
async def test_nothing_is_told(tmp_path: Path, sender: str, recipient: str, domains: tuple[str, ...]) -> None:
    assert await reports(tmp_path, sender, recipient, domains=domains) == []


async def test_a_report_takes_room_in_the_mailbox_of_who_is_told(tmp_path: Path) -> None:
    heard = Heard()
    one = server(quota=[{"user": "alice", "messages": 1}])
    async with running(tmp_path, scenario=one, listener=heard) as sandbox, connected(sandbox) as client:
        await client.say("EHLO me")
        for sender, recipient in (("alice", "full"), ("alice", "full"), ("bob", "alice")):
            assert (await client.say(f"MAIL FROM:<{sender}@x.test>"))[:3] == "250"
            reply = await client.say(f"RCPT TO:<{recipient}@x.test>")
            if recipient == "full":
                assert (await client.say("DATA"))[:3] == "354"
                assert (await client.say("Hi\r\n."))[:3] == "250"
        assert reply[:9] == "452 4.2.2"
        inbox = Inbox(tmp_path)
        (stored,) = [cast(events.ReportStored, one) for one in heard.of(events.ReportStored)]
        inbox.delete(stored.number)
        assert (await client.say("RCPT TO:<alice@x.test>"))[:3] == "250"
    (dropped,) = [cast(events.ReportDropped, one) for one in heard.of(events.ReportDropped)]
    assert (dropped.about, dropped.envelope.addresses) == (3, ("alice@x.test",))
    assert not list((tmp_path / "tmp").iterdir())
    assert (
        Rows().told(1, dropped) == "1 * not stored: a report about 3, as the mailbox <alice@x.test> is full"
    )
    said = json.loads(JsonLines().told(1, dropped))
    assert (said["event"], said["why"], said["report_about"]) == ("dropped", "full", 3)


async def test_a_report_larger_than_the_room_that_is_left_is_not_stored(tmp_path: Path) -> None:
    heard = Heard()
    one = server(quota=[{"octets": 100}])
    async with running(tmp_path, scenario=one, listener=heard) as sandbox, connected(sandbox) as client:
        for line in ("HELO me", "MAIL FROM:<alice@x.test>", "RCPT TO:<full@x.test>", "DATA", "Hi\r\n."):
            assert (await client.say(line))[0] in "23"
    assert len(heard.of(events.ReportDropped)) == 1
    assert len(bodies(tmp_path)) == 1


async def test_what_an_xtext_hides_begins_no_header(tmp_path: Path) -> None:
    (one,) = await reports(
        tmp_path,
        "<alice@x.test> ENVID=a+0D+0ABcc:evil",
        "<bob@x.test> NOTIFY=SUCCESS ORCPT=rfc822;b+0D+0A+0D+0AX",
    )
    message, bob = statuses(one)
    assert message["Original-Envelope-Id"] == "a??Bcc:evil"
    assert bob["Original-Recipient"] == "rfc822;b????X"
    assert "Bcc" not in bodies(tmp_path)[-1].decode("utf-8", "replace").replace("a??Bcc", "")


@pytest.mark.parametrize(
    ("mail", "rcpt"),
    [
        ("", " NOTIFY=NEVER"),
        ("", " notify=success,failure,delay"),
        ("", " ORCPT=rfc822;a@b.test NOTIFY=DELAY"),
        ("", " ORCPT=x;" + "y" * 480),
        (" RET=full ENVID=" + "x" * 100, ""),
        (" ENVID=+2B", ""),
    ],
)
async def test_parameters_that_are_taken(tmp_path: Path, mail: str, rcpt: str) -> None:
    async with running(tmp_path, scenario=server()) as sandbox, connected(sandbox) as client:
        await client.say("EHLO me")
        assert (await client.say(f"MAIL FROM:<a@x.test>{mail}"))[:3] == "250"
        assert (await client.say(f"RCPT TO:<b@x.test>{rcpt}"))[:3] == "250"


@pytest.mark.parametrize(
    ("mail", "rcpt", "code"),
    [
        (" RET=ALL", "", "501"),
        (" RET", "", "501"),
        (" RET=FULL RET=FULL", "", "501"),
        (" ENVID", "", "501"),
        (" ENVID=" + "x" * 101, "", "501"),
        (" ENVID=+2b", "", "501"),
        (" ENVID=a+b", "", "501"),
        (" NOTIFY=NEVER", "", "555"),
        ("", " NOTIFY", "501"),
        ("", " NOTIFY=", "501"),
        ("", " NOTIFY=NEVER,SUCCESS", "501"),
        ("", " NOTIFY=SUCCESS,SUCCESS", "501"),
        ("", " NOTIFY=SUCCESS,", "501"),
        ("", " NOTIFY=ALWAYS", "501"),
        ("", " ORCPT=a@b.test", "501"),
        ("", " ORCPT=rfc822;", "501"),
        ("", " ORCPT=rfc822;+4", "501"),
        ("", " ORCPT=utf-8;a+b@x.test", "501"),
        ("", " ORCPT=utf-8;a\\x{G}@x.test", "501"),
        ("", " ORCPT=utf-8;a\\b@x.test", "501"),
        ("", " ORCPT=rfc822;gr\u00fcn@x.test", "501"),
        ("", " ORCPT=rfc822;" + "x" * 500, "501"),
        ("", " RET=FULL", "555"),
    ],
)
async def test_parameters_that_are_not(tmp_path: Path, mail: str, rcpt: str, code: str) -> None:
    async with running(tmp_path, scenario=server()) as sandbox, connected(sandbox) as client:
        await client.say("EHLO me")
        reply = await client.say(f"MAIL FROM:<a@x.test>{mail}")
        if rcpt:
            reply = await client.say(f"RCPT TO:<b@x.test>{rcpt}")
        assert reply[:3] == code


async def test_without_dsn_its_parameters_are_unknown(tmp_path: Path) -> None:
    async with running(tmp_path, scenario=server(withholds=["DSN"])) as sandbox, connected(sandbox) as client:
        assert "DSN" not in await keywords(client)
        assert (await client.say("MAIL FROM:<a@x.test> RET=FULL"))[:3] == "555"
        await client.say("MAIL FROM:<a@x.test>")
        assert (await client.say("RCPT TO:<b@x.test> NOTIFY=NEVER"))[:3] == "555"


# -- EXPN


@pytest.mark.parametrize("name", USUAL)
async def test_expn_names_the_members(tmp_path: Path, name: str) -> None:
    lists = {"staff": ["alice@x.test", "bob@x.test"], "none": []}
    one = server(offers=["EXPN"], lists=lists, domains=["x.test"], users=["alice", "bob"])
    async with running(tmp_path, personality=name, scenario=one) as sandbox, connected(sandbox) as client:
        assert "EXPN" in await keywords(client)
        for line in ("EXPN staff", "EXPN <Staff@x.test>"):
            client.send(f"{line}\r\n".encode())
            first, second = await client.reply()
            assert first.startswith("250-")
            assert first.endswith("<alice@x.test>")
            assert second.startswith("250 ")
            assert second.endswith("<bob@x.test>")
        for line, code in (
            ("EXPN none", "550"),
            ("EXPN alice", "550"),
            ("EXPN staff@y.test", "550"),
            ("EXPN", "501"),
            ("EXPN \x1b", "501"),
        ):
            assert (await client.say(line))[:3] == code
        await client.say("MAIL FROM:<a@x.test>")
        assert (await client.say("RCPT TO:<staff@x.test>"))[:3] == "250"
        assert (await client.say("RCPT TO:<Postmaster>"))[:3] == "250"


async def test_expn_in_other_words_and_refused(tmp_path: Path) -> None:
    one = server(
        offers=["EXPN"],
        lists={"staff": ["a@x.test"]},
        reply=[
            {"stage": "expn", "say": "252 2.1.5 not told", "times": 1},
            {"stage": "expn", "say": "550 5.7.1 not told", "from": 2},
        ],
    )
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        assert await client.say("EXPN staff") == "252 2.1.5 not told"
        assert await client.say("EXPN staff") == "550 5.7.1 not told"
