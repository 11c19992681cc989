"""SPF (RFC 7208) from records that a scenario publishes."""

from __future__ import annotations

import pytest

from tui.practice.published import Published
from tui.practice.spf import check_host

OURS, THEIRS = "192.0.2.7", "203.0.113.9"
OTHERS = (
    Published(domain="y.test", spf=f"v=spf1 ip4:{THEIRS} -all"),
    Published(domain="_spf.y.test", spf=f"v=spf1 ip4:{THEIRS} -all"),
    Published(domain="six.test", a=("2001:db8::7",), mx=("2001:db8:1::7", THEIRS)),
    Published(domain="loop.test", spf="v=spf1 include:loop.test -all"),
    Published(domain="two.test", spf="v=spf2 -all"),
    Published(domain="many.test", mx=(THEIRS,) * 11),
    Published(domain="wrong.test", a=("nowhere",)),
    Published(domain="7.2.0.192.in-addr.x.test", a=("127.0.0.2",)),
    Published(domain="ann.of.x.test", a=("127.0.0.2",)),
    Published(domain="test.x.mx.h.test", a=("127.0.0.2",)),
    Published(domain="unknown.a%2Db.%.-%20.test", a=("127.0.0.2",)),
    Published(domain="b.test", a=("127.0.0.2",)),
)


def spf(record: str, client: str = OURS, sender: str = "ann@x.test") -> str:
    here = Published(domain="x.test", spf=record, a=(OURS,), mx=(THEIRS,))
    zone = {one.domain: one for one in (here, *OTHERS)}
    return check_host(zone, client=client, domain="x.test", sender=sender, helo="mx.h.test")


@pytest.mark.parametrize(
    ("record", "client", "result"),
    [
        ("", OURS, "none"),
        ("v=spf2 -all", OURS, "none"),  # §4.5: it is no record of SPF
        ("v=spf10 -all", OURS, "none"),
        ("v=spf1", OURS, "neutral"),
        ("v=spf1 ip4:192.0.2.0/24 -all", OURS, "pass"),
        ("v=spf1 ip4:192.0.2.0/24 -all", THEIRS, "fail"),
        ("v=spf1 ip4:192.0.2.7 ~all", THEIRS, "softfail"),
        ("v=spf1 ip6:2001:db8::/32 ?all", "2001:db8::1", "pass"),
        ("v=spf1 ip4:192.0.2.7 ?ALL", "2001:db8::1", "neutral"),
        ("v=spf1 ip4:192.0.2.7 -all", "::ffff:192.0.2.7", "pass"),
        ("V=SPF1 a -all", OURS, "pass"),
        ("v=spf1 mx -all", OURS, "fail"),
        ("v=spf1 mx:x.test -all", THEIRS, "pass"),
        ("v=spf1 a:x.test. -all", OURS, "pass"),
        ("v=spf1 a/24 -all", "192.0.2.200", "pass"),
        ("v=spf1 a/31 -all", "192.0.2.200", "fail"),
        ("v=spf1 mx:six.test/24//48 -all", "2001:db8:1::9", "pass"),
        ("v=spf1 mx:six.test//48 -all", "203.0.113.10", "fail"),
        ("v=spf1 a:gone.test -all", OURS, "fail"),
        ("v=spf1 a:gone.test a:gone.test a:gone.test a -all", OURS, "permerror"),  # §4.6.4
        ("v=spf1 a:wrong.test -all", OURS, "permerror"),
        ("v=spf1 exp=why.test unknown=any -all", OURS, "fail"),
        ("v=spf1 include:y.test -all", THEIRS, "pass"),
        ("v=spf1 include:_spf.y.test -all", THEIRS, "pass"),
        ("v=spf1 include:y.test -all", OURS, "fail"),
        ("v=spf1 -include:y.test +all", THEIRS, "fail"),
        ("v=spf1 redirect=y.test", THEIRS, "pass"),
        ("v=spf1 redirect=y.test -all", THEIRS, "fail"),  # §6.1: not where a mechanism matched
        ("v=spf1 redirect=y.test redirect=y.test", THEIRS, "permerror"),
        ("v=spf1 include:gone.test -all", OURS, "permerror"),
        ("v=spf1 include:two.test -all", OURS, "permerror"),
        ("v=spf1 redirect=gone.test", OURS, "permerror"),
        ("v=spf1 include:loop.test -all", OURS, "permerror"),  # more than ten
        ("v=spf1 " + "ptr " * 10 + "-all", OURS, "fail"),
        ("v=spf1 " + "ptr:x.test " * 11 + "-all", OURS, "permerror"),
        ("v=spf1 exists:b.test -all", OURS, "pass"),
        ("v=spf1 exists:gone.test -all", OURS, "fail"),
        ("v=spf1 exists:%{ir}.%{v}.%{d} -all", OURS, "pass"),
        ("v=spf1 exists:%{l}.of.%{o} -all", OURS, "pass"),
        ("v=spf1 exists:%{dr}.%{h3} -all", OURS, "pass"),
        ("v=spf1 -all exists:%{s0}b.test", OURS, "permerror"),
        ("v=spf1 exists:%{d1}.%{ir}.%{v} -all", "2001:db8::1", "fail"),
        ("v=spf1 -all exists:%{x}.test", OURS, "permerror"),
        ("v=spf1 -all exists:100%.test", OURS, "permerror"),
        # a fault anywhere is found, also behind what matches
        ("v=spf1 +all ip4:300.1.1.1", OURS, "permerror"),
        ("v=spf1 +all ip4:2001:db8::1", OURS, "permerror"),
        ("v=spf1 +all ip6:192.0.2.1", OURS, "permerror"),
        ("v=spf1 ip4:192.0.2.7/255.255.255.0 -all", OURS, "permerror"),
        ("v=spf1 ip4 -all", OURS, "permerror"),
        ("v=spf1 all:x.test", OURS, "permerror"),
        ("v=spf1 include -all", OURS, "permerror"),
        ("v=spf1 a/64 -all", OURS, "permerror"),
        ("v=spf1 mechanism -all", OURS, "permerror"),
        ("v=spf1 !all", OURS, "permerror"),
        ("v=spf1 -all", "no address", "permerror"),
        # §12: each piece to the letter
        ("v=spf1 redirect=", OURS, "permerror"),
        ("v=spf1 exp= -all", OURS, "permerror"),
        ("v=spf1 +all a:/24", OURS, "permerror"),
        ("v=spf1 +all a//129", OURS, "permerror"),
        ("v=spf1 +all a/33", OURS, "permerror"),
        ("v=spf1 a/031 -all", OURS, "permerror"),
        ("v=spf1 ip4:1.2.3.4/032 -all", OURS, "permerror"),
        ("v=spf1 +all include:localhost", OURS, "permerror"),
        ("v=spf1 +all a:x.123", OURS, "permerror"),
        ("v=spf1 +all a:x.-y", OURS, "permerror"),
        ("v=spf1 +all exists:%{d0}", OURS, "permerror"),
        ("v=spf1 +all exists:%{d" + "9" * 5000 + "}.y.test", OURS, "pass"),
        ("v=spf1\t+all", OURS, "none"),
        ("v=spf1 a\t-all", OURS, "permerror"),
        ("v=spf1 a:\u00fc.test -all", OURS, "permerror"),
        ("v=spf1  a   -all ", OURS, "pass"),
        ("v=spf1 x=%{d} X-y.z=%% -all", OURS, "fail"),
        ("v=spf1 x=% -all", OURS, "permerror"),
        # only addresses of the client's kind are asked for, and nothing found counts (§4.6.4)
        ("v=spf1 a:b.test a:b.test a:b.test -all", "2001:db8::1", "permerror"),
        ("v=spf1 exists:b.test -all", "2001:db8::1", "pass"),
        ("v=spf1 mx:many.test -all", THEIRS, "permerror"),
        # a name that DNS could not have has no record (§4.3)
        ("v=spf1 redirect=" + "y" * 64 + ".test", OURS, "permerror"),
        ("v=spf1 include:y..test -all", OURS, "permerror"),
    ],
)
def test_spf(record: str, client: str, result: str) -> None:
    assert spf(record, client) == result


