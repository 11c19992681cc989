"""Learning on a real terminal: the first three minutes in both languages, going on where one was left, and a
walker that knows nothing and types what the third hint says."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.pty import Terminal
from tui.lessons import shelf

SIZE = (80, 24)


@contextmanager
def learning(home: Path, *words: str, lang: str = "en", size: tuple[int, int] = SIZE) -> Iterator[Terminal]:
    env = {"SMTPTUTOR_HOME": str(home), "COLORTERM": "truecolor"}
    command = [sys.executable, "-m", "tui", *words, "--lang", lang]
    with Terminal.spawn(command, size=size, env=env) as terminal:
        yield terminal


def test_the_first_three_minutes(tmp_path: Path) -> None:
    with learning(tmp_path, "learn") as screen:
        screen.wait_for("❯ ◦  1 First mail by hand")
        screen.press("enter")
        # The story, the goals, the 220 on the wire, and the cursor in the prompt.
        screen.wait_for("The waterworks of a small town")
        screen.wait_for("S   220 mail.bdwater.test")
        screen.wait_for("❯ HELO        now")
        screen.wait_for("0 of 8")
        # A wrong line: why, in place.
        screen.enter("hello me")
        screen.wait_for("the command is HELO")
        screen.wait_gone("The waterworks")
        # Nudge, rule, line; F4 writes it.
        screen.press("f2")
        screen.wait_for("it waits to hear who you are")
        screen.press("f2")
        screen.wait_for("HELO or EHLO, a blank, and the name of your machine")
        screen.press("f2")
        screen.wait_for("Type:  HELO xia.bdwater.test")
        screen.press("f4", "enter")
        screen.wait_for("✓ HELO        done")
        screen.enter("MAIL FROM:<test9@bdwater.test>")
        screen.wait_for("! MAIL FROM: not met yet")
        screen.wait_for("The mail is to come from test1@bdwater.test")
        for line in ("RSET", "MAIL FROM:<test1@bdwater.test>", "RCPT TO:<test2@bdwater.test>", "DATA"):
            screen.enter(line)
        screen.wait_for("❯ Subject     now")
        for line in ("Subject: hello", "", "It works.", "."):
            screen.enter(line)
        screen.wait_for("❯ QUIT        now")
        screen.enter("QUIT")
        # The finish: what was learnt, the figures, first errors, and what may be next.
        screen.wait_for("solved   ✓ First mail by hand")
        screen.wait_for("A mail is a talk of a few lines.")
        screen.wait_for("3 hints")
        screen.wait_for("what went wrong at first: hello in the place of HELO; MAIL FROM not")
        screen.wait_for("Enter opens the next exercise")
        screen.press("enter")
        screen.wait_for("exercise 2 The strict way")
        screen.wait_for("The post office of Nordby")
        screen.press("ctrl+p")
        screen.type("course map")
        screen.press("enter")
        screen.wait_for("✓  1 First mail by hand")
        screen.wait_for("❯ ⋯  2 The strict way")
        screen.press("escape")
        screen.wait_for("❯ 500         now")
        screen.press("ctrl+q")
        assert screen.exit_code() == 0


def test_the_first_three_minutes_in_chinese(tmp_path: Path) -> None:
    with learning(tmp_path, "learn", lang="zh_CN") as screen:
        screen.wait_for("❯ ◦  1 第一封手写的信")
        screen.press("enter")
        screen.wait_for("一座小城的自来水公司")
        screen.wait_for("❯ HELO        现在")
        screen.enter("helo　xia.bdwater.test")
        screen.wait_for("U+3000")
        screen.press("f2", "f2", "f2")
        screen.wait_for("HELO xia.bdwater.test")
        screen.press("f4", "enter")
        screen.wait_for("✓ HELO        完成")
        screen.press("ctrl+q")
        assert screen.exit_code() == 0


def test_back_in_the_same_exercise(tmp_path: Path) -> None:
    with learning(tmp_path, "learn", "2") as screen:
        screen.wait_for("❯ 500         now")
        screen.enter("HALLO")
        screen.wait_for("✓ 500         done")
        screen.enter("EHLO me")
        screen.wait_for("✓ HELO        done")
        screen.press("ctrl+q")
        assert screen.exit_code() == 0
    with learning(tmp_path, "learn") as screen:
        screen.wait_for("exercise 2 The strict way")
        screen.wait_for("a server keeps no half dialogue; begin with HELO, and type again: HELO")
        screen.wait_for("✓ 500         done")
        screen.wait_for("❯ 503         now")


def test_a_newcomer_is_told_of_the_course(tmp_path: Path) -> None:
    with learning(tmp_path) as screen:
        screen.wait_for("❯ HELO now")
        for line in (
            "HELO me",
            "MAIL FROM:<a@x.test>",
            "RCPT TO:<b@x.test>",
            "DATA",
            "Subject: x",
            "",
            "y",
            ".",
        ):
            screen.enter(line)
        screen.wait_for("guided exercises go on from here: /learn")
        screen.enter("/learn")
        screen.wait_for("❯ ◦  1 First mail by hand")


def test_the_worked_solution_line_by_line(tmp_path: Path) -> None:
    with learning(tmp_path, "learn") as screen:
        screen.wait_for("1 First mail by hand")
        screen.type("3s")
        for line in shelf.builtin("en").exercise("envelope-and-header", "en").solution:
            prompts = (f"❯   {line}", f"❯ ╎ {line}") if line else ("Enter sends an empty line",)
            screen.wait(lambda: any(one in screen.text() for one in prompts))  # noqa: B023
            screen.press("enter")
        screen.wait_for("with the worked solution")


_HINT = re.compile(r"Type:  (?P<line>.*)")


def _hinted(screen: Terminal) -> str | None:
    """The line that the third hint shows now, "" for an empty one; None when there is none yet."""
    for row in screen.rows():
        if "Press Enter on an empty line." in row:
            return ""
        if found := _HINT.search(row):
            return found["line"].strip() if not found["line"].startswith(" ") else " " + found["line"].strip()
    return None


def _progress(screen: Terminal) -> str:
    """What changes when a line has been taken: the wire's last line, and how far the goals are."""
    rows = screen.rows()
    said = [row for row in rows if row[1:2] in {"S", "C"}]
    above = next((row for row in rows if "lines above" in row or "line above" in row), "")
    return "\n".join((*said, above))


