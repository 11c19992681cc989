"""Values as a person writes them, for flags, profiles and the connect page; what is wrong with them in words.

Each sentence is without its full stop and names no flag: who asked for the value knows where it stood.
"""

from __future__ import annotations

import os
import shlex
from ipaddress import ip_address
from pathlib import Path

from tui.desk.target import BadTargetError, parse
from tui.net.access import Access, ProxyHeader
from tui.store.servers import LONGEST_WAIT
from tui.words.language import gettext as _
from tui.words.prose import quoted, quoted_file


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


def path(text: str) -> Path:
    """
    Raises:
        BadTargetError: no file can be called so.
    """
    if not text.isprintable():
        raise BadTargetError(_("the name of a file holds a control character"))
    return Path(text).expanduser()


def readable(path: Path) -> Path:
    """
    Raises:
        BadTargetError: it cannot be read, and why.
    """
    if not path.exists():
        reason = _("it is not there")
    elif path.is_dir():
        reason = _("it is a folder")
    elif not (path.is_file() or path.is_fifo()):  # a shell's <(…) is a pipe
        reason = _("it is a device or a socket")
    elif not os.access(path, os.R_OK):
        reason = _("it may not be read")
    else:
        return path
    raise BadTargetError(_("{file} cannot be used: {reason}").format(file=quoted_file(path), reason=reason))


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
