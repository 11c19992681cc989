"""A page alone in an app of its own: shown at a size, driven by keys, read as text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Generic, TypeVar

from rich.style import Style
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Static

from tui.ui.ground import Ground
from tui.ui.look import NIGHT, THEMES, UNICODE, Glyphs
from tui.ui.private import KeysInOrder, LineFilter
from tui.ui.screens.page import Page
from tui.words import language

Result = TypeVar("Result")
SIZES = {"80x24": (80, 24), "120x36": (120, 36)}


class Alone(KeysInOrder[None], Generic[Result], inherit_bindings=False):
    """``result`` is what the page answered, ``asked`` what it wanted of others."""

    CSS = "Screen { background: $background; }"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, page: Page[Result], theme: str = NIGHT.name, glyphs: Glyphs = UNICODE) -> None:
        super().__init__()
        for one in THEMES:
            self.register_theme(one)
        self.theme = theme
        self.glyphs = glyphs
        self.page = page
        self.answered = False
        self.result: Result | None = None
        self.asked: list[str] = []

        self._ground = Ground()

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._ground]

    def compose(self) -> ComposeResult:
        yield Static("the wire\n" * 60, markup=False)

    def on_mount(self) -> None:
        self.push_screen(self.page, self._answered)

    def _answered(self, result: Result | None) -> None:
        self.answered, self.result = True, result

    def action_ask(self, action: str) -> None:
        self.asked.append(action)


@asynccontextmanager
async def shown(
    page: Page[Result], size: tuple[int, int] = (80, 24), theme: str = NIGHT.name, glyphs: Glyphs = UNICODE
) -> AsyncIterator[tuple[Pilot[None], Alone[Result]]]:
    app = Alone(page, theme, glyphs)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot, app


def strips(app: App[Any]) -> list[Strip]:
    """The whole screen as it goes to the terminal, after all filters."""
    return app.screen._compositor.render_strips()


def rows(app: App[Any]) -> list[str]:
    return [strip.text.rstrip() for strip in strips(app)]


def styles(app: App[Any]) -> list[Style]:
    return [segment.style for strip in strips(app) for segment in strip if segment.style is not None]


def controls(app: App[Any]) -> str:
    """Every character on the screen that a terminal could take for a command."""
    return "".join(char for row in rows(app) for char in row if not char.isprintable())


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """In this language, as if it had been chosen at the start."""
    before = language.current()
    language.use(code)
    try:
        yield
    finally:
        language.use(before)


async def typed(pilot: Pilot[None], text: str) -> None:
    """Type these characters, one key each."""
    for char in text:
        await pilot.press("space" if char == " " else char)
