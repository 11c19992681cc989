"""The session screen by story: what is typed, what is shown, and that nothing is lost."""

from __future__ import annotations

import asyncio
import re

import pytest
from textual import events

from tests.ui.sitting import sitting
from tui.desk.asking import Asked
from tui.desk.outbox import Chunk
from tui.net.endpoint import Endpoint
from tui.smtp.certificate import Certificate, CertificateFault
from tui.smtp.events import ConnectionFailed, Failure, TlsFailed, TlsTrouble, TypedByProgram
from tui.smtp.phases import Phase
from tui.ui.screens.inbox import InboxPage

UP_TO_DATA = ("HELO me", "MAIL FROM:<a@example.org>", "RCPT TO:<bob@sandbox.test>", "DATA")


# -- the prompt


async def test_the_prompt_stands_under_the_last_line_and_moves_down() -> None:
    async with sitting() as sat:
        assert sat.rows[2].startswith(" ❯   HELO")
        await sat.enter("HELO me")
        assert sat.rows[4].startswith(" ❯   MAIL FROM:<")
        assert sat.rows[5].startswith("     command   Right takes the suggestion, Enter sends")


async def test_when_the_pane_is_full_the_prompt_stays_and_the_wire_scrolls() -> None:
    async with sitting() as sat:
        await sat.enter(*["NOOP"] * 10)
        assert sat.rows[1] == "     13 lines above, F6 reads them"
        assert sat.rows[10].startswith(" ❯")
        await sat.press("pageup", "pageup")
        assert sat.rows[1].startswith(" S   220 sandbox.test")  # the first row of all can be read
        assert "lines below" in sat.rows[9]
        assert sat.app.session.prompt.has_focus
        await sat.enter("NOOP")
        assert sat.rows[1] == "     15 lines above, F6 reads them"


async def test_right_takes_the_suggestion_and_up_the_line_before() -> None:
    async with sitting() as sat:
        await sat.press("H", "right", "enter")
        assert sat.desk.sent == ["HELO client.example"]
        await sat.press("up", "up")
        assert sat.rows[4].startswith(" ❯   NOOP")  # of an earlier sitting
        await sat.press("down")
        assert sat.rows[4].startswith(" ❯   HELO client.example")


async def test_fill_writes_the_next_command() -> None:
    async with sitting() as sat:
        await sat.enter("HELO me")
        await sat.press("f4", "backspace", "enter")
        assert sat.desk.sent[-1] == "MAIL FROM:<alice@example.org"


async def test_keys_that_come_at_once_keep_their_order() -> None:
    async with sitting() as sat:
        for key, character in (("f4", None), ("x", "x"), ("enter", None), ("f4", None), ("y", "y")):
            sat.app.post_message(events.Key(key, character))
        await sat.shown()
        assert sat.desk.sent == ["HELO client.examplex"]
        sat.row_of("❯   MAIL FROM:<alice@example.org>y")


async def test_what_is_typed_behind_the_key_of_a_page_goes_to_the_page() -> None:
    async with sitting() as sat:
        for key, character in (("ctrl+p", None), ("i", "i"), ("n", "n"), ("b", "b"), ("enter", None)):
            sat.app.post_message(events.Key(key, character))
        await sat.shown()
        await sat.shown()
        assert isinstance(sat.app.screen, InboxPage)
        assert sat.app.session.model.empty


OFFERS = {
    "RSET": b"250 2.0.0 OK\r\n",
    "EHLO": b"250-sandbox.test Hello\r\n250-SIZE 1000\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN\r\n",
}


async def test_tab_proposes_what_the_server_offered_and_the_mode_line_shows_it() -> None:
    async with sitting(answers=OFFERS) as sat:
        await sat.enter("EHLO me", "MAIL FROM:<ann@example.org>", "RSET")
        await sat.press("m", "tab")
        sat.row_of("❯   MAIL FROM:<")
        await sat.press("tab")
        sat.row_of("❯   MAIL FROM:<ann@example.org>")
        mode = sat.row_of("     command   [ann@example.org] alice@example.org")
        await sat.press("right", "tab")
        assert mode not in sat.rows
        sat.row_of("❯   MAIL FROM:<ann@example.org> SIZE=")
        await sat.press("tab")
        sat.row_of("❯   MAIL FROM:<ann@example.org> BODY=8BITMIME")
        sat.row_of("     command    SIZE= [BODY=8BITMIME] BODY=7BIT  AUTH=<>")
        await sat.press("shift+tab")
        sat.row_of("     command   [SIZE=] BODY=8BITMIME  BODY=7BIT  AUTH=<>")
        await sat.press("ctrl+c")
        await sat.type("AUTH ")
        await sat.press("tab", "tab")
        sat.row_of("❯   AUTH LOGIN")


