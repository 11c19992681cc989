"""The fields of the connect page, read as a place to connect to; and the other way round.

The same choices as the flags of ``smtptutor connect``. Pure but for a look at the files that are named.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Final, TypeVar

from tui.desk import written
from tui.desk.destination import MX, UNIX, Destination, is_name, place, usual
from tui.desk.options import Login, Steps
from tui.desk.target import BadTargetError
from tui.net import tls_files
from tui.net.access import DIRECT, TLS_PORT, Access, Security, TlsRules
from tui.net.endpoint import DEFAULT_PORT
from tui.smtp.display import visible
from tui.words import tls
from tui.words.language import gettext as _
from tui.words.prose import quoted

Value = TypeVar("Value")


class Part(Enum):
    """A field, by its key in ``servers.toml``."""

    SERVER = "host"  # HOST[:PORT], mx:DOMAIN[:PORT], unix:PATH
    SECURITY = "security"  # "" for what is usual on the port
    LOGIN = "user"
    THROUGH = "through"  # an ssh host, or pipe:COMMAND
    NAME = "ehlo"
    TLS_NAME = "tls_name"
    CAFILE = "cafile"
    CERT = "cert"
    KEY = "key"
    SOURCE = "source"
    FAMILY = "ip"  # "4", "6" or ""
    PROTOCOL = "lmtp"  # "lmtp" or ""
    PROXY = "proxy"  # "v1", "v2" or ""
    TIMEOUT = "timeout"
    MECHANISM = "auth"
    COMMAND = "password_command"
    SENDER = "from"  # "<>" is the null reverse-path
    RECIPIENTS = "to"  # several, with commas or blanks in between
    MESSAGE = "message"
    UNTIL = "until"


Form = Mapping[Part, str]

#: What stands before a program, in the field of what lies in between.
_PIPE: Final = "pipe"
#: ``written.conflict`` -> the field that is to be changed.
_FIELD_OF: Final = {"pipe": Part.THROUGH, "unix": Part.THROUGH, "mx": Part.SERVER}


class BadFieldError(BadTargetError):
    """What stands in ``part`` cannot be used."""

    def __init__(self, part: Part, sentence: str) -> None:
        super().__init__(sentence)
        self.part = part


def texts(one: Destination) -> dict[Part, str]:
    """What stands in the fields for this place. Of a Unix socket the host is not shown."""
    access = one.access
    server = str(one.target)
    if access.unix is not None:
        server = f"{UNIX}:{access.unix}"
    elif access.mx:
        server = f"{MX}:{server.removesuffix(f':{DEFAULT_PORT}')}"
    return {
        Part.SERVER: server,
        Part.SECURITY: access.security.value,
        Part.LOGIN: one.steps.login.user,
        Part.THROUGH: f"{_PIPE}:{shlex.join(access.pipe)}" if access.pipe else access.via,
        Part.NAME: one.steps.ehlo,
        Part.TLS_NAME: access.tls.name,
        Part.CAFILE: str(access.tls.cafile or ""),
        Part.CERT: str(access.tls.cert or ""),
        Part.KEY: str(access.tls.key or ""),
        Part.SOURCE: access.source,
        Part.FAMILY: str(access.family or ""),
        Part.PROTOCOL: "lmtp" if access.lmtp else "",
        Part.PROXY: access.proxy.value if access.proxy is not None else "",
        Part.TIMEOUT: f"{one.timeout:g}" if one.timeout else "",
        **_steps(one.steps),
    }


def _steps(steps: Steps) -> dict[Part, str]:
    return {
        Part.MECHANISM: steps.login.mechanism,
        Part.COMMAND: shlex.join(steps.login.command),
        Part.SENDER: written.NULL if steps.sender == "" else steps.sender or "",
        Part.RECIPIENTS: ", ".join(steps.recipients),
        Part.MESSAGE: str(steps.message or ""),
        Part.UNTIL: steps.until.value if steps.until is not None else "",
    }


def secured(form: Form) -> Access:
    """The security that was chosen, or what is usual on the port of the server; nothing else is in it."""
    chosen = form.get(Part.SECURITY, "")
    if chosen:
        return Access(security=Security(chosen))
    try:
        target, _mx, unix = place(form.get(Part.SERVER, "").strip(), DEFAULT_PORT)
    except BadTargetError:
        return DIRECT
    return DIRECT if unix else usual(target)


def read(form: Form, before: Destination | None = None) -> Destination:
    """The place that the fields name. ``before``: what they were filled with; that a certificate needs not be
    verified holds for its server alone.

    Raises:
        BadFieldError: what stands in a field cannot be used, or not together with another.
    """
    given = _Fields(form)
    chosen = secured(form)
    port = TLS_PORT if chosen.security is Security.TLS else DEFAULT_PORT
    target, mx, unix = given.of(Part.SERVER, lambda text: place(text, port))
    if before is not None and unix and unix == before.access.unix:
        target = before.target
    known = before is not None and before.target == target
    via, pipe = given.of(Part.THROUGH, _between)
    access = replace(
        chosen,
        tls=TlsRules(
            name=given.of(Part.TLS_NAME, written.host),
            cafile=given.of(Part.CAFILE, _file),
            cert=given.of(Part.CERT, _file),
            key=given.of(Part.KEY, _file),
            insecure=known and before is not None and before.access.tls.insecure,
        ),
        via=via,
        pipe=pipe,
        unix=unix,
        mx=mx,
        source=given.of(Part.SOURCE, written.address),
        family=int(given[Part.FAMILY] or 0),
        proxy=written.proxy(given[Part.PROXY]),
        lmtp=bool(given[Part.PROTOCOL]),
    )
    _check_together(access)
    _check_files(access.tls)
    timeout = given.of(Part.TIMEOUT, written.seconds) if given[Part.TIMEOUT] else None
    return Destination(target, access, _typed(given), timeout=timeout)


def _typed(given: _Fields) -> Steps:
    """What is to be typed there."""
    steps = Steps(
        ehlo=given.of(Part.NAME, lambda text: _name(text, blanks=False)),
        sender=given.of(Part.SENDER, written.sender),
        recipients=given.of(Part.RECIPIENTS, written.recipients),
        message=given.of(Part.MESSAGE, _file),
        until=given.of(Part.UNTIL, written.until),
        login=Login(
            user=given.of(Part.LOGIN, lambda text: _name(text, blanks=True)),
            mechanism=given.of(Part.MECHANISM, written.mechanism),
            command=given.of(Part.COMMAND, written.program) if given[Part.COMMAND] else (),
        ),
    )
    lacking = steps.lacking
    if lacking and steps.until is not None:
        sentence = _("this is needed to type up to {step}").format(step=steps.until.value)
        raise BadFieldError(Part(lacking), sentence)
    return steps


class _Fields:
    """What stands in them, without the blanks around it."""

    def __init__(self, form: Form) -> None:
        self._texts = {part: form.get(part, "").strip() for part in Part}

    def __getitem__(self, part: Part) -> str:
        return self._texts[part]

    def of(self, part: Part, reader: Callable[[str], Value]) -> Value:
        """What ``reader`` makes of it.

        Raises:
            BadFieldError: that is nothing.
        """
        try:
            return reader(self._texts[part])
        except BadTargetError as error:
            raise BadFieldError(part, str(error)) from None


def _between(text: str) -> tuple[str, tuple[str, ...]]:
    """The jump host, or the program."""
    kind, colon, rest = text.partition(":")
    if colon and kind.lower() == _PIPE:
        return "", written.program(rest)
    if " " in text:
        sentence = _("{value} is not the name of a host for ssh; a program is written pipe:COMMAND")
        raise BadTargetError(sentence.format(value=quoted(text)))
    return written.jump(text), ()


def _file(text: str) -> Path | None:
    return written.readable(written.path(text)) if text else None


def _name(text: str, *, blanks: bool) -> str:
    if not text.isprintable() or (" " in text and not blanks):
        raise BadTargetError(_("a name holds a blank or a control character"))
    return text


def _check_together(access: Access) -> None:
    found = written.conflict(access)
    if found is None:
        return
    one, other = found
    part = _FIELD_OF.get(other) or Part(other)
    if found == ("key", "cert"):
        raise BadFieldError(Part.KEY, _("a key needs its certificate"))
    if other == "source":
        raise BadFieldError(part, _("there is no address of ours where something lies in between"))
    if one == "source":
        raise BadFieldError(part, _("{address} is of the other kind").format(address=access.source))
    if other == "ip":
        raise BadFieldError(part, _("no address is looked for where a program or a socket file is used"))
    raise BadFieldError(part, _("a socket file is on this machine: nothing lies in between"))


def _check_files(rules: TlsRules) -> None:
    """A key with a passphrase is fine: that is asked for."""
    if rules.cafile is None and rules.cert is None:
        return
    try:
        tls_files.check(rules)
    except tls_files.TlsFileError as error:
        if error.fault is tls_files.FileFault.LOCKED:
            return
        parts = {rules.cafile: Part.CAFILE, rules.key: Part.KEY, rules.cert: Part.CERT}
        sentence = tls.file_fault(error.fault.value, str(error.file), error.detail)
        raise BadFieldError(parts[error.file], sentence) from None


def name_for(one: Destination) -> str:
    """What a profile of this place may be called; "" where nothing says it."""
    return one.profile or _first_name(one)


#: What servers for mail are called everywhere: the domain says more.
_USUAL_NAMES: Final = frozenset(
    {"mail", "mx", "mx0", "mx1", "mx2", "smtp", "smtps", "submission", "relay", "mailhost", "outbound"}
)


def _first_name(one: Destination) -> str:
    if one.access.unix is not None:
        words = [one.access.unix.stem]
    else:
        words = one.target.host.split(".")
        if len(words) > 2 and words[0].lower() in _USUAL_NAMES:
            words = words[1:]
    first = visible(words[0])
    return first if is_name(first) and not first.isdigit() else ""
