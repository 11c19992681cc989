"""The login under way, or the last one: which question stands, and how many answers went out."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tui.smtp.answers import understood
from tui.smtp.events import AuthResponseSent, CommandSent, ReplyReceived
from tui.smtp.sasl import STEPS, Step
from tui.values import value


@value
class LoginState:
    """Nothing in here is a secret: what was answered is counted, not kept."""

    mechanism: str  # upper case, foreign text
    answers: int = 0  # sent, an initial response counted
    asked: bytes | None = None  # behind the last 334, in base64 if the server keeps to the rules; foreign
    challenges: int = 0
    cancelled: bool = False
    code: int = 0  # of the reply that ended it; 0: not ended
    tls: bool = False
    proof: bool = False  # what is ``asked`` is the server's proof, hidden
    told: bytes = b""  # the last that was ``asked``, kept when the login has ended

    @property
    def due(self) -> bool:
        """An answer is due."""
        return self.asked is not None

    @property
    def step(self) -> Step | None:
        """What the next answer says; None for mechanisms that are not known, or behind their last one."""
        if self.mechanism == "XOAUTH2" and self.answers:
            return Step.ACKNOWLEDGED
        steps = STEPS.get(self.mechanism, ())
        return steps[self.answers] if self.answers < len(steps) else None

    @property
    def empty_due(self) -> bool:
        """The answer that is due is an empty line: the client says no more than that it has understood."""
        return self.due and self.step in EMPTY

    @property
    def going_on(self) -> bool:
        """It has not ended, neither well nor badly."""
        return not self.code

    @property
    def succeeded(self) -> bool:
        return self.code == _SUCCESS

    @property
    def unproved(self) -> bool:
        """SCRAM succeeded without the server's signature (RFC 5802 §3): only the client has proved
        something."""
        scram = self.succeeded and self.mechanism.startswith("SCRAM-")
        return scram and self.answers < len(STEPS["SCRAM-SHA-256"])


_SUCCESS, _GO_ON = 235, 334
#: They send a token in the place of a password (RFC 7628; XOAUTH2 as Google documents it).
TOKENS: Final = frozenset({"XOAUTH2", "OAUTHBEARER"})
#: These answers are empty lines.
EMPTY: Final = frozenset({Step.ACKNOWLEDGED, Step.VERIFIED})


def begun(sent: CommandSent) -> LoginState:
    """AUTH was sent. The answer in the same line is in its secret part."""
    mechanism, _, initial = sent.command.argument.partition(" ")
    return LoginState(mechanism.upper(), answers=1 if initial.strip() else 0, tls=sent.tls)


def responded(login: LoginState | None, sent: AuthResponseSent) -> LoginState:
    """An answer was sent, also where nobody saw the AUTH."""
    before = login if login is not None and not login.code else LoginState(sent.mechanism, tls=sent.tls)
    counted = before.answers + (not sent.cancelled)
    return replace(before, answers=counted, asked=None, cancelled=sent.cancelled)


def answered(login: LoginState | None, event: ReplyReceived) -> LoginState:
    """The reply to AUTH, or to an answer."""
    login = login or LoginState("")
    if event.reply.code == _GO_ON:
        asked = event.reply.lines[0] if event.reply.lines else b""
        challenges = login.challenges + 1
        return replace(login, asked=asked, told=asked, challenges=challenges, proof=event.proof)
    return replace(login, asked=None, code=event.reply.code)


def challenge(event: ReplyReceived) -> bytes | None:
    """What stands behind a 334 of a login, in base64 as it came, a secret that it repeats masked; None for
    every other reply."""
    to, reply = event.to, event.reply
    if reply.code != _GO_ON or to is None or understood(to, reply.code) != "AUTH":
        return None
    return reply.lines[0].strip()
