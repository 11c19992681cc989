"""A server to practise on, as data."""

from __future__ import annotations

import msgspec
import pytest

from tui.practice.published import Published
from tui.practice.scenario import Reply, Server, empty_faults, faults
from tui.practice.strict import DataFileError, decode


def server(**keys: object) -> Server:
    return msgspec.convert(keys, Server)


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({"domains": ["x.test", "UPPER.test"]}, "domains[1]"),
        ({"unknown": ["a@b"]}, "unknown[0]"),
        ({"users": ["Bob"]}, "users[0]"),
        ({"domains": ["x..test"]}, "domains[0]"),
        ({"domains": ["-x.test"]}, "domains[0]"),
        ({"host": "no name"}, "host"),
        ({"published": (Published(domain="X.test"),)}, "published[0].domain"),
        ({"published": (Published(domain="x.test", a=("192.0.2.1", "here")),)}, "published[0].a"),
        ({"published": (Published(domain="x.test", mx=("mx.x.test",)),)}, "published[0].mx"),
        ({"published": (Published(domain="x.test", a=("999.1.1.1",)),)}, "published[0].a"),
        ({"published": (Published(domain="y.test"), Published(domain="y.test"))}, "published[1].domain"),
        ({"published": (Published(domain="x.test", dkim={"a b": "p="}),)}, "published[0].dkim"),
        ({"published": (Published(domain="x.test", dkim={"one": "p=", "ONE": "p="}),)}, "published[0].dkim"),
        ({"published": (Published(domain="x.test", dkim={"one": "p=\n"}),)}, "published[0].dkim.one"),
        ({"published": (Published(domain="x.test", spf="v=spf1\x1b"),)}, "published[0].spf"),
        ({"published": (Published(domain="x" * 64 + ".test"),)}, "published[0].domain"),
        ({"seen_from": "mx.test"}, "seen_from"),
        ({"seen_from": "999.1.1.1"}, "seen_from"),
        ({"seen_from": ":::"}, "seen_from"),
        ({"seen_from": "fe80::1%lo"}, "seen_from"),
        ({"host": "x." * 130 + "test"}, "host"),
        ({"login_required": True}, "login_required"),
        (
            {"login_required": True, "account": [{"user": "a", "password": "x"}], "withholds": ["AUTH"]},
            "login_required",
        ),
        ({"domains": ["x.test", "y.test", "x.test"]}, "domains[2]"),
        ({"withholds": ["HELP", "HELP"]}, "withholds[1]"),
        ({"mechanisms": ["PLAIN", "PLAIN"]}, "mechanisms[1]"),
        ({"account": [{"user": "a", "password": "x"}, {"user": "a", "password": "y"}]}, "account[1].user"),
        ({"offers": ["CHUNKING", "TURN"]}, "offers[1]"),
        ({"withholds": ["help"]}, "withholds[0]"),
        ({"mechanisms": ["PLAIN", "login"]}, "mechanisms[1]"),
        ({"bounces": ["full", "Full"]}, "bounces[1]"),
        ({"lists": {"a b": ["a@x.test"]}}, "lists"),
        ({"lists": {"Staff": ["a@x.test"]}}, "lists.Staff"),
        ({"lists": {"staff": ["a@x.test", "b"]}}, "lists.staff[1]"),
        ({"lists": {"staff": ["a@x.test\x1b"]}}, "lists.staff[0]"),
        ({"offers": ["DSN"], "withholds": ["HELP", "DSN"]}, "withholds[1]"),
        ({"users": ["bob", "nobody"]}, "users[1]"),
        ({"bounces": ["full", "nobody"]}, "bounces[1]"),
        ({"users": ["bob"], "bounces": ["bob", "full"]}, "bounces[1]"),
        ({"enforce": True}, "enforce"),
        ({"enforce": True, "published": [Published(domain="x.test", spf="v=spf1 -all")]}, "enforce"),
        ({"account": [{"user": "a b", "password": "x"}]}, "account[0].user"),
        ({"account": [{"user": "a", "password": ""}]}, "account[0].password"),
        (
            {"account": [{"user": "a", "password": "x"}, {"user": "b", "password": "\x07"}]},
            "account[1].password",
        ),
        ({"personality": "../x"}, "personality"),
        ({"reply": [{"stage": "lunch", "say": "450 x"}]}, "reply[0].stage"),
        ({"reply": [{"stage": "data", "say": "450 x", "address": "a@b"}]}, "reply[0].address"),
        ({"reply": [{"stage": "rcpt", "say": "450 x", "address": "<a@b>"}]}, "reply[0].address"),
        ({"reply": [{"stage": "rcpt", "say": "450 x", "address": "a@b\x1b[2J"}]}, "reply[0].address"),
        ({"reply": [{"stage": "mail", "say": "450 x"}, {"stage": "mail", "say": "hi"}]}, "reply[1].say"),
        ({"reply": [{"stage": "mail", "say": "450 " + "x" * 600}]}, "reply[0].say"),
        ({"reply": [{"stage": "data", "say": "250 x"}]}, "reply[0].say"),
        ({"reply": [{"stage": "data", "say": "251 x"}]}, "reply[0].say"),
        ({"reply": [{"stage": "mail", "say": "354 x"}]}, "reply[0].say"),
        ({"reply": [{"stage": "rcpt", "say": "252 x"}]}, "reply[0].say"),
        ({"reply": [{"stage": "command", "say": "450 x"}]}, "reply[0].say"),
        ({"reply": [{"stage": "body", "say": "450 x"}]}, "reply[0].stage"),
        ({"reply": [{"stage": "data", "say": "450 x", "match": "*"}]}, "reply[0].match"),
        ({"reply": [{"stage": "rcpt", "say": "450 x", "match": "\x1b*"}]}, "reply[0].match"),
        ({"reply": [{"stage": "rcpt", "say": "450 x", "match": "x" * 321}]}, "reply[0].match"),
        ({"fault": [{"stage": "lunch", "do": "drop"}]}, "fault[0].stage"),
        ({"fault": [{"stage": "auth", "do": "drop", "match": "PLAIN*"}]}, "fault[0].match"),
        ({"fault": [{"stage": "rcpt", "do": "lose"}]}, "fault[0].do"),
        ({"fault": [{"stage": "body", "do": "slow", "octets_per_second": 1}]}, "fault[0].do"),
        ({"fault": [{"stage": "mail", "do": "delay"}]}, "fault[0].seconds"),
        ({"fault": [{"stage": "mail", "do": "drop", "seconds": 1}]}, "fault[0].seconds"),
        ({"fault": [{"stage": "mail", "do": "slow"}]}, "fault[0].octets_per_second"),
        ({"greylist": {"say": "550 5.7.1 x"}}, "greylist.say"),
        ({"greylist": {"say": "later"}}, "greylist.say"),
        ({"quota": [{"octets": 9, "say": "250 x"}]}, "quota[0].say"),
        ({"quota": [{"octets": 9}, {"user": "Full", "octets": 9}]}, "quota[1].user"),
        ({"quota": [{"user": ""}]}, "quota[0].user"),
        ({"quota": [{}]}, "quota[0].messages"),
        ({"rate": [{"stage": "command", "count": 1}]}, "rate[0].stage"),
        ({"rate": [{"stage": "quit", "count": 1}]}, "rate[0].seconds"),
        ({"quota": [{"octets": 9}, {"user": "bob", "octets": 9}]}, "quota[1]"),
        ({"reply": [{"stage": "noop", "say": "450"}, {"stage": "noop", "say": "451"}]}, "reply[1]"),
        (
            {"reply": [{"stage": "noop", "say": "450"}], "fault": [{"stage": "noop", "do": "drop"}]},
            "reply[0]",
        ),
        ({"fault": [{"stage": "quit", "do": "drop-after"}]}, "fault[0].do"),
        ({"fault": [{"stage": "mail", "match": "[", "do": "drop"}]}, "fault[0].match"),
        ({"reply": [{"stage": "rcpt", "match": "a@*", "address": "b@x", "say": "450"}]}, "reply[0].match"),
        ({"reply": [{"stage": "rcpt", "address": "b,c@x", "say": "450"}]}, "reply[0].address"),
        ({"quota": [{"user": "[", "octets": 9}]}, "quota[0].user"),
        ({"rate": [{"stage": "mail", "count": 1, "say": "x"}]}, "rate[0].say"),
    ],
)
def test_what_types_do_not_catch(keys: dict[str, object], key: str) -> None:
    assert [found for found, _reason in faults(server(**keys))][:1] == [key]


