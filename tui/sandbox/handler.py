"""What all connections of one sandbox share: how it speaks, what it decides, where messages go.

To aiosmtpd this is the event handler; ``handle_RCPT`` and ``handle_DATA`` have its signatures, but they
return an ``Answer``, which the connection words by the personality.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from aiosmtpd.smtp import Envelope as Transaction
from aiosmtpd.smtp import Session

from tui.practice.published import Verdict
from tui.practice.scenario import Server
from tui.sandbox import events
from tui.sandbox.clock import Clock
from tui.sandbox.envelope import Envelope, Exchange, Recipient
from tui.sandbox.ledger import Ledger
from tui.sandbox.mailbox import Draft, Mailbox
from tui.sandbox.parameters import declared
from tui.sandbox.personality import AUTH_AGAIN, Personality
from tui.sandbox.replies import NAMES, Wording

if TYPE_CHECKING:
    from tui.sandbox.authority import Authority

_MESSAGE_ID: Final = re.compile(rb"^message-id:[ \t]*<?([^>\r\n]*)", re.IGNORECASE | re.MULTILINE)

#: The code of RFC 2034 behind that of RFC 5321.
_CODE: Final = re.compile(r"^([2-5][0-9][0-9][ -])[245]\.[0-9]{1,3}\.[0-9]{1,3}(?: |$)")


class Answer(NamedTuple):
    """A field of ``replies.Replies``, and the facts that it may quote; or what the scenario says."""

    situation: str
    facts: Mapping[str, str | int] = MappingProxyType({})
    say: str = ""


class Speaker(Protocol):
    """What is to be known of the connection that a message came by."""

    @property
    def number(self) -> int: ...
    @property
    def tls_version(self) -> str: ...
    @property
    def user(self) -> str: ...
    @property
    def lmtp(self) -> bool: ...
    @property
    def introduced(self) -> Exchange | None: ...


class Mail(Transaction):
    """A transaction from MAIL to the dot, with what aiosmtpd's own envelope has no place for."""

    def __init__(self) -> None:
        super().__init__()
        self.mail_params: dict[str, str | None] = {}
        self.recipients: list[Recipient] = []
        self.draft: Draft | None = None  # what came of the message so far
        self.octets = 0  # of it, also of what was too much
        self.chunk = 0  # octets of the last BDAT; 0 for DATA
        self.breached = False  # something came among its chunks that ends it, where this server is so strict
        self.refusal = ""  # what the sender is refused with, where RCPT says it
        self.rejections: list[str] = []  # what recipients were refused with
        self.dialogue: list[Exchange] = []  # the commands, as they were typed
        self.verdict: Verdict | None = None  # of who may send for whom
        self.trusted: bytes | None = None  # the message without what its sender claims of that


