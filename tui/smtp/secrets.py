"""What must never be shown: found at birth in what is sent, and again where a server echoes it.

A secret is the argument of AUTH after the mechanism, every line that answers a challenge, and what looks like
such an answer after a refused AUTH (people go on typing the base64 password as a command, and servers quote
it back). The user name is none, but it stands in the same line as the rest.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from tui.smtp.commands import VERBS

Span = tuple[int, int]

MECHANISMS = frozenset(
    {
        "PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "XOAUTH2", "OAUTHBEARER", "EXTERNAL", "ANONYMOUS", "NTLM",
        "GSSAPI", "OTP", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS",
        "SCRAM-SHA-512",
    }
)  # fmt: skip
#: These send something that opens the account, and not a proof of knowing it.
CLEAR_MECHANISMS = frozenset({"PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER"})

_NAMES = b"|".join(re.escape(name.encode()) for name in sorted(MECHANISMS, key=len, reverse=True))
#: AUTH, spelt somehow and separated somehow, and what follows it.
_AUTH = re.compile(
    rb"[\s\x00]*auth(?![a-z]*:)(?:[^a-z0-9]+|(?=(?:" + _NAMES + rb")\b))(.*)", re.I | re.DOTALL
)
_MECHANISM = re.compile(rb"([a-z0-9_-]+)[^a-z0-9+/=]*", re.I)
#: A mechanism and its initial response behind whatever was typed for AUTH.
_RESPONSE = re.compile(
    rb"(?:^|[^a-z0-9-])(?:" + _NAMES + rb")[^a-z0-9+/=]+([a-z0-9+/]{8,}={0,2})[\s\x00]*$", re.I
)
_MECHANISM_LIKE = re.compile(rb"[A-Z0-9_-]{2,20}")  # as they are registered; one that nobody knows
_BASE64 = re.compile(
    rb"[\s\x00]*((?:[a-z0-9+/]{4})+|(?:[a-z0-9+/]{4})*(?:[a-z0-9+/]{3}=|[a-z0-9+/]{2}==))\s*", re.I
)

_STRICT_COMMAND = re.compile(
    rb"QUIT|RSET|NOOP|DATA|STARTTLS|(?:HELO|EHLO|LHLO) [!-~]+|(?:MAIL FROM|RCPT TO):<[^<> ]*>(?: [!-~]+)*"
    rb"|BDAT [0-9]+(?: LAST)?",
    re.I,
)

#: Shorter values are not looked for in what the server says: they would mask half of it.
SHORTEST_ECHO = 4
#: So many octets of a longer secret are enough to know an echo that was cut short.
_TELLING = 8
_KEPT_VALUES = 256
_CODE = 3  # octets of a reply's code, which is no echo of anything


def decoded(data: bytes) -> bytes | None:
    """``data`` from base64, None when it is none."""
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return None


class Secrets:
    """Of one connection."""

    def __init__(self) -> None:
        self._values: dict[bytes, None] = {}  # lower case, in order
        self._mechanism = ""
        self._step = 0
        self._refused = False  # AUTH was refused, and no command came since
        self.known = False  # something was sent that may come back

    # -- at birth

    def of_response(self, data: bytes) -> tuple[Span, ...]:
        """A line that answers a challenge, or may. ``*`` cancels and is no secret, the empty answer
        neither."""
        return () if data in (b"", b"*") else ((0, len(data)),)

    def of_undecided(self, data: bytes) -> tuple[Span, ...]:
        """A line that was sent while AUTH is unanswered: an answer to its challenge, unless it has the strict
        form of another command, which no base64 has (a client that pipelines its first mail behind AUTH
        PLAIN)."""
        is_command = _STRICT_COMMAND.fullmatch(data) or _AUTH.match(data)
        return self.of_command(data) if is_command else self.of_response(data)

    def of_command(self, data: bytes) -> tuple[Span, ...]:
        """The part of a command line that is secret."""
        length = len(data)
        if auth := _AUTH.match(data):
            return self._of_argument(data, auth.start(1))
        if response := _RESPONSE.search(data):
            return ((response.start(1), length),)
        if self._refused and self._looks_like_answer(data):
            return ((0, length),)
        if data.lower() in self._values:
            return ((0, length),)
        return ()

    @staticmethod
    def _of_argument(data: bytes, start: int) -> tuple[Span, ...]:
        mechanism = _MECHANISM.match(data, start)
        named = mechanism is not None and (
            mechanism[1].decode("ascii").upper() in MECHANISMS or _MECHANISM_LIKE.fullmatch(mechanism[1])
        )
        if mechanism is not None and named:
            start = mechanism.end()
        return ((start, len(data)),) if start < len(data) else ()

    def _looks_like_answer(self, data: bytes) -> bool:
        match = _BASE64.fullmatch(data)
        return match is not None and match[1].decode("ascii").upper() not in VERBS

    # -- what to look for afterwards

    def auth_begins(self, mechanism: str) -> None:
        self._mechanism = mechanism
        self._step = 0

    def auth_ended(self, *, refused: bool) -> None:
        self._refused = refused

    def command_follows(self, verb: str) -> None:
        """A command was sent: what comes after it is no late answer to a challenge any more."""
        if verb in VERBS and verb != "AUTH":
            self._refused = False

    def learn_argument(self, data: bytes, spans: tuple[Span, ...]) -> None:
        """The secret part of a command was sent."""
        for start, end in spans:
            token = data[start:end].strip()
            if self._mechanism == "LOGIN":
                self._step = 1
                continue  # the user name
            self._learn(token)

    def learn_response(self, data: bytes) -> None:
        """An answer to a challenge was sent."""
        self._step += 1
        if not (self._mechanism == "LOGIN" and self._step == 1):
            self._learn(data.strip())

    def learn_line(self, data: bytes) -> None:
        """A whole line that may be a secret was sent."""
        self._learn(data.strip())

    def _learn(self, token: bytes) -> None:
        clear = decoded(token)
        for value in (token, *(() if clear is None else _parts(clear))):
            for form in (value, base64.b64encode(value), value.hex().encode()):
                if len(value) >= SHORTEST_ECHO and len(self._values) < _KEPT_VALUES:
                    self._values[form.lower()] = None
                    self.known = True

    # -- echoes

    def echoed(self, data: bytes) -> tuple[Span, ...]:
        """Where ``data``, a line of the server, repeats a secret: as it was sent, decoded, in base64 or in
        hex."""
        spans: list[Span] = []
        lower = data.lower()
        for value in self._values:
            telling = value[:_TELLING]
            at = lower.find(telling, _CODE)
            while at >= 0:
                end = at + len(telling)
                while end - at < len(value) and end < len(lower) and lower[end] == value[end - at]:
                    end += 1
                spans.append((at, end))
                at = lower.find(telling, end)
        return tuple(sorted(set(spans)))


def _parts(clear: bytes) -> Iterator[bytes]:
    """The secret values inside a decoded response: not the user names of PLAIN and XOAUTH2, nor labels."""
    if clear.count(b"\0") == 2:  # RFC 4616: authzid NUL authcid NUL password
        yield clear.rpartition(b"\0")[2]
        return
    if b"\x01" in clear:  # RFC 7628 and XOAUTH2: user=… ^A auth=Bearer … ^A ^A
        for field in clear.split(b"\x01"):
            name, _, value = field.partition(b"=")
            if name == b"auth":
                yield value.removeprefix(b"Bearer ")
        return
    if re.fullmatch(rb"\S+ [0-9a-f]{32}", clear):  # RFC 2195: user and digest
        yield clear.rpartition(b" ")[2]
        return
    yield clear
