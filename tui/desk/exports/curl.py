"""A dialogue as command lines of curl, one for each mail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from tui.desk.exports import mechanisms, shell
from tui.practice.logins import TOKENS
from tui.practice.recipe import Mail, Recipe, Security
from tui.smtp.display import socket_address
from tui.words.language import gettext as _

_KNOWN: Final = (*mechanisms.COMMON, "XOAUTH2", "OAUTHBEARER")
#: The token in a file of options that is none: on the command line every user of the machine could read it.
_BEARER: Final = '<(printf \'oauth2-bearer = "%s"\\n\' "$SMTP_PASSWORD")'


def command(recipe: Recipe) -> str:
    """A script of one command a mail. curl cannot stop before a message: without one it only says hello."""
    rows = [f"{shell.HEAD}\n"]
    rows += [shell.comment(text) for text in (*shell.remarks(recipe), *_remarks(recipe))]
    mechanism = mechanisms.chosen(recipe, _KNOWN)
    if recipe.login is not None and not mechanism:
        return "".join((*rows, mechanisms.refusal(recipe, "curl")))
    if mechanism in TOKENS:
        rows.append(': "${SMTP_PASSWORD:?}"\n')
    sent = [mail for mail in recipe.mails if mail.message is not None]
    rows += [_one(recipe, mail, mail.message or b"") for mail in sent]
    if not sent:
        rows.append(f"{shell.words([*_start(recipe), ('--request', 'NOOP')])}\n")
    return "".join(rows)


def _remarks(recipe: Recipe) -> Iterator[str]:
    yield from mechanisms.remarks(recipe, "curl", _KNOWN)
    mechanism = mechanisms.chosen(recipe, _KNOWN)
    if mechanism in TOKENS:
        yield _("The token stands in the environment: SMTP_PASSWORD=... bash SCRIPT")
    elif mechanism:
        yield _("curl asks for the password.")
    if recipe.lmtp:
        yield _("curl speaks no LMTP: it says EHLO.")
    if recipe.hello == "HELO":
        yield _("curl says EHLO first, and HELO only where that is refused.")
    if any(mail.chunked for mail in recipe.mails):
        yield _("{program} knows no BDAT: the message goes out with DATA.").format(program="curl")
    if any(mail.params or any(one.params for one in mail.recipients) for mail in recipe.mails):
        yield _("{program} cannot send the parameters of MAIL and RCPT.").format(program="curl")
    if any(mail.message is None for mail in recipe.mails):
        yield _("No message was sent, and curl cannot stop before one: this only says EHLO and NOOP.")


def _start(recipe: Recipe) -> list[tuple[str, ...]]:
    scheme = "smtps" if recipe.security is Security.IMPLICIT else "smtp"
    where = socket_address(shell.server(recipe), recipe.port)
    path = quote(recipe.name, safe="") if recipe.name else ""
    parts: list[tuple[str, ...]] = [
        ("curl", "--verbose", shell.word(f"{scheme}://{where}/{path}")),
        ("--unix-socket", shell.word(recipe.socket)) if recipe.socket else (),
        ("--ssl-reqd",) if recipe.security is Security.STARTTLS else (),
        () if recipe.verified else ("--insecure",),
    ]
    if recipe.login is not None:
        parts.append(("--user", shell.word(shell.user(recipe))))
        mechanism = mechanisms.chosen(recipe, _KNOWN)
        parts.append(("--login-options", shell.word(f"AUTH={mechanism}")))
        if mechanism in TOKENS:
            parts.append(("--config", _BEARER))
    return parts


def _one(recipe: Recipe, mail: Mail, message: bytes) -> str:
    parts = [*_start(recipe), ("--mail-from", shell.word(mail.reverse_path))]
    parts += [("--mail-rcpt", shell.word(one.address)) for one in mail.recipients]
    if mail.refused:
        parts.append(("--mail-rcpt-allowfails",))
    if shell.is_plain(message):
        source = shell.document(shell.lines(message))
        return f"{shell.words([*parts, ('--crlf', '--upload-file', '-')])} {source}"
    return shell.piped(shell.words([*parts, ("--upload-file", "-")]), message)
