"""The command line: what is accepted, what is told, which exit code."""

from __future__ import annotations

import argparse
import io
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import tui
from tests.pty import Terminal
from tui.cli import main, running
from tui.cli.arguments import COMMANDS, parse
from tui.cli.errors import UsageError
from tui.cli.settling import Surroundings, settle
from tui.desk.options import (
    Common,
    ExplainOptions,
    InboxAction,
    InboxOptions,
    Layout,
    Login,
    Options,
    ReplayOptions,
    SandboxOptions,
    Steps,
)
from tui.net.access import Access, Security
from tui.net.endpoint import Endpoint
from tui.sandbox.scenario import shipped
from tui.store.settings import Settings
from tui.words import language


@pytest.fixture(autouse=True)
def english() -> None:
    language.use("en")


def settled(
    *argv: str,
    terminal: bool = True,
    settings: Settings | None = None,
    environ: dict[str, str] | None = None,
) -> Common:
    around = Surroundings({"TERM": "xterm", **(environ or {})}, settings or Settings(), terminal)
    return settle(parse(list(argv)), around)


def refused(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    """The first line on stderr; the exit code must be 2 and stdout empty."""
    assert main(list(argv)) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "Traceback" not in told.err
    return told.err.splitlines()[0]


# -- what is meant


def test_nothing_is_practice_on_the_sandbox() -> None:
    assert settled() == Options()


@pytest.mark.parametrize(
    ("written", "endpoint"),
    [
        ("mx.example.org", Endpoint("mx.example.org", 25)),
        ("mx.example.org:587", Endpoint("mx.example.org", 587)),
        ("mx.example.org.:0587", Endpoint("mx.example.org.", 587)),
        ("192.0.2.1:2525", Endpoint("192.0.2.1", 2525)),
        ("[::1]", Endpoint("::1", 25)),
        ("[::1]:2525", Endpoint("::1", 2525)),
        ("2001:db8::1", Endpoint("2001:db8::1", 25)),
        (" localhost ", Endpoint("localhost", 25)),
        ("邮件.example", Endpoint("邮件.example", 25)),
    ],
)
def test_targets(written: str, endpoint: Endpoint) -> None:
    assert settled("connect", written) == Options(target=endpoint)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "the server's name is missing"),
        ("  ", "the server's name is missing"),
        ("mx:", "after the colon the port is missing"),
        ("mx:70000", 'the port "70000" is not between 1 and 65535'),
        ("mx:0", 'the port "0" is not between 1 and 65535'),
        ("mx:" + "9" * 5000, "is not between 1 and 65535"),
        ("mx:smtp", 'the port "smtp" is not a number'),
        ("mx:+25", 'the port "+25" is not a number'),
        ("mx:２５", "the full-width character ２"),
        ("mx：25", "the full-width character ："),
        (":25", "names a port but no server"),
        ("[::1", "opens a bracket and does not close it"),
        ("[::1]25", "after the bracket"),
        ("[::1]:", "after the colon the port is missing"),
        ("[mx]", '"mx" is not an IPv6 address'),
        ("a:b:c", '"a:b:c" is not an IPv6 address'),
        ("smtp://mx", "is a web address"),
        ("me@mx", "is a mail address"),
        ("m x", '"m x" is not the name of a server'),
        ("m..x", '"m..x" is not the name of a server'),
        ("mx\x1b[2J", '"mx\\x1b[2J" is not the name of a server'),
        ("a/b", '"a/b" is not the name of a server'),
        ("x" * 64, "longer than a server's name can be"),
        (".".join(["x" * 60] * 5), "longer than a server's name can be"),
    ],
)
def test_bad_targets(capsys: pytest.CaptureFixture[str], written: str, told: str) -> None:
    line = refused(capsys, "connect", written)
    assert told in line
    assert line.isprintable()


def test_flags_stand_before_and_behind_the_command() -> None:
    wanted = Options(target=Endpoint("mx"), timeout=3.5, yes=True, ascii=True, plain=True, theme="paper")
    flags = ["--timeout", "3.5", "--yes", "--ascii", "--plain", "--theme", "paper"]
    assert settled(*flags, "connect", "mx") == wanted
    assert settled("connect", "mx", *flags) == wanted
    assert settled("connect", *flags, "mx") == wanted
    assert settled("--timeout=3.5", "connect", "--yes", "--ascii", "mx", "--plain", "--theme=paper") == wanted


