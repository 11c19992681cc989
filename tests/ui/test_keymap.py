"""Other keys for the actions."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.sitting import sitting
from tui.store.paths import home
from tui.ui.keymap import load

KNOWN = frozenset({"inbox", "hint"})


def test_no_file_is_no_keys(tmp_path: Path) -> None:
    assert load(tmp_path / "keymap.toml", KNOWN) == ({}, ())


@pytest.mark.parametrize(
    ("text", "keys", "told"),
    [
        ('hint = "f2,ctrl+t"', {"hint": "f2,ctrl+t"}, ""),
        ('hint = "ctrl+t"\n\nnothing = "f2"', {"hint": "ctrl+t"}, "line 3: nothing"),
        ("hint = 2", {}, "line 1: hint"),
        ("= =", {}, "is no TOML"),
        ("a = " + "9" * 5000, {}, "is no TOML"),
    ],
)
def test_what_is_right_holds_what_is_wrong_is_told(
    tmp_path: Path, text: str, keys: dict[str, str], told: str
) -> None:
    file = tmp_path / "keymap.toml"
    file.write_text(text)
    read, wrong = load(file, KNOWN)
    assert read == keys
    assert told in " ".join(wrong)


async def test_a_key_can_be_changed() -> None:
    home().keymap.parent.mkdir(parents=True, exist_ok=True)
    home().keymap.write_text('hint = "ctrl+t"\nnonsense = "x"\n')
    async with sitting() as sat:
        await sat.press("ctrl+t")
        sat.row_of("1 of 3")
        sat.row_of("nonsense is not ID")
