"""May this client send for this domain? SPF, DKIM and DMARC together, from records that the scenario
publishes: nothing is asked of DNS. And how a server tells it in the header (RFC 8601)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tui.practice import dkim, dmarc, spf
from tui.practice.address_list import domains, lookup_name
from tui.practice.published import Published, Signature, Verdict

#: Of several signatures the result that says most comes first.
_SAYING_MOST: Final = ("pass", "fail", "permerror", "neutral")
#: Behind a bare CR or LF too: some reader takes that for the end of a line.
_FROM_FIELD: Final = re.compile(r"(?i)(?:\A|(?<=[\r\n]))from[ \t]*:([^\r\n]*+(?:[\r\n]++[ \t][^\r\n]*+)*+)")
_LINE_END: Final = re.compile(r"[\r\n]+")
#: What some reader may take for the beginning of such a field: also behind a bare CR or LF.
_RESULTS_FIELD: Final = re.compile(rb"(?i)(?:\A|(?<=[\r\n]))(?=authentication-results[ \t]*:)")
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
    header = message.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
    fields = (_LINE_END.sub("", one).strip() for one in _FROM_FIELD.findall(header))
    return tuple(dict.fromkeys(name for one in fields for name in domains(one)))


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
    header, empty, body = message.partition(b"\r\n\r\n")
    return _RESULTS_FIELD.sub(DISTRUSTED, header) + empty + body
