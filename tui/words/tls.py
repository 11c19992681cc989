"""TLS in words: the handshake that failed, the certificate that was shown, and what a new EHLO changed."""

from __future__ import annotations

import time

from tui.practice.state import Offers, Practice
from tui.smtp.certificate import CertificateFault
from tui.smtp.display import visible
from tui.smtp.events import TlsEstablished, TlsFailed, TlsTrouble
from tui.words import certificate, labels
from tui.words.certificate import protocol
from tui.words.guide import DONE_SIGN, REFUSED_SIGN, Guide, Pair, Paragraph, Run, Section, Sentence, Tone, say
from tui.words.language import N_, gettext, ngettext, pgettext
from tui.words.language import gettext as _
from tui.words.prose import enumerated, quoted_file
from tui.words.reasons import in_words

_DAY = 86400.0

#: Five or six words each, behind "certificate not verified:".
_SHORT = {
    CertificateFault.EXPIRED: N_("it has expired"),
    CertificateFault.NOT_YET_VALID: N_("it is not valid yet"),
    CertificateFault.WRONG_NAME: N_("it is for another name"),
    CertificateFault.SELF_SIGNED: N_("it is signed by itself"),
    CertificateFault.UNKNOWN_ISSUER: N_("its issuer is not trusted"),
    CertificateFault.CHANGED: N_("it is not the one shown before"),
    CertificateFault.OTHER: N_("it did not pass the check"),
}

_TROUBLES = {
    TlsTrouble.INJECTED: (
        N_("plain text came behind the 220 of STARTTLS"),
        N_(
            "It came before the encryption began, so anybody on the way may have put it there; taken, it "
            "would pass for a part of what is protected. The connection was dropped (RFC 3207 §4.2)."
        ),
    ),
    TlsTrouble.NO_TLS: (
        N_("what answers is not TLS"),
        N_("Something else than TLS came back. Port 465 speaks TLS at once; 25 and 587 begin in plain text."),
    ),
    TlsTrouble.OLD_VERSION: (
        N_("no version of TLS that both sides take"),
        N_(
            "smtptutor takes TLS 1.2 and newer; the server knows older ones only, and they are broken "
            "(RFC 8996)."
        ),
    ),
    TlsTrouble.NO_AGREEMENT: (
        N_("the two sides did not agree on TLS"),
        N_("There is no cipher that both take, or the server wants a certificate of ours (--cert FILE)."),
    ),
    TlsTrouble.TIMED_OUT: (
        N_("the TLS handshake did not come to its end"),
        N_("The server fell silent in the middle of it."),
    ),
    TlsTrouble.CLOSED: (
        N_("the server hung up during the TLS handshake"),
        N_("It may want no TLS from here, or has trouble with its own certificate."),
    ),
    TlsTrouble.CLIENT_CERTIFICATE: (
        N_("the server wants to know who we are"),
        N_("It asks for a certificate of ours, or did not take the one it got: --cert FILE --key FILE."),
    ),
    TlsTrouble.UNKNOWN_CLIENT: (
        N_("the server cut the connection right after the TLS handshake"),
        N_(
            "It may want a certificate of ours, or did not take the one it got: --cert FILE --key FILE. In "
            "TLS 1.3 a server says so only here."
        ),
    ),
    TlsTrouble.OWN_FILE: (
        N_("a file of ours cannot be used"),
        N_("{detail} of --cafile, --cert or --key is no PEM that fits, or its passphrase is missing."),
    ),
    TlsTrouble.BROKEN: (
        N_("TLS broke off in the middle"),
        N_(
            "What came last was not encrypted as agreed, or was changed on the way, so nothing behind it can "
            "be trusted."
        ),
    ),
    TlsTrouble.OTHER: (
        N_("the TLS handshake failed"),
        N_("The reason that is given: {detail}."),
    ),
}
_NO_TLS_AFTER_220 = (
    N_("the server agreed to STARTTLS, and what came then is not TLS"),
    N_("It goes on in plain text, or somebody on the way does in its name."),
)


def _trouble(event: TlsFailed) -> tuple[str, str]:
    """The headline, and what it means."""
    if event.trouble is TlsTrouble.NO_TLS and not event.implicit:
        return _NO_TLS_AFTER_220
    return _TROUBLES[event.trouble]


#: By the values of ``net.tls_files.FileFault``.
_FILES = {
    "unreadable": N_("{file} cannot be read: {detail}"),
    "no-certificate": N_("{file} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)"),
    "no-key": N_("{file} holds no private key in PEM form; --key FILE names the one of --cert"),
    "no-match": N_("the private key in {file} is not the one of the certificate"),
    "locked": N_(
        "the private key in {file} has a passphrase, and nobody can be asked for it here; "
        "openssl pkey -in FILE -out FILE2 makes one without"
    ),
    "wrong-passphrase": N_("the passphrase does not open {file}"),
    "broken": N_("{file} cannot be used: {detail}"),
}


