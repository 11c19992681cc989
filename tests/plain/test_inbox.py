"""``smtptutor inbox``: list, show, export, and what it says when there is nothing to show."""

from __future__ import annotations

import asyncio
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sandbox.client import connected, running
from tests.sandbox.test_mailbox import keep
from tui.desk.options import InboxAction, InboxOptions
from tui.plain import inbox, inbox_rows
from tui.practice.published import Published
from tui.practice.scenario import Server
from tui.sandbox.envelope import Envelope, Recipient
from tui.sandbox.inbox import Inbox
from tui.sandbox.mailbox import Mailbox

MESSAGES = (
    b"Subject: lunch\r\nFrom: Alice <alice@example.org>\r\n\r\nAt noon?\r\n",
    "Subject: =?utf-8?B?5L2g5aW9?=\r\n\r\n你好 \x1b[31m\r\n".encode(),
    b"no header\r\n",
)


@pytest.fixture
def filled(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    mail = own_home / "smtptutor" / "mail"

    async def fill() -> None:
        box = Mailbox(mail, fsync=False)
        box.prepare()
        for octets in MESSAGES:
            await keep(box, octets)

    asyncio.run(fill())
    monkeypatch.setenv("TZ", "UTC")
    return mail


def run(action: InboxAction = InboxAction.LIST, number: int = 0, file: Path | None = None) -> int:
    return inbox.run(InboxOptions(action=action, number=number, file=file))


def test_the_list(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split() == ["no", "time", "from", "to", "subject", "octets"]
    assert [row.split() for row in rows] == [
        ["3", *rows[0].split()[1:3], "alice@example.org", "bob@sandbox.test", "(no", "subject)", "11"],
        ["2", *rows[0].split()[1:3], "alice@example.org", "bob@sandbox.test", "你好", "47"],
        ["1", *rows[0].split()[1:3], "alice@example.org", "bob@sandbox.test", "lunch", "61"],
    ]
    assert rows[0].split()[1] == "2001-09-09"
    assert len({row.index("alice@") for row in rows}) == 1


def test_a_row_stays_a_row(own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mail = own_home / "smtptutor" / "mail"
    many = tuple(Recipient(address=f"{n}@x.test") for n in range(100))
    envelope = Envelope(received=1e9, reverse_path="", recipients=many, octets=0)

    async def fill() -> None:
        box = Mailbox(mail, fsync=False)
        box.prepare()
        draft = box.draft()
        draft.write(f"Subject: {'长' * 1000}\r\n".encode())
        box.keep(draft, envelope, lambda _result: None)
        await box.settle()

    asyncio.run(fill())
    assert run() == 0
    row = capsys.readouterr().out.splitlines()[1]
    assert "  <>    0@x.test and 99 more  " in row
    assert f"  {'长' * 22}...  " in row


def test_a_row_fits_into_a_terminal(filled: Path) -> None:
    box = Inbox(filled)
    wide = inbox_rows.listing(box)
    for room in (60, 80):
        narrow = inbox_rows.listing(box, room=room)
        assert max(map(len, narrow)) <= room
        assert [row.split()[0] for row in narrow] == [row.split()[0] for row in wide]
        assert len({row.index(row.split()[3]) for row in narrow[1:]}) == 1
    assert all(len(row) <= 60 for row in inbox_rows.followed(box.entries(), 60))


def test_a_mailbox_that_is_named_and_not_there_is_said(
    own_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert inbox.run(InboxOptions(mail=tmp_path / "slip")) == 0
    assert capsys.readouterr().out == f'no mail yet; there is no folder "{tmp_path / "slip"}"\n'
    (tmp_path / "file").write_bytes(b"")
    assert inbox.run(InboxOptions(mail=tmp_path / "file")) == 1
    assert "is no folder" in capsys.readouterr().err
    assert inbox.run(InboxOptions(mail=tmp_path / "slip", json=True)) == 0
    assert capsys.readouterr().out == "[]\n"


def test_export_into_a_folder_names_the_file(filled: Path, tmp_path: Path) -> None:
    assert run(InboxAction.EXPORT, 1, tmp_path) == 0
    assert (tmp_path / "mail-1.eml").read_bytes() == MESSAGES[0]
    assert run(InboxAction.EXPORT, 0, tmp_path) == 0
    assert (tmp_path / "mail.mbox").read_bytes().startswith(b"From ")


def test_an_empty_inbox(own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    assert capsys.readouterr().out == "no mail yet\n"


def test_one_message(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(InboxAction.SHOW, 1) == 0
    out = capsys.readouterr().out.splitlines()
    assert [" ".join(row.split()) for row in out if "2001" not in row] == [
        "envelope what servers used",
        "from <alice@example.org>",
        "to <bob@sandbox.test>",
        "octets 61",
        "client",
        "",
        "header what the sender typed",
        "Subject: lunch",
        "From: Alice <alice@example.org>",
        "",
        "text text/plain",
        "At noon?",
    ]


def test_what_a_message_holds_reaches_no_terminal_as_it_is(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(InboxAction.SHOW, 2) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "  你好 \\x1b[31m\n" in out
    assert "  Subject: 你好\n" in out


def test_a_message_without_header(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(InboxAction.SHOW, 3) == 0
    assert "no header" in capsys.readouterr().out


@pytest.mark.parametrize("action", [InboxAction.SHOW, InboxAction.EXPORT])
def test_there_is_no_such_message(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], action: InboxAction
) -> None:
    assert run(action, 9, tmp_path / "x.eml") == 1
    assert capsys.readouterr().err == "smtptutor: there is no message 9.\n"
    assert not (tmp_path / "x.eml").exists()


def test_export_to_a_file(filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.eml"
    assert run(InboxAction.EXPORT, 1, file) == 0
    assert file.read_bytes() == MESSAGES[0]
    assert capsys.readouterr().out == f"message 1 written to {file}, 61 octets\n"


def test_export_overwrites_nothing_unasked(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("yes\n"))  # a pipe: nobody to ask
    file = tmp_path / "x.eml"
    file.write_bytes(b"precious")
    assert run(InboxAction.EXPORT, 1, file) == 1
    assert file.read_bytes() == b"precious"
    assert "is there already; nothing was written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("answer", "code"), [("yes\n", 0), ("是\n", 0), ("y\n", 1), ("no\n", 1), ("\n", 1), ("", 1)]
)
def test_on_a_terminal_export_asks(
    filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    monkeypatch.setattr(sys, "stderr", Terminal())
    file = tmp_path / "x.eml"
    file.write_bytes(b"precious")
    assert run(InboxAction.EXPORT, 1, file) == code
    assert file.read_bytes() == (MESSAGES[0] if code == 0 else b"precious")


def test_export_where_nothing_can_be_written(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(InboxAction.EXPORT, 1, tmp_path / "no" / "x.eml") == 1
    assert "No such file or directory" in capsys.readouterr().err


def test_export_to_stdout_is_exact(filled: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tui", "inbox", "export", "2", "-"], capture_output=True, check=True
    )
    assert done.stdout == MESSAGES[1]
    assert done.stderr == b""


def test_the_reader_of_stdout_may_go_away(filled: Path) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    with os.fdopen(theirs, "wb") as pipe:
        done = subprocess.run(
            [sys.executable, "-m", "tui", "inbox"], stdout=pipe, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 141
    assert done.stderr == b""


# -- for scripts, and to tidy up


def test_the_list_as_json(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert inbox.run(InboxOptions(json=True)) == 0
    third, second, first = json.loads(capsys.readouterr().out)
    assert {**first, "file": ""} == {
        "number": 1,
        "received": 1e9,
        "from": "alice@example.org",
        "to": ["bob@sandbox.test"],
        "subject": "lunch",
        "octets": 61,
        "peer": "",
        "tls": None,
        "user": None,
        "junk": False,
        "file": "",
    }
    assert Path(first["file"]).read_bytes() == MESSAGES[0]
    assert (second["subject"], third["subject"]) == ("你好", None)


def test_an_empty_inbox_as_json(own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert inbox.run(InboxOptions(json=True)) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_one_message_as_json(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert inbox.run(InboxOptions(action=InboxAction.SHOW, number=1, json=True)) == 0
    mail = json.loads(capsys.readouterr().out)
    assert mail["header"] == [["Subject", "lunch"], ["From", "Alice <alice@example.org>"]]
    assert (mail["text"], mail["text_type"]) == ("At noon?\n", "text/plain")
    assert mail["parts"] == [{"number": 1, "type": "text/plain", "filename": None, "octets": 10}]
    assert mail["recipients"] == [{"address": "bob@sandbox.test", "params": {}}]


def test_html_beside_the_text_is_shown_below_it(own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    octets = (
        b"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nplain\r\n"
        b"--b\r\nContent-Type: text/html\r\n\r\n<p>one</p><p>two</p>\r\n--b--\r\n"
    )

    async def fill() -> None:
        box = Mailbox(own_home / "smtptutor" / "mail", fsync=False)
        box.prepare()
        await keep(box, octets)

    asyncio.run(fill())
    assert run(InboxAction.SHOW, 1) == 0
    shown = capsys.readouterr().out
    assert "text  text/plain\n  plain\n\ntext  HTML as text; nothing is fetched\n  one\n\n  two\n" in shown
    assert inbox.run(InboxOptions(action=InboxAction.SHOW, number=1, json=True)) == 0
    assert json.loads(capsys.readouterr().out)["html_text"].split() == ["one", "two"]


def test_search(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert inbox.run(InboxOptions(search="lunch")) == 0
    assert [row.split()[0] for row in capsys.readouterr().out.splitlines()] == ["no", "1"]
    assert inbox.run(InboxOptions(search="dinner")) == 0
    assert capsys.readouterr().out == "no mail holds that\n"


def test_a_maildir_of_its_own(tmp_path: Path, filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert inbox.run(InboxOptions(mail=tmp_path / "other")) == 0
    assert capsys.readouterr().out == f'no mail yet; there is no folder "{tmp_path / "other"}"\n'


def test_a_part_is_saved_under_a_safe_name(
    own_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fill() -> None:
        box = Mailbox(own_home / "smtptutor" / "mail", fsync=False)
        box.prepare()
        await keep(
            box,
            b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n'
            b'Content-Type: application/zip; name="../../a.zip"\r\n'
            b"Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b--\r\n",
        )

    asyncio.run(fill())
    assert run(InboxAction.SHOW, 1) == 0
    assert "  2  application/zip  3 octets  ../../a.zip" in capsys.readouterr().out.splitlines()
    assert inbox.run(InboxOptions(action=InboxAction.SAVE, number=1, part=2, file=tmp_path)) == 0
    assert (tmp_path / "a.zip").read_bytes() == b"\0\0\0"
    assert capsys.readouterr().out == f"part 2 of message 1 written to {tmp_path / 'a.zip'}, 3 octets\n"
    assert inbox.run(InboxOptions(action=InboxAction.SAVE, number=1, part=3)) == 1
    assert capsys.readouterr().err == "smtptutor: message 1 has no part 3.\n"


def test_what_the_server_understood_stands_beside_what_was_typed(
    own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fill() -> None:
        async with running(own_home / "smtptutor" / "mail") as sandbox, connected(sandbox) as client:
            for line in ("EHLO me.test", "mail from:<>", "RCPT TO:<nobody@x>", "rcpt to:<b@x.test>", "DATA"):
                await client.say(line)
            await client.say("x\r\n.")

    asyncio.run(fill())
    assert run(InboxAction.SHOW, 1) == 0
    rows = capsys.readouterr().out.splitlines()
    assert rows[rows.index("typed  and what the server understood") :] == [
        "typed  and what the server understood",
        "  C: EHLO me.test",
        "     The client calls itself me.test.",
        "  C: mail from:<>",
        "     There is no sender, so no bounce is ever sent.",
        "  C: RCPT TO:<nobody@x>",
        "     not taken: 550 5.1.1 No mailbox nobody@x here",
        "  C: rcpt to:<b@x.test>",
        "     One who gets it is b@x.test.",
        "  C: DATA",
        "     The message follows, up to a line that is just a dot.",
    ]


def test_delete(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert inbox.run(InboxOptions(action=InboxAction.DELETE, numbers=(1, 9))) == 1
    assert capsys.readouterr().err == "smtptutor: there is no message 9.\n"
    assert [one.number for one in Inbox(filled).entries()] == [3, 2]


def test_all_are_deleted_only_when_that_is_said(
    filled: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("yes\n"))  # a pipe: nobody to ask
    assert inbox.run(InboxOptions(action=InboxAction.DELETE)) == 1
    assert "nothing was deleted" in capsys.readouterr().err
    assert inbox.run(InboxOptions(action=InboxAction.DELETE, yes=True)) == 0
    assert Inbox(filled).entries() == ()


def test_all_mails_are_no_eml(filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(InboxAction.EXPORT, 0, tmp_path / "out.eml") == 1
    assert "name it .mbox" in capsys.readouterr().err
    assert not (tmp_path / "out.eml").exists()


def test_export_as_mbox(filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "all.mbox"
    assert run(InboxAction.EXPORT, 0, file) == 0
    assert capsys.readouterr().out == f"3 messages written to {file}\n"
    assert file.read_bytes().count(b"From alice@example.org ") == 3
    assert run(InboxAction.EXPORT, 2, tmp_path / "one.mbox") == 0
    assert (tmp_path / "one.mbox").read_bytes().startswith(b"From alice@example.org ")


def test_a_list_that_is_followed_tells_each_mail_that_comes(filled: Path) -> None:
    command = [sys.executable, "-m", "tui", "inbox", "--follow"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        seen = [process.stdout.readline().split()[0] for _ in MESSAGES]
        asyncio.run(keep(Mailbox(filled, fsync=False), b"Subject: news\r\n\r\n"))
        seen.append(process.stdout.readline().split()[0])
        process.terminate()
    assert seen == ["1", "2", "3", "4"]


def test_very_many_are_not_all_listed_at_once(
    filled: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_rows, "LISTED", 2)
    assert inbox.run(InboxOptions()) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "... 1 older mail; --all lists it"
    assert inbox.run(InboxOptions(all=True)) == 0
    assert len(capsys.readouterr().out.splitlines()) == 4


def test_what_the_records_of_the_scenario_say(own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    published = (
        Published(domain="example.org", spf="v=spf1 ip4:192.0.2.1 -all", dmarc="v=DMARC1; p=reject"),
        Published(domain="x.test", spf="v=spf1 ip4:203.0.113.9 -all"),
    )
    server = Server(published=published, seen_from="203.0.113.9")

    async def fill() -> None:
        box = own_home / "smtptutor" / "mail"
        async with running(box, scenario=server) as sandbox, connected(sandbox) as client:
            await client.envelope("mallory@x.test")
            await client.say("DATA")
            await client.say("From: CEO <ceo@example.org>\r\n\r\nx\r\n.")

    asyncio.run(fill())
    assert run(InboxAction.SHOW, 1) == 0
    rows = capsys.readouterr().out.splitlines()
    at = rows.index("checks  by the records that the scenario publishes")
    assert [" ".join(row.split()) for row in rows[at + 1 : at + 4]] == [
        "SPF pass 203.0.113.9 may send for x.test",
        "DKIM none nobody signed it",
        "DMARC fail nobody vouches for example.org in From:; it asks to reject that; this server did not",
    ]
    assert inbox.run(InboxOptions(action=InboxAction.SHOW, number=1, json=True)) == 0
    verdict = json.loads(capsys.readouterr().out)["verdict"]
    assert (verdict["spf"], verdict["dkim"], verdict["dmarc"], verdict["policy"]) == (
        "pass",
        "none",
        "fail",
        "reject",
    )
