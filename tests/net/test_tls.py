"""TLS on the wire: from the first octet and by STARTTLS, well and badly served."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from tests.net.authority import HOST, authority, cafile, leaf, self_signed, serving_context
from tests.net.scripted import Peer, Script, Talk, serving, talking
from tui.net import tls_files
from tui.net.access import Access, Security, TlsRules
from tui.net.endpoint import Endpoint
from tui.net.names import Address
from tui.net.session import Session
from tui.net.ways import TcpWay, Way
from tui.smtp.certificate import CertificateFault
from tui.smtp.events import (
    ConnectionClosed,
    ExtensionsAdvertised,
    Found,
    LineReceived,
    ReplyReceived,
    TlsEstablished,
    TlsFailed,
    TlsStarted,
    TlsTrouble,
)
from tui.smtp.findings import Finding, Side
from tui.smtp.phases import Phase

RULES = TlsRules(cafile=cafile())
VERSIONS = pytest.mark.parametrize("version", ["1.2", "1.3"])
MODES = pytest.mark.parametrize("implicit", [True, False], ids=["implicit", "starttls"])


def session(server: Endpoint, implicit: bool, rules: TlsRules = RULES, host: str = HOST) -> Session:
    """To the scripted server, under the name of its certificate."""

    async def route(endpoint: Endpoint) -> list[Way]:
        return [TcpWay(Address(2, server.host, server.port))]

    access = Access(security=Security.TLS if implicit else Security.PLAIN, tls=rules)
    return Session(Endpoint(host, server.port), access=access, route=route)


class Served:
    """What a server saw behind the point where TLS was to begin."""

    def __init__(self) -> None:
        self.seen = b""


def script(context: ssl.SSLContext, implicit: bool, served: Served) -> Script:
    async def play(peer: Peer) -> None:
        if not implicit:
            await peer.say("220 here")
            assert await peer.line() == b"STARTTLS"
            await peer.say("220 go ahead")
        await peer.tls(context)
        if implicit:
            await peer.say("220 inside")
        served.seen += await peer.line() + b"\n"
        await peer.say("250-mx.example.net", "250 SIZE 9")
        served.seen += await peer.until_gone()

    return play


async def begun(talk: Talk, implicit: bool) -> None:
    if not implicit:
        await talk.until(ReplyReceived)
        talk.session.send(b"STARTTLS\r\n")


@VERSIONS
@MODES
async def test_inside_tls_the_dialogue_goes_on(implicit: bool, version: str) -> None:
    served = Served()
    play = script(serving_context(version=version), implicit, served)
    async with serving(play) as server, talking(session(server.endpoint, implicit)) as talk:
        await begun(talk, implicit)
        told = await talk.until(TlsEstablished)
        assert (told.protocol, told.implicit, told.verified) == (f"TLSv{version}", implicit, True)
        assert told.name == HOST
        assert told.certificate is not None
        assert told.certificate.names == (HOST,)
        assert told.certificate.key.startswith("ECDSA")
        assert told.faults == ()
        talk.session.send(b"EHLO me\r\n")
        assert (await talk.until(ExtensionsAdvertised)).extensions == {"SIZE": "9"}
    assert served.seen == b"EHLO me\n"
    kinds = [type(one) for one in talk.events]
    assert kinds.index(TlsStarted) < kinds.index(TlsEstablished)


FAULTS = [
    ("unknown", [CertificateFault.UNKNOWN_ISSUER]),
    ("expired", [CertificateFault.EXPIRED]),
    ("early", [CertificateFault.NOT_YET_VALID]),
    ("wrong-name", [CertificateFault.WRONG_NAME]),
    ("expired-wrong-name", [CertificateFault.EXPIRED, CertificateFault.WRONG_NAME]),
    ("self-signed", [CertificateFault.SELF_SIGNED]),
]


@VERSIONS
@MODES
@pytest.mark.parametrize(("kind", "faults"), FAULTS)
async def test_nothing_is_sent_to_a_server_that_proves_nothing(
    kind: str, faults: list[CertificateFault], implicit: bool, version: str
) -> None:
    served = Served()
    play = script(serving_context(kind, version=version), implicit, served)
    async with serving(play) as server, talking(session(server.endpoint, implicit)) as talk:
        await begun(talk, implicit)
        await talk.until(TlsStarted)
        talk.session.send(b"AUTH PLAIN secret\r\n")
        told = await talk.until(TlsFailed)
        assert told.trouble is TlsTrouble.CERTIFICATE
        assert set(told.faults) == set(faults)
        assert told.certificate is not None
        assert len(told.certificate.sha256) == 64
        assert (await talk.until(ConnectionClosed)).by is Side.CLIENT
    assert served.seen == b""
    assert not any(b"secret" in one.data for one in talk.events if hasattr(one, "data"))


@MODES
async def test_an_address_is_checked_against_the_addresses_of_the_certificate(implicit: bool) -> None:
    for kind, good in (("address", True), ("good", False)):
        play = script(serving_context(kind), implicit, Served())
        one = serving(play)
        async with one as server, talking(session(server.endpoint, implicit, host="127.0.0.1")) as talk:
            await begun(talk, implicit)
            await talk.until(TlsEstablished if good else TlsFailed)


async def test_another_name_can_be_asked_for() -> None:
    play = script(serving_context(), True, Served())
    rules = replace(RULES, name=HOST)
    async with serving(play) as server, talking(session(server.endpoint, True, rules, "localhost")) as talk:
        assert (await talk.until(TlsEstablished)).verified


@MODES
async def test_unverified_but_pinned(implicit: bool) -> None:
    """Going on in spite of the verdict holds for the one certificate that was shown."""
    good, other = serving_context("expired"), serving_context("unknown")
    served = Served()
    pinned = ""
    async with serving(script(good, implicit, served), script(good, implicit, served),
                       script(other, implicit, Served())) as server:  # fmt: skip
        async with talking(session(server.endpoint, implicit)) as talk:
            await begun(talk, implicit)
            shown = (await talk.until(TlsFailed)).certificate
            assert shown is not None
            pinned = shown.sha256
        rules = replace(RULES, pin=pinned)
        async with talking(session(server.endpoint, implicit, rules)) as talk:
            await begun(talk, implicit)
            told = await talk.until(TlsEstablished)
            assert not told.verified
            assert told.faults == (CertificateFault.EXPIRED,)
            talk.session.send(b"EHLO me\r\n")
            await talk.until(ExtensionsAdvertised)
        async with talking(session(server.endpoint, implicit, rules)) as talk:
            await begun(talk, implicit)
            assert (await talk.until(TlsFailed)).faults == (CertificateFault.CHANGED,)


async def test_insecure_takes_any_and_says_so() -> None:
    play = script(serving_context("self-signed"), True, Served())
    rules = TlsRules(insecure=True)
    async with serving(play) as server, talking(session(server.endpoint, True, rules)) as talk:
        told = await talk.until(TlsEstablished)
        assert not told.verified
        assert CertificateFault.SELF_SIGNED in told.faults


@pytest.mark.parametrize(
    ("kind", "faults"),
    [
        ("good", ()),
        ("unknown", (CertificateFault.UNKNOWN_ISSUER,)),
        ("self-signed", (CertificateFault.SELF_SIGNED,)),
        ("wrong-name", (CertificateFault.WRONG_NAME,)),
        ("expired-wrong-name", (CertificateFault.EXPIRED, CertificateFault.WRONG_NAME)),
    ],
)
async def test_insecure_says_all_that_can_be_seen(kind: str, faults: tuple[CertificateFault, ...]) -> None:
    play = script(serving_context(kind), True, Served())
    rules = TlsRules(insecure=True, cafile=cafile(), name=HOST)
    async with serving(play) as server, talking(session(server.endpoint, True, rules)) as talk:
        told = await talk.until(TlsEstablished)
    assert told.verified is False
    assert told.faults == faults


IDN = "\u4f8b\u5b50.test"
WRONG = (CertificateFault.WRONG_NAME,)


@pytest.mark.parametrize(
    ("common_name", "names", "asked", "faults"),
    [
        (HOST, [HOST], HOST, ()),
        (HOST, [HOST], "other.test", WRONG),
        (HOST, [], HOST, ()),
        (HOST, [], "other.test", WRONG),
        ("Our Company", [], HOST, WRONG),
        ("192.0.2.1", [], "192.0.2.1", WRONG),
        (HOST, ["other.test"], HOST, WRONG),
        ("x", ["xn--fsqu00a.test"], IDN, ()),
        ("x", ["*.xn--fsqu00a.test"], f"mx.{IDN}", ()),
        ("x", ["*.xn--fsqu00a.test"], IDN, WRONG),
    ],
)
async def test_what_is_said_of_a_name_is_what_openssl_says(
    common_name: str, names: list[str], asked: str, faults: tuple[CertificateFault, ...], tmp_path: Path
) -> None:
    """And one that is trusted though it is signed by itself is not called untrusted for its name."""
    file = self_signed(tmp_path / "both.pem", common_name, names)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    trusting = TlsRules(cafile=file, name=asked)
    play = script(context, True, Served())
    async with serving(play, play, play) as server:
        async with talking(session(server.endpoint, True, trusting)) as talk:
            told = await (talk.until(TlsFailed) if faults else talk.until(TlsEstablished))
            assert told.faults == faults
        async with talking(session(server.endpoint, True, replace(trusting, insecure=True))) as talk:
            assert (await talk.until(TlsEstablished)).faults == faults
        async with talking(session(server.endpoint, True, TlsRules(name=asked))) as talk:
            assert (await talk.until(TlsFailed)).faults == (CertificateFault.SELF_SIGNED, *faults)


@pytest.mark.parametrize("together", [True, False])
async def test_plain_text_behind_the_220_is_no_part_of_what_is_protected(together: bool) -> None:
    async def play(peer: Peer) -> None:
        await peer.say("220 here")
        await peer.line()
        if together:
            await peer.raw(b"220 go ahead\r\n250 injected\r\n")
        else:
            await peer.raw(b"220 go ahead\r\n")
            await peer.raw(b"250 injected\r\n")
        await peer.until_gone()

    async with serving(play) as server, talking(session(server.endpoint, False)) as talk:
        await begun(talk, False)
        told = await talk.until(TlsFailed)
        assert told.trouble in (
            {TlsTrouble.INJECTED} if together else {TlsTrouble.INJECTED, TlsTrouble.NO_TLS}
        )
        await talk.until(ConnectionClosed)
    if together:
        assert Finding.PLAINTEXT_INJECTED in [one.finding for one in talk.all(Found)]
        assert "250 injected" in told.detail
    assert not talk.all(TlsEstablished)


async def test_a_reply_and_the_220_in_one_piece() -> None:
    """A pipelined EHLO's reply before the 220 belongs to what was said in clear."""

    async def play(peer: Peer) -> None:
        await peer.say("220 here")
        assert [await peer.line(), await peer.line()] == [b"EHLO me", b"STARTTLS"]
        await peer.raw(b"250-mx\r\n250 STARTTLS\r\n220 go\r\n")
        await peer.tls(serving_context())
        assert await peer.line() == b"NOOP"
        await peer.say("250 ok")
        await peer.until_gone()

    async with serving(play) as server, talking(session(server.endpoint, False)) as talk:
        await talk.until(ReplyReceived)
        talk.session.send(b"EHLO me\r\nSTARTTLS\r\n")
        await talk.until(TlsEstablished)
        assert talk.session.phase is Phase.GREETED
        talk.session.send(b"NOOP\r\n")
        await talk.until(ReplyReceived, 4)


