"""``/faults``, ``/scenario`` and ``/clock``: what goes wrong at the sandbox, chosen while a session runs, and
its time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tui.desk import scenarios
from tui.desk.scenarios import NoScenarioError, name_of
from tui.practice import fault_lines
from tui.practice.fault_lines import MisspeltError
from tui.smtp.display import visible
from tui.words import faults

if TYPE_CHECKING:
    from tui.desk.bench import Bench
    from tui.desk.desk import Desk
    from tui.words.keys import Keys

#: Before a number, or alone for all of them.
ON: Final = "on"
OFF: Final = "off"
AWAY: Final = "del"
#: How far the clock goes at a key, in seconds.
STEP: Final = 300.0


def at_hand(desk: Desk) -> str | None:
    """Why nothing can be changed now; None: it can."""
    if desk.sandbox is None:
        return faults.not_here()
    return faults.not_in_exercise() if desk.lesson is not None else None


def listed(desk: Desk) -> list[str]:
    """``/faults`` alone, in line mode: what goes wrong now, and how that is said."""
    if desk.sandbox is None:
        return [faults.not_here()]
    bench = desk.bench
    rows = [
        f"{number}  {faults.state(on=one.on)}  {visible(fault_lines.spelt(one.trouble))}  "
        f"{faults.effect(one.trouble)}"
        for number, one in enumerate(bench.switches, start=1)
    ]
    return [_heading(bench), *rows, *faults.usage()]


def scenarios_listed(desk: Desk) -> list[str]:
    """``/scenario`` alone, in line mode: which there are."""
    if desk.sandbox is None:
        return [faults.not_here()]
    names = [f"{name}  {about}" for name, about in scenarios.known()]
    return [_heading(desk.bench), *names, faults.scenario_usage()]


def choose(desk: Desk, argument: str, keys: Keys) -> list[str]:
    """A fault as ``--fault`` spells it, one more or in place of a numbered one; ``on``, ``off`` and ``del``;
    or a scenario: what there is to say."""
    hindrance, argument = at_hand(desk), argument.strip()
    if hindrance is not None:
        return [hindrance]
    try:
        return _chosen(desk.bench, argument, keys)
    except MisspeltError as error:
        return [faults.misspelt(error)]
    except IndexError:
        return [faults.no_number(argument, len(desk.bench.switches))]
    except NoScenarioError:
        return [faults.unknown(argument, [name for name, _about in scenarios.known()])]


def choose_scenario(desk: Desk, argument: str, keys: Keys) -> list[str]:
    """One by its name, or from a file: what there is to say."""
    hindrance = at_hand(desk)
    if hindrance is not None:
        return [hindrance]
    try:
        return desk.bench.take(scenarios.named(argument.strip()), keys)
    except NoScenarioError as error:
        return [str(error)]


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


def clock_of(desk: Desk) -> float | None:
    """The seconds of the sandbox's clock, where anything goes by it or it was stepped."""
    sandbox = desk.sandbox
    if sandbox is None or not (sandbox.scenario.goes_by_clock or sandbox.clock.stepped):
        return None
    return sandbox.clock.now


def _heading(bench: Bench) -> str:
    return faults.heading(name_of(bench.server), bench.speaks_as, sum(one.on for one in bench.switches))


def _chosen(bench: Bench, argument: str, keys: Keys) -> list[str]:
    """
    Raises:
        MisspeltError: it is no fault.
        NoScenarioError: no scenario.
        IndexError: no fault of this number.
    """
    word, _blank, rest = argument.partition(" ")
    rest = rest.strip()
    if word in {ON, OFF} and rest:
        return bench.switch(_number(rest), keys, on=word == ON)
    if word in {ON, OFF}:
        return bench.switch_all(keys, on=word == ON)
    if word == AWAY:
        return bench.take_away(_number(rest), keys) if rest else bench.take_all_away(keys)
    if "=" not in argument:
        return bench.take(scenarios.named(argument), keys)
    if word.isascii() and word.isdigit() and rest:
        return bench.change(_number(word), rest, keys)
    return bench.add(argument, keys)


def _number(text: str) -> int:
    """
    Raises:
        IndexError: it is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise IndexError(text)
    return int(text)
