"""What may stand on the command line, as tables: flags, commands, and the parser made of them.

Flags are taken before and after the command alike, so there is one parser for all; which flags go with which
command is checked by the table afterwards. A new command is one more row in ``COMMANDS``.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator
from dataclasses import field
from typing import Any, Final, NoReturn

from tui.cli import readers
from tui.cli.errors import UsageError
from tui.smtp.display import visible
from tui.values import value
from tui.words.language import N_
from tui.words.language import gettext as _
from tui.words.prose import enumerated, quoted

Read = Callable[[str], object]


@value
class Flag:
    """One option. ``value`` is the name of its argument in the help, "" for a switch; ``many``: it may be
    written several times, and gives a list."""

    name: str
    help: str
    value: str = ""
    read: Read = str
    many: bool = False
    short: str = ""  # another way to write a switch; not known to argparse, to which it would be a number

    @property
    def key(self) -> str:
        return self.name.lstrip("-").replace("-", "_")


@value
class Command:
    """``forms`` are what stands after the program's name in the help; ``build`` names the function in
    ``tui.cli.settling`` that makes the options, ``runner`` the module whose ``run`` takes them."""

    name: str
    forms: tuple[str, ...]
    summary: str
    build: str
    runner: str
    flags: tuple[Flag, ...] = ()
    needs_settings: bool = True
    logs: bool = False  # a session: warnings go to the log


EVERYWHERE: Final = (
    Flag("--plain", N_("line mode: no full screen, for pipes, screen readers and any window size")),
    Flag("--lang", N_("language: en or zh_CN"), "LANG"),
    Flag("--theme", N_("colours of the split screen, such as night or paper"), "NAME", readers.name),
    Flag("--ascii", N_("plain glyphs, for consoles without Unicode")),
    Flag("--no-mouse", N_("leave the mouse to the terminal")),
    Flag(
        "--log-file", N_("write what the program does to this file, for reports of errors"), "F", readers.path
    ),
    Flag("--version", N_("print the version and leave")),
    Flag("--help", N_("print this and leave")),
)

PERSONALITY: Final = Flag(
    "--personality",
    N_("whose words and habits the sandbox has: postfix, qmail, gmail and others"),
    "NAME",
    readers.personality,
)
SCENARIO: Final = Flag(
    "--scenario",
    N_("what the sandbox is like, by name or from a file: extensions, accounts, mailboxes, faults"),
    "NAME|FILE",
    readers.scenario,
)
FAULT: Final = Flag(
    "--fault",
    N_(
        "something that goes wrong at the sandbox, STAGE[:TIMES][,PATTERN]=WHAT: rcpt=450, "
        "mail:2=421 Too busy, rcpt,*@x.test=550, command:4-=421, data=drop, message=drop-unsaid, "
        "message=drop-after, body=drop, greeting=delay:5, helo=slow:8, greeting=silent, message=lose, "
        "starttls=454; or greylist=5m, quota,bob=2, rate:mail=3/1m, certificate=expired; may be given "
        "several times"
    ),
    "STAGE=WHAT",
    readers.fault,
    many=True,
)
TIMEOUT: Final = Flag("--timeout", N_("wait at most this long for each reply"), "SECONDS", readers.seconds)
YES: Final = Flag(
    "--yes",
    N_(
        "let the final dot, and a password without TLS or to an unverified server, go to a real server; a "
        "script needs this"
    ),
)

RAW_LF: Final = Flag(
    "--raw-lf", N_("of a script: its line ends go out as they are, not as CRLF; to test a server of yours")
)
TIMES: Final = Flag("--times", N_("say how long each reply took, connecting and TLS; /times while it runs"))

#: How the server is reached and protected: ``tui.net.access``.
ACCESS: Final = (
    Flag("--tls", N_("TLS from the first octet; port 465 unless named")),
    Flag("--starttls", N_("STARTTLS is required: without it nothing goes on")),
    Flag("--submission", N_("port 587, with STARTTLS required")),
    Flag("--no-tls", N_("plain text, also on port 465")),
    Flag(
        "--cafile", N_("trust the certificates in this file, instead of the system's"), "FILE", readers.path
    ),
    Flag("--tls-name", N_("the name that the certificate must hold"), "NAME", readers.name),
    Flag(
        "--insecure",
        N_("go on with a certificate that cannot be verified; a login there still asks, or needs --yes"),
    ),
    Flag("--cert", N_("our own certificate"), "FILE", readers.path),
    Flag("--key", N_("its private key, unless it stands in the same file"), "FILE", readers.path),
    Flag(
        "--mx",
        N_(
            "find the server of this mail domain in DNS; SMTPTUTOR_DNS=ADDRESS:PORT names another name server"
        ),
        "DOMAIN",
        readers.name,
    ),
    Flag("--via", N_("through this host, by ssh -W; your ssh config holds"), "JUMP", readers.name),
    Flag("--pipe", N_("over this program's stdin and stdout; %h and %p are host and port"), "COMMAND"),
    Flag("--unix", N_("over this Unix socket"), "PATH", readers.path),
    Flag("--source", N_("connect from this address of ours"), "ADDR", readers.name),
    Flag("--ipv4", N_("IPv4 only"), short="-4"),
    Flag("--ipv6", N_("IPv6 only"), short="-6"),
    Flag("--proxy", N_("send a PROXY protocol header first: v1 or v2"), "VERSION", readers.name),
    Flag("--lmtp", N_("LMTP: LHLO, and a reply for each recipient behind the dot")),
)
#: Who logs in.
USER: Final = Flag("--user", N_("the user name for AUTH"), "NAME", readers.name)
PASSWORD_COMMAND: Final = Flag(
    "--password-command", N_("take the password from what this program prints"), "COMMAND"
)
#: What is typed by the program: ``tui.desk.options.Steps``.
STEPS: Final = (
    Flag("--ehlo", N_("our name, instead of this host's"), "NAME", readers.name),
    Flag("--from", N_("the sender, for F4 and --until; an empty one is <>"), "ADDRESS"),
    Flag("--to", N_("a recipient; may be given several times"), "ADDRESS", readers.name, many=True),
    Flag("--message", N_("the message, for F3 and --until; dots are stuffed"), "FILE", readers.path),
    Flag(
        "--until",
        N_("type the steps up to this one: helo, starttls, auth, mail, rcpt, data or dot"),
        "STEP",
        readers.name,
    ),
    USER,
    Flag("--auth", N_("the mechanism of AUTH, instead of the best that is offered"), "NAME", readers.name),
    PASSWORD_COMMAND,
)
AGAINST: Final = Flag("--against", N_("the same lines to this server too; the two are compared"), "HOST2")
AS: Final = Flag(
    "--as", N_("what to make of it: markdown, swaks, curl, openssl or python"), "FORM", readers.name
)
REAL: Final = Flag(
    "--real",
    N_("do the exercise on this server instead of the sandbox; what it accepts is delivered"),
    "HOST",
)
PORT: Final = Flag("--port", N_("listen here instead of 2525; 0 takes any free port"), "N", readers.port)
TLS_PORT: Final = Flag(
    "--tls-port",
    N_("listen here too, with TLS from the first octet; 0 takes any free port"),
    "N",
    readers.port,
)
LMTP_PORT: Final = Flag("--lmtp-port", N_("speak LMTP here; 0 takes any free port"), "N", readers.port)
MAIL: Final = Flag("--mail", N_("keep mail in this Maildir instead of your inbox"), "DIR", readers.path)
#: ``smtptutor sandbox`` for other programs.
CATCHER: Final = (
    Flag("--host", N_("listen on this address instead of loopback; needs --expose"), "ADDR", readers.name),
    Flag("--expose", N_("let other machines in; nothing is ever passed on")),
    MAIL,
    Flag("--json", N_("the log, or the list, as JSON")),
    Flag("--list", N_("name the personalities and scenarios, and whose words each reply is")),
    Flag("--wait", N_("end with 0 when so many messages are stored"), "N", readers.count),
    Flag(
        "--timeout",
        N_("with --wait: end with 75 when they are not there by then"),
        "SECONDS",
        readers.seconds,
    ),
)
JSON: Final = Flag("--json", N_("as JSON"))
INBOX: Final = (
    Flag("--mail", N_("of the sandbox that keeps its mail in this Maildir"), "DIR", readers.path),
    Flag("--search", N_("list: only mails with these words in envelope or subject"), "WORDS", readers.name),
    Flag("--all", N_("list: also more than two hundred")),
    Flag("--follow", N_("list: the latest, and each mail that comes")),
    Flag("--json", N_("list, show: as JSON")),
    Flag("--yes", N_("delete all: without a question")),
)
CSV: Final = Flag("--csv", N_("as CSV, for a spreadsheet"))
IMPORT: Final = Flag("--import", N_("take in what another home exported with --json"), "FILE", readers.path)

COMMANDS: Final = (
    Command(
        "",
        ("",),
        N_("practise on the embedded sandbox: nothing leaves this machine"),
        build="practise",
        runner="",
        flags=(PERSONALITY, SCENARIO, FAULT, TIMEOUT, TIMES, RAW_LF),
        logs=True,
    ),
    Command(
        "connect",
        ("connect HOST[:PORT]", "connect PROFILE", "connect --mx DOMAIN", "connect --unix PATH"),
        N_("talk to a real server on the same screen; an IPv6 address is written [::1]:25"),
        build="connect",
        runner="",
        flags=(TIMEOUT, TIMES, YES, RAW_LF, *ACCESS, *STEPS),
        logs=True,
    ),
    Command(
        "learn",
        ("learn [EXERCISE]",),
        N_("guided exercises; EXERCISE is its number or its name"),
        build="learn",
        runner="",
        flags=(TIMEOUT, TIMES, REAL, YES, *ACCESS),
        logs=True,
    ),
    Command(
        "sandbox",
        ("sandbox", "sandbox --list"),
        N_("only the sandbox, for swaks, curl or your own program"),
        build="sandbox",
        runner="tui.plain.serve",
        flags=(PORT, TLS_PORT, LMTP_PORT, PERSONALITY, SCENARIO, FAULT, *CATCHER),
        logs=True,
    ),
    Command(
        "inbox",
        (
            "inbox [list]",
            "inbox show N",
            "inbox save N PART [FILE]",
            "inbox export N|all FILE",
            "inbox delete N ...|all",
        ),
        N_("what the sandbox has received; a FILE named .mbox gets that form, other files the exact octets"),
        build="inbox",
        runner="tui.plain.inbox",
        flags=INBOX,
    ),
    Command(
        "explain",
        ("explain [FILE|-]",),
        N_("a transcript, line by line, in words"),
        build="explain",
        runner="tui.plain.explain",
        flags=(JSON,),
    ),
    Command(
        "replay",
        ("replay FILE [HOST[:PORT]]",),
        N_("type a transcript again, to the sandbox or a real server, and compare the replies"),
        build="replay",
        runner="tui.plain.replay",
        flags=(JSON, AGAINST, PERSONALITY, TIMEOUT, YES, *ACCESS, USER, PASSWORD_COMMAND),
        logs=True,
    ),
    Command(
        "export",
        ("export FILE|- [HOST[:PORT]] --as FORM",),
        N_("a transcript as a command line, a program, or a text for a ticket"),
        build="export",
        runner="tui.plain.export",
        flags=(AS,),
    ),
    Command(
        "lessons",
        ("lessons [list] [DIR]", "lessons check [DIR]"),
        N_("for authors: what a pack of exercises holds, and its proof on the sandbox"),
        build="lessons",
        runner="tui.plain.lessons",
    ),
    Command(
        "progress",
        ("progress",),
        N_("your attempts at the exercises"),
        build="progress",
        runner="tui.plain.progress",
        flags=(JSON, CSV, IMPORT),
    ),
    Command(
        "paths",
        ("paths",),
        N_("where things are kept"),
        build="paths",
        runner="tui.cli.places",
        needs_settings=False,
    ),
)

BY_NAME: Final = {command.name: command for command in COMMANDS}


@value
class Parsed:
    """``given`` holds only the flags that were written, by key."""

    command: Command
    words: tuple[str, ...]  # what follows the command
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def help_wanted(self) -> bool:
        return "help" in self.given


class _Parser(argparse.ArgumentParser):
    """argparse for the taking apart; what it says is raised and worded by us."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def parse(argv: list[str]) -> Parsed:
    """Take the command line apart.

    Raises:
        UsageError: with a translated sentence.
    """
    _speak()
    shorts = {flag.short: flag.name for flag in _all_flags() if flag.short}
    argv = list(_joined([shorts.get(word, word) for word in argv]))
    parser = _Parser(prog="smtptutor", add_help=False, allow_abbrev=False, argument_default=argparse.SUPPRESS)
    for flag in _all_flags():
        if flag.value:
            action = "append" if flag.many else "store"
            parser.add_argument(flag.name, type=flag.read, metavar=flag.value, action=action, dest=flag.key)
        else:
            parser.add_argument(flag.name, action="store_true", dest=flag.key)
    parser.add_argument("words", nargs="*", default=[])
    found, unknown = parser.parse_known_intermixed_args(argv)
    if unknown:
        raise UsageError(_no_option(unknown))
    given = dict(vars(found))
    written = given.pop("words")
    name, *words = written or [""]
    command = BY_NAME.get(name)
    if command is None or (written and not name):
        raise UsageError(
            _("there is no command {name}; the commands are {commands}").format(
                name=quoted(name), commands=enumerated(one for one in BY_NAME if one)
            )
        )
    if "help" not in given:
        _check_flags(command, given)
    return Parsed(command, tuple(words), given)


