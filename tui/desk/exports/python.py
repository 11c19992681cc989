"""A dialogue as a Python program with smtplib from the standard library."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from typing import Final

from tui.desk.exports import mechanisms, shell
from tui.practice.logins import TOKENS
from tui.practice.recipe import Mail, Recipe, Security
from tui.words.language import gettext as _

_PLAIN_ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+|")
_INDENT: Final = "    "
#: What ``SMTP.auth`` brings along.
_MECHANISMS: Final = {"PLAIN": "auth_plain", "LOGIN": "auth_login", "CRAM-MD5": "auth_cram_md5"}
#: What stands before and behind the user in front of a token (RFC 7628; XOAUTH2 as Google documents it).
_BEARER: Final = {"XOAUTH2": ("user=", "\\x01"), "OAUTHBEARER": ("n,a=", ",\\x01")}
_KNOWN: Final = (*_MECHANISMS, *_BEARER)
_LONGEST: Final = 100
#: smtplib takes a socket's path for LMTP only.
_OVER_SOCKET: Final = (
    "",
    "class OverSocket(smtplib.LMTP):",
    f'{_INDENT}ehlo_msg = "ehlo"',
    "",
    "",
)


def program(recipe: Recipe) -> str:
    """A program that does the dialogue again and prints it."""
    secure = recipe.security is not Security.NONE
    modules = sorted({"smtplib", *(("ssl",) if secure else ()), *_login_modules(recipe)})
    rows = [
        "#!/usr/bin/env python3",
        *(shell.comment(text).rstrip("\n") for text in (*shell.remarks(recipe), *_remarks(recipe))),
        *(f"import {name}" for name in modules),
        "",
        *_messages(recipe),
        *(_context(recipe) if secure else ()),
        *(_OVER_SOCKET if recipe.socket and not recipe.lmtp else ()),
        "smtplib.SMTP.debuglevel = 1" + _behind(_("print the dialogue")),
        f"with {_connect(recipe)} as smtp:",
        *(f"{_INDENT}{row}" for row in _steps(recipe)),
    ]
    return "\n".join(rows) + "\n"


def _behind(text: str) -> str:
    """A comment at the end of a row."""
    return f"  # {text}"


def _remarks(recipe: Recipe) -> Iterator[str]:
    if recipe.socket and recipe.security is Security.IMPLICIT:
        yield _("smtplib cannot begin with TLS over a Unix socket: this begins without.")
    if any(mail.chunked for mail in recipe.mails):
        yield _("smtplib knows no BDAT: the message goes out with DATA.")
    yield from mechanisms.remarks(recipe, "smtplib", _KNOWN)


def _login_modules(recipe: Recipe) -> Iterator[str]:
    mechanism = mechanisms.chosen(recipe, _KNOWN)
    if mechanism:
        yield "getpass"
        yield "os"
    if mechanism in _BEARER:
        yield "base64"


def _messages(recipe: Recipe) -> Iterator[str]:
    for number, mail in enumerate(recipe.mails, 1):
        if mail.message is not None:
            yield from _assigned(_name(recipe, number), mail.message)
    if recipe.mails:
        yield ""


def _name(recipe: Recipe, number: int) -> str:
    return "message" if len(recipe.mails) == 1 else f"message_{number}"


def _assigned(name: str, message: bytes) -> Iterator[str]:
    """The message as literals, one line of it a row; UTF-8 stays readable."""
    if not _is_quoted_right(message):
        yield "# " + _("as it goes over the wire, dots doubled")
        message = shell.stuffed(message)
    text: bytes | str = message
    with contextlib.suppress(UnicodeDecodeError):
        text = message if message.isascii() else message.decode()
    rows = (
        re.findall(r"[^\n]*\n|[^\n]+", text)
        if isinstance(text, str)
        else re.findall(rb"[^\n]*\n|[^\n]+", text)
    )
    pieces = [row[at : at + _LONGEST] for row in rows for at in range(0, len(row), _LONGEST)]
    encode = ".encode()" if isinstance(text, str) else ""
    if not pieces:
        yield f'{name} = b""'
        return
    yield f"{name} = ("
    yield from (f"{_INDENT}{_literal(piece)}" for piece in pieces)
    yield f"){encode}"


def _context(recipe: Recipe) -> Iterator[str]:
    yield "context = ssl.create_default_context()"
    if not recipe.verified:
        yield "context.check_hostname = False"
        yield "context.verify_mode = ssl.CERT_NONE"
    yield ""


def _connect(recipe: Recipe) -> str:
    place = f"{_literal(shell.server(recipe))}, {recipe.port}"
    if recipe.socket:
        return f"{'smtplib.LMTP' if recipe.lmtp else 'OverSocket'}({_literal(recipe.socket)})"
    if recipe.lmtp:
        return f"smtplib.LMTP({place})"
    if recipe.security is Security.IMPLICIT:
        return f"smtplib.SMTP_SSL({place}, context=context)"
    return f"smtplib.SMTP({place})"


def _steps(recipe: Recipe) -> Iterator[str]:
    hello = f"smtp.{'helo' if recipe.hello == 'HELO' else 'ehlo'}({_literal(recipe.name)})"
    if recipe.hello:
        yield hello
    if recipe.security is Security.STARTTLS:
        if recipe.socket:
            yield f"smtp._host = {_literal(recipe.host)}"  # the name that the certificate is checked for
        yield "smtp.starttls(context=context)"
        if recipe.hello:
            yield hello
    yield from _login(recipe)
    for number, mail in enumerate(recipe.mails, 1):
        yield from _mail(recipe, mail, _name(recipe, number))
    if not (recipe.hello or recipe.login or recipe.mails):
        yield "smtp.noop()"


def _login(recipe: Recipe) -> Iterator[str]:
    mechanism = mechanisms.chosen(recipe, _KNOWN)
    if recipe.login is None:
        return
    if not mechanism:
        yield f"raise SystemExit({_literal(mechanisms.no_way(recipe, 'smtplib'))})"
        return
    user = _literal(shell.user(recipe))
    bearer = mechanism in TOKENS
    said = _("The password is asked for, or stands in the environment.")
    yield "# " + (_("The token is asked for, or stands in the environment.") if bearer else said)
    yield f'{"token" if bearer else "password"} = os.environ.get("SMTP_PASSWORD") or getpass.getpass()'
    if not bearer:
        yield f"smtp.user, smtp.password = {user}, password"
        yield f'smtp.auth("{mechanism}", smtp.{_MECHANISMS[mechanism]})'
        return
    begin, end = _BEARER[mechanism]
    yield f'answer = "{begin}" + {user} + "{end}auth=Bearer " + token + "\\x01\\x01"'
    yield f'smtp.docmd("AUTH", "{mechanism} " + base64.b64encode(answer.encode()).decode())'


def _mail(recipe: Recipe, mail: Mail, name: str) -> Iterator[str]:
    addresses = (mail.reverse_path, *(one.address for one in mail.recipients))
    if not all(address.isascii() for address in addresses):
        yield 'smtp.command_encoding = "utf-8"'
    yield _path("mail", "FROM", mail.reverse_path, mail.params)
    for one in mail.recipients:
        yield _path("rcpt", "TO", one.address, one.params)
    if mail.message is None:
        return
    if _is_quoted_right(mail.message):
        yield f"print(smtp.data({name}))"
    else:
        yield 'if smtp.docmd("DATA")[0] == 354:'
        yield rf'    smtp.send({name} + b".\r\n")'
        yield "    print(smtp.getreply())"
    more = len(mail.recipients) - len(mail.refused) - 1
    if recipe.lmtp and more > 0:
        yield f"for _ in range({more}):" + _behind(_("LMTP: one reply for each recipient"))
        yield "    print(smtp.getreply())"


def _path(method: str, word: str, address: str, params: Sequence[str]) -> str:
    if _PLAIN_ADDRESS.fullmatch(address):
        options = f", [{', '.join(_literal(one) for one in params)}]" if params else ""
        return f"smtp.{method}({_literal(address)}{options})"
    line = " ".join((f"{word}:<{address}>", *params))
    return f'smtp.docmd("{method.upper()}", {_literal(line)})'


def _is_quoted_right(message: bytes) -> bool:
    """smtplib doubles a dot behind any LF; a server takes it off behind CRLF only."""
    return message.endswith(b"\r\n") and not re.search(rb"(?<!\r)\n\.", message)


def _literal(text: str | bytes) -> str:
    """As Python writes it: in double quotes, as a formatter would have it, where that is the same."""
    written = repr(text)
    prefix, quote, inner = written.partition(written[-1])
    inner = inner[:-1]
    return f'{prefix}"{inner}"' if quote == "'" and '"' not in inner and "\\'" not in inner else written
