"""What SPF, DKIM and DMARC say of a mail, in words."""

from __future__ import annotations

from collections.abc import Iterator

from tui.practice.published import Verdict
from tui.smtp.display import visible
from tui.words.language import gettext as _


def told(verdict: Verdict) -> Iterator[tuple[str, str]]:
    """Name and result of each check, and what it is about; ``visible()``."""
    yield (
        f"SPF {verdict.spf}",
        _("{client} sent for {domain}").format(
            client=visible(verdict.client), domain=visible(verdict.spf_domain) or "?"
        ),
    )
    signed = _("signed by {domain}").format(domain=visible(verdict.dkim_domain))
    yield f"DKIM {verdict.dkim}", signed if verdict.dkim_domain else _("no signature")
    about = _("From: is of {domain}").format(domain=visible(verdict.from_domain) or "?")
    if verdict.policy:
        about += " ; " + _("its policy: {policy}").format(policy=visible(verdict.policy))
    yield f"DMARC {verdict.dmarc}", about
