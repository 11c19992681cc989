"""What a person has reached in the courses: one row for each attempt, in SQLite.

Several sessions may write at once: each writes its own rows, in short transactions, and waits for the others.
A file that cannot be used is set aside, and a home that cannot be written is replaced by memory; both are
told, neither is fatal.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec

from tui.practice.flaws import Flaw, Reason, because
from tui.practice.parser_words import of_kinds
from tui.store.paths import make_folder, open_private
from tui.store.writing import set_aside
from tui.values import value

FORMAT: Final = 1
_SCHEMA: Final = 1
#: Seconds to wait for another session's transaction.
_PATIENCE: Final = 30.0
_LARGEST_IMPORT: Final = 64 * 1024 * 1024

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS attempts (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    pack TEXT NOT NULL,
    exercise TEXT NOT NULL,
    hash TEXT NOT NULL,
    started REAL NOT NULL,
    ended REAL,
    seconds REAL NOT NULL DEFAULT 0,
    stage INTEGER NOT NULL DEFAULT 1,
    hints INTEGER NOT NULL DEFAULT 0,
    lines INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0,
    solved INTEGER NOT NULL DEFAULT 0,
    shown INTEGER NOT NULL DEFAULT 0,
    forgotten INTEGER NOT NULL DEFAULT 0,
    first_errors TEXT NOT NULL DEFAULT '[]',
    done TEXT NOT NULL DEFAULT '[]',
    lasting TEXT NOT NULL DEFAULT '[]',
    answers TEXT NOT NULL DEFAULT '{}'
)
"""

