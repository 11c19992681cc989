"""The values of flags: text in, value out, or a sentence why not."""

from __future__ import annotations

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Final

from tui.words.language import gettext as _
from tui.words.prose import quoted

_LONGEST_WAIT: Final = 86400.0  # a day: longer is a slip


def name(text: str) -> str:
    if not text.strip():
        raise ArgumentTypeError(_("a name is missing"))
    return text.strip()


def path(text: str) -> Path:
    if not text:
        raise ArgumentTypeError(_("the name of a file is missing"))
    return Path(text).expanduser()


def personality(text: str) -> str:
    from tui.sandbox.personality import shipped

    names = shipped()
    if text not in names:
        raise ArgumentTypeError(
            _("{value} is none of {names}").format(value=quoted(text), names=", ".join(names))
        )
    return text


def seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise ArgumentTypeError(_("{value} is not a number of seconds").format(value=quoted(text))) from None
    if not 0 < number <= _LONGEST_WAIT:  # NaN fails here too
        raise ArgumentTypeError(
            _("{value} must be more than 0, and at most 86400 seconds").format(value=quoted(text))
        )
    return number


def port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535):
        raise ArgumentTypeError(_("{value} is not a port between 0 and 65535").format(value=quoted(text)))
    return int(text)
