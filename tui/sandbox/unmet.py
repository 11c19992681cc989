"""What a scenario wants to go wrong, and nobody can meet at the server as it is."""

from __future__ import annotations

from collections.abc import Iterator

from tui.practice.fault_lines import Trouble, troubles
from tui.practice.faults import Fault, Greylist, Rate, Reply
from tui.practice.scenario import Server
from tui.sandbox import personality, verbs


def unmet(server: Server, name: str, *, tls: bool = False) -> Iterator[tuple[Trouble, str]]:
    """Each with the extension that is not offered; "": only those who have logged in come so far, and they
    are not greylisted.

    Args:
        name: of the personality.
        tls: there is a port for TLS from the first octet.
    """
    speaks = personality.load(name)
    offered = server.offered(speaks.extensions)
    for one in troubles(server):
        verb = one.stage.upper() if isinstance(one, Reply | Fault | Rate) else ""
        needed = "STARTTLS" if isinstance(one, str) and not tls else verbs.EXTENSION.get(verb, "")
        if needed and needed not in offered and verb not in speaks.habits.answers:
            yield one, needed
        elif isinstance(one, Greylist) and server.login_required:
            yield one, ""
