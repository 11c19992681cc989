"""What there is to say at the end of a sitting."""

from __future__ import annotations

from collections.abc import Iterator

from tui.desk.farewell import Farewell
from tui.practice.state import Accepted, Practice, StepState
from tui.smtp.display import visible
from tui.words import account, faults, labels
from tui.words.language import gettext as _
from tui.words.language import ngettext
from tui.words.prose import enumerated


def rows(practice: Practice, farewell: Farewell, *, mail: str, steps: bool = True) -> Iterator[str]:
    """Rows for the transcript; the last one names recipients refused beside accepted ones, if there are any.

    ``mail``: the folder in which the sandbox keeps messages, already visible(); "" when they go with us.
    ``steps``: those of the free checklist count.
    """
    if steps:
        yield f"* {_steps(practice)}"
    sandbox = farewell.endpoint is not None and farewell.endpoint.sandbox
    lost = sum(one.lost for one in farewell.accepted)
    count = len(farewell.accepted) - lost
    if count and sandbox and not mail:
        yield "* " + ngettext(
            "{n} message was accepted; it is not kept.",
            "{n} messages were accepted; they are not kept.",
            count,
        ).format(n=count)
    elif count and sandbox:
        yield "* " + ngettext(
            "{n} message was accepted. It is kept in {folder}; smtptutor inbox shows it.",
            "{n} messages were accepted. They are kept in {folder}; smtptutor inbox shows them.",
            count,
        ).format(n=count, folder=mail)
    elif count:
        yield "* " + ngettext(
            "{n} message was accepted by {host}.", "{n} messages were accepted by {host}.", count
        ).format(n=count, host=farewell.server)
    if lost:
        yield "* " + faults.lost(lost)
    if farewell.unknown_fate:
        yield "* " + _("It is not known whether the last message was accepted.")
    if farewell.account is not None:
        yield from (f"* {one}" for one in account.told(farewell.account, farewell.accepted))
    if farewell.transcript is not None:
        yield "* " + _("transcript: {file}").format(file=visible(str(farewell.transcript)))
    refused = [one for message in farewell.accepted for one in _refused(message)]
    if refused:
        yield "* " + _("refused beside an accepted recipient: {recipients}").format(
            recipients=enumerated(refused)
        )


def _steps(practice: Practice) -> str:
    open_steps = [labels.spoken(one, practice) for one in practice.steps if one.state is not StepState.DONE]
    if not open_steps:
        return _("all {count} steps done").format(count=len(practice.steps))
    return _("{done} of {count} steps done; open: {steps}").format(
        done=practice.done, count=len(practice.steps), steps=enumerated(open_steps)
    )


def _refused(message: Accepted) -> list[str]:
    text = _("{address} ({code})")
    return [text.format(address=visible(one.address), code=one.code) for one in message.envelope.refused]
