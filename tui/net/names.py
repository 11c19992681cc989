"""Names into addresses, off the event loop and without keeping the program from ending.

``loop.getaddrinfo`` borrows a thread of the default executor, which ``asyncio.run`` waits for when it ends: a
resolver that is silent for half a minute would hold up the farewell just as long. A daemon thread of its own
does not.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Sequence
from typing import Final, TypeVar, cast

from tui.smtp.events import Failure
from tui.values import value

T = TypeVar("T")

#: More addresses of one name than this are not tried: the whole attempt has to end some time.
MOST_ADDRESSES: Final = 12

#: The name service did not answer: nothing is known about the name.
_UNANSWERED: Final = frozenset({socket.EAI_AGAIN, socket.EAI_FAIL})


class RouteError(Exception):
    """There is no way to the server that could be tried. ``host``: whose name it is about, when that is
    another than the one that was asked for."""

    def __init__(self, failure: Failure, detail: str = "", host: str = "") -> None:
        super().__init__(failure, detail, host)
        self.failure = failure
        self.detail = detail
        self.host = host


@value
class Address:
    family: int
    host: str  # numeric, with the zone of a link-local address: "fe80::1%eth0"
    port: int


async def addresses(host: str, port: int) -> tuple[Address, ...]:
    """The addresses of ``host`` in the order in which they are to be tried. Cancellable.

    Raises:
        RouteError: NAME_UNKNOWN, or NAME_TIMEOUT when the name service does not answer.
    """
    numeric = _numeric(host, port)
    return numeric if numeric else await _looked_up(host, port)


def _numeric(host: str, port: int) -> tuple[Address, ...]:
    try:
        return _distinct(_ask(host, port, socket.AI_NUMERICHOST))
    except (OSError, UnicodeError):
        return ()


async def _looked_up(host: str, port: int) -> tuple[Address, ...]:
    def ask() -> tuple[Address, ...]:
        try:
            return _distinct(_ask(host, port, 0))
        except (OSError, UnicodeError) as error:
            raise _failure(error) from None

    return await in_thread(ask)


async def in_thread(ask: Callable[[], T]) -> T:
    """What ``ask`` gives or raises, without waiting for it when the loop ends. Cancellable: nobody waits any
    more then."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(found: T | None, failed: Exception | None) -> None:
        if answer.done():  # nobody waits any more
            return
        if failed is not None:
            answer.set_exception(failed)
        else:
            answer.set_result(cast(T, found))

    def work() -> None:
        found, failed = None, None
        try:
            found = ask()
        except Exception as error:
            failed = error
        with contextlib.suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(settle, found, failed)

    threading.Thread(target=work, name="resolver", daemon=True).start()
    return await answer


def _ask(host: str, port: int, flags: int) -> Sequence[tuple[int, int, int, str, tuple[object, ...]]]:
    # As octets: Python would import its IDNA tables to look at an ASCII name (``endpoint.parse`` encoded it).
    name = host.encode() if host.isascii() else host
    return socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=flags)


def _distinct(found: Sequence[tuple[int, int, int, str, tuple[object, ...]]]) -> tuple[Address, ...]:
    every = dict.fromkeys(
        Address(family, str(where[0]), int(str(where[1])))
        for family, _, _, _, where in found
        if family in (socket.AF_INET, socket.AF_INET6)
    )
    return tuple(every)[:MOST_ADDRESSES]


def _failure(error: OSError | UnicodeError) -> RouteError:
    if isinstance(error, socket.gaierror) and error.errno in _UNANSWERED:
        return RouteError(Failure.NAME_TIMEOUT, str(error.strerror or ""))
    detail = error.strerror if isinstance(error, OSError) else str(error)
    return RouteError(Failure.NAME_UNKNOWN, str(detail or ""))
