"""The private names of Python's ``ssl`` that this program touches, here alone; ``tests/net/test_private.py``
says when they change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ssl


def chain_of(ssl_object: ssl.SSLObject) -> tuple[bytes, ...]:
    """What the server showed, verified or not: DER, leaf first. Python has a public way from 3.13 on."""
    asked: Any = ssl_object
    if hasattr(asked, "get_unverified_chain"):
        return tuple(asked.get_unverified_chain() or ())
    import _ssl

    encoding = _ssl.ENCODING_DER
    return tuple(one.public_bytes(encoding) for one in asked._sslobj.get_unverified_chain() or ())
