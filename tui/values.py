"""``value``: a frozen dataclass with slots that costs next to nothing to define.

``dataclasses.dataclass(frozen=True, slots=True)`` compiles six functions for every class, most of which are
never called: 0.5 ms and more each before Python 3.13, and with a hundred small values that was half of the
time our modules took to be imported. Here one function is compiled, when the first instance is made;
comparing, hashing and showing are shared. Otherwise it is the same: ``dataclasses.replace``, ``fields`` and
``is_dataclass`` work, so do patterns in ``match``, and type checkers see a frozen dataclass.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

Class = TypeVar("Class")

_MISSING = dataclasses.MISSING


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
def value(cls: type[Class]) -> type[Class]:
    """Class decorator. Fields are the annotated names, with or without a default or a ``field(default=…,
    default_factory=…)``; annotations must be strings (``from __future__ import annotations``). A value can
    have all that another one has, and more. No ``__post_init__``.

    Raises:
        TypeError: a field without a default after one that has one, or one that is inherited already.
    """
    space = dict(cls.__dict__)
    own = {name: kind for name, kind in space.get("__annotations__", {}).items() if _is_field(kind)}
    base: Any = cls.__base__
    kinds, defaults = dict(getattr(base, "_kinds", ())), dict(getattr(base, "_defaults", ()))
    if twice := kinds.keys() & own.keys():
        raise TypeError(f"{cls.__name__} inherits {', '.join(sorted(twice))}")
    kinds |= own
    names = tuple(kinds)
    defaults |= {name: space.pop(name) for name in own if name in space}
    _check_order(cls, names, defaults)
    for name in ("__dict__", "__weakref__"):
        space.pop(name, None)
    space |= {"__slots__": tuple(own), "__match_args__": names, "__dataclass_fields__": _LazyFields()}
    space |= {"_kinds": kinds, "_defaults": defaults}
    for name, method in _SHARED.items():
        space.setdefault(name, method)
    kind: Any = type(cls)
    made = kind(cls.__name__, cls.__bases__, space)
    made._values = attrgetter(*names) if names else staticmethod(lambda instance: ())
    made.__init__ = _first_init(made, names, defaults)
    return made  # type: ignore[no-any-return]


def _is_field(kind: str) -> bool:
    return not kind.startswith("ClassVar")


def _check_order(cls: type, names: tuple[str, ...], defaults: dict[str, Any]) -> None:
    seen = False
    for name in names:
        if seen and name not in defaults:
            raise TypeError(f"{cls.__name__}.{name} has no default and follows a field that has one")
        seen = seen or name in defaults


def _first_init(cls: Any, names: tuple[str, ...], defaults: dict[str, Any]) -> Callable[..., None]:
    """The ``__init__`` until it is called: it makes the real one and steps aside."""

    def first_init(self: Any, *args: Any, **kwargs: Any) -> None:
        cls.__init__ = _compiled_init(cls, names, defaults)
        cls.__init__(self, *args, **kwargs)

    return first_init


def _compiled_init(cls: Any, names: tuple[str, ...], defaults: dict[str, Any]) -> Callable[..., None]:
    known: dict[str, Any] = {"_missing": _MISSING}
    parameters, body = [], []
    for name in names:
        known[f"_set_{name}"] = getattr(cls, name).__set__  # past the frozen __setattr__
        default = defaults.get(name, _MISSING)
        given = name
        if isinstance(default, dataclasses.Field):
            if default.default_factory is not _MISSING:
                known[f"_make_{name}"] = default.default_factory
                given = f"_make_{name}() if {name} is _missing else {name}"
                default = None
            else:
                default = default.default
            parameter = f"{name}=_missing" if given != name else f"{name}=_default_{name}"
        else:
            parameter = name if default is _MISSING else f"{name}=_default_{name}"
        known[f"_default_{name}"] = default
        parameters.append(parameter)
        body.append(f"    _set_{name}(self, {given})")
    source = f"def __init__({', '.join(('self', *parameters))}):\n" + "\n".join(body or ["    pass"])
    made: dict[str, Any] = {}
    exec(source, known, made)  # noqa: S102 - as dataclasses does: names of fields are all that goes in
    init: Callable[..., None] = made["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    init.__module__ = cls.__module__
    return init


class _LazyFields:
    """Stands in for ``__dataclass_fields__`` until somebody asks."""

    def __get__(self, instance: object, owner: Any) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for name, kind in owner._kinds.items():
            one: Any = dataclasses.field()
            one.name, one.type = name, kind
            fields[name] = one
        for one in fields.values():
            one._field_type = dataclasses._FIELD  # type: ignore[attr-defined]
        owner.__dataclass_fields__ = fields
        return fields


# -- shared by all values


def _eq(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return self is other or self._values(self) == self._values(other)


def _hash(self: Any) -> int:
    return hash((self.__class__, self._values(self)))


def _repr(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{self.__class__.__qualname__}({shown})"


def _setattr(self: Any, name: str, new: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _delattr(self: Any, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _reduce(self: Any) -> tuple[type, tuple[object, ...]]:
    return self.__class__, tuple(getattr(self, name) for name in self.__match_args__)


_SHARED: dict[str, Any] = {
    "__eq__": _eq,
    "__hash__": _hash,
    "__repr__": _repr,
    "__setattr__": _setattr,
    "__delattr__": _delattr,
    "__reduce__": _reduce,
}
