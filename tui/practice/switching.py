"""What goes wrong at a practice server, each thing on or off: what is switched off is kept, so that it can be
switched on again as it was. Pure; ``tui.practice.fault_lines`` spells each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tui.practice.fault_lines import Trouble, troubles, with_only
from tui.practice.precedence import clash
from tui.practice.scenario import Server
from tui.values import value


@value
class Switch:
    """One thing, and whether it goes wrong now."""

    trouble: Trouble
    on: bool = True


def switches(server: Server, before: Sequence[Switch] = ()) -> tuple[Switch, ...]:
    """All that goes wrong there, and what was switched off ``before``, in the order that it had; what is new
    comes first, as it goes before the rest."""
    left = list(troubles(server))
    kept = []
    for one in before:
        if one.trouble in left:
            left.remove(one.trouble)
            kept.append(Switch(one.trouble))
        elif not one.on:
            kept.append(one)
    return (*map(Switch, left), *kept)


def served(server: Server, all_: Iterable[Switch]) -> Server:
    """The server where those go wrong that are on."""
    return with_only(server, (one.trouble for one in all_ if one.on))


def switched(all_: Sequence[Switch], number: int, *, on: bool) -> tuple[Switch, ...]:
    """The one of this number, from 1, on or off. Where it is on, what would never happen beside it goes off,
    and what leaves it nothing to do: there is one greylist, for one.

    Raises:
        IndexError: there is none.
    """
    chosen = numbered(all_, number).trouble
    switched = []
    for at, one in enumerate(all_, start=1):
        pair = (one.trouble, chosen) if at < number else (chosen, one.trouble)
        stays = one.on and not (on and clash(*pair))
        switched.append(Switch(one.trouble, on if at == number else stays))
    return tuple(switched)


def without(all_: Sequence[Switch], number: int) -> tuple[Switch, ...]:
    """All but the one of this number.

    Raises:
        IndexError: there is none.
    """
    numbered(all_, number)
    return (*all_[: number - 1], *all_[number:])


def put(all_: Sequence[Switch], number: int, trouble: Trouble) -> tuple[Switch, ...]:
    """Another one in the place of that of this number, and on; it is there once.

    Raises:
        IndexError: there is none.
    """
    numbered(all_, number)
    changed = (*all_[: number - 1], Switch(trouble, on=False), *all_[number:])
    whole = switched(changed, number, on=True)
    return tuple(one for at, one in enumerate(whole, start=1) if at == number or one.trouble != trouble)


def numbered(all_: Sequence[Switch], number: int) -> Switch:
    """
    Raises:
        IndexError: there is none of this number.
    """
    if not 1 <= number <= len(all_):
        raise IndexError(number)
    return all_[number - 1]
