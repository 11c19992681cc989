"""``smtptutor explain``: recorded dialogues in words and as facts."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plain.running import run
from tests.pty import Terminal
from tui.cli import main
from tui.smtp.display import cells
from tui.words import language

DATA = Path(__file__).parent.parent / "data"
ARTICLE = DATA / "article.txt"
RECORDINGS = sorted((DATA / "transcripts").glob("*.json"))
#: Of the recorder, not of the dialogue.
RECORDER = {"id", "title", "server", "client", "provenance", "protocol", "notes"}


Told = Callable[..., str]
"""The dialogue, and flags: what is printed."""


@pytest.fixture(autouse=True)
def english() -> None:
    language.use("en")


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Told:
    def tell(text: str | bytes, *flags: str) -> str:
        file = tmp_path / "dialogue.txt"
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        assert main(["explain", str(file), *flags]) == 0
        return capsys.readouterr().out

    return tell


def _run(*argv: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "tui", "explain", *argv]
    return subprocess.run(command, input=given, capture_output=True, check=False)


# -- facts


def _expected(fact: object, found: object) -> object:
    """The recording's facts, with what ``found`` masks masked as well."""
    if isinstance(fact, dict) and isinstance(found, dict):
        kept = {key: value for key, value in fact.items() if key not in RECORDER | {"raw"}}
        if found.get("secret"):
            kept |= {"line": found["line"], "argument": found["argument"]}
        return {key: _expected(value, found.get(key)) for key, value in kept.items()}
    if isinstance(fact, list) and isinstance(found, list) and len(fact) == len(found):
        return [_expected(*pair) for pair in zip(fact, found, strict=True)]
    return fact


def _shared(found: object, fact: object) -> object:
    """What is promised beyond the recordings (``form``, ``secret``) left out."""
    if isinstance(fact, dict) and isinstance(found, dict):
        return {key: _shared(value, fact[key]) for key, value in found.items() if key in fact}
    if isinstance(fact, list) and isinstance(found, list) and len(fact) == len(found):
        return [_shared(*pair) for pair in zip(found, fact, strict=True)]
    return found


@pytest.mark.parametrize("suffix", [".txt", ".events.jsonl"])
@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)
def test_facts_of_a_recording(capsys: pytest.CaptureFixture[str], recording: Path, suffix: str) -> None:
    fact = json.loads(recording.read_text())
    assert main(["explain", "--json", str(recording.with_suffix(suffix))]) == 0
    out = capsys.readouterr().out
    assert out.isascii()
    found = json.loads(out)
    assert found["form"] == ("marked" if suffix == ".txt" else "events")
    assert _shared(found, fact) == _expected(fact, found)


def test_facts_of_the_article(told: Told) -> None:
    first, second = map(json.loads, told(ARTICLE.read_bytes(), "--json").splitlines())
    assert first["form"] == second["form"] == "telnet"
    assert [command["verb"] for command in first["commands"]] == ["", "MAIL", "RCPT", "DATA", "."]
    assert [command["verb"] for command in second["commands"]] == [
        "HELO",
        "MAIL",
        "RCPT",
        "DATA",
        ".",
        "QUIT",
    ]
    assert first["transactions"][0]["message"]["complete"]
    assert second["accepted_messages"] == 1
    assert (first["final_state"], second["final_state"]) == ("open", "quit")
    assert second["closed_by"] == "server"


def test_no_secret_in_the_facts(told: Told) -> None:
    out = told("S: 220 a\nC: AUTH PLAIN AHRlc3QxAHNlY3JldDE=\nS: 235 ok\n", "--json")
    assert "AHRlc3Qx" not in out
    assert json.loads(out)["commands"][0]["line"] == "AUTH PLAIN ********"


# -- words


