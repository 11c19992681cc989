"""The first three minutes of an admin: why is mail refused? In tmux on a jump host, and in a script."""

from __future__ import annotations

import base64
import os
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.interop import dns, tmux
from tests.interop.postfix import Postfix
from tests.interop.program import PROGRAM, connect
from tests.interop.sshd import Sshd
from tests.pty import Terminal

RECORDS: dns.Records = {
    ("corp.test.", "MX"): ("20 mx2.corp.test.", "10 mx1.corp.test."),
    ("mx1.corp.test.", "A"): ("127.0.0.1",),
    ("mx2.corp.test.", "A"): ("127.0.0.1",),
}
STEPS = ("--to", "you@corp.test", "--until", "rcpt")
MOST_KEYS = 10
MOST_SECONDS = 60
PASSWORD = "geheim-0815-tmux"


@pytest.fixture
def name_server() -> Iterator[str]:
    with dns.running(RECORDS) as address:
        yield address


class Keys:
    """Counts what the admin presses."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.count = 0

    def press(self, *names: str) -> None:
        self.count += len(names)
        self.terminal.press(*names)

    def type(self, text: str) -> None:
        self.count += len(text)
        self.terminal.type(text)


EN = {
    "lang": "en",
    "real": "REAL",
    "mx": "MX of corp.test: 10 mx1.corp.test, 20 mx2.corp.test",
    "tried": "mx1.corp.test is tried now",
    "by us": "by smtptutor",
    "headline": "refused for good: it does not take this sender",
    "said": "It was said at MAIL FROM. The next move is the sender's.",
    "said late": "It was said at RCPT TO and is about MAIL FROM.",
    "words": "The code 550 5.1.8 says so, and its words:",
    "done": "RCPT TO done",
    "verdict": "Refused at MAIL FROM, for good: it does not take this sender.",
    "verdict late": "Refused at RCPT TO, for good: it does not take this sender.",
    "move": "The next move is the sender's.",
    "mended": "The same step was accepted later in this session.",
}
ZH = {
    "lang": "zh_CN",
    "real": "真实",
    "tried": "现在尝试 mx1.corp.test",
    "mx": "corp.test 的 MX：10 mx1.corp.test、20 mx2.corp.test",
    "by us": "由 smtptutor 输入",
    "headline": "永久拒绝：它不接受这个发件人",
    "said": "这是在 MAIL FROM 这一步说的。下一步由发件人来做。",
    "said late": "这是在 RCPT TO 这一步说的，针对的是 MAIL FROM。",
    "words": "代码 550 5.1.8 如此说明，原话也是：",
    "done": "RCPT TO 完成",
    "verdict": "在 MAIL FROM 被永久拒绝：它不接受这个发件人。",
    "verdict late": "在 RCPT TO 被永久拒绝：它不接受这个发件人。",
    "move": "下一步由发件人来做。",
    "mended": "同一步在这次会话的后面被接受了。",
}
LANGUAGES = pytest.mark.parametrize("say", [EN, ZH], ids=["en", "zh_CN"])


def shows(rows: Sequence[str], text: str) -> bool:
    """Wherever lines were broken: column by column, and without blanks, for pyte puts one behind each wide
    character."""
    columns = zip(*(row.partition("│")[::2] for row in rows), strict=True)
    return text.replace(" ", "") in "".join("".join(column) for column in columns).replace(" ", "")


@LANGUAGES
@pytest.mark.parametrize(("late", "size"), [(False, (80, 24)), (True, (120, 36))], ids=["at MAIL", "at RCPT"])
def test_at_the_terminal(
    refusing: Postfix,
    sshd: Sshd,
    name_server: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    *,
    say: dict[str, str],
    size: tuple[int, int],
    late: bool,
) -> None:
    port = refusing.port if late else refusing.ports["early"]
    where = ["connect", "--mx", f"corp.test:{port}", "--from", "me@home.test", *STEPS]
    env = {"SMTPTUTOR_DNS": name_server, "COLORTERM": "truecolor"}
    command = [*PROGRAM, "--lang", say["lang"], *where]
    began = time.monotonic()
    with tmux.running(sshd, tmp_path, command, env, size=size) as terminal:
        keys = Keys(terminal)
        refused(keys, say, port, late=late)
        accepted_with_another_sender(keys, say, late=late)
        keys.press("f8")
        terminal.wait_for("openssl s_client")
        keys.press("enter")  # Markdown
        terminal.wait_for(".md")
        seconds = time.monotonic() - began
        report_for_a_ticket(say, port, late=late)
        with capsys.disabled():
            print(f" [{keys.count} keys, {seconds:.1f} s]", end="", flush=True)
        assert keys.count <= MOST_KEYS
        assert seconds <= MOST_SECONDS
        hides_what_is_secret(terminal)
        terminal.press("ctrl+q")
        terminal.exit_code()


def refused(keys: Keys, say: dict[str, str], port: int, *, late: bool) -> None:
    """The mail servers, the address, what the program typed, and the verdict; on a small screen what came
    first has to be scrolled back to."""
    terminal = keys.terminal
    terminal.wait(
        lambda: all(shows(terminal.rows(), say[one]) for one in ("headline", "words")), "the verdict"
    )
    rows = terminal.rows()
    assert re.match(rf"(?: smtptutor)? +{say['real']}  +mx1\.corp\.test:{port} ", rows[0])
    assert any(row.startswith(" C   MAIL FROM:<me@home.test>") and say["by us"] in row for row in rows)
    verdict = next(at for at, row in enumerate(rows) if "550 5.1.8   " in row)
    said = say["said late" if late else "said"]
    assert shows(rows[verdict:], said)
    assert shows(rows[verdict:], say["words"])
    if not shows(rows, say["mx"]):
        keys.press("pageup", "pageup")
    for first in (say["mx"], say["tried"], f"127.0.0.1:{port}", f"EHLO {tmux.name_here()}"):
        terminal.wait(lambda: shows(terminal.rows(), first), first)  # noqa: B023


def accepted_with_another_sender(keys: Keys, say: dict[str, str], *, late: bool) -> None:
    terminal = keys.terminal
    if late:
        keys.press("f4", "enter")  # RSET
        terminal.wait_for("250 2.0.0 Ok")
        keys.press("f4")
    else:
        keys.press("up")
    terminal.wait_for("❯   MAIL FROM:<me@home.test>")
    keys.press("left")
    keys.type("s")
    keys.press("enter")
    terminal.wait_for("C   MAIL FROM:<me@home.tests>")
    terminal.wait(lambda: any("250 2.1.0 Ok" in row for row in terminal.rows()[-16:]))
    keys.press("f4")
    terminal.wait_for("❯   RCPT TO:<you@corp.test>")
    keys.press("enter")
    terminal.wait_for("250 2.1.5 Ok")
    terminal.wait(lambda: shows(terminal.rows(), say["done"]), "the step is ticked")


def ticket() -> str:
    """The Markdown beside the transcript: tmux drops what is meant for the clipboard."""
    (file,) = (Path(os.environ["SMTPTUTOR_HOME"]) / "transcripts").glob("*.md")
    return file.read_text()


def report_for_a_ticket(say: dict[str, str], port: int, *, late: bool) -> None:
    """The verdict first, with the server's words, whose move it was, and that another sender was taken."""
    text = ticket()
    assert text.startswith(f"**{say['verdict late' if late else 'verdict']}**\n\n> `550 5.1.8 ")
    above, _fence, transcript = text.partition("\n```")
    for part in ("Domain not found", say["mended"], f"| `mx1.corp.test:{port}` |", say["move"]):
        assert part in above, text
    for part in ("`10 mx1.corp.test, 20 mx2.corp.test`", "`<me@home.test>` 550 5.1.8"):
        assert part in above, text
    rows = transcript.splitlines()
    assert rows[-2:] == ["S: 250 2.1.5 Ok", "```"]
    typed = [row for row in rows if row.startswith("C: ")]
    ours = " <by smtptutor>"
    at_rcpt = [f"C: RCPT TO:<you@corp.test>{ours}", "C: RSET"] if late else []
    assert typed[1:] == [
        f"C: MAIL FROM:<me@home.test>{ours}",
        *at_rcpt,
        "C: MAIL FROM:<me@home.tests>",
        "C: RCPT TO:<you@corp.test>",
    ]


