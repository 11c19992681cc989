"""The pages over the real session: what was typed is kept, and every way leads back to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.screens.stage import Stage, StoryClock, staged
from tests.ui.pages import rows
from tui.desk.options import Options
from tui.ui.app import TutorApp
from tui.ui.look import UNICODE, Appearance
from tui.ui.screens.commands import CommandsPage
from tui.ui.screens.compose import ComposePage
from tui.ui.screens.help import HelpPage
from tui.ui.screens.inbox import InboxPage
from tui.words import language

TO_DATA = ("HELO client.example", "MAIL FROM:<alice@example.org>", "RCPT TO:<bob@sandbox.test>", "DATA")


@asynccontextmanager
async def session(size: tuple[int, int] = (80, 24)) -> AsyncIterator[Stage]:
    app = TutorApp(Options(), Appearance("night", UNICODE))
    clock = StoryClock()
    with staged(clock):
        async with app.run_test(size=size) as pilot:
            stage = Stage(app, pilot, clock)
            await stage.begun()
            yield stage
            await stage.left()


async def test_help_stands_over_compose_and_the_draft_is_still_there() -> None:
    async with session() as stage:
        await stage.press("f3")
        await stage.paste("Subject: hi")
        await stage.press("f1")
        assert isinstance(stage.app.screen, HelpPage)
        await stage.press("escape")
        assert isinstance(stage.app.screen, ComposePage)
        assert any("1 Subject: hi" in row for row in rows(stage.app))


async def test_a_draft_outlives_every_way_out_of_compose() -> None:
    async with session() as stage:
        await stage.press("f3")
        await stage.paste("Subject: hi")
        await stage.press("ctrl+p")
        assert isinstance(stage.app.screen, CommandsPage)
        await stage.press("escape", "f3")
        assert any("1 Subject: hi" in row for row in rows(stage.app))
        await stage.press("escape", "f3")
        assert any("1 Subject: hi" in row for row in rows(stage.app))


async def test_a_draft_written_before_data_is_sent_with_its_dots_stuffed_and_read_in_the_inbox() -> None:
    async with session() as stage:
        await stage.press("f3")
        await stage.paste("Subject: hi\n\n.hidden")
        await stage.press("f3")
        assert isinstance(stage.app.screen, ComposePage)
        await stage.press("escape")
        await stage.say(*TO_DATA)
        await stage.press("f3", "f3")
        assert any("..hidden" in row for row in rows(stage.app))
        await stage.say(".")
        await stage.press("f7")
        assert isinstance(stage.app.screen, InboxPage)
        assert any("❯ 1" in row and "hi" in row for row in rows(stage.app))
        await stage.press("enter", "right", "right")
        assert any("sent as ..hidden" in row for row in rows(stage.app))
        await stage.press("escape", "escape")
        assert stage.app.screen is stage.app.session


async def test_the_language_is_changed_from_help() -> None:
    async with session() as stage:
        try:
            await stage.press("f1", "l", "down", "enter")
            assert any("步骤" in row for row in rows(stage.app))
        finally:
            language.use("en")


async def test_the_inbox_shows_what_was_just_sent() -> None:
    async with session() as stage:
        await stage.press("f7")
        assert any("has received nothing yet" in row for row in rows(stage.app))
        await stage.press("escape")
        await stage.say(*TO_DATA, "Subject: one", "", ".")
        await stage.press("f7")
        assert any("1 mail" in row for row in rows(stage.app))
