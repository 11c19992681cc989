"""Other people's clients meet a server that wants STARTTLS and a login, and LMTP on its port."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop import sandboxes
from tests.interop.sandboxes import Sandbox
from tests.interop.test_clients import BODY, inbox


@pytest.fixture
def served() -> Iterator[Sandbox]:
    """``smtptutor sandbox --scenario submission``."""
    with sandboxes.running("--tls-port", "0", "--lmtp-port", "0", "--scenario", "submission") as sandbox:
        yield sandbox


@pytest.fixture
def message(tmp_path: Path) -> Path:
    file = tmp_path / "message"
    file.write_bytes(BODY)
    return file


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
@pytest.mark.parametrize("implicit", [False, True])
def test_swaks(served: Sandbox, message: Path, mechanism: str, implicit: bool) -> None:
    port, tls = (served.tls_port, "--tls-on-connect") if implicit else (served.port, "--tls")
    message.write_bytes(BODY.replace(b"\r\n", b"\n"))
    subprocess.run(
        ["swaks", "--server", f"127.0.0.1:{port}", tls, "--tls-verify", "--tls-ca-path", str(served.ca),
         "--auth", mechanism, "--auth-user", "alice", "--auth-password", "wonderland",
         "--from", "alice@example.org", "--to", "bob@x.test", "--data", f"@{message}"],
        check=True, timeout=60, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    assert inbox("export", "1", "-").rstrip(b"\r\n") == BODY.rstrip(b"\r\n")


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
@pytest.mark.parametrize("implicit", [False, True])
def test_curl(served: Sandbox, message: Path, mechanism: str, implicit: bool) -> None:
    url = f"smtps://127.0.0.1:{served.tls_port}/me" if implicit else f"smtp://127.0.0.1:{served.port}/me"
    subprocess.run(
        ["curl", "--silent", "--show-error", "--ssl-reqd", "--cacert", str(served.ca), url, "--user",
         "alice:wonderland", "--login-options", f"AUTH={mechanism}", "--mail-from", "alice@example.org",
         "--mail-rcpt", "bob@x.test", "--upload-file", str(message)],
        check=True, timeout=60,
    )  # fmt: skip
    assert inbox("export", "1", "-") == BODY


def test_curl_with_a_wrong_password(served: Sandbox, message: Path) -> None:
    done = subprocess.run(
        ["curl", "--silent", "--ssl-reqd", "--cacert", str(served.ca), f"smtp://127.0.0.1:{served.port}/me",
         "--user", "alice:wrong", "--mail-from", "a@x.test", "--mail-rcpt", "b@x.test", "--upload-file",
         str(message)],
        check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 67  # CURLE_LOGIN_DENIED


def test_openssl_trusts_it(served: Sandbox) -> None:
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{served.port}", "-starttls", "smtp", "-CAfile",
         str(served.ca), "-verify_return_error", "-verify_ip", "127.0.0.1", "-x509_strict", "-brief"],
        check=False, timeout=60, input=b"QUIT\r\n", capture_output=True,
    )  # fmt: skip
    assert b"Verification: OK" in done.stdout + done.stderr


def test_swaks_speaks_lmtp(served: Sandbox, message: Path) -> None:
    message.write_bytes(BODY.replace(b"\r\n", b"\n"))
    subprocess.run(
        ["swaks", "--protocol", "LMTP", "--server", f"127.0.0.1:{served.lmtp_port}", "--tls", "--tls-verify",
         "--tls-ca-path", str(served.ca), "--auth", "PLAIN", "--auth-user", "bob", "--auth-password",
         "builder", "--from", "a@x.test", "--to", "b@x.test", "--data", f"@{message}"],
        check=True, timeout=60, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    assert inbox("export", "1", "-").rstrip(b"\r\n") == BODY.rstrip(b"\r\n")
