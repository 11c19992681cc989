"""What a practice server does, as data: who has a mailbox, how strictly it reads, where patience ends, and
replies of choice. Pure values and their faults; ``tui.sandbox`` acts on them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address
from typing import Annotated, Final, Literal

import msgspec

from tui.practice.faults import (
    ADDRESS,
    STAGES,
    Fault,
    Greylist,
    Quota,
    Rate,
    Reply,
    Wrong,
    fault_faults,
    greylist_faults,
    quota_faults,
    rate_faults,
    reply_faults,
)
from tui.practice.flaws import Flaw, because
from tui.practice.precedence import Trouble, idle
from tui.practice.published import Published
from tui.smtp.sasl import MECHANISMS
from tui.smtp.saslprep import saslprep

__all__ = [
    "EXTENSIONS",
    "LIVE",
    "STAGES",
    "Account",
    "Certificate",
    "Limits",
    "Reply",
    "Server",
    "faults",
    "local_part",
]

_Positive = Annotated[int, msgspec.Meta(gt=0, le=1_000_000_000)]

#: Extensions that the practice server can do, with what stands behind the keyword in the EHLO reply.
EXTENSIONS: Final[Mapping[str, str]] = {
    "PIPELINING": "",
    "SIZE": "{limit}",
    "VRFY": "",
    "ENHANCEDSTATUSCODES": "",
    "8BITMIME": "",
    "BINARYMIME": "",
    "CHUNKING": "",
    "SMTPUTF8": "",
    "DSN": "",
    "EXPN": "",
    "STARTTLS": "",
    "AUTH": "{mechanisms}",
    "HELP": "",
}
Certificate = Literal["good", "other-name", "expired", "self-signed"]
#: Keys that count from the next command on; all others from the next connection on.
LIVE: Final = ("reply", "fault", "greylist", "quota", "rate")
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
#: Arrays that say something when they are empty: nobody is unknown, nobody logs in, a list has no member.
_MAY_BE_EMPTY: Final = re.compile(r"unknown|mechanisms|lists\..*")
_DOMAIN: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
#: Records also stand at names such as _spf.
_PUBLISHING: Final = re.compile(rf"_?{_LABEL}(?:\._?{_LABEL})*")
_LOCAL: Final = re.compile(r"[!-?A-~]+")
#: A key of DKIM stands at a name of one or more labels, in any case (RFC 6376 §3.1).
_SELECTOR: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.IGNORECASE)
_LONGEST_LABEL: Final = 63  # octets (RFC 1035 §2.3.4)
_LONGEST_NAME: Final = 253
_USER: Final = re.compile(r"[!-~]{1,64}")


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Octets, counts and seconds; beyond ``connections`` and ``unknown_commands`` there is a 421."""

    message_octets: _Positive | None = None  # None: what the personality takes
    recipients: _Positive | None = None  # of one message; None: what the personality takes
    spool_octets: Annotated[int, msgspec.Meta(gt=0)] | None = None  # of all messages; beyond them 452
    connections: _Positive = 250  # at a time
    unknown_commands: _Positive = 1000  # of one connection
    #: Without an octet from the client; None: as long as the personality waits.
    idle_seconds: Annotated[float, msgspec.Meta(gt=0, le=86400)] | None = None


