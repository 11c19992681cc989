"""Servers behind a program: a jump host that does what the test says, and ``--pipe``."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.net.fake_ssh import fake_ssh
from tests.net.scripted import Peer, Talk, serving, talking, turns_until
from tui.net import prompting
from tui.net.access import Access, ProxyHeader, Security
from tui.net.endpoint import Endpoint
from tui.net.programs import Prompt
from tui.net.proxy import header
from tui.net.session import Session
from tui.smtp.events import (
    AddressTried,
    CommandSent,
    ConnectionClosed,
    ConnectionFailed,
    ConnectionOpened,
    ExtensionsAdvertised,
    Failure,
    Found,
    GreetingAwaited,
    ProgramSaid,
    ProxyHeaderSent,
    ReplyReceived,
    ReplyTimedOut,
)
from tui.smtp.findings import Finding, Side
from tui.smtp.proxy import parse

VIA = Access(via="alice@jump")
RELAY = """\
import os, socket, sys, threading
wire = socket.create_connection((sys.argv[1], int(sys.argv[2])))
def up():
    while data := os.read(0, 4096):
        wire.sendall(data)
threading.Thread(target=up, daemon=True).start()
while data := wire.recv(4096):
    os.write(1, data)
"""


async def greets(peer: Peer) -> None:
    await peer.say("220 mx.test")
    while True:
        line = await peer.line()
        await peer.say("221 bye" if line == b"QUIT" else "250 fine")
        if line == b"QUIT":
            return


def said(talk: Talk) -> list[str]:
    return [event.line for event in talk.all(ProgramSaid)]


def piped(tmp_path: Path, program: str, *words: str) -> Access:
    file = tmp_path / "program.py"
    file.write_text(program)
    return Access(pipe=(sys.executable, str(file), *words))


def asked_for(*answers: str | None) -> tuple[list[Prompt], object]:
    prompts: list[Prompt] = []
    left = list(answers)

    async def ask(prompt: Prompt) -> str | None:
        prompts.append(prompt)
        return left.pop(0)

    return prompts, ask


# -- through ssh


async def test_ssh_gets_its_arguments_and_the_server_is_indirect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh = fake_ssh(tmp_path, monkeypatch, "relay()")
    async with serving(greets) as server, talking(Session(server.endpoint, access=VIA)) as talk:
        await talk.until(ReplyReceived)
        talk.session.send(b"QUIT\r\n")
        await talk.end()
        port = server.endpoint.port
    opened = talk.all(ConnectionOpened)[0]
    assert (opened.indirect, opened.address, opened.through) == (True, "", "ssh alice@jump")
    assert talk.all(AddressTried) == [AddressTried("127.0.0.1", "", port, "ssh alice@jump")]
    options = ["LogLevel=INFO", "ConnectTimeout=10", "ControlMaster=no", "BatchMode=yes"]
    words = [word for one in options for word in ("-o", one)]
    assert ssh.arguments == [*words, "-x", "-W", f"127.0.0.1:{port}", "--", "alice@jump"]
    assert talk.all(ConnectionClosed)[0].by is Side.SERVER
    assert not ssh.alive


async def test_an_ipv6_address_stands_in_brackets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ssh = fake_ssh(tmp_path, monkeypatch, "sys.exit(255)")
    async with talking(Session(Endpoint("::1", 25), access=Access(via="jump", family=6))):
        pass
    assert ssh.arguments[-5:] == ["-x", "-W", "[::1]:25", "--", "jump"]
    assert "-6" in ssh.arguments


@pytest.mark.parametrize(
    "sentence",
    [
        "channel 0: open failed: connect failed: Connection refused",
        "ssh: connect to host jump port 22: Connection refused",
        "ssh: Could not resolve hostname jump: Name or service not known",
        "Host key verification failed.",
        "alice@jump: Permission denied (publickey,password).",
    ],
)
@pytest.mark.parametrize("security", [Security.PLAIN, Security.TLS])
async def test_why_ssh_failed_is_told_in_its_own_words(
    sentence: str, security: Security, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh = fake_ssh(tmp_path, monkeypatch, f"say({sentence!r})", "sys.exit(255)")
    access = Access(via="jump", security=security)
    async with talking(Session(Endpoint("mx.test", 25), access=access)) as talk:
        await talk.end()
    assert said(talk) == [sentence]
    [failed] = talk.all(ConnectionFailed)
    assert (failed.failure, failed.detail, failed.final) == (Failure.PROGRAM, sentence, True)
    assert (failed.through, failed.host) == ("ssh jump", "mx.test")
    assert not ssh.alive


async def test_what_ssh_says_after_it_has_said_why_is_not_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    why = "channel 0: open failed: administratively prohibited: open failed"
    fake_ssh(tmp_path, monkeypatch, f"say({why!r})", "say('stdio forwarding failed')", "sys.exit(255)")
    async with talking(Session(Endpoint("mx.test", 25), access=VIA)) as talk:
        await talk.end()
    assert said(talk) == [why, "stdio forwarding failed"]
    assert [one.detail for one in talk.all(ConnectionFailed)] == [why]


async def test_a_program_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    async with talking(Session(Endpoint("mx.test", 25), access=VIA)) as talk:
        await talk.end()
    assert [one.failure for one in talk.all(ConnectionFailed)] == [Failure.NOT_THERE]


async def test_names_that_a_program_could_take_for_an_option_are_not_given_to_it() -> None:
    for access, host in ((Access(via="-oProxyCommand=x"), "mx.test"), (VIA, "-mx"), (VIA, "a b")):
        async with talking(Session(Endpoint(host, 25), access=access)) as talk:
            await talk.end()
        assert [one.failure for one in talk.all(ConnectionFailed)] == [Failure.NAME_UNKNOWN]


async def test_dropped_inside_a_message_tells_why_and_keeps_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def script(peer: Peer) -> None:
        await peer.say("220 mx.test")
        for reply in ("250 fine", "250 fine", "354 go on"):
            await peer.line()
            await peer.say(reply)
        await peer.until_gone()

    ssh = fake_ssh(tmp_path, monkeypatch, "relay(most=45)")
    async with serving(script) as server, talking(Session(server.endpoint, access=VIA)) as talk:
        await talk.until(ReplyReceived)
        for number, line in enumerate((b"MAIL FROM:<>", b"RCPT TO:<a@b>", b"DATA"), start=2):
            talk.session.send(line + b"\r\n")
            await talk.until(ReplyReceived, number)
        talk.session.send(b"Subject: x\r\n")
        await talk.end()
    assert said(talk) == ["client_loop: send disconnect: Broken pipe"]
    [closed] = talk.all(ConnectionClosed)
    assert (closed.by, closed.in_message) == (None, True)
    assert not ssh.alive


# -- what ssh asks

HOST_KEY = (
    "The authenticity of host 'jump (192.0.2.1)' can't be established.\n"
    "ED25519 key fingerprint is SHA256:abc.\n"
    "Are you sure you want to continue connecting (yes/no/[fingerprint])? "
)


async def test_a_password_is_asked_for_and_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ssh = fake_ssh(tmp_path, monkeypatch, 'ask("alice@jump\'s password: ")', "relay()")
    prompts, ask = asked_for("geheim 密码")
    async with serving(greets) as server, talking(Session(server.endpoint, access=VIA, ask=ask)) as talk:  # type: ignore[arg-type]
        assert talk.opened
    assert prompts == [Prompt("alice@jump's password:", secret=True)]
    assert said(talk) == ["alice@jump's password:"]
    assert ssh.answers == ["'geheim 密码'"]
    assert "BatchMode=yes" not in ssh.arguments
    assert not any("geheim" in text for text in (*ssh.arguments, *ssh.environment.values()))
    assert not Path(ssh.environment["SSH_ASKPASS"]).parent.exists()


async def test_a_secret_that_is_asked_for_again_was_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ssh asks three times in the same words, and says nowhere that what it got did not do."""
    ask_ = 'ask("Enter passphrase for key: ")'
    fake_ssh(tmp_path, monkeypatch, ask_, ask_, 'ask("other: ")', "relay()")
    prompts, ask = asked_for("wrong", "right", "x")
    async with serving(greets) as server, talking(Session(server.endpoint, access=VIA, ask=ask)) as talk:  # type: ignore[arg-type]
        assert talk.opened
    assert [(one.text, one.wrong) for one in prompts] == [
        ("Enter passphrase for key:", False),
        ("Enter passphrase for key:", True),
        ("other:", False),
    ]


