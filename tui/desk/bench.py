"""What a desk's sandbox is like, as it is chosen while a session runs: its scenario, what goes wrong, whose
words it has. Each change says what holds from when on."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from tui.practice import fault_lines, switching
from tui.practice.fault_lines import Trouble
from tui.practice.switching import Switch
from tui.words import faults, personalities

if TYPE_CHECKING:
    from tui.desk.embedding import Embedding
    from tui.practice.scenario import Server
    from tui.words.keys import Keys


class Bench:
    """One per desk; to be used only once its sandbox has run (``faulting.at_hand``). Numbers are those of
    ``switches``, from 1."""

    def __init__(self, embedding: Embedding) -> None:
        self._embedding = embedding
        self._before: tuple[Switch, ...] = ()
        self._last: Server | None = None
        #: What was typed for a fault, and not added yet.
        self.typed = ""

    @property
    def server(self) -> Server:
        """What the sandbox is like now; where it could not be started again, what it was like."""
        running = self._embedding.running
        if running is not None:
            self._last = running.scenario
        assert self._last is not None
        return self._last

    @property
    def speaks_as(self) -> str:
        """Its personality."""
        return self._embedding.speaks_as or ""

    @property
    def switches(self) -> tuple[Switch, ...]:
        """What goes wrong, and what was switched off."""
        self._before = switching.switches(self.server, self._before)
        return self._before

    def take(self, server: Server, keys: Keys) -> list[str]:
        """Another scenario, or the same from its beginning; nothing stays switched off."""
        self._before = ()
        return self._become(server, keys, anew=True)

    def add(self, line: str, keys: Keys) -> list[str]:
        """One more, as ``--fault`` spells it; what would never happen beside it is switched off.

        Raises:
            MisspeltError: it says nothing.
        """
        trouble = fault_lines.read(line)
        off = fault_lines.replaced(self.server, trouble)
        self._before = tuple(
            Switch(one.trouble, one.on and one.trouble not in off)
            for one in self.switches
            if one != Switch(trouble, on=False)
        )
        said = self._become(fault_lines.added(self.server, trouble), keys)
        return [*faults.switched_off(trouble, off), *said]

    def change(self, number: int, line: str, keys: Keys) -> list[str]:
        """This one to another.

        Raises:
            MisspeltError: it says nothing.
            IndexError: there is none of this number.
        """
        trouble = fault_lines.read(line)
        return self._switched_on(trouble, lambda rows: switching.put(rows, number, trouble), keys)

    def switch(self, number: int, keys: Keys, *, on: bool) -> list[str]:
        """This one on or off.

        Raises:
            IndexError: there is none of this number.
        """
        if on:
            chosen = switching.numbered(self.switches, number).trouble
            return self._switched_on(chosen, lambda rows: switching.switched(rows, number, on=True), keys)
        return self._switched(lambda rows: switching.switched(rows, number, on=False), keys)

    def switch_all(self, keys: Keys, *, on: bool) -> list[str]:
        """All of them on or off."""

        def switched(rows: tuple[Switch, ...]) -> tuple[Switch, ...]:
            for number in range(len(rows), 0, -1):
                rows = switching.switched(rows, number, on=on)
            return rows

        return self._switched(switched, keys)

    def take_away(self, number: int, keys: Keys) -> list[str]:
        """This one, for good.

        Raises:
            IndexError: there is none of this number.
        """
        return self._switched(lambda rows: switching.without(rows, number), keys)

    def take_all_away(self, keys: Keys) -> list[str]:
        """Nothing goes wrong any more, and nothing is left to be switched on."""
        return self._switched(lambda rows: (), keys)

    def speak_as(self, name: str, keys: Keys) -> list[str]:
        """Have the words and habits of this personality.

        Raises:
            KeyError: there is none of this name.
        """
        if name == self.speaks_as:
            return [personalities.same(name)]
        self._embedding.speak_as(name)
        return [personalities.chosen(name, keys), *self._unmet()]

    def _switched(self, change: Callable[[tuple[Switch, ...]], tuple[Switch, ...]], keys: Keys) -> list[str]:
        self._before = change(self.switches)
        return self._become(switching.served(self.server, self._before), keys)

    def _switched_on(
        self, chosen: Trouble, change: Callable[[tuple[Switch, ...]], tuple[Switch, ...]], keys: Keys
    ) -> list[str]:
        """The same, and what went off for the one that was chosen."""
        before = self.switches
        said = self._switched(change, keys)
        off = [one.trouble for one in before if one.on and Switch(one.trouble, on=False) in self._before]
        return [*faults.switched_off(chosen, off), *said]

    def _become(self, server: Server, keys: Keys, *, anew: bool = False) -> list[str]:
        before = self.server
        self._embedding.become(server, anew=anew)
        return [*faults.changed(before, server, keys), *self._unmet(fault_lines.troubles(before))]

    def _unmet(self, known: Collection[Trouble] = ()) -> list[str]:
        """What happens to nobody, of what was not there before."""
        from tui.sandbox.unmet import unmet

        if self._embedding.running is None:
            return []
        found = unmet(self.server, self.speaks_as)
        return [faults.unmet(one, keyword) for one, keyword in found if one not in known]
