from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop.postfix import Postfix, running


@pytest.fixture(scope="session")
def postfix() -> Iterator[Postfix]:
    root = Path(tempfile.mkdtemp(prefix="smtptutor-postfix-"))
    root.chmod(0o755)  # its daemons run as another user
    try:
        with running(root / "postfix") as server:
            yield server
    finally:
        shutil.rmtree(root, ignore_errors=True)
