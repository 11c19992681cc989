"""How an action is asked for: by its key on the split screen, by its typed name in line mode."""

from __future__ import annotations

from tui.values import value
from tui.words.commands import action


@value
class Keys:
    hint: str
    fill: str
    connect: str
    clock: str  # time passes at the sandbox
    inbox: str
    quit: str
    learn: str
    solution: str
    map: str  # from the finish of an exercise


def _named(typed: bool) -> Keys:
    of = {
        id: action(id).key if action(id).key and not typed else f"/{action(id).typed}"
        for id in ("hint", "fill", "connect", "clock", "inbox", "quit", "learn", "solution")
    }
    if typed:
        return Keys(**of, map=of["learn"])
    return Keys(**(of | {"solution": of["fill"]}), map="Esc")  # F4 once it is solved


#: For the split screen.
PRESSED = _named(typed=False)
#: For line mode.
TYPED = _named(typed=True)