@pytest.mark.parametrize("id", shelf.builtin("en").ids)
def test_a_walker_that_types_what_the_third_hint_says(tmp_path: Path, id: str) -> None:
    with learning(tmp_path, "learn", id) as screen:
        screen.wait_for("S   220 ")
        for _step in range(40):
            if "solved   ✓" in screen.text():
                break
            screen.press("f2", "f2", "f2")
            screen.wait(lambda: _hinted(screen) is not None or "solved   ✓" in screen.text())
            line, before = _hinted(screen), _progress(screen)
            assert line is not None
            screen.enter(line)
            # What the goals say, or the hint: F2 may have been painted before the reply to the line was.
            screen.wait(
                lambda: (
                    _progress(screen) != before  # noqa: B023
                    or _hinted(screen) not in {None, line}  # noqa: B023
                    or "solved   ✓" in screen.text()
                )
            )
            screen.settle()
        screen.wait_for("solved   ✓")


@pytest.mark.parametrize("id", shelf.builtin("en").ids)
@pytest.mark.parametrize("lang", ["en", "zh_CN"])
def test_every_open_goal_is_in_view_from_the_first_moment(tmp_path: Path, id: str, lang: str) -> None:
    one = shelf.builtin(lang).exercise(id, lang)
    with learning(tmp_path, "learn", id, lang=lang) as screen:
        for goal in one.goals:
            screen.wait_for(f"◦ {goal.name}" if goal is not one.goals[0] else f"❯ {goal.name}")
        screen.wait_for(one.story[:8])


def test_a_lost_connection_a_question_put_aside_and_free_practice(tmp_path: Path) -> None:
    with learning(tmp_path, "learn", "3") as screen:
        screen.wait_for("❯ sender      now")
        screen.enter("QUIT")
        screen.wait_for("F5 connect again")
        screen.press("f5")
        screen.wait(
            lambda: re.search(r"hung up.*S   220 mail.*  command ", screen.text(), re.DOTALL) is not None
        )
        for line in shelf.builtin("en").exercise("envelope-and-header", "en").solution[:-1]:
            screen.enter(line)
        screen.wait_for("Where does the bounce")
        screen.press("escape")
        screen.wait_for("command   the question waits, Enter alone asks it again")
        screen.wait_for("Enter  on the empty line: the question again")
        screen.enter("NOOP")
        screen.wait_for("250 2.0.0 Still here")
        screen.press("enter")
        screen.wait_for("question   type a, b, c or d, Enter answers; Esc puts the question aside")
        screen.press("escape")
        screen.wait_for("command   the question waits")
        screen.enter("b")  # an answer is no command
        screen.wait_for("! this is not it")
        assert "C   b" not in screen.text()
        screen.enter("/free")
        screen.wait_for("free practice on this server")
        screen.wait_for("steps")
        screen.enter("/learn 3")
        screen.wait_for("exercise 3 Envelope and header")
        screen.wait_for("6 of 7")  # the mail was accepted: its goals are met for good
        screen.wait_for("❯ answer      now")
        screen.enter("/language zh_CN")
        screen.wait_for("练习 3 信封与信头")
        screen.wait_for("❯ 回答        现在")
        screen.wait_for("退信会寄到哪里？")


