"""The server's end of one connection, played by the test itself, line by line."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Iterator


class Peer:
    """``accept`` once the program connects; then ``say`` and ``line`` as a server does."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._connection: socket.socket | None = None
        self._buffer = b""

    @property
    def port(self) -> int:
        number: int = self._listener.getsockname()[1]
        return number

    @property
    def target(self) -> str:
        return f"127.0.0.1:{self.port}"

    def accept(self) -> None:
        self.close()
        self._connection, _ = self._listener.accept()
        self._connection.settimeout(20)
        self._buffer = b""

    def say(self, *lines: str) -> None:
        assert self._connection is not None
        self._connection.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def line(self) -> bytes:
        """The next line without its CRLF; b"" as the last one when the program closed."""
        assert self._connection is not None
        while b"\r\n" not in self._buffer:
            data = self._connection.recv(65536)
            if not data:
                return b""
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\r\n")
        return line

    def octets(self, count: int) -> bytes:
        """So many octets, whatever they are; fewer when the program closed."""
        assert self._connection is not None
        while len(self._buffer) < count:
            data = self._connection.recv(65536)
            if not data:
                break
            self._buffer += data
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def is_silent(self) -> bool:
        """The program has sent nothing (as far as it is here yet)."""
        assert self._connection is not None
        self._connection.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            self._buffer += self._connection.recv(65536)
        self._connection.settimeout(20)
        return not self._buffer

    def until_gone(self) -> bytes:
        """What still comes, until the program closes."""
        assert self._connection is not None
        data = self._buffer
        with contextlib.suppress(ConnectionError):
            while chunk := self._connection.recv(65536):
                data += chunk
        return data

    def reset(self) -> None:
        assert self._connection is not None
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextlib.contextmanager
def listening() -> Iterator[Peer]:
    with socket.socket() as listener:
        listener.settimeout(20)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        peer = Peer(listener)
        try:
            yield peer
        finally:
            peer.close()
