"""What is piped in: each line goes out as it is, when the reply to the one before is there."""

from __future__ import annotations

import os
import select
import signal
import subprocess

import pytest

from tests.plain.peer import Peer, listening
from tests.plain.running import ARTICLE, ENVELOPE, MESSAGE, PROGRAM, STORED, mails, run, script

ALL = ["connect", "HELO", "MAIL FROM", "RCPT TO", "DATA", "message", ".", "QUIT"]


class TestTheArticlesMail:
    @pytest.mark.parametrize(
        "data",
        [script(ARTICLE), script(ARTICLE, "\r\n"), b"\xef\xbb\xbf" + script(ARTICLE), script(ARTICLE)[:-1]],
        ids=["as it is", "CRLF", "BOM", "no end of the last line"],
    )
    def test_every_step_is_ticked_and_the_mail_is_kept_octet_by_octet(self, data: bytes) -> None:
        done = run(data)
        assert done.code == 0
        assert done.errors == ""
        assert done.ticked() == ALL
        assert done.sent() == list(ARTICLE)
        assert mails() == [STORED]
        assert ("byte order mark" in done.notes()) is data.startswith(b"\xef\xbb\xbf")

    def test_a_slip_is_named_and_mended(self) -> None:
        done = run(script(["helo　xia.bdgs.com", *ARTICLE]))
        assert done.code == 0
        assert done.ticked() == ALL
        assert done.rows[3:5] == ["C: helo　xia.bdgs.com", "*      ^^ full-width space, U+3000"]
        assert "then: helo xia.bdgs.com" in done.notes()
        assert mails() == [STORED]

    def test_in_chinese(self) -> None:
        done = run(script(ARTICLE), "--lang", "zh_CN")
        assert done.code == 0
        assert done.has("S: 221 2.0.0 Goodbye")
        assert any(row.startswith("[x] 连接") for row in done.rows)

    def test_without_quit_the_open_step_is_named(self) -> None:
        done = run(script(ARTICLE[:-1]))
        assert done.code == 1
        assert "open: QUIT" in done.notes()
        assert len(mails()) == 1

    def test_without_the_dot_there_is_no_mail(self) -> None:
        done = run(script([*ENVELOPE, *MESSAGE]))
        assert done.code == 1
        assert mails() == []
        assert done.sent() == [*ENVELOPE, *MESSAGE]
        assert "The mail was not sent" in done.notes()

    def test_refused_recipients_are_named_in_the_last_row(self) -> None:
        lines = [*ARTICLE[:3], "rcpt to:<nobody@bdwater.com>", *ARTICLE[3:]]
        done = run(script(lines))
        assert done.code == 0
        assert done.rows[-1] == "* refused beside an accepted recipient: nobody@bdwater.com (550)"


class TestAnyOctets:
    def test_nothing_is_added_or_left_out(self) -> None:
        body = ["", "..", "...two", "# no comment", ".hidden", " ", "/hint", "//x", "QUIT", "\ttab"]
        done = run(script([*ENVELOPE, *body, ".", "quit"]))
        assert done.code == 0
        assert mails() == [
            b"\r\n.\r\n..two\r\n# no comment\r\nhidden\r\n \r\n/hint\r\n//x\r\nQUIT\r\n\ttab\r\n"
        ]

    def test_octets_that_are_no_text(self) -> None:
        line = bytes(range(1, 256)).replace(b"\n", b"").replace(b"\r", b"")
        done = run(script(ENVELOPE) + b"X: \x00" + line + b"\n.\nquit\n")
        assert done.code == 0
        assert mails() == [b"X: \x00" + line + b"\r\n"]
        assert not any(char < " " and char != "\t" for row in done.rows for char in row)

    def test_typed_names_mean_nothing_in_a_pipe(self) -> None:
        done = run(b"/quit\n//x\n")
        assert done.sent() == ["/quit", "//x"]


