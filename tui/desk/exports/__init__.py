"""A recorded dialogue as something else: a program that does it again, or a text for a ticket.

Programs hold no secret: they ask for it, or take it from the environment. A new form is one more row in
``PROGRAMS``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from typing import Final

from tui.desk.exports import curl, markdown, openssl, python, swaks
from tui.desk.keeping import Transcript
from tui.net.endpoint import Endpoint
from tui.practice.reading import Reading, Step, read
from tui.practice.reading_beside import Doubtful
from tui.practice.recipe import Recipe, recipe
from tui.words.language import N_, gettext


class As(Enum):
    """The value is what ``--as`` takes."""

    MARKDOWN = "markdown"
    SWAKS = "swaks"
    CURL = "curl"
    OPENSSL = "openssl"
    PYTHON = "python"

    @property
    def title(self) -> str:
        """Its name as people write it."""
        return _TITLES[self]

    @property
    def about(self) -> str:
        """What it is, in a few words."""
        return gettext(_ABOUT[self])

    @property
    def suffix(self) -> str:
        """Of a file that holds it."""
        return _SUFFIXES.get(self, ".sh")


_TITLES: Final[Mapping[As, str]] = {
    As.MARKDOWN: "Markdown",
    As.SWAKS: "swaks",
    As.CURL: "curl",
    As.OPENSSL: "openssl s_client",
    As.PYTHON: "Python smtplib",
}
_ABOUT: Final[Mapping[As, str]] = {
    As.MARKDOWN: N_("verdict and transcript, for a ticket"),
    As.SWAKS: N_("a command line"),
    As.CURL: N_("a command line"),
    As.OPENSSL: N_("a script that types it"),
    As.PYTHON: N_("a program"),
}
_SUFFIXES: Final[Mapping[As, str]] = {As.MARKDOWN: ".md", As.PYTHON: ".py"}

PROGRAMS: Final[Mapping[As, Callable[[Recipe], str]]] = {
    As.SWAKS: swaks.command,
    As.CURL: curl.command,
    As.OPENSSL: openssl.script,
    As.PYTHON: python.program,
}


def named(word: str) -> As | None:
    """The form of this name, or the only one that begins so."""
    word = word.lower()
    begun = [form for form in As if word and form.value.startswith(word)]
    return begun[0] if len(begun) == 1 else None


def of_reading(form: As, reading: Reading, *, target: Endpoint | None = None) -> str:
    """Everything that was read, in this form."""
    when = ""
    if reading.began is not None:
        when = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(reading.began))
    return text(form, reading.connections, target=target, when=when, doubtful=reading.doubtful)


def of_transcript(form: As, transcript: Transcript) -> str:
    """The session so far, in this form; empty when nothing was said yet.

    Raises:
        OSError: the transcript cannot be read.
    """
    with transcript.json_file.open("rb") as file:
        reading = read(row.removesuffix(b"\n") for row in file)
        return of_reading(form, reading) if reading is not None else ""


def text(
    form: As,
    connections: Iterable[Iterable[Step]],
    *,
    target: Endpoint | None = None,
    when: str = "",
    doubtful: Sequence[Doubtful] = (),
) -> str:
    """Every connection in this form, one after the other. Ends in a line end; empty when there is none.

    Args:
        target: the server to name, instead of the one in the recording.
        when: date and time for a ticket, "" where they are not known.
        doubtful: grows by lines whose octets are not certain while a connection is read.
    """
    parts, told = [], 0
    for steps in connections:
        kept = list(steps)
        client = tuple(one for one in doubtful[told:] if one.side == "C")
        told = len(doubtful)
        found = replace(recipe(kept), doubtful=client)
        if target is not None:
            found = replace(found, host=target.host, port=target.port, through="")
        if form is As.MARKDOWN:
            parts.append(markdown.report(found, kept, when=when))
        else:
            parts.append(PROGRAMS[form](found))
    return "\n".join(parts)
