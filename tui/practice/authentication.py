"""May this client send for this domain? SPF, DKIM and DMARC together, from records that the scenario
publishes: nothing is asked of DNS. And how a server tells it in the header (RFC 8601)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from tui.practice import dkim, dmarc, spf
from tui.practice.address_list import domains, lookup_name
from tui.practice.published import Published, Signature, Verdict

#: Of several signatures the result that says most comes first.
_SAYING_MOST: Final = ("pass", "fail", "permerror", "neutral")
#: Where some reader may see the beginning of a field: behind a bare CR or LF too.
_FROM: Final = re.compile(rb"(?i)[\r\n]from[ \t]*:")
_RESULTS: Final = re.compile(rb"(?i)[\r\n](?=authentication-results[ \t]*:)")
#: What stands in it. More than so much no reader shows, nor does it show so many.
_VALUE: Final = re.compile(rb"[^\r\n]*+(?:[\r\n]++[ \t][^\r\n]*+)*+")
_LINE_END: Final = re.compile(r"[\r\n]+")
_LONGEST_AUTHOR: Final = 64 * 1024
_MOST_AUTHORS: Final = 100
#: A header is searched in pieces of this size, so that who waits for his turn gets it between them.
_PIECE: Final = 256 * 1024
#: What the sender's own such field is called when it is kept.
DISTRUSTED: Final = b"X-Untrusted-"
_TOKEN: Final = re.compile(r"[A-Za-z0-9.@_-]+")
_LONGEST_VALUE: Final = 255


def judge(
    published: Sequence[Published],
    *,
    client: str,
    helo: str,
    sender: str,
    message: bytes,
    proof: dkim.Proof,
    now: float,
    enforce: bool = False,
) -> Verdict:
    """What a server with these records finds.

    Args:
        client: the address that the mail came from.
        sender: the reverse-path; where it is empty, ``helo`` is checked (RFC 7208 §2.4).
        proof: does a signature fit?
        now: seconds since the epoch.
        enforce: does the server do what DMARC asks for?
    """
    zone = {one.domain: one for one in published}
    domain = lookup_name(sender.rpartition("@")[2] if sender else helo)
    asked = sender or f"postmaster@{helo}"
    spf_result = spf.check_host(zone, client=client, domain=domain, sender=asked, helo=helo)
    signatures = dkim.signatures(zone, message, proof, now)
    said_most = min(signatures, key=lambda one: _SAYING_MOST.index(one.result), default=None)
    found = _dmarc(
        zone,
        from_domains(message),
        spf=domain if spf_result == "pass" else "",
        signed=[one.domain for one in signatures if one.result == "pass"],
    )
    return Verdict(
        client=client,
        spf=spf_result,
        spf_domain=domain,
        spf_identity="mailfrom" if sender else "helo",
        dkim=said_most.result if said_most else "none",
        dkim_domain=said_most.domain if said_most else "",
        signatures=signatures,
        dmarc=found.result,
        from_domain=found.domain,
        vouched=found.vouched,
        policy=found.policy,
        disposition=(found.policy if enforce else "none") if found.result == "fail" else "",
    )


def _dmarc(
    zone: dict[str, Published], authors: Sequence[str], *, spf: str, signed: Sequence[str]
) -> dmarc.Finding:
    """Of several domains in From: what is worst (RFC 7489 §6.6.1)."""
    if not authors:
        return dmarc.Finding("none", "")
    found = [dmarc.evaluate(zone, one, spf=spf, dkim=signed) for one in authors]
    failed = [one for one in found if one.result == "fail"]
    if failed:
        return max(failed, key=lambda one: dmarc.POLICIES.index(one.policy))
    return min(found, key=lambda one: ("permerror", "none", "pass").index(one.result))


def from_domains(message: bytes) -> tuple[str, ...]:
    """Whose mail a reader may take it for by all its From: fields, each domain once."""
    header = b"\n" + dkim.parted(message)[0]
    found = [match.end() for match in _beginnings(_FROM, header)]
    if len(found) > _MOST_AUTHORS:  # a reader shows the first one or the last one
        found = [*found[: _MOST_AUTHORS // 2], *found[-_MOST_AUTHORS // 2 :]]
    names = (name for at in found for name in domains(_author(header, at)))
    return tuple(dict.fromkeys(names))


def _author(header: bytes, at: int) -> str:
    match = _VALUE.match(header, at, at + _LONGEST_AUTHOR)
    return _LINE_END.sub("", match[0].decode("utf-8", "replace")).strip() if match else ""


def _beginnings(field: re.Pattern[bytes], header: bytes) -> Iterator[re.Match[bytes]]:
    """Where such fields begin in ``header``, before which a line end was put."""
    for start in range(0, len(header), _PIECE):
        end = start + _PIECE
        for match in field.finditer(header, start, end + _LONGEST_VALUE):
            if match.start() < end:
                yield match


# -- in the header


def results_field(host: str, verdict: Verdict, *, user: str = "") -> bytes:
    """Authentication-Results of this server (RFC 8601 §2), with its CRLF.

    Args:
        host: who vouches for the results: the name that the server greets with.
        user: who had logged in; "": nobody.
    """
    results = [*([f"auth=pass smtp.auth={_value(user)}"] if user else []), *_results(verdict)]
    lines = ";\r\n ".join([_value(host), *results])
    return f"Authentication-Results: {lines}\r\n".encode()


def _results(verdict: Verdict) -> Iterator[str]:
    yield f"spf={verdict.spf} smtp.{verdict.spf_identity}={_value(verdict.spf_domain)}"
    if not verdict.signatures:
        yield "dkim=none"
    for one in verdict.signatures:
        about = f"header.d={_value(one.domain)} header.s={_value(one.selector)}"
        yield f"dkim={one.result}{_because(one)} {about}"
    about = f" header.from={_value(verdict.from_domain)}" if verdict.from_domain else ""
    if verdict.policy:
        about = f" (p={verdict.policy} dis={verdict.disposition}){about}"
    yield f"dmarc={verdict.dmarc}{about}"


def _because(signature: Signature) -> str:
    return f" ({dkim.REASONS[signature.reason]})" if signature.reason else ""


def _value(text: str) -> str:
    """A word, or a quoted string where it is none; what no header can hold is ``?`` in it."""
    text = "".join(one if " " <= one <= "~" and one not in '"\\' else "?" for one in text[:_LONGEST_VALUE])
    return text if _TOKEN.fullmatch(text) else f'"{text}"'


def distrusted(message: bytes) -> bytes:
    """The message with Authentication-Results of its sender renamed: only what the server itself has written
    counts (RFC 8601 §5)."""
    header, _body = dkim.parted(message)
    found = [match.end() - 1 for match in _beginnings(_RESULTS, b"\n" + header)]
    if not found:
        return message
    edges = [0, *found, len(header)]
    pieces = [header[start:end] for start, end in pairwise(edges)]
    return DISTRUSTED.join(pieces) + message[len(header) :]
