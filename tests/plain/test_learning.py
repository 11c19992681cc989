"""Exercises without the full screen: piped, with an exit code; and the commands around them."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.plain.running import PROGRAM, run, script
from tests.pty import Terminal
from tui.lessons import shelf
from tui.practice.content import date_text
from tui.practice.exercise import DATE
from tui.store.progress import Progress

IDS = shelf.builtin("en").ids


def solution(id: str) -> list[str]:
    lines = shelf.builtin("en").exercise(id, "en").solution
    return [line.replace(DATE, date_text(time.time())) for line in lines]


@pytest.mark.parametrize("id", IDS)
def test_a_piped_solution_passes_and_a_part_of_it_does_not(id: str) -> None:
    lines = solution(id)
    done = run(script(lines), "learn", id)
    assert (done.code, done.errors) == (0, "")
    one = shelf.builtin("en").exercise(id, "en")
    assert len(done.ticked()) >= len(one.goals)
    assert done.has("* solved: ✓ " + one.title)
    half = run(script(lines[: len(lines) // 2]), "learn", id)
    assert half.code == 1
    assert "not solved; open: " in half.notes()
    assert one.goals[-1].name in half.notes()


def test_wrong_lines_are_answered_in_place() -> None:
    lines = ["EHLO me", "MAIL FROM:<alice@example.org>"]
    done = run(script(lines), "learn", "envelope-and-header")
    assert done.code == 1
    assert "* ! sender: not met yet" in done.rows
    assert "The sender on the envelope is to be bounce@example.org" in done.notes()


def test_in_chinese() -> None:
    done = run(script(solution("first-mail")), "learn", "1", "--lang", "zh_CN")
    assert done.code == 0
    assert any("第一封手写的信" in row for row in done.rows)


def test_a_script_names_its_exercise() -> None:
    done = run(b"HELO me\r\n", "learn")
    assert done.code == 2
    assert "the exercise must be named" in done.errors
    assert sum("to do" in row for row in done.rows) == len(IDS)


def test_an_exercise_that_is_not_there() -> None:
    done = run(b"", "learn", "lunch")
    assert done.code == 2
    assert 'there is no exercise "lunch"; the exercises are first-mail, ' in done.errors


def test_the_proof_from_the_command_line(tmp_path: Path) -> None:
    done = run(b"", "lessons", "check")
    assert (done.code, done.rows) == (0, ["8 exercises, 0 faults"])
    done = run(b"", "lessons", "check", str(tmp_path))
    assert done.code == 1
    assert "there is no pack.toml" in done.rows[0]
    assert run(b"", "lessons", "frob").code == 2
    assert len(run(b"", "lessons").rows) == len(IDS)
    assert run(b"", "lessons", "list", str(tmp_path)).code == 2


def test_progress_as_table_json_and_csv(tmp_path: Path) -> None:
    assert "no exercise was begun yet" in run(b"", "progress").rows[0]
    run(script(solution("leading-dots")), "learn", "6")
    table = run(b"", "progress").rows
    assert table[1].split()[:2] == ["leading-dots", "solved"]
    export = "\n".join(run(b"", "progress", "--json").rows)
    (attempt,) = json.loads(export)["attempts"]
    assert (attempt["exercise"], attempt["solved"], attempt["hints"]) == ("leading-dots", True, 0)
    rows = run(b"", "progress", "--csv").rows
    assert rows[0].startswith("uid,pack,exercise,hash,started")
    assert len(rows) == 2
    file = tmp_path / "other.json"
    attempt["uid"] = "another"
    file.write_text(json.dumps({"format_version": 1, "attempts": [attempt]}))
    assert run(b"", "progress", "--import", str(file)).rows == ["1 attempt was added"]
    assert run(b"", "progress", "--import", str(file)).rows == ["0 attempts were added"]
    file.write_text("{")
    assert run(b"", "progress", "--import", str(file)).code == 2
    assert run(b"", "progress", "--import", str(tmp_path / "no")).code == 2
    assert run(b"", "progress", "--json", "--csv").code == 2


def test_a_damaged_file_of_progress_is_set_aside_and_said(tmp_path: Path) -> None:
    from tui.store.paths import home

    home().progress.write_bytes(b"no database" * 1000)
    done = run(b"", "progress")
    assert done.code == 0
    assert "it was set aside as" in done.errors
    assert Progress(home().progress).rows() == ()
    home().progress.write_bytes(b"no database" * 1000)
    assert "it was set aside as" in run(script(solution("first-mail")), "learn", "1").notes()


def test_a_server_that_cannot_start_judges_nothing(tmp_path: Path) -> None:
    from tui.store.paths import home

    home().mail.write_bytes(b"")
    done = run(script(solution("first-mail")), "learn", "1")
    assert done.code == 69
    assert "could not be judged" in done.errors
    assert "not solved" not in done.notes()


def test_a_newcomer_is_told_of_the_course(tmp_path: Path) -> None:
    with Terminal.spawn(
        [*PROGRAM, "--plain"], size=(80, 60), env={"SMTPTUTOR_HOME": str(tmp_path)}
    ) as screen:
        screen.wait_for("220   ready")
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
            screen.wait_for(f"C: {line}".rstrip())
        screen.wait_for("guided exercises go on from here: /learn")


def test_a_line_typed_where_yes_or_no_is_due_is_not_lost_unawares(tmp_path: Path) -> None:
    env = {"SMTPTUTOR_HOME": str(tmp_path)}
    with Terminal.spawn([*PROGRAM, "learn", "1", "--plain"], size=(80, 60), env=env) as screen:
        screen.wait_for("220   ready")
        for line in ("HELO me.example", "MAIL FROM:<test1@bdwater.test>"):
            screen.enter(line)
            screen.wait_for(f"[x] {line[:4]}")  # answered: until then no mail is open
        screen.enter("/connect sandbox")
        screen.wait_for("A mail is open on this connection")
        screen.enter("RCPT TO:<test2@bdwater.test>")
        screen.wait_for("not sent: RCPT TO:<test2@bdwater.test>")
        screen.enter("no")
        screen.enter("RSET")
        screen.wait_for("C: RSET")


def test_typed_at_a_prompt_with_a_question_and_the_next_one(tmp_path: Path) -> None:
    env = {"SMTPTUTOR_HOME": str(tmp_path)}
    with Terminal.spawn([*PROGRAM, "learn", "3", "--plain"], size=(80, 60), env=env) as screen:
        screen.wait_for("exercise 3 of 8: Envelope and header")
        screen.wait_for("220   ready")
        for name in ("/hint", "/hint", "/hint"):
            screen.enter(name)
        screen.wait_for("Type:  EHLO list.example.org")
        for line in solution("envelope-and-header")[:-1]:
            screen.enter(line)
            screen.wait_for(f"C: {line}".rstrip())
        screen.wait_for("Where does the bounce")
        screen.enter("c")
        screen.wait_for("! this is not it")
        screen.enter("a")
        screen.wait_for("solved: ✓ Envelope and header")
        screen.enter("")
        screen.wait_for("exercise 4 of 8: Several recipients, Cc, Bcc")
        screen.enter("/free")
        screen.wait_for("free practice on this server")
        screen.enter("/learn")
        screen.wait_for("[x]  3  Envelope and header")
        screen.enter("/quit")
        assert screen.exit_code() == 1  # free practice, and its steps are open
