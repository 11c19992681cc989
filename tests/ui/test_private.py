"""Names of Textual that are not public: that they are there, and do what we rely on."""

from __future__ import annotations

import inspect
import os
import re
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.drivers import linux_driver
from textual.drivers._writer_thread import WriterThread
from textual.filter import LineFilter
from textual.layout import Layout, WidgetPlacement
from textual.screen import Screen

from tests.ui.sitting import sitting
from tui.ui import private
from tui.ui.app import TutorApp
from tui.ui.screens.session import SessionScreen
from tui.ui.widgets.guide import GuideSheet
from tui.ui.widgets.prompt import PromptLine
from tui.ui.widgets.rows import Rows
from tui.ui.widgets.wire import Wire

UI = Path(private.__file__).parent
#: A private attribute of something else than ``self``.
FOREIGN = re.compile(r"(?:(?<!self)(?<!cls)\b|\))\._[a-z]\w*")


def test_they_are_there() -> None:
    assert "getincrementaldecoder" in vars(linux_driver)
    assert inspect.signature(WriterThread.__init__).parameters.keys() == {"self", "file"}
    assert "self._file = sys.__stderr__" in inspect.getsource(linux_driver.LinuxDriver.__init__)
    assert {"_enable_mouse_support", "_disable_mouse_support"} <= set(dir(linux_driver.LinuxDriver))
    assert {"_fatal_error", "_handle_exception", "_close_messages_no_wait"} <= set(dir(App))
    assert {"_clear_arrangement_cache", "_refresh_layout"} <= set(dir(Screen))
    assert {"_return_code", "_exit_renderables", "_driver", "_exception"} <= set(vars(App()))
    assert LineFilter.apply.__isabstractmethod__  # type: ignore[attr-defined]
    assert {"region", "offset", "margin", "widget"} <= set(WidgetPlacement._fields)
    assert Layout.arrange.__isabstractmethod__  # type: ignore[attr-defined]


def test_the_decoder_of_the_driver_forgives() -> None:
    private.forgive_bad_bytes()
    decode = vars(linux_driver)["getincrementaldecoder"]("utf-8")().decode
    assert decode(b"caf\xe9!") == "caf\ufffd!"
    assert decode(b"\xe2\x9d") + decode(b"\xaf") == "❯"


def test_a_terminal_that_is_gone_ends_no_writer() -> None:
    class Gone:
        fileno = 0

        def write(self, text: str) -> None:
            raise OSError(5, "Input/output error")

        def flush(self) -> None:
            raise OSError(5, "Input/output error")

    class Driver:
        _file: Any = Gone()

    driver: Any = Driver()
    private.outlive_terminal(driver)
    writer = WriterThread(driver._file)
    writer.start()
    for _ in range(100):  # more than its queue holds
        writer.write("x")
    writer.stop()


def test_queued_output_is_seen() -> None:
    class Driver:
        _writer_thread: WriterThread

    app: Any = App()
    assert not private.output_is_queued(app)
    with Path(os.devnull).open("w") as nowhere:
        app._driver = Driver()
        app._driver._writer_thread = WriterThread(nowhere)  # never started: nothing is taken out of its queue
        assert not private.output_is_queued(app)
        app._driver._writer_thread.write("x")
        assert private.output_is_queued(app)


async def test_a_layout_of_boxes_is_taken() -> None:
    """Textual's styles know no layouts but its own; the screen's property is what it asks."""
    async with sitting(size=(120, 36)) as sat:
        session = sat.app.session
        assert session.guide.region == (64, 1, 56, 34)
        assert session.prompt.region.y == session.wire.region.bottom


def test_nothing_else_touches_them() -> None:
    for file in UI.rglob("*.py"):
        if file.name != "private.py":
            found = FOREIGN.findall(file.read_text(encoding="utf-8"))
            assert not found, f"{file.name}: {found}"


@pytest.mark.parametrize("ours", [Wire, PromptLine, Rows, GuideSheet, SessionScreen, TutorApp])
def test_no_private_name_of_ours_is_one_of_theirs(ours: type) -> None:
    """A name with an underscore that both have would be a bug that no type checker sees."""
    theirs = next(one for one in ours.__mro__ if one.__module__.startswith("textual"))
    taken = set(dir(theirs)) | set(vars(theirs()))
    source = inspect.getsource(ours)
    used = set(re.findall(r"self\.(_[a-z]\w*)[^\n=]*=[^=]", source)) | set(
        re.findall(r"def (_[a-z]\w*)", source)
    )
    assert not used & taken
