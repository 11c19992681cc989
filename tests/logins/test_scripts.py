"""A login in a script: nobody can be asked, so that no password goes out in clear unless --yes says so."""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path

import pytest

from tests.logins.server import SECRET, USER, b64, forms, proofs, serving
from tests.plain.running import Run, run, script

PLAIN = "AUTH PLAIN " + b64(f"\0{USER}\0{SECRET}".encode()).decode()
LOGIN = ["AUTH LOGIN", b64(USER.encode()).decode(), b64(SECRET.encode()).decode()]


def no_trace(done: Run) -> bool:
    """Neither in what it printed nor in any file of its home."""
    home = Path(os.environ["SMTPTUTOR_HOME"])
    printed = "\n".join([*done.rows, done.errors]).encode()
    found = [printed, *(path.read_bytes() for path in home.rglob("*") if path.is_file())]
    return not any(form in text for form in forms() for text in found)


@pytest.mark.parametrize(("mechanism", "lines"), [("PLAIN", [PLAIN]), ("LOGIN", LOGIN)])
def test_it_stops_before_a_password_in_clear(mechanism: str, lines: list[str]) -> None:
    with serving(mechanism, "success") as port:
        done = run(script(["EHLO client.test", *lines, "QUIT"]), "connect", f"127.0.0.1:{port}")
    assert done.code == 77
    assert "it would send a password to 127.0.0.1" in done.errors
    assert "********" in done.errors
    assert not any(row.startswith("S: 235") for row in done.rows)
    assert no_trace(done)


@pytest.mark.parametrize(("mechanism", "lines"), [("PLAIN", [PLAIN]), ("LOGIN", LOGIN)])
def test_yes_sends_it(mechanism: str, lines: list[str]) -> None:
    with serving(mechanism, "success") as port:
        done = run(script(["EHLO client.test", *lines, "QUIT"]), "connect", f"127.0.0.1:{port}", "--yes")
    assert "S: 235 2.7.0 welcome" in done.rows
    assert no_trace(done)


@pytest.mark.parametrize("mechanism", ["CRAM-MD5", "SCRAM-SHA-256"])
def test_a_proof_may_go_out_in_clear(mechanism: str) -> None:
    """Typed by the program, with the password from the environment."""
    with serving(mechanism, "success") as port:
        arguments = ("connect", f"127.0.0.1:{port}", "--user", USER, "--until", "auth")
        done = run(b"", *arguments, env={"SMTPTUTOR_PASSWORD": SECRET})
    assert "S: 235 2.7.0 welcome" in done.rows
    assert done.code == 0
    assert no_trace(done)


#: What each mechanism is asked on its way.
ASKED = {
    "LOGIN": ["334 says: Username:", "334 says: Password:"],
    "CRAM-MD5": ["334 says: <1896.697170952@auth.test>"],
    "SCRAM-SHA-256": ["334 says: r=", "334 brings the server's proof"],
    "XOAUTH2": ['334 says: {"status":"401"'],
}


@pytest.mark.parametrize(("mechanism", "asked"), ASKED.items())
def test_until_auth_decodes_what_it_is_asked(mechanism: str, asked: list[str]) -> None:
    with serving(mechanism, "failure" if mechanism == "XOAUTH2" else "success") as port:
        flags = ("--user", USER, "--auth", mechanism, "--yes", "--until", "auth")
        done = run(b"", "connect", f"127.0.0.1:{port}", *flags, env={"SMTPTUTOR_PASSWORD": SECRET})
    said = [row.removeprefix("* ") for row in done.rows if "* 334 " in row]
    assert len(said) == len(asked)
    assert all(row.startswith(start) for row, start in zip(said, asked, strict=True))
    assert ("C: AUTH SCRAM-SHA-256 biws" in "\n".join(done.rows)) is (mechanism == "SCRAM-SHA-256")
    assert no_trace(done)


def test_nothing_that_is_kept_verifies_a_guess() -> None:
    """The nonces, the salt and the rounds are shown: a proof of either side beside them would do."""
    with serving("SCRAM-SHA-256", "success") as port:
        flags = ("--user", USER, "--until", "auth", "--ehlo", "me.test")
        done = run(b"", "connect", f"127.0.0.1:{port}", *flags, env={"SMTPTUTOR_PASSWORD": SECRET})
    assert done.code == 0
    home = Path(os.environ["SMTPTUTOR_HOME"])
    kept = next(path.read_text() for path in home.rglob("*.txt") if "AUTH SCRAM" in path.read_text())
    sent = re.search(r"C: AUTH SCRAM-SHA-256 (\S+)", kept)
    said = re.search(r"S: 334 (\S+)", kept)
    assert sent is not None and said is not None
    first = base64.b64decode(sent[1]).removeprefix(b"n,,")
    server = base64.b64decode(said[1])
    final = b"c=biws," + server.partition(b",s=")[0]
    guessed = proofs(first + b"," + server, final, SECRET)
    assert set(guessed) <= set(forms())  # the guess is right
    texts = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    for proof in guessed:
        for form in (proof, b64(proof), b64(b"v=" + proof), b64(final + b",p=" + proof)):
            assert not any(form in text or b64(form) in text for text in texts)


def test_until_auth_wants_the_servers_proof_as_well() -> None:
    with serving("SCRAM-SHA-256", "unproved") as port:
        flags = ("--user", USER, "--until", "auth")
        done = run(b"", "connect", f"127.0.0.1:{port}", *flags, env={"SMTPTUTOR_PASSWORD": SECRET})
    assert "S: 235 2.7.0 welcome" in done.rows
    assert "took the login without its own proof" in done.errors
    assert done.code == 77
    assert no_trace(done)


def test_until_auth_in_clear_is_refused() -> None:
    with serving("PLAIN", "success") as port:
        arguments = ("connect", f"127.0.0.1:{port}", "--user", USER, "--until", "auth")
        done = run(b"", *arguments, env={"SMTPTUTOR_PASSWORD": SECRET})
    assert done.code == 77
    assert not any(row.startswith("S: 235") for row in done.rows)
    assert no_trace(done)
