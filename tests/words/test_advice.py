"""What a refusal advises: by what the server says is wrong, not by where it said so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from tests.practice.talking import DATA, GREETING, HELO, MAIL, RCPT, talk
from tests.practice.test_refusals import BEFORE, REPLIES
from tui.practice.refusals import OF_THE_LINE, Kind, meant, of_reply
from tui.practice.state import Practice
from tui.smtp.events import ReplyReceived
from tui.smtp.replies import Reply
from tui.words import advice, answers, codes, language, refusals
from tui.words.answers import answer
from tui.words.guide import Pair, Paragraph, Sentence
from tui.words.sheet import guide

TLS = (*GREETING, "C: EHLO me", "S: 250-me", "S: 250 STARTTLS", "C: STARTTLS", "S: 220 go", "* tls")
AT = {
    "MAIL": (*HELO, "C: MAIL FROM:<a@b.example>"),
    "RCPT": (*MAIL, "C: RCPT TO:<c@d.example>"),
    "DATA": (*RCPT, "C: DATA"),
    "DOT": (*DATA, "C: Subject: x", "C: ", "C: x", "C: ."),
    "AUTH": (*TLS, "C: EHLO me", "S: 250-me", "S: 250 AUTH PLAIN", "C: AUTH PLAIN AGEAYg=="),
    "LOGIN": ("S: 220 hi", "C: EHLO me", "S: 250-me", "S: 250 AUTH LOGIN", "C: AUTH LOGIN x"),
    "STARTTLS": ("S: 220 hi", "C: EHLO me", "S: 250-me", "S: 250 STARTTLS", "C: STARTTLS"),
    "CLEAR": ("S: 220 hi", "C: EHLO me", "S: 250-me", "S: 250 AUTH PLAIN", "C: AUTH PLAIN AGEAYg=="),
}
SPELLING = "Check the spelling"
RELAY = "Log in, use your own provider's server"
RULE = "A rule forbids it"
CLOSES = "The server closes the connection now, and reads nothing more."
VOUCH = "Send through the server of that domain."


@pytest.fixture(autouse=True)
def back_to_english() -> Iterator[None]:
    yield
    language.use("en")


def told(at: str, reply: str) -> str:
    """The first sentence of ``next`` after this reply."""
    section = guide(talk(*AT[at], f"S: {reply}").practice, sandbox=False).section("next")
    assert section is not None
    first = section.paragraphs[0]
    assert isinstance(first, Sentence)
    return "".join(run.text for run in first.runs)


@pytest.mark.parametrize(
    ("at", "reply", "advice"),
    [
        ("RCPT", "554 5.7.1 Relay access denied", RELAY),
        ("RCPT", "550 5.7.1 not here", RULE),
        ("RCPT", "550 5.7.999 not registered", RULE),
        ("RCPT", "554 Relay access denied", RELAY),
        ("MAIL", "550 5.7.0 blocked", RULE),
        ("MAIL", "550 blocked", RULE),
        ("MAIL", "550 5.7.26 SPF", "Send through the server of that domain, or add"),
        ("DOT", "550 5.7.26 DMARC", VOUCH),
        ("DOT", "550 5.7.26 SPF and DKIM", "Send through the server of the sender's domain"),
        ("DOT", "451 4.7.26 SPF and DKIM", "Send through the server of the sender's domain"),
        ("MAIL", "530 5.7.0 Authentication required", "STARTTLS where it is offered"),
        ("MAIL", "535 5.7.8 no", "Check user name and password"),
        ("AUTH", "535 5.7.8 no", "Check user name and password"),
        ("STARTTLS", "502 5.5.1 no", "This server has no TLS here."),
        ("STARTTLS", "500 what", "This server has no TLS here."),
        ("STARTTLS", "454 4.7.0 not now", "TLS is not to be had now."),
        ("AUTH", "534 5.7.9 weak", "Use another mechanism"),
        ("AUTH", "538 clear", "This connection has TLS already"),
        ("LOGIN", "535 5.7.8 no", "Turn it into base64"),
        ("LOGIN", "538 clear", "STARTTLS, EHLO again"),
        ("CLEAR", "535 5.7.8 no", "Check user name and password"),
        ("RCPT", "550 5.1.1 No mailbox", SPELLING),
        ("RCPT", "501 5.1.3 syntax", "Check the spelling, or name another address"),
        ("RCPT", "501 5.5.4 syntax", "Compare the line with this"),
        ("MAIL", "553 5.1.7 syntax", SPELLING),
        ("MAIL", "553 no", SPELLING),
        ("RCPT", "550 no", "Its text says which"),
        ("RCPT", "550 5.1.6 moved", "Ask the person for the new address."),
        ("MAIL", "550 5.1.8 no", "Name a sender whose domain exists"),
        ("RCPT", "552 5.2.2 full", "Tell the recipient in another way"),
        ("RCPT", "550 5.2.99 full", "The address is right."),
        ("RCPT", "550 5.3.0 broken", "The fault is in that mail system."),
        ("RCPT", "550 5.4.0 lost", "The server finds no way there."),
        ("RCPT", "553 5.6.7 not ASCII", "Use an ASCII address."),
        ("MAIL", "555 5.5.4 parameter", "Only use what EHLO listed"),
        ("MAIL", "552 5.3.4 too large", "Make it smaller"),
        ("RCPT", "452 4.5.3 too many", "Send this one, and name the rest"),
        ("RCPT", "451 4.7.1 greylisted", "Wait five to fifteen minutes"),
        ("DATA", "554 5.5.1 no valid recipients", "See that a recipient is accepted"),
        ("DOT", "550 5.6.0 content", "Change text, links or attachments"),
        ("RCPT", "550 5.4.1 Recipient address rejected: Access denied", SPELLING),
        ("RCPT", "550 Requested action aborted: over quota", "Tell the recipient in another way"),
        ("RCPT", "550 5.1.1 relay access denied", RELAY),
        ("RCPT", "450 4.3.2 Service currently unavailable", "Try again later"),
        ("MAIL", "501 5.1.8 Sender address rejected", "Name a sender"),
        ("MAIL", "421 4.3.2 closing", f"{CLOSES} Connect again in some minutes."),
        ("CLEAR", "454 4.7.0 Temporary authentication failure", "Try the login again"),
        ("STARTTLS", "454 4.7.0 TLS not available due to local problem", "TLS is not to be had now."),
    ],
)
def test_advice_follows_what_the_server_says_is_wrong(at: str, reply: str, advice: str) -> None:
    assert told(at, reply).startswith(advice)


def test_spelling_is_for_addresses_alone() -> None:
    for subject in range(2, 8):
        for detail in range(31):
            assert SPELLING not in told("RCPT", f"550 5.{subject}.{detail} x") or subject == 5


def test_in_chinese() -> None:
    language.use("zh_CN")
    assert "拼错" in told("RCPT", "550 5.7.1 not here")
    assert "587" in told("RCPT", "554 5.7.1 Relay access denied")


# -- headline and advice come from one verdict


@cache
def owners(spoken: str) -> dict[str, set[Kind]]:
    """Whose advice a text is, in the language in use, which is ``spoken``."""
    found: dict[str, set[Kind]] = {}
    for kind, (_about, _why, usual) in refusals._KINDS.items():
        by_code = advice._BY_CODE.values() if kind in OF_THE_LINE else ()
        for text in (usual, *advice._REFINED.get(kind, {}).values(), *by_code):
            found.setdefault(language.gettext(text), set()).add(kind)
    return found


def allowed(kind: Kind, text: str, enhanced: str | None) -> bool:
    """Is this the kind's own advice, or what the registry says of the code that has made it this kind?"""
    known = codes.enhanced(enhanced) if enhanced else None
    text = text.removeprefix(language.gettext(CLOSES)).lstrip()  # said before the advice of any 421
    if enhanced and known is not None and text == known.advice:
        return meant(enhanced.partition(".")[2]) is kind
    of_session = {
        Kind.RELAYING,
        Kind.LOGIN_REQUIRED,
        Kind.SENDER,
        Kind.TLS_REQUIRED,
        Kind.TOO_LARGE,
        Kind.SYNTAX,
    }
    return kind in owners(language.current()).get(text, of_session)


