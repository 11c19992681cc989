"""The painter of the pictures: every cell where it belongs, nothing fetched from elsewhere."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tests.screens.__main__ import taken
from tests.screens.paint import CELL_WIDTH, MARGIN, TERMINAL, svg
from tests.screens.stories import STORIES

_SVG = "{http://www.w3.org/2000/svg}"


def texts(picture: str) -> list[tuple[float, str, str]]:
    """(column, text, colour) of every text."""
    return [
        (
            round((float(one.get("x", "0")) - MARGIN) / CELL_WIDTH, 2),
            "".join(one.itertext()),
            one.get("fill", ""),
        )
        for one in ElementTree.fromstring(picture).iter(f"{_SVG}text")
    ]


def painted(*segments: tuple[str, Style]) -> str:
    return svg([Strip([Segment(text, style) for text, style in segments])], TERMINAL, "<a title>")


def test_a_wide_character_stands_on_its_own_cell_and_moves_nothing() -> None:
    assert [
        (at, text)
        for at, text, _ink in texts(
            painted(
                ("ab中文cd", Style()),
            )
        )
    ] == [
        (0, "ab"),
        (2, "中"),
        (4, "文"),
        (6, "cd"),
    ]


def test_runs_of_blanks_keep_their_width() -> None:
    found = [
        (at, text)
        for at, text, _ink in texts(
            painted(
                ("a b   c", Style()),
            )
        )
    ]
    assert found == [(0, "a b"), (6, "c")]


def test_reverse_dim_and_the_terminals_own_colours_are_drawn() -> None:
    picture = painted(("x", Style(reverse=True)), ("y", Style(color="cyan")), ("z", Style(dim=True)))
    inks = {text: ink for _at, text, ink in texts(picture)}
    assert inks["x"] == TERMINAL.background
    assert inks["y"] == TERMINAL.colours[6]
    assert inks["z"] not in (TERMINAL.foreground, TERMINAL.background)


def test_foreign_text_is_text() -> None:
    assert (
        texts(
            painted(
                ("<&>", Style()),
            )
        )[0][1]
        == "<&>"
    )


@pytest.mark.parametrize("name", ["03-refused-80x24", "17-mid-session-zh_CN-80x24"])
async def test_a_story_ends_with_the_same_picture_every_time(name: str) -> None:
    story = next(one for one in STORIES if one.name == name)
    first = await taken(story)
    assert first == await taken(story)
    assert "http" not in first.replace("http://www.w3.org/2000/svg", "")
    assert any("@" in text for _at, text, _ink in texts(first))