def hides_what_is_secret(terminal: Terminal) -> None:
    """A login that is tried afterwards: the next report shows that, and no password."""
    answer = base64.b64encode(f"\0me\0{PASSWORD}".encode()).decode()
    for line, then in (("RSET", "C   RSET"), (f"AUTH PLAIN {answer}", "yes"), ("yes", "535 5.7.8")):
        terminal.enter(line)
        terminal.wait_for(then)
    terminal.enter("/copy markdown")
    terminal.wait(lambda: "AUTH PLAIN ********" in ticket(), "the second report")
    assert "535 5.7.8" in ticket()
    assert not [form for form in (PASSWORD, answer) if form in ticket()]


@pytest.mark.parametrize(
    ("sender", "code"), [("me@home.test", 1), ("later@home.test", 75), ("other@home.test", 0)]
)
@pytest.mark.parametrize("late", [False, True], ids=["at MAIL", "at RCPT"])
def test_in_a_script(refusing: Postfix, name_server: str, sender: str, code: int, *, late: bool) -> None:
    port = refusing.port if late else refusing.ports["early"]
    where = ["--mx", f"corp.test:{port}", "--from", sender, *STEPS]
    ran = connect(*where, env={"SMTPTUTOR_DNS": name_server}, typed="NOOP\n")
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert ran.stderr == ""
    assert "C: NOOP" not in ran.stdout
    assert "C: QUIT\nS: 221 2.0.0 Bye\n" in ran.stdout
    assert ("* next: RSET   drop this mail" in ran.stdout) is (late and code > 0)