def named(headline: str) -> Kind | None:
    """The kind whose words the headline has; None where it says no more than that it is a refusal."""
    about = {language.gettext(row[0]): kind for kind, row in refusals._KINDS.items()}
    return next((kind for text, kind in about.items() if headline.endswith(text)), None)


def check(practice: Practice, event: ReplyReceived, *, sandbox: bool) -> None:
    found = of_reply(event, practice)
    assert found is not None
    told = answer(practice, event, sandbox=sandbox)
    kind = named(told.headline)
    said = (found, told.headline, told.advice)
    assert kind in {None, found.kind}, said
    assert kind is not None or sandbox or found.kind in OF_THE_LINE, said
    of_line = {language.pgettext("reply", answers._ANYWHERE[code]) for code in (500, 501, 502, 503)}
    assert told.headline not in of_line or found.kind in OF_THE_LINE, said
    assert allowed(found.kind, told.advice, event.reply.enhanced), said
    assert not told.alike or found.kind in OF_THE_LINE, said


@pytest.mark.parametrize("spoken", ["en", "zh_CN"])
@pytest.mark.parametrize("sandbox", [True, False])
def test_headline_and_advice_agree_for_every_reply_of_the_table(spoken: str, sandbox: bool) -> None:
    language.use(spoken)
    for step, reply, *_judged in REPLIES:
        one = talk(*BEFORE[step], *(f"S: {line}" for line in reply.split("\n")), sandbox=sandbox)
        assert one.practice.reply is not None
        check(one.practice, one.practice.reply, sandbox=sandbox)


