"""Says how long a reply has been due: soon at first, then ever more seldom."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from tui.net.session import Waiting
from tui.smtp.display import visible
from tui.smtp.events import AuthResponseSent, BodyEnded, CommandSent, GreetingAwaited, TlsStarted
from tui.words.language import gettext as _

#: Seconds after which it is said; then every ``_EVERY``.
_FIRST: Final = (2.0, 10.0, 30.0)
_EVERY: Final = 60.0


class WaitingNotes:
    """Call ``attend`` after whatever happened.

    Args:
        waiting: the reply that is due now, and since when on the clock ``elapsed``.
        say: gets the sentence.
        can_cancel: how the person may give up, as a sentence, or "".
    """

    def __init__(
        self,
        waiting: Callable[[], Waiting | None],
        elapsed: Callable[[], float],
        say: Callable[[str], None],
        *,
        can_cancel: str = "",
    ) -> None:
        self._waiting = waiting
        self._elapsed = elapsed
        self._say = say
        self._can_cancel = can_cancel
        self._about: Waiting | None = None
        self._timer: asyncio.TimerHandle | None = None

    def attend(self) -> None:
        """Begin, go on or stop counting."""
        waiting = self._waiting()
        if waiting is self._about:
            return
        self.stop()
        self._about = waiting
        if waiting is not None:
            self._schedule(waiting)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._about = None

    def _schedule(self, waiting: Waiting) -> None:
        passed = self._elapsed() - waiting.since
        due = next((one for one in _FIRST if one > passed), None)
        if due is None:
            due = (passed // _EVERY + 1) * _EVERY
        self._timer = asyncio.get_running_loop().call_later(due - passed, self._remind, waiting)

    def _remind(self, waiting: Waiting) -> None:
        self._timer = None
        if self._waiting() is not waiting:
            self.attend()
            return
        passed = self._elapsed() - waiting.since
        sentence = _("waiting for {what}, {passed} s of {limit} s").format(
            what=_awaited(waiting), passed=round(passed), limit=round(waiting.limit)
        )
        self._say(_("; ").join(filter(None, (sentence, self._can_cancel))))
        self._schedule(waiting)


def _awaited(waiting: Waiting) -> str:
    match waiting.to:
        case GreetingAwaited():
            return _("the greeting; the server has not said anything yet")
        case CommandSent(command=command):
            return _("the reply to {command}").format(command=visible(command.verb or command.data[:20]))
        case AuthResponseSent():
            return _("the reply to the login")
        case BodyEnded():
            return _("the reply to the final dot; it is not sent again")
        case TlsStarted():
            return _("the TLS handshake")
