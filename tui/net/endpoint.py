"""Where a session goes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Endpoint:
    """``host`` is a name or an address without brackets. ``sandbox``: the server inside this process."""

    host: str
    port: int = 25
    sandbox: bool = False

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"
