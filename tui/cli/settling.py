"""From what was written to what is meant: option before environment before settings file before default."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from functools import reduce
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tui.cli.arguments import ACCESS, YES, Parsed
from tui.cli.errors import UsageError
from tui.desk.options import (
    EXPORT_FORMS,
    Common,
    ExplainOptions,
    ExportOptions,
    InboxAction,
    InboxOptions,
    Layout,
    LessonsAction,
    LessonsOptions,
    Options,
    ProgressForm,
    ProgressOptions,
    ReplayOptions,
    SandboxOptions,
)
from tui.net.endpoint import Endpoint
from tui.store.paths import expanded, locate
from tui.store.settings import Settings
from tui.values import value
from tui.words.language import current
from tui.words.language import gettext as _
from tui.words.prose import enumerated, quoted

if TYPE_CHECKING:
    from tui.practice.scenario import Server


@value
class Surroundings:
    """What else decides. ``terminal``: stdin, stdout and stderr all are one."""

    environ: Mapping[str, str]
    settings: Settings
    terminal: bool


def settle(parsed: Parsed, around: Surroundings) -> Common:
    """The options of the command.

    Raises:
        UsageError: with a translated sentence.
    """
    return _BUILDERS[parsed.command.build](parsed, around)


def _common(parsed: Parsed, around: Surroundings) -> dict[str, Any]:
    given, settings = parsed.given, around.settings
    no_mouse = "no_mouse" in given or settings.mouse is False or "SSH_CONNECTION" in around.environ
    dumb = around.environ.get("TERM", "") in {"", "dumb"}
    return {
        "lang": current(),
        "theme": given.get("theme") or ("" if around.environ.get("NO_COLOR") else settings.theme) or "",
        "ascii": "ascii" in given or settings.ascii is True,
        "mouse": not no_mouse,
        "plain": "plain" in given or not around.terminal or dumb,
        "log_file": given.get("log_file"),
    }


def _session(parsed: Parsed, around: Surroundings) -> dict[str, Any]:
    settings = around.settings
    common = _common(parsed, around)
    if settings.layout is not None:
        common["layout"] = Layout(settings.layout)
    if settings.transcripts is not None:
        common["transcripts"] = settings.transcripts
    return {
        **common,
        "timeout": parsed.given.get("timeout"),
        "no_color": bool(around.environ.get("NO_COLOR")),
        "times": "times" in parsed.given,
    }


def _practise(parsed: Parsed, around: Surroundings) -> Common:
    _take(parsed)
    return Options(
        **_session(parsed, around),
        personality=parsed.given.get("personality", ""),
        **_scenario(parsed.given),
        raw_lf=_raw_lf(parsed, around),
    )


def _scenario(given: Mapping[str, Any]) -> dict[str, Any]:
    """What the sandbox is like, with what is to go wrong besides: what is named first comes first, and before
    what the scenario says; and what of it will not happen."""
    scenario: str | Server = given.get("scenario", "free")
    wanted = given.get("fault", [])
    if isinstance(scenario, str) and not wanted:
        return {"scenario": scenario}
    from tui.practice.fault_lines import added, replaced
    from tui.practice.precedence import idle
    from tui.sandbox.scenario import load
    from tui.sandbox.unmet import unmet
    from tui.words import faults

    for at, place in idle(wanted):
        raise UsageError(faults.never(wanted[at], wanted[place]))
    server = load(scenario) if isinstance(scenario, str) else scenario
    remarks = [faults.overruled(one, old) for one in wanted for old in replaced(server, one)]
    server = reduce(added, reversed(wanted), server)
    name = given.get("personality") or server.personality
    remarks += [faults.unmet(*one) for one in unmet(server, name, tls="tls_port" in given)]
    return {"scenario": server, "remarks": tuple(remarks)}


def _raw_lf(parsed: Parsed, around: Surroundings) -> bool:
    if "raw_lf" in parsed.given and around.terminal:
        raise UsageError(_("--raw-lf is for scripts; who types has /raw"))
    return "raw_lf" in parsed.given


def _connect(parsed: Parsed, around: Surroundings) -> Common:
    from tui.cli import reaching

    given, profile, doubt = parsed.given, "", ""
    if "mx" in given:
        _exactly("connect --mx", parsed.words, ())
        where = reaching.mail_domain(given)
    elif "unix" in given and not parsed.words:
        where = Endpoint("localhost")
    else:
        (written,) = _take(parsed, _("HOST or HOST:PORT"))
        named = reaching.by_name(written, given, locate(around.environ).servers)
        given, profile, doubt = named.given, named.profile, named.doubt
        where = reaching.target(named.written, given)
    return Options(
        **{**_session(parsed, around), "timeout": given.get("timeout")},
        target=where,
        profile=profile,
        doubt=doubt,
        access=reaching.access(given, where, terminal=around.terminal),
        steps=reaching.steps(given),
        yes="yes" in given,
        raw_lf=_raw_lf(parsed, around),
    )


def _replay(parsed: Parsed, around: Surroundings) -> Common:
    from tui.cli import replaying

    needed = (_("the name of a file"), _("a server"))
    name, *where = _exactly("replay", parsed.words, needed[: max(1, len(parsed.words))])
    return ReplayOptions(
        **{
            **_session(parsed, around),
            **replaying.settle(where, parsed.given, locate(around.environ).servers),
        },
        file=None if name == "-" else _path(name),
    )


def _learn(parsed: Parsed, around: Surroundings) -> Common:
    name = _exactly("learn", parsed.words, (_("an exercise"),))[0] if parsed.words else ""
    if name:
        from tui.lessons import shelf

        here = shelf.builtin(current())
        if shelf.find(here, name) is None:
            raise UsageError(
                _("there is no exercise {name}; the exercises are {names}").format(
                    name=quoted(name), names=enumerated(here.ids)
                )
            )
    return Options(**_session(parsed, around), learn=name, **_elsewhere(parsed))


def _elsewhere(parsed: Parsed) -> dict[str, Any]:
    """The real server on which exercises are to be done."""
    from tui.cli import reaching

    given = parsed.given
    if "real" not in given:
        for flag in (YES, *ACCESS):
            if flag.key in given:
                raise UsageError(_("{one} goes with {other}").format(one=flag.name, other="--real"))
        return {}
    if "mx" in given:
        raise UsageError(_("{one} and {other} exclude each other").format(one="--real", other="--mx"))
    where = reaching.target(given["real"], given)
    return {"lesson_at": where, "access": reaching.access(given, where), "yes": "yes" in given}


def _sandbox(parsed: Parsed, around: Surroundings) -> Common:
    _take(parsed)
    keys = ("port", "tls_port", "lmtp_port", "personality", "mail", "wait", "timeout")
    chosen = {key: parsed.given[key] for key in keys if key in parsed.given}
    if "timeout" in chosen and "wait" not in chosen:
        raise UsageError(_("{one} goes with {other}").format(one="--timeout", other="--wait"))
    options = SandboxOptions(
        **_common(parsed, around),
        **chosen,
        **_scenario(parsed.given),
        host=_listening(parsed.given),
        expose="expose" in parsed.given,
        json="json" in parsed.given,
        list="list" in parsed.given,
    )
    ports = {"--port": options.port, "--tls-port": options.tls_port, "--lmtp-port": options.lmtp_port}
    for (one, port), (other, second) in combinations(ports.items(), 2):
        if port and port == second:  # 0 is a free one each time
            raise UsageError(_("{one} and {other} cannot be the same port").format(one=one, other=other))
    return options


def _listening(given: Mapping[str, Any]) -> str | None:
    """The address to listen on: loopback, unless other machines are let in by name."""
    written = given.get("host")
    if written is None:
        return "*" if "expose" in given else None
    if written == "localhost":
        return None
    try:
        address = ipaddress.ip_address(written.removeprefix("[").removesuffix("]"))
    except ValueError:
        raise UsageError(_("--host needs an address, not {value}").format(value=quoted(written))) from None
    if not address.is_loopback and "expose" not in given:
        raise UsageError(
            _("--host {address} lets other machines in; add --expose if that is meant").format(
                address=address
            )
        )
    return str(address)


def _inbox(parsed: Parsed, around: Surroundings) -> Common:
    name, *rest = parsed.words or ("list",)
    known = {action.value: action for action in InboxAction}
    if name not in known:
        actions = enumerated([action.value for action in InboxAction])
        raise UsageError(
            _("inbox knows {actions}, not {action}").format(actions=actions, action=quoted(name))
        )
    action = known[name]
    for key in set(parsed.given) & {"search", "all", "follow", "json", "yes"}:
        if action not in _INBOX_FLAGS[key]:
            raise UsageError(
                _("{option} does not go with {command}").format(option=f"--{key}", command=f"inbox {name}")
            )
    return InboxOptions(
        **_common(parsed, around),
        action=action,
        **_chosen_mail(action, tuple(rest)),
        **{
            key: parsed.given[key]
            for key in ("mail", "search", "all", "follow", "json", "yes")
            if key in parsed.given
        },
    )


_INBOX_FLAGS: Final[Mapping[str, frozenset[InboxAction]]] = {
    "search": frozenset({InboxAction.LIST}),
    "all": frozenset({InboxAction.LIST}),
    "follow": frozenset({InboxAction.LIST}),
    "json": frozenset({InboxAction.LIST, InboxAction.SHOW}),
    "yes": frozenset({InboxAction.DELETE}),
}
_ALL: Final = "all"


def _chosen_mail(action: InboxAction, words: tuple[str, ...]) -> dict[str, Any]:
    """Which mail, which part, and where it is to go."""
    command = f"inbox {action.value}"
    which, part, file = _("the number of a message"), _("the number of a part"), _("the name of a file")
    if action is InboxAction.DELETE:
        if not words:
            raise UsageError(_("{command} needs {what}").format(command=command, what=which))
        return {"numbers": () if words == (_ALL,) else tuple(_number(word) for word in words)}
    if action is InboxAction.SAVE:
        needed = (which, part, file)
        values = _exactly(command, words, needed[: max(2, min(len(words), 3))])
        where = _path(values[2]) if len(values) > 2 else None
        return {"number": _number(values[0]), "part": _number(values[1], of_part=True), "file": where}
    if action is InboxAction.EXPORT:
        number, name = _exactly(command, words, (which, file))
        return {"number": 0 if number == _ALL else _number(number), "file": _path(name)}
    if action is InboxAction.SHOW:
        return {"number": _number(_exactly(command, words, (which,))[0])}
    _exactly(command, words, ())
    return {}


def _explain(parsed: Parsed, around: Surroundings) -> Common:
    words = parsed.words or ("-",)
    (name,) = _exactly("explain", words, (_("the name of a file"),))
    return ExplainOptions(
        **_common(parsed, around), file=None if name == "-" else _path(name), json="json" in parsed.given
    )


def _export(parsed: Parsed, around: Surroundings) -> Common:
    from tui.cli import reaching

    words, form = parsed.words, parsed.given.get("as", "")
    needed = (_("the name of a file"), _("a server"))
    file, *where = _exactly("export", words, needed[: max(1, len(words))])
    if form not in EXPORT_FORMS:
        known = enumerated(EXPORT_FORMS)
        if not form:
            raise UsageError(_("export needs --as: {forms}").format(forms=known))
        raise UsageError(_("--as knows {forms}, not {value}").format(forms=known, value=quoted(form)))
    return ExportOptions(
        **_common(parsed, around),
        file=None if file == "-" else _path(file),
        form=form,
        target=reaching.target(where[0], {}) if where else None,
    )


def _lessons(parsed: Parsed, around: Surroundings) -> Common:
    name, *rest = parsed.words or ("list",)
    known = {action.value: action for action in LessonsAction}
    if name not in known:
        raise UsageError(_("lessons knows list and check, not {action}").format(action=quoted(name)))
    folder = _path(_exactly(f"lessons {name}", tuple(rest), (_("a folder"),))[0]) if rest else None
    return LessonsOptions(**_common(parsed, around), action=known[name], folder=folder)


def _progress(parsed: Parsed, around: Surroundings) -> Common:
    _take(parsed)
    forms = [form for form in (ProgressForm.JSON, ProgressForm.CSV) if form.value in parsed.given]
    if len(forms) + ("import" in parsed.given) > 1:
        raise UsageError(_("only one of --json, --csv and --import can be done at a time"))
    return ProgressOptions(
        **_common(parsed, around),
        form=forms[0] if forms else ProgressForm.TABLE,
        source=parsed.given.get("import"),
    )


def _paths(parsed: Parsed, around: Surroundings) -> Common:
    _take(parsed)
    return Common(**_common(parsed, around))


_BUILDERS: Final[Mapping[str, Callable[[Parsed, Surroundings], Common]]] = {
    "practise": _practise,
    "connect": _connect,
    "learn": _learn,
    "sandbox": _sandbox,
    "inbox": _inbox,
    "explain": _explain,
    "replay": _replay,
    "export": _export,
    "lessons": _lessons,
    "progress": _progress,
    "paths": _paths,
}


def _take(parsed: Parsed, *needed: str) -> tuple[str, ...]:
    return _exactly(parsed.command.name, parsed.words, needed)


def _exactly(command: str, words: tuple[str, ...], needed: tuple[str, ...]) -> tuple[str, ...]:
    if len(words) < len(needed):
        raise UsageError(_("{command} needs {what}").format(command=command, what=needed[len(words)]))
    if len(words) > len(needed):
        raise UsageError(
            _("{command} does not know what to do with {word}").format(
                command=command, word=quoted(words[len(needed)])
            )
        )
    return words


def _number(text: str, *, of_part: bool = False) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:9]) > 0 and len(text) <= 9):
        wrong = _("{value} is not the number of a message")
        if of_part:
            wrong = _("{value} is not the number of a part")
        raise UsageError(wrong.format(value=quoted(text)))
    return int(text)


def _path(text: str) -> Path:
    if not text:
        raise UsageError(_("the name of a file is missing"))
    return expanded(text)
