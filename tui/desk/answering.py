"""F4 and ``/fill`` where an answer of a login is due, for both front ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.desk.login import Ask, Fault, NoSecret
from tui.values import value
from tui.words import logins
from tui.words.language import gettext as _

if TYPE_CHECKING:
    from tui.desk.desk import Desk


@value
class Filled:
    """The answer, to be put into the masked prompt. Show it nowhere else."""

    line: str

    def __repr__(self) -> str:
        return "Filled(********)"


async def answer(desk: Desk, typed: str, key: str) -> Filled | Ask | str:
    """``typed``: what stands in the prompt, a field that is to be turned into base64; ``key``: what the
    person presses or types for it.

    Returns the line; what a person has to tell first (``asked``); or a note that says why there is none.
    """
    outcome = await desk.login.fill(desk.practice, typed)
    match outcome:
        case bytes():
            return Filled(outcome.decode("ascii"))
        case Ask():
            return outcome
        case _:
            return why(outcome, tls=desk.practice.tls is not None)


def why(outcome: Ask | Fault | NoSecret | None, *, tls: bool) -> str:
    """Why there is no answer, or what is missing for one. ``tls``: inside TLS."""
    match outcome:
        case Fault():
            return logins.fault(outcome, tls=tls)
        case NoSecret(reason, program, detail):
            return logins.no_secret(reason.value, program, detail)
        case Ask.USER:
            return _("no user name: give --user")
        case Ask.SECRET:
            return _("no password: set SMTPTUTOR_PASSWORD, or give --password-command")
        case None:
            return _("there is nothing to fill in now")


def asked(desk: Desk, what: Ask, key: str) -> str:
    """What a person has to type, in words."""
    login = desk.practice.login
    return logins.wanted(what.value, login.mechanism if login is not None else "", key)
