from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.net.clocks import HandClock
from tests.net.scripted import Talk, turns_until
from tui.net.endpoint import Endpoint
from tui.net.names import MOST_ADDRESSES, Address, RouteError, addresses
from tui.net.session import Session
from tui.smtp.events import ConnectionFailed, Failure


class Resolver:
    """Stands in for the name service; an address literal is still read by the real one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answer: list[Any] | Exception = []
        self.asked = threading.Event()
        self.silent = threading.Event()
        self.silent.set()
        self._real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self)

    def __call__(self, host: str, port: int, **more: Any) -> Any:
        if more.get("flags", 0) & socket.AI_NUMERICHOST:
            return self._real(host, port, **more)
        self.asked.set()
        self.silent.wait(20)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Resolver]:
    one = Resolver(monkeypatch)
    yield one
    one.silent.set()


def ipv4(address: str, port: int = 25) -> tuple[Any, ...]:
    return (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port))


@pytest.mark.parametrize(
    ("host", "family"),
    [("127.0.0.1", socket.AF_INET), ("::1", socket.AF_INET6)],
)
async def test_an_address_is_not_looked_up(resolver: Resolver, host: str, family: int) -> None:
    assert await addresses(host, 25) == (Address(family, host, 25),)
    assert not resolver.asked.is_set()


async def test_each_address_once_in_the_order_given(resolver: Resolver) -> None:
    resolver.answer = [
        (socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("2001:db8::1", 25, 0, 0)),
        ipv4("192.0.2.1"),
        ipv4("192.0.2.1"),
        (socket.AF_UNIX, socket.SOCK_STREAM, 0, "", ("odd", 0)),
    ]
    assert [one.host for one in await addresses("mx.test", 25)] == ["2001:db8::1", "192.0.2.1"]


async def test_a_name_with_a_thousand_addresses_is_not_tried_for_hours(resolver: Resolver) -> None:
    resolver.answer = [ipv4(f"192.0.{high}.{low}") for high in range(4) for low in range(250)]
    assert len(await addresses("mx.test", 25)) == MOST_ADDRESSES


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), Failure.NAME_UNKNOWN),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure"), Failure.NAME_TIMEOUT),
        (UnicodeError("label empty or too long"), Failure.NAME_UNKNOWN),
    ],
)
async def test_why_a_name_is_no_address(resolver: Resolver, error: Exception, failure: Failure) -> None:
    resolver.answer = error
    with pytest.raises(RouteError) as caught:
        await addresses("mx.test", 25)
    assert caught.value.failure is failure


async def test_an_unknown_name_ends_the_session_with_its_reason(resolver: Resolver) -> None:
    resolver.answer = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    talk = Talk(session := Session(Endpoint("mx.test", 25)))
    assert not await session.open()
    [failed] = await talk.end()
    assert failed == ConnectionFailed(
        Failure.NAME_UNKNOWN, "mx.test", 25, detail="Name or service not known", final=True
    )


async def test_a_silent_name_service_has_a_time_limit(resolver: Resolver) -> None:
    resolver.silent.clear()
    clock = HandClock()
    talk = Talk(session := Session(Endpoint("mx.test", 25), clock=clock))
    opening = asyncio.ensure_future(session.open())
    await turns_until(lambda: clock.running)
    clock.advance(10)
    assert not await opening
    [failed] = await talk.end()
    assert isinstance(failed, ConnectionFailed)
    assert failed.failure is Failure.NAME_TIMEOUT


async def test_a_lookup_can_be_cancelled_and_its_late_answer_is_nobodys(resolver: Resolver) -> None:
    resolver.silent.clear()
    lookup = asyncio.ensure_future(addresses("mx.test", 25))
    await asyncio.to_thread(resolver.asked.wait)
    lookup.cancel()
    with pytest.raises(asyncio.CancelledError):
        await lookup
    resolver.silent.set()
    thread = next((one for one in threading.enumerate() if one.name == "resolver"), None)
    if thread is not None:
        await asyncio.to_thread(thread.join)
    await asyncio.sleep(0)  # the late answer reaches the loop, and is dropped there


def test_a_silent_name_service_does_not_keep_the_program_from_ending(resolver: Resolver) -> None:
    resolver.silent.clear()

    async def give_up() -> None:
        lookup = asyncio.ensure_future(addresses("mx.test", 25))
        await asyncio.to_thread(resolver.asked.wait)
        lookup.cancel()

    asyncio.run(give_up())  # returns although the resolver still says nothing
    assert not resolver.silent.is_set()
