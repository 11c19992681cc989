"""The last words of the split screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tui.desk.asking import Asked, Question
from tui.desk.farewell import Farewell
from tui.net.endpoint import Endpoint
from tui.plain import asking
from tui.ui.presenting import parting, question_notes


def test_a_question_of_a_program_that_comes_again_says_why() -> None:
    asked = Question(Asked.PASSWORD, text="alice@jump's password:")
    assert question_notes(asked, "jump") == ()
    again = replace(asked, wrong=True)
    assert "not accepted" in question_notes(again, "jump")[0]
    assert "not accepted" in asking.rows(again, "jump")[0]
    assert "not accepted" not in " ".join(asking.rows(asked, "jump"))


def said(*, unknown_fate: bool) -> str:
    return parting(Farewell((), unknown_fate, Endpoint("mx.test"), Path("/t/x.txt")))


def test_nothing_was_sent() -> None:
    assert said(unknown_fate=False) == "no mail was sent; transcript /t/x.txt"


def test_a_mail_whose_fate_is_unknown_is_not_called_unsent() -> None:
    assert said(unknown_fate=True) == "whether the mail was accepted is not known; transcript /t/x.txt"
