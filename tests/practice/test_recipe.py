"""What it takes to do a dialogue again: what came of it, without the slips that were mended."""

from __future__ import annotations

import pytest

from tui.practice.recipe import Addressee, Credentials, Mail, Recipe, Security, recipe

HELLO = ("* connected to mx.example.net 192.0.2.1:25", "S: 220 mx", "C: EHLO me.test", "S: 250 mx")
MAIL = ("C: MAIL FROM:<a@b.test>", "S: 250 ok")
RCPT = ("C: RCPT TO:<c@d.test>", "S: 250 ok")
SENT = (*MAIL, *RCPT, "C: DATA", "S: 354 go", "C: Subject: x", "C: ", "C: ..dot", "C: .", "S: 250 ok")
TLS = "* TLS handshake complete: TLSv1.3 TLS_AES_256_GCM_SHA384"
ONE = Mail("a@b.test", (), (Addressee("c@d.test"),), b"Subject: x\r\n\r\n.dot\r\n")


def of(*rows: str) -> Recipe:
    return recipe(
        (row[0], row[2:].encode()) if row.startswith("* ") else (row[0], row[3:].encode() + b"\r\n")
        for row in rows
    )


def test_a_mail() -> None:
    assert of(*HELLO, *SENT) == Recipe(
        host="mx.example.net", port=25, hello="EHLO", name="me.test", mails=(ONE,)
    )


@pytest.mark.parametrize(
    ("note", "place"),
    [
        ("* connected to 127.0.0.1:2525", ("127.0.0.1", 2525, "")),
        ("* connected to 127.0.0.1:2525 sandbox", ("127.0.0.1", 2525, "")),
        ("* connected to [::1]:25", ("::1", 25, "")),
        ("* connected to mx.test [2001:db8::1]:465", ("mx.test", 465, "")),
        ("* connected to mx.test:25 through ssh jump", ("mx.test", 25, "ssh jump")),
        ("* connected to unix /run/a b: c", ("localhost", 25, "unix /run/a b: c")),
        ("* connected to mx.test:25 through unix /run/lmtp", ("mx.test", 25, "unix /run/lmtp")),
        ("* connected to mx.test", ("mx.test", 25, "")),
        ("* connected to mx.test:99999", ("", 25, "")),
        ("* trying mx.test:25", ("", 25, "")),
    ],
)
def test_where(note: str, place: tuple[str, int, str]) -> None:
    found = of(note, "S: 220 mx")
    assert (found.host, found.port, found.through) == place
    assert found.socket == (place[2][5:] if place[2].startswith("unix ") else "")


@pytest.mark.parametrize(
    ("rows", "security", "verified"),
    [
        (HELLO, Security.NONE, True),
        ((*HELLO, "C: STARTTLS", "S: 220 go", TLS, "C: EHLO me", "S: 250 mx"), Security.STARTTLS, True),
        ((*HELLO, "C: STARTTLS", "S: 454 no"), Security.STARTTLS, True),
        ((HELLO[0], TLS, *HELLO[1:]), Security.IMPLICIT, True),
        ((HELLO[0], f"{TLS} NOT VERIFIED", *HELLO[1:]), Security.IMPLICIT, False),
    ],
)
def test_protection(rows: tuple[str, ...], security: Security, verified: bool) -> None:
    found = of(*rows)
    assert (found.security, found.verified) == (security, verified)


@pytest.mark.parametrize(
    ("rows", "hello", "name"),
    [
        (("S: 220 mx", "C: HELO me", "S: 250 mx"), "HELO", "me"),
        (("S: 220 mx", "C: EHLO me", "S: 502 no", "C: HELO me", "S: 250 mx"), "HELO", "me"),
        (("S: 220 mx", "C: EHLO me", "S: 550 go away"), "EHLO", "me"),
        (("S: 220 mx", "C: EHLO me", "S: 250 mx", "C: STARTTLS", "S: 220 go", TLS), "EHLO", "me"),
        (("S: 220 mx", "C: QUIT", "S: 221 bye"), "", ""),
    ],
)
def test_who_we_said_we_are(rows: tuple[str, ...], hello: str, name: str) -> None:
    found = of(*rows)
    assert (found.hello, found.name) == (hello, name)


def test_what_was_offered_for_a_login() -> None:
    assert of(*HELLO).offered == ()
    again = ("C: EHLO me.test", "S: 250-mx", "S: 250 auth Plain scram-sha-256")
    assert of(*HELLO, *again).offered == ("PLAIN", "SCRAM-SHA-256")
    assert of(*HELLO, *again, "C: EHLO me.test", "S: 250 mx").offered == ("PLAIN", "SCRAM-SHA-256")


