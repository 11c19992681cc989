"""What goes wrong because a scenario wants it, heard through a socket; nothing here waits for a clock."""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.sandbox import clock
from tests.sandbox.client import Client, bodies, connected, running
from tests.sandbox.test_scenarios import replies, server
from tui.sandbox import events
from tui.sandbox.inbox import Inbox
from tui.sandbox.sandbox import Sandbox

MAIL = ("HELO me", "MAIL FROM:<a@x.test>")
TO_BOB = "RCPT TO:<bob@x.test>"
WHOLE = (*MAIL, TO_BOB, "DATA", "Hi\r\n.")


def fault(stage: str, do: str, **keys: object) -> dict[str, object]:
    return {"stage": stage, "do": do, **keys}


async def until(so: Callable[[], bool]) -> None:
    for _ in range(1_000_000):
        if so():
            return
        await asyncio.sleep(0)
    raise AssertionError("it does not come to that")


async def gone(client: Client) -> str:
    """Everything until the end of the connection, however it ends."""
    try:
        return await client.rest()
    except ConnectionResetError:
        return ""


async def test_a_pattern_aims_a_reply(tmp_path: Path) -> None:
    one = server(reply=[{"stage": "rcpt", "match": "*@slow.test", "say": "450 4.2.0 later"}])
    found = await replies(tmp_path, one, *MAIL, "RCPT TO:<b@slow.test>", "RCPT TO:<b@fast.test>")
    assert [one[:3] for one in found[2:]] == ["450", "250"]


async def test_421_after_so_many_commands_of_each_connection(tmp_path: Path) -> None:
    one = server(reply=[{"stage": "command", "from": 3, "say": "421 4.7.0 enough"}])
    async with running(tmp_path, scenario=one) as sandbox:
        for _ in range(2):
            async with connected(sandbox) as client:
                assert [(await client.say(line))[:3] for line in (*MAIL, "x")] == ["250", "250", "421"]
                assert await client.rest() == ""


STEPS = {
    "helo": (),
    "mail": MAIL[:1],
    "rcpt": MAIL,
    "data": (*MAIL, TO_BOB),
    "message": (*MAIL, TO_BOB, "DATA"),
    "noop": (),
    "command": MAIL,
}
LINES = {
    "helo": "EHLO me",
    "mail": MAIL[1],
    "rcpt": TO_BOB,
    "data": "DATA",
    "message": "Hi\r\n.",
    "noop": "NOOP",
    "command": "NOOP",
}


@pytest.mark.parametrize(
    ("do", "said", "kept"), [("drop", "", 0), ("drop-unsaid", "", 1), ("drop-after", "25", 1)]
)
@pytest.mark.parametrize("stage", list(STEPS))
async def test_the_line_drops(tmp_path: Path, stage: str, do: str, said: str, kept: int) -> None:
    at = 3 if stage == "command" else 1
    one = server(fault=[fault(stage, do, **{"from": at})])
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        for line in STEPS[stage]:
            assert (await client.say(line))[0] in "23"
        client.send(LINES[stage].encode() + b"\r\n")
        heard = await gone(client)
    assert heard.startswith("354" if said and stage == "data" else said)
    assert bool(heard) == bool(said)
    assert len(bodies(tmp_path)) == (kept if stage == "message" else 0)


async def test_the_line_drops_before_the_final_dot(tmp_path: Path) -> None:
    told: list[events.Event] = []
    one = server(fault=[fault("body", "drop", times=1)])
    async with running(tmp_path, scenario=one, listener=told.append) as sandbox:
        async with connected(sandbox) as client:
            for line in WHOLE[:-1]:
                assert (await client.say(line))[0] in "23"
            client.send(b"Subject: half\r\n")
            assert await gone(client) == ""
        async with connected(sandbox) as client:
            assert [(await client.say(line))[:3] for line in WHOLE][-1] == "250"
    assert bodies(tmp_path) == [b"Hi\r\n"]


async def test_a_chunk_is_cut_off_as_a_message_is(tmp_path: Path) -> None:
    one = server(offers=["CHUNKING"], fault=[fault("body", "drop", times=1)])
    async with running(tmp_path, scenario=one) as sandbox:
        async with connected(sandbox) as client:
            await replies_on(client, *MAIL, TO_BOB)
            client.send(b"BDAT 4 LAST\r\nHi")
            assert await gone(client) == ""
        async with connected(sandbox) as client:
            await replies_on(client, *MAIL, TO_BOB)
            assert (await client.say("BDAT 4 LAST\r\nHi"))[:3] == "250"
    assert bodies(tmp_path) == [b"Hi\r\n"]


