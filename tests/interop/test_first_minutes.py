"""The first three minutes of an admin: why is mail refused? In tmux on a jump host, and in a script."""

from __future__ import annotations

from collections.abc import Iterator
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
    "by us": "by smtptutor",
    "headline": "refused for good: it does not take this sender",
    "said": "It was said at MAIL FROM. The next move is the sender's.",
    "said late": "It was said at RCPT TO and is about MAIL FROM.",
    "words": "The code 550 5.1.8 says so, and its words:",
    "done": "RCPT TO done",
}
ZH = {
    "lang": "zh_CN",
    "real": "真实",
    "mx": "corp.test 的 MX：10 mx1.corp.test、20 mx2.corp.test",
    "by us": "由 smtptutor 输入",
    "headline": "永久拒绝：它不接受这个发件人",
    "said": "这是在 MAIL FROM 这一步说的。下一步由发件人来做。",
    "said late": "这是在 RCPT TO 这一步说的，针对的是 MAIL FROM。",
    "words": "代码 550 5.1.8 如此说明，原话也是：",
    "done": "RCPT TO 完成",
}
LANGUAGES = pytest.mark.parametrize("say", [EN, ZH], ids=["en", "zh_CN"])


def seen(terminal: Terminal) -> str:
    """The screen without the blanks that pyte puts behind wide characters, lines joined."""
    return "".join(row.strip() for row in terminal.rows())


@LANGUAGES
@pytest.mark.parametrize("late", [False, True], ids=["at MAIL", "at RCPT"])
def test_at_the_terminal(
    refusing: Postfix, sshd: Sshd, name_server: str, tmp_path: Path, say: dict[str, str], *, late: bool
) -> None:
    port = refusing.port if late else refusing.ports["early"]
    where = ["connect", "--mx", f"corp.test:{port}", "--from", "me@home.test", *STEPS]
    env = {"SMTPTUTOR_DNS": name_server, "COLORTERM": "truecolor"}
    command = [*PROGRAM, "--lang", say["lang"], *where]
    with tmux.running(sshd, tmp_path, command, env, size=(80, 24)) as terminal:
        keys = Keys(terminal)
        terminal.wait_for("Domain not found")
        terminal.wait(lambda: all(say[one] in seen(terminal) for one in ("headline", "words")), "the verdict")
        rows = terminal.rows()
        assert rows[0].lstrip().startswith(f"{say['real']}  mx1.corp.test:{port}")
        assert any(row.startswith(" C   MAIL FROM:<me@home.test>") and say["by us"] in row for row in rows)
        verdict = next(at for at, row in enumerate(rows) if "550 5.1.8   " in row)
        said = say["said late" if late else "said"]
        assert verdict < next(at for at, row in enumerate(rows) if said in row)
        assert any(say["words"] in row for row in rows[verdict:])
        keys.press("pageup", "pageup")  # what came first: the mail servers, and the address that was tried
        terminal.wait(lambda: say["mx"] in seen(terminal), "the list of mail servers")
        terminal.wait(lambda: f"127.0.0.1:{port}" in seen(terminal), "the address that was tried")
        terminal.wait(lambda: f"EHLO {tmux.name_here()}" in seen(terminal), "EHLO")
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
        terminal.wait_for(say["done"])
        assert keys.count <= MOST_KEYS
        terminal.press("ctrl+q")
        terminal.exit_code()


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
