"""A login on the split screen (SCREENS §8, screen 6)."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from tests.ui.golden import check
from tests.ui.sitting import Sat, sitting
from tui.words import language

#: What screen 6 offers, and asks.
ANSWERS = {
    "EHLO": b"250-sandbox.test Hello\r\n250-8BITMIME\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN CRAM-MD5\r\n",
    "YWXPY2U=": b"334 UGFzc3dvcmQ6\r\n",
    "CZNJCMV0LVBHC3M=": b"235 2.7.0 Authentication succeeded\r\n",
    "S3CRET-PASS": b"535 5.7.8 Authentication credentials invalid\r\n",
    "AHVZZXIACGFZCW==": b"235 2.7.0 Authentication succeeded\r\n",
    "*": b"501 5.7.0 Authentication cancelled\r\n",
}
SIZES = ((80, 24), (120, 36))


@pytest.fixture
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    language.use(request.param)
    yield request.param
    language.use("en")


async def at_the_password(sat: Sat) -> None:
    await sat.enter("EHLO client.example", "AUTH LOGIN", "YWxpY2U=")
    await sat.type("s3cret-Pass12345")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("spoken", language.LANGUAGES, indirect=True)
async def test_screen_6(size: tuple[int, int], spoken: str) -> None:
    async with sitting(answers=ANSWERS, size=size) as sat:
        await at_the_password(sat)
        check(f"session/login-{spoken}-{size[0]}x{size[1]}", sat.rows)


@pytest.mark.parametrize("size", [(50, 20), (200, 50)])
async def test_at_other_widths(size: tuple[int, int]) -> None:
    async with sitting(answers=ANSWERS, size=size) as sat:
        await at_the_password(sat)
        assert "password now" in sat.text
        assert "is base64 for" in sat.text
        assert "s3cret" not in sat.text


async def test_f4_turns_what_was_typed_into_the_line() -> None:
    async with sitting(answers=ANSWERS) as sat:
        await sat.enter("EHLO client.example", "AUTH LOGIN")
        await sat.press("f4")
        sat.row_of("type the user name here, then Enter or F4")
        await sat.type("alice")
        await sat.press("f4")
        await sat.press("enter")
        assert sat.desk.sent[-1] == "YWxpY2U="
        await sat.type("s3cret-Pass")
        await sat.press("f4")
        assert " ❯   ****************" in sat.text
        await sat.press("f4")  # once more changes nothing
        await sat.press("enter")
        assert sat.desk.sent[-1] == "czNjcmV0LVBhc3M="
        sat.row_of("logged in")


async def test_the_user_name_that_was_asked_for_may_be_read_and_the_password_never() -> None:
    async with sitting(answers=ANSWERS) as sat:
        await sat.enter("EHLO client.example", "AUTH LOGIN")
        await sat.press("f4")
        await sat.type("alice")
        sat.row_of(" ❯   alice")
        sat.row_of("user name   the user name, shown here;  F4 makes the base64")
        await sat.press("enter")  # as F4 does: no name goes out but as base64
        sat.row_of(" ❯   YWxpY2U=")
        sat.row_of("field alice   octets alice   base64 YWxpY2U=   line YWxpY2U=")
        assert sat.desk.sent[-1] == "AUTH LOGIN"
        await sat.press("enter")
        sat.row_of(" C   YWxpY2U=")
        await sat.type("s3cret-Pass")
        assert " ❯   ***********" in sat.text
        await sat.press("f4", "enter")
        sat.row_of("logged in")
        assert "s3cret" not in sat.text and "czNjcmV0" not in sat.text


async def test_what_was_typed_where_it_is_hidden_stays_so() -> None:
    """It may be the password, in the place of the user name by mistake."""
    async with sitting(answers=ANSWERS) as sat:
        await sat.enter("EHLO client.example", "AUTH LOGIN")
        await sat.type("s3cret-Pass")
        await sat.press("f4")
        assert "s3cret" not in sat.text and "czNjcmV0" not in sat.text
        await sat.press("enter")
        assert sat.desk.sent[-1] == "czNjcmV0LVBhc3M="
        assert "s3cret" not in sat.text and "czNjcmV0" not in sat.text


async def test_a_login_is_cancelled_where_the_user_name_is_asked_for() -> None:
    async with sitting(answers=ANSWERS) as sat:
        await sat.enter("EHLO client.example", "AUTH LOGIN")
        await sat.press("f4")
        await sat.enter("*")
        assert sat.desk.sent[-1] == "*"


async def test_the_typed_name_does_the_same() -> None:
    async with sitting(answers=ANSWERS) as sat:
        await sat.enter("EHLO client.example", "AUTH LOGIN", "/fill")
        sat.row_of("type the user name here, then Enter or F4")
        assert sat.desk.sent[-1] == "AUTH LOGIN"


async def test_plain_asks_for_two_fields() -> None:
    async with sitting(answers={**ANSWERS, "AUTH": b"334 \r\n"}) as sat:
        await sat.enter("EHLO client.example", "AUTH PLAIN")
        sat.row_of("octets NUL user NUL ********")
        await sat.type("user")
        await sat.press("f4")
        sat.row_of("type the password here, hidden, then Enter or F4")
        await sat.type("pass")
        await sat.press("f4", "enter")
        assert sat.desk.sent[-1] == "AHVzZXIAcGFzcw=="


#: Mechanism, the 334 that answers AUTH, what is asked for, and the line that comes of it.
ASKED = [
    ("PLAIN", b"334 \r\n", ("user", "s3cret-Pass"), "AHVzZXIAczNjcmV0LVBhc3M="),
    ("LOGIN", b"334 VXNlcm5hbWU6\r\n", ("alice",), "YWxpY2U="),
    ("XOAUTH2", b"334 \r\n", ("user", "t0ken"), "dXNlcj11c2VyAWF1dGg9QmVhcmVyIHQwa2VuAQE="),
    ("CRAM-MD5", b"334 PDFAbXg+\r\n", ("user", "s3cret-Pass"), ""),
    ("SCRAM-SHA-256", b"334 \r\n", ("user",), ""),
]


@pytest.mark.parametrize(("mechanism", "challenge", "fields", "line"), ASKED, ids=[one[0] for one in ASKED])
async def test_enter_makes_the_line_of_what_f4_asked_for(
    mechanism: str, challenge: bytes, fields: tuple[str, ...], line: str
) -> None:
    async with sitting(answers={**ANSWERS, "AUTH": challenge}) as sat:
        await sat.enter("EHLO client.example", f"AUTH {mechanism}")
        await sat.press("f4")
        for field in fields:
            assert "then Enter or F4" in sat.text
            await sat.type(field)
            await sat.press("enter")
        assert sat.desk.sent[-1] == f"AUTH {mechanism}"  # no field goes out but as base64
        assert "Enter sends it" in sat.text
        await sat.press("enter")
        assert line in sat.desk.sent[-1]
        base64.b64decode(sat.desk.sent[-1], validate=True)
        assert "s3cret" not in sat.text and "t0ken" not in sat.text


async def test_what_was_asked_for_may_be_typed_anew_or_cancelled() -> None:
    async with sitting(answers={**ANSWERS, "AUTH": b"334 \r\n"}) as sat:
        await sat.enter("EHLO client.example", "AUTH PLAIN")
        await sat.press("f4")
        await sat.type("user")
        await sat.press("enter")
        sat.row_of("Enter or F4 makes the base64")
        await sat.type("wrong")
        await sat.press("enter", "ctrl+c")
        await sat.type("pass")
        await sat.press("enter", "enter")
        assert sat.desk.sent[-1] == "AHVzZXIAcGFzcw=="
        await sat.enter("AUTH PLAIN")
        await sat.press("f4")
        await sat.enter("*")
        assert sat.desk.sent[-1] == "*"


async def test_a_challenge_that_is_no_base64() -> None:
    async with sitting(answers={**ANSWERS, "AUTH": b"334 Please type your name!!\r\n"}) as sat:
        await sat.enter("EHLO client.example", "AUTH LOGIN")
        sat.row_of("Please type your name!!  is no base64")
        await sat.type("user")
        await sat.press("f4")
        sat.row_of("no answer: what the server asked is no base64")
        await sat.press("ctrl+c")
        await sat.enter("*")
        assert sat.desk.sent[-1] == "*"


async def test_clear_text_is_explained_without_being_shown() -> None:
    async with sitting(answers=ANSWERS, size=(120, 36)) as sat:
        await sat.enter("EHLO client.example", "AUTH LOGIN", "YWxpY2U=", "s3cret-Pass")
        sat.row_of("the answer is no base64")
        assert "s3cret" not in sat.text


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("AUTH XOAUTH2 dXNlcj1h", '{"status":"401"}'),
        ("AUTH LOGIN", "Username:"),
        ("AUTH CRAM-MD5", "<1896.69@mx.test>"),
        ("AUTH SCRAM-SHA-256 biwsbj11LHI9YQ==", "r=ab,s=QQ==,i=4096"),
        ("AUTH X-NEW", "how?"),
    ],
)
async def test_what_a_334_says_stands_under_its_line(line: str, said: str, size: tuple[int, int]) -> None:
    challenge = b"334 " + base64.b64encode(said.encode()) + b"\r\n"
    async with sitting(answers={**ANSWERS, "AUTH": challenge}, size=size) as sat:
        await sat.enter("EHLO client.example", line)
        sat.row_of(f" !   334 says: {said}")