def test_sandbox_inbox_explain_paths() -> None:
    assert settled("sandbox") == SandboxOptions()
    assert settled("sandbox", "--port", "0", "--personality", "mdaemon-7") == SandboxOptions(
        port=0, personality="mdaemon-7"
    )
    assert settled(
        "sandbox", "--tls-port", "0", "--lmtp-port", "24", "--scenario", "submission"
    ) == SandboxOptions(tls_port=0, lmtp_port=24, scenario="submission")
    assert settled("sandbox", "--mail", "m", "--json", "--wait", "3", "--timeout", "1.5") == SandboxOptions(
        mail=Path("m"), json=True, wait=3, timeout=1.5
    )
    assert settled("sandbox", "--host", "localhost") == SandboxOptions()
    assert settled("sandbox", "--host", "[::1]") == SandboxOptions(host="::1")
    assert settled("sandbox", "--expose") == SandboxOptions(host="*", expose=True)
    assert settled("sandbox", "--host", "192.0.2.1", "--expose") == SandboxOptions(
        host="192.0.2.1", expose=True
    )
    assert settled("inbox") == settled("inbox", "list") == InboxOptions()
    assert settled("inbox", "show", "3") == InboxOptions(action=InboxAction.SHOW, number=3)
    assert settled("inbox", "--mail", "m", "--json", "--search", "a b") == InboxOptions(
        mail=Path("m"), json=True, search="a b"
    )
    assert settled("inbox", "save", "3", "2") == InboxOptions(action=InboxAction.SAVE, number=3, part=2)
    assert settled("inbox", "save", "3", "2", "x") == InboxOptions(
        action=InboxAction.SAVE, number=3, part=2, file=Path("x")
    )
    assert settled("inbox", "delete", "3", "5") == InboxOptions(action=InboxAction.DELETE, numbers=(3, 5))
    assert settled("inbox", "delete", "all", "--yes") == InboxOptions(action=InboxAction.DELETE, yes=True)
    assert settled("inbox", "export", "all", "a.mbox") == InboxOptions(
        action=InboxAction.EXPORT, file=Path("a.mbox")
    )
    assert settled("inbox", "--ascii", "export", "3", "a.eml") == InboxOptions(
        action=InboxAction.EXPORT, number=3, file=Path("a.eml"), ascii=True
    )
    assert settled("explain") == settled("explain", "-") == ExplainOptions()
    assert settled("explain", "--json", "a.txt") == ExplainOptions(file=Path("a.txt"), json=True)
    assert settled("replay", "-", "--json") == ReplayOptions(json=True)
    replayed = settled("replay", "a", "mx", "--tls", "--against", "b", "--user", "me", "--yes", "--no-mouse")
    assert replayed == ReplayOptions(
        file=Path("a"),
        target=Endpoint("mx", 465),
        access=Access(Security.TLS),
        against=Endpoint("b", 465),
        against_access=Access(Security.TLS),
        steps=Steps(login=Login(user="me")),
        yes=True,
        mouse=False,
    )
    assert settled("explain", "--", "-a.txt") == ExplainOptions(file=Path("-a.txt"))
    assert settled("paths") == Common()