#: Options that others have for a password, and the letters swaks, mysql and ldapsearch have for it.
_PASSWORD: Final = re.compile(r"--?[^=]*(?:pass|pw|secret|token|credential)|-(?:p|w|ap)", re.IGNORECASE)


def _no_option(unknown: list[str]) -> str:
    """About options that there are not. Never with what stands behind one: it may be a password."""
    names = visible(" ".join(_bare(word) for word in unknown if word.startswith("-")))
    if not any(_PASSWORD.match(word) for word in unknown):
        return _("there is no option {option}").format(option=names)
    return _(
        "there is no option {option}: a password never stands on the command line; it is asked for when it "
        "is needed, or taken from SMTPTUTOR_PASSWORD or from what --password-command prints"
    ).format(option=names)


def _bare(word: str) -> str:
    """The option without its value: behind ``=``, or glued to the letter of a short one."""
    if word.startswith("--"):
        return word.partition("=")[0]
    return word[:2] if word[:2] in {"-p", "-w"} else word[:3]


def _joined(argv: list[str]) -> Iterator[str]:
    """What stands behind an option that takes a value is its value, also where it begins with one ``-``:
    argparse takes it for an option, and would say that the value is missing."""
    takers = {flag.name for flag in _all_flags() if flag.value}
    held = ""  # an option that waits for its value
    for at, word in enumerate(argv):
        if held:
            yield f"{held}={word}" if _begins_with_one_dash(word) else held
            if not _begins_with_one_dash(word):
                yield word
            held = ""
        elif word == "--":
            yield from argv[at:]
            return
        elif word in takers:
            held = word
        else:
            yield word
    if held:
        yield held