async def test_tab_completes() -> None:
    async with sitting() as sat:
        await sat.press("e", "h", "tab")
        assert " ❯   EHLO" in sat.row_of("❯   ")


# -- the mode line


async def test_what_is_fed_is_named() -> None:
    async with sitting() as sat:
        await sat.enter(*UP_TO_DATA)
        sat.row_of("message   header, no line yet, no reply until a line with only .")
        assert " ❯ ╎ " in sat.text
        await sat.enter("Subject: x", "")
        sat.row_of("message   body, 2 lines sent, no reply until a line with only .")
        assert " C ╎ Subject: x" in sat.text
        await sat.enter(".")
        sat.row_of("command ")
        assert " C   ." in sat.text


async def test_a_secret_is_masked_from_the_first_key_on() -> None:
    async with sitting() as sat:
        await sat.enter("EHLO me", "AUTH LOGIN")
        sat.row_of("user name   hidden, it may be a password")
        await sat.type("dG9wIHNlY3JldA==")
        assert " ❯   ****************" in sat.text
        await sat.press("enter")
        assert " C   ********   hidden" in sat.text
        assert "dG9w" not in sat.text
        sat.desk.server(b"334 UGFzc3dvcmQ6\r\n")
        await sat.shown()
        sat.row_of("secret   hidden here and in every file")


async def test_waiting_is_counted_once_it_takes_a_second() -> None:
    async with sitting(answers={"RCPT": None}) as sat:
        await sat.enter("HELO me", "MAIL FROM:<a@example.org>", "RCPT TO:<bob@sandbox.test>")
        sat.row_of("command ")
        sat.desk.elapsed += 12
        sat.app.session._ticked()
        await sat.shown()
        sat.row_of("waiting   for the reply to RCPT TO, 12 s of 300 s, ^C gives up")
        assert sat.app.session._tick is not None  # goes on counting
        sat.desk.server(b"250 2.1.5 ok\r\n")
        await sat.shown()
        sat.row_of("command ")


async def test_a_line_typed_while_a_reply_is_due_is_shown_as_held() -> None:
    async with sitting(answers={"RCPT": None}) as sat:
        await sat.enter("HELO me", "MAIL FROM:<a@example.org>", "RCPT TO:<bob@sandbox.test>", "DATA")
        assert sat.row_of("held").startswith(" C   DATA   held")
        sat.row_of("1 line held until the reply is there, Enter sends at once")
        await sat.press("enter")
        assert sat.desk.sent[-1] == "DATA"
        assert "held" not in sat.text


async def test_control_c_gives_up_a_wait() -> None:
    async with sitting(answers={"RCPT": None}) as sat:
        await sat.enter("HELO me", "MAIL FROM:<a@example.org>", "RCPT TO:<bob@sandbox.test>")
        sat.desk.elapsed += 12
        await sat.press("ctrl+c")
        sat.row_of("closed   the connection is closed")
        assert not sat.desk.left


async def test_control_c_gives_up_a_wait_in_its_first_second_too() -> None:
    async with sitting(answers={"RCPT": None}) as sat:
        await sat.enter("HELO me", "MAIL FROM:<a@example.org>", "RCPT TO:<bob@sandbox.test>")
        await sat.press("ctrl+c")
        sat.row_of("closed   the connection is closed")
        assert not sat.desk.left


async def test_control_c_on_an_empty_prompt_offers_to_leave() -> None:
    async with sitting() as sat:
        await sat.press("ctrl+c")
        sat.row_of("question   ^C again leaves")
        assert not sat.desk.left
        await sat.press("escape")
        sat.row_of("command ")
        await sat.press("ctrl+c", "x")
        sat.row_of("command ")
        await sat.press("ctrl+c", "ctrl+c")
        sat.row_of("question   ^C again leaves")
        assert not sat.desk.left
        await sat.press("ctrl+c")
        assert sat.desk.left


