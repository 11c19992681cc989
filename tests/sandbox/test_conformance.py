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
from tui.sandbox.inbox import Inbox

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


#: A reply of RFC 2034 §4; 334 and 354 have none.
_CODES = re.compile(r"(?:([245])[0-9]{2}[ -]\1\.[0-9]{1,3}\.[0-9]{1,3}(?: |$)|3[0-9]{2} )")
CLAUSES = read(Path(__file__).parents[1] / "data" / "conformance.txt")


async def hold(client: Client, clause: Clause) -> None:
    for codes, octets in clause.lines:
        client.send(octets)
        replies = [await client.reply() for _ in codes]
        assert [one[-1][:3] + "-" * (len(one) > 1) for one in replies] == codes, octets
        if not octets[:4].upper().endswith(b"HLO") and octets[:4].upper() != b"HELO":
            bare = [line for reply in replies for line in reply if not _CODES.match(line)]
            assert not bare, "RFC 2034 §4: each line has a code of its class"


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


async def test_what_belongs_together_is_offered_together(tmp_path: Path) -> None:
    """RFC 2033 §5, RFC 3030 §3, RFC 6531 §3.1: each of these needs the other ones; RFC 5321 §4.1.1.1: the
    first line is the server's name."""
    async with lmtp(tmp_path, scenario=ALL) as (sandbox, client):
        client.send(b"LHLO me\r\n")
        offered = {line[4:].partition(" ")[0] for line in (await client.reply())[1:]}
        assert offered >= {"PIPELINING", "ENHANCEDSTATUSCODES", "8BITMIME", "SMTPUTF8"}
        assert offered >= {"CHUNKING", "BINARYMIME"}
        async with connected(sandbox, greeted=False) as other:
            name = (await other.reply())[0].split()[1]
            other.send(b"EHLO me\r\n")
            assert (await other.reply())[0].split()[0] == f"250-{name}"


async def test_a_hundred_recipients_and_sixty_four_thousand_octets_are_taken(tmp_path: Path) -> None:
    """RFC 5321 §4.5.3.1.7 and §4.5.3.1.8; §4.5.3.1.10: one more is put off, and the mail goes on."""
    async with running(tmp_path) as sandbox, connected(sandbox) as client:
        await client.envelope("a@x.test", *(f"user{number}@x.test" for number in range(100)))
        assert (await client.say("RCPT TO:<user100@x.test>"))[:3] == "452"
        assert (await client.say("DATA"))[:3] == "354"
        client.send((b"x" * 98 + b"\r\n") * 656 + b".\r\n")
        assert (await client.reply())[-1][:3] == "250"


async def test_a_local_part_keeps_its_case(tmp_path: Path) -> None:
    """RFC 5321 §2.4."""
    async with running(tmp_path) as sandbox, connected(sandbox) as client:
        await client.envelope("Alice@X.test", "BoB@x.Test")
        await client.say("DATA")
        await client.say(".")
    envelope = Inbox(tmp_path).entry(1).envelope
    assert envelope is not None
    assert (envelope.reverse_path, envelope.addresses) == ("Alice@X.test", ("BoB@x.Test",))


async def test_behind_221_the_connection_closes(tmp_path: Path) -> None:
    """RFC 5321 §4.1.1.10."""
    async with running(tmp_path) as sandbox, connected(sandbox) as client:
        client.send(b"QUIT\r\nNOOP\r\n")
        assert (await client.reply())[0][:3] == "221"
        assert await client.rest() == ""


def test_every_extension_has_its_clauses() -> None:
    names = " ".join([*(one.name for one in CLAUSES), "RFC 2034 "])  # of each reply, in hold
    for rfc in (1870, 2033, 2034, 2920, 3030, 3207, 3461, 4954, 5321, 6152, 6531):
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