async def test_the_helper_can_be_reached_by_its_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_ssh(tmp_path, monkeypatch, "ask('password: ')", "sys.exit(255)")
    modes: list[int] = []

    async def ask(prompt: Prompt) -> str | None:
        helper = Path(fake.environment["SSH_ASKPASS"])
        modes.extend(path.stat().st_mode & 0o777 for path in (helper.parent, helper, helper.parent / "ask"))
        return "x"

    from tests.net.fake_ssh import FakeSsh

    fake = FakeSsh(tmp_path / "ssh")
    async with talking(Session(Endpoint("mx.test", 25), access=VIA, ask=ask)) as talk:
        await talk.end()
    assert modes == [0o700, 0o700, 0o600]


@pytest.fixture
def short_folder() -> Iterator[str]:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield folder


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_a_temporary_folder_whose_path_is_too_long_for_a_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, short_folder: str
) -> None:
    """unix(7): 108 octets with the NUL behind them."""
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    short = Path(short_folder)
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(short))
    ssh = fake_ssh(tmp_path, monkeypatch, 'ask("password: ")', "relay()")
    _prompts, ask = asked_for("geheim")
    async with serving(greets) as server, talking(Session(server.endpoint, access=VIA, ask=ask)) as talk:  # type: ignore[arg-type]
        assert talk.opened
    assert ssh.answers == ["'geheim'"]
    assert left_in(deep) == left_in(short) == []


