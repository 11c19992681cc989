"""``smtptutor replay``: what goes out again, what does not, and how both runs compare."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.logins import server as logins
from tests.logins.server import SECRET, USER, forms
from tests.net.authority import cafile, serving_context
from tests.net.scripted import Peer as ScriptedPeer
from tests.net.scripted import Script, serving
from tests.plain.beside import run
from tests.plain.peer import Peer
from tests.plain.running import PROGRAM, mails
from tests.plain.running import run as run_script
from tests.pty import Terminal
from tui.smtp.display import cells

TRANSCRIPTS = Path(__file__).parent.parent / "data" / "transcripts"
NAMES = sorted(path.stem for path in TRANSCRIPTS.glob("*.txt"))
BODY = (b"Subject: x", b"", b"..dot", b"QUIT")
OLD = """S: 220 mx
C: EHLO me
S: 250-mx
S: 250-SIZE 1000
S: 250 8BITMIME
C: MAIL FROM:<a@b.test>
S: 250 2.1.0 Ok
C: RCPT TO:<c@d.test>
S: 250 2.1.5 Ok
C: DATA
S: 354 go
C: Subject: x
C:
C: ..dot
C: QUIT
C: .
S: 250 2.0.0 queued
C: QUIT
S: 221 2.0.0 bye
"""
ANSWERS = {
    b"EHLO": ("250-mx", "250-SIZE 1000", "250 8BITMIME"),
    b"MAIL": ("250 2.1.0 Ok",),
    b"RCPT": ("250 2.1.5 Ok",),
    b"DATA": ("354 go",),
    b".": ("250 2.0.0 queued",),
    b"QUIT": ("221 2.0.0 bye",),
}
ENVELOPE = [b"EHLO me", b"MAIL FROM:<a@b.test>", b"RCPT TO:<c@d.test>", b"DATA"]


def talking(seen: list[bytes], **other: str) -> Script:
    """Answers by the first word of a line; ``other`` replaces a row, "" hangs up there."""
    answers = ANSWERS | {key.encode(): tuple(value.split("\n")) for key, value in other.items()}

    async def play(peer: ScriptedPeer) -> None:
        await peer.say("220 mx here")
        while True:
            line = await peer.line()
            seen.append(line)
            word = line.split()[0].upper() if line else b""
            if answers.get(word) == ("",):
                return
            await peer.say(*answers.get(word, ("500 what",)))
            if word == b"DATA" and answers[word][0].startswith("354"):
                seen.append(await peer.message())
                if answers[b"."] == ("",):
                    return
                await peer.say(*answers[b"."])
            if word == b"QUIT":
                return

    return play


@pytest.fixture
def old(tmp_path: Path) -> Path:
    file = tmp_path / "old.txt"
    file.write_text(OLD)
    return file


def recorded(folder: Path, text: str) -> str:
    file = folder / "recorded.txt"
    file.write_text(text)
    return str(file)


class TestTheSame:
    async def test_every_reply_as_it_was(self, old: Path) -> None:
        seen: list[bytes] = []
        async with serving(talking(seen)) as served:
            code, out, err = await run("replay", str(old), str(served.endpoint), "--yes")
        assert (code, err) == (0, "")
        assert seen == [*ENVELOPE, b"\r\n".join(BODY) + b"\r\n", b"QUIT"]
        assert out.splitlines()[-1] == "* all 7 replies are the same"
        assert "= RCPT TO:<c@d.test>    250 2.1.5  250 2.1.5  same" in out
        assert "that is a second copy" in out

    def test_to_the_sandbox_without_a_server(self, old: Path) -> None:
        done = subprocess.run([*PROGRAM, "replay", str(old)], capture_output=True, check=False, input=b"")
        assert done.returncode == 0
        assert mails() == [b"Subject: x\r\n\r\n.dot\r\nQUIT\r\n"]
        out = done.stdout.decode()
        assert "second copy" not in out
        assert "  new run    offers PIPELINING" in out
        assert out.splitlines()[-1] == ("* all 7 replies have the same codes; one has another enhanced code")

    def test_from_stdin(self) -> None:
        done = subprocess.run(
            [*PROGRAM, "replay", "-"], capture_output=True, check=False, input=OLD.encode("utf-16")
        )
        assert done.returncode == 0
        assert len(mails()) == 1

    async def test_the_new_run_is_kept_and_can_be_replayed_in_turn(self, old: Path) -> None:
        seen: list[bytes] = []
        async with serving(talking(seen)) as served:
            await run("replay", str(old), str(served.endpoint), "--yes")
            folder = Path(os.environ["SMTPTUTOR_HOME"]) / "transcripts"
            (kept,) = folder.glob("*.jsonl")
            code, out, _ = await run("replay", str(kept), str(served.endpoint), "--yes")
        assert code == 0
        assert seen[:6] == seen[6:]
        assert out.count(" ms") >= 14, "the old run's times are known too"

    async def test_the_text_has_the_times_of_the_rows_beside_it(self, old: Path) -> None:
        """It is the text that is named at the end of a sitting."""
        async with serving(talking([])) as served:
            await run("replay", str(old), str(served.endpoint), "--yes")
            folder = Path(os.environ["SMTPTUTOR_HOME"]) / "transcripts"
            (kept,) = folder.glob("*.txt")
            code, out, _ = await run("replay", str(kept), str(served.endpoint), "--yes")
            assert code == 0
            assert out.count(" ms") >= 14
            kept.write_text(kept.read_text().replace("C: EHLO me", "C: EHLO another"))
            _, out, _ = await run("replay", str(kept), str(served.endpoint), "--yes")
            assert out.count(" ms") < 14, "it is another dialogue now"

    async def test_nothing_is_added(self, tmp_path: Path) -> None:
        """The old run ended in the middle of its message."""
        gone: list[bytes] = []

        async def play(peer: ScriptedPeer) -> None:
            await peer.say("220 mx")
            for _ in range(4):
                line = await peer.line()
                await peer.say("354 go" if line == b"DATA" else "250 ok")
            gone.append(await peer.until_gone())

        async with serving(play) as served:
            code, _, _ = await run(
                "replay", recorded(tmp_path, OLD.partition("C: ..dot")[0]), str(served.endpoint), "--yes"
            )
        assert code == 0
        assert gone == [b"Subject: x\r\n\r\n"]


class TestDifferences:
    async def test_another_code_is_shown_first_in_the_servers_words(self, old: Path) -> None:
        seen: list[bytes] = []
        async with serving(talking(seen, RCPT="550 5.1.1 \x1b[31mNobody")) as served:
            code, out, _ = await run("replay", str(old), str(served.endpoint), "--yes")
        assert code == 1
        block = [
            "! RCPT TO:<c@d.test>",
            "  old run    250 2.1.5 Ok",
            "  new run    550 5.1.1 \\x1b[31mNobody",
        ]
        rows = out.splitlines()
        at = rows.index(block[0])
        assert rows[at : at + 3] == block
        assert "! RCPT TO:<c@d.test>    250 2.1.5  550 5.1.1  differs" in out
        verdict = '* 1 of 7 replies differs; first at "RCPT TO:<c@d.test>": 250 2.1.5, then 550 5.1.1'
        assert out.replace("\n* ", " ").endswith(f"{verdict[1:]}\n")
        assert all(cells(row) <= 80 for row in rows[at - 4 :])

    async def test_what_is_offered(self, old: Path) -> None:
        async with serving(talking([], EHLO="250-mx\n250-SIZE 5\n250 CHUNKING")) as served:
            code, out, _ = await run("replay", str(old), str(served.endpoint), "--yes")
        assert code == 0
        assert "  old run    offers 8BITMIME\n  new run    offers CHUNKING\n" in out
        assert "  old run    SIZE 1000\n  new run    SIZE 5\n" in out

    async def test_text_after_a_refused_data_is_held_back(self, old: Path) -> None:
        seen: list[bytes] = []
        async with serving(talking(seen, DATA="554 5.5.1 no")) as served:
            code, out, _ = await run("replay", str(old), str(served.endpoint), "--yes")
        assert code == 1
        assert seen == [*ENVELOPE, b"QUIT"]
        assert "* 5 lines of text were held back: they would have gone out as commands" in out

    async def test_after_held_back_text_every_other_line_goes_out_and_quit_with_it(
        self, tmp_path: Path
    ) -> None:
        """Several messages, the first one empty; and a line between them that begins with no verb."""
        mail = "C: MAIL FROM:<a@b.test>\nS: 250 ok\nC: RCPT TO:<c@d.test>\nS: 250 ok\nC: DATA\nS: 354 go\n"
        odd = "C: FOO\nS: 500 what\n"
        text = f"S: 220 mx\nC: EHLO me\nS: 250 mx\n{mail}C: .\nS: 250 ok\n{odd}{mail}C: x\nC: .\nS: 250 ok\n"
        for end in ("C: QUIT\nS: 221 bye\n", ""):
            seen: list[bytes] = []
            async with serving(talking(seen, RCPT="550 no", DATA="503 valid RCPT first")) as served:
                file = recorded(tmp_path, text + end)
                code, out, _ = await run("replay", file, str(served.endpoint), "--yes")
            assert code == 1
            assert seen == [*ENVELOPE, b"FOO", *ENVELOPE[1:], b"QUIT"]
            assert "* 3 lines of text were held back" in out

    async def test_a_login_that_cannot_go_on_is_cancelled_and_left_with_quit(self, tmp_path: Path) -> None:
        text = (
            "S: 220 mx\nC: EHLO me\nS: 250-mx\nS: 250 AUTH CRAM-MD5\nC: AUTH CRAM-MD5\nS: 334 PDFAbXg+\n"
            "C: ********\nS: 235 in\nC: QUIT\nS: 221 bye\n"
        )
        seen: list[bytes] = []

        async def play(peer: ScriptedPeer) -> None:
            await peer.say("220 mx")
            for answer in ("250-mx\r\n250 AUTH CRAM-MD5", "334 no base64!", "501 cancelled", "221 bye"):
                seen.append(await peer.line())
                await peer.say(answer)

        async with serving(play) as served:
            flags = ("--user", "al", "--password-command", "echo pw", "--yes")
            file = recorded(tmp_path, text)
            code, _, err = await run("replay", file, str(served.endpoint), *flags)
        assert code == 77
        assert seen == [b"EHLO me", b"AUTH CRAM-MD5", b"*", b"QUIT"]
        assert "stopped before the login" in err

    async def test_a_message_where_the_old_run_had_none(self, tmp_path: Path) -> None:
        refused = OLD.partition("S: 354")[0] + "S: 554 no\nC: QUIT\nS: 221 bye\n"
        seen: list[bytes] = []

        async def play(peer: ScriptedPeer) -> None:
            await peer.say("220 mx")
            for _ in range(4):
                line = await peer.line()
                await peer.say("354 go" if line == b"DATA" else "250 ok")
            seen.append(await peer.until_gone())

        async with serving(play) as served:
            code, out, _ = await run("replay", recorded(tmp_path, refused), str(served.endpoint), "--yes")
        assert code == 1
        assert seen == [b""]
        assert "stopped: the server waits for the text of a message" in out
        assert "* 1 line was not sent" in out

    @pytest.mark.parametrize(("where", "left"), [("MAIL", 8), (".", 1)])
    async def test_a_server_that_hangs_up(self, old: Path, where: str, left: int) -> None:
        async with serving(talking([], **{where: ""})) as served:
            code, out, _ = await run("replay", str(old), str(served.endpoint), "--yes")
        assert code == 76
        assert "* stopped: the connection is closed" in out
        assert f"* {left} line" in out
        assert "of what was sent: 1 of" in out.replace("\n* ", " ")
        assert "not sent" in next(row for row in out.splitlines() if row.startswith("- QUIT"))

    async def test_a_server_that_says_421(self, old: Path) -> None:
        async with serving(talking([], MAIL="421 4.3.2 going down", RCPT="")) as served:
            code, _, _ = await run("replay", str(old), str(served.endpoint), "--yes")
        assert code == 75

    async def test_no_server(self, old: Path) -> None:
        async with serving(talking([])) as served:
            target = str(served.endpoint)
        code, out, err = await run("replay", str(old), target, "--yes")
        assert code == 69
        assert "refused the connection" in err
        assert "nothing was sent: there is no connection" in out


class TestPipelining:
    async def test_what_went_out_together_does_again(self, tmp_path: Path) -> None:
        text = OLD.replace("S: 250 2.1.0 Ok\n", "").replace("S: 250 2.1.5 Ok\n", "")
        text = text.replace("S: 354", "S: 250 2.1.0 Ok\nS: 250 2.1.5 Ok\nS: 354")

        async def play(peer: ScriptedPeer) -> None:
            await peer.say("220 mx")
            await peer.line()
            await peer.say("250 PIPELINING")
            for line in ENVELOPE[1:]:
                assert await peer.line() == line, "nothing was answered in between"
            await peer.say("250 2.1.0 Ok", "250 2.1.5 Ok", "354 go")
            await peer.message()
            await peer.say("250 2.0.0 queued")
            await peer.line()
            await peer.say("221 2.0.0 bye")

        async with serving(play) as served:
            code, out, _ = await run("replay", recorded(tmp_path, text), str(served.endpoint), "--yes")
        assert code == 0, out

    async def test_chunks_go_out_octet_by_octet(self, tmp_path: Path) -> None:
        text = (
            "S: 220 mx\nC: EHLO me\nS: 250-mx\nS: 250 CHUNKING\nC: MAIL FROM:<a@b.test>\n"
            "C: RCPT TO:<c@d.test>\n"
            "C: BDAT 8\nC: From\nC: To <no CRLF>\nC: BDAT 4 LAST\nC: :  <LF>\nC: y <no CRLF>\n"
            "S: 250 ok\nS: 250 ok\nS: 250 ok\nS: 250 ok\nC: QUIT\nS: 221 bye\n"
        )
        expected = b"MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nBDAT 8\r\nFrom\r\nToBDAT 4 LAST\r\n: \ny"

        async def play(peer: ScriptedPeer) -> None:
            await peer.say("220 mx")
            await peer.line()
            await peer.say("250-mx", "250 CHUNKING")
            assert await peer.octets(len(expected)) == expected
            await peer.say("250 ok", "250 ok", "250 ok", "250 ok")
            await peer.line()
            await peer.say("221 bye")

        file = recorded(tmp_path, text)
        async with serving(play) as served:
            code, out, _ = await run("replay", file, str(served.endpoint), "--yes")
        assert code == 0, out

    async def test_no_chunk_to_a_server_that_would_take_it_for_commands(self, tmp_path: Path) -> None:
        text = (
            "S: 220 mx\nC: EHLO me\nS: 250-mx\nS: 250 CHUNKING\nC: BDAT 6 LAST\nC: DATA\n"
            "S: 250 ok\nC: QUIT\nS: 221 bye\n"
        )
        seen: list[bytes] = []
        async with serving(talking(seen)) as served:
            code, out, _ = await run("replay", recorded(tmp_path, text), str(served.endpoint), "--yes")
        assert code == 1
        assert seen == [b"EHLO me", b"QUIT"]
        assert "1 BDAT was held back: the server does not offer CHUNKING" in out


class TestRails:
    async def test_a_script_needs_yes(self, old: Path) -> None:
        seen: list[bytes] = []
        async with serving(talking(seen)) as served:
            code, out, err = await run("replay", str(old), str(served.endpoint))
        assert code == 1
        assert seen == [*ENVELOPE[:-1], b"QUIT"], "the connection stands: it is left as one should"
        assert "stopped before DATA" in err
        assert "A script has to say --yes for that" in out
        assert "- DATA                  354        -          not sent" in out
        assert "= QUIT                  221 2.0.0  221 2.0.0  same" in out
        assert "* 6 lines were not sent" in out
        assert out.splitlines()[-1] == "* of what was sent: all 5 replies are the same"

    async def test_line_ends_are_those_of_the_old_run(self, tmp_path: Path) -> None:
        file = recorded(tmp_path, OLD.replace("C: ..dot\n", "C: a <LF>\nC: b\n"))
        code, out, _ = await run("replay", file)
        assert code == 0, out
        assert mails() == [b"Subject: x\r\n\r\na\nb\r\nQUIT\r\n"]


LOGIN = """S: 220 mx
C: EHLO me
S: 250-auth.test
S: 250-STARTTLS
S: 250 AUTH {mechanism}
{exchange}
S: 235 2.7.0 welcome
C: QUIT
S: 221 bye
"""
EXCHANGES = {
    "PLAIN": "C: AUTH PLAIN ********",
    "LOGIN": "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: ********\nS: 334 UGFzc3dvcmQ6\nC: ********",
    "CRAM-MD5": "C: AUTH CRAM-MD5\nS: 334 PG9sZEBteD4=\nC: ********",
    "SCRAM-SHA-256": "C: AUTH SCRAM-SHA-256 ********\nS: 334 cj14\nC: ********\nS: 334 dj14\nC: ",
}


@contextlib.contextmanager
def login_server(mechanism: str, outcome: str) -> Iterator[str]:
    """``HOST:PORT`` of one that checks every answer."""
    with logins.serving(mechanism, outcome) as port:
        yield f"127.0.0.1:{port}"


def _no_traces(*outputs: bytes) -> None:
    home = Path(os.environ["SMTPTUTOR_HOME"])
    kept = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    assert kept
    for data in (*outputs, *kept):
        assert not [form for form in forms() if form in data]


class TestLogins:
    def _replay(self, server: str, file: str, *flags: str, **environment: str) -> tuple[int, bytes, bytes]:
        done = subprocess.run(
            [*PROGRAM, "replay", file, server, *flags],
            input=b"",
            capture_output=True,
            check=False,
            env={**os.environ, **environment},
        )
        return done.returncode, done.stdout, done.stderr

    @pytest.mark.parametrize("mechanism", sorted(EXCHANGES))
    def test_answers_are_made_anew_for_the_new_challenges(self, tmp_path: Path, mechanism: str) -> None:
        file = recorded(tmp_path, LOGIN.format(mechanism=mechanism, exchange=EXCHANGES[mechanism]))
        with login_server(mechanism, "success") as target:
            code, out, err = self._replay(target, file, "--user", USER, "--yes", SMTPTUTOR_PASSWORD=SECRET)
        assert code == 0, out
        assert b"replies are the same" in out
        _no_traces(out, err)

    def test_without_a_password_it_stops_before_auth(self, tmp_path: Path) -> None:
        file = recorded(tmp_path, LOGIN.format(mechanism="LOGIN", exchange=EXCHANGES["LOGIN"]))
        with login_server("LOGIN", "success") as target:
            code, out, err = self._replay(target, file, "--user", USER, "--yes")
        assert code == 77
        assert b"stopped before the login: no password: set SMTPTUTOR_PASSWORD" in err
        assert b"C: AUTH" not in out
        assert b"* 3 lines were not sent" in out
        assert out.splitlines()[-1] == b"* of what was sent: all 3 replies are the same"

    def test_without_a_user_it_stops_before_auth(self, tmp_path: Path) -> None:
        file = recorded(tmp_path, LOGIN.format(mechanism="PLAIN", exchange=EXCHANGES["PLAIN"]))
        with login_server("PLAIN", "success") as target:
            code, _, err = self._replay(target, file, "--yes", SMTPTUTOR_PASSWORD=SECRET)
        assert code == 77
        assert b"no user name: give --user" in err

    def test_a_recorded_secret_is_never_sent(self, tmp_path: Path) -> None:
        clear = EXCHANGES["PLAIN"].replace("********", "AGFsaWNlAHMzY3JldC1QYXNz")
        file = recorded(tmp_path, LOGIN.format(mechanism="PLAIN", exchange=clear))
        with login_server("PLAIN", "success") as target:
            code, out, err = self._replay(target, file, "--user", USER, "--yes", SMTPTUTOR_PASSWORD="other")
        assert code == 77
        assert b"! AUTH PLAIN ********" in out
        assert b"235 2.7.0  535 5.7.8  differs" in out
        _no_traces(out, err)

    def test_a_password_does_not_go_out_in_clear_unasked(self, tmp_path: Path) -> None:
        file = recorded(tmp_path, LOGIN.format(mechanism="PLAIN", exchange=EXCHANGES["PLAIN"]))
        with login_server("PLAIN", "success") as target:
            code, out, err = self._replay(target, file, "--user", USER, SMTPTUTOR_PASSWORD=SECRET)
        assert code == 77
        assert b"stopped before AUTH PLAIN ********: it would send a password" in err
        _no_traces(out, err)

    def test_what_was_refused_before_too_is_no_trouble_of_the_new_run(self, tmp_path: Path) -> None:
        text = LOGIN.format(mechanism="PLAIN", exchange=EXCHANGES["PLAIN"])
        text = text.replace("235 2.7.0 welcome", "535 5.7.8 no").replace("221 bye", "250 bye")
        with login_server("PLAIN", "failure") as target:
            flags = ("--user", USER, "--yes")
            code, out, _ = self._replay(target, recorded(tmp_path, text), *flags, SMTPTUTOR_PASSWORD="other")
        assert b"1 of 4 replies differs" in out
        assert code == 1

    def test_a_mechanism_that_nobody_here_knows(self, tmp_path: Path) -> None:
        exchange = EXCHANGES["CRAM-MD5"].replace("CRAM-MD5", "DIGEST-MD5")
        file = recorded(tmp_path, LOGIN.format(mechanism="DIGEST-MD5", exchange=exchange))
        with login_server("PLAIN", "success") as target:
            code, out, _ = self._replay(target, file, "--user", USER, "--yes", SMTPTUTOR_PASSWORD=SECRET)
        assert code == 77
        assert b"stopped before the login" in out
        assert b"C: AUTH" not in out

    def test_a_login_that_was_refused_at_once_needs_no_secret(self, tmp_path: Path) -> None:
        text = LOGIN.format(mechanism="PLAIN", exchange="C: AUTH LOGIN").replace("235", "504")
        with login_server("PLAIN", "success") as target:
            code, out, _ = self._replay(target, recorded(tmp_path, text), "--yes")
        assert b"S: 334" in out
        assert b"C: *\n" in out, "nobody meant to log in"
        assert code == 1

    def test_what_was_hidden_is_named_with_its_line_and_not_sent(self, tmp_path: Path) -> None:
        text = LOGIN.format(mechanism="PLAIN", exchange="C: AUTH LOGIN\nS: 504 no\nC: ********").replace(
            "235", "500"
        )
        file = recorded(tmp_path, text)
        with login_server("PLAIN", "late") as target:
            _, out, _ = self._replay(target, file)
        rows = out.decode().splitlines()
        assert f"* {file}, line 8: what stood here was hidden when it was recorded, and is not sent" in rows
        assert not [row for row in rows if row == "C: ********"]


class TestTls:
    def _server(self, seen: list[bytes], kind: str = "address", starttls: str = "220 go") -> Script:
        context = serving_context(kind)  # one certificate, however often it is shown

        async def play(peer: ScriptedPeer) -> None:
            await peer.say("220 mx")
            secured = False
            while True:
                line = await peer.line()
                seen.append(line)
                if line.startswith(b"EHLO"):
                    await peer.say("250-mx", "250 SIZE 10" if secured else "250 STARTTLS")
                elif line == b"STARTTLS":
                    await peer.say(starttls)
                    if starttls.startswith("220"):
                        await peer.tls(context)
                        secured = True
                elif line == b"QUIT":
                    await peer.say("221 bye")
                    return
                else:
                    await peer.say("250 ok")

        return play

    TEXT = (
        "* connected to mx\nS: 220 mx\nC: EHLO me\nS: 250-mx\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\n"
        "* TLS handshake complete: TLSv1.3 x\nC: EHLO me\nS: 250-mx\nS: 250 SIZE 10\nC: NOOP\nS: 250 ok\n"
        "C: QUIT\nS: 221 bye\n"
    )

    @pytest.mark.parametrize("flags", [(), ("--starttls",)])
    async def test_the_handshake_is_done_again(self, tmp_path: Path, flags: tuple[str, ...]) -> None:
        seen: list[bytes] = []
        file = recorded(tmp_path, self.TEXT)
        async with serving(self._server(seen)) as served:
            code, out, _ = await run("replay", file, str(served.endpoint), "--cafile", str(cafile()), *flags)
        assert code == 0, out
        assert "* TLS handshake complete: TLSv1.3" in out
        assert seen == [b"EHLO me", b"STARTTLS", b"EHLO me", b"NOOP", b"QUIT"]
        assert out.splitlines()[-1] == "* all 6 replies are the same"

    async def test_a_certificate_that_proves_nothing(self, tmp_path: Path) -> None:
        seen: list[bytes] = []
        async with serving(self._server(seen, "expired")) as served:
            code, out, _ = await run(
                "replay", recorded(tmp_path, self.TEXT), str(served.endpoint), "--cafile", str(cafile())
            )
        assert code == 77
        assert seen == [b"EHLO me", b"STARTTLS"]
        assert "* 3 lines were not sent" in out

    async def test_what_was_inside_tls_stays_there(self, tmp_path: Path) -> None:
        seen: list[bytes] = []
        async with serving(self._server(seen, starttls="454 4.7.0 not now")) as served:
            code, out, _ = await run("replay", recorded(tmp_path, self.TEXT), str(served.endpoint))
        assert code == 77
        assert seen == [b"EHLO me", b"STARTTLS", b"QUIT"]
        assert "from here on the old run was inside TLS" in out

    async def test_starttls_that_is_required_and_not_there(self, old: Path) -> None:
        seen: list[bytes] = []
        async with serving(talking(seen)) as served:
            code, out, _ = await run("replay", str(old), str(served.endpoint), "--starttls", "--yes")
        assert code == 77
        assert not [line for line in seen if not line.startswith(b"EHLO")]
        assert "* 10 lines were not sent" in out

    async def test_starttls_for_a_recording_without(self, tmp_path: Path) -> None:
        seen: list[bytes] = []
        file = recorded(
            tmp_path, "S: 220 mx\nC: EHLO me\nS: 250 mx\nC: NOOP\nS: 250 ok\nC: QUIT\nS: 221 bye\n"
        )
        async with serving(self._server(seen)) as served:
            flags = ("--starttls", "--cafile", str(cafile()))
            code, out, _ = await run("replay", file, str(served.endpoint), *flags)
        assert code == 0, out
        assert seen[1:] == [b"STARTTLS", seen[0], b"EHLO me", b"NOOP", b"QUIT"]
        assert "* all 4 replies are the same" in out, "what was typed beside the plan is not compared"

    async def test_inside_tls_from_the_first_octet_there_is_no_starttls(self, tmp_path: Path) -> None:
        async def play(peer: ScriptedPeer) -> None:
            await peer.tls(serving_context("address"))
            await self._server(seen)(peer)

        seen: list[bytes] = []
        async with serving(play) as served:
            code, out, _ = await run(
                "replay",
                recorded(tmp_path, self.TEXT),
                str(served.endpoint),
                "--tls",
                "--cafile",
                str(cafile()),
            )
        assert code == 1
        assert seen == [b"EHLO me", b"EHLO me", b"NOOP", b"QUIT"]
        assert "STARTTLS was not sent: TLS was on already" in out

    async def test_a_recording_inside_tls_to_a_server_in_clear_is_told(self, tmp_path: Path) -> None:
        text = "* connected to mx\n* TLS handshake complete: TLSv1.3 x\nS: 220 mx\nC: QUIT\nS: 221 bye\n"
        told = "* the old run was inside TLS from the first octet, and this one is not; --tls is"
        async with serving(talking([])) as served:
            _, out, _ = await run("replay", recorded(tmp_path, text), str(served.endpoint))
        assert told in out
        _, out, _ = await run("replay", recorded(tmp_path, text))
        assert told not in out


class TestLmtp:
    TEXT = (
        "S: 220 mx\nC: LHLO me\nS: 250 mx\nC: MAIL FROM:<a@b.test>\nS: 250 ok\n"
        "C: RCPT TO:<c@d.test>\nS: 250 ok\n"
        "C: RCPT TO:<e@f.test>\nS: 250 ok\nC: DATA\nS: 354 go\nC: hi\nC: .\nS: 250 ok\n"
        "S: 250 ok\nC: QUIT\nS: 221 bye\n"
    )

    async def test_a_reply_for_each_recipient(self, tmp_path: Path) -> None:
        answers = {"LHLO": "250 mx", "MAIL": "250 ok", "RCPT": "250 ok", "QUIT": "221 bye"}
        async with serving(talking([], **answers, **{".": "250 ok\n452 full"})) as served:
            file = recorded(tmp_path, self.TEXT)
            code, out, _ = await run("replay", file, str(served.endpoint), "--yes")
        assert code == 1
        assert "= . c@d.test" in out
        assert "! . e@f.test" in out
        assert '1 of 9 replies differs; first at ".": 250, then 452' in out


class TestTwoServers:
    async def test_the_same_lines_to_both(self, old: Path) -> None:
        one: list[bytes] = []
        other: list[bytes] = []
        async with serving(talking(one)) as first, serving(talking(other, RCPT="451 4.7.1 later")) as second:
            code, out, _ = await run(
                "replay", str(old), str(first.endpoint), "--against", str(second.endpoint), "--yes"
            )
        assert code == 1
        assert one == other
        assert f"  server 1   {first.endpoint}" in out
        assert f"  server 2   {second.endpoint}" in out
        assert "! RCPT TO:<c@d.test>    250 2.1.5  451 4.7.1  differs" in out
        for served in (first, second):
            assert f"* 1 message was accepted by {served.endpoint}." in out
        assert out.count("* transcript: ") == 2

    async def test_the_old_run_does_not_count(self, tmp_path: Path) -> None:
        file = recorded(tmp_path, OLD.replace("250 2.1.5", "550 5.1.1"))
        async with serving(talking([])) as first, serving(talking([])) as second:
            code, out, _ = await run(
                "replay", file, str(first.endpoint), "--against", str(second.endpoint), "--yes"
            )
        assert code == 0, out

    async def test_the_second_is_left_alone_when_the_first_cannot_be_reached(self, old: Path) -> None:
        other: list[bytes] = []
        async with serving(talking([])) as first:
            gone = str(first.endpoint)
        async with serving(talking(other)) as second:
            code, _, _ = await run("replay", str(old), gone, "--against", str(second.endpoint), "--yes")
        assert code == 69
        assert other == []

    async def test_the_sandbox_and_a_server(self, old: Path) -> None:
        async with serving(talking([])) as second:
            code, out, _ = await run("replay", str(old), "--against", str(second.endpoint), "--yes")
        assert code == 0
        assert "  server 1   sandbox" in out


class TestJson:
    async def test_the_comparison_alone_is_on_stdout(self, old: Path) -> None:
        async with serving(talking([], RCPT="550 5.1.1 no", EHLO="250-mx\n250 DSN")) as served:
            code, out, err = await run("replay", str(old), str(served.endpoint), "--json", "--yes")
        assert code == 1
        assert out.isascii()
        told = json.loads(out)
        assert (told["connection"], told["same"], told["differing"]) == (1, False, 1)
        assert told["left"] == {"kind": "recording", "name": str(old)}
        assert told["right"] == {"kind": "server", "name": str(served.endpoint)}
        assert [one["outcome"] for one in told["replies"]] == [
            "same", "same", "same", "differs", "same", "same", "same",
        ]  # fmt: skip
        rcpt = told["replies"][3]
        assert (rcpt["line"], rcpt["left"]["code"], rcpt["right"]["enhanced"]) == (
            "RCPT TO:<c@d.test>",
            250,
            "5.1.1",
        )
        assert rcpt["left"]["seconds"] is None
        assert rcpt["right"]["seconds"] >= 0
        assert told["replies"][1]["extensions"]["only_right"] == {"DSN": ""}
        assert told["runs"] == [
            {"server": str(served.endpoint), "stopped": None, "unsent": 0, "held_back": {}}
        ]
        assert "second copy" in err

    async def test_a_run_that_was_stopped(self, old: Path) -> None:
        async with serving(talking([])) as served:
            _, out, _ = await run("replay", str(old), str(served.endpoint), "--json")
        told = json.loads(out)
        assert told["runs"][0]["stopped"] == "rails"
        assert told["runs"][0]["unsent"] == 6
        assert (told["same"], told["differing"]) == (False, 0)
        outcomes = [one["outcome"] for one in told["replies"]]
        assert outcomes == [*["same"] * 4, "not-sent", "not-sent", "same"]


class TestFiles:
    @pytest.mark.parametrize(
        ("text", "code", "sentence"),
        [
            ("Dear all,\nnothing.\n", 65, "no SMTP dialogue was found in"),
            (
                "S: 220 mx\nC: NOOP aaaa <cut>\nS: 250 ok\n",
                65,
                "line 2: this line was cut when it was recorded",
            ),
            ("< 220 mx\n> DATA\n< 354 go\n< 250 ok\n", 65, "the message is not shown in it"),
            (None, 2, "cannot be read"),
        ],
    )
    async def test_what_cannot_be_replayed(
        self, tmp_path: Path, text: str | None, code: int, sentence: str
    ) -> None:
        file = recorded(tmp_path, text) if text is not None else str(tmp_path / "missing")
        found, out, err = await run("replay", file)
        assert found == code
        assert out == ""
        assert sentence in err

    @pytest.mark.parametrize(
        ("flags", "sentence"),
        [
            ((), "replay needs the name of a file"),
            (("a", "b", "c"), 'does not know what to do with "c"'),
            (("a", "--tls"), "--tls needs a server: replay FILE HOST"),
            (("a", "--mx", "d.test", "--against", "b"), "--mx and --against exclude each other"),
            (("a", "b", "--mx", "d.test"), "--mx and HOST exclude each other"),
            (("a", "b:70000"), "is not between 1 and 65535"),
        ],
    )
    async def test_usage(self, flags: tuple[str, ...], sentence: str) -> None:
        code, _, err = await run("replay", *flags)
        assert code == 2
        assert sentence in err

    async def test_several_connections_one_after_the_other(self, tmp_path: Path) -> None:
        noop = "* connected to mx\nS: 220 mx\nC: NOOP\nS: {code} ok\nC: QUIT\nS: 221 bye\n"
        file = recorded(tmp_path, noop.format(code=250) + noop.format(code=251))
        code, out, _ = await run("replay", file)
        assert code == 1
        assert out.count("C: NOOP") == 2
        assert "Connection 1\n" in out
        assert "Connection 2\n" in out
        assert "* all 3 replies are the same" in out
        assert out.splitlines()[-1] == '* 1 of 3 replies differs; first at "NOOP": 251, then 250 2.0.0'


@pytest.mark.parametrize("suffix", [".txt", ".events.jsonl"])
@pytest.mark.parametrize("name", NAMES)
def test_every_recording_to_the_sandbox(name: str, suffix: str) -> None:
    """Whatever it is, it is typed without a crash, and each reply of both runs is in the comparison."""
    done = subprocess.run(
        [*PROGRAM, "replay", str(TRANSCRIPTS / f"{name}{suffix}"), "--json", "--user", "test1"],
        input=b"",
        capture_output=True,
        check=False,
        env={**os.environ, "SMTPTUTOR_PASSWORD": "secret1"},
    )
    assert done.returncode in {0, 1, 75, 76, 77}, done.stderr
    (told,) = map(json.loads, done.stdout.splitlines())
    facts = json.loads((TRANSCRIPTS / f"{name}.json").read_text())
    old = [one["left"]["code"] for one in told["replies"] if one["left"] is not None]
    expected = [facts["greeting"]["code"], *(reply["code"] for reply in facts["unsolicited_replies"])]
    for command in facts["commands"]:
        expected += [one["code"] for one in command.get("replies") or [command["reply"]] if one is not None]
    assert sorted(old) == sorted(expected)
    (transcript,) = (Path(os.environ["SMTPTUTOR_HOME"]) / "transcripts").glob("*.txt")
    said = transcript.read_text()
    new = [one["right"]["code"] for one in told["replies"] if one["right"] is not None]
    assert len(new) == sum(row[6:7] != "-" for row in said.splitlines() if row.startswith("S: "))
    assert told["same"] is (done.returncode == 0)


class TestAtATerminal:
    """A server behind a Unix socket may be anybody's: there the rails ask."""

    @pytest.fixture
    def peer(self, tmp_path: Path) -> Iterator[Peer]:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(str(tmp_path / "smtp"))
            listener.listen()
            peer = Peer(listener)
            yield peer
            peer.close()

    def _up_to_the_dot(self, peer: Peer) -> None:
        peer.accept()
        peer.say("220 mx")
        for _ in ENVELOPE:
            peer.say("354 go" if peer.line() == b"DATA" else "250 ok")
        for _ in BODY:
            peer.line()

    def test_yes_sends_the_dot(self, peer: Peer, old: Path, tmp_path: Path) -> None:
        command = [*PROGRAM, "replay", str(old), "--unix", str(tmp_path / "smtp")]
        with Terminal.spawn(command, size=(80, 60)) as terminal:
            self._up_to_the_dot(peer)
            terminal.wait_for("yes sends the dot.")
            assert peer.is_silent()
            assert "second copy" in terminal.text().replace("\n* ", " ")
            assert "RCPT TO:<c@d.test>" in terminal.text()
            terminal.enter("y")
            terminal.wait(lambda: terminal.text().count("yes sends the dot.") == 2, "asked again")
            terminal.enter("yes")
            assert peer.line() == b"."
            peer.say("250 2.0.0 queued")
            assert peer.line() == b"QUIT"
            peer.say("221 bye")
            peer.close()
            assert terminal.exit_code() == 0
            assert "all 7 replies" in terminal.text()
            assert terminal.line_settings() == terminal.line_settings_before

    def test_the_last_chunk_asks_as_the_dot_does(self, peer: Peer, tmp_path: Path) -> None:
        text = (
            "S: 220 mx\nC: EHLO me\nS: 250-mx\nS: 250 CHUNKING\nC: MAIL FROM:<a@b.test>\nS: 250 ok\n"
            "C: RCPT TO:<c@d.test>\nS: 250 ok\nC: BDAT 4 LAST\nC: hi\nS: 250 ok\n"
        )
        command = [*PROGRAM, "replay", recorded(tmp_path, text), "--unix", str(tmp_path / "smtp")]
        with Terminal.spawn(command, size=(80, 60)) as terminal:
            peer.accept()
            peer.say("220 mx")
            for answer in ("250-mx\r\n250 CHUNKING", "250 ok", "250 ok"):
                peer.line()
                peer.say(answer)
            terminal.wait_for("yes sends BDAT.")
            assert peer.is_silent()
            terminal.enter("yes")
            assert (peer.line(), peer.line()) == (b"BDAT 4 LAST", b"hi")
            peer.say("250 ok")
            assert terminal.exit_code() == 0

    def test_no_takes_the_mail_back(self, peer: Peer, old: Path, tmp_path: Path) -> None:
        command = [*PROGRAM, "replay", str(old), "--unix", str(tmp_path / "smtp")]
        with Terminal.spawn(command, size=(80, 60)) as terminal:
            self._up_to_the_dot(peer)
            terminal.wait_for("yes sends the dot.")
            terminal.enter("no")
            assert peer.until_gone() == b""
            assert terminal.exit_code() == 1
            assert "stopped where you said no" in terminal.text()
            assert "2 lines were not sent" in terminal.text()
            assert "of what was sent: all 5 replies are the same" in terminal.text()

    def test_the_question_goes_with_the_connection(self, peer: Peer, old: Path, tmp_path: Path) -> None:
        command = [*PROGRAM, "replay", str(old), "--unix", str(tmp_path / "smtp")]
        with Terminal.spawn(command, size=(80, 60)) as terminal:
            self._up_to_the_dot(peer)
            terminal.wait_for("yes sends the dot.")
            peer.close()
            assert terminal.exit_code() == 76
            assert "stopped: the connection is closed" in terminal.text()
            assert terminal.line_settings() == terminal.line_settings_before

    def test_what_was_typed_before_the_question_is_no_answer(
        self, peer: Peer, old: Path, tmp_path: Path
    ) -> None:
        command = [*PROGRAM, "replay", str(old), "--unix", str(tmp_path / "smtp")]
        with Terminal.spawn(command, size=(80, 60)) as terminal:
            peer.accept()
            terminal.wait_for("connected to")
            terminal.enter("yes")
            peer.say("220 mx")
            for _ in ENVELOPE:
                peer.say("354 go" if peer.line() == b"DATA" else "250 ok")
            for _ in BODY:
                peer.line()
            terminal.wait_for("yes sends the dot.")
            assert peer.is_silent()
            terminal.press("ctrl+c")
            assert peer.until_gone() == b""
            assert terminal.exit_code() == 130
            assert terminal.line_settings() == terminal.line_settings_before

    def test_user_and_password_are_asked_for_and_the_password_is_not_shown(self, tmp_path: Path) -> None:
        file = recorded(tmp_path, LOGIN.format(mechanism="LOGIN", exchange=EXCHANGES["LOGIN"]))
        with (
            login_server("LOGIN", "success") as target,
            Terminal.spawn([*PROGRAM, "replay", file, target], size=(80, 60)) as terminal,
        ):
            terminal.wait_for(f"user name at {target}:")
            assert "C: AUTH" not in terminal.text()
            terminal.enter(USER)
            terminal.wait_for(f"password of {USER} at {target}, not shown:")
            terminal.enter(SECRET)
            terminal.wait_for("in plain text: anyone on the way can")
            terminal.enter("yes")
            assert terminal.exit_code() == 0
            assert "replies are the same" in terminal.text()
            _no_traces(bytes(terminal.written))

    def test_no_password_no_login(self, tmp_path: Path) -> None:
        file = recorded(tmp_path, LOGIN.format(mechanism="LOGIN", exchange=EXCHANGES["LOGIN"]))
        with (
            login_server("LOGIN", "success") as target,
            Terminal.spawn([*PROGRAM, "replay", file, target, "--user", USER], size=(80, 60)) as terminal,
        ):
            terminal.wait_for("not shown:")
            terminal.enter("")
            assert terminal.exit_code() == 77
            assert "C: AUTH" not in terminal.text()
            assert "C: QUIT" in terminal.text()

    def test_a_certificate_is_taken_by_a_typed_yes(self, tmp_path: Path) -> None:
        """Then the lines are typed from the first one again, on a new connection."""
        file = recorded(tmp_path, TestTls.TEXT)
        code, text, seen = asyncio.run(self._take_certificate(file))
        assert code == 0, text
        assert seen == [b"EHLO me", b"STARTTLS", b"EHLO me", b"STARTTLS", b"EHLO me", b"NOOP", b"QUIT"]
        assert "NOT VERIFIED" in text
        assert "all 6 replies are the same" in text

    async def _take_certificate(self, file: str) -> tuple[int, str, list[bytes]]:
        seen: list[bytes] = []
        async with serving(TestTls()._server(seen, "expired")) as served:
            command = [*PROGRAM, "replay", file, str(served.endpoint), "--cafile", str(cafile())]
            with Terminal.spawn(command, size=(80, 60)) as terminal:
                await asyncio.to_thread(terminal.wait_for, "yes connects again unverified")
                terminal.enter("yes")
                code = await asyncio.to_thread(terminal.exit_code)
                return code, terminal.text(), seen

    def test_json_for_a_file_and_the_dialogue_for_the_person(
        self, peer: Peer, old: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "out.json"
        program = " ".join(PROGRAM)
        command = ["sh", "-c", f"{program} replay {old} --unix {tmp_path / 'smtp'} --json > {out}"]
        with Terminal.spawn(command, size=(80, 60)) as terminal:
            self._up_to_the_dot(peer)
            terminal.wait_for("yes sends the dot.")
            assert "C: DATA" in terminal.text()
            terminal.enter("no")
            assert terminal.exit_code() == 1
        told = json.loads(out.read_text())
        assert told["runs"][0]["stopped"] == "declined"

    def test_lines_in_doubt_are_sent_after_a_yes_only(self, tmp_path: Path) -> None:
        text = tmp_path / "old.txt"
        text.write_text(OLD.replace("C: Subject: x\n", "C: Subject: \\xe9\n"))
        with Terminal.spawn([*PROGRAM, "replay", str(text), "127.0.0.1:1"], size=(100, 30)) as terminal:
            terminal.wait_for("Send these lines as they are read? yes or no")
            terminal.type("no")
            terminal.press("enter")
            terminal.wait_for("nothing was sent")
            assert terminal.exit_code() == 1


def test_lines_whose_octets_are_not_certain_go_to_a_server_only_after_a_yes(tmp_path: Path) -> None:
    text = tmp_path / "old.txt"
    text.write_text(
        "* connected to mx.test 192.0.2.1:25\n" + OLD.replace("C: Subject: x\n", "C: Subject: \\xe9\n")
    )
    done = run_script(b"", "replay", str(text), "127.0.0.1:1")
    assert done.code == 65
    assert done.rows == []
    assert "old.txt, line 13: what is spelt out with a backslash may have been typed so." in done.errors
    assert (
        "nothing was sent: these lines may be others than were sent then; --yes sends them so." in done.errors
    )
