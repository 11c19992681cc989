"""What goes wrong, spelt on one line."""

from __future__ import annotations

import msgspec
import pytest

from tui.practice.fault_lines import (
    Misspelling,
    MisspeltError,
    Trouble,
    added,
    brief,
    read,
    replaced,
    spelt,
    troubles,
    with_only,
)
from tui.practice.faults import Fault, Greylist, Quota, Rate, Reply
from tui.practice.precedence import idle
from tui.practice.scenario import Server, faults

READ: dict[str, Trouble] = {
    "rcpt=450": Reply(stage="rcpt", say="450 4.2.0 Mailbox unavailable, try again later"),
    "auth=450": Reply(stage="auth", say="450 4.0.0 Try again later"),
    "rcpt=459": Reply(stage="rcpt", say="459 4.0.0 Try again later"),
    "mail:2=421 Too busy": Reply(stage="mail", say="421 Too busy", first=2, times=1),
    "rcpt:2-=450 x": Reply(stage="rcpt", say="450 x", first=2),
    "rcpt:2-4=450 x": Reply(stage="rcpt", say="450 x", first=2, times=3),
    "rcpt,*@slow.test=450 x": Reply(stage="rcpt", say="450 x", match="*@slow.test"),
    "mail,*SIZE=*=552 x=y": Reply(stage="mail", say="552 x=y", match="*SIZE=*"),
    "command:4-=421 x": Reply(stage="command", say="421 x", first=4),
    "data=drop": Fault(stage="data", do="drop"),
    "body=drop": Fault(stage="body", do="drop"),
    "message:1=drop-unsaid": Fault(stage="message", do="drop-unsaid", times=1),
    "message=lose": Fault(stage="message", do="lose"),
    "greeting=silent": Fault(stage="greeting", do="silent"),
    "greeting=delay:5": Fault(stage="greeting", do="delay", seconds=5),
    "greeting=delay:2.5m": Fault(stage="greeting", do="delay", seconds=150),
    "helo=slow:8": Fault(stage="helo", do="slow", octets_per_second=8),
    "greylist=5m": Greylist(seconds=300),
    "greylist=1h 451 4.7.1 x": Greylist(seconds=3600, say="451 4.7.1 x"),
    "quota=3": Quota(messages=3),
    "quota,full=0 552 5.2.2 x": Quota(user="full", messages=0, say="552 5.2.2 x"),
    "quota,b*=552 octets": Quota(user="b*", octets=552),
    "quota=3 552 octets 552 x": Quota(messages=3, octets=552, say="552 x"),
    "rate:mail=3/1m": Rate(stage="mail", count=3, seconds=60),
    "rate:rcpt=3 421 4.7.0 x": Rate(stage="rcpt", count=3, say="421 4.7.0 x"),
    "certificate=expired": "expired",
}  # fmt: skip


@pytest.mark.parametrize(
    "line", ["data=drop", "message:1=drop-unsaid", "greeting=delay:5", "helo=slow:8", "certificate=expired"]
)
def test_case_does_not_matter(line: str) -> None:
    assert read(line.upper()) == read(line)


@pytest.mark.parametrize("line", list(READ))
def test_a_line_is_read_and_spelt_again(line: str) -> None:
    made = READ[line]
    assert read(f" {line} ") == made
    assert read(spelt(made)) == made
    assert not list(faults(added(Server(), made)))


