"""A mail server for one connection that knows what it heard and what it said."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator

GREETING = b"220 mx.test at your service\r\n"
#: A long reply, so that something is on its way at most moments.
HELLO = b"".join(b"250-X-KEYWORD-%d\r\n" % number for number in range(30)) + b"250-AUTH PLAIN\r\n"
GREETED, SECURED = "the greeting", "the handshake"


class Talker:
    """``heard`` and ``said`` hold whole lines, without their ends, in the order of the wire; of TLS what is
    inside.

    Args:
        tls: how it encrypts; None: not at all.
        implicit: from the first octet, else after STARTTLS.
        silent: at this it says nothing more: the greeting, the handshake, or a verb.
    """

    def __init__(
        self, listener: socket.socket, tls: ssl.SSLContext | None, *, implicit: bool, silent: str
    ) -> None:
        self.port: int = listener.getsockname()[1]
        self.accepted = threading.Event()
        self._open = contextlib.ExitStack()
        self._heard = bytearray()
        self._said = bytearray()
        self._listener = listener
        self._tls, self._implicit, self._silent = tls, implicit, silent
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def heard(self) -> list[bytes]:
        return bytes(self._heard).split(b"\r\n")[:-1]

    @property
    def said(self) -> list[bytes]:
        return bytes(self._said).split(b"\r\n")[:-1]

    def gone(self, seconds: float) -> bool:
        """The program has closed, and all that it sent was heard."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _serve(self) -> None:
        with contextlib.suppress(OSError), self._open:
            connection = self._open.enter_context(self._listener.accept()[0])
            self.accepted.set()
            self._talk(self._secured(connection) if self._implicit else connection)

    def _secured(self, connection: socket.socket) -> socket.socket:
        if self._silent == SECURED:
            return self._silenced(connection)
        assert self._tls is not None
        return self._open.enter_context(self._tls.wrap_socket(connection, server_side=True))

    def _silenced(self, connection: socket.socket) -> socket.socket:
        """Until the program closes, which is an error to whoever goes on."""
        while connection.recv(65536):
            pass
        raise ConnectionAbortedError

    def _talk(self, connection: socket.socket) -> None:
        if self._silent == GREETED:
            self._silenced(connection)
        self._say(connection, GREETING)
        told, in_message = 0, False
        while data := connection.recv(65536):
            self._heard += data
            lines = self.heard
            for line in lines[told:]:
                verb = line.upper()[:4].decode()
                if in_message:
                    in_message = line != b"."
                    self._say(connection, b"" if in_message else b"250 2.0.0 kept\r\n")
                elif verb != self._silent:
                    in_message = verb == "DATA"
                    self._say(connection, self._reply(verb))
                if verb == "STAR" and not in_message:
                    connection = self._secured(connection)
            told = len(lines)

    def _say(self, connection: socket.socket, reply: bytes) -> None:
        """In two parts: the line between them is cut where an end comes between them."""
        half = len(reply) // 2
        for part in (reply[:half], reply[half:]):
            self._said += part
            connection.sendall(part)

    def _reply(self, verb: str) -> bytes:
        if verb == "EHLO":
            offers = self._tls is not None and not self._implicit and b"STARTTLS" not in self.heard
            return HELLO + (b"250-STARTTLS\r\n" if offers else b"") + b"250 PIPELINING\r\n"
        replies = {"DATA": b"354 go on\r\n", "STAR": b"220 2.0.0 begin\r\n"}
        return replies.get(verb, b"250 2.0.0 fine, thank you\r\n")


@contextlib.contextmanager
def talking(
    tls: ssl.SSLContext | None = None, *, implicit: bool = False, silent: str = ""
) -> Iterator[Talker]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        talker = Talker(listener, tls, implicit=implicit, silent=silent)
        try:
            yield talker
        finally:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            talker.gone(5)
