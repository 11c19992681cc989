"""The recorded dialogues in tests/data/transcripts, as steps for the observer and as the facts they must
give."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "data" / "transcripts"
NAMES = sorted(path.name.removesuffix(".events.jsonl") for path in FOLDER.glob("*.events.jsonl"))

#: What the recorder says of itself; nothing in the dialogue tells it.
_OF_THE_RECORDER = frozenset({"id", "title", "server", "client", "provenance", "protocol", "notes", "raw"})
#: What a fact is where the recorder leaves it out.
_LEFT_OUT = {"pipelined": False, "source_route": None, "cancelled": False, "secret": False}

MASK = "*" * 8
Step = tuple[str, bytes]


def steps(name: str) -> list[Step]:
    rows = (FOLDER / f"{name}.events.jsonl").read_text().splitlines()
    events = [json.loads(row) for row in rows]
    return [(event["dir"], base64.b64decode(event["b64"])) for event in events]


def expected(name: str) -> dict[str, Any]:
    """The facts, with their secrets masked: the recorder leaves them in clear."""
    facts = json.loads((FOLDER / f"{name}.json").read_text())
    assert isinstance(facts, dict)
    for command in facts["commands"]:
        _mask(command)
    return facts


def _mask(command: dict[str, Any]) -> None:
    if command["kind"] == "auth-continuation" and command["line"] not in ("", "*"):
        command |= {"line": MASK, "argument": MASK, "secret": True}
    words = command["line"].split(" ") if command["line"] else []
    if command["verb"] == "AUTH" and len(words) > 2:
        command |= {"line": f"{words[0]} {words[1]} {MASK}", "argument": f"{words[1]} {MASK}", "secret": True}


def differences(wanted: Any, given: Any, where: str = "") -> list[str]:
    """Every fact in which ``given`` is not what the recording says, and every fact that it knows nothing
    of."""
    if isinstance(wanted, dict) and isinstance(given, dict):
        names = {name for name in wanted if name not in _OF_THE_RECORDER}
        return [
            one
            for name in sorted(names | set(given))
            for one in differences(
                wanted.get(name, _LEFT_OUT.get(name, "absent")), given.get(name, "absent"), f"{where}.{name}"
            )
        ]
    if isinstance(wanted, list) and isinstance(given, list) and len(wanted) == len(given):
        pairs = zip(wanted, given, strict=True)
        return [one for at, pair in enumerate(pairs) for one in differences(*pair, f"{where}[{at}]")]
    return [] if wanted == given else [f"{where}: {wanted!r} expected, {given!r} given"]
