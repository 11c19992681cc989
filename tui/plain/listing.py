"""``smtptutor sandbox --list``: the personalities and scenarios there are, and whose words each reply is."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from tui.sandbox import personality, scenario
from tui.sandbox.personality import USUAL_OCTETS, Personality
from tui.words.language import current, ngettext
from tui.words.language import gettext as _

_COLUMNS: Final = 100
_NAME: Final = 20  # cells, blanks included


def run(*, as_json: bool) -> int:
    """Print it; the exit code."""
    print(json.dumps(_data(), ensure_ascii=False, indent=2) if as_json else "\n".join(_rows()))
    return 0


def _data() -> dict[str, Any]:
    """The keys are a promise (README)."""
    return {
        "personalities": [
            {
                "id": one.id,
                "about": one.told(current()),
                "host": one.host,
                "extensions": list(one.extensions),
                "mechanisms": list(one.mechanisms),
                "message_octets": one.message_octets,
                "source": one.source,
                "seen": _seen(one),
                "read": list(one.read),
                "own_words": list(one.own_words),
                "habits": _habits(one),
            }
            for one in map(personality.load, personality.shipped())
        ],
        "scenarios": [
            {"id": one.id, "about": one.told(current()), "personality": one.personality}
            for one in map(scenario.load, scenario.shipped())
        ],
    }


def _seen(one: Personality) -> list[str]:
    """The situations whose words were seen on the wire."""
    others = {*one.read, *one.own_words}
    return [name for name in one.replies.__struct_fields__ if one.words(name) and name not in others]


def _habits(one: Personality) -> dict[str, Any]:
    """Those that are not the practice server's own."""
    usual = msgspec.to_builtins(type(one.habits)())
    return {key: value for key, value in msgspec.to_builtins(one.habits).items() if value != usual[key]}


def _rows() -> Iterator[str]:
    yield _("personalities (--personality NAME)")
    for one in map(personality.load, personality.shipped()):
        yield f"  {one.id:<{_NAME}}{one.told(current())}"
        yield from _indented(_("from {source}").format(source=one.source))
        yield from _indented(_size(one))
        if one.read:
            yield from _indented(_("read about, not seen: {names}").format(names=" ".join(one.read)))
        if not (one.read or _seen(one)):
            yield from _indented(_("own words: all of them"))
        elif one.own_words:
            count = len(one.own_words)
            said = ngettext("own words, {count} reply: {names}", "own words, {count} replies: {names}", count)
            yield from _indented(said.format(count=count, names=" ".join(one.own_words)))
    yield _("  another size of messages: message_octets under [limits] in a scenario file")
    yield ""
    yield _("scenarios (--scenario NAME)")
    for another in map(scenario.load, scenario.shipped()):
        yield f"  {another.id:<{_NAME}}{another.told(current())}"


def _size(one: Personality) -> str:
    """How large a message may be, and why."""
    octets = f"{one.message_octets:,}"
    if one.message_octets == USUAL_OCTETS:
        return _("messages up to {octets} octets").format(octets=octets)
    return _("messages up to {octets} octets, as its server was set up").format(octets=octets)


def _indented(text: str) -> list[str]:
    margin = " " * (2 + _NAME)
    return textwrap.wrap(text, _COLUMNS, initial_indent=margin, subsequent_indent=f"{margin}  ")
