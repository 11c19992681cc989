"""What is wrong with a data file (a scenario, a personality, an exercise, servers, keys), in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import TYPE_CHECKING, Final

from tui.practice.flaws import Fact, Flaw, Reason
from tui.smtp.display import visible
from tui.words.language import N_, NC_, gettext, pgettext
from tui.words.language import gettext as _
from tui.words.prose import enumerated, labelled
from tui.words.seams import beside

if TYPE_CHECKING:
    from tui.practice.strict import DataFileError

_REASONS: Final[Mapping[Flaw, str]] = {
    Flaw.NO_CERTIFICATE: N_("there is no certificate in {file}"),
    Flaw.NO_KEY: N_("there is no private key in {file}"),
    Flaw.TOO_LARGE: N_("larger than {limit} octets"),
    Flaw.NOT_UTF8: N_("not UTF-8"),
    Flaw.TOO_DEEP: N_("nested too deeply"),
    Flaw.LONG_NUMBER: N_("a number of too many digits"),
    Flaw.VERSION: N_("{found} is not known; this program reads {known}"),
    Flaw.OTHER_ID: N_("{name} is not what the file's name says"),
    Flaw.NO_PACK: N_("there is no pack.toml"),
    Flaw.MISSING: N_("{file} is missing"),
    Flaw.THERE_TWICE: N_("{file} is there twice"),
    # -- TOML
    Flaw.STATEMENT: N_("Invalid statement"),
    Flaw.LINE_END: N_("Expected newline or end of document after a statement"),
    Flaw.EXPECTED: N_("Expected {sign}"),
    Flaw.CHARACTER: N_("Found invalid character {sign}"),
    Flaw.ILLEGAL: N_("Illegal character {sign}"),
    Flaw.DECLARED_TWICE: N_("Cannot declare {name} twice"),
    Flaw.OVERWRITTEN: N_("Cannot overwrite a value"),
    Flaw.TABLE_OPEN: N_("Expected '{sign}' at the end of a table declaration"),
    Flaw.LIST_OPEN: N_("Expected '{sign}' at the end of an array declaration"),
    Flaw.IMMUTABLE: N_("Cannot add to {name}, which is complete"),
    Flaw.REDEFINED: N_("Cannot define {name} again"),
    Flaw.EQUALS: N_("Expected '=' after a key in a key/value pair"),
    Flaw.KEY_START: N_("Invalid initial character for a key part"),
    Flaw.ARRAY_OPEN: N_("Unclosed array"),
    Flaw.INLINE_OPEN: N_("Unclosed inline table"),
    Flaw.INLINE_TWICE: N_("Duplicate inline table key {name}"),
    Flaw.BACKSLASH: N_("Unescaped '\\' in a string"),
    Flaw.HEX: N_("Invalid hex value"),
    Flaw.SCALAR: N_("Escaped character is not a Unicode scalar value"),
    Flaw.STRING_OPEN: N_("Unterminated string"),
    Flaw.DATE: N_("Invalid date or datetime"),
    Flaw.VALUE: N_("Invalid value"),
    # -- kinds of values
    Flaw.KIND: N_("Expected {kinds}, got {given}"),
    Flaw.BOUND: N_("Expected {kinds} {bound} {limit}"),
    Flaw.PATTERN: N_("Expected text matching regex {pattern}"),
    Flaw.LENGTH: N_("Expected {limit} items, got {found}"),
    Flaw.CHOICE: N_("{written} is none of the possible values"),
    Flaw.UNKNOWN_KEY: N_("unknown field {name}"),
    Flaw.MISSING_KEY: N_("missing required field {name}"),
    Flaw.OUT_OF_RANGE: N_("a number out of range"),
    Flaw.NO_JSON: N_("broken JSON"),
    Flaw.LIBRARY: N_("what read it says: \u201c{words}\u201d"),
    # -- values of any file
    Flaw.EMPTY: N_("it is empty: leave it out, or say something"),
    Flaw.NONE_OF: N_("{value} is none of {names}"),
    Flaw.TWICE: N_("{value} is there already"),
    Flaw.ID_TWICE: N_("{name} is there already"),
    Flaw.ONE_LINE: N_("it is one line of at most {limit} visible characters"),
    # -- servers
    Flaw.DOMAIN: N_("{value} is no domain in lower case"),
    Flaw.LOCAL_PART: N_("{value} is no local part in lower case"),
    Flaw.ADDRESS: N_("{value} is no address without brackets"),
    Flaw.IP_ADDRESS: N_("{value} is no IP address"),
    Flaw.HOST: N_("{value} is no name of a server in lower case"),
    Flaw.PERSONALITY: N_("{value} is no name of a personality"),
    Flaw.SELECTOR: N_("{value} is no name of a key in DNS"),
    Flaw.RECORD: N_("a record is one line of visible characters"),
    Flaw.NO_LOGIN: N_("nobody can log in, so nobody could ever send"),
    Flaw.USER: N_("{value} is no user name of visible characters"),
    Flaw.PASSWORD: N_("it is empty, or holds a character that no password may hold"),
    Flaw.ID: N_("{value} is no name: a-z, 0-9 and -, at most 40"),
    Flaw.LANGUAGE: N_("{value} is no language: as en, or zh_CN"),
    Flaw.IDLE: N_("it would never happen, as {key} comes first: put it before that, or take it out"),
    Flaw.ELSEWHERE: N_("{value} is in {key}, too"),
    Flaw.NO_USER: N_("{value} is not in users, so nothing is accepted for it"),
    Flaw.NO_POLICY: N_("nobody publishes a DMARC record that could be obeyed"),
    # -- what goes wrong at them
    Flaw.ONLY_CLOSING: N_("at the stage {stage} only {code} can be said"),
    Flaw.NAMES_NO_ADDRESS: N_("only mail and rcpt name one"),
    Flaw.REPLY: N_("{value} is no reply: a code from 200 to 599, a blank, and plain text"),
    Flaw.SUCCESS: N_("a success at this stage is {either}"),
    Flaw.LOSE: N_("only at the stage message something can be lost"),
    Flaw.AT_QUIT: N_("behind the reply to QUIT the connection ends anyway"),
    Flaw.IN_BODY: N_("at the stage {stage} there is no reply: only drop and silent"),
    Flaw.DEED_NEEDS: N_("{deed} needs it"),
    Flaw.DEED_ALONE: N_("only {deed} takes it"),
    Flaw.PUT_OFF: N_("{value} is no reply that begins with 4"),
    Flaw.REFUSAL: N_("{value} is no reply that begins with 4 or 5"),
    Flaw.MAILBOXES: N_("{value} is no local part in lower case, or a pattern for some"),
    Flaw.ROOM: N_("one of messages and octets is needed"),
    Flaw.ONCE: N_("{stage} comes once on a connection: a time is needed"),
    Flaw.NOTHING_TO_MATCH: N_("only {names} have something to match"),
    Flaw.NO_PATTERN: N_("{value} is no pattern of at most {limit} visible characters"),
    Flaw.FITS_NOTHING: N_("{value} fits nothing that can be said at the stage {stage}; *bob* would"),
    # -- personalities
    Flaw.EXPN_LINES: N_("it is one line, said for each address"),
    Flaw.CAPITALS: N_("{value} is not of capital letters"),
    Flaw.NOT_WORDED: N_("{value} is no situation that this file words"),
    Flaw.IN_READ: N_("{value} is in read, too"),
    Flaw.NO_LINE: N_("a reply has at least one line"),
    Flaw.NO_CODE: N_("{value} does not begin with a code from 200 to 599"),
    Flaw.CONTROL: N_("{value} holds a control character"),
    Flaw.FACT: N_("{value} is no fact; known are {names}"),
    Flaw.HYPHENS: N_("each line but the last has a - behind its code, and only those"),
    Flaw.SITUATION: N_("{value} is no situation of [replies]"),
    Flaw.VISIBLE_ASCII: N_("each is visible ASCII"),
    # -- packs and exercises
    Flaw.LANGUAGES: N_("known are {names}, and one at least"),
    Flaw.NAMED_TWICE: N_("{name} stands there twice"),
    Flaw.NO_EXERCISE: N_("no exercise is named"),
    Flaw.NO_GOAL: N_("there is none"),
    Flaw.STAGE_WITHOUT_GOAL: N_("stage {number} has no goal"),
    Flaw.NO_OTHER_GOAL: N_("{name} is no other goal"),
    Flaw.VERB: N_("{value} is no verb, nor connect, nor the final dot"),
    Flaw.CODE: N_("{number} is no reply code, nor the beginning of one"),
    Flaw.DISTINCT: N_("only address can be told apart"),
    Flaw.MEANINGLESS: N_("it means nothing with event = {value}"),
    Flaw.EVENT_NEEDS: N_("event = {value} needs it"),
    Flaw.REPLY_TO_WHAT: N_("a reply to what, or with which code?"),
    Flaw.ONE_CHECK: N_("exactly one of step, event, message and question is expected"),
    Flaw.WHICH_HEADER: N_("of which header?"),
    Flaw.NOTHING_ASKED: N_("nothing is asked"),
    Flaw.LAST_STAGE: N_("the last stage is {number}"),
    Flaw.KEY_TWICE: N_("a key stands there twice"),
    Flaw.NO_RIGHT_ANSWER: N_("no answer is right"),
    Flaw.NO_ANSWER: N_("{value} names nothing that could answer"),
}

#: What a value can be, as its reader calls it.
_KINDS: Final[Mapping[str, str]] = {
    "str": NC_("kind of value", "text"),
    "int": NC_("kind of value", "a whole number"),
    "float": NC_("kind of value", "a number"),
    "bool": NC_("kind of value", "true or false"),
    "array": NC_("kind of value", "a list"),
    "object": NC_("kind of value", "a table"),
    "datetime": NC_("kind of value", "a date and time"),
    "date": NC_("kind of value", "a date"),
    "time": NC_("kind of value", "a time"),
}
#: Of a value that is quoted.
_LONGEST: Final = 200


def told(error: DataFileError) -> str:
    """``free.toml, line 3: users: …``: the whole sentence without its full stop. Safe to show."""
    place = visible(error.file)
    if error.line:
        place = _("{file}, line {line}").format(file=place, line=error.line)
    return labelled(place, at(error.key, error.reason))


def at(key: str, why: Reason) -> str:
    """What is wrong at this key, or, where it is "", with all of it. Safe to show."""
    return labelled(visible(key), reason(why)) if key else reason(why)


def reason(why: Reason) -> str:
    """What is wrong, without its full stop. Safe to show."""
    shown = {name: _shown(name, fact) for name, fact in why.facts.items()}
    sentence = gettext(_REASONS[why.flaw]).format(**shown)
    if why.facts.get("line"):
        sentence = _("{sentence} (at line {line}, column {column})").format(sentence=sentence, **shown)
    elif "line" in why.facts:
        sentence = _("{sentence} (at end of document)").format(sentence=sentence)
    return sentence


def _shown(name: str, fact: Fact) -> str:
    match name, fact:
        case _, int():
            return str(fact)
        case "kinds", tuple():
            return _either(map(_kind, fact))
        case "either", tuple():
            return _either(fact)
        case _, tuple():
            return enumerated(fact)
        case "given", str():
            return _kind(fact)
        case "value", str():
            return visible(repr(_short(fact)))
        case _:
            return visible(_short(fact))


def _either(names: Iterable[str]) -> str:
    return reduce(lambda text, name: beside(beside(text, pgettext("alternatives", " or ")), name), names)


def _kind(name: str) -> str:
    known = _KINDS.get(name)
    return visible(name) if known is None else pgettext("kind of value", known)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
