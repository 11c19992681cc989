"""Waiting for what an app does beside its screens."""

from __future__ import annotations

import asyncio
from typing import Any

from textual.app import App
from textual.worker import WorkerCancelled


async def all_done(app: App[Any]) -> None:
    """Until no worker is at work. One whose place another took was cancelled, and that is no error."""
    while True:
        try:
            await app.workers.wait_for_complete()
        except WorkerCancelled:
            await asyncio.sleep(0)
        else:
            return