async def test_a_refused_starttls_begins_nothing() -> None:
    async def play(peer: Peer) -> None:
        await peer.say("220 here")
        await peer.line()
        await peer.raw(b"454 not now\r\n")
        assert await peer.line() == b"NOOP"
        await peer.say("250 ok")
        await peer.until_gone()

    async with serving(play) as server, talking(session(server.endpoint, False)) as talk:
        await begun(talk, False)
        await talk.until(ReplyReceived, 2)
        talk.session.send(b"NOOP\r\n")
        await talk.until(ReplyReceived, 3)
    assert not talk.all(TlsStarted)


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (b"250 what?\r\n", TlsTrouble.NO_TLS),
        (bytes.fromhex("15030100020246"), TlsTrouble.OLD_VERSION),  # a fatal alert: protocol_version
        (b"", TlsTrouble.CLOSED),
    ],
)
@MODES
async def test_what_is_no_handshake_is_named(implicit: bool, answer: bytes, trouble: TlsTrouble) -> None:
    async def play(peer: Peer) -> None:
        if not implicit:
            await peer.say("220 here")
            await peer.line()
            await peer.say("220 go")
        await peer.raw(await peer._reader.read(10) and answer)
        if answer:
            await peer.until_gone()

    async with serving(play) as server, talking(session(server.endpoint, implicit)) as talk:
        await begun(talk, implicit)
        assert (await talk.until(TlsFailed)).trouble is trouble
        await talk.until(ConnectionClosed)


