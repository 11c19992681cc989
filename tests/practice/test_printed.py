"""What other programs print of a dialogue: the facts are those of what was said on the wire, as far as the
program shows it (tests/interop/printing.py recorded both)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.practice.shown import facts_shown, found
from tests.practice.test_reading import rows
from tui.practice.reading import Form, Step, read

FOLDER = Path(__file__).parent.parent / "data" / "printed"
NAMES = sorted(path.stem for path in FOLDER.glob("*.txt"))


def said(name: str) -> list[list[Step]]:
    """What was recorded, each connection."""
    connections = []
    for path in sorted(FOLDER.glob(f"{name}.*.events.jsonl")):
        reading = read(path.read_bytes().splitlines())
        assert reading is not None
        connections += [list(steps) for steps in reading.connections]
    return connections


@pytest.mark.parametrize("name", [name for name in NAMES if name != "postfix"])
def test_the_facts_of_what_was_said(name: str) -> None:
    form, facts = found((FOLDER / f"{name}.txt").read_bytes())
    assert form is Form(name.partition("-")[0])
    assert facts == [facts_shown(name, steps) for steps in said(name)]


def test_connections_that_one_log_interleaves() -> None:
    form, facts = found((FOLDER / "postfix.txt").read_bytes())
    assert form is Form.POSTFIX
    wanted = [facts_shown(_of_postfix(steps), steps) for steps in said("postfix")]
    assert len(facts) == len(wanted) == 4
    assert all(one in wanted for one in facts), "in the order in which they began"
    assert all(one in facts for one in wanted)


def _of_postfix(steps: list[Step]) -> str:
    return "postfix" if ("C", b"QUIT\r\n") in steps else "postfix-dropped"


# -- as people paste it


def quoted(text: bytes, margin: bytes) -> bytes:
    return b"".join(margin + row for row in text.splitlines(keepends=True))


PASTED: dict[str, Callable[[bytes], bytes]] = {
    "from a file with CRLF": lambda text: text.replace(b"\r", b"").replace(b"\n", b"\r\n"),
    "quoted in a mail": lambda text: b"You wrote:\n" + quoted(text, b"> ") + b"\nBest regards\n",
    "quoted, its blanks trimmed": lambda text: quoted(text, b">> ").replace(b"> \n", b">\n"),
    "in a list": lambda text: b"* First:\n\n" + quoted(text, b"    ") + b"* Second: why?\n",
    "with prose around": lambda text: (
        b"Dear all,\n-> this happens\n> to us:\n\n$ ./send.sh --to you\n"
        + text
        + b"user@host:~$ \nAny idea?\n"
    ),
}


@pytest.mark.parametrize("pasted", PASTED)
@pytest.mark.parametrize("name", NAMES)
def test_as_people_paste_it(name: str, pasted: str) -> None:
    text = (FOLDER / f"{name}.txt").read_bytes().replace(b"\r", b"")
    assert found(PASTED[pasted](text)) == found(text)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "postfix"])
def test_one_behind_the_other(name: str) -> None:
    text = (FOLDER / f"{name}.txt").read_bytes().replace(b"\r", b"")
    form, (facts,) = found(text)
    assert found(text + b"$ once more\n" + text) == (form, [facts, facts])


SECRETS = (b"tR0ub4dor", b"dFIwdWI0ZG9y", b"AHRlc3Qx", b"d3Jvbmc=")


@pytest.mark.parametrize("name", NAMES)
def test_a_text_that_begins_or_ends_anywhere(name: str) -> None:
    text = rows((FOLDER / f"{name}.txt").read_bytes())
    for at in range(len(text)):
        for part in (text[at:], text[:at]):
            _form, facts = found(b"\n".join(part))
            told = json.dumps(facts).encode()
            assert not any(secret in told for secret in SECRETS)
