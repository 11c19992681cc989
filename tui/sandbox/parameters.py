"""What may stand behind the path in MAIL and RCPT: to which extension each parameter belongs, and which of
its values can be read (RFC 5321 §4.1.1.11)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Final, NamedTuple

#: RFC 3461 §4: printable ASCII without blank, + and =, which stand as + and two hex digits.
_XTEXT: Final = re.compile(r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})*")
_ORCPT: Final = re.compile(r"([A-Za-z0-9-]+);(.+)")
#: RFC 6533 §3: what xtext is not needed for, and all else as \\x{…}; letters where SMTPUTF8 lets them stand.
_UTF8_TEXT: Final = re.compile(
    r"(?:[!-*,-<>-\[\]-~]|[^\x00-\xa0\ud800-\udfff]|\\x\{(?:0?[0-9A-F]{2,5}|10[0-9A-F]{4})\})+"
)
_LONGEST_ENVID: Final = 100
_LONGEST_ORCPT: Final = 500
_REASONS: Final = frozenset({"SUCCESS", "FAILURE", "DELAY"})
_SIZE: Final = re.compile(r"[0-9]{1,20}")


class Parameter(NamedTuple):
    """``extensions``: any of them brings it. ``fits``: can this value be read, where those are in force?"""

    extensions: tuple[str, ...]
    fits: Callable[[str | None, Collection[str]], bool]


def _is_size(value: str | None, in_force: Collection[str]) -> bool:
    """RFC 1870 §3."""
    return value is not None and _SIZE.fullmatch(value) is not None


def _is_body(value: str | None, in_force: Collection[str]) -> bool:
    """RFC 6152 §2, RFC 3030 §3."""
    kinds = {"7BIT"} | {kind for kind in ("8BITMIME", "BINARYMIME") if kind in in_force}
    return value is not None and value.upper() in kinds


def _is_absent(value: str | None, in_force: Collection[str]) -> bool:
    return value is None


def _is_submitter(value: str | None, in_force: Collection[str]) -> bool:
    """RFC 4954 §5: who has handed the mail in; ``<>``: nobody says."""
    return value is not None and (value == "<>" or _XTEXT.fullmatch(value) is not None)


def _is_return(value: str | None, in_force: Collection[str]) -> bool:
    """RFC 3461 §4.3."""
    return value is not None and value.upper() in {"FULL", "HDRS"}


def _is_envelope_id(value: str | None, in_force: Collection[str]) -> bool:
    """RFC 3461 §4.4."""
    return value is not None and len(value) <= _LONGEST_ENVID and _XTEXT.fullmatch(value) is not None


def _is_notice(value: str | None, in_force: Collection[str]) -> bool:
    """RFC 3461 §4.1: NEVER stands alone."""
    words = (value or "").upper().split(",")
    return words == ["NEVER"] or (_REASONS.issuperset(words) and len(set(words)) == len(words))


def _is_original(value: str | None, in_force: Collection[str]) -> bool:
    """RFC 3461 §4.2: a kind of address, and the address as xtext; of the kind utf-8 as RFC 6533 §3 has it."""
    match = _ORCPT.fullmatch(value or "")
    if match is None or len(match[0].encode("utf-8", "replace")) > _LONGEST_ORCPT:
        return False
    if match[1].lower() != "utf-8":
        return _XTEXT.fullmatch(match[2]) is not None
    return _UTF8_TEXT.fullmatch(match[2]) is not None and (match[2].isascii() or "SMTPUTF8" in in_force)


MAIL: Final[Mapping[str, Parameter]] = {
    "SIZE": Parameter(("SIZE",), _is_size),
    "BODY": Parameter(("8BITMIME", "BINARYMIME"), _is_body),
    "SMTPUTF8": Parameter(("SMTPUTF8",), _is_absent),
    "AUTH": Parameter(("AUTH",), _is_submitter),
    "RET": Parameter(("DSN",), _is_return),
    "ENVID": Parameter(("DSN",), _is_envelope_id),
}
RCPT: Final[Mapping[str, Parameter]] = {
    "NOTIFY": Parameter(("DSN",), _is_notice),
    "ORCPT": Parameter(("DSN",), _is_original),
}


#: What a value that does not fit comes to, where some servers tell it from others.
_SITUATIONS: Final = {
    "BODY": "value_unknown",  # words of a list, or none at all
    "SMTPUTF8": "value_unknown",
    "SIZE": "size_malformed",
    "NOTIFY": "value_malformed_at_rcpt",
    "ORCPT": "value_malformed_at_rcpt",
}


def _first_unfit(
    known: Mapping[str, Parameter], params: Mapping[str, str | None], in_force: Collection[str]
) -> str:
    return next(name for name, value in params.items() if not known[name].fits(value, in_force))


def fault(
    known: Mapping[str, Parameter],
    params: Mapping[str, str | None],
    in_force: Collection[str],
    *,
    valueless: str = "",
) -> str | None:
    """The situation of ``replies.Replies`` that these parameters come to; None: all is well.

    Args:
        valueless: the situation that one comes to that lacks its value; "": as one that cannot be read.
    """
    if not params:
        return None
    if not all(name in known and any(one in in_force for one in known[name].extensions) for name in params):
        return "parameter_unknown"
    if not all(known[name].fits(value, in_force) for name, value in params.items()):
        if valueless and params[_first_unfit(known, params, in_force)] is None:
            return valueless
        return _SITUATIONS.get(_first_unfit(known, params, in_force), "value_malformed")
    return None


def without_unfit(
    known: Mapping[str, Parameter],
    params: Mapping[str, str | None],
    in_force: Collection[str],
    unchecked: Collection[str],
    *,
    valueless: str = "",
) -> dict[str, str | None]:
    """Those that count, where values of the ``unchecked`` ones are no matter: what cannot be read says
    nothing. ``valueless``: no value at all is a matter still."""
    return {
        name: value
        for name, value in params.items()
        if name not in unchecked
        or name not in known
        or known[name].fits(value, in_force)
        or (value is None and valueless != "")
    }


def offender(
    known: Mapping[str, Parameter], params: Mapping[str, str | None], in_force: Collection[str]
) -> str:
    """The first of them that cannot be agreed to, as it was said but for the case of its name."""
    for name, value in params.items():
        there = name in known and any(one in in_force for one in known[name].extensions)
        if not there or not known[name].fits(value, in_force):
            return name if value is None else f"{name}={value}"
    return ""


def is_binary(params: Mapping[str, str | None]) -> bool:
    """Was BODY=BINARYMIME asked for?"""
    return (params.get("BODY") or "").upper() == "BINARYMIME"


def declared(params: Mapping[str, str | None]) -> int:
    """The SIZE that MAIL names (RFC 1870 §3); 0 for none, or for one that is no number."""
    said = params.get("SIZE") or ""
    return int(said) if said.isdecimal() and said.isascii() else 0


def is_negative(params: Mapping[str, str | None]) -> bool:
    """Is it said that there are less than no octets?"""
    return re.fullmatch("-[0-9]{1,20}", params.get("SIZE") or "") is not None
