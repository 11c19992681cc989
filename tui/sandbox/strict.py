"""Data files of the sandbox, read from the disk (``tui.practice.strict`` takes them apart)."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from tui.practice.strict import LARGEST, DataFileError, decode, line_of

__all__ = ["DataFileError", "line_of", "read"]

T = TypeVar("T")


def read(file: Path, type_: type[T]) -> T:
    """``file`` decoded as ``type_``, a ``msgspec.Struct`` that forbids unknown fields.

    Raises:
        DataFileError: it is not as it must be.
        OSError: it cannot be read.
    """
    with file.open("rb") as opened:
        octets = opened.read(LARGEST + 1)
    return decode(octets, type_, file.name)[0]
