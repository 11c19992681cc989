"""The route that an access asks for: which ways there are to a server, in order."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from tui.net.access import Access, Security
from tui.net.endpoint import Endpoint
from tui.net.names import Address, RouteError, addresses
from tui.net.programs import Around, Ask, ProgramWay, Prompting
from tui.net.proxy import header
from tui.net.ways import First, Route, TcpWay, UnixWay, Way
from tui.smtp.events import ConnectionFailed, Failure, MailExchangersFound, ProxyHeaderSent

if TYPE_CHECKING:
    from tui.net.mx import Exchangers

#: ``-o`` of ssh beside the user's own configuration. A master that lives is used; none is left behind.
SSH_OPTIONS: Final = ("LogLevel=INFO", "ConnectTimeout=10", "ControlMaster=no")


def route_for(access: Access, around: Around) -> Route:
    """From an endpoint to the ways to try, as ``access`` wants it."""
    first: First | None = None
    if access.proxy is not None:
        version = access.proxy

        def first(transport: asyncio.BaseTransport | None) -> bytes:
            octets, words = header(version, transport)
            around.tell(ProxyHeaderSent(version.value, words))
            return octets

    async def route(endpoint: Endpoint) -> Sequence[Way]:
        if access.unix is not None:
            return [UnixWay(str(access.unix), endpoint.host, endpoint.port, first)]
        if access.mx:
            return await _to_exchangers(endpoint, access, around, first)
        if access.via or access.pipe:
            return [_over_program(endpoint, access, around, first)]
        return await _tcp(endpoint, access, first)

    return route


# -- TCP


async def _tcp(
    endpoint: Endpoint, access: Access, first: First | None, *, host: str = ""
) -> Sequence[TcpWay]:
    found = _wanted(await addresses(endpoint.host, endpoint.port), access, endpoint.host)
    return [TcpWay(one, host, access.source, first) for one in found]


def _wanted(found: Sequence[Address], access: Access, host: str) -> list[Address]:
    """Those of the protocol that was asked for, or that our own address is of."""
    version = access.family or (ip_address(access.source).version if access.source else 0)
    left = [one for one in found if not version or (":" in one.host) == (version == 6)]
    if found and not left:
        raise RouteError(Failure.NO_FAMILY, f"IPv{version}")
    return left


# -- the exchangers of a mail domain


async def _to_exchangers(
    endpoint: Endpoint, access: Access, around: Around, first: First | None
) -> Sequence[Way]:
    from tui.net import mx

    try:
        found = await mx.exchangers(endpoint.host)
    except mx.NullMxError:
        around.tell(MailExchangersFound(endpoint.host, ()))
        raise
    chosen = access.mx_choice % max(1, len(found.hosts))
    around.tell(found.told(chosen))
    for name in found.unfit:
        around.tell(ConnectionFailed(Failure.BAD_EXCHANGER, name, endpoint.port, final=False))
    hosts = [host for _, host in found.hosts[chosen:]]
    if access.via or access.pipe:
        return [_over_program(Endpoint(host, endpoint.port), access, around, first) for host in hosts]
    every = await asyncio.gather(
        *(_to_exchanger(found, Endpoint(host, endpoint.port), access, first) for host in hosts),
        return_exceptions=True,
    )
    ways = [way for one in every if not isinstance(one, BaseException) for way in one]
    failed = [one for one in every if isinstance(one, BaseException)]
    told = [one for one in failed if isinstance(one, RouteError)]
    if not ways and failed:
        for one in told[:-1]:
            around.tell(_left_out(one, endpoint))
        raise told[-1] if told else failed[0]
    for one in told:
        around.tell(_left_out(one, endpoint))
    return ways


def _left_out(error: RouteError, endpoint: Endpoint) -> ConnectionFailed:
    """One exchanger, of several."""
    return ConnectionFailed(error.failure, error.host, endpoint.port, detail=error.detail, final=False)


async def _to_exchanger(
    found: Exchangers, endpoint: Endpoint, access: Access, first: First | None
) -> Sequence[TcpWay]:
    host = endpoint.host
    try:
        known = _wanted(await found.addresses(host, endpoint.port), access, host)
    except RouteError as error:
        unknown = error.failure is Failure.NAME_UNKNOWN
        raise RouteError(Failure.NO_ADDRESS if unknown else error.failure, error.detail, host) from None
    return [TcpWay(one, host, access.source, first) for one in known]


# -- a program in between


def _over_program(endpoint: Endpoint, access: Access, around: Around, first: First | None) -> ProgramWay:
    for text in (access.via, endpoint.host):
        if text.startswith("-") or any(unicodedata.category(one)[0] in "CZ" for one in text):
            raise RouteError(Failure.NAME_UNKNOWN)  # nothing that a program could take for an option
    if access.via:
        argv, through = _ssh(endpoint, access, batch=around.ask is None), f"ssh {access.via}"
    else:
        argv = tuple(_filled(word, endpoint) for word in access.pipe)
        through = argv[0].rpartition("/")[2]
    return ProgramWay(
        endpoint.host,
        endpoint.port,
        argv=argv,
        through=through,
        around=around,
        prompting=_prompting if through.partition(" ")[0] == "ssh" else None,
        first=None if first is None else lambda: first(None),
        speaks_first=access.security is Security.TLS,
    )


def _prompting(ask: Ask) -> Prompting:
    from tui.net.prompting import Askpass

    return Askpass(ask)


def _ssh(endpoint: Endpoint, access: Access, *, batch: bool) -> tuple[str, ...]:
    """``batch``: there is nobody to ask, so ssh is not to try."""
    host = f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host
    options = (*SSH_OPTIONS, *(("BatchMode=yes",) if batch else ()))
    family = {4: ("-4",), 6: ("-6",)}.get(access.family, ())
    words = [word for option in options for word in ("-o", option)]
    return ("ssh", *words, *family, "-x", "-W", f"{host}:{endpoint.port}", "--", access.via)


def _filled(word: str, endpoint: Endpoint) -> str:
    """``%h`` and ``%p`` stand for host and port, ``%%`` for a percent sign; there is no shell that could read
    more into it."""
    values = {"%h": endpoint.host, "%p": str(endpoint.port), "%%": "%"}
    filled, rest = "", word
    while rest:
        known = values.get(rest[:2])
        filled += known if known is not None else rest[0]
        rest = rest[2:] if known is not None else rest[1:]
    return filled
