"""Servers from before."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tui.store.recent import KEPT, Visit, add, load


def test_newest_first_each_once_and_no_more_than_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "state" / "recent.json"
    for number in range(KEPT + 5):
        add(file, Visit(host=f"mx{number}.test", port=25, at=float(number)))
    add(file, Visit(host="mx10.test", port=25, user="alice", at=99.0))
    visits = load(file)
    assert len(visits) == KEPT
    assert visits[0] == Visit(host="mx10.test", port=25, user="alice", at=99.0)
    assert [one.host for one in visits].count("mx10.test") == 1
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing",
        "{}",
        "[1, null, [], {}]",
        '[{"host": 1, "port": 25}]',
        '[{"host": "h"}]',
        '[{"host": "h", "port": 0}]',
        '[{"host": "h", "port": "25"}]',
        '[{"host": "h", "port": 25, "password": "x"}]',
        '[{"host": "h", "port": 25, "user": null}]',
        '[{"host": "h", "port": 25, "pipe": "nc"}]',
        '[{"host": "h", "port": 25, "ip": 5}]',
        '[{"host": "h", "port": 25, "proxy": "v3"}]',
        '[{"host": "h", "port": 25, "mx": 1}]',
        '[{"host": "h", "port": 25, "timeout": true}]',
        "[" * 100000,
    ],
)
def test_what_is_no_visit_is_passed_over(tmp_path: Path, text: str) -> None:
    file = tmp_path / "recent.json"
    file.write_text(text)
    assert load(file) == []
    add(file, Visit(host="h", port=25))
    assert len(json.loads(file.read_text())) == 1


def test_neither_a_program_nor_what_was_to_be_typed_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "recent.json"
    visit = Visit(host="h", port=25, pipe="nc", auth="LOGIN", password_command="pass", at=1.0)
    add(file, replace(visit, sender="a@b", recipients=("c@d",), message="/m", until="dot"))
    assert load(file) == [Visit(host="h", port=25, auth="LOGIN", at=1.0)]
    assert not any(word in file.read_text() for word in ("pass", "a@b", "c@d", "/m", "dot", "nc"))