def test_a_good_server_has_no_faults() -> None:
    one = server(
        host="mail.x.test",
        greylist={"seconds": 60, "say": "451 4.7.1 x"},
        quota=[{"user": "b*", "octets": 9}],
        rate=[{"stage": "mail", "count": 2, "seconds": 60}],
        fault=[{"stage": "mail", "do": "delay", "seconds": 2}, {"stage": "body", "do": "silent"}],
        domains=["x.test"],
        users=["bob"],
        reply=[
            {"stage": "greeting", "say": "220 x"},
            {"stage": "command", "say": "421 x", "from": 4},
            {"stage": "vrfy", "say": "252 x", "match": "b*"},
            {"stage": "data", "say": "354 x"},
            {"stage": "quit", "say": "221 x"},
            {"stage": "vrfy", "say": "252 x"},
            {"stage": "rcpt", "say": "451", "address": "a@b"},
            {"stage": "rcpt", "say": "251 x", "address": "Postmaster"},
        ],
    )
    assert list(faults(one)) == []


def test_some_keys_say_something_by_saying_nothing() -> None:
    wrong = dict(empty_faults(["unknown", "mechanisms", "lists.staff", "host", "reply[0].match"]))
    assert [*wrong] == ["host", "reply[0].match"]


def test_who_has_a_mailbox() -> None:
    free, small = Server(), server(domains=["x.test"], users=["bob"], unknown=["bob2"])
    assert free.has_mailbox("anybody@x.test")
    assert not free.has_mailbox('"Nobody"@x.test')
    assert [small.has_mailbox(f"{one}@x.test") for one in ("bob", "ann", "bob2", "postmaster")] == [
        True, False, False, True,
    ]  # fmt: skip
    assert small.is_local("bob@X.test")
    assert small.is_local("postmaster")
    assert not small.is_local("bob@y.test")
    assert free.is_local("bob@y.test")


