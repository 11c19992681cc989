"""The mechanism by which another program logs in, where it does not know the one of the recording."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tui.desk.exports import shell
from tui.practice.logins import TOKENS
from tui.practice.recipe import Recipe, Security
from tui.smtp.display import visible
from tui.smtp.sasl import STEPS
from tui.smtp.secrets import CLEAR_MECHANISMS
from tui.words.language import gettext as _

#: What swaks and curl log in with, wherever they come from; SCRAM-SHA-256 is missing from most builds.
COMMON: Final = ("PLAIN", "LOGIN", "CRAM-MD5")
#: Behind no TLS, the one that keeps the password to itself is tried first.
_IN_CLEAR: Final = ("CRAM-MD5", "PLAIN", "LOGIN")


def chosen(recipe: Recipe, known: tuple[str, ...] = COMMON) -> str:
    """The one of the recording, else one that this server offered then; "" where the program ``known`` that
    way knows none, and where nobody logged in."""
    if recipe.login is None:
        return ""
    if recipe.login.mechanism in known:
        return recipe.login.mechanism
    order = _IN_CLEAR if recipe.security is Security.NONE else COMMON
    return next((one for one in order if one in recipe.offered and one in known), "")


def remarks(recipe: Recipe, program: str, known: tuple[str, ...] = COMMON) -> Iterator[str]:
    """That another one is taken, and what for."""
    mechanism = chosen(recipe, known)
    if recipe.login is None or not mechanism or mechanism == recipe.login.mechanism:
        return
    yield _("{program} does not know {mechanism}: it takes {other}, which the server offered.").format(
        program=program, mechanism=visible(recipe.login.mechanism), other=mechanism
    )
    if recipe.login.mechanism in TOKENS:
        yield _("That wants the password, not the token.")
    if recipe.security is Security.NONE and mechanism in CLEAR_MECHANISMS:
        yield _("In plain text that shows the password to whoever listens: put TLS before it.")


def refusal(recipe: Recipe, program: str) -> str:
    """A script that says, instead of trying, that the program cannot log in there."""
    return f"echo {shell.word(no_way(recipe, program))} >&2\nexit 1\n"


def no_way(recipe: Recipe, program: str) -> str:
    """That the program cannot log in there, and what can."""
    mechanism = recipe.login.mechanism if recipe.login is not None else ""
    sentence = _(
        "{program} cannot do this login: it does not know {mechanism}, and the server offered nothing that "
        "it knows."
    ).format(program=program, mechanism=visible(mechanism))
    if mechanism not in STEPS:
        return sentence
    server = f"{shell.server(recipe)}:{recipe.port}"
    how = f"smtptutor connect {server} --user {shell.user(recipe)} --auth {mechanism}"
    return _("{sentence} This can: {command}").format(sentence=sentence, command=visible(how))
