"""A handshake that failed, as the text of a transcript has it: a part of the file format, so the same in
every language. What is written here is read back by whoever reads the transcript again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from tui.smtp.certificate import CertificateFault, read_back, recorded
from tui.smtp.events import TlsFailed, TlsTrouble

TROUBLES: Final[Mapping[TlsTrouble, str]] = {
    TlsTrouble.CERTIFICATE: "certificate not verified",
    TlsTrouble.INJECTED: "plain text came behind the 220 of STARTTLS",
    TlsTrouble.NO_TLS: "what answers is not TLS",
    TlsTrouble.OLD_VERSION: "no version of TLS that both sides take",
    TlsTrouble.NO_AGREEMENT: "the two sides did not agree on TLS",
    TlsTrouble.TIMED_OUT: "the TLS handshake did not come to its end",
    TlsTrouble.CLOSED: "the server hung up during the TLS handshake",
    TlsTrouble.CLIENT_CERTIFICATE: "the server wants to know who we are",
    TlsTrouble.OWN_FILE: "a file of ours cannot be used",
    TlsTrouble.UNKNOWN_CLIENT: "the server cut the connection right after the TLS handshake",
    TlsTrouble.BROKEN: "TLS broke off in the middle",
    TlsTrouble.OTHER: "the TLS handshake failed",
}
_FAILED: Final = "TLS failed: "


def failed(trouble: TlsTrouble, faults: Iterable[CertificateFault] = ()) -> str:
    """The note, without what it says of the certificate itself."""
    why = recorded(faults)
    return f"{_FAILED}{TROUBLES[trouble]}{f': {why}' if why else ''}"


def failed_again(note: str) -> TlsFailed | None:
    """What ``failed`` told, as far as it told it; None: another note."""
    if not note.startswith(_FAILED):
        return None
    headline, _colon, faults = note.removeprefix(_FAILED).partition(";")[0].partition(": ")
    known = {text: trouble for trouble, text in TROUBLES.items()}
    return TlsFailed(known.get(headline, TlsTrouble.OTHER), faults=read_back(faults))