async def test_nowhere_a_folder_for_the_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    monkeypatch.setattr(prompting, "_SHORT", (str(tmp_path / "nowhere"),))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    ssh = fake_ssh(tmp_path, monkeypatch, "relay()")
    _prompts, ask = asked_for()
    async with talking(Session(Endpoint("mx.test", 25), access=VIA, ask=ask)) as talk:  # type: ignore[arg-type]
        await talk.end()
    (failed,) = talk.all(ConnectionFailed)
    assert failed.failure is Failure.NO_SOCKET
    assert str(deep) in failed.detail
    assert not ssh.began
    assert left_in(deep) == []


def test_a_program_that_ends_without_closing_leaves_no_folder(tmp_path: Path) -> None:
    program = (
        "import asyncio\n"
        "async def main():\n"
        "    from tui.net.prompting import Askpass\n"
        "    print(Askpass(None).environment['SSH_ASKPASS'])\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip()
    assert not Path(done.stdout.strip()).parent.exists()


async def test_an_unknown_host_key_is_shown_and_needs_a_yes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh = fake_ssh(tmp_path, monkeypatch, f"ask({HOST_KEY!r})", "sys.exit(255)")
    prompts, ask = asked_for("no")
    async with talking(Session(Endpoint("mx.test", 25), access=VIA, ask=ask)) as talk:  # type: ignore[arg-type]
        await talk.end()
    assert [one.secret for one in prompts] == [False]
    assert said(talk)[1] == "ED25519 key fingerprint is SHA256:abc."
    assert ssh.answers == ["'no'"]


async def test_no_answer_ends_ssh_instead_of_being_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh = fake_ssh(tmp_path, monkeypatch, "while True: ask('password: ')")
    prompts, ask = asked_for(None)
    async with talking(Session(Endpoint("mx.test", 25), access=VIA, ask=ask)) as talk:  # type: ignore[arg-type]
        await talk.end()
    assert len(prompts) == 1
    assert [one.failure for one in talk.all(ConnectionFailed)] == [Failure.PROGRAM]
    assert not ssh.alive


@pytest.mark.parametrize(("answer", "given"), [("yes", "''"), ("no", "None")])
async def test_a_confirmation_is_a_yes_or_nothing(
    answer: str, given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh = fake_ssh(tmp_path, monkeypatch, "ask('Allow use of key?', 'confirm')", "sys.exit(255)")
    _prompts, ask = asked_for(answer)
    async with talking(Session(Endpoint("mx.test", 25), access=VIA, ask=ask)) as talk:  # type: ignore[arg-type]
        await talk.end()
    assert ssh.answers == [given]


async def test_a_notice_is_told_and_asks_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_ssh(tmp_path, monkeypatch, "ask('Confirm user presence for key', 'none')", "sys.exit(255)")
    prompts, ask = asked_for()
    async with talking(Session(Endpoint("mx.test", 25), access=VIA, ask=ask)) as talk:  # type: ignore[arg-type]
        await talk.end()
    assert not prompts
    assert said(talk) == ["Confirm user presence for key"]


# -- its end


@pytest.mark.parametrize(
    "script",
    [
        ("signal.pause()",),
        ("relay()", "signal.pause()"),  # the end of its input means nothing to it
        ("signal.signal(signal.SIGTERM, signal.SIG_IGN)", "relay()", "signal.pause()"),
    ],
)
async def test_nothing_is_left_of_it_when_we_close(
    script: Sequence[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    ssh = fake_ssh(tmp_path, monkeypatch, *script)
    async with serving(greets) as server:
        session = Session(server.endpoint, access=VIA)
        opening = asyncio.ensure_future(session.open())
        await turns_until(lambda: ssh.began)
        if "relay" in "".join(script):
            assert await opening
        await session.close()
        await opening
    assert not ssh.alive


async def test_a_server_that_never_greets_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh = fake_ssh(tmp_path, monkeypatch, "signal.pause()")
    async with talking(Session(Endpoint("mx.test", 25), access=VIA, timeout=0.05)) as talk:
        await talk.end()
    assert [one.failure for one in talk.all(ConnectionFailed)] == [Failure.SILENT]
    assert not talk.all(ReplyTimedOut)
    assert not ssh.alive


# -- over any program


async def test_host_and_port_are_filled_in_word_by_word_and_no_shell_reads_them(tmp_path: Path) -> None:
    told = "import sys; sys.stderr.write('|'.join(sys.argv[1:]))"
    access = piped(tmp_path, told, "%h", "x%py", "%%h", "$(id)", "%q", "%")
    async with talking(Session(Endpoint("mx.test", 2525), access=access)) as talk:
        await talk.end()
    assert said(talk) == ["mx.test|x2525y|%h|$(id)|%q|%"]


async def test_a_dialogue_over_a_program(tmp_path: Path) -> None:
    access = piped(tmp_path, RELAY, "%h", "%p")
    async with serving(greets) as server, talking(Session(server.endpoint, access=access)) as talk:
        await talk.until(ReplyReceived)
        talk.session.send(b"NOOP\r\nQUIT\r\n")
        await talk.end()
    assert [one.reply.code for one in talk.all(ReplyReceived)] == [220, 250, 221]
    assert talk.all(ConnectionOpened)[0].through == os.path.basename(sys.executable)  # noqa: PTH119


async def test_a_program_that_talks_without_end_fills_nothing(tmp_path: Path) -> None:
    flood = "import sys\nfor n in range(5000): sys.stderr.write(f'{n}\\n')\nsys.stderr.write('x' * 100000)"
    async with talking(Session(Endpoint("mx.test", 25), access=piped(tmp_path, flood))) as talk:
        await talk.end()
    assert len(said(talk)) == 100
    assert all(len(line) <= 1000 for line in said(talk))


# -- sockets in the file system, and the PROXY header


async def test_a_unix_socket(tmp_path: Path) -> None:
    import asyncio

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await greets(Peer(reader, writer))
        writer.close()

    path = tmp_path / "smtp"
    server = await asyncio.start_unix_server(connected, path)
    async with server, talking(Session(Endpoint("localhost"), access=Access(unix=path))) as talk:
        await talk.until(ReplyReceived)
        talk.session.send(b"QUIT\r\n")
        await talk.end()
    opened = talk.all(ConnectionOpened)[0]
    assert (opened.indirect, opened.through) == (True, f"unix {path}")


async def test_no_unix_socket(tmp_path: Path) -> None:
    access = Access(unix=tmp_path / "none")
    async with talking(Session(Endpoint("localhost"), access=access)) as talk:
        await talk.end()
    assert [one.failure for one in talk.all(ConnectionFailed)] == [Failure.NOT_THERE]


async def test_the_proxy_header_of_version_1_goes_before_everything() -> None:
    first: list[bytes] = []

    async def script(peer: Peer) -> None:
        first.append(await peer.line())
        await peer.say("220 mx.test")

    access = Access(proxy=ProxyHeader.V1, source="127.0.0.5")
    async with serving(script) as server, talking(Session(server.endpoint, access=access)) as talk:
        await talk.until(ReplyReceived)
        port = server.endpoint.port
    words = first[0].decode().split()
    assert words[:4] == ["PROXY", "TCP4", "127.0.0.5", "127.0.0.1"]
    assert words[5] == str(port)
    assert talk.all(ProxyHeaderSent) == [ProxyHeaderSent("v1", first[0].decode())]


async def test_the_proxy_header_of_version_2() -> None:
    heard: list[bytes] = []

    async def script(peer: Peer) -> None:
        heard.append(await peer.until_gone())

    access = Access(proxy=ProxyHeader.V2)
    async with serving(script) as server:
        session = Session(server.endpoint, access=access)
        async with talking(session) as talk:
            await talk.until(ConnectionOpened)
        await turns_until(lambda: heard)
        port = server.endpoint.port
    [octets] = heard
    assert octets[:16] == b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c"
    assert octets[16:24] == bytes((127, 0, 0, 1, 127, 0, 0, 1))
    assert int.from_bytes(octets[26:28], "big") == port
    assert len(octets) == 28


async def test_a_server_that_expects_no_proxy_header_answers_it_and_nothing_that_was_typed() -> None:
    async def script(peer: Peer) -> None:
        await peer.say("220 mx.test")
        assert (await peer.line()).startswith(b"PROXY TCP4 ")
        await peer.say("502 what is PROXY")
        assert await peer.line() == b"EHLO me.test"
        await peer.say("250 mx.test")
        await peer.until_gone()

    access = Access(proxy=ProxyHeader.V1)
    async with serving(script) as server, talking(Session(server.endpoint, access=access)) as talk:
        talk.session.send(b"EHLO me.test\r\n")  # before either was said
        await talk.until(ExtensionsAdvertised)
    greeting, header, hello = talk.all(ReplyReceived)
    assert isinstance(greeting.to, GreetingAwaited)
    assert header.to is None
    assert isinstance(hello.to, CommandSent)
    assert [one.finding for one in talk.all(Found) if one.side is Side.CLIENT][-1:] == [
        Finding.PROXY_HEADER_TAKEN
    ]
    order = [type(one) for one in talk.events]
    assert order.index(ConnectionOpened) < order.index(ProxyHeaderSent) < order.index(ReplyReceived)


@pytest.mark.parametrize("version", list(ProxyHeader))
def test_where_the_other_end_is_gone_already_the_header_knows_no_address(version: ProxyHeader) -> None:
    class Gone(asyncio.Transport):
        """asyncio has no peer's name where getpeername fails: ENOTCONN."""

        def get_extra_info(self, name: str, default: object = None) -> object:
            return {"socket": wire, "sockname": ("127.0.0.1", 1)}.get(name, default)

    with socket.socket() as wire:
        octets, words = header(version, Gone())
    assert (words, octets) == (
        ("PROXY UNKNOWN", b"PROXY UNKNOWN\r\n")
        if version is ProxyHeader.V1
        else ("PROXY LOCAL", b"\r\n\r\n\x00\r\nQUIT\n\x20\x00\x00\x00")
    )


@pytest.mark.parametrize("version", list(ProxyHeader))
def test_over_a_socket_file_it_knows_no_address_either_and_every_reader_takes_it(
    version: ProxyHeader,
) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX)

    class Local(asyncio.Transport):
        def get_extra_info(self, name: str, default: object = None) -> object:
            return {"socket": ours, "sockname": "", "peername": "/run/lmtp"}[name]

    with ours, theirs:
        octets, _words = header(version, Local())
    read = parse(octets + b"LHLO me\r\n")
    assert read is not None
    assert (read.peer, read.octets) == (None, len(octets))


@pytest.mark.parametrize(
    ("version", "octets"),
    [
        (ProxyHeader.V1, b"PROXY UNKNOWN\r\n"),
        (ProxyHeader.V2, b"\r\n\r\n\x00\r\nQUIT\n\x20\x00\x00\x00"),
    ],
)
async def test_over_a_program_the_proxy_header_knows_no_address(
    version: ProxyHeader, octets: bytes, tmp_path: Path
) -> None:
    program = f"import os, sys\nsys.stderr.write(repr(os.read(0, {len(octets)})))"
    access = piped(tmp_path, program)
    async with talking(Session(Endpoint("mx.test"), access=Access(pipe=access.pipe, proxy=version))) as talk:
        await talk.end()
    assert said(talk) == [repr(octets)]


# -- addresses


async def test_an_address_that_is_not_ours() -> None:
    async with serving(greets) as server:
        session = Session(server.endpoint, access=Access(source="192.0.2.77"))
        async with talking(session) as talk:
            await talk.end()
    assert [(one.failure, one.detail) for one in talk.all(ConnectionFailed)] == [
        (Failure.NOT_OURS, "192.0.2.77")
    ]


@pytest.mark.parametrize("access", [Access(family=6), Access(source="::1")])
async def test_no_address_of_the_wanted_kind(access: Access) -> None:
    async with talking(Session(Endpoint("127.0.0.1", 25), access=access)) as talk:
        await talk.end()
    assert [(one.failure, one.detail) for one in talk.all(ConnectionFailed)] == [(Failure.NO_FAMILY, "IPv6")]
