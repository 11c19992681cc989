"""A screen as SVG: one rectangle per filled run, one text per run of letters, every cell where it belongs.

No two fonts agree on the width of Chinese characters and of line drawing: so each wide character is an
element of its own, at its own cell. A picture refers to nothing outside itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

CELL_WIDTH, CELL_HEIGHT = 12.2, 24.4  # pixels; DejaVu Sans Mono is 0.602 as wide as high
FONT_SIZE, WIDE_FONT_SIZE = 20.27, 23.0
MARGIN = 12
_BASELINE, _WIDE_BASELINE = 18.2, 19.4
_MONO = "DejaVu Sans Mono, monospace"
_WIDE = "Noto Sans CJK SC, Noto Sans SC, sans-serif"


@dataclass(frozen=True, slots=True)
class Palette:
    """What a terminal shows where a program leaves the choice to it."""

    foreground: str
    background: str
    colours: Sequence[str]  # the eight


#: A dark terminal, as most people have it.
TERMINAL = Palette(
    "#d0d0d0",
    "#101010",
    ("#1c1c1c", "#d75f5f", "#6fae5a", "#c9a04c", "#5f87d7", "#af87af", "#52b0b5", "#d0d0d0"),
)


def svg(strips: Sequence[Strip], palette: Palette, title: str) -> str:
    """The rows of a screen, top to bottom."""
    columns = max((strip.cell_length for strip in strips), default=0)
    width = columns * CELL_WIDTH + 2 * MARGIN
    height = len(strips) * CELL_HEIGHT + 2 * MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>text {{ font: {FONT_SIZE}px {_MONO}; white-space: pre }} "
        f".w {{ font: {WIDE_FONT_SIZE}px {_WIDE} }} .b {{ font-weight: bold }}</style>",
        f'<rect width="{width:g}" height="{height:g}" fill="{_backdrop(strips, palette)}"/>',
    ]
    for row, strip in enumerate(strips):
        lines += _row(strip, MARGIN + row * CELL_HEIGHT, palette)
    return "\n".join([*lines, "</svg>", ""])


def _backdrop(strips: Sequence[Strip], palette: Palette) -> str:
    """The margin has the colour of the last cell of the screen."""
    segments = list(strips[-1]) if strips else []
    style = segments[-1].style if segments else None
    return _inks(style or Style(), palette)[1]


def _row(strip: Strip, top: float, palette: Palette) -> Iterable[str]:
    segments = _joined(strip)
    column = 0
    rectangles: list[str] = []
    texts: list[str] = []
    for segment in segments:
        style = segment.style or Style()
        cells = cell_len(segment.text)
        ink, ground = _inks(style, palette)
        left = MARGIN + column * CELL_WIDTH
        rectangles.append(
            f'<rect x="{left:.2f}" y="{top:.2f}" width="{cells * CELL_WIDTH:.2f}" '
            f'height="{CELL_HEIGHT + 0.3:.2f}" fill="{ground}"/>'
        )
        texts += _texts(segment.text, column, top, ink, bold=bool(style.bold))
        column += cells
    return [*rectangles, *texts]


def _joined(strip: Strip) -> list[Segment]:
    return list(Segment.simplify(strip))


def _texts(text: str, column: int, top: float, ink: str, *, bold: bool) -> Iterable[str]:
    """Narrow letters together, each wide one alone, blanks not at all."""
    word = ""
    start = column
    for char in text:
        size = cell_len(char)
        if size == 2:
            yield from _text(word, start, top, ink, bold=bold)
            yield from _text(char, column, top, ink, bold=bold, wide=True)
            word, start = "", column + size
        elif char == " " and word.endswith(" "):  # renderers make one blank of several
            yield from _text(word, start, top, ink, bold=bold)
            word, start = "", column + size
        else:
            word += char
        column += size
    yield from _text(word, start, top, ink, bold=bold)


def _text(text: str, column: int, top: float, ink: str, *, bold: bool, wide: bool = False) -> Iterable[str]:
    blanks = len(text) - len(text.lstrip(" "))
    text, column = text.strip(" "), column + blanks
    if not text:
        return
    classes = " ".join(name for name, given in (("w", wide), ("b", bold)) if given)
    shape = f' class="{classes}"' if classes else ""
    left = MARGIN + column * CELL_WIDTH
    baseline = _WIDE_BASELINE if wide else _BASELINE
    length = f' textLength="{cell_len(text) * CELL_WIDTH:.2f}"' if not wide else ""
    yield (f'<text x="{left:.2f}" y="{top + baseline:.2f}" fill="{ink}"{length}{shape}>{escape(text)}</text>')


def _inks(style: Style, palette: Palette) -> tuple[str, str]:
    """Colour of the letters and of what is behind them."""
    ink = _hex(style.color, palette.foreground, palette)
    ground = _hex(style.bgcolor, palette.background, palette)
    if style.reverse:
        ink, ground = ground, ink
    if style.dim:
        ink = _mixed(ink, ground)
    return ink, ground


def _hex(colour: Color | None, default: str, palette: Palette) -> str:
    if colour is None or colour.is_default:
        return default
    if colour.triplet is not None:
        return colour.triplet.hex
    return palette.colours[(colour.number or 0) % 8]


def _mixed(ink: str, ground: str, share: float = 0.55) -> str:
    parts = [(int(ink[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(one * share + other * (1 - share)):02x}" for one, other in parts)
