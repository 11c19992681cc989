"""``/faults`` and ``/clock``: what goes wrong at the sandbox, chosen while a session runs, and its time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tui.practice import fault_lines
from tui.practice.fault_lines import MisspeltError
from tui.smtp.display import visible
from tui.words import faults
from tui.words.language import current

if TYPE_CHECKING:
    from tui.desk.desk import Desk
    from tui.practice.scenario import Server
    from tui.words.keys import Keys

#: What takes faults away: one by its number, or all.
OFF: Final = "off"
#: How far the clock goes at a key, in seconds.
STEP: Final = 300.0


def at_hand(desk: Desk) -> str | None:
    """Why nothing can be changed now; None: it can."""
    if desk.sandbox is None:
        return faults.not_here()
    return faults.not_in_exercise() if desk.lesson is not None else None


def listed(desk: Desk) -> list[str]:
    """``/faults`` alone, in line mode: what goes wrong now, what else could, and how that is said."""
    if desk.sandbox is None:
        return [faults.not_here()]
    server = desk.sandbox.scenario
    rows = [
        f"{number}  {visible(fault_lines.spelt(one))}  {faults.effect(one)}"
        for number, one in enumerate(fault_lines.troubles(server), start=1)
    ]
    names = [f"/faults {name}  {about}" for name, about in scenarios()]
    return [faults.heading(name_of(server), len(rows)), *rows, *names, *faults.usage()]


def choose(desk: Desk, argument: str, keys: Keys) -> list[str]:
    """A scenario by its name, one more fault as ``--fault`` spells it, or ``off``: what there is to say."""
    hindrance = at_hand(desk)
    if hindrance is not None or desk.sandbox is None:
        return [hindrance or faults.not_here()]
    before = desk.sandbox.scenario
    try:
        after = _changed(before, argument.strip())
    except MisspeltError as error:
        return [faults.misspelt(error)]
    except LookupError:
        return [faults.unknown(argument.strip(), [name for name, _about in scenarios()])]
    desk.sandbox.become(after)
    return faults.changed(before, after, keys)


def step_clock(desk: Desk, argument: str) -> list[str]:
    """Let time pass at the sandbox, ``STEP`` seconds or so many as are named: what there is to say."""
    if desk.sandbox is None:
        return [faults.not_here()]
    try:
        seconds = fault_lines.seconds_of(argument) if argument.strip() else STEP
    except MisspeltError as error:
        return [faults.misspelt(error)]
    desk.sandbox.clock.step(seconds)
    return [faults.passed(seconds, desk.sandbox.clock.now)]


def scenarios() -> list[tuple[str, str]]:
    """The names of those that come with the program, and what they are."""
    from tui.sandbox import scenario

    return [(name, scenario.load(name).told(current())) for name in scenario.shipped()]


def name_of(server: Server) -> str:
    """Of its scenario; "" for one that has none."""
    return str(getattr(server, "id", ""))


def clock_of(desk: Desk) -> float | None:
    """The seconds of the sandbox's clock, where anything goes by it or it was stepped."""
    sandbox = desk.sandbox
    if sandbox is None or not (sandbox.scenario.goes_by_clock or sandbox.clock.stepped):
        return None
    return sandbox.clock.now


def _changed(server: Server, argument: str) -> Server:
    """
    Raises:
        MisspeltError: it is no fault.
        LookupError: no scenario of this name, no fault of this number.
    """
    word, _blank, number = argument.partition(" ")
    if "=" in argument:
        return fault_lines.added(server, fault_lines.read(argument))
    if word == OFF:
        if not number.strip():
            return fault_lines.with_none(server)
        if not (number.strip().isascii() and number.strip().isdigit()):
            raise LookupError(number)
        return fault_lines.without(server, int(number))
    from tui.sandbox import scenario

    return scenario.load(argument)
