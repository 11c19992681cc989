"""The mistakes that everybody makes once: a sentence says which, the exit code tells, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from tests.logins.server import SECRET, USER, serving
from tests.plain.running import PROGRAM
from tests.pty import Terminal

#: Root reads every file; without these it does not.
MORTAL = [] if os.geteuid() else ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
USAGE, UNREACHABLE, NO_LOGIN = 2, 69, 77


@dataclass(frozen=True)
class Mistake:
    """``words`` go behind ``connect``: FOLDER stands for the files, PORT for a server that takes no token any
    more. ``unsent``: it is said that what was piped in did not go out."""

    name: str
    words: str
    code: int
    english: str
    chinese: str
    unsent: bool = False


MISTAKES = (
    Mistake("an unknown host", "nosuch.invalid", UNREACHABLE,
            "the name nosuch.invalid is unknown.", "找不到主机名 nosuch.invalid", unsent=True),
    Mistake("port 70000", "mx.test:70000", USAGE,
            'the port "70000" is not between 1 and 65535.', "70000"),
    Mistake("a missing file", "mx.test --from a@b.test --to c@d.test --message FOLDER/none.eml", USAGE,
            '"FOLDER/none.eml" cannot be used: it is not there.', "FOLDER/none.eml"),
    Mistake("an unreadable key", "mx.test --tls --cert FOLDER/own.crt --key FOLDER/closed.key", USAGE,
            '"FOLDER/closed.key" cannot be used: it may not be read.', "FOLDER/closed.key"),
    Mistake("a key that is none", "mx.test --tls --cert FOLDER/own.crt --key FOLDER/letter.eml", USAGE,
            '"FOLDER/letter.eml" holds no private key in PEM form', "FOLDER/letter.eml"),
    Mistake("both --tls and --starttls", "mx.test --tls --starttls", USAGE,
            "--tls and --starttls exclude each other", "--tls 和 --starttls"),
    Mistake("an expired token", f"127.0.0.1:PORT --yes --user {USER} --auth XOAUTH2 --until auth", NO_LOGIN,
            "the token was not taken", "令牌"),
)  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    leaf = trustme.CA().issue_cert("own.example")
    leaf.cert_chain_pems[0].write_to_path(str(folder / "own.crt"))
    leaf.private_key_pem.write_to_path(str(folder / "closed.key"))
    (folder / "closed.key").chmod(0)
    (folder / "letter.eml").write_text("Subject: hi\n\nbody\n")
    return folder


@pytest.fixture
def kept(own_home: Path) -> Iterator[None]:
    """What the user had is what the user has."""
    home = Path(os.environ["SMTPTUTOR_HOME"])
    (home / "transcripts").mkdir(parents=True)
    had = {
        "history": "EHLO client.example\n",
        "servers.toml": '[work]\nhost = "mx.example"\n',
        "transcripts/20040811-120000-mx.example.txt": "S: 220 mx.example\n",
    }
    for name, text in had.items():
        (home / name).write_text(text)
    yield
    assert {name: (home / name).read_text() for name in had} == had


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda one: one.name)
def test_in_a_script(mistake: Mistake, lang: str, files: Path, kept: None) -> None:
    with ExitStack() as stack:
        values = {"FOLDER": str(files)}
        if "PORT" in mistake.words:
            values["PORT"] = str(stack.enter_context(serving("XOAUTH2", "failure")))
        words = [_filled(word, values) for word in mistake.words.split(" ")]
        ran = subprocess.run(
            [*MORTAL, *PROGRAM, "connect", "--lang", lang, *words],
            input=b"EHLO me.test\nQUIT\n",
            capture_output=True,
            env={**os.environ, "SMTPTUTOR_PASSWORD": SECRET},
            timeout=60,
            check=False,
        )
    printed, errors = ran.stdout.decode(), ran.stderr.decode()
    assert ran.returncode == mistake.code, printed + errors
    sentence = _filled(mistake.english if lang == "en" else mistake.chinese, values)
    if mistake.code == NO_LOGIN:  # the server's word; whatever it says is told on stdout
        assert sentence in printed
        assert errors == ""
    else:
        first, *more = errors.splitlines()
        assert first.startswith(("smtptutor: ", "smtptutor："))
        assert sentence in first
        assert len(more) == (mistake.code == USAGE)  # how to get help
    if mistake.code == USAGE:
        assert printed == ""
        assert "smtptutor --help" in errors
    assert SECRET not in printed + errors
    lines = {"en": "2 lines were not sent", "zh_CN": "2 行没有发送"}[lang]
    assert (lines in printed) is mistake.unsent, printed


def _filled(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(name, value)
    return text


TYPED = ("HELO me.test", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>")


@pytest.mark.parametrize("front", [("--plain",), ()])
def test_typed_in_a_session(front: tuple[str, ...]) -> None:
    """What cannot be meant leaves the connection alone; a mail that was begun is asked about; behind a server
    that is not there all that was typed can be had again. The transcript is whole."""
    with Terminal.spawn([sys.executable, "-m", "tui", *front], size=(120, 36)) as terminal:
        terminal.wait_for("220 sandbox.test")
        for line, then in (
            (TYPED[0], "250 sandbox.test"),
            ("/connect mx.test:70000", 'the port "70000" is not between 1 and 65535'),
            (TYPED[1], "250 2.1.0"),
            ("/connect nosuch.invalid", "yes connects"),
            ("", "250 2.1.0"),
            (TYPED[2], "250 2.1.5"),
            ("/connect nosuch.invalid", "yes connects"),
            ("yes", "the name nosuch.invalid is unknown"),
        ):
            terminal.enter(line)
            terminal.wait_for(then)
        for line in reversed(
            (*TYPED, "QUIT") if front else TYPED
        ):  # which was typed for us, and goes the same way
            terminal.press("up")
            terminal.wait(lambda: in_the_prompt(terminal).endswith(f" {line}"), line)  # noqa: B023
        terminal.press("ctrl+u", "ctrl+d")
        terminal.exit_code()
    folder = Path(os.environ["SMTPTUTOR_HOME"]) / "transcripts"
    (transcript,) = folder.glob("*sandbox*.txt")
    rows = transcript.read_text().splitlines()
    assert [row for row in rows if row.startswith("C: ")] == [f"C: {line}" for line in (*TYPED, "QUIT")]
    assert rows[-1].startswith("* connection closed by ")


def in_the_prompt(terminal: Terminal) -> str:
    """The row of the split screen's prompt, up to the guide; in line mode the last row."""
    rows = [row for row in terminal.rows() if row]
    here = next((row for row in rows if row.startswith(" ❯ ")), rows[-1])
    return here.partition("│")[0].rstrip()
