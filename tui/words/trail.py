"""The trail in the strip: what the server has agreed to, never what was typed."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from tui.smtp.phases import Phase
from tui.values import value
from tui.words.language import NC_, pgettext

if TYPE_CHECKING:
    from tui.practice.state import Practice


class StopState(Enum):
    PASSED = "passed"
    PRESENT = "present"  # bold and in brackets
    TO_COME = "to-come"  # quiet


@value
class TrailStop:
    word: str
    state: StopState


_CONNECTED = NC_("trail", "greeted")

#: Which stop is the present one; in the other phases there is none.
_PRESENT = {
    Phase.GREETED: 0,
    Phase.READY: 1,
    Phase.AUTH: 1,
    Phase.TLS: 1,
    Phase.MAIL: 2,
    Phase.RCPT: 3,
    Phase.MESSAGE: 4,
    Phase.CHUNKING: 4,
}


def trail(practice: Practice) -> tuple[TrailStop, ...]:
    """greeted › helo › [mail] › rcpt › data, with the verb that was accepted in the second place."""
    present = _PRESENT.get(practice.phase, -1)
    verb = (practice.helo or ("LHLO" if practice.lmtp else "HELO")).lower()
    words = (pgettext("trail", _CONNECTED), verb, "mail", "rcpt", "data")
    return tuple(TrailStop(word, _state(n, present)) for n, word in enumerate(words))


def _state(position: int, present: int) -> StopState:
    if position == present:
        return StopState.PRESENT
    return StopState.PASSED if position < present else StopState.TO_COME
