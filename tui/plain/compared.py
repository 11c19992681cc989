"""Two runs side by side as rows of text, those that differ first; or as a value for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tui.plain.columns import fit
from tui.plain.retyping import Halt, Run
from tui.practice.comparing import DIFFERENT, EQUAL, Changes, Exchange, Outcome, Row
from tui.practice.facts import reply_facts
from tui.smtp.commands import text_of
from tui.smtp.display import cells, visible
from tui.words import comparison
from tui.words.language import gettext as _
from tui.words.prose import enumerated, labelled, wrap

_NARROWEST: Final = 60
_WIDEST: Final = 120
_GAP: Final = "  "
#: Of a row of the table: the columns with times, and how many stand between the line and them.
_TIMES: Final = slice(5, 7)
_CODES_AND_WORD: Final = 3
_LABEL_CELLS: Final = 11
_INDENT: Final = "  "
_MORE: Final = " ..."
#: What was said in these is worth reading; of lines that were not sent the table and a sentence say enough.
_QUOTED: Final = frozenset({Outcome.DIFFERS, Outcome.ALIKE, Outcome.ONLY_RIGHT})
#: Rows of a reply that is quoted.
_ROWS_QUOTED: Final = 3


@dataclass(frozen=True)
class Comparison:
    """``left`` and ``right`` name the runs, visible; ``runs`` are those that were typed now."""

    left: str
    right: str
    rows: Sequence[Row]
    runs: Sequence[Run]
    against: bool = False  # two servers; else the left one is the recording

    @property
    def complete(self) -> bool:
        """There are two runs."""
        return not any(run.halted is Halt.UNREACHED for run in self.runs)

    @property
    def same(self) -> bool:
        """Every reply is there in both runs, with the same code."""
        return all(row.outcome in EQUAL for row in self.rows)


def table(compared: Comparison, width: int) -> Iterator[str]:
    """The names, what differs in full, every reply in one row, and a sentence at the end."""
    width = max(_NARROWEST, min(width, _WIDEST))
    sides = comparison.sides(against=compared.against)
    yield ""
    yield from _labelled(sides[0], compared.left, width)
    yield from _labelled(sides[1], compared.right, width)
    if compared.complete:
        for row in compared.rows:
            yield from _difference(row, sides, width)
        yield ""
        yield from _replies(compared.rows, sides, width)
    yield ""
    for sentence in _sentences(compared):
        yield from (f"* {line}" for line in wrap(sentence, width - 2))


# -- what differs


def _difference(row: Row, sides: tuple[str, str], width: int) -> Iterator[str]:
    """What both servers said, in their words, and what only one of them offers."""
    quoted = row.outcome in _QUOTED or (row.outcome is Outcome.ONLY_LEFT and row.sent.entry is None)
    if quoted or row.changes:
        yield ""
        glyph = comparison.GLYPHS[row.outcome] if quoted else "~"
        yield fit(f"{glyph} {comparison.label(row)}", width)
    if quoted:
        for side, exchange in zip(sides, (row.left, row.right), strict=True):
            yield from _labelled(side, _said(exchange), width)
    if row.changes:
        yield from _offers(row.changes, sides, width)


def _said(exchange: Exchange | None) -> str:
    if exchange is None or exchange.reply is None:
        return comparison.codes(exchange)
    text = " ".join(visible(line) for line in exchange.reply.lines)
    return f"{exchange.reply.code:03} {text}".rstrip()


def _offers(changes: Changes, sides: tuple[str, str], width: int) -> Iterator[str]:
    for side, only in zip(sides, (changes.only_left, changes.only_right), strict=True):
        if only:
            listed = enumerated(visible(f"{key} {text}".rstrip()) for key, text in only.items())
            yield from _labelled(side, _("offers {extensions}").format(extensions=listed), width)
    for key, pair in changes.other.items():
        for side, text in zip(sides, pair, strict=True):
            yield from _labelled(side, visible(f"{key} {text}".rstrip()), width)


def _labelled(label: str, text: str, width: int) -> Iterator[str]:
    room = width - len(_INDENT) - _LABEL_CELLS
    rows = wrap(text, room)
    more = len(rows) > _ROWS_QUOTED
    if more:
        rows = wrap(text, room - len(_MORE))
    for number, row in enumerate(rows[:_ROWS_QUOTED]):
        beside = label if number == 0 else ""
        last = more and number == _ROWS_QUOTED - 1
        yield f"{_INDENT}{_padded(beside, _LABEL_CELLS)}{row}{_MORE if last else ''}".rstrip()


# -- every reply


def _replies(rows: Sequence[Row], sides: tuple[str, str], width: int) -> Iterator[str]:
    """Columns: glyph and line, both codes, the word for it, both times as far as they are known."""
    table = [("", _("reply to"), *sides, "", _("took"), _("took"))]
    table += [
        (
            comparison.GLYPHS[row.outcome],
            comparison.label(row),
            comparison.codes(row.left),
            comparison.codes(row.right),
            comparison.outcome(row.outcome),
            _took(row.left),
            _took(row.right),
        )
        for row in rows
    ]
    sizes = [max(map(cells, column)) for column in zip(*table, strict=True)]
    untimed = [not any(column[1:]) for column in zip(*table, strict=True)]
    sizes[_TIMES] = [0 if bare else size for size, bare in zip(sizes[_TIMES], untimed[_TIMES], strict=True)]
    taken = sum(size + len(_GAP) for size in sizes[2:] if size)
    room = min(sizes[1], width - 2 - taken)
    for glyph, line, *others in table:
        shown = [
            _padded(text, size, right=at >= _CODES_AND_WORD)
            for at, (text, size) in enumerate(zip(others, sizes[2:], strict=True))
            if size
        ]
        yield _GAP.join((_padded(glyph, 2) + _padded(fit(line, room), room), *shown)).rstrip()


def _took(exchange: Exchange | None) -> str:
    return comparison.duration(exchange.seconds) if exchange is not None else ""


def _padded(text: str, size: int, *, right: bool = False) -> str:
    blanks = " " * (size - cells(text))
    return blanks + text if right else text + blanks


# -- the end


def _sentences(compared: Comparison) -> Iterator[str]:
    """What was not sent, and why; the verdict comes last."""
    for run in compared.runs:
        said = [comparison.counted(found, count) for found, count in run.held_back.items()]
        said += [run.sentence] if run.sentence else []
        said += [comparison.unsent(run.left)] if run.left else []
        yield from (labelled(run.server, one) if compared.against else one for one in said)
    if compared.complete:
        yield comparison.verdict(compared.rows)


# -- for programs


def facts(compared: Comparison, number: int) -> dict[str, Any]:
    """One connection. Strings are as they were sent, secrets masked."""
    return {
        "connection": number,
        "left": {"kind": "server" if compared.against else "recording", "name": compared.left},
        "right": {"kind": "server", "name": compared.right},
        "same": compared.same,
        "differing": sum(row.outcome in DIFFERENT for row in compared.rows),
        "replies": [_row_facts(row, n) for n, row in enumerate(compared.rows)],
        "runs": [
            {
                "server": run.server,
                "stopped": run.halted.value if run.halted is not None else None,
                "unsent": run.left,
                "held_back": {found.value: count for found, count in run.held_back.items()},
            }
            for run in compared.runs
        ],
    }


def _row_facts(row: Row, number: int) -> dict[str, Any]:
    changes = row.changes
    return {
        "n": number,
        "line": text_of(row.sent.line) if row.sent.entry else None,
        "recipient": row.sent.recipient,
        "outcome": row.outcome.value,
        "left": _exchange_facts(row.left),
        "right": _exchange_facts(row.right),
        "extensions": None
        if changes is None
        else {
            "only_left": dict(changes.only_left),
            "only_right": dict(changes.only_right),
            "other": {key: list(pair) for key, pair in changes.other.items()},
        },
    }


def _exchange_facts(exchange: Exchange | None) -> dict[str, Any] | None:
    if exchange is None or exchange.reply is None:
        return None
    seconds = exchange.seconds
    return {**reply_facts(exchange.reply), "seconds": None if seconds is None else round(seconds, 6)}
