"""A bench whose sandbox only remembers what it is told to be."""

from __future__ import annotations

from typing import Any, cast

from tui.desk import impersonating, scenarios
from tui.desk.bench import Bench
from tui.desk.embedding import Embedding
from tui.practice.fault_lines import added, read
from tui.practice.scenario import Server
from tui.sandbox import personality, scenario
from tui.ui.screens.fault_rows import View
from tui.ui.screens.faults import FaultsPage


class Still:
    """In place of ``desk.embedding.Embedding``."""

    def __init__(self, server: Server) -> None:
        self.scenario = server
        self.speaks_as = "plain"
        self.counted_anew: list[bool] = []

    @property
    def running(self) -> Still:
        return self

    def become(self, server: Server, *, anew: bool) -> None:
        self.scenario = server
        self.counted_anew.append(anew)

    def speak_as(self, name: str) -> None:
        personality.load(name)
        self.speaks_as = name


def server(name: str = "free", *lines: str) -> Server:
    found: Server = scenario.load(name)
    for line in reversed(lines):
        found = added(found, read(line))
    return found


def bench(name: str = "free", *lines: str) -> tuple[Bench, Still]:
    still = Still(server(name, *lines))
    return Bench(cast(Embedding, still)), still


def page(view: View = View.FAULTS, on: Bench | None = None, **settings: Any) -> FaultsPage:
    on = on or bench()[0]
    return FaultsPage(on, scenarios.to_take(on.server), impersonating.known(), view=view, **settings)
