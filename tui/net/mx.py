"""Where mail for a domain goes: its MX records, by preference (RFC 5321 §5.1).

The system's resolver gives addresses only, so DNS is asked by dnspython, in a thread of its own as in
``tui.net.names``. ``SMTPTUTOR_DNS=ADDRESS:PORT`` names another name server than the system's, for the
exchangers' addresses too.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from tui.net.endpoint import BadEndpointError, is_address, parse
from tui.net.names import MOST_ADDRESSES, Address, RouteError, addresses, in_thread
from tui.smtp.events import Failure, MailExchangersFound
from tui.values import value

if TYPE_CHECKING:
    from dns.resolver import Resolver

#: Seconds for one question to DNS, retries included.
PATIENCE: Final = 5.0
#: More exchangers of one domain than this are not tried.
MOST_HOSTS: Final = 10
VARIABLE: Final = "SMTPTUTOR_DNS"


@value
class Exchangers:
    """``hosts`` with their preferences, in the order in which they are to be tried; ``more`` of them are not.
    ``unfit``: what stands in a record, and is no host's name."""

    domain: str
    hosts: tuple[tuple[int, str], ...]
    implicit: bool = False  # there is no MX record: the domain itself stands in for one
    unfit: tuple[str, ...] = ()
    more: int = 0

    def told(self, chosen: int) -> MailExchangersFound:
        return MailExchangersFound(self.domain, self.hosts, self.implicit, chosen, self.more)

    async def addresses(self, host: str, port: int) -> Sequence[Address]:
        """Of one of the hosts.

        Raises:
            RouteError
        """
        if VARIABLE not in os.environ:
            return await addresses(host, port)
        return await in_thread(lambda: _looked_up(host, port))


class NullMxError(RouteError):
    """The domain says that it takes no mail (RFC 7505)."""

    def __init__(self) -> None:
        super().__init__(Failure.NULL_MX)


async def exchangers(domain: str) -> Exchangers:
    """Cancellable.

    Raises:
        RouteError: there is no such domain, it takes no mail, DNS fails or does not answer.
    """
    return await in_thread(lambda: _found(domain))


def _found(domain: str) -> Exchangers:
    from dns import resolver

    name = domain.removesuffix(".")
    asking = _resolver()
    try:
        answer = _ask(asking, name, "MX")
    except resolver.NoAnswer:
        return _implicit(asking, name)
    records = sorted((int(one.preference), one.exchange.to_text(omit_final_dot=True)) for one in answer)
    if [host for _, host in records] in (["."], [""]):
        raise NullMxError
    fit = tuple(one for one in records if _is_name(one[1]))
    unfit = tuple(host for _, host in records if not _is_name(host))
    if not fit:
        raise RouteError(Failure.BAD_EXCHANGER, host=unfit[0])
    return Exchangers(name, fit[:MOST_HOSTS], unfit=unfit, more=len(fit[MOST_HOSTS:]))


def _implicit(asking: Resolver, name: str) -> Exchangers:
    """RFC 5321 §5.1: no MX record, then the domain's own addresses, as if it were its own exchanger."""
    from dns import resolver

    for kind in ("A", "AAAA"):
        try:
            _ask(asking, name, kind)
        except resolver.NoAnswer:
            continue
        return Exchangers(name, ((0, name),), implicit=True)
    raise RouteError(Failure.NO_EXCHANGER)


def _looked_up(host: str, port: int) -> tuple[Address, ...]:
    import socket

    from dns import resolver

    asking, found = _resolver(), []
    for kind, family in (("A", socket.AF_INET), ("AAAA", socket.AF_INET6)):
        try:
            found += [Address(family, one.to_text(), port) for one in _ask(asking, host, kind)]
        except resolver.NoAnswer:
            continue
    if not found:
        raise RouteError(Failure.NAME_UNKNOWN)
    return tuple(found)[:MOST_ADDRESSES]


def _ask(asking: Resolver, name: str, kind: str) -> Any:
    """The records.

    Raises:
        dns.resolver.NoAnswer: the name is there, but has none of this kind.
        RouteError: anything else.
    """
    from dns import exception, resolver

    try:
        return asking.resolve(f"{name}.", kind, lifetime=PATIENCE, search=False)
    except resolver.NoAnswer:
        raise
    except resolver.NXDOMAIN:
        raise RouteError(Failure.NAME_UNKNOWN) from None
    except resolver.NoNameservers as error:
        raise RouteError(Failure.NAME_SERVER, _codes(error)) from None
    except (exception.Timeout, OSError):  # OSError: there is no network
        raise RouteError(Failure.NAME_TIMEOUT) from None
    except (exception.DNSException, UnicodeError, ValueError) as error:
        raise RouteError(Failure.NAME_SERVER, str(error)) from None


def _codes(error: Any) -> str:
    """``SERVFAIL`` and its kin, as the name servers said them."""
    said = [str(one[3]) for one in error.kwargs.get("errors", ()) if len(one) > 3]
    return ", ".join(dict.fromkeys(said))


def _resolver() -> Resolver:
    from dns import resolver

    named = os.environ.get(VARIABLE, "")
    try:
        asking = resolver.Resolver(configure=not named)
    except resolver.NoResolverConfiguration:
        raise RouteError(Failure.NAME_SERVER, "/etc/resolv.conf") from None
    if named:
        try:
            server = parse(named, port=53)
            asking.nameservers = [server.host]
        except (BadEndpointError, ValueError):
            raise RouteError(Failure.NAME_SERVER, f"{VARIABLE}={named}") from None
        asking.port = server.port
    return asking


def _is_name(host: str) -> bool:
    """What DNS says is foreign text, and goes to other programs as an argument. An address is none
    (RFC 5321 §5.1)."""
    try:
        return parse(host).host == host and not is_address(host)
    except BadEndpointError:
        return False