async def test_what_was_held_when_the_connection_went_is_told() -> None:
    async with sitting(answers={"RCPT": None}) as sat:
        await sat.enter("HELO me", "MAIL FROM:<a@example.org>", "RCPT TO:<bob@sandbox.test>", "DATA")
        sat.desk.left_over, sat.desk.withheld = ("DATA",), 2
        sat.desk.keeping_failed = OSError(28, "No space left on device")
        sat.desk.server_closes()
        await sat.shown()
        sat.row_of("!   not sent: DATA")
        sat.row_of("!   2 lines were held back")
        sat.row_of("!   nothing is kept any more: No space left on device")


async def test_a_question_that_comes_later_is_spelt_out_too() -> None:
    """The desk lets a held dot go when the reply has come, and asks then."""
    async with sitting(real=True) as sat:
        await sat.enter("HELO me")
        asyncio.get_running_loop().call_soon(sat.desk.ask, Asked.DOT)
        sat.desk.server(b"250 late\r\n")
        await sat.shown()
        sat.row_of("!   the dot makes mx.example.net:25 deliver this mail for real")
        sat.row_of("question ")


async def test_closed_keeps_the_text_and_f5_connects_again() -> None:
    async with sitting() as sat:
        await sat.enter("HELO me")
        sat.desk.server_closes()
        await sat.shown()
        sat.row_of("closed   the server hung up, F5 connects again")
        await sat.type("MAIL FROM:<a@example.org>")
        await sat.press("enter")
        assert " ❯   MAIL FROM:<a@example.org>" in sat.text
        await sat.press("f5")
        assert sat.desk.opened == 2
        assert " ❯   MAIL FROM:<a@example.org>" in sat.text


async def test_f5_asks_where_to_when_no_connection_could_be_made() -> None:
    """It is another server, or another security, that is wanted; and the guide tells of this failure, not of
    the session before it."""
    async with sitting(real=True) as sat:
        sat.desk.server_closes()
        sat.desk.tell(ConnectionFailed(Failure.NAME_UNKNOWN, "mx.example.net", 25))
        await sat.shown()
        sat.row_of("closed   no connection, F5 asks where to")
        assert "the name mx.example.net is unknown" in sat.text
        assert "✓ connect" not in sat.text
        await sat.press("f5")
        sat.row_of("❯ server     mx.example.net:25")
        assert sat.desk.opened == 1


async def test_a_sandbox_that_cannot_start_is_said() -> None:
    async with sitting() as sat:

        async def refuse() -> bool:
            raise OSError(98, "Address already in use")

        sat.desk.server_closes()
        sat.desk.open_sandbox = refuse  # type: ignore[method-assign]
        await sat.press("f5")
        sat.row_of("!   the sandbox cannot start: Address already in use")
        sat.row_of("closed ")


# -- typed names


async def test_typed_names_act_where_a_command_is_due() -> None:
    async with sitting() as sat:
        await sat.enter("/hint")
        sat.row_of("1 of 3")
        await sat.enter("//x")
        assert sat.desk.sent == ["/x"]
        await sat.enter("/nonsense")
        sat.row_of("!   there is no /nonsense; / alone lists them")
        await sat.enter("/")
        sat.row_of("type a part of the name")


async def test_in_the_message_a_slash_is_text() -> None:
    async with sitting() as sat:
        await sat.enter(*UP_TO_DATA, "/quit")
        assert sat.desk.sent[-1] == "/quit"
        assert not sat.desk.left


async def test_lines_without_brackets_stay_lines_while_nothing_can_be_sent() -> None:
    async with sitting() as sat:
        sat.desk.server_closes()
        await sat.enter("HELO a", "MAIL FROM:<a@b.c>", "NOOP")
        await sat.type("QU")
        sat.row_of("paste   3 lines kept: F5 connects again, then Enter sends them one by one")
        assert "HELO aMAIL" not in sat.text
        await sat.press("f5")
        await sat.shown()
        await sat.press("enter")
        assert sat.desk.sent == ["HELO a", "MAIL FROM:<a@b.c>", "NOOP"]
        sat.row_of("❯   QU")


