"""``keymap.toml``: other keys for the actions, by their ids: ``inbox = "f7,ctrl+t"``."""

from __future__ import annotations

from pathlib import Path

from tui.smtp.display import visible
from tui.words import data_files
from tui.words.language import gettext as _
from tui.words.prose import enumerated


def load(file: Path, known: frozenset[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The keys in Textual's names by binding id, and a sentence for each thing that is wrong.

    What is right holds in spite of it. No file: no keys. ``known`` are the ids there are.
    """
    name = visible(str(file))
    try:
        octets = file.read_bytes()
    except FileNotFoundError:
        return {}, ()
    except OSError:
        return {}, (_("{file} cannot be read; the usual keys hold").format(file=name),)
    from tui.practice.strict import DataFileError, decode

    try:
        read, text = decode(octets, dict[str, object], file.name)
    except DataFileError as error:
        reason = data_files.reason(error.reason)
        return {}, (_("{file} is no TOML: {reason}").format(file=name, reason=reason),)
    keys: dict[str, str] = {}
    wrong: list[str] = []
    for id, chosen in read.items():
        if id not in known or not isinstance(chosen, str) or not chosen.strip():
            said = _('{file}, line {line}: {id} is not ID = "key"; the ids are {known}')
            line, ids = _line(text, id), enumerated(sorted(known))
            wrong.append(said.format(file=name, line=line, id=visible(id), known=ids))
        else:
            keys[id] = chosen
    return keys, tuple(wrong)


def _line(text: str, id: str) -> int:
    """The line, from 1, on which this key stands."""
    lines = enumerate(text.splitlines(), 1)
    return next((number for number, line in lines if line.lstrip(" \"'[").startswith(id)), 1)
