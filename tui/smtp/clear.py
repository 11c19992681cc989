"""Would this line give a password away to whoever listens? Asked before it is sent, on connections without
TLS."""

from __future__ import annotations

import re

from tui.smtp.secrets import CLEAR_MECHANISMS, MECHANISMS, decoded

_AUTH = re.compile(rb"\s*AUTH\s+(\S+)", re.IGNORECASE)
#: What a mechanism that only proves the password sends; anything else in its place may be the password.
_PROOFS = {
    "CRAM-MD5": re.compile(rb"\S+ [0-9a-f]{32}\s*"),
    "SCRAM": re.compile(rb"[nyp](?:=[^,]*)?,(?:a=[^,]*)?,n=.*|c=[^,]*,r=.*", re.DOTALL),
}


def gives_away(secret: bytes, line: bytes, mechanism: str) -> bool:
    """``secret``: the part of ``line`` that the observer takes for one; ``mechanism`` of the AUTH that is
    open, which AUTH at the beginning of ``line`` goes before."""
    secret = secret.strip()
    if secret in (b"", b"=", b"*"):
        return False
    auth = _AUTH.match(line)
    if auth is not None:
        mechanism = auth[1].decode("ascii", "replace").upper()
    if mechanism in CLEAR_MECHANISMS or mechanism not in MECHANISMS:
        return True
    proof = _PROOFS.get("SCRAM" if mechanism.startswith("SCRAM-") else mechanism)
    clear = decoded(secret)
    return proof is not None and (clear is None or proof.fullmatch(clear) is None)