@pytest.mark.parametrize(
    ("line", "misspelling", "part"),
    [
        ("rcpt", "NO_EQUALS", "rcpt"),
        ("", "NO_EQUALS", ""),
        ("lunch=450", "STAGE", "lunch"),
        ("=450", "STAGE", ""),
        ("rate:lunch=3", "RATE_STAGE", "lunch"),
        ("rate=3", "FORM", "rate"),
        ("rate,x=3", "FORM", "rate,x"),
        ("greylist:2=5m", "FORM", "greylist:2"),
        ("certificate,x=expired", "FORM", "certificate,x"),
        ("quota:2=5", "FORM", "quota:2"),
        ("rate:=3", "RATE_STAGE", ""),
        ("rate:Command=3", "RATE_STAGE", "command"),
        ("greylist", "FORM", "greylist"),
        ("quota,bob", "FORM", "quota,bob"),
        ("command=450 x", "ONLY_CLOSING", "450 x"),
        ("command=250 x", "ONLY_CLOSING", "250 x"),
        ("rcpt=450 \u5fd9", "TEXT", "450 \u5fd9"),
        ("command=421 \u5fd9", "TEXT", "421 \u5fd9"),
        ("data,x=drop", "NO_MATCH", "data"),
        ("body=450 x", "IN_BODY", "450 x"),
        ("body=delay:5", "IN_BODY", "delay"),
        ("body=drop-after", "IN_BODY", "drop-after"),
        ("quota=3 250 x", "REFUSAL", "250 x"),
        ("rate:mail=3 250 x", "REFUSAL", "250 x"),
        ("rcpt:0=450", "WHICH", "0"),
        ("rcpt:x=450", "WHICH", "x"),
        ("rcpt:4-2=450", "WHICH", "4-2"),
        ("rcpt:42 3=450", "WHICH", "42 3"),
        ("rcpt=", "WHAT", ""),
        ("rcpt=45", "WHAT", "45"),
        ("rcpt=explode", "WHAT", "explode"),
        ("rcpt=delay", "SECONDS", ""),
        ("rcpt=delay:soon", "SECONDS", "soon"),
        ("rcpt=delay:0", "SECONDS", "0"),
        ("rcpt=delay:25h", "SECONDS", "25h"),
        ("greylist=", "SECONDS", ""),
        ("rcpt=slow:0", "NUMBER", "0"),
        ("rcpt=slow:x", "NUMBER", "x"),
        ("quota=x", "NUMBER", "x"),
        ("quota=9999999999", "NUMBER", "9999999999"),
        ("rate:mail=x", "NUMBER", "x"),
        ("rate:mail=3/soon", "SECONDS", "soon"),
        ("certificate=bad", "CERTIFICATE", "bad"),
        ("rcpt=lose", "LOSE", "lose"),
        ("mail=251", "SUCCESS", "251 As you like"),
        ("mail=299", "SUCCESS", "299 As you like"),
        ("data,x=450", "NO_MATCH", "data"),
        ("greylist=5 550 x", "PUT_OFF", "550 x"),
        ("quota,BOB=5", "USER", "BOB"),
        ("quota, =1", "NO_PATTERN", "quota"),
        ("quota,[=1", "USER", "["),
        ("quota,bob@x.test=1", "USER", "bob@x.test"),
        ("rcpt,=450", "NO_PATTERN", "rcpt"),
        ("rcpt:2, =450", "NO_PATTERN", "rcpt"),
        ("noop,=drop", "NO_PATTERN", "noop"),
        ("rcpt,[=450", "NO_FIT", "["),
        ("rcpt,FROM:*=drop", "NO_FIT", "FROM:*"),
        ("bdat,LAST=450", "NO_FIT", "LAST"),
        ("noop,[z-a]=450", "NO_FIT", "[z-a]"),
        ("quit=drop-after", "AT_THE_END", "drop-after"),
        ("rate:greeting=1", "ONCE", "greeting"),
        ("rate:quit=1", "ONCE", "quit"),
        ("rate:starttls=2 421 x", "ONCE", "starttls"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_line(line: str, misspelling: str, part: str) -> None:
    with pytest.raises(MisspeltError) as caught:
        read(line)
    assert (caught.value.misspelling, caught.value.part) == (Misspelling[misspelling], part)


@pytest.mark.parametrize(
    ("line", "same"),
    [
        (" RCPT = 450", "rcpt=450"),
        ("Ehlo:2 = 450 x", "helo:2=450 x"),
        ("connect=421 x", "greeting=421 x"),
        ("dot=drop", "message=drop"),
        ("rate:tls=3/1m", "rate:starttls=3/1m"),
        ("rcpt : 2- , *@x.test = 450 y", "rcpt:2-,*@x.test=450 y"),
        ("mail, *SIZE=* = drop", "mail,*SIZE=*=drop"),
        ("Greylist = 5m", "greylist=5m"),
        ("quota, bob = 2", "quota,bob=2"),
        ("rate:MAIL = 3/1m", "rate:mail=3/1m"),
        ("Certificate = expired", "certificate=expired"),
    ],
)
def test_blanks_and_capitals_are_no_matter(line: str, same: str) -> None:
    assert read(line) == read(same)


def test_what_goes_wrong_at_a_server_is_listed_and_taken_away() -> None:
    server = Server(host="mail.x.test")
    for made in READ.values():
        server = added(server, made)
    assert not list(idle(troubles(server)))  # of the two greylists, for one, the last one holds
    assert len(troubles(server)) < len(READ)
    assert read(spelt(troubles(server)[0])) == troubles(server)[0]
    fewer = server
    while troubles(fewer):
        before = troubles(fewer)
        fewer = with_only(fewer, before[1:])
        assert troubles(fewer) == before[1:]
    assert fewer == Server(host="mail.x.test")


@pytest.mark.parametrize(
    ("before", "line", "gone"),
    [
        ("greylist=5m", "greylist=1h", ["greylist=5m"]),
        ("certificate=expired", "certificate=good", ["certificate=expired"]),
        ("quota,bob=2", "quota=3", ["quota,bob=2"]),
        ("rate:mail=3/1m", "mail=drop", ["rate:mail=3/1m"]),
        ("rcpt=drop", "rcpt=450", ["rcpt=drop"]),
        ("rcpt:2=450", "rcpt=451 x", ["rcpt:2=450"]),
        ("rcpt=450", "rcpt:2=451", []),
        ("rcpt=450", "rcpt=450", []),
        ("helo=slow:8", "helo=slow:9", ["helo=slow:8"]),
    ],
)
def test_what_another_one_takes_the_place_of(before: str, line: str, gone: list[str]) -> None:
    server, new = added(Server(), read(before)), read(line)
    assert [brief(one) for one in replaced(server, new)] == gone
    assert set(troubles(added(server, new))) <= {read(before), new}
    assert len(troubles(added(server, new))) == 2 - bool(gone) - (before == line) - (line[-4:] == "good")


def test_an_address_is_spelt_as_a_pattern() -> None:
    one = Reply(stage="rcpt", say="450 x", address="bob@x.test", first=1, times=2)
    assert spelt(one) == "rcpt:1-2,bob@x.test=450 x"


def test_a_scenario_keeps_its_name() -> None:
    class Named(Server, frozen=True, kw_only=True):
        id: str

    changed = added(Named(id="mine"), read("rcpt=450"))
    assert isinstance(changed, Named)
    assert msgspec.structs.asdict(changed)["id"] == "mine"