def test_the_article_in_words(told: Told) -> None:
    out = told(ARTICLE.read_bytes())
    rows = out.splitlines()
    assert "telnet" in rows[0], "the form is said first"
    assert rows.count("Connection 1") == rows.count("Connection 2") == 1
    for line in (
        "C: helo　xia.bdgs.com",
        "S: 250<test1@bdwater.com> , sender ok. ",
        "C: from:test1<test1@bdwater.com>",
        "C: .",
        "S: 250 Ok, message saved <Message-ID: >",
        "S: 221 See ya in cyberspace",
    ):
        assert line in rows
    under = rows[rows.index("C: helo　xia.bdgs.com") + 1]
    assert under == "       ^^", "carets stand under the wide blank"
    assert "说明" not in out, "prose is not explained"
    assert all(cells(row) <= 80 for row in rows)


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)
def test_every_line_is_there_and_fits(told: Told, recording: Path, lang: str) -> None:
    text = recording.with_suffix(".txt").read_bytes().decode()
    out = told(text, "--lang", lang)
    rows = out.splitlines()
    wire = [row[:10] for row in text.split("\n") if row[:3] in ("S: ", "C: ")]
    shown = [row[:10] for row in rows if row[:3] in ("S: ", "C: ")]
    assert len(shown) == len(wire)
    assert all(mine in (theirs, "C: *******") for mine, theirs in zip(shown, wire, strict=True))
    assert all(cells(row) <= 80 for row in rows)


def test_what_is_said_of_a_refusal(told: Told) -> None:
    out = told(
        "S: 220 a\nC: HELO x\nS: 250 b\nC: MAIL FROM:<a@b.c>\nS: 250 k\n"
        "C: RCPT TO:<no@b.c>\nS: 550 5.1.1 nobody\n"
    )
    explained = out.partition("S: 550")[2]
    assert "   550 5.1.1  " in explained
    assert "no@b.c" in explained
    assert "x.1.1" in explained
    assert "   next " in explained


def test_what_is_met_again_is_not_explained_again(told: Told) -> None:
    out = told("S: 220 a\n" + "C: FOO\nS: 500 what\n" * 3)
    assert out.count("FOO is no command of SMTP") == 3
    assert out.count("The first word of a line tells the server what to do") == 1
    assert out.count("5yz") == 1


def test_a_long_message_is_folded_but_not_its_slips(told: Told) -> None:
    body = "".join(f"C: line {number}\n" for number in range(500))
    out = told(f"S: 220 a\nC: DATA\nS: 354 go\nC: Subject: x\nC: \n{body}C: 。\n{body}C: .\nS: 250 ok\n")
    assert "... 472 more lines of the message" in out
    assert "... 500 more lines of the message" in out
    assert "C: 。" in out
    assert "C: line 499" not in out
    assert len(out.splitlines()) < 90


def test_a_long_line_is_cut_and_its_length_said(told: Told) -> None:
    out = told(f"S: 220 a\nC: NOOP {'x' * 5000}\nS: 500 no\n")
    assert "... 5005 octets in all" in out
    assert len(out) < 3000


def test_foreign_text_is_spelt_out(told: Told) -> None:
    out = told(
        b"220 a ESMTP \x1b]0;owned\x07\nHELO \xff\xe2\x80\xae\n250 b\x9b2J\nRCPT TO:<\x1b[2J@b>\n550 no\n"
    )
    assert "\\x1b]0;owned\\x07" in out
    assert all(row.isprintable() for row in out.splitlines())


def test_secrets_are_masked_where_the_server_echoes_them(told: Told) -> None:
    out = told(
        "S: 220 a\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: dGVzdDE=\nS: 334 UGFzc3dvcmQ6\n"
        "C: c2VjcmV0MQ==\nS: 535 secret1 is wrong\n"
    )
    assert "c2VjcmV0MQ==" not in out
    assert "secret1" not in out
    assert "C: ********" in out


def test_each_extension_is_explained(told: Told) -> None:
    out = told("S: 220 a\nC: EHLO x\nS: 250-a\nS: 250-SIZE 1000\nS: 250-XUNHEARDOF\nS: 250 PIPELINING\n")
    rows = out.splitlines()
    assert "1000" in rows[rows.index("S: 250-SIZE 1000") + 1]
    assert rows[rows.index("S: 250-XUNHEARDOF") + 1] == "S: 250 PIPELINING"
    assert "PIPELINING" in rows[rows.index("S: 250 PIPELINING") + 1]


