"""A server that logs in, in a thread: every line it gets is checked against ``alice`` / ``s3cret-Pass``.
Outcomes: see ``OUTCOMES``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import socket
import socketserver
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from typing import Final

Answers = Generator[bytes, bytes, bool]

USER: Final = "alice"
SECRET: Final = "s3cret-Pass"
#: success: 235. failure: 535. cancel: the client sends * and gets 501. echo: 535 that repeats the secret in
#: clear, base64 and hex. drop: it hangs up when the secret is there. clear: as failure; the client types
#: clear text. garbled: the challenge is no base64. late: 535 to AUTH itself, so that the answer comes after
#: it as a command, which is quoted.
OUTCOMES: Final = ("success", "failure", "cancel", "echo", "drop", "clear", "garbled", "late")
MECHANISMS: Final = ("PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2", "SCRAM-SHA-256")
NONCE: Final = b"%hvYDpWUa2RaTCAfuxFIlj"
SALT: Final = b"0123456789abcdef"
ROUNDS: Final = 4096
CRAM: Final = b"<1896.697170952@auth.test>"
DIGEST: Final = hmac.new(SECRET.encode(), CRAM, "md5").hexdigest().encode()
#: What was proved in SCRAM, which has other nonces each time; forms of it.
_PROVED: set[bytes] = set()


def b64(data: bytes) -> bytes:
    return base64.b64encode(data)


def forms() -> tuple[bytes, ...]:
    """Everything that gives the secret away, or lets guesses be tried on it: CRAM-MD5's digest, and what
    client and server have proved in SCRAM so far."""
    secret = SECRET.encode()
    plain = f"\0{USER}\0{SECRET}".encode()
    token = f"user={USER}\x01auth=Bearer {SECRET}\x01\x01".encode()
    whole = (secret, b64(secret), secret.hex().encode(), b64(plain), b64(token), plain, token)
    inside = (b64(b"x" * n + secret)[4:-4] for n in (1, 2))  # in base64 of something longer
    return (*whole, *inside, *_forms_of(DIGEST), b64(f"{USER} ".encode() + DIGEST), *_PROVED)


def _forms_of(proof: bytes) -> tuple[bytes, ...]:
    return proof, b64(proof), proof.hex().encode()


def proofs(shown: bytes, final: bytes, secret: str) -> tuple[bytes, bytes]:
    """Of SCRAM-SHA-256: the client's and the server's for this password. ``shown``: the messages that came
    before the last one of the client, ``final``, without its proof. So does somebody who guesses."""
    salted = hashlib.pbkdf2_hmac("sha256", secret.encode(), SALT, ROUNDS)
    signed = shown + b"," + final
    key = hmac.digest(salted, b"Client Key", "sha256")
    signature = hmac.digest(hashlib.sha256(key).digest(), signed, "sha256")
    server = hmac.digest(hmac.digest(salted, b"Server Key", "sha256"), signed, "sha256")
    return b64(bytes(a ^ b for a, b in zip(key, signature, strict=True))), b64(server)


class _Handler(socketserver.StreamRequestHandler):
    mechanism = ""
    outcome = ""

    def handle(self) -> None:
        self.say(b"220 auth.test ESMTP")
        while line := self.rfile.readline():
            words = line.strip().upper().split()
            if words[:1] == [b"EHLO"]:
                self.say(b"250-auth.test", b"250-STARTTLS", b"250 AUTH " + self.mechanism.encode())
            elif words[:1] == [b"AUTH"]:
                try:
                    self.login(line.split())
                except ConnectionError:
                    return
            elif words[:1] == [b"QUIT"]:
                self.say(b"221 bye")
                return
            else:
                self.say(b"500 5.5.2 what is " + line.strip())

    def say(self, *lines: bytes) -> None:
        for line in lines:
            self.wfile.write(line + b"\r\n")

    def login(self, words: list[bytes]) -> None:
        if self.outcome == "late":
            self.say(b"535 5.7.8 not now")
            return
        steps = {"PLAIN": self.plain, "LOGIN": self.in_two, "CRAM-MD5": self.cram, "XOAUTH2": self.token}
        steps["SCRAM-SHA-256"] = self.scram
        answers = steps[self.mechanism]()
        challenge = next(answers)
        initial = words[2] if len(words) > 2 else None
        while True:
            if initial is None:
                self.say(
                    b"334 " + (b"Please type your answer!!" if self.outcome == "garbled" else b64(challenge))
                )
                got = self.rfile.readline().rstrip(b"\r\n")
            else:
                got, initial = initial, None
            if got == b"*":
                self.say(b"501 5.7.0 cancelled")
                return
            try:
                challenge = answers.send(base64.b64decode(got))
            except StopIteration as end:
                self.ends(bool(end.value), got)
                return
            except ValueError:
                self.ends(False, got)
                return

    def ends(self, right: bool, got: bytes) -> None:
        if self.outcome == "drop":
            raise ConnectionError
        if self.outcome == "echo":
            secret = SECRET.encode()
            self.say(b"535-5.7.8 no: " + secret, b"535-5.7.8 " + b64(secret) + b" " + got)
            self.say(b"535 5.7.8 " + secret.hex().encode())
        elif right and self.outcome in {"success", "garbled", "unproved"}:
            self.say(b"235 2.7.0 welcome")
        else:
            self.say(b"535 5.7.8 Authentication credentials invalid")

    # -- each yields its challenges and gets the answers, decoded; what it returns: are they right?

    def plain(self) -> Answers:
        got = yield b""
        return got == f"\0{USER}\0{SECRET}".encode()

    def in_two(self) -> Answers:
        user = yield b"Username:"
        password = yield b"Password:"
        return (user, password) == (USER.encode(), SECRET.encode())

    def cram(self) -> Answers:
        got = yield CRAM
        return got == f"{USER} ".encode() + DIGEST

    def token(self) -> Answers:
        got = yield b""
        right = got == f"user={USER}\x01auth=Bearer {SECRET}\x01\x01".encode()
        if not right or self.outcome in {"failure", "echo"}:
            yield b'{"status":"401","schemes":"bearer"}'
            return False
        return True

    def scram(self) -> Answers:
        first = (yield b"").removeprefix(b"n,,")
        nonce = first.partition(b",r=")[2] + NONCE
        server = b"r=" + nonce + b",s=" + b64(SALT) + b",i=%d" % ROUNDS
        final = yield server
        bare, _, proof = final.rpartition(b",p=")
        right, ours = proofs(first + b"," + server, bare, SECRET)
        if b",p=" in final:
            _PROVED.update((*_forms_of(right), b64(final), *_forms_of(ours), b64(b"v=" + ours)))
        if proof != right or self.outcome in {"failure", "echo"}:
            return False
        if self.outcome == "unproved":
            return True
        empty = yield b"v=" + ours
        return empty == b""


class _Server(socketserver.ThreadingTCPServer):
    """Hangs up on everybody when it is closed."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, handler: type[_Handler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self._clients: list[socket.socket] = []

    def get_request(self) -> tuple[socket.socket, object]:
        client, address = super().get_request()
        self._clients.append(client)
        return client, address

    def server_close(self) -> None:
        super().server_close()
        for client in self._clients:
            with suppress(OSError):  # it was closed before
                client.shutdown(socket.SHUT_RDWR)


@contextmanager
def serving(mechanism: str, outcome: str) -> Iterator[int]:
    """Its port; it takes any number of connections."""
    with _Server(type("Handler", (_Handler,), {"mechanism": mechanism, "outcome": outcome})) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
