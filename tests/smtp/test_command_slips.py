"""Slips in command lines: what is told, and exactly where; and nothing about lines that are right."""

from __future__ import annotations

import pytest

from tests.smtp.talk import DATA, EHLO, HELO, MAIL, RCPT, Row, finding, findings, play, pointed_at
from tui.smtp.events import CommandSent, Found, LineSent
from tui.smtp.findings import Finding


def typed(line: str, *before: Row) -> list[Finding]:
    return findings(play(*before, f"C: {line}"))


def pointed(line: str, wanted: Finding, *before: Row) -> list[str]:
    return pointed_at(play(*before, f"C: {line}"), wanted)


GREETED = ("S: 220 mx.test",)
IN_MAIL = (*EHLO, *MAIL)
INSIDE = (*EHLO, "C: STARTTLS", "S: 220 go", "* tls")

#: line, what was said before it, the one finding, what it points at, its detail
BARE = ("S: 220 x", "C: EHLO me", "S: 250 x")
REPORTS = ("S: 220 x", "C: EHLO me", "S: 250-x", "S: 250 DSN")

SLIPS: list[tuple[str, tuple[Row, ...], Finding, list[str], str]] = [
    # an input method
    ("helo\u3000client.test", GREETED, Finding.FULL_WIDTH, ["\u3000"], ""),
    ("ＨＥＬＯ client.test", GREETED, Finding.FULL_WIDTH, ["ＨＥＬＯ"], ""),
    ("MAIL FROM：<a@b.test>", HELO, Finding.FULL_WIDTH, ["："], ""),
    ("MAIL FROM:＜a＠b。test＞", HELO, Finding.FULL_WIDTH, ["＜", "＠", "。", "＞"], ""),
    ("MAIL FROM:《a@b.test》", HELO, Finding.FULL_WIDTH, ["《", "》"], ""),
    ("RCPT TO:<b@mx。test>", IN_MAIL, Finding.FULL_WIDTH, ["。"], ""),
    # keys that telnet sends
    ("HELOO\x08 client.test", GREETED, Finding.CONTROL_TYPED, ["\x08"], ""),
    ("HELO client.tesst\x7f\x7ft", GREETED, Finding.CONTROL_TYPED, ["\x7f\x7f"], ""),
    ("HELO client\x1b[D.test", GREETED, Finding.CONTROL_TYPED, ["\x1b[D"], ""),
    ("HELO client.test\r\x00", GREETED, Finding.CONTROL_TYPED, ["\r\x00"], ""),
    # verbs
    ("hello client.test", GREETED, Finding.MISSPELT_VERB, ["hello"], "HELO"),
    ("ELHO client.test", GREETED, Finding.MISSPELT_VERB, ["ELHO"], "EHLO"),
    ("helo:client.test", GREETED, Finding.MISSPELT_VERB, ["helo:client.test"], "HELO"),
    (" HELO client.test", GREETED, Finding.MISSPELT_VERB, [" "], "HELO"),
    ("mailfrom:<a@b.test>", HELO, Finding.MISSPELT_VERB, ["mailfrom:<a@b.test>"], "MAIL FROM"),
    ("MIAL FROM:<a@b.test>", HELO, Finding.MISSPELT_VERB, ["MIAL"], "MAIL"),
    ("MAIL FORM:<a@b.test>", HELO, Finding.MISSPELT_VERB, ["FORM"], "MAIL FROM"),
    ("MAIL FORM <a@b.test>", HELO, Finding.MISSPELT_VERB, ["FORM"], "MAIL FROM"),
    ("recpt to:<b@mx.test>", IN_MAIL, Finding.MISSPELT_VERB, ["recpt"], "RCPT"),
    ("rcptto:<b@mx.test>", IN_MAIL, Finding.MISSPELT_VERB, ["rcptto:<b@mx.test>"], "RCPT TO"),
    ("RCTP TO:<b@mx.test>", IN_MAIL, Finding.MISSPELT_VERB, ["RCTP"], "RCPT"),
    ("dtaa", (*IN_MAIL, *RCPT), Finding.MISSPELT_VERB, ["dtaa"], "DATA"),
    ("qiut", HELO, Finding.MISSPELT_VERB, ["qiut"], "QUIT"),
    ("exit", HELO, Finding.MISSPELT_VERB, ["exit"], "QUIT"),
    ("reset", HELO, Finding.MISSPELT_VERB, ["reset"], "RSET"),
    ("STARTTSL", EHLO, Finding.MISSPELT_VERB, ["STARTTSL"], "STARTTLS"),
    ("?", HELO, Finding.MISSPELT_VERB, ["?"], "HELP"),
    ("FROB x", HELO, Finding.UNKNOWN_VERB, ["FROB"], ""),
    ("Date: today", HELO, Finding.UNKNOWN_VERB, ["Date:"], ""),
    ("Hello Bob,", (*IN_MAIL, *RCPT), Finding.UNKNOWN_VERB, ["Hello"], "text"),
    ("What is up?", IN_MAIL, Finding.UNKNOWN_VERB, ["What"], "text"),
    ("Hello", IN_MAIL, Finding.MISSPELT_VERB, ["Hello"], "HELO"),
    (".", HELO, Finding.UNKNOWN_VERB, ["."], ""),
    ("", HELO, Finding.UNKNOWN_VERB, [], ""),
    ("250 OK", HELO, Finding.PASTED_REPLY, ["250"], ""),
    ("354-go on", HELO, Finding.PASTED_REPLY, ["354"], ""),
    # arguments
    ("HELO", GREETED, Finding.MISSING_ARGUMENT, [""], ""),
    ("EHLO ", GREETED, Finding.MISSING_ARGUMENT, [""], ""),
    ("MAIL", HELO, Finding.MISSING_ARGUMENT, [""], "FROM:"),
    ("MAIL FROM:", HELO, Finding.MISSING_ARGUMENT, [""], ""),
    ("DATA Subject: hi", (*IN_MAIL, *RCPT), Finding.UNEXPECTED_ARGUMENT, ["Subject: hi"], ""),
    ("QUIT now", HELO, Finding.UNEXPECTED_ARGUMENT, ["now"], ""),
    ("BDAT many", (*IN_MAIL, *RCPT), Finding.CHUNK_SIZE_INVALID, ["many"], ""),
    ("BDAT", (*IN_MAIL, *RCPT), Finding.MISSING_ARGUMENT, [""], ""),
    # paths
    ("MAIL a@b.test", HELO, Finding.MISSING_KEYWORD, ["a@b.test"], "FROM:"),
    ("MAIL <a@b.test>", HELO, Finding.MISSING_KEYWORD, ["<a@b.test>"], "FROM:"),
    ("MAIL TO:<a@b.test>", HELO, Finding.MISSING_KEYWORD, ["TO:"], "FROM:"),
    ("MAIL bob@b.test x", HELO, Finding.MISSING_KEYWORD, ["bob@b.test"], "FROM:"),
    ("RCPT b@mx.test", IN_MAIL, Finding.MISSING_KEYWORD, ["b@mx.test"], "TO:"),
    ("RCPT FROM:<b@mx.test>", IN_MAIL, Finding.MISSING_KEYWORD, ["FROM:"], "TO:"),
    ("MAIL FROM a@b.test", HELO, Finding.MISSING_COLON, [" "], "FROM:"),
    ("MAIL FROM<a@b.test>", HELO, Finding.MISSING_COLON, ["<"], "FROM:"),
    ("MAIL FROM;<a@b.test>", HELO, Finding.MISSING_COLON, [";"], "FROM:"),
    ("RCPT TO", IN_MAIL, Finding.MISSING_COLON, [""], "TO:"),
    ("MAIL FROM :<a@b.test>", HELO, Finding.SPACE_BEFORE_COLON, [" "], ""),
    ("MAIL FROM:  <a@b.test>", HELO, Finding.SPACE_AFTER_COLON, ["  "], ""),
    ("MAIL FROM:a@b.test", HELO, Finding.MISSING_BRACKETS, ["a@b.test"], ""),
    ("MAIL FROM:a@b.test SIZE=3", HELO, Finding.MISSING_BRACKETS, ["a@b.test"], ""),
    ("MAIL FROM:a@b.test>", HELO, Finding.MISSING_BRACKETS, ["a@b.test>"], ""),
    ("MAIL FROM:Alice <a@b.test>", HELO, Finding.MISSING_BRACKETS, ["Alice "], ""),
    ("MAIL FROM:<a@b.test", HELO, Finding.UNCLOSED_BRACKET, ["<"], ""),
    ('MAIL FROM:<"a>@b.test', HELO, Finding.UNCLOSED_BRACKET, ["<"], ""),
    ("RCPT TO:<>", IN_MAIL, Finding.EMPTY_ADDRESS, ["<>"], ""),
    ("RCPT TO:<rose>", IN_MAIL, Finding.DOMAIN_MISSING, [">"], ""),
    ("MAIL FROM:<me@>", HELO, Finding.DOMAIN_MISSING, [">"], ""),
    ("MAIL FROM:<postmaster>", HELO, Finding.DOMAIN_MISSING, [">"], ""),
    ("MAIL FROM:<@one.test:a>", HELO, Finding.DOMAIN_MISSING, [">"], ""),
    ('MAIL FROM:<"a@b">', HELO, Finding.DOMAIN_MISSING, [">"], ""),
    ("RCPT TO:<b@x.test>,<c@x.test>", IN_MAIL, Finding.TWO_ADDRESSES, ["<c@x.test>"], ""),
    ("RCPT TO:<b@x.test> <c@x.test>", IN_MAIL, Finding.TWO_ADDRESSES, ["<c@x.test>"], ""),
    ("RCPT TO:<b@x.test>; c@x.test", IN_MAIL, Finding.TWO_ADDRESSES, ["c@x.test"], ""),
    ("RCPT TO:<b@x.test,c@x.test>", IN_MAIL, Finding.TWO_ADDRESSES, [",c@x.test"], ""),
    ("RCPT TO:b@x.test,c@x.test", IN_MAIL, Finding.TWO_ADDRESSES, [",c@x.test"], ""),
    ("RCPT TO:b@x.test c@x.test", IN_MAIL, Finding.TWO_ADDRESSES, ["c@x.test"], ""),
    # order
    ("RCPT TO:<b@x.test>", HELO, Finding.OUT_OF_SEQUENCE, ["RCPT"], "MAIL"),
    ("RCPT TO:<b@x.test>", GREETED, Finding.OUT_OF_SEQUENCE, ["RCPT"], "HELO"),
    ("MAIL FROM:<a@b.test>", GREETED, Finding.OUT_OF_SEQUENCE, ["MAIL"], "HELO"),
    ("MAIL FROM:<a@b.test>", IN_MAIL, Finding.OUT_OF_SEQUENCE, ["MAIL"], "RSET"),
    ("data", GREETED, Finding.OUT_OF_SEQUENCE, ["data"], "HELO"),
    ("DATA", HELO, Finding.OUT_OF_SEQUENCE, ["DATA"], "MAIL"),
    ("DATA", IN_MAIL, Finding.OUT_OF_SEQUENCE, ["DATA"], "RCPT"),
    ("DATA", (*IN_MAIL, "C: RCPT TO:<b@x.test>", "S: 550 no"), Finding.OUT_OF_SEQUENCE, ["DATA"], "RCPT"),
    ("BDAT 5 LAST", IN_MAIL, Finding.OUT_OF_SEQUENCE, ["BDAT"], "RCPT"),
    (
        "DATA",
        (*IN_MAIL, *RCPT, "C: BDAT 2", ("C", b"hi"), "S: 250 ok"),
        Finding.OUT_OF_SEQUENCE,
        ["DATA"],
        "RSET",
    ),
    ("AUTH CRAM-MD5", HELO, Finding.OUT_OF_SEQUENCE, ["AUTH"], "EHLO"),
    ("AUTH CRAM-MD5", IN_MAIL, Finding.OUT_OF_SEQUENCE, ["AUTH"], "RSET"),
    ("STARTTLS", GREETED, Finding.OUT_OF_SEQUENCE, ["STARTTLS"], "EHLO"),
    ("MAIL FROM:<a@b.test>", INSIDE, Finding.OUT_OF_SEQUENCE, ["MAIL"], "EHLO again"),
    ("AUTH CRAM-MD5", INSIDE, Finding.OUT_OF_SEQUENCE, ["AUTH"], "EHLO again"),
    ("RCPT TO:<a@b.test>", (*INSIDE, *EHLO[1:]), Finding.OUT_OF_SEQUENCE, ["RCPT"], "MAIL"),
    ("HELO me", ("S: 554 go away",), Finding.OUT_OF_SEQUENCE, ["HELO"], "QUIT"),
    # the line as a whole
    ("HELO client.test", (), Finding.TALKED_EARLY, [], ""),
    ("NOOP " + "x" * 600, HELO, Finding.COMMAND_TOO_LONG, [], "512"),
    ("HELO cliént.test", GREETED, Finding.EIGHT_BIT_COMMAND, ["é"], ""),
    ("MAIL FROM:<用户@b.test>", EHLO, Finding.EIGHT_BIT_COMMAND, ["用户"], "offered"),
    ("RCPT TO:<用户@b.test>", (*HELO, *MAIL), Finding.EIGHT_BIT_COMMAND, ["用户"], ""),
    ("RCPT TO:<用户@b.test>", (*EHLO, *MAIL), Finding.EIGHT_BIT_COMMAND, ["用户"], "late"),
    ("MAIL FROM:<a@例.test>", BARE, Finding.EIGHT_BIT_COMMAND, ["例"], "unoffered"),
    # parameters
    ("MAIL FROM:<a@b.test> SIZE=5", HELO, Finding.PARAMETER_UNOFFERED, ["SIZE=5"], "HELO"),
    ("MAIL FROM:<a@b> x=1 body=7bit RET=FULL", BARE, Finding.PARAMETER_UNOFFERED, ["body=7bit", "RET=FULL"],
     "8BITMIME"),
    ("RCPT TO:<b@x.test> NOTIFY=NEVER", (*BARE, *MAIL), Finding.PARAMETER_UNOFFERED, ["NOTIFY=NEVER"], "DSN"),
    ("RCPT TO:<b@x.test> NOTIFY=NEVER,DELAY", (*REPORTS, *MAIL), Finding.PARAMETER_VALUE,
     ["NOTIFY=NEVER,DELAY"], "NOTIFY"),
    ("RCPT TO:<b@x.test> ORCPT=b@x.test", (*REPORTS, *MAIL), Finding.PARAMETER_VALUE, ["ORCPT=b@x.test"],
     "ORCPT"),
    ("RCPT TO:<b@x.test> ORCPT=rfc822;b+c@x.test", (*REPORTS, *MAIL), Finding.PARAMETER_VALUE,
     ["ORCPT=rfc822;b+c@x.test"], "ORCPT"),
    ("MAIL FROM:<a@b.test> RET=BODY ENVID=a", REPORTS, Finding.PARAMETER_VALUE, ["RET=BODY"], "RET"),
    ("MAIL FROM:<a@b.test> ENVID=a=b", REPORTS, Finding.PARAMETER_VALUE, ["ENVID=a=b"], "ENVID"),
    ("MAIL FROM:<a@b.test> BODY=8BIT", EHLO, Finding.PARAMETER_VALUE, ["BODY=8BIT"], "BODY"),
    ("MAIL FROM:<a@b.test> SIZE", EHLO, Finding.PARAMETER_VALUE, ["SIZE"], "SIZE"),
    ("MAIL FROM:<a@b.test> SMTPUTF8=1", EHLO, Finding.PARAMETER_VALUE, ["SMTPUTF8=1"], "SMTPUTF8"),
    ("MAIL FROM:<a@b.test> size=1000001", EHLO, Finding.SIZE_TOO_LARGE, ["size=1000001"], "1000000"),
    ("BDAT 1000001", (*EHLO, *MAIL, *RCPT), Finding.SIZE_TOO_LARGE, ["1000001"], "1000000"),
    ("HELO\xa0client.test", GREETED, Finding.EIGHT_BIT_COMMAND, ["\xa0"], ""),
    ("\ufeffHELO client.test", GREETED, Finding.EIGHT_BIT_COMMAND, ["\ufeff"], ""),
    ("NOOP", ("S: 220 x", "C: HELO a", "S: 250 x", "C: NOOP"), Finding.PIPELINED_UNOFFERED, [], ""),
    ("EHLO a", (*EHLO, "C: STARTTLS", "S: 220 go"), Finding.PLAINTEXT_AFTER_STARTTLS, [], ""),
    ("AUTH PLAIN", EHLO, Finding.PASSWORD_AHEAD, [], "PLAIN"),
    ("AUTH PLAIN AGEAYg==", EHLO, Finding.PASSWORD_IN_CLEAR, [], "PLAIN"),
    ("AUTH", EHLO, Finding.MISSING_ARGUMENT, [""], ""),
]  # fmt: skip


