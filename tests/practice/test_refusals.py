"""Why a server refuses: real replies, each with the step, the kind, who moves next, and how sure that is."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.practice.talking import talk
from tui.practice.checklist import start
from tui.practice.refusals import Certainty, Kind, Mover, Verdict, cause, looks_right, put_off, verdict

GREETING = ("S: 220 hi",)
EHLO = (*GREETING, "C: EHLO me", "S: 250-x", "S: 250 AUTH PLAIN")
MAIL = (*EHLO, "C: MAIL FROM:<a@x.test>", "S: 250 ok")
RCPT = (*MAIL, "C: RCPT TO:<b@y.test>", "S: 250 ok")
DATA = (*RCPT, "C: DATA", "S: 354 go", "C: Subject: x", "C: ", "C: y")
BEFORE = {
    "connect": (),
    "helo": (*GREETING, "C: EHLO me"),
    "starttls": (*EHLO, "C: STARTTLS"),
    "auth": (*EHLO, "C: AUTH PLAIN AGEAYg=="),
    "mail": (*EHLO, "C: MAIL FROM:<a@x.test>"),
    "rcpt": (*MAIL, "C: RCPT TO:<b@y.test>"),
    "data": (*MAIL, "C: DATA"),
    "dot": (*DATA, "C: ."),
    "other": (*EHLO, "C: XYZZY"),
}

SURE, GUESS = Certainty.CODE, Certainty.WORDS


def judged(step: str, *reply: str) -> Verdict:
    found = verdict(talk(*BEFORE[step], *(f"S: {line}" for line in reply)).practice)
    assert found is not None
    return found


#: step, reply, kind, who moves, how sure
REPLIES = [
    # Postfix
    ("rcpt", "550 5.1.1 <no@bdwater.test>: Recipient address rejected: User unknown in local recipient table",
     Kind.UNKNOWN_MAILBOX, Mover.SENDER, SURE),
    ("rcpt", "554 5.7.1 <x@elsewhere.example>: Relay access denied", Kind.RELAYING, Mover.SENDER, GUESS),
    ("rcpt", "450 4.2.0 <b@y.test>: Recipient address rejected: Greylisted, see http://postgrey.example/help",
     Kind.GREYLISTED, Mover.NOBODY, GUESS),
    ("rcpt", "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
     Kind.BLOCK_LIST, Mover.OUR_ADMIN, GUESS),
    ("rcpt", "450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]",
     Kind.REVERSE_DNS, Mover.OUR_ADMIN, SURE),
    ("rcpt", "504 5.5.2 <me>: Helo command rejected: need fully-qualified hostname",
     Kind.HELO_NAME, Mover.OUR_ADMIN, GUESS),
    ("rcpt", "450 4.1.8 <a@x.test>: Sender address rejected: Domain not found",
     Kind.SENDER, Mover.SENDER, SURE),
    ("rcpt", "553 5.7.1 <a@x.test>: Sender address rejected: not logged in",
     Kind.LOGIN_REQUIRED, Mover.SENDER, GUESS),
    ("rcpt", "550 5.7.23 <b@y.test>: Recipient address rejected: Message rejected due to: SPF fail",
     Kind.SPF, Mover.OUR_ADMIN, SURE),
    # of whom is not known
    ("rcpt", "550 Computer says no", Kind.UNKNOWN, Mover.SENDER, Certainty.NONE),
    ("dot", "554 DT:SPM mx", Kind.CONTENT, Mover.SENDER, GUESS),
    ("mail", "550 no", Kind.UNKNOWN, Mover.SENDER, Certainty.NONE),
    ("dot", "550 no", Kind.UNKNOWN, Mover.SENDER, Certainty.NONE),
    ("connect", "554 no", Kind.UNKNOWN, Mover.SENDER, Certainty.NONE),
    ("rcpt", "451 4.7.1 Please try again later", Kind.PUT_OFF, Mover.NOBODY, GUESS),
    ("mail", "530 5.7.0 Must issue a STARTTLS command first", Kind.TLS_REQUIRED, Mover.SENDER, GUESS),
    ("mail", "552 5.3.4 Message size exceeds fixed limit", Kind.TOO_LARGE, Mover.SENDER, SURE),
    ("dot", "552 5.3.4 Error: message file too big", Kind.TOO_LARGE, Mover.SENDER, SURE),
    ("rcpt", "452 4.5.3 Error: too many recipients", Kind.TOO_MANY_RECIPIENTS, Mover.SENDER, SURE),
    ("data", "554 5.5.1 Error: no valid recipients", Kind.NO_RECIPIENTS, Mover.SENDER, SURE),
    ("other", "500 5.5.2 Error: command not recognized", Kind.UNKNOWN_COMMAND, Mover.SENDER, SURE),
    ("other", "502 5.5.1 Command not implemented", Kind.UNKNOWN_COMMAND, Mover.SENDER, SURE),
    ("mail", "500 5.5.2 Syntax error", Kind.SYNTAX, Mover.SENDER, SURE),
    ("rcpt", "421 4.7.0 Too many recipients on one connection, closing", Kind.RATE, Mover.NOBODY, GUESS),
    ("other", "421 4.7.0 mail.bdwater.test Error: too many errors", Kind.RATE, Mover.NOBODY, GUESS),
    ("connect", "421 4.7.0 mx.x.test Error: too many connections from 192.0.2.1",
     Kind.RATE, Mover.NOBODY, GUESS),
    ("auth", "535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6", Kind.BAD_LOGIN, Mover.SENDER, SURE),
    ("mail", "452 4.3.1 Insufficient system storage", Kind.SERVER_TROUBLE, Mover.THEIR_ADMIN, SURE),
    ("dot", "451 4.3.0 Error: queue file write error", Kind.SERVER_TROUBLE, Mover.THEIR_ADMIN, SURE),
    ("mail", "503 5.5.1 Error: nested MAIL command", Kind.SEQUENCE, Mover.SENDER, SURE),
    ("mail", "501 5.1.7 Bad sender address syntax", Kind.SYNTAX, Mover.SENDER, SURE),
    ("rcpt", "550 5.1.0 Address rejected", Kind.UNKNOWN, Mover.SENDER, Certainty.NONE),
    ("rcpt", "550 5.3.0 broken", Kind.SERVER_TROUBLE, Mover.THEIR_ADMIN, SURE),
    ("rcpt", "450 4.3.2 Service currently unavailable", Kind.SERVER_TROUBLE, Mover.THEIR_ADMIN, SURE),
    ("rcpt", "550 5.4.4 Unable to route", Kind.NO_ROUTE, Mover.THEIR_ADMIN, SURE),
    ("dot", "550 5.6.0 content", Kind.CONTENT, Mover.SENDER, SURE),
    ("rcpt", "550 Requested action aborted: over quota", Kind.FULL_MAILBOX, Mover.RECIPIENT, GUESS),
    ("connect", "421 4.3.2 All server ports are busy", Kind.BUSY, Mover.NOBODY, GUESS),
    ("auth", "454 4.7.0 Temporary authentication failure", Kind.SERVER_TROUBLE, Mover.THEIR_ADMIN, SURE),
    ("auth", "454 4.7.0 Too many errors", Kind.RATE, Mover.NOBODY, GUESS),
    ("auth", "432 4.7.12 A password transition is needed", Kind.BAD_LOGIN, Mover.SENDER, SURE),
    ("rcpt", "556 5.1.10 <b@y.test>: Recipient address rejected: Domain y.test does not accept mail (nullMX)",
     Kind.NO_MAIL_THERE, Mover.SENDER, SURE),
    # Exim
    ("rcpt", "550 Unknown user", Kind.UNKNOWN_MAILBOX, Mover.SENDER, GUESS),
    ("rcpt", "550 relay not permitted", Kind.RELAYING, Mover.SENDER, GUESS),
    ("rcpt", "550 Unrouteable address", Kind.UNKNOWN_MAILBOX, Mover.SENDER, GUESS),
    ("rcpt", "550 Sender verify failed", Kind.SENDER, Mover.SENDER, GUESS),
    ("rcpt", "452 too many recipients", Kind.TOO_MANY_RECIPIENTS, Mover.SENDER, GUESS),
    ("mail", "503 HELO or EHLO required", Kind.SEQUENCE, Mover.SENDER, SURE),
    ("dot", "552 Message size exceeds maximum permitted", Kind.TOO_LARGE, Mover.SENDER, SURE),
    ("starttls", "454 TLS currently unavailable", Kind.SERVER_TROUBLE, Mover.THEIR_ADMIN, SURE),
    ("starttls", "554 5.7.0 Try again later", Kind.SERVER_TROUBLE, Mover.THEIR_ADMIN, GUESS),
    # Sendmail
    ("rcpt", "550 5.7.1 <x@elsewhere.example>... Relaying denied. IP name lookup failed [127.0.0.3]",
     Kind.RELAYING, Mover.SENDER, GUESS),
    ("mail", "553 5.1.8 <a@x.test>... Domain of sender address a@x.test does not exist",
     Kind.SENDER, Mover.SENDER, SURE),
    # OpenSMTPD, qmail, Haraka, aiosmtpd, smtp-server
    ("rcpt", "550 Invalid recipient: <x@elsewhere.example>", Kind.UNKNOWN_MAILBOX, Mover.SENDER, GUESS),
    ("rcpt", "524 5.2.4 Mailing list expansion problem: <no@y.test>",
     Kind.UNKNOWN_MAILBOX, Mover.SENDER, GUESS),
    ("mail", "553 5.1.0 Sender address syntax error", Kind.SYNTAX, Mover.SENDER, SURE),
    ("rcpt", "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
     Kind.RELAYING, Mover.SENDER, GUESS),
    ("mail", "501 Error: Bad sender address syntax", Kind.SYNTAX, Mover.SENDER, SURE),
    ("mail", "530 5.7.0 Authentication required", Kind.LOGIN_REQUIRED, Mover.SENDER, SURE),
    ("mail", "538 Encryption required", Kind.TLS_REQUIRED, Mover.SENDER, SURE),
    # Gmail, Exchange, Outlook
    ("rcpt", "550-5.1.1 The email account that you tried does not exist. Please\n550 5.1.1 try again",
     Kind.UNKNOWN_MAILBOX, Mover.SENDER, SURE),
    ("rcpt", "552 5.2.2 The email account that you tried to reach is over quota.",
     Kind.FULL_MAILBOX, Mover.RECIPIENT, SURE),
    ("dot", "550 5.7.26 This mail is unauthenticated, which poses a security risk: DMARC",
     Kind.DMARC, Mover.OUR_ADMIN, GUESS),
    ("dot", "550 5.7.1 [192.0.2.1] Our system has detected that this message is likely unsolicited mail.",
     Kind.CONTENT, Mover.SENDER, GUESS),
    ("mail", "421 4.7.28 Our system has detected an unusual rate of mail", Kind.RATE, Mover.NOBODY, SURE),
    ("dot", "550 5.7.23 The message was rejected because of Sender Policy Framework violation",
     Kind.SPF, Mover.OUR_ADMIN, SURE),
    ("rcpt", "550 5.7.1 Unable to relay", Kind.RELAYING, Mover.SENDER, GUESS),
    ("mail", "530 5.7.1 Client was not authenticated", Kind.LOGIN_REQUIRED, Mover.SENDER, SURE),
    ("rcpt", "550 5.4.1 Recipient address rejected: Access denied",
     Kind.UNKNOWN_MAILBOX, Mover.SENDER, GUESS),
    ("dot", "550 5.7.20 no passing DKIM signature found", Kind.DKIM, Mover.OUR_ADMIN, SURE),
    ("mail", "555 5.5.2 Syntax error. gsmtp", Kind.SYNTAX, Mover.SENDER, SURE),
    ("rcpt", "450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents "
     "additional messages from being delivered.", Kind.RATE, Mover.NOBODY, GUESS),
    ("dot", "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
     Kind.SENDER_RIGHT, Mover.SENDER, SURE),
    ("dot", "554 5.2.252 SendAsDenied; a@x.test not allowed to send as b@x.test",
     Kind.SENDER_RIGHT, Mover.SENDER, GUESS),
    # QQ, NetEase, Coremail
    ("rcpt", "550 Mailbox not found or access denied", Kind.UNKNOWN_MAILBOX, Mover.SENDER, GUESS),
    ("mail", "553 Mail from must equal authorized user", Kind.SENDER_RIGHT, Mover.SENDER, GUESS),
    ("mail", "550 User has no permission", Kind.POLICY, Mover.SENDER, GUESS),
    ("rcpt", "550 Invalid User: b@x.test", Kind.UNKNOWN_MAILBOX, Mover.SENDER, GUESS),
    ("connect", "550 Connection frequency limited", Kind.RATE, Mover.NOBODY, GUESS),
    ("connect", "421 HL:ICC 频率过高", Kind.RATE, Mover.NOBODY, GUESS),
    ("rcpt", "550 用户不存在", Kind.UNKNOWN_MAILBOX, Mover.SENDER, GUESS),
    ("dot", "554 DT:SPM 垃圾邮件", Kind.CONTENT, Mover.SENDER, GUESS),
    ("rcpt", "550 IP is rejected by ICC: 黑名单", Kind.BLOCK_LIST, Mover.OUR_ADMIN, GUESS),
    ("rcpt", "552 邮箱已满", Kind.FULL_MAILBOX, Mover.RECIPIENT, SURE),
    ("rcpt", "554 5.7.1 <b@y.test>: Recipient address rejected: Access denied",
     Kind.POLICY, Mover.SENDER, GUESS),
    ("rcpt", "550 5.7.1 <b@y.test>: Recipient address rejected: user unknown",
     Kind.UNKNOWN_MAILBOX, Mover.SENDER, GUESS),
    # others
    ("connect", "554 5.7.1 No SMTP service here", Kind.NO_SERVICE, Mover.SENDER, GUESS),
    ("rcpt", "450 4.2.1 The user you are trying to contact is disabled",
     Kind.DISABLED_MAILBOX, Mover.RECIPIENT, SURE),
    ("rcpt", "551 User not local; please try <b@z.test>", Kind.UNKNOWN_MAILBOX, Mover.SENDER, SURE),
    ("mail", "555 5.6.7 SMTPUTF8 is required", Kind.EIGHT_BIT, Mover.SENDER, SURE),
    ("mail", "550 5.6.3 8-bit data is not taken", Kind.EIGHT_BIT, Mover.SENDER, SURE),
    ("rcpt", "450 busy", Kind.UNKNOWN, Mover.NOBODY, Certainty.NONE),
    ("rcpt", "451 4.7.1 access denied for now", Kind.POLICY, Mover.NOBODY, GUESS),
    ("rcpt", "451 4.7.1 later", Kind.PUT_OFF, Mover.NOBODY, GUESS),
    ("rcpt", "451 4.7.1 no", Kind.POLICY, Mover.NOBODY, SURE),
]  # fmt: skip


@pytest.mark.parametrize(("step", "reply", "kind", "mover", "certainty"), REPLIES)
def test_real_replies(step: str, reply: str, kind: Kind, mover: Mover, certainty: Certainty) -> None:
    found = judged(step, *reply.split("\n"))
    assert (found.step, found.kind, found.mover, found.certainty) == (step, kind, mover, certainty)
    assert found.final is reply.startswith("5")
    if certainty is GUESS:
        assert found.evidence
        assert found.evidence.strip("…") in " ".join(reply.split("\n"))


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ((), None),
        (GREETING, None),
        ((*MAIL, "C: RCPT TO:<b@y.test>", "S: 250 no relaying denied here, spam blacklisted"), None),
        ((*RCPT, "C: DATA", "S: 354 user unknown"), None),
    ],
)
def test_what_is_no_refusal(rows: tuple[str, ...], found: None) -> None:
    assert verdict(talk(*rows).practice) is found


def test_a_refusal_may_come_later_than_its_cause() -> None:
    found = judged("rcpt", "504 5.5.2 <me>: Helo command rejected: need fully-qualified hostname")
    assert (found.step, found.about, found.address) == ("rcpt", "helo", "b@y.test")
    assert judged("rcpt", "550 5.1.1 no such user").about == "rcpt"
    assert judged("connect", "554 5.7.1 blocked using zen.spamhaus.org").about == "connect"


def test_what_an_earlier_step_has_caused() -> None:
    rows = (*MAIL, "C: RCPT TO:<b@y.test>")
    assert cause(talk(*rows, "S: 550 5.1.8 <a@x.test>: Sender address rejected").practice) == "mail"
    assert cause(talk(*rows, "S: 550 5.1.1 no such user").practice) == ""
    assert cause(talk(*rows, "S: 250 ok").practice) == ""


@pytest.mark.parametrize(
    ("reply", "evidence"),
    [
        ("530 5.7.0 Must issue a STARTTLS command first", "Must issue a STARTTLS command first"),
        (
            "554 5.7.1 Unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org; see there",
            "Client host [192.0.2.1] blocked using zen.spamhaus.org",
        ),
        ("450 4.7.1 <b@y.test>: Recipient address rejected: Greylisted, see there", "Greylisted"),
        ("550 5.1.1 <b@y.test> User doesn't exist: b@y.test", "User doesn't exist: b@y.test"),
        (
            "552 5.2.2 <b@y.test> Quota exceeded (mailbox for user is full)",
            "Quota exceeded (mailbox for user is full)",
        ),
        ("550 5.2.1 Sorry (the mailbox is disabled), bye", "the mailbox is disabled"),
        ("550 Sorry (or not), he (or she) is a user unknown here", "he (or she) is a user unknown here"),
    ],
)
def test_the_evidence_is_a_clause(reply: str, evidence: str) -> None:
    assert judged("rcpt", reply).evidence == evidence


def test_the_address_of_a_page_is_found() -> None:
    found = judged("rcpt", "554 5.7.1 blocked, see https://www.spamhaus.org/query/ip/192.0.2.1.")
    assert found.url == "https://www.spamhaus.org/query/ip/192.0.2.1."
    assert judged("rcpt", "550 5.1.1 no").url == ""


def test_who_is_logged_in_needs_no_login() -> None:
    rows = (*EHLO, "C: AUTH PLAIN AGEAYg==", "S: 235 ok", "C: MAIL FROM:<a@x.test>")
    found = verdict(talk(*rows, "S: 530 5.7.0 Authentication required").practice)
    assert found is not None
    assert found.kind is Kind.POLICY


def test_the_end_of_a_chunk_and_what_nobody_asked_for() -> None:
    rows = (*RCPT, "C: BDAT 3 LAST", b"abc")
    found = verdict(talk(*rows, "S: 554 5.7.1 spam").practice)
    assert found is not None
    assert found.step == "dot"
    unasked = verdict(talk(*EHLO, "S: 421 4.4.2 timeout exceeded").practice)
    assert unasked is not None
    assert (unasked.step, unasked.kind) == ("other", Kind.SHUTTING_DOWN)


@pytest.mark.parametrize(
    ("mechanism", "asked", "answer", "refusal"),
    [
        # Gmail, Outlook, Dovecot (OAUTHBEARER, RFC 7628 §3.2.3)
        ("XOAUTH2", '{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}', "",
         "535 5.7.8 Username and Password not accepted. Learn more at https://support.google.com/mail"),
        ("XOAUTH2", "", "eA==", "535 5.7.3 Authentication unsuccessful [AM0PR01CA0106.example]"),
        ("OAUTHBEARER", '{"status":"invalid_token","scope":"mail"}', "AQ==",
         "535 5.7.8 Error: authentication failed"),
    ],
)  # fmt: skip
def test_a_token_that_is_refused(mechanism: str, asked: str, answer: str, refusal: str) -> None:
    rows = (*EHLO, f"C: AUTH {mechanism} eA==", f"S: 334 {b64encode(asked.encode()).decode()}")
    played = talk(*rows)
    found = verdict(played.play(f"C: {answer}", f"S: {refusal}").practice)
    assert found is not None
    assert (found.step, found.kind, found.mover, found.certainty) == (
        "auth",
        Kind.BAD_TOKEN,
        Mover.SENDER,
        SURE,
    )


@given(st.sampled_from(sorted(BEFORE)), st.integers(400, 599), st.binary(max_size=200))
def test_no_reply_breaks_it(step: str, code: int, text: bytes) -> None:
    line = f"{code} ".encode() + text.replace(b"\r", b" ").replace(b"\n", b" ")
    played = talk(*BEFORE[step])
    events = played.dialogue.received(line + b"\r\n")
    found = verdict(played.tell(*events).practice)
    assert found is None or found.code == code


def test_a_challenge_that_is_refused_and_text_without_an_end() -> None:
    rows = (*EHLO, "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", "C: YQ==")
    found = verdict(talk(*rows, "S: 535 5.7.8 no").practice)
    assert found is not None
    assert (found.step, found.kind) == ("auth", Kind.BAD_LOGIN)


@pytest.mark.parametrize(
    ("step", "reply", "line"),
    [
        ("rcpt", "450 4.7.1 Greylisted, try again in 5 minutes", b"RCPT TO:<b@y.test>"),
        ("mail", "450 4.7.28 Too many mails", b"MAIL FROM:<a@x.test>"),
        ("rcpt", "421 4.7.0 Too many mails", None),
        ("rcpt", "452 4.2.2 The mailbox is full", None),
        ("rcpt", "550 5.7.1 Greylisted, for good", None),
        ("dot", "450 4.7.1 Greylisted", None),
        ("rcpt", "250 ok", None),
        ("connect", "220 hi", None),
    ],
)
def test_what_is_to_be_sent_again_later(step: str, reply: str, line: bytes | None) -> None:
    again = put_off(talk(*BEFORE[step], f"S: {reply}").practice)
    assert (None if again is None else again.command.data) == line


def test_nothing_was_put_off_where_nothing_was_said() -> None:
    assert put_off(start()) is None


HELLO = (*GREETING, "C: EHLO me.test", "S: 250-mx Hello me.test [203.0.113.9], pleased", "S: 250 SIZE")
FROM = "C: MAIL FROM:<a@x.test>"
LISTED = "S: 554 5.7.1 Service unavailable; Client host blocked using zen.spamhaus.org"


@pytest.mark.parametrize(
    ("rows", "seen_at", "named"),
    [
        ((*HELLO, FROM, LISTED), "203.0.113.9", "me.test"),
        ((*HELLO, FROM, LISTED.replace("host", "host [2001:DB8::1]")), "2001:db8::1", "me.test"),
        ((*HELLO, FROM, LISTED.replace("host", "host [a] [1.2.3]")), "203.0.113.9", "me.test"),
        ((*EHLO, FROM, LISTED), "", "me"),
        (("S: 554 Client host [IPv6:2001:db8::2] is on a block list",), "2001:db8::2", ""),
        ((*HELLO, FROM, "S: 550 5.1.1 no such user [203.0.113.9]"), "", ""),
    ],
)  # fmt: skip
def test_our_address_and_name_where_they_are_what_is_refused(
    rows: tuple[str, ...], seen_at: str, named: str
) -> None:
    found = verdict(talk(*rows).practice)
    assert found is not None
    assert (found.seen_at, found.named) == (seen_at, named)


LOGINS = (*GREETING, "C: EHLO me", "S: 250-x", "S: 250 AUTH PLAIN LOGIN")
TLS_TOO = (*GREETING, "C: EHLO me", "S: 250-x", "S: 250-AUTH LOGIN", "S: 250 STARTTLS")
LOGGED_IN = (*LOGINS, "C: AUTH PLAIN AGEAYg==", "S: 235 ok")


@pytest.mark.parametrize(
    ("rows", "kind", "mover"),
    [
        (LOGINS, Kind.NO_LOGIN, Mover.THEIR_ADMIN),
        (TLS_TOO, Kind.NO_LOGIN, Mover.SENDER),
        (LOGGED_IN, Kind.NO_LOGIN, Mover.SENDER),
        (GREETING, Kind.SEQUENCE, Mover.SENDER),
        ((*LOGINS, FROM, "S: 250 ok"), Kind.SEQUENCE, Mover.SENDER),
    ],
)
def test_a_login_that_is_offered_and_not_taken(rows: tuple[str, ...], kind: Kind, mover: Mover) -> None:
    found = verdict(talk(*rows, "C: AUTH LOGIN", "S: 503 5.5.1 no").practice)
    assert found is not None
    assert (found.kind, found.mover) == (kind, mover)


LONG = "the quick brown fox jumps over the lazy dog and " * 3


@pytest.mark.parametrize(
    ("reply", "evidence"),
    [
        (f"550 mailbox full {LONG}", f"mailbox full {LONG}"[:91].rpartition(" ")[0] + "…"),
        (f"550 {LONG}mailbox full", "…" + f"{LONG}mailbox full"[-90:].partition(" ")[2]),
        ("550 " + "满" * 200 + "邮箱已满", "…" + "满" * 86 + "邮箱已满"),
        ("552 邮箱已满" + "了" * 200, "邮箱已满" + "了" * 86 + "…"),
    ],
)
def test_a_long_clause_is_cut_at_a_word_and_marked(reply: str, evidence: str) -> None:
    assert judged("rcpt", reply).evidence == evidence


def test_all_of_a_short_reply_is_quoted_where_it_tells_nothing() -> None:
    assert judged("rcpt", "550 Computer says no").quoted == "Computer says no"
    assert judged("rcpt", "550").quoted == ""


@pytest.mark.parametrize(
    ("line", "reply", "found"),
    [
        ("MAIL FROM:<a@x.test>", "501 5.1.7 Bad sender address syntax", True),
        ("MAIL FROM:<a@x.test>", "501 Bad sender address syntax", True),
        ("MAIL FROM:<a..b@x.test>", "501 5.1.7 Bad sender address syntax", False),
        ("MAIL FROM:<a@-x.test>", "501 5.1.7 Bad sender address syntax", False),
        ("MAIL FROM: <a@x.test>", "501 5.1.7 Bad sender address syntax", False),
        ("MAIL FROM:<a@x.test>", "501 5.5.4 Invalid arguments", False),
        ("MAIL FROM:<a@x.test>", "550 5.1.7 Sender address rejected: Domain not found", False),
    ],
)
def test_an_address_that_only_the_server_takes_for_badly_written(line: str, reply: str, found: bool) -> None:
    practice = talk(*EHLO, f"C: {line}", f"S: {reply}").practice
    refused = verdict(practice)
    assert refused is not None
    assert looks_right(refused, practice) is found


@pytest.mark.parametrize(
    ("step", "reply", "kind", "code_means"),
    [
        ("rcpt", "550 5.1.10 Recipient not found", Kind.UNKNOWN_MAILBOX, Kind.NO_MAIL_THERE),
        ("rcpt", "550 5.1.1 user unknown", Kind.UNKNOWN_MAILBOX, None),
        ("rcpt", "550 user unknown", Kind.UNKNOWN_MAILBOX, None),
        ("rcpt", "421 4.2.1 Greylisted", Kind.GREYLISTED, Kind.BUSY_MAILBOX),
        ("mail", "550 5.1.1 user unknown", Kind.SENDER, None),
        ("helo", "500 5.5.2 Error: command \"SPAM\" not recognized", Kind.UNKNOWN_COMMAND, None),
        ("other", "502 unknown command BLACKLIST", Kind.UNKNOWN_COMMAND, None),
        ("rcpt", "550 5.1.1 <spam@y.test>: User unknown", Kind.UNKNOWN_MAILBOX, None),
        ("connect", "421 4.7.0 closing", Kind.SHUTTING_DOWN, None),
        ("connect", "500 5.5.2 no", Kind.UNKNOWN, None),
    ],
)  # fmt: skip
def test_words_and_codes_that_differ(step: str, reply: str, kind: Kind, code_means: Kind | None) -> None:
    found = judged(step, reply)
    assert (found.kind, found.code_means) == (kind, code_means)


def test_what_a_code_says_where_recipients_were_taken() -> None:
    one_more = (*RCPT, "C: RCPT TO:<c@y.test>", "S: 452 no")
    nobody = (*MAIL, "C: RCPT TO:<c@y.test>", "S: 452 no")
    assert [
        found and found.kind for found in (verdict(talk(*one_more).practice), verdict(talk(*nobody).practice))
    ] == [
        Kind.TOO_MANY_RECIPIENTS,
        Kind.SERVER_TROUBLE,
    ]
    somebody = verdict(talk(*RCPT, "C: DATA", "S: 554 no").practice)
    assert somebody is not None
    assert somebody.kind is Kind.UNKNOWN
    assert judged("data", "554 no").kind is Kind.NO_RECIPIENTS


@pytest.mark.parametrize(
    ("rows", "kind", "mover"),
    [
        (LOGINS, Kind.LOGIN_REQUIRED, Mover.SENDER),
        (LOGGED_IN, Kind.BLOCK_LIST, Mover.OUR_ADMIN),
        (EHLO[:-1], Kind.BLOCK_LIST, Mover.OUR_ADMIN),
    ],
)
def test_a_stranger_turned_away_by_a_server_that_offers_logins(
    rows: tuple[str, ...], kind: Kind, mover: Mover
) -> None:
    refused = "S: 554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied"
    ehlo = (*rows, "S: 250 HELP") if rows == EHLO[:-1] else rows
    found = verdict(talk(*ehlo, FROM, "S: 250 ok", "C: RCPT TO:<b@y.test>", refused).practice)
    assert found is not None
    assert (found.kind, found.mover) == (kind, mover)
