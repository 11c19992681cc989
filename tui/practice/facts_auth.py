"""Who authenticated: the user name, read from what each mechanism sends. Secrets are not looked at."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tui.smtp.commands import text_of
from tui.smtp.secrets import decoded

_SCRAM_NAME = re.compile(rb"(?:^|,)n=([^,]*)")
_DIGEST_NAME = re.compile(rb'username="((?:[^"\\]|\\.)*)"')
_OAUTH_NAME = re.compile(rb"^user=([^\x01]*)\x01")
_GS2_NAME = re.compile(rb"^[ny],a=([^,]*),")


def _plain(response: bytes) -> bytes | None:
    """RFC 4616: authzid NUL authcid NUL password."""
    parts = response.split(b"\0")
    return parts[1] if len(parts) == 3 else None


def _whole(response: bytes) -> bytes | None:
    return response.removesuffix(b"\0") or None


def _cram(response: bytes) -> bytes | None:
    """RFC 2195: the name, a blank, the digest."""
    name, blank, _ = response.rpartition(b" ")
    return name if blank else None


def _digest(response: bytes) -> bytes | None:
    match = _DIGEST_NAME.search(response)
    return re.sub(rb"\\(.)", rb"\1", match[1]) if match else None


def _scram(response: bytes) -> bytes | None:
    """RFC 5802 §5.1: "=2C" and "=3D" stand for what would end the name."""
    match = _SCRAM_NAME.search(response)
    return match[1].replace(b"=2C", b",").replace(b"=3D", b"=") if match else None


def _oauth(response: bytes) -> bytes | None:
    match = _OAUTH_NAME.match(response) or _GS2_NAME.match(response)
    return match[1].replace(b"=2C", b",").replace(b"=3D", b"=") if match else None


#: mechanism -> how the name stands in its first response.
_NAMES: dict[str, Callable[[bytes], bytes | None]] = {
    "PLAIN": _plain,
    "LOGIN": _whole,
    "EXTERNAL": _whole,
    "CRAM-MD5": _cram,
    "DIGEST-MD5": _digest,
    "XOAUTH2": _oauth,
    "OAUTHBEARER": _oauth,
}


def user_name(mechanism: str, response: bytes) -> str | None:
    """The user name in the first response of ``mechanism``, as it stands in base64 on the wire; None if there
    is none, or if it cannot be read."""
    clear = decoded(response)
    reader = _scram if mechanism.startswith("SCRAM-") else _NAMES.get(mechanism)
    if clear is None or reader is None:
        return None
    name = reader(clear)
    return None if name is None else text_of(name)


class AuthFacts:
    """One AUTH, from its command to the reply that ends it."""

    def __init__(self, argument: str) -> None:
        mechanism, _, initial = argument.partition(" ")
        self._mechanism = mechanism.upper()
        self._initial = initial.strip()
        self._challenges: list[str] = []
        self._steps = 0
        self._cancelled = False
        self._success = False
        self._code: int | None = None
        self._enhanced: str | None = None
        self.username: str | None = None
        self._name_due = True
        if self._initial:
            self._read_name(self._initial.encode())

    def challenged(self, challenge: bytes) -> None:
        self._challenges.append(text_of(challenge))

    @property
    def over(self) -> bool:
        return self._code is not None

    def responded(self, response: bytes, *, cancelled: bool) -> None:
        self._steps += 1
        self._cancelled = self._cancelled or cancelled
        self._read_name(response)

    def ended(self, code: int, enhanced: str | None) -> None:
        self._success = code == 235
        self._code = code
        self._enhanced = enhanced

    def _read_name(self, response: bytes) -> None:
        """Only the first response may hold it; what LOGIN sends next is the password, readable or not."""
        if not self._name_due:
            return
        self._name_due = response in (b"", b"=") and self._mechanism != "LOGIN"
        self.username = user_name(self._mechanism, response)

    def facts(self) -> dict[str, Any]:
        """By the names of DESIGN §7. An exchange that the connection cut off has failed, with no code."""
        return {
            "mechanism": self._mechanism,
            "initial_response": bool(self._initial),
            "challenges": self._challenges,
            "client_steps": self._steps,
            "cancelled": self._cancelled,
            "result": "success" if self._success else "failed",
            "code": self._code,
            "enhanced": self._enhanced,
            "username": self.username,
        }
