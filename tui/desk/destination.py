"""Where to connect to, how, and as whom: what a person writes, a profile or an earlier visit comes to."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final, TypeVar

from tui.desk import written
from tui.desk.options import NO_STEPS, Login, Steps
from tui.desk.target import BadTargetError, parse
from tui.net.access import DIRECT, TLS_PORT, Access, Security, TlsRules
from tui.net.endpoint import DEFAULT_PORT, Endpoint
from tui.smtp.display import visible
from tui.store import servers
from tui.store.paths import expanded
from tui.store.recent import Visit
from tui.store.servers import BadServersError, Profile
from tui.values import value
from tui.words import data_files
from tui.words.language import N_, gettext
from tui.words.language import gettext as _
from tui.words.prose import enumerated, quoted
from tui.words.reasons import reason as reason_of

Read = TypeVar("Read")


@value
class Destination:
    """``profile`` is the name of the one it was made from; ``timeout`` seconds for each reply, None for the
    usual. ``doubt``: why a name that may be a profile's was taken for a host's, a sentence without its full
    stop."""

    target: Endpoint
    access: Access = DIRECT
    steps: Steps = NO_STEPS
    profile: str = ""
    timeout: float | None = None
    doubt: str = ""


class BadKeyError(BadTargetError):
    """What stands at ``key`` of a profile cannot be used; ``str()`` says why."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(reason)
        self.key = key


def with_steps(before: Steps, chosen: Steps) -> Steps:
    """What the program types at another place: what is known of it, else what was said before. Up to which
    step is for the place itself to say, and another user's password is not his."""
    login = chosen.login
    if login.user and login.user == before.login.user:
        login = replace(
            login,
            mechanism=login.mechanism or before.login.mechanism,
            command=login.command or before.login.command,
        )
    return replace(
        chosen,
        sender=before.sender if chosen.sender is None else chosen.sender,
        recipients=chosen.recipients or before.recipients,
        message=chosen.message or before.message,
        login=login,
    )


def usual(target: Endpoint) -> Access:
    """Without a word about security: TLS from the first octet on port 465 (RFC 8314), else plain text."""
    return Access(security=Security.TLS, by_port=True) if target.port == TLS_PORT else DIRECT


#: What stands before a mail domain, or the socket file of a server, where a server is written.
MX: Final = "mx"
UNIX: Final = "unix"


def place(text: str, port: int = DEFAULT_PORT) -> tuple[Endpoint, bool, Path | None]:
    """HOST[:PORT], mx:DOMAIN[:PORT] or unix:PATH. And is it a mail domain, or a socket file? ``mx:25`` is a
    host that is called so.

    Raises:
        BadTargetError: it is none of them.
    """
    kind, _colon, rest = text.strip().partition(":")
    rest = rest.strip()
    if rest and not rest.isdigit():
        if kind.lower() == UNIX:
            return Endpoint("localhost"), False, written.path(rest)
        if kind.lower() == MX:
            return parse(rest.rpartition("@")[2], port=port), True, None
    return parse(text, port=port), False, None


def is_name(text: str) -> bool:
    """May it be a profile's? No server's name with a dot, no address, no port."""
    return servers.may_name(text)


def find(text: str, file: Path) -> Destination:
    """A server as ``place`` reads it, or the name of a profile in ``file``.

    Raises:
        BadTargetError: it is neither, or the profile cannot be used.
    """
    text, doubt = text.strip(), ""
    if is_name(text):
        known, doubt = _known(text, file)
        if text in known:
            try:
                return of_profile(text, known[text])
            except BadKeyError as error:
                raise BadTargetError(_in_file(file, text, error)) from None
    target, mx, unix = place(text)
    access = replace(DIRECT if unix else usual(target), mx=mx, unix=unix)
    return Destination(target, access, doubt=doubt)


def reaching_again(found: Destination, target: Endpoint | None, access: Access) -> Access:
    """How to reach what was named: as it is reached now where it is the same server, and its name said no
    more than that."""
    told = found.profile or found.access.unix or found.access.mx or access.unix
    return access if found.target == target and not told else found.access


