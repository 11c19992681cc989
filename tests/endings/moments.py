"""Where a sitting stands when it is ended, and over what it talks: tables of both."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.endings.talker import GREETED, SECURED, Talker
from tests.net.authority import cafile
from tests.pty import DEADLINE, Terminal

MAIL = ("MAIL FROM:<a@x.test>", "RCPT TO:<b@y.test>", "RCPT TO:<c@y.test>", "DATA")
TEXT = ("Subject: a mail", "From: a@x.test", "", *(f"line {number} of the text" for number in range(6)), ".")
TYPED = ("EHLO x.test", *(*MAIL, *TEXT) * 4, "NOOP", "VRFY b")
#: Half of a password at its prompt.
SECRET = "0pen-sesame"


@dataclass(frozen=True)
class Channel:
    """``flags`` ask for it; ``trusts`` are left out where the certificate is to be doubted."""

    name: str
    flags: tuple[str, ...] = ()
    tls: bool = False
    implicit: bool = False

    @property
    def trusts(self) -> tuple[str, ...]:
        return ("--cafile", str(cafile())) if self.tls else ()


PLAIN = Channel("plain TCP")
STARTTLS = Channel("STARTTLS", ("--starttls",), tls=True)
TLS = Channel("TLS at once", ("--tls",), tls=True, implicit=True)
VIA = Channel("--via", ("--via", "jump"))
CHANNELS = (PLAIN, STARTTLS, TLS, VIA)


@dataclass(frozen=True)
class At:
    """What a moment has to do with: somebody at a terminal, and the server."""

    chance: random.Random
    terminal: Terminal
    server: Talker
    channel: Channel

    def until(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + DEADLINE
        while not true():
            self.terminal.settle(0.01)
            if time.monotonic() > deadline:
                raise AssertionError(f"never came\n{self.terminal.text()}")

    def greeted(self) -> None:
        """And all that belongs to it was said; the greeting may have left the screen by then."""
        shown = ("220 mx.test", "PIPELINING")
        self.terminal.wait(lambda: any(one in self.terminal.text() for one in shown), "the greeting")
        if self.channel is STARTTLS:
            self.until(lambda: self.heard("EHLO") == 2)

    def heard(self, verb: str) -> int:
        return sum(line.upper().startswith(verb.encode()) for line in self.server.heard)

    def types(self, *lines: str) -> None:
        for line in lines:
            before = len(self.server.heard)
            self.terminal.enter(line)
            self.until(lambda: len(self.server.heard) > before)  # noqa: B023


@dataclass(frozen=True)
class Moment:
    """``bring`` leads there. ``flags`` go with it; ``silent`` is where the server falls silent."""

    name: str
    bring: Callable[[At], None]
    flags: tuple[str, ...] = ()
    silent: str = ""


def _typing(at: At) -> None:
    """So many lines, quickly or with patience, the last one perhaps without Enter."""
    at.greeted()
    chance, terminal = at.chance, at.terminal
    patience = chance.choice((0.0, 0.2, 1.0))
    before = len(at.server.heard)
    for number, line in enumerate(TYPED[: chance.randrange(len(TYPED))]):
        terminal.enter(line)
        if chance.random() < patience:
            at.until(lambda: len(at.server.heard) > before + number)  # noqa: B023
    if chance.random() < 0.5:
        terminal.type("NOO")
    if chance.random() < 0.5:
        terminal.settle(chance.random() * 0.05)


def _connecting(at: At) -> None:
    at.until(at.server.accepted.is_set)
    at.terminal.settle(at.chance.random() * 0.1)


def _handshake(at: At) -> None:
    at.until(lambda: at.server.accepted.is_set() and (at.channel.implicit or at.heard("STARTTLS") == 1))
    at.terminal.settle(at.chance.random() * 0.1)


def _waiting(at: At) -> None:
    at.greeted()
    at.types("EHLO x.test", "VRFY b")


def _in_data(at: At) -> None:
    at.greeted()
    at.types("EHLO x.test", *MAIL, *TEXT[: at.chance.randrange(1, 9)])
    at.terminal.type("half a li")


def _question(at: At) -> None:
    """About a login in clear, about the certificate, or at the dot."""
    if at.channel.tls:
        at.terminal.wait_for("yes connects")
        return
    at.greeted()
    if at.channel is PLAIN:
        at.types("EHLO x.test")
        at.terminal.enter("AUTH PLAIN AGEAYg==")
        at.terminal.wait_for("yes sends")
    else:
        at.types("EHLO x.test", *MAIL, *TEXT[:-1])
        at.terminal.enter(".")
        at.terminal.wait_for("closes the connection")
    if at.chance.random() < 0.5:
        at.terminal.type("ye")


def _prompt(at: At) -> None:
    at.greeted()
    at.terminal.wait_for("idden")
    at.terminal.type(SECRET)
    at.terminal.wait_for("*" * len(SECRET))


def _until(at: At) -> None:
    at.until(lambda: at.heard("EHLO") > 0)
    at.terminal.settle(at.chance.random() * 0.1)


TYPING = Moment("typing", _typing, ("--yes",))  # by --via the dot would ask
CONNECTING = Moment("connecting", _connecting, silent=GREETED)
HANDSHAKE = Moment("TLS handshake", _handshake, silent=SECURED)
WAITING = Moment("waiting for a reply", _waiting, silent="VRFY")
IN_DATA = Moment("in the message", _in_data)
QUESTION = Moment("yes or no", _question)
PROMPT = Moment("masked prompt", _prompt, ("--until", "auth", "--user", "alice", "--yes"))
UNTIL = Moment(
    "--until dot", _until, ("--until", "dot", "--from", "a@x.test", "--to", "b@y.test", "--yes", "--message")
)
MOMENTS = (TYPING, CONNECTING, HANDSHAKE, WAITING, IN_DATA, QUESTION, PROMPT, UNTIL)


def possible(moment: Moment, channel: Channel) -> bool:
    """TLS from the first octet is what such a connection begins with."""
    if moment is HANDSHAKE:
        return channel.tls
    return not (moment is CONNECTING and channel.implicit)


FRONTS: Mapping[str, Sequence[str]] = {"split screen": (), "line mode": ("--plain",)}