class TestHeldBack:
    """Text and secrets after a refusal must never go out as commands."""

    def test_the_body_after_a_refused_data(self) -> None:
        done = run(script([*ENVELOPE[:2], "data", *MESSAGE, ".", "quit"]))
        assert done.code == 1
        assert done.sent() == [*ENVELOPE[:2], "data", "quit"]
        assert f"{len(MESSAGE) + 1} lines were held back" in done.notes()

    def test_a_verb_after_a_refused_data_goes_on(self) -> None:
        done = run(script(["data", *ARTICLE]))
        assert done.code == 0
        assert done.sent() == ["data", *ARTICLE]

    def test_the_secret_after_a_refused_login(self) -> None:
        done = run(script(["helo x", "auth login", "c2VjcmV0", "cGFzc3dvcmQ=", "quit"]))
        assert done.sent() == ["helo x", "auth login", "quit"]
        assert "2 lines were held back" in done.notes()
        assert "c2VjcmV0" not in "\n".join(done.rows)

    def test_a_new_beginning_opens_its_steps_again(self) -> None:
        done = run(script([*ENVELOPE[:3], "rset", *ARTICLE[1:]]))
        assert done.code == 0
        assert "open again: MAIL FROM, RCPT TO" in done.notes()

    def test_a_home_that_cannot_be_written(self) -> None:
        done = run(script(ARTICLE), env={"SMTPTUTOR_HOME": "/proc/nowhere"})
        assert done.code == 0
        assert done.rows[0] == "* /proc/nowhere cannot be written: nothing will be kept"

    def test_lines_after_quit_are_counted(self) -> None:
        done = run(script([*ARTICLE, "noop", "noop"]))
        assert done.code == 0
        assert "2 lines were not sent" in done.notes()


class TestTheEnd:
    def test_the_reader_of_stdout_is_gone(self) -> None:
        read, write = os.pipe()
        os.close(read)
        process = subprocess.Popen(PROGRAM, stdin=subprocess.PIPE, stdout=write, stderr=subprocess.PIPE)
        os.close(write)
        _, errors = process.communicate(script(ARTICLE), timeout=60)
        assert process.returncode == 128 + signal.SIGPIPE
        assert errors == b""

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
    def test_a_signal(self, number: signal.Signals) -> None:
        process = subprocess.Popen(
            PROGRAM, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert process.stdout is not None
        while not process.stdout.readline().startswith(b"S: 220"):
            assert process.poll() is None
        process.send_signal(number)
        process.wait(60)
        assert process.returncode == 128 + number
        _, errors = process.communicate(timeout=60)
        assert errors == b""

    def test_a_signal_ends_a_write_that_nobody_reads(self) -> None:
        process = subprocess.Popen(
            PROGRAM, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(script([*ENVELOPE, "Subject: x", ""]))
            process.stdin.flush()
            while not process.stdout.readline().startswith(b"S: 354"):
                assert process.poll() is None
            # Fill its output, and then its input, until nothing moves any more.
            while select.select([], [process.stdin], [], 1.0)[1]:
                os.write(process.stdin.fileno(), (b"x" * 63 + b"\n") * 64)
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 128 + signal.SIGTERM
        finally:
            process.kill()
            process.communicate()

    def test_stdin_closed(self) -> None:
        done = subprocess.run(
            ["sh", "-c", 'exec "$@" <&-', "sh", *PROGRAM], capture_output=True, timeout=60, check=False
        )
        assert done.returncode == 1
        assert b"S: 220" in done.stdout
        assert b"Traceback" not in done.stderr

    def test_dev_null(self) -> None:
        done = subprocess.run(PROGRAM, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
        assert done.returncode == 1


def raw_script(peer: Peer, data: bytes, *arguments: str) -> subprocess.Popen[bytes]:
    """The script is in the pipe, and the program is connected and greeted."""
    process = subprocess.Popen(
        [*PROGRAM, "connect", peer.target, "--raw-lf", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.write(data)
    process.stdin.close()
    peer.accept()
    peer.say("220 peer.test")
    return process


class TestRawLineEnds:
    def test_they_go_out_as_they_stand_in_the_script(self) -> None:
        with listening() as peer:
            with raw_script(peer, b"HELO a\nNOOP\r\nNOOP\rx\nQUIT", "--yes") as process:
                for octets in (b"HELO a\n", b"NOOP\r\n", b"NOOP\rx\n"):
                    assert peer.octets(len(octets)) == octets
                    peer.say("250 ok")
                assert peer.until_gone() == b"QUIT"
                assert process.stdout is not None
                printed = process.stdout.read().decode()
            assert "C: HELO a <LF>" in printed
            assert "C: QUIT <no CRLF>" in printed

    def test_the_rails_stay(self) -> None:
        with listening() as peer, raw_script(peer, b"HELO a\nDATA\n"):
            assert peer.octets(7) == b"HELO a\n"
            peer.say("250 ok")
            assert peer.until_gone() == b""


def test_why_a_message_is_too_large_for_a_personality_and_what_sets_another_size() -> None:
    typed = script(("EHLO me", "MAIL FROM:<a@x.test> SIZE=60000", "QUIT"))
    done = run(typed, "--personality", "sendmail")
    assert any(row.startswith("S: 552 5.2.3 ") for row in done.rows)
    assert "may have 50,000 octets" in done.notes()
    assert "message_octets under [limits]" in done.notes()
