"""What must never be shown: found at birth in what is sent, and again where a server echoes it.

A secret is the argument of AUTH after the mechanism, every line that answers a challenge, and what looks like
such an answer after a refused AUTH (people go on typing the base64 password as a command, and servers quote
it back). The user name is none, but it stands in the same line as the rest; and that of LOGIN, which has a
line of its own, is taken for the password, which people type there by mistake, until the login has succeeded,
unless somebody named it before (``Secrets.know_name``).

An answer in which nothing is secret is shown: the empty one, ``*``, ``=``, and the first message of SCRAM, a
user name and a nonce (RFC 5802 §5.1), unless what stands there for the name may be a password. What shares
its base64 with a secret is hidden with it, since the letters of both run into each other (the user in PLAIN
and XOAUTH2, the nonces beside SCRAM's proof); and what the client proves itself with is a secret too, since
passwords can be tried on it: CRAM-MD5's digest, DIGEST-MD5's and SCRAM's proof. So is what the server proves
itself with (``proofs``).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from itertools import chain
from urllib.parse import quote

from tui.smtp.commands import VERBS
from tui.smtp.display import MASK
from tui.smtp.proofs import Proofs, is_hidden

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

#: client-first-message of SCRAM (RFC 5802 §7) without extensions.
_CLIENT_FIRST = re.compile(rb"(?:[ny]|p=[^,]+),(?:a=[^,]*)?,n=[^,]+,r=[\x21-\x2b\x2d-\x7e]+")
#: Mechanisms in which the server proves that it knows the password, once the client has.
_MUTUAL = ("SCRAM-", "DIGEST-MD5")
#: What passwords can be tried on, wherever it is typed: the last message of SCRAM, the answer of DIGEST-MD5.
_FINAL = re.compile(rb"\bc=[^,]*,r=[^,]+(?:,.*)?,p=([a-z0-9+/]+={0,2})", re.I)
_RESPONSE_VALUE = re.compile(rb"\bresponse=[\"']?([0-9a-f]{32})", re.I)
#: RFC 2195: user and digest.
_DIGEST = re.compile(rb"\s*\S.*\s([0-9a-f]{32})\s*", re.I | re.DOTALL)

#: Answers that say nothing: the empty one, the one that cancels, and the empty one in the line of AUTH.
_SAY_NOTHING = frozenset({b"", b"*", b"="})

_ADDRESS = re.compile(rb"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")

_STRICT_COMMAND = re.compile(
    rb"QUIT|RSET|NOOP|DATA|STARTTLS|(?:HELO|EHLO|LHLO) [!-~]+|(?:MAIL FROM|RCPT TO):<[^<> ]*>(?: [!-~]+)*"
    rb"|BDAT [0-9]+(?: LAST)?",
    re.I,
)

#: Shorter values are looked for only as a whole word in what the server says: anywhere they would mask half
#: of it. One letter or digit is looked for in base64 alone, where it is long enough.
SHORTEST_ECHO = 4
_SHORTEST_WORD = 2
_WORD = re.compile(rb"[a-z0-9]")
_TOKEN = re.compile(rb"[A-Za-z0-9+/]{8,}={0,2}")
_URL_TOKEN = re.compile(rb"[A-Za-z0-9_-]{8,}={0,2}")  # the other alphabet of RFC 4648 (§5)
_FROM_URL = bytes.maketrans(b"-_", b"+/")
#: So many octets of a longer secret are enough to know an echo that was cut short.
_TELLING = 8
_KEPT_VALUES = 512
_CODE = 3  # octets of a reply's code, which is no echo of anything


def decoded(data: bytes) -> bytes | None:
    """``data`` from base64, None when it is none."""
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return None


def padded_wrongly(data: bytes) -> bool:
    """Does base64 that can be read have more ``=`` than belong there (RFC 4648 §4)? Servers refuse it."""
    letters = len(data.rstrip(b"="))
    return len(data) != -(-letters // 4) * 4


class Secrets:
    """Of one connection. ``before``: those of an earlier one of the same person; a server that remembers
    them, or hears of them from another, may say them here."""

    def __init__(self, before: Secrets | None = None) -> None:
        # Lower case, the oldest first; the words are those shorter than SHORTEST_ECHO.
        self._values: dict[bytes, None] = dict(before._values) if before else {}
        self._words: dict[bytes, None] = dict(before._words) if before else {}
        self._tail = b""  # the last octets of the line before: an echo may go over a line's end
        self._going_on: tuple[bytes, ...] = ()  # what is left of values whose echo the line's end cut
        self._mechanism = ""
        self._step = 0
        self._known_name = b""  # in base64; "": not known
        # Learned from what should be a user name.
        self._names: list[bytes] = list(before._names) if before else []
        self._refused = False  # AUTH was refused, and no command came since
        self._proofs = Proofs()
        self._proved = (
            False  # the client has answered with what is secret, in the login under way or the last
        )
        self.known = bool(self._values or self._words)  # something was sent that may come back

    # -- at birth

    def of_response(self, data: bytes) -> tuple[Span, ...]:
        """A line that answers a challenge, or may."""
        return () if self._is_open(data) or self._is_known_name(data) else ((0, len(data)),)

    def _is_open(self, answer: bytes) -> bool:
        """Is nothing secret in it, without a look at where it stands?"""
        clear = decoded(answer)
        first = clear is not None and _CLIENT_FIRST.fullmatch(clear) is not None
        return answer in _SAY_NOTHING or (first and clear is not None and not self._told_by(clear))

    def _is_known_name(self, data: bytes) -> bool:
        """Does it answer the first challenge of LOGIN with it? Where name and password are the same, the
        password counts."""
        asked = self._mechanism == "LOGIN" and self._step == 0
        return asked and data == self._known_name != b"" and data.lower() not in self._values

    def of_undecided(self, data: bytes) -> tuple[Span, ...]:
        """A line that was sent while AUTH is unanswered: an answer to its challenge, unless it has the strict
        form of another command, which no base64 has (a client that pipelines its first mail behind AUTH
        PLAIN)."""
        is_command = _STRICT_COMMAND.fullmatch(data) or _AUTH.match(data)
        if is_command:
            return self.of_command(data)
        return () if self._is_open(data) else ((0, len(data)),)

    def of_command(self, data: bytes) -> tuple[Span, ...]:
        """The part of a command line that is secret."""
        length = len(data)
        if auth := _AUTH.match(data):
            return self._of_argument(data, auth.start(1))
        if response := _RESPONSE.search(data):
            return ((response.start(1), length),)
        if _FINAL.search(data) or _RESPONSE_VALUE.search(data):
            return ((0, length),)
        if self._refused and self._looks_like_answer(data) and not self._is_open(data):
            return ((0, length),)
        if data.lower() in self._values:
            return ((0, length),)
        return ()

    def _of_argument(self, data: bytes, start: int) -> tuple[Span, ...]:
        mechanism = _MECHANISM.match(data, start)
        named = mechanism is not None and (
            mechanism[1].decode("ascii").upper() in MECHANISMS or _MECHANISM_LIKE.fullmatch(mechanism[1])
        )
        if mechanism is not None and named:
            start = mechanism.end()
        return () if self._is_open(data[start:].strip()) else ((start, len(data)),)

    def _looks_like_answer(self, data: bytes) -> bool:
        if _DIGEST.fullmatch(data):
            return True
        match = _BASE64.fullmatch(data)
        return match is not None and match[1].decode("ascii").upper() not in VERBS

    # -- what to look for afterwards

    def auth_begins(self, mechanism: str) -> None:
        self._mechanism = mechanism
        self._step = 0
        self._proved = False

    def auth_ended(self, *, refused: bool) -> None:
        self._refused = refused
        if not refused:  # then it was the user name, which servers may well repeat
            for form in self._names:
                self._values.pop(form, None)
                self._words.pop(form, None)
            self._names.clear()

    def command_follows(self, verb: str) -> None:
        """A command was sent: what comes after it is no late answer to a challenge any more."""
        if verb in VERBS and verb != "AUTH":
            self._refused = False

    def learn_argument(self, data: bytes, spans: tuple[Span, ...], *, answered: bool) -> None:
        """AUTH was sent; ``answered``: the first answer stands in its line, secret (``spans``) or not."""
        self._step = int(answered)
        self._proved = bool(spans)
        for start, end in spans:
            token = data[start:end].strip()
            self._learn(token, name=self._mechanism == "LOGIN")

    def learn_response(self, data: bytes) -> None:
        """An answer to a challenge was sent."""
        known = self._is_known_name(data) or self._is_open(data)
        self._step += 1
        if known:
            return
        self._proved = True
        self._learn(data.strip(), name=self._mechanism == "LOGIN" and self._step == 1)

    def learn_line(self, data: bytes) -> None:
        """A whole line that may be a secret was sent."""
        self._learn(data.strip())

    def know_name(self, name: bytes) -> None:
        """Somebody named the user as such, not at the prompt that hides what is typed: it is no password by
        mistake."""
        self._known_name = base64.b64encode(name)

    def doubt_name(self, name: bytes) -> None:
        """This was given for the user at a prompt that hides what is typed: it may be the password by
        mistake, until the login has succeeded."""
        self._learn_forms(name, name=True)

    def learn_value(self, secret: bytes) -> None:
        """A password that is known here, though perhaps only a proof of it will be sent: a server that keeps
        it in clear may say it all the same."""
        self._learn_forms(secret, name=False)

    def _learn(self, token: bytes, *, name: bool = False) -> None:
        """``name``: it should be the user name of LOGIN. People type the password first by mistake, and only
        a login that succeeds tells that they did not; but an address is none."""
        if token == MASK.encode():  # of a recording: what it hides is not known
            return
        clear = decoded(token)
        if name and _ADDRESS.fullmatch(token if clear is None else clear):
            return
        for value in (token, *_parts(token if clear is None else clear)):
            self._learn_forms(value, name=name)

    def _learn_forms(self, value: bytes, *, name: bool) -> None:
        for form in _forms(value):
            if len(form) < _SHORTEST_WORD:
                continue
            looked_for = self._values if len(form) >= SHORTEST_ECHO else self._words
            low = form.lower()
            if low not in looked_for and len(looked_for) >= _KEPT_VALUES:
                looked_for.pop(next(iter(looked_for)))
            if name and low not in looked_for:
                self._names.append(low)
            elif low in self._names and not name:
                self._names.remove(low)
            looked_for[low] = None
            self.known = True

    # -- the server's own

    def proofs(self, line: bytes) -> tuple[Span, ...]:
        """Where a line of the server proves that it knows the password. Lines are to be given in their
        order."""
        return self._proofs.in_reply(line, due=self._proof_is_due)

    @property
    def _proof_is_due(self) -> bool:
        return self._proved and self._mechanism.startswith(_MUTUAL)

    def stands_for_proof(self, line: bytes) -> bool:
        """Is it a proof that whoever wrote this record has hidden?"""
        return self._proof_is_due and is_hidden(line)

    # -- echoes

    def echoed(self, data: bytes) -> tuple[Span, ...]:
        """Where ``data``, a line of the server, repeats a secret: as it was sent, decoded, in base64,
        in hex or as in a URL, alone or in base64 of something longer, also where it goes on from the line
        before. Lines are to be given in their order."""
        lower = data.lower()
        start = min(_CODE + 1, len(lower))
        spans = [*self._over_the_end(lower, start), *self._whole_words(lower), *self._inside_base64(data)]
        going_on: list[bytes] = []
        for value in self._values:
            telling = value[:_TELLING]
            at = lower.find(telling, _CODE)
            while at >= 0:
                end = _matched(lower, at, value)
                spans.append((at, end))
                if end == len(lower) and end - at < len(value):
                    going_on.append(value[end - at :])
                at = lower.find(telling, end)
        self._going_on = (*going_on, *self._going_on)
        self._tail = (self._tail + lower[start:])[-(_TELLING - 1) :]
        return tuple(sorted(set(spans)))

    def _over_the_end(self, lower: bytes, start: int) -> Iterator[Span]:
        """What of an echo stands here that began in the line before."""
        left, self._going_on = self._going_on, ()
        for rest in left:
            end = _matched(lower, start, rest)
            if end > start:
                yield start, end
                if end == len(lower) and end - start < len(rest):
                    self._going_on += (rest[end - start :],)
        before = len(self._tail)
        joined = self._tail + lower[start : start + max(map(len, self._values), default=0)]
        for value in self._values:
            at = joined.find(value[:_TELLING])
            if 0 <= at < before < _matched(joined, at, value):
                end = start + _matched(joined, at, value) - before
                yield start, end
                if end == len(lower) and before - at + end - start < len(value):
                    self._going_on += (value[before - at + end - start :],)

    def _whole_words(self, lower: bytes) -> Iterator[Span]:
        for word in self._words:
            at = lower.find(word, _CODE)
            while at >= 0:
                end = at + len(word)
                if not (_WORD.match(lower, at - 1) or _WORD.match(lower, end)):
                    yield at, end
                at = lower.find(word, end)

    def _inside_base64(self, data: bytes) -> Iterator[Span]:
        """Base64 of a text that holds a secret: which letters it gives depends on what stands before it."""
        for token in chain(_TOKEN.finditer(data, _CODE), _URL_TOKEN.finditer(data, _CODE)):
            letters = token[0].rstrip(b"=").translate(_FROM_URL)
            letters = letters[: len(letters) - (len(letters) % 4 == 1)]
            if self._told_by(base64.b64decode(letters + b"=" * (-len(letters) % 4))):
                yield token.span()

    def _told_by(self, clear: bytes) -> bool:
        """Does a text that came out of base64 hold a secret, in clear or in base64 once more?"""
        padded = b" " * _CODE + clear  # where the code of a reply stands, which is none here
        lower = padded.lower()
        return (
            any(value[:_TELLING] in lower for value in self._values)
            or any(True for _span in self._whole_words(lower))
            or any(True for _span in self._inside_base64(padded))
        )


def _matched(text: bytes, at: int, value: bytes) -> int:
    """Where ``value``, which may begin at ``at``, stops agreeing with ``text``."""
    end = at
    while end - at < len(value) and end < len(text) and text[end] == value[end - at]:
        end += 1
    return end


def _forms(value: bytes) -> dict[bytes, None]:
    """What a server may make of it, each once: base64 of both alphabets, hex as dumps write it, a URL."""
    forms = (
        value,
        base64.b64encode(value),
        base64.urlsafe_b64encode(value),
        *(value.hex(*between).encode() for between in ((), (":",), (" ",), ("-",))),
        quote(value, safe="").encode(),
        b"".join(b"%%%02x" % octet for octet in value),
    )
    return dict.fromkeys(forms)


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
    if digest := _DIGEST.fullmatch(clear):
        yield from (digest[1], bytes.fromhex(digest[1].decode("ascii")))
        return
    if final := _FINAL.search(clear):
        yield from (final[1], decoded(final[1]) or final[1])
    elif response := _RESPONSE_VALUE.search(clear):
        yield response[1]
    yield clear
