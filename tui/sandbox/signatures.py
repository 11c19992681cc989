"""Does a DKIM signature fit what was signed? The only question of DKIM that needs cryptography."""

from __future__ import annotations

import hashlib
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

_SHORTEST_KEY: Final = 1024  # bits; RFC 8301 §3.2


def fits(algorithm: str, key: bytes, signature: bytes, signed: bytes) -> bool:
    """A ``tui.practice.dkim.Proof``: rsa-sha256 (RFC 6376 §3.3) and ed25519-sha256 (RFC 8463 §3).

    Raises:
        ValueError: the key is none, or too short to be of use.
    """
    try:
        if algorithm == "ed25519-sha256":
            Ed25519PublicKey.from_public_bytes(key).verify(signature, hashlib.sha256(signed).digest())
        else:
            _rsa(key).verify(signature, signed, PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _rsa(key: bytes) -> RSAPublicKey:
    try:
        found = load_der_public_key(key)
    except UnsupportedAlgorithm as error:
        raise ValueError(str(error)) from None
    if not isinstance(found, RSAPublicKey) or found.key_size < _SHORTEST_KEY:
        raise ValueError("no RSA key of use")
    return found
