"""The shipped course proves itself on the real sandbox, and a pack that does not says why."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.lessons.mutants import mutants
from tui.desk.proving import UnservedError, do, prove
from tui.lessons import shelf
from tui.practice import loader

IDS = shelf.builtin("en").ids
#: Mutants that are right all the same: the order of recipients, of header fields, and of refusals that are to
#: be provoked in any way.
LEGAL = re.compile(r"'(RCPT TO|From|To|Cc|Date|Message-ID|HALLO|EHLO|Monday)[^']*' and '[^']*' swapped")


async def test_the_shipped_course_has_no_fault() -> None:
    assert await prove(shelf.BUILTIN) == (8, [])


@pytest.mark.parametrize("id", IDS)
def test_it_is_as_large_as_it_was_agreed(id: str) -> None:
    one = shelf.builtin("en").exercise(id, "en")
    assert len(one.goals) <= 8
    assert one.minutes <= (5 if id == "first-mail" else 20)
    assert len(one.also) >= 3
    assert len(one.wrong) >= 3


@pytest.mark.parametrize("id", IDS)
async def test_a_solution_with_one_thing_wrong_does_not_pass(id: str) -> None:
    tried = passed = 0
    for name, one, lines in mutants(shelf.builtin("en").exercise(id, "en")):
        tried += 1
        if (await do(one, lines)).attempt.solved:
            passed += 1
            assert LEGAL.fullmatch(name), name
    assert passed <= tried * 0.1


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shelf.BUILTIN, tmp_path / "pack"))


def changed(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "reason"),
    [
        ("01-first-mail.toml", '    "QUIT",\n]', "]", "solution", "unmet: quit"),
        (
            "01-first-mail.toml",
            'answer = "finding:misspelt-verb"',
            'answer = "finding:bare-lf-sent"',
            "wrong[1].answer",
            "said was",
        ),
        ("01-first-mail.toml", '    "quit",\n]', "]", "also[0].lines", "unmet: quit"),
        ("01-first-mail.toml", 'title = "First mail by hand"', 'title = " "', "title", "says nothing"),
        ("01-first-mail.toml", '"Who is to get it?"', '" "', "goal[2].hints", "say nothing"),
        (
            "01-first-mail.toml",
            "rfc = [",
            'requires = ["lunch"]\nrfc = [',
            "requires",
            "no exercise of this pack",
        ),
        ("01-first-mail.toml", "The waterworks", "word " * 60, "story", "at most 60"),
        (
            "01-first-mail.toml",
            'personality = "mdaemon-7"',
            'personality = "nobodys"',
            "server.personality",
            "none of plain",
        ),
        (
            "01-first-mail.toml",
            'personality = "mdaemon-7"',
            'colour = "red"',
            "server.colour",
            "unknown field",
        ),
        ("01-first-mail.zh_CN.toml", 'name = "Subject"\n', "", "goal.subject.name", "missing"),
        ("01-first-mail.zh_CN.toml", "[goal.subject]", "[goal.lunch]", "goal.lunch", "none of this id"),
        ("01-first-mail.zh_CN.toml", "[goal.subject]", "[goal.subject", "goal.subject", "Expected"),
        ("pack.toml", '    "first-mail",\n', "", "", "no group of pack.toml names"),
        ("pack.toml", '"first-mail"', '"lunch"', "", "lunch.toml is missing"),
        ("pack.toml", "languages", "tongues", "tongues", "unknown field"),
        ("pack.zh_CN.toml", "title", "colour", "colour", "unknown field"),
        (
            "03-envelope-and-header.toml",
            'answer = "choice:answer:c"',
            'answer = "choice:answer:b"',
            "wrong[3].answer",
            "choice:answer:c",
        ),
        (
            "08-header-craft.toml",
            '    "Date: 11/08/2004",\n]\nanswer',
            '    "Date: {date}",\n]\nanswer',
            "wrong[0].answer",
            "said was nothing",
        ),
    ],
)
async def test_a_fault_is_named_with_file_line_and_key(
    *, pack: Path, file: str, old: str, new: str, key: str, reason: str
) -> None:
    changed(pack / file, old, new)
    _count, faults = await prove(pack)
    assert any(one.key == key and re.search(reason, one.reason) for one in faults), faults
    assert all(one.file for one in faults)


async def test_missing_texts_and_an_exercise_that_passes_by_itself(pack: Path) -> None:
    (pack / "02-strict-syntax.zh_CN.toml").unlink()
    (pack / "pack.zh_CN.toml").unlink()
    text = (pack / "06-leading-dots.toml").read_text(encoding="utf-8")
    head = text[: text.index("[server]")]
    step = '[[goal]]\nid = "rcpt"\nname = "x"\nhints = ["a", "b", "c"]\nstep = "connect"\n'
    wrong = '[[wrong]]\nsay = "s"\nlines = []\nanswer = "goal:rcpt"\n'
    (pack / "06-leading-dots.toml").write_text(head + step + wrong, encoding="utf-8")
    _count, faults = await prove(pack)
    told = {(one.file, one.key, one.reason) for one in faults}
    assert ("02-strict-syntax.zh_CN.toml", "", "the texts in this language are missing") in told
    assert ("pack.zh_CN.toml", "title", "the pack has no texts in this language") in told
    assert ("06-leading-dots.toml", "goal", "an empty session passes") in told
    assert ("06-leading-dots.toml", "wrong[0].lines", "it passes") in told


async def test_a_folder_that_is_no_pack(tmp_path: Path) -> None:
    count, faults = await prove(tmp_path)
    assert count == 0
    assert "there is no pack.toml" in faults[0].reason


TWO_SERVERS = """
format_version = 1
id = "two"
title = "Two servers"
level = "easy"
minutes = 3
story = "One after the other."
solution = ["HELO me", "QUIT", "EHLO me", "MAIL FROM:<a@x.test>", "later"]
[server]
host = "one.test"
[[stage]]
say = "Another server."
[stage.server]
host = "two.test"
[[stage.server.reply]]
stage = "mail"
say = "451 4.7.1 later"
[[goal]]
id = "helo"
name = "HELO"
hints = ["n", "r", "HELO me"]
step = "helo"
[[goal]]
id = "quit"
name = "QUIT"
hints = ["n", "r", "QUIT"]
step = "quit"
[[goal]]
id = "later"
name = "later"
hints = ["n", "r", "MAIL FROM:<a@x.test>"]
stage = 2
event = "reply"
verb = "MAIL"
code = 451
[[goal]]
id = "when"
name = "when"
hints = ["n", "r", "later"]
stage = 2
[goal.question]
ask = "When may it pass?"
accept = ["later"]
"""


async def test_several_servers_in_one_exercise() -> None:
    one = loader.exercise(TWO_SERVERS.encode(), "two.toml")
    done = await do(one, one.solution)
    assert done.attempt.solved
    assert done.attempt.stage == 2
    assert not (await do(one, one.solution[:3])).attempt.solved


BOSS = "RCPT TO:<boss@harbour.test>"
LENA, MAX = "RCPT TO:<lena@harbour.test>", "RCPT TO:<max@harbour.test>"
BEGIN, TEXT = "MAIL FROM:<me@harbour.test>", ("DATA", "Subject: x", "", "y", ".")
CANCELLED = ("EHLO me", BEGIN, BOSS, "RSET", "NOOP")


@pytest.mark.parametrize(
    ("lines", "passes"),
    [
        ((*CANCELLED, BEGIN, LENA, *TEXT, BEGIN, MAX, *TEXT, "QUIT"), True),
        ((*CANCELLED, BEGIN, BOSS, "RSET", BEGIN, LENA, *TEXT, BEGIN, MAX, *TEXT, "QUIT"), True),
        (
            ("EHLO me", BEGIN, BOSS, *TEXT, *CANCELLED[1:], BEGIN, LENA, *TEXT, BEGIN, MAX, *TEXT, "QUIT"),
            False,
        ),
        ((*CANCELLED, BEGIN, LENA, "RSET", BEGIN, MAX, *TEXT, BEGIN, MAX, *TEXT, "QUIT"), False),
        ((*CANCELLED, BEGIN, LENA, *TEXT, BEGIN, MAX, "RSET", BEGIN, LENA, *TEXT, "QUIT"), False),
        ((*CANCELLED, BEGIN, LENA, BOSS, *TEXT, BEGIN, MAX, *TEXT, "QUIT"), False),
    ],
)
async def test_nobody_of_a_cancelled_mail_gets_anything(lines: tuple[str, ...], passes: bool) -> None:
    one = shelf.builtin("en").exercise("change-of-mind", "en")
    assert (await do(one, lines)).attempt.solved is passes


async def test_what_this_machine_cannot_serve_is_not_judged() -> None:
    one = loader.exercise(
        TWO_SERVERS.replace('host = "one.test"', 'personality = "lunch"').encode(), "two.toml"
    )
    with pytest.raises(UnservedError):
        await do(one, one.solution)