@MODES
async def test_a_server_that_stalls_is_given_up(implicit: bool) -> None:
    async def play(peer: Peer) -> None:
        if not implicit:
            await peer.say("220 here")
            await peer.line()
            await peer.say("220 go")
        await peer.until_gone()

    async with serving(play) as server:
        one = session(server.endpoint, implicit)
        one._timeout = 0.05
        async with talking(one) as talk:
            await begun(talk, implicit)
            assert (await talk.until(TlsFailed)).trouble is TlsTrouble.TIMED_OUT


@MODES
async def test_a_handshake_can_be_given_up_at_any_time(implicit: bool) -> None:
    async def play(peer: Peer) -> None:
        if not implicit:
            await peer.say("220 here")
            await peer.line()
            await peer.say("220 go")
        await peer.until_gone()

    async with serving(play) as server, talking(session(server.endpoint, implicit)) as talk:
        await begun(talk, implicit)
        await talk.until(TlsStarted)
        assert talk.session.securing
        assert talk.session.waiting is not None
        talk.session.abort()
        events = await talk.end()
    assert not [one for one in events if isinstance(one, TlsFailed | TlsEstablished)]


async def test_garbage_inside_tls_ends_the_connection_and_is_named() -> None:
    async def play(peer: Peer) -> None:
        await peer.tls(serving_context())
        await peer.say("220 inside")
        await peer.line()
        raw = peer._writer.get_extra_info("socket")
        transport = peer._writer.transport
        transport._ssl_protocol._transport.write(b"this is no record of TLS\r\n")  # type: ignore[attr-defined]
        assert raw is not None
        await peer.until_gone()

    async with serving(play) as server, talking(session(server.endpoint, True)) as talk:
        await talk.until(ReplyReceived)
        talk.session.send(b"NOOP\r\n")
        assert (await talk.until(TlsFailed)).trouble is TlsTrouble.BROKEN
        await talk.until(ConnectionClosed)


