"""How a server speaks: greeting, extensions, the wording of every reply and its habits, as data.

A personality is one TOML file in ``personalities/``. ``Replies`` names every situation; a file words each of
them, with the code, so a file that forgets one does not load; a situation that few servers tell apart falls
back on another. ``{name}`` in a wording stands for a fact of the situation; nothing else is evaluated.
``source`` says where the words were seen; ``read`` names the situations that were read about and not seen,
``own_words`` those that nobody has seen, so the words are ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec

from tui.practice.flaws import Flaw, Reason, because
from tui.practice.scenario import EXTENSIONS
from tui.sandbox import strict
from tui.sandbox.habits import Habits, faults
from tui.sandbox.replies import FACTS, FALLBACKS, Replies, Wording
from tui.smtp.sasl import MECHANISMS

_FACT: Final = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_REPLY_LINE: Final = re.compile(r"[2-5][0-9][0-9]")
_VERB: Final = re.compile(r"[A-Z]{1,20}")
_LONGEST_TEXT: Final = 100
#: In a list of extensions: what some servers repeat for clients of long ago, ``AUTH=LOGIN PLAIN``.
AUTH_AGAIN: Final = "AUTH="
_LONGEST_LINE: Final = 510  # RFC 5321 §4.5.3.1.5, without its end
_LONGEST_FACT: Final = 320  # an address of RFC 5321 §4.5.3.1 fits; a reply stays under 512 octets
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

#: How large a message may be where nothing is known of the server.
USUAL_OCTETS: Final = 32 * 1024 * 1024
_Recipients = Annotated[int, msgspec.Meta(gt=0, le=1_000_000)]
_Seconds = Annotated[float, msgspec.Meta(gt=0, le=86400)]
_Octets = Annotated[int, msgspec.Meta(gt=0, le=1_000_000_000)]


class Personality(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One server family. ``host`` is the name it greets with; ``extensions`` keep their order. ``verbs``:
    those that it has besides, and what it says to them; ``values``: what it says to a value of a parameter
    that it cannot read, where it has words for just this one. ``mechanisms``: its ways to log in, as far as
    the scenario has them; none: those of the scenario. ``message_octets``, ``recipients``, ``idle_seconds``:
    how large a message may be, how many recipients it may have, and how long nobody may say anything, where
    the scenario does not say."""

    format_version: int
    id: str
    host: str
    extensions: tuple[str, ...]
    source: str  # where the replies were seen that are not named in ``read`` and ``own_words``
    read: tuple[str, ...] = ()
    own_words: tuple[str, ...] = ()
    mechanisms: tuple[str, ...] = ()
    message_octets: _Octets = USUAL_OCTETS
    recipients: _Recipients = 100
    idle_seconds: _Seconds = 3600.0
    about: dict[str, str] = {}  # on one line, by language
    habits: Habits = Habits()
    verbs: dict[str, Wording] = {}
    values: dict[str, Wording] = {}
    replies: Replies

    def say(self, situation: str, facts: Mapping[str, str | int]) -> tuple[str, ...]:
        """The lines of the reply, without line ends. Facts may be foreign: made printable and cut.

        Raises:
            AttributeError: ``situation`` is no field of ``Replies``.
        """
        wording: Wording | None = getattr(self.replies, situation)
        return self.fill(self.say_as(situation) if wording is None else wording, facts)

    def say_as(self, situation: str) -> Wording:
        """The words of another situation, where this one has none."""
        found: Wording | None = getattr(self.replies, FALLBACKS[situation])
        return self.say_as(FALLBACKS[situation]) if found is None else found

    def words(self, situation: str) -> bool:
        """Has the situation words of its own?"""
        return getattr(self.replies, situation) is not None

    def fill(self, wording: Wording, facts: Mapping[str, str | int]) -> tuple[str, ...]:
        """The lines of ``wording`` with its facts."""
        lines = (wording,) if isinstance(wording, str) else wording

        def fact(match: re.Match[str]) -> str:
            name = match[1]
            return self.host if name == "host" else _printable(str(facts.get(name, "")))

        return tuple(_FACT.sub(fact, line)[:_LONGEST_LINE] for line in lines)

    def called(self, host: str) -> Personality:
        """The same under another name."""
        return msgspec.structs.replace(self, host=host)

    def told(self, language: str) -> str:
        """Who it is, in this language or in English; "" where the file does not say."""
        return self.about.get(language, self.about.get("en", ""))

    def logins(self, usual: tuple[str, ...]) -> tuple[str, ...]:
        """Its mechanisms, of those that are ``usual`` in the scenario."""
        return tuple(one for one in self.mechanisms if one in usual) or usual

    def quoted(self) -> frozenset[str]:
        """The facts that any of its words name."""
        replies: dict[str, Wording | None] = msgspec.structs.asdict(self.replies)
        worded = (*replies.values(), *self.verbs.values(), *self.values.values())
        words = "".join(line for one in worded for line in one or ())
        return frozenset(_FACT.findall(words))

    def constant(self) -> dict[str, tuple[str, ...]]:
        """The replies that quote no fact, as ``say`` would give them."""
        situations: dict[str, Wording | None] = msgspec.structs.asdict(self.replies)
        return {
            situation: self.say(situation, {})
            for situation, wording in situations.items()
            if wording is not None and set(_FACT.findall("".join(wording))) <= {"host"}
        }


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("?", text[:_LONGEST_FACT])


