"""What a server understood of each command of a mail, next to what was typed."""

from __future__ import annotations

from collections.abc import Iterator

from tui.smtp.commands import HELLO, Command, parsed
from tui.smtp.display import visible
from tui.words.language import gettext as _
from tui.words.language import ngettext
from tui.words.parameters import agreed


def understood(line: str, reply: str) -> tuple[str, ...]:
    """In sentences: from a command as it was typed, and the first line of its reply."""
    if reply[:1] not in {"2", "3"}:
        return (_("not taken: {reply}").format(reply=visible(reply)),)
    command = parsed(line.encode("utf-8", "replace"))
    return tuple(_sentences(command))


def _sentences(command: Command) -> Iterator[str]:
    if command.verb in HELLO:
        yield _("The client calls itself {name}.").format(name=visible(command.argument.strip()))
    elif command.verb == "MAIL" and command.path is not None:
        if command.path.address:
            yield _("The sender is {address}; a bounce would go there.").format(
                address=visible(command.path.address)
            )
        else:
            yield _("There is no sender, so no bounce is ever sent.")
        yield from agreed(command)
    elif command.verb == "RCPT" and command.path is not None:
        yield _("One who gets it is {address}.").format(address=visible(command.path.address))
        yield from agreed(command)
    elif command.verb == "DATA":
        yield _("The message follows, up to a line that is just a dot.")
    elif command.verb == "BDAT" and command.chunk_octets is not None:
        said = ngettext(
            "{count} octet of the message follows.",
            "{count} octets of the message follow.",
            command.chunk_octets,
        )
        yield said.format(count=command.chunk_octets)
        if command.last:
            yield _("It is the last piece.")
    else:
        yield _("It was taken.")


def stuffing() -> str:
    """Why a stored line has a dot less than the one that was typed (RFC 5321 §4.5.2)."""
    return _("One dot is taken off, so that no line ends the message by chance.")