def test_lmtp_names_who_got_it(told: Told) -> None:
    (recording,) = (DATA / "transcripts").glob("44-*.txt")
    out = told(recording.read_bytes())
    assert "Accepted for test1@bdwater.test, test3@bdwater.test: 176 octets." in out


_TO_THE_END = (
    "S: 220 x\nC: EHLO a\nS: 250-x\nS: 250 CHUNKING\nC: MAIL FROM:<a@b.test>\nS: 250 ok\n"
    "C: RCPT TO:<c@d.test>\nS: 250 ok\n"
)


@pytest.mark.parametrize(
    ("end", "en", "zh"),
    [
        (
            "C: DATA\nS: 354 go\nC: A: b\nC: \nC: c\nC: .\nS: 554 5.7.1 spam\n",
            ("It was said at the final dot.", "Refused: the final dot."),
            ("这是在最后的点这一步说的。", "被拒：最后的点。"),
        ),
        (
            "C: BDAT 8 LAST\nC: A: b\nC: \nS: 554 5.7.1 spam\n",
            ("It was said at BDAT LAST.",),
            ("这是在 BDAT LAST 这一步说的。",),
        ),
    ],
)
def test_the_end_of_a_message_is_named_where_it_was_refused(
    told: Told, end: str, en: tuple[str, ...], zh: tuple[str, ...]
) -> None:
    """A dot alone would be read as the end of the sentence, and BDAT has none."""
    for lang, wanted in (("en", en), ("zh_CN", zh)):
        out = " ".join(told(_TO_THE_END + end, "--lang", lang).split())
        assert all(one in out for one in wanted), out


def test_a_recording_that_stops_in_the_middle(told: Told) -> None:
    out = told("S: 220 a\nC: DATA\nC: pipelined\n")
    assert "C: pipelined" in out.splitlines()
    assert "No message was accepted." in out


def test_our_own_transcript_is_read(told: Told, tmp_path: Path) -> None:
    from tests.store.test_transcripts import received, sent
    from tui.store.transcripts import begin

    with begin(tmp_path / "t", "h") as transcript:
        transcript.append([received(1, b"220 a \x1b"), sent(2, b"QUIT"), received(3, b"221 b")])
    for file in (transcript.text_file, transcript.json_file):
        facts = json.loads(told(file.read_bytes(), "--json"))
        assert facts["greeting"]["lines"] == ["a \x1b"]
        assert facts["final_state"] == "quit"


PRINTED = DATA / "printed"


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
@pytest.mark.parametrize("file", sorted(PRINTED.glob("*.txt")), ids=lambda path: path.stem)
def test_what_other_programs_print(told: Told, file: Path, lang: str) -> None:
    out = told(file.read_bytes(), "--lang", lang)
    rows = out.splitlines()
    program = {"smtplib": "smtplib", "postfix": "Postfix"}.get(file.stem.partition("-")[0]) or file.stem
    assert program.partition("-")[0] in rows[0], "the form is said first"
    assert (
        "C: MAIL FROM:<test1@bdwater.test>" in out.replace("mail FROM", "MAIL FROM") or "wrong" in file.stem
    )
    assert all(cells(row) <= 80 for row in rows)
    for secret in ("tR0ub4dor", "dFIwdWI0ZG9y", "AHRlc3Qx", "d3Jvbmc="):
        assert secret not in out


def test_a_message_that_is_not_shown(told: Told) -> None:
    out = told((PRINTED / "curl.txt").read_bytes())
    assert "   message    It is not shown.\n" in out
    assert "Accepted for test2@bdwater.test.\n" in out
    assert "0 slips, 0 remarks" in out
    out = told((PRINTED / "curl-trace-8bit.txt").read_bytes())
    assert "Octets that are no plain text stand here as dots." in out
    assert "C: Subject: dots ......" in out


