"""What can be wrong with a data file, as data: ``tui.words.data_files`` says it in the language in use."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from tui.values import value

Fact = str | int | tuple[str, ...]
"""Foreign text, a number, or names of ours one after the other."""


class Flaw(Enum):
    """Each with the facts that its sentence names (``because``)."""

    # -- the file as a whole
    NO_CERTIFICATE = "no-certificate"  # file
    NO_KEY = "no-key"  # file
    TOO_LARGE = "too-large"  # limit: octets
    NOT_UTF8 = "not-utf-8"
    TOO_DEEP = "too-deep"
    LONG_NUMBER = "long-number"
    VERSION = "version"  # found, known
    OTHER_ID = "other-id"  # name: not that of the file
    NO_PACK = "no-pack"
    MISSING = "missing"  # file
    THERE_TWICE = "there-twice"  # file

    # -- TOML: with a line and a column, or 0 at the end of the text
    STATEMENT = "statement"
    LINE_END = "line-end"
    EXPECTED = "expected"  # sign
    CHARACTER = "character"  # sign: one that may not stand there
    ILLEGAL = "illegal"  # sign: one that may stand nowhere
    DECLARED_TWICE = "declared-twice"  # name
    OVERWRITTEN = "overwritten"
    TABLE_OPEN = "table-open"  # sign that is missing
    LIST_OPEN = "list-open"  # sign that is missing
    IMMUTABLE = "immutable"  # name
    REDEFINED = "redefined"  # name
    EQUALS = "equals"
    KEY_START = "key-start"
    ARRAY_OPEN = "array-open"
    INLINE_OPEN = "inline-open"
    INLINE_TWICE = "inline-twice"  # name
    BACKSLASH = "backslash"
    HEX = "hex"
    SCALAR = "scalar"
    STRING_OPEN = "string-open"
    DATE = "date"
    VALUE = "value"

    # -- kinds of values
    KIND = "kind"  # kinds, given
    BOUND = "bound"  # kinds, bound, limit
    PATTERN = "pattern"  # pattern
    LENGTH = "length"  # limit, found
    CHOICE = "choice"  # written
    UNKNOWN_KEY = "unknown-key"  # name
    MISSING_KEY = "missing-key"  # name
    OUT_OF_RANGE = "out-of-range"
    NO_JSON = "no-json"
    #: What a library says and this program does not know.
    LIBRARY = "library"  # words

    # -- values of any file
    EMPTY = "empty"
    NONE_OF = "none-of"  # value, names
    TWICE = "twice"  # value
    ID_TWICE = "id-twice"  # name
    ONE_LINE = "one-line"  # limit: characters

    # -- servers
    DOMAIN = "domain"  # value
    LOCAL_PART = "local-part"  # value
    ADDRESS = "address"  # value
    IP_ADDRESS = "ip-address"  # value
    HOST = "host"  # value
    PERSONALITY = "personality"  # value
    SELECTOR = "selector"  # value
    RECORD = "record"
    NO_LOGIN = "no-login"
    USER = "user"  # value
    PASSWORD = "password"
    ID = "id"  # value
    LANGUAGE = "language"  # value
    IDLE = "idle"  # key: what comes first
    ELSEWHERE = "elsewhere"  # value, key: which says otherwise
    NO_USER = "no-user"  # value
    NO_POLICY = "no-policy"

    # -- what goes wrong at them
    ONLY_CLOSING = "only-closing"  # stage, code
    NAMES_NO_ADDRESS = "names-no-address"
    REPLY = "reply"  # value
    SUCCESS = "success"  # either
    LOSE = "lose"
    AT_QUIT = "at-quit"
    IN_BODY = "in-body"  # stage
    DEED_NEEDS = "deed-needs"  # deed
    DEED_ALONE = "deed-alone"  # deed
    PUT_OFF = "put-off"  # value
    REFUSAL = "refusal"  # value
    MAILBOXES = "mailboxes"  # value
    ROOM = "room"
    ONCE = "once"  # stage
    NOTHING_TO_MATCH = "nothing-to-match"  # names
    NO_PATTERN = "no-pattern"  # value, limit
    FITS_NOTHING = "fits-nothing"  # value, stage

    # -- personalities
    EXPN_LINES = "expn-lines"
    CAPITALS = "capitals"  # value
    NOT_WORDED = "not-worded"  # value
    IN_READ = "in-read"  # value
    NO_LINE = "no-line"
    NO_CODE = "no-code"  # value
    CONTROL = "control"  # value
    FACT = "fact"  # value, names
    HYPHENS = "hyphens"
    SITUATION = "situation"  # value
    VISIBLE_ASCII = "visible-ascii"

    # -- packs and exercises
    LANGUAGES = "languages"  # names
    NAMED_TWICE = "named-twice"  # name
    NO_EXERCISE = "no-exercise"
    NO_GOAL = "no-goal"
    STAGE_WITHOUT_GOAL = "stage-without-goal"  # number
    NO_OTHER_GOAL = "no-other-goal"  # name
    VERB = "verb"  # value
    CODE = "code"  # number
    DISTINCT = "distinct"
    MEANINGLESS = "meaningless"  # value: an event
    EVENT_NEEDS = "event-needs"  # value: an event
    REPLY_TO_WHAT = "reply-to-what"
    ONE_CHECK = "one-check"
    WHICH_HEADER = "which-header"
    NOTHING_ASKED = "nothing-asked"
    LAST_STAGE = "last-stage"  # number
    KEY_TWICE = "key-twice"
    NO_RIGHT_ANSWER = "no-right-answer"
    NO_ANSWER = "no-answer"  # value


@value
class Reason:
    """A flaw, and what its sentence names."""

    flaw: Flaw
    facts: Mapping[str, Fact]

    def __str__(self) -> str:
        """For a log or a traceback; without a control character."""
        facts = ", ".join(f"{name}={fact!r}" for name, fact in self.facts.items())
        return f"{self.flaw.value} ({facts})" if facts else self.flaw.value


def because(flaw: Flaw, **facts: Fact) -> Reason:
    """``value`` is foreign text, which the sentence quotes; other texts are names, as they are written."""
    return Reason(flaw, facts)


class FlawedFileError(OSError):
    """A file that can be read, and holds not what it must."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(str(reason))
        self.reason = reason
