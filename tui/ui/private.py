"""Every name of Textual 8 that is not public and that we need; ``tests/ui/test_private.py`` holds them to it.

Nothing else in ``tui.ui`` touches a name with a leading underscore, or one that Textual calls internal.
"""

from __future__ import annotations

import codecs
import contextlib
from collections import deque
from collections.abc import Callable
from typing import IO, Any, Protocol, runtime_checkable

from textual import events
from textual.app import App, ReturnType
from textual.drivers import linux_driver
from textual.filter import LineFilter
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.screen import Screen

__all__ = [
    "ArrangeResult",
    "CrashGuard",
    "KeysInOrder",
    "Layout",
    "LineFilter",
    "TakesKeys",
    "WidgetPlacement",
    "forgive_bad_bytes",
    "lay_out_now",
    "outlive_terminal",
    "output_is_queued",
    "set_mouse",
]


def forgive_bad_bytes() -> None:
    """Let the driver read what is not UTF-8 as U+FFFD; one such octet would otherwise end the app from inside
    the input thread (TRAPS 5)."""

    def forgiving(encoding: str) -> Callable[[], codecs.IncrementalDecoder]:
        return lambda: codecs.getincrementaldecoder(encoding)("replace")

    vars(linux_driver)["getincrementaldecoder"] = forgiving


class _Lossy:
    """A terminal to write to that may go away at any moment: what is written then is lost, without an error.
    ``tui.ui.hangup`` is who notices."""

    def __init__(self, terminal: IO[str]) -> None:
        self.fileno = terminal.fileno
        self._terminal = terminal

    def write(self, text: str) -> None:
        with contextlib.suppress(OSError):
            self._terminal.write(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._terminal.flush()


def outlive_terminal(driver: linux_driver.LinuxDriver) -> None:
    """The driver writes in a thread. An error would end that thread, and the app would wait for ever for room
    in its queue."""
    terminal: Any = driver
    terminal._file = _Lossy(terminal._file)


def output_is_queued(app: App[Any]) -> bool:
    """The terminal has not taken yet what was painted: another frame would only stand behind stale ones
    (SPEED §3)."""
    driver = app._driver
    writer = getattr(driver, "_writer_thread", None)
    queue = getattr(writer, "_queue", None)
    return queue is not None and queue.qsize() > 0


def set_mouse(app: App[Any], *, on: bool) -> None:
    """Take the mouse, or leave it to the terminal. Without effect where the app was started without it."""
    driver = app._driver
    switch = getattr(driver, "_enable_mouse_support" if on else "_disable_mouse_support", None)
    if switch is not None and not app.is_headless:
        switch()


def lay_out_now(screen: Screen[Any]) -> None:
    """Lay out and paint what has moved, at once.

    Asked for in the usual way, a layout comes some messages later. Whatever is painted meanwhile makes the
    compositor build its map from the new arrangement; then the layout finds that nothing has moved and paints
    nothing, and widgets stay where they were on the terminal.
    """
    if screen.is_mounted and screen.size:
        screen._clear_arrangement_cache()
        screen._refresh_layout()


@runtime_checkable
class TakesKeys(Protocol):
    """A screen that is given what is typed while it is the one that is shown."""

    @property
    def takes_keys(self) -> bool:
        """Until it does, keys wait; it says so by ``KeysInOrder.go_on_typing``."""

    async def take(self, event: events.Key | events.Paste) -> None:
        """Do all that the key, or the paste, does: the next one is given only then."""


class KeysInOrder(App[ReturnType]):
    """An app that gives each key to the screen on which the one before left it.

    Textual puts a key into the queue of the widget that has the focus when it comes. Keys that come together,
    as they do over a slow line or behind a busy moment, would so reach a page that the first of them has
    closed: lost, or done there a second time.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._typed: deque[events.Key | events.Paste] = deque()
        self._resting = False  # the next key waits for what the last one has begun

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded:
            self.app_focus = True
            self._typed.append(event)
            if not self._resting:
                await self._take_typed()
        else:
            await super().on_event(event)

    def go_on_typing(self) -> None:
        """A screen is ready for what was typed ahead of it."""
        if self._typed and not self._resting:
            self._rest()

    def _rest(self) -> None:
        """Behind what is due in this app by now, such as the answer of a page that was left."""
        self._resting = True
        self.call_next(self._go_on)

    async def _go_on(self) -> None:
        self._resting = False
        await self._take_typed()

    async def _take_typed(self) -> None:
        screen = self.screen
        if not self._typed or not isinstance(screen, TakesKeys) or not screen.takes_keys:
            return
        event = self._typed.popleft()
        if isinstance(event, events.Paste) or not await self._check_bindings(event.key, priority=True):
            await screen.take(event)
        if self._typed or self.screen is not screen:
            self._rest()


class CrashGuard(App[ReturnType]):
    """An app whose end by an error is told by ``report_crash`` alone: Textual's own report prints local
    variables, and with them what was typed (TRAPS 6)."""

    def report_crash(self, error: BaseException | None) -> str:
        """Keep what is needed to mend the error; returns the sentence to leave on the terminal."""
        raise NotImplementedError

    def crash(self, error: Exception) -> None:
        """End because of an error that happened outside Textual's own tasks."""
        self._handle_exception(error)

    def panic(self, *renderables: Any) -> None:
        """An error outside a handler, such as in the input thread: the renderables hold locals and are
        dropped."""
        self._end_by_crash(None)

    def _fatal_error(self) -> None:
        self._end_by_crash(self._exception)

    def _end_by_crash(self, error: BaseException | None) -> None:
        self._return_code = 1
        self._exit_renderables.clear()
        self._exit_renderables.append(self.report_crash(error))
        self._close_messages_no_wait()
