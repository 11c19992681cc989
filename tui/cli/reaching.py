"""From the flags of ``connect``: how the server is reached (``Access``), what is typed there (``Steps``)."""

from __future__ import annotations

import shlex
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from tui.cli.errors import UsageError
from tui.desk import written
from tui.desk.destination import usual
from tui.desk.options import NEEDED, Login, Steps
from tui.desk.target import BadTargetError
from tui.desk.target import parse as parse_target
from tui.net.access import DIRECT, SUBMISSION_PORT, TLS_PORT, Access, ProxyHeader, Security, TlsRules
from tui.net.endpoint import DEFAULT_PORT, Endpoint
from tui.practice.stepping import Until
from tui.values import value
from tui.words.language import gettext as _
from tui.words.prose import enumerated, quoted

if TYPE_CHECKING:
    from tui.desk.destination import Destination

Given = Mapping[str, Any]
Value = TypeVar("Value")

_SECURITIES: Final = ("tls", "starttls", "submission", "no_tls")
_SHORT: Final = {"ipv4": "-4", "ipv6": "-6"}
_WAYS: Final = ("via", "pipe", "unix")
_FILES: Final = ("cafile", "cert", "key", "message")


def target(written: str, given: Given) -> Endpoint:
    """HOST[:PORT], the port by the flags where none is written.

    Raises:
        UsageError: it names no server.
    """
    try:
        return parse_target(written, port=_port(given))
    except BadTargetError as error:
        raise UsageError(str(error)) from None


@value
class Named:
    """``written`` is HOST[:PORT], ``given`` the flags with those of the profile; ``doubt`` as of a
    ``Destination``."""

    written: str
    given: dict[str, Any]
    profile: str = ""
    doubt: str = ""


def by_name(written: str, given: dict[str, Any], file: Path) -> Named:
    """HOST[:PORT] and flags, where the name of a profile may have been written. What stands on the command
    line goes before what stands in the profile.

    Raises:
        UsageError: there is such a profile, and it cannot be used.
    """
    from tui.desk import destination

    try:
        found = destination.find(written, file) if destination.is_name(written) else None
    except BadTargetError as error:
        raise UsageError(str(error)) from None
    if found is None or not found.profile:
        return Named(written, given, doubt=found.doubt if found is not None else "")
    flags = _flags(found, given)
    try:
        destination.check_files(found.profile, file, {key: flags[key] for key in _FILES if key in flags})
    except BadTargetError as error:
        raise UsageError(str(error)) from None
    return Named(str(found.target), {**flags, **given}, found.profile)


#: A flag of a profile that goes when one of these stands on the command line: it would mean another way.
_GIVES_WAY: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(_WAYS, (*_WAYS, "source")),
    **dict.fromkeys(("tls", "starttls", "no_tls"), _SECURITIES),
    "mx": ("unix",),
    "source": _WAYS,
    "ipv4": ("ipv6", "pipe", "unix"),
    "ipv6": ("ipv4", "pipe", "unix"),
    "key": ("cert",),
}


def _flags(found: Destination, given: Given) -> dict[str, Any]:
    """The flags that a profile stands for."""
    access, rules = found.access, found.access.tls
    secured = {Security.PLAIN: "no_tls", Security.STARTTLS: "starttls", Security.TLS: "tls"}
    flags = {
        secured[access.security]: not access.by_port,
        "via": access.via,
        "pipe": shlex.join(access.pipe),
        "unix": access.unix,
        "mx": found.target.host if access.mx else "",
        "source": access.source,
        "ipv4": access.family == 4,
        "ipv6": access.family == 6,
        "proxy": access.proxy.value if access.proxy is not None else "",
        "lmtp": access.lmtp,
        "cafile": rules.cafile,
        "tls_name": rules.name,
        "cert": rules.cert,
        "key": rules.key,
        "timeout": found.timeout,
        "user": found.steps.login.user,
        "auth": found.steps.login.mechanism,
        "password_command": shlex.join(found.steps.login.command),
        "ehlo": found.steps.ehlo,
        "from": written.NULL if found.steps.sender == "" else found.steps.sender,
        "to": found.steps.recipients,
        "message": found.steps.message,
        "until": found.steps.until.value if found.steps.until is not None else "",
    }
    return {
        name: one
        for name, one in flags.items()
        if one and name not in given and not any(other in given for other in _GIVES_WAY.get(name, ()))
    }


