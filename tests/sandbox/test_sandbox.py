"""The server as a whole: start, stop, limits, and what it says to whom."""

from __future__ import annotations

from pathlib import Path

from tests.sandbox.client import bodies, connected, running


async def test_takes_a_message_typed_by_hand(tmp_path: Path) -> None:
    async with running(tmp_path / "mail") as sandbox, connected(sandbox, greeted=False) as client:
        assert await client.reply() == ["220 sandbox.test ESMTP smtptutor practice server"]
        assert await client.say("HELO client.example") == "250 sandbox.test Hello client.example"
        assert await client.say("MAIL FROM:<alice@example.org>") == "250 2.1.0 Sender accepted"
        assert await client.say("RCPT TO:<bob@sandbox.test>") == "250 2.1.5 Recipient accepted"
        assert (
            await client.say("RCPT TO:<nobody@sandbox.test>")
            == "550 5.1.1 No mailbox nobody@sandbox.test here"
        )
        assert await client.say("DATA") == "354 Send the message; end it with a dot alone"
        client.send(b"Subject: hi\r\n\r\n..one\r\n")
        assert await client.say(".") == "250 2.6.0 Message 1 accepted, 21 octets"
        assert bodies(tmp_path / "mail") == [b"Subject: hi\r\n\r\n.one\r\n"]
        assert await client.say("QUIT") == "221 2.0.0 Goodbye"
        assert await client.rest() == ""