class Account(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody who can log in; the password is the token of XOAUTH2 as well. It shows in no ``repr``."""

    user: str
    password: str

    def __repr__(self) -> str:
        return f"Account(user={self.user!r}, password=********)"


class Server(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A server to practise on; as it stands, that of free practice."""

    personality: str = "plain"
    host: str = ""  # the name it greets with; none: the personality's
    domains: tuple[str, ...] = ()  # where its mailboxes are; none: everywhere
    unknown: tuple[str, ...] = ("nobody",)  # local parts that have no mailbox in any domain
    users: tuple[str, ...] = ()  # local parts that have one; none named: all others
    bounces: tuple[str, ...] = ()  # local parts that are accepted, and then nothing can be delivered to them
    lists: dict[str, tuple[str, ...]] = {}  # local part of a list, and the addresses that EXPN tells of it
    syntax: Literal["lenient", "strict"] = "lenient"
    helo_required: bool = True
    proxy: bool = False  # a header of the PROXY protocol comes first, or the connection ends
    tls_required: bool = False  # 530 before STARTTLS (RFC 3207 §4)
    auth_in_clear: bool = False  # AUTH also where there is no TLS; else 538
    login_required: bool = False  # 530 before AUTH (RFC 4954 §6)
    mechanisms: tuple[str, ...] = MECHANISMS
    account: tuple[Account, ...] = ()
    offers: tuple[str, ...] = ()  # extensions besides those of the personality
    withholds: tuple[str, ...] = ()  # extensions that it does not have, though the personality does
    certificate: Certificate = "good"
    reply: tuple[Reply, ...] = ()
    fault: tuple[Fault, ...] = ()
    greylist: Greylist | None = None
    quota: tuple[Quota, ...] = ()  # the first that fits counts
    rate: tuple[Rate, ...] = ()
    published: tuple[Published, ...] = ()  # what DNS would say of senders' domains: SPF, DKIM, DMARC
    enforce: bool = False  # what DMARC asks for is done: 550 behind the dot, or kept as junk
    seen_from: str = ""  # the address that every client has, as far as they are checked; none: its own
    limits: Limits = Limits()

    def offered(self, usual: Iterable[str]) -> tuple[str, ...]:
        """The extensions of this server, in the order of its EHLO reply: those ``usual`` to the personality
        first. What cannot work is not in it: BINARYMIME without CHUNKING (RFC 3030 §3), AUTH where nobody
        can log in, and codes that the personality does not word."""
        words_codes = "ENHANCEDSTATUSCODES" in (usual := tuple(usual))
        wanted = [one for one in dict.fromkeys((*usual, *self.offers)) if one not in self.withholds]
        cannot = {"BINARYMIME"} if "CHUNKING" not in wanted else set()
        if not self.account or not self.mechanisms:
            cannot.add("AUTH")
        if not words_codes:
            cannot.add("ENHANCEDSTATUSCODES")
        return tuple(one for one in wanted if one not in cannot)

    def failing_as(self, other: Server) -> Server:
        """This server with what goes wrong at the other one: all that needs no new connection."""
        return msgspec.structs.replace(self, **{key: getattr(other, key) for key in LIVE})

    @property
    def goes_by_clock(self) -> bool:
        """Is it of any use to let time pass?"""
        late = any(one.seconds is not None for one in self.fault)
        return late or self.greylist is not None or any(one.seconds is not None for one in self.rate)

    def quota_of(self, address: str) -> Quota | None:
        """None: its mailbox takes everything, or is another server's."""
        if not self.is_local(address):
            return None
        local = local_part(address)
        return next((one for one in self.quota if one.fits(local)), None)

    def password_of(self, user: str) -> str | None:
        """None: nobody of this name can log in. The domain may be named, where it is one of ours."""
        name, _at, _domain = user.rpartition("@") if self.is_local(user) else ("", "", "")
        found = {one.user: one.password for one in self.account}
        return found.get(user, found.get(name))

    def is_local(self, address: str) -> bool:
        """Does the server deliver for this domain? An address without one is the postmaster's."""
        if not self.domains:
            return True
        _local, at, domain = address.rpartition("@")
        return not at or domain.lower() in self.domains

    def has_mailbox(self, address: str) -> bool:
        """Is somebody there? Only to be asked of a local address."""
        local = local_part(address)
        if local in self.unknown:
            return False
        return not self.users or local in self.users or local in self.lists or local == "postmaster"

    def delivers_to(self, address: str) -> bool:
        """Has it a mailbox that takes what was accepted for it? Of another server's nobody knows."""
        if not self.is_local(address):
            return True
        return self.has_mailbox(address) and not (self.bounces and local_part(address) in self.bounces)


def local_part(address: str) -> str:
    """In lower case, without quotation marks."""
    return (address.rpartition("@")[0] or address).strip('"').lower()


def faults(server: Server) -> Iterator[Wrong]:
    """What types alone do not catch."""
    for key, words, form in (
        ("domains", server.domains, _DOMAIN),
        ("unknown", server.unknown, _LOCAL),
        ("users", server.users, _LOCAL),
        ("bounces", server.bounces, _LOCAL),
    ):
        for at, word in enumerate(words):
            is_one = _is_name(word) if form is _DOMAIN else form.fullmatch(word)
            if not is_one or word != word.lower():
                flaw = Flaw.DOMAIN if form is _DOMAIN else Flaw.LOCAL_PART
                yield f"{key}[{at}]", because(flaw, value=word)
        yield from _twice(key, words)
    for key, names in (("offers", server.offers), ("withholds", server.withholds)):
        for at, name in enumerate(names):
            if name not in EXTENSIONS:
                yield f"{key}[{at}]", because(Flaw.NONE_OF, value=name, names=tuple(EXTENSIONS))
        yield from _twice(key, names)
    yield from _list_faults(server)
    yield from _conflicts(server)
    yield from _login_faults(server)
    yield from _published_faults(server)
    if server.seen_from and not _is_address(server.seen_from):
        yield "seen_from", because(Flaw.IP_ADDRESS, value=server.seen_from)
    if server.host and not _is_name(server.host):
        yield "host", because(Flaw.HOST, value=server.host)
    if not re.fullmatch(r"[a-z0-9-]{1,40}", server.personality):
        yield "personality", because(Flaw.PERSONALITY, value=server.personality)
    yield from _trouble_faults(server)


def empty_faults(keys: Iterable[str]) -> Iterator[Wrong]:
    """What is wrong with ``keys`` of a server that a file sets to nothing (``strict.empties``)."""
    for key in keys:
        if not _MAY_BE_EMPTY.fullmatch(key):
            yield key, because(Flaw.EMPTY)


def _is_name(name: str, form: re.Pattern[str] = _DOMAIN) -> bool:
    """Can it stand in DNS?"""
    short = len(name) <= _LONGEST_NAME and all(len(one) <= _LONGEST_LABEL for one in name.split("."))
    return short and form.fullmatch(name) is not None


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text  # the name of an interface


def _twice(key: str, names: Iterable[str], form: str = "{key}[{at}]") -> Iterator[Wrong]:
    """``form``: the key of the one at this place."""
    seen: set[str] = set()
    for at, name in enumerate(names):
        if name in seen:
            yield form.format(key=key, at=at), because(Flaw.TWICE, value=name)
        seen.add(name)


def _published_faults(server: Server) -> Iterator[Wrong]:
    for at, one in enumerate(server.published):
        if not _is_name(one.domain, _PUBLISHING):
            yield f"published[{at}].domain", because(Flaw.DOMAIN, value=one.domain)
        for key, addresses in (("a", one.a), ("mx", one.mx)):
            for address in addresses:
                if not _is_address(address):
                    yield f"published[{at}].{key}", because(Flaw.IP_ADDRESS, value=address)
        for selector in one.dkim:
            if not _is_name(selector, _SELECTOR):
                yield f"published[{at}].dkim", because(Flaw.SELECTOR, value=selector)
        yield from _twice(f"published[{at}].dkim", (name.lower() for name in one.dkim), "{key}")
        records = {
            "spf": one.spf,
            "dmarc": one.dmarc,
            **{f"dkim.{name}": text for name, text in one.dkim.items()},
        }
        for key, record in records.items():
            if not record.isprintable():
                yield f"published[{at}].{key}", because(Flaw.RECORD)
    yield from _twice("published", (one.domain for one in server.published), "{key}[{at}].domain")


def _trouble_faults(server: Server) -> Iterator[Wrong]:
    if server.greylist is not None:
        yield from ((f"greylist.{key}", reason) for key, reason in greylist_faults(server.greylist))
    for at, reply in enumerate(server.reply):
        yield from ((f"reply[{at}].{key}", reason) for key, reason in reply_faults(reply))
    for at, fault in enumerate(server.fault):
        yield from ((f"fault[{at}].{key}", reason) for key, reason in fault_faults(fault))
    for at, quota in enumerate(server.quota):
        yield from ((f"quota[{at}].{key}", reason) for key, reason in quota_faults(quota))
    for at, rate in enumerate(server.rate):
        yield from ((f"rate[{at}].{key}", reason) for key, reason in rate_faults(rate))
    yield from _idle_faults(server)


def _idle_faults(server: Server) -> Iterator[Wrong]:
    """What never happens, as something else always comes before it."""
    some: dict[str, tuple[Trouble, ...]] = {
        "reply": server.reply,
        "fault": server.fault,
        "quota": server.quota,
        "rate": server.rate,
    }
    named = {f"{kind}[{at}]": one for kind, all_ in some.items() for at, one in enumerate(all_)}
    keys = tuple(named)
    for at, place in idle(tuple(named.values())):
        yield keys[at], because(Flaw.IDLE, key=keys[place])


def _list_faults(server: Server) -> Iterator[Wrong]:
    for name, members in server.lists.items():
        key = f"lists.{name}" if _LOCAL.fullmatch(name) else "lists"
        if key == "lists" or name != name.lower():
            yield key, because(Flaw.LOCAL_PART, value=name)
        for at, member in enumerate(members):
            if not (ADDRESS.fullmatch(member) and member.isprintable()):
                yield f"{key}[{at}]", because(Flaw.ADDRESS, value=member)


def _conflicts(server: Server) -> Iterator[Wrong]:
    """What one key says and another takes back."""
    for key, names, other, taken in (
        ("withholds", server.withholds, "offers", server.offers),
        ("users", server.users, "unknown", server.unknown),
        ("bounces", server.bounces, "unknown", server.unknown),
    ):
        for at, name in enumerate(names):
            if name in taken:
                yield f"{key}[{at}]", because(Flaw.ELSEWHERE, value=name, key=other)
    for at, name in enumerate(server.bounces):
        if name not in server.unknown and not server.has_mailbox(f"{name}@"):
            yield f"bounces[{at}]", because(Flaw.NO_USER, value=name)
    if server.enforce and not any(one.dmarc for one in server.published):
        yield "enforce", because(Flaw.NO_POLICY)


def _login_faults(server: Server) -> Iterator[Wrong]:
    """They name no password."""
    for at, mechanism in enumerate(server.mechanisms):
        if mechanism not in MECHANISMS:
            yield f"mechanisms[{at}]", because(Flaw.NONE_OF, value=mechanism, names=MECHANISMS)
    if server.login_required and not (
        server.account and server.mechanisms and "AUTH" not in server.withholds
    ):
        yield "login_required", because(Flaw.NO_LOGIN)
    yield from _twice("mechanisms", server.mechanisms)
    yield from _twice("account", (one.user for one in server.account), "{key}[{at}].user")
    for at, account in enumerate(server.account):
        if not _USER.fullmatch(account.user):
            yield f"account[{at}].user", because(Flaw.USER, value=account.user)
        if not account.password or saslprep(account.password) is None:
            yield f"account[{at}].password", because(Flaw.PASSWORD)