async def test_a_reset_before_a_word_was_said_inside_may_be_about_our_certificate() -> None:
    """TLS 1.3: the server's alert comes after the handshake, and what we send meanwhile turns it into a
    reset."""

    async def play(peer: Peer) -> None:
        await peer.tls(serving_context(version="1.3"))
        peer._writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        peer._writer.transport.abort()

    async with serving(play) as server, talking(session(server.endpoint, True)) as talk:
        await talk.until(TlsEstablished)
        assert (await talk.until(TlsFailed)).trouble is TlsTrouble.UNKNOWN_CLIENT
        assert (await talk.until(ConnectionClosed)).reset


@contextlib.contextmanager
def blocking_server(context: ssl.SSLContext) -> Iterator[Endpoint]:
    """One that tells the client why it does not like it: asyncio's closes before its alert is out."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with contextlib.suppress(OSError):
                inside = context.wrap_socket(listening.accept()[0], server_side=True)
                inside.sendall(b"220 inside\r\n")
                while inside.recv(100):
                    pass
                inside.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield Endpoint("127.0.0.1", listening.getsockname()[1])
        thread.join(20)


@VERSIONS
async def test_a_server_that_wants_our_certificate(version: str, tmp_path: Path) -> None:
    ours = authority().issue_cert("client.example")
    ours.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "both.pem"))
    for rules, good in ((RULES, False), (replace(RULES, cert=tmp_path / "both.pem"), True)):
        context = serving_context(version=version)
        authority().configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
        with blocking_server(context) as endpoint:
            async with talking(session(endpoint, True, rules)) as talk:
                if good:
                    await talk.until(TlsEstablished)
                    await talk.until(ReplyReceived)
                else:
                    wanted = {"1.2": TlsTrouble.NO_AGREEMENT, "1.3": TlsTrouble.CLIENT_CERTIFICATE}
                    assert (await talk.until(TlsFailed)).trouble is wanted[version]


async def test_lines_that_came_with_the_end_of_the_handshake_come_behind_it() -> None:
    async def play(peer: Peer) -> None:
        await peer.tls(serving_context())
        await peer.say("220-first", "220 inside")
        await peer.until_gone()

    async with serving(play) as server, talking(session(server.endpoint, True)) as talk:
        await talk.until(ReplyReceived)
    kinds = [type(one) for one in talk.events]
    assert kinds.index(TlsEstablished) < kinds.index(LineReceived)


def test_the_fingerprint_is_that_of_the_certificate() -> None:
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_pem_x509_certificate

    from tui.net import certificates

    der = load_pem_x509_certificate(leaf("good").cert_chain_pems[0].bytes()).public_bytes(Encoding.DER)
    assert certificates.fingerprint(der) == sha256(der).hexdigest()
    read = certificates.read([der, b"nonsense"])
    assert read is not None
    assert (read.chain, read.anchor) == ((read.subject, ""), "")
    alone = certificates.read([der])
    assert alone is not None
    assert alone.anchor == alone.issuer
    assert certificates.read([b"nonsense"]) is None
    assert certificates.read([]) is None


async def test_a_session_that_is_closed_before_the_handshake_begins() -> None:
    async def play(peer: Peer) -> None:
        await peer.until_gone()

    async with serving(play) as server, talking(session(server.endpoint, True)) as talk:
        await talk.session.close()
        await asyncio.sleep(0)
    assert talk.all(ConnectionClosed)


def test_a_key_of_another_kind_is_not_its_key(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ed25519

    cert = self_signed(tmp_path / "cert.pem", HOST, [HOST])
    key = tmp_path / "key.pem"
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    private = ed25519.Ed25519PrivateKey.generate()
    key.write_bytes(private.private_bytes(pem, form, serialization.NoEncryption()))
    with pytest.raises(tls_files.TlsFileError) as told:
        tls_files.check(TlsRules(cert=cert, key=key))
    assert (told.value.fault, told.value.file) == (tls_files.FileFault.NO_MATCH, key)
