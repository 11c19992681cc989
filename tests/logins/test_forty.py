"""Forty logins, mechanism by outcome: the secret is in no file, no log, no clipboard, on no screen, and in no
argument list or environment of a program that we start."""

from __future__ import annotations

import base64
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.logins.server import MECHANISMS, OUTCOMES, SECRET, USER, b64, forms, serving
from tests.pty import Terminal

#: What the editor of line mode writes; between it stand the rows as a person reads them.
_OURS = re.compile(rb"\x1b\[(?:J|2m|22m|\d+[AC]|\?2004[hl])|[\r\n]")
_CLIPBOARD = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)")
#: These get their password from a program, the others at the masked prompt.
BY_PROGRAM = ("PLAIN", "CRAM-MD5")
_BASE64 = b64(SECRET.encode()).decode()


def printing(folder: Path, spy: Path) -> tuple[str, ...]:
    """A program that prints the secret, and writes down what it was given. It reads ``spy`` from its own
    text."""
    (folder / "secret").write_text(f"{SECRET}\nno more")
    program = folder / "pass.py"
    program.write_text(
        f"with open({str(spy)!r}, 'ab') as spy:\n"
        "    [spy.write(open(f'/proc/self/{name}', 'rb').read()) for name in ('cmdline', 'environ')]\n"
        f"print(open({str(folder / 'secret')!r}).read())\n"
    )
    return (sys.executable, str(program))


