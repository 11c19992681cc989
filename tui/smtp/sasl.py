"""Logging in (RFC 4954), one answer after the other: what each mechanism sends, and what it is made of.

Pure and total. What was said on the wire is the only state: ``answer`` takes the dialogue so far (``Talk``)
and who logs in, and gives the next answer taken to pieces (fields, octets, base64, line), or a named
``Fault``. So it goes on also where a person typed the earlier answers by hand.

PLAIN RFC 4616, LOGIN (no RFC; draft-murchison-sasl-login), CRAM-MD5 RFC 2195, XOAUTH2 as Google documents it,
SCRAM-SHA-256 RFC 5802 and 7677.
"""

from __future__ import annotations

import base64
from collections.abc import Collection
from enum import Enum
from typing import Final

from tui.smtp.secrets import decoded
from tui.values import value

#: RFC 4954 §4: an initial response that makes the line longer than this is sent after an empty challenge.
LINE_OCTETS: Final = 512


class Step(Enum):
    """What an answer says."""

    LOGIN = "login"  # user name and password at once
    USER = "user"
    PASSWORD = "password"
    DIGEST = "digest"
    TOKEN = "token"
    ACKNOWLEDGED = "acknowledged"  # the empty answer to an error in words (XOAUTH2)
    FIRST = "first"  # client-first-message
    PROOF = "proof"  # client-final-message
    VERIFIED = "verified"  # the empty answer to the server's signature


#: Best first. All answers that a login which succeeds needs.
STEPS: Final[dict[str, tuple[Step, ...]]] = {
    "SCRAM-SHA-256": (Step.FIRST, Step.PROOF, Step.VERIFIED),
    "CRAM-MD5": (Step.DIGEST,),
    "PLAIN": (Step.LOGIN,),
    "LOGIN": (Step.USER, Step.PASSWORD),
    "XOAUTH2": (Step.TOKEN,),
}

#: As servers list them.
MECHANISMS: Final = ("PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2", "SCRAM-SHA-256")

#: The server speaks first: there is nothing to send along with AUTH. LOGIN takes none where it follows its
#: draft.
SERVER_FIRST: Final = frozenset({"CRAM-MD5", "LOGIN"})
#: Chosen only when asked for: its secret is no password.
_NEVER_BY_ITSELF: Final = frozenset({"XOAUTH2"})
#: They prove that the secret is known, and do not send it.
PROVING: Final = frozenset({"CRAM-MD5", "SCRAM-SHA-256"})


class Trouble(Enum):
    """Why there is no answer."""

    MECHANISM_UNKNOWN = "mechanism-unknown"  # to us; detail: its name
    MECHANISM_NOT_OFFERED = (
        "mechanism-not-offered"  # detail: its name, "" where the server offers none of ours
    )
    NOT_BASE64 = "not-base64"  # detail: the challenge
    MALFORMED = (
        "malformed"  # no server-first, or server-final, message of RFC 5802; detail: the challenge, decoded
    )
    WRONG_NONCE = "wrong-nonce"  # it does not begin with ours: somebody else's dialogue
    FEW_ITERATIONS = "few-iterations"  # detail: how many
    MANY_ITERATIONS = "many-iterations"
    BAD_SALT = "bad-salt"
    BAD_SIGNATURE = "bad-signature"  # the server does not know the password either
    SERVER_ERROR = "server-error"  # e=… of RFC 5802 §7; detail: the value
    NO_MORE = "no-more"  # a challenge behind the last answer of the mechanism
    PROHIBITED = (
        "prohibited"  # a character that no user name or password may hold; detail: "user" or "secret"
    )


@value
class Fault:
    trouble: Trouble
    detail: str = ""  # foreign text


class Credentials:
    """Who logs in. The secret, a password or a token, shows nowhere: not in ``repr``, and not in a
    traceback."""

    __slots__ = ("_secret", "user")

    def __init__(self, user: str, secret: str) -> None:
        self.user = user
        self._secret = secret

    def reveal(self) -> str:
        return self._secret

    def __repr__(self) -> str:
        return f"Credentials({self.user!r}, ********)"


