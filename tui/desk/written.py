"""Values as a person writes them, for flags, profiles and the connect page; what is wrong with them in words.

Each sentence is without its full stop and names no flag: who asked for the value knows where it stood.
"""

from __future__ import annotations

import os
import re
import shlex
import unicodedata
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from tui.desk.target import BadTargetError, parse
from tui.net.access import Access, ProxyHeader
from tui.practice.stepping import Until
from tui.store.paths import expanded
from tui.store.servers import LONGEST_WAIT
from tui.words.language import gettext as _
from tui.words.prose import enumerated, quoted, quoted_file


def jump(text: str) -> str:
    """The host for ``ssh -W``.

    Raises:
        BadTargetError: ssh could take it for something else.
    """
    if text.startswith("-"):
        sentence = _('a jump host may not begin with "-": ssh would take {value} for an option of its own')
        raise BadTargetError(sentence.format(value=quoted(text)))
    if any(one.isspace() or not one.isprintable() for one in text):
        raise BadTargetError(_("{value} is not the name of a host for ssh").format(value=quoted(text)))
    return text


def program(text: str) -> tuple[str, ...]:
    """The program and its arguments; there is no shell.

    Raises:
        BadTargetError: a quote stays open, or there is none.
    """
    try:
        words = tuple(shlex.split(text))
    except ValueError:
        raise BadTargetError(_("a quote is not closed in {value}").format(value=quoted(text))) from None
    if not words or "\0" in text:
        raise BadTargetError(_("the name of a program is missing"))
    return words


def address(text: str) -> str:
    """An IP address of ours; "" stays so.

    Raises:
        BadTargetError: it is none.
    """
    if not text:
        return ""
    try:
        return str(ip_address(text))
    except ValueError:
        raise BadTargetError(_("{value} is not an IP address").format(value=quoted(text))) from None


def host(text: str) -> str:
    """A name alone; "" stays so.

    Raises:
        BadTargetError: it is none.
    """
    return parse(text).host if text else ""


def hello(text: str) -> str:
    """The name to say at EHLO; "" for the usual.

    Raises:
        BadTargetError: it could not be one word.
    """
    if any(unicodedata.category(one).startswith(("C", "Z")) for one in text):
        raise BadTargetError(_("{value} holds a blank or a control character").format(value=quoted(text)))
    return text


def proxy(text: str) -> ProxyHeader | None:
    """``v1``, ``v2``, or "" for none."""
    return ProxyHeader(text) if text else None


def seconds(text: str) -> float:
    """How long to wait.

    Raises:
        BadTargetError: it is no number, or no time that anybody waits.
    """
    try:
        number = float(text)
    except ValueError:
        raise BadTargetError(_("{value} is not a number of seconds").format(value=quoted(text))) from None
    if not 0 < number <= LONGEST_WAIT:  # NaN fails here too
        raise BadTargetError(
            _("{value} must be more than 0, and at most 86400 seconds").format(value=quoted(text))
        )
    return number


_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"(?=@)')
#: Addresses between commas, semicolons or blanks; a local part in quotation marks may hold those.
_ADDRESSES: Final = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^\s,;])+')
_CONTROLS: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
#: The null reverse-path as it is written; an empty text says nothing.
NULL: Final = "<>"


def no_address(text: str, *, sender: bool) -> str:
    """Why ``text``, without its angle brackets, can be no address (RFC 5321 §4.1.2); "" where it may be one.
    A recipient may be ``postmaster`` alone (§4.1.1.3), the sender nobody."""
    bare = _QUOTED.sub("x", text, count=1)
    local, at, domain = bare.rpartition("@")
    if any(one.isspace() for one in bare):
        return _("it holds a blank")
    if any(one in "<>" for one in bare):
        return _("it holds an angle bracket")
    if any(unicodedata.category(one) in _CONTROLS for one in text):
        return _("it holds a control character")
    alone = text == "" if sender else text.lower() == "postmaster"
    if alone or (local and domain):
        return ""
    return _("a name on both sides of the @ is needed") if at else _("the @ and the domain are missing")


def sender(text: str) -> str | None:
    """The reverse-path, "" for ``<>``; None where nothing is written.

    Raises:
        BadTargetError: it is no address.
    """
    return _mailbox(text, sender=True) if text else None


def recipients(text: str) -> tuple[str, ...]:
    """Several, as people write them: with commas or blanks in between.

    Raises:
        BadTargetError: one is no address.
    """
    return tuple(_mailbox(one, sender=False) for one in _ADDRESSES.findall(text))


def _mailbox(text: str, *, sender: bool) -> str:
    inner = text[1:-1] if text.startswith("<") and text.endswith(">") else text
    problem = no_address(inner, sender=sender)
    if problem:
        sentence = _("{value} is no address: {problem}")
        raise BadTargetError(sentence.format(value=quoted(inner), problem=problem))
    return inner


def mechanism(text: str) -> str:
    """A way to log in, in upper case; "" for the best that is offered.

    Raises:
        BadTargetError: nobody here knows it.
    """
    from tui.smtp.sasl import STEPS

    if text and text.upper() not in STEPS:
        sentence = _("smtptutor knows {names}, not {value}")
        raise BadTargetError(sentence.format(names=enumerated(STEPS), value=quoted(text)))
    return text.upper()


def until(text: str) -> Until | None:
    """How far smtptutor types the steps itself; None where nothing is written.

    Raises:
        BadTargetError: there is no such step.
    """
    try:
        return Until(text.lower()) if text else None
    except ValueError:
        names = enumerated(one.value for one in Until)
        sentence = _("the steps are {names}, not {value}")
        raise BadTargetError(sentence.format(names=names, value=quoted(text))) from None


def path(text: str) -> Path:
    """
    Raises:
        BadTargetError: no file can be called so.
    """
    if not text.isprintable():
        raise BadTargetError(_("the name of a file holds a control character"))
    return expanded(text)


def readable(path: Path) -> Path:
    """
    Raises:
        BadTargetError: it cannot be read, and why.
    """
    reason = unreadable(path)
    if reason:
        raise BadTargetError(
            _("{file} cannot be used: {reason}").format(file=quoted_file(path), reason=reason)
        )
    return path


def unreadable(path: Path) -> str:
    """Why this file cannot be read; "" where it can."""
    if not path.exists():
        return _("it is not there")
    if path.is_dir():
        return _("it is a folder")
    if not (path.is_file() or path.is_fifo()):  # a shell's <(…) is a pipe
        return _("it is a device or a socket")
    return "" if os.access(path, os.R_OK) else _("it may not be read")


def conflict(access: Access) -> tuple[str, str] | None:
    """Two of its ways that exclude each other, as ``servers.toml`` calls them; None: they agree.

    Where a program or a socket file lies in between there is no address of ours, and no choice of one.
    """
    between = {"through": access.via, "pipe": access.pipe, "unix": access.unix}
    set_ = [name for name, value in between.items() if value]
    if len(set_) > 1:
        return set_[0], set_[1]
    if access.mx and access.unix:
        return "mx", "unix"
    if set_ and access.source:
        return set_[0], "source"
    if (access.pipe or access.unix) and access.family:
        return set_[0], "ip"
    if access.source and access.family and ip_address(access.source).version != access.family:
        return "source", "ip"
    return ("key", "cert") if access.tls.key and not access.tls.cert else None
