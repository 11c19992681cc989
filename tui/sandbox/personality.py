"""How a server speaks: greeting, extensions and the wording of every reply, as data.

A personality is one TOML file in ``personalities/``. ``Replies`` names every situation; a file words each of
them, with the code, so a file that forgets one does not load. ``{name}`` in a wording stands for a fact of
the situation; nothing else is evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from tui.practice.scenario import EXTENSIONS
from tui.sandbox import strict

#: Facts that a wording may use. Which of them are known depends on the situation; an unknown one is empty.
FACTS: Final = frozenset(
    {"host", "client", "address", "number", "octets", "message_id", "date", "verb", "verbs", "limit"}
)

_FACT: Final = re.compile(r"\{([a-z_]+)\}")
_REPLY_LINE: Final = re.compile(r"[2-5][0-9][0-9]")
_LONGEST_FACT: Final = 320  # an address of RFC 5321 §4.5.3.1 fits; a reply stays under 512 octets
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

Wording = str | tuple[str, ...]
"""One line with its code, or several as they go out (``250-…``, ``250 …``)."""


class Replies(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every situation in which the server speaks. Facts that are known in each stand behind it."""

    # -- all goes well
    greeting: Wording  # date
    helo: Wording  # client
    ehlo: Wording  # client; the extensions follow
    mail: Wording  # address
    rcpt: Wording  # address
    data: Wording
    chunk: Wording  # octets; of BDAT, and the message goes on
    accepted: Wording  # number, octets, message_id
    rset: Wording
    noop: Wording
    help: Wording  # verbs
    starttls: Wording
    auth_done: Wording
    vrfy: Wording  # address
    expn: Wording  # address; one line for each
    quit: Wording
    # -- the line cannot be read
    unknown_command: Wording
    not_implemented: Wording  # verb
    line_too_long: Wording  # limit
    helo_syntax: Wording  # verb
    mail_syntax: Wording
    rcpt_syntax: Wording
    vrfy_syntax: Wording
    expn_syntax: Wording
    bdat_syntax: Wording
    auth_syntax: Wording
    auth_mechanism: Wording
    auth_initial: Wording  # a mechanism in which the server speaks first
    auth_malformed: Wording  # no base64, or no answer of this mechanism
    auth_line_too_long: Wording
    no_argument: Wording  # verb; it takes none
    sender_malformed: Wording
    recipient_malformed: Wording
    sender_not_ascii: Wording
    recipient_not_ascii: Wording
    parameter_malformed: Wording
    parameter_unknown: Wording
    # -- not in this order
    helo_first: Wording  # verb
    lhlo_first: Wording  # verb
    nested_mail: Wording
    mail_first: Wording
    rcpt_first: Wording
    bdat_begun: Wording  # RCPT or DATA between two chunks
    bdat_needed: Wording  # DATA after BODY=BINARYMIME
    tls_already: Wording
    tls_needed: Wording  # verb
    ehlo_first: Wording  # verb
    auth_already: Wording
    auth_in_mail: Wording
    auth_needs_tls: Wording
    login_needed: Wording  # verb
    # -- refused
    no_mailbox: Wording  # address
    undeliverable: Wording  # address; LMTP, behind the dot
    no_list: Wording  # address
    no_relay: Wording  # address; its domain is not of this server
    too_many_recipients: Wording  # limit
    too_large: Wording  # limit
    auth_failed: Wording
    auth_cancelled: Wording
    tls_unavailable: Wording  # STARTTLS, and no certificate can be read or made
    not_stored: Wording
    failed: Wording
    # -- goodbye
    too_many_connections: Wording
    too_many_unknown: Wording
    idle: Wording
    shutting_down: Wording


class Personality(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One server family. ``host`` is the name it greets with; ``extensions`` keep their order."""

    format_version: int
    id: str
    host: str
    extensions: tuple[str, ...]
    replies: Replies

    def say(self, situation: str, facts: Mapping[str, str | int]) -> tuple[str, ...]:
        """The lines of the reply, without line ends. Facts may be foreign: made printable and cut.

        Raises:
            AttributeError: ``situation`` is no field of ``Replies``.
        """
        wording: Wording = getattr(self.replies, situation)
        lines = (wording,) if isinstance(wording, str) else wording

        def fact(match: re.Match[str]) -> str:
            name = match[1]
            return self.host if name == "host" else _printable(str(facts.get(name, "")))

        return tuple(_FACT.sub(fact, line) for line in lines)

    def called(self, host: str) -> Personality:
        """The same under another name."""
        return msgspec.structs.replace(self, host=host)

    def constant(self) -> dict[str, tuple[str, ...]]:
        """The replies that quote no fact, as ``say`` would give them."""
        situations: dict[str, Wording] = msgspec.structs.asdict(self.replies)
        return {
            situation: self.say(situation, {})
            for situation, wording in situations.items()
            if set(_FACT.findall("".join(wording))) <= {"host"}
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


def _faults(found: Personality) -> list[tuple[str, str]]:
    """Key and reason of each thing that types alone do not catch."""
    faults = []
    if found.format_version != 1:
        faults.append(("format_version", f"{found.format_version} is not known; this program reads 1"))
    faults += [
        ("extensions", f"{word} is none of {', '.join(EXTENSIONS)}")
        for word in found.extensions
        if word not in EXTENSIONS
    ]
    replies: dict[str, Any] = msgspec.structs.asdict(found.replies)
    for name, wording in replies.items():
        lines = (wording,) if isinstance(wording, str) else wording
        faults += [(f"replies.{name}", reason) for reason in _faults_of_reply(lines)]
    if not isinstance(found.replies.expn, str):
        faults.append(("replies.expn", "it is one line, said for each address"))
    return faults


def _faults_of_reply(lines: tuple[str, ...]) -> list[str]:
    faults = []
    if not lines:
        faults.append("a reply has at least one line")
    for line in lines:
        if not _REPLY_LINE.match(line):
            faults.append(f"{line!r} does not begin with a code from 200 to 599")
        if _UNPRINTABLE.search(line):
            faults.append(f"{line!r} holds a control character")
        faults += [
            f"{{{name}}} is no fact; known are {', '.join(sorted(FACTS))}"
            for name in _FACT.findall(line)
            if name not in FACTS
        ]
    if any(line[3:4] != "-" for line in lines[:-1]) or (lines and lines[-1][3:4] == "-"):
        faults.append("each line but the last has a - behind its code, and only those")
    return faults