def test_macros_write_what_cannot_stand_in_a_name() -> None:
    record = "v=spf1 exists:%{p}.%{L}.%%.%-.test -all"
    assert spf(record, sender="a/b@x.test") == "fail"
    zone = {
        "x.test": Published(domain="x.test", spf=record),
        "unknown.a%2fb.%.%20.test": Published(domain="unknown.a%2fb.%.%20.test", a=("127.0.0.2",)),
    }
    about = {"client": OURS, "domain": "x.test", "helo": "h.test"}
    assert check_host(zone, sender="a/b@x.test", **about) == "pass"


def test_a_macro_is_parted_where_it_says() -> None:
    record = "v=spf1 exists:%{l1r+-}.test -all"
    zone = {
        "x.test": Published(domain="x.test", spf=record),
        "b.test": Published(domain="b.test", a=("127.0.0.2",)),
    }
    about = {"client": OURS, "domain": "x.test", "helo": "h.test"}
    assert check_host(zone, sender="b+a-c@x.test", **about) == "pass"


def test_a_name_that_macros_make_too_long_loses_labels_in_front() -> None:
    """§7.3."""
    zone = {
        "x.test": Published(domain="x.test", spf="v=spf1 exists:%{l}.b.test -all"),
        "a." * 123 + "b.test": Published(domain="long", a=("127.0.0.2",)),
    }
    about = {"client": OURS, "domain": "x.test", "helo": "h.test"}
    assert check_host(zone, sender="a." * 200 + "a@x.test", **about) == "pass"
    assert check_host(zone, sender="a" * 400 + "@x.test", **about) == "fail"


def test_a_sender_without_a_local_part_is_the_postmaster() -> None:
    zone = {
        "x.test": Published(domain="x.test", spf="v=spf1 exists:%{l}.%{o} -all"),
        "postmaster.x.test": Published(domain="postmaster.x.test", a=("127.0.0.2",)),
    }
    assert check_host(zone, client=OURS, domain="x.test", sender="@x.test", helo="h.test") == "pass"
