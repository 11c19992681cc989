from __future__ import annotations

import pytest

from tui.net.endpoint import BadEndpointError, Endpoint, Fault, first_full_width, parse


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("mx.example.net", "mx.example.net", 25),
        ("mx.example.net:587", "mx.example.net", 587),
        (" mx.example.net:587 ", "mx.example.net", 587),
        ("mx.example.net.", "mx.example.net.", 25),
        ("localhost:0025", "localhost", 25),
        ("127.0.0.1:2525", "127.0.0.1", 2525),
        ("::1", "::1", 25),
        ("fe80::1%eth0", "fe80::1%eth0", 25),
        ("[::1]", "::1", 25),
        ("[2001:db8::25]:2525", "2001:db8::25", 2525),
        ("邮件.例子:465", "邮件.例子", 465),
        ("my_host:65535", "my_host", 65535),
    ],
)
def test_what_a_person_may_write(text: str, host: str, port: int) -> None:
    assert parse(text) == Endpoint(host, port)


def test_the_default_port_is_the_callers() -> None:
    assert parse("mx.example.net", port=587).port == 587
    assert parse("mx.example.net:25", port=587).port == 25


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Fault.EMPTY),
        (" \t", Fault.EMPTY),
        ("smtp://mx.example.net", Fault.SCHEME),
        ("mx.example.net：25", Fault.FULL_WIDTH),
        ("mx．example.net", Fault.FULL_WIDTH),
        ("例子。测试", Fault.FULL_WIDTH),
        ("[::1", Fault.OPEN_BRACKET),
        ("[::1]25", Fault.AFTER_BRACKET),
        ("[mx.example.net]:25", Fault.NOT_IPV6),
        ("a:b:c", Fault.NOT_IPV6),
        ("::1:70000", Fault.NOT_IPV6),
        (":25", Fault.NO_HOST),
        ("bob@example.net", Fault.MAIL_ADDRESS),
        ("-oProxyCommand=x", Fault.NOT_A_NAME),
        ("-", Fault.NOT_A_NAME),
        ("two words", Fault.NOT_A_NAME),
        ("a\x1b[2Jb", Fault.NOT_A_NAME),
        ("邮\u202e件", Fault.NOT_A_NAME),
        ("邮 件", Fault.NOT_A_NAME),
        ("a..b", Fault.NOT_A_NAME),
        ("a/b", Fault.NOT_A_NAME),
        ("x" * 64 + ".test", Fault.TOO_LONG),
        ("邮" * 64 + ".test", Fault.TOO_LONG),
        ("x." * 130 + "test", Fault.TOO_LONG),
        ("mx.example.net:", Fault.PORT_MISSING),
        ("mx.example.net:smtp", Fault.PORT_NO_NUMBER),
        ("mx.example.net:+25", Fault.PORT_NO_NUMBER),
        ("mx.example.net:2_5", Fault.PORT_NO_NUMBER),
        ("mx.example.net:70000", Fault.PORT_RANGE),
        ("mx.example.net:0", Fault.PORT_RANGE),
        ("mx.example.net:" + "9" * 5000, Fault.PORT_RANGE),
    ],
)
def test_what_names_no_server(text: str, fault: Fault) -> None:
    with pytest.raises(BadEndpointError) as caught:
        parse(text)
    assert caught.value.fault is fault


def test_the_full_width_character_is_named() -> None:
    assert first_full_width("mx.example.net：25") == "："
    assert first_full_width("mx.example.net") == ""


def test_an_ipv6_endpoint_is_written_with_brackets() -> None:
    assert str(Endpoint("::1", 2525)) == "[::1]:2525"
    assert str(parse(str(Endpoint("::1", 2525)))) == "[::1]:2525"
