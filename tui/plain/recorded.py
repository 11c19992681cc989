"""A recorded dialogue out of a file or stdin, for the commands that read one; troubles are told in words."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import BinaryIO, Final

from tui.practice import reading_openssl
from tui.practice.reading import Reading, read
from tui.smtp.display import visible
from tui.words import doubts
from tui.words.language import N_, gettext
from tui.words.language import gettext as _
from tui.words.reasons import reason as reason_of

USAGE: Final = 2
NO_DIALOGUE: Final = 65

#: No line of a dialogue is this long; the rest of one that is does not get into memory.
_LONGEST_ROW: Final = 1 << 20
#: A text in UTF-16, as some editors save it, is turned as a whole.
_MOST_UTF16: Final = 64 << 20
#: What is typed again must be whole.
_MOST_WHOLE: Final = 256 << 20
#: What has the events of its session beside it, under the same name.
_EVENTS: Final = ".jsonl"
_TEXTS: Final = (".txt", ".md")
#: So many rows tell what a text without a dialogue is.
_SAMPLE_ROWS: Final = 500
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")

_WHY_NOT: Final[Mapping[int, str]] = {
    errno.ENOENT: N_("there is no such file"),
    errno.EISDIR: N_("it is a folder"),
    errno.EACCES: N_("you may not read it"),
    errno.EPERM: N_("you may not read it"),
}


def use(file: Path | None, act: Callable[[Reading], None], *, tells_beside: bool = False) -> int:
    """Read ``file``, or stdin for None, and hand over what was found; the exit code (DESIGN §6).

    Lines whose octets are not certain are told on stderr afterwards; and before, unless ``act`` tells it
    itself (``tells_beside``), that the octets are those of the events beside the text.
    """
    try:
        source = nullcontext(_stdin()) if file is None else file.open("rb")
        with source as stream, _beside(file) as events:
            sample: list[bytes] = []
            reading = read(_remembered(_rows(stream), sample), events)
            if reading is None:
                return no_dialogue(file, sample)
            if reading.beside and file is not None and not tells_beside:
                beside = _("the octets are those of {file}, which lies beside it")
                _say_of_us(beside.format(file=name_of(file.with_suffix(_EVENTS))))
            act(reading)
            for sentence in doubts.told(name_of(file), reading.doubtful):
                _say_of_us(sentence)
    except _UnreadableError as error:
        reason = error.reason
    except OSError as error:
        if file is None or error.filename is None:
            raise  # not about the file: what was said could not be written
        reason = error
    else:
        return 0
    _tell_unreadable(file, reason)
    return USAGE


def events_of(file: Path | None) -> list[bytes]:
    """The rows of JSON beside the text of a transcript, or of a report on it; none where there are none."""
    with _beside(file) as rows:
        return list(rows)


@contextmanager
def _beside(file: Path | None) -> Iterator[Iterator[bytes]]:
    path = file.with_suffix(_EVENTS) if file is not None and file.suffix in _TEXTS else None
    try:
        stream = path.open("rb") if path is not None and path.is_file() else None
    except OSError:  # of another user, perhaps: then the text must do
        stream = None
    if stream is None:
        yield iter(())
        return
    with stream:
        yield _as_far_as_readable(stream)


def _as_far_as_readable(stream: BinaryIO) -> Iterator[bytes]:
    with suppress(_UnreadableError):
        yield from _rows(stream)


def whole(file: Path | None) -> bytes | None:
    """Every octet of ``file``, or of stdin for None; a text in UTF-16 is turned into UTF-8. None when it
    cannot be had, which is told."""
    try:
        source = nullcontext(_stdin()) if file is None else file.open("rb")
        with source as stream:
            data = stream.read(_MOST_WHOLE + 1)
        if len(data) > _MOST_WHOLE:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    except OSError as error:
        _tell_unreadable(file, error)
        return None
    if data.startswith(_UTF16_MARKS):
        return data.decode("utf-16", "replace").encode(errors="replace")
    return data


def name_of(file: Path | None) -> str:
    """As it is called in sentences; visible."""
    return _("the input") if file is None else visible(str(file))


def no_dialogue(file: Path | None, sample: list[bytes]) -> int:
    """Say so, and what is there instead if that is known from its first rows; the exit code."""
    _say(_("smtptutor: no SMTP dialogue was found in {name}.").format(name=name_of(file)))
    if reading_openssl.is_handshake(sample):
        _say(
            _(
                "smtptutor: it is output of openssl s_client, with the TLS handshake and no reply of the "
                "server: at the end of its input openssl leaves at once. -quiet or -ign_eof makes it wait."
            )
        )
    return NO_DIALOGUE


def _remembered(rows: Iterator[bytes], sample: list[bytes]) -> Iterator[bytes]:
    for row in rows:
        if len(sample) < _SAMPLE_ROWS:
            sample.append(row)
        yield row


def _tell_unreadable(file: Path | None, reason: OSError) -> None:
    known = _WHY_NOT.get(reason.errno or 0)
    why = gettext(known) if known else reason_of(reason)
    _say(_("smtptutor: {name} cannot be read: {reason}.").format(name=name_of(file), reason=why))


class _UnreadableError(Exception):
    """The text cannot be read, or not to its end."""

    def __init__(self, reason: OSError) -> None:
        super().__init__()
        self.reason = reason


def _stdin() -> BinaryIO:
    if sys.stdin.isatty():
        _say(_("smtptutor: paste, then ^D"))
    return sys.stdin.buffer


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _say_of_us(sentence: str) -> None:
    _say(_("smtptutor: {sentence}.").format(sentence=sentence))


def _rows(stream: BinaryIO) -> Iterator[bytes]:
    """The text's rows without their LF, each cut to what may be a line at all."""
    row = _row(stream)
    if row.startswith(_UTF16_MARKS):
        text = row + _read(stream.read, _MOST_UTF16)
        yield from text.decode("utf-16", "replace").encode(errors="replace").split(b"\n")
        return
    while row:
        yield row.removesuffix(b"\n")
        while len(row) == _LONGEST_ROW and not row.endswith(b"\n"):
            row = _row(stream)
        row = _row(stream)


def _row(stream: BinaryIO) -> bytes:
    return _read(stream.readline, _LONGEST_ROW)


def _read(read: Callable[[int], bytes], most: int) -> bytes:
    try:
        return read(most)
    except OSError as error:
        raise _UnreadableError(error) from error
