"""Whose words and habits the sandbox has, in sentences without a full stop."""

from __future__ import annotations

from collections.abc import Sequence

from tui.smtp.display import visible
from tui.words.keys import Keys
from tui.words.language import gettext as _
from tui.words.prose import enumerated, quoted


def heading(name: str) -> str:
    """Which of them it is."""
    return _("the sandbox speaks as {name}").format(name=visible(name))


def chosen(name: str, keys: Keys) -> str:
    """From when on it is another one."""
    return _("{name} from the next connection on; {connect} connects again").format(
        name=visible(name), connect=keys.connect
    )


def usage() -> str:
    """How line mode is told."""
    return _("/persona NAME takes another, from the next connection on")


def same(name: str) -> str:
    return _("it is {name} already").format(name=visible(name))


def unknown(name: str, names: Sequence[str]) -> str:
    return _("{value} is none of {names}").format(value=quoted(name), names=enumerated(names))


def not_here() -> str:
    """A REAL server is as it is."""
    return _("only the sandbox can speak as another server, and this is a real one")


def not_in_exercise() -> str:
    """Its server belongs to it."""
    return _("the server of an exercise stays as it is; /free practises freely")
