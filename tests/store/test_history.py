"""The history: commands alone, in order, safe beside other processes."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tui.store.history import History, rememberable


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "history"


def test_remembers_in_order(file: Path) -> None:
    history = History(file)
    for line in ("HELO a", "MAIL FROM:<a@b>  ", "MAIL FROM:<a@b>", "QUIT"):
        assert history.append(line)
    assert history.load() == ["HELO a", "MAIL FROM:<a@b>", "QUIT"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "line",
    [
        "",
        "   ",
        "AUTH PLAIN AHRlc3QxAHNlY3JldDE=",
        " auth login",
        "AUTH",
        "HELO \x1b[2J",
        "a\nb",
        "\udcff",
        "x" * 2000,
    ],
)
def test_never_remembers(file: Path, line: str) -> None:
    assert not rememberable(line.rstrip())
    assert not History(file).append(line)
    assert not file.exists()


def test_what_was_put_into_the_file_by_hand_is_checked_too(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"HELO a\nAUTH PLAIN xxx\n\x1b[2J\n\xff\xfe\nQUIT\nhalf a li")
    assert History(file).load() == ["HELO a", "\ufffd\ufffd", "QUIT", "half a li"]


def test_a_cut_line_does_not_swallow_the_next(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"HELO a\nMAIL FR")
    history = History(file)
    history.append("QUIT")
    assert history.load() == ["HELO a", "MAIL FR", "QUIT"]


def test_is_bounded(file: Path) -> None:
    history = History(file, kept=10)
    for number in range(100):
        history.append(f"NOOP number {number} with some text behind it")
    assert history.load() == [f"NOOP number {number} with some text behind it" for number in range(90, 100)]
    assert file.read_bytes().count(b"\n") <= 21


def test_no_file_no_history(file: Path) -> None:
    assert History(file).load() == []


def test_several_processes_lose_nothing(file: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tui.store.history import History\n"
        "history = History(Path(sys.argv[1]), kept=300)\n"
        "for n in range(150): history.append(f'NOOP {sys.argv[2]} {n} ' + 'x' * 60)\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(file), name]) for name in "ab"]
    assert [writer.wait() for writer in writers] == [0, 0]
    lines = History(file, kept=300).load()
    assert len(lines) == 300
    for name in "ab":
        mine = [line.split()[2] for line in lines if line.split()[1] == name]
        assert mine == [str(number) for number in range(150)]


def test_shortening_beside_a_writer_that_waits(file: Path) -> None:
    """Whoever waited for the lock finds that the name means another file, and writes there."""
    history = History(file, kept=5)
    for number in range(10):
        history.append(f"NOOP {number} " + "x" * 60)
    before = file.stat().st_ino
    history.append("NOOP last " + "x" * 60)
    assert file.stat().st_ino != before
    history.append("QUIT")
    assert history.load()[-1] == "QUIT"
    assert [path.name for path in file.parent.iterdir()] == ["history"]