def test_when_a_reply_of_choice_is_due() -> None:
    once = Reply(stage="rcpt", say="451 x", address="a@b", first=2, times=2)
    assert once.code == 451
    assert once.fits("rcpt", "", "A@B")
    assert not once.fits("rcpt", "", "c@d")
    assert not once.fits("mail", "", "a@b")
    assert [once.is_due(number) for number in (1, 2, 3, 4)] == [False, True, True, False]
    assert Reply(stage="rcpt", say="451 x").is_due(1000)


def test_what_a_reply_of_choice_matches() -> None:
    slow = Reply(stage="rcpt", say="451 x", match="*@Slow.test")
    assert slow.fits("rcpt", "TO:<bob@slow.TEST> NOTIFY=NEVER", "bob@slow.TEST")
    assert not slow.fits("rcpt", "TO:<bob@fast.test>", "bob@fast.test")
    sized = Reply(stage="mail", say="452 x", match="*size=*")
    assert sized.fits("mail", "FROM:<a@b> SIZE=9", "a@b")
    assert not sized.fits("mail", "FROM:<a@b>", "a@b")
    assert not Reply(stage="rcpt", say="451 x", match="b*", address="a@b").fits("rcpt", "", "b@b")


def test_which_quota_a_mailbox_has() -> None:
    one = server(quota=[{"user": "full*", "messages": 1}, {"user": "b?b", "octets": 9}])
    assert one.quota_of("Full2@x.test") == one.quota[0]
    assert one.quota_of("bob@x.test") == one.quota[1]
    assert one.quota_of("ann@x.test") is None


def test_a_quota_is_of_mailboxes_here_only() -> None:
    one = server(domains=["x.test"], quota=[{"messages": 1}])
    assert one.quota_of("bob@x.test") == one.quota_of("postmaster") == one.quota[0]
    assert one.quota_of("bob@elsewhere.test") is None


def test_what_fails_at_a_server_can_be_taken_from_another() -> None:
    late = server(greylist={"seconds": 5}, fault=[{"stage": "mail", "do": "drop"}], tls_required=True)
    one = server(host="mail.x.test", rate=[{"stage": "mail", "count": 1}]).failing_as(late)
    assert (one.host, one.tls_required, one.rate) == ("mail.x.test", False, ())
    assert (one.greylist, one.fault) == (late.greylist, late.fault)


@pytest.mark.parametrize(
    ("usual", "keys", "offered"),
    [
        (("SIZE", "HELP"), {}, ("SIZE", "HELP")),
        (("SIZE", "HELP"), {"offers": ["CHUNKING", "SIZE"]}, ("SIZE", "HELP", "CHUNKING")),
        (("SIZE", "HELP"), {"withholds": ["SIZE"]}, ("HELP",)),
        (("SIZE",), {"offers": ["BINARYMIME"]}, ("SIZE",)),
        (("CHUNKING",), {"offers": ["BINARYMIME"]}, ("CHUNKING", "BINARYMIME")),
        (("BINARYMIME", "CHUNKING"), {"withholds": ["CHUNKING"]}, ()),
        (("SIZE",), {"offers": ["ENHANCEDSTATUSCODES"]}, ("SIZE",)),
        (("ENHANCEDSTATUSCODES",), {"withholds": ["ENHANCEDSTATUSCODES"]}, ()),
        (("ENHANCEDSTATUSCODES",), {}, ("ENHANCEDSTATUSCODES",)),
        (("HELP",), {"offers": ["AUTH"]}, ("HELP",)),
        (("HELP",), {"offers": ["AUTH"], "account": [{"user": "a", "password": "x"}]}, ("HELP", "AUTH")),
        (
            ("HELP",),
            {"offers": ["AUTH"], "mechanisms": [], "account": [{"user": "a", "password": "x"}]},
            ("HELP",),
        ),
    ],
)
def test_what_is_offered_is_what_works(
    usual: tuple[str, ...], keys: dict[str, object], offered: tuple[str, ...]
) -> None:
    assert msgspec.convert(keys, Server).offered(usual) == offered