def _known(text: str, file: Path) -> tuple[dict[str, Profile], str]:
    """The profiles; and why it cannot be known whether ``text`` is one.

    Raises:
        BadTargetError: it is one, of a file that cannot be used.
    """
    try:
        return servers.load(file), ""
    except BadServersError as error:
        sentence = fault(error)
        if _mentions(file, text):
            raise BadTargetError(sentence) from None
    except OSError as error:
        sentence = unreadable(file, error)
    return {}, _("{fault}; {name} is taken for a host").format(fault=sentence, name=quoted(text))


def unreadable(file: Path, error: OSError) -> str:
    """``servers.toml`` cannot be read at all; a sentence without its full stop."""
    return _("{file} cannot be read: {reason}").format(file=file.name, reason=reason_of(error))


def check_files(name: str, file: Path, wanted: Mapping[str, Path]) -> None:
    """Those that a profile of ``file`` names, by its keys.

    Raises:
        BadTargetError: one cannot be read; it says where it is named.
    """
    for key, path in wanted.items():
        reason = written.unreadable(path)
        if reason:
            raise BadTargetError(_in_file(file, name, BadKeyError(key, reason)))


def _in_file(file: Path, name: str, error: BadKeyError) -> str:
    """The sentence with the place at which the key stands in ``file``, and what stands there."""
    try:
        line, given = servers.stands(file, name, error.key)
    except OSError:
        line, given = 0, ""
    if not line:
        return str(error)
    sentence = _("{file}, line {line}: {key} = {detail} cannot be used: {reason}")
    return sentence.format(
        file=visible(str(file)), line=line, key=error.key, detail=visible(given[:100]), reason=error
    )


def _at(key: str, read: Callable[[str], Read], text: str) -> Read:
    """
    Raises:
        BadKeyError: ``read`` finds a fault with it.
    """
    try:
        return read(text)
    except BadTargetError as error:
        raise BadKeyError(key, str(error)) from None


def of_profile(name: str, profile: Profile) -> Destination:
    """
    Raises:
        BadKeyError: what stands at a key is no host, no address and so on, or does not go with another.
    """
    port = profile.port or (TLS_PORT if profile.security == "tls" else DEFAULT_PORT)
    target = _at("host", lambda text: parse(text, port=port), profile.host or "localhost")
    if profile.port:
        target = replace(target, port=profile.port)
    unix = _file(profile.unix)
    secured = DIRECT if unix else usual(target)
    if profile.security:
        secured = Access(security=Security(profile.security))
    access = replace(
        secured,
        tls=TlsRules(
            name=_at("tls_name", written.host, profile.tls_name),
            cafile=_file(profile.cafile),
            cert=_file(profile.cert),
            key=_file(profile.key),
        ),
        via=_at("through", written.jump, profile.through),
        pipe=_at("pipe", written.program, profile.pipe) if profile.pipe else (),
        unix=unix,
        mx=profile.mx,
        source=_at("source", written.address, profile.source),
        family=profile.ip,
        proxy=written.proxy(profile.proxy),
        lmtp=profile.lmtp,
    )
    found = written.conflict(access)
    if found is not None:
        sentence = _("profile {name}: {one} and {other} exclude each other")
        if found == ("key", "cert"):
            sentence = _("profile {name}: {one} needs {other}")
        raise BadKeyError(found[0], sentence.format(name=quoted(name), one=found[0], other=found[1]))
    steps = Steps(
        ehlo=_at("ehlo", written.hello, profile.ehlo),
        sender=_at("from", written.sender, profile.sender),
        recipients=tuple(one for text in profile.recipients for one in _at("to", written.recipients, text)),
        message=_file(profile.message),
        until=_at("until", written.until, profile.until),
        login=Login(
            user=profile.user,
            mechanism=_at("auth", written.mechanism, profile.auth),
            command=_at("password_command", written.program, profile.password_command)
            if profile.password_command
            else (),
        ),
    )
    if steps.lacking:
        sentence = _("profile {name}: {one} needs {other}")
        raise BadKeyError("until", sentence.format(name=quoted(name), one="until", other=steps.lacking))
    return Destination(target, access, steps, name, timeout=profile.timeout or None)


def _file(text: str) -> Path | None:
    return expanded(text) if text else None


