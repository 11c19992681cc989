"""Which of two things that go wrong leaves another one nothing to do."""

from __future__ import annotations

import pytest

from tui.practice.fault_lines import read
from tui.practice.precedence import covers, idle


@pytest.mark.parametrize(
    ("one", "other", "there", "back"),
    [
        ("rcpt=450", "rcpt=550", True, True),
        ("rcpt=450", "rcpt:1=550", True, False),
        ("rcpt=450", "data=550", False, False),
        ("rcpt=450", "rcpt,*@x.test=550", True, False),
        ("rcpt,*=450", "rcpt,b*=550", True, False),
        ("rcpt,B*=450", "rcpt,b*=550", True, True),
        ("rcpt:2-=450", "rcpt=550", False, True),
        ("rcpt:2-=450", "rcpt:2-4=550", True, False),
        ("rcpt:2-5=450", "rcpt:3-5=550", True, False),
        ("rcpt:2-5=450", "rcpt:3-6=550", False, False),
        ("rcpt:2-=450", "rcpt:3-,b*=550", False, False),
        ("data=drop", "data=450", True, False),
        ("data=silent", "data=delay:5", True, False),
        ("data=delay:5", "data=delay:5", False, False),
        ("data=slow:5", "data=slow:6", True, True),
        ("data=slow:5", "data=drop-after", False, False),
        ("message=lose", "message=450", False, True),
        ("message=250 x", "message=lose", False, False),
        ("data=slow:5", "rate:data=3", False, False),
        ("mail=250 x", "rate:mail=3", True, False),
        ("mail:1=450", "rate:mail=3", False, False),
        ("mail=drop", "rate:mail=3/1m", True, False),
        ("mail=drop", "rate:rcpt=3/1m", False, False),
        ("rate:mail=3/1m", "rate:mail=9/1m", True, True),
        ("rate:mail=3/1m", "rate:mail=9/1h", False, False),
        ("rate:mail=3/1m", "mail=450", False, True),
        ("quota=3", "quota,bob=3", True, False),
        ("quota,bob=3", "quota,bob=4", True, True),
        ("greylist=5", "greylist=6", True, True),
        ("certificate=good", "certificate=expired", True, True),
        ("certificate=good", "greylist=5", False, False),
        ("quota=3", "greylist=5", False, False),
    ],
)
def test_what_never_happens_beside_what(one: str, other: str, *, there: bool, back: bool) -> None:
    first, second = read(one), read(other)
    assert (covers(first, second), covers(second, first)) == (there, back)


def test_what_is_idle_and_why() -> None:
    some = [read(one) for one in ("rcpt=550", "rate:mail=3", "rcpt:1=450", "mail=451", "rcpt:2=450")]
    assert list(idle(some)) == [(1, 3), (2, 0), (4, 0)]
    assert list(idle(some[2:])) == []