def mail_domain(given: Given) -> Endpoint:
    """The domain of ``--mx`` as an endpoint.

    Raises:
        UsageError: it is no domain.
    """
    found = target(str(given["mx"]).rpartition("@")[2], given)
    return replace(found, port=found.port or DEFAULT_PORT)


def access(given: Given, where: Endpoint, *, terminal: bool = True) -> Access:
    """How the server is reached and protected. ``terminal``: a person can be asked for a passphrase.

    Raises:
        UsageError: flags that exclude each other, files that are not there, values that mean nothing.
    """
    _only_one(given, _SECURITIES)
    _only_one(given, _WAYS)
    _only_one(given, ("mx", "unix"))
    for way in _WAYS:
        _only_one(given, (way, "source"))  # it is the program, or nobody, that has an address there
    for way in ("pipe", "unix"):
        for family in ("ipv4", "ipv6"):
            _only_one(given, (way, family))
    return replace(
        _secured(given, where),
        tls=_tls(given, terminal=terminal),
        via=_checked("--via", lambda: written.jump(given.get("via", ""))),
        pipe=_words("--pipe", given["pipe"]) if "pipe" in given else (),
        unix=given.get("unix"),
        mx="mx" in given,
        source=_source(given),
        family=_family(given),
        proxy=_proxy(given.get("proxy")),
        lmtp="lmtp" in given,
    )


def steps(given: Given) -> Steps:
    """What the program is to type.

    Raises:
        UsageError: something is missing for ``--until``, or cannot be sent.
    """
    until = _until(given.get("until"))
    for name in () if until is None else NEEDED.get(until, ()):
        if until is not None and name not in given:
            raise UsageError(_("--until {step} needs {option}").format(step=until.value, option=f"--{name}"))
    message: Path | None = given.get("message")
    if message is not None and str(message) == "-":
        raise UsageError(_("--message takes the name of a file; standard input is the dialogue's"))
    raw = "raw_lf" in given
    return Steps(
        ehlo=_checked("--ehlo", lambda: written.hello(given.get("ehlo", ""))),
        sender=_mailbox("--from", given["from"], raw=raw) if "from" in given else None,
        recipients=tuple(_mailbox("--to", one, raw=raw) for one in given.get("to", ())),
        message=_readable("--message", message),
        until=until,
        login=Login(
            user=_printable("--user", given.get("user", "")),
            mechanism=_mechanism(str(given.get("auth", ""))),
            command=_words("--password-command", given["password_command"])
            if "password_command" in given
            else (),
        ),
    )


# -- security


def _port(given: Given) -> int:
    if "tls" in given:
        return TLS_PORT
    return SUBMISSION_PORT if "submission" in given else DEFAULT_PORT


def _secured(given: Given, where: Endpoint) -> Access:
    """How it is protected; nothing else is in it."""
    if "starttls" in given or "submission" in given:
        return Access(security=Security.STARTTLS)
    if "tls" in given:
        return Access(security=Security.TLS)
    if "no_tls" in given:
        return DIRECT
    if given.get("until") == Until.STARTTLS.value and where.port != TLS_PORT:
        return Access(security=Security.STARTTLS)
    return usual(where)


def _tls(given: Given, *, terminal: bool) -> TlsRules:
    if "key" in given and "cert" not in given:
        raise UsageError(_("--key goes with --cert"))
    rules = TlsRules(
        name=_host("--tls-name", given.get("tls_name", "")),
        cafile=_readable("--cafile", given.get("cafile")),
        cert=_readable("--cert", given.get("cert")),
        key=_readable("--key", given.get("key")),
        insecure="insecure" in given,
    )
    if rules.cafile is not None or rules.cert is not None:
        _check(rules, terminal=terminal)
    return rules


