"""One login under way, whoever types it: the next line for F4, ``/fill`` and ``--until auth``.

It watches what goes over the wire, so that it can go on from lines that were typed by hand.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from dataclasses import replace
from enum import Enum

from tui.desk.options import NOBODY
from tui.desk.options import Login as Wanted
from tui.desk.secret import NoSecret, Secret
from tui.practice.state import Practice
from tui.smtp import sasl
from tui.smtp.events import (
    AuthResponseSent,
    CommandSent,
    ConnectionClosed,
    ConnectionOpened,
    Event,
    LineReceived,
    ReplyReceived,
)
from tui.smtp.sasl import Answer, Credentials, Fault, Step, Talk
from tui.smtp.secrets import decoded

__all__ = ["Ask", "Fault", "Login", "NoSecret", "Outcome"]

_GO_ON = 334
_CODE = 4  # octets before what a reply says
_SCRAM = "SCRAM-SHA-256"
_NONCE_OCTETS = 18


class Ask(Enum):
    """What a person has to tell first; ``Login.give`` takes it."""

    USER = "user"
    SECRET = "secret"


#: The line to send, without its end (empty for the empty answer); or why there is none yet, or none at all.
#: None: no login is under way and none is needed.
Outcome = bytes | Ask | Fault | NoSecret | None

#: What an answer is made of.
_NEEDS = {
    Step.LOGIN: (Ask.USER, Ask.SECRET),
    Step.USER: (Ask.USER,),
    Step.PASSWORD: (Ask.SECRET,),
    Step.DIGEST: (Ask.USER, Ask.SECRET),
    Step.TOKEN: (Ask.USER, Ask.SECRET),
    Step.ACKNOWLEDGED: (),
    Step.FIRST: (Ask.USER,),
    Step.PROOF: (Ask.SECRET,),
    Step.VERIFIED: (Ask.SECRET,),
}


class Login:
    """Of one desk, for all its connections. ``repr`` and tracebacks show no secret."""

    def __init__(self, wanted: Wanted = NOBODY, secret: Secret | None = None) -> None:
        self._wanted = wanted
        self._mechanism = wanted.mechanism
        self._user = wanted.user
        #: The user as somebody named him where nothing is hidden; "" where nobody did.
        self.named = wanted.user
        self._secret = secret if secret is not None else Secret(wanted.command)
        #: Gets the secret before it is used, so that it is hidden where the server says it.
        self.guard: Callable[[str], None] = lambda secret: None
        #: Gets each user who is ``named``.
        self.introduce: Callable[[str], None] = lambda user: None
        #: Gets what was typed for the user at a prompt that hides it: it may be the password by mistake.
        self.doubt: Callable[[str], None] = lambda user: None
        self._talk: Talk | None = None
        self._filled: bytes | None = None
        self._nonce = ""  # of SCRAM, the same from AUTH to its end
        self._line = b""  # the last of the server, nothing in it hidden

    def want(self, wanted: Wanted) -> None:
        """From here on it is he who logs in, unless it was he already."""
        if wanted == self._wanted:
            return
        self._wanted = wanted
        self._mechanism, self._user, self.named = wanted.mechanism, wanted.user, wanted.user
        self._secret.told_by(wanted.command)

    # -- the wire

    def seen(self, event: Event) -> None:
        """Follow what was sent and answered. The end of a login, or of the connection, forgets what was
        typed."""
        match event:
            case CommandSent(command=command) if command.verb == "AUTH":
                mechanism, _, shown = command.argument.partition(" ")
                mechanism = mechanism.upper()
                self._nonce = _new_nonce()
                hidden = b"".join(command.data[start:end] for start, end in event.secret)
                initial = (hidden or shown.encode("utf-8", "surrogateescape")).strip()
                self._talk = Talk(mechanism, (), (self._kept(mechanism, initial),) if initial else ())
            case AuthResponseSent(data=data, cancelled=False) if self._talk is not None:
                kept = self._kept(self._talk.mechanism, data)
                self._talk = replace(self._talk, sent=(*self._talk.sent, kept))
                self._filled = None
            case LineReceived(data=data):
                self._line = data if self._talk is not None else b""
            case ReplyReceived(to=CommandSent() | AuthResponseSent(), reply=reply) if self._talk is not None:
                if reply.code == _GO_ON:
                    asked = self._line[_CODE:].strip() if event.proof else reply.lines[0].strip()
                    self._talk = replace(self._talk, said=(*self._talk.said, asked))
                else:
                    self._over()
            case ConnectionClosed() | ConnectionOpened():
                self._over()
            case _:
                pass

    @staticmethod
    def _kept(mechanism: str, data: bytes) -> bytes:
        """Only SCRAM needs its messages again, and none of them is a secret."""
        return (decoded(data) or b"") if mechanism == _SCRAM else b""

    def _over(self) -> None:
        self._talk = self._filled = None
        self._line = b""
        self._secret.forget()

    # -- what a person tells

    def legible(self, practice: Practice) -> str:
        """The line that is due, where it holds nothing but the user name that somebody ``named``; else ""."""
        at_name = practice.login is not None and practice.login.step is Step.USER
        return base64.b64encode(self.bare(practice)).decode("ascii") if at_name else ""

    def bare(self, practice: Practice) -> bytes:
        """The octets of the answer that is due, where no secret is in it and the user was ``named``; their
        base64 is what ``next_line`` gives. Else b""."""
        login = practice.login
        if login is None or not (login.due and self.named):
            return b""
        if login.step is Step.USER:
            return self.named.encode("utf-8", "replace")
        if login.step is not Step.FIRST or self._talk is None:
            return b""
        made = sasl.answer(self._talk, Credentials(self.named, ""), self._nonce)
        return b"" if isinstance(made, Fault) else made.octets

    def give(self, what: Ask, text: str) -> None:
        """The answer to what was asked."""
        self._take(what, text)
        if what is Ask.USER:
            self.named = text
            self.introduce(text)

    def _take(self, what: Ask, text: str) -> None:
        if what is Ask.USER:
            self._user = text
        else:
            self._secret.typed(text)

    # -- the next line

    async def next_line(self, practice: Practice, *, whole: bool = False) -> Outcome:
        """The next line of a login, of the one under way or of a new one. ``whole``: a new one begins only
        when all is there that it needs to its end; what is given up half-way counts as a failed login."""
        login = practice.login
        if login is not None and login.succeeded:
            return None
        if login is None or login.code or self._talk is None:
            return await self._opening(practice, whole=whole)
        if not login.due:
            return None
        steps = sasl.STEPS.get(self._talk.mechanism)
        if steps is None:
            return Fault(sasl.Trouble.MECHANISM_UNKNOWN, self._talk.mechanism)
        answered = len(self._talk.sent)
        if self._talk.mechanism == "XOAUTH2" and answered:
            step = Step.ACKNOWLEDGED
        else:
            step = steps[min(answered, len(steps) - 1)]
        who = await self._who(_NEEDS[step])
        if not isinstance(who, Credentials):
            return who
        made = await self._answer(self._talk, who)
        if isinstance(made, Fault):
            return made
        self._filled = made.line
        return made.line

    async def lacking(self, mechanism: str) -> Ask | Fault | NoSecret | None:
        """What stands in the way of a whole login with this mechanism; None: nothing does."""
        steps = sasl.STEPS.get(mechanism)
        if steps is None:
            return Fault(sasl.Trouble.MECHANISM_UNKNOWN, mechanism)
        who = await self._who(tuple(need for step in steps for need in _NEEDS[step]))
        return None if isinstance(who, Credentials) else who

    async def opening_of(self, mechanism: str, practice: Practice) -> Outcome:
        """The first answer for ``mechanism`` to stand in the same line as AUTH, in base64; empty where none
        does, or where the server does not offer this."""
        if mechanism not in {name.upper() for name in _offered(practice)} or mechanism in sasl.SERVER_FIRST:
            return b""
        who = await self._who(_NEEDS[sasl.STEPS[mechanism][0]])
        if not isinstance(who, Credentials):
            return who
        opening = sasl.opening(mechanism, who, _new_nonce())
        if isinstance(opening, Fault):
            return opening
        _, first = opening
        return b"" if first is None else first.line

    @property
    def server_proved(self) -> bool:
        """The empty answer was made, for the server has proved that it knows the password (SCRAM)."""
        return self._filled == b"" and self._talk is not None and self._talk.mechanism == _SCRAM

    @property
    def filled(self) -> str:
        """The line that was made for the answer that is due; "" while there is none. A secret."""
        return self._filled.decode("ascii") if self._filled is not None else ""

    async def fill(self, practice: Practice, typed: str) -> Outcome:
        """F4 at a prompt that answers a challenge: ``typed`` is the field that is due, to be turned into the
        line; "" where it is known already. A line that was filled in stays as it is."""
        login = practice.login
        if login is None or not login.due:
            return None
        if typed and typed == self.filled:
            return self._filled
        if typed:
            field = self._field_due(login.mechanism, login.answers)
            self._take(field, typed)
            if field is Ask.USER:
                self.doubt(typed)
        return await self.next_line(practice)

    def _field_due(self, mechanism: str, answers: int) -> Ask:
        steps = sasl.STEPS.get(mechanism, ())
        needs = _NEEDS[steps[answers]] if answers < len(steps) else (Ask.SECRET,)
        return Ask.USER if needs[0] is Ask.USER and (needs[-1] is Ask.USER or not self._user) else Ask.SECRET

    def mechanism(self, practice: Practice) -> str:
        """The one to log in with here; "" where the server offers none that can be used."""
        found = sasl.choose(_offered(practice), tls=practice.tls is not None, wanted=self._mechanism)
        return "" if isinstance(found, Fault) else found

    async def _opening(self, practice: Practice, *, whole: bool = False) -> Outcome:
        mechanism = sasl.choose(_offered(practice), tls=practice.tls is not None, wanted=self._mechanism)
        if isinstance(mechanism, Fault):
            return mechanism
        steps = sasl.STEPS[mechanism]
        if not whole:
            steps = () if mechanism in sasl.SERVER_FIRST else steps[:1]
        who = await self._who(tuple(need for step in steps for need in _NEEDS[step]))
        if not isinstance(who, Credentials):
            return who
        opening = sasl.opening(mechanism, who, _new_nonce())
        return opening if isinstance(opening, Fault) else opening[0]

    async def _who(self, needs: tuple[Ask, ...]) -> Credentials | Ask | NoSecret:
        """User and secret as far as they are needed; or what has to be asked first."""
        if Ask.USER in needs and not self._user:
            return Ask.USER
        if Ask.SECRET not in needs:
            return Credentials(self._user, "")
        secret = await self._secret.obtain()
        if isinstance(secret, NoSecret):
            return secret
        if secret is None:
            return Ask.SECRET
        self.guard(secret)
        return Credentials(self._user, secret)

    async def _answer(self, talk: Talk, who: Credentials) -> Answer | Fault:
        if talk.mechanism == _SCRAM and talk.sent:  # up to a million rounds of SHA-256
            return await asyncio.to_thread(sasl.answer, talk, who, self._nonce)
        return sasl.answer(talk, who, self._nonce)


def _offered(practice: Practice) -> tuple[str, ...]:
    """What stands behind AUTH in the reply to EHLO, and behind ``AUTH=``, as old servers write it."""
    names: list[str] = []
    for keyword, text in practice.extensions.items():
        if keyword == "AUTH" or keyword.startswith("AUTH="):
            names += [*keyword[5:].split(), *text.split()]
    return tuple(names)


def _new_nonce() -> str:
    import secrets  # not before somebody logs in

    return secrets.token_urlsafe(_NONCE_OCTETS)
