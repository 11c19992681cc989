"""What Tab proposes: only what may come now and what this server offered."""

from __future__ import annotations

import pytest

from tui.prompt.choices import choices_row
from tui.prompt.completion import Known, candidates
from tui.prompt.history import History
from tui.prompt.prompt import Prompt
from tui.smtp.display import cells
from tui.smtp.phases import Phase

OFFERED = {
    "SIZE": "1000",
    "8BITMIME": "",
    "SMTPUTF8": "",
    "DSN": "",
    "AUTH": "PLAIN login \x1b[31mEVIL",
    "CHUNKING": "",
    "BINARYMIME": "",
    "ETRN": "",
    "STARTTLS": "",
    "XCLIENT": "NAME ADDR",
}
SENDERS, RECIPIENTS = ("a@x.test", "张三@例子.测试"), ("b@y.test", "c+d@z.test")


def full(phase: Phase = Phase.READY, **more: object) -> Known:
    more = {"extensions": OFFERED, **more}
    return Known(phase, own=("me.test",), senders=SENDERS, recipients=RECIPIENTS, **more)  # type: ignore[arg-type]


def lines(text: str, known: Known) -> list[str]:
    return [one.line for one in candidates(text, known)]


def shown(text: str, known: Known) -> list[str]:
    return [one.shown for one in candidates(text, known)]


class TestVerbs:
    def test_extensions_bring_verbs(self) -> None:
        offered = shown("", full())
        assert offered[0] == "MAIL FROM:<"
        assert {"STARTTLS", "AUTH", "ETRN", "XCLIENT"} <= set(offered)
        bare = shown("", Known(Phase.READY))
        assert not {"STARTTLS", "AUTH", "ETRN", "XCLIENT", "XFORWARD"} & set(bare)
        assert {"NOOP", "VRFY", "EXPN", "HELP", "QUIT"} <= set(bare)

    def test_bdat_needs_chunking(self) -> None:
        assert shown("b", full(Phase.RCPT)) == ["BDAT"]
        assert shown("b", Known(Phase.RCPT)) == []

    def test_what_was_done_is_not_proposed_again(self) -> None:
        assert "STARTTLS" not in shown("", full(tls=True))
        assert "AUTH" not in shown("", full(authenticated=True))

    def test_lmtp_begins_with_lhlo(self) -> None:
        assert shown("", Known(Phase.GREETED, lmtp=True))[0] == "LHLO"
        assert "EHLO" not in shown("", Known(Phase.GREETED, lmtp=True))

    def test_nothing_of_the_other_protocol(self) -> None:
        past = ("EHLO me", "LHLO me", "HELO me", "NOOP x")
        for lmtp, other in ((False, ("LHLO",)), (True, ("EHLO", "HELO"))):
            for phase in (Phase.GREETED, Phase.READY):
                known = Known(phase, lmtp=lmtp)
                offered = (*shown("", known), *shown("HELP ", known))
                assert not set(offered) & set(other)
                for verb in other:
                    assert candidates(f"{verb} m", known, past=past) == ()
        assert shown("", Known(Phase.GREETED))[:2] == ["HELO", "EHLO"]


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [
        ("EHLO ", ["EHLO me.test"]),
        ("lhlo m", ["lhlo me.test"]),
        ("MAIL ", ["MAIL FROM:<"]),
        ("MAIL fr", ["MAIL FROM:<"]),
        ("MAIL TO:<", []),
        ("MAIL FROM: <", []),
        ("MAIL FROM:<a", ["MAIL FROM:<a@x.test>"]),
        ("MAIL FROM:<张", ["MAIL FROM:<张三@例子.测试>"]),
        ("MAIL FROM:<new@Y", ["MAIL FROM:<new@y.test>"]),
        ("RCPT TO:<b", ["RCPT TO:<b@y.test>"]),
        (
            "MAIL FROM:<a@x.test>B",
            [f"MAIL FROM:<a@x.test> BODY={it}" for it in ("8BITMIME", "7BIT", "BINARYMIME")],
        ),
        ("MAIL FROM:<> BODY=7BIT R", ["MAIL FROM:<> BODY=7BIT RET=FULL", "MAIL FROM:<> BODY=7BIT RET=HDRS"]),
        ("MAIL FROM:<> body=8bitmime BODY", []),
        ("MAIL FROM:<> smtputf8 S", ["MAIL FROM:<> smtputf8 SIZE="]),
        ('MAIL FROM:<"a>b"@x.test> E', ['MAIL FROM:<"a>b"@x.test> ENVID=']),
        ("RCPT TO:<c+d@z.test> O", ["RCPT TO:<c+d@z.test> ORCPT=rfc822;c+2Bd@z.test"]),
        ("RCPT TO:<张三@例子.测试> O", ["RCPT TO:<张三@例子.测试> ORCPT=utf-8;张三@例子.测试"]),
        ("RCPT TO:<b@y.test> NOTIFY=F", ["RCPT TO:<b@y.test> NOTIFY=FAILURE"]),
        (
            "RCPT TO:<b@y.test> NOTIFY=delay,",
            ["RCPT TO:<b@y.test> NOTIFY=delay,SUCCESS", "RCPT TO:<b@y.test> NOTIFY=delay,FAILURE"],
        ),
        ("AUTH ", ["AUTH PLAIN", "AUTH LOGIN"]),
        ("AUTH PLAIN ", []),
        ("XCLIENT ", ["XCLIENT NAME=", "XCLIENT ADDR="]),
        ("XCLIENT ADDR=::1 ", ["XCLIENT ADDR=::1 NAME="]),
        ("VRFY b", ["VRFY b@y.test"]),
        ("VRFY b@y.test ", ["VRFY b@y.test SMTPUTF8"]),
        ("ETRN z", ["ETRN z.test"]),
        ("HELP d", ["HELP DATA"]),
        ("NOOP ", []),
        ("DATA x", []),
    ],
)
def test_what_goes_on_where_the_line_ends(typed: str, proposed: list[str]) -> None:
    assert lines(typed, full()) == proposed


