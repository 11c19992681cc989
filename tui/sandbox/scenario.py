"""Servers to practise on, from files: one TOML file in ``scenarios/``, its keys those of
``tui.practice.scenario.Server``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import msgspec

from tui.practice.flaws import Flaw, because
from tui.practice.scenario import Limits, Reply, Server, empty_faults, faults
from tui.practice.strict import LARGEST, DataFileError, decode, empties, place_of
from tui.sandbox import personality

__all__ = ["Limits", "Reply", "Scenario", "Server", "load", "read", "shipped"]

_ID: Final = re.compile(r"[a-z0-9-]{1,40}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:_[A-Z]{2})?")


class Scenario(Server, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A server with a name of its own."""

    format_version: int
    id: str
    about: dict[str, str] = msgspec.field(
        default_factory=dict
    )  # on one line, by language: "en" and those of the catalogues

    def told(self, language: str) -> str:
        """What it is, in this language or in English; "" where the file does not say."""
        return self.about.get(language, self.about.get("en", ""))


def shipped() -> tuple[str, ...]:
    """The ids of the scenarios that come with the program."""
    return tuple(sorted(one.stem for one in _folder().glob("*.toml")))


def load(name: str = "free") -> Scenario:
    """The shipped scenario ``name``.

    Raises:
        KeyError: there is none of this name.
    """
    if name not in shipped():
        raise KeyError(name)
    return read(_folder() / f"{name}.toml")


def read(file: Path) -> Scenario:
    """A scenario from any file.

    Raises:
        DataFileError: it names file, line and key.
        OSError: it cannot be read.
    """
    with file.open("rb") as opened:
        octets = opened.read(LARGEST + 1)
    found, text = decode(octets, Scenario, file.name)
    wrong = list(faults(found))
    if found.format_version != 1:
        wrong.insert(0, ("format_version", because(Flaw.VERSION, found=found.format_version, known=1)))
    if not _ID.fullmatch(found.id):
        wrong.append(("id", because(Flaw.ID, value=found.id[:40])))
    if found.personality not in personality.shipped():
        wrong.append(
            ("personality", because(Flaw.NONE_OF, value=found.personality, names=personality.shipped()))
        )
    wrong += [
        ("about", because(Flaw.LANGUAGE, value=language))
        for language in found.about
        if not _LANGUAGE.fullmatch(language)
    ]
    wrong += [
        (f"about.{language}", because(Flaw.ONE_LINE, limit=100))
        for language, sentence in found.about.items()
        if not sentence or not sentence.isprintable() or len(sentence) > 100
    ]
    wrong += empty_faults(empties(text))
    for key, reason in wrong:
        raise DataFileError(file.name, place_of(text, key), key, reason)
    return found


def _folder() -> Path:
    return Path(__file__).parent / "scenarios"
