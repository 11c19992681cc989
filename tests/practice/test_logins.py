"""How far a login has come: a fold that keeps no answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.practice.talking import GREETING, talk
from tui.practice.logins import LoginState, challenge
from tui.smtp.events import ReplyReceived
from tui.smtp.sasl import Step

EHLO = (*GREETING, "C: EHLO c.example", "S: 250-sandbox.test", "S: 250 AUTH PLAIN LOGIN")
LOGIN = (*EHLO, "C: AUTH login", "S: 334 VXNlcm5hbWU6")


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        (LOGIN[:-1], LoginState("LOGIN")),
        (LOGIN, LoginState("LOGIN", 0, b"VXNlcm5hbWU6", 1)),
        ((*LOGIN, "C: YWxpY2U="), LoginState("LOGIN", 1, None, 1)),
        ((*LOGIN, "C: YWxpY2U=", "S: 334"), LoginState("LOGIN", 1, b"", 2)),
        ((*LOGIN, "C: *"), LoginState("LOGIN", 0, None, 1, cancelled=True)),
        ((*LOGIN, "C: *", "S: 501 gone"), LoginState("LOGIN", 0, None, 1, True, 501)),
        ((*EHLO, "C: AUTH PLAIN AGEAYg==", "S: 235 in"), LoginState("PLAIN", 1, None, 0, False, 235)),
        ((*EHLO, "C: AUTH PLAIN AGEAYg==", "S: 535 no"), LoginState("PLAIN", 1, None, 0, False, 535)),
        (EHLO, None),
        # a server that asks where nobody said AUTH
        ((*EHLO, "C: ATUH LOGIN", "S: 334 eA==", "C: YQ=="), LoginState("", 1, None, 1)),
    ],
)
def test_state(rows: tuple[str, ...], state: LoginState | None) -> None:
    login = talk(*rows).practice.login
    assert (login and replace(login, told=b"")) == state


def test_a_new_login_begins_anew() -> None:
    practice = talk(*LOGIN, "C: *", "S: 501 gone", "C: AUTH PLAIN", "S: 334 ").practice
    assert practice.login == LoginState("PLAIN", 0, b"", 1)
    assert practice.login is not None and practice.login.due and not practice.login.succeeded


def test_what_is_due_and_what_came_of_it() -> None:
    login = talk(*EHLO, "C: AUTH PLAIN AGEAYg==", "S: 235 in").practice.login
    assert login is not None and login.succeeded and not login.due


def test_another_connection_knows_nothing_of_it() -> None:
    said = talk(*LOGIN, "* closed by server")
    assert said.practice.login is not None and said.practice.login.going_on
    assert talk(*GREETING).practice.login is None


@pytest.mark.parametrize(
    ("rows", "step", "empty"),
    [
        (LOGIN, Step.USER, False),
        ((*LOGIN, "C: YWxpY2U=", "S: 334 UGFzc3dvcmQ6", "C: YQ==", "S: 334"), None, False),
        ((*EHLO, "C: AUTH XOAUTH2 YQ==", "S: 334 e30="), Step.ACKNOWLEDGED, True),
        ((*EHLO, "C: AUTH XOAUTH2 YQ=="), Step.ACKNOWLEDGED, False),
        ((*EHLO, "C: AUTH GSSAPI", "S: 334"), None, False),
    ],
)
def test_what_the_next_answer_says(rows: tuple[str, ...], step: Step | None, empty: bool) -> None:
    login = talk(*rows).practice.login
    assert login is not None and (login.step, login.empty_due) == (step, empty)


@pytest.mark.parametrize(
    ("rows", "asked"),
    [
        (LOGIN, b"VXNlcm5hbWU6"),
        ((*LOGIN, "C: YWxpY2U=", "S: 334 "), b""),
        ((*EHLO, "C: ATUH X-NEW", "S: 334 eA=="), b"eA=="),
        ((*EHLO, "C: AUTH PLAIN AGEAYg==", "S: 535 no"), None),
        ((*EHLO, "C: NOOP", "S: 334 eA=="), None),
        ((*EHLO, "S: 334 eA=="), None),
    ],
)
def test_what_a_334_of_a_login_asks(rows: tuple[str, ...], asked: bytes | None) -> None:
    last = [one for one in talk(*rows).events if isinstance(one, ReplyReceived)][-1]
    assert challenge(last) == asked
