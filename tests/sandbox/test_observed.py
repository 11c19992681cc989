"""Dialogues of mistakes of every kind, typed to Postfix, Exim and OpenSMTPD (``tests/data/observed``), and
again to the personalities that are named after them: the same code at each line, one line or several, and
the end where the server ended it, but for what is listed with its reason."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import msgspec
import pytest

from tests.sandbox.client import connected, running
from tests.sandbox.dialects import recorded_server
from tui.practice.scenario import Server

OBSERVED = Path(__file__).parents[1] / "data" / "observed"
#: Set up without these.
WITHOUT = {"postfix": [], "exim": ["AUTH"], "opensmtpd": ["AUTH", "STARTTLS"]}
_NO_DOMAIN = "it puts its own domain there; an address that ends in @ is none here"
_LF = "a bare LF is no end of a line in a message here, so that none can be smuggled (CVE-2023-51764)"
#: Personality, line, what the server answered: what ours answers, and why.
DIFFERENT = {
    ("postfix", "RCPT TO:<@bdwater.test>", "550"): (
        "501",
        "it looks for a user without a name; ours is no address",
    ),
    ("exim", "QUIT", "500"): ("221", _LF),
    ("opensmtpd", "MAIL FROM:<a@>", "250"): ("553", _NO_DOMAIN),
    ("opensmtpd", "RCPT TO:<test1@>", "550"): ("501", _NO_DOMAIN),
    ("opensmtpd", "MAIL FROM:<a@x.test> BODY=", "503"): (
        "250",
        "what has no value is passed over, as in SIZE=",
    ),
    ("opensmtpd", r"From: a\n\nx\n.\r\n.", "500"): ("250", _LF),
    ("opensmtpd", "QUIT", "over"): ("221", _LF),
}

Dialogue = list[tuple[str, str]]


def dialogues(text: str) -> list[Dialogue]:
    """Code (``over``: the connection had ended) and line of each."""
    found: list[Dialogue] = [[]]
    for row in text.split("\n"):
        if row.startswith("    "):
            found[-1].append((row[4:8].strip(), row[9:]))
        elif not row and found[-1]:
            found.append([])
    return [one for one in found if one]


def octets_of(line: str) -> bytes:
    line = re.sub(r"\{(.)\*(\d+)\}", lambda match: match[1] * int(match[2]), line)
    line = line.replace("\\r", "\r").replace("\\n", "\n")
    octets = re.sub(rb"\\x([0-9a-f]{2})", lambda match: bytes.fromhex(match[1].decode()), line.encode())
    return octets + (b"" if line.startswith("BDAT") else b"\r\n")


def set_up(name: str) -> Server:
    one = recorded_server(name)
    users = tuple(user for user in one.users if user in ("test1", "test2"))
    return msgspec.structs.replace(one, withholds=tuple(WITHOUT[name]), users=users)


@pytest.mark.parametrize("name", WITHOUT)
async def test_a_dialogue_of_mistakes_gets_the_observed_codes(tmp_path: Path, name: str) -> None:
    found = {}
    async with running(
        tmp_path / "mail", personality=name, scenario=set_up(name), certificates=tmp_path / "tls"
    ) as sandbox:
        for dialogue in dialogues((OBSERVED / f"{name}.txt").read_text("utf-8")):
            async with connected(sandbox) as client:
                for code, line in dialogue:
                    reply: list[str] = []
                    try:
                        client.send(octets_of(line))
                        reply = await client.reply()
                    except (ConnectionError, asyncio.IncompleteReadError):  # it had ended
                        pass
                    ours = reply[0][:3] + ("-" if len(reply) > 1 else "") if reply else "over"
                    if ours != code:
                        found[name, line, code] = ours
                    if "over" in (ours, code):
                        break
    assert found == {key: ours for key, (ours, _why) in DIFFERENT.items() if key[0] == name}
