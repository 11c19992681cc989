"""Programs that cannot be installed beside Postfix: ``.ci/unpack`` lays them out in ``.interop``."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / ".interop"


def program(name: str) -> Path:
    """An unpacked program, such as ``usr/sbin/exim4``."""
    found = ROOT / "root" / name
    if not found.exists():
        raise AssertionError(f"{found} is not there: .ci/unpack makes it")
    return found


def node_modules() -> Path:
    found = ROOT / "node" / "node_modules"
    if not (found / "smtp-server").is_dir():
        raise AssertionError(f"smtp-server is not in {found}: .ci/unpack installs it")
    return found


def python_packages() -> Path:
    """Other people's Python, kept out of our own environment."""
    found = ROOT / "python"
    if not (found / "aiosmtplib").is_dir():
        raise AssertionError(f"aiosmtplib is not in {found}: .ci/unpack installs it")
    return found
