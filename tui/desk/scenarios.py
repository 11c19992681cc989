"""Scenarios of the sandbox by name or from a file, as ``--scenario`` and ``/scenario`` take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.store.paths import expanded
from tui.words import data_files
from tui.words.language import current
from tui.words.language import gettext as _
from tui.words.prose import enumerated, quoted
from tui.words.reasons import reason

if TYPE_CHECKING:
    from tui.practice.scenario import Server


class NoScenarioError(ValueError):
    """The sentence that says why, without its full stop."""


def known() -> list[tuple[str, str]]:
    """The names of those that come with the program, and what they are."""
    from tui.sandbox import scenario

    return [(name, scenario.load(name).told(current())) for name in scenario.shipped()]


def to_take(now: Server) -> list[tuple[Server, str, str]]:
    """Those that come with the program, and the present one where it came from a file; with their names and
    what they are."""
    from tui.sandbox import scenario

    shipped: list[Server] = [scenario.load(name) for name in scenario.shipped()]
    own = [] if name_of(now) in scenario.shipped() else [now]
    return [(one, name_of(one), about(one)) for one in (*own, *shipped)]


def named(text: str) -> Server:
    """One that comes with the program, or what stands in a file.

    Raises:
        NoScenarioError: neither.
    """
    from tui.sandbox import scenario
    from tui.sandbox.strict import DataFileError

    names = scenario.shipped()
    if text in names:
        return scenario.load(text)
    if "/" not in text and not text.endswith(".toml"):
        raise NoScenarioError(
            _("{value} is none of {names}, and no file").format(value=quoted(text), names=enumerated(names))
        )
    try:
        return scenario.read(expanded(text))
    except DataFileError as error:
        raise NoScenarioError(data_files.told(error)) from None
    except OSError as error:
        raise NoScenarioError(
            _("{value} cannot be read: {reason}").format(value=quoted(text), reason=reason(error))
        ) from None


def name_of(server: Server) -> str:
    """Of a server; "" for one that has none."""
    return str(getattr(server, "id", ""))


def about(server: Server) -> str:
    """What it is, in the language in use; "" where nobody says."""
    told = getattr(server, "told", None)
    return str(told(current())) if told is not None else ""
