"""What is made of refusals that servers and providers are known to say: ``tests/data/refusals.tsv``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from tests.practice.test_refusals import judged
from tui.practice.refusals import Certainty, Verdict

_TABLE: Final = Path(__file__).parent.parent / "data" / "refusals.tsv"


def published() -> Iterator[tuple[str, str, str, list[str]]]:
    """Step, kind, mover and the lines of the reply."""
    for row in _TABLE.read_text(encoding="utf-8").splitlines():
        if row and not row.startswith("#"):
            step, kind, mover, reply = row.split("\t")
            yield step, kind, mover, reply.split("\\n")


@cache
def verdicts() -> tuple[tuple[str, str, str, list[str], Verdict], ...]:
    return tuple((*row, judged(row[0], *row[3])) for row in published())


def test_each_is_about_what_it_is_known_to_be_about() -> None:
    wrong = []
    for step, kind, mover, lines, found in verdicts():
        if (found.step, found.kind.value, found.mover.value) != (step, kind, mover):
            wrong.append((step, *lines, f"{found.kind.value} {found.mover.value}, not {kind} {mover}"))
    assert not wrong


def test_a_guess_names_its_evidence_in_whole_words() -> None:
    for _step, _kind, _mover, lines, found in verdicts():
        words = " ".join(lines).split()
        assert found.certainty is not Certainty.WORDS or found.evidence
        assert found.quoted
        for quotation in (found.evidence, found.quoted):
            quoted = quotation.strip("…").split(" ")
            assert all(any(word in said for said in words) for word in quoted), quotation
            cut = quotation.endswith("…") and quoted[-1] not in {word.strip(" ,;:.()") for word in words}
            assert not cut or not quoted[-1].isascii(), quotation


def test_there_are_many() -> None:
    rows = [(step, *lines) for step, _kind, _mover, lines in published()]
    assert len(rows) == len(set(rows)) > 300
