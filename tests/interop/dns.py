"""A name server on loopback that knows a few records: ``SMTPTUTOR_DNS`` points the program to it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping

import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

#: ("corp.test.", "MX") -> ("10 mx1.corp.test.",), or the name of an error such as SERVFAIL.
Records = Mapping[tuple[str, str], tuple[str, ...] | str]


@contextlib.contextmanager
def running(records: Records) -> Iterator[str]:
    """Answers by UDP; yields its address as ``127.0.0.1:PORT``."""
    names = {name for name, _ in records}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        address, port = server.getsockname()

        def serve() -> None:
            while True:
                try:
                    packet, peer = server.recvfrom(4096)
                except OSError:
                    return
                if not packet:
                    return
                server.sendto(_answer(packet, records, names), peer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"{address}:{port}"
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stopper:
                stopper.sendto(b"", (address, port))
            thread.join(10)


def _answer(packet: bytes, records: Records, names: set[str]) -> bytes:
    query = dns.message.from_wire(packet)
    response = dns.message.make_response(query)
    question = query.question[0]
    name, kind = question.name.to_text().lower(), dns.rdatatype.to_text(question.rdtype)
    values = records.get((name, kind), ())
    if isinstance(values, str):
        response.set_rcode(dns.rcode.from_text(values))
    elif values:
        response.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *values))
    elif name not in names:
        response.set_rcode(dns.rcode.NXDOMAIN)
    return response.to_wire()
