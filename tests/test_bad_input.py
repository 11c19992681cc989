"""Bad input on the real command line: a sentence that says what, where and what to do, in both languages; the
right exit code; nothing lost; no traceback."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from tests.net.scripted import Peer, serving
from tests.plain import beside
from tests.plain.peer import listening
from tests.plain.running import run, script
from tests.pty import Terminal
from tui.cli import main
from tui.cli.reaching import steps
from tui.words import language

PASSPHRASE = "geheim-0815"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files that are good, and files that are of no use."""
    folder = tmp_path_factory.mktemp("files")
    authority = trustme.CA()
    for name in ("own", "other"):
        leaf = authority.issue_cert(f"{name}.example")
        leaf.cert_chain_pems[0].write_to_path(str(folder / f"{name}.crt"))
        leaf.private_key_pem.write_to_path(str(folder / f"{name}.key"))
    key = serialization.load_pem_private_key((folder / "own.key").read_bytes(), None)
    locked = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(PASSPHRASE.encode()),
    )
    (folder / "locked.key").write_bytes(locked)
    old = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.BestAvailableEncryption(PASSPHRASE.encode()),
    )
    (folder / "locked-old.key").write_bytes(old)
    (folder / "both.pem").write_bytes((folder / "own.crt").read_bytes() + locked)
    (folder / "broken.key").write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    (folder / "dangling.key").symlink_to(folder / "none.key")
    (folder / "letter.txt").write_text("Subject: hi\n\nbody\n", encoding="utf-8")
    (folder / "broken.crt").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    (folder / "closed.txt").write_text("x")
    (folder / "closed.txt").chmod(0)
    (folder / "folder").mkdir()
    return folder


@pytest.fixture(autouse=True)
def back_to_english() -> Iterator[None]:
    yield
    language.use("en")


#: Flags behind ``connect mx.test``, and what is said about them; FILES stands for the folder above.
USAGE = [
    ("--tls --starttls", "--tls and --starttls exclude each other", "--tls 和 --starttls"),
    ("--tls --no-tls", "--tls and --no-tls exclude each other", "--tls 和 --no-tls"),
    ("--via a --pipe b", "--via and --pipe exclude each other", "--via 和 --pipe"),
    ("--via a --source ::1", "--via and --source exclude each other", "--via 和 --source"),
    ("--unix /x --source ::1", "--unix and --source exclude each other", "--unix 和 --source"),
    ("--pipe b -6", "--pipe and -6 exclude each other", "--pipe 和 -6"),
    ("-4 -6", "-4 and -6 exclude each other", "-4 和 -6"),
    ("--source ::1 -4", "--source ::1 and -4 exclude each other", "--source ::1 和 -4"),
    ("--source 127.0.0.1 -6", "--source 127.0.0.1 and -6 exclude each other", "--source 127.0.0.1 和 -6"),
    ("--source nonsense", '--source takes an IP address, not "nonsense"', "IP 地址"),
    ("--until nonsense", '--until knows helo, starttls, auth, mail, rcpt, data, dot, not "nonsense"', "helo"),
    ("--until auth", "--until auth needs --user", "--user"),
    ("--until rcpt --from a@b", "--until rcpt needs --to", "--to"),
    ("--until dot --from a@b --to c@d", "--until dot needs --message", "--message"),
    ("--auth NTLM", '--auth knows SCRAM-SHA-256, CRAM-MD5, PLAIN, LOGIN, XOAUTH2, not "NTLM"', "NTLM"),
    ("--proxy v3", '--proxy knows v1 and v2, not "v3"', "v1"),
    ("--via -oProxyCommand=x", '--via: a jump host may not begin with "-"', "-oProxyCommand=x"),
    ("--via=-oProxyCommand=x", '--via: a jump host may not begin with "-"', "-oProxyCommand=x"),
    ("--pipe=", "--pipe: the name of a program is missing", "程序"),
    ("--pipe=' '", "--pipe: the name of a program is missing", "程序"),
    ("--pipe='a", "--pipe: a quote is not closed", "引号"),
    ("--tls-name a..b", '--tls-name: "a..b" is not the name of a server', "--tls-name"),
    ("--ehlo a\u00a0b", "holds a blank or a control character", "--ehlo"),
    ("--from a\u00a0b@x.test", "is no address: it holds a blank", "里面有空格"),
    ("--from alice", '--from: "alice" is no address: the @ and the domain are missing', "缺少 @"),
    ("--from @x.test", "a name on both sides of the @ is needed", "两边"),
    ("--to alice@", "a name on both sides of the @ is needed", "两边"),
    ("--to <a@x>,<b@x>", "is no address: it holds an angle bracket", "尖括号"),
    ("--from a\x07b", "--from:", "--from"),
    ("--to a\x1bb", "--to:", "--to"),
    ("--to=", "--to:", "--to"),
    ("--message FILES/none.eml", 'none.eml" cannot be used: it is not there', "none.eml"),
    ("--message FILES/folder", 'folder" cannot be used: it is a folder', "文件夹"),
    ("--message /dev/zero", '"/dev/zero" cannot be used: it is a device or a socket', "设备"),
    ("--message -", "--message takes the name of a file; standard input is the dialogue's", "--message"),
    ("--cafile FILES/none.pem", 'none.pem" cannot be used: it is not there', "none.pem"),
    ("--cafile FILES/folder", 'folder" cannot be used: it is a folder', "文件夹"),
    ("--cafile FILES/letter.txt", 'letter.txt" holds no certificate in PEM form', "没有 PEM 格式的证书"),
    ("--cafile FILES/broken.crt", 'broken.crt" cannot be used: ', "无法使用"),
    ("--key FILES/own.key", "--key goes with --cert", "--cert"),
    ("--cert FILES/own.crt", 'own.crt" holds no private key in PEM form; --key FILE', "没有 PEM 格式的私钥"),
    ("--cert FILES/own.key", 'own.key" holds no certificate in PEM form', "没有 PEM 格式的证书"),
    (
        "--cert FILES/own.crt --key FILES/other.key",
        'the private key in "FILES/other.key" is not the one of the certificate',
        "不匹配",
    ),
    ("--cert FILES/own.crt --key FILES/locked.key", "and nobody can be asked for it here", "口令"),
    ("--cert FILES/own.crt --key FILES/locked-old.key", "and nobody can be asked for it here", "口令"),
    ("--cert FILES/both.pem", 'both.pem" has a passphrase, and nobody can be asked for it here', "口令"),
    ("--cert FILES/own.crt --key FILES/folder", 'folder" cannot be used: it is a folder', "文件夹"),
    ("--cert FILES/own.crt --key FILES/none.key", 'none.key" cannot be used: it is not there', "none.key"),
    ("--cert FILES/own.crt --key FILES/dangling.key", 'dangling.key" cannot be used: it is not there', "key"),
    ("--cert FILES/own.crt --key FILES/letter.txt", 'letter.txt" holds no private key in PEM form', "私钥"),
    ("--cert FILES/own.crt --key FILES/broken.key", 'broken.key" cannot be used: ', "无法使用"),
    ("--cert FILES/own.crt --key /dev/null", '"/dev/null" cannot be used: it is a device', "设备"),
    ("--timeout 0", '--timeout: "0" must be more than 0', "--timeout"),
    ("--bogus", "there is no option --bogus", "--bogus"),
    ("--mx a.test", 'connect --mx does not know what to do with "mx.test"', "--mx"),
]  # fmt: skip


