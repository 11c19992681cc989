"""STARTTLS (RFC 3207), TLS from the first octet (RFC 8314), and the certificates for them."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import stat
import threading
from pathlib import Path

import msgspec
import pytest
from cryptography import x509

from tests.sandbox.client import USUAL, Client, bodies, connected, running
from tests.sandbox.test_limits import Heard
from tui.practice.scenario import Server
from tui.sandbox import events
from tui.sandbox.authority import Authority
from tui.sandbox.sandbox import ListenError, Sandbox


def server(**keys: object) -> Server:
    return msgspec.convert({"offers": ["STARTTLS"], **keys}, Server)


def trusting(folder: Path) -> ssl.SSLContext:
    """What a client has that trusts our authority and nobody else."""
    context = ssl.create_default_context(cafile=folder / "ca.pem")
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


async def handshake(client: Client, folder: Path, name: str = "localhost") -> None:
    await asyncio.wait_for(client.writer.start_tls(trusting(folder), server_hostname=name), 10)


async def encrypted(client: Client, folder: Path) -> None:
    assert (await client.say("EHLO me"))[:3] == "250"
    assert (await client.say("STARTTLS"))[:3] == "220"
    await handshake(client, folder)


async def keywords(client: Client) -> set[str]:
    client.send(b"EHLO me\r\n")
    return {line[4:].split()[0] for line in (await client.reply())[1:]}


@pytest.mark.parametrize("name", USUAL)
async def test_a_message_inside_tls(tmp_path: Path, name: str) -> None:
    heard = Heard()
    async with (
        running(
            tmp_path / "mail",
            personality=name,
            scenario=server(),
            certificates=tmp_path / "tls",
            listener=heard,
        ) as sandbox,
        connected(sandbox) as client,
    ):
        assert "STARTTLS" in await keywords(client)
        await encrypted(client, tmp_path / "tls")
        assert (await client.say("MAIL FROM:<a@x.test>"))[:3] == "503"  # EHLO is forgotten
        assert "STARTTLS" not in await keywords(client)
        await client.envelope()
        assert (await client.say("DATA"))[:3] == "354"
        client.send(b"x" * 300_000 + b"\r\n")
        assert (await client.say("."))[:3] == "250"
        assert (await client.say("QUIT"))[:3] == "221"
        assert await client.rest() == ""
    assert bodies(tmp_path / "mail") == [b"x" * 300_000 + b"\r\n"]
    (done,) = heard.of(events.HandshakeDone)
    assert isinstance(done, events.HandshakeDone)
    assert done.version in {"TLSv1.2", "TLSv1.3"}


async def test_what_was_said_before_is_forgotten(tmp_path: Path) -> None:
    async with (
        running(tmp_path / "mail", scenario=server(), certificates=tmp_path / "tls") as sandbox,
        connected(sandbox) as client,
    ):
        await client.envelope()
        await encrypted(client, tmp_path / "tls")
        for line in ("RCPT TO:<b@x.test>", "DATA", "MAIL FROM:<a@x.test>"):
            assert (await client.say(line))[:3] == "503"
        await client.say("HELO me")
        assert (await client.say("DATA"))[:3] == "503"


async def test_not_twice(tmp_path: Path) -> None:
    async with (
        running(tmp_path / "mail", scenario=server(), certificates=tmp_path / "tls") as sandbox,
        connected(sandbox) as client,
    ):
        await encrypted(client, tmp_path / "tls")
        await client.say("EHLO me")
        assert (await client.say("STARTTLS"))[:3] == "503"
        assert (await client.say("NOOP"))[:3] == "250"


async def test_what_is_sent_in_clear_behind_it_is_not_obeyed_inside(tmp_path: Path) -> None:
    async with (
        running(tmp_path / "mail", scenario=server(), certificates=tmp_path / "tls") as sandbox,
        connected(sandbox) as client,
    ):
        client.send(b"EHLO me\r\nSTARTTLS\r\nNOOP\r\nEHLO evil\r\nMAIL FROM:<evil@x.test>\r\nRCPT TO")
        assert (await client.reply())[-1][:3] == "250"
        assert (await client.reply())[-1][:3] == "220"
        await handshake(client, tmp_path / "tls")
        assert (await client.say("RCPT TO:<b@x.test>"))[:3] == "503"
        assert (await client.say("NOOP"))[:3] == "250"


async def test_an_argument_is_refused(tmp_path: Path) -> None:
    async with (
        running(tmp_path / "mail", scenario=server(), certificates=tmp_path / "tls") as sandbox,
        connected(sandbox) as client,
    ):
        assert (await client.say("STARTTLS now"))[:3] == "501"
        assert (await client.say("NOOP"))[:3] == "250"


@pytest.mark.parametrize("withholds", [[], ["STARTTLS"]])
async def test_it_is_advertised_only_when_it_works(tmp_path: Path, withholds: list[str]) -> None:
    folder = tmp_path / "tls" if withholds else None
    one = server(withholds=withholds)
    async with (
        running(tmp_path / "mail", scenario=one, certificates=folder) as sandbox,
        connected(sandbox) as client,
    ):
        assert "STARTTLS" not in await keywords(client)
        assert (await client.say("STARTTLS"))[:3] == "502"
    assert not (tmp_path / "tls").exists()


async def test_advertised_and_refused(tmp_path: Path) -> None:
    one = server(reply=[{"stage": "starttls", "say": "454 4.7.0 not now", "times": 1}])
    async with (
        running(tmp_path / "mail", scenario=one, certificates=tmp_path / "tls") as sandbox,
        connected(sandbox) as client,
    ):
        assert "STARTTLS" in await keywords(client)
        assert await client.say("STARTTLS") == "454 4.7.0 not now"
        await client.say("MAIL FROM:<a@x.test>")
        assert (await client.say("RCPT TO:<b@x.test>"))[:3] == "250"
        await encrypted(client, tmp_path / "tls")


async def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    one = server()
    async with (
        running(tmp_path / "mail", scenario=one, certificates=tmp_path / "file" / "tls") as sandbox,
        connected(sandbox) as client,
    ):
        await client.say("EHLO me")
        assert (await client.say("STARTTLS"))[:3] == "454"
        assert (await client.say("NOOP"))[:3] == "250"


@pytest.mark.parametrize("octets", [b"EHLO me\r\n", b"\x16\x03\x01\x00\x05xxxxx", b""])
async def test_a_handshake_that_comes_to_nothing_at_the_port_for_tls(tmp_path: Path, octets: bytes) -> None:
    heard = Heard()
    sandbox = Sandbox(tmp_path / "mail", certificates=tmp_path / "tls", listener=heard, fsync=False)
    await sandbox.start(tls_port=0)
    try:
        _reader, writer = await asyncio.open_connection(*sandbox.tls_addresses[0])
        writer.write(octets)
        if not octets:
            writer.close()
        await heard.until(events.HandshakeFailed)
        await heard.until(events.ClientDisconnected)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        assert sandbox.connected == 0
    finally:
        await sandbox.stop()


async def test_a_handshake_at_the_port_in_clear_is_told(tmp_path: Path) -> None:
    heard = Heard()
    async with running(tmp_path / "mail", listener=heard) as sandbox, connected(sandbox) as client:
        client.send(b"\x16\x03\x01\x02\x00\r\n\x16\x03\r\n")
        assert [(await client.reply())[0][:3] for _ in range(2)] == ["500", "500"]
        assert len(heard.of(events.HandshakeMisplaced)) == 1


@pytest.mark.parametrize("octets", [b"NOOP\r\n" * 10, b"\x16\x03\x01\x00\x05xxxxx", b""])
async def test_a_handshake_that_comes_to_nothing(tmp_path: Path, octets: bytes) -> None:
    heard = Heard()
    async with running(
        tmp_path / "mail", scenario=server(), certificates=tmp_path / "tls", listener=heard
    ) as sandbox:
        async with connected(sandbox) as client:
            await client.say("EHLO me")
            await client.say("STARTTLS")
            client.send(octets)
            if not octets:
                client.close()
            await heard.until(events.HandshakeFailed)
        await heard.until(events.ClientDisconnected)
        assert sandbox.connected == 0
        async with connected(sandbox) as client:
            assert (await client.say("NOOP"))[:3] == "250"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("EHLO me", "250"),
        ("NOOP", "250"),
        ("QUIT", "221"),
        ("HELO me", "530"),
        ("MAIL FROM:<a@x.test>", "530"),
        ("RSET", "530"),
        ("VRFY bob", "530"),
        ("HELP", "530"),
        ("DATA", "530"),
        ("BDAT 6\r\nQUIT\r\n", "530"),
        ("FROB", "500"),
    ],
)
async def test_where_tls_is_required(tmp_path: Path, line: str, code: str) -> None:
    one = server(offers=["STARTTLS", "CHUNKING"], tls_required=True)
    async with (
        running(tmp_path / "mail", scenario=one, certificates=tmp_path / "tls") as sandbox,
        connected(sandbox) as client,
    ):
        client.send(line.encode() + b"\r\n" * (not line.startswith("BDAT")))
        assert (await client.reply())[-1][:3] == code
        if code != "221":
            await encrypted(client, tmp_path / "tls")
            await client.envelope()


async def test_tls_from_the_first_octet(tmp_path: Path) -> None:
    heard = Heard()
    sandbox = Sandbox(tmp_path / "mail", scenario=server(), certificates=tmp_path / "tls", listener=heard)
    await sandbox.start(tls_port=0)
    try:
        for host, port in sandbox.tls_addresses:
            assert (host, port) not in sandbox.addresses
            client = Client(
                *await asyncio.open_connection(
                    host, port, ssl=trusting(tmp_path / "tls"), server_hostname=host
                )
            )
            assert (await client.reply())[-1][:3] == "220"
            assert "STARTTLS" not in await keywords(client)
            assert (await client.say("STARTTLS"))[:3] == "503"
            await client.envelope()
            client.close()
        with pytest.raises(ListenError):
            await Sandbox(tmp_path / "two", certificates=tmp_path / "tls").start(
                tls_port=sandbox.tls_addresses[0][1]
            )
        # somebody who speaks no TLS there takes no place
        reader, writer = await asyncio.open_connection(*sandbox.tls_addresses[0])
        writer.write(b"EHLO me\r\n")
        assert not (await asyncio.wait_for(reader.read(), 10)).startswith(b"220")
        writer.close()
        await heard.until(events.ClientDisconnected, len(sandbox.tls_addresses))
        assert sandbox.connected == 0
    finally:
        await sandbox.stop()
    assert sandbox.tls_addresses == ()


def proxied(port: int, tls: Path, pieces: list[int]) -> bytes:
    """What the server says inside TLS, where the header of the proxy goes before it; header and handshake are
    sent in pieces of these sizes, and the rest."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusting(tls).wrap_bio(incoming, outgoing, server_hostname="127.0.0.1")
    due = b"PROXY TCP4 203.0.113.7 127.0.0.1 4096 465\r\n"
    with socket.create_connection(("127.0.0.1", port), 10) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while True:
            try:
                said = client.read(1000)
            except ssl.SSLWantReadError:
                due += outgoing.read()
                for size in (*pieces, len(due)):
                    wire.sendall(due[:size])
                    due = due[size:]
                incoming.write(wire.recv(65536))
            else:
                return said