def _begins_with_one_dash(word: str) -> bool:
    return len(word) > 1 and word[0] == "-" != word[1]


def _all_flags() -> tuple[Flag, ...]:
    """Each flag once, in the order of the tables."""
    flags = {flag.name: flag for command in COMMANDS for flag in command.flags}
    return (*EVERYWHERE, *flags.values())


def _check_flags(command: Command, given: dict[str, Any]) -> None:
    fitting = {flag.key for flag in (*EVERYWHERE, *command.flags)}
    for flag in _all_flags():
        if flag.key in given and flag.key not in fitting:
            raise UsageError(
                _("{option} does not go with {command}").format(
                    option=flag.name, command=f"smtptutor {command.name}".strip()
                )
            )


#: What argparse says, as this program says it. Its ``_`` is no public name: tests/test_cli.py guards it.
_ARGPARSE: Final = {
    "argument %(argument_name)s: %(message)s": N_("%(argument_name)s: %(message)s"),
    "expected one argument": N_("a value is missing after it"),
    "ignored explicit argument %r": N_("it takes no value, yet it was given %r"),
}


def _speak() -> None:
    """Let argparse look its sentences up in the language in use."""

    def say(message: str) -> str:
        return _(_ARGPARSE.get(message, message))

    argparse._ = say  # type: ignore[attr-defined]
