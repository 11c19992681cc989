"""Labels and single words: sections, states, modes. Labels are at most 8 cells wide in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.practice.checklist import LAST_CHUNK
from tui.smtp.events import CommandSent
from tui.smtp.phases import Phase
from tui.words.language import NC_, gettext, pgettext

if TYPE_CHECKING:
    from tui.practice.course import Standing
    from tui.practice.state import Practice, Step, StepState

_SECTIONS = {
    "task": NC_("section", "task"),
    "story": NC_("section", "task"),
    "steps": NC_("section", "steps"),
    "goals": NC_("section", "goals"),
    "mail": NC_("section", "mail"),
    "slip": NC_("section", "slip"),
    "reply": NC_("section", "reply"),
    "question": NC_("section", "question"),
    "why": NC_("section", "why"),
    "next": NC_("section", "next"),
    "marks": NC_("section", "marks"),
    "hint": NC_("section", "hint"),
    "chosen": NC_("section", "chosen"),
    "tale": NC_("section", "story"),
    "learn": NC_("section", "learn"),
    "solved": NC_("section", "solved"),
    "learnt": NC_("section", "learnt"),
    "work": NC_("section", "work"),
    "yours": NC_("section", "yours"),
    "tls": NC_("section", "tls"),
    "cert": NC_("section", "cert"),
    "offers": NC_("section", "offers"),
    "login": NC_("section", "login"),
    "asked": NC_("section", "asked"),
    "warn": NC_("section", "warn"),
    "accounts": NC_("section", "accounts"),
    "sums": NC_("section", "in all"),
}

#: By the values of ``StepState``, so that a word can be had without the whole practice.
_STATES = {
    "to-do": NC_("state", "to do"),
    "now": NC_("state", "now"),
    "waiting": NC_("state", "waiting"),
    "done": NC_("state", "done"),
    "refused": NC_("state", "refused"),
    "later": NC_("state", "later"),
}

#: By the values of ``Standing``.
_STANDINGS = {
    "to-do": NC_("state", "to do"),
    "begun": NC_("state", "begun"),
    "done": NC_("state", "done"),
    "shown": NC_("state", "shown"),
}

_MODES = {
    "command": NC_("mode", "command"),
    "message": NC_("mode", "message"),
    "secret": NC_("mode", "secret"),
    "name": NC_("mode", "user name"),
    "waiting": NC_("mode", "waiting"),
    "question": NC_("mode", "question"),
    "paste": NC_("mode", "paste"),
    "reading": NC_("mode", "reading"),
    "raw": NC_("mode", "raw"),
    "chunk": NC_("mode", "chunk"),
    "closed": NC_("mode", "closed"),
    "connecting": NC_("mode", "connecting"),
    "solved": NC_("mode", "solved"),
    "solution": NC_("mode", "solution"),
}

#: Key words of the plain session that are words of a language, not of SMTP.
_STEPS = {"connect": NC_("step", "connect"), "message": NC_("step", "message")}

_PHASES = {
    Phase.CONNECTING: NC_("phase", "connecting"),
    Phase.GREETED: NC_("phase", "greeted"),
    Phase.TURNED_AWAY: NC_("phase", "turned away"),
    Phase.READY: NC_("phase", "ready"),
    Phase.MAIL: NC_("phase", "sender accepted"),
    Phase.RCPT: NC_("phase", "recipient accepted"),
    Phase.MESSAGE: NC_("phase", "inside the message"),
    Phase.CHUNKING: NC_("phase", "message in chunks"),
    Phase.AUTH: NC_("phase", "logging in"),
    Phase.TLS: NC_("phase", "starting TLS"),
    Phase.QUIT: NC_("phase", "said goodbye"),
    Phase.CLOSED: NC_("phase", "closed"),
}


def section(key: str) -> str:
    """The bold label of a section of the guide; ``key`` as in ``Section.key``."""
    return pgettext("section", _SECTIONS[key])


def state(value: StepState) -> str:
    """The word beside the glyph of a step."""
    return pgettext("state", _STATES[value.value])


def standing(value: Standing) -> str:
    """The word beside an exercise on the course map."""
    return pgettext("state", _STANDINGS[value.value])


def mode(name: str) -> str:
    """The bold word of the mode line: command, message, secret, name, waiting, question, paste, reading, raw,
    closed, connecting."""
    return pgettext("mode", _MODES[name])


def step(one: Step) -> str:
    """A step's key word: SMTP's own words as they are, ours in the language in use."""
    source = _STEPS.get(one.id)
    return one.name if source is None or one.name != source else pgettext("step", source)


def hello_again(one: Step, practice: Practice) -> str:
    """The verb that is due once more, where TLS has made the greeting of before void (RFC 3207 §4.2); else
    ""."""
    if one.id != "helo" or practice.tls is None or practice.tls.implicit:
        return ""
    return "LHLO" if practice.lmtp else "EHLO"


def spoken(one: Step, practice: Practice) -> str:
    """A step inside a sentence, where a dot alone would be read as the end of it."""
    if one.id != "dot":
        return step(one)
    to = practice.reply.to if practice.reply is not None else None
    chunked = isinstance(to, CommandSent) and to.command.last
    return LAST_CHUNK if chunked or one.name == LAST_CHUNK else pgettext("refused at", "the final dot")


def phase(value: Phase) -> str:
    """Where the dialogue stands, in two or three words."""
    return pgettext("phase", _PHASES[value])


def count(practice: Practice) -> str:
    """``3 of 8``: the steps that are done."""
    return gettext("{done} of {all}").format(done=practice.done, all=len(practice.steps))
