"""Words and texts for a shell script (bash): quoted so that nothing in them means anything to it."""

from __future__ import annotations

import re
import shlex
from base64 import encodebytes
from collections.abc import Iterator, Sequence
from typing import Final

from tui.practice.recipe import Recipe
from tui.smtp.display import visible
from tui.words import doubts
from tui.words.language import gettext as _

HEAD: Final = "#!/usr/bin/env bash"
#: Stands for the server's name where the recording has none.
NO_HOST: Final = "mail.example.com"
#: Stands for a user name that the recording hides.
NO_USER: Final = "USER"
_SEPARATORS: Final = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_MARGIN: Final = 76


def word(text: str) -> str:
    """One word. What cannot be shown is spelt in ``$'…'``, octet by octet."""
    if text.isprintable():
        return shlex.quote(text)
    octets = text.encode(errors="surrogateescape")
    spelt = "".join(
        chr(one) if 0x20 <= one < 0x7F and one not in b"\\'" else f"\\x{one:02x}" for one in octets
    )
    return f"$'{spelt}'"


def words(parts: Sequence[tuple[str, ...]]) -> str:
    """A command over several lines: each group of words on one, all but the first indented."""
    rows = [" ".join(group) for group in parts if group]
    return " \\\n    ".join(rows)


def comment(text: str) -> str:
    """A sentence as rows of comment; foreign parts of it must be visible() already."""
    rows, row = [], ""
    for part in text.split(" "):
        if row and len(row) + len(part) + 1 > _MARGIN:
            rows.append(row)
            row = part
        else:
            row = f"{row} {part}" if row else part
    return "".join(f"# {one}\n" for one in (*rows, row))


def is_plain(message: bytes) -> bool:
    """It can stand in a here-document and come out of it octet for octet, LF for CRLF."""
    if not message.endswith(b"\r\n"):
        return False
    rows = message[:-2].split(b"\r\n")
    try:
        texts = [row.decode() for row in rows]
    except UnicodeDecodeError:
        return False
    return all(text.replace("\t", "").isprintable() and not _SEPARATORS.search(text) for text in texts)


def document(rows: Sequence[str]) -> str:
    """``<<'END'`` and the rows, with an end mark that none of them is."""
    end = "END"
    while end in rows:
        end += "_"
    return f"<<'{end}'\n" + "".join(f"{row}\n" for row in rows) + f"{end}\n"


def piped(command: str, octets: bytes) -> str:
    """These octets, exactly, into a command."""
    first, rest = document(base64_rows(octets)).split("\n", 1)
    return f"base64 -d {first} | {command}\n{rest}"


def lines(message: bytes) -> list[str]:
    """The rows of a message that ``is_plain``."""
    return message[:-2].decode().split("\r\n")


def base64_rows(octets: bytes) -> list[str]:
    return encodebytes(octets).decode("ascii").splitlines()


def stuffed(message: bytes) -> bytes:
    """As it goes over the wire, without the final dot (RFC 5321 §4.5.2)."""
    octets = message if message.endswith(b"\r\n") or not message else message + b"\r\n"
    return re.sub(rb"(?:\A|(?<=\r\n))\.", b"..", octets)


def server(recipe: Recipe) -> str:
    return recipe.host or NO_HOST


def remarks(recipe: Recipe) -> Iterator[str]:
    """What every form says of the recording."""
    if not recipe.host:
        yield _("The recording does not say which server it was: put yours for {name}.").format(name=NO_HOST)
    if recipe.through and not recipe.socket:
        yield _("The server was reached through {way}; this goes there directly.").format(
            way=visible(recipe.through)
        )
    if not recipe.verified:
        yield _("The certificate was not verified then, and is not here.")
    if any(mail.unseen for mail in recipe.mails):
        yield _("The recording does not show the message: none is sent here.")
    if recipe.doubtful:
        yield doubts.remark(recipe.doubtful)
    if recipe.login is not None and not recipe.login.user:
        yield _("The recording hides who logged in: put the name for {name}.").format(name=NO_USER)


def user(recipe: Recipe) -> str:
    return recipe.login.user or NO_USER if recipe.login is not None else ""
