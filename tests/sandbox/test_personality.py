"""Personalities and scenarios as data: what ships loads, and a wrong file says where it is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest

from tests.sandbox.client import USUAL, connected, running
from tests.sandbox.mutants import FULL, count_faults
from tui.practice.scenario import EXTENSIONS
from tui.sandbox import personality, scenario
from tui.sandbox.replies import FACTS, Replies
from tui.sandbox.strict import DataFileError

PLAIN = (files("tui.sandbox") / "personalities" / "plain.toml").read_text(encoding="utf-8")
FREE = (
    (files("tui.sandbox") / "scenarios" / "free.toml")
    .read_text(encoding="utf-8")
    .replace("[limits]", "[limits]\nrecipients = 100")
)

#: What each code says about the situation: it must go out whatever the personality.
CODES = {
    "greeting": "220",
    "data": "354",
    "quit": "221",
    "vrfy": "25",
    "help": "214",
    "unknown_command": "500",
    "not_implemented": "502",
    "too_many_recipients": "452",
    **dict.fromkeys(("helo", "ehlo", "mail", "rcpt", "accepted", "rset", "noop"), "250"),
    **dict.fromkeys(("helo_first", "nested_mail", "mail_first", "rcpt_first"), "503"),
    **dict.fromkeys(("bdat_begun", "bdat_needed", "tls_already"), "503"),
    **dict.fromkeys(("ehlo_first", "auth_already", "auth_in_mail"), "503"),
    "auth_done": "235",
    "auth_mechanism": "504",
    "auth_needs_tls": "538",
    "auth_failed": "535",
    "auth_cancelled": "501",
    "login_needed": "530",
    "starttls": "220",
    "lhlo_first": "503",
    "undeliverable": "550",
    "expn": "250",
    "no_list": "550",
    "tls_needed": "530",
    "tls_unavailable": "454",
    "chunk": "250",
    **dict.fromkeys(("not_stored", "failed"), "45"),
    "accepted_chunks": "250",
    "too_many_errors": "421",
    **dict.fromkeys(("no_mailbox", "too_large", "parameter_unknown"), "55"),
    **dict.fromkeys(("too_many_connections", "too_many_unknown", "idle", "shutting_down"), "421"),
}


#: What some servers answer with a code of another class.
OWN_WAYS = {
    "no_list",
    "vrfy_syntax",
    "vrfy_elsewhere",
    "tls_already",
    "vrfy_unknown",
    "line_too_long",
    "no_mail",
    "stray_newline",
    "bad_sender",
    "too_many_unknown",
    "help_topic",
}


def test_plain_comes_first() -> None:
    first, *others = personality.shipped()
    assert first == "plain"
    assert others == sorted(others)
    assert {"mdaemon-7", "postfix", "exim", "sendmail", "exchange", "opensmtpd"} < set(others)
    assert {"qmail", "haraka", "gmail", "qq-163"} < set(others)
    assert {"free", "full", "submission"} <= set(scenario.shipped())


@pytest.mark.parametrize("name", personality.shipped())
def test_every_situation_is_worded_with_a_fitting_code(name: str) -> None:
    one = personality.load(name)
    assert one.id == name
    facts: dict[str, str | int] = dict.fromkeys(FACTS, 10**9)
    facts |= dict.fromkeys(("address", "client", "message_id", "line", "parameter"), "x" * 1000)
    for situation in Replies.__struct_fields__:
        if not one.words(situation):
            continue
        code = CODES.get(situation, "5")
        for line in one.say(situation, facts):
            if name in USUAL:
                assert line.startswith(code), situation
            elif situation not in OWN_WAYS:
                assert line[0] == code[0], situation
            assert line.isprintable() and "{" not in line, situation
            assert len(line) + 2 <= 512


@pytest.mark.parametrize("name", personality.shipped())
def test_a_shipped_scenario_adds_no_extension_but_those_it_is_about(name: str) -> None:
    usual = personality.load(name).extensions
    for one in scenario.shipped():
        about = set(EXTENSIONS) if one == "full" else {"STARTTLS", "AUTH"}
        found = scenario.load(one)
        assert set(found.offered(usual)) <= {*usual, *about}, one
        assert not found.withholds, one
        assert (found.syntax, found.helo_required) == ("lenient", True), f"{one}: the personality's to say"


@pytest.mark.parametrize("name", USUAL)
async def test_what_is_offered_is_understood(tmp_path: Path, name: str) -> None:
    async with running(tmp_path, personality=name) as sandbox, connected(sandbox) as client:
        client.send(b"EHLO client.example\r\n")
        offered = {line[4:].split()[0] for line in (await client.reply())[1:]}
        assert offered <= set(EXTENSIONS)
        params = {"SIZE": "SIZE=10", "8BITMIME": "BODY=8BITMIME", "SMTPUTF8": "SMTPUTF8"}
        for keyword, param in params.items():
            code = "250" if keyword in offered else "555"
            assert (await client.say(f"MAIL FROM:<a@b.test> {param}"))[:3] == code
            await client.say("RSET")


@pytest.mark.parametrize("name", USUAL)
def test_enhanced_codes_are_where_they_are_announced(name: str) -> None:
    one = personality.load(name)
    for situation in Replies.__struct_fields__:
        for line in one.say(situation, {}) if one.words(situation) else ():
            enhanced = line[4:].split()[0].count(".") == 2 and line[4] == line[0]
            never = situation in {"greeting", "helo", "ehlo", "data"}
            assert enhanced == ("ENHANCEDSTATUSCODES" in one.extensions and not never), line


def test_facts_are_made_printable_and_cut() -> None:
    plain = personality.load("plain")
    (line,) = plain.say("no_mailbox", {"address": "a\x1b[31m\r\n\x85\u2028\udc80{host}@b.test"})
    assert line == "550 5.1.1 No mailbox a?[31m?????{host}@b.test here"
    (line,) = plain.say("no_mailbox", {"address": "x" * 10_000})
    assert len(line) < 400


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


def read(kind: Callable[[Path], object], folder: Path, text: str | bytes) -> DataFileError:
    file = folder / "own.toml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(DataFileError) as error:
        kind(file)
    assert error.value.file == "own.toml"
    assert str(error.value).isprintable()
    return error.value


@pytest.mark.parametrize(
    ("old", "new", "key", "at"),
    [
        ('id = "plain"', 'id = "plain"\ncolour = "red"', "colour", 'colour = "red"'),
        ("noop =", "nope =", "replies.nope", "nope ="),
        ('noop = "250 2.0.0 Still here"', "noop = 250", "replies.noop", "noop = 250"),
        ('noop = "250 2.0.0 Still here"', 'noop = "fine"', "replies.noop", "noop ="),
        ('noop = "250 2.0.0 Still here"', 'noop = "250 \\u001b[31m"', "replies.noop", "noop ="),
        ('noop = "250 2.0.0 Still here"', 'noop = "250-fine"', "replies.noop", "noop ="),
        ('noop = "250 2.0.0 Still here"', 'noop = ["250 fine", "250 fine"]', "replies.noop", "noop ="),
        ('noop = "250 2.0.0 Still here"', "noop = []", "replies.noop", "noop ="),
        ('noop = "250 2.0.0 Still here"', 'noop = "250 {colour}"', "replies.noop", "noop ="),
        ('noop = "250 2.0.0 Still here"', "", "replies.noop", ""),
        ('"HELP",\n]', '"HELP",\n    "TURN",\n]', "extensions", "extensions ="),
        ("format_version = 1", "format_version = 2", "format_version", "format_version ="),
        ("underscore = true", 'slips_forgiven = ["all"]', "habits.slips_forgiven", "slips_f"),
        ("underscore = true", 'unchecked_values = ["X"]', "habits.unchecked_values", "unch"),
        ("underscore = true", 'helo_name = "any"', "habits.helo_name", "helo_name ="),
        ("[replies]", "[replies", "", "[replies"),
        ("[replies]", "[replies]\nnoop = 'twice'", "", "noop ="),
    ],
)
def test_a_wrong_personality_says_where(tmp_path: Path, old: str, new: str, key: str, at: str) -> None:
    text = changed(PLAIN, old, new)
    error = read(personality.read, tmp_path, text)
    if key:
        assert error.key == key
    lines = text.splitlines()
    if error.line:
        assert lines[error.line - 1].startswith(at)
    else:
        assert not at


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b'format_version = 1\nid = "\xff"\n', 2),
        (b"x = " + b"[" * 20_000, 1),
        (b"#" * 300_000, 0),
    ],
)
def test_what_is_no_toml(tmp_path: Path, text: bytes, line: int) -> None:
    assert read(personality.read, tmp_path, text).line == line


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("recipients = 100", "recipients = 0", "limits.recipients"),
        ("recipients = 100", "recipients = 'many'", "limits.recipients"),
        ("recipients = 100", "recipients = 100\nhops = 3", "limits.hops"),
        ("[limits]", "[faults]\n[limits]", "faults"),
        ('id = "free"', "", "id"),
        ('"nobody"', '"NoBody"', "unknown[0]"),
        ('["nobody"]', '["nobody"]\noffers = ["TURN"]', "offers[0]"),
        ('["nobody"]', '["nobody"]\nwithholds = ["HELP", "chunking"]', "withholds[1]"),
        ('["nobody"]', '["nobody"]\nsyntax = "odd"', "syntax"),
        ('["nobody"]', '["nobody"]\n[[reply]]\nstage = "rcpt"\nsay = "999 no"', "reply[0].say"),
        ('["nobody"]', '["nobody"]\n[[reply]]\nstage = "lunch"\nsay = "450 no"', "reply[0].stage"),
        ('["nobody"]', '["nobody"]\n[[reply]]\nstage = "data"\nsay = "250 no"', "reply[0].say"),
        (
            '["nobody"]',
            '["nobody"]\n[[reply]]\nstage = "rcpt"\nsay = "550 no"\naddress = "<a@b>"',
            "reply[0].address",
        ),
        ('["nobody"]', '["nobody"]\npersonality = "postfix-99"', "personality"),
        ('["nobody"]', '["nobody"]\ndomains : "x.test"', "domains"),
        ("format_version = 1", "format_version = 3", "format_version"),
    ],
)
def test_a_wrong_scenario_says_where(tmp_path: Path, old: str, new: str, key: str) -> None:
    text = changed(FREE, old, new)
    error = read(scenario.read, tmp_path, text)
    assert error.key == key
    line = text.splitlines()[error.line - 1]
    assert error.line == 1 or any(part in line for part in re.split(r"[.\[]", key))


def test_every_key_of_a_scenario(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(FULL, encoding="utf-8")
    one = scenario.read(file)
    assert (one.id, one.personality, one.syntax, one.helo_required) == ("full", "mdaemon-7", "strict", False)
    assert [(reply.stage, reply.code, reply.first, reply.times) for reply in one.reply] == [
        ("rcpt", 450, 2, 2),
        ("mail", 452, 1, None),
        ("message", 554, 1, 1),
        ("greeting", 421, 3, None),
    ]
    assert (one.limits.recipients, one.limits.idle_seconds) == (3, 30.5)


def test_what_a_file_leaves_out_is_as_in_free_practice(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text('format_version = 1\nid = "free"\n', encoding="utf-8")
    one = scenario.read(file)
    free = scenario.load("free")
    assert one == msgspec.structs.replace(free, account=(), lists={}, bounces=(), about={})


def test_no_mutant_of_a_scenario_is_more_than_a_clear_error() -> None:
    tried, refused = count_faults(1000, seed=7)
    assert tried == 1000
    assert refused > 500


def test_a_good_file_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(changed(PLAIN, 'host = "sandbox.test"', 'host = "mail.own.test"'), encoding="utf-8")
    one = personality.read(file)
    assert one.say("greeting", {}) == ("220 mail.own.test ESMTP smtptutor practice server",)
    assert msgspec.structs.replace(one, host="sandbox.test") == personality.load("plain")
