"""What a server has agreed to with each parameter of MAIL and RCPT that it accepted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from tui.smtp.commands import Command
from tui.smtp.display import visible
from tui.smtp.parameters import extension_of, is_well_written, name_of
from tui.words.language import N_, gettext
from tui.words.prose import labelled

#: By the parameter; ``BODY`` by its value as well.
_AGREED: Final[Mapping[str, str]] = {
    "SIZE": N_("It has room for the {value} octets that are announced."),
    "BODY=8BITMIME": N_("The text may hold letters beyond ASCII; they arrive as they are sent."),
    "BODY=BINARYMIME": N_("The message may hold any octets; it comes with BDAT, DATA would not do."),
    "BODY=7BIT": N_("The text is announced as ASCII alone."),
    "SMTPUTF8": N_("Addresses and header of this mail may be in any script."),
    "RET": N_("What comes back of a mail that fails: all of it (FULL), or its header (HDRS)."),
    "ENVID": N_("Reports about this mail will carry the name {value}."),
    "NOTIFY": N_("The sender is told of: {value}."),
    "ORCPT": N_("Reports will name this recipient as {value}."),
    "BY": N_("It is to be delivered in that time, or else given back (R) or reported (N)."),
    "HOLDFOR": N_("The server keeps the mail for {value} seconds before it goes on."),
    "HOLDUNTIL": N_("The server keeps the mail until {value}."),
    "MT-PRIORITY": N_("It goes with priority {value}, from -9 to 9."),
    "REQUIRETLS": N_("It goes on only over verified TLS, or comes back."),
    "RRVS": N_("It is delivered only if the mailbox has had this owner since {value}."),
    "AUTH": N_("Who wrote it is passed on to servers that trust this one; <> is nobody."),
}


def agreed(command: Command) -> Iterator[str]:
    """A sentence for each parameter that an extension brings."""
    for param in command.params:
        name, value = name_of(param), param.partition("=")[2]
        source = _AGREED.get(f"{name}={value.upper()}") or _AGREED.get(name)
        if source is None or not is_well_written(command.verb, param):
            continue
        if extension_of(command.verb, param):
            yield labelled(visible(name), gettext(source).format(value=visible(value)))
