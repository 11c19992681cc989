"""Where to connect to, how, and as whom: what a person writes, a profile or an earlier visit comes to."""

from __future__ import annotations

import shlex
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

from tui.desk import written
from tui.desk.options import NO_STEPS, Login, Steps
from tui.desk.target import BadTargetError, parse
from tui.net.access import DIRECT, TLS_PORT, Access, Security, TlsRules
from tui.net.endpoint import DEFAULT_PORT, Endpoint
from tui.smtp.display import visible
from tui.store import servers
from tui.store.recent import Visit
from tui.store.servers import BadServersError, Profile
from tui.values import value
from tui.words.language import N_, gettext
from tui.words.language import gettext as _
from tui.words.prose import enumerated, quoted
from tui.words.reasons import reason as reason_of


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
            return of_profile(text, known[text])
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


def of_profile(name: str, profile: Profile) -> Destination:
    """
    Raises:
        BadTargetError: its host is none.
    """
    port = profile.port or (TLS_PORT if profile.security == "tls" else DEFAULT_PORT)
    target = parse(profile.host or "localhost", port=port)
    if profile.port:
        target = replace(target, port=profile.port)
    unix = _file(profile.unix)
    secured = DIRECT if unix else usual(target)
    if profile.security:
        secured = Access(security=Security(profile.security))
    access = replace(
        secured,
        tls=TlsRules(
            name=written.host(profile.tls_name),
            cafile=_file(profile.cafile),
            cert=_file(profile.cert),
            key=_file(profile.key),
        ),
        via=written.jump(profile.through),
        pipe=written.program(profile.pipe) if profile.pipe else (),
        unix=unix,
        mx=profile.mx,
        source=written.address(profile.source),
        family=profile.ip,
        proxy=written.proxy(profile.proxy),
        lmtp=profile.lmtp,
    )
    found = written.conflict(access)
    if found is not None:
        sentence = _("profile {name}: {one} and {other} exclude each other")
        if found == ("key", "cert"):
            sentence = _("profile {name}: {one} needs {other}")
        raise BadTargetError(sentence.format(name=quoted(name), one=found[0], other=found[1]))
    steps = Steps(
        ehlo=profile.ehlo,
        sender=written.sender(profile.sender),
        recipients=tuple(one for text in profile.recipients for one in written.recipients(text)),
        message=_file(profile.message),
        until=written.until(profile.until),
        login=Login(
            user=profile.user,
            mechanism=written.mechanism(profile.auth),
            command=written.program(profile.password_command) if profile.password_command else (),
        ),
    )
    if steps.lacking:
        sentence = _("profile {name}: {one} needs {other}")
        raise BadTargetError(sentence.format(name=quoted(name), one="until", other=steps.lacking))
    return Destination(target, access, steps, name, timeout=profile.timeout or None)


def _file(text: str) -> Path | None:
    return Path(text).expanduser() if text else None


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
    servers.Wrong.KIND: N_("{file}, line {line}: {key} = {detail} cannot be used"),
    servers.Wrong.CHOICE: N_("{file}, line {line}: {key} = {detail} is none of {choices}"),
    servers.Wrong.HOST_MISSING: N_("{file}, line {line}: {key} is missing"),
}


def fault(error: BadServersError) -> str:
    """A sentence without its full stop."""
    return gettext(_FAULTS[error.wrong]).format(
        file=visible(str(error.file)),
        line=error.line or 1,
        key=visible(error.key) or _("the file"),
        detail=visible(error.detail[:100]),
        keys=enumerated(servers.KEYS),
        choices=enumerated(map(str, servers.CHOICES.get(error.key, ()))),
    )