@pytest.mark.parametrize("pieces", [[], [43], [10, 33], [48], [50, 100]])
async def test_the_header_of_a_proxy_goes_before_tls(tmp_path: Path, pieces: list[int]) -> None:
    heard = Heard()
    one = server(proxy=True)
    sandbox = Sandbox(tmp_path / "mail", scenario=one, certificates=tmp_path / "tls", listener=heard)
    await sandbox.start(tls_port=0)
    try:
        port = sandbox.tls_addresses[0][1]
        said = await asyncio.to_thread(proxied, port, tmp_path / "tls", pieces)
        assert said.startswith(b"220 ")
        (told,) = heard.of(events.ProxyHeaderRead)
        assert isinstance(told, events.ProxyHeaderRead)
        assert told.peer == "203.0.113.7"
        assert heard.of(events.HandshakeDone)
        # inside TLS it is no header any more
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await asyncio.open_connection(
                "127.0.0.1", port, ssl=trusting(tmp_path / "tls"), ssl_handshake_timeout=10
            )
    finally:
        await sandbox.stop()


async def test_whoever_is_inside_is_told_when_it_ends(tmp_path: Path) -> None:
    async with (
        running(tmp_path / "mail", scenario=server(), certificates=tmp_path / "tls") as sandbox,
        connected(sandbox) as client,
    ):
        await encrypted(client, tmp_path / "tls")
        stopped = asyncio.create_task(sandbox.stop())
        assert (await client.rest()).startswith("421 ")
        await stopped


