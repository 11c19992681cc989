"""The values of flags: text in, value out, or a sentence why not."""

from __future__ import annotations

from argparse import ArgumentTypeError
from pathlib import Path
from typing import TYPE_CHECKING

from tui.store.paths import expanded
from tui.words.language import gettext as _
from tui.words.prose import enumerated, quoted

if TYPE_CHECKING:
    from tui.practice.fault_lines import Trouble
    from tui.practice.scenario import Server


def name(text: str) -> str:
    if not text.strip():
        raise ArgumentTypeError(_("a name is missing"))
    return text.strip()


def path(text: str) -> Path:
    if not text:
        raise ArgumentTypeError(_("the name of a file is missing"))
    return expanded(text)


def personality(text: str) -> str:
    from tui.sandbox.personality import shipped

    names = shipped()
    if text not in names:
        raise ArgumentTypeError(
            _("{value} is none of {names}").format(value=quoted(text), names=enumerated(names))
        )
    return text


def scenario(text: str) -> str | Server:
    """The name of a shipped one, or what stands in a file."""
    from tui.desk.scenarios import NoScenarioError, named
    from tui.sandbox.scenario import shipped

    try:
        return text if text in shipped() else named(text)
    except NoScenarioError as error:
        raise ArgumentTypeError(str(error)) from None


def fault(text: str) -> Trouble:
    """One thing that is to go wrong, ``STAGE=WHAT``."""
    from tui.practice.fault_lines import MisspeltError, read
    from tui.words.faults import misspelt

    try:
        return read(text)
    except MisspeltError as error:
        raise ArgumentTypeError(misspelt(error)) from None


def seconds(text: str) -> float:
    from tui.desk import written
    from tui.desk.target import BadTargetError

    try:
        return written.seconds(text)
    except BadTargetError as error:
        raise ArgumentTypeError(str(error)) from None


def port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535):
        raise ArgumentTypeError(_("{value} is not a port between 0 and 65535").format(value=quoted(text)))
    return int(text)


def count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text)):
        raise ArgumentTypeError(_("{value} is not a number from 1").format(value=quoted(text)))
    return int(text)
