"""Addresses in header fields: lists of them, and what is none and still shows somebody's domain."""

from __future__ import annotations

import random

import pytest

from tui.practice.address_list import addresses, domains, lookup_name


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ann@x.test", ("ann@x.test",)),
        ("", ()),
        ("Ann B. C. <ann@x.test>", ("ann@x.test",)),
        ('"Ann, B." <ann@x.test>, bob@y.test', ("ann@x.test", "bob@y.test")),
        ('"ceo@bank.test" <ann@x.test>', ("ann@x.test",)),
        ("=?utf-8?q?ceo=40bank.test?= <ann@x.test>", ("ann@x.test",)),
        ('"ceo@bank.test"@x.test', ('"ceo@bank.test"@x.test',)),
        (r'"a\"@b"@x.test', (r'"a\"@b"@x.test',)),
        ("ann@x.test (ceo@bank.test)", ("ann@x.test",)),
        (r"(a (b) \) c) ann @ (d) x . test", ("ann@x.test",)),
        ("<@a.test,,@b.test:ann@x.test>", ("ann@x.test",)),
        ("ann@[192.0.2.1], <bob@y.test>", ("ann@[192.0.2.1]", "bob@y.test")),
        (", a@x.test,,b@y.test,", ("a@x.test", "b@y.test")),
        ("Friends: a@x.test, B <b@y.test>,;, c@z.test", ("a@x.test", "b@y.test", "c@z.test")),
        ("Nobody:;", ()),
        ("甲 <甲@例.test>", ("甲@例.test",)),
        ("a@x.test b@y.test", None),
        ("ann <a@x.test> b", None),
        ("ceo@bank.test <a@x.test>", None),
        ("ann", None),
        ("a@x.test; b@y.test", None),
        ("<a@x.test", None),
        ("a.@x.test", None),
        ("a@x..test", None),
        ("=?utf-8?q?ceo=40bank.test?=@x.test", None),
        ("A: B: a@x.test;;", None),
        ("(a@x.test", None),
        ("(a@x.test\\", None),
        ('"a@x.test', None),
        ("a\x00@x.test", None),
        ("(" * 100_000, None),
        ("a@x.test," * 20_000, None),
    ],
)
def test_the_addresses_of_a_list(text: str, found: tuple[str, ...] | None) -> None:
    assert addresses(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ann <ann@X.test>, b@y.test, c@x.TEST", ("x.test", "y.test")),
        ('"ceo@bank.test" <ann@x.test>', ("x.test",)),  # a name is no address
        ("ceo@bank.test ann@x.test", ("bank.test", "x.test")),
        ("ceo@(a)bank . test ann@x.test", ("x.test", "bank.test")),
        ("=?utf-8?q?ceo=40bank.test?= ann@x.test", ("x.test", "bank.test")),
        ("=?utf-8?b?Y2VvQGJhbmsudGVzdA?=", ("bank.test",)),
        ("=?utf-8*en?Q?ceo=40ba?=\t =?us-ascii?q?nk.test?=", ("bank.test",)),
        ("=?none?q?=40bank.test?= =?utf-8?b?A?= ann@x.test", ("x.test",)),
        ("((((ceo@bank.test", ("bank.test",)),
        ('"a@x.test" b@y.test <c@z.test>', ("x.test", "y.test", "z.test")),
        ("ann@bänk.test", ("xn--bnk-qla.test",)),
        ("nobody", ()),
        ("@", ()),
    ],
)
def test_whose_domains_are_shown(text: str, found: tuple[str, ...]) -> None:
    assert domains(text) == found


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("X.Test.", "x.test"),
        ("例。Test", "xn--fsq.test"),
        ("ä" * 64 + ".test", "ä" * 64 + ".test"),
        ("ä" * 300, "ä" * 300),
        ("", ""),
    ],
)
def test_names_as_dns_is_asked_for_them(domain: str, name: str) -> None:
    assert lookup_name(domain) == name


def test_no_field_breaks_the_reader() -> None:
    dice = random.Random(5322)
    pieces = (
        *'@.,;:<>()[]"\\ \t',
        *(
            "a",
            "x.test",
            "@x.test",
            "a@x.test",
            "=?utf-8?q?",
            "=?=",
            "?=",
            "=?x?b?AA?=",
            "\r\n ",
            "é",
            "\x00",
        ),
    )
    for _ in range(3000):
        text = "".join(dice.choices(pieces, k=dice.randrange(14)))
        assert all("@" in one for one in addresses(text) or ())
        assert all(one == lookup_name(one) for one in domains(text))