class Sat:
    """Somebody at a terminal in line mode, and all that could be found afterwards."""

    def __init__(self, mechanism: str, folder: Path) -> None:
        self.mechanism = mechanism
        self.home, self.log, self._spy = folder / "home", folder / "log", folder / "spy"
        self._temporary = folder / "tmp"
        self._temporary.mkdir()
        self._screens: list[str] = []
        self._children: set[bytes] = set()
        command = [
            sys.executable,
            "-m",
            "tui",
            "connect",
            "127.0.0.1:9",
            "--plain",
            "--log-file",
            str(self.log),
        ]
        if mechanism in BY_PROGRAM:
            command += ["--user", USER, "--password-command", shlex.join(printing(folder, self._spy))]
        env = {"SMTPTUTOR_HOME": str(self.home), "LC_ALL": "C.UTF-8", "TMPDIR": str(self._temporary)}
        self.terminal = Terminal.spawn(command, size=(240, 60), env=env)
        self._since = 0
        self.hear("/connect connects again", "cannot connect", "refused")

    # -- typing and reading

    def hear(self, *parts: str) -> str:
        """Wait for one of these since the last key; which one came."""

        def heard() -> str:
            text = self.terminal.said_since(self._since, _OURS)
            return next((part for part in parts if part in text), "")

        self.terminal.wait(lambda: bool(heard()), " or ".join(parts))
        self._look()
        return heard()

    def enter(self, text: str, *parts: str) -> str:
        self._since = len(self.terminal.written)
        self.terminal.enter(text)
        return self.hear(*parts) if parts else ""

    def press(self, key: str, *parts: str) -> str:
        self._since = len(self.terminal.written)
        self.terminal.press(key)
        return self.hear(*parts) if parts else ""

    def _look(self) -> None:
        """At the screen, and at what runs below us."""
        self._screens.append(self.terminal.text())
        for task in Path(f"/proc/{self.terminal.process.pid}/task").glob("*/children"):
            for child in task.read_text().split():
                for name in ("cmdline", "environ"):
                    with suppress(OSError):  # it has ended meanwhile
                        self._children.add(Path(f"/proc/{child}/{name}").read_bytes())

    # -- one login

    def connect(self, port: int) -> None:
        self.terminal.press("ctrl+u")
        self.enter(f"/connect 127.0.0.1:{port}", "S: 220 auth.test")
        self.enter("EHLO client.test", "next: QUIT")

    def fill(self) -> str:
        """F4, and what it asks for, up to the line that stands hidden in the prompt; or why there is none."""
        said = self.press("f4", *_FILLED)
        while said.endswith("login:") or "not shown" in said:
            said = self.enter(
                USER if said.startswith("user") else SECRET, *_FILLED[(1 if said[0] == "u" else 2) :]
            )
        return said

    def send(self, line: str = "") -> str:
        """Enter, and yes where it goes in clear; what came of it."""
        said = self.enter(line, _ASKED, *_ANSWERED)
        return self.enter("yes", *_ANSWERED) if said == _ASKED else said

    # -- what there is to be found

    def everything(self) -> dict[str, bytes]:
        found = {
            "screens": "\n".join(self._screens).encode(),
            "the terminal": bytes(self.terminal.written),
            "children": b"\n".join(self._children),
            "--log-file": self.log.read_bytes() if self.log.exists() else b"",
            "the program": self._spy.read_bytes() if self._spy.exists() else b"",
            "the clipboard": b"\n".join(
                base64.b64decode(one) for one in _CLIPBOARD.findall(self.terminal.written)
            ),
        }
        for folder in (self.home, self._temporary):
            found |= {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        return found


_ASKED = "yes sends it all the same"
_FILLED = (
    "user name for the login:",
    "password for the login, not shown:",
    "the base64 is in the prompt",
    f"the base64 of {USER} is in the prompt",
    "the answer is an empty line",
    "no answer:",
)
_ANSWERED = (
    "next: *",
    "S: 235",
    "S: 535",
    "S: 501",
    "S: 500",
    "in the middle of the login",
    "nothing to fill in",
)


@pytest.fixture(scope="module", params=MECHANISMS)
def sat(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sat]:
    one = Sat(request.param, tmp_path_factory.mktemp(request.param))
    with one.terminal:
        yield one


def log_in(sat: Sat) -> str:
    """Step by step to the end of the login."""
    said = ""
    for _step in range(4):
        assert sat.fill() in _FILLED[2:5]
        said = sat.send()
        if said != _ANSWERED[0]:
            return said
    raise AssertionError(said)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_no_trace_of_the_secret(sat: Sat, outcome: str) -> None:
    with serving(sat.mechanism, outcome) as port:
        sat.connect(port)
        opened = sat.enter(f"AUTH {sat.mechanism}", "next: *", "S: 535 5.7.8 not now")
        assert opened.startswith("S: 535") == (outcome == "late")
        if outcome == "success":
            assert log_in(sat) == "S: 235"
        elif outcome in {"failure", "echo"}:
            assert log_in(sat) == "S: 535"
        elif outcome == "drop":
            assert log_in(sat) == "in the middle of the login"
        elif outcome == "cancel":
            sat.fill()
            sat.press("ctrl+u")
            assert sat.send("*") == "S: 501"
        elif outcome == "clear":
            said = sat.send(SECRET)
            assert said == "S: 535"
        elif outcome == "garbled":
            assert sat.fill() == "no answer:" or sat.mechanism not in BY_PROGRAM
            sat.press("ctrl+u")
            assert sat.send(_BASE64) in {"S: 535", "next: *"}
        else:  # typed after AUTH was refused, and quoted by the server
            assert sat.send(_BASE64) == "S: 500"
    sat.enter(f"/save {sat.home / outcome}.txt")
    for form in ("markdown", "python"):
        sat.enter(f"/copy {form}", " written: ")
    sat.press("up")
    sat.terminal.settle(0.1)
    sat._look()
    found = sat.everything()
    for kind in (".jsonl", ".txt", ".md", ".py", "history"):
        assert any(path.endswith(kind) for path in found), kind
    traces = [
        (place, form) for place, text in found.items() for form in forms() if form.lower() in text.lower()
    ]
    assert traces == []


def test_the_search_finds_what_is_there() -> None:
    shown = f"C: {SECRET} {_BASE64} {SECRET.encode().hex()}".encode()
    assert sum(form in shown for form in forms()) >= 3
