"""Who takes responsibility for this message, and is it still as it was signed? DKIM (RFC 6376), by keys that
a scenario publishes: nothing is asked of DNS.

What a signature is computed over is found here; whether the numbers fit is asked of a ``Proof``, so that
nothing here knows cryptography.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from tui.practice.published import Published, Signature

Proof = Callable[[str, bytes, bytes, bytes], bool]
"""(algorithm, public key, signature, what was signed): does it fit? ``ValueError``: the key is of no use."""

#: Why a signature did not pass, and how Authentication-Results tells it.
REASONS: Final[Mapping[str, str]] = {
    "malformed": "syntax error in the signature",
    "long-header": "header too long",
    "algorithm": "unknown or forbidden algorithm",
    "from-unsigned": "From is not signed",
    "identity": "i= is not of d=",
    "expired": "signature expired",
    "no-key": "no key for signature",
    "revoked": "key revoked",
    "key": "key of no use",
    "body": "body hash did not verify",
    "header": "signature did not verify",
}
#: What comes of each (RFC 8601 §2.7.1); of the others permerror.
_RESULTS: Final = {
    "malformed": "neutral",
    "algorithm": "neutral",
    "expired": "fail",
    "body": "fail",
    "header": "fail",
}
#: RFC 8301 §3.1 forbids rsa-sha1; the second is of RFC 8463.
_KEY_KINDS: Final = {"rsa-sha256": "rsa", "ed25519-sha256": "ed25519"}
_REQUIRED: Final = frozenset(["v", "a", "b", "bh", "d", "h", "s"])
#: §6.1: so many are looked at, so that nobody can make a server work without end.
_SIGNATURES: Final = 10

#: Of a header longer than this nothing is proved: to take it apart would hold everybody else up.
_LONGEST_HEADER: Final = 1024 * 1024
#: A body is worked on in pieces of this size, so that who waits for his turn gets it between them.
_PIECE: Final = 128 * 1024

_FOLD: Final = re.compile(rb"\r\n(?![ \t])")
_TAG: Final = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)\s*=(.*)", re.DOTALL)
_B_VALUE: Final = re.compile(rb"((?:\A|;)\s*b\s*=)[^;]*")
_BLANKS: Final = re.compile(rb"[ \t]+")
_EMPTY_LINES: Final = b"\r\n" * (_PIECE // 2)
_LINE_ENDS_BACKWARDS: Final = re.compile(rb"(?:\n\r)*+")
_NUMBER: Final = re.compile(r"[0-9]{1,76}")


class _RefusedError(Exception):
    """``reason``: a key of ``REASONS``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def signatures(
    zone: Mapping[str, Published], message: bytes, proof: Proof, now: float
) -> tuple[Signature, ...]:
    """What each signature of the message comes to, from the top (§6).

    Args:
        message: as it came, with CRLF.
        now: seconds since the epoch.
    """
    mail = _Mail(message)
    found = [one for one in mail.fields if _name(one) == b"dkim-signature"]
    return tuple(_signature(zone, mail, one, proof, now) for one in found[:_SIGNATURES])


class _Mail:
    """What signatures are computed over; each form of it is made once, however many signatures there are."""

    def __init__(self, message: bytes) -> None:
        header, self._body = parted(message)
        self.is_too_long = len(header) > _LONGEST_HEADER
        self.fields = [one for one in _FOLD.split(header[:_LONGEST_HEADER]) if one]
        self._by_name: dict[bytes, list[bytes]] = {}
        for one in self.fields:
            self._by_name.setdefault(_name(one), []).append(one)
        self._bodies: dict[bool, bytes] = {}
        self._digests: dict[tuple[bool, int], bytes] = {}

    def chosen(self, names: Sequence[bytes]) -> Iterator[bytes]:
        """The fields that are signed, each the next from the bottom; a missing one is nothing (§5.4.2)."""
        taken: dict[bytes, int] = {}
        for name in names:
            there = self._by_name.get(name, ())
            taken[name] = taken.get(name, 0) + 1
            if taken[name] <= len(there):
                yield there[-taken[name]]

    def digest(self, length: str | None, *, relaxed: bool) -> bytes:
        """Of the body, or of its first ``l=`` octets, where that is said (§3.5)."""
        if relaxed not in self._bodies:
            self._bodies[relaxed] = canonical_body(self._body, relaxed=relaxed)
        body = self._bodies[relaxed]
        if length is not None and (not _NUMBER.fullmatch(length) or int(length) > len(body)):
            raise _RefusedError("malformed")
        octets = len(body) if length is None else int(length)
        if (relaxed, octets) not in self._digests:
            self._digests[relaxed, octets] = hashlib.sha256(memoryview(body)[:octets]).digest()
        return self._digests[relaxed, octets]


def parted(message: bytes) -> tuple[bytes, bytes]:
    """The header, without its last CRLF, and the body."""
    if message.startswith(b"\r\n"):
        return b"", message[2:]
    header, _empty, body = message.partition(b"\r\n\r\n")
    return header, body


def _signature(
    zone: Mapping[str, Published], mail: _Mail, field: bytes, proof: Proof, now: float
) -> Signature:
    text = field.partition(b":")[2].decode("utf-8", "replace")
    tags = tags_of(text) or {}
    domain, selector = tags.get("d", "").lower(), tags.get("s", "").lower()
    try:
        _verify(zone, mail, field, tags, proof, now)
    except _RefusedError as refused:
        result = _RESULTS.get(refused.reason, "permerror")
        return Signature(domain=domain, selector=selector, result=result, reason=refused.reason)
    return Signature(domain=domain, selector=selector, result="pass")


