"""What goes wrong at the sandbox, while the sandbox itself is made anew: a page may show it all the time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.desk.desk import Desk
from tui.practice.fault_lines import read
from tui.practice.scenario import Server
from tui.practice.switching import Switch
from tui.sandbox.sandbox import Sandbox
from tui.words.keys import PRESSED

DROPS = Switch(read("rcpt=drop"), on=True)


async def test_what_is_changed_while_the_sandbox_is_made_anew_holds(tmp_path: Path) -> None:
    seen: list[tuple[Switch, ...]] = []

    class Watched(Sandbox):
        async def stop(self, *, grace: float = 1.0) -> None:
            await super().stop(grace=grace)
            desk.bench.add("data=450", PRESSED)
            seen.append(desk.bench.switches)

    desk = Desk(lambda _batch: None, sandbox=lambda server: Watched(tmp_path, scenario=server or "free"))
    assert await desk.open_sandbox()
    desk.bench.add("rcpt=drop", PRESSED)
    desk._embedding.begin_anew()  # as an exercise does
    assert await desk.open_sandbox()
    assert seen == [(Switch(read("data=450"), on=True), DROPS)]
    assert desk.bench.switches == seen[0]
    await desk.leave(goodbye=False)


async def test_a_sandbox_that_could_not_be_made_anew_is_shown_as_it_was(tmp_path: Path) -> None:
    made: list[Sandbox] = []

    def sandbox(server: Server | None) -> Sandbox:
        if made:
            raise OSError(28, "No space left on device")
        made.append(Sandbox(tmp_path, scenario=server or "free"))
        return made[0]

    desk = Desk(lambda _batch: None, sandbox=sandbox)
    assert await desk.open_sandbox()
    desk.bench.add("rcpt=drop", PRESSED)
    desk._embedding.begin_anew()  # as an exercise does
    with pytest.raises(OSError, match="No space"):
        await desk.open_sandbox()
    assert desk.sandbox is None
    assert desk.bench.switches == (DROPS,)
    desk.bench.switch(1, PRESSED, on=False)
    await desk.leave(goodbye=False)
