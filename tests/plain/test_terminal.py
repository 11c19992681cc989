"""Line mode on a real terminal: the line being typed stays right, and every way out gives the terminal
back."""

from __future__ import annotations

import os
import re
import shlex
import signal
import sys
from collections.abc import Iterator

import pytest

from tests.plain.peer import Peer, listening
from tests.plain.running import ARTICLE, PROGRAM, STORED, mails
from tests.plain.test_exit_codes import BROKEN
from tests.pty import Terminal

SANDBOX = [*PROGRAM, "--plain"]


@pytest.fixture
def peer() -> Iterator[Peer]:
    with listening() as peer:
        yield peer


def greeted(peer: Peer, *, size: tuple[int, int] = (80, 24), term: str = "xterm-256color") -> Terminal:
    """The program, connected to the peer and greeted."""
    terminal = Terminal.spawn([*PROGRAM, "connect", peer.target, "--plain"], size=size, env={"TERM": term})
    peer.accept()
    peer.say("220 peer.test ESMTP")
    terminal.wait_for("[x] connect")
    return terminal


def sandbox(**named: object) -> Terminal:
    terminal = Terminal.spawn(SANDBOX, **named)  # type: ignore[arg-type]
    terminal.wait_for("C: HELO client.example")
    return terminal


def prompt(terminal: Terminal) -> str:
    """The row in which the cursor is."""
    return terminal.rows()[terminal.cursor[1]]


def count(terminal: Terminal, row: str) -> int:
    return terminal.history().count(row)


def into_message(terminal: Terminal, peer: Peer) -> None:
    for line, reply in (
        ("HELO x", "250 hello"),
        ("MAIL FROM:<a@b.test>", "250 ok"),
        ("RCPT TO:<c@d.test>", "250 ok"),
        ("DATA", "354 go on"),
    ):
        terminal.enter(line)
        assert peer.line() == line.encode()
        peer.say(reply)
        terminal.wait_for(f"S: {reply}")