_Text = Annotated[str, msgspec.Meta(max_length=2000)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
_Seconds = Annotated[float, msgspec.Meta(ge=0, le=1e12)]


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One attempt. Times are seconds since the epoch, ``seconds`` is time spent; ``shown``: the worked
    solution was asked for before it was solved; ``forgotten``: it was reset, and counts no more."""

    uid: _Text
    pack: _Text
    exercise: _Text
    hash: _Text
    started: _Seconds
    ended: _Seconds | None = None
    seconds: _Seconds = 0.0
    stage: _Count = 1
    hints: _Count = 0
    lines: _Count = 0
    refused: _Count = 0
    solved: bool = False
    shown: bool = False
    forgotten: bool = False
    first_errors: tuple[_Text, ...] = ()
    done: tuple[_Text, ...] = ()
    lasting: tuple[_Text, ...] = ()
    answers: dict[_Text, _Text] = {}


class _Export(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    format_version: int
    attempts: tuple[Row, ...]


_OPEN: Final = "solved = 0 AND ended IS NULL AND forgotten = 0 ORDER BY started DESC, id DESC LIMIT 1"
_FIELDS: Final = Row.__struct_fields__
_AS_JSON: Final = frozenset({"first_errors", "done", "lasting", "answers"})
_AS_TRUTH: Final = frozenset({"solved", "shown", "forgotten"})


@value
class Standing:
    """``state`` is "begun", "done", or "shown" where it was solved only after the worked solution."""

    state: str
    attempts: int
    hints: int


class NoExportError(ValueError):
    """What was to be imported is no export. ``key`` is where, "" for all of it."""

    def __init__(self, reason: Reason, key: str = "") -> None:
        super().__init__(f"{key}: {reason}" if key else str(reason))
        self.reason = reason
        self.key = key


class Progress:
    """``file`` is made when it is missing.

    Attributes:
        set_aside: where a file went that could not be used.
        unwritable: why nothing will be kept; then all of it is in memory.
    """

    def __init__(self, file: Path) -> None:
        self.set_aside: Path | None = None
        self.unwritable: Exception | None = None
        try:
            self._database = self._open(file)
        except (OSError, sqlite3.Error) as error:
            self.unwritable = error
            self._database = _connected(":memory:")

    def _open(self, file: Path) -> sqlite3.Connection:
        make_folder(file.parent)
        os.close(open_private(file, os.O_RDWR))
        try:
            return _connected(str(file))
        except sqlite3.OperationalError:
            raise  # locked, or a disk that cannot be written: nothing is wrong with the file
        except sqlite3.DatabaseError:
            self.set_aside = set_aside(file)
            os.close(open_private(file, os.O_RDWR))
            return _connected(str(file))

    def close(self) -> None:
        self._database.close()

    # -- attempts

    def begin(self, pack: str, exercise: str, hash: str, now: float) -> Row:
        """A new attempt, kept at once."""
        row = Row(uid=secrets.token_hex(12), pack=pack, exercise=exercise, hash=hash, started=now)
        with self._writing() as database:
            _insert(database, row)
        return row

    def save(self, row: Row) -> None:
        """What has become of an attempt that was begun here.

        Raises:
            sqlite3.Error: it could not be written.
        """
        names = [name for name in _FIELDS if name != "uid"]
        values = _values(row)
        with self._writing() as database:
            database.execute(
                f"UPDATE attempts SET {', '.join(f'{name} = ?' for name in names)} WHERE uid = ?",
                (*(values[name] for name in names), row.uid),
            )

    def latest_open(self, pack: str) -> Row | None:
        """The newest attempt that goes on: not solved, not ended, not forgotten."""
        found = self._read(f"pack = ? AND {_OPEN}", pack)
        return next(iter(found), None)

    def open_attempt(self, pack: str, exercise: str) -> Row | None:
        """The same for one exercise."""
        found = self._read(f"pack = ? AND exercise = ? AND {_OPEN}", pack, exercise)
        return next(iter(found), None)

    def rows(self, pack: str | None = None) -> tuple[Row, ...]:
        """All attempts, the oldest first."""
        if pack is None:
            return self._read("1 ORDER BY started, id")
        return self._read("pack = ? ORDER BY started, id", pack)

    def standing(self, pack: str) -> dict[str, Standing]:
        """Of each exercise that was tried."""
        found: dict[str, list[Row]] = {}
        for row in self.rows(pack):
            if not row.forgotten:
                found.setdefault(row.exercise, []).append(row)
        return {exercise: _standing(rows) for exercise, rows in found.items()}

    def forget(self, pack: str, exercise: str, now: float) -> None:
        """Its attempts count no more; their rows stay."""
        with self._writing() as database:
            database.execute(
                "UPDATE attempts SET forgotten = 1, ended = COALESCE(ended, ?) "
                "WHERE pack = ? AND exercise = ?",
                (now, pack, exercise),
            )

    # -- export and import

    def export_json(self) -> str:
        """Everything, as ASCII."""
        import json

        attempts = msgspec.to_builtins(self.rows())
        return json.dumps({"format_version": FORMAT, "attempts": attempts}, indent=1)

    def import_json(self, text: str) -> int:
        """Add what an export holds and is not here; how many attempts that were.

        Raises:
            NoExportError: it is no export.
        """
        if len(text) > _LARGEST_IMPORT:
            raise NoExportError(because(Flaw.TOO_LARGE, limit=_LARGEST_IMPORT))
        try:
            found = msgspec.json.decode(text, type=_Export)
        except msgspec.DecodeError as error:
            key, reason = of_kinds(str(error))
            raise NoExportError(reason, key) from None
        except RecursionError:
            raise NoExportError(because(Flaw.TOO_DEEP)) from None
        except UnicodeError:
            raise NoExportError(because(Flaw.NOT_UTF8)) from None
        if found.format_version != FORMAT:
            reason = because(Flaw.VERSION, found=found.format_version, known=FORMAT)
            raise NoExportError(reason, "format_version")
        with self._writing() as database:
            before = database.total_changes
            for row in found.attempts:
                _insert(database, row, known="IGNORE")
            return database.total_changes - before

    # -- inside

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        database = self._database
        database.execute("BEGIN IMMEDIATE")
        try:
            yield database
        except BaseException:
            database.execute("ROLLBACK")
            raise
        database.execute("COMMIT")

    def _read(self, where: str, *values: str) -> tuple[Row, ...]:
        found = self._database.execute(
            f"SELECT {', '.join(_FIELDS)} FROM attempts WHERE {where}",
            values,
        )
        return tuple(row for one in found.fetchall() if (row := _row(one)) is not None)


def _connected(name: str) -> sqlite3.Connection:
    """Raises ``sqlite3.DatabaseError`` for a file that is no database, or one of a later program."""
    database = sqlite3.connect(name, timeout=_PATIENCE, isolation_level=None)
    try:
        database.execute("BEGIN IMMEDIATE")
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version > _SCHEMA:
            raise sqlite3.DatabaseError(f"made by a later program: schema {version}")
        database.execute(_TABLE)
        database.execute(f"SELECT {', '.join(_FIELDS)} FROM attempts LIMIT 1").fetchone()
        database.execute(f"PRAGMA user_version = {_SCHEMA}")
        database.execute("COMMIT")
    except sqlite3.Error as error:
        database.close()
        if isinstance(error, sqlite3.OperationalError) and "no such column" in str(error):
            raise sqlite3.DatabaseError(str(error)) from None
        raise
    return database


def _insert(database: sqlite3.Connection, row: Row, *, known: str = "ABORT") -> None:
    values = _values(row)
    database.execute(
        f"INSERT OR {known} INTO attempts ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
        tuple(values.values()),
    )


def _values(row: Row) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(row, name) for name in _FIELDS}
    for name in _AS_JSON:
        values[name] = msgspec.json.encode(values[name]).decode()
    return values


def _row(found: tuple[Any, ...]) -> Row | None:
    """None for a row that some other program has written its own way."""
    values = dict(zip(_FIELDS, found, strict=True))
    try:
        for name in _AS_JSON:
            values[name] = msgspec.json.decode(values[name])
        for name in _AS_TRUTH:
            values[name] = bool(values[name])
        return msgspec.convert(values, Row)
    except (msgspec.ValidationError, msgspec.DecodeError, TypeError):
        return None


def _standing(rows: list[Row]) -> Standing:
    """The best attempt decides: one without the worked solution before one with it."""
    solved = [row for row in rows if row.solved]
    own = [row for row in solved if not row.shown]
    best = min(own or solved or rows[-1:], key=lambda row: row.hints)
    state = "done" if own else "shown" if solved else "begun"
    return Standing(state, len(rows), best.hints)
