"""Every hostile case of TLS and AUTH, in each front end: the trouble is named in plain words, a login that
follows it leaves only where it may, and a new connection works afterwards.

The server writes down what it receives, and a tap on the way every octet: 0 of the password, in any form,
where TLS was refused or nobody agreed to send it in clear.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.expected_tls import AUTH, CHINESE, EXPECTED, SECRETS, Expected
from tests.hostile.server import Served, lines, listing, tapped, tls_listing
from tests.plain.running import run, script
from tests.pty import Terminal

TLS = tls_listing()
#: Those that want a password in clear: nobody agrees to it here.
CLEAR = {
    name: one
    for name, one in listing().items()
    if name not in TLS and (one["category"] == "auth" or name == "echo_server")
}
CASES: dict[str, dict[str, Any]] = {**TLS, **CLEAR}
TIMEOUT = 4  # seconds for each reply, and for a handshake

_ASKS_CLEAR = Expected(says=("220 hostile.test",), shows=("220 hostile.test",), asks="clear")


def expected(name: str) -> Expected:
    return EXPECTED.get(name, _ASKS_CLEAR)


def test_every_case_has_its_row() -> None:
    assert EXPECTED.keys() == TLS.keys()
    assert CHINESE.keys() == CASES.keys()
    assert len(CLEAR) == 6


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with tapped([*CASES, "ok_plain"], tmp_path_factory.mktemp("received")) as served:
        yield served


class Sent:
    """What a server has received since a moment."""

    def __init__(self, served: Served, name: str) -> None:
        self._served, self._name = served, name
        self._before = served.received(name)

    @property
    def secrets(self) -> list[bytes]:
        after = self._served.received(self._name)
        return [one for one in SECRETS if after.count(one) > self._before.count(one)]


def typed(name: str) -> list[str]:
    """Up to where the login would be due."""
    case = CASES[name]
    if name in CLEAR:
        return ["EHLO client.test"]
    again = [] if name in {"starttls_stripped", "starttls_454"} or case["tls"] != "starttls" else lines(case)
    return [*lines(case), *again[:1]]


def arguments(name: str, served: Served) -> list[str]:
    words = ["connect", f"127.0.0.1:{served.ports[name]}", "--timeout", str(TIMEOUT), "--cafile", served.ca]
    return [*words, *(["--tls"] if CASES[name]["tls"] == "implicit" else [])]


# -- in a script


@pytest.mark.parametrize("name", CASES)
def test_piped(name: str, served: Served) -> None:
    sent, wanted = Sent(served, name), expected(name)
    done = run(script([*typed(name), AUTH, "QUIT"], "\r\n"), *arguments(name, served))
    output = "\n".join(done.rows)
    for part in wanted.says:
        assert part in output
    for part in wanted.never:
        assert part not in output
    if wanted.asks == "certificate":
        assert "* next: --insecure   go on unverified" in output
    if wanted.asks == "clear":
        assert "stopped before AUTH PLAIN ********: it would send a password to" in output
        assert "a script has to say --yes to do without" in done.errors
    elif wanted.asks == "certificate" or "TLS failed" in wanted.shows:
        assert done.errors.startswith("smtptutor: TLS failed: ")
        assert wanted.shows[0] in done.errors
    else:
        assert done.errors == ""
    assert bool(sent.secrets) == wanted.secure
    assert done.code == wanted.code
    _is_clean(output)


@pytest.mark.parametrize("name", CASES)
def test_typed_by_the_program(name: str, served: Served) -> None:
    """``--until auth`` with TLS required: it gets no further than TLS does."""
    sent, wanted = Sent(served, name), expected(name)
    words = arguments(name, served)
    if CASES[name]["tls"] != "implicit" and name in TLS:
        words.append("--starttls")
    env = {"SMTPTUTOR_PASSWORD": "s3cret-Pass"}
    done = run(b"", *words, "--until", "auth", "--user", "alice", env=env)
    output = "\n".join(done.rows)
    if name == "starttls_stripped":
        assert "STARTTLS is required, and the server does not offer it here" in output
    elif name == "starttls_new_extensions":
        assert "the server offers no way to log in that smtptutor knows\n" in output
        assert sent.secrets == []
    elif name in TLS:
        for part in wanted.says:
            assert part in output
    if name != "starttls_new_extensions":
        assert bool(sent.secrets) == wanted.secure
    # CRAM-MD5 is chosen where nothing is encrypted, and this server is content with the word.
    assert done.code == (0 if name == "auth_plaintext_only" else wanted.code)
    _is_clean(output)


@pytest.mark.parametrize("name", CASES)
def test_in_chinese(name: str, served: Served) -> None:
    """Of the logins, which go out here, what came of them."""
    sent, wanted, agreed = Sent(served, name), expected(name), name in CLEAR
    text = [*lines(CASES[name]), "QUIT"] if agreed else [*typed(name), AUTH, "QUIT"]
    words = [*arguments(name, served), "--lang", "zh_CN", *(["--yes"] if agreed else [])]
    done = run(script(text, "\r\n"), *words)
    output = "\n".join(done.rows)
    for part in CHINESE[name]:
        assert part in output
    assert bool(sent.secrets) == (wanted.secure or agreed)
    _is_clean(output)


@pytest.mark.parametrize("name", ["ok_starttls", "ok_tls"])
def test_a_sound_server_whose_authority_nobody_trusts(name: str, served: Served) -> None:
    sent = Sent(served, name)
    words = [one for one in arguments(name, served) if one not in {"--cafile", served.ca}]
    done = run(script([*typed(name), AUTH, "QUIT"], "\r\n"), *words)
    assert "Nobody whom this machine trusts has signed the certificate." in done.notes()
    assert "* next: --cafile FILE   trust what has signed it" in done.rows
    assert sent.secrets == []
    assert done.code == 77


# -- on a terminal


def profiles(home: Path, served: Served) -> None:
    """One for each case, under its name."""
    security = {"implicit": "tls", "starttls": "plain", "none": "plain"}
    rows = []
    for name, port in served.ports.items():
        kind = security[CASES[name]["tls"]] if name in CASES else "plain"
        rows += [f"[{name}]", 'host = "127.0.0.1"', f"port = {port}", f'security = "{kind}"']
        rows += [f'cafile = "{served.ca}"', ""]
    (home / "servers.toml").write_text("\n".join(rows), encoding="utf-8")


@pytest.fixture(scope="module", params=["line mode", "split screen"])
def front(
    request: pytest.FixtureRequest, served: Served, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    home = tmp_path_factory.mktemp("home")
    profiles(home, served)
    plain = request.param == "line mode"
    env = {"SMTPTUTOR_HOME": str(home), "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "tui", "connect", "ok_plain", "--timeout", str(TIMEOUT)]
    if plain:
        command.append("--plain")
    with Terminal.spawn(command, size=(150, 60), env=env) as terminal:
        terminal.wait_for("[x] connect" if plain else "✓ connect    done")
        yield Front(terminal, home, plain)


class Front:
    def __init__(self, terminal: Terminal, home: Path, plain: bool) -> None:
        self.terminal, self.home, self.plain = terminal, home, plain
        self._start = 0
        self._older: set[Path] = set()

    @property
    def text(self) -> str:
        """What was written since the connection began; of the split screen what it shows."""
        if self.plain:
            return self.terminal.said_since(self._start, _TERMINALS_OWN)
        return re.sub(r"[ │]+", " ", self.terminal.text().replace("\n", " "))

    def wait_for(self, *parts: str) -> None:
        """Any of them."""
        self.terminal.wait(lambda: any(part in self.text for part in parts), " or ".join(parts))

    def greeted(self) -> None:
        self._kept("220 hostile.test")

    def connect(self, name: str, port: int) -> None:
        """To a profile, whatever is open."""
        terminal = self.terminal
        terminal.press("ctrl+u")
        terminal.settle(0.1)
        self._start, self._older = len(terminal.written), self._transcripts()
        terminal.enter(f"/connect {name}")
        self._kept(f"connected to 127.0.0.1:{port}")

    def _kept(self, text: str) -> None:
        """In the transcript of this connection: the screen shows those before it, too."""
        self.terminal.wait(
            lambda: any(text in one.read_text() for one in self._transcripts() - self._older),
            f"{text!r} in a transcript",
        )

    def _transcripts(self) -> set[Path]:
        return set((self.home / "transcripts").glob("*.txt"))


_OCTETS = re.compile(r"(?:[0-9A-F]{2}:){7}[0-9A-F]{2}")  # a quarter of a fingerprint
_TERMINALS_OWN = re.compile(rb"\x1b\[(?:J|2m|22m|\d+[AC]|\?2004[hl])|[\r\n]")


@pytest.mark.parametrize("name", CASES)
def test_typed(name: str, served: Served, front: Front) -> None:
    sent, wanted, terminal = Sent(served, name), expected(name), front.terminal
    begun = len(terminal.written)
    front.connect(name, served.ports[name])
    if CASES[name]["tls"] != "implicit" or wanted.secure:
        front.greeted()
        for line in typed(name):
            terminal.enter(line)
    for part in wanted.says if front.plain else wanted.shows:
        front.wait_for(part)
    if wanted.asks == "certificate":
        terminal.enter("/cert")  # answers nothing
        terminal.wait(lambda: len(_OCTETS.findall(front.text)) >= 4, "the whole fingerprint")
        if not front.plain:
            terminal.press("escape")  # back from its page
        terminal.settle(0.1)
        terminal.press("enter")
    terminal.press("ctrl+u")
    terminal.enter(AUTH)
    if wanted.asks == "clear":
        front.wait_for("yes sends")
        terminal.press("enter")
        front.wait_for("is in the prompt again")
        terminal.press("ctrl+c")
        terminal.settle(0.2)
        terminal.enter("QUIT")
        front.wait_for("221 2.0.0 Bye", "250 QUIT")
    terminal.settle(0.2)
    for part in wanted.never:
        assert part not in front.text

    front.connect("ok_plain", served.ports["ok_plain"])
    front.greeted()
    terminal.enter("EHLO client.test")
    front.wait_for("[x] EHLO" if front.plain else "EHLO done")
    assert bool(sent.secrets) == wanted.secure
    assert not any(one in terminal.written[begun:] for one in SECRETS)
    assert kept(front.home) == []
    assert "Traceback" not in front.text


def kept(home: Path) -> list[str]:
    """The files that hold the password."""
    files = (file for file in home.rglob("*") if file.is_file())
    return [str(file) for file in files if any(one in file.read_bytes() for one in SECRETS)]


def _is_clean(output: str) -> None:
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", output)
    assert not any(one.decode() in output for one in SECRETS)
    assert kept(Path(os.environ["SMTPTUTOR_HOME"])) == []
