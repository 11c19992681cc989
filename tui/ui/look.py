"""How everything looks: one table of glyphs, six roles, four themes, and the styles that widgets draw with.

No widget names a colour. It asks the ``Look`` of the active theme for the style of a role
(``words.guide.Tone``); a look holds plain rich styles, so that drawing a row looks nothing up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.strip import Strip
from textual.theme import BUILTIN_THEMES, Theme

from tui.values import value
from tui.words.guide import Run, Tone

if TYPE_CHECKING:
    from tui.practice.state import StepState

# -- glyphs


@value
class Glyphs:
    """Every sign that is not a letter. All are one cell wide, so the ASCII column changes no layout."""

    done: str
    here: str
    to_do: str
    refused: str
    later: str
    waiting: str
    note: str
    inside: str  # along the message, third column of the gutter
    trail: str
    vertical: str
    horizontal: str
    corners: str  # top left, top right, bottom left, bottom right of a dialog

    def of(self, state: StepState) -> str:
        name: str = getattr(self, _GLYPH_OF_STATE[state.value])
        return name

    @property
    def ascii(self) -> bool:
        return self.done.isascii()


#: By the values of ``StepState``: the first frame needs glyphs and no practice.
_GLYPH_OF_STATE = {
    "done": "done",
    "now": "here",
    "to-do": "to_do",
    "refused": "refused",
    "later": "later",
    "waiting": "waiting",
}

#: field, glyph, ASCII. The words beside them stand in ``tui.words``.
_TABLE: tuple[tuple[str, str, str], ...] = (
    ("done", "\u2713", "+"),
    ("here", "\u276f", ">"),
    ("to_do", "\u25e6", "-"),
    ("refused", "\u2717", "x"),
    ("later", "\u21bb", "~"),
    ("waiting", "\u22ef", ":"),
    ("note", "!", "!"),
    ("inside", "\u254e", "|"),
    ("trail", "\u203a", ">"),
    ("vertical", "\u2502", "|"),
    ("horizontal", "\u2500", "-"),
    ("corners", "\u250c\u2510\u2514\u2518", "++++"),
)

UNICODE = Glyphs(**{name: glyph for name, glyph, _ in _TABLE})
ASCII = Glyphs(**{name: plain for name, _, plain in _TABLE})

# -- themes

NIGHT = Theme(
    name="night",
    primary="#8cbfd9",
    secondary="#8f98a6",
    accent="#8cbfd9",
    success="#96c491",
    warning="#e0b56c",
    error="#ec8f84",
    foreground="#d5d9df",
    background="#14171c",
    surface="#1b1f26",
    panel="#1b1f26",
    dark=True,
    variables={"foreground-muted": "#8f98a6", "border-blurred": "#343b46", "border": "#8f98a6"},
)
PAPER = Theme(
    name="paper",
    primary="#17628f",
    secondary="#69707b",
    accent="#17628f",
    success="#2f7a3d",
    warning="#8a5b00",
    error="#b23529",
    foreground="#2a2e35",
    background="#fbfaf6",
    surface="#f2f0ea",
    panel="#f2f0ea",
    dark=False,
    variables={"foreground-muted": "#69707b", "border-blurred": "#d5d1c7", "border": "#69707b"},
)
#: Of the terminal's own palette only what is legible on dark and on light: never bright black, blue or white.
_TERMINAL = {
    "ansi-background": "ansi_default",  # Textual's own rules name these two
    "ansi-foreground": "ansi_default",
    "foreground-muted": "ansi_default",
    "border-blurred": "ansi_default",
    "border": "ansi_default",
    "text-muted": "ansi_default",
    "text-disabled": "ansi_default",
    "surface": "ansi_default",
    "panel": "ansi_default",
}


def _terminal_theme(name: str, primary: str, success: str, warning: str, error: str) -> Theme:
    return Theme(
        name=name,
        ansi=True,
        primary=primary,
        secondary=primary,
        accent=primary,
        success=success,
        warning=warning,
        error=error,
        foreground="ansi_default",
        background="ansi_default",
        variables=dict(_TERMINAL),
    )


SIXTEEN = _terminal_theme("ansi", "ansi_cyan", "ansi_green", "ansi_yellow", "ansi_red")
COLOURLESS = _terminal_theme("none", "ansi_default", "ansi_default", "ansi_default", "ansi_default")
THEMES: tuple[Theme, ...] = (NIGHT, PAPER, SIXTEEN, COLOURLESS)


def names() -> tuple[str, ...]:
    """Every theme that may be asked for: ours, then Textual's own."""
    return (*(theme.name for theme in THEMES), *BUILTIN_THEMES)


# -- the choice at the start

_MANY_COLOURS = ("256color", "direct", "kitty", "alacritty", "ghostty", "wezterm", "foot", "iterm")
_NO_COLOURS = ("vt", "ansi-mono", "xterm-mono", "dumb", "unknown")
#: Terminals whose fonts lack the glyphs of the table.
_PLAIN_GLYPHS = ("linux", "vt", "cons25", "dumb", "unknown")


@value
class Appearance:
    """What the screen starts with. ``theme`` is a name; the app registers ``THEMES`` before it uses it."""

    theme: str
    glyphs: Glyphs


def choose(
    environ: Mapping[str, str],
    *,
    theme: str | None = None,
    setting: str | None = None,
    ascii_only: bool = False,
) -> Appearance:
    """Decide theme and glyphs: the option, then NO_COLOR, then the settings file, then what TERM can do.

    ``theme`` (the option) and ``setting`` were checked by the caller against ``THEMES`` and Textual's own;
    ``ascii_only`` is --ascii or its setting. The caller takes NO_COLOR out of the environment before it makes
    the app: with it Textual would add a filter that turns the terminal's own colours into greys, while the
    theme chosen here sends none.
    """
    term = environ.get("TERM", "").lower()
    plain = ascii_only or term.startswith(_PLAIN_GLYPHS)
    return Appearance(theme or _theme_for(environ, term, setting), ASCII if plain else UNICODE)


