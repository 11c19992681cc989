"""Why the system refused something."""

from __future__ import annotations

import errno
import os
import sqlite3
import ssl
from collections.abc import Iterator

import pytest

from tui.practice.flaws import Flaw, FlawedFileError, because
from tui.words import language
from tui.words.reasons import (
    _OF_CERTIFICATES,
    _OF_DATABASE,
    _OF_OPENSSL,
    _REASONS,
    any_reason,
    in_words,
    reason,
)


@pytest.fixture
def chinese() -> Iterator[None]:
    language.use("zh_CN")
    yield
    language.use("en")


@pytest.mark.parametrize("number", _REASONS)
def test_in_english_it_is_what_the_system_says(number: int) -> None:
    assert reason(OSError(number, "whatever")) == os.strerror(number)


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EACCES, errno.EISDIR, errno.ENOSPC, errno.EPIPE])
def test_in_another_language_nothing_is_left_in_english(chinese: None, number: int) -> None:
    error = OSError(number, os.strerror(number))
    assert os.strerror(number) not in reason(error)
    assert not reason(error).isascii()


def test_what_has_no_number_speaks_for_itself() -> None:
    assert reason(OSError("odd \x1b[2J")) == "odd \\x1b[2J"


def openssl(said: str) -> ssl.SSLError:
    error = ssl.SSLError(1, "[SSL] text")
    error.reason = said.replace(" ", "_").upper()
    return error


def sqlite(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("whatever")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize("said", _OF_OPENSSL)
def test_openssl_says_it_in_the_language_in_use(said: str) -> None:
    assert reason(openssl(said)) == in_words(said) == said
    language.use("zh_CN")
    try:
        assert reason(openssl(said)) == in_words(said) != said
    finally:
        language.use("en")


@pytest.mark.parametrize("said", _OF_CERTIFICATES)
def test_so_it_does_of_certificates(chinese: None, said: str) -> None:
    assert not in_words(said).isascii()
    language.use("en")
    assert in_words(said) == said


def test_the_number_of_openssl_is_none_of_the_system() -> None:
    assert reason(openssl("odd new words")) == "odd new words"


@pytest.mark.parametrize(
    "said", ["[SSL] PEM lib (_ssl.c:3921)", "[ssl] pem lib ( ssl.c:3921)", "PEM_LIB", "pem lib"]
)
def test_however_openssl_says_it(chinese: None, said: str) -> None:
    assert in_words(said) == in_words("pem lib") != "pem lib"


@pytest.mark.parametrize("code", _OF_DATABASE)
def test_so_does_the_database(chinese: None, code: int) -> None:
    assert not any_reason(sqlite(code)).isascii()
    assert any_reason(sqlite(code | 0x500)) == any_reason(sqlite(code))


def test_what_else_a_database_says_has_a_number() -> None:
    assert any_reason(sqlite(19)) == "error 19 of the database"
    assert any_reason(OSError(errno.ENOENT, "x")) == "No such file or directory"
    assert any_reason(ValueError("odd")) == "odd"


@pytest.mark.parametrize(
    "error",
    [ConnectionAbortedError("SSL handshake is taking longer"), ConnectionResetError(), TimeoutError(),
     FlawedFileError(because(Flaw.NO_KEY, file="x")), OSError(errno.ECONNREFUSED, "x")],
)  # fmt: skip
def test_no_error_of_a_connection_is_left_in_english(chinese: None, error: OSError) -> None:
    assert not reason(error).isascii()


def test_words_of_others_stay_as_they_are(chinese: None) -> None:
    assert in_words("") == ""
    assert in_words("ssh: odd\x1b") == "ssh: odd\\x1b"
    assert not in_words("Exec format error").isascii()
