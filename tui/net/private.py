"""The private names of Python's ``ssl`` that this program touches, here alone; ``tests/net/test_private.py``
says when they change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ssl


def chain_of(ssl_object: ssl.SSLObject) -> tuple[bytes, ...]:
    """What the server showed, verified or not: DER, leaf first. Python has a public way from 3.13 on."""
    return _chain(ssl_object, "get_unverified_chain")


def is_anchored(ssl_object: ssl.SSLObject) -> bool:
    """The chain leads to a certificate that this machine trusts. OpenSSL looks for that also where its
    verdict is not asked for; only the verdict itself Python does not hand on then."""
    built = _chain(ssl_object, "get_verified_chain")
    return bool(built) and built[-1] in ssl_object.context.get_ca_certs(binary_form=True)


def _chain(ssl_object: ssl.SSLObject, method: str) -> tuple[bytes, ...]:
    public: Any = getattr(ssl_object, method, None)
    if public is not None:
        return tuple(public() or ())
    import _ssl

    asked: Any = ssl_object
    got = getattr(asked._sslobj, method)() or ()
    return tuple(one.public_bytes(_ssl.ENCODING_DER) for one in got)