async def test_each_message_counts_once_inside(tmp_path: Path) -> None:
    one = server(fault=[fault("body", "drop", **{"from": 2})])
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        await replies_on(client, *WHOLE[:-1])
        for line in (b"a\r\n", b"b\r\n", b"c\r\n"):
            client.send(line)
            await asyncio.sleep(0)
        assert (await client.say("."))[:3] == "250"
        await replies_on(client, *WHOLE[1:-1])
        client.send(b"a\r\n")
        assert await gone(client) == ""


async def test_a_fault_chosen_inside_a_message_cuts_it(tmp_path: Path) -> None:
    async with running(tmp_path, scenario=server()) as sandbox, connected(sandbox) as client:
        await replies_on(client, *WHOLE[:-1])
        client.send(b"Subject: half\r\n")
        sandbox.become(server(fault=[fault("body", "drop")]))
        client.send(b"more\r\n")
        assert await gone(client) == ""
    assert bodies(tmp_path) == []


async def test_faults_chosen_inside_a_login_and_during_a_delay_hold_for_the_next_command(
    tmp_path: Path,
) -> None:
    noop = [{"stage": "noop", "say": "450 4.2.0 now"}]
    async with running(tmp_path, scenario=server(**LOGIN)) as sandbox, connected(sandbox) as client:
        client.send(b"EHLO me\r\n")
        await client.reply()
        assert (await client.say("AUTH PLAIN"))[:3] == "334"
        sandbox.become(server(reply=noop, **LOGIN))
        assert (await client.say(AUTH.split()[2]))[:3] == "235"
        assert await client.say("NOOP") == "450 4.2.0 now"
        sandbox.become(server(fault=[fault("noop", "delay", seconds=600)], **LOGIN))
        client.send(b"NOOP\r\n")
        await until(lambda: sandbox.clock.waiting > 0)
        sandbox.become(server(**LOGIN))
        assert sandbox.clock.waiting == 1  # it waits on
        sandbox.clock.step(600)
        assert (await client.reply())[0][:3] == "250"
        assert (await client.say("NOOP"))[:3] == "250"


async def test_what_stays_wanted_is_not_counted_anew(tmp_path: Path) -> None:
    once = {"stage": "rcpt", "say": "450 4.2.0 once", "times": 1}
    rate = [{"stage": "mail", "count": 1, "seconds": 60}]
    before = server(reply=[once], rate=rate, fault=[fault("noop", "drop", times=1, **{"from": 2})])
    more = server(reply=[{"stage": "data", "say": "451 4.3.0 x"}, once], rate=rate, fault=before.fault)
    async with running(tmp_path, scenario=before) as sandbox, connected(sandbox) as client:
        assert [one[:3] for one in await replies_on(client, *MAIL, TO_BOB, TO_BOB, "NOOP")] == [
            *("250", "250", "450", "250", "250")
        ]
        sandbox.become(more, anew=False)
        assert [one[:3] for one in await replies_on(client, TO_BOB, "DATA", "RSET", MAIL[1])] == [
            *("250", "451", "250", "450")
        ]
        sandbox.become(more, anew=True)
        assert [one[:3] for one in await replies_on(client, MAIL[1], TO_BOB)] == ["250", "450"]


async def test_a_greeting_that_never_comes(tmp_path: Path) -> None:
    one = server(fault=[fault("greeting", "silent")])
    async with (
        running(tmp_path, scenario=one) as sandbox,
        connected(sandbox, greeted=False) as client,
    ):
        client.send(b"EHLO me\r\nQUIT\r\n")
        client.writer.write_eof()
        assert await client.rest() == ""


async def test_silence_in_the_middle_ends_with_the_patience_of_the_server(tmp_path: Path) -> None:
    one = server(fault=[fault("mail", "silent")])
    told: list[events.Event] = []
    async with running(tmp_path, scenario=one, listener=told.append) as sandbox, connected(sandbox) as client:
        assert (await client.say("HELO me")).startswith("250")
        client.send(b"MAIL FROM:<a@x.test>\r\nQUIT\r\n")
        await until(lambda: any(getattr(one, "data", b"").endswith(b"QUIT\r\n") for one in told))
        await sandbox.stop()
        assert await gone(client) == ""