@pytest.mark.parametrize(("line", "before", "wanted", "under", "detail"), SLIPS)
def test_slip(line: str, before: tuple[Row, ...], wanted: Finding, under: list[str], detail: str) -> None:
    events = play(*before, f"C: {line}")
    last = max(event.number for event in events if isinstance(event, LineSent))
    here = [event for event in events if isinstance(event, Found) and event.line == last]
    assert [found.finding for found in here] == [wanted]
    assert here[0].detail == detail
    assert pointed_at(here + [one for one in events if isinstance(one, LineSent)], wanted) == under


DSN = ("S: 250-x", "S: 250 DSN")

RIGHT: list[tuple[str, tuple[Row, ...]]] = [
    ("HELO client.test", GREETED),
    ("ehlo [127.0.0.1]", GREETED),
    ("EHLO [IPv6:::1]", GREETED),
    ("EHLO client.test and more", GREETED),
    ("LHLO client.test", GREETED),
    ("QUIT", GREETED),
    ("QUIT ", GREETED),
    ("QUIT", ("S: 554 go away",)),
    ("NOOP", HELO),
    ("NOOP whatever", HELO),
    ("HELP MAIL", HELO),
    ("RSET", GREETED),
    ("RSET", IN_MAIL),
    ("VRFY bob", HELO),
    ("EHLO again.test", IN_MAIL),
    ("MAIL FROM:<>", HELO),
    ("mail from:<a@b.test>", HELO),
    ("MAIL FROM:<a@b.test> SIZE=100 BODY=8BITMIME RET=HDRS ENVID=x", EHLO),
    ("MAIL FROM:<a@b.test> AUTH=<>", EHLO),
    ("MAIL FROM:<a@b.test> AUTH=e+3Dmc2@example.com", EHLO),
    ('MAIL FROM:<"a b>c"@b.test>', HELO),
    ('MAIL FROM:<"a\\"b"@b.test>', HELO),
    ('MAIL FROM:<"a,b@c"@b.test>', HELO),
    ("MAIL FROM:<a@[192.0.2.1]>", HELO),
    ("MAIL FROM:<a@[IPv6:2001:db8::1]>", HELO),
    ("MAIL FROM:<@one.test,@two.test:a@b.test>", HELO),
    ("MAIL FROM:<用户@例子.广告> SMTPUTF8", EHLO),
    ("RCPT TO:<用户@例子.广告>", (*EHLO, "C: MAIL FROM:<a@b.test> SMTPUTF8", "S: 250 ok")),
    ("VRFY 用户 SMTPUTF8", EHLO),
    ("RCPT TO:<Postmaster>", IN_MAIL),
    ("RCPT TO:<@one.test:postmaster>", IN_MAIL),
    ("RCPT TO:<b@x.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;b@x.test", IN_MAIL),
    ("RCPT TO:<b@x.test> notify=delay,success orcpt=utf-8;b+c@x.test", IN_MAIL),
    ("RCPT TO:<b@x.test> NOTIFY=NEVER ORCPT=rfc822;b+2Bc@x.test", IN_MAIL),
    ("MAIL FROM:<a@b.test> body=7bit ret=full ENVID=a+3D size=0 smtputf8", EHLO),
    ("RCPT TO:<b@x.test>", (*IN_MAIL, *RCPT)),
    (f"RCPT TO:<{'x' * 480}@b.test> ORCPT=rfc822;{'y' * 193}", ("S: 220 x", "C: EHLO x", *DSN, *MAIL)),
    ("DATA", (*IN_MAIL, *RCPT)),
    ("data", (*IN_MAIL, *RCPT)),
    ("BDAT 0 LAST", (*IN_MAIL, *RCPT)),
    ("BDAT 5 LAST", (*IN_MAIL, *RCPT, "C: BDAT 4", ("C", b"A: b"), "S: 250 ok")),
    ("STARTTLS", EHLO),
    ("AUTH CRAM-MD5", EHLO),
    ("AUTH SCRAM-SHA-256 " + "biws" * 300, EHLO),
    ("XCLIENT ADDR=1.2.3.4", EHLO),
    ("ETRN example.org", EHLO),
    ("MAIL FROM:<a@b.test>", (*EHLO, "* tls", *EHLO[1:])),
]  # fmt: skip


