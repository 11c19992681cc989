"""What is wrong with an answer in a login, told without a word of what it says: no span, no quotation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.smtp.commands import VERBS
from tui.smtp.display import MASK
from tui.smtp.findings import Finding
from tui.smtp.secrets import decoded, padded_wrongly

#: Mechanisms whose answers are text: names, passwords, and what separates them.
_TEXT = frozenset({"PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2", "SCRAM-SHA-256"})
_NULS = 2  # RFC 4616: authzid NUL authcid NUL passwd
_CONTROL = re.compile(r"[\x02-\x1f\x7f-\x9f]")

_Bare = tuple[Finding, str]  # and its detail

#: What stands in the place of an answer, and is none.
NO_ANSWERS = frozenset({Finding.ANSWER_EQUALS_SIGN, Finding.ANSWER_IS_COMMAND})


def answer_slips(data: bytes, mechanism: str) -> Iterator[_Bare]:
    """Of a line that answers a challenge."""
    if data in (b"", b"*"):
        return
    if data.strip() == b"=":
        yield Finding.ANSWER_EQUALS_SIGN, ""
        return
    verb = data.split(None, 1)[0].decode("ascii", "replace").upper() if data.strip() else ""
    if verb in VERBS and decoded(data) is None:
        yield Finding.ANSWER_IS_COMMAND, verb
        return
    yield from initial_slips(data, mechanism)


def holds_password(mechanism: str, before: int) -> bool:
    """Of a mechanism that sends it: is it in the answer with so many ``before`` it? LOGIN asks for the name
    first; what the others send last is empty, or tells of a failure."""
    return before == (1 if mechanism == "LOGIN" else 0)


def initial_slips(data: bytes, mechanism: str) -> Iterator[_Bare]:
    """Of what stands behind AUTH and the mechanism, unless it is the empty response (RFC 4954 §4: ``=``).

    Nothing is said of what a recording hides.
    """
    if data.strip() == MASK.encode():
        return
    clear = decoded(data)
    if clear is None or padded_wrongly(data.strip()):
        yield Finding.ANSWER_NOT_BASE64, ""
    elif mechanism in _TEXT and not _is_text(clear):
        yield Finding.ANSWER_NOT_BASE64, "chance"  # a word of 4, 8 … letters is base64 too, of rubbish
    elif mechanism in _TEXT and clear.endswith((b"\n", b"\r")):
        yield Finding.ANSWER_ENDS_LINE, ""
    elif mechanism == "PLAIN" and clear.count(b"\0") != _NULS:
        yield Finding.ANSWER_WITHOUT_NUL, str(clear.count(b"\0"))


def _is_text(clear: bytes) -> bool:
    try:
        return _CONTROL.search(clear.decode().rstrip("\r\n")) is None
    except UnicodeDecodeError:
        return False