async def test_a_late_reply_comes_when_the_clock_is_stepped(tmp_path: Path) -> None:
    one = server(fault=[fault("noop", "delay", seconds=600)])
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        client.send(b"NOOP\r\n")
        late = asyncio.ensure_future(client.reply())
        await until(lambda: sandbox.clock.waiting > 0)
        sandbox.clock.step(599)
        await asyncio.sleep(0)
        assert not late.done()
        sandbox.clock.step(1)
        assert (await late)[0].startswith("250")


def test_a_late_reply_comes_by_itself(tmp_path: Path) -> None:
    async def late() -> None:
        one = server(fault=[fault("noop", "delay", seconds=600)])
        async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
            client.send(b"NOOP\r\n")
            await until(lambda: sandbox.clock.waiting > 0)
            await clock.skip(600)
            assert (await client.reply())[0].startswith("250")

    clock.run(late())


@pytest.mark.parametrize("per_second", [3, 50])
async def test_a_slow_reply_comes_in_pieces(tmp_path: Path, per_second: int) -> None:
    told: list[bytes] = []

    def listen(event: events.Event) -> None:
        if isinstance(event, events.OctetsSent):
            told.append(event.data)

    one = server(fault=[fault("noop", "slow", octets_per_second=per_second)])
    async with running(tmp_path, scenario=one, listener=listen) as sandbox, connected(sandbox) as client:
        told.clear()
        client.send(b"NOOP\r\nRSET\r\n")  # as usual again
        whole = asyncio.ensure_future(client.reply())
        while not whole.done():
            sandbox.clock.step(2)
            await asyncio.sleep(0)
        assert await whole == ["250 2.0.0 Still here"]
        assert (await client.reply())[0].startswith("250")
        said, behind = told[:-1], told[-1]
    assert {len(one) for one in said[:-1]} == {max(1, per_second // 10)}
    assert b"".join(said) == b"250 2.0.0 Still here\r\n"
    assert behind.endswith(b"\r\n")


async def test_what_is_accepted_and_lost_is_told_when_it_is_gone(tmp_path: Path) -> None:
    told: list[events.Event] = []
    one = server(fault=[fault("message", "lose", times=1)])
    async with running(tmp_path, scenario=one, listener=told.append) as sandbox, connected(sandbox) as client:
        assert (await client.say("HELO me")).startswith("250")
        for _ in range(2):
            found = [await client.say(line) for line in WHOLE[1:]]
            assert found[-1] == "250 2.6.0 Message 1 accepted, 4 octets"
    lost = [one for one in told if isinstance(one, events.MessageDropped)]
    assert [one.drop for one in lost] == [events.Drop.LOST]
    before = told[: told.index(lost[0])]
    assert b"accepted" in [one for one in before if isinstance(one, events.OctetsSent)][-1].data
    assert bodies(tmp_path) == [b"Hi\r\n"]


async def test_greylisting_by_a_clock_that_is_stepped(tmp_path: Path) -> None:
    one = server(greylist={"seconds": 300, "say": "450 4.7.1 later"})
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:

        async def ask(sender: str, recipient: str) -> str:
            await client.say("RSET")
            await client.say(f"MAIL FROM:<{sender}>")
            return (await client.say(f"RCPT TO:<{recipient}>"))[:3]

        await client.say("HELO me")
        assert await ask("a@x.test", "bob@x.test") == "450"
        sandbox.clock.step(200)
        assert await ask("a@x.test", "bob@x.test") == "450"
        assert await ask("a@x.test", "ann@x.test") == "450"
        assert await ask("a@x.test", "nobody@x.test") == "550"
        sandbox.clock.step(100)
        assert await ask("A@x.test", "Bob@x.test") == "250"
        assert await ask("a@x.test", "ann@x.test") == "450"
        assert await ask("b@x.test", "bob@x.test") == "450"
        sandbox.clock.step(200)
        assert await ask("a@x.test", "ann@x.test") == "250"
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        assert (await replies_on(client, *MAIL, TO_BOB))[-1] == "450 4.7.1 later"


async def replies_on(client: Client, *lines: str) -> list[str]:
    return [await client.say(line) for line in lines]


async def test_a_mailbox_that_fills_up(tmp_path: Path) -> None:
    one = server(quota=[{"user": "bob", "messages": 2, "octets": 9, "say": "552 5.2.2 full"}])
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        first = await replies_on(client, *WHOLE)
        too_large = await replies_on(client, MAIL[1], TO_BOB, "DATA", "Hello\r\n.")
        declared = await replies_on(client, MAIL[1], TO_BOB, "RCPT TO:<ann@x.test>")
        assert (first[-1][:3], too_large[-1]) == ("250", "552 5.2.2 full")
        assert [one[:3] for one in declared] == ["250", "250", "250"]
        await client.say("RSET")
        second = await replies_on(client, MAIL[1], TO_BOB, "DATA", "Ho\r\n.")
        quoted = TO_BOB.replace("bob", '"Bob"')
        third = await replies_on(client, MAIL[1], TO_BOB, quoted, "RCPT TO:<ann@x.test>")
        assert second[-1][:3] == "250"
        assert [one[:3] for one in third] == ["250", "552", "552", "250"], (
            "one mailbox, however it is written"
        )
    assert bodies(tmp_path) == [b"Hi\r\n", b"Ho\r\n"]


async def test_what_is_deleted_makes_room_again(tmp_path: Path) -> None:
    one = server(quota=[{"messages": 2, "octets": 100, "say": "552 5.2.2 full"}])
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        await replies_on(client, *WHOLE)
        await replies_on(client, *WHOLE[1:])
        assert [(await client.say(line))[:3] for line in (MAIL[1], TO_BOB)] == ["250", "552"]
        inbox = Inbox(tmp_path)
        inbox.delete(inbox.numbers()[0])
        assert (await client.say(TO_BOB))[:3] == "250"
        inbox.delete(inbox.numbers()[0])
        large = "x" * 100
        assert [(await client.say(line))[:3] for line in ("DATA", f"{large}\r\n.")] == ["354", "552"]
        assert [(await client.say(line))[:3] for line in WHOLE[1:]][-1] == "250"


async def test_mails_that_come_side_by_side_do_not_overrun_a_mailbox(tmp_path: Path) -> None:
    async with running(
        tmp_path, scenario=server(quota=[{"messages": 1, "say": "552 5.2.2 full"}])
    ) as sandbox:
        clients = [Client(*await asyncio.open_connection(*sandbox.addresses[0])) for _ in range(3)]
        for client in clients:
            await client.reply()
            assert (await replies_on(client, *WHOLE[:-1]))[-1][:3] == "354"
        ends = await asyncio.gather(*(client.say(WHOLE[-1]) for client in clients))
        assert sorted(end[:3] for end in ends) == ["250", "552", "552"]
        for client in clients:
            client.close()
    assert len(bodies(tmp_path)) == 1


async def test_a_mail_that_could_not_be_stored_takes_no_room(tmp_path: Path) -> None:
    one = server(quota=[{"messages": 1}])
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        await replies_on(client, *WHOLE[:-1])
        journal = tmp_path / "envelopes.jsonl"
        journal.mkdir()  # in its way
        assert (await client.say(WHOLE[-1]))[:3] == "452"
        journal.rmdir()
        assert [(await client.say(line))[:3] for line in WHOLE[1:]][-1] == "250"


LOGIN = {"auth_in_clear": True, "offers": ["AUTH"], "account": [{"user": "ann", "password": "secret"}]}
AUTH = f"AUTH PLAIN {b64encode(bytes([0]) + b'ann' + bytes([0]) + b'secret').decode()}"


async def test_who_has_logged_in_is_not_greylisted(tmp_path: Path) -> None:
    async with running(tmp_path, scenario=server(greylist={"seconds": 300}, **LOGIN)) as sandbox:
        async with connected(sandbox) as client:
            client.send(b"EHLO me\r\n")
            await client.reply()
            assert [(await client.say(line))[:3] for line in (AUTH, MAIL[1], TO_BOB)] == ["235", "250", "250"]
        async with connected(sandbox) as client:
            assert (await replies_on(client, *MAIL, TO_BOB))[-1][:3] == "450"


async def test_the_haste_of_a_login_is_its_own(tmp_path: Path) -> None:
    one = server(rate=[{"stage": "mail", "count": 1, "seconds": 60, "say": "450 4.7.1 wait"}], **LOGIN)

    async def mails(sandbox: Sandbox, *lines: str) -> str:
        async with connected(sandbox) as client:
            client.send(b"EHLO me\r\n")
            await client.reply()
            return [(await client.say(line))[:3] for line in (*lines, MAIL[1])][-1]

    async with running(tmp_path, scenario=one) as sandbox:
        assert await mails(sandbox) == "250"
        assert await mails(sandbox) == "450"  # another connection from the same address
        assert await mails(sandbox, AUTH) == "250"
        assert await mails(sandbox, AUTH) == "450"  # another connection of the same login
        sandbox.clock.step(60)
        assert (await mails(sandbox), await mails(sandbox, AUTH)) == ("250", "250")


async def test_a_declared_size_that_does_not_fit(tmp_path: Path) -> None:
    one = server(quota=[{"octets": 10}])
    found = await replies(tmp_path, one, "EHLO me", "MAIL FROM:<a@x.test> SIZE=11", TO_BOB)
    assert found[-1][:9] == "452 4.2.2"


async def test_a_full_mailbox_in_lmtp_is_refused_alone(tmp_path: Path) -> None:
    one = server(quota=[{"user": "full", "octets": 3, "say": "452 4.2.2 full"}])
    async with running(tmp_path, scenario=one) as sandbox:
        await sandbox.stop()
        await sandbox.start(lmtp_port=0)
        host, port = sandbox.lmtp_addresses[0]
        client = Client(*await asyncio.open_connection(host, port))
        await client.reply()
        await replies_on(client, "LHLO me", MAIL[1], TO_BOB, "RCPT TO:<full@x.test>", "DATA")
        assert (await client.say("Hi\r\n."))[:3] == "250"
        assert await client.reply() == ["452 4.2.2 full"]
        client.close()


async def test_rates_by_the_clock_and_of_one_connection(tmp_path: Path) -> None:
    one = server(
        rate=[
            {"stage": "mail", "count": 2, "seconds": 60, "say": "450 4.7.1 slow down"},
            {"stage": "noop", "count": 1, "say": "421 4.7.0 enough"},
        ]
    )
    async with running(tmp_path, scenario=one) as sandbox:
        found = []
        for step in (0, 0, 59, 1):
            sandbox.clock.step(step)
            async with connected(sandbox) as client:
                await client.say("HELO me")
                found.append((await client.say("MAIL FROM:<>"))[:3])
                assert [(await client.say("NOOP"))[:3] for _ in range(2)] == ["250", "421"]
        assert found == ["250", "250", "450", "250"]


async def test_starttls_is_offered_and_then_not_there(tmp_path: Path) -> None:
    one = server(offers=["STARTTLS"], reply=[{"stage": "starttls", "say": "454 4.7.0 no"}])
    async with (
        running(tmp_path / "mail", scenario=one, certificates=tmp_path / "tls") as sandbox,
        connected(sandbox) as client,
    ):
        client.send(b"EHLO me\r\n")
        assert any("STARTTLS" in line for line in await client.reply())
        assert await client.say("STARTTLS") == "454 4.7.0 no"
        assert (await client.say("MAIL FROM:<>"))[:3] == "250"


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("good", ""),
        ("other-name", "IP address mismatch"),
        ("expired", "certificate has expired"),
        ("self-signed", "self-signed certificate"),
    ],
)
async def test_certificates_that_prove_nothing(tmp_path: Path, kind: str, reason: str) -> None:
    one = server(offers=["STARTTLS"], certificate=kind)
    async with running(tmp_path / "mail", scenario=one, certificates=tmp_path / "tls") as sandbox:
        await sandbox.stop()
        await sandbox.start(tls_port=0)
        host, port = sandbox.tls_addresses[0]
        assert sandbox.ca_file is not None
        trusting = ssl.create_default_context(cafile=sandbox.ca_file)
        try:
            _reader, writer = await asyncio.open_connection(host, port, ssl=trusting)
        except ssl.SSLCertVerificationError as error:
            assert reason
            assert reason in error.verify_message
        else:
            assert not reason
            writer.close()


async def test_it_becomes_another_server_while_somebody_is_connected(tmp_path: Path) -> None:
    before = server()
    after = server(withholds=["SIZE"], helo_required=False, reply=[{"stage": "noop", "say": "450 4.2.0 now"}])
    async with running(tmp_path, scenario=before) as sandbox, connected(sandbox) as client:
        assert (await client.say("NOOP"))[:3] == "250"
        sandbox.become(after)
        assert await client.say("NOOP") == "450 4.2.0 now"
        client.send(b"EHLO me\r\n")
        assert any("SIZE" in line for line in await client.reply())
        async with connected(sandbox) as later:
            assert (await later.say("MAIL FROM:<>"))[:3] == "250"
            later.send(b"EHLO me\r\n")
            assert not any("SIZE" in line for line in await later.reply())


def test_a_clock_does_not_go_back(tmp_path: Path) -> None:
    from tui.sandbox.clock import Clock

    time = Clock()
    time.step(5)
    with pytest.raises(ValueError, match="-1"):
        time.step(-1)
    assert (time.now, time.stepped) == (5, 5)


def test_every_key_can_be_set_from_data() -> None:
    assert msgspec.convert({"fault": [fault("mail", "drop")]}, type(server())).fault[0].do == "drop"
