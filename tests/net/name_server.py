"""A name server on loopback that answers as a test says, by UDP."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import cast

import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

#: ("corp.test", "MX") -> records, or the name of an error such as SERVFAIL, or None for no answer at all.
Records = Mapping[tuple[str, str], tuple[str, ...] | str | None]


class _Answers(asyncio.DatagramProtocol):
    def __init__(self, records: Records) -> None:
        self._records = records
        self._names = {name for name, _ in records}
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        answer = dns.message.make_response(query)
        question = query.question[0]
        name, kind = (
            question.name.to_text(omit_final_dot=True).lower(),
            dns.rdatatype.to_text(question.rdtype),
        )
        records = self._records.get((name, kind), ())
        if records is None:
            return
        if isinstance(records, str):
            answer.set_rcode(dns.rcode.from_text(records))
        elif records:
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *records))
        elif name not in self._names:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        assert self._transport is not None
        self._transport.sendto(answer.to_wire(), addr)


@contextlib.asynccontextmanager
async def names(records: Records) -> AsyncIterator[str]:
    """Yields ``ADDRESS:PORT``."""
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _Answers(records), local_addr=("127.0.0.1", 0)
    )
    host, port = transport.get_extra_info("sockname")
    try:
        yield f"{host}:{port}"
    finally:
        transport.close()
