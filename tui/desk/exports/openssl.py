"""A dialogue as a script that types it into ``openssl s_client``, a line a second, and shows both sides."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from tui.desk.exports import shell
from tui.practice.recipe import Mail, Recipe, Security
from tui.smtp.display import socket_address
from tui.words.language import gettext as _

#: Shows a line on the screen and sends it, then waits: SMTP is a dialogue.
_SAY = """say() {
    printf '%s\\n' "$1" >&2
    printf '%s\\r\\n' "$1"
    sleep 1
}
"""
_SAY_HIDDEN = """say_hidden() {
    printf '********\\n' >&2
    printf '%s\\r\\n' "$1"
    sleep 1
}
"""


def script(recipe: Recipe) -> str:
    """A script (bash). openssl speaks TLS only: what was plain text goes behind STARTTLS."""
    rows = [f"{shell.HEAD}\n"]
    rows += [shell.comment(text) for text in (*shell.remarks(recipe), *_remarks(recipe))]
    rows.append(_SAY)
    if recipe.login is not None:
        rows.append(_SAY_HIDDEN)
        rows.append(f"SMTP_USER={shell.word(shell.user(recipe))}\n")
        rows.append(': "${SMTP_PASSWORD:?}"\n')
    rows += ["{\n", *_typed(recipe), f"}} | {_client(recipe)}\n"]
    return "".join(rows)


def _remarks(recipe: Recipe) -> Iterator[str]:
    if recipe.security is Security.NONE:
        yield _("openssl speaks TLS only: the same, behind STARTTLS.")
    if recipe.security is not Security.IMPLICIT:
        yield _("openssl types the first EHLO and STARTTLS itself.")
    if recipe.login is not None:
        yield _("The password stands in the environment: SMTP_PASSWORD=... bash SCRIPT")
        if recipe.login.mechanism not in {"PLAIN", "XOAUTH2"}:
            yield _("{mechanism} answers what the server asks; a script of fixed lines takes PLAIN.").format(
                mechanism=ascii(recipe.login.mechanism)[1:-1]
            )
    if any(mail.chunked for mail in recipe.mails):
        yield _("The message goes out with DATA, not with BDAT.")


def _typed(recipe: Recipe) -> Iterator[str]:
    yield "    sleep 1\n"
    if recipe.hello:
        yield _say(f"{recipe.hello} {recipe.name}".strip())
    yield from _login(recipe)
    for mail in recipe.mails:
        yield from _mail(mail)
    yield _say("QUIT")


def _login(recipe: Recipe) -> Iterator[str]:
    if recipe.login is None:
        return
    if recipe.login.mechanism == "XOAUTH2":
        yield _say("AUTH XOAUTH2")
        plan = r"'user=%s\001auth=Bearer %s\001\001'"
    else:
        yield _say("AUTH PLAIN")
        plan = r"'\0%s\0%s'"
    yield f'    say_hidden "$(printf {plan} "$SMTP_USER" "$SMTP_PASSWORD" | base64 | tr -d \'\\n\')"\n'


def _mail(mail: Mail) -> Iterator[str]:
    yield _say(" ".join((f"MAIL FROM:<{mail.reverse_path}>", *mail.params)))
    for one in mail.recipients:
        yield _say(" ".join((f"RCPT TO:<{one.address}>", *one.params)))
    if mail.message is None:
        return
    yield _say("DATA")
    wire = shell.stuffed(mail.message)
    if not wire:
        pass
    elif shell.is_plain(wire):
        source = shell.document(shell.lines(wire))
        first, rest = source.split("\n", 1)
        yield f"    tee /dev/stderr {first} | awk '{{ printf \"%s\\r\\n\", $0 }}'\n{rest}"
    else:
        yield "    " + shell.piped("tee /dev/stderr", wire)
    yield _say(".")


def _say(line: str) -> str:
    return f"    say {shell.word(line)}\n"


def _client(recipe: Recipe) -> str:
    host = shell.server(recipe)
    parts: list[tuple[str, ...]] = [
        ("openssl", "s_client", "-quiet", "-connect", shell.word(socket_address(host, recipe.port)))
    ]
    if recipe.security is not Security.IMPLICIT:
        name = ("-name", shell.word(recipe.name)) if recipe.name else ()
        parts.append(("-starttls", "lmtp" if recipe.lmtp else "smtp", *name))
    if recipe.verified:
        check = "-verify_ip" if _is_address(host) else "-verify_hostname"
        parts.append(("-verify_return_error", check, shell.word(host)))
    return shell.words(parts)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
