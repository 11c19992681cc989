"""The mechanisms that need no more than one or two answers: PLAIN, LOGIN, CRAM-MD5, XOAUTH2."""

from __future__ import annotations

import hmac

from tui.smtp.sasl import Answer, Credentials, Fault, Part, Step, Trouble
from tui.smtp.saslprep import saslprep

_NUL = Part(b"\0")
_A = Part(b"\x01")


def plain(answered: int, challenge: bytes, who: Credentials) -> Answer | Fault:
    """RFC 4616 §2: authzid (none) NUL user NUL password, in UTF-8, prepared by SASLprep."""
    if answered:
        return Fault(Trouble.NO_MORE)
    user, secret = prepared(who)
    if isinstance(user, Fault):
        return user
    return Answer(Step.LOGIN, _NUL, Part(user), _NUL, Part(secret, secret=True))


def login(answered: int, challenge: bytes, who: Credentials) -> Answer | Fault:
    """Two answers, each for itself. What the challenges say ("Username:") is for people: servers word it as
    they like, so only the order counts."""
    if answered == 0:
        return Answer(Step.USER, Part(who.user.encode("utf-8", "replace")))
    if answered == 1:
        return Answer(Step.PASSWORD, Part(who.reveal().encode("utf-8", "replace"), secret=True))
    return Fault(Trouble.NO_MORE)


def cram_md5(answered: int, challenge: bytes, who: Credentials) -> Answer | Fault:
    """RFC 2195 §2: user, a blank, the keyed MD5 (RFC 2104) of the challenge in small hex digits."""
    if answered:
        return Fault(Trouble.NO_MORE)
    digest = hmac.new(who.reveal().encode("utf-8", "replace"), challenge, "md5").hexdigest()
    user = who.user.encode("utf-8", "replace")
    return Answer(Step.DIGEST, Part(user), Part(b" "), Part(digest.encode(), secret=True))


def xoauth2(answered: int, challenge: bytes, who: Credentials) -> Answer | Fault:
    """``user=`` name ^A ``auth=Bearer`` token ^A ^A. After a failure comes a 334 with JSON that tells why;
    the empty answer to it brings the 535."""
    if answered > 1:
        return Fault(Trouble.NO_MORE)
    if answered == 1:
        return Answer(Step.ACKNOWLEDGED)
    user = who.user.encode("utf-8", "replace")
    token = who.reveal().encode("utf-8", "replace")
    return Answer(
        Step.TOKEN, Part(b"user="), Part(user), _A, Part(b"auth=Bearer "), Part(token, secret=True), _A, _A
    )


def prepared(who: Credentials) -> tuple[bytes | Fault, bytes]:
    """User and secret as the server compares them; a Fault in the first place for characters that neither may
    hold."""
    user, secret = saslprep(who.user), saslprep(who.reveal())
    if user is None:
        return Fault(Trouble.PROHIBITED, "user"), b""
    if secret is None:
        return Fault(Trouble.PROHIBITED, "secret"), b""
    return user.encode(), secret.encode()
