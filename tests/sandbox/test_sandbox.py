"""The server as a whole: start, stop, limits, and what it says to whom."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.client import bodies, connected, running
from tui.sandbox import events
from tui.sandbox.sandbox import ListenError, MailboxError, Sandbox


async def test_takes_a_message_typed_by_hand(tmp_path: Path) -> None:
    async with running(tmp_path / "mail") as sandbox, connected(sandbox, greeted=False) as client:
        assert await client.reply() == ["220 sandbox.test ESMTP smtptutor practice server"]
        assert await client.say("HELO client.example") == "250 sandbox.test Hello client.example"
        assert await client.say("MAIL FROM:<alice@example.org>") == "250 2.1.0 Sender accepted"
        assert await client.say("RCPT TO:<bob@sandbox.test>") == "250 2.1.5 Recipient accepted"
        assert (
            await client.say("RCPT TO:<nobody@sandbox.test>")
            == "550 5.1.1 No mailbox nobody@sandbox.test here"
        )
        assert await client.say("DATA") == "354 Send the message; end it with a dot alone"
        client.send(b"Subject: hi\r\n\r\n..one\r\n")
        assert await client.say(".") == "250 2.6.0 Message 1 accepted, 21 octets"
        assert bodies(tmp_path / "mail") == [b"Subject: hi\r\n\r\n.one\r\n"]
        assert await client.say("QUIT") == "221 2.0.0 Goodbye"
        assert await client.rest() == ""


async def test_listens_on_both_loopback_addresses_and_one_port(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        hosts = [host for host, _ in sandbox.addresses]
        assert hosts[0] == "127.0.0.1"
        assert set(hosts) <= {"127.0.0.1", "::1"}
        assert {port for _, port in sandbox.addresses} == {sandbox.port}
        for host, port in sandbox.addresses:
            reader, writer = await asyncio.open_connection(host, port)
            assert (await reader.readline()).startswith(b"220 ")
            writer.close()


@pytest.mark.parametrize("missing", ["127.0.0.1", "::1"])
async def test_an_address_family_may_be_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    listen = Sandbox._listen

    async def without(self: Sandbox, host: str, port: int, **settings: Any) -> asyncio.Server:
        if host == missing:
            raise ListenError(host, port, OSError(errno.EADDRNOTAVAIL, "no such address"))
        return await listen(self, host if missing == "::1" else "127.0.0.1", port, **settings)

    monkeypatch.setattr(Sandbox, "_listen", without)
    async with running(tmp_path) as sandbox, connected(sandbox) as client:
        assert len(sandbox.addresses) == 1
        assert (await client.say("NOOP"))[:3] == "250"


async def test_no_loopback_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nowhere(self: Sandbox, host: str, port: int, **settings: Any) -> asyncio.Server:
        raise ListenError(host, port, OSError(errno.EADDRNOTAVAIL, "no such address"))

    monkeypatch.setattr(Sandbox, "_listen", nowhere)
    with pytest.raises(ListenError):
        await Sandbox(tmp_path).start()


async def test_a_port_that_is_taken(tmp_path: Path) -> None:
    async with running(tmp_path / "one") as first:
        with pytest.raises(ListenError) as error:
            await Sandbox(tmp_path / "two").start(port=first.port)
        assert error.value.errno == errno.EADDRINUSE
        assert (error.value.host, error.value.port) == ("127.0.0.1", first.port)


async def test_a_named_port_must_be_free_in_both_families(tmp_path: Path) -> None:
    async with running(tmp_path / "one") as first:
        if len(first.addresses) < 2:
            pytest.skip("this machine has no ::1")
        port = first.port
    with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as taken:
        taken.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        taken.bind(("::1", port))
        taken.listen()
        second = Sandbox(tmp_path / "two")
        with pytest.raises(ListenError) as error:
            await second.start(port=port)
        assert error.value.host == "::1"
        assert second.addresses == ()
        with socket.socket() as free:
            free.bind(("127.0.0.1", port))  # nothing of it is left behind


async def test_one_address_only(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path)
    assert [host for host, _ in await sandbox.start("127.0.0.1")] == ["127.0.0.1"]
    await sandbox.stop()


async def test_a_mailbox_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(MailboxError) as error:
        await Sandbox(tmp_path / "file" / "mail").start()
    assert "file" in str(error.value.filename)


def test_an_unknown_name(tmp_path: Path) -> None:
    for settings in ({"personality": "postfix-99"}, {"scenario": "storm"}):
        with pytest.raises(KeyError):
            Sandbox(tmp_path, **settings)  # type: ignore[arg-type]


async def test_not_started(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path)
    assert sandbox.addresses == ()
    assert (sandbox.connected, sandbox.seen, sandbox.stored) == (0, 0, 0)
    with pytest.raises(RuntimeError):
        _ = sandbox.port
    await sandbox.stop()


async def test_stop_says_421_and_frees_the_port(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path)
    await sandbox.start()
    port = sandbox.port
    async with connected(sandbox) as idle, connected(sandbox) as typing:
        await typing.envelope()
        await typing.say("DATA")
        typing.send(b"half a mess")
        assert sandbox.connected == 2
        await sandbox.stop()
        assert await idle.rest() == "421 4.3.2 sandbox.test Shutting down\r\n"
        assert (await typing.rest()).startswith("421 ")
        assert sandbox.connected == 0
    await sandbox.stop()
    again = Sandbox(tmp_path)
    await again.start(port=port)
    await again.stop()


async def test_stop_waits_for_a_message_that_is_being_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storing, go_on = threading.Event(), threading.Event()
    fsync = os.fsync

    def slow(file: int) -> None:
        storing.set()
        assert go_on.wait(10)
        fsync(file)

    sandbox = Sandbox(tmp_path)
    await sandbox.start()
    async with connected(sandbox) as client:
        await client.envelope()
        await client.say("DATA")
        monkeypatch.setattr(os, "fsync", slow)
        client.send(b"hi\r\n.\r\n")
        await asyncio.to_thread(storing.wait, 10)
        stopping = asyncio.create_task(sandbox.stop(grace=0))
        await asyncio.sleep(0)
        go_on.set()
        await stopping
    assert bodies(tmp_path) == [b"hi\r\n"]


async def test_the_listener_is_told_everything_in_order(tmp_path: Path) -> None:
    told: list[events.Event] = []
    async with running(tmp_path, listener=told.append) as sandbox, connected(sandbox) as client:
        await client.envelope()
        await client.say("DATA")
        await client.say("hi\r\n.")
        await client.say("QUIT")
        assert await client.rest() == ""
        assert sandbox.stored == 1
    kinds = [type(one) for one in told]
    assert kinds[:2] == [events.ClientConnected, events.OctetsSent]
    assert kinds[-1] is events.ClientDisconnected
    stored = next(one for one in told if isinstance(one, events.MessageStored))
    assert told[told.index(stored) + 1] == events.OctetsSent(1, b"250 2.6.0 Message 1 accepted, 4 octets\r\n")
    assert stored.envelope.addresses == ("bob@sandbox.test",)
    assert stored.envelope.peer == "127.0.0.1"
    assert stored.envelope.helo == ("HELO", "client.example")
    typed = b"".join(one.data for one in told if isinstance(one, events.OctetsReceived))
    assert typed.startswith(b"HELO client.example\r\n")
    assert typed.endswith(b"DATA\r\nhi\r\n.\r\nQUIT\r\n")


async def test_a_client_that_hangs_up_right_behind_its_quit_is_no_error_of_ours(tmp_path: Path) -> None:
    told: list[events.Event] = []
    gone = asyncio.Event()

    def hear(event: events.Event) -> None:
        told.append(event)
        if isinstance(event, events.ClientDisconnected):
            gone.set()

    async with running(tmp_path, listener=hear) as sandbox:
        with socket.create_connection(sandbox.addresses[0]) as client:
            client.setblocking(False)
            await asyncio.wait_for(asyncio.get_running_loop().sock_recv(client, 200), 10)
            client.sendall(b"QUIT\r\n")
        await asyncio.wait_for(gone.wait(), 10)
    assert not any(isinstance(one, events.ServerFailed) for one in told)


def test_aiosmtpd_is_imported_at_the_first_start_only() -> None:
    code = "import sys, tui.sandbox.sandbox, tui.sandbox.inbox; print('aiosmtpd' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