def file_fault(which: str, file: str, detail: str) -> str:
    """What is wrong with a file of ``--cafile``, ``--cert`` or ``--key``, without a full stop; ``which``
    as in ``net.tls_files.FileFault``."""
    return gettext(_FILES[which]).format(file=quoted_file(file), detail=in_words(detail))


def fault(which: CertificateFault) -> str:
    """What is wrong with a certificate, in a few words."""
    return gettext(_SHORT[which])


def why_not(event: TlsEstablished) -> str:
    """Why the certificate of a connection that goes on all the same proves nothing, without a full stop; ""
    where the record does not say."""
    if event.faults or event.certificate is None:
        return enumerated(map(fault, event.faults))
    return _("nothing is wrong that can be seen, but it was not checked")


def shown(event: TlsEstablished) -> str:
    """Whose certificate it is, by whom, until when, the protocol, and the verdict: a note of one line. ""
    where the record does not say."""
    if event.verified is None or event.certificate is None:
        return ""
    told = certificate.line(event.certificate, event)
    if event.verified:
        return _("certificate verified: {certificate}").format(certificate=told)
    return _("certificate NOT verified: {reason}; {certificate}").format(
        reason=why_not(event), certificate=told
    )


def headline(event: TlsFailed) -> str:
    """Without a full stop; for notes."""
    if event.faults:
        return _("certificate not verified: {reason}").format(reason=fault(event.faults[0]))
    return gettext(_trouble(event)[0])


def complaint(event: TlsFailed) -> str:
    """All of it in one line, without a full stop; for stderr."""
    if event.faults:
        reason = _("certificate not verified: {reason}").format(reason=enumerated(map(fault, event.faults)))
    else:
        reason = gettext(_trouble(event)[0])
    return _("TLS failed: {reason}").format(reason=reason)


def sentences(event: TlsFailed, *, now: float | None = None) -> tuple[str, ...]:
    """What happened, and what it means."""
    if not event.faults:
        why = gettext(_trouble(event)[1]).format(detail=in_words(event.detail))
        return why, _("The connection is closed, and nothing is sent in plain text instead.")
    told = tuple(_of_fault(one, event, time.time() if now is None else now) for one in event.faults)
    return *told, _("Nothing proves who is at the other end. This connection is closed.")


def _of_fault(which: CertificateFault, event: TlsFailed | TlsEstablished, now: float) -> str:
    shown = event.certificate
    if which is CertificateFault.EXPIRED and shown is not None:
        days = max(0, int((now - shown.not_after) / _DAY))
        text = ngettext("The certificate expired {n} day ago.", "The certificate expired {n} days ago.", days)
        return text.format(n=days)
    if which is CertificateFault.NOT_YET_VALID and shown is not None:
        return _("The certificate is valid from {date} on.").format(date=certificate.date(shown.not_before))
    if which is CertificateFault.WRONG_NAME:
        text = _("The certificate is for {names}, not for {name}.")
        return text.format(names=certificate.in_short(shown), name=visible(event.name))
    detail = in_words(event.detail) if isinstance(event, TlsFailed) else ""
    if which is CertificateFault.OTHER and not detail:
        return _("The certificate did not pass the check.")
    return gettext(_SENTENCES[which]).format(detail=detail)


_SENTENCES = {
    CertificateFault.EXPIRED: N_("The certificate has expired."),
    CertificateFault.NOT_YET_VALID: N_("The certificate is not valid yet."),
    CertificateFault.SELF_SIGNED: N_("The certificate is signed by itself: nobody else vouches for it."),
    CertificateFault.UNKNOWN_ISSUER: N_("Nobody whom this machine trusts has signed the certificate."),
    CertificateFault.CHANGED: N_("This is not the certificate that you agreed to before."),
    CertificateFault.OTHER: N_("The certificate did not pass the check: {detail}."),
}


# -- the guide


def failed(practice: Practice, *, asked: bool, sandbox: bool = False) -> Guide:
    """In the place of the steps: the verdict, the certificate, what to do. ``asked``: going on in spite of it
    is being asked about. ``sandbox``: it is a lesson, so what senders of mail do is told."""
    event = practice.tls_failed
    assert event is not None
    verdict = _("not verified") if event.faults else _("failed")
    first, *rest = sentences(event)
    if not event.faults:
        first, rest = gettext(_trouble(event)[0]), [first, *rest]
    said = [say(Run(f"{REFUSED_SIGN} ", Tone.REFUSED), Run(verdict, Tone.REFUSED, True), Run(f"   {first}"))]
    sections = [Section("tls", labels.section("tls"), "", (*said, *(say(one) for one in rest)))]
    if event.certificate is not None:
        sections.append(certificate.section(event.certificate, event))
    sections.append(Section("next", labels.section("next"), "", _next(event, asked=asked, sandbox=sandbox)))
    return Guide(tuple(sections))


