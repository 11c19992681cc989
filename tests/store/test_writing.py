"""Whole files: the old one or the new one, never something between."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tui.store.writing import replace_file, set_aside, sweep


def test_replaces_and_is_private(tmp_path: Path) -> None:
    file = tmp_path / "new" / "file"
    replace_file(file, b"one")
    replace_file(file, b"two")
    assert file.read_bytes() == b"two"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["file"]


def test_follows_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    replace_file(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_failure_leaves_the_old_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(file, b"new")
    assert file.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_is_synced_before_it_is_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"old")
    seen: list[bytes] = []
    real = os.fsync

    def watched(descriptor: int) -> None:
        seen.append(file.read_bytes())
        real(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    replace_file(file, b"new")
    assert seen == [b"old", b"new"], "the file before the rename, the folder after it"


def test_leftovers_go_by_age(tmp_path: Path) -> None:
    file = tmp_path / "file"
    old, young, other = (tmp_path / name for name in (".file.1.1.new", ".file.2.2.new", ".other.1.1.new"))
    for path in (old, young, other):
        path.touch()
    os.utime(old, (1, 1))
    os.utime(other, (1, 1))
    sweep(file)
    assert not old.exists()
    assert young.exists(), "somebody may be writing it"
    assert other.exists()


def test_set_aside_never_overwrites(tmp_path: Path) -> None:
    aside = set()
    for text in ("first", "second"):
        (tmp_path / "a.toml").write_text(text)
        aside.add(set_aside(tmp_path / "a.toml"))
    assert {path.read_text() for path in aside} == {"first", "second"}
    assert all(path.name.startswith("a.toml.broken-") for path in aside)