@pytest.mark.parametrize(("flags", "english", "chinese"), USAGE, ids=[row[0] for row in USAGE])
def test_flags(
    flags: str, english: str, chinese: str, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [one.strip("'").replace("FILES", str(files)) for one in flags.split(" ") if one != "'"]
    for code, part in (("en", english), ("zh_CN", chinese)):
        assert main(["connect", "mx.test", "--lang", code, *words]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        first, hint = told.err.splitlines()
        assert part.replace("FILES", str(files)) in first
        assert "smtptutor --help" in hint
        assert first.isprintable()


@pytest.mark.parametrize("spoken", ["en", "zh_CN"])
def test_a_key_that_may_not_be_read(
    spoken: str, files: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Root too, whom the system lets read every file."""
    read = Path.read_bytes

    def guarded(path: Path) -> bytes:
        if path.name == "own.key":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", guarded)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        where = f"127.0.0.1:{server.getsockname()[1]}"
        keys = ["--cert", str(files / "own.crt"), "--key", str(files / "own.key")]
        assert main(["connect", where, "--lang", spoken, *keys]) == 2
        with pytest.raises(BlockingIOError):
            server.accept()  # nobody has connected
    said = capsys.readouterr().err.splitlines()[0]
    assert str(files / "own.key") in said
    assert ("cannot be read: Permission denied" if spoken == "en" else "没有权限") in said


def test_the_key_of_a_profile_is_looked_at_before_connecting(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(os.environ["SMTPTUTOR_HOME"])
    folder.mkdir(parents=True, exist_ok=True)
    keys = f'cert = "{files}/own.crt"\nkey = "{files}/other.key"\n'
    (folder / "servers.toml").write_text(f'[work]\nhost = "mx.test"\n{keys}')
    assert main(["connect", "work"]) == 2
    assert "is not the one of the certificate" in capsys.readouterr().err


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_that_may_not_be_read(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["connect", "mx.test", "--message", str(files / "closed.txt")]) == 2
    assert 'closed.txt" cannot be used: it may not be read' in capsys.readouterr().err


#: What can be known only by trying: flags, what line mode says, in English and Chinese. All end with 69.
TRIED = [
    ("nosuch.invalid", "the name nosuch.invalid is unknown", "nosuch.invalid"),
    ("\u4f8b\u5b50.invalid", "the name \u4f8b\u5b50.invalid is unknown", "\u4f8b\u5b50.invalid"),
    ("127.0.0.1:CLOSED", "no program listens on port CLOSED. Mail servers use 25, 587 or 465", "CLOSED"),
    ("[::1]:CLOSED", "[::1]:CLOSED refused the connection", "[::1]:CLOSED"),
    ("127.0.0.1:CLOSED -6", "127.0.0.1 has no IPv6 address", "IPv6"),
    ("127.0.0.1:CLOSED --source 192.0.2.1", "192.0.2.1 is no address of this machine", "192.0.2.1"),
    ("mx.test --pipe nosuchprogram", "nosuchprogram is not there", "nosuchprogram"),
    ("mx.test --pipe FILES/letter.txt", "letter.txt may not be used", "不允许使用"),
    ("mx.test --pipe false", "false ended without a connection", "false"),
    ("--unix FILES/none", "FILES/none is not there", "FILES/none"),
    ("--unix FILES/letter.txt", "no server listens at unix FILES/letter.txt", "没有服务器在监听"),
    ("--unix FILES/" + "x" * 200, "The system says: AF_UNIX path too long", "AF_UNIX"),
]


@pytest.mark.parametrize(("flags", "english", "chinese"), TRIED, ids=[row[0][:40] for row in TRIED])
@pytest.mark.parametrize("lang", ["en", "zh_CN"])
def test_tried(flags: str, english: str, chinese: str, lang: str, files: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))  # bound and not listening, so that nobody else gets it
        values = {"FILES": str(files), "CLOSED": str(free.getsockname()[1])}
        words, part = flags.split(" "), english if lang == "en" else chinese
        for name, text in values.items():
            words, part = [one.replace(name, text) for one in words], part.replace(name, text)
        done = run(script(["EHLO me", "QUIT"]), "connect", "--lang", lang, *words)
    assert part in done.notes()
    assert done.code == 69
    assert "2" in next(row for row in done.rows if "not sent" in row or "没有发送" in row)
    assert done.errors.startswith("smtptutor")
    assert "Traceback" not in done.errors


async def test_a_message_that_cannot_be_read_stops_the_steps(tmp_path: Path) -> None:
    """It was there when the program began."""
    large = tmp_path / "large.eml"
    with large.open("wb") as file:
        file.truncate(101 << 20)
    words = ("--from", "a@b.test", "--to", "c@d.test", "--message", str(large), "--until", "rcpt")
    heard: list[bytes] = []

    async def play(peer: Peer) -> None:
        await peer.say("220 hi")
        heard.append(await peer.line())
        await peer.say("221 bye")

    async with serving(play) as served:
        code, out, err = await beside.run("connect", str(served.endpoint), *words)
    assert 'large.eml" cannot be read: File too large' in out
    assert "cannot be read: File too large" in err
    assert (code, heard) == (2, [b"QUIT"])


# -- on a terminal


@pytest.mark.parametrize("front", [("--plain",), ()])
def test_a_key_with_a_passphrase_asks_for_it(front: tuple[str, ...], files: Path) -> None:
    """Hidden; asked again when it is wrong; and no connection waits for it meanwhile."""
    with listening() as peer:
        command = [sys.executable, "-m", "tui", *front, "connect", f"127.0.0.1:{peer.port}"]
        command += ["--cert", str(files / "own.crt"), "--key", str(files / "locked.key")]
        with Terminal.spawn(command, size=(150, 40)) as terminal:
            terminal.wait_for("locked.key")
            terminal.wait_for("idden")
            terminal.enter("wrong")
            terminal.wait_for("hat passphrase does not open the key")
            terminal.enter(PASSPHRASE)
            peer.accept()
            peer.say("220 hi")
            terminal.wait_for("220 hi")
            terminal.send(b"\x04")
            terminal.exit_code()
            assert PASSPHRASE.encode() not in terminal.written
    home = Path(os.environ["SMTPTUTOR_HOME"])
    assert not any(PASSPHRASE.encode() in one.read_bytes() for one in home.rglob("*") if one.is_file())


def test_a_connection_that_fails_is_told_once_and_beside_the_prompt() -> None:
    with Terminal.spawn([sys.executable, "-m", "tui", "--plain", "connect", "nosuch.invalid"]) as terminal:
        terminal.wait_for("the name nosuch.invalid is unknown")
        terminal.settle()
        assert terminal.text().count("the name nosuch.invalid is unknown") == 1
        assert "C: smtptutor" not in terminal.text()


@pytest.mark.parametrize(
    ("option", "written", "meant"),
    [
        ("from", "<>", ""),
        ("from", "", ""),
        ("from", "<a@x.test>", "a@x.test"),
        ("from", '"a b"@x.test', '"a b"@x.test'),
        ("from", "\u5f20@\u4f8b.test", "\u5f20@\u4f8b.test"),
        ("to", "Postmaster", "Postmaster"),
        ("to", "user@[192.0.2.1]", "user@[192.0.2.1]"),
    ],
)
def test_addresses_that_may_be_some(option: str, written: str, meant: str) -> None:
    given = {option: (written,) if option == "to" else written}
    found = steps(given)
    assert (found.sender if option == "from" else found.recipients[0]) == meant


def test_raw_means_whatever_is_written() -> None:
    assert steps({"from": "a b", "to": ("x",), "raw_lf": True}).sender == "a b"
