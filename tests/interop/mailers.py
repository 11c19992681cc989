"""Programs that send mail, each as people use it: in clear, or with STARTTLS verified and a login.

A sender takes a ``Place`` and a folder of its own, and returns the message that it has sent, octet for octet:
the one it was given, or, where it makes the message itself, what it keeps or tells of it.
"""

from __future__ import annotations

import os
import re
import shutil
import smtplib
import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.interop.unpacked import node_modules, python_packages

BODY = (
    b"From: Alice <alice@example.org>\r\nTo: bob@x.test\r\nSubject: hello\r\nMessage-ID: <1@example.org>\r\n"
    b"Date: Mon, 1 Jan 2001 00:00:00 +0000\r\n\r\n"
    b"A line.\r\n.a dot first\r\n..two dots\r\n.\r\n\r\nthe end\r\n"
)
SENDER, RECIPIENT = "alice@example.org", "bob@x.test"
USER, PASSWORD = "alice", "wonderland"
_SECONDS = 60


class Place(NamedTuple):
    """``ca``: what to trust for STARTTLS, which is wanted, and a login too; None: in clear, as nobody."""

    port: int
    ca: Path | None


def _run(
    command: list[str], *, stdin: bytes = b"", env: dict[str, str] | None = None, cwd: Path | None = None
) -> bytes:
    done = subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=_SECONDS,
        env={**os.environ, **(env or {})},
        cwd=cwd,
    )
    told = done.stdout + done.stderr
    assert done.returncode == 0, (command, told.decode(errors="replace"))
    return told


def _message(folder: Path, octets: bytes) -> Path:
    file = folder / "message"
    file.write_bytes(octets)
    return file


def _swaks(place: Place, folder: Path) -> bytes:
    """It tells each line that it sends: `` -> `` in clear, `` ~> `` inside TLS."""
    file = _message(folder, BODY.replace(b"\r\n", b"\n"))
    command = ["swaks", "--server", f"127.0.0.1:{place.port}", "--from", SENDER, "--to", RECIPIENT]
    if place.ca is not None:
        command += ["--tls", "--tls-verify", "--tls-ca-path", str(place.ca), "--auth", "PLAIN"]
        command += ["--auth-user", USER, "--auth-password", PASSWORD]
    told = _run([*command, "--data", f"@{file}"])
    sent = re.findall(rb"^ [-~]> ?(.*)$", told.partition(b" 354 ")[2], re.MULTILINE)
    return _unstuffed(sent[: sent.index(b".")])


def _curl(place: Place, folder: Path) -> bytes:
    command = ["curl", "--silent", "--show-error", f"smtp://127.0.0.1:{place.port}/me"]
    if place.ca is not None:
        command += ["--ssl-reqd", "--cacert", str(place.ca), "--user", f"{USER}:{PASSWORD}"]
    envelope = ["--mail-from", SENDER, "--mail-rcpt", RECIPIENT]
    _run([*command, *envelope, "--upload-file", str(_message(folder, BODY))])
    return BODY


def _msmtp(place: Place, folder: Path) -> bytes:
    options = ["--file=/dev/null", "--host=localhost", f"--port={place.port}", f"--from={SENDER}"]
    if place.ca is not None:
        options += ["--tls=on", "--tls-starttls=on", f"--tls-trust-file={place.ca}", "--auth=on"]
        options += [f"--user={USER}", f"--passwordeval=echo {PASSWORD}"]
    _run(["msmtp", *options, RECIPIENT], stdin=BODY.replace(b"\r\n", b"\n"))
    return BODY


def _mutt(place: Place, folder: Path) -> bytes:
    """It makes the header, and keeps a copy of what it sent, though with the second in which it kept it."""
    kept = folder / "kept"
    for name in ("tmp", "new", "cur"):
        (kept / name).mkdir(parents=True)
    secured = place.ca is not None
    lines = [
        f'set smtp_url="smtp://{USER + "@" if secured else ""}localhost:{place.port}/"',
        f"set from={SENDER} use_envelope_from=yes envelope_from_address={SENDER} hostname=client.test",
        f"set mbox_type=Maildir record={kept} copy=yes",
        f"set ssl_starttls={'yes' if secured else 'no'} ssl_force_tls={'yes' if secured else 'no'}",
    ]
    if secured:
        lines.append(f"set smtp_pass={PASSWORD} ssl_ca_certificates_file={place.ca} ssl_usesystemcerts=no")
    config = folder / "muttrc"
    config.write_text("\n".join(lines) + "\n")
    text = b"A line.\n.a dot first\n..two dots\n.\n\nthe end\n"
    _run(["mutt", "-n", "-F", str(config), "-s", "hello", RECIPIENT], stdin=text, env={"HOME": str(folder)})
    (copy,) = (*kept.glob("new/*"), *kept.glob("cur/*"))
    return copy.read_bytes().replace(b"\n", b"\r\n")


