"""Every situation in which the server speaks, and which facts its words may name in it.

A personality (``personality.py``) words each of them; one that few servers tell apart falls back on another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

#: Facts of a message: what it is called in the queue, and when that was.
NAMES: Final = frozenset({"id", "uuid", "base62", "time"})
#: Facts that a wording may use. Which of them are known depends on the situation; an unknown one is empty.
FACTS: Final = (
    frozenset(
        {"host", "client", "address", "number", "octets", "message_id", "date", "verb", "verbs", "limit"}
        | {
            "peer",
            "line",
            "domain",
            "path",
            "position",
            "argument",
            "parameter",
            "name",
            "value",
            "mechanism",
            "refusal",
            "chunk",
            "qualified",
            "typed",
            "rest",
            "word",
        }
    )
    | NAMES
)

Wording = str | tuple[str, ...]
"""One line with its code, or several as they go out (``250-…``, ``250 …``)."""


class Replies(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every situation in which the server speaks. Facts that are known in each stand behind it."""

    # -- all goes well
    greeting: Wording  # date
    helo: Wording  # client
    ehlo: Wording  # client; the extensions follow
    mail: Wording  # address
    rcpt: Wording  # address
    data: Wording
    chunk: Wording  # octets; of BDAT, and the message goes on
    accepted: Wording  # number, octets, message_id
    rset: Wording
    noop: Wording
    help: Wording  # verbs
    starttls: Wording
    auth_done: Wording
    vrfy: Wording  # address
    expn: Wording  # address; one line for each
    quit: Wording
    # -- the line cannot be read
    unknown_command: Wording
    not_implemented: Wording  # verb
    line_too_long: Wording  # limit
    helo_syntax: Wording  # verb
    mail_syntax: Wording
    rcpt_syntax: Wording
    vrfy_syntax: Wording
    expn_syntax: Wording
    bdat_syntax: Wording
    auth_syntax: Wording
    auth_mechanism: Wording
    auth_initial: Wording  # a mechanism in which the server speaks first
    auth_malformed: Wording  # no base64, or no answer of this mechanism
    auth_line_too_long: Wording
    no_argument: Wording  # verb; it takes none
    sender_malformed: Wording
    recipient_malformed: Wording
    sender_not_ascii: Wording
    recipient_not_ascii: Wording
    parameter_malformed: Wording
    parameter_unknown: Wording
    # -- not in this order
    helo_first: Wording  # verb
    lhlo_first: Wording  # verb
    nested_mail: Wording
    mail_first: Wording
    rcpt_first: Wording
    bdat_begun: Wording  # RCPT or DATA between two chunks
    bdat_needed: Wording  # DATA after BODY=BINARYMIME
    tls_already: Wording
    tls_needed: Wording  # verb
    ehlo_first: Wording  # verb
    auth_already: Wording
    auth_in_mail: Wording
    auth_needs_tls: Wording
    login_needed: Wording  # verb
    # -- refused
    no_mailbox: Wording  # address
    undeliverable: Wording  # address; LMTP, behind the dot
    no_list: Wording  # address
    no_relay: Wording  # address; its domain is not of this server
    too_many_recipients: Wording  # limit
    too_large: Wording  # limit
    unauthenticated: Wording  # domain; DMARC asks to reject it
    auth_failed: Wording
    auth_cancelled: Wording
    tls_unavailable: Wording  # STARTTLS, and no certificate can be read or made
    not_stored: Wording
    failed: Wording
    # -- goodbye
    too_many_connections: Wording
    too_many_unknown: Wording
    idle: Wording
    shutting_down: Wording
    # -- told apart by few: without words of its own it is as in ``FALLBACKS``
    accepted_chunks: Wording | None = None  # as accepted; chunk
    data_before_mail: Wording | None = None
    all_refused: Wording | None = None  # DATA, behind RCPTs; refusal: what each of them was told
    all_refused_before: Wording | None = None  # the same, and something was said in between
    rcpts_refused: Wording | None = None  # the same, and they were not all told the same
    helo_again: Wording | None = None
    helo_malformed: Wording | None = None  # verb
    mail_empty: Wording | None = None  # MAIL FROM: and nothing
    rcpt_empty: Wording | None = None
    sender_trailing: Wording | None = None  # typed, path, rest; something stands right behind the bracket
    recipient_trailing: Wording | None = None
    sender_domain: Wording | None = None  # typed; there can be no such domain
    recipient_domain: Wording | None = None
    sender_bare: Wording | None = None  # address; it has no domain
    recipient_bare: Wording | None = None
    sender_unclosed: Wording | None = None  # < and no >
    recipient_unclosed: Wording | None = None
    value_malformed: Wording | None = None  # parameter
    size_malformed: Wording | None = None  # parameter
    value_malformed_at_rcpt: Wording | None = None  # parameter
    value_unknown: Wording | None = None  # parameter; of those that have a list of values
    value_missing: Wording | None = None  # parameter; by the habit valueless
    parameter_again: Wording | None = None  # parameter
    recipient_empty: Wording | None = None
    size_too_large: Wording | None = None  # limit; of MAIL SIZE=
    starttls_argument: Wording | None = None
    auth_words: Wording | None = None  # more than an initial response
    auth_unreadable: Wording | None = None  # base64, but no answer of this mechanism
    vrfy_unknown: Wording | None = None  # address
    vrfy_elsewhere: Wording | None = None  # address; its domain is not of this server
    auth_not_offered: Wording | None = None
    starttls_not_offered: Wording | None = None
    empty_line: Wording | None = None
    rset_needed: Wording | None = None  # verb; behind a fault between two chunks
    discarded: Wording | None = None  # octets; of a chunk behind such a fault
    help_topic: Wording | None = None  # argument
    too_many_errors: Wording | None = None
    too_many_slips: Wording | None = None  # it gets the code of the refusal it stands behind
    too_many_besides: Wording | None = None
    header_malformed: Wording | None = None
    stray_newline: Wording | None = None
    sync_error: Wording | None = None
    no_mail: Wording | None = None
    # -- without words there is no such situation
    bad_sender: Wording | None = None  # address; of the domain .invalid, which nobody can have (RFC 2606)
    vrfy_without_domain: Wording | None = None  # address
    vrfy_malformed: Wording | None = None  # address; it has a blank
    etrn_syntax: Wording | None = None  # of a server that has words for ETRN, where none follow
    starttls_early: Wording | None = None  # before EHLO
    size_negative: Wording | None = None  # parameter; MAIL SIZE=-1
    not_utf8: Wording | None = None  # the line is no UTF-8, and SMTPUTF8 is offered
    nul: Wording | None = None  # there is an octet 0 in the line


