"""A certificate authority of the tests, and what it signs: files that real servers read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import trustme

NAMES = ("mail.bdwater.test", "localhost", "127.0.0.1")


@dataclass(frozen=True)
class Certificates:
    """``ca`` is what a client trusts; ``cert`` (with its chain) and ``key`` are a server's."""

    ca: Path
    cert: Path
    key: Path


def issue(folder: Path, *names: str) -> Certificates:
    """A new authority and one certificate for ``names``, as PEM files that every user may read."""
    folder.mkdir(parents=True, exist_ok=True)
    authority = trustme.CA()
    leaf = authority.issue_cert(*(names or NAMES))
    files = Certificates(folder / "ca.pem", folder / "cert.pem", folder / "key.pem")
    authority.cert_pem.write_to_path(str(files.ca))
    files.cert.write_bytes(b"".join(one.bytes() for one in leaf.cert_chain_pems))
    leaf.private_key_pem.write_to_path(str(files.key))
    for file in (files.ca, files.cert, files.key):
        file.chmod(0o644)
    return files
