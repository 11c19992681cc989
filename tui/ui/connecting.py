"""What the connect page is given: the profiles, the servers from before, testing and keeping."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tui.desk import destination
from tui.desk.destination import Destination
from tui.desk.target import BadTargetError
from tui.net.access import Security
from tui.store import recent, servers
from tui.store.paths import home
from tui.store.servers import BadServersError, Profile
from tui.ui.screens.connect import ConnectPage, ConnectTo, NotKeptError, Recent
from tui.words.language import gettext as _
from tui.words.language import ngettext, pgettext
from tui.words.prose import quoted
from tui.words.reasons import reason as reason_of

if TYPE_CHECKING:
    from tui.desk.desk import Desk

_DAY: Final = 86400


def page(desk: Desk) -> ConnectPage:
    """The page for this sitting."""
    profiles, fault = _profiles()
    now = None
    if desk.real and desk.endpoint is not None:
        # A yes to one certificate is not one to whatever comes next.
        access = replace(desk.access, tls=replace(desk.access.tls, pin=""), mx_choice=0)
        steps = replace(desk.steps, until=None)  # it was typed; to type it again must be chosen again
        now = Destination(desk.endpoint, access, steps, timeout=desk.timeout)
    return ConnectPage(
        list(_places(profiles)),
        now=now,
        mail_begun=desk.must_ask_before_connect,
        fault=fault,
        test=_test,
        save=_save,
    )


def _profiles() -> tuple[dict[str, Profile], str]:
    """And what is wrong with them: a broken file must not keep anybody from connecting."""
    file = home().servers
    try:
        return servers.load(file), ""
    except BadServersError as error:
        return {}, destination.fault(error)
    except OSError as error:
        return {}, destination.unreadable(file, error)


def _places(profiles: dict[str, Profile]) -> Iterator[Recent]:
    seen = set()
    for name, profile in profiles.items():
        with suppress(BadTargetError):
            found = destination.of_profile(name, profile)
            seen.add(_place(found))
            yield Recent(found, _("REAL, profile {name}").format(name=quoted(name).strip('"')))
    try:
        visits = recent.load(home().recent)
    except OSError:
        return
    for visit in visits:
        with suppress(BadTargetError):
            found = destination.of_visit(visit)
            if _place(found) not in seen:
                seen.add(_place(found))
                yield Recent(found, _about(found, visit.at))


def _place(found: Destination) -> tuple[object, ...]:
    """Two entries with the same one are one."""
    access = found.access
    return found.target, access.security, access.via, access.pipe, access.unix, access.mx


#: How it was protected, where it was; in words of the field.
_NAMED = {Security.STARTTLS: "STARTTLS", Security.TLS: "TLS"}


def _about(found: Destination, at: float) -> str:
    words = [_("REAL"), _when(at)]
    if found.access.security in _NAMED:
        words.append(_NAMED[found.access.security])
    if found.access.lmtp:
        words.append("LMTP")
    if found.access.via:
        words.append(_("via {jump}").format(jump=quoted(found.access.via).strip('"')))
    return pgettext("list", ", ").join(words)


def _when(at: float) -> str:
    """How many midnights ago, by this machine's clock."""
    today, then = time.localtime(), time.localtime(max(0.0, at))
    noon = time.mktime((*today[:3], 12, 0, 0, 0, 0, -1)), time.mktime((*then[:3], 12, 0, 0, 0, 0, -1))
    days = round((noon[0] - noon[1]) / _DAY)
    if days <= 0:
        return _("today")
    if days == 1:
        return _("yesterday")
    return ngettext("{n} day ago", "{n} days ago", days).format(n=days)


async def _test(chosen: ConnectTo) -> Sequence[str]:
    from tui.desk.probing import probe

    assert chosen.target is not None
    return await probe(chosen.target, chosen.access, chosen.steps.ehlo)


def _save(name: str, chosen: ConnectTo, replace_it: bool) -> str:
    """A sentence without its full stop.

    Raises:
        NotKeptError: why it is not kept.
    """
    assert chosen.target is not None
    if not name:
        raise NotKeptError(_("not kept: the name is missing"))
    if not servers.may_name(name):
        sentence = _("not kept: a profile's name is letters, digits, - and _, not {name}")
        raise NotKeptError(sentence.format(name=quoted(name)))
    command = chosen.steps.login.command
    if servers.tells_password(shlex.join(command)):
        sentence = _("not kept: {program} would put the password itself into the file")
        raise NotKeptError(sentence.format(program=quoted(command[0])))
    profile = destination.profile_of(
        Destination(chosen.target, chosen.access, chosen.steps, timeout=chosen.timeout)
    )
    file = home().servers
    try:
        if name in servers.load(file) and not replace_it:
            raise NotKeptError(
                _("there is a profile {name} already: Enter replaces it").format(name=name), taken=True
            )
        servers.save(file, name, profile)
    except BadServersError as error:
        raise NotKeptError(destination.fault(error)) from None
    except OSError as error:
        raise NotKeptError(_("not kept: {reason}").format(reason=reason_of(error))) from None
    return _("kept: smtptutor connect {name}").format(name=name)
