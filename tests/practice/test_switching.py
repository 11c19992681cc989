"""What goes wrong, on and off."""

from __future__ import annotations

import pytest

from tui.practice.fault_lines import added, read, troubles
from tui.practice.scenario import Server
from tui.practice.switching import Switch, put, served, switched, switches, without

LINES = ("rcpt=450", "data=drop", "greylist=5m", "quota=3", "certificate=expired")


def server(*lines: str) -> Server:
    made = Server(host="mail.x.test")
    for line in reversed(lines):
        made = added(made, read(line))
    return made


def told(all_: tuple[Switch, ...]) -> list[bool]:
    return [one.on for one in all_]


@pytest.mark.parametrize("number", range(1, len(LINES) + 1))
def test_what_is_switched_off_is_not_served_and_comes_back_to_its_place(number: int) -> None:
    whole = server(*LINES)
    before = switches(whole)
    off = switched(before, number, on=False)
    less = served(whole, off)
    assert len(troubles(less)) == len(LINES) - 1
    assert switches(less, off) == off
    again = switched(off, number, on=True)
    assert again == before
    assert served(less, again) == whole


def test_what_is_new_comes_first_and_what_was_off_stays() -> None:
    one = server("rcpt:1=450", "rcpt=550")
    off = switched(switches(one), 2, on=False)
    more = added(served(one, off), read("data=451"))
    assert told(switches(more, off)) == [True, True, False]
    assert switches(more, off)[0].trouble == read("data=451")
    # another scenario that has it: it is on, and there once
    again = served(one, (*switches(more), Switch(read("rcpt=550"))))
    assert told(switches(again, off)) == [True, True, True]
    # another scenario: only what was off is left of the old one
    assert switches(Server(), off) == (Switch(read("rcpt=550"), on=False),)


def test_of_one_kind_there_is_one() -> None:
    rows = (Switch(read("greylist=5m"), on=False), Switch(read("greylist=1h")), Switch("expired"))
    assert told(switched(rows, 1, on=True)) == [True, False, True]
    assert told(switched(rows, 1, on=False)) == [False, True, True]
    assert told(put(rows, 3, read("greylist=1m"))) == [False, False, True]


def test_what_would_never_happen_beside_it_goes_off() -> None:
    rows = (Switch(read("rcpt:1=450"), on=False), Switch(read("rcpt=550")), Switch(read("rate:rcpt=3")))
    assert told(switched(rows, 2, on=True)) == [False, True, False]
    assert told(switched(rows, 3, on=True)) == [False, False, True]
    assert told(switched(rows, 1, on=True)) == [True, True, True]
    reverse = (rows[1], Switch(read("rcpt:1=450"), on=False))
    assert told(switched(reverse, 2, on=True)) == [False, True]


def test_one_is_changed_or_taken_away() -> None:
    rows = switches(server(*LINES))
    assert without(rows, 2) == (rows[0], *rows[2:])
    changed = put(switched(rows, 1, on=False), 1, read("rcpt=452"))
    assert changed == (Switch(read("rcpt=452")), *rows[1:])


def test_one_that_is_changed_to_another_one_is_there_once() -> None:
    rows = switches(server(*LINES))
    assert put(rows, 2, rows[0].trouble) == (rows[0], *rows[2:])


@pytest.mark.parametrize("number", [0, 2])
def test_a_number_that_nothing_has(number: int) -> None:
    rows = (Switch(read("rcpt=450")),)
    with pytest.raises(IndexError):
        switched(rows, number, on=True)
    with pytest.raises(IndexError):
        without(rows, number)
    with pytest.raises(IndexError):
        put(rows, number, "expired")