async def test_a_typed_name_acts_behind_a_line_that_could_not_be_sent() -> None:
    async with sitting() as sat:
        sat.desk.server_closes()
        await sat.enter("HELO a", "/connect sandbox")
        assert sat.desk.opened == 2
        sat.row_of("paste   1 line: Enter sends them")


async def test_a_paste_is_not_lost_by_enter_while_nothing_can_be_sent() -> None:
    async with sitting() as sat:
        sat.desk.server_closes()
        await sat.type("HELO a\nNOOP\n")
        await sat.press("enter", "enter")
        sat.row_of("paste   2 lines kept")


async def test_a_paste_put_aside_comes_back() -> None:
    async with sitting() as sat:
        await sat.type("HELO a\nNOOP\n")
        await sat.press("escape")
        sat.row_of("command ")
        await sat.press("escape")
        sat.row_of("paste   2 lines")


# -- questions


async def test_leaving_inside_the_message_takes_a_typed_yes() -> None:
    async with sitting() as sat:
        await sat.enter(*UP_TO_DATA)
        await sat.press("ctrl+q")
        sat.row_of("question   yes takes the mail back and leaves,  Enter alone stays")
        sat.row_of("!   the message is not finished")
        await sat.enter("y")
        assert not sat.desk.left
        await sat.press("ctrl+q")
        await sat.enter("yes")
        assert sat.desk.left


async def test_the_same_question_asked_again_adds_no_rows() -> None:
    async with sitting() as sat:
        await sat.enter(*UP_TO_DATA)
        for _again in range(3):
            await sat.press("ctrl+q")
            sat.row_of("question ")
            await sat.press("enter")
        assert sat.text.count("!   the message is not finished") == 1


async def test_leaving_before_the_dot_is_answered_takes_a_typed_yes() -> None:
    async with sitting(answers={".": None}) as sat:
        await sat.enter(*UP_TO_DATA, "Subject: x", "", ".")
        await sat.press("ctrl+q")
        sat.row_of("question   yes leaves without knowing,  Enter alone goes on waiting")
        await sat.press("enter")
        assert not sat.desk.left
        await sat.press("ctrl+q")
        await sat.enter("yes")
        assert sat.desk.left


async def test_the_dot_to_a_real_server_spells_out_the_envelope() -> None:
    async with sitting(real=True) as sat:
        assert " REAL  mx.example.net:25" in sat.rows[0]
        await sat.enter(*UP_TO_DATA, "Subject: x", "", ".")
        sat.row_of("question   yes sends the mail,  no closes without sending it")
        sat.row_of("from <a@example.org> to <bob@sandbox.test>")
        assert "yes  sends the dot" in sat.row_of(" next ")
        assert "alone" not in sat.row_of(" next ")
        await sat.enter("yes")
        assert sat.desk.sent[-1] == "."


async def test_no_to_the_dot_sends_nothing() -> None:
    async with sitting(real=True) as sat:
        await sat.enter(*UP_TO_DATA, ".")
        await sat.press("enter")
        sat.row_of("!   only yes or no is an answer to this")
        await sat.enter("no")
        assert sat.desk.sent[-1] == "DATA"
        sat.row_of("closed ")


async def test_connecting_elsewhere_with_a_mail_begun_asks() -> None:
    async with sitting() as sat:
        await sat.enter(*UP_TO_DATA[:2], "/connect mx.example.net")
        assert sat.desk.question is not None
        assert sat.desk.question.asked is Asked.CONNECT
        await sat.press("enter")
        assert sat.desk.opened == 1
        await sat.enter("/connect mx.example.net", "yes")
        assert sat.desk.endpoint == Endpoint("mx.example.net", 25)


# -- reading


