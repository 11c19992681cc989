"""Crash reports: where it broke, and nothing of what was typed."""

from __future__ import annotations

import stat
from pathlib import Path

from tui.store import crash

SECRET = "hunter2-in-a-local"


def _break(password: str, error: type[Exception]) -> Exception:
    try:
        try:
            raise ValueError(f"cannot read {password}")
        except ValueError as inner:
            raise error(f"failed on {password}") from inner
    except error as outer:
        return outer


def test_neither_locals_nor_texts(tmp_path: Path) -> None:
    file = crash.write(_break(SECRET, KeyError), tmp_path / "crashes")
    report = file.read_text()
    assert SECRET not in report
    assert "builtins.ValueError" in report
    assert "builtins.KeyError" in report
    assert report.index("ValueError") < report.index("KeyError"), "the cause comes first"
    assert "in _break" in report
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_texts_that_speak_of_code_are_kept() -> None:
    try:
        None.nothing  # type: ignore[attr-defined]  # noqa: B018
    except AttributeError as error:
        assert "'NoneType' object has no attribute 'nothing'" in crash.report(error)


def test_system_errors_tell_no_file() -> None:
    try:
        Path(f"/{SECRET}").read_text()
    except OSError as error:
        report = crash.report(error)
    assert "No such file or directory" in report
    assert SECRET not in report


def test_groups_and_circles() -> None:
    first, second = _break(SECRET, KeyError), RuntimeError(SECRET)
    second.__cause__ = first
    first.__context__ = second
    report = crash.report(ExceptionGroup(SECRET, [second]))
    assert "ExceptionGroup" in report
    assert "RuntimeError" in report
    assert SECRET not in report


def test_no_folders_of_the_user(tmp_path: Path) -> None:
    assert str(Path(__file__).parent) not in crash.report(_break("x", KeyError))


def test_is_bounded(tmp_path: Path) -> None:
    for number in range(crash.KEPT + 10):
        (tmp_path / f"crash-20200101-{number:06}-1.txt").touch()
    file = crash.write(KeyError(), tmp_path)
    assert file in list(tmp_path.iterdir())
    assert len(list(tmp_path.iterdir())) == crash.KEPT
