"""Flaws of files, as data."""

from __future__ import annotations

from tui.practice.flaws import Flaw, FlawedFileError, because


def test_what_a_log_says_of_one() -> None:
    assert str(because(Flaw.NOT_UTF8)) == "not-utf-8"
    assert str(because(Flaw.ID, value="a\x1b")) == "id (value='a\\x1b')"


def test_an_error_of_a_file() -> None:
    error = FlawedFileError(because(Flaw.NO_KEY, file="x.pem"))
    assert error.reason == because(Flaw.NO_KEY, file="x.pem")
    assert str(error) == "no-key (file='x.pem')"