def test_encryption_of_which_nothing_is_known(told: Told) -> None:
    out = told((PRINTED / "swaks-hidden.txt").read_bytes())
    assert "   *          TLS from here on\n" in out
    out = told((PRINTED / "openssl-tls.txt").read_bytes())
    assert "   *          TLS 1.2 from here on; certificate verified\n" in out


def test_every_form_has_its_words() -> None:
    from tui.plain.explain import _FORMS
    from tui.practice.reading import FORMS, Form

    assert set(_FORMS) == set(Form) == {reader.form for reader in FORMS}


# -- where it comes from


@pytest.mark.parametrize("argv", [(), ("-",)])
def test_from_a_pipe(argv: tuple[str, ...]) -> None:
    done = _run(*argv, given=b"220 a ESMTP\r\nQUIT\r\n221 b\r\n")
    assert done.returncode == 0
    assert b"C: QUIT\n" in done.stdout
    assert done.stderr == b""


@pytest.mark.parametrize(
    "text", [b"", b"Dear all,\nno dialogue in here.\n", b"\x00\x01\xff" * 1000, b"\xff\xfeh\x00i\x00"]
)
def test_no_dialogue(text: bytes) -> None:
    done = _run("--json", given=text)
    assert done.returncode == 65
    assert done.stdout == b""
    assert b"no SMTP dialogue was found in the input" in done.stderr


def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name, reason in (("missing\x1b", "there is no such file"), ("", "it is a folder")):
        path = tmp_path / name
        assert main(["explain", str(path)]) == 2
        err = capsys.readouterr().err
        assert reason in err
        assert err.rstrip("\n").isprintable()


def test_a_file_that_stops_to_be_readable(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "/proc/self/mem"]) == 2
    assert "/proc/self/mem cannot be read: " in capsys.readouterr().err


def test_a_full_disk_is_not_the_fault_of_the_file() -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "tui", "explain", str(ARTICLE)]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 70
    assert done.stderr == b"smtptutor: the output cannot be written: No space left on device.\n"


def test_utf16_as_notepad_saves_it() -> None:
    text = "220 a ESMTP\r\nQUIT\r\n221 b\r\n".encode("utf-16")
    assert _run(given=text).returncode == 0


def test_a_row_of_any_length() -> None:
    done = _run(given=b"S: 220 a\nC: NOOP " + b"x" * (3 << 20) + b"\nS: 500 no\nC: QUIT\nS: 221 b\n")
    assert done.returncode == 0
    assert b"C: QUIT" in done.stdout


def test_on_a_terminal_it_says_what_to_do() -> None:
    with Terminal.spawn([sys.executable, "-m", "tui", "explain"], size=(80, 40)) as terminal:
        terminal.wait_for("paste, then ^D")
        terminal.type("220 a ESMTP\rQUIT\r221 b\r")
        terminal.wait_for("221 b")
        terminal.press("ctrl+d")
        terminal.wait_for("goodbye")
        assert terminal.exit_code() == 0


def test_what_is_missing_is_said_where_stdin_was_a_pipe() -> None:
    done = run(b"220 mx ESMTP\n250-mx\n250 SIZE 1000\n550 5.1.1 no such user\n", "explain")
    said = " ".join(" ".join(done.rows).split())
    assert "None of the client's lines are shown" in said
    assert "a reply to nothing" not in said
    assert "Whether a message was accepted is not known" in said
    handshake = (
        b"CONNECTED(00000003)\n---\nNew, TLSv1.3, Cipher is X\nVerify return code: 0 (ok)\n---\nDONE\n"
    )
    done = run(handshake, "explain")
    assert done.code == 65
    assert "output of openssl s_client, with the TLS handshake and no reply" in done.errors


def test_a_recording_without_the_clients_lines_is_not_typed_again() -> None:
    done = run(b"220 mx ESMTP\n250-mx\n250 SIZE 1000\n", "replay", "-")
    assert done.code == 65
    assert "the client's lines are not shown in it" in done.errors
