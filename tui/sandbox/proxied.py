"""The PROXY header in front of the greeting, taken from the wire."""

from __future__ import annotations

from tui.smtp.proxy import ProxyError, ProxyHeader, parse


class HeaderReader:
    """Takes octets until ``found``, or until it is plain that they are no header; then they are all taken."""

    def __init__(self) -> None:
        self.found: ProxyHeader | None = None
        self._data = b""

    def feed(self, chunk: bytes) -> bytes | None:
        """What stands behind the header, or None while it goes on."""
        self._data += chunk
        try:
            self.found = parse(self._data)
        except ProxyError:
            return b""
        return None if self.found is None else self._data[self.found.octets :]
