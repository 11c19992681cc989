"""What a server does otherwise than others, as data: how it reads an address, what it answers to what comes
at the wrong time, and what makes it hang up. The defaults are what the practice server does by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal

import msgspec

_Count = Annotated[int, msgspec.Meta(gt=0, le=1_000_000)]
#: A line longer than this is cut while it comes (``tui.sandbox.wire``).
_Octets = Annotated[int, msgspec.Meta(ge=512, le=12288)]

_VERBS: Final = frozenset(
    {"HELO", "EHLO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "VRFY", "EXPN", "HELP", "STARTTLS"}
)


class Habits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Each is a key of ``[habits]`` in a file."""

    # -- order
    helo_required: bool = True  # False: MAIL is taken without it
    helo_name_required: bool = True
    ehlo_resets: bool = True  # EHLO in the middle of a mail drops it (RFC 5321 §4.1.4)
    second_mail: Literal["refused", "begins-anew"] = "refused"
    early_input: Literal["taken", "refused"] = "taken"  # what comes before it may: sync_error
    # -- addresses
    brackets_required: bool = False
    blank_before_colon: bool = False  # MAIL FROM :<a@b> is taken
    any_path: bool = False  # whatever stands there is an address, or nobody's
    display_name: bool = False  # MAIL FROM:Alice <a@b> is taken
    bare_sender: bool = False  # an address without a domain is taken
    bare_recipient: Literal["malformed", "taken", "qualified"] = "malformed"  # qualified: it gets our domain
    bare_postmaster: bool = True  # False: <postmaster> is no address of ours where domains are named
    quoted_local_part: bool = True
    parameters: Literal["checked", "ignored"] = "checked"
    size_at_mail: bool = True  # MAIL SIZE= is compared with the limit
    # -- refusals
    unknown_users: Literal["refused", "bounced"] = "refused"  # at RCPT; or taken, and a report comes
    refuses_at: Literal["MAIL", "RCPT"] = "MAIL"  # where HELO and MAIL are refused by a rule
    arguments_refused: tuple[str, ...] = ("DATA", "RSET", "STARTTLS", "QUIT")  # others ignore theirs
    answers: tuple[str, ...] = ()  # verbs that it answers and does not advertise
    # -- the end
    line_octets: _Octets | None = None  # of a command, with its CRLF; None: what RFC 5321 and extensions say
    closes_after: tuple[str, ...] = ()  # situations; after 421 every server closes
    no_mail: tuple[Literal["http", "header", "no-letter"], ...] = ()  # lines that are no_mail, and end it
    errors: _Count | None = None  # replies 4yz and 5yz, then too_many_errors
    unknown_commands: _Count | None = None  # beyond these too_many_unknown
    # -- AUTH
    auth_after_helo: bool = False
    auth_again: bool = False
    auth_in_mail: bool = False
    base64: Literal["strict", "lenient"] = "strict"  # lenient: what cannot be read is empty, * too
    login_prompts: tuple[str, str] = ("Username:", "Password:")


def faults(habits: Habits, situations: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Key and reason of what types alone do not catch."""
    for key, verbs in (("arguments_refused", habits.arguments_refused), ("answers", habits.answers)):
        for verb in verbs:
            if verb not in _VERBS:
                yield key, f"{verb!r} is none of {', '.join(sorted(_VERBS))}"
    for situation in habits.closes_after:
        if situation not in situations:
            yield "closes_after", f"{situation!r} is no situation of [replies]"
    if not all(one and one.isprintable() and one.isascii() for one in habits.login_prompts):
        yield "login_prompts", "each is visible ASCII"