async def test_whoever_looks_first_has_not_answered() -> None:
    """Neither a key nor a typed name is an answer."""
    async with sitting(real=True) as sat:
        sat.desk.ask(Asked.INSECURE)
        for keys in (("f6", "escape"), ("f1", "escape"), ("f8", "escape"), ("ctrl+p", "escape")):
            await sat.press(*keys)
            sat.row_of("question   yes connects again unverified,  Enter alone does not")
        await sat.enter("/cert", "/mx", "/such")
        sat.row_of("!   this connection has no TLS, so there is no certificate")
        sat.row_of("!   not sent: /such")
        sat.row_of("!   only yes or no is an answer to this")
        assert sat.desk.question is not None
        await sat.press("enter")
        assert sat.desk.question is None


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_whole_certificate_has_a_page_that_answers_nothing(size: tuple[int, int]) -> None:
    names = tuple(f"mx{n}.example.net" for n in range(80))
    shown = Certificate("CN=mx", names, "CN=R3", ("CN=mx", "CN=R3"), 0, 4e9, "RSA 2048", "ab" * 32, "CN=Root")
    async with sitting(real=True, size=size) as sat:
        sat.desk.tell(TlsFailed(TlsTrouble.CERTIFICATE, "", True, shown, (CertificateFault.EXPIRED,), "mx"))
        sat.desk.ask(Asked.INSECURE)
        await sat.enter("/cert")
        first = " ".join(sat.rows)
        await sat.press(*["pagedown"] * 3)
        last = " ".join(sat.rows)
        assert "mx0.example.net" in first
        assert "mx79.example.net" in first + last
        assert "mx, signed by R3, signed by Root (not sent along)" in first + last
        await sat.press("escape")
        sat.row_of("question   yes connects")
        assert sat.desk.question is not None


async def test_reading_moves_a_mark_and_explains() -> None:
    async with sitting(size=(120, 36)) as sat:
        await sat.enter("HELO me", "MAIL FROM:<a@example.org>", "NOOP")
        await sat.press("f6")
        sat.row_of("reading   Up Down move, Enter explains, Esc back to typing")
        await sat.press("up", "up")
        assert sat.row_of("S❯  250 2.1.0")
        await sat.press("enter")
        assert "a@example.org is taken as the sender" in sat.text
        await sat.press("escape")
        assert "❯  250" not in sat.text
        assert sat.app.session.prompt.has_focus
        assert "a@example.org is taken as the sender" not in sat.text


async def test_paging_while_reading_takes_the_mark_along_and_typing_shows_the_end() -> None:
    async with sitting() as sat:
        await sat.enter(*(f"NOOP {n}" for n in range(20)))
        await sat.press("f6", "pageup", "pageup")
        assert any("❯" in row[:4] for row in sat.rows[1:12])
        assert "NOOP 19" not in sat.text
        await sat.press("f6")
        sat.row_of("NOOP 19")
        assert sat.app.session.prompt.has_focus


async def test_in_one_pane_f6_shows_the_guide_then_the_wire() -> None:
    async with sitting(size=(50, 20)) as sat:
        await sat.press("f6")
        sat.row_of("◦ MAIL FROM")
        sat.row_of("F6 wire")
        await sat.press("f6")
        sat.row_of("Up Down")
        await sat.press("f6")
        sat.row_of("F6 steps")
        assert sat.app.session.prompt.has_focus


@pytest.mark.parametrize("size", [(50, 20), (40, 12), (59, 13)])
async def test_in_one_pane_a_hint_is_seen_and_the_footer_says_everything(size: tuple[int, int]) -> None:
    async with sitting(size=size) as sat:
        await sat.press("f2")
        assert sat.row_of(" hint  The server")
        assert sat.row_of("❯ HELO now")
        assert sat.rows[-1].endswith("^P all  ^Q quit") or sat.rows[-1].endswith("^P all ^Q quit")
        await sat.enter("HELO me")
        assert not any(row.startswith(" hint") for row in sat.rows)
        sat.row_of(" 250 accepted")


async def test_in_one_pane_no_row_is_blank_while_lines_are_out_of_sight() -> None:
    async with sitting(size=(50, 20)) as sat:
        await sat.enter(*["NOOP"] * 12)
        assert "lines above" in sat.rows[1]


async def test_a_long_line_can_be_selected_as_one() -> None:
    async with sitting(answers={"NOOP": b"250 " + b"word " * 20 + b"\r\n"}) as sat:
        await sat.enter("NOOP")
        session = sat.app.session
        session.text_select_all()
        text = session.get_selected_text()
        assert text is not None
        assert "C   " not in text
        assert "250 " + "word " * 20 in text


# -- how it looks


async def test_zoom_leaves_only_the_talk() -> None:
    async with sitting(size=(120, 36)) as sat:
        await sat.press("f9")
        assert "│" not in sat.text
        assert sat.rows[0].startswith(" S   220")
        assert sat.row_of("command").endswith("F9 shows all again")  # no footer says it
        await sat.press("f9")
        assert "│" in sat.text
        assert "F9" not in sat.text