def _smtplib(place: Place, folder: Path) -> bytes:
    with smtplib.SMTP("localhost", place.port, local_hostname="client.test", timeout=_SECONDS) as client:
        if place.ca is not None:
            client.starttls(context=ssl.create_default_context(cafile=place.ca))
            client.login(USER, PASSWORD)
        client.sendmail(SENDER, [RECIPIENT], BODY)
    return BODY


_AIOSMTPLIB = """
import asyncio, sys
import aiosmtplib
port, ca, user, password, sender, recipient = sys.argv[1:]
secured = {"start_tls": True, "cert_bundle": ca, "username": user, "password": password}
asyncio.run(aiosmtplib.send(sys.stdin.buffer.read(), hostname="localhost", port=int(port), sender=sender,
    recipients=[recipient], **(secured if ca else {"start_tls": False})))
"""


def _aiosmtplib(place: Place, folder: Path) -> bytes:
    words = [str(place.port), str(place.ca or ""), USER, PASSWORD, SENDER, RECIPIENT]
    path = {"PYTHONPATH": str(python_packages())}
    _run([sys.executable, "-c", _AIOSMTPLIB, *words], stdin=BODY, env=path)
    return BODY


_NODEMAILER = """
const [port, ca, user, pass, from, to] = process.argv.slice(1);
const secured = { requireTLS: true, tls: { ca: ca && require("fs").readFileSync(ca) }, auth: { user, pass } };
const transport = require("nodemailer").createTransport(
  { host: "localhost", port, secure: false, ...(ca ? secured : { ignoreTLS: true }) });
transport.sendMail({ envelope: { from, to }, raw: require("fs").readFileSync(0) })
  .catch((error) => { console.error(error); process.exitCode = 1; });
"""


def _nodemailer(place: Place, folder: Path) -> bytes:
    node = shutil.which("node")
    assert node is not None, "node is not installed: .ci/run installs it"
    words = [str(place.port), str(place.ca or ""), USER, PASSWORD, SENDER, RECIPIENT]
    _run([node, "-e", _NODEMAILER, *words], stdin=BODY, env={"NODE_PATH": str(node_modules())})
    return BODY


def _git_send_email(place: Place, folder: Path) -> bytes:
    """It makes the header of a patch anew, and tells it; the text is the patch's."""
    file = folder / "0001.patch"
    patch = BODY.replace(b"\r\n", b"\n").replace(b"hello", b"[PATCH] hello")
    file.write_bytes(b"From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\n" + patch)
    options = [f"--from=Alice <{SENDER}>", f"--to={RECIPIENT}", "--confirm=never", "--suppress-cc=all"]
    options += ["--no-validate", f"--smtp-server-port={place.port}", "--smtp-server=localhost"]
    options += ["--smtp-domain=client.test"]
    if place.ca is not None:
        options += ["--smtp-encryption=tls", f"--smtp-ssl-cert-path={place.ca}", f"--smtp-user={USER}"]
        options += [f"--smtp-pass={PASSWORD}"]
    env = {"HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", "GIT_CEILING_DIRECTORIES": str(folder)}
    told = _run(["git", "send-email", *options, str(file)], env=env, cwd=folder)
    header = told.partition(b"\nRCPT TO:")[2].partition(b"\n")[2].partition(b"\n\n")[0]
    return header.replace(b"\n", b"\r\n") + b"\r\n\r\n" + BODY.partition(b"\r\n\r\n")[2]


def _unstuffed(lines: list[bytes]) -> bytes:
    return b"".join(line.removesuffix(b"\r").removeprefix(b".") + b"\r\n" for line in lines)


SENDERS: dict[str, Callable[[Place, Path], bytes]] = {
    "swaks": _swaks,
    "curl": _curl,
    "msmtp": _msmtp,
    "mutt": _mutt,
    "smtplib": _smtplib,
    "aiosmtplib": _aiosmtplib,
    "nodemailer": _nodemailer,
    "git send-email": _git_send_email,
}
