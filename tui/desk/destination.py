"""Where to connect to, how, and as whom: what a person writes, a profile or an earlier visit comes to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

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
from tui.words.prose import quoted


@value
class Destination:
    """``profile`` is the name of the one it was made from."""

    target: Endpoint
    access: Access = DIRECT
    steps: Steps = NO_STEPS
    profile: str = ""


def with_steps(before: Steps, chosen: Steps) -> Steps:
    """What the program types, with the name and the login that were chosen anew."""
    login = replace(before.login, user=chosen.login.user)
    return replace(before, ehlo=chosen.ehlo, login=login)


def usual(target: Endpoint) -> Access:
    """Without a word about security: TLS from the first octet on port 465 (RFC 8314), else plain text."""
    return Access(security=Security.TLS) if target.port == TLS_PORT else DIRECT


def is_name(text: str) -> bool:
    """May it be a profile's? No server's name with a dot, no address, no port."""
    return servers.may_name(text)


def find(text: str, file: Path) -> Destination:
    """HOST[:PORT], or the name of a profile in ``file``.

    Raises:
        BadTargetError: it is neither, or the profile cannot be used.
    """
    text = text.strip()
    if is_name(text):
        try:
            known = servers.load(file)
        except BadServersError as error:
            if _mentions(file, text):
                raise BadTargetError(fault(error)) from None
            known = {}
        except OSError:
            known = {}
        if text in known:
            return of_profile(text, known[text])
    target = parse(text)
    return Destination(target, usual(target))


def of_profile(name: str, profile: Profile) -> Destination:
    """
    Raises:
        BadTargetError: its host is none.
    """
    port = profile.port or (TLS_PORT if profile.security == "tls" else DEFAULT_PORT)
    target = parse(profile.host, port=port)
    if profile.port:
        target = replace(target, port=profile.port)
    access = Access(
        security=Security(profile.security) if profile.security else usual(target).security,
        tls=TlsRules(name=profile.tls_name, cafile=Path(profile.cafile) if profile.cafile else None),
        via=jump(profile.through),
    )
    steps = Steps(ehlo=profile.ehlo, login=Login(user=profile.user))
    return Destination(target, access, steps, name)


def of_visit(visit: Visit) -> Destination:
    """
    Raises:
        BadTargetError: it cannot be gone to again.
    """
    target = replace(parse(visit.host), port=visit.port)
    security = Security(visit.security) if visit.security in servers.SECURITIES else Security.PLAIN
    access = Access(security=security, via=jump(visit.through), mx=visit.mx)
    return Destination(target, access, Steps(ehlo=visit.ehlo, login=Login(user=visit.user)))


def visit_of(target: Endpoint, access: Access, steps: Steps, at: float) -> Visit | None:
    """What to remember of a connection; None: it could not be made again from this alone."""
    if access.pipe or access.unix or target.sandbox:
        return None
    return Visit(
        host=target.host,
        port=target.port,
        security=access.security.value,
        user=steps.login.user,
        through=access.via,
        ehlo=steps.ehlo,
        mx=access.mx,
        at=at,
    )


def profile_of(one: Destination) -> Profile:
    """What ``servers.toml`` keeps of it."""
    access = one.access
    return Profile(
        host=one.target.host,
        port=one.target.port,
        security=access.security.value,
        user=one.steps.login.user,
        through=access.via,
        ehlo=one.steps.ehlo,
        cafile=str(access.tls.cafile) if access.tls.cafile else "",
        tls_name=access.tls.name,
    )


def jump(text: str) -> str:
    """The host for ``ssh -W``.

    Raises:
        BadTargetError: ssh could take it for something else.
    """
    if text.startswith("-") or any(one.isspace() or not one.isprintable() for one in text):
        raise BadTargetError(_("{value} is not the name of a host for ssh").format(value=quoted(text)))
    return text


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
        keys=", ".join(servers.KEYS),
        choices=", ".join(servers.SECURITIES),
    )