async def test_ascii_comes_and_goes_while_it_runs() -> None:
    async with sitting() as sat:
        await sat.enter("/ascii")
        assert sat.text.isascii()
        await sat.enter("/ascii")
        assert "❯" in sat.text


async def test_the_language_changes_at_once() -> None:
    async with sitting() as sat:
        try:
            await sat.enter("/language zh_CN")
            sat.row_of("步骤")
            sat.row_of("命令   按 Right")
        finally:
            await sat.enter("/language en")
        sat.row_of("steps")


@pytest.mark.parametrize("theme", ["night", "paper", "ansi", "none", "nord"])
async def test_every_theme_says_the_same(theme: str) -> None:
    async with sitting(theme=theme) as sat:
        await sat.enter("HELO me")
        assert sat.rows[1] == " S   220 sandbox.test ESMTP smtptutor practice server"
        sat.row_of("✓ HELO done")


async def test_a_flood_is_shown_at_its_end() -> None:
    async with sitting() as sat:
        lines = b"".join(b"250-line %d\r\n" % number for number in range(5000))
        sat.desk.server(lines + b"250 end\r\n")
        await sat.shown()
        sat.row_of("S   250 end")
        assert "lines above" in sat.rows[1]


async def test_compose_sends_its_lines_with_the_dots_stuffed() -> None:
    async with sitting() as sat:
        await sat.enter(*UP_TO_DATA)
        await sat.press("f3")
        await sat.type("Subject: x\n\n.profile\n")
        await sat.press("f3")
        sat.row_of("C ╎ ..profile")
        assert sat.desk.practice.phase is Phase.MESSAGE


async def test_a_draft_that_was_sent_is_not_sent_again_into_the_same_message() -> None:
    async with sitting() as sat:
        await sat.enter(*UP_TO_DATA)
        await sat.press("f3")
        await sat.type("Subject: x\n\nonce\n")
        await sat.press("f3", "f3")
        sat.row_of("these 3 lines are sent already")
        await sat.press("f3", "escape")
        assert sat.text.count("C ╎ once") == 1


async def test_the_text_of_a_message_that_was_not_taken_is_offered() -> None:
    async with sitting() as sat:
        await sat.enter(*UP_TO_DATA, "Subject: x", "", "by hand")
        sat.desk.draft, sat.desk.rescued = "Subject: x\n\nby hand\n", 3
        sat.desk.server_closes()
        await sat.shown()
        sat.row_of("!   the 3 lines of the message are kept for F3")
        await sat.press("f3")
        sat.row_of("by hand")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_page_hears_that_the_message_is_due(size: tuple[int, int]) -> None:
    async with sitting(size=size, answers={"DATA": None}) as sat:
        await sat.enter(*UP_TO_DATA)
        await sat.press("f3")
        await sat.type("Subject: x")
        sat.row_of("Esc keeps it until DATA; then F3 sends it")
        sat.desk.server(b"354 go on\r\n")
        await sat.shown()
        sat.row_of("F3 sends this line")


async def test_a_draft_outlives_a_page_that_was_left() -> None:
    async with sitting() as sat:
        await sat.press("f3")
        await sat.type("Subject: kept")
        await sat.press("escape")
        assert sat.desk.draft == "Subject: kept"
        await sat.press("f3")
        sat.row_of("Subject: kept")


async def test_every_line_that_smtptutor_typed_says_so() -> None:
    async with sitting(real=True, size=(80, 60)) as sat:
        sat.desk.tell(TypedByProgram("ehlo"))
        await sat.enter("EHLO me", *UP_TO_DATA[1:])
        sat.desk.tell(TypedByProgram("message", 3))
        sat.desk.send_message("Subject: x\n\nhello")
        sat.desk.tell(TypedByProgram("dot"))
        await sat.enter(".", "yes")
        await sat.enter("NOOP")
        marked = [row for row in sat.rows if row.endswith("   by smtptutor")]
        assert [row[5:].removesuffix("   by smtptutor") for row in marked] == [
            "EHLO me",
            "Subject: x",
            "",
            "hello",
            ".",
        ]
        assert "by smtptutor" not in sat.row_of(" C   NOOP") + sat.row_of(" C   DATA")


