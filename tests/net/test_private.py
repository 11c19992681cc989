"""The private names of Python's ssl are there, and do what they are for."""

from __future__ import annotations

import ssl

from tests.net.authority import HOST, cafile, serving_context
from tui.net.private import chain_of


def test_the_chain_that_a_server_shows_can_be_read() -> None:
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(str(cafile()))
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(to_client, to_server, server_hostname=HOST)
    theirs = serving_context().wrap_bio(to_server, to_client, server_side=True)
    done: set[ssl.SSLObject] = set()
    while len(done) < 2:
        for one in (ours, theirs):
            try:
                one.do_handshake()
                done.add(one)
            except ssl.SSLWantReadError:
                pass
    assert chain_of(ours)[0] == ours.getpeercert(True)
