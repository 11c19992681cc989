"""Where mail for a domain goes, asked of a name server of our own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.net.fake_ssh import fake_ssh
from tests.net.name_server import Records, names
from tests.net.scripted import Peer, Talk, serving, talking
from tui.net import mx
from tui.net.access import Access
from tui.net.endpoint import Endpoint
from tui.net.session import Session
from tui.practice.checklist import start
from tui.smtp.events import (
    AddressTried,
    ConnectionFailed,
    ConnectionOpened,
    Failure,
    MailExchangersFound,
    ReplyReceived,
)
from tui.words import notes

MX = Access(mx=True)
CORP: Records = {
    ("corp.test", "MX"): ("20 mx2.corp.test.", "10 mx1.corp.test."),
    ("mx1.corp.test", "A"): ("127.0.0.2",),  # nobody listens there
    ("mx2.corp.test", "A"): ("127.0.0.1",),
}
HOSTS = ((10, "mx1.corp.test"), (20, "mx2.corp.test"))


async def greets(peer: Peer) -> None:
    await peer.say("220 here")
    await peer.until_gone()


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(mx, "PATIENCE", 0.2)
    return monkeypatch


async def talk_to(
    domain: str, records: Records, asking: pytest.MonkeyPatch, access: Access = MX
) -> tuple[Talk, int]:
    async with names(records) as server, serving(greets) as mail:
        asking.setenv(mx.VARIABLE, server)
        session = Session(Endpoint(domain, mail.endpoint.port), access=access)
        async with talking(session) as talk:
            if talk.opened:
                await talk.until(ReplyReceived)
        return talk, mail.endpoint.port


def failures(talk: Talk) -> list[tuple[Failure, str, bool]]:
    return [(one.failure, one.host, one.final) for one in talk.all(ConnectionFailed)]


async def test_the_lowest_preference_is_tried_first_and_then_the_next(asking: pytest.MonkeyPatch) -> None:
    talk, port = await talk_to("corp.test", CORP, asking)
    assert talk.all(MailExchangersFound) == [MailExchangersFound("corp.test", HOSTS)]
    assert talk.all(AddressTried) == [
        AddressTried("mx1.corp.test", "127.0.0.2", port),
        AddressTried("mx2.corp.test", "127.0.0.1", port),
    ]
    assert failures(talk) == [(Failure.REFUSED, "mx1.corp.test", False)]
    [opened] = talk.all(ConnectionOpened)
    assert (opened.host, opened.address, opened.indirect) == ("mx2.corp.test", "127.0.0.1", True)


async def test_another_one_can_be_chosen(asking: pytest.MonkeyPatch) -> None:
    talk, port = await talk_to("corp.test", CORP, asking, replace(MX, mx_choice=1))
    assert talk.all(MailExchangersFound)[0].chosen == 1
    assert talk.all(AddressTried) == [AddressTried("mx2.corp.test", "127.0.0.1", port)]


async def test_without_an_mx_record_the_address_of_the_domain_stands_in(asking: pytest.MonkeyPatch) -> None:
    talk, port = await talk_to("bare.test", {("bare.test", "A"): ("127.0.0.1",)}, asking)
    assert talk.all(MailExchangersFound) == [
        MailExchangersFound("bare.test", ((0, "bare.test"),), implicit=True)
    ]
    assert talk.all(AddressTried) == [AddressTried("bare.test", "127.0.0.1", port)]


async def test_a_null_mx_is_named(asking: pytest.MonkeyPatch) -> None:
    talk, _port = await talk_to("null.test", {("null.test", "MX"): ("0 .",)}, asking)
    assert talk.all(MailExchangersFound) == [MailExchangersFound("null.test", ())]
    assert failures(talk) == [(Failure.NULL_MX, "null.test", True)]


@pytest.mark.parametrize(
    ("records", "failure"),
    [
        ({}, Failure.NAME_UNKNOWN),
        ({("x.test", "MX"): "SERVFAIL"}, Failure.NAME_SERVER),
        ({("x.test", "MX"): "REFUSED"}, Failure.NAME_SERVER),
        ({("x.test", "MX"): None}, Failure.NAME_TIMEOUT),
        ({("x.test", "TXT"): ('"here"',)}, Failure.NO_EXCHANGER),
    ],
)
async def test_each_way_in_which_dns_fails_is_told_apart(
    records: Records, failure: Failure, asking: pytest.MonkeyPatch
) -> None:
    talk, _port = await talk_to("x.test", records, asking)
    assert failures(talk) == [(failure, "x.test", True)]


@pytest.mark.parametrize(
    ("records", "told"),
    [
        ({("x.test", "MX"): ("10 gone.x.test.",)}, [(Failure.NO_ADDRESS, "gone.x.test", True)]),
        (
            {("x.test", "MX"): ("10 gone.x.test.",), ("gone.x.test", "TXT"): ('"here"',)},
            [(Failure.NO_ADDRESS, "gone.x.test", True)],
        ),
        (
            {("x.test", "MX"): ("10 gone.x.test.", "20 lost.x.test."), ("lost.x.test", "A"): "SERVFAIL"},
            [(Failure.NO_ADDRESS, "gone.x.test", False), (Failure.NAME_SERVER, "lost.x.test", True)],
        ),
        *(
            ({("x.test", "MX"): (f"10 {odd}.",)}, [(Failure.BAD_EXCHANGER, told, True)])
            for odd, told in (
                ("-oProxyCommand.x.test", "-oProxyCommand.x.test"),
                ("a\\032b.x.test", "a\\032b.x.test"),
                ("192.0.2.1", "192.0.2.1"),
            )
        ),
        (
            {("x.test", "MX"): ("10 192.0.2.1.", "20 here.x.test."), ("here.x.test", "A"): ("127.0.0.1",)},
            [(Failure.BAD_EXCHANGER, "192.0.2.1", False)],
        ),
        (
            {("x.test", "MX"): ("10 gone.x.test.", "20 here.x.test."), ("here.x.test", "A"): ("127.0.0.1",)},
            [(Failure.NO_ADDRESS, "gone.x.test", False)],
        ),
    ],
)
async def test_exchangers_that_cannot_be_tried_are_named(
    records: Records, told: list[tuple[Failure, str, bool]], asking: pytest.MonkeyPatch
) -> None:
    talk, _port = await talk_to("x.test", records, asking)
    assert failures(talk)[: len(told)] == told


async def test_exchangers_that_are_too_many_are_counted(asking: pytest.MonkeyPatch) -> None:
    named = tuple(f"10 mx{number:02}.x.test." for number in range(13))
    talk, _port = await talk_to("x.test", {("x.test", "MX"): named}, asking)
    [found] = talk.all(MailExchangersFound)
    assert (len(found.hosts), found.more) == (10, 3)
    note = notes.note(found, start())
    assert note is not None
    assert "10 mx09.x.test (and 3 more, which are not tried); mx00.x.test is tried now" in note


async def test_what_the_name_server_said_is_told(asking: pytest.MonkeyPatch) -> None:
    talk, _port = await talk_to("x.test", {("x.test", "MX"): "SERVFAIL"}, asking)
    assert talk.all(ConnectionFailed)[0].detail == "SERVFAIL"


async def test_one_exchanger_without_an_address_does_not_hide_the_other(asking: pytest.MonkeyPatch) -> None:
    records: Records = {
        ("x.test", "MX"): ("10 gone.x.test.", "20 here.x.test."),
        ("here.x.test", "A"): ("127.0.0.1",),
    }
    talk, port = await talk_to("x.test", records, asking)
    assert talk.all(AddressTried) == [AddressTried("here.x.test", "127.0.0.1", port)]


async def test_through_a_jump_host_the_exchangers_name_is_given_to_it(
    asking: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ssh = fake_ssh(tmp_path, asking, "sys.exit(255)")
    talk, port = await talk_to("corp.test", CORP, asking, replace(MX, via="jump"))
    assert f"mx2.corp.test:{port}" in ssh.arguments  # the last of the two
    assert [one.host for one in talk.all(AddressTried)] == ["mx1.corp.test", "mx2.corp.test"]


async def test_a_name_server_that_is_none(asking: pytest.MonkeyPatch) -> None:
    asking.setenv(mx.VARIABLE, "not an address")
    async with talking(Session(Endpoint("x.test"), access=MX)) as talk:
        await talk.end()
    assert failures(talk) == [(Failure.NAME_SERVER, "x.test", True)]