def _check(rules: TlsRules, *, terminal: bool) -> None:
    from tui.net import tls_files
    from tui.words import tls

    try:
        tls_files.check(rules)
    except tls_files.TlsFileError as error:
        if error.fault is tls_files.FileFault.LOCKED and terminal:
            return
        raise UsageError(tls.file_fault(error.fault.value, str(error.file), error.detail)) from None


# -- values


def _option(name: str) -> str:
    return _SHORT.get(name) or f"--{name.replace('_', '-')}"


def _only_one(given: Given, names: tuple[str, ...]) -> None:
    written = [_option(name) for name in names if name in given]
    if len(written) > 1:
        raise UsageError(_("{one} and {other} exclude each other").format(one=written[0], other=written[1]))


def _checked(option: str, reader: Callable[[], Value]) -> Value:
    """What is wrong with the value, behind the name of its flag."""
    try:
        return reader()
    except BadTargetError as error:
        raise UsageError(_("{option}: {reason}").format(option=option, reason=error)) from None


def _host(option: str, text: str) -> str:
    return _checked(option, lambda: written.host(text))


def _words(option: str, text: str) -> tuple[str, ...]:
    """The program and its arguments; there is no shell."""
    return _checked(option, lambda: written.program(text))


def _source(given: Given) -> str:
    text = str(given.get("source", ""))
    if not text:
        return ""
    try:
        found = ip_address(text)
    except ValueError:
        raise UsageError(_("--source takes an IP address, not {value}").format(value=quoted(text))) from None
    other = {4: "ipv6", 6: "ipv4"}[found.version]
    if other in given:
        raise UsageError(
            _("{one} and {other} exclude each other").format(one=f"--source {found}", other=_SHORT[other])
        )
    return str(found)


def _family(given: Given) -> int:
    _only_one(given, ("ipv4", "ipv6"))
    return 4 if "ipv4" in given else 6 if "ipv6" in given else 0


def _proxy(text: str | None) -> ProxyHeader | None:
    if text is None:
        return None
    try:
        return ProxyHeader(text.lower())
    except ValueError:
        raise UsageError(_("--proxy knows v1 and v2, not {value}").format(value=quoted(text))) from None


def _until(text: str | None) -> Until | None:
    if text is None:
        return None
    try:
        return Until(text.lower())
    except ValueError:
        raise UsageError(
            _("--until knows {steps}, not {value}").format(
                steps=enumerated(one.value for one in Until), value=quoted(text)
            )
        ) from None


def _mechanism(text: str) -> str:
    if not text:
        return ""
    from tui.smtp.sasl import STEPS

    if text.upper() not in STEPS:
        raise UsageError(
            _("--auth knows {names}, not {value}").format(names=enumerated(STEPS), value=quoted(text))
        )
    return text.upper()


def _printable(option: str, text: str) -> str:
    if any(unicodedata.category(one) in {"Cc", "Cs", "Zl", "Zp"} for one in text):
        raise UsageError(
            _("{option}: {value} holds a control character").format(option=option, value=quoted(text))
        )
    return text


def _mailbox(option: str, text: str, *, raw: bool) -> str:
    """An address without its angle brackets, or the null reverse-path. Whether it is a good one, the server
    may say; what can be none is a slip of the keyboard, unless whatever is written is meant (``raw``)."""
    text = text.strip()
    inner = text[1:-1] if text.startswith("<") and text.endswith(">") else text
    _printable(option, inner)
    problem = "" if raw else written.no_address(inner, sender=option == "--from")
    if problem:
        raise UsageError(
            _("{option}: {value} is no address: {problem}").format(
                option=option, value=quoted(inner), problem=problem
            )
        )
    return inner


def _readable(option: str, path: Path | None) -> Path | None:
    return None if path is None else _checked(option, lambda: written.readable(path))
