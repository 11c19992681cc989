"""Glyphs, roles and themes: equally wide in ASCII, legible, and said without colour too."""

from __future__ import annotations

import unicodedata
from dataclasses import astuple, fields

import pytest
from rich.cells import cell_len
from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from tui.practice.state import StepState
from tui.ui.look import (
    ASCII,
    COLOURLESS,
    NIGHT,
    PAPER,
    SIXTEEN,
    THEMES,
    UNICODE,
    Look,
    choose,
    contrast,
    look,
)
from tui.words.guide import Run, Tone

COLOURED = [theme for theme in (*THEMES, *BUILTIN_THEMES.values()) if not theme.ansi]


def test_each_ascii_glyph_is_ascii_and_as_wide_as_its_original() -> None:
    assert "".join(astuple(ASCII)).isascii()
    assert list(map(cell_len, astuple(ASCII))) == list(map(cell_len, astuple(UNICODE)))


def test_no_state_is_told_by_a_glyph_of_ambiguous_width_nor_by_that_of_another() -> None:
    for glyphs in (UNICODE, ASCII):
        states = [glyphs.of(state) for state in StepState]
        assert len(set(states)) == len(states)
        assert all(unicodedata.east_asian_width(glyph) in ("N", "Na") for glyph in states)


def contrasts(theme: Theme) -> dict[str, float]:
    variables = theme.to_color_system().generate() | theme.variables
    background = Color.parse(variables["background"])
    of = look(theme)

    def colour(style: Style) -> Color:
        assert style.color is not None
        return Color.from_rich_color(style.color)

    return {
        role: contrast(colour(getattr(of, role)), background)
        for role in ("ink", "quiet", "you", "good", "later", "refused")
    }


def test_night_and_paper_have_the_contrast_that_was_promised() -> None:
    night, paper = contrasts(NIGHT), contrasts(PAPER)
    assert (round(night["ink"], 1), round(night["quiet"], 1)) == (12.7, 6.2)
    assert (round(paper["ink"], 1), round(paper["quiet"], 1)) == (13.1, 4.8)
    warm = [theme[role] for theme in (night, paper) for role in ("you", "good", "later", "refused")]
    assert round(min(warm), 1) >= 5.1


@pytest.mark.parametrize("theme", COLOURED, ids=lambda theme: theme.name)
def test_every_role_is_legible_in_every_theme(theme: Theme) -> None:
    assert min(contrasts(theme).values()) >= 4.5


def styles(of: Look) -> list[Style]:
    return [value for field in fields(of) if isinstance(value := getattr(of, field.name), Style)]


def test_sixteen_colours_are_never_bright_never_blue_and_set_no_background() -> None:
    for style in styles(look(SIXTEEN)):
        assert style.bgcolor is None
        assert style.color is None or style.color.number in {1, 2, 3, 6}


def test_without_colour_only_bold_dim_and_reverse_are_left() -> None:
    of = look(COLOURLESS)
    assert all(style.color is None and style.bgcolor is None for style in styles(of))
    assert of.style(Tone.REFUSED) == of.style(Tone.LATER) == Style(bold=True)
    assert of.real.reverse
    assert of.unverified.reverse


def test_no_style_is_italic_or_underlined_and_reverse_is_for_the_cursor_alone() -> None:
    for theme in (*THEMES, *BUILTIN_THEMES.values()):
        for style in styles(look(theme)):
            assert not (style.italic or style.underline or style.blink)
    for theme in (SIXTEEN, COLOURLESS):
        of = look(theme)
        assert [style for style in styles(of) if style.reverse] == [of.cursor, of.real, of.unverified]


def test_a_row_is_cut_and_padded_to_its_width_and_styled_by_role() -> None:
    of = look(NIGHT)
    row = (Run("550", Tone.REFUSED, True), Run(" ", Tone.INK), Run("no", Tone.INK))
    strip = of.strip(row, 8)
    assert strip.text == "550 no  "
    assert [segment.style for segment in strip][:2] == [of.refused + Style(bold=True), of.ink]
    assert of.strip(row, 3).text == "550"


@pytest.mark.parametrize(
    ("environ", "setting", "theme"),
    [
        ({"TERM": "xterm-256color"}, None, "night"),
        ({"TERM": "xterm-kitty"}, None, "night"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, None, "night"),
        ({"TERM": "xterm"}, None, "ansi"),
        ({"TERM": "linux"}, None, "ansi"),
        ({"TERM": "vt100"}, None, "none"),
        ({"TERM": "xterm"}, "paper", "paper"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "paper", "none"),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, None, "night"),
    ],
)
def test_the_theme_follows_no_color_then_the_settings_then_the_terminal(
    environ: dict[str, str], setting: str | None, theme: str
) -> None:
    assert choose(environ, setting=setting).theme == theme
    assert choose(environ, theme="dracula", setting=setting).theme == "dracula"


def test_plain_glyphs_where_asked_for_and_where_fonts_lack_the_others() -> None:
    assert choose({"TERM": "xterm-256color"}).glyphs is UNICODE
    assert choose({"TERM": "xterm-256color"}, ascii_only=True).glyphs is ASCII
    assert choose({"TERM": "linux"}).glyphs is ASCII
    assert not look(COLOURLESS, ASCII).dims
    assert look(COLOURLESS).dims
