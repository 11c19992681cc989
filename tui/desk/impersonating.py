"""``/personality``: whose words and habits the sandbox has from the next connection on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.words import personalities
from tui.words.language import current

if TYPE_CHECKING:
    from tui.desk.desk import Desk
    from tui.words.keys import Keys


def at_hand(desk: Desk) -> str | None:
    """Why it cannot be another one now; None: it can."""
    if desk.speaks_as is None:
        return personalities.not_here()
    return personalities.not_in_exercise() if desk.lesson is not None else None


def known() -> list[tuple[str, str]]:
    """The names of those that come with the program, and who they are."""
    from tui.sandbox import personality

    return [(name, personality.load(name).told(current())) for name in personality.shipped()]


def listed(desk: Desk) -> list[str]:
    """``/personality`` alone, in line mode."""
    if desk.speaks_as is None:
        return [personalities.not_here()]
    rows = [f"{name}  {about}" for name, about in known()]
    return [personalities.heading(desk.speaks_as), *rows, personalities.usage()]


def choose(desk: Desk, argument: str, keys: Keys) -> list[str]:
    """One by its name: what there is to say."""
    hindrance, name = at_hand(desk), argument.strip().lower()
    if hindrance is not None:
        return [hindrance]
    try:
        return desk.bench.speak_as(name, keys)
    except KeyError:
        return [personalities.unknown(argument.strip(), [one for one, _about in known()])]
