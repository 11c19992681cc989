"""How a server is reached, in a few words."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from tui.net.access import TLS_PORT, Access
from tui.net.endpoint import Endpoint
from tui.practice.state import Practice
from tui.smtp.display import visible
from tui.smtp.events import ConnectionOpened, MailExchangersFound
from tui.words.language import gettext as _
from tui.words.prose import enumerated


def profile(name: str, target: Endpoint | None, access: Access) -> str:
    """What is said when a profile was asked for by its name."""
    where = server(target, access) if target is not None else ""
    return _("profile {name}: {server}").format(name=visible(name), server=where)


def by_port(access: Access | None, *, page: bool = False) -> str:
    """What is said before connecting where nobody chose TLS: the port did; "" elsewhere. ``page``: there is a
    page to choose on."""
    if access is None or not access.by_port or access.tls.pin:
        return ""
    text = _("port {port}: TLS at once; --no-tls for plain")
    if page:
        text = _("port {port}: TLS at once; --no-tls for plain, or choose it on the connect page")
    return text.format(port=TLS_PORT)


def no_next_exchanger(found: MailExchangersFound | None) -> str:
    """Why there is no exchanger to go on to."""
    if found is None:
        return _("the mail servers of a domain are found by --mx DOMAIN")
    hosts = enumerated(visible(host) for _preference, host in found.hosts)
    return _("there is no further mail server: {hosts}").format(hosts=hosts)


def following(found: MailExchangersFound | None, host: str, access: Access) -> Access | None:
    """How to reach the exchanger after ``host`` of the mail domain (RFC 5321 §5.1); None: there is none."""
    if found is None or not access.mx:
        return None
    names = [name for _preference, name in found.hosts]
    at = names.index(host) if host in names else found.chosen
    return replace(access, mx_choice=at + 1) if at + 1 < len(names) else None


def present(desk: Reached) -> str:
    """The server that is connected now, or was last; "" before the first."""
    return server(desk.endpoint, desk.access, desk.practice.opened) if desk.endpoint is not None else ""


class Reached(Protocol):
    """A desk, as far as this needs it."""

    @property
    def endpoint(self) -> Endpoint | None: ...
    @property
    def access(self) -> Access: ...
    @property
    def practice(self) -> Practice: ...


def server(endpoint: Endpoint, access: Access, opened: ConnectionOpened | None = None) -> str:
    """The server with its port, and what lies in between; of a mail domain the exchanger once it is known."""
    host = opened.host if access.mx and opened is not None else endpoint.host
    name = visible(str(Endpoint(host, endpoint.port)))
    if access.unix is not None:
        return _("unix {path}").format(path=visible(str(access.unix)))
    if access.via:
        return _("{server} via {jump}").format(server=name, jump=visible(access.via))
    if access.pipe:
        return _("{server} pipe {program}").format(
            server=name, program=visible(access.pipe[0].rpartition("/")[2])
        )
    if access.mx and opened is None:
        return _("MX of {domain}").format(domain=visible(endpoint.host))
    return name