def test_lmtp() -> None:
    assert of("S: 220 mx", "C: LHLO me", "S: 250 mx").lmtp
    assert not of(*HELLO).lmtp


PLAIN = "C: AUTH PLAIN AGFsaWNlAHNlY3JldA=="  # alice, secret


@pytest.mark.parametrize(
    ("rows", "login"),
    [
        ((), None),
        ((PLAIN, "S: 235 ok"), Credentials("PLAIN", "alice")),
        ((PLAIN, "S: 535 no"), Credentials("PLAIN", "alice")),
        ((PLAIN, "S: 235 ok", "C: AUTH LOGIN", "S: 503 already"), Credentials("PLAIN", "alice")),
        (("C: AUTH PLAIN ********", "S: 235 ok"), Credentials("PLAIN", "")),
        (("C: AUTH", "S: 501 what"), None),
    ],
)
def test_who_logged_in(rows: tuple[str, ...], login: Credentials | None) -> None:
    assert of(*HELLO, *rows).login == login


def test_several_mails_and_an_attempt_between_them() -> None:
    bounce = ("C: MAIL FROM:<>", "S: 250 ok", *RCPT, "C: RSET", "S: 250 ok")
    refused = ("C: MAIL FROM:<bad", "S: 501 no", "C: MAIL FROM:<x@y.test>", "S: 550 no")
    assert of(*HELLO, *SENT, *bounce, *refused, *SENT).mails == (ONE, ONE)


def test_recipients_that_were_refused_and_those_that_are_none() -> None:
    rows = (*MAIL, "C: RCPT TO:<no@d.test> NOTIFY=NEVER", "S: 550 no", "C: RCPT TO:", "S: 501 no", *RCPT)
    mail = of(*HELLO, *rows).mails[0]
    assert mail == Mail(
        "a@b.test", (), (Addressee("no@d.test", ("NOTIFY=NEVER",), False), Addressee("c@d.test"))
    )
    assert mail.refused == mail.recipients[:1]


@pytest.mark.parametrize(
    ("rows", "mail"),
    [
        (MAIL, Mail("a@b.test")),
        (
            ("C: MAIL FROM:<a@b.test> SIZE=9", "S: 552 too big", "C: RCPT TO:<c@d.test>", "S: 503 no"),
            Mail("a@b.test", ("SIZE=9",), (Addressee("c@d.test", (), False),)),
        ),
        (
            (*MAIL, "C: RSET", "S: 250 ok", "C: MAIL FROM:<x@y.test>", "S: 550 no"),
            Mail("x@y.test"),
        ),
        (("C: MAIL FROM:<x@y.test>",), Mail("x@y.test")),
        ((*MAIL, *RCPT, "C: DATA", "S: 354 go", "C: half"), Mail("a@b.test", (), (Addressee("c@d.test"),))),
    ],
)
def test_as_far_as_it_came(rows: tuple[str, ...], mail: Mail) -> None:
    assert of(*HELLO, *rows).mails == (mail,)


def test_nothing_but_a_greeting() -> None:
    assert of(*HELLO).mails == ()


def test_a_message_in_chunks() -> None:
    rows = [
        ("S", b"220 mx\r\n"),
        ("C", b"EHLO me\r\n"),
        ("S", b"250 CHUNKING\r\n"),
        *((row[0], row[3:].encode() + b"\r\n") for row in (*MAIL, *RCPT)),
        ("C", b"BDAT 7\r\nA: b\r\n\r"),
        ("S", b"250 ok\r\n"),
        ("C", b"BDAT 5 LAST\r\n\n.x\r\n"),
        ("S", b"250 ok\r\n"),
    ]
    mail = recipe(rows).mails[0]
    assert (mail.message, mail.chunked) == (b"A: b\r\n\r\n.x\r\n", True)


@pytest.mark.parametrize(
    ("suffix", "verified"), [("", True), (" NOT VERIFIED", False), (" VERIFICATION NOT SHOWN", True)]
)
def test_a_certificate_is_verified_unless_it_was_not(suffix: str, verified: bool) -> None:
    assert of(*HELLO[:2], TLS + suffix, *HELLO[2:], *SENT).verified is verified


def test_a_message_that_the_recording_does_not_show() -> None:
    rows = (*HELLO, *MAIL, *RCPT, "C: DATA", "S: 354 go", "* message not shown", "C: .", "S: 250 ok")
    (mail,) = of(*rows).mails
    assert mail.message is None
    assert mail.unseen
    assert not of(*HELLO, *MAIL, *RCPT).mails[0].unseen
    assert mail.recipients == (Addressee("c@d.test"),)
