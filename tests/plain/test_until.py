"""``--until`` and ``--starttls`` without a terminal: what is typed, and the exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.net.authority import cafile
from tests.net.scripted import Peer, Script, serving
from tests.plain.beside import run
from tests.plain.test_tls import server
from tui.lessons import shelf

ANSWERS = {
    b"EHLO": ("250-mx.corp.test", "250-SIZE 1000", "250 8BITMIME"),
    b"MAIL": ("250 2.1.0 Ok",),
    b"RCPT": ("250 2.1.5 Ok",),
    b"DATA": ("354 go",),
    b".": ("250 2.0.0 Ok: queued as 4F2C1",),
    b"QUIT": ("221 bye",),
}


def talking(seen: list[bytes], **other: str) -> Script:
    """Answers by the first word of a line, as the table says; ``other`` replaces a row of it."""
    answers = ANSWERS | {key.encode(): (value,) for key, value in other.items()}

    async def play(peer: Peer) -> None:
        await peer.say("220 mx.corp.test here")
        while True:
            line = await peer.line()
            seen.append(line)
            word = line.split()[0] if line else b""
            await peer.say(*answers[word])
            if word == b"DATA" and answers[word][0].startswith("354"):
                seen.append(await peer.message())
                await peer.say(*answers[b"."])
            if word == b"QUIT":
                return

    return play


FLAGS = ("--from", "me@home.test", "--to", "you@corp.test", "--ehlo", "me.test")


@pytest.mark.parametrize(
    ("until", "last"),
    [("helo", b"EHLO me.test"), ("mail", b"MAIL FROM:<me@home.test>"), ("rcpt", b"RCPT TO:<you@corp.test>")],
)
async def test_up_to_a_step_and_no_further(until: str, last: bytes) -> None:
    seen: list[bytes] = []
    async with serving(talking(seen)) as served:
        code, out, err = await run(
            "connect", str(served.endpoint), *FLAGS, "--until", until, script=b"NOOP\n"
        )
    assert (code, err) == (0, "")
    assert seen[-2:] == [last, b"QUIT"], "stdin is not read"
    assert f"typed up to {until}, as asked" in out
    assert "* typed by smtptutor: ehlo\nC: EHLO me.test\n" in out


@pytest.mark.parametrize(
    ("reply", "code"),
    [("554 5.7.1 Relay access denied", 1), ("450 4.2.0 Greylisted", 75), ("421 4.3.2 x", 75)],
)
async def test_it_stops_at_the_first_refusal(reply: str, code: int) -> None:
    seen: list[bytes] = []
    async with serving(talking(seen, RCPT=reply)) as served:
        found, out, _ = await run("connect", str(served.endpoint), *FLAGS, "--to", "c@d", "--until", "rcpt")
    assert found == code, out
    assert [one for one in seen if one.startswith(b"RCPT")] == [b"RCPT TO:<you@corp.test>"]


THREE = ("--to", "two@corp.test", "--to", "three@corp.test")


@pytest.mark.parametrize(
    ("replies", "until", "said"),
    [
        ({"RCPT": "550 5.1.1 no"}, "rcpt", "first refusal; not tried: <two@corp.test>, <three@corp.test>"),
        ({"MAIL": "550 5.7.1 no"}, "rcpt", "not tried: <you@corp.test>, <two@corp.test>, <three@corp.test>"),
        ({"MAIL": "550 5.7.1 no"}, "mail", ""),
        ({"QUIT": "221 bye"}, "rcpt", ""),
    ],
)  # fmt: skip
async def test_recipients_that_were_not_tried_are_named(
    replies: dict[str, str], until: str, said: str
) -> None:
    async with serving(talking([], **replies)) as served:
        _, out, err = await run("connect", str(served.endpoint), *FLAGS, *THREE, "--until", until)
    assert ("not tried" in out, "not tried" in err) == (bool(said), bool(said))
    assert said in out
    assert said in err


async def test_recipients_that_were_not_tried_are_named_where_the_connection_went() -> None:
    async def play(peer: Peer) -> None:
        await peer.say("220 mx")
        for _ in range(3):
            await peer.line()
            await peer.say("250 ok")
        await peer.line()

    async with serving(play) as served:
        code, out, _ = await run("connect", str(served.endpoint), *FLAGS, *THREE, "--until", "rcpt")
    assert code == 76
    assert "* the connection is gone; not tried: <three@corp.test>" in out


async def test_a_message_goes_out_with_its_dots_stuffed(tmp_path: Path) -> None:
    file = tmp_path / "mail"
    file.write_bytes(b"Subject: x\n\n.dot\nH\xc3\xa9")
    seen: list[bytes] = []
    async with serving(talking(seen)) as served:
        code, out, _ = await run(
            "connect", str(served.endpoint), *FLAGS, "--message", str(file), "--until", "dot", "--yes"
        )
    assert code == 0, out
    assert b"MAIL FROM:<me@home.test> SIZE=25 BODY=8BITMIME" in seen
    assert b"Subject: x\r\n\r\n..dot\r\nH\xc3\xa9\r\n" in seen


async def test_a_script_needs_yes_for_a_mail_that_is_delivered(tmp_path: Path) -> None:
    file = tmp_path / "mail"
    file.write_bytes(b"Subject: x\n\ny\n")
    seen: list[bytes] = []
    async with serving(talking(seen)) as served:
        code, _, err = await run(
            "connect", str(served.endpoint), *FLAGS, "--message", str(file), "--until", "dot"
        )
    assert code == 1
    assert "--yes" in err
    assert b"DATA" not in seen


async def test_starttls_is_required() -> None:
    seen: list[bytes] = []
    async with serving(talking(seen)) as served:
        code, out, _ = await run("connect", str(served.endpoint), "--starttls", script=b"MAIL FROM:<a@b>\n")
    assert code == 77
    assert "STARTTLS is required" in out
    assert len(seen) == 1
    assert seen[0].startswith(b"EHLO")


@pytest.mark.parametrize("flag", ["--starttls", "--submission"])
@pytest.mark.parametrize(
    "reply", ["454 4.7.0 not now", "502 what", "250 ok", "334 go on", "530 5.7.0 authenticate"]
)
async def test_starttls_that_does_not_begin_ends_the_connection(flag: str, reply: str) -> None:
    seen: list[bytes] = []
    offered = {"EHLO": "250-mx.corp.test\r\n250-STARTTLS\r\n250 AUTH PLAIN", "STARTTLS": reply}
    async with serving(talking(seen, **offered)) as served:
        code, out, _ = await run("connect", str(served.endpoint), flag, "--yes", script=b"MAIL FROM:<a@b>\n")
    assert code == 77
    assert f"the server answered it with {reply[:3]}: nothing goes on in plain text" in out
    assert [line.split()[0] for line in seen] == [b"EHLO", b"STARTTLS"]
    proposed = out.partition("C: STARTTLS")[2].partition("* connection closed")[0]
    assert not any(word in proposed for word in ("MAIL FROM", "AUTH", "login is needed", "log in"))


@pytest.mark.parametrize(
    ("stage", "reply", "typed"),
    [
        ("EHLO", "354 go on", 1),
        ("AUTH", "250 ok", 2),
        ("AUTH", "354 go on", 2),
        ("MAIL", "354 go on", 3),
        ("MAIL", "25 odd", 3),
        ("RCPT", "354 go on", 4),
        ("DATA", "250 ok", 6),
        (".", "354 go on", 7),  # the message is one
    ],
)
async def test_an_answer_that_is_neither_yes_nor_no_ends_the_steps(
    stage: str,
    reply: str,
    typed: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[bytes] = []
    message = tmp_path / "message"
    message.write_text("Subject: x\n")
    monkeypatch.setenv("SMTPTUTOR_PASSWORD", "builder")
    replies = {
        "EHLO": "250-mx.corp.test\r\n250 AUTH PLAIN",
        "AUTH": "235 ok",
        "DATA": "354 go on",
        stage: reply,
    }
    async with serving(talking(seen, **replies)) as served:
        mail = ("--from", "a@x.test", "--to", "b@x.test", "--to", "c@x.test", "--message", str(message))
        flags = (*mail, "--user", "bob", "--auth", "PLAIN", "--until", "dot", "--yes")
        code, out, _ = await run("connect", str(served.endpoint), *flags)
    assert code == (77 if stage == "AUTH" else 76)
    said = f"with {reply[:3]}, which is neither yes nor no" if reply[2].isdigit() else "MAIL with is no reply"
    assert said in out
    assert len([line for line in seen if line != b"QUIT"]) == typed


async def test_starttls_is_typed_and_the_script_goes_on_inside() -> None:
    seen: list[bytes] = []
    async with serving(server("address", seen)) as served:
        code, out, _ = await run(
            "connect", str(served.endpoint), "--starttls", "--cafile", str(cafile()), script=b"QUIT\n"
        )
    assert code == 1, out
    assert [one.split()[0] for one in seen] == [b"EHLO", b"STARTTLS", b"EHLO", b"QUIT"]
    assert out.count("* typed by smtptutor") == 3


async def test_what_the_connection_came_to() -> None:
    seen: list[bytes] = []
    async with serving(talking(seen)) as served:
        script = b"EHLO me\nMAIL FROM:<a@b.test>\nRCPT TO:<c@d.test>\nDATA\nSubject: x\n\n.\nQUIT\n"
        code, out, _ = await run("connect", str(served.endpoint), "--yes", script=script)
    assert code == 0
    assert "* accepted: c@d.test\n* message: 14 octets, queue id 4F2C1\n* time: " in out
    assert "waiting for the server" in out


async def test_recipients_that_were_deferred_and_refused() -> None:
    seen: list[bytes] = []
    async with serving(talking(seen, RCPT="450 4.2.0 Greylisted")) as served:
        _, out, _ = await run("connect", str(served.endpoint), *FLAGS, "--until", "rcpt")
    assert "* later: you@corp.test 450 4.2.0\n" in out
    async with serving(talking(seen, RCPT="550 5.1.1 no")) as served:
        _, out, _ = await run("connect", str(served.endpoint), *FLAGS, "--until", "rcpt")
    assert "* refused: you@corp.test 550 5.1.1\n" in out


async def test_an_exercise_on_a_real_server() -> None:
    lines = shelf.builtin("en").exercise("first-mail", "en").solution
    script = "".join(f"{line}\n" for line in lines).encode()
    seen: list[bytes] = []
    async with serving(talking(seen, HELO="250 mx.corp.test")) as served:
        code, out, err = await run("learn", "1", "--real", str(served.endpoint), "--yes", script=script)
    assert (code, err) == (0, "")
    assert "* solved: " in out
    assert any(line.startswith(b"RCPT TO:<test2@bdwater.test>") for line in seen)
    async with serving(talking(seen := [], HELO="250 mx.corp.test")) as served:
        code, out, err = await run("learn", "1", "--real", str(served.endpoint), script=script)
    assert code == 1
    assert "A script has to say --yes" in err
    assert b"DATA" not in seen


async def test_why_it_closed_leads_where_starttls_is_missing() -> None:
    async with serving(talking([])) as served:
        code, out, err = await run("connect", str(served.endpoint), "--starttls", "--ehlo", "me.test")
    assert code == 77
    assert out.count("STARTTLS is required, and the server does not offer it here") == 1
    assert err.count("STARTTLS is required, and the server does not offer it here") == 1
    assert "So smtptutor closed the connection." in out
    assert "not polite" not in out
