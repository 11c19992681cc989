"""Why the system refused something, in the language in use."""

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


def reason(error: OSError) -> str:
    """Without a full stop. What is not in the table is named by its number, which every language has."""
    known = _REASONS.get(error.errno or 0)
    if known is not None:
        return gettext(known)
    if error.errno is None:
        return visible(str(error)) or type(error).__name__
    return _("error {number} of the system").format(number=error.errno)
