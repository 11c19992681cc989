"""``value`` behaves as a frozen dataclass with slots does."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, field, fields, is_dataclass, replace
from typing import Any, ClassVar

import pytest

from tui.values import value


@value
class Point:
    """A value with a default, a factory, a class variable and a property."""

    KIND: ClassVar[str] = "point"
    x: int
    y: int = 0
    tags: tuple[str, ...] = field(default_factory=tuple)

    @property
    def sum(self) -> int:
        return self.x + self.y


@value
class Named(Point):
    """All of a point, and more."""

    name: str = ""


@value
class Other:
    x: int
    y: int = 0
    tags: tuple[str, ...] = ()


@value
class Nothing:
    """No fields at all."""


@value
class Told:
    text: str

    def __str__(self) -> str:
        return f"told {self.text}"

    def __hash__(self) -> int:
        return 7


def test_by_place_and_by_name() -> None:
    assert Point(1, 2) == Point(x=1, y=2)
    assert (Point(1).y, Point(1).tags, Point(3, 4).sum, Point.KIND) == (0, (), 7, "point")


@pytest.mark.parametrize("bad", [(), (1, 2, (), 4)])
def test_wrong_arguments_are_refused(bad: tuple[Any, ...]) -> None:
    Point(1)
    with pytest.raises(TypeError, match="__init__"):
        Point(*bad)
    with pytest.raises(TypeError, match="z"):
        Point(1, z=3)  # type: ignore[call-arg]


def test_a_factory_makes_a_new_one_each_time() -> None:
    @value
    class Holder:
        items: list[int] = field(default_factory=list)

    assert Holder().items is not Holder().items


def test_equal_only_to_its_own_kind() -> None:
    assert Point(1) != Point(2)
    others: tuple[object, ...] = (Other(1, 0, ()), (1, 0, ()))
    assert all(Point(1, 0, ()) != other for other in others)
    assert len({Point(1), Point(1), Other(1), Nothing(), Nothing()}) == 3
    assert hash(Told("a")) == 7


def test_nothing_can_be_changed() -> None:
    point = Point(1)
    with pytest.raises(FrozenInstanceError):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del point.x
    with pytest.raises((FrozenInstanceError, AttributeError)):
        point.z = 2  # type: ignore[attr-defined]
    assert not hasattr(point, "__dict__")


def test_dataclasses_know_it() -> None:
    anything: Any = Point
    assert is_dataclass(anything)
    assert [one.name for one in fields(Point)] == ["x", "y", "tags"]
    assert replace(Point(1, 2), y=5) == Point(1, 5)
    match Point(1, 2):
        case Point(x, y=2):
            assert x == 1
        case _:
            pytest.fail("no match")


def test_it_can_be_copied_pickled_and_shown() -> None:
    point = Point(1, 2, ("a",))
    assert pickle.loads(pickle.dumps(point)) == point == copy.deepcopy(point) == copy.copy(point)
    assert repr(point) == "Point(x=1, y=2, tags=('a',))"
    assert (str(Told("x")), repr(Nothing())) == ("told x", "Nothing()")


def test_a_value_can_have_all_of_another() -> None:
    named = Named(1, 2, name="corner")
    assert (named.x, named.y, named.tags, named.name, named.sum) == (1, 2, (), "corner", 3)
    assert [one.name for one in fields(Named)] == ["x", "y", "tags", "name"]
    assert [one.name for one in fields(Point)] == ["x", "y", "tags"]
    assert replace(named, y=5) == Named(1, 5, name="corner") != Named(1, 5)
    assert pickle.loads(pickle.dumps(named)) == named
    assert repr(named) == "Named(x=1, y=2, tags=(), name='corner')"
    others: tuple[object, ...] = (Point(1, 2),)
    assert all(Named(1, 2) != other for other in others)
    assert isinstance(named, Point)
    assert not hasattr(named, "__dict__")


def test_no_field_is_inherited_and_named_again() -> None:
    with pytest.raises(TypeError, match="inherits y"):

        @value
        class Wrong(Point):
            y: int = 3


def test_a_field_without_default_may_not_follow_one_with() -> None:
    with pytest.raises(TypeError, match="no default"):

        @value
        class Wrong:
            x: int = 0
            y: int  # type: ignore[misc]
