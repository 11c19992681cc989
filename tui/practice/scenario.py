"""What a practice server does, as data: who has a mailbox, how strictly it reads, where patience ends, and
replies of choice. Pure values and their faults; ``tui.sandbox`` acts on them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Final, Literal

import msgspec

from tui.smtp.sasl_server import MECHANISMS
from tui.smtp.saslprep import saslprep

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
#: Where a reply of choice may stand; "message" is after the final dot, or the last chunk.
STAGES: Final = (
    "greeting",
    "helo",
    "mail",
    "rcpt",
    "data",
    "bdat",
    "starttls",
    "auth",
    "message",
    "rset",
    "noop",
    "vrfy",
    "expn",
    "quit",
)
_WITH_ADDRESS: Final = frozenset({"mail", "rcpt"})
_REPLY: Final = re.compile(r"[2-5][0-9][0-9](?: [ -~]*)?")
_LONGEST_REPLY: Final = 500
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_DOMAIN: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_LOCAL: Final = re.compile(r"[!-?A-~]+")
_USER: Final = re.compile(r"[!-~]{1,64}")
#: As a client may give it; brackets round it, or a blank, and it would never fit.
_ADDRESS: Final = re.compile(r"[^\s<>]+@[^\s<>]+|postmaster", re.IGNORECASE)
#: A success that says something else would break the protocol (RFC 5321 §4.3.2).
_SUCCESSES: Final = {
    "greeting": ("220",),
    "rcpt": ("250", "251"),
    "data": ("354",),
    "starttls": ("220",),
    "auth": ("235",),
    "vrfy": ("250", "251", "252"),
    "expn": ("250", "252"),
    "quit": ("221",),
}

Fault = tuple[str, str]
"""A key and what is wrong with it."""


class Reply(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A reply of choice: ``first`` (``from`` in a file) and ``times`` count how often this stage, with this
    address where one is given, was asked, over all connections of one server."""

    stage: str
    say: str
    address: str = ""
    first: _Positive = msgspec.field(name="from", default=1)
    times: _Positive | None = None  # None: from then on always

    @property
    def code(self) -> int:
        return int(self.say[:3])

    def fits(self, stage: str, address: str) -> bool:
        """Is this the stage, and the address if one is named?"""
        return self.stage == stage and self.address.casefold() in {"", address.casefold()}

    def is_due(self, asked: int) -> bool:
        """``asked``: the how-manieth time, from 1."""
        return asked >= self.first and (self.times is None or asked < self.first + self.times)


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Octets, counts and seconds; beyond ``connections`` and ``unknown_commands`` there is a 421."""

    message_octets: _Positive = 32 * 1024 * 1024
    recipients: _Positive = 100  # of one message
    connections: _Positive = 100  # at a time
    unknown_commands: _Positive = 1000  # of one connection
    idle_seconds: Annotated[float, msgspec.Meta(gt=0, le=86400)] = 3600.0  # without an octet from the client


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
    reply: tuple[Reply, ...] = ()
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

    def password_of(self, user: str) -> str | None:
        """None: nobody of this name can log in. The domain may be named, where it is one of ours."""
        name, _at, _domain = user.rpartition("@") if self.is_local(user) else ("", "", "")
        found = {one.user: one.password for one in self.account}
        return found.get(user, found.get(name))

    def is_local(self, address: str) -> bool:
        """Does the server deliver for this domain? An address without one is the postmaster's."""
        _local, at, domain = address.rpartition("@")
        return not self.domains or not at or domain.lower() in self.domains

    def has_mailbox(self, address: str) -> bool:
        """Is somebody there? Only to be asked of a local address."""
        local = _local_part(address)
        if local in self.unknown:
            return False
        return not self.users or local in self.users or local in self.lists or local == "postmaster"

    def delivers_to(self, address: str) -> bool:
        """Has it a mailbox that takes what was accepted for it?"""
        return self.has_mailbox(address) and _local_part(address) not in self.bounces


def _local_part(address: str) -> str:
    return (address.rpartition("@")[0] or address).strip('"').lower()


def faults(server: Server) -> Iterator[Fault]:
    """What types alone do not catch."""
    for key, words, form in (
        ("domains", server.domains, _DOMAIN),
        ("unknown", server.unknown, _LOCAL),
        ("users", server.users, _LOCAL),
        ("bounces", server.bounces, _LOCAL),
    ):
        for at, word in enumerate(words):
            if not form.fullmatch(word) or word != word.lower():
                yield (
                    f"{key}[{at}]",
                    f"{word!r} is no {'domain' if form is _DOMAIN else 'local part'} in lower case",
                )
    for key, names in (("offers", server.offers), ("withholds", server.withholds)):
        for at, name in enumerate(names):
            if name not in EXTENSIONS:
                yield f"{key}[{at}]", f"{name!r} is none of {', '.join(EXTENSIONS)}"
    yield from _list_faults(server)
    yield from _login_faults(server)
    if server.host and not _DOMAIN.fullmatch(server.host):
        yield "host", f"{server.host!r} is no name of a server in lower case"
    if not re.fullmatch(r"[a-z0-9-]{1,40}", server.personality):
        yield "personality", f"{server.personality!r} is no name of one"
    for at, reply in enumerate(server.reply):
        yield from ((f"reply[{at}].{key}", reason) for key, reason in _reply_faults(reply))


def _list_faults(server: Server) -> Iterator[Fault]:
    for name, members in server.lists.items():
        if not _LOCAL.fullmatch(name) or name != name.lower():
            yield "lists", f"{name!r} is no local part in lower case"
        for member in members:
            if not (_ADDRESS.fullmatch(member) and member.isprintable()):
                yield "lists", f"{member!r} is no address without brackets"


def _login_faults(server: Server) -> Iterator[Fault]:
    """They name no password."""
    for at, mechanism in enumerate(server.mechanisms):
        if mechanism not in MECHANISMS:
            yield f"mechanisms[{at}]", f"{mechanism!r} is none of {', '.join(MECHANISMS)}"
    for at, account in enumerate(server.account):
        if not _USER.fullmatch(account.user):
            yield f"account[{at}].user", f"{account.user!r} is no user name of visible characters"
        if not account.password or saslprep(account.password) is None:
            yield f"account[{at}].password", "it is empty, or holds a character that no password may hold"


def _reply_faults(reply: Reply) -> Iterator[Fault]:
    if reply.stage not in STAGES:
        yield "stage", f"{reply.stage!r} is none of {', '.join(STAGES)}"
    if reply.address and reply.stage not in _WITH_ADDRESS:
        yield "address", "only mail and rcpt name one"
    elif reply.address and not (_ADDRESS.fullmatch(reply.address) and reply.address.isprintable()):
        yield "address", f"{reply.address!r} is no address without brackets"
    if not _REPLY.fullmatch(reply.say) or len(reply.say) > _LONGEST_REPLY:
        yield "say", f"{reply.say[:40]!r} is no reply: a code from 200 to 599, a blank, and plain text"
        return
    successes = _SUCCESSES.get(reply.stage, ("250",))
    if reply.say[0] in "23" and reply.say[:3] not in successes:
        yield "say", f"a success at this stage is {' or '.join(successes)}"
