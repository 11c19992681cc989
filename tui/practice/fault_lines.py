"""One thing that goes wrong, on one line: how ``--fault`` and ``/faults`` spell it.

    rcpt=450                        a reply at a stage
    mail:2=421 Too busy             in words of one's own, the second time
    rcpt:2-,*@slow.test=delay:5     from the second time on, to who matches, 5 s late
    rcpt:1-3=drop                   three times
    greylist=5m                     and so quota,USER=N, rate:STAGE=N/SECONDS, certificate=KIND

Blanks round = , and : do not count, nor do capitals in a stage, which may be named as a step (``_AS_STEPS``).
A line that was read is spelt again by ``spelt``, so that what a file sets up can be listed and taken away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from typing import Final, TypeVar, get_args

import msgspec

from tui.practice.faults import (
    ANY_COMMAND,
    BODY,
    STAGES,
    WITH_ARGUMENT,
    Deed,
    Fault,
    Greylist,
    Quota,
    Rate,
    Reply,
    Wrong,
    fault_faults,
    greylist_faults,
    is_reply,
    quota_faults,
    rate_faults,
    reply_faults,
    successes,
)
from tui.practice.precedence import clash
from tui.practice.scenario import Certificate, Server

#: How a code goes on where nobody says it; "4" and the like stand for all others of this class.
WORDS: Final[Mapping[str, str]] = {
    "421": "4.3.2 Service not available, closing the connection",
    "450": "4.2.0 Mailbox unavailable, try again later",
    "451": "4.3.0 Local error, try again later",
    "452": "4.3.1 Not enough room, try again later",
    "454": "4.7.0 Not available for the moment",
    "535": "5.7.8 User name or password is wrong",
    "550": "5.7.1 Refused",
    "552": "5.2.2 The mailbox is full",
    "554": "5.3.0 Failed",
    "2": "As you like",
    "3": "Go on",
    "4": "4.0.0 Try again later",
    "5": "5.0.0 Refused",
}
#: Codes whose words name a mailbox, and the stages at which one is there.
_OF_MAILBOXES: Final = frozenset({"450", "552"})
_NAMES_MAILBOXES: Final = frozenset({"", "mail", "rcpt", "data", "bdat", "message", "vrfy", "expn"})
DEEDS: Final = tuple(one for one in get_args(Deed) if one not in {"delay", "slow"})
CERTIFICATES: Final[tuple[Certificate, ...]] = get_args(Certificate)

_AIMED: Final = re.compile(
    r"(?P<stage>[^:,=]+)(?::(?P<which>[^,=]*))?(?:, *(?P<match>.+?))?"
    r" *= *(?P<what>[2-5][0-9]{2}(?: .*)?|(?i:delay|slow):.*|[A-Za-z-]+)"
)
_WHICH: Final = re.compile(r"([1-9][0-9]{0,8})(-)?([1-9][0-9]{0,8})?")
_DURATION: Final = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)(s|m|h|)")
#: What stages are called elsewhere, and how here.
_AS_STEPS: Final = {
    "connect": "greeting",
    "ehlo": "helo",
    "lhlo": "helo",
    "tls": "starttls",
    "dot": "message",
}
_UNITS: Final = {"": 1, "s": 1, "m": 60, "h": 3600}
#: Patterns that fit something there.
_FITTING: Final[Mapping[str, tuple[str, ...]]] = {
    "mail": ("bob@*", "*@x.test", "*SIZE=*"),
    "rcpt": ("bob@*", "*@x.test", "*NOTIFY=*"),
    "bdat": ("100", "* LAST"),
}
_FITTING_ELSEWHERE: Final = ("bob*", "*bob*")
#: What a quota and a rate look like.
_ROOM: Final = ("2", "5000 octets", "2 5000 octets", "2 552 5.2.2 Full")
_HASTE: Final = ("3/1m", "3", "3/1m 450 4.7.1 Wait")
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_REPLY: Final = re.compile(r"[2-5][0-9]{2}(?: .*)?")

Trouble = Reply | Fault | Greylist | Quota | Rate | Certificate


class Misspelling(Enum):
    """What is wrong with a line."""

    NO_EQUALS = "no-equals"
    STAGE = "stage"
    RATE_STAGE = "rate-stage"  # none of which there can be a rate
    WHICH = "which"
    WHAT = "what"
    SECONDS = "seconds"
    NUMBER = "number"
    CERTIFICATE = "certificate"
    FORM = "form"  # greylist and the like, written as a stage
    ONLY_CLOSING = "only-closing"  # at "command" nothing but 421 can be said
    SUCCESS = "success"  # of another stage
    TEXT = "text"  # of a reply: not plain, or too long
    NO_MATCH = "no-match"  # a pattern where nothing stands behind the command
    NO_PATTERN = "no-pattern"  # a comma, and nothing behind it
    NO_FIT = "no-fit"  # a pattern that fits nothing that can stand there
    AT_THE_END = "at-the-end"  # behind the reply to QUIT there is nothing to cut
    ONCE = "once"  # so often on one connection it never comes
    LOSE = "lose"  # where there is no message
    IN_BODY = "in-body"  # a reply, or what goes with one, where there is none
    PUT_OFF = "put-off"  # greylisting for good
    REFUSAL = "refusal"  # no refusal where one is needed
    USER = "user"


#: What no other end of the line makes better.
FOR_GOOD: Final = frozenset(Misspelling) - {
    Misspelling.NO_EQUALS,
    Misspelling.WHAT,
    Misspelling.SECONDS,
    Misspelling.NUMBER,
    Misspelling.CERTIFICATE,
    Misspelling.PUT_OFF,
    Misspelling.REFUSAL,
    Misspelling.ONCE,
}


class MisspeltError(ValueError):
    """``part`` is where; ``allowed``: what may stand there."""

    def __init__(self, misspelling: Misspelling, part: str, allowed: Iterable[str] = ()) -> None:
        super().__init__(misspelling.value, part)
        self.misspelling = misspelling
        self.part = part
        self.allowed = tuple(allowed)


#: What is no stage, as it is written.
FORMS: Final[Mapping[str, str]] = {
    "greylist": "greylist=5m",
    "quota": "quota,bob=2",
    "rate": "rate:mail=3/1m",
    "certificate": "certificate=expired",
}


def seconds_of(text: str) -> float:
    """``5``, ``5s``, ``2.5m``, ``1h``.

    Raises:
        MisspeltError: it is none, or no time at all, or more than a day.
    """
    found = _DURATION.fullmatch(text.strip())
    seconds = float(found[1]) * _UNITS[found[2]] if found else 0.0
    if not 0 < seconds <= _UNITS["h"] * 24:
        raise MisspeltError(Misspelling.SECONDS, text)
    return seconds


def read(line: str) -> Trouble:
    """What the line says.

    Raises:
        MisspeltError: it says nothing.
    """
    name, equals, value = line.strip().partition("=")
    kind, mark, behind = re.fullmatch(r"([^:,]*)([:,]?)(.*)", name, re.DOTALL).groups()  # type: ignore[union-attr]
    kind = _stage(kind)
    if not equals and kind in FORMS:
        raise MisspeltError(Misspelling.FORM, name, (FORMS[kind],))
    if not equals:
        raise MisspeltError(Misspelling.NO_EQUALS, name)
    match kind, mark:
        case "greylist", "":
            return _greylist(value)
        case "certificate", "":
            return _certificate(value)
        case "rate", ":":
            return _rate(behind, value)
        case "quota", "" | ",":
            return _quota(behind.strip() if mark else "*", value)
        case _ if kind in FORMS:
            raise MisspeltError(Misspelling.FORM, name, (FORMS[kind],))
        case _:
            return _aimed(kind, line.strip())


def added(server: Server, trouble: Trouble) -> Server:
    """The server with this too; it goes before what is there already, and ``replaced`` is there no more."""
    left = troubles(server)
    stay = [one for one in left if not clash(trouble, one)]
    if len(stay) < len(left):
        server = with_only(server, stay)
    match trouble:
        case Reply():
            return msgspec.structs.replace(server, reply=(trouble, *server.reply))
        case Fault():
            return msgspec.structs.replace(server, fault=(trouble, *server.fault))
        case Quota():
            return msgspec.structs.replace(server, quota=(trouble, *server.quota))
        case Rate():
            return msgspec.structs.replace(server, rate=(trouble, *server.rate))
        case Greylist():
            return msgspec.structs.replace(server, greylist=trouble)
        case _:
            return msgspec.structs.replace(server, certificate=trouble)


def replaced(server: Server, trouble: Trouble) -> tuple[Trouble, ...]:
    """What would never happen any more, or leave this nothing to do."""
    return tuple(one for one in troubles(server) if one != trouble and clash(trouble, one))


def troubles(server: Server) -> tuple[Trouble, ...]:
    """All that goes wrong there."""
    greylist = () if server.greylist is None else (server.greylist,)
    certificate = () if server.certificate == "good" else (server.certificate,)
    return (*server.reply, *server.fault, *greylist, *server.quota, *server.rate, *certificate)


def with_only(server: Server, left: Iterable[Trouble]) -> Server:
    """The server with these alone, in their order; of several greylists, or certificates, the first."""
    left = tuple(left)
    return msgspec.structs.replace(
        server,
        reply=tuple(one for one in left if isinstance(one, Reply)),
        fault=tuple(one for one in left if isinstance(one, Fault)),
        greylist=next((one for one in left if isinstance(one, Greylist)), None),
        quota=tuple(one for one in left if isinstance(one, Quota)),
        rate=tuple(one for one in left if isinstance(one, Rate)),
        certificate=next((one for one in left if isinstance(one, str)), "good"),
    )


def spelt(trouble: Trouble) -> str:
    """The line that says it."""
    match trouble:
        case Reply(say=say):
            return f"{_aim(trouble)}={say}"
        case Fault(do="delay", seconds=seconds):
            return f"{_aim(trouble)}=delay:{_duration(seconds or 0)}"
        case Fault(do="slow", octets_per_second=pace):
            return f"{_aim(trouble)}=slow:{pace}"
        case Fault(do=do):
            return f"{_aim(trouble)}={do}"
        case Greylist(seconds=seconds, say=say):
            return f"greylist={_duration(seconds)} {say}"
        case Quota(user=user, messages=messages, octets=octets, say=say):
            room = [str(messages)] if messages is not None else []
            room += [f"{octets} octets"] if octets is not None else []
            return f"quota{'' if user == '*' else f',{user}'}={' '.join(room)} {say}"
        case Rate(stage=stage, count=count, seconds=seconds, say=say):
            within = "" if seconds is None else f"/{_duration(seconds)}"
            return f"rate:{stage}={count}{within} {say}"
        case _:
            return f"certificate={trouble}"


def brief(trouble: Trouble) -> str:
    """The same without the words of a reply."""
    match trouble:
        case Reply(say=say):
            return f"{_aim(trouble)}={say[:3]}"
        case Greylist(say=say) | Quota(say=say) | Rate(say=say):
            return spelt(trouble).removesuffix(f" {say}")
        case _:
            return spelt(trouble)


def _stage(written: str) -> str:
    name = written.strip().lower()
    return _AS_STEPS.get(name, name)


def _aimed(stage: str, line: str) -> Reply | Fault:
    if stage not in (*STAGES, ANY_COMMAND, BODY):
        raise MisspeltError(Misspelling.STAGE, stage)
    found = _AIMED.fullmatch(line)
    if re.match(r"[^,=]*, *=", line):
        raise MisspeltError(Misspelling.NO_PATTERN, stage, _FITTING.get(stage, _FITTING_ELSEWHERE))
    if found is None:
        raise MisspeltError(Misspelling.WHAT, line.partition("=")[2])
    what, which = found["what"], _which(found["which"])
    aim = {"stage": stage, "match": found["match"] or "", **which}
    made: Reply | Fault
    if _REPLY.fullmatch(what):
        made = msgspec.convert({**aim, "say": _in_words(what, stage)}, Reply)
        for key, _reason in reply_faults(made):
            raise _no_reply(made, key)
    else:
        made = msgspec.convert({**aim, **_deed(what)}, Fault)
        for key, _reason in fault_faults(made):
            raise _no_fault(made, key)
    return made


def _no_reply(made: Reply, key: str) -> MisspeltError:
    """Why this cannot be said there."""
    if key == "match":
        return _no_match(made)
    if not is_reply(made.say):
        return MisspeltError(Misspelling.TEXT, made.say)
    if made.stage == ANY_COMMAND:
        return MisspeltError(Misspelling.ONLY_CLOSING, made.say)
    if made.stage == BODY:
        return MisspeltError(Misspelling.IN_BODY, made.say)
    return MisspeltError(Misspelling.SUCCESS, made.say, successes(made.stage))


def _no_fault(made: Fault, key: str) -> MisspeltError:
    """Why this cannot happen there."""
    if key == "match":
        return _no_match(made)
    if made.do == "drop-after" and made.stage == "quit":
        return MisspeltError(Misspelling.AT_THE_END, made.do)
    return MisspeltError(Misspelling.LOSE if made.do == "lose" else Misspelling.IN_BODY, made.do)


def _no_match(made: Reply | Fault) -> MisspeltError:
    """Why the pattern fits nothing there."""
    if made.stage not in WITH_ARGUMENT:
        return MisspeltError(Misspelling.NO_MATCH, made.stage, sorted(WITH_ARGUMENT))
    return MisspeltError(Misspelling.NO_FIT, made.match, _FITTING.get(made.stage, _FITTING_ELSEWHERE))


def _which(text: str | None) -> dict[str, int]:
    if text is None:
        return {}
    found = _WHICH.fullmatch(text.strip())
    if found is None or (found[3] and not found[2]) or (found[3] and int(found[3]) < int(found[1])):
        raise MisspeltError(Misspelling.WHICH, text)
    first = int(found[1])
    if found[2] and not found[3]:
        return {"from": first}
    return {"from": first, "times": int(found[3] or first) - first + 1}


def _deed(what: str) -> dict[str, str | float | int]:
    named, colon, value = what.partition(":")
    do = named.lower()
    if not colon and do in DEEDS:
        return {"do": do}
    if do == "delay":
        return {"do": do, "seconds": seconds_of(value)}
    if do == "slow":
        return {"do": do, "octets_per_second": _number(value, ("slow:8",), at_least=1)}
    raise MisspeltError(Misspelling.WHAT, what)


def _in_words(reply: str, stage: str = "") -> str:
    code, blank, text = reply.partition(" ")
    known = code if code not in _OF_MAILBOXES or stage in _NAMES_MAILBOXES else code[0]
    return f"{code} {text}" if blank and text else f"{code} {WORDS.get(known, WORDS[code[0]])}"


def _greylist(value: str) -> Greylist:
    seconds, _blank, say = value.strip().partition(" ")
    return _whole(Greylist, {"seconds": seconds_of(seconds)}, say, greylist_faults)


def _quota(user: str, value: str) -> Quota:
    if not user:
        raise MisspeltError(Misspelling.NO_PATTERN, "quota", ("bob", "b*"))
    found = re.fullmatch(r"(?:(\d+)(?!\d| octets))? ?(?:(\d+) octets)?(?: ([2-5]\d\d.*))?", value.strip())
    if found is None or not (found[1] or found[2]):
        raise MisspeltError(Misspelling.NUMBER, value, _ROOM)
    room = {key: _number(text, _ROOM) for key, text in (("messages", found[1]), ("octets", found[2])) if text}
    return _whole(Quota, {"user": user, **room}, found[3] or "", quota_faults)


def _rate(stage: str, value: str) -> Rate:
    amount, _blank, say = value.strip().partition(" ")
    count, slash, within = amount.partition("/")
    stage = _stage(stage)
    if stage not in STAGES:
        raise MisspeltError(Misspelling.RATE_STAGE, stage, STAGES)
    keys: dict[str, str | int | float] = {"stage": stage, "count": _number(count, _HASTE, at_least=1)}
    if slash:
        keys["seconds"] = seconds_of(within)
    return _whole(Rate, keys, say, rate_faults)


def _certificate(value: str) -> Certificate:
    found = next((one for one in CERTIFICATES if one == value.strip().lower()), None)
    if found is None:
        raise MisspeltError(Misspelling.CERTIFICATE, value)
    return found


_Made = TypeVar("_Made", Greylist, Quota, Rate)


def _whole(
    kind: type[_Made],
    keys: dict[str, str | int | float],
    say: str,
    faults: Callable[[_Made], Iterator[Wrong]],
) -> _Made:
    made: _Made = msgspec.convert({**keys, **({"say": _in_words(say)} if say else {})}, kind)
    for key, _reason in faults(made):
        if key == "user":
            raise MisspeltError(Misspelling.USER, str(keys["user"]))
        if key == "seconds":
            raise MisspeltError(
                Misspelling.ONCE, str(keys["stage"]), (f"rate:{keys['stage']}={keys['count']}/1m",)
            )
        raise MisspeltError(Misspelling.PUT_OFF if kind is Greylist else Misspelling.REFUSAL, say)
    return made


def _number(text: str, allowed: Iterable[str], *, at_least: int = 0) -> int:
    if not _NUMBER.fullmatch(text) or int(text) < at_least:
        raise MisspeltError(Misspelling.NUMBER, text, allowed)
    return int(text)


def _aim(one: Reply | Fault) -> str:
    """The stage, which times, and what is to match; an ``address`` matches as a pattern would."""
    which = ""
    if one.times == 1:
        which = f":{one.first}"
    elif one.times is not None:
        which = f":{one.first}-{one.first + one.times - 1}"
    elif one.first > 1:
        which = f":{one.first}-"
    match = one.match or (one.address if isinstance(one, Reply) else "")
    return f"{one.stage}{which}{f',{match}' if match else ''}"


def _duration(seconds: float) -> str:
    for unit, letter in ((3600, "h"), (60, "m")):
        if seconds >= unit and seconds % unit == 0:
            return f"{int(seconds // unit)}{letter}"
    return f"{seconds:g}"
