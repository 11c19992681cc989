"""Why the system, or the database, refused something, in the language in use."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from typing import Final

from tui.smtp.display import visible
from tui.words.language import N_, gettext
from tui.words.language import gettext as _

#: In English the system's own words; they are what a search finds.
_REASONS: Final[Mapping[int, str]] = {
    errno.ENOENT: N_("No such file or directory"),
    errno.EACCES: N_("Permission denied"),
    errno.EPERM: N_("Operation not permitted"),
    errno.ENOTDIR: N_("Not a directory"),
    errno.EISDIR: N_("Is a directory"),
    errno.EEXIST: N_("File exists"),
    errno.ENOTEMPTY: N_("Directory not empty"),
    errno.ENOSPC: N_("No space left on device"),
    errno.EDQUOT: N_("Disk quota exceeded"),
    errno.EFBIG: N_("File too large"),
    errno.EROFS: N_("Read-only file system"),
    errno.EIO: N_("Input/output error"),
    errno.ENAMETOOLONG: N_("File name too long"),
    errno.EMFILE: N_("Too many open files"),
    errno.EADDRINUSE: N_("Address already in use"),
    errno.EADDRNOTAVAIL: N_("Cannot assign requested address"),
}
#: The same of SQLite, by its primary result codes.
_OF_DATABASE: Final[Mapping[int, str]] = {
    5: N_("database is locked"),
    6: N_("database table is locked"),
    8: N_("attempt to write a readonly database"),
    10: N_("disk I/O error"),
    11: N_("database disk image is malformed"),
    13: N_("database or disk is full"),
    14: N_("unable to open database file"),
    26: N_("file is not a database"),
}
_PRIMARY: Final = 0xFF


def any_reason(error: Exception) -> str:
    """Of the system, or of the database; a fault of another kind speaks for itself."""
    if isinstance(error, OSError):
        return reason(error)
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return visible(str(error)) or type(error).__name__
    known = _OF_DATABASE.get(code & _PRIMARY)
    return _("error {number} of the database").format(number=code) if known is None else gettext(known)


def reason(error: OSError) -> str:
    """Without a full stop. What is not in the table is named by its number, which every language has."""
    known = _REASONS.get(error.errno or 0)
    if known is not None:
        return gettext(known)
    if error.errno is None:
        return visible(str(error)) or type(error).__name__
    return _("error {number} of the system").format(number=error.errno)
