"""Scenario and personality files as a tired author would leave them: every one loads, or says what, where
and which key.

``python -m tests.sandbox.mutants 10000`` for the long run.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.practice.mutants import changed, check_words
from tui.practice.strict import DataFileError
from tui.sandbox import personality, scenario

#: Every key that there is, and the shipped files do not use.
FULL = """\
format_version = 1
id = "full"
personality = "mdaemon-7"
host = "mail.nordby.test"
domains = ["nordby.test", "xn--fiqs8s.test"]
users = ["clerk", "desk", "o'neil", "full"]
unknown = ["nobody", "gone"]
bounces = ["full"]
syntax = "strict"
helo_required = false
tls_required = true
proxy = true
auth_in_clear = true
login_required = true
certificate = "self-signed"
mechanisms = ["LOGIN", "SCRAM-SHA-256"]
offers = ["CHUNKING", "BINARYMIME", "STARTTLS", "AUTH", "DSN", "EXPN"]
withholds = ["VRFY"]

# twice later, then as usual
[[reply]]
stage = "rcpt"
address = "clerk@nordby.test"
from = 2
times = 2
say = "450 4.2.1 Mailbox busy"

[[reply]]
stage = "mail"
match = "*@*.slow.test"
say = "452 4.3.1 Not from there"

[[fault]]
stage = "command"
from = 7
times = 1
do = "delay"
seconds = 2.5

[[fault]]
stage = "body"
do = "drop"

[[fault]]
stage = "helo"
do = "slow"
octets_per_second = 20

[greylist]
seconds = 600
say = "451 4.7.1 Come again"

[[quota]]
user = "clerk"
messages = 3
octets = 20_000
say = "552 5.2.2 Full"

[[rate]]
stage = "rcpt"
count = 3
seconds = 60
say = "421 4.7.0 Too fast"

[[reply]]
stage = "message"
say = "554 5.7.1 No such thing here"
times = 1

[[reply]]
stage = "greeting"
from = 3
say = '421 4.3.2 Closed for today'

[lists]
staff = ["clerk@nordby.test", "o'neil@nordby.test"]

[[account]]
user = "clerk"
password = "Pass word, 2"

[about]
en = "everything"

[limits]
message_octets = 1_000_000
recipients = 3
connections = 2
unknown_commands = 5
idle_seconds = 30.5
"""


def count_faults(count: int, *, seed: int) -> tuple[int, int]:
    """How many were tried, and how many of them were refused. Any other exception is the caller's to see."""
    dice = random.Random(seed)
    home = Path(scenario.__file__).parent
    shipped = [(home / "personalities" / f"{name}.toml").read_text("utf-8") for name in personality.shipped()]
    scenarios = [FULL, FULL, (home / "scenarios" / "free.toml").read_text("utf-8")]
    kinds: tuple[tuple[list[str], Callable[[Path], object]], ...] = (
        (scenarios, scenario.read),
        (shipped, personality.read),
    )
    refused = 0
    with tempfile.TemporaryDirectory(prefix="smtptutor-mutants-") as folder:
        file = Path(folder) / "mutant.toml"
        for number in range(count):
            texts, read = kinds[number % 2]
            octets = changed(dice.choice(texts), dice).encode("utf-8")
            file.write_bytes(octets)
            try:
                read(file)
            except DataFileError as error:
                refused += 1
                assert error.file == file.name
                assert error.line > 0, (str(error), octets)
                assert error.key or _before_any_key(octets, error.line), (str(error), octets)
                assert str(error).isprintable(), repr(str(error))
                check_words(error)
    return count, refused


def _before_any_key(octets: bytes, line: int) -> bool:
    """Is there no key on this line, nor above it?"""
    return all(b"=" not in row.partition(b"#")[0] for row in octets.split(b"\n")[:line])


if __name__ == "__main__":
    tried, faults = count_faults(int(sys.argv[1]), seed=int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    print(f"{tried} mutants, {faults} refused with file, line and key, 0 crashes")