# -- the byte lens


@pytest.mark.parametrize("ascii_only", [False, True])
async def test_the_lens_shows_octets_and_ends_and_what_cannot_be_seen(ascii_only: bool) -> None:
    async with sitting(answers={"HELO": b"250 caf\xe9 \t\n"}) as sat:
        if ascii_only:
            await sat.enter("/ascii")
        await sat.enter("HELO me")
        before = sat.rows
        await sat.enter("/bytes")
        assert sat.row_of("220 sandbox").endswith("   48 CRLF")
        assert sat.row_of(" C   HELO me").endswith("    7 CRLF")
        assert sat.row_of(" S   250 caf").endswith("   10 LF")
        assert sat.row_of("8 E9").startswith(" !          8_>>>>>>>")
        assert sat.row_of("8 E9").endswith("   8 E9   > 1 tab   _ 1 blank at the end")
        sat.row_of("HELO me")
        await sat.enter("/bytes")
        assert sat.rows == before


@pytest.mark.parametrize(
    ("size", "clock"), [((80, 24), False), ((120, 36), False), ((50, 20), False), ((200, 50), True)]
)
async def test_how_long_each_reply_took_stands_behind_it(size: tuple[int, int], clock: bool) -> None:
    async with sitting(real=True, size=size, answers={"HELO": b"250-a\r\n250 b\r\n"}) as sat:
        sat.desk.elapsed = 2.0
        await sat.enter("HELO me")
        before = sat.rows
        await sat.enter("/times")
        if not clock:  # else they stood there by themselves
            assert sat.row_of(" S   250 b").partition(" │")[0].rstrip().endswith("   0 ms")
            assert not sat.row_of(" S   250-a").partition(" │")[0].rstrip().endswith("ms")
            await sat.enter("/times")
            assert sat.rows == before
        else:
            assert not sat.row_of(" S   250 b").partition(" │")[0].rstrip().endswith("ms")
            await sat.enter("/times")
            assert re.search(r"  \d\d:\d\d:\d\d +0 ms", sat.row_of(" S   250 b"))


async def test_the_times_stay_where_one_pane_fills_the_screen() -> None:
    async with sitting(real=True, times=True) as sat:
        await sat.enter("HELO me")
        assert sat.row_of(" S   250 sandbox").endswith(" 0 ms")
        assert sat.row_of("connected to").endswith(" 0 ms")
        await sat.press("f9")
        assert sat.row_of(" S   250 sandbox").endswith(" 0 ms")


async def test_the_lens_says_nothing_about_a_secret() -> None:
    async with sitting() as sat:
        await sat.enter("/bytes", "EHLO me", "AUTH LOGIN")
        await sat.enter("c2VjcmV0")
        assert sat.row_of("********   hidden").endswith(" CRLF")
        assert not any(char.isdigit() for char in sat.row_of("********   hidden"))


async def test_of_a_stuffed_line_the_lens_shows_what_is_stored() -> None:
    async with sitting(size=(120, 36)) as sat:
        await sat.enter(*UP_TO_DATA, "Subject: x", "", "..bashrc")
        await sat.press("ctrl+p")
        await sat.press(*"byte", "enter")
        sat.row_of(" C ╎ ..bashrc")
        sat.row_of(" !   -   - taken off, stored as: .bashrc")


async def test_in_a_message_tab_is_text() -> None:
    async with sitting() as sat:
        await sat.enter(*UP_TO_DATA)
        await sat.press("a", "tab", "b", "enter")
        assert sat.desk.sent[-1] == "a\tb"


# -- raw mode


async def test_raw_mode_is_shown_where_it_is_and_sends_what_was_typed() -> None:
    async with sitting(real=True, size=(120, 36), answers={"NOOP": None}) as sat:
        await sat.enter("/raw")
        assert "plain text   raw LF" in sat.rows[0]
        sat.row_of("     raw   line end LF, rules off")
        sat.row_of("SMTP smuggling")
        sat.row_of("what may end a message still asks")
        await sat.enter(r"NOOP\r\nRSET", "/raw none", "NO")
        assert sat.desk.sent == ["NOOP\r\nRSET\n", "NO"]
        sat.row_of("     raw   line end none, rules off, 2 octets not ended")
        await sat.enter("/raw x")
        sat.row_of("is no line end; there are lf, cr, crlf and none")
        await sat.enter("/raw")
        assert "raw" not in sat.rows[0]
        sat.row_of("the rules hold again")
        await sat.press("up", "up")
        sat.row_of(r"❯   NOOP\r\nRSET")