@pytest.mark.parametrize(("line", "before"), RIGHT)
def test_a_line_that_is_right_has_no_finding(line: str, before: tuple[Row, ...]) -> None:
    assert typed(line, *before) == []


def test_auth_inside_tls_is_not_in_clear() -> None:
    assert typed("AUTH PLAIN", *EHLO, "C: STARTTLS", "S: 220 go", "* tls", *EHLO[1:]) == []


def test_pipelining_that_was_offered_is_no_slip() -> None:
    events = play(
        *EHLO,
        "C: MAIL FROM:<a@b.test>",
        "C: RCPT TO:<b@mx.test>",
        "C: RCPT TO:<c@mx.test>",
        "C: DATA",
        "S: 250 ok",
        "S: 550 no",
        "S: 250 ok",
        "S: 354 go",
        "C: Subject: hi",
        "C: ",
        "C: .",
        "C: MAIL FROM:<a@b.test>",
        "C: RSET",
        "C: QUIT",
    )
    assert findings(events) == []


def test_two_slips_of_one_line_are_both_told() -> None:
    assert typed("mail from: a@b.test", *HELO) == [Finding.SPACE_AFTER_COLON, Finding.MISSING_BRACKETS]
    assert typed("RCPT TO:rose", *IN_MAIL) == [Finding.MISSING_BRACKETS, Finding.DOMAIN_MISSING]
    assert pointed("RCPT TO:rose", Finding.DOMAIN_MISSING, *IN_MAIL) == [""]
    assert typed("RCPT TO:b@mx.test", *HELO) == [Finding.MISSING_BRACKETS, Finding.OUT_OF_SEQUENCE]


