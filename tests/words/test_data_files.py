"""What is wrong with a data file, in words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import tui
from tui.practice.flaws import Flaw, Reason, because
from tui.practice.strict import DataFileError
from tui.words import data_files, language
from tui.words.data_files import _REASONS as WORDS

SOURCES = Path(tui.__file__).parent


@pytest.fixture
def chinese() -> Iterator[None]:
    language.use("zh_CN")
    yield
    language.use("en")


def names(flaw: Flaw) -> set[str]:
    """Of the facts that its sentence wants."""
    return {name for _, name, _, _ in Formatter().parse(WORDS[flaw]) if name}


def filled(flaw: Flaw) -> Reason:
    return Reason(flaw, dict.fromkeys(names(flaw), ("1",)))


def test_every_flaw_has_words() -> None:
    assert set(WORDS) == set(Flaw)


@pytest.mark.parametrize("flaw", Flaw)
def test_in_another_language_nothing_is_left_in_english(chinese: None, flaw: Flaw) -> None:
    said = data_files.reason(filled(flaw))
    assert said != WORDS[flaw].format(**dict.fromkeys(names(flaw), "1"))
    assert not said.isascii()


def told() -> Iterator[tuple[str, Flaw, set[str]]]:
    """Each place at which a flaw is told, with the facts that are told of it."""
    for file in SOURCES.rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "because":
                for one in ast.walk(call.args[0]):
                    if isinstance(one, ast.Attribute):
                        facts = {str(each.arg) for each in call.keywords}
                        yield f"{file.name}:{call.lineno}", Flaw[one.attr], facts


def test_what_is_told_of_a_flaw_is_what_its_sentence_names() -> None:
    found = list(told())
    assert len(found) > 80
    assert [place for place, flaw, facts in found if facts != names(flaw)] == []


def test_a_sentence() -> None:
    error = DataFileError("a.toml", 3, "users[0]", because(Flaw.NONE_OF, value="x", names=("a", "b")))
    assert data_files.told(error) == "a.toml, line 3: users[0]: 'x' is none of a, b"
    assert data_files.told(DataFileError("a\x1b", 0, "", because(Flaw.NOT_UTF8))) == "a\\x1b: not UTF-8"


def test_a_sentence_in_chinese(chinese: None) -> None:
    error = DataFileError("a.toml", 3, "users[0]", because(Flaw.NONE_OF, value="x", names=("a", "b")))
    assert data_files.told(error) == "a.toml 第 3 行：users[0]：'x' 不是 a、b 之一"


@pytest.mark.parametrize(
    ("why", "english", "other"),
    [
        (because(Flaw.VALUE, line=2, column=5), "Invalid value (at line 2, column 5)",
         "这不是一个值（第 2 行第 5 列）"),
        (because(Flaw.ARRAY_OPEN, line=0, column=0), "Unclosed array (at end of document)",
         "数组没有结束（在文件末尾）"),
        (because(Flaw.KIND, kinds=("int", "array"), given="str"),
         "Expected a whole number or a list, got text", "应该是整数或列表，而这里是文字"),
        (because(Flaw.KIND, kinds=("bytes",), given="odd"), "Expected bytes, got odd",
         "应该是 bytes，而这里是 odd"),
        (because(Flaw.SUCCESS, either=("250", "251")), "a success at this stage is 250 or 251",
         "这个阶段的成功应答是 250 或 251"),
        (because(Flaw.LIBRARY, words="odd\x1b"), "what read it says: “odd\\x1b”",
         "读取它的程序说：“odd\\x1b”"),
    ],
)  # fmt: skip
def test_what_facts_look_like(why: Reason, english: str, other: str) -> None:
    assert data_files.reason(why) == english
    language.use("zh_CN")
    try:
        assert data_files.reason(why) == other
    finally:
        language.use("en")


def test_foreign_text_is_bounded_and_visible() -> None:
    said = data_files.reason(because(Flaw.DOMAIN, value="\x1b" + "x" * 100_000))
    assert said.isprintable() and len(said) < 300
