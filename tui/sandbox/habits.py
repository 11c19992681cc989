"""What a server does otherwise than others, as data: how it reads an address, what it answers to what comes
at the wrong time, and what makes it hang up. The defaults are what the practice server does by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal

import msgspec

from tui.practice.flaws import Flaw, Reason, because
from tui.sandbox import parameters

_Count = Annotated[int, msgspec.Meta(gt=0, le=1_000_000)]
#: A line longer than this is cut while it comes (``tui.sandbox.wire``).
_Octets = Annotated[int, msgspec.Meta(ge=512, le=12288)]

_VERBS: Final = frozenset(
    {"HELO", "EHLO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "VRFY", "EXPN", "HELP", "STARTTLS"}
    | {"AUTH"}
)

_PARAMETERS: Final = frozenset({*parameters.MAIL, *parameters.RCPT})


class Habits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Each is a key of ``[habits]`` in a file."""

    # -- order
    helo_required: bool = True  # False: MAIL is taken without it
    helo_name_required: bool = True
    #: What HELO is followed by. words: a b is taken; domain: a..b is refused; host: a_b is; signs: letters,
    #: digits and a few others, at most 256.
    helo_name: Literal["word", "words", "domain", "host", "signs"] = "word"
    helo_again: Literal["taken", "refused"] = "taken"
    ehlo_resets: bool = True  # EHLO in the middle of a mail drops it (RFC 5321 §4.1.4)
    second_mail: Literal["refused", "begins-anew"] = "refused"
    #: What comes before it may: sync_error. greeting: only behind HELO, EHLO and DATA.
    early_input: Literal["taken", "refused", "greeting"] = "taken"
    order_first: bool = False  # DATA now without RCPT: what is told is that it comes too early
    blank_before_verb: bool = False  # and is taken
    keyword_in_verb: bool = False  # MAIL FROM: is the verb, so MAIL alone is none that there is
    one_blank: bool = False  # and there is one blank in it, no more and no tab
    tab_ends_verb: bool = True  # False: only a blank does
    helo_at: tuple[str, ...] = ("MAIL", "RCPT", "DATA")  # verbs that say so where HELO is missing
    # -- addresses
    brackets_required: bool = False
    blank_before_colon: bool = False  # MAIL FROM :<a@b> is taken
    any_path: bool = False  # whatever stands there is an address, or nobody's
    display_name: bool = False  # MAIL FROM:Alice <a@b> is taken
    empty_label: bool = True  # a@b..c is taken
    underscore: bool = False  # a@b_c is taken
    trailing_dot: bool = False  # a@b. is taken
    #: Of a domain. loose: whatever has no forbidden character; dns: at most 253 octets, no label with - at an
    #: end; labels: of at most 63, too, and in brackets an address that there can be; host: and no number.
    domains: Literal["loose", "dns", "labels", "host"] = "loose"
    domain_literals: bool = True  # a@[127.0.0.1] is taken
    address_octets: _Count | None = None  # a longer address is malformed
    local_octets: _Count | None = None  # a longer local part is
    blank_in_address: bool = False  # a @b is read as a@b
    blank_in_brackets: bool = True  # < a@b > is taken
    dots: Literal["anywhere", "between"] = "anywhere"  # in a local part
    colons: bool = False  # mailto:a@b is taken
    hyphen_at_end: bool = False  # a@b-.c is taken
    subaddresses: bool = False  # bob+tag is bob
    tight_parameters: bool = False  # they may stand right behind the bracket
    stray_brackets: bool = False  # more < in front, more > behind: they are no matter
    paired_brackets: bool = False  # <<a@b>> is taken
    text_behind: Literal["refused", "taken"] = "refused"  # <a@b>,<c@d> is read as <a@b>
    empty_path: Literal["refused", "null"] = "refused"  # MAIL FROM: and nothing is MAIL FROM:<>
    routes: bool = False  # a%b@c and b!a@c are sent on to b, so they are refused as those of b are
    bare_sender: bool = False  # an address without a domain is taken
    bare_recipient: Literal["malformed", "taken", "qualified"] = "malformed"  # qualified: it gets our domain
    bare_postmaster: bool = True  # False: <postmaster> is no address of ours where domains are named
    quoted_local_part: bool = True
    utf8_unasked: bool = False  # an address that is not ASCII is taken without SMTPUTF8
    utf8_octets: Literal["any", "letters"] = "any"  # letters: none from 0x80 to 0x9f
    parameters: Literal["checked", "ignored", "ignored-after-ehlo"] = "checked"
    parameters_first: bool = False  # they are read before the address is
    parameters_after_helo: bool = False  # and not only after EHLO
    parameter_twice: bool = False  # and the last one counts
    parameters_once: tuple[str, ...] = ()  # but not of these
    unchecked_values: tuple[str, ...] = ()  # parameters that are taken with any value
    empty_value: Literal["refused", "read", "ignored"] = (
        "refused"  # SIZE= and nothing: read: as a wrong value
    )
    valueless: Literal["malformed", "unknown", "missing"] = "malformed"  # SIZE alone: what is told
    size_at_mail: bool = True  # MAIL SIZE= is compared with the limit
    # -- refusals
    unknown_users: Literal["refused", "bounced"] = "refused"  # at RCPT; or taken, and a report comes
    refuses_at: Literal["MAIL", "RCPT"] = "MAIL"  # where a sender is refused by a rule
    arguments_refused: tuple[str, ...] = ("DATA", "RSET", "STARTTLS", "QUIT")  # others ignore theirs
    blank_is_argument: bool = False  # one at the end of the line, too
    answers: tuple[str, ...] = ()  # verbs that it answers and does not advertise
    expn_users: bool = False  # EXPN tells of a mailbox as of a list of one
    header_checked: bool = False  # a message whose header has a line that is none: header_malformed
    bare_lf: Literal["kept", "refused"] = "kept"  # in a message, at once: stray_newline
    # -- BDAT
    #: Something else than BDAT, RSET, NOOP and QUIT between two chunks, or BDAT too early: it is forgiven; or
    #: nothing but RSET helps: rset_needed, discarded.
    bdat_breach: Literal["forgiven", "between", "early"] = "forgiven"
    bdat_words: Literal["checked", "ignored"] = "checked"  # what stands behind the size and is not LAST
    # -- the end
    line_octets: _Octets | None = None  # of a command, with its CRLF; None: what RFC 5321 and extensions say
    closes_after: tuple[str, ...] = ()  # situations; after 421 every server closes
    idle_words: bool = True  # False: who says nothing for too long is left without a word
    #: Lines that are no_mail, and end it. proxy: GET and others, as the first line only.
    no_mail: tuple[Literal["http", "header", "no-letter", "proxy"], ...] = ()
    errors: _Count | None = None  # replies 4yz and 5yz, then too_many_errors
    unknown_commands: _Count | None = None  # beyond these too_many_unknown
    slips: _Count | None = None  # replies 500, 501, 503, 504; beyond these too_many_slips is in the last one
    slips_forgiven: tuple[str, ...] = ()  # situations that are not counted
    slips_alone: tuple[str, ...] = ()  # situations that end it without too_many_slips
    commands_besides: _Count | None = None  # beyond these too_many_besides: none of them is part of a mail
    # -- AUTH
    auth_after_helo: bool = False
    auth_before_helo: bool = False
    auth_yields: bool = False  # what begins with a verb is obeyed, and is no answer
    auth_again: bool = False
    auth_in_mail: bool = False
    base64: Literal["strict", "lenient"] = "strict"  # lenient: what cannot be read is empty, * too
    login_prompts: tuple[str, str] = ("Username:", "Password:")


def faults(habits: Habits, situations: frozenset[str]) -> Iterator[tuple[str, Reason]]:
    """Key and reason of what types alone do not catch."""
    for key, verbs in (
        ("arguments_refused", habits.arguments_refused),
        ("answers", habits.answers),
        ("helo_at", habits.helo_at),
    ):
        for verb in verbs:
            if verb not in _VERBS:
                yield key, because(Flaw.NONE_OF, value=verb, names=tuple(sorted(_VERBS)))
    for key, names in (
        ("unchecked_values", habits.unchecked_values),
        ("parameters_once", habits.parameters_once),
    ):
        for name in names:
            if name not in _PARAMETERS:
                yield key, because(Flaw.NONE_OF, value=name, names=tuple(sorted(_PARAMETERS)))
    for key in ("closes_after", "slips_forgiven", "slips_alone"):
        for situation in getattr(habits, key):
            if situation not in situations:
                yield key, because(Flaw.SITUATION, value=situation)
    if not all(one and one.isprintable() and one.isascii() for one in habits.login_prompts):
        yield "login_prompts", because(Flaw.VISIBLE_ASCII)