class TestTyping:
    def test_text_and_cursor_stay_right_while_the_server_speaks(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            terminal.type("MAIL 你好x")
            terminal.press("left")
            terminal.wait_for("C: MAIL 你好x")
            peer.say("250 unasked one", "250 unasked two")
            terminal.wait_for("S: 250 unasked two")
            terminal.wait(lambda: prompt(terminal) == "C: MAIL 你好x")
            assert terminal.cursor[0] == len("C: MAIL ") + 4
            terminal.type("z")
            terminal.wait(lambda: prompt(terminal) == "C: MAIL 你好zx")

    def test_a_key_takes_one_character_as_a_person_sees_it(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            terminal.type("ae\u0301👍🏽世")
            terminal.press("backspace", "backspace", "backspace", "backspace")
            terminal.type("QUIT")
            terminal.press("enter")
            assert peer.line() == b"QUIT"

    def test_keys_that_edit(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            terminal.type("TO:<bob@x> and more")
            terminal.press("ctrl+w", "ctrl+w", "backspace", "home")
            terminal.type("RCPT ")
            terminal.press("end", "enter")
            assert peer.line() == b"RCPT TO:<bob@x>"

    def test_history_goes_from_one_sitting_to_the_next(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            terminal.enter("HELO first")
            assert peer.line() == b"HELO first"
            peer.say("250 ok")
            terminal.wait_for("[x] HELO")
            terminal.press("ctrl+d")
            assert peer.line() == b"QUIT"
            peer.say("221 bye")
            peer.close()
            terminal.exit_code()
        with greeted(peer) as terminal:
            terminal.type("draft")
            terminal.press("up", "up")
            terminal.wait_for("C: HELO first")
            terminal.press("down", "down")
            terminal.wait_for("C: draft")

    def test_an_arrow_key_that_comes_in_pieces(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            terminal.type("ac")
            for octet in (b"\x1b", b"[", b"D"):
                terminal.send(octet)
                terminal.wait_for("C: ac")
            terminal.type("b")
            terminal.wait_for("C: abc")

    def test_octets_that_are_no_text_are_sent_as_they_are(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            terminal.send(b"caf\xe9\xff\r")
            assert peer.line() == b"caf\xe9\xff"
            terminal.wait_for(r"C: caf\xe9\xff")

    def test_the_proposal_is_taken_with_right(self) -> None:
        with sandbox() as terminal:
            assert b"\x1b[2mHELO client.example" in terminal.written
            terminal.press("right", "enter")
            terminal.wait_for("C: MAIL FROM:<alice@example.org>")
            assert count(terminal, "C: HELO client.example") == 1

    def test_no_proposal_on_a_terminal_without_faint_text(self) -> None:
        with Terminal.spawn(SANDBOX, env={"TERM": "vt100"}) as terminal:
            terminal.wait_for("[x] connect")
            terminal.wait(lambda: prompt(terminal) == "C:")
            assert b"\x1b[2m" not in terminal.written

    def test_tab_completes(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            terminal.type("eh")
            terminal.press("tab")
            terminal.type("me")
            terminal.press("enter")
            assert peer.line() == b"EHLO me"

    def test_what_tab_chooses_from_stands_under_the_line(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            terminal.enter("EHLO me")
            assert peer.line() == b"EHLO me"
            peer.say("250-peer.test", "250-DSN", "250 SMTPUTF8")
            terminal.wait_for("[x] EHLO")
            terminal.type("MAIL FROM:<a@b.test> ")
            terminal.press("tab")
            terminal.wait_for("   [SMTPUTF8] RET=FULL  RET=HDRS  ENVID=")
            assert prompt(terminal) == "C: MAIL FROM:<a@b.test> SMTPUTF8"
            terminal.press("tab", "tab")
            terminal.wait_for("    SMTPUTF8  RET=FULL [RET=HDRS] ENVID=")
            peer.say("250 unasked")
            terminal.wait_for("S: 250 unasked")
            terminal.wait(lambda: prompt(terminal) == "C: MAIL FROM:<a@b.test> RET=HDRS")
            terminal.wait_for("    SMTPUTF8  RET=FULL [RET=HDRS] ENVID=")
            terminal.press("enter")
            assert peer.line() == b"MAIL FROM:<a@b.test> RET=HDRS"
            terminal.wait(lambda: not any("ENVID=" in row for row in terminal.rows()))

    def test_a_long_line_scrolls_sideways(self, peer: Peer) -> None:
        with greeted(peer, size=(40, 12)) as terminal:
            terminal.type("x" * 100 + "end")
            terminal.wait(lambda: prompt(terminal).endswith("xend"))
            assert len(prompt(terminal)) < 40
            terminal.press("enter")
            assert peer.line() == b"x" * 100 + b"end"

    def test_another_width(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            terminal.type("HELO wide")
            terminal.wait_for("C: HELO wide")
            terminal.resize(120, 30)
            terminal.press("end")
            terminal.type("r")
            terminal.wait(lambda: prompt(terminal) == "C: HELO wider")


class TestHeld:
    def test_a_line_waits_for_the_reply_and_is_shown_as_held(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            terminal.enter("HELO x")
            assert peer.line() == b"HELO x"
            terminal.enter("NOOP")
            terminal.wait_for("C: NOOP   (held")
            assert peer.is_silent()
            peer.say("250 hello")
            assert peer.line() == b"NOOP"
            terminal.wait(lambda: "(held" not in terminal.text() and count(terminal, "C: NOOP") > 0)
            assert count(terminal, "C: NOOP") == 1
            assert count(terminal, "C: HELO x") == 1

    def test_enter_on_the_empty_prompt_sends_it_at_once(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            terminal.enter("HELO x")
            terminal.enter("NOOP")
            terminal.wait_for("(held")
            terminal.press("enter")
            assert [peer.line(), peer.line()] == [b"HELO x", b"NOOP"]

    def test_held_lines_are_named_when_the_connection_goes(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            terminal.enter("HELO x")
            terminal.enter("NOOP")
            terminal.wait_for("(held")
            peer.close()
            terminal.wait_for("not sent: NOOP")

    def test_many_are_counted(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            terminal.send(b"HELO x\r" + b"NOOP\r" * 40)
            terminal.wait_for("and 37 more")
            assert peer.line() == b"HELO x"
            peer.say("250 hello")
            assert peer.line() == b"NOOP"
            terminal.wait_for("and 36 more")

    def test_text_for_a_refused_message_is_held_back(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            terminal.send(b"DATA\rSubject: x\r\rtext\r.\rQUIT\r")
            assert peer.line() == b"DATA"
            terminal.wait_for("and 2 more")
            peer.say("503 first MAIL")
            assert peer.line() == b"QUIT"
            terminal.wait_for("4 lines were held back")


class TestPaste:
    def test_without_brackets_the_article_goes_through(self) -> None:
        with sandbox() as terminal:
            terminal.send("".join(f"{line}\r" for line in ARTICLE).encode())
            terminal.wait_for("[x] QUIT")
            assert mails() == [STORED]
            terminal.press("up", "up")
            terminal.wait(lambda: prompt(terminal) == "C: data")  # message text is no history

    def test_with_brackets_it_is_asked_about_and_goes_line_by_line(self) -> None:
        with sandbox() as terminal:
            terminal.paste("".join(f"{line}\n" for line in ARTICLE))
            terminal.wait_for("12 lines were pasted")
            assert "C: helo" not in terminal.text()
            terminal.press("enter")
            terminal.wait_for("[x] QUIT")
            assert mails() == [STORED]

    def test_inside_the_message_its_dots_are_doubled(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            into_message(terminal, peer)
            terminal.paste("Subject: x\n\n.\n.hidden\nend")
            terminal.wait_for("5 lines were pasted")
            terminal.enter("text")
            assert [peer.line() for _ in range(5)] == [b"Subject: x", b"", b"..", b"..hidden", b"end"]

    def test_it_can_be_dropped(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            terminal.paste("one\ntwo")
            terminal.wait_for("2 lines were pasted")
            terminal.press("ctrl+c")
            terminal.wait_for("The paste was dropped")
            terminal.enter("NOOP")
            assert peer.line() == b"NOOP"


def agree_to_clear(terminal: Terminal) -> None:
    terminal.wait_for("yes sends it all the same")
    terminal.wait(lambda: prompt(terminal) == "?")
    terminal.enter("yes")


class TestSecret:
    def test_it_is_masked_everywhere(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            terminal.enter("AUTH LOGIN")
            assert peer.line() == b"AUTH LOGIN"
            peer.say("334 VXNlcm5hbWU6")
            terminal.wait_for("S: 334 VXNlcm5hbWU6")
            terminal.type("c2VjcmV0")
            terminal.wait(lambda: prompt(terminal) == "C: ********")
            terminal.press("enter")
            agree_to_clear(terminal)
            assert peer.line() == b"c2VjcmV0"
            peer.say("535 no")
            terminal.wait_for("S: 535 no")
            terminal.press("up")  # a login is not in the history
            terminal.type("NOOP")
            terminal.wait(lambda: prompt(terminal) == "C: NOOP")
            assert b"c2VjcmV0" not in terminal.written

    def test_also_when_it_is_typed_as_a_command_after_the_login_was_refused(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            terminal.enter("AUTH LOGIN")
            assert peer.line() == b"AUTH LOGIN"
            peer.say("535 not now")
            terminal.wait_for("S: 535 not now")
            for key in "c2VjcmV0":
                terminal.type(key)
            terminal.wait(lambda: prompt(terminal) == "C: ********")
            terminal.press("ctrl+u")
            terminal.type("MAIL FROM:<a@b.test>")
            terminal.wait(lambda: prompt(terminal) == "C: MAIL FROM:<a@b.test>")
            assert b"VjcmV0" not in terminal.written

    def test_what_was_not_sent_when_the_login_ends_is_dropped(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            terminal.enter("AUTH LOGIN")
            assert peer.line() == b"AUTH LOGIN"
            peer.say("334 VXNlcm5hbWU6")
            terminal.wait_for("S: 334 VXNlcm5hbWU6")
            terminal.type("s3cret")
            terminal.wait(lambda: prompt(terminal) == "C: ******")
            peer.close()
            terminal.wait_for("in the middle of the login")
            terminal.wait(lambda: prompt(terminal) == "C:")
            assert b"s3cret" not in terminal.written

    def test_also_what_follows_auth_plain(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            terminal.type("AUTH PLAIN AGFAYgBj")
            terminal.wait_for("C: AUTH PLAIN ********")
            terminal.press("enter")
            agree_to_clear(terminal)
            assert peer.line() == b"AUTH PLAIN AGFAYgBj"
            assert b"AGFAYgBj" not in terminal.written


class TestInterrupting:
    def test_it_clears_the_line_and_on_an_empty_one_asks_whether_to_leave(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            terminal.type("half")
            terminal.press("ctrl+c")
            terminal.wait(lambda: prompt(terminal) == "C:")
            terminal.press("ctrl+c")
            terminal.wait_for("Leave smtptutor?")
            terminal.press("enter")
            terminal.wait(lambda: prompt(terminal) == "C:")
            terminal.press("ctrl+c")
            terminal.enter("yes")
            assert peer.line() == b"QUIT"
            peer.say("221 bye")
            peer.close()
            assert terminal.exit_code() == 1

    def test_inside_the_message_it_can_go_on_give_a_hint_or_close(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            into_message(terminal, peer)
            terminal.enter("Subject: x")
            terminal.press("ctrl+c")
            terminal.wait_for("Inside the message.")
            terminal.enter("hint")
            terminal.wait_for("* hint: ")
            terminal.press("ctrl+c", "enter")
            terminal.enter("go on")
            terminal.press("ctrl+c")
            terminal.wait(lambda: prompt(terminal) == "?")
            terminal.enter("close")
            terminal.wait_for("closed inside the message")
            assert peer.until_gone() == b"Subject: x\r\ngo on\r\n"

    def test_while_a_reply_is_due(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            terminal.enter("HELO x")
            assert peer.line() == b"HELO x"
            terminal.press("ctrl+c")
            terminal.wait_for("Enter goes on waiting")
            terminal.enter("close")
            assert peer.line() == b""
            terminal.wait_for("/connect   connect again")

    def test_the_terminal_ends_inside_the_message(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            into_message(terminal, peer)
            terminal.press("ctrl+d")
            terminal.wait_for("Leaving closes the connection")
            terminal.press("enter")
            terminal.enter("Subject: still here")
            assert peer.line() == b"Subject: still here"
            terminal.press("ctrl+d")
            terminal.wait(lambda: prompt(terminal) == "?")
            terminal.enter("yes")
            assert peer.line() == b""
            assert terminal.exit_code() == 1

    def test_leaving_while_the_dot_is_unanswered_says_that_its_fate_is_unknown(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            into_message(terminal, peer)
            terminal.enter(".")
            assert peer.line() == b"."
            terminal.press("ctrl+c")
            terminal.wait_for("It is not known whether the server accepts the message.")
            terminal.press("enter")
            terminal.press("ctrl+d")
            terminal.wait_for("yes leaves all the same")
            assert "nothing of it is sent" not in terminal.text()
            terminal.enter("yes")
            assert peer.line() == b""
            terminal.exit_code()
            assert "It is not known whether the last message was accepted." in terminal.text()


class TestNames:
    def test_a_slash_lists_them(self) -> None:
        with sandbox() as terminal:
            terminal.enter("/")
            terminal.wait_for("/connect   to the sandbox or to HOST[:PORT]")

    def test_help_for_one_name(self) -> None:
        with sandbox(size=(100, 60)) as terminal:
            terminal.enter("/help size")
            terminal.wait_for("* SIZE (RFC 1870)")
            terminal.wait_for("* type: MAIL FROM:<address> SIZE=5000")
            terminal.wait_for("here: Whether this server offers it, the reply to EHLO tells.")
            terminal.enter("/help FOO")
            terminal.wait_for("there is no help for FOO")

    def test_some_of_them(self) -> None:
        with sandbox(size=(100, 60)) as terminal:
            terminal.enter("/hint")
            terminal.wait_for("hint: The server said who it is")
            terminal.enter("/hint")
            terminal.wait_for("RFC 5321 §4.1.1.1")
            terminal.enter("/fill")
            terminal.wait(lambda: prompt(terminal) == "C: HELO client.example")
            terminal.press("enter")
            terminal.wait_for("[x] HELO")
            terminal.enter("/explain")
            terminal.wait_for("* HELO: done")
            terminal.enter("/inbox")
            terminal.wait_for("no mail yet")
            terminal.enter("/language zh")
            terminal.wait_for("中文")
            terminal.enter("/hint")
            terminal.wait_for("提示")
            terminal.enter("/nosuch")
            terminal.wait_for("/nosuch")
            terminal.enter("/quit")
            assert terminal.exit_code() == 1

    def test_two_slashes_send_one(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            terminal.enter("//x")
            assert peer.line() == b"/x"

    def test_none_inside_the_message(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            into_message(terminal, peer)
            terminal.enter("/quit")
            terminal.enter("//x")
            assert [peer.line(), peer.line()] == [b"/quit", b"//x"]

    def test_connect_again_after_the_connection_went(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            peer.reset()
            terminal.wait_for("the server cut the connection")
            terminal.enter("NOOP")
            terminal.wait_for("not connected, nothing was sent")
            terminal.wait(lambda: prompt(terminal) == "C: NOOP")
            terminal.press("ctrl+u")
            terminal.enter("/connect")
            peer.accept()
            peer.say("220 again")
            terminal.wait_for("S: 220 again")

    def test_a_message_is_composed_before_data_and_offered_in_it(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            terminal.enter("/compose")
            terminal.wait(lambda: prompt(terminal) == "|")
            for line in ("Subject: x", "", ".bashrc", "."):
                terminal.enter(line)
            terminal.wait_for("The draft is kept")
            into_message(terminal, peer)
            terminal.wait_for("A draft of 3 lines is kept")
            terminal.press("ctrl+c")
            terminal.enter("draft")
            assert [peer.line() for _ in range(3)] == [b"Subject: x", b"", b"..bashrc"]
            terminal.press("ctrl+c")
            terminal.wait_for("The draft is sent: type more")
            terminal.enter("draft")
            terminal.enter(".")
            assert peer.line() == b"."

    def test_composing_begins_with_what_was_said_beforehand(self, peer: Peer) -> None:
        command = [
            *PROGRAM,
            "connect",
            peer.target,
            "--plain",
            "--from",
            "me@home.test",
            "--to",
            "you@corp.test",
        ]
        with Terminal.spawn(command) as terminal:
            peer.accept()
            peer.say("220 peer.test ESMTP")
            terminal.wait_for("[x] connect")
            terminal.enter("/compose")
            terminal.wait_for("| From: <me@home.test>")
            terminal.wait(lambda: prompt(terminal).startswith("| Subject:"))
            for line in ("lunch", "", "Noon?", "."):
                terminal.enter(line)
            terminal.wait_for("The draft is kept")
            into_message(terminal, peer)
            terminal.press("ctrl+c")
            terminal.enter("draft")
            assert [peer.line() for _ in range(5)] == [
                b"From: <me@home.test>", b"To: <you@corp.test>", b"Subject: lunch", b"", b"Noon?"
            ]  # fmt: skip

    def test_the_text_of_a_message_that_was_not_taken_is_kept(self, peer: Peer) -> None:
        with greeted(peer) as terminal:
            into_message(terminal, peer)
            for line in ("Subject: x", "", "..bashrc", "text"):
                terminal.enter(line)
                assert peer.line() == line.encode()
            peer.reset()
            terminal.wait_for("The 4 lines of its text are kept as a draft")
            terminal.enter("/connect")
            peer.accept()
            peer.say("220 again")
            terminal.wait_for("S: 220 again")
            into_message(terminal, peer)
            terminal.wait_for("A draft of 4 lines is kept")
            terminal.press("ctrl+c")
            terminal.enter("draft")
            assert [peer.line() for _ in range(4)] == [b"Subject: x", b"", b"..bashrc", b"text"]


class TestPipelining:
    def test_a_paste_goes_out_at_once_and_each_reply_says_what_it_answers(self, peer: Peer) -> None:
        with greeted(peer, size=(100, 60)) as terminal:
            terminal.enter("EHLO x")
            assert peer.line() == b"EHLO x"
            peer.say("250-peer.test", "250 PIPELINING")
            terminal.wait_for("[x] EHLO")
            lines = ("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "RCPT TO:<e@f.test>", "DATA", "text", ".")
            terminal.send(b"\x1b[200~" + "\r".join(lines).encode() + b"\x1b[201~")
            terminal.wait_for("far as PIPELINING allows")
            terminal.enter("all")
            assert [peer.line() for _ in range(4)] == [line.encode() for line in lines[:4]]
            assert peer.is_silent()
            peer.say("250 ok", "550 no", "250 yes", "354 go on")
            terminal.wait_for("* 250 answers MAIL FROM:<a@b.test>")
            terminal.wait_for("* 550 answers RCPT TO:<c@d.test>")
            terminal.wait_for("* 250 answers RCPT TO:<e@f.test>")
            terminal.wait_for("* 354 answers DATA")
            assert [peer.line() for _ in range(2)] == [b"text", b"."]
            peer.say("250 taken")
            terminal.wait_for("[x] .   250")
            assert "answers the dot" not in terminal.text()


class TestChunks:
    def test_a_chunk_typed_by_hand_and_one_that_was_written(self, peer: Peer) -> None:
        with greeted(peer, size=(100, 60)) as terminal:
            for line, reply in (
                ("EHLO x", "250-peer.test\r\n250 CHUNKING"),
                ("MAIL FROM:<a@b.test>", "250 ok"),
                ("RCPT TO:<c@d.test>", "250 ok"),
            ):
                terminal.enter(line)
                assert peer.line() == line.encode()
                peer.say(reply)
            terminal.wait_for("[x] RCPT TO")
            terminal.enter("BDAT 18")
            terminal.wait_for("The server takes the next 18 octets as the chunk")
            terminal.wait(lambda: prompt(terminal) == "C 0 of 18:")
            terminal.enter("Subject: 午")
            terminal.wait(lambda: prompt(terminal) == "C 14 of 18:")
            terminal.press("enter", "enter")
            assert peer.octets(27) == "BDAT 18\r\nSubject: 午\r\n\r\n\r\n".encode()
            peer.say("250 18 octets")
            terminal.wait(lambda: prompt(terminal) == "C:")
            terminal.enter("/compose")
            terminal.enter(".text")
            terminal.enter(".")
            terminal.wait_for("/bdat sends it as one counted chunk")
            terminal.type("bda")
            terminal.press("tab", "tab")
            terminal.wait(lambda: prompt(terminal) == "C: BDAT 7 LAST")
            terminal.press("enter")
            assert peer.octets(20) == b"BDAT 7 LAST\r\n.text\r\n"
            peer.say("250 taken")
            terminal.wait_for("[x] .   250")


class TestRaw:
    def test_octets_as_they_are_and_back_to_the_rules(self, peer: Peer) -> None:
        with greeted(peer, size=(100, 40)) as terminal:
            terminal.enter("/raw")
            terminal.wait_for("SMTP smuggling")
            terminal.wait(lambda: prompt(terminal) == "C raw LF:")
            terminal.enter(r"EHLO me\r\nNOOP")
            terminal.enter(r"\x4eOOP\0")
            terminal.wait_for("C: NOOP\\x00 <LF>")
            assert peer.line() == b"EHLO me"
            terminal.enter("/raw")
            terminal.wait_for("the rules hold again")
            terminal.enter("QUIT")
            terminal.press("enter")
            assert peer.line() == b"NOOP\nNOOP\0\nQUIT"


#: As if 127.0.0.1 were another machine: nothing but the loopback is used in tests.
REMOTE = (
    "import sys, tui.desk.rails as rails; rails._is_loopback = lambda address: False; "
    "from tui.cli import main; sys.exit(main(sys.argv[1:]))"
)


class TestRealServer:
    @pytest.mark.parametrize(("answer", "sent"), [("yes", b"."), ("是", b"."), ("no", b""), ("否", b"")])
    def test_the_final_dot_is_asked_about(self, peer: Peer, answer: str, sent: bytes) -> None:
        command = [sys.executable, "-c", REMOTE, "connect", peer.target, "--plain"]
        with Terminal.spawn(command, size=(100, 80)) as terminal:
            peer.accept()
            peer.say("220 peer.test")
            terminal.wait_for("[x] connect")
            into_message(terminal, peer)
            terminal.enter("Subject: x")
            assert peer.line() == b"Subject: x"
            terminal.enter(".")
            terminal.wait_for("REAL server that delivers it")
            assert "MAIL FROM:<a@b.test>" in terminal.text()
            assert "RCPT TO:<c@d.test>" in terminal.text()
            for neither in ("y", ".", "", "n"):
                terminal.enter(neither)
            terminal.press("ctrl+c")
            terminal.wait(lambda: terminal.text().count("REAL server that delivers it") == 6)
            assert peer.is_silent()
            terminal.enter("RSET")
            terminal.wait_for("* not sent: RSET")
            terminal.wait_for("* only yes or no is an answer to this")
            terminal.enter(answer)
            assert peer.line() == sent

    def test_leaving_at_the_question_puts_it_aside_only(self, peer: Peer) -> None:
        command = [sys.executable, "-c", REMOTE, "connect", peer.target, "--plain"]
        with Terminal.spawn(command, size=(100, 80)) as terminal:
            peer.accept()
            peer.say("220 peer.test")
            terminal.wait_for("[x] connect")
            into_message(terminal, peer)
            terminal.enter(".")
            terminal.wait_for("REAL server that delivers it")
            terminal.press("ctrl+d")
            terminal.wait_for("Leaving closes the connection")
            terminal.press("enter")
            terminal.wait(lambda: terminal.text().count("REAL server that delivers it") == 2)
            terminal.enter("yes")
            assert peer.line() == b"."

    def test_a_script_needs_yes(self, peer: Peer) -> None:
        read, write = os.pipe()
        os.write(write, b"HELO x\nMAIL FROM:<a@b>\nRCPT TO:<c@d>\nDATA\nSubject: x\n")
        os.close(write)
        with Terminal.spawn([*PROGRAM, "connect", peer.target], stdin=read) as terminal:
            os.close(read)
            peer.accept()
            peer.say("220 peer.test")
            for _ in range(3):
                peer.line()
                peer.say("250 ok")
            assert peer.line() == b""
            terminal.wait_for("stopped before DATA")
            assert terminal.exit_code() == 1
            assert "--yes" in terminal.text()


class TestInWords:
    def test_marks_of_the_transcript_are_followed_by_words(self) -> None:
        with Terminal.spawn([*PROGRAM, "--plain", "--lang", "zh_CN"]) as terminal:
            terminal.wait_for("* connected to 127.0.0.1:")
            terminal.wait_for("* 练习服务器：内容不会离开这台机器")


class TestGoodbye:
    def test_it_is_said_once(self) -> None:
        with sandbox(size=(100, 60)) as terminal:
            terminal.enter("QUIT")
            terminal.wait_for("/connect   connect again")
            assert terminal.text().count("* The session is over") == 1


class TestWaysOut:
    """Whatever ends the program, the terminal is as it was."""

    def restored(self, terminal: Terminal) -> None:
        assert terminal.line_settings() == terminal.line_settings_before
        assert terminal.written.count(b"\x1b[?2004h") == terminal.written.count(b"\x1b[?2004l")

    def test_control_d(self) -> None:
        with sandbox() as terminal:
            terminal.press("ctrl+d")
            assert terminal.exit_code() == 1
            assert "C: QUIT" in terminal.text()
            self.restored(terminal)

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP])
    def test_signals(self, number: signal.Signals) -> None:
        with sandbox() as terminal:
            terminal.signal(number)
            assert terminal.exit_code() == 128 + number
            self.restored(terminal)

    def test_the_terminal_hangs_up(self) -> None:
        with sandbox() as terminal:
            terminal.hang_up()
            assert terminal.exit_code() == 128 + signal.SIGHUP

    def test_it_hangs_up_while_that_signal_is_ignored(self) -> None:
        command = ["sh", "-c", "trap '' HUP; exec " + shlex.join(SANDBOX)]
        with Terminal.spawn(command) as terminal:
            terminal.wait_for("C: HELO client.example")
            terminal.hang_up()
            assert terminal.exit_code() == 128 + signal.SIGHUP

    def test_an_internal_error(self) -> None:
        with Terminal.spawn([sys.executable, "-c", BROKEN, "--plain"]) as terminal:
            assert terminal.exit_code() == 70
            assert "internal error" in terminal.text()
            assert "Traceback" not in terminal.text()
            self.restored(terminal)

    def test_stopped_by_the_shell_and_continued(self) -> None:
        with Terminal.spawn(["bash", "--norc", "--noprofile", "-i"], env={"PS1": "shell> "}) as terminal:
            terminal.wait_for("shell>")
            terminal.enter(shlex.join(SANDBOX))
            terminal.wait_for("C: HELO client.example")
            terminal.type("HE")
            terminal.wait(lambda: terminal.cursor[0] == len("C: HE"))
            terminal.press("ctrl+z")
            terminal.wait_for("Stopped")
            terminal.enter("echo $((40+2)) in the shell")
            terminal.wait_for("42 in the shell")
            terminal.enter("fg")
            terminal.wait(lambda: prompt(terminal).startswith("C: HE"))
            terminal.type("LO y")
            terminal.press("enter")
            terminal.wait_for("S: 250 sandbox.test Hello y")
            terminal.press("ctrl+d")
            terminal.wait(lambda: prompt(terminal) == "shell>")
            terminal.enter("echo code $?")
            terminal.wait_for("code 1")


ESCAPES = re.compile(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]")


class TestDumbTerminal:
    def spawn(self, peer: Peer) -> Terminal:
        terminal = greeted(peer, term="dumb")
        terminal.wait(lambda: prompt(terminal) == "C:")
        return terminal

    def test_not_one_escape_sequence(self, peer: Peer) -> None:
        with self.spawn(peer) as terminal:
            terminal.enter("HELO x")
            assert peer.line() == b"HELO x"
            peer.say("250 hello")
            terminal.wait_for("[x] HELO")
            terminal.wait(lambda: prompt(terminal) == "C:")
            assert count(terminal, "C: HELO x") == 1
            terminal.press("ctrl+d")
            assert peer.line() == b"QUIT"
            peer.say("221 bye")
            peer.close()
            assert terminal.exit_code() == 1
            assert not ESCAPES.search(bytes(terminal.written))
            assert terminal.line_settings() == terminal.line_settings_before

    def test_a_password_that_was_being_typed_when_the_login_ended_is_not_shown(self, peer: Peer) -> None:
        with self.spawn(peer) as terminal:
            terminal.enter("AUTH LOGIN")
            assert peer.line() == b"AUTH LOGIN"
            peer.say("334 VXNlcm5hbWU6")
            terminal.wait_for("S: 334")
            terminal.wait(lambda: prompt(terminal) == "C:")
            terminal.type("s3cret")
            peer.close()
            terminal.wait_for("in the middle of the login")
            terminal.wait(lambda: prompt(terminal) == "C:")
            terminal.enter("/inbox")
            terminal.wait_for("no mail yet")
            assert b"s3cret" not in terminal.written

    def test_a_secret_is_not_echoed(self, peer: Peer) -> None:
        with self.spawn(peer) as terminal:
            terminal.enter("AUTH LOGIN")
            assert peer.line() == b"AUTH LOGIN"
            peer.say("334 VXNlcm5hbWU6")
            terminal.wait_for("S: 334")
            terminal.wait(lambda: prompt(terminal) == "C:")
            terminal.enter("c2VjcmV0")
            agree_to_clear(terminal)
            assert peer.line() == b"c2VjcmV0"
            terminal.wait_for("C: ********")
            assert b"c2VjcmV0" not in terminal.written
            peer.say("235 in")
            terminal.wait_for("S: 235 in")
            terminal.wait(lambda: prompt(terminal) == "C:")
            terminal.enter("NOOP")
            assert peer.line() == b"NOOP"
            peer.say("250 ok")
            terminal.wait_for("S: 250 ok")
            assert count(terminal, "C: NOOP") == 1

    def test_the_server_speaks_while_something_is_typed(self, peer: Peer) -> None:
        with self.spawn(peer) as terminal:
            terminal.type("NO")
            terminal.wait_for("C: NO")
            peer.say("250 unasked")
            terminal.wait_for("S: 250 unasked")
            terminal.enter("OP")
            assert peer.line() == b"NOOP"

    def test_control_c_and_names(self, peer: Peer) -> None:
        with self.spawn(peer) as terminal:
            terminal.press("ctrl+c")
            terminal.wait_for("Leave smtptutor?")
            terminal.wait(lambda: prompt(terminal) == "?")
            terminal.press("enter")
            terminal.wait(lambda: prompt(terminal) == "C:")
            terminal.enter("/hint")
            terminal.wait_for("hint:")
            terminal.enter("/quit")
            assert peer.line() == b"QUIT"
            peer.close()
            assert terminal.exit_code() == 1

    def test_it_hangs_up(self, peer: Peer) -> None:
        with self.spawn(peer) as terminal:
            terminal.hang_up()
            assert terminal.exit_code() == 128 + signal.SIGHUP


class TestOutputElsewhere:
    def test_typed_at_a_terminal_printed_into_a_pipe(self, peer: Peer) -> None:
        read, write = os.pipe()
        with Terminal.spawn([*PROGRAM, "connect", peer.target], stdout=write) as terminal:
            os.close(write)
            peer.accept()
            peer.say("220 peer.test")
            terminal.enter("HELO x")
            assert peer.line() == b"HELO x"
            peer.say("250 hello")
            terminal.enter("QUIT")
            assert peer.line() == b"QUIT"
            peer.say("221 bye")
            peer.close()
            terminal.press("ctrl+d")
            assert terminal.exit_code() == 1
        with os.fdopen(read, "rb") as stream:
            output = stream.read().decode()
        assert "\x1b" not in output
        assert [row for row in output.split("\n") if row.startswith(("S: ", "C: "))] == [
            "S: 220 peer.test",
            "C: HELO x",
            "S: 250 hello",
            "C: QUIT",
            "S: 221 bye",
        ]
