"""Attempts are kept, whatever happens to the file, and by several sessions at once."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import msgspec
import pytest

from tests.store.two_sessions import both_at_once
from tui.store.progress import NoExportError, Progress, Standing


def saved(progress: Progress, exercise: str = "one", **changes: object) -> None:
    progress.save(msgspec.structs.replace(progress.begin("pack", exercise, "h", 10.0), **changes))


def test_an_attempt_is_kept_at_once_and_with_what_became_of_it(tmp_path: Path) -> None:
    file = tmp_path / "data" / "progress.db"
    first = Progress(file)
    row = first.begin("pack", "one", "hash", 10.0)
    assert Progress(file).rows() == (row,)
    done = msgspec.structs.replace(
        row, ended=20.0, solved=True, hints=2, first_errors=("full-width",), done=("a",), answers={"q": "b"}
    )
    first.save(done)
    first.close()
    assert Progress(file).rows("pack") == (done,)
    assert Progress(file).rows("other") == ()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_what_goes_on_is_the_newest_attempt_that_is_open(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "p.db")
    assert progress.latest_open("pack") is None
    one = progress.begin("pack", "one", "h", 10.0)
    two = progress.begin("pack", "two", "h", 20.0)
    assert progress.latest_open("pack") == two
    assert progress.open_attempt("pack", "one") == one
    progress.save(msgspec.structs.replace(two, solved=True, ended=30.0))
    assert progress.latest_open("pack") == one
    progress.forget("pack", "one", 40.0)
    assert progress.latest_open("pack") is None
    assert len(progress.rows()) == 2


def test_how_far_an_exercise_is(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "p.db")
    saved(progress, "begun", hints=3)
    saved(progress, "shown", solved=True, shown=True, hints=1)
    saved(progress, "done", solved=True, shown=True, hints=0)
    saved(progress, "done", solved=True, hints=2)
    saved(progress, "gone", solved=True)
    progress.forget("pack", "gone", 50.0)
    assert progress.standing("pack") == {
        "begun": Standing("begun", 1, 3),
        "shown": Standing("shown", 1, 1),
        "done": Standing("done", 2, 2),
    }


def test_export_and_import(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "p.db")
    saved(progress, "one", solved=True, answers={"q": "引"})
    saved(progress, "two")
    text = progress.export_json()
    assert text.isascii()
    other = Progress(tmp_path / "q.db")
    assert other.import_json(text) == 2
    assert other.import_json(text) == 0
    assert other.rows() == progress.rows()


@pytest.mark.parametrize(
    "text",
    ["", "no", "[]", "{}", '{"format_version": 2, "attempts": []}', '{"format_version": 1, "attempts": [{}]}',
     '{"format_version": 1, "attempts": [], "colour": 1}', "[" * 100_000],
)  # fmt: skip
def test_what_is_no_export_is_refused_with_a_reason(tmp_path: Path, text: str) -> None:
    progress = Progress(tmp_path / "p.db")
    with pytest.raises(NoExportError) as error:
        progress.import_json(text)
    assert str(error.value).isprintable()
    assert progress.rows() == ()


@pytest.mark.parametrize("kind", ["garbage", "later", "other", "cut"])
def test_a_file_that_cannot_be_used_is_set_aside(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "p.db"
    if kind == "garbage":
        file.write_bytes(b"no database at all, " * 500)
    else:
        saved(Progress(file))
        database = sqlite3.connect(file)
        if kind == "later":
            database.execute("PRAGMA user_version = 99")
        elif kind == "other":
            database.execute("ALTER TABLE attempts RENAME COLUMN hints TO clues")
        database.commit()
        database.close()
    if kind == "cut":
        file.write_bytes(file.read_bytes()[:5000])
    progress = Progress(file)
    assert progress.set_aside is not None
    assert progress.set_aside.exists()
    saved(progress)
    assert len(Progress(file).rows()) == 1


def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    progress = Progress(tmp_path / "file" / "p.db")
    assert progress.unwritable is not None
    saved(progress)
    assert len(progress.rows()) == 1


def test_a_row_of_a_strange_hand_is_passed_over(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "p.db")
    saved(progress)
    database = sqlite3.connect(tmp_path / "p.db")
    database.execute(
        "INSERT INTO attempts (uid, pack, exercise, hash, started, done) VALUES ('u','p','e','h',1,'{')"
    )
    database.commit()
    database.close()
    assert len(progress.rows()) == 1


def test_two_sessions_at_once_lose_nothing(tmp_path: Path) -> None:
    assert both_at_once(tmp_path / "p.db", 20) == (40, 40)