def test_connecting_again_inside_a_mail_is_asked_about_at_once(tmp_path: Path) -> None:
    with learning(tmp_path, "learn", "1") as screen:
        screen.wait_for("❯ HELO        now")
        screen.enter("HELO me.example")
        screen.enter("MAIL FROM:<test1@bdwater.test>")
        screen.wait_for("❯ RCPT TO     now")
        screen.press("f5")
        screen.wait_for("a mail is begun: connecting again drops it")
        screen.wait_for("question   yes drops this mail and connects")
        screen.enter("RCPT TO:<test2@bdwater.test>")  # whoever did not see it loses no line unawares
        screen.wait_for("not sent: RCPT TO:<test2@bdwater.test>")
        screen.wait_for("only yes or no is an answer to this")
        screen.press("enter")
        screen.wait_for("command   type a line")
        screen.wait_for("❯ RCPT TO     now")
        screen.press("f5")
        screen.wait_for("question   yes drops this mail and connects")
        screen.enter("yes")
        screen.wait_for("❯ HELO        now")


def test_a_hint_gives_way_to_a_slip_and_goes_when_it_fits_no_more(tmp_path: Path) -> None:
    with learning(tmp_path, "learn", "1") as screen:
        screen.wait_for("❯ HELO        now")
        screen.press("f2", "f2")
        screen.wait_for("2 of 3")
        screen.enter("HELO")  # the slip is told whole, whatever hint was open
        screen.wait_for("is what it wants.")
        screen.wait_for("HELO client.example")
        screen.wait_gone("2 of 3")
        screen.press("f2")
        screen.wait_for("Type:  HELO xia.bdwater.test")
        screen.wait_for("501   HELO wants a name")
        screen.wait_for("HELO client.example")
        screen.press("escape")
        screen.wait_gone("Type:  HELO")
        screen.enter("HELO me.example")
        screen.wait_for("✓ HELO        done")
        screen.press("f2")
        screen.wait_for("1 of 3")
        screen.enter("MAIL FROM:<test1@bdwater.test>")
        screen.wait_for("❯ RCPT TO     now")
        screen.wait_gone("1 of 3")


def test_a_mail_that_cannot_meet_its_goal_is_led_out_of(tmp_path: Path) -> None:
    with learning(tmp_path, "learn", "1") as screen:
        screen.wait_for("❯ HELO        now")
        for line in ("HELO me", "MAIL FROM:<test1@bdwater.test>", "RCPT TO:<test2@bdwater.test>", "DATA", ""):
            screen.enter(line)
        screen.wait_for("The header is closed, and there is no Subject: in it.")
        screen.enter("Subject: hello")
        screen.wait_for("! Subject: is text now, the header is closed")
        screen.enter("Some text")
        screen.wait_for("The header is closed, and there is no Subject: in it.")  # it stays
        screen.wait_for(".  alone on its line: ends this mail; MAIL FROM begins it again")
        screen.press("f2")
        screen.wait_for("From here on every line is part of the mail.")  # the goal's own hints, in any mail
        screen.wait_for("The header is closed, and there is no Subject: in it.")
        screen.wait_for(".  alone on its line: ends this mail; MAIL FROM begins it again")
        screen.enter(".")
        screen.wait_for("MAIL FROM:<address>  begins another one; this one is over")
        screen.press("f2", "f2", "f2")
        screen.wait_for("Type:  MAIL FROM:<test1@bdwater.test>")
        screen.wait_for("In the next mail:  Subject: This is a test mail")
        for line in ("MAIL FROM:<test1@bdwater.test>", "RCPT TO:<test2@bdwater.test>", "DATA"):
            screen.enter(line)
        screen.wait_for("message   header, no line yet")
        screen.press("f2")
        screen.wait_for("Type:  Subject: This is a test mail")


def test_help_names_the_task_and_a_hint_is_offered_not_pushed(tmp_path: Path) -> None:
    with learning(tmp_path, "learn", "1") as screen:
        screen.wait_for("❯ HELO        now")
        for _ in range(3):
            screen.enter("HALLO")
        screen.wait_for("command   type a line, Enter sends it; F2 has a hint")
        assert "1 of 3" not in screen.text()
        screen.press("f1")
        screen.wait_for("task     The waterworks of a small town")
        screen.wait_for("Up/Down scroll")
        screen.press("escape")
        screen.wait_gone("Up/Down scroll")
        screen.enter("/again")
        screen.wait_for("The waterworks of a small town")
        screen.wait_for("❯ HELO        now")


def test_a_finished_exercise_is_not_left_by_itself(tmp_path: Path) -> None:
    with learning(tmp_path, "learn", "6") as screen:
        screen.wait_for("❯ RCPT TO     now")
        for line in shelf.builtin("en").exercise("leading-dots", "en").solution:
            screen.enter(line)
        screen.wait_for("solved   ✓")
        screen.enter("NOOP")  # the server is still there, and what is typed goes to it
        screen.wait_for("250 2.0.0 Still here")
        screen.press("f5")
        screen.wait_for("three lines of a file")
        screen.press("ctrl+q")
        assert screen.exit_code() == 0
    with learning(tmp_path, "learn") as screen:
        screen.wait_for("exercise 6 Lines that begin with a dot")