def test_home_in_a_file_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert settled("explain", "~/a.txt") == ExplainOptions(file=Path("/home/me/a.txt"))


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (
            ["frob"],
            'there is no command "frob"; the commands are connect, learn, sandbox, inbox, explain, replay, '
            "export, lessons, progress, paths.",
        ),
        ([""], 'there is no command ""'),
        (["\x1b]0;x\x07"], 'there is no command "\\x1b]0;x\\x07"'),
        (["learn", "1", "--yes"], "--yes goes with --real."),
        (["learn", "1", "--real", "a:70000"], 'the port "70000" is not between 1 and 65535.'),
        (["learn", "1", "--real", "a", "--mx", "b.test"], "--real and --mx exclude each other."),
        (["connect"], "connect needs HOST or HOST:PORT."),
        (["connect", "a", "b"], 'connect does not know what to do with "b".'),
        (["sandbox", "now"], 'sandbox does not know what to do with "now".'),
        (["paths", "x"], 'paths does not know what to do with "x".'),
        (
            ["sandbox", "--host", "0.0.0.0"],
            "--host 0.0.0.0 lets other machines in; add --expose if that is meant.",
        ),
        (["sandbox", "--host", "mx.test"], '--host needs an address, not "mx.test".'),
        (["sandbox", "--timeout", "5"], "--timeout goes with --wait."),
        (["sandbox", "--tls-port", "2525"], "--port and --tls-port cannot be the same port."),
        (
            ["sandbox", "--port", "0", "--tls-port", "99", "--lmtp-port", "99"],
            "--tls-port and --lmtp-port cannot be the same port.",
        ),
        (["inbox", "save", "1", "x"], '"x" is not the number of a part.'),
        (["sandbox", "--wait", "0"], '--wait: "0" is not a number from 1.'),
        (["inbox", "burn"], 'inbox knows list, show, save, export, delete, not "burn".'),
        (["inbox", "delete"], "inbox delete needs the number of a message."),
        (["inbox", "delete", "1", "all"], '"all" is not the number of a message.'),
        (["inbox", "save", "1"], "inbox save needs the number of a part."),
        (["inbox", "show", "1", "--follow"], "--follow does not go with inbox show."),
        (["inbox", "show"], "inbox show needs the number of a message."),
        (["inbox", "show", "0"], '"0" is not the number of a message.'),
        (["inbox", "show", "x"], '"x" is not the number of a message.'),
        (["inbox", "show", "1", "2"], 'inbox show does not know what to do with "2".'),
        (["inbox", "export", "1"], "inbox export needs the name of a file."),
        (["inbox", "export", "1", ""], "the name of a file is missing."),
        (["explain", "a", "b"], 'explain does not know what to do with "b".'),
        (["explain", ""], "the name of a file is missing."),
        (["replay", ""], "the name of a file is missing."),
        (["--frob"], "there is no option --frob."),
        (["--plai"], "there is no option --plai."),
        (["-x"], "there is no option -x."),
        (["--frob", "x", "--other=y"], "there is no option --frob --other."),
        (["--timeout"], "--timeout: a value is missing after it."),
        (["--timeout", "soon"], '--timeout: "soon" is not a number of seconds.'),
        (["--timeout", "0"], '--timeout: "0" must be more than 0, and at most 86400 seconds.'),
        (["--timeout", "nan"], '--timeout: "nan" must be more than 0, and at most 86400 seconds.'),
        (["--timeout", "-1"], '--timeout: "-1" must be more than 0, and at most 86400 seconds.'),
        (["--timeout", "1e9"], '--timeout: "1e9" must be more than 0, and at most 86400 seconds.'),
        (
            ["sandbox", "--scenario", "storm"],
            f'--scenario: "storm" is none of {", ".join(shipped())}, and no file.',
        ),
        (["sandbox", "--scenario", "./gone.toml"], '--scenario: "./gone.toml" cannot be read: '),
        (["--scenario", "storm"], f'--scenario: "storm" is none of {", ".join(shipped())}, and no file.'),
        (["--fault", "rcpt"], '--fault: "rcpt" is no fault; rcpt=450, mail:2=421 Too busy, data=drop, '),
        (["--fault", "lunch=450"], '--fault: "lunch" is no stage; there are greeting, helo, mail, rcpt, '),
        (["--fault", "rcpt:x=450"], '--fault: "x" does not say which times: 2, 2- (from then on) or 2-4.'),
        (["--fault", "rcpt=explode"], '--fault: "explode" is nothing that can happen; it can be a reply '),
        (["--fault", "rcpt=delay:soon"], '--fault: "soon" is no time; 5, 5m and 1h are, a day at most.'),
        (["--fault", "rcpt=slow:no"], '--fault: "no" is no number that fits here; write slow:8.'),
        (["--fault", "certificate=bad"], '--fault: "bad" is no certificate; there are good, other-name, '),
        (["--fault", "mail=354"], '--fault: "354 Go on" grants nothing at that stage; there 250 does'),
        (
            ["--fault", "quota,=1"],
            '--fault: behind the comma of "quota" a pattern is missing, such as bob, b*.',
        ),
        (["--fault", "rcpt,=1"], '--fault: behind the comma of "rcpt" a pattern is missing, such as bob@*'),
        (["--fault", "rcpt,[=450"], '--fault: "[" fits nothing that can be said at that stage'),
        (
            ["--fault", "greylist=5", "--fault", "greylist=6"],
            "of --fault greylist=5 and --fault greylist=6 only",
        ),
        (["--fault", "rcpt=4", "--fault", "rcpt=450"], '--fault: "4" is nothing that can happen'),
        (
            ["--fault", "rcpt=450", "--fault", "rcpt:1=550"],
            "--fault rcpt:1=550 would never happen, as --fault ",
        ),
        (["--fault", "rcpt=450", "--fault", "rate:rcpt=5"], "--fault rate:rcpt=5 would never happen beside "),
        (["connect", "x.test", "--fault", "rcpt=450"], "--fault"),
        (["sandbox", "--port", "65536"], '--port: "65536" is not a port between 0 and 65535.'),
        (["sandbox", "--port", "٣"], "is not a port between 0 and 65535."),
        (["--personality", "grumpy"], '--personality: "grumpy" is none of'),
        (["--plain=yes"], "--plain: it takes no value"),
        (["--theme", " "], "--theme: a name is missing."),
        (["--log-file", ""], "--log-file: the name of a file is missing."),
        (["--lang", "tlh"], '--lang: "tlh" is none of en, zh_CN.'),
        (["--json"], "--json does not go with smtptutor."),
        (["--yes", "explain"], "--yes does not go with smtptutor explain."),
        (["connect", "mx", "--port", "1"], "--port does not go with smtptutor connect."),
    ],
)
def test_usage_errors(capsys: pytest.CaptureFixture[str], argv: list[str], told: str) -> None:
    assert told in refused(capsys, *argv)


