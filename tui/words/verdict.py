"""What SPF, DKIM and DMARC say of a mail, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from tui.practice.published import Signature, Verdict
from tui.smtp.display import visible
from tui.words.language import N_
from tui.words.language import gettext as _

_SPF: Final[Mapping[str, str]] = {
    "pass": N_("{client} may send for {domain}"),
    "fail": N_("{client} may not send for {domain}"),
    "softfail": N_("{client} is probably not allowed to send for {domain}"),
    "neutral": N_("{domain} does not say whether {client} may send for it"),
    "none": N_("{domain} publishes no SPF record"),
    "permerror": N_("the SPF record of {domain} cannot be used"),
}
#: By the reason of ``dkim.REASONS``; "": it passed.
_DKIM: Final[Mapping[str, str]] = {
    "": N_("signed by {domain}, and not changed since"),
    "body": N_("signed by {domain}, and the text was changed since"),
    "header": N_("signed by {domain}, and a header was changed since, or the key is another"),
    "expired": N_("the signature of {domain} has expired"),
    "no-key": N_("{domain} publishes no key {selector}, so the signature proves nothing"),
    "revoked": N_("{domain} has revoked the key {selector}"),
    "key": N_("the key {selector} of {domain} cannot be used for it"),
    "identity": N_("{domain} signed for somebody of another domain"),
    "from-unsigned": N_("{domain} signed it without From:, so that proves nothing"),
    "algorithm": N_("the signature of {domain} is of a kind that does not count"),
    "malformed": N_("the signature cannot be read"),
    "long-header": N_("the header is too long to be checked"),
}
_DMARC: Final[Mapping[str, str]] = {
    "none": N_("{domain} publishes no DMARC record"),
    "permerror": N_("the DMARC record of {domain} cannot be used"),
    "pass": N_("{vouched} vouches for {domain} in From:"),
    "fail": N_("nobody vouches for {domain} in From:"),
}
#: What the domain asks for, and what this server made of it.
_DONE: Final[Mapping[tuple[str, str], str]] = {
    ("none", "none"): N_("it asks only to be told"),
    ("quarantine", "none"): N_("it asks to put that among the junk; this server did not"),
    ("quarantine", "quarantine"): N_("it asks to put that among the junk, and so it was"),
    ("reject", "none"): N_("it asks to reject that; this server did not"),
}


def told(verdict: Verdict) -> Iterator[tuple[str, str]]:
    """Name and result of each check, and what it means; ``visible()``."""
    client, domain = visible(verdict.client), visible(verdict.spf_domain) or "?"
    yield f"SPF {verdict.spf}", _said(_SPF, verdict.spf).format(client=client, domain=domain)
    if not verdict.signatures:
        yield f"DKIM {verdict.dkim}", _("nobody signed it")
    for one in verdict.signatures:
        yield f"DKIM {one.result}", _signature(one)
    yield f"DMARC {verdict.dmarc}", _dmarc(verdict)


def _said(sentences: Mapping[str, str], result: str) -> str:
    """Nothing of a result that a file holds and nobody knows."""
    return _(sentences[result]) if result in sentences else ""


def _signature(signature: Signature) -> str:
    return _said(_DKIM, signature.reason).format(
        domain=visible(signature.domain) or "?", selector=visible(signature.selector)
    )


def _dmarc(verdict: Verdict) -> str:
    if verdict.dmarc == "none" and not verdict.from_domain:
        return _("From: names no domain")
    said = _said(_DMARC, verdict.dmarc).format(
        domain=visible(verdict.from_domain), vouched=" + ".join(verdict.vouched).upper()
    )
    done = _DONE.get((verdict.policy, verdict.disposition))
    return _("{said}; {done}").format(said=said, done=_(done)) if done else said


def in_list(subject: str, verdict: Verdict | None) -> str:
    """The subject as a list shows it: it tells what would lie among the junk."""
    return _("junk: {subject}").format(subject=subject) if verdict and verdict.quarantined else subject
