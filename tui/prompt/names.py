"""The typed names: ``/hint``, ``/connect HOST`` … (no SMTP verb begins with a slash)."""

from __future__ import annotations

from tui.values import value


@value
class Wire:
    """A line for the server."""

    text: str


@value
class Named:
    """An action by its name, lower case; ``name`` "" asks for the list of all names."""

    name: str
    argument: str = ""


#: The one name that is known where an answer of a login is due: no base64 has five letters.
_IN_LOGIN = "/fill"


#: The one that is known wherever the lines of raw mode may be, so that it can be left.
_IN_RAW = "/raw"


def read(text: str, *, command_due: bool, answer_due: bool = False, raw: bool = False) -> Wire | Named:
    """What a typed line means. ``command_due`` is False inside the message and AUTH, where nothing is a name;
    but for ``/fill`` where an answer of a login is due, and for ``/raw`` in ``raw`` mode.

    ``//x`` sends ``/x``. Lines from a pipe are never given to this function.
    """
    if answer_due and text.strip() == _IN_LOGIN:
        return Named(_IN_LOGIN[1:])
    if raw and not answer_due and text.split(" ", maxsplit=1)[0] == _IN_RAW:
        return Named(_IN_RAW[1:], text[len(_IN_RAW) :].strip())
    if not command_due or not text.startswith("/"):
        return Wire(text)
    if text.startswith("//"):
        return Wire(text[1:])
    name, _, argument = text[1:].strip().partition(" ")
    return Named(name.lower(), argument.strip())
