"""The catalogues are complete, sound and compiled."""

from __future__ import annotations

import ast
import re
from string import Formatter

import pytest
from babel.messages.catalog import Message

from tests.words import catalogue
from tui.words.language import LANGUAGES


def texts(message: Message) -> tuple[list[str], list[str]]:
    sources = message.id if isinstance(message.id, tuple | list) else (message.id,)
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return [str(one) for one in sources], [one or "" for one in strings]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_language_but_the_source_has_a_catalogue() -> None:
    assert set(LANGUAGES) == {"en", *catalogue.TRANSLATED}


@pytest.mark.parametrize("language", catalogue.TRANSLATED)
def test_every_text_of_the_sources_is_translated(language: str) -> None:
    """Collected anew from the sources: nothing is missing, fuzzy, or left over."""
    sources, there = catalogue.extracted(), catalogue.read(language)
    wanted = {(one.context, one.id) for one in sources if one.id}
    known = {(one.context, one.id) for one in there if one.id}
    assert [str(key) for key in sorted(map(str, wanted - known))] == []
    assert [str(key) for key in sorted(map(str, known - wanted))] == []
    assert [one.id for one in catalogue.untranslated(there)] == []


@pytest.mark.parametrize("language", catalogue.TRANSLATED)
def test_the_compiled_catalogue_is_that_of_the_text(language: str) -> None:
    compiled = (catalogue.folder(language) / f"{catalogue.DOMAIN}.mo").read_bytes()
    assert compiled == catalogue.compiled(catalogue.read(language))


@pytest.mark.parametrize("language", catalogue.TRANSLATED)
def test_both_sides_have_the_same_placeholders(language: str) -> None:
    for message in catalogue.read(language):
        sources, strings = texts(message)
        if not message.id or not all(strings):
            continue
        wanted = set().union(*map(placeholders, sources))
        for string in strings:
            assert placeholders(string) == wanted, message.id


@pytest.mark.parametrize("language", catalogue.TRANSLATED)
def test_plural_forms(language: str) -> None:
    there = catalogue.read(language)
    for message in there:
        if isinstance(message.id, tuple | list):
            assert len(texts(message)[1]) == there.num_plurals, message.id


#: A text that holds only signs, keys, words of SMTP or names is the same in Chinese.
_SAME = re.compile(r"[^a-z]*|.*[\u4e00-\u9fff].*", re.S)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LATIN_BESIDE = re.compile(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]")
_HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!]|[\u4e00-\u9fff]\.(?:$| [\u4e00-\u9fff])")


def chinese() -> list[tuple[str, str]]:
    return [
        (str(message.id), string)
        for message in catalogue.read("zh_CN")
        if message.id
        for string in texts(message)[1]
        if string
    ]


def test_chinese_prose_has_a_blank_beside_latin_and_wide_punctuation() -> None:
    tight = [string for _, string in chinese() if _LATIN_BESIDE.search(re.sub(r"\{\w+\}", "", string))]
    assert tight == []
    assert [string for _, string in chinese() if _HALF_WIDTH.search(string)] == []


def test_chinese_uses_one_word_for_one_thing() -> None:
    """The terms of the program; the left ones are other words for the same."""
    others = {
        "沙箱": "练习服务器",
        "沙盒": "练习服务器",
        "邮件头": "信头",
        "标头": "信头",
        "寄件人": "发件人",
        "字符节": "字节",
    }
    for _, string in chinese():
        for wrong in others:
            assert wrong not in string, string


def test_no_text_stands_where_it_is_not_collected() -> None:
    """Before Python 3.12 an f-string is one token, so that nothing inside it reaches the catalogue."""
    lost = [
        f"{file.relative_to(catalogue.SOURCES)}:{call.lineno}"
        for file in catalogue.SOURCES.rglob("*.py")
        for string in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in {"_", *catalogue.KEYWORDS}
        and any(isinstance(one, ast.Constant) for one in call.args)
    ]
    assert lost == []


#: A mark of ASCII that stands right behind a Chinese character, or before one.
_HALF_WIDTH_MARK = re.compile(r"[\u4e00-\u9fff][,:;!?]|[\u4e00-\u9fff]\.(?:\s|$)|[,;!?] ?[\u4e00-\u9fff]")


def test_chinese_text_has_chinese_punctuation() -> None:
    wrong = [one for message in catalogue.read("zh_CN") for one in texts(message)[1] if message.id]
    assert [one for one in wrong if _HALF_WIDTH_MARK.search(one)] == []