def test_who_can_log_in_and_under_which_name() -> None:
    accounts = [{"user": "alice", "password": "one"}, {"user": "bob@x.test", "password": "two"}]
    here, everywhere = server(domains=["x.test"], account=accounts), server(account=accounts)
    for user in ("alice", "alice@x.test"):
        assert here.password_of(user) == "one"
    assert here.password_of("bob@x.test") == "two"
    for user in ("Alice", "bob", "alice@y.test", "", "@x.test"):
        assert here.password_of(user) is None
    assert everywhere.password_of("alice@y.test") == "one"


def test_a_password_shows_nowhere() -> None:
    one = server(account=[{"user": "alice", "password": "s3cret-Pass"}])
    assert "s3cret" not in repr(one)
    assert "s3cret" not in "".join(
        str(reason) for _key, reason in faults(server(account=[{"user": "alice", "password": "s3cret\x07"}]))
    )


def test_lists_and_mailboxes_that_take_nothing() -> None:
    one = server(users=["bob", "full"], bounces=["full"], lists={"staff": ["bob@x.test"]})
    for address, has, delivers in (
        ("bob@x.test", True, True),
        ("Full@x.test", True, False),
        ("staff@x.test", True, True),
        ("ann@x.test", False, False),
        ("postmaster", True, True),
    ):
        assert (one.has_mailbox(address), one.delivers_to(address)) == (has, delivers)


def test_records_and_an_address_that_can_be_used() -> None:
    one = Published(domain="_spf.x.test", spf="v=spf1 -all", a=("192.0.2.1",), mx=("2001:db8::1",))
    keys = Published(domain="x.test", dkim={"Key-1.mail": "v=DKIM1; p=", "two": "p="})
    assert list(faults(Server(published=(one, keys), seen_from="2001:db8::1"))) == []


@pytest.mark.parametrize(
    ("keys", "by_clock"),
    [
        ({}, False),
        ({"fault": [{"stage": "helo", "do": "delay", "seconds": 1}]}, True),
        ({"greylist": {}}, True),
        ({"rate": [{"stage": "mail", "count": 1, "seconds": 60}]}, True),
        ({"rate": [{"stage": "mail", "count": 1}]}, False),
    ],
)
def test_which_servers_go_by_the_clock(keys: dict[str, object], by_clock: bool) -> None:
    assert server(**keys).goes_by_clock is by_clock


def test_of_another_server_s_mailboxes_nobody_knows() -> None:
    assert server(domains=["x.test"], bounces=["full"]).delivers_to("full@y.test")


def test_of_another_servers_mailbox_nobody_knows() -> None:
    one = server(domains=["x.test"], users=["bob"], bounces=["ann"])
    assert one.delivers_to("ann@y.test")
    assert not one.delivers_to("ann@x.test")


def test_time_counts_only_where_something_goes_by_it() -> None:
    assert not server().goes_by_clock
    assert server(fault=[{"stage": "rcpt", "do": "delay", "seconds": 5}]).goes_by_clock


@pytest.mark.parametrize(
    ("lines", "line", "key"),
    [
        ("lists = 3", 1, "lists"),
        ('[lists]\none = ["a@x.test"]\ntwo = "b"', 3, "lists.two"),
        ('[lists]\none = ["a@x.test"]\ntwo = ["b@x.test", 1]', 3, "lists.two[1]"),
        ("[lists]\none = 1979-05-27", 1, "lists"),
        (
            '[[published]]\ndomain = "x.test"\n[published.dkim]\none = "p="\ntwo = 2',
            5,
            "published[0].dkim.two",
        ),
    ],
)
def test_of_a_table_with_any_keys_the_wrong_one_is_named(lines: str, line: int, key: str) -> None:
    with pytest.raises(DataFileError) as error:
        decode(lines.encode(), Server, "mine.toml")
    assert (error.value.line, error.value.key) == (line, key)
