"""Dialogues of mistakes of every kind, typed to Postfix, Exim, OpenSMTPD, Sendmail, qmail and Haraka
(``tests/data/observed``), and again to the personalities that are named after them: the same code at each
line, one line or several, and the end where the server ended it, but for what is listed with its reason."""

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
#: Set up without these. The recorded Sendmail had no certificate, and says so only behind its 454.
WITHOUT = {
    "postfix": [],
    "exim": [],
    "opensmtpd": ["AUTH", "STARTTLS"],
    "sendmail": [],
    "qmail": [],
    "haraka": ["STARTTLS"],
}
_NO_DOMAIN = "it puts its own domain there; an address that ends in @ is none here"
_LF = "a bare LF is no end of a line in a message here, so that none can be smuggled (CVE-2023-51764)"
_OCTETS = "octets that are no UTF-8 stand in no address here"
_NOT_ASKED = "it was set up to ask nobody for the sender's domain"
_ROUTED = "there it was another server's domain; here it is its own"
_ENTITY = "it reads the extensions of RCPT first, and finds none behind the blank"
_PUT_OFF = "it looked for the user; the Sendmail of the other recording put that off"
_GREEDY = "to it the path ends at the last bracket"
_BROKEN = "it gives up on a line that it takes for broken, and on a second login"
_CUT = "it is silent until a chunk of less than no octets is there"
_TOGETHER = "it wants a pause behind the dot"
_LOOSE = "two @ are one address to it; here they are none"
#: Personality, line, what the server answered: what ours answers, and why.
DIFFERENT = {
    ("postfix", "RCPT TO:<@bdwater.test>", "550"): (
        "501",
        "it looks for a user without a name; ours is no address",
    ),
    ("postfix", "RCPT TO:<test1@@bdwater.test>", "554"): ("501", _LOOSE),
    ("postfix", "MAIL FROM:<a@@x.test>", "250"): ("501", _LOOSE),
    ("postfix", "RCPT TO:<x@elsewhere.test>", "554"): ("250", "it was set up to pass on nothing for anybody"),
    ("postfix", "MAIL FROM:<a@x.test> ENVID=", "501"): ("250", "what has no value is read as it is"),
    ("postfix", "RCPT TO:<test1@bdwater.test>", "250"): ("450", _NOT_ASKED),
    ("exim", "MAIL FROM: a @ x.test", "250"): ("501", "blanks in an address without brackets end it here"),
    ("exim", "RCPT TO:<test1 @bdwater.test>", "550"): ("250", _ENTITY),
    ("exim", "RCPT TO:<test1@ bdwater.test>", "501"): ("250", _ENTITY),
    ("exim", "RCPT TO:< test1@bdwater.test >", "501"): ("250", _ENTITY),
    ("exim", r"BDAT -1\r\n", "over"): ("501", _CUT),
    ("exim", r"MAIL FROM:<\xe9@x.test>", "250"): ("553", _OCTETS),
    ("exim", r"RCPT TO:<\xe9@bdwater.test>", "550"): ("553", _OCTETS),
    ("exim", "RCPT TO:<test1@bdwater.test>", "250"): ("550", _NOT_ASKED),
    ("sendmail", "VRFY nobody9", "550"): ("250", _PUT_OFF),
    ("sendmail", "EXPN staff", "550"): ("250", _PUT_OFF),
    ("sendmail", "VRFY a b", "550"): ("250", _PUT_OFF),
    ("sendmail", "VRFY <>", "550"): ("501", "here <> is nobody's address, so an argument is missing"),
    ("sendmail", "VRFY <test1@bdwater.test>", "252"): ("250", _ROUTED),
    ("sendmail", "VRFY nobody@bdwater.test", "252"): ("250", _ROUTED),
    ("sendmail", "VRFY test1@bdwater.test", "252"): ("250", _ROUTED),
    ("sendmail", "RCPT TO:<te(comment)st1@bdwater.test>", "250"): ("553", "no comments are read here"),
    ("sendmail", "NOOP", "252"): ("250", _ROUTED),
    ("sendmail", "NOOP", "550"): ("over", "it goes on and refuses all; ours ends"),
    ("sendmail", r"MAIL FROM:<\xe9@x.test>", "250"): ("501", _OCTETS),
    ("sendmail", r"RCPT TO:<\xe9@bdwater.test>", "250"): ("501", _OCTETS),
    ("sendmail", "MAIL FROM:<a@x.invalid>", "250"): ("553", _NOT_ASKED),
    ("sendmail", "RCPT TO:<test1@bdwater.test>", "250"): ("503", _NOT_ASKED),
    ("haraka", "RCPT TO:<test1@bdwater.test> <test2@bdwater.test>", "501"): ("501-", _GREEDY),
    ("haraka", "MAIL FROM:<a@x.test> <b@x.test>", "501"): ("501-", _GREEDY),
    ("haraka", "RCPT TO:<test1@bdwater.test>", "503"): ("250", _TOGETHER),
    ("haraka", "NOOP", "503"): ("250", _TOGETHER),
    ("haraka", "", "521"): ("504", _BROKEN),
    ("haraka", "NOOP", "over"): ("250", _BROKEN),
    ("haraka", "QUIT", "over"): ("221", _BROKEN),
    ("haraka", "*", "504"): ("535", "it knows no * that would cancel; ours takes it for an empty answer"),
    ("haraka", "AUTH LOGIN a b", "334"): ("500", "it reads the first word"),
    ("haraka", "AUTH CRAM-MD5 AAAA", "334"): ("501", "it passes over the word"),
    ("haraka", "AUTH LOGIN", "521"): ("334", _BROKEN),
    ("haraka", r"MAIL FROM:<\xe9@x.test>", "250"): ("553", _OCTETS),
    ("haraka", r"RCPT TO:<\xe9@bdwater.test>", "250"): ("553", _OCTETS),
    ("haraka", "MAIL FROM:＜a@x.test＞", "501"): ("250", "no name of a domain is judged here"),
    ("exim", "QUIT", "500"): ("221", _LF),
    ("opensmtpd", "MAIL FROM:<a@>", "250"): ("553", _NO_DOMAIN),
    ("opensmtpd", "RCPT TO:<test1@>", "550"): ("501", _NO_DOMAIN),
    ("opensmtpd", "MAIL FROM:<a@x.test> BODY=", "503"): (
        "250",
        "what has no value is passed over, as in SIZE=",
    ),
    ("opensmtpd", r"From: a\n\nx\n.\r\n.", "500"): ("250", _LF),
    ("opensmtpd", "QUIT", "over"): ("221", _LF),
    ("opensmtpd", "RCPT TO:<test2@bdwater.test> NOTIFY=NEVER,SUCCESS", "553"): (
        "250",
        "of NOTIFY it looks at nothing else, and ours at nothing",
    ),
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