def _theme_for(environ: Mapping[str, str], term: str, setting: str | None) -> str:
    if environ.get("NO_COLOR"):
        return COLOURLESS.name
    if setting:
        return setting
    if term.startswith(_NO_COLOURS) or term.endswith("-m"):
        return COLOURLESS.name
    if environ.get("COLORTERM", "").lower() in {"truecolor", "24bit"} or any(
        one in term for one in _MANY_COLOURS
    ):
        return NIGHT.name
    return SIXTEEN.name


# -- styles


@value
class Look:
    """The styles of one theme and one column of glyphs.

    A style sets no background unless it says so: the widget's own shows through.
    """

    glyphs: Glyphs
    ink: Style
    quiet: Style
    you: Style
    good: Style
    later: Style
    refused: Style
    surface: Style  # background of strip and prompt row; empty where only the terminal's own colours are used
    hairline: Style
    cursor: Style  # to be added behind that of the text
    real: Style  # the two filled fields: REAL
    unverified: Style  # and NOT VERIFIED
    dims: bool  # quiet differs from ink on this terminal: a suggestion may be drawn behind the cursor

    def style(self, tone: Tone, bold: bool = False) -> Style:
        """The style of a role. ``Tone.BOLD`` is ink, bold."""
        plain: Style = getattr(self, _STYLE_OF_TONE[tone])
        return plain + _BOLD if bold or tone is Tone.BOLD else plain

    def strip(self, row: Iterable[Run], width: int, base: Style | None = None) -> Strip:
        """One row, cut or padded to ``width`` cells. Neighbours of one style become one run (fewer bytes)."""
        return self.row_strip(((run.text, self.style(run.tone, run.bold)) for run in row), width, base)

    def row_strip(self, row: Iterable[tuple[str, Style]], width: int, base: Style | None = None) -> Strip:
        """The same for texts that have their style already: a cursor, a filled field."""
        strip = Strip([Segment(text, style) for text, style in row]).simplify().adjust_cell_length(width)
        return strip.apply_style(base) if base is not None else strip


_BOLD = Style(bold=True)
_DIM = Style(dim=True)
_REVERSE = Style(reverse=True)
_STYLE_OF_TONE = {tone: "ink" if tone is Tone.BOLD else tone.value for tone in Tone}


def look_of(app: App[Any]) -> Look:
    """The look of the app's active theme and glyphs. Ask again when either has changed."""
    glyphs: Glyphs = getattr(app, "glyphs", UNICODE)  # ASCII may come and go while it runs
    key = (app.theme, glyphs)
    if key not in _LOOKS:
        _LOOKS[key] = look(app.current_theme, glyphs)
    return _LOOKS[key]


_LOOKS: dict[tuple[str, Glyphs], Look] = {}


def look(theme: Theme, glyphs: Glyphs = UNICODE) -> Look:
    """The look of a theme: one of ours, or another of Textual's, made legible where it is not."""
    if theme.ansi:
        return _terminal_look(theme, glyphs)
    return _coloured_look(theme.to_color_system().generate() | theme.variables, glyphs)


def _terminal_look(theme: Theme, glyphs: Glyphs) -> Look:
    """Only the terminal's own colours, and only those that hold on dark and on light. Without any colour the
    roles that warn are bold instead."""
    if theme.name == COLOURLESS.name:
        you, good, later, refused = Style(), Style(), _BOLD, _BOLD
    else:
        you, good, later, refused = (Style(color=name) for name in ("cyan", "green", "yellow", "red"))
    return Look(
        glyphs=glyphs,
        ink=Style(),
        quiet=_DIM,
        you=you,
        good=good,
        later=later,
        refused=refused,
        surface=Style(),
        hairline=_DIM,
        cursor=_REVERSE,
        real=later + _BOLD + _REVERSE,
        unverified=refused + _BOLD + _REVERSE,
        dims=not glyphs.ascii,
    )


#: Text below this contrast (WCAG 2, AA) is taken from the next variable, else mixed with the foreground.
_LEGIBLE = 4.5


def _coloured_look(variables: Mapping[str, str], glyphs: Glyphs) -> Look:
    background = Color.parse(variables["background"])

    foreground = background + Color.parse(variables["foreground"])

    def legible(*names: str) -> Color:
        colours = [background + Color.parse(variables[name]) for name in names]
        colours += [colours[0].blend(foreground, step / 10) for step in range(1, 11)]
        return next((one for one in colours if contrast(one, background) >= _LEGIBLE), foreground)

    def ink_of(colour: Color) -> Style:
        return Style(color=colour.rich_color)

    def filled(colour: Color) -> Style:
        return Style(color=background.rich_color, bgcolor=colour.rich_color, bold=True)

    later = legible("warning", "text-warning")
    refused = legible("error", "text-error")
    return Look(
        glyphs=glyphs,
        ink=ink_of(foreground),
        quiet=ink_of(legible("foreground-muted")),
        you=ink_of(legible("primary", "text-primary")),
        good=ink_of(legible("success", "text-success")),
        later=ink_of(later),
        refused=ink_of(refused),
        surface=Style(bgcolor=Color.parse(variables["surface"]).rich_color),
        hairline=ink_of(background + Color.parse(variables["border-blurred"])),
        cursor=Style(color=background.rich_color, bgcolor=foreground.rich_color),
        real=filled(later),
        unverified=filled(refused),
        dims=True,
    )


def contrast(one: Color, other: Color) -> float:
    """Contrast of two opaque colours by WCAG 2: 1 (none) to 21."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
