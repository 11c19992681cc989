from __future__ import annotations

import pytest

from tui.desk.target import BadTargetError, parse
from tui.net.endpoint import Endpoint, Fault


def test_a_good_target_is_an_endpoint() -> None:
    assert parse("mx.example.net:587") == Endpoint("mx.example.net", 587)
    assert parse("mx.example.net", port=465).port == 465


EXAMPLES = {
    Fault.EMPTY: " ",
    Fault.SCHEME: "smtp://mx.example.net",
    Fault.FULL_WIDTH: "mx.example.net：25",
    Fault.OPEN_BRACKET: "[::1",
    Fault.AFTER_BRACKET: "[::1]25",
    Fault.NOT_IPV6: "[mx]:25",
    Fault.NO_HOST: ":25",
    Fault.MAIL_ADDRESS: "bob@example.net",
    Fault.NOT_A_NAME: "-x",
    Fault.TOO_LONG: "x" * 64,
    Fault.PORT_MISSING: "mx:",
    Fault.PORT_NO_NUMBER: "mx:smtp",
    Fault.PORT_RANGE: "mx:70000",
}


@pytest.mark.parametrize("fault", list(Fault))
def test_every_fault_has_its_own_sentence(fault: Fault) -> None:
    sentences = {}
    for one, text in EXAMPLES.items():
        with pytest.raises(BadTargetError) as caught:
            parse(text)
        sentences[one] = str(caught.value)
    assert len(set(sentences.values())) == len(Fault)
    assert "{" not in sentences[fault]


def test_foreign_text_in_a_sentence_is_harmless_and_short() -> None:
    with pytest.raises(BadTargetError) as caught:
        parse("\x1b[2J" + "x" * 5000)
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 200


def test_the_full_width_character_is_named() -> None:
    with pytest.raises(BadTargetError, match="："):
        parse("mx.example.net：25")