def shipped() -> tuple[str, ...]:
    """The ids of the personalities that come with the program, ``plain`` first."""
    found = sorted(one.stem for one in _folder().glob("*.toml"))
    return tuple(sorted(found, key=lambda name: name != "plain"))


def load(name: str) -> Personality:
    """The shipped personality ``name``.

    Raises:
        KeyError: there is none of this name.
    """
    if name not in shipped():
        raise KeyError(name)
    return read(_folder() / f"{name}.toml")


def read(file: Path) -> Personality:
    """A personality from any file, checked as far as data can be.

    Raises:
        tui.sandbox.strict.DataFileError: it names file, line and key.
        OSError: it cannot be read.
    """
    found = strict.read(file, Personality)
    for key, reason in _faults(found):
        line = strict.line_of(file.read_text(encoding="utf-8"), key)
        raise strict.DataFileError(file.name, line, key, reason)
    return found


def _folder() -> Path:
    return Path(__file__).parent / "personalities"


def _faults(found: Personality) -> list[tuple[str, Reason]]:
    """Key and reason of each thing that types alone do not catch."""
    wrong = []
    if found.format_version != 1:
        wrong.append(("format_version", because(Flaw.VERSION, found=found.format_version, known=1)))
    known = {*EXTENSIONS, AUTH_AGAIN, *found.verbs}
    wrong += [
        ("extensions", because(Flaw.NONE_OF, value=word, names=tuple(EXTENSIONS)))
        for word in found.extensions
        if word not in known
    ]
    wrong += [
        ("mechanisms", because(Flaw.NONE_OF, value=word, names=MECHANISMS))
        for word in found.mechanisms
        if word not in MECHANISMS
    ]
    replies: dict[str, Any] = msgspec.structs.asdict(found.replies)
    worded = {f"replies.{name}": wording for name, wording in replies.items() if wording is not None}
    worded |= {f"verbs.{verb}": wording for verb, wording in found.verbs.items()}
    worded |= {f"values.{name}": wording for name, wording in found.values.items()}
    for key, wording in worded.items():
        lines = (wording,) if isinstance(wording, str) else wording
        wrong += [(key, reason) for reason in _faults_of_reply(lines)]
    if not isinstance(found.replies.expn, str):
        wrong.append(("replies.expn", because(Flaw.EXPN_LINES)))
    wrong += [
        (key, because(Flaw.CAPITALS, value=word))
        for key, words in (("verbs", found.verbs), ("values", found.values))
        for word in words
        if not _VERB.fullmatch(word)
    ]
    wrong += [(f"habits.{key}", reason) for key, reason in faults(found.habits, frozenset(replies))]
    return wrong + _faults_of_origin(found, replies)


def _faults_of_origin(found: Personality, replies: Mapping[str, Wording | None]) -> list[tuple[str, Reason]]:
    wrong = []
    for key, names in (("read", found.read), ("own_words", found.own_words)):
        wrong += [(key, because(Flaw.NOT_WORDED, value=name)) for name in names if not replies.get(name)]
    wrong += [
        ("own_words", because(Flaw.IN_READ, value=name))
        for name in set(found.read).intersection(found.own_words)
    ]
    texts = {"source": found.source, **{f"about.{language}": text for language, text in found.about.items()}}
    for key, text in texts.items():
        if not text or not text.isprintable() or len(text) > _LONGEST_TEXT:
            wrong.append((key, because(Flaw.ONE_LINE, limit=_LONGEST_TEXT)))
    return wrong


def _faults_of_reply(lines: tuple[str, ...]) -> list[Reason]:
    faults = []
    if not lines:
        faults.append(because(Flaw.NO_LINE))
    for line in lines:
        if not _REPLY_LINE.match(line):
            faults.append(because(Flaw.NO_CODE, value=line))
        if _UNPRINTABLE.search(line):
            faults.append(because(Flaw.CONTROL, value=line))
        faults += [
            because(Flaw.FACT, value=name, names=tuple(sorted(FACTS)))
            for name in _FACT.findall(line)
            if name not in FACTS
        ]
    if any(line[3:4] != "-" for line in lines[:-1]) or (lines and lines[-1][3:4] == "-"):
        faults.append(because(Flaw.HYPHENS))
    return faults
