"""What the libraries say of a file is known, so that it is said in words of ours."""

from __future__ import annotations

import ast
import inspect
import tomllib
from collections.abc import Iterator

import pytest

from tui.practice.flaws import Flaw, because
from tui.practice.parser_words import of_kinds, of_syntax
from tui.practice.strict import DataFileError, decode

_PARSER = inspect.getmodule(tomllib.loads)
assert _PARSER is not None


def messages() -> Iterator[str]:
    """Each that this Python's parser can raise, with something in the place of what it quotes."""
    for call in ast.walk(ast.parse(inspect.getsource(_PARSER))):  # type: ignore[arg-type]
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "suffixed_err":
            text = call.args[2]
            parts = text.values if isinstance(text, ast.JoinedStr) else [text]
            yield "".join(str(one.value) if isinstance(one, ast.Constant) else "'x'" for one in parts)


def test_every_message_of_the_parser_is_known() -> None:
    found = list(messages())
    assert len(found) > 15
    assert [one for one in found if of_syntax(f"{one} (at line 2, column 3)").flaw is Flaw.LIBRARY] == []


@pytest.mark.parametrize(
    ("text", "flaw", "facts"),
    [
        ("= 1", Flaw.STATEMENT, {"line": 1, "column": 1}),
        ("a = 1 2", Flaw.LINE_END, {"line": 1, "column": 7}),
        ("a = ", Flaw.VALUE, {"line": 0, "column": 0}),
        ("[a]\n[a]", Flaw.DECLARED_TWICE, {"name": "a", "line": 2, "column": 3}),
        ("[a.b]\n[a.b]", Flaw.DECLARED_TWICE, {"name": "a.b", "line": 2, "column": 5}),
        ("a = {b = 1}\na.c = 1", Flaw.IMMUTABLE, {"name": "a", "line": 0, "column": 0}),
        ("a = {b = 1, b = 2}", Flaw.INLINE_TWICE, {"name": "b", "line": 1, "column": 18}),
        ("[a", Flaw.TABLE_OPEN, {"sign": "]", "line": 0, "column": 0}),
        ("[[a]\n", Flaw.LIST_OPEN, {"sign": "]]", "line": 1, "column": 4}),
        ('a = "\\q"', Flaw.BACKSLASH, {"line": 1, "column": 8}),
        ('a = "\t\x00"', Flaw.ILLEGAL, {"sign": "'\\x00'", "line": 1, "column": 7}),
        ("a = '''x", Flaw.EXPECTED, {"sign": "\"'''\"", "line": 0, "column": 0}),
    ],
)
def test_syntax(text: str, flaw: Flaw, facts: dict[str, str | int]) -> None:
    with pytest.raises(DataFileError) as error:
        decode(text.encode(), dict[str, int], "x.toml")
    assert (error.value.reason.flaw, error.value.reason.facts) == (flaw, facts)


@pytest.mark.parametrize(
    ("message", "key", "reason"),
    [
        ("Expected `int | null`, got `str` - at `$.a[...].b`", "a[...].b",
         because(Flaw.KIND, kinds=("int",), given="str")),
        ("Expected `int` >= 1", "", because(Flaw.BOUND, kinds=("int",), bound=">=", limit="1")),
        ("Expected `float` > 0.0", "", because(Flaw.BOUND, kinds=("float",), bound=">", limit="0.0")),
        ("Expected `str` matching regex '^a$' - at `$.id`", "id", because(Flaw.PATTERN, pattern="'^a$'")),
        ("Expected `array` of length 3, got 2", "", because(Flaw.LENGTH, limit="3", found="2")),
        ("Invalid enum value 'x' - at `$.level`", "level", because(Flaw.CHOICE, written="'x'")),
        ("Object contains unknown field `x`", "x", because(Flaw.UNKNOWN_KEY, name="x")),
        ("Object missing required field `x` - at `$.a[0]`", "a[0].x", because(Flaw.MISSING_KEY, name="x")),
        ("Integer value out of range", "", because(Flaw.OUT_OF_RANGE)),
        ("JSON is malformed: invalid character (byte 0)", "", because(Flaw.NO_JSON)),
        ("what nobody knows", "", because(Flaw.LIBRARY, words="what nobody knows")),
    ],
)  # fmt: skip
def test_kinds(message: str, key: str, reason: object) -> None:
    assert of_kinds(message) == (key, reason)


def test_a_message_without_a_place() -> None:
    assert of_syntax("what nobody knows") == because(Flaw.LIBRARY, words="what nobody knows")