class Handler:
    """``tell`` gets every event of ``tui.sandbox.events``, on the event loop; it must not block. Without an
    ``authority`` there is no STARTTLS.

    A server that is to be another one gets another handler, with the same ``mailbox`` and ``ledger``: who is
    connected keeps the one that greeted him, but for what the ledger decides.
    """

    def __init__(
        self,
        personality: Personality,
        scenario: Server,
        mailbox: Mailbox,
        tell: Callable[[events.Event], None] | None,
        authority: Authority | None = None,
        *,
        ledger: Ledger,
        clock: Clock,
    ) -> None:
        self.personality = personality
        self.scenario = scenario
        self.mailbox = mailbox
        self.tell = tell
        self.ledger = ledger
        mailbox.spool.limit = scenario.limits.spool_octets
        self.clock = clock
        self.authority = authority
        cannot = {"STARTTLS"} if authority is None else set()
        offered = scenario.offered(personality.extensions)
        cannot |= {AUTH_AGAIN} if "AUTH" not in offered else set()
        self.offers = tuple(one for one in offered if one not in cannot)
        self._without_codes = "ENHANCEDSTATUSCODES" in {*personality.extensions} - {*self.offers}
        self._quoted = personality.quoted()
        #: The replies in which nothing changes, as ``word`` gives them.
        self.constant: Mapping[str, bytes] = {
            one: self._wire(lines) for one, lines in personality.constant().items()
        }

    def word(self, situation: str, facts: Mapping[str, str | int]) -> bytes:
        """The personality's reply, without its last line end."""
        constant = self.constant.get(situation)
        return self._wire(self.personality.say(situation, facts)) if constant is None else constant

    def facts_of(self, draft: Draft, number: int) -> dict[str, str | int]:
        """What is quoted of message ``number`` when it is accepted."""
        facts: dict[str, str | int] = {"number": number, "octets": draft.octets}
        if "message_id" in self._quoted:
            found = _MESSAGE_ID.search(draft.head.partition(b"\r\n\r\n")[0])
            facts["message_id"] = found[1].decode("ascii", "replace").rstrip() if found else ""
        return facts | self.names_of(number)

    def names_of(self, number: int) -> dict[str, str | int]:
        """What message ``number`` is called in the queue, as far as it is said. Negative: a connection."""
        if self._quoted.isdisjoint(NAMES):
            return {}
        from tui.sandbox import naming  # the practice server's own words name nothing so

        return naming.names_of(number)

    def fill(self, wording: Wording, facts: Mapping[str, str | int]) -> bytes:
        """Other words of the personality, without the last line end."""
        return self._wire(self.personality.fill(wording, facts))

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """The ways to log in: the personality's, as far as the scenario has them."""
        return self.personality.logins(self.scenario.mechanisms)

    async def handle_RCPT(  # noqa: N802
        self, server: Speaker, session: Session, mail: Mail, address: str, params: dict[str, str | None]
    ) -> Answer:
        """Whether the recipient is taken; a taken one is added to ``mail``. Who has logged in may write to
        everybody."""
        most = self.scenario.limits.recipients or self.personality.recipients
        if len(mail.recipients) >= most:
            return Answer("too_many_recipients", {"limit": most})
        stranger = address.lower() == "postmaster" and not self.personality.habits.bare_postmaster
        local = self.scenario.is_local(address) and not self._goes_on(address)
        if not server.user and (not local or (stranger and self.scenario.domains)):
            return Answer("no_relay", {"address": address})
        knows_users = local and self.personality.habits.unknown_users == "refused"
        if knows_users and not self.scenario.has_mailbox(self.mailbox_of(address)):
            return Answer("no_mailbox", {"address": address})
        if (quota := self.ledger.too_full(address, declared(mail.mail_params))) is not None:
            return Answer("", say=quota.say)
        if not server.user:  # who has proved who he is need not prove that he comes again
            later = self.ledger.greylisted(peer_address(session.peer), mail.mail_from or "", address)
            if later is not None:
                return Answer("", say=later)
        mail.recipients.append(Recipient(address=address, params=params))
        mail.rcpt_tos.append(address)
        return Answer("rcpt", {"address": address})

    def mailbox_of(self, address: str) -> str:
        """The address without a tag, where tags lead to the same mailbox."""
        name, at, domain = address.rpartition("@")
        tagged = self.personality.habits.subaddresses and not name.startswith(("+", '"'))
        return f"{name.partition('+')[0]}{at}{domain}" if tagged else address

    def _goes_on(self, address: str) -> bool:
        """Does it name a way behind this server?"""
        name = address.rpartition("@")[0]
        return self.personality.habits.routes and not name.startswith('"') and ("%" in name or "!" in name)

    async def handle_DATA(self, server: Speaker, session: Session, mail: Mail) -> Answer:  # noqa: N802
        """Store ``mail``. Once begun it is done, and told, whatever becomes of the connection meanwhile."""
        draft, mail.draft = mail.draft, None  # the mailbox has it now: nobody else may let go of it
        assert draft is not None
        facts = self.facts_of(draft, 0)  # of the message as it came
        if mail.verdict is not None and mail.trusted is not None:
            self._stamp(draft, mail.trusted, mail.verdict, server.user)
        envelope = Envelope(
            received=time.time(),
            reverse_path=mail.mail_from or "",
            recipients=tuple(mail.recipients),
            octets=mail.octets,
            mail_params=mail.mail_params,
            helo=(_hello(session, lmtp=server.lmtp), session.host_name or ""),
            peer=peer_address(session.peer),
            tls=server.tls_version,
            user=server.user,
            dialogue=(*((server.introduced,) if server.introduced else ()), *mail.dialogue),
            verdict=mail.verdict,
        )
        parcel = self.ledger.deposit(envelope.addresses, mail.octets)
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

        def done(result: int | Exception) -> None:
            if isinstance(result, Exception):
                self.ledger.withdraw(parcel)
                self._tell(events.MessageDropped(server.number, events.Drop.NOT_STORED, draft.octets, result))
                answer = Answer("not_stored")
            else:
                self.ledger.stored += 1
                parcel.number = result
                self._tell(events.MessageStored(server.number, result, envelope))
                answer = Answer("accepted", {**facts, **self.names_of(result), "number": result})
                self._report(server.number, result, envelope, draft.head)
            if not answered.cancelled():
                answered.set_result(answer)

        self.mailbox.keep(draft, envelope, done)
        return await answered

    async def judge(self, server: Speaker, session: Session, mail: Mail) -> Verdict | None:
        """What SPF, DKIM and DMARC say of the message that is complete, where the scenario publishes records.
        Who has logged in is known, whatever they say."""
        if not self.scenario.published or mail.draft is None:
            return None
        from tui.practice.authentication import distrusted, judge  # few scenarios need them
        from tui.sandbox.signatures import fits

        draft = mail.draft
        text = await asyncio.to_thread(draft.text)
        mail.verdict = await asyncio.to_thread(
            judge,
            self.scenario.published,
            client=self.scenario.seen_from or peer_address(session.peer),
            helo=session.host_name or "",
            sender=mail.mail_from or "",
            message=text,
            proof=fits,
            now=time.time(),
            enforce=self.scenario.enforce and not server.user,
        )
        if len(text) == draft.octets:  # or there was no room for it, which is told when it is kept
            mail.trusted = await asyncio.to_thread(distrusted, text)
        return mail.verdict

    def _stamp(self, draft: Draft, trusted: bytes, verdict: Verdict, user: str) -> None:
        """Write what was found at the top of the message; what its sender claims of that is renamed."""
        from tui.practice.authentication import results_field

        draft.begin_anew()
        draft.write(results_field(self.personality.host, verdict, user=user))
        draft.write(trusted)

    def _report(self, connection: int, number: int, envelope: Envelope, head: bytes) -> None:
        """Tell the sender of message ``number`` what he wanted to be told, in a mail, which takes room in his
        mailbox as others do."""
        import secrets

        from tui.sandbox import reporting  # not before there is a message

        outcomes = reporting.due(self.scenario, envelope, self.mailbox_of)
        if not outcomes:
            return
        original = head.partition(b"\r\n\r\n")[0]
        if reporting.returns_all(envelope, outcomes):
            original = self.mailbox.read(number)
        boundary = f"report-{number}-{secrets.token_hex(8)}"
        draft = self.mailbox.draft()
        draft.write(reporting.report(self.personality.host, envelope, outcomes, original, boundary))
        about = Envelope(
            received=time.time(),
            reverse_path="",
            recipients=(Recipient(address=envelope.reverse_path),),
            octets=draft.octets,
            mail_params={"SMTPUTF8": None} if reporting.is_international(envelope) else {},
        )
        if self.ledger.too_full(envelope.reverse_path, draft.octets) is not None:
            draft.discard()
            self._tell(events.ReportDropped(connection, number, about))
            return
        parcel = self.ledger.deposit(about.addresses, draft.octets)

        def done(result: int | Exception) -> None:
            if isinstance(result, Exception):
                self.ledger.withdraw(parcel)
                self._tell(events.MessageDropped(connection, events.Drop.NOT_STORED, draft.octets, result))
            else:
                parcel.number = result
                self._tell(events.ReportStored(connection, result, about, number))

        self.mailbox.keep(draft, about, done)

    def _wire(self, lines: Iterable[str]) -> bytes:
        """As they go out; without the second codes that the personality words and the scenario withholds."""
        if self._without_codes:
            lines = (_CODE.sub(r"\1", line) for line in lines)
        return "\r\n".join(lines).encode("utf-8", "replace")

    def _tell(self, event: events.Event) -> None:
        if self.tell is not None:
            self.tell(event)


def _hello(session: Session, *, lmtp: bool) -> str:
    if lmtp:
        return "LHLO"
    return "EHLO" if session.extended_smtp else "HELO"


def peer_address(peer: object) -> str:
    """The address of a ``peername``, which is a tuple for TCP."""
    return str(peer[0]) if isinstance(peer, tuple) and peer else ""
