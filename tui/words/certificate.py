"""The certificate that a server has shown, row by row: whose it is, who vouches for it, for how long."""

from __future__ import annotations

import time
from typing import Final

from tui.smtp.certificate import Certificate, CertificateFault
from tui.smtp.display import visible
from tui.smtp.events import TlsEstablished, TlsFailed
from tui.words import labels
from tui.words.guide import DONE_SIGN, REFUSED_SIGN, Pair, Run, Section, Tone
from tui.words.language import NC_, ngettext, pgettext
from tui.words.language import gettext as _
from tui.words.prose import enumerated

_FINGERPRINT_GROUP: Final = 8  # octets that stand together
_NAMES_IN_SHORT: Final = 3

#: What stands before the fields of a certificate; at most 8 cells.
_ROWS = {
    "subject": NC_("certificate", "subject"),
    "names": NC_("certificate", "names"),
    "issuer": NC_("certificate", "issuer"),
    "chain": NC_("certificate", "chain"),
    "from": NC_("certificate", "from"),
    "until": NC_("certificate", "until"),
    "key": NC_("certificate", "key"),
    "cipher": NC_("certificate", "cipher"),
    "sha256": NC_("certificate", "sha256"),
}
#: Of these one can do without as long as nothing is wrong with them.
_LEFT_OUT: Final = ("subject", "chain", "from")


def section(shown: Certificate, event: TlsFailed | TlsEstablished) -> Section:
    """All that is known of it; in short sheets less, with the count of what is left out."""
    rows = _rows(shown, event)
    left_out = [name for name in _LEFT_OUT if name not in _wrong(event)]
    brief = [pair for name, pair in rows.items() if name not in left_out]
    brief[0] = _row("names", in_short(shown), *_match(event))
    labelled = enumerated(pgettext("certificate", _ROWS[name]) for name in left_out)
    more = ngettext("{n} row more: {names}", "{n} rows more: {names}", len(left_out))
    brief.append(Pair(Run("/cert", Tone.YOU), more.format(n=len(left_out), names=labelled)))
    return Section("cert", labels.section("cert"), "", tuple(rows.values()), brief=tuple(brief))


def _wrong(event: TlsFailed | TlsEstablished) -> frozenset[str]:
    return frozenset({"from"}) if CertificateFault.NOT_YET_VALID in event.faults else frozenset()


def _match(event: TlsFailed | TlsEstablished) -> tuple[str, bool]:
    match = CertificateFault.WRONG_NAME not in event.faults
    return _("match") if match else _("no match"), match


def _issued(*, unknown: bool, checked: bool) -> str:
    if unknown:
        return _("not trusted")
    return _("trusted") if checked else _("not checked")


def _rows(shown: Certificate, event: TlsFailed | TlsEstablished) -> dict[str, Pair]:
    faults = frozenset(event.faults)
    trusted = not faults & {CertificateFault.UNKNOWN_ISSUER, CertificateFault.SELF_SIGNED}
    # Where one certificate alone is taken, nobody has looked who signed another; nor where any is.
    checked = (
        bool(event.verified) if isinstance(event, TlsEstablished) else CertificateFault.CHANGED not in faults
    )
    late = CertificateFault.EXPIRED in faults
    early = CertificateFault.NOT_YET_VALID in faults
    cipher = f"{protocol(event.protocol)} {visible(event.cipher)}".strip() if event.protocol else ""
    told: dict[str, tuple[str, str, bool]] = {
        "subject": (visible(shown.subject) or _("empty"), "", True),
        "names": (enumerated(map(visible, shown.names)) or _("no name at all"), *_match(event)),
        "issuer": (
            common_name(shown.issuer),
            _issued(unknown=not trusted, checked=checked),
            trusted and checked,
        ),
        "chain": (_chain(shown), "", True),
        "from": (date(shown.not_before), _("not valid yet") if early else "", not early),
        "until": (date(shown.not_after), _("expired") if late else _("valid"), not late),
        "key": (visible(shown.key) or _("of a kind not known here"), "", True),
        "cipher": (cipher or _("not known yet"), "", True),
        "sha256": (fingerprint(shown.sha256), "", True),
    }
    return {name: _row(name, *one) for name, one in told.items()}


def _row(name: str, text: str, word: str, good: bool) -> Pair:
    sign = f"  {DONE_SIGN if good else REFUSED_SIGN} {word}" if word else ""
    return Pair(Run(pgettext("certificate", _ROWS[name]), Tone.QUIET), f"{text}{sign}")


def _chain(shown: Certificate) -> str:
    """From the server's own up to the last that it sent, and who has signed that one."""
    sent = shown.chain or (shown.subject,)
    names = [common_name(one) or _("one without a name") for one in sent]
    if shown.anchor and shown.anchor == sent[-1]:
        names.append(_("itself"))
    elif shown.anchor:
        names.append(_("{name} (not sent along)").format(name=common_name(shown.anchor)))
    *below, told = names
    for name in reversed(below):
        told = _("{name}, signed by {issuer}").format(name=name, issuer=told)
    return told


def fingerprint(sha256: str) -> str:
    """The whole of it, so that it can be compared with what ``openssl x509 -fingerprint -sha256`` prints; in
    groups, so that it breaks between octets."""
    octets = [sha256[at : at + 2].upper() for at in range(0, len(sha256), 2)]
    groups = (octets[at : at + _FINGERPRINT_GROUP] for at in range(0, len(octets), _FINGERPRINT_GROUP))
    return " ".join(":".join(group) for group in groups)


def in_short(shown: Certificate | None) -> str:
    """Its first names, and how many there are besides."""
    names = [visible(one) for one in shown.names] if shown is not None else []
    if not names:
        return _("no name at all")
    first, more = enumerated(names[:_NAMES_IN_SHORT]), len(names) - _NAMES_IN_SHORT
    if more <= 0:
        return first
    return ngettext("{names} and {n} more", "{names} and {n} more", more).format(names=first, n=more)


def line(shown: Certificate, event: TlsFailed | TlsEstablished) -> str:
    """Whose it is, who vouches for it, until when, and what it protects; without the verdict."""
    named = "CN=" in shown.subject.upper()
    text = _("{subject}, issued by {issuer}, valid until {date}; {protocol}, {cipher}")
    return text.format(
        subject=common_name(shown.subject) if named else in_short(shown),
        issuer=common_name(shown.issuer) or _("one without a name"),
        date=date(shown.not_after),
        protocol=protocol(event.protocol),
        cipher=visible(event.cipher) or _("not known yet"),
    )


def common_name(subject: str) -> str:
    """``CN`` of a name in RFC 4514 form, or the whole of it."""
    parts = [one.partition("=") for one in subject.split(",")]
    named = [value for key, _equals, value in parts if key.strip().upper() == "CN"]
    return visible(named[0] if named else subject)


def date(seconds: float) -> str:
    """The day, in UTC."""
    return time.strftime("%Y-%m-%d", time.gmtime(seconds))


def protocol(name: str) -> str:
    """``TLS 1.3`` for OpenSSL's ``TLSv1.3``; ``TLS`` where no record says which."""
    return visible(name.replace("TLSv", "TLS ")) or "TLS"
