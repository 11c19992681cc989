"""Other people's clients in front of a real Postfix, and what they print: the input forms of ``explain``.

``python -m tests.interop.printing`` (as root) makes tests/data/printed anew: of each run what was printed,
and what was said on the wire.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pexpect

from tests.interop import postfix as postfixes
from tests.interop.ports import wait_until
from tests.interop.postfix import PASSWORD, Postfix
from tests.interop.recorder import Step, recording, rows

DATA: Final = Path(__file__).parent.parent / "data" / "printed"
EXTRA: Final = "debug_peer_list = 127.0.0.1\ndebug_peer_level = 2"

FROM: Final = "test1@bdwater.test"
TO: Final = "test2@bdwater.test"
NOBODY: Final = "nobody@bdwater.test"
USER: Final = "test1@bdwater.test"

#: Dots at the beginning, 8-bit text, and lines that look like what the clients print around them.
MESSAGE: Final = """\
From: test1@bdwater.test
To: test2@bdwater.test
Subject: dots 和中文

Hello 世界, é.
.hidden
..two
.
* a star
> quoted
< 250 less
 -> arrow
<-  250 fake
send: 'x'
=== Connected to me.
---
last
"""
#: For curl --trace-ascii, which shows text only.
ASCII_MESSAGE: Final = "From: test1@bdwater.test\nSubject: dots\n\n.hidden\n..two\n.\nA dot.\n"

#: Typed into s_client. It keeps lines for itself that begin with R or Q.
TYPED: Final = (
    "EHLO client.example\n"
    "AUTH PLAIN\n"
    "AHRlc3QxQGJkd2F0ZXIudGVzdAB0UjB1YjRkb3ImMy1ob3JzZQ==\n"
    "MAIL FROM:<test1@bdwater.test>\n"
    "rcpt to:<nobody@bdwater.test>\n"
    "rcpt to:<test2@bdwater.test>\n"
    "DATA\n"
    "Subject: 中文\n"
    "\n"
    "---\n"
    "..dot\n"
    ".\n"
    "QUIT\n"
)

SMTPLIB: Final = """\
import smtplib, ssl, sys

port, level, mode, password = sys.argv[1:]
context = ssl.create_default_context(cafile="ca.pem")
smtplib.SMTP.debuglevel = int(level)
if mode == "tls":
    smtp = smtplib.SMTP_SSL("127.0.0.1", int(port), local_hostname="client.example", context=context)
else:
    smtp = smtplib.SMTP("127.0.0.1", int(port), local_hostname="client.example")
if mode == "starttls":
    smtp.starttls(context=context)
if mode in ("tls", "starttls", "wrong"):
    try:
        smtp.login("test1@bdwater.test", password)
    except smtplib.SMTPAuthenticationError:
        pass
with open("message.txt", encoding="utf-8", newline="\\r\\n") as file:
    message = file.read().encode()
smtp.sendmail(
    "test1@bdwater.test", ["nobody@bdwater.test", "test2@bdwater.test"], message, ["BODY=8BITMIME"]
)
smtp.quit()
"""


@dataclass(frozen=True)
class Run:
    """A client's command. PORT stands for the port; files are in the folder in which it runs."""

    name: str
    command: tuple[str, ...]
    typed: bool = False  # on a terminal, line by line
    implicit: bool = False


def _swaks(name: str, *more: str, to: str = f"{TO},{NOBODY}", implicit: bool = False) -> Run:
    command = ("swaks", "--server", "127.0.0.1:PORT", "--ehlo", "client.example", "--from", FROM, "--to", to)
    return Run(name, (*command, "--data", "@message.txt", *more), implicit=implicit)


_LOGIN: Final = ("--auth-user", USER, "--auth-password", PASSWORD)


def _curl(name: str, *more: str, message: str = "message.crlf", scheme: str = "smtp") -> Run:
    command = (
        "curl",
        f"{scheme}://127.0.0.1:PORT/client.example",
        "--silent",
        "--show-error",
        "--cacert",
        "ca.pem",
    )
    envelope = ("--mail-from", FROM, "--mail-rcpt", NOBODY, "--mail-rcpt", TO, "--mail-rcpt-allowfails")
    return Run(name, (*command, *envelope, "--upload-file", message, *more), implicit=scheme == "smtps")


_USER: Final = ("--user", f"{USER}:{PASSWORD}")


def _smtplib(name: str, mode: str, level: int = 1, password: str = PASSWORD) -> Run:
    command = (sys.executable, "-u", "smtplib_client.py", "PORT", str(level), mode, password)
    return Run(name, command, implicit=mode == "tls")


def _openssl(name: str, *more: str, implicit: bool = False) -> Run:
    command = ("openssl", "s_client", "-connect", "127.0.0.1:PORT", "-crlf", "-CAfile", "ca.pem")
    return Run(name, (*command, *more), typed=True, implicit=implicit)


_STARTTLS: Final = ("-starttls", "smtp")