def test_a_null_path_comes_last() -> None:
    assert shown("MAIL FROM:<", full()) == [*SENDERS, *RECIPIENTS, "<>"]
    assert shown("RCPT TO:<", full()) == [*RECIPIENTS, *SENDERS]


def test_nothing_is_proposed_that_was_not_offered() -> None:
    assert shown("MAIL FROM:<a@x.test> ", full(extensions={})) == []
    assert shown("RCPT TO:<b@y.test> ", full(extensions={})) == []
    assert shown("AUTH ", full(extensions={})) == []
    assert shown("MAIL FROM:<a@x.test> ", full(extensions={"SIZE": ""})) == ["SIZE="]


def test_the_size_of_a_message_that_is_written_is_known() -> None:
    assert shown("MAIL FROM:<a@x.test> S", full(size=1234))[0] == "SIZE=1234"


class TestTab:
    def test_what_alone_fits_is_taken_and_the_next_tab_goes_on(self) -> None:
        prompt = Prompt()
        prompt.type("ma")
        assert prompt.complete(full())
        assert (prompt.text, prompt.choices) == ("MAIL FROM:<", ((), -1))
        prompt.complete(full())
        assert prompt.text == "MAIL FROM:<a@x.test>"
        assert prompt.choices[1] == 0

    def test_back_and_round(self) -> None:
        prompt = Prompt()
        prompt.type("AUTH ")
        prompt.complete(full(), back=True)
        assert prompt.text == "AUTH "
        prompt.complete(full(), back=True)
        assert (prompt.text, prompt.choices) == ("AUTH LOGIN", (("PLAIN", "LOGIN"), 1))
        prompt.complete(full())
        assert (prompt.text, prompt.choices) == ("AUTH ", (("PLAIN", "LOGIN"), 2))

    def test_right_keeps_what_stands_there(self) -> None:
        prompt = Prompt(History(["RCPT TO:<b@y.test> NOTIFY=NEVER"]))
        prompt.suggestion = "RCPT TO:<b@y.test> and more"
        prompt.type("RCPT TO:<")
        prompt.complete(full())
        assert prompt.ghost == ""
        prompt.right()
        assert (prompt.text, prompt.choices[0]) == ("RCPT TO:<b@y.test>", ())
        assert prompt.ghost == " and more"

    def test_what_stands_behind_the_cursor_stays(self) -> None:
        prompt = Prompt(History(["MAIL FROM:<old@x.test>"]))
        prompt.type("MAIL FROM:<a> SIZE=5")
        for _ in range(8):
            prompt.left()
        prompt.complete(full())
        assert (prompt.text, prompt.cursor) == ("MAIL FROM:<a@x.test>> SIZE=5", 20)

    def test_never_in_a_login(self) -> None:
        prompt = Prompt()
        prompt.type("AUTH PLAIN AGE")
        assert not prompt.complete(full())


class TestRow:
    CHOICES = ("SIZE=", "BODY=8BITMIME", "BODY=7BIT", "SMTPUTF8", "RET=FULL", "RET=HDRS")

    def test_the_one_that_stands_there_is_bracketed_and_nothing_moves(self) -> None:
        rows = [choices_row(self.CHOICES, at, 80) for at in range(len(self.CHOICES) + 1)]
        assert rows[0] == "[SIZE=] BODY=8BITMIME  BODY=7BIT  SMTPUTF8  RET=FULL  RET=HDRS"
        assert rows[1] == " SIZE= [BODY=8BITMIME] BODY=7BIT  SMTPUTF8  RET=FULL  RET=HDRS"
        assert len({row.replace("[", " ").replace("]", " ").rstrip() for row in rows}) == 1

    def test_more_than_fits_stands_on_pages(self) -> None:
        assert choices_row(self.CHOICES, 0, 30) == "[SIZE=] BODY=8BITMIME  ..."
        assert choices_row(self.CHOICES, 2, 30) == "... [BODY=7BIT] SMTPUTF8  ..."
        assert choices_row(self.CHOICES, 5, 30) == "...  RET=FULL [RET=HDRS]"

    @pytest.mark.parametrize("width", range(8, 70))
    def test_no_row_is_wider_than_the_room(self, width: int) -> None:
        choices = (*self.CHOICES, "MAIL FROM:<张三@例子.测试> SMTPUTF8 BODY=8BITMIME", "x\x1b[2J")
        for at in range(len(choices) + 1):
            row = choices_row(choices, at, width)
            assert cells(row) <= width, (at, row)
            assert row.isprintable()


def test_what_may_follow_a_typed_name() -> None:
    names = ("help", "hint", "help SIZE", "help SMTPUTF8")
    known = Known(Phase.READY)
    assert [one.line for one in candidates("/h", known, names=names)] == ["/help", "/hint"]
    assert [one.line for one in candidates("/help s", known, names=names)] == ["/help SIZE", "/help SMTPUTF8"]
    assert [one.shown for one in candidates("/help ", known, names=names)] == ["SIZE", "SMTPUTF8"]
    assert candidates("/hint s", known, names=names) == ()
