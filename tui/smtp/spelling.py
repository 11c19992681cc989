"""Which verb a misspelt one was meant to be: a table of usual slips, then a small edit distance."""

from __future__ import annotations

import re

from tui.smtp.commands import VERBS

#: The verbs people type by hand, the usual ones first: of two that are equally near the first is meant.
TYPED_VERBS = (
    "HELO", "EHLO", "MAIL", "RCPT", "DATA", "QUIT", "RSET", "NOOP", "HELP", "VRFY", "EXPN", "AUTH",
    "STARTTLS", "BDAT", "LHLO",
)  # fmt: skip

#: What no edit distance finds, and what it would find wrong.
MEANT = {
    "HELLO": "HELO", "HALLO": "HELO", "HI": "HELO", "HEY": "HELO",
    "ELHO": "EHLO", "EHELLO": "EHLO", "EHELO": "EHLO",
    "MAILFROM": "MAIL FROM", "RCPTTO": "RCPT TO", "RCTPTO": "RCPT TO", "RECPTTO": "RCPT TO",
    "RECIPIENT": "RCPT", "RECPT": "RCPT", "RECEPT": "RCPT", "RECIPT": "RCPT", "RECEIPT": "RCPT",
    "EMAIL": "MAIL", "MAILS": "MAIL",
    "RESET": "RSET",
    "EXIT": "QUIT", "BYE": "QUIT", "LOGOUT": "QUIT", "CLOSE": "QUIT", "QUITE": "QUIT", "Q": "QUIT",
    "VERIFY": "VRFY", "EXPAND": "EXPN",
    "LOGIN": "AUTH LOGIN", "TLS": "STARTTLS", "STLS": "STARTTLS",
    "?": "HELP",
}  # fmt: skip

_WORD = re.compile(r"[ \t]*([A-Za-z0-9?-]+)(.?)")
_HEADER = re.compile(r"[ \t]*[A-Za-z0-9-]+:")


def distance(one: str, other: str) -> int:
    """Insertions, deletions, exchanges and swaps of neighbours that turn ``one`` into ``other``."""
    rows = [list(range(len(other) + 1))]
    for row, left in enumerate(one, 1):
        line = [row]
        for column, right in enumerate(other, 1):
            cost = min(
                rows[row - 1][column] + 1, line[column - 1] + 1, rows[row - 1][column - 1] + (left != right)
            )
            if row > 1 and column > 1 and left == other[column - 2] and one[row - 2] == right:
                cost = min(cost, rows[row - 2][column - 2] + 1)
            line.append(cost)
        rows.append(line)
    return rows[-1][-1]


def near(word: str, wanted: str) -> bool:
    """One slip away; two in a word of six letters and more."""
    allowed = 2 if len(wanted) > 5 else 1
    return abs(len(word) - len(wanted)) <= allowed and distance(word, wanted) <= allowed


def meant_verb(line: str) -> str:
    """The verb that ``line``, which begins with none, was probably meant to begin with, or "".

    ``MAILFROM:…`` gives "MAIL FROM": the detail is what should have been typed. A header field (``Date: …``)
    is no misspelt command.
    """
    match = _WORD.match(line)
    if match is None:
        return ""
    word = match[1].upper()
    if word in VERBS or word in MEANT:
        return MEANT.get(word, word)
    if _HEADER.match(line):
        return ""
    return next((verb for verb in TYPED_VERBS if near(word, verb)), "")