@pytest.mark.parametrize("step", BEFORE)
def test_and_for_every_code_with_every_detail_and_wording(step: str) -> None:
    """Also for what no server has said yet: the words of each reply of the table behind other codes."""
    practice = talk(*BEFORE[step], "S: 550 no", sandbox=False).practice
    assert practice.reply is not None
    worded = ("no", "try again later", "Access denied", "over quota", "user unknown", "relay denied", "spam")
    details = ("", *(f"{subject}.{detail}" for subject in range(8) for detail in (0, 1, 2, 3, 4, 7, 9, 11)))
    for code in (421, 450, 451, 452, 454, 500, 501, 502, 503, 530, 535, 550, 551, 552, 553, 554, 555):
        for number, detail in enumerate(details):
            enhanced = f"{code // 100}.{detail}" if detail else None
            text = worded[number % len(worded)].encode()
            reply = Reply(code, (text,), (text,), enhanced)
            check(practice, replace(practice.reply, reply=reply), sandbox=False)


def test_where_nothing_is_named_a_line_is_compared_with_its_form() -> None:
    sheet = guide(talk(*AT["RCPT"], "S: 501 5.5.2 syntax").practice, sandbox=False).section("next")
    assert sheet is not None
    assert isinstance(sheet.paragraphs[1], Pair)
    assert told("MAIL", "501 Sender address rejected: Domain not found").startswith("Name a sender")


@pytest.mark.parametrize("spoken", ["en", "zh_CN"])
@pytest.mark.parametrize("sandbox", [True, False])
@pytest.mark.parametrize("reply", ["421 4.3.2 closing", "421 bye", "421 4.7.0 Too many errors"])
@pytest.mark.parametrize("step", [*BEFORE, "unasked"])
def test_after_421_it_is_said_what_happens_and_nothing_more_is_to_be_typed(
    step: str, reply: str, sandbox: bool, spoken: str
) -> None:
    language.use(spoken)
    before = (*GREETING, "C: EHLO me", "S: 250 x") if step == "unasked" else BEFORE[step]
    practice = talk(*before, f"S: {reply}", sandbox=sandbox).practice
    sheet = guide(practice, sandbox=sandbox, hints=3)
    ahead, hint = sheet.section("next"), sheet.section("hint")
    assert ahead is not None
    assert hint is not None
    said = " ".join(text(one) for one in (*ahead.paragraphs, *hint.paragraphs))
    assert language.gettext(CLOSES) in said
    assert not any(verb in said for verb in ("QUIT", "MAIL", "RCPT", "EHLO", "DATA", "STARTTLS", "AUTH"))
    pairs = [one.form.text for one in ahead.paragraphs if isinstance(one, Pair)]
    assert pairs[0] == "F5"
    assert language.gettext("Nothing to type: connect again.") in said


CLOSED = "* closed by server"
LISTED = "S: 554 5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org"


@pytest.mark.parametrize(
    ("rows", "typed", "headline"),
    [
        ((LISTED, CLOSED), False, "554 5.7.1   refused for good: our address is on a block list"),
        ((LISTED, CLOSED), True, "the server hung up after its refusal"),
        ((*AT["MAIL"], "S: 421 4.7.0 Too many mails", CLOSED), False, "421 4.7.0   not now: too much"),
        ((*AT["RCPT"], "S: 550 no", "C: DATA", CLOSED), False, "the server hung up without a word"),
        ((*AT["RCPT"], "S: 250 ok", CLOSED), False, "the server hung up without a word"),
        ((*AT["RCPT"], "S: 550 no", "* closed by nobody"), False, "the connection is lost"),
    ],
)
def test_a_refusal_that_closes_keeps_its_verdict(rows: tuple[str, ...], typed: bool, headline: str) -> None:
    sheet = guide(talk(*rows, sandbox=False).practice, sandbox=False, typed=typed)
    reply, ahead = sheet.section("reply"), sheet.section("next")
    assert reply is not None
    assert ahead is not None
    assert text(reply.paragraphs[0]).startswith(headline)
    if headline[0].isdigit():
        said = [text(one) for one in reply.paragraphs]
        assert reply.lead == 2
        assert any(one.startswith("the server hung up after its") for one in said)
        assert isinstance(ahead.paragraphs[0], Sentence)


def test_each_refusal_of_a_real_server_leads_with_step_and_mover() -> None:
    for step, reply, *_judged in REPLIES:
        practice = talk(*BEFORE[step], *(f"S: {line}" for line in reply.split("\n")), sandbox=False).practice
        assert practice.reply is not None
        told = answer(practice, practice.reply, sandbox=False)
        assert told.headline.startswith(("refused for good: ", "not now: ", "refused: "))
        [verdict] = told.verdict
        assert verdict.startswith(("It was said at ", "It was said about "))
        assert any(
            word in verdict for word in ("The next move is ", "Nobody has to change", "says for good, ")
        )


def text(one: Paragraph) -> str:
    if isinstance(one, Pair):
        return f"{one.form.text} {one.gloss}"
    return "".join(run.text for run in one.runs)
