"""What the standards ask of a server, clause by clause, heard through a socket.

The clauses stand in ``tests/data/conformance.txt``, each with a dialogue that would show a breach: all of RFC
5321 §4.5.1, and those of each extension that a server has. What needs a whole story has a test of its own in
the modules named ``test_tls``, ``test_login``, ``test_chunking``, ``test_reports`` and ``test_lmtp``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from tests.sandbox.client import Client, bodies, connected, running
from tests.sandbox.test_lmtp import lmtp
from tui.practice.scenario import Server

#: Everything is offered, and little is taken.
ALL = msgspec.convert(
    {
        "offers": ["STARTTLS", "AUTH", "CHUNKING", "BINARYMIME", "DSN", "EXPN"],
        "auth_in_clear": True,
        "account": [{"user": "alice", "password": "secret"}],
        "lists": {"staff": ["a@x.test", "b@x.test"]},
        "limits": {"message_octets": 1000},
    },
    Server,
)


class Clause(NamedTuple):
    name: str
    lines: list[tuple[list[str], bytes]]  # the codes that are owed, and what is sent


def read(file: Path) -> list[Clause]:
    clauses: list[Clause] = []
    for row in file.read_text("utf-8").splitlines():
        if row.startswith("    "):
            codes, text = row.split(maxsplit=1)
            text = re.sub(r"\{(.)\*([0-9]+)\}", lambda match: match[1] * int(match[2]), text)
            octets = text.replace("\\r", "\r").replace("\\n", "\n").encode()
            chunk = octets.startswith(b"BDAT") and b"\n" in octets  # it ends as it stands
            clauses[-1].lines.append((codes.split("/"), octets if chunk else octets + b"\r\n"))
        elif row and not row.startswith("#"):
            clauses.append(Clause(row, []))
    return clauses


CLAUSES = read(Path(__file__).parents[1] / "data" / "conformance.txt")


async def hold(client: Client, clause: Clause) -> None:
    for codes, octets in clause.lines:
        client.send(octets)
        replies = [await client.reply() for _ in codes]
        assert [one[-1][:3] + "-" * (len(one) > 1) for one in replies] == codes, octets


@pytest.mark.parametrize("clause", CLAUSES, ids=[one.name for one in CLAUSES])
async def test_clause(tmp_path: Path, clause: Clause) -> None:
    if clause.name.startswith("LMTP"):
        async with lmtp(tmp_path, scenario=ALL) as (_sandbox, client):
            await hold(client, clause)
        return
    async with (
        running(tmp_path / "mail", scenario=ALL, certificates=tmp_path / "tls") as sandbox,
        connected(sandbox) as client,
    ):
        await hold(client, clause)


def test_every_extension_has_its_clauses() -> None:
    names = " ".join(one.name for one in CLAUSES)
    for rfc in (1870, 2033, 2920, 3030, 3207, 3461, 4954, 5321, 6152, 6531):
        assert f"RFC {rfc} " in names, rfc


@pytest.mark.parametrize(
    "end",
    [
        b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\r.\r\r", b"\r\n.\r", b"\n.\r", b"\r.\r\n", b"\r.\n",
        b"\r\n. \r\n", b"\r\n..\r\n", b"\r\n.\r\r\n", b"\r\n\x00.\r\n", b"\r\n.\x00\r\n",
    ],
)  # fmt: skip
async def test_only_a_dot_between_two_crlf_ends_a_message(tmp_path: Path, end: bytes) -> None:
    """RFC 5321 §4.1.1.4 and §2.3.8: whatever else looks like it is part of the message (smuggling)."""
    smuggled = b"MAIL FROM:<evil@x.test>\r\nRCPT TO:<b@x.test>\r\nDATA\r\nforged"
    async with running(tmp_path) as sandbox, connected(sandbox) as client:
        await client.envelope()
        await client.say("DATA")
        client.send(b"Subject: one" + end + smuggled + b"\r\n.\r\n")
        assert (await client.reply())[-1][:3] == "250"
        assert (await client.say("NOOP"))[:3] == "250"
    (only,) = bodies(tmp_path)
    assert only == b"Subject: one" + end.replace(b"\r\n.", b"\r\n") + smuggled + b"\r\n"
