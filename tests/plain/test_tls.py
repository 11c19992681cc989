"""TLS in line mode: what a script and its reader are told, and the exit code."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest

from tests.net.authority import cafile, serving_context
from tests.net.scripted import Peer, Script, serving
from tests.plain.beside import run

SCRIPT = b"EHLO me\nSTARTTLS\nEHLO me\nQUIT\n"


def server(kind: str, seen: list[bytes], answer: bytes = b"220 go\r\n") -> Script:
    async def play(peer: Peer) -> None:
        await peer.say("220 mx here")
        while True:
            line = await peer.line()
            seen.append(line)
            if line.startswith(b"EHLO"):
                await peer.say("250-mx", "250 SIZE 10" if len(seen) > 2 else "250 STARTTLS")
            elif line == b"STARTTLS":
                await peer.raw(answer)
                await peer.tls(serving_context(kind))
            else:
                await peer.say("221 bye")
                return

    return play


async def test_a_whole_session_inside_tls() -> None:
    seen: list[bytes] = []
    async with serving(server("address", seen)) as served:
        code, out, err = await run("connect", str(served.endpoint), "--cafile", str(cafile()), script=SCRIPT)
    assert (code, err) == (1, "")
    assert "* TLS handshake complete: TLSv1.3" in out
    assert "* certificate verified: 127.0.0.1, issued by " in out
    assert ", valid until 3000-01-01; TLS 1.3, TLS_AES_256_GCM_SHA384\n" in out
    assert "NOT VERIFIED" not in out
    assert "* EHLO again: TLS made the one before void" in out
    assert "* since TLS began: new: SIZE; gone: STARTTLS" in out
    assert seen == [b"EHLO me", b"STARTTLS", b"EHLO me", b"QUIT"]
    _, facts, _ = await run("explain", "--json", script=out.encode())
    told = json.loads(facts)
    assert (told["tls_active"], told["tls_kind"], told["extensions"]) == (True, "starttls", {"SIZE": "10"})


async def test_how_long_it_all_took_is_said_when_it_is_asked_for() -> None:
    async with serving(server("address", [])) as served:
        where = ("connect", str(served.endpoint), "--cafile", str(cafile()))
        _, out, _ = await run(*where, "--times", script=SCRIPT)
        rows = out.splitlines()
        assert re.fullmatch(r"\*  \d+ ms for connecting", rows[2])
        behind = [before for before, row in pairwise(rows) if re.fullmatch(r"\*  [\d.]+ m?s", row)]
        assert [row[:6] for row in behind] == ["S: 220", "S: 250", "S: 220", "S: 250", "S: 221"]
        assert re.search(
            r"^\* TLS handshake complete.*\n\*  \d+ ms for the TLS handshake$", out, re.MULTILINE
        )
    _, facts, _ = await run("explain", "--json", script=out.encode())
    assert [one["verb"] for one in json.loads(facts)["commands"]] == ["EHLO", "STARTTLS", "EHLO", "QUIT"]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("expired", "The certificate expired 12 days ago."),
        ("good", "The certificate is for mx.example.net, not for 127.0.0.1."),
        ("self-signed", "The certificate is signed by itself"),
        ("unknown", "Nobody whom this machine trusts has signed the certificate."),
    ],
)
async def test_a_server_that_proves_nothing_gets_nothing(kind: str, reason: str) -> None:
    seen: list[bytes] = []
    async with serving(server(kind, seen)) as served:
        code, out, err = await run("connect", str(served.endpoint), "--cafile", str(cafile()), script=SCRIPT)
    assert code == 77
    assert reason in out
    assert err.startswith("smtptutor: TLS failed: certificate not verified: it")
    assert err.count("\n") == 1
    for identifier in ("unknown-issuer", "wrong-name", "self-signed", "no-tls"):
        assert identifier not in out + err
    assert "Nothing proves who is at the other end." in out
    assert "2 lines were not sent" in out
    assert seen == [b"EHLO me", b"STARTTLS"]


async def test_insecure_goes_on_and_says_so() -> None:
    seen: list[bytes] = []
    async with serving(server("self-signed", seen)) as served:
        code, out, _ = await run("connect", str(served.endpoint), "--insecure", script=SCRIPT)
    assert code == 1
    assert "NOT VERIFIED: it is for another name, it is signed by itself" in out
    assert "* certificate NOT verified: it is for another name, it is signed by itself; " in out
    assert seen[-1] == b"QUIT"


async def test_what_was_injected_is_taught() -> None:
    seen: list[bytes] = []
    async with serving(server("address", seen, b"220 go\r\n250 injected\r\n")) as served:
        code, out, _ = await run("connect", str(served.endpoint), "--cafile", str(cafile()), script=SCRIPT)
    assert code == 77
    assert "plain text came behind the 220 of STARTTLS" in out
    assert "RFC 3207" in out
    assert seen == [b"EHLO me", b"STARTTLS"]


async def test_tls_at_once_on_a_port_that_speaks_plain_text() -> None:
    async def play(peer: Peer) -> None:
        await peer.say("220 mx here")
        await peer.until_gone()

    async with serving(play) as served:
        code, out, err = await run("connect", str(served.endpoint), "--tls", script=SCRIPT)
    assert code == 77
    assert "* TLS failed: what answers is not TLS" in out
    assert err == "smtptutor: TLS failed: what answers is not TLS.\n"


@pytest.mark.parametrize("typed", [True, False])
async def test_insecure_is_no_yes_to_a_password(typed: bool) -> None:
    """Neither of the steps that are typed nor of the lines of a script."""

    async def play(peer: Peer) -> None:
        await peer.tls(context)
        await peer.say("220 mx here")
        while line := await peer.line():
            seen.append(line)
            await peer.say(*answers.get(line.split()[0], ("250 fine",)))

    answers = {b"EHLO": ("250-mx", "250 AUTH PLAIN"), b"AUTH": ("235 in",), b"QUIT": ("221 bye",)}
    context = serving_context("self-signed")
    login = b"AUTH PLAIN AGFsaWNlAHMzY3JldA=="
    steps = ("--user", "alice", "--password-command", "echo s3cret", "--until", "auth", "--ehlo", "me")
    arguments, script = (steps, b"") if typed else ((), b"EHLO me\n" + login + b"\nQUIT\n")
    for yes in ((), ("--yes",)):
        seen: list[bytes] = []
        async with serving(play) as served:
            where = ("connect", str(served.endpoint), "--tls", "--insecure", *yes)
            code, out, err = await run(*where, *arguments, script=script)
        assert "NOT VERIFIED" in out
        if yes:
            assert seen == [b"EHLO me", login, b"QUIT"]
            assert code == (0 if typed else 1)
        else:
            assert code == 77
            assert "nothing proves" in err and "--yes" in err
            assert login not in seen
