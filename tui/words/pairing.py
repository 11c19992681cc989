"""What a reply answers, where that is not plain."""

from __future__ import annotations

from typing import Final

from tui.smtp.display import cells, masked, visible
from tui.smtp.events import AuthResponseSent, BodyEnded, CommandSent, ReplyReceived
from tui.words.language import gettext as _

_SHOWN: Final = 40  # cells of a command


def answers(event: ReplyReceived) -> str:
    """``answers RCPT TO:<bob@sandbox.test>``, ``for bob@sandbox.test``; visible()."""
    if event.recipient is not None:
        return _("for {address}").format(address=visible(event.recipient))
    match event.to:
        case CommandSent():
            line = visible(masked(event.to.command.data, event.to.secret))
            if not line:
                return _("answers the empty line")
            return _("answers {line}").format(line=_cut(line))
        case AuthResponseSent():
            return _("answers {line}").format(line="AUTH")
        case BodyEnded():
            return _("answers the dot")
        case _:
            return ""


def _cut(text: str) -> str:
    if cells(text) <= _SHOWN:
        return text
    kept = ""
    for char in text:
        if cells(kept + char) > _SHOWN - 3:
            break
        kept += char
    return f"{kept}..."
