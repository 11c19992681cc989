from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop import dovecot as dovecots
from tests.interop import exim as exims
from tests.interop import opensmtpd as opensmtpds
from tests.interop import postfix as postfixes
from tests.interop import refusing as refusings
from tests.interop import sandboxes
from tests.interop import smtp_server as smtp_servers
from tests.interop import sshd as sshds
from tests.interop.dovecot import Dovecot
from tests.interop.exim import Exim
from tests.interop.opensmtpd import OpenSmtpd
from tests.interop.postfix import Postfix
from tests.interop.smtp_server import SmtpServer
from tests.interop.sshd import Sshd


@pytest.fixture(scope="session")
def root() -> Iterator[Path]:
    """Below it the servers live; their daemons run as other users, who cannot enter pytest's own folder."""
    folder = Path(tempfile.mkdtemp(prefix="smtptutor-interop-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postfix(root: Path) -> Iterator[Postfix]:
    with postfixes.running(root / "postfix") as server:
        yield server


@pytest.fixture(autouse=True)
def no_mail_of_others(request: pytest.FixtureRequest) -> None:
    """What an earlier test has sent and not read is not taken for this one's."""
    if "postfix" in request.fixturenames:
        server: Postfix = request.getfixturevalue("postfix")
        server.forget()


@pytest.fixture(scope="session")
def refusing(root: Path) -> Iterator[Postfix]:
    """A Postfix that takes almost nothing."""
    with refusings.running(root / "refusing") as server:
        yield server


@pytest.fixture(scope="session")
def exim(root: Path) -> Iterator[Exim]:
    with exims.running(root / "exim") as server:
        yield server


@pytest.fixture(scope="session")
def dovecot(root: Path) -> Iterator[Dovecot]:
    with dovecots.running(root / "dovecot") as server:
        yield server


@pytest.fixture(scope="session")
def opensmtpd(root: Path) -> Iterator[OpenSmtpd]:
    with opensmtpds.running(root / "opensmtpd") as server:
        yield server


@pytest.fixture(scope="session")
def smtp_server(root: Path) -> Iterator[SmtpServer]:
    with smtp_servers.running(root / "smtp-server", token="ya29.a-token-of-the-tests") as server:
        yield server


@pytest.fixture(scope="session")
def sshd(root: Path) -> Iterator[Sshd]:
    with sshds.running(root / "sshd") as server:
        yield server


@pytest.fixture(scope="session")
def strict_sshd(root: Path) -> Iterator[Sshd]:
    """A jump host that forbids forwarding."""
    with sshds.running(root / "strict-sshd", forwarding=False) as server:
        yield server


@pytest.fixture
def sandbox_port() -> Iterator[int]:
    """Of ``smtptutor sandbox``."""
    with sandboxes.running() as sandbox:
        yield sandbox.port