def _verify(  # noqa: PLR0917
    zone: Mapping[str, Published],
    mail: _Mail,
    field: bytes,
    tags: Mapping[str, str],
    proof: Proof,
    now: float,
) -> None:
    """§6.1. The cheap questions come first."""
    if mail.is_too_long:
        raise _RefusedError("long-header")
    if not tags.keys() >= _REQUIRED or tags["v"] != "1":
        raise _RefusedError("malformed")
    algorithm = tags["a"].lower()
    if algorithm not in _KEY_KINDS or "dns/txt" not in tags.get("q", "dns/txt").split(":"):
        raise _RefusedError("algorithm")
    signed = [name.strip().lower().encode() for name in tags["h"].split(":")]
    if b"from" not in signed:
        raise _RefusedError("from-unsigned")
    domain = tags["d"].lower()
    identity = tags.get("i", f"@{domain}").rpartition("@")[2].lower()
    if not f".{identity}".endswith(f".{domain}"):
        raise _RefusedError("identity")
    expires = tags.get("x", "")
    if expires and (not _NUMBER.fullmatch(expires) or int(expires) < now):
        raise _RefusedError("expired" if _NUMBER.fullmatch(expires) else "malformed")
    key = _key(zone, domain, tags["s"].lower(), algorithm, strict=identity != domain)
    of_header, _slash, of_body = tags.get("c", "simple/simple").lower().partition("/")
    of_body = of_body or "simple"
    if {of_header, of_body} - {"simple", "relaxed"}:
        raise _RefusedError("algorithm")
    claimed = _octets(tags["bh"], "malformed")
    if not hmac.compare_digest(mail.digest(tags.get("l"), relaxed=of_body == "relaxed"), claimed):
        raise _RefusedError("body")
    relaxed = of_header == "relaxed"
    told = b"".join(canonical_field(one, relaxed=relaxed) + b"\r\n" for one in mail.chosen(signed))
    told += canonical_field(_without_b(field), relaxed=relaxed)
    try:
        fits = proof(algorithm, key, _octets(tags["b"], "malformed"), told)
    except ValueError:
        raise _RefusedError("key") from None
    if not fits:
        raise _RefusedError("header")


def _key(zone: Mapping[str, Published], domain: str, selector: str, algorithm: str, *, strict: bool) -> bytes:
    """The public key (§3.6.1, §6.1.2). ``strict``: the signature is for a domain below that of the key."""
    keys = zone[domain].dkim if domain in zone else {}
    record = next((text for name, text in keys.items() if name.lower() == selector), "")
    if not record:
        raise _RefusedError("no-key")
    tags = tags_of(record)
    if tags is None or "p" not in tags or tags.get("v", "DKIM1") != "DKIM1":
        raise _RefusedError("key")
    if not tags["p"]:
        raise _RefusedError("revoked")
    kind = tags.get("k", "rsa").lower()
    hashes, services = _words(tags.get("h", "sha256")), _words(tags.get("s", "*"))
    if kind != _KEY_KINDS[algorithm] or "sha256" not in hashes or not services & {"*", "email"}:
        raise _RefusedError("key")
    if strict and "s" in _words(tags.get("t", "")):
        raise _RefusedError("identity")
    return _octets(tags["p"], "key")


def tags_of(text: str) -> dict[str, str] | None:
    """A list of tags (§3.2), without the blanks around and in their values; None: it is none."""
    tags: dict[str, str] = {}
    for one in text.strip().removesuffix(";").split(";"):
        match = _TAG.fullmatch(one)
        if match is None or match[1] in tags:
            return None
        tags[match[1]] = "".join(match[2].split())
    return tags


def canonical_field(field: bytes, *, relaxed: bool) -> bytes:
    """A header field, without its last CRLF (§3.4.1, §3.4.2)."""
    if not relaxed:
        return field
    name, _colon, value = field.partition(b":")
    value = _BLANKS.sub(b" ", value.replace(b"\r\n", b"")).strip(b" ")
    return name.strip(b" \t").lower() + b":" + value


def canonical_body(body: bytes, *, relaxed: bool) -> bytes:
    """The body, as it is hashed (§3.4.3, §3.4.4)."""
    if relaxed:
        body = b"".join(_relaxed(body))
    end = len(body)
    while body.endswith(_EMPTY_LINES, 0, end):
        end -= len(_EMPTY_LINES)
    last = _LINE_ENDS_BACKWARDS.match(body[max(0, end - len(_EMPTY_LINES)) : end][::-1])
    body = body[: end - (last.end() if last else 0)]
    return body + b"\r\n" if body or not relaxed else b""


def _relaxed(body: bytes) -> Iterator[bytes]:
    """One blank for many, and none at the end of a line."""
    held = b""  # a blank that the next piece may go on with, or take away
    for at in range(0, len(body), _PIECE):
        piece = (held + body[at : at + _PIECE]).replace(b"\t", b" ")
        while b"  " in piece:
            piece = piece.replace(b"  ", b" ")
        piece = piece.replace(b" \r\n", b"\r\n")
        kept = len(piece.removesuffix(b"\r").removesuffix(b" "))
        yield piece[:kept]
        held = piece[kept:]
    yield held.removesuffix(b" ")


def _name(field: bytes) -> bytes:
    return field.partition(b":")[0].strip(b" \t").lower()


def _without_b(field: bytes) -> bytes:
    """The signature's field as it was when it was signed (§3.7)."""
    name, colon, value = field.partition(b":")
    return name + colon + _B_VALUE.sub(rb"\1", value, count=1)


def _octets(text: str, reason: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:  # no base64, or not even ASCII
        raise _RefusedError(reason) from None


def _words(text: str) -> set[str]:
    return set(text.lower().split(":"))