@pytest.mark.parametrize(
    ("written", "option"),
    [
        ("--password geheim", "--password"),
        ("--password=geheim", "--password"),
        ("--pass geheim", "--pass"),
        ("--pw geheim", "--pw"),
        ("--auth-password=geheim", "--auth-password"),
        ("--password-comand geheim", "--password-comand"),
        ("-p geheim", "-p"),
        ("-pgeheim", "-p"),
        ("-ap geheim", "-ap"),
    ],
)
@pytest.mark.parametrize("before", [[], ["connect", "mx.test"]])
def test_a_password_on_the_command_line_is_not_said_again(
    capsys: pytest.CaptureFixture[str], before: list[str], written: str, option: str
) -> None:
    line = refused(capsys, *before, *written.split())
    assert f"there is no option {option}: a password never stands on the command line" in line
    assert "SMTPTUTOR_PASSWORD" in line
    assert "geheim" not in line


def test_what_argparse_says_is_reached_through_its_own_name() -> None:
    """Guard: ``argparse._`` is private. Its messages that a user can meet are worded by us."""
    assert callable(argparse._)  # type: ignore[attr-defined]
    source = Path(argparse.__file__).read_text(encoding="utf-8")
    from tui.cli.arguments import _ARGPARSE

    for message in _ARGPARSE:
        assert message in source


# -- what else decides


@pytest.mark.parametrize(
    ("terminal", "environ", "argv", "plain"),
    [
        (True, {"TERM": "xterm-256color"}, [], False),
        (False, {"TERM": "xterm-256color"}, [], True),
        (True, {"TERM": "dumb"}, [], True),
        (True, {"TERM": ""}, [], True),
        (True, {"TERM": "xterm"}, ["--plain"], True),
    ],
)
def test_line_mode(terminal: bool, environ: dict[str, str], argv: list[str], plain: bool) -> None:
    assert settled(*argv, terminal=terminal, environ=environ).plain is plain


def test_settings_stand_behind_options() -> None:
    saved = Settings(theme="night", ascii=True, mouse=False, transcripts=5, layout="side")
    assert settled(settings=saved) == Options(
        theme="night", ascii=True, mouse=False, transcripts=5, layout=Layout.SIDE
    )
    assert settled("--theme", "paper", settings=saved).theme == "paper"


