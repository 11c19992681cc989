"""The article's mail, typed up to the dot to real servers: in plain text, with STARTTLS, with TLS from the
first octet, and logged in by each mechanism."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.interop.exim import Exim
from tests.interop.opensmtpd import OpenSmtpd
from tests.interop.postfix import Postfix
from tests.interop.program import article, connect, delivered
from tests.interop.smtp_server import SmtpServer


@pytest.fixture
def steps(tmp_path: Path) -> list[str]:
    return article(tmp_path)


def run(*arguments: str, password: str = "") -> subprocess.CompletedProcess[str]:
    return connect(*arguments, env={"SMTPTUTOR_PASSWORD": password} if password else {})


MODES = pytest.mark.parametrize("mode", ["--no-tls", "--starttls", "--tls"])


@MODES
def test_postfix(postfix: Postfix, steps: list[str], mode: str) -> None:
    port = postfix.tls_port if mode == "--tls" else postfix.port
    ran = run(f"localhost:{port}", mode, "--cafile", str(postfix.certificates.ca), *steps)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ("TLS handshake complete: TLSv1.3" in ran.stdout) is (mode != "--no-tls")
    delivered(postfix.mail("test2"))


@MODES
def test_exim(exim: Exim, steps: list[str], mode: str) -> None:
    port = exim.tls_port if mode == "--tls" else exim.port
    ran = run(f"localhost:{port}", mode, "--cafile", str(exim.certificates.ca), *steps)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    delivered(exim.boxes.mail("test2"))


def test_opensmtpd(opensmtpd: OpenSmtpd, steps: list[str]) -> None:
    ran = run(f"127.0.0.1:{opensmtpd.port}", *steps)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    delivered(opensmtpd.boxes.mail("test2"))


@pytest.mark.parametrize("mechanism", ["", "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256"])
def test_postfix_logged_in(postfix: Postfix, steps: list[str], mechanism: str) -> None:
    login = ["--user", "test1@bdwater.test", *(["--auth", mechanism] if mechanism else [])]
    where = [f"localhost:{postfix.login_port}", "--starttls", "--cafile", str(postfix.certificates.ca)]
    ran = run(*where, *login, *steps, password=postfix.password)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert postfix.password not in ran.stdout
    assert f"C: AUTH {mechanism or 'SCRAM-SHA-256'}" in ran.stdout
    assert ("C: AUTH PLAIN ********" in ran.stdout) is (mechanism == "PLAIN")
    delivered(postfix.mail("test2"))


def test_a_wrong_password_is_refused(postfix: Postfix, steps: list[str]) -> None:
    where = [f"localhost:{postfix.login_port}", "--starttls", "--cafile", str(postfix.certificates.ca)]
    ran = run(*where, "--user", "test1@bdwater.test", *steps, password="not-this-one")
    assert ran.returncode == 77, ran.stdout + ran.stderr
    assert "not-this-one" not in ran.stdout
    assert "MAIL FROM" not in [line[3:12] for line in ran.stdout.splitlines() if line.startswith("C: ")]


def test_xoauth2(smtp_server: SmtpServer, steps: list[str]) -> None:
    where = [f"localhost:{smtp_server.port}", "--starttls", "--cafile", str(smtp_server.certificates.ca)]
    login = ["--user", "test1@bdwater.test", "--auth", "XOAUTH2"]
    ran = run(*where, *login, *steps, password=smtp_server.token)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert smtp_server.token not in ran.stdout
    delivered(smtp_server.boxes.mail("test2"))
    expired = run(*where, *login, *steps, password="an-expired-token")
    assert expired.returncode == 77, expired.stdout


def test_an_unknown_authority_gets_no_octet_of_a_password(postfix: Postfix, steps: list[str]) -> None:
    ran = run(
        f"localhost:{postfix.login_port}",
        "--starttls",
        "--user",
        "test1@bdwater.test",
        *steps,
        password=postfix.password,
    )
    assert ran.returncode == 77
    assert "Nobody whom this machine trusts has signed the certificate." in ran.stdout
    assert "AUTH" not in [line[3:7] for line in ran.stdout.splitlines() if line.startswith("C: ")]
