"""What an exercise looks for in the events: does one of them show a sign?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tui.practice.exercise import Happening, Sign
from tui.practice.letter import folded
from tui.practice.noting import address_of
from tui.practice.state import Practice
from tui.smtp.answers import answered_name
from tui.smtp.events import Answered, BodyEnded, CommandSent, Event, Found, ReplyReceived
from tui.smtp.findings import Side
from tui.values import value


@value
class Scene:
    """An event, and how things stood around it. ``done``: the goals that were met before it."""

    before: Practice
    after: Practice
    event: Event
    done: frozenset[str]


def shows(sign: Sign, accepted: int, scene: Scene) -> bool:
    """Did the event show this sign? ``accepted``: messages on this connection before it."""
    envelope = scene.before.envelope
    return (
        _HAPPENED[sign.event](sign, scene)
        and (sign.open is None or sign.open is (envelope is not None))
        and accepted >= sign.accepted
        and (not sign.recipients or (envelope is not None and len(envelope.accepted) >= sign.recipients))
        and (_went_to(sign, scene) if sign.event is Happening.ACCEPTED else addressed(sign, scene.event))
    )


def _went_to(sign: Sign, scene: Scene) -> bool:
    """Did one of these addresses get the message?"""
    if not sign.addresses:
        return True
    got = {folded(one.address) for one in scene.after.accepted[-1].envelope.accepted}
    return bool(got & {folded(one) for one in sign.addresses})


def _replied(sign: Sign, scene: Scene) -> bool:
    event = scene.event
    return (
        isinstance(event, ReplyReceived)
        and event.to is not None
        and (not sign.verbs or name_of(event.to) in sign.verbs)
        and (not sign.codes or begins(event.reply.code, sign.codes))
    )


def _commanded(sign: Sign, scene: Scene) -> bool:
    if isinstance(scene.event, BodyEnded):
        return scene.event.complete and "." in sign.verbs
    return isinstance(scene.event, CommandSent) and name_of(scene.event) in sign.verbs


def _slipped(sign: Sign, scene: Scene) -> bool:
    event = scene.event
    return isinstance(event, Found) and event.side is Side.CLIENT and event.finding in sign.findings


def _was_accepted(sign: Sign, scene: Scene) -> bool:
    event = scene.event
    return isinstance(event, ReplyReceived) and len(scene.after.accepted) > len(scene.before.accepted)


_HAPPENED: Final[Mapping[Happening, Callable[[Sign, Scene], bool]]] = {
    Happening.REPLY: _replied,
    Happening.COMMAND: _commanded,
    Happening.FINDING: _slipped,
    Happening.ACCEPTED: _was_accepted,
}


def name_of(asked: Answered) -> str:
    """As packs write it: a verb, "connect", or "." for the end of a message in either way."""
    if isinstance(asked, CommandSent) and asked.command.last:
        return "."
    name = answered_name(asked)
    return "connect" if name == "greeting" else name


def address_in(event: Event) -> str:
    """That the command named, or that the reply is about; foreign."""
    if isinstance(event, ReplyReceived):
        return address_of(event)
    path = event.command.path if isinstance(event, CommandSent) else None
    return path.address if path is not None else ""


def addressed(sign: Sign, event: Event) -> bool:
    """Is it about an address that the sign asks for?"""
    return not sign.addresses or folded(address_in(event)) in {folded(one) for one in sign.addresses}


def begins(number: int, heads: tuple[int, ...]) -> bool:
    """Is it one of these codes, or does it begin with one of these digits?"""
    return any(str(number).startswith(str(head)) for head in heads)
