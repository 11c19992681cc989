"""The route that an access asks for."""

from __future__ import annotations

from tui.net.access import Access
from tui.net.ways import Route, tcp


def route_for(access: Access) -> Route:
    """From an endpoint to the ways to try, as ``access`` wants it."""
    return tcp
