"""The server's side of a login (RFC 4954): what it asks, and whether the answers are right.

Pure: nothing random is made here. Each mechanism is a generator that yields its challenges, decoded, and is
sent the answers, decoded; its value is who has logged in, or why nobody has. Secrets are compared in constant
time, and a user that does not exist takes the same way as a wrong password.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64encode
from collections.abc import Callable, Generator
from enum import Enum
from typing import Final

from tui.smtp.saslprep import saslprep
from tui.smtp.secrets import decoded
from tui.values import value

#: Rounds of PBKDF2: RFC 7677 §4 asks for no fewer.
ROUNDS: Final = 4096
#: The server speaks first, so an initial response is refused (RFC 4954 §4). LOGIN is not in it: clients send
#: the user name along, and servers take it.
NO_INITIAL: Final = frozenset({"CRAM-MD5"})

#: What stands for the password of somebody who does not exist.
_NOBODY: Final = "\x00"
_OAUTH: Final = re.compile(rb"user=([^\x01]*)\x01auth=Bearer ([^\x01]*)\x01\x01")
_OAUTH_FAILED: Final = b'{"status":"401","schemes":"bearer"}'
#: client-first-message of RFC 5802 §7 without channel binding: gs2-header, authzid, the rest bare.
_FIRST: Final = re.compile(
    rb"([ny],(?:a=([^,]*))?,)(n=((?:[^,=]|=2C|=3D)+),r=([\x21-\x2b\x2d-\x7e]+)(?:,.*)?)", re.DOTALL
)
_FINAL: Final = re.compile(rb"(c=([^,]*),r=([^,]*)(?:,[^p].*)?),p=([^,]*)", re.DOTALL)


class Denial(Enum):
    """Why nobody has logged in."""

    MALFORMED = "malformed"  # the answer is none of this mechanism
    WRONG = "wrong"  # the credentials are


@value
class Chance:
    """What must not be guessed: ``nonce`` printable without comma, blank and angle bracket; ``salt``."""

    nonce: str
    salt: bytes
    host: str = "localhost"


PasswordOf = Callable[[str], str | None]
"""The password, or token, of a user; None: there is no such user."""
Exchange = Generator[bytes, bytes, str | Denial]


def begin(mechanism: str, password_of: PasswordOf, chance: Chance) -> Exchange:
    """``mechanism`` is one of ``sasl.MECHANISMS``, in upper case.

    Raises:
        KeyError: it is none of them.
    """
    return _BEGIN[mechanism](password_of, chance)


def _plain(password_of: PasswordOf, chance: Chance) -> Exchange:
    """RFC 4616 §2. Nobody may act for somebody else here."""
    fields = (yield b"").split(b"\0")
    if len(fields) != 3 or not fields[1] or not fields[2]:
        return Denial.MALFORMED
    for_whom, user, password = fields
    if for_whom not in {b"", user}:
        return Denial.WRONG
    return _known(password_of, user, password)


def _login(password_of: PasswordOf, chance: Chance) -> Exchange:
    user = yield b"Username:"
    password = yield b"Password:"
    return _known(password_of, user, password)


def _cram_md5(password_of: PasswordOf, chance: Chance) -> Exchange:
    """RFC 2195 §2."""
    challenge = f"<{chance.nonce}@{chance.host}>".encode()
    user, blank, digest = (yield challenge).rpartition(b" ")
    if not blank or not user:
        return Denial.MALFORMED
    name, password = _account(password_of, user)
    right = hmac.new((password or _NOBODY).encode(), challenge, "md5").hexdigest()
    return name if _same(right.encode(), digest.lower()) and password is not None else Denial.WRONG


def _xoauth2(password_of: PasswordOf, chance: Chance) -> Exchange:
    """As Google documents it: a failure is told in JSON first, and the client has to acknowledge it."""
    match = _OAUTH.fullmatch((yield b""))
    if match is None:
        return Denial.MALFORMED
    known = _known(password_of, match[1], match[2])
    if isinstance(known, Denial):
        yield _OAUTH_FAILED
    return known


def _scram_sha_256(password_of: PasswordOf, chance: Chance) -> Exchange:
    """RFC 5802 §3 and §7, RFC 7677."""
    first = _FIRST.fullmatch((yield b""))
    if first is None:
        return Denial.MALFORMED
    header, for_whom, bare, escaped, nonce = first.groups()
    user = escaped.replace(b"=2C", b",").replace(b"=3D", b"=")
    name, password = _account(password_of, user)
    nonce += chance.nonce.encode()
    ours = b"r=%s,s=%s,i=%d" % (nonce, b64encode(chance.salt), ROUNDS)
    final = _FINAL.fullmatch((yield ours))
    proof = decoded(final[4]) if final is not None else None
    if final is None or not proof:
        return Denial.MALFORMED
    if (final[2], final[3]) != (b64encode(header), nonce) or for_whom not in {None, b"", escaped}:
        return Denial.WRONG
    signed = b",".join((bare, ours, final[1]))
    salted = hashlib.pbkdf2_hmac("sha256", (password or _NOBODY).encode(), chance.salt, ROUNDS)
    key = hmac.digest(salted, b"Client Key", "sha256")
    signature = hmac.digest(hashlib.sha256(key).digest(), signed, "sha256")
    right = bytes(a ^ b for a, b in zip(key, signature, strict=True))
    if not _same(right, proof) or password is None:
        return Denial.WRONG
    proved = hmac.digest(hmac.digest(salted, b"Server Key", "sha256"), signed, "sha256")
    return Denial.MALFORMED if (yield b"v=" + b64encode(proved)) else name


def _known(password_of: PasswordOf, user: bytes, secret: bytes) -> str | Denial:
    """Who it is, where the secret is sent as it is."""
    name, password = _account(password_of, user)
    given = saslprep(secret.decode("utf-8", "surrogateescape"))
    same = _same((password or _NOBODY).encode(), (given or "").encode())
    return name if same and password is not None else Denial.WRONG


def _account(password_of: PasswordOf, user: bytes) -> tuple[str, str | None]:
    """Name and password as both sides prepare them."""
    name = saslprep(user.decode("utf-8", "surrogateescape")) or ""
    password = password_of(name)
    return name, None if password is None else saslprep(password)


def _same(one: bytes, other: bytes) -> bool:
    return hmac.compare_digest(one, other)


_BEGIN: Final[dict[str, Callable[[PasswordOf, Chance], Exchange]]] = {
    "PLAIN": _plain,
    "LOGIN": _login,
    "CRAM-MD5": _cram_md5,
    "XOAUTH2": _xoauth2,
    "SCRAM-SHA-256": _scram_sha_256,
}
