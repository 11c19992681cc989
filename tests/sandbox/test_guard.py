"""aiosmtpd's private names: they exist, and the base class treats them as ``tui.sandbox.wire`` expects.

If this fails after an update of aiosmtpd, ``tui/sandbox/wire.py`` is the one file to look at.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope

from tui.sandbox import wire
from tui.sandbox.handler import peer_address
from tui.sandbox.turns import Turns
from tui.sandbox.wire import GUARDED, Wire


class Recording(Wire):
    """Notes which of its private names the base class uses."""

    def __init__(self) -> None:
        super().__init__(
            object(),
            hostname="guard.test",
            idle_seconds=60,
            turns=Turns(),
            loop=asyncio.get_running_loop(),
        )
        self.used: list[str] = []

    async def _handle_client(self) -> None:
        self.used.append("_handle_client")
        await asyncio.Event().wait()

    def _reset_timeout(self, duration: float | None = None) -> None:
        self.used.append("_reset_timeout")
        super()._reset_timeout(duration)

    def _create_envelope(self) -> Envelope:
        self.used.append("_create_envelope")
        return super()._create_envelope()


class Transport(asyncio.Transport):
    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return ("192.0.2.7", 4711) if name == "peername" else default

    def is_closing(self) -> bool:
        return True  # or the stream writer that the base class makes would warn that nobody closed it


async def test_the_base_class_uses_what_is_replaced_and_gives_what_is_used() -> None:
    one = Recording()
    for name in GUARDED:
        assert name in inspect.getsource(SMTP), name

    one.connection_made(Transport())
    await asyncio.sleep(0)
    assert set(one.used) == {"_handle_client", "_reset_timeout", "_create_envelope"}
    assert isinstance(one._handler_coroutine, asyncio.Task)
    assert one.session is not None
    assert peer_address(one.session.peer) == "192.0.2.7"
    assert one.session.host_name is None
    timer = one._timeout_handle
    assert timer is not None

    before = one.envelope
    one.reset_transaction()
    assert one.envelope is not before
    assert one.used[-1] == "_create_envelope"

    one.connection_lost(None)
    assert timer.cancelled()
    await asyncio.wait([one._handler_coroutine])
    assert one._handler_coroutine.cancelled()


async def test_our_own_names_do_not_cover_names_of_the_base_class() -> None:
    loop = asyncio.get_running_loop()
    base = vars(SMTP(object(), hostname="guard.test", loop=loop))
    ours = set(vars(Recording())) - set(base)
    assert ours.isdisjoint(name for one in SMTP.__mro__ for name in vars(one))


def test_no_other_module_touches_a_private_name_of_aiosmtpd() -> None:
    private = [name for name in vars(SMTP) if name.startswith("_") and not name.startswith("__")]
    private += ["_handler_coroutine", "_timeout_handle", "_reader", "_writer", "_tls_protocol"]
    mine = Path(wire.__file__)
    for module in mine.parent.glob("*.py"):
        text = module.read_text(encoding="utf-8")
        if module != mine:
            assert not [name for name in private if f"self.{name}" in text or f"def {name}(" in text], module


def test_what_clients_type_is_not_logged() -> None:
    assert logging.getLogger("mail.log").disabled
