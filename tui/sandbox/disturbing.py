"""What a scenario does to a connection beside its words: late or slow replies, silence, an end at a bad
moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from tui.practice.faults import Fault
from tui.sandbox.body import Incoming

if TYPE_CHECKING:
    from tui.sandbox.speaking import Voice

#: Pieces of a slow reply in a second, at most.
_PIECES: Final = 10


class Manner(NamedTuple):
    """How a reply goes out."""

    octets_per_second: int = 0  # 0: at once
    unsaid: bool = False  # the connection ends instead
    last: bool = False  # the connection ends behind it
    silent: bool = False  # never, and the connection stays


#: As servers answer.
USUAL: Final = Manner()


class Nothing:
    """Takes whatever comes, and never has enough."""

    def feed(self, chunk: bytes) -> bytes | None:
        return None


class Watched:
    """Gives what comes to a message, until something is to go wrong inside it.

    Args:
        body: the message.
        due: what is to happen now; asked as octets come, since it may be chosen while the message is typed.
    """

    def __init__(self, body: Incoming, due: Callable[[], list[Fault]]) -> None:
        self._body = body
        self._due = due
        self.faults: list[Fault] = []

    def feed(self, chunk: bytes) -> bytes | None:
        if chunk:
            self.faults = self._due()
        return b"" if self.faults else self._body.feed(chunk)


async def disturb(connection: Voice, faults: Iterable[Fault]) -> bool:
    """May the line be obeyed after all? False: the connection is over."""
    for fault in faults:
        match fault.do:
            case "delay":
                await connection.handler.clock.sleep(fault.seconds or 0.0)
            case "slow":
                connection.manner = connection.manner._replace(octets_per_second=fault.octets_per_second or 0)
            case "drop-unsaid":
                connection.manner = connection.manner._replace(unsaid=True)
            case "drop-after":
                connection.manner = connection.manner._replace(last=True)
            case "drop":
                connection.cut()
                return False
            case "silent":
                connection.manner = connection.manner._replace(silent=True)
                await connection.receive(Nothing())
                connection.leave()
                return False
            case "lose":
                pass  # when the message is there: ``transaction``
    return True


def pieces(octets: bytes, per_second: int) -> Iterator[bytes]:
    """A slow reply, as it goes out."""
    size = max(1, per_second // _PIECES)
    return (octets[at : at + size] for at in range(0, len(octets), size))
