"""Where ``smtptutor replay`` types: to one server or two, and how they are reached."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tui.cli import reaching
from tui.cli.arguments import ACCESS
from tui.cli.errors import UsageError
from tui.net.access import DIRECT, Access
from tui.net.endpoint import Endpoint
from tui.words.language import gettext as _

#: These name one server, and cannot mean another one too.
_OF_ONE_SERVER: Final = ("mx", "unix")
#: Who logs in; and our name, for an EHLO that the recording has not got.
_OF_STEPS: Final = ("user", "password_command", "ehlo")


def settle(where: list[str], given: Mapping[str, Any], servers: Path) -> dict[str, Any]:
    """The fields of ``ReplayOptions`` beside the file and those of any session.

    Args:
        where: the server, if one was named.
        given: the flags that were written, by key.
        servers: the file of profiles.

    Raises:
        UsageError: with a translated sentence.
    """
    target, access, named = _server(where, dict(given), servers)
    known = named.given
    against, against_access = _second(given, servers)
    if target is None and against is None:
        _refuse_ways(given)
    return {
        "target": target,
        "profile": named.profile,
        "doubt": named.doubt,
        "timeout": known.get("timeout"),
        "access": access,
        "against": against,
        "against_access": against_access,
        "steps": reaching.steps({key: known[key] for key in _OF_STEPS if key in known}),
        "personality": given.get("personality", ""),
        "yes": "yes" in given,
        "json": "json" in given,
    }


def _server(
    where: list[str], given: dict[str, Any], servers: Path
) -> tuple[Endpoint | None, Access, reaching.Named]:
    """The first server, None for the sandbox; and the flags with those of its profile."""
    named = reaching.Named("", given)
    if "mx" in given and not where:
        target = reaching.mail_domain(given)
    elif "unix" in given and not where:
        target = Endpoint("localhost")
    elif where:
        if "mx" in given:
            raise UsageError(_("{one} and {other} exclude each other").format(one="--mx", other="HOST"))
        named = reaching.by_name(where[0], given, servers)
        target = reaching.target(named.written, named.given)
    else:
        return None, DIRECT, named
    return target, reaching.access(named.given, target), named


def _second(given: Mapping[str, Any], servers: Path) -> tuple[Endpoint | None, Access]:
    if "against" not in given:
        return None, DIRECT
    for name in _OF_ONE_SERVER:
        if name in given:
            raise UsageError(
                _("{one} and {other} exclude each other").format(one=f"--{name}", other="--against")
            )
    named = reaching.by_name(str(given["against"]), dict(given), servers)
    target = reaching.target(named.written, named.given)
    return target, reaching.access(named.given, target)


def _refuse_ways(given: Mapping[str, Any]) -> None:
    """To the sandbox there are none."""
    for flag in ACCESS:
        if flag.key in given:
            raise UsageError(_("{option} needs a server: replay FILE HOST").format(option=flag.name))
