"""A login in words: every step, every fault, and what a server did not prove, in every language."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from tests.practice.talking import GREETING, talk
from tui.desk.login import Ask
from tui.desk.secret import Reason
from tui.practice.scenario import Account
from tui.smtp.events import ReplyReceived
from tui.smtp.sasl import STEPS, Fault, Step, Trouble
from tui.words import findings, language, logins
from tui.words.guide import Guide, Pair, Run
from tui.words.sheet import guide

EHLO = (*GREETING, "C: EHLO c.example", "S: 250-sandbox.test", "S: 250 AUTH PLAIN")


@pytest.fixture(params=tuple(language.LANGUAGES), autouse=True)
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    language.use(request.param)
    yield request.param
    language.use("en")


def text(shown: Guide, key: str) -> str:
    section = shown.section(key)
    assert section is not None, key
    runs: list[Run] = []
    for one in section.paragraphs:
        runs += (one.form, Run(one.gloss)) if isinstance(one, Pair) else one.runs
    return "".join(run.text for run in runs)


@pytest.mark.parametrize("trouble", Trouble)
@pytest.mark.parametrize("detail", ["", "\x1b[2J", "4095"])
def test_every_fault_has_words_and_no_control_character(trouble: Trouble, detail: str) -> None:
    said = logins.fault(Fault(trouble, detail), tls=False)
    assert said.isprintable() and "{" not in said


def test_starttls_is_proposed_only_outside_tls() -> None:
    none = Fault(Trouble.MECHANISM_NOT_OFFERED)
    assert "STARTTLS" in logins.fault(none, tls=False)
    assert "STARTTLS" not in logins.fault(none, tls=True)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_of_a_program_has_words(reason: Reason) -> None:
    said = logins.no_secret(reason.value, "pass\x07", "locked\x1b")
    assert said.isprintable() and "{" not in said and "pass" in said


@pytest.mark.parametrize("what", Ask)
def test_what_is_asked_for_has_words(what: Ask) -> None:
    assert logins.wanted(what.value, "XOAUTH2", "F4").endswith("F4")


@pytest.mark.parametrize("mechanism", [*STEPS, "NTLM", ""])
@pytest.mark.parametrize("answers", range(4))
def test_every_step_of_every_mechanism(mechanism: str, answers: int) -> None:
    rows = [*EHLO, f"C: AUTH {mechanism}", "S: 334 PDFAeD4="]
    for _number in range(answers):
        rows += ["C: YQ==", "S: 334 PDFAeD4="]
    for sandbox in (True, False):
        shown = guide(talk(*rows).practice, sandbox=sandbox)
        assert mechanism in text(shown, "login")
        assert "<1@x>" in text(shown, "asked")
        assert text(shown, "yours") and text(shown, "next").endswith(("login", "登录"))
        waits = guide(talk(*rows, "C: YQ==").practice, sandbox=sandbox)
        assert waits.section("asked") is None and text(waits, "next")


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


ANSWERED = "C: czNjcmV0LVBhc3M="  # s3cret-Pass
#: What comes behind EHLO, and what a 334 at its end says.
CHALLENGES = [
    (("C: AUTH PLAIN", "S: 334 "), "the server waits for the answer"),
    (("C: AUTH PLAIN", "S: 334"), "the server waits for the answer"),
    (("C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6"), "334 says: Username:"),
    (("C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", "C: YQ==", "S: 334 UGFzc3dvcmQ6"), "334 says: Password:"),
    (("C: AUTH CRAM-MD5", f"S: 334 {coded('<1896.69@x>')}"), "334 says: <1896.69@x>"),
    (("C: AUTH SCRAM-SHA-256", f"S: 334 {coded('r=ab,s=QQ==,i=4096')}"), "334 says: r=ab,s=QQ==,i=4096"),
    (
        ("C: AUTH SCRAM-SHA-256 eA==", "S: 334 eA==", "C: eA==", f"S: 334 {coded('v=QQ==')}"),
        "the server's proof",
    ),
    (("C: AUTH OAUTHBEARER eA==", f"S: 334 {coded('{}')}"), "334 says: {}"),
    (("C: AUTH XOAUTH2", "S: 334 "), "the server waits for the answer"),
    (("C: AUTH X-NEW", f"S: 334 {coded('how?')}"), "334 says: how?"),
    (("C: ATUH X-NEW", f"S: 334 {coded('how?')}"), "334 says: how?"),
    (("C: AUTH NTLM", "S: 334 TlRMTVNTUAA="), r"334 says: NTLMSSP\x00"),
    (("C: AUTH LOGIN", f"S: 334 {coded(chr(0x202E) + 'x')}"), r"334 says: \u{202e}x"),
    (
        ("C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", ANSWERED, f"S: 334 {coded('s3cret-Pass?')}"),
        "repeats a secret",
    ),
    (("C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", ANSWERED, "S: 334 s3cret-Pass?"), "repeats a secret"),
    (("C: AUTH LOGIN", "S: 334 no base64!"), ""),  # found in the line itself
    (("C: AUTH XOAUTH2 eA==", "S: 535 no"), ""),
    (("C: MAIL FROM:<a@b.test>", "S: 334 eA=="), ""),
    (("S: 334 eA==",), ""),
]


@pytest.mark.parametrize(("rows", "said"), CHALLENGES)
def test_a_challenge_is_decoded(rows: tuple[str, ...], said: str, spoken: str) -> None:
    last = [one for one in talk(*EHLO, *rows).events if isinstance(one, ReplyReceived)][-1]
    found = logins.challenged(last)
    assert bool(found) is bool(said)
    assert found.isprintable() and "s3cret" not in found
    if spoken == "en" and said:
        assert said in found


def test_a_question_that_repeats_a_secret_is_not_decoded() -> None:
    login = (*EHLO, "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", "C: czNjcmV0LVBhc3M=")
    echo = "S: 334 d2hhdCBpcyBzM2NyZXQtUGFzcz8="  # what is s3cret-Pass?
    asked = text(guide(talk(*login, echo).practice, sandbox=False), "asked")
    assert "********" in asked
    assert "s3cret" not in asked and "d2hhdCBp" not in asked


def test_tls_needs_no_warning_and_a_proof_a_smaller_one() -> None:
    tls = (*EHLO, "C: STARTTLS", "S: 220 go", "* tls", "C: EHLO c.example", "S: 250-x", "S: 250 AUTH PLAIN")
    assert guide(talk(*tls, "C: AUTH LOGIN", "S: 334 eA==").practice, sandbox=False).section("warn") is None
    clear = guide(talk(*EHLO, "C: AUTH CRAM-MD5", "S: 334 eA==").practice, sandbox=False)
    assert text(clear, "warn") != text(
        guide(talk(*EHLO, "C: AUTH LOGIN", "S: 334 eA==").practice, sandbox=False), "warn"
    )


@pytest.mark.parametrize(("answers", "proved"), [(("bg==", "Yz0="), False), (("bg==", "Yz0=", ""), True)])
def test_a_server_that_proves_nothing_is_named(answers: tuple[str, ...], proved: bool) -> None:
    rows = [*EHLO, "C: AUTH SCRAM-SHA-256", "S: 334 "]
    for number, answer in enumerate(answers, 1):
        rows += [f"C: {answer}", "S: 334 eA==" if number < len(answers) else "S: 235 in"]
    practice = talk(*rows).practice
    assert practice.login is not None
    assert practice.login.unproved is not proved
    said = text(guide(practice, sandbox=False), "reply")
    assert ("did not prove" in said or "没有证明" in said) is not proved


@pytest.mark.parametrize(
    ("mechanism", "known", "unknown"),
    [
        ("PLAIN", "octets NUL alice NUL ********   base64 ********", "NUL user NUL ********"),
        ("LOGIN", "field alice   octets alice   base64", "field user   octets user   base64 of these"),
        ("CRAM-MD5", "octets alice, blank, HMAC-MD5", "octets user, blank, HMAC-MD5"),
        ("XOAUTH2", "user=alice ^A auth=Bearer ******** ^A ^A   base64 ********", "user=user ^A"),
        ("SCRAM-SHA-256", "octets n,,n=alice,r=nonce   base64 of these", "n,,n=user,r=nonce"),
    ],
)
def test_of_the_answer_only_the_secret_is_hidden(
    mechanism: str, known: str, unknown: str, spoken: str
) -> None:
    if spoken != "en":
        return
    practice = talk(*EHLO, f"C: AUTH {mechanism}", "S: 334 ").practice
    assert known in text(guide(practice, sandbox=False, user="alice"), "yours")
    assert unknown in text(guide(practice, sandbox=False), "yours")


def test_of_the_password_nothing_is_said(spoken: str) -> None:
    practice = talk(*EHLO, "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", "C: YWxpY2U=", "S: 334 eA==").practice
    said = text(guide(practice, sandbox=False, user="alice"), "yours")
    assert "********   base64 ********" in said and "alice" not in said and "YWxp" not in said


def test_a_user_name_is_foreign_text() -> None:
    practice = talk(*EHLO, "C: AUTH PLAIN", "S: 334 ").practice
    assert "\x1b" not in text(guide(practice, sandbox=False, user="\x1b[2J"), "yours")


@pytest.mark.parametrize("mechanism", STEPS)
def test_each_answer_from_its_fields_over_octets_and_base64_to_the_line(mechanism: str, spoken: str) -> None:
    """Every step of every mechanism; what is known and no secret is shown as it goes out."""
    labels = {"en": ("field", "octets", "base64", "line"), "zh_CN": ("字段", "字节", "base64", "行")}[spoken]
    rows = [*EHLO, f"C: AUTH {mechanism}", "S: 334 "]
    for step in STEPS[mechanism]:
        practice = talk(*rows).practice
        rows += ["C: eA==", "S: 334 "]
        if practice.login is None or practice.login.empty_due:
            continue
        bare = {Step.USER: b"alice", Step.FIRST: b"n,,n=alice,r=fyko+d2lbbFgONRv9qkxdawL"}.get(step, b"")
        said = text(guide(practice, sandbox=False, user="alice", bare=bare), "yours")
        places = [said.find(label) for label in labels]
        assert -1 not in places
        assert places == sorted(places)
        if bare:
            coded = base64.b64encode(bare).decode()
            assert said.count(coded) == 2
            assert bare.decode() in said
        else:
            assert said.count("********") >= 3 - (step is Step.DIGEST)


@pytest.mark.parametrize("mechanism", ["LOGIN", "PLAIN", "CRAM-MD5", "NTLM"])
@pytest.mark.parametrize(
    "reply", ["501 5.7.0 cancelled", "535 5.7.8 Authentication failed", "535 no", "454 later"]
)
def test_a_cancelled_login_is_no_wrong_password(mechanism: str, reply: str, spoken: str) -> None:
    one = talk(*EHLO, f"C: AUTH {mechanism}", "S: 334 ", "C: *", f"S: {reply}")
    sheet = guide(one.practice, sandbox=False)
    assert {"en": "the login is cancelled", "zh_CN": "登录已取消"}[spoken] in text(sheet, "reply")
    said = text(sheet, "reply") + text(sheet, "next")
    wrong = {"en": ("password", "refused", "Check"), "zh_CN": ("密码", "被拒", "检查")}[spoken]
    assert not any(one in said for one in wrong)
    assert "AUTH" in text(sheet, "next")


def test_a_login_in_clear_is_a_warning_before_and_a_fact_after(spoken: str) -> None:
    ahead = talk(*EHLO, "C: AUTH LOGIN").practice.slip
    gone = talk(*EHLO, "C: AUTH LOGIN", "S: 334 ", "C: YQ==", "S: 334 ", "C: YWJj").practice.slip
    assert ahead is not None
    assert gone is not None
    would = {"en": "would go in plain text", "zh_CN": "会以明文发出"}[spoken]
    assert would in findings.text(ahead, None).caret
    assert would not in findings.text(gone, None).caret


ACCOUNTS = (Account(user="alice", password="wonder\x07land"), Account(user="bob", password="builder"))


@pytest.mark.parametrize(
    ("lines", "there"),
    [
        (GREETING, False),
        (EHLO, True),
        ((*GREETING, "C: EHLO c.example", "S: 250-sandbox.test", "S: 250 STARTTLS"), True),
        ((*GREETING, "C: EHLO c.example", "S: 250-sandbox.test", "S: 250 HELP"), False),
        ((*EHLO, "C: MAIL FROM:<a@b.test>", "S: 250 OK"), False),
        ((*EHLO, "C: AUTH PLAIN", "S: 334 "), True),
        ((*EHLO, "C: AUTH PLAIN AGEAYg==", "S: 235 OK"), False),
        ((*EHLO, "C: AUTH PLAIN AGEAYg==", "S: 535 no"), True),
    ],
)
def test_accounts_of_the_sandbox_are_shown_where_a_login_may_come(
    lines: tuple[str, ...], there: bool
) -> None:
    shown = guide(talk(*lines).practice, sandbox=True, accounts=ACCOUNTS)
    assert (shown.section("accounts") is not None) == there
    if there:
        said = text(shown, "accounts")
        assert said.index("alice") < said.index("wonder\\x07land") < said.index("bob") < said.index("builder")
