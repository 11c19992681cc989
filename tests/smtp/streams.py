"""Random dialogues: recordings with octets changed, and lines put together from what SMTP is made of."""

from __future__ import annotations

import random
from collections.abc import Sequence

Step = tuple[str, bytes]

CLIENT = [
    b"HELO a", b"EHLO a", b"LHLO a", b"MAIL FROM:<a@b>", b"MAIL FROM:<> SMTPUTF8 BODY=BINARYMIME",
    b"RCPT TO:<c@d>", b"RCPT TO:<\xe7\x94\xa8@d>", b"rcpt to: x", b"RCPT TO:<a@b>,<c@d>", b"DATA",
    b"BDAT 5", b"BDAT 9 LAST", b"BDAT 0 LAST", b"BDAT 99999999999999999", b"BDAT x", b"RSET", b"NOOP",
    b"QUIT", b"HELP", b"VRFY a", b"AUTH LOGIN", b"AUTH PLAIN AGEAYgBj", b"AUTH", b"AUTH CRAM-MD5 =",
    b"STARTTLS", b"YWJjZGVm", b"*", b"", b" ", b".", b"..", b". ", b".x", "。".encode(),
    "helo\u3000x：".encode(), "mail from：＜a＠b＞".encode(), b"Subject: x", b" folded", b"text",
    b"x" * 600, b"x" * 1100, b"250 OK", b"\x08\x7f\x1b[A", b"\xff\xfe\x00", b"MAIL FORM:<a", b"dtaa",
    b"FROM <", b"<", b">", b"<<>>", b'"\\',
]  # fmt: skip
SERVER = [
    b"220 x", b"220-x", b"250 ok", b"250-SIZE 10", b"250-PIPELINING", b"250 AUTH PLAIN", b"250",
    b"250-", b"250ok", b"25 x", b"2x0 y", b"999 x", b"150 x", b"334 ", b"334 VXNlcm5hbWU6", b"334 ?",
    b"235 in", b"354 go", b"421 bye", b"450 4.2.1 no", b"500 what", b"500 YWJjZGVm", b"502 no",
    b"503 no", b"535 5.7.8 no", b"550 5.1.1 no", b"221 bye", b"", b" 250 x", b"\t250 x", b"text",
    b"\xff\xfd\x01\xff\xfb250 x", b"250 \x1b[2J\xe2\x80\xae", "250 é邮件".encode("gbk", "ignore"),
    b"250 caf\xe9", b"HTTP/1.1 200 OK", b"SSH-2.0-x", b"\x15\x03\x01", b"250 " + b"y" * 700, b"220 TLS",
    b"250\tx", b"\r", b"250 a\rb",
]  # fmt: skip
ENDS = [b"\r\n"] * 8 + [b"\n", b"\r", b"", b"\r\r\n", b"\x00\r\n"]
NOTES = [b"tls", b"closed", b"gone", b"end"]


def made_up(source: random.Random) -> list[Step]:
    """Lines of both sides, in no order, one after the other or in runs."""
    steps: list[Step] = []
    for _ in range(source.randint(1, 24)):
        kind = source.random()
        if kind < 0.04:
            steps.append(("*", source.choice(NOTES)))
            continue
        side = "C" if kind < 0.55 else "S"
        lines = CLIENT if side == "C" else SERVER
        run = 1 if source.random() < 0.7 else source.randint(2, 6)
        octets = b"".join(source.choice(lines) + source.choice(ENDS) for _ in range(run))
        steps.append((side, octets))
    return steps


def mutated(recording: Sequence[Step], source: random.Random) -> list[Step]:
    """A recording in which octets, or whole steps, were changed, lost, doubled or put elsewhere."""
    steps = list(recording)
    for _ in range(source.randint(1, 6)):
        at = source.randrange(len(steps))
        side, octets = steps[at]
        change = source.randrange(3, 6) if side == "*" else source.randrange(7)
        where = source.randint(0, len(octets))
        if change == 0:
            steps[at] = (side, octets[:where] + source.randbytes(source.randint(1, 4)) + octets[where + 1 :])
        elif change == 1:
            steps[at] = (side, octets[:where] + octets[where + source.randint(1, 8) :])
        elif change == 2:
            steps[at] = (side, octets[:where] + source.choice(CLIENT + SERVER + ENDS) + octets[where:])
        elif change == 3:
            steps.insert(source.randrange(len(steps)), steps[at])
        elif change == 4:
            steps.insert(source.randrange(len(steps)), steps.pop(at))
        elif change == 5 and len(steps) > 1:
            del steps[at]
        else:
            steps[at : at + 1] = [(side, octets[:where]), (side, octets[where:])]
    return steps


def chunked(steps: Sequence[Step], source: random.Random) -> list[Step]:
    """The same octets in other chunks."""
    pieces: list[Step] = []
    for side, octets in steps:
        if side == "*":
            pieces.append((side, octets))
            continue
        at = 0
        while at < len(octets):
            size = source.choice((1, 1, 2, 7, 1000))
            pieces.append((side, octets[at : at + size]))
            at += size
    return pieces