def test_a_full_width_line_is_judged_by_what_was_meant() -> None:
    assert typed("ｒｃｐｔ to:<b@mx.test>", *HELO) == [Finding.FULL_WIDTH, Finding.OUT_OF_SEQUENCE]


def test_full_width_letters_inside_an_international_address_are_its_own() -> None:
    assert typed("MAIL FROM:<ａｂ@b.test> SMTPUTF8", *EHLO) == []
    assert pointed("MAIL FROM:<ａ＠b.test> SMTPUTF8", Finding.FULL_WIDTH, *EHLO) == ["＠"]


def test_full_width_and_other_8_bit_characters_are_told_apart() -> None:
    events = play(*HELO, "C: MAIL FROM：<é@b.test>")
    assert pointed_at(events, Finding.FULL_WIDTH) == ["："]
    assert pointed_at(events, Finding.EIGHT_BIT_COMMAND) == ["é"]
    mixed = play(*HELO, "C: MAIL FROM:<é＠é.test>")
    assert pointed_at(mixed, Finding.EIGHT_BIT_COMMAND) == ["é", "é"]


def test_octets_that_are_no_utf8_count_one_by_one() -> None:
    events = play(*HELO, ("C", b"MAIL\xa3\xba FROM:<a@b>\r\n"))
    assert finding(events, Finding.EIGHT_BIT_COMMAND).spans == ((4, 6),)


def test_a_bare_lf_is_told() -> None:
    assert findings(play("S: 220 x", ("C", b"HELO a\n"))) == [Finding.BARE_LF_SENT]


def test_the_full_width_slip_is_told_before_the_server_answers() -> None:
    kinds = [type(event) for event in play("S: 220 x", "C: helo\u3000me")]
    assert kinds[-3:] == [LineSent, CommandSent, Found]


def test_a_flood_of_early_lines_is_no_flood_of_findings() -> None:
    found = [one for one in play(*["C: NOOP"] * 50) if isinstance(one, Found)]
    assert [one.finding for one in found] == [Finding.TALKED_EARLY]
    assert found[0].muted


def test_a_slip_in_the_message_is_none_of_a_command() -> None:
    assert findings(play(*DATA, "C: Subject: x", "C: ", "C: rcpt to bob")) == []
