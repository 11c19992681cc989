"""A paste of several lines: kept, and asked about before anything of it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tui.plain import asking
from tui.plain.drafts import IN_MESSAGE
from tui.smtp.display import visible
from tui.words.language import gettext as _
from tui.words.language import ngettext

if TYPE_CHECKING:
    from tui.plain.conversation import Conversation

_SHOWN: Final = 3


class Pastes:
    """The pastes of one conversation; its prompt keeps the lines."""

    def __init__(self, conversation: Conversation) -> None:
        self._sitting = conversation

    def paste(self, text: str) -> None:
        """One line is typed, several are asked about. While a question stands a paste answers nothing."""
        prompt = self._sitting.prompt
        if (self._sitting.asking and not prompt.one_line) or not prompt.paste(text):
            return
        count = len(prompt.pasted)
        rows = [ngettext("{n} line was pasted.", "{n} lines were pasted.", count).format(n=count)]
        if self._sitting.wants_secret:
            rows.append(_("They are not shown: a secret is due."))
        else:
            rows += [f"  {visible(line)}" for line in prompt.pasted[:_SHOWN]]
        self._sitting.ask([*rows, self._choices()], self._answered)

    def _choices(self) -> str:
        if self._sitting.drafts.writing or self._sitting.desk.feeding in IN_MESSAGE:
            return _(
                "Enter takes them one by one; text takes them as message text, with dots at the start of a "
                "line doubled; no drops them."
            )
        if self._sitting.desk.pipelining:
            return _(
                "Enter sends them one by one, each after the reply to the one before; all sends them at "
                "once, as far as PIPELINING allows; no drops them."
            )
        return _("Enter sends them one by one, each after the reply to the one before; no drops them.")

    def _answered(self, text: str) -> None:
        sitting = self._sitting
        lines = sitting.prompt.take_paste()
        word = text.strip().lower()
        as_text = word in asking.words("text", _("text"))
        if sitting.drafts.writing and (as_text or not word):
            sitting.drafts.add(lines)
        elif not word:
            sitting.entered_all(lines)
        elif word in asking.words("all", _("all")) and sitting.desk.pipelining:
            sitting.desk.submit_together(lines)
        elif as_text and sitting.desk.feeding in IN_MESSAGE:
            sitting.drafts.send("".join(f"{line}\n" for line in lines))
        else:
            sitting.say(_("The paste was dropped, nothing of it was sent."))