RUNS: Final = (
    _swaks("swaks"),
    _swaks("swaks-starttls", "--tls", "--auth", "LOGIN", *_LOGIN),
    _swaks("swaks-tlsc", "--tlsc", "--auth", "PLAIN", *_LOGIN, to=TO, implicit=True),
    _swaks("swaks-hidden", "--tls", "--hide-informational", to=TO),
    _swaks("swaks-suppressed", "--suppress-data"),
    _swaks("swaks-pipeline", "--pipeline", "--show-time-lapse"),
    _swaks("swaks-raw", "--show-raw-text", "--auth", "CRAM-MD5", *_LOGIN, to=TO),
    _swaks("swaks-wrong", "--auth", "PLAIN", "--auth-user", USER, "--auth-password", "wrong"),
    _swaks("swaks-dropped", "--drop-after", "DATA", to=TO),
    _curl("curl", "-v"),
    _curl("curl-starttls", "-v", "--ssl-reqd", *_USER),
    _curl("curl-smtps", "-v", "--trace-time", "--login-options", "AUTH=LOGIN", *_USER, scheme="smtps"),
    _curl("curl-trace", "--trace", "-", "--login-options", "AUTH=PLAIN", *_USER),
    _curl("curl-trace-ascii", "--trace-ascii", "-", "--trace-time", "--ssl-reqd", message="ascii.crlf"),
    _curl("curl-trace-8bit", "--trace-ascii", "-"),
    _smtplib("smtplib", "plain"),
    _smtplib("smtplib-starttls", "starttls", 2),
    _smtplib("smtplib-tls", "tls"),
    _smtplib("smtplib-wrong", "wrong", password="wrong"),
    _openssl("openssl", *_STARTTLS),
    _openssl("openssl-tls", "-tls1_2", implicit=True),
    _openssl("openssl-quiet", "-quiet", *_STARTTLS),
    _openssl("openssl-brief", "-brief", implicit=True),
    _openssl("openssl-msg", "-msg", "-state", "-tls1_2", *_STARTTLS),
    _openssl("openssl-debug", "-debug", *_STARTTLS),
)


@dataclass(frozen=True)
class Printed:
    """What a client printed, and what was said."""

    text: bytes
    connections: list[list[Step]]


@contextmanager
def server(root: Path) -> Iterator[Postfix]:
    with postfixes.running(root, EXTRA) as postfix:
        yield postfix


def printed(run: Run, postfix: Postfix, folder: Path) -> Printed:
    """Run it in ``folder``, in front of ``postfix``."""
    (folder / "message.txt").write_text(MESSAGE)
    (folder / "message.crlf").write_text(MESSAGE, newline="\r\n")
    (folder / "ascii.crlf").write_text(ASCII_MESSAGE, newline="\r\n")
    (folder / "smtplib_client.py").write_text(SMTPLIB)
    (folder / "ca.pem").write_bytes(postfix.certificates.ca.read_bytes())
    target = postfix.tls_port if run.implicit else postfix.port
    with recording(target, postfix.certificates, implicit=run.implicit) as recorder:
        command = [part.replace("PORT", str(recorder.port)) for part in run.command]
        text = (_typed if run.typed else _called)(command, folder)
    return Printed(text, recorder.connections)


def _called(command: Sequence[str], folder: Path) -> bytes:
    ran = subprocess.run(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False
    )
    return ran.stdout


def _typed(command: Sequence[str], folder: Path) -> bytes:
    """As it stands in the window of somebody who waits for each reply."""
    window = io.BytesIO()
    program = pexpect.spawn(command[0], list(command[1:]), cwd=str(folder), timeout=30)
    program.logfile_read = window
    reply = rb"(?:^|\n)[2-5][0-9]{2} [^\n]*\n"
    program.expect(reply)
    if "-quiet" not in command and "-brief" not in command and "-tls1_2" not in command:
        for _ticket in range(2):
            program.expect(rb"read R BLOCK")
    in_message = False
    for line in TYPED.splitlines():
        program.sendline(line)
        if in_message and line != ".":
            program.expect_exact(f"{line}\r\n".encode())
            continue
        in_message = line == "DATA"
        program.expect([reply, pexpect.EOF])
    program.expect(pexpect.EOF)
    program.close()
    return window.getvalue()


def interleaved(postfix: Postfix, folder: Path) -> Printed:
    """The log of Postfix of clients that came while the others were there."""
    log = postfix.root / "mail.log"
    before = log.stat().st_size
    runs = (
        _swaks("", "--tls", "--auth", "LOGIN", *_LOGIN),
        _curl("", "-v"),
        _swaks("", to=NOBODY),
        _swaks("", "--drop-after", "DATA"),
    )
    meeting = threading.Barrier(len(runs))
    results: list[Printed] = []

    def call(run: Run) -> None:
        own = folder / str(runs.index(run))
        own.mkdir(exist_ok=True)
        meeting.wait()
        results.append(printed(run, postfix, own))

    threads = [threading.Thread(target=call, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    def logged() -> bytes:
        return log.read_bytes()[before:]

    wait_until(lambda: logged().count(b": disconnect from ") == len(runs), what="all are logged")
    return Printed(logged(), [steps for result in results for steps in result.connections])


#: What -v says of its own work between the lines of the dialogue; some of it stays.
_TALK: Final = re.compile(
    rb"smtpd\[\d+\]: (?:[<>] |connect from|disconnect|lost |.* TLS connection|[0-9A-F]+: |xsasl|smtp_)"
)


def trimmed(log: bytes) -> bytes:
    return b"".join(row for row in log.splitlines(keepends=True) if _TALK.search(row) or b"/qmgr[" in row)


def _make() -> None:
    DATA.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o755)
        with server(root / "postfix") as postfix:
            folder = root / "client"
            folder.mkdir()
            for run in RUNS:
                _keep(run.name, printed(run, postfix, folder))
            found = interleaved(postfix, folder)
            _keep("postfix", Printed(trimmed(found.text), found.connections))


def _keep(name: str, found: Printed) -> None:
    (DATA / f"{name}.txt").write_bytes(found.text)
    for number, steps in enumerate(found.connections, 1):
        (DATA / f"{name}.{number}.events.jsonl").write_text(rows(steps))
    sys.stdout.write(f"{name}: {len(found.text)}\n")


if __name__ == "__main__":
    _make()
