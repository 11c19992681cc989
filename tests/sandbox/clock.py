"""A loop whose clock a test can put forward: half an hour passes in no time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


class SkippingLoop(asyncio.SelectorEventLoop):
    skipped = 0.0

    def time(self) -> float:
        return super().time() + self.skipped


def run(main: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=SkippingLoop) as runner:
        runner.run(main)


async def skip(seconds: float) -> None:
    """Let so much time pass; what is due then has happened when this returns."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, SkippingLoop)
    loop.skipped += seconds
    for _ in range(5):
        await asyncio.sleep(0)