def _next(event: TlsFailed, *, asked: bool, sandbox: bool) -> tuple[Paragraph, ...]:
    if not event.faults:
        return (say(_("Nothing was lost: F5 or /connect tries again.")),)
    advice = say(_("Send no password. Tell who runs it: others may be refused too."))
    lesson = _("Mail programs stop here. Between servers most go on: TLS with anybody is better than none.")
    others = (say(lesson),) if sandbox else ()
    if not asked:
        return (advice, *others)
    return (
        advice,
        Pair(Run("yes", Tone.YOU), _("connect again; the strip keeps saying so")),
        Pair(Run("Enter", Tone.YOU), _("stop here")),
        *others,
    )


def switches(event: TlsFailed) -> Guide:
    """What a script can be told on its command line, for nobody can be asked there; empty where nothing
    helps."""
    faults = frozenset(event.faults)
    if not faults:
        return Guide(())
    pairs = []
    if CertificateFault.WRONG_NAME in faults:
        pairs.append(Pair(Run("--tls-name NAME", Tone.YOU), _("expect another name")))
    if faults & {CertificateFault.UNKNOWN_ISSUER, CertificateFault.SELF_SIGNED}:
        pairs.append(Pair(Run("--cafile FILE", Tone.YOU), _("trust what has signed it")))
    pairs.append(Pair(Run("--insecure", Tone.YOU), _("go on unverified; send no password then")))
    return Guide((Section("next", labels.section("next"), "", tuple(pairs)),))


def panel(practice: Practice) -> Guide | None:
    """The certificate of the connection, or of the last handshake that failed; None when there was none."""
    if practice.tls_failed is not None:
        return failed(practice, asked=False)
    event = practice.tls
    if event is None:
        return None
    good = event.verified
    verdict = _("verified") if good else _("NOT verified")
    mark = Run(f"{DONE_SIGN} ", Tone.GOOD) if good else Run(f"{REFUSED_SIGN} ", Tone.REFUSED)
    text = (
        _("{protocol}: nobody on the way can read it, and the name is proven.")
        if good
        else _("{protocol}: nobody on the way can read it, but nothing proves who is at the other end.")
    )
    told = say(
        mark, Run(verdict, Tone.INK, True), Run(f"   {text.format(protocol=protocol(event.protocol))}")
    )
    wrong = [say(_of_fault(one, event, time.time())) for one in event.faults]
    if not good and not wrong:
        wrong.append(
            say(_("It was not checked, as --insecure asks. Nothing is wrong with it that can be seen."))
        )
    sections = [Section("tls", labels.section("tls"), "", (told, *wrong))]
    if event.certificate is not None:
        sections.append(certificate.section(event.certificate, event))
    if practice.offers is not None:
        sections.append(offers(practice.offers))
    return Guide(tuple(sections))


# -- extensions before and after


def offers(changed: Offers) -> Section:
    """What the server offers now and did not before, and the other way round."""
    rows: list[Paragraph] = []
    if changed.new:
        rows.append(Pair(Run(_("new"), Tone.QUIET), enumerated(map(visible, changed.new))))
    if changed.gone:
        rows.append(Pair(Run(_("gone"), Tone.QUIET), enumerated(map(visible, changed.gone))))
    return Section("offers", labels.section("offers"), "", tuple(rows))


def offers_sentence(changed: Offers) -> str:
    """For a note: what a new EHLO changed."""
    since = _("since TLS began") if changed.cause == "tls" else _("since the login")
    if not (changed.new or changed.gone):
        return _("{since} the server offers the same as before").format(since=since)
    parts = []
    if changed.new:
        parts.append(_("new: {names}").format(names=enumerated(map(visible, changed.new))))
    if changed.gone:
        parts.append(_("gone: {names}").format(names=enumerated(map(visible, changed.gone))))
    return _("{since}: {changes}").format(since=since, changes=_("; ").join(parts))


def said(guide: Guide) -> list[str]:
    """The panel as notes of line mode."""
    rows: list[str] = []
    row = pgettext("row", "{label}: {text}")
    for section in guide.sections:
        for one in section.paragraphs:
            if isinstance(one, Sentence):
                rows.append("".join(run.text for run in one.runs))
            else:
                rows.append(row.format(label=one.form.text, text=one.gloss))
    return rows