# -- certificates


def test_they_are_made_once_and_only_for_the_owner(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "tls"
    first = Authority(folder, "mail.x.test")
    again = Authority(folder, "mail.x.test")
    other = Authority(folder, "mail.y.test")
    assert first.fingerprint() == again.fingerprint() != other.fingerprint()
    assert len([*folder.glob("mail.*.pem")]) == 2
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_a_leaf_names_the_server_and_loopback(tmp_path: Path) -> None:
    one = Authority(tmp_path, "mail.x.test")
    one.context()
    (file,) = tmp_path.glob("mail.*.pem")
    leaf = x509.load_pem_x509_certificate(file.read_bytes())
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["mail.x.test", "localhost"]
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]


def test_two_that_begin_at_once_make_one_authority(tmp_path: Path) -> None:
    found: list[str] = []

    def make() -> None:
        found.append(Authority(tmp_path, "x.test").fingerprint())

    threads = [threading.Thread(target=make) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(found) == 8
    assert len(set(found)) == 1


@pytest.mark.parametrize("name", ["ca.pem", "ca-key.pem", "leaf"])
def test_what_was_removed_is_made_again_and_fits(tmp_path: Path, name: str) -> None:
    Authority(tmp_path, "x.test").context()
    (leaf,) = tmp_path.glob("x.test.*.pem")
    (leaf if name == "leaf" else tmp_path / name).unlink()
    context = Authority(tmp_path, "x.test").context()
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusting(tmp_path).wrap_bio(incoming, outgoing, server_hostname="x.test")
    there = context.wrap_bio(outgoing, incoming, server_side=True)
    for _ in range(4):
        for side in (client, there):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert client.version()


@pytest.mark.parametrize("name", ["ca.pem", "ca-key.pem", "leaf"])
def test_what_is_broken_is_an_error_and_is_not_overwritten(tmp_path: Path, name: str) -> None:
    Authority(tmp_path, "x.test").context()
    (leaf,) = tmp_path.glob("x.test.*.pem")
    file = leaf if name == "leaf" else tmp_path / name
    if name == "ca-key.pem":
        leaf.unlink()
    file.write_text("what is this")
    with pytest.raises(OSError):
        Authority(tmp_path, "x.test").context()
    assert file.read_text() == "what is this"


def test_an_authority_near_its_end_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as then:
        then.setattr("tui.sandbox.authority._DAYS", 20)
        before = Authority(tmp_path, "x.test").fingerprint()
    after = Authority(tmp_path, "x.test").fingerprint()
    assert before != after
    assert after == Authority(tmp_path, "x.test").fingerprint()
