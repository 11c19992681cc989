"""What line mode prints is a transcript: ``explain`` finds the same facts in it as in the octets of the
wire."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.plain.running import ARTICLE, ENVELOPE, run, script

SCRIPTS = {
    "the article": script(ARTICLE),
    "slips and refusals": script(
        ["helo　x", "rcpt to:<a@b>", "EHLO me", *ARTICLE[1:2], "rcpt to:<nobody@x>", *ARTICLE[2:]]
    ),
    "two mails": script([*ARTICLE[:-1], *ARTICLE[1:]]),
    "reset": script([*ENVELOPE[:3], "RSET", "QUIT"]),
    "no dot": script(ARTICLE[:-2]),
    "dots, blanks and backslashes": script(
        [*ENVELOPE, "Subject: \\x41 \\", "", "..", "..two", " ", "", ".", "quit"]
    ),
    "eight bits": script([*ENVELOPE, "Subject: 你好", "", "Grüße", ".", "quit"]),
    "octets that are no text": script(ENVELOPE) + b"X: \x00\x1b[2J\x7f \xff\xfe\n.\nquit\n",
    "tabs": script([*ENVELOPE, "Subject: a\tb", "\tfolded", "", "a\tb", ".", "quit"]),
    "a login": script(["EHLO me", "AUTH PLAIN AGFAYgBj", "QUIT"]),
}


def facts(data: bytes) -> list[dict[str, Any]]:
    told = run(data, "explain", "--json")
    assert told.code == 0, told.errors
    decoder, text, found = json.JSONDecoder(), "\n".join(told.rows), []
    while text.strip():
        one, end = decoder.raw_decode(text.lstrip())
        del one["form"]  # how it was written down
        found.append(one)
        text = text.lstrip()[end:]
    return found


@pytest.mark.parametrize("name", SCRIPTS)
@pytest.mark.parametrize("lang", ["en", "zh_CN"])
def test_the_same_facts(name: str, lang: str) -> None:
    done = run(SCRIPTS[name], "--lang", lang)
    (wire,) = (Path(os.environ["SMTPTUTOR_HOME"]) / "transcripts").glob("*.jsonl")
    printed = facts("".join(f"{row}\n" for row in done.rows).encode())
    assert printed == facts(wire.read_bytes())
    assert len(printed) == 1