def test_mouse_and_colour() -> None:
    assert settled().mouse
    assert not settled("--no-mouse").mouse
    assert not settled(environ={"SSH_CONNECTION": "1 2 3 4"}).mouse
    plain_colours = settled(environ={"NO_COLOR": "1"})
    assert isinstance(plain_colours, Options)
    assert plain_colours.no_color
    assert settled(environ={"NO_COLOR": ""}) == Options()


# -- languages


def test_every_sentence_is_in_the_chosen_language(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for argv in (["--lang", "zh_CN"], ["--lang=zh_CN"]):
        assert main([*argv, "connect", "mx:70000"]) == 2
        assert "70000" in capsys.readouterr().err
        assert language.current() == "zh_CN"
    monkeypatch.setenv("SMTPTUTOR_LANG", "zh_CN")
    assert main(["--lang", "en", "frob"]) == 2
    assert "there is no command" in capsys.readouterr().err
    assert main(["frob"]) == 2
    assert language.current() == "zh_CN"
    capsys.readouterr()


def test_the_saved_language_goes_before_the_locale(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    main(["frob"])
    assert language.current() == "zh_CN"
    monkeypatch.setenv("SMTPTUTOR_CONFIG", str(tmp_path / "s.toml"))
    (tmp_path / "s.toml").write_text("lang = 'en'\n")
    main(["frob"])
    assert language.current() == "en"
    capsys.readouterr()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("\ntheme = 7\n", "line 2: theme = 7 is of the wrong kind, a text in quotation marks is expected"),
        ("transcripts = -1", "line 1: transcripts = -1 is not within 0-100000"),
        ("layout = 'x'", 'line 1: layout = "x" is none of auto, side, stacked'),
        ("# a\n\ncolour = 'red'", "line 3: there is no setting colour; there are lang, theme"),
        ("ascii = true\nlang = 'tlh'", 'line 2: lang = "tlh" is none of en, zh_CN'),
    ],
)
def test_wrong_settings_name_file_and_line(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    text: str,
    told: str,
) -> None:
    file = tmp_path / "s.toml"
    monkeypatch.setenv("SMTPTUTOR_CONFIG", str(file))
    file.write_text(text)
    line = refused(capsys, "inbox")
    assert told in line
    assert str(file) in line
    assert file.read_text() == text
    assert main(["paths"]) == 0, "one must be able to find the file"
    assert str(file) in capsys.readouterr().out


def test_file_names_are_foreign_text(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for text in ('"a\\u001b" = 1\n', "lang = 'tlh'\n", "= broken"):
        (tmp_path / "\x1b[2J.toml").write_text(text)
        monkeypatch.setenv("SMTPTUTOR_CONFIG", str(tmp_path / "\x1b[2J.toml"))
        main(["inbox", "--log-file", "/\x1b[2J/x"])
        err = capsys.readouterr().err
        assert "\\x1b[2J" in err
        assert all(line.isprintable() for line in err.splitlines())


def test_a_wrong_language_in_the_environment_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMTPTUTOR_LANG", "tlh")
    assert 'SMTPTUTOR_LANG: "tlh" is none of en, zh_CN' in refused(capsys, "inbox")


def test_a_broken_settings_file_is_said_and_never_fatal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "s.toml"
    monkeypatch.setenv("SMTPTUTOR_CONFIG", str(file))
    file.write_text("= broken")
    assert main(["paths"]) == 0
    err = capsys.readouterr().err
    assert "is no TOML and was set aside as s.toml.broken-" in err
    assert main(["paths"]) == 0
    assert capsys.readouterr().err == "", "said once"


# -- help, version, paths


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"smtptutor {tui.__version__}\n"


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_help(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, lang: str, columns: str
) -> None:
    from tui.smtp.display import cells

    monkeypatch.setenv("COLUMNS", columns)
    assert main(["--lang", lang, "--help"]) == 0
    out = capsys.readouterr().out
    for command in COMMANDS:
        assert f"smtptutor {command.name}".strip() in out
        assert all(flag.name in out for flag in command.flags)
    if columns != "40":
        assert max(map(cells, out.splitlines())) <= int(columns)


def test_help_of_one_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["connect", "--help"]) == 0
    out = capsys.readouterr().out
    assert "connect HOST[:PORT]" in out
    assert "--yes" in out
    assert "--json" not in out


