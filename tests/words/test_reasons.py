"""Why the system refused something."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator

import pytest

from tui.words import language
from tui.words.reasons import reason


@pytest.fixture
def chinese() -> Iterator[None]:
    language.use("zh_CN")
    yield
    language.use("en")


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EACCES, errno.ENOSPC, errno.EROFS, errno.ENOTDIR])
def test_in_english_it_is_what_the_system_says(number: int) -> None:
    assert reason(OSError(number, "whatever")) == os.strerror(number)


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EACCES, errno.EISDIR, errno.ENOSPC, errno.EPIPE])
def test_in_another_language_nothing_is_left_in_english(chinese: None, number: int) -> None:
    error = OSError(number, os.strerror(number))
    assert os.strerror(number) not in reason(error)
    assert not reason(error).isascii()


def test_what_has_no_number_speaks_for_itself() -> None:
    assert reason(OSError("odd \x1b[2J")) == "odd \\x1b[2J"
