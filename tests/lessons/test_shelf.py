"""Packs of exercises on the disk."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tui.lessons import shelf
from tui.lessons.shelf import PackError
from tui.practice.strict import DataFileError


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shelf.BUILTIN, tmp_path / "pack"))


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("first-mail", "first-mail"),
        ("3", "envelope-and-header"),
        ("env", "envelope-and-header"),
        ("ENV", "envelope-and-header"),
        ("s", None),
        ("0", None),
        ("9", None),
        ("", None),
        ("lunch", None),
    ],
)
def test_what_a_person_means(name: str, id: str | None) -> None:
    assert shelf.find(shelf.builtin("en"), name) == id


def test_texts_in_the_language_and_where_there_are_none_in_the_first(pack: Path) -> None:
    chinese = shelf.open_pack(pack, "zh_CN")
    assert chinese.exercise("first-mail", "zh_CN").title == "第一封手写的信"
    (pack / "01-first-mail.zh_CN.toml").unlink()
    assert chinese.exercise("first-mail", "zh_CN").title == "First mail by hand"


def test_what_is_wrong_with_a_pack_is_said(pack: Path, tmp_path: Path) -> None:
    with pytest.raises(PackError, match="no-pack"):
        shelf.open_pack(tmp_path, "en")
    here = shelf.open_pack(pack, "en")
    (pack / "01-first-mail.toml").rename(pack / "01-second-mail.toml")
    with pytest.raises(PackError, match=r"missing \(file='first-mail\.toml'"):
        here.exercise("first-mail", "en")
    (pack / "01-first-mail.toml").write_bytes((pack / "02-strict-syntax.toml").read_bytes())
    with pytest.raises(DataFileError, match=r"other-id \(name='strict-syntax'\)"):
        here.exercise("first-mail", "en")
    shutil.copy(pack / "02-strict-syntax.toml", pack / "09-strict-syntax.toml")
    with pytest.raises(PackError, match="there-twice"):
        here.exercise("strict-syntax", "en")
