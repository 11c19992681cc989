"""Exercise files as a tired author would leave them: every one loads, or says what, where and which key.

``python -m tests.practice.mutants 10000`` for the long run.
"""

from __future__ import annotations

import random
import re
import sys

from tui.lessons.shelf import BUILTIN
from tui.practice import loader
from tui.practice.flaws import Flaw
from tui.practice.strict import DataFileError
from tui.words import language
from tui.words.data_files import told
from tui.words.language import LANGUAGES


def changed(text: str, dice: random.Random) -> str:
    """One to three changes of the kinds that happen."""
    for _ in range(dice.randint(1, 3)):
        lines = text.split("\n")
        at = dice.randrange(len(lines))
        match dice.randrange(9):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, dice.choice(lines))
            case 2:
                lines[at] = lines[at].replace("=", dice.choice(["", ":", "=="]), 1)
            case 3:
                lines[at] = re.sub(r"\w+", dice.choice(["nonsense", "7", "é", "true"]), lines[at], count=1)
            case 4:
                lines[at] = lines[at].replace('"', dice.choice(["", "'", '""']), 1)
            case 5:
                lines[at] = re.sub(r"\d+", dice.choice(["-1", "0", "99999999999999999999", "1.5"]), lines[at])
            case 6:
                lines.insert(at, dice.choice(['colour = "red"', "[odd]", "[[goal]]", "x = [" * 3, "\x00"]))
            case 7:
                place = dice.randrange(len(lines[at]) + 1)
                lines[at] = (
                    lines[at][:place] + dice.choice(["[", "]", "{", "\u200b", "#", "\\"]) + lines[at][place:]
                )
            case _:
                lines[at] = re.sub(
                    r'"[^"]*"', dice.choice(["[]", "{}", '""', "[[]]", "2026-11-27"]), lines[at], count=1
                )
        text = "\n".join(lines)
    return text


def check_words(error: DataFileError) -> None:
    """It can be said in every language, in words of ours alone, and safely."""
    assert error.reason.flaw is not Flaw.LIBRARY, str(error)
    for code in LANGUAGES:
        language.use(code)
        said = told(error)
        language.use("en")
        assert said.isprintable(), repr(said)


def count_faults(count: int, *, seed: int) -> tuple[int, int]:
    """How many were tried, and how many of them were refused. Any other exception is the caller's to see."""
    dice = random.Random(seed)
    files = sorted(one for one in BUILTIN.glob("*.toml") if one.name[0].isdigit())
    texts = [(file.name, file.read_text(encoding="utf-8")) for file in files]
    refused = 0
    for _ in range(count):
        name, text = dice.choice(texts)
        octets = changed(text, dice).encode("utf-8")
        try:
            (loader.texts if name.count(".") > 1 else loader.exercise)(octets, name)
        except DataFileError as error:
            refused += 1
            assert error.file == name
            assert error.line > 0, (str(error), octets)
            assert error.key or error.line == 1, (str(error), octets)
            assert str(error).isprintable(), repr(str(error))
            check_words(error)
    return count, refused


if __name__ == "__main__":
    tried, faults = count_faults(int(sys.argv[1]), seed=int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    print(f"{tried} mutants, {faults} refused with file, line and key, 0 crashes")