@value
class Talk:
    """An AUTH so far. ``said``: what the server wrote behind each 334, still in base64. ``sent``: our
    answers, decoded, the initial response first; those that hold the secret itself may be empty."""

    mechanism: str  # upper case
    said: tuple[bytes, ...] = ()
    sent: tuple[bytes, ...] = ()

    def __repr__(self) -> str:
        """Without what was said: passwords can be tried on the server's proof."""
        return f"Talk({self.mechanism!r}, {len(self.said)} said, {len(self.sent)} sent)"


@value
class Part:
    """A piece of an answer: octets that everybody may see, or (``secret``) what stands for them."""

    text: bytes
    secret: bool = False


class Answer:
    """One answer, from its fields to the line. ``parts`` joined are ``octets``."""

    __slots__ = ("_parts", "step")

    def __init__(self, step: Step, *parts: Part) -> None:
        self.step = step
        self._parts = parts

    @property
    def parts(self) -> tuple[Part, ...]:
        return self._parts

    @property
    def octets(self) -> bytes:
        return b"".join(part.text for part in self._parts)

    @property
    def line(self) -> bytes:
        """What is typed, without its end: base64 and nothing else. Nothing at all for no octets."""
        return base64.b64encode(self.octets)

    def __repr__(self) -> str:
        shown = b"".join(b"********" if part.secret else part.text for part in self._parts)
        return f"Answer({self.step}, {shown!r})"


def choose(offered: Collection[str], *, tls: bool, wanted: str = "") -> str | Fault:
    """The mechanism to log in with: ``wanted`` where that is named, else the best one that the server offers.

    Without TLS those that only prove the password go before those that send it; both before none at all, for
    whoever asks knows what is sent in clear (the rails ask before it is).
    """
    names = {name.upper() for name in offered}
    if wanted:
        if wanted not in STEPS:
            return Fault(Trouble.MECHANISM_UNKNOWN, wanted)
        return wanted if wanted in names else Fault(Trouble.MECHANISM_NOT_OFFERED, wanted)
    known = [name for name in STEPS if name in names and name not in _NEVER_BY_ITSELF]
    if not known:
        return Fault(Trouble.MECHANISM_NOT_OFFERED)
    return next((name for name in known if tls or name in PROVING), known[0])


def opening(mechanism: str, who: Credentials, nonce: str) -> tuple[bytes, Answer | None] | Fault:
    """The AUTH line without its end, and the initial response in it; None where none is sent along."""
    bare = f"AUTH {mechanism}".encode()
    if mechanism in SERVER_FIRST:
        return bare, None
    first = answer(Talk(mechanism), who, nonce)
    if isinstance(first, Fault):
        return first
    line = bare + b" " + first.line
    return (line, first) if len(line) + 2 <= LINE_OCTETS else (bare, None)


def answer(talk: Talk, who: Credentials, nonce: str) -> Answer | Fault:
    """The next answer. ``nonce`` is ours: printable ASCII without a comma, new for each login, the same
    within one; only SCRAM uses it, and only in its first answer."""
    from tui.smtp import sasl_scram, sasl_simple

    makers = {
        "PLAIN": sasl_simple.plain,
        "LOGIN": sasl_simple.login,
        "CRAM-MD5": sasl_simple.cram_md5,
        "XOAUTH2": sasl_simple.xoauth2,
    }
    if talk.mechanism not in STEPS:
        return Fault(Trouble.MECHANISM_UNKNOWN, talk.mechanism)
    challenge = decoded(talk.said[-1]) if talk.said else b""
    if challenge is None:
        return Fault(Trouble.NOT_BASE64, talk.said[-1].decode("utf-8", "backslashreplace"))
    if talk.mechanism == "SCRAM-SHA-256":
        return sasl_scram.answer(talk, challenge, who, nonce)
    return makers[talk.mechanism](len(talk.sent), challenge, who)
