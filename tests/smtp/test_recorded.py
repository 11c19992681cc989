"""A handshake that failed, written into a transcript and read back."""

from __future__ import annotations

import pytest

from tui.smtp.certificate import CertificateFault
from tui.smtp.events import TlsFailed, TlsTrouble
from tui.smtp.recorded import failed, failed_again


@pytest.mark.parametrize("trouble", TlsTrouble)
@pytest.mark.parametrize("faults", [(), (CertificateFault.EXPIRED, CertificateFault.WRONG_NAME)])
@pytest.mark.parametrize("behind", ["", "; sha256 abcd"])
def test_round_trip(trouble: TlsTrouble, faults: tuple[CertificateFault, ...], behind: str) -> None:
    assert failed_again(failed(trouble, faults) + behind) == TlsFailed(trouble, faults=faults)


def test_what_is_not_ours() -> None:
    assert failed_again("TLS failed: the cat sat on it: meow") == TlsFailed(TlsTrouble.OTHER)
    assert failed_again("connected to mx") is None
