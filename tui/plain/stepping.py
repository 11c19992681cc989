"""Line mode for ``--until`` without a terminal: nothing is read, the steps are typed, QUIT goes out."""

from __future__ import annotations

from tui.plain.sitting import Sitting, rails_sentence
from tui.practice.stepping import Stop
from tui.words.language import gettext as _


class Stepping(Sitting):
    """Exit code 0: ticked up to the step that was named."""

    scripted = True
    guided = False

    async def main(self) -> None:
        await self.connect()
        await self.desk.settle()
        if self.desk.stopped_at is not None:
            sentence = rails_sentence(self.desk)
            self.say(sentence)
            self.complain(sentence)
        until = self.options.steps.until
        if self.desk.stopped is Stop.DONE and until is not None:
            self.say(_("typed up to {step}, as asked").format(step=until.value))
        await self.desk.leave()
