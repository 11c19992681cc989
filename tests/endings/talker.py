"""A mail server for one connection that knows what it heard and what it said."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

GREETING = b"220 mx.test at your service\r\n"
#: A long reply, so that something is on its way at most moments.
HELLO = b"".join(b"250-X-KEYWORD-%d\r\n" % number for number in range(30)) + b"250 PIPELINING\r\n"


class Talker:
    """``heard`` and ``said`` hold whole lines, without their ends, in the order of the wire."""

    def __init__(self, listener: socket.socket) -> None:
        self.port: int = listener.getsockname()[1]
        self._heard = bytearray()
        self._said = bytearray()
        self._listener = listener
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
        with contextlib.suppress(OSError):
            connection, _ = self._listener.accept()
            with connection, contextlib.suppress(ConnectionError):
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        self._say(connection, GREETING)
        told, in_message = 0, False
        while data := connection.recv(65536):
            self._heard += data
            lines = self.heard
            for line in lines[told:]:
                if in_message:
                    in_message = line != b"."
                    reply = b"" if in_message else b"250 2.0.0 kept\r\n"
                else:
                    in_message = line.upper() == b"DATA"
                    reply = _reply(line)
                self._say(connection, reply)
            told = len(lines)

    def _say(self, connection: socket.socket, reply: bytes) -> None:
        """In two parts: the line between them is cut where an end comes between them."""
        half = len(reply) // 2
        for part in (reply[:half], reply[half:]):
            self._said += part
            connection.sendall(part)


def _reply(line: bytes) -> bytes:
    verb = line.upper()[:4]
    return {b"EHLO": HELLO, b"DATA": b"354 go on\r\n"}.get(verb, b"250 2.0.0 fine, thank you\r\n")


@contextlib.contextmanager
def talking() -> Iterator[Talker]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        talker = Talker(listener)
        try:
            yield talker
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            talker.gone(5)
