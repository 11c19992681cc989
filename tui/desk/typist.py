"""The lines that smtptutor types itself, of one desk: which one, when, and why no more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from tui.desk.asking import Asked, Submitted
from tui.desk.composing import compose, octets
from tui.desk.drafting import Draft
from tui.desk.login import Ask, Login
from tui.desk.options import NO_STEPS, Steps
from tui.desk.outbox import Outbox
from tui.desk.stepping import Stepper, Stop, Written, only_safe, stepper_for, written
from tui.net.access import Access, Security
from tui.net.names_own import own_name
from tui.net.session import Session
from tui.practice.state import Practice
from tui.practice.stepping import Plan
from tui.practice.suggestion import CLIENT, Intended
from tui.smtp.parameters import international_header, size_limit
from tui.smtp.phases import Phase
from tui.words.endings import (
    neither_yes_nor_no,
    no_starttls,
    no_unproven_login,
    not_tried,
    steps_dropped,
    too_large,
    unproven_login_in_script,
)
from tui.words.language import gettext as _
from tui.words.prose import quoted_file
from tui.words.reasons import reason as reason_of


class Typist:
    """One per desk, over all its connections. The steps are typed once; on a connection made again only what
    makes it safe.

    ``steps``: what is to be typed on the first connection to a REAL server. ``because``: why no more is
    typed, a sentence without its full stop; "" where the wire shows it.
    """

    def __init__(
        self,
        steps: Steps,
        login: Login,
        draft: Draft,
        *,
        practice: Callable[[], Practice],
        scripted: bool,
        on_turn: Callable[[], None],
        on_crash: Callable[[BaseException], None],
    ) -> None:
        """``practice`` gives the state as far as it has been told. ``on_turn`` is called after something was
        decided outside ``step``: a login waits for programs and people. ``on_crash`` gets what went wrong
        there."""
        self.steps = steps
        self.because = ""
        self._login = login
        self._draft = draft
        self._practice = practice
        self._scripted = scripted
        self._on_turn = on_turn
        self._on_crash = on_crash
        self._begun = False  # the steps were typed once
        self._dropped = False  # ``because`` says that a person has taken over, and stands till it is told
        self._stepper: Stepper | None = None
        self._message: Written | None = None
        self._session: Session | None = None
        self._outbox: Outbox | None = None
        self._access: Access | None = None
        self._logging_in: asyncio.Task[None] | None = None

    def choose(self, steps: Steps) -> None:
        """Chosen anew: what is named there is typed on the next connection, whatever was typed before."""
        self.steps = steps
        self._begun = self._begun and steps.until is None

    @property
    def intended(self) -> Intended:
        """What was said beforehand, for whoever types these lines by hand."""
        name = self.steps.ehlo or (
            own_name(self._session.own_address) if self._session is not None else CLIENT
        )
        practice, access = self._practice(), self._access
        starttls = access is not None and access.security is Security.STARTTLS
        mechanism = self._login.mechanism(practice) if self.steps.login.user else ""
        text = self._draft.text
        return Intended(
            name,
            self.steps.sender,
            self.steps.recipients,
            starttls,
            mechanism,
            compose(text).size,
            not text.isascii(),
            international_header(text),
        )

    @property
    def going_on(self) -> bool:
        """More is to be typed."""
        return self._stepper is not None and self._stepper.stopped is None

    @property
    def stopped(self) -> Stop | None:
        """Why nothing more is typed; None before that, and where nothing was to be typed."""
        return self._stepper.stopped if self._stepper is not None else None

    def begin(self, session: Session, outbox: Outbox, access: Access, *, sandbox: bool) -> None:
        """A new connection. Nothing is typed to the sandbox inside this process, but the STARTTLS that a yes
        to its bad certificate is about."""
        self._session, self._outbox, self._stepper, self._access = session, outbox, None, access
        if sandbox:
            if access.security is Security.STARTTLS:
                self._stepper = stepper_for(access, NO_STEPS, lambda: own_name(session.own_address), None)
            return
        steps, self._begun = only_safe(self.steps) if self._begun else self.steps, True
        self.because, self._message, self._dropped = "", None, False
        unread = self._read(steps.message) if steps.message is not None else ""
        self._stepper = stepper_for(access, steps, lambda: own_name(session.own_address), self._message)
        if unread and self._stepper is not None:
            self._stop(self._stepper, Stop.NO_MESSAGE, unread)

    def _read(self, file: Path) -> str:
        """The message; why it cannot be read, in words."""
        try:
            self._message = written(file)
        except OSError as error:
            reason = reason_of(error)
            return _("{file} cannot be read: {reason}").format(file=quoted_file(file), reason=reason)
        self._draft.text = self._message.text
        return ""

    def _stop(self, stepper: Stepper, why: Stop, because: str) -> None:
        stepper.stopped, self.because = why, because

    def again(self, lines: tuple[str, ...]) -> None:
        """Type these lines, each after the reply to the one before."""
        self._stepper = Stepper(lambda: Plan(""), lines)
        self.step()

    def refused(self) -> None:
        """TLS failed before anything but EHLO was typed. Whoever connects again in spite of it wants the
        steps all the same; before a login there, a person is asked once more."""
        self._begun = False

    def take_over(self) -> None:
        """A person types: from here on nobody else does. The steps that are dropped by that are told."""
        stepper = self._stepper
        if stepper is None or stepper.stopped is not None:
            self.because = self.because if self._dropped else ""
            return
        self._dropped = not (self._scripted or stepper.all_typed)
        self.because = steps_dropped() if self._dropped else ""
        stepper.take_over()

    def step(self) -> None:
        """Type the line whose turn it is."""
        stepper, outbox, session = self._stepper, self._outbox, self._session
        if stepper is None or outbox is None or session is None or stepper.stopped is not None:
            return
        if not (outbox.may_send or session.ended):
            return
        line = stepper.next(self._practice())
        if stepper.stopped is Stop.NO_STARTTLS:
            self.because = no_starttls(self._practice())
            session.abort()  # STARTTLS was required: nothing may go on in clear
        elif stepper.stopped in {Stop.ASTRAY, Stop.NO_LOGIN}:
            self.because = neither_yes_nor_no(self._practice())
            self._on_turn()
        elif stepper.stopped is Stop.TOO_LARGE:
            self.because = too_large(stepper.plan.size, size_limit(self._practice().extensions))
        elif stepper.stopped in {Stop.REFUSED, Stop.CLOSED} and stepper.untried:
            self.because = not_tried(stepper.untried, refused=stepper.stopped is Stop.REFUSED)
            self._on_turn()
        if line is None:
            return
        if line.step == "message" and self._message is not None:
            outbox.send_text(compose(self._message.text).wire or b"\r\n", typed=line.step)
            self._draft.went_out(self._message.text)
        elif line.step == "auth":
            if self._logging_in is None or self._logging_in.done():
                self._logging_in = asyncio.ensure_future(self._log_in(stepper, outbox))
                self._logging_in.add_done_callback(self._logged_in)
        elif outbox.submit(octets(line.text), typed=line.step) is Submitted.STOPPED:
            stepper.stopped = Stop.RAILS

    async def leave(self) -> None:
        """The connection is gone: nobody waits for a password any more, and the program that would have told
        it is ended."""
        if (login := self._logging_in) is not None:
            self._logging_in = None
            login.cancel()
            await asyncio.wait({login})

    def _logged_in(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._on_crash(error)

    async def _log_in(self, stepper: Stepper, outbox: Outbox) -> None:
        """Type the next line of the login. It may take a program, or a person, to get the password; and to a
        server that nothing proves a person has to agree before anybody is asked for one."""
        from tui.desk import answering

        if outbox.login_unproven and not await self._agreed(stepper, outbox):
            self._on_turn()
            return
        outcome = await self._login.next_line(self._practice(), whole=True)
        if outcome is Ask.SECRET and not self._scripted:
            asked = outbox.put(Asked.LOGIN, self.steps.login.user)
            self._on_turn()
            given = await asked
            if given:
                self._login.give(Ask.SECRET, given)
                outcome = await self._login.next_line(self._practice(), whole=True)
        if stepper.stopped is not None or not outbox.may_send:
            return
        if not isinstance(outcome, bytes):
            why = answering.why(outcome, tls=self._practice().tls is not None)
            self._stop(stepper, Stop.NO_LOGIN, why)
            if self._scripted and self._practice().phase is Phase.AUTH:  # no QUIT is taken in there
                outbox.submit(b"*", typed="auth")
        elif outbox.submit(outcome, typed="auth") is Submitted.STOPPED:
            stepper.stopped = Stop.RAILS
        self._on_turn()

    async def _agreed(self, stepper: Stepper, outbox: Outbox) -> bool:
        """May a login go to a server whose certificate was taken unverified? Else the steps are stopped."""
        if self._scripted:
            self._stop(stepper, Stop.NO_LOGIN, unproven_login_in_script())
            return False
        asked = outbox.put(Asked.UNPROVEN_LOGIN, self.steps.login.user)
        self._on_turn()
        outbox.passwords_agreed = bool(await asked)
        if stepper.stopped is None and not outbox.passwords_agreed and outbox.may_send:
            self._stop(stepper, Stop.NO_LOGIN, no_unproven_login())
        return outbox.passwords_agreed
