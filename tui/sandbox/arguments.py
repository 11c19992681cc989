"""What stands behind MAIL FROM: and RCPT TO:, read as leniently as most servers do, or strictly (RFC 5321
§4.1.2).

Loose but clear forms pass, as people type them, unless strictness is asked for: no brackets, blanks around
the address, a domain with an empty label. Whether the learner typed it well is for the observer to say, not
for the server.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from tui.sandbox.habits import Habits
from tui.values import value


class Fault(Enum):
    SYNTAX = "syntax"  # no FROM: or TO:, no address at all
    TRAILING = "trailing"  # text behind the bracket
    ADDRESS = "address"  # there is something, but it is no address
    NOT_ASCII = "not-ascii"  # an address that only SMTPUTF8 allows
    DOMAIN = "domain"  # a domain that there cannot be
    PARAMETER = "parameter"  # KEY or KEY=VALUE is expected
    AGAIN = "again"  # a parameter that was there already
    EMPTY = "empty"  # <>, which no recipient is
    NOTHING = "nothing"  # FROM: or TO:, and nothing behind it
    UNCLOSED = "unclosed"  # < and no >
    BARE = "bare"  # no domain, where one is needed


class PathError(ValueError):
    """``text``: the word at fault, where it is one."""

    def __init__(self, fault: Fault, text: str = "") -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.text = text


@value
class PathArgument:
    """``address`` without brackets and source route; "" is the null reverse-path; ``typed``: the path as it
    stood there. Parameter names in upper case.
    """

    address: str
    params: dict[str, str | None]
    typed: str = ""


_QUOTED: Final = r'"(?:[^"\\]|\\.)*"'
#: ``<…>`` up to the first bracket outside quotation marks, or a bare word.
_PATH: Final = re.compile(rf"<(?P<inner>(?:{_QUOTED}|[^<>\"])*)>|(?P<bare>(?:{_QUOTED}|[^<>\s\"])+)")
_SOURCE_ROUTE: Final = re.compile(r"@[^:]*:")
_WORD: Final = r"[^\s\"(),:;<>@\[\\\]\x00-\x1f\x7f]+"
#: By the habit ``underscore``: with _ in the domain, and without.
_ADDRESSES: Final = {
    taken: re.compile(rf"(?:{_QUOTED}|{_WORD})@(?:\[[A-Za-z0-9:.\-]+\]|{bar}{_WORD})")
    for taken, bar in ((True, ""), (False, "(?!.*_)"))
}
#: A blank beside @ or a dot, which some readers pass over.
_LOOSE_BLANK: Final = re.compile(r"[ \t]+(?=[@.])|(?<=[@.])[ \t]+")
#: By the habit ``domains``: what is no domain.
_LONGEST_LABEL: Final = 63
_LONGEST_DOMAIN: Final = 253
_LOCAL_PART: Final = re.compile(rf"{_QUOTED}|[^\s\"(),:;<>@\[\\\]\x00-\x1f\x7f]+")
_KEYWORDS: Final = {
    True: re.compile(r"FROM[ \t]*:", re.IGNORECASE),
    False: re.compile(r"TO[ \t]*:", re.IGNORECASE),
}
_KEYWORDS_TIGHT: Final = {
    True: re.compile("FROM:", re.IGNORECASE),
    False: re.compile("TO:", re.IGNORECASE),
}
#: A name in front of the brackets.
_NAMED: Final = re.compile(rf"(?:{_QUOTED}|[^<>\"])+(?=<)")
#: What stands right behind a path that some servers read as a part of it.
_BEHIND: Final = re.compile(r"(?:<[^<>\s]*>|[^<>\s])+(?=\s|$)")
_USUAL: Final = Habits()
_ATOM: Final = r"[^\s\"(),.:;<>@\[\\\]\x00-\x1f\x7f]+"
#: Letters, digits and what is not ASCII, told by what they are not: a range up to U+10FFFF takes ``re`` so
#: long to compile that the first greeting would be late by it.
_LETTER: Final = r"[^\x00-/:-@\[-`{-\x7f]"
_LETTER_OR_HYPHEN: Final = r"[^\x00-,./:-@\[-`{-\x7f]"
_LABEL: Final = rf"{_LETTER}(?:{_LETTER_OR_HYPHEN}*{_LETTER})?"
_DOMAIN: Final = rf"{_LABEL}(?:\.{_LABEL})*"
_QUOTE: Final = r'"(?:[^\x00-\x1f"\\\x7f]|\\[ -~])*"'
_OCTET: Final = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_LITERAL: Final = rf"\[(?:{_OCTET}(?:\.{_OCTET}){{3}}|[A-Za-z0-9-]*[A-Za-z0-9]:[!-Z^-~]+)\]"
#: What stands in the brackets by the letter of RFC 5321 §4.1.2 and RFC 6531 §3.3, a source route before it.
_BY_THE_LETTER: Final = re.compile(
    rf"(?:@{_DOMAIN}(?:,@{_DOMAIN})*:)?(?:{_ATOM}(?:\.{_ATOM})*|{_QUOTE})@(?:{_DOMAIN}|{_LITERAL})"
)
_PARAM: Final = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9-]*)(?:=(?P<value>[^=\s\x00-\x1f\x7f]*))?")


def parse(
    argument: str, *, sender: bool, utf8: bool, strict: bool = False, habits: Habits = _USUAL
) -> PathArgument:
    """``FROM:<a@b> SIZE=9`` or ``TO:<a@b>`` taken apart.

    Args:
        argument: what follows the verb; octets that are not UTF-8 as surrogates.
        sender: the reverse-path, which may be null (RFC 5321 §4.5.5).
        utf8: of a sender: SMTPUTF8 is offered, so its parameter counts; of a recipient: it is in force for
            this mail (RFC 6531 §3.4).
        strict: nothing loose passes: the path stands in brackets, with no blank before it or at its ends, and
            the address is one by the letter of the standard.
        habits: what this server takes besides, or does not take; ``strict`` goes before it.

    Raises:
        PathError: with the first fault found.
    """
    if strict:
        habits = _USUAL
    match = (_KEYWORDS if habits.blank_before_colon else _KEYWORDS_TIGHT)[sender].match(argument)
    if habits.any_path:
        return _whatever(argument[match.end() if match else 0 :])
    if match is None:
        raise PathError(Fault.SYNTAX)
    argument = argument[match.end() :].rstrip(" \t")
    if not strict:
        argument = _tidied(argument.lstrip(" \t"), habits)
    elif not argument.startswith("<"):
        raise PathError(Fault.SYNTAX)
    path = _PATH.match(argument)
    if path is None:
        unclosed = argument.startswith("<") and ">" not in argument
        raise PathError(Fault.UNCLOSED if unclosed else Fault.ADDRESS if argument else Fault.NOTHING)
    end = path.end()
    if habits.text_behind == "taken" and (behind := _BEHIND.match(argument, end)):
        end = behind.end()
    rest = argument[end:]
    if rest and not rest[0].isspace() and not habits.tight_parameters:
        raise PathError(Fault.TRAILING, rest)
    params = _params(rest, habits) if habits.parameters_first else None
    asked = utf8 and (not sender or "SMTPUTF8" in rest.upper())
    address = _address(path, null=sender, asked=asked, habits=habits)
    if strict:
        _judge(path["inner"], address, sender=sender)
    return PathArgument(address, _params(rest, habits) if params is None else params, argument[:end])


def _tidied(argument: str, habits: Habits) -> str:
    """Without what this server passes over before it looks for an address."""
    if habits.brackets_required and not argument.startswith("<"):
        raise PathError(Fault.ADDRESS if argument else Fault.NOTHING)
    if habits.empty_path == "null":
        argument = argument or "<>"
    if habits.stray_brackets:
        argument = _without_strays(argument)
    elif habits.paired_brackets:
        argument = _without_pairs(argument)
    named = _NAMED.match(argument) if habits.display_name else None
    return argument[named.end() :] if named else argument


def has_keyword(argument: str, *, sender: bool) -> bool:
    """Does it begin with ``FROM:`` or ``TO:``?"""
    return _KEYWORDS_TIGHT[sender].match(argument) is not None


def _judge(inner: str, address: str, *, sender: bool) -> None:
    """Is what stands in the brackets so by the letter of the standard? ``address`` is what it was read as."""
    if inner != inner.strip(" \t"):
        raise PathError(Fault.SYNTAX)
    without_domain = address == "" if sender else address.lower() == "postmaster"
    if not (_BY_THE_LETTER.fullmatch(inner) or (without_domain and inner == address)):
        raise PathError(Fault.ADDRESS)


def _without_strays(argument: str) -> str:
    """Without brackets that have no other one."""
    path, blank, rest = argument.partition(" ")
    inner = path.lstrip("<").rstrip(">")
    if path.startswith("<"):
        return f"<{inner}>{blank}{rest}" if path.endswith(">") else f"<{inner}{blank}{rest}"
    return f"{inner}{blank}{rest}"


def _without_pairs(argument: str) -> str:
    """With one pair of brackets for several."""
    path, blank, rest = argument.partition(" ")
    inner = path.strip("<>")
    pairs = (len(path) - len(inner)) // 2
    if pairs > 1 and path == f"{'<' * pairs}{inner}{'>' * pairs}":
        return f"<{inner}>{blank}{rest}"
    return argument


def _params(text: str, habits: Habits) -> dict[str, str | None]:
    params: dict[str, str | None] = {}
    for word in text.split():
        match = _PARAM.fullmatch(word)
        if match is None or (match["value"] == "" and habits.empty_value == "refused"):
            raise PathError(Fault.PARAMETER, word)
        name = match["name"].upper()
        if name in params and (not habits.parameter_twice or name in habits.parameters_once):
            raise PathError(Fault.AGAIN, word)
        if match["value"] == "" and habits.empty_value == "ignored":
            continue
        params[name] = match["value"]
    return params


def _whatever(text: str) -> PathArgument:
    """As qmail reads: what is in the first brackets, or up to a blank; nothing is no fault."""
    _, bracket, inner = text.partition("<")
    inner = inner.partition(">")[0] if bracket else text.lstrip(" ").partition(" ")[0]
    address = _SOURCE_ROUTE.sub("", inner, count=1)
    return PathArgument("".join(one for one in address if one.isprintable()), {})


def _inside(path: re.Match[str], habits: Habits) -> str:
    """What stands in the brackets, or without any."""
    inner: str | None = path["inner"]
    if inner is None:
        return str(path["bare"])
    address = inner.strip(" \t")
    if not habits.blank_in_brackets and inner != address:
        raise PathError(Fault.ADDRESS, address)
    return address


def _address(path: re.Match[str], *, null: bool, asked: bool, habits: Habits) -> str:
    """``null``: <> is one; ``asked``: for SMTPUTF8."""
    address = _inside(path, habits)
    if address.startswith("@"):
        address = _SOURCE_ROUTE.sub("", address, count=1)
    if not address:
        if null and path["inner"] is not None:
            return ""
        raise PathError(Fault.EMPTY)
    if not address.isascii() and not _is_taken(address, asked=asked, habits=habits):
        raise PathError(Fault.NOT_ASCII, address)
    if habits.blank_in_address and not address.startswith('"'):
        address = _LOOSE_BLANK.sub("", address)
    if habits.trailing_dot and "@" in address:
        address = address.removesuffix(".")
    domain = address.rpartition("@")[2] if "@" in address else ""
    if not _is_sound(address, habits):
        raise PathError(Fault.ADDRESS, address)
    if domain and not (_is_labelled(domain, habits) and _is_sound_domain(domain, habits, asked=asked)):
        raise PathError(Fault.DOMAIN, address)
    bare = habits.bare_sender if null else habits.bare_recipient != "malformed"
    shape = _without_colons(address) if habits.colons else address
    if not _ADDRESSES[habits.underscore].fullmatch(shape) and address.lower() != "postmaster":
        if not _LOCAL_PART.fullmatch(address):
            raise PathError(Fault.ADDRESS, address)
        if not bare:
            raise PathError(Fault.BARE, address)
    elif address.startswith('"') and not habits.quoted_local_part:
        raise PathError(Fault.ADDRESS, address)
    return address


def _without_colons(address: str) -> str:
    """As it is, but for the colons in its local part."""
    local, at, domain = address.rpartition("@")
    return f"{local.replace(':', '_')}{at}{domain}"


def _is_sound(address: str, habits: Habits) -> bool:
    """As far as this server looks: its length, and its local part."""
    local = address.rpartition("@")[0]
    for text, most in ((address, habits.address_octets), (local, habits.local_octets)):
        if most is not None and len(text.encode("utf-8", "replace")) > most:
            return False
    return habits.dots == "anywhere" or not local or local.startswith('"') or "" not in local.split(".")


def _is_labelled(domain: str, habits: Habits) -> bool:
    return habits.empty_label or "" not in domain.split(".")


def _is_sound_domain(domain: str, habits: Habits, *, asked: bool) -> bool:
    """As far as this server looks: none of them asks DNS here."""
    if domain.startswith("["):
        return habits.domain_literals and (habits.domains in ("loose", "dns") or _is_literal(domain))
    if habits.domains == "loose":
        return True
    if habits.domains == "dns" and not asked and not domain.isascii():
        return False
    if habits.domains == "host" and not all(one.isascii() or one.isalnum() for one in domain):
        return False
    labels = domain.split(".")
    if len(domain) > _LONGEST_DOMAIN:
        return False
    if any(one.startswith("-") or (one.endswith("-") and not habits.hyphen_at_end) for one in labels):
        return False
    if any(one.isascii() and not one.isalnum() and one not in "-._" for one in domain):
        return False
    if habits.domains == "dns":
        return True
    is_number = domain.replace(".", "").isdigit()
    return all(len(one) <= _LONGEST_LABEL for one in labels) and (habits.domains != "host" or not is_number)


def _is_literal(domain: str) -> bool:
    """An address in brackets that there can be."""
    return re.fullmatch(_LITERAL, domain) is not None


def _is_taken(address: str, *, asked: bool, habits: Habits) -> bool:
    """Is it taken though it is not ASCII? Never one that holds what cannot be seen, or a surrogate, which is
    an octet that was no UTF-8."""
    if not address.isprintable():
        return False
    letters = not any(0x80 <= octet < 0xA0 for octet in address.encode())
    return (asked or habits.utf8_unasked) and (letters or habits.utf8_octets == "any")
