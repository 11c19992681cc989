"""What a terminal, a network or a user may do to the split screen, on a real pty (TRAPS 1 to 9)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.pty import Terminal, key_bytes

COMMAND = [sys.executable, "-m", "tui"]
ALTERNATE_SCREEN_LEFT = b"\x1b[?1049l"
MOUSE_ON = b"\x1b[?1003h"

Spawn = Callable[..., Terminal]


@pytest.fixture
def spawn(tmp_path: Path) -> Iterator[Spawn]:
    """Starts the split screen; what was started is ended with the test."""
    running: list[Terminal] = []

    def start(*options: str, size: tuple[int, int] = (80, 24), **env: str) -> Terminal:
        terminal = Terminal.spawn(
            [*COMMAND, *options], size=size, env={"SMTPTUTOR_HOME": str(tmp_path / "home"), **env}
        )
        running.append(terminal)
        return terminal

    yield start
    for terminal in running:
        terminal.close()


@pytest.fixture
def screen(spawn: Spawn) -> Terminal:
    terminal = spawn()
    terminal.wait_for("❯ HELO now")
    return terminal


# -- signals and lost terminals


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGQUIT])
def test_a_signal_ends_in_order(screen: Terminal, number: signal.Signals) -> None:
    screen.signal(number)
    assert screen.exit_code() == 128 + number
    assert ALTERNATE_SCREEN_LEFT in screen.written
    assert b"no mail was sent; transcript" in screen.written.rpartition(ALTERNATE_SCREEN_LEFT)[2]
    assert screen.line_settings() == screen.line_settings_before


def test_a_lost_terminal_ends_it(screen: Terminal) -> None:
    screen.hang_up()
    assert screen.exit_code() == 128 + signal.SIGHUP


def test_a_lost_terminal_ends_it_where_sighup_is_ignored(tmp_path: Path) -> None:
    ignoring = "import signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); from tui.cli import main; "
    command = [sys.executable, "-c", ignoring + "sys.exit(main([]))"]
    with Terminal.spawn(command, env={"SMTPTUTOR_HOME": str(tmp_path)}) as terminal:
        terminal.wait_for("❯ HELO now")
        terminal.hang_up()
        assert terminal.exit_code() == 128 + signal.SIGHUP


def test_going_on_where_nothing_had_stopped(screen: Terminal) -> None:
    """SIGCONT comes with every hang-up too. Two readers of keys would each get some of them."""
    screen.settle()
    screen.signal(signal.SIGCONT)
    screen.wait_written(ALTERNATE_SCREEN_LEFT)
    screen.settle()
    for _ in range(3):
        screen.enter("NOOP")
    screen.wait(lambda: screen.text().count(" C   NOOP") == 3)
    screen.press("ctrl+q")
    assert screen.exit_code() == 0
    assert screen.line_settings() == screen.line_settings_before


def test_without_a_terminal_there_is_no_full_screen(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from tui.desk.options import Options; "
         "from tui.ui.start import run; sys.exit(run(Options()))"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "SMTPTUTOR_HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 2
    assert "--plain" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


# -- what comes in


@pytest.mark.parametrize("junk", [b"caf\xe9", b"\xff", b"\x1b[M !\xff", b"\xc3", b"\xf0\x9f"])
def test_bytes_that_are_no_utf8_do_no_harm(screen: Terminal, junk: bytes) -> None:
    screen.send(junk)
    screen.press("ctrl+u")
    screen.enter("HELO me")
    screen.wait_for("✓ HELO done")


def test_a_paste_of_several_lines_is_asked_about(screen: Terminal) -> None:
    screen.paste("HELO me\nMAIL FROM:<alice@example.org>\nRCPT TO:<bob@sandbox.test>\n")
    screen.wait_for("paste   3 lines")
    assert "C   HELO" not in screen.text()
    screen.press("enter")
    screen.wait_for("✓ RCPT TO done")


def test_a_paste_put_aside_sends_nothing(screen: Terminal) -> None:
    screen.paste("HELO me\nQUIT\n")
    screen.wait_for("paste   2 lines")
    screen.press("escape")
    screen.wait_for("command ")
    screen.enter("EHLO other")
    screen.wait_for("✓ EHLO done")
    assert "C   HELO me" not in screen.text()


def test_a_paste_in_the_message_can_go_as_text(screen: Terminal) -> None:
    for line in ("HELO me", "MAIL FROM:<a@example.org>", "RCPT TO:<bob@sandbox.test>", "DATA"):
        screen.enter(line)
    screen.wait_for("message   header")
    screen.paste("Subject: dots\n\n.\n.profile\n")
    screen.wait_for("paste   4 lines")
    screen.press("f3")
    screen.wait_for("C ╎ ..profile")
    assert "C ╎ .." in screen.text()
    screen.enter(".")
    screen.wait_for("✓ . done")


def test_lines_without_brackets_are_held_until_the_reply(screen: Terminal) -> None:
    screen.send(
        b"HELO me\rMAIL FROM:<a@example.org>\rRCPT TO:<bob@sandbox.test>\rDATA\rSubject: x\r\rhi\r.\rQUIT\r"
    )
    screen.wait_for("8 of 8")


def test_an_escape_sequence_split_by_lag_types_nothing(spawn: Spawn) -> None:
    terminal = spawn(SSH_CONNECTION="192.0.2.1 1 192.0.2.2 22")
    terminal.wait_for("❯ HELO now")
    assert MOUSE_ON not in terminal.written
    terminal.enter("NOOP")
    terminal.wait_for("C   NOOP")
    terminal.send(b"\x1b")
    terminal.send(b"[A")
    terminal.wait_for("❯   NOOP")
    assert "[A" not in terminal.text()


@pytest.mark.parametrize("page", ["f1", "f3", "f5", "f6", "f7", "f8", "f9", "f10", "ctrl+p"])
def test_keys_that_come_together_go_where_each_leaves_the_next(screen: Terminal, page: str) -> None:
    """As over a slow line: what stands behind Esc is for the prompt again, and nothing is lost."""
    screen.press(page)
    screen.settle()
    screen.send(key_bytes("escape") + b"NOOP first\r")
    screen.wait_for("C   NOOP first")
    screen.send(key_bytes(page) + key_bytes("escape") + b"NOOP second\rRSET half")
    screen.wait_for("C   NOOP second")
    screen.wait_for("❯   RSET half")


def test_a_key_too_many_does_not_answer_twice(screen: Terminal) -> None:
    screen.send(key_bytes("f8") + b"\r\r\r")
    screen.wait_for("an empty line is no command")  # the second one: the page was gone
    screen.enter("NOOP after")
    screen.wait_for("C   NOOP after")


def test_escape_discards_nothing(screen: Terminal) -> None:
    screen.type("HELO half")
    screen.wait_for("❯   HELO half")
    screen.press("escape")
    screen.type("way")
    screen.wait_for("❯   HELO halfway")


def test_control_c_clears_and_then_leaves(screen: Terminal) -> None:
    screen.type("HELO half")
    screen.wait_for("❯   HELO half")
    screen.press("ctrl+c")
    screen.wait_gone("HELO half")
    screen.press("ctrl+c")
    screen.wait_for("^C again leaves")
    screen.press("ctrl+c")
    assert screen.exit_code() == 0


def test_leaving_inside_the_message_asks(screen: Terminal) -> None:
    for line in ("HELO me", "MAIL FROM:<a@example.org>", "RCPT TO:<bob@sandbox.test>", "DATA"):
        screen.enter(line)
    screen.wait_for("message   header")
    screen.press("ctrl+q")
    screen.wait_for("question ")
    screen.press("enter")
    screen.wait_for("message   header")
    screen.press("ctrl+q")
    screen.wait_for("question ")
    screen.enter("yes")
    assert screen.exit_code() == 0
    screen.wait_for("no mail was sent")


# -- what goes out


def test_nothing_is_written_while_nothing_happens(screen: Terminal) -> None:
    screen.wait_for("nothing you type leaves this machine")
    screen.settle()
    assert screen.settle(2.0) == 0


@pytest.mark.parametrize(("colours", "most"), [("", 100), ("truecolor", 120)])
def test_a_key_costs_few_octets(spawn: Spawn, colours: str, most: int) -> None:
    terminal = spawn(size=(100, 30), COLORTERM=colours)
    terminal.wait_for("S  the server")
    costs = []
    typed = "RCPT TO:<somebody@sandbox.test>"
    for number, char in enumerate(typed, start=1):
        terminal.settle(0.05)
        before = len(terminal.written)
        terminal.type(char)
        terminal.wait_for("❯   " + typed[:number])
        terminal.settle(0.05)
        costs.append(len(terminal.written) - before)
    assert sorted(costs)[len(costs) // 2] <= most, costs


def test_a_window_may_change_its_size_at_any_time(screen: Terminal) -> None:
    for size, text in (
        ((120, 36), "│  steps"),
        ((200, 50), "smtptutor   sandbox 127.0.0.1"),
        ((50, 20), "F6 steps"),
        ((38, 10), "smtptutor needs 40 columns and 12"),
        ((60, 12), "❯ HELO now"),
        ((80, 24), "F7 inbox"),
    ):
        screen.resize(*size)
        screen.wait_for(text)
    screen.enter("HELO me")
    screen.wait_for("✓ HELO done")


def test_the_environment_cannot_make_it_act(spawn: Spawn, tmp_path: Path) -> None:
    log = tmp_path / "log"
    terminal = spawn(
        TEXTUAL_DRIVER="this.is:Nothing", TEXTUAL_LOG=str(log), TEXTUAL_PRESS="ctrl+q", TEXTUAL="debug"
    )
    terminal.wait_for("❯ HELO now")
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 0
    assert not log.exists()


# -- errors of ours


def test_a_crash_tells_nothing_that_was_typed(tmp_path: Path) -> None:
    breaking = (
        "import sys; import tui.ui.sitting as s; "
        "from tui.ui.widgets import prompt as p; "
        "p.PromptLine.redraw = "
        "lambda self: [][len(self.model.text)] if 'secret' in self.model.text else None; "
        "from tui.cli import main; sys.exit(main([]))"
    )
    home = tmp_path / "home"
    with Terminal.spawn([sys.executable, "-c", breaking], env={"SMTPTUTOR_HOME": str(home)}) as terminal:
        terminal.wait_for("❯ HELO now")
        terminal.type("my secret")
        assert terminal.exit_code() == 70
        terminal.wait_for("internal error")
        assert terminal.line_settings() == terminal.line_settings_before
        after = bytes(terminal.written).rpartition(ALTERNATE_SCREEN_LEFT)[2]
    reports = list(home.rglob("crash-*.txt"))
    assert len(reports) == 1
    assert "IndexError" in reports[0].read_text()
    assert b"secret" not in after + reports[0].read_bytes()


def test_the_size_is_that_of_the_terminal_whatever_is_exported(spawn: Spawn) -> None:
    terminal = spawn(size=(120, 36), COLUMNS="80", LINES="24")
    terminal.wait_for("✓ connect    done")
    assert "│" in terminal.rows()[5]