def of_visit(visit: Visit) -> Destination:
    """
    Raises:
        BadTargetError: it cannot be gone to again.
    """
    known = visit.security in servers.SECURITIES
    return replace(of_profile("", visit if known else replace(visit, security="plain")), profile="")


def visit_of(one: Destination, at: float) -> Visit | None:
    """What to remember of a connection; None: it could not be made again from this alone."""
    if one.access.pipe or one.target.sandbox:
        return None
    return Visit(**asdict(profile_of(one)), at=at)


def profile_of(one: Destination) -> Profile:
    """What ``servers.toml`` keeps of it."""
    access, tls = one.access, one.access.tls
    return Profile(
        host=one.target.host,
        port=one.target.port,
        security=access.security.value,
        user=one.steps.login.user,
        through=access.via,
        ehlo=one.steps.ehlo,
        cafile=_absolute(tls.cafile),
        tls_name=tls.name,
        cert=_absolute(tls.cert),
        key=_absolute(tls.key),
        mx=access.mx,
        pipe=shlex.join(access.pipe),
        unix=_absolute(access.unix),
        source=access.source,
        ip=access.family,
        lmtp=access.lmtp,
        proxy=access.proxy.value if access.proxy is not None else "",
        timeout=one.timeout or 0.0,
        auth=one.steps.login.mechanism,
        password_command=shlex.join(one.steps.login.command),
        sender=written.NULL if one.steps.sender == "" else one.steps.sender or "",
        recipients=one.steps.recipients,
        message=_absolute(one.steps.message),
        until=one.steps.until.value if one.steps.until is not None else "",
    )


def _absolute(path: Path | None) -> str:
    """It will be used from another folder."""
    return str(path.absolute()) if path is not None else ""


def _mentions(file: Path, name: str) -> bool:
    """A broken file, but the name is in there: it is not meant as a host."""
    try:
        rows = file.read_bytes().splitlines()
    except OSError:
        return False
    return any(row.strip().startswith(b"[") and row.strip(b" \t[]\"'") == name.encode() for row in rows)


_FAULTS: Final = {
    servers.Wrong.SYNTAX: N_("{file}, line {line}: {key} is no TOML: {detail}"),
    servers.Wrong.UNKNOWN_KEY: N_("{file}, line {line}: there is no key {key}; there are {keys}"),
    servers.Wrong.PASSWORD: N_(
        "{file}, line {line}: {key} does not belong in a file; a password is asked for when it is needed"
    ),
    servers.Wrong.KIND: N_("{file}, line {line}: {key} = {detail} cannot be used: {wanted}"),
    servers.Wrong.CHOICE: N_("{file}, line {line}: {key} = {detail} is none of {choices}"),
    servers.Wrong.HOST_MISSING: N_("{file}, line {line}: {key} is missing"),
}

_A_TEXT: Final = N_(
    "a text in quotation marks is wanted, without control characters, of 1000 characters at most"
)
_A_SWITCH: Final = N_("true or false is wanted, without quotation marks")
#: What must stand at a key; a text at all others.
_WANTED: Final[Mapping[str, str]] = {
    "port": N_("a number without quotation marks is wanted, 1 to 65535"),
    "timeout": N_(
        "a number of seconds without quotation marks is wanted, more than 0 and at most 86400 (a day)"
    ),
    "mx": _A_SWITCH,
    "lmtp": _A_SWITCH,
    "to": N_('a list is wanted, in brackets also for one recipient: ["a@b.test"]'),
}


def _wanted(key: str) -> str:
    choices = servers.CHOICES.get(key)
    if choices is None:
        return gettext(_WANTED.get(key, _A_TEXT))
    return _("one of {choices} is wanted").format(choices=enumerated(json.dumps(one) for one in choices))


def fault(error: BadServersError) -> str:
    """A sentence without its full stop."""
    return gettext(_FAULTS[error.wrong]).format(
        file=visible(str(error.file)),
        line=error.line or 1,
        key=visible(error.key) or _("the file"),
        detail=visible(error.detail[:100]) if error.reason is None else data_files.reason(error.reason),
        keys=enumerated(servers.KEYS),
        wanted=_wanted(error.key),
        choices=enumerated(json.dumps(one) for one in servers.CHOICES.get(error.key, ())),
    )