#: Whose words are said for a situation that has none of its own.
FALLBACKS: Final[Mapping[str, str]] = {
    "accepted_chunks": "accepted",
    "data_before_mail": "mail_first",
    "all_refused": "rcpt_first",
    "all_refused_before": "rcpt_first",
    "rcpts_refused": "rcpt_first",
    "helo_again": "nested_mail",
    "helo_malformed": "helo_syntax",
    "mail_empty": "mail_syntax",
    "rcpt_empty": "rcpt_syntax",
    "sender_trailing": "mail_syntax",
    "recipient_trailing": "rcpt_syntax",
    "sender_domain": "sender_malformed",
    "recipient_domain": "recipient_malformed",
    "sender_bare": "sender_malformed",
    "recipient_bare": "recipient_malformed",
    "sender_unclosed": "sender_malformed",
    "recipient_unclosed": "recipient_malformed",
    "value_malformed": "parameter_malformed",
    "size_malformed": "value_malformed",
    "value_malformed_at_rcpt": "value_malformed",
    "value_unknown": "parameter_malformed",
    "value_missing": "parameter_malformed",
    "parameter_again": "parameter_malformed",
    "too_many_slips": "too_many_unknown",
    "too_many_besides": "too_many_unknown",
    "header_malformed": "not_stored",
    "stray_newline": "not_stored",
    "recipient_empty": "recipient_malformed",
    "size_too_large": "too_large",
    "starttls_argument": "no_argument",
    "auth_words": "auth_syntax",
    "auth_unreadable": "auth_malformed",
    "vrfy_unknown": "no_mailbox",
    "vrfy_elsewhere": "no_relay",
    "auth_not_offered": "not_implemented",
    "starttls_not_offered": "not_implemented",
    "empty_line": "unknown_command",
    "rset_needed": "bdat_begun",
    "discarded": "bdat_begun",
    "help_topic": "help",
    "too_many_errors": "too_many_unknown",
    "sync_error": "unknown_command",
    "no_mail": "unknown_command",
}
