"""A dialogue as a script that types it into ``openssl s_client`` reply by reply, and shows both sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tui.desk.exports import mechanisms, shell
from tui.net.endpoint import is_address
from tui.practice.logins import TOKENS
from tui.practice.recipe import Mail, Recipe, Security
from tui.smtp.display import socket_address, visible
from tui.smtp.sasl import PROVING
from tui.words.language import gettext as _

#: ``hear`` waits for a reply and shows it below the line that it answers, and not sooner: until then openssl
#: may tell of the handshake. ``say`` sends a line and hears; its second word is shown in place of a secret.
_DIALOGUE: Final = """\
replies=$(mktemp -d)/replies && mkfifo "$replies" || exit 1
trap 'rm -r "${replies%/*}"' EXIT
hear() {
    IFS= read -r reply <&3 || reply=
    [ -z "$1" ] || printf '%s\\n' "$1" >&2
    while [ -n "$reply" ]; do
        printf '%s\\n' "$reply" >&2
        case $reply in ???-*) IFS= read -r reply <&3 || reply= ;; *) return ;; esac
    done
    exit 1
}
say() {
    printf '%s\\r\\n' "$1"
    hear "${2-$1}"
}
"""


_BOTH: Final = '"$SMTP_USER" "$SMTP_PASSWORD"'
#: Mechanism -> its answers as printf makes them, of those that need nothing of what the server asks.
_LOGINS: Final = {
    "PLAIN": (rf"'\0%s\0%s' {_BOTH}",),
    "LOGIN": ('%s "$SMTP_USER"', '%s "$SMTP_PASSWORD"'),
    "XOAUTH2": (rf"'user=%s\001auth=Bearer %s\001\001' {_BOTH}",),
    "OAUTHBEARER": (rf"'n,a=%s,\001auth=Bearer %s\001\001' {_BOTH}",),
}
_KNOWN: Final = tuple(_LOGINS)


def script(recipe: Recipe) -> str:
    """A script (bash). openssl speaks TLS only: what was plain text goes behind STARTTLS."""
    rows = [f"{shell.HEAD}\n"]
    rows += [shell.comment(text) for text in (*shell.remarks(recipe), *_remarks(recipe))]
    if recipe.login is not None and not mechanisms.chosen(recipe, _KNOWN):
        return "".join((*rows, mechanisms.refusal(recipe, "openssl")))
    rows.append(_DIALOGUE)
    if recipe.login is not None:
        rows.append(f"SMTP_USER={shell.word(shell.user(recipe))}\n")
        rows.append(': "${SMTP_PASSWORD:?}"\n')
    rows += ["{\n", *_typed(recipe), f'}} 3<"$replies" | {_client(recipe)}\n']
    return "".join(rows)


def _remarks(recipe: Recipe) -> Iterator[str]:
    if recipe.security is Security.NONE:
        yield _("openssl speaks TLS only: the same, behind STARTTLS.")
    if recipe.security is not Security.IMPLICIT:
        yield _("openssl types the first EHLO and STARTTLS itself.")
    mechanism = mechanisms.chosen(recipe, _KNOWN)
    if mechanism in TOKENS:
        yield _("The token stands in the environment: SMTP_PASSWORD=... bash SCRIPT")
    elif mechanism:
        yield _("The password stands in the environment: SMTP_PASSWORD=... bash SCRIPT")
    if recipe.login is not None and recipe.login.mechanism in PROVING:
        yield _("{mechanism} answers what the server asks, which a script of fixed lines cannot do.").format(
            mechanism=visible(recipe.login.mechanism)
        )
    inside = replace(recipe, security=Security.STARTTLS)  # it always is, so that no password is in clear
    yield from mechanisms.remarks(inside, "openssl", _KNOWN)
    if any(mail.chunked for mail in recipe.mails):
        yield _("The message goes out with DATA, not with BDAT.")


def _typed(recipe: Recipe) -> Iterator[str]:
    if recipe.security is Security.IMPLICIT:
        yield "    hear ''\n"
    if recipe.hello:
        yield _say(f"{recipe.hello} {recipe.name}".strip())
    yield from _login(recipe)
    for mail in recipe.mails:
        yield from _mail(mail, lmtp=recipe.lmtp)
    yield _say("QUIT")


def _login(recipe: Recipe) -> Iterator[str]:
    if recipe.login is None:
        return
    mechanism = mechanisms.chosen(recipe, _KNOWN)
    yield _say(f"AUTH {mechanism}")
    for answer in _LOGINS[mechanism]:
        yield f"    say \"$(printf {answer} | base64 | tr -d '\\n')\" '********'\n"


def _mail(mail: Mail, *, lmtp: bool) -> Iterator[str]:
    """A message goes out where the server waits for it, and nowhere else: its lines would be commands."""
    yield _say(" ".join((f"MAIL FROM:<{mail.reverse_path}>", *mail.params)))
    if lmtp:
        yield "    accepted=0\n"
    for one in mail.recipients:
        yield _say(" ".join((f"RCPT TO:<{one.address}>", *one.params)))
        if lmtp:
            yield "    [[ $reply == 2* ]] && accepted=$((accepted + 1))\n"
    if mail.message is None:
        return
    wire = shell.stuffed(mail.message)
    if wire:
        yield from _message(wire)
    yield _say("DATA")
    yield "    if [[ $reply == 354* ]]; then\n"
    if wire:
        yield "        message >&2\n"
        yield "        message" + (" | awk '{ printf \"%s\\r\\n\", $0 }'\n" if shell.is_plain(wire) else "\n")
    yield f"    {_say('.')}"
    if lmtp:  # a reply for each recipient (RFC 2033 §4.2)
        yield "        while ((--accepted > 0)); do hear ''; done\n"
    yield "    fi\n"


def _message(wire: bytes) -> Iterator[str]:
    yield "    message() {\n"
    if shell.is_plain(wire):
        yield f"        cat {shell.document(shell.lines(wire))}"
    else:
        yield f"        base64 -d {shell.document(shell.base64_rows(wire))}"
    yield "    }\n"


def _say(line: str) -> str:
    return f"    say {shell.word(line)}\n"


def _client(recipe: Recipe) -> str:
    host = shell.server(recipe)
    place = ("-unix", recipe.socket) if recipe.socket else ("-connect", socket_address(host, recipe.port))
    parts: list[tuple[str, ...]] = [("openssl", "s_client", "-quiet", place[0], shell.word(place[1]))]
    if recipe.security is not Security.IMPLICIT:
        name = ("-name", shell.word(recipe.name)) if recipe.name else ()
        parts.append(("-starttls", "lmtp" if recipe.lmtp else "smtp", *name))
    if recipe.verified:
        check = "-verify_ip" if is_address(host) else "-verify_hostname"
        parts.append(("-verify_return_error", check, shell.word(host)))
    return shell.words([*parts, ('> "$replies"',)])