async def test_raw_mode_can_be_left_inside_a_message() -> None:
    async with sitting() as sat:
        await sat.enter(*UP_TO_DATA, "Subject: x")
        await sat.press("ctrl+p")
        await sat.press(*"raw", "enter")
        sat.row_of("     raw   line end LF, rules off")
        assert " ❯ ╎ " in sat.text
        await sat.enter(r"a\n.", "/raw")
        assert sat.desk.sent[-1] == "a\n.\n"
        sat.row_of("the rules hold again")


async def test_a_login_typed_raw_is_not_remembered() -> None:
    async with sitting() as sat:
        await sat.enter("/raw crlf", r"NOOP\r\nAUTH PLAIN AGEAYg==")
        assert not any("AGEAYg" in line for line in sat.app.session.model.history.lines)
        assert "AGEAYg" not in sat.text


# -- chunks


async def test_a_chunk_is_counted_while_its_line_is_typed() -> None:
    async with sitting() as sat:
        sat.desk.chunk = Chunk(40, 86)
        await sat.type("午饭")
        sat.row_of("     chunk   40 of 86 octets, this line 8")
        assert " ❯ ╎ 午饭" in sat.text
        await sat.type("x" * 40)
        sat.row_of("     chunk   40 of 86 octets, this line of 48 is 2 too long")
        await sat.press("tab")
        sat.row_of("this line of 49")  # text like any other key


async def test_what_was_said_beforehand_begins_a_message_and_is_no_draft_by_itself() -> None:
    async with sitting(real=True) as sat:
        sat.desk.letterhead = "From: <me@home.test>\nTo: <you@corp.test>\nSubject: \n"
        await sat.press("f3")
        assert "From: <me@home.test>" in sat.text
        await sat.press("escape")
        assert sat.desk.draft == ""
        await sat.press("f3")
        await sat.type("x")
        await sat.press("escape")
        assert "To: <you@corp.test>" in sat.desk.draft


# -- pipelining


async def test_a_paste_may_go_out_at_once_and_replies_are_paired() -> None:
    offer = {"EHLO": b"250-sandbox.test\r\n250 PIPELINING\r\n", "RSET": b"250 2.0.0 OK\r\n"}
    async with sitting(answers=offer) as sat:
        sat.app.post_message(events.Paste("RSET\nNOOP"))
        await sat.shown()
        sat.row_of("paste   2 lines: Enter sends them one by one, Esc keeps them aside, unsent")
        await sat.press("escape")
        sat.app.session.model.take_paste()
        await sat.enter("EHLO me")
        sat.app.post_message(events.Paste("MAIL FROM:<a@x.test>\nRCPT TO:<b@y.test>\nRSET"))
        await sat.shown()
        sat.row_of("paste   3 lines: Enter one by one, F4 at once, Esc aside")
        await sat.press("f4")
        assert sat.desk.sent[1:] == ["MAIL FROM:<a@x.test>", "RCPT TO:<b@y.test>", "RSET"]
        sat.row_of("250 2.1.0 Sender accepted   answers MAIL FROM:<a@x.test>")
        sat.row_of("250 2.1.5 Recipient accepted   answers RCPT TO:<b@y.test>")
        sat.row_of("250 2.0.0 OK   answers RSET")
        await sat.enter("NOOP")
        assert "answers NOOP" not in sat.text


async def test_help_for_one_name() -> None:
    async with sitting(answers={"EHLO": b"250-sandbox.test\r\n250 SIZE 1000\r\n"}) as sat:
        await sat.enter("EHLO me")
        await sat.enter("/help Size")
        sat.row_of("SIZE (RFC 1870)")
        assert "MAIL FROM:<address> SIZE=5000" in sat.text
        assert "This server offers it: SIZE 1000" in sat.text
        await sat.press("escape")
        await sat.enter("/help foo")
        assert "there is no help for foo" in sat.text
