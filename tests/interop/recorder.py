"""Stands between a client and a server and keeps the octets of both, inside TLS too: what was really said,
for what a client prints of it to be held against."""

from __future__ import annotations

import base64
import json
import select
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.interop.certificates import Certificates

Step = tuple[str, bytes]


@dataclass
class Recorder:
    """Listens on ``port``; ``connections`` holds the steps of each client that came, in order."""

    target: int
    certificates: Certificates
    implicit: bool = False
    connections: list[list[Step]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._links: list[threading.Thread] = []
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        """Take no other client, and wait for those that came."""
        self._listener.shutdown(socket.SHUT_RDWR)
        for thread in (self._thread, *self._links):
            thread.join()
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            steps: list[Step] = []
            self.connections.append(steps)
            link = threading.Thread(target=self._pass_on, args=(client, steps))
            self._links.append(link)
            link.start()

    def _pass_on(self, client: socket.socket, steps: list[Step]) -> None:
        server = socket.create_connection(("127.0.0.1", self.target))
        _Link(client, server, self.certificates, steps).run(implicit=self.implicit)


@contextmanager
def recording(target: int, certificates: Certificates, *, implicit: bool = False) -> Iterator[Recorder]:
    recorder = Recorder(target, certificates, implicit)
    try:
        yield recorder
    finally:
        recorder.close()


def rows(steps: list[Step]) -> str:
    """As a recorder's file has them: JSON, one step a row."""
    events = ({"dir": side, "b64": base64.b64encode(octets).decode()} for side, octets in steps)
    return "".join(f"{json.dumps(event)}\n" for event in events)


class _Link:
    """One client and the server for it."""

    def __init__(
        self, client: socket.socket, server: socket.socket, certificates: Certificates, steps: list[Step]
    ) -> None:
        self._ends = {"C": client, "S": server}
        self._certificates = certificates
        self._steps = steps
        self._asked_for_tls = False

    def run(self, *, implicit: bool) -> None:
        try:
            if implicit:
                self._begin_tls()
            while self._goes_on():
                pass
        finally:
            for end in self._ends.values():
                end.close()

    def _goes_on(self) -> bool:
        for side, octets in self._arrived():
            if not octets:
                by = {"C": "client", "S": "server"}[side]
                self._steps.append(("*", f"connection closed by {by}".encode()))
                return False
            self._steps.append((side, octets))
            self._ends["S" if side == "C" else "C"].sendall(octets)
            if side == "C":
                self._asked_for_tls = octets.upper() == b"STARTTLS\r\n"
            elif self._asked_for_tls and octets.startswith(b"220 "):
                self._begin_tls()
        return True

    def _arrived(self) -> Iterator[Step]:
        """What came, the server's first: it had no chance to see what the client sends meanwhile."""
        held = [end for end in self._ends.values() if isinstance(end, ssl.SSLSocket) and end.pending()]
        ready = held or select.select(list(self._ends.values()), [], [])[0]
        for side in [side for side in "SC" if self._ends[side] in ready]:
            try:
                yield side, self._ends[side].recv(1 << 16)
            except OSError:
                yield side, b""

    def _begin_tls(self) -> None:
        ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ours.load_cert_chain(self._certificates.cert, self._certificates.key)
        theirs = ssl.create_default_context(cafile=str(self._certificates.ca))
        theirs.maximum_version = ssl.TLSVersion.TLSv1_2  # 1.3 sends tickets: readable, yet nothing to read
        client = ours.wrap_socket(self._ends["C"], server_side=True)
        server = theirs.wrap_socket(self._ends["S"], server_hostname="127.0.0.1")
        self._ends = {"C": client, "S": server}
        cipher = client.cipher()
        assert cipher is not None
        self._steps.append(("*", f"TLS handshake complete: {client.version()} {cipher[0]}".encode()))