def test_paths(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SMTPTUTOR_HOME", str(tmp_path / "h"))
    assert main(["paths"]) == 0
    out = capsys.readouterr().out
    for name in (
        "settings.toml",
        "servers.toml",
        "keymap.toml",
        "mail",
        "progress.db",
        "history",
        "transcripts",
    ):
        assert str(tmp_path / "h" / name) in out
    assert "(not there yet)" in out
    assert not (tmp_path / "h").exists(), "asking makes nothing"


@pytest.mark.parametrize("home", ["/proc/version/x", "/proc/nope", "/proc/nope/x", "/etc/passwd/x"])
def test_paths_that_cannot_be(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: str
) -> None:
    monkeypatch.setenv("SMTPTUTOR_HOME", home)
    assert main(["paths"]) == 0
    out = capsys.readouterr().out
    assert out.count("(cannot be made)") == len(out.splitlines())


def test_asking_for_the_paths_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTPTUTOR_HOME", str(tmp_path / "h"))
    assert main(["paths"]) == 0
    assert not list(tmp_path.iterdir())


# -- what becomes of errors


def test_internal_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    def broken(argv: list[str]) -> int:
        secret = "hunter2"
        raise ValueError(secret)

    monkeypatch.setattr(running, "_run", broken)
    assert main([]) == 70
    err = capsys.readouterr().err
    (report,) = (own_home / "smtptutor" / "crashes").iterdir()
    assert str(report) in err
    assert "ValueError" in err
    assert "Traceback" not in err
    assert "hunter2" not in err + report.read_text().replace('secret = "hunter2"', "")


def test_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(argv: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "_run", stopped)
    assert main([]) == 130


@pytest.mark.parametrize("saved", [False, True])
def test_a_theme_that_is_none(saved: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the split screen knows the themes; what is wrong is told before it is drawn."""
    file = tmp_path / "s.toml"
    monkeypatch.setenv("SMTPTUTOR_CONFIG", str(file))
    file.write_text("ascii = true\ntheme = 'mauve'\n" if saved else "")
    told = f'{file}, line 2: theme = "mauve" is none of' if saved else '--theme: "mauve" is none of'
    argv = [sys.executable, "-m", "tui", *([] if saved else ["--theme", "mauve"])]
    with Terminal.spawn(argv, size=(300, 24)) as terminal:
        assert terminal.exit_code() == 2
        assert told in terminal.text().replace("\n", "")
        assert b"\x1b[?1049h" not in terminal.written


@pytest.mark.parametrize("command", [[], ["explain", "-"], ["inbox"], ["paths"]])
def test_a_theme_that_is_none_where_nothing_is_drawn(command: list[str]) -> None:
    for name, code in (("mauve", 2), ("paper", None)):
        done = subprocess.run(
            [sys.executable, "-m", "tui", *command, "--plain", "--theme", name],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode == 2) is (code == 2), done.stderr
        assert (b'--theme: "mauve" is none of night, paper' in done.stderr) is (code == 2)


def test_no_colour_goes_before_a_saved_theme() -> None:
    saved = Settings(theme="paper")
    assert settled(settings=saved, environ={"NO_COLOR": "1"}).theme == ""
    assert settled("--theme", "paper", settings=saved, environ={"NO_COLOR": "1"}).theme == "paper"


def test_streams_that_are_missing_or_narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdin", None)
    monkeypatch.setattr(sys, "stdout", narrow)
    running._ready_streams()
    print("例 ✓")
    narrow.flush()
    assert narrow.buffer.getvalue() == b"\\u4f8b \\u2713\n"
    with sys.stdin as nothing:
        assert nothing.read() == ""


def _program(*argv: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "tui", *argv], capture_output=True, check=False)


def test_as_a_module() -> None:
    done = _program("--version")
    assert (done.returncode, done.stdout) == (0, f"smtptutor {tui.__version__}\n".encode())


def test_reader_of_stdout_gone(tmp_path: Path) -> None:
    file = tmp_path / "long.txt"
    file.write_text("S: 220 a\n" + "C: NOOP\nS: 250 ok\n" * 20_000)
    command = f"{sys.executable} -m tui explain {file} | head -n 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
    assert done.returncode == 141
    assert done.stderr == b""


def test_log_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What happened, and nothing of what was said."""
    log = tmp_path / "log"
    command = [sys.executable, "-m", "tui", "--log-file", str(log)]
    done = subprocess.run(command, input=b"HELO unheard.of\nQUIT\n", capture_output=True, check=False)
    assert done.returncode == 1
    text = log.read_text()
    assert f"smtptutor {tui.__version__}" in text
    assert "CommandSent" in text
    assert "ended with 1" in text
    assert "unheard.of" not in text
    assert log.stat().st_mode & 0o777 == 0o600
    told = refused(capsys, "paths", "--log-file", str(tmp_path / "no" / "log"))
    assert "the log cannot be written to" in told


@pytest.fixture
def root_logger() -> Iterator[logging.Logger]:
    root, ours = logging.getLogger(), logging.getLogger("tui")
    before = list(root.handlers)
    yield root
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
        handler.close()
    ours.setLevel(logging.NOTSET)


def test_warnings_of_a_session_are_kept(tmp_path: Path, root_logger: logging.Logger) -> None:
    from tui.cli import log

    log.keep(tmp_path / "log")
    logging.getLogger("tui.net").info("not worth keeping")
    assert not (tmp_path / "log").exists()
    try:
        raise ValueError("hunter2")
    except ValueError:
        logging.getLogger("asyncio").exception("lost: %s", "hunter2")
    text = (tmp_path / "log").read_text()
    assert "ERROR asyncio" in text
    assert "builtins.ValueError" in text
    assert "hunter2" not in text.replace('raise ValueError("hunter2")', "")
    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o600


def test_the_log_is_begun_anew(tmp_path: Path, root_logger: logging.Logger) -> None:
    from tui.cli import log

    (tmp_path / "log").write_bytes(b"x" * (2 << 20))
    log.keep(tmp_path / "log")
    logging.getLogger("tui.net").warning("new")
    assert (tmp_path / "log").stat().st_size < 1000
    assert (tmp_path / "log.1").stat().st_size == 2 << 20


def test_a_log_that_cannot_be_written_is_no_error(
    root_logger: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    from tui.cli import log

    log.keep(Path("/dev/full"))
    log.keep(Path("/proc/nothing/log"))
    logging.getLogger("tui.net").warning("lost")
    assert capsys.readouterr().err == ""


def test_parsing_is_pure() -> None:
    with pytest.raises(UsageError):
        parse(["frob"])


def test_faults_are_added_to_the_scenario_in_their_order() -> None:
    words = (
        "--scenario",
        "busy",
        "--fault",
        "rcpt:1=450 one",
        "--fault",
        "rcpt=451 two",
        "--fault",
        "greylist=5m",
    )
    for command in ((), ("sandbox",)):
        found = settled(*command, *words)
        assert isinstance(found, Options | SandboxOptions)
        assert not isinstance(found.scenario, str)
        assert [one.say for one in found.scenario.reply[:2]] == ["450 one", "451 two"]
        assert len(found.scenario.reply) == 4
        assert found.scenario.greylist is not None
        assert found.remarks == ()
        found = settled(*command, "--scenario", "greylist", "--fault", "greylist=1h")
        assert isinstance(found, Options | SandboxOptions)
        assert found.remarks == ("--fault greylist=1h holds instead of greylist=5m of the scenario",)
    found = settled("--personality", "mdaemon-7", "--fault", "starttls=454")
    assert isinstance(found, Options)
    assert found.remarks == ("starttls=454 happens to nobody here: STARTTLS is not offered",)
    found = settled("--fault", "data=drop")
    assert isinstance(found, Options)
    assert not isinstance(found.scenario, str)
    assert found.scenario.unknown == ("nobody",)


def test_a_scenario_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "own.toml"
    file.write_text('format_version = 1\nid = "own"\npersonality = "mdaemon-7"\n', encoding="utf-8")
    found = settled("sandbox", "--scenario", str(file))
    assert isinstance(found, SandboxOptions)
    assert not isinstance(found.scenario, str)
    assert found.scenario.personality == "mdaemon-7"
    file.write_text('format_version = 1\nid = "own"\ncolour = "red"\n', encoding="utf-8")
    with pytest.raises(UsageError, match=r"own.toml, line 3: colour: "):
        settled("sandbox", "--scenario", str(file))
