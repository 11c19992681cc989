"""A dialogue as command lines of swaks, one for each mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tui.desk.exports import mechanisms, shell
from tui.practice.recipe import Mail, Recipe, Security
from tui.words.language import gettext as _

#: What swaks would change in a message by itself: its tokens, ``\n`` spelt out, a mailbox line, a last dot,
#: and a header that it does not find: one that is empty, or that no empty line ends.
_CHANGED: Final = re.compile(
    rb"%[A-Z_]+%|\\n|\AFrom |(?:\A|\n)\.\r\n\Z|\A\r\n|\A(?!.*\r\n\r\n)|\A[^\S\r]", re.DOTALL
)


def command(recipe: Recipe) -> str:
    """A script of one command a mail; without a mail it goes as far as the dialogue went."""
    rows = [f"{shell.HEAD}\n"]
    rows += [shell.comment(text) for text in (*shell.remarks(recipe), *_remarks(recipe))]
    if recipe.login is not None and not mechanisms.chosen(recipe):
        return "".join((*rows, mechanisms.refusal(recipe, "swaks")))
    rows += [_one(recipe, mail) for mail in recipe.mails or (None,)]
    return "".join(rows)


def _remarks(recipe: Recipe) -> Iterator[str]:
    yield from mechanisms.remarks(recipe, "swaks")
    if mechanisms.chosen(recipe):
        yield _("The password is asked for, or stands in the environment as SWAKS_OPT_auth_password.")
    if any(mail.chunked for mail in recipe.mails):
        yield _("{program} knows no BDAT: the message goes out with DATA.").format(program="swaks")
    if any(mail.params or any(one.params for one in mail.recipients) for mail in recipe.mails):
        yield _("{program} cannot send the parameters of MAIL and RCPT.").format(program="swaks")


def _one(recipe: Recipe, mail: Mail | None) -> str:
    server = ("--server", shell.word(shell.server(recipe)), "--port", str(recipe.port))
    parts: list[tuple[str, ...]] = [
        ("swaks", *(("--socket", shell.word(recipe.socket)) if recipe.socket else server)),
        _hello(recipe),
        _security(recipe),
        _login(recipe),
    ]
    if mail is None:
        return f"{shell.words([*parts, ('--quit-after', _last(recipe))])}\n"
    parts.append(("--from", shell.word(mail.reverse_path or "<>")))
    if mail.recipients:
        parts.append(("--to", shell.word(",".join(one.address for one in mail.recipients))))
    if mail.message is None:
        stop = "RCPT" if mail.recipients else "MAIL"
        return f"{shell.words([*parts, ('--quit-after', stop)])}\n"
    if shell.is_plain(mail.message) and not _CHANGED.search(mail.message):
        source = shell.document([*shell.lines(mail.message), "."])  # without it, swaks adds an empty line
        return f"{shell.words([*parts, ('--data', '-')])} {source}"
    # Octet for octet: stuffed and ended by us, the last CRLF comes from swaks.
    wire = shell.stuffed(mail.message) + b"."
    return shell.piped(shell.words([*parts, ("--no-data-fixup", "--data", "-")]), wire)


def _hello(recipe: Recipe) -> tuple[str, ...]:
    if not recipe.hello:
        return ()
    protocol = {"HELO": ("--protocol", "SMTP"), "LHLO": ("--protocol", "LMTP")}.get(recipe.hello, ())
    return (*protocol, "--helo", shell.word(recipe.name))


def _security(recipe: Recipe) -> tuple[str, ...]:
    if recipe.security is Security.NONE:
        return ()
    how = "--tls" if recipe.security is Security.STARTTLS else "--tls-on-connect"
    return (how, *(("--tls-verify",) if recipe.verified else ()))


def _login(recipe: Recipe) -> tuple[str, ...]:
    if recipe.login is None:
        return ()
    mechanism = shell.word(mechanisms.chosen(recipe))
    return ("--auth", mechanism, "--auth-user", shell.word(shell.user(recipe)), "--auth-hide-password")


def _last(recipe: Recipe) -> str:
    if recipe.login is not None:
        return "AUTH"
    if recipe.security is Security.STARTTLS:
        return "TLS"
    return "HELO" if recipe.hello else "BANNER"
