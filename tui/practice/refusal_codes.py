"""What the codes of a refusal say, before any word is read.

The tables follow RFC 5321 §4.2, RFC 3463 and the registry of enhanced codes.
"""

from __future__ import annotations

from typing import Final

from tui.practice.refusal_kinds import Kind

#: Details of enhanced codes, behind the class.
_DETAILS: Final = {
    "1.1": Kind.UNKNOWN_MAILBOX,
    "1.2": Kind.NO_MAIL_THERE,
    "1.3": Kind.SYNTAX,
    "1.6": Kind.UNKNOWN_MAILBOX,
    "1.7": Kind.SYNTAX,
    "1.8": Kind.SENDER,
    "1.10": Kind.NO_MAIL_THERE,
    "2.1": Kind.DISABLED_MAILBOX,
    "2.2": Kind.FULL_MAILBOX,
    "2.3": Kind.TOO_LARGE,
    "3.1": Kind.SERVER_TROUBLE,
    "3.2": Kind.SERVER_TROUBLE,
    "3.4": Kind.TOO_LARGE,
    "3.5": Kind.SERVER_TROUBLE,
    "4.2": Kind.SERVER_TROUBLE,
    "4.3": Kind.SERVER_TROUBLE,
    "4.5": Kind.SERVER_TROUBLE,
    "4.6": Kind.LOOP,
    "5.1": Kind.SEQUENCE,
    "5.2": Kind.SYNTAX,
    "5.3": Kind.TOO_MANY_RECIPIENTS,
    "5.4": Kind.SYNTAX,
    "5.6": Kind.LINE_TOO_LONG,
    "6.3": Kind.EIGHT_BIT,
    "6.7": Kind.EIGHT_BIT,
    "6.8": Kind.EIGHT_BIT,
    "6.9": Kind.EIGHT_BIT,
    "6.11": Kind.MALFORMED,  # Exchange: a bare LF
    "7.8": Kind.BAD_LOGIN,
    "7.9": Kind.BAD_LOGIN,
    "7.10": Kind.TLS_REQUIRED,
    "7.11": Kind.TLS_REQUIRED,
    "7.12": Kind.BAD_LOGIN,
    "7.20": Kind.DKIM,
    "7.21": Kind.DKIM,
    "7.22": Kind.DKIM,
    "7.23": Kind.SPF,
    "7.24": Kind.SPF,
    "7.25": Kind.REVERSE_DNS,
    "7.26": Kind.UNAUTHENTICATED,
    "7.27": Kind.SENDER,
    "7.28": Kind.RATE,
    "7.515": Kind.UNAUTHENTICATED,  # Outlook.com; the registry has none
    "7.60": Kind.SENDER_RIGHT,  # Exchange; the registry has none
}
#: What the same detail says where it is said for now.
_FOR_NOW: Final = {"2.1": Kind.BUSY_MAILBOX}

#: Subjects (RFC 3463 §2), where the detail is none of those.
_SUBJECTS: Final = {"3": Kind.SERVER_TROUBLE, "4": Kind.NO_ROUTE, "6": Kind.CONTENT, "7": Kind.POLICY}

#: Codes where there is no enhanced one: (code, step), then the code alone. 550 and 554 say of themselves no
#: more than that it was refused.
_CODES: Final[dict[tuple[int, str] | int, Kind]] = {
    (552, "mail"): Kind.TOO_LARGE,
    (552, "dot"): Kind.TOO_LARGE,
    (552, "data"): Kind.TOO_LARGE,
    (552, "rcpt"): Kind.FULL_MAILBOX,
    (504, "auth"): Kind.MECHANISM,
    421: Kind.SHUTTING_DOWN,
    452: Kind.SERVER_TROUBLE,
    451: Kind.SERVER_TROUBLE,
    500: Kind.UNKNOWN_COMMAND,
    501: Kind.SYNTAX,
    502: Kind.UNKNOWN_COMMAND,
    503: Kind.SEQUENCE,
    504: Kind.SYNTAX,
    521: Kind.NO_SERVICE,
    530: Kind.LOGIN_REQUIRED,
    534: Kind.BAD_LOGIN,
    535: Kind.BAD_LOGIN,
    538: Kind.TLS_REQUIRED,
    551: Kind.UNKNOWN_MAILBOX,
    553: Kind.SYNTAX,
    555: Kind.SYNTAX,
    556: Kind.NO_MAIL_THERE,
}
#: Replies to a line that asks for something; a greeting and the end of a message are none.
_OF_A_LINE: Final = frozenset({500, 501, 502, 503, 504, 555})
#: Where recipients were taken before: one more is one too many, and DATA has somebody to send to.
_WITH_RECIPIENTS: Final = {(452, "rcpt"): Kind.TOO_MANY_RECIPIENTS}
_WITHOUT: Final = {(554, "data"): Kind.NO_RECIPIENTS}


def meant(detail: str, *, exactly: bool = False, final: bool = True) -> Kind | None:
    """What the detail of an enhanced code, ``1.1``, is about; unless ``exactly``, by its subject where it is
    none that is told apart. None: it says nothing of that."""
    found = _DETAILS.get(detail) if final else _FOR_NOW.get(detail, _DETAILS.get(detail))
    return found if found is not None or exactly else by_subject(detail)


def by_subject(detail: str) -> Kind | None:
    """What it is about by its first number alone."""
    return _SUBJECTS.get(detail.partition(".")[0])


def by_code(code: int, step: str, *, line: bool, recipients: bool) -> Kind | None:
    """What the reply code alone is about at this step.

    Args:
        line: a line of the client is refused, not a connection or a message.
        recipients: some were accepted in this mail.
    """
    if code in _OF_A_LINE and not line:
        return None
    here = (_WITH_RECIPIENTS if recipients else _WITHOUT).get((code, step))
    return here or _CODES.get((code, step)) or _CODES.get(code)
