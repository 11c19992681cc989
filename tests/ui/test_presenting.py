"""The last words of the split screen."""

from __future__ import annotations

from pathlib import Path

from tui.desk.farewell import Farewell
from tui.net.endpoint import Endpoint
from tui.ui.presenting import parting


def said(*, unknown_fate: bool) -> str:
    return parting(Farewell((), unknown_fate, Endpoint("mx.test"), Path("/t/x.txt")))


def test_nothing_was_sent() -> None:
    assert said(unknown_fate=False) == "no mail was sent; transcript /t/x.txt"


def test_a_mail_whose_fate_is_unknown_is_not_called_unsent() -> None:
    assert said(unknown_fate=True) == "whether the mail was accepted is not known; transcript /t/x.txt"
