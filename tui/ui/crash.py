"""What is left of an internal error: a report without values, and one sentence."""

from __future__ import annotations

from tui.store import crash, paths
from tui.words.language import gettext as _


def keep_report(error: BaseException | None) -> str:
    """Write the report; the sentence for the terminal, which says where it lies."""
    if error is None:
        return _("smtptutor ended by an internal error.")
    try:
        path = crash.write(error, paths.home().crashes)
    except OSError:
        return _("smtptutor ended by an internal error ({kind}); no report could be written.").format(
            kind=type(error).__name__
        )
    return _(
        "smtptutor ended by an internal error. A report without anything you typed lies in {path}"
    ).format(path=path)
