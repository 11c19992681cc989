"""What is said behind the path of MAIL and RCPT, and what a server takes."""

from __future__ import annotations

import pytest

from tui.smtp.parameters import extension_of, international_header, size_limit, size_said


@pytest.mark.parametrize(
    ("verb", "param", "keyword"),
    [
        ("MAIL", "size=1", "SIZE"),
        ("MAIL", "BODY=8bitmime", "8BITMIME"),
        ("MAIL", "body=binarymime", "BINARYMIME"),
        ("MAIL", "SMTPUTF8", "SMTPUTF8"),
        ("RCPT", "NOTIFY=NEVER", "DSN"),
        ("RCPT", "SIZE=1", ""),
        ("VRFY", "SMTPUTF8", ""),
        ("MAIL", "X-OWN=1", ""),
    ],
)
def test_the_extension_of_a_parameter(verb: str, param: str, keyword: str) -> None:
    assert extension_of(verb, param) == keyword


@pytest.mark.parametrize(
    ("offered", "limit"),
    [("1000", 1000), (" 1000 ", 1000), ("", 0), ("0", 0), ("lots", 0), ("\u0661", 0), ("9" * 21, 0)],
)
def test_how_much_is_taken(offered: str, limit: int) -> None:
    assert size_limit({"SIZE": offered}) == limit
    assert size_limit({}) == 0


def test_how_much_is_announced() -> None:
    assert size_said(("BODY=7BIT", "size=12")) == 12
    assert size_said(("BODY=7BIT", "SIZE=x")) == 0
    assert size_said(()) == 0


@pytest.mark.parametrize(
    ("text", "so"),
    [
        ("Subject: caf\u00e9\n\nhi", True),
        ("Subject: x\nTo: b\r\n \u5f20\r\n\r\nhi", True),
        ("Subject: x\r\n\r\ncaf\u00e9", False),
        ("Subject: x\n\ncaf\u00e9\n\n", False),
        ("Subject: caf\udce9\n\nhi", False),  # Latin-1
        ("\n\u5f20", False),
        ("", False),
    ],
)
def test_a_header_that_only_smtputf8_allows(text: str, so: bool) -> None:
    assert international_header(text) is so
