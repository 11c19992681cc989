"""What is typed for each picture."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests.net.authority import cafile, serving_context
from tests.net.scripted import Peer, Script
from tests.screens.stage import Stage
from tui.desk.options import Steps
from tui.net.access import Access, TlsRules
from tui.net.endpoint import Endpoint
from tui.practice.stepping import Until
from tui.ui.look import ASCII, COLOURLESS, NIGHT, PAPER, SIXTEEN, UNICODE, Glyphs

Play = Callable[[Stage], Awaitable[None]]
SMALL, MEDIUM, WIDE, NARROW = (80, 24), (120, 36), (200, 50), (50, 20)


@dataclass(frozen=True, slots=True)
class Story:
    name: str
    size: tuple[int, int]
    play: Play
    title: str
    theme: str = NIGHT.name
    lang: str = "en"
    glyphs: Glyphs = UNICODE
    newcomer: bool = False  # has never typed a line
    served: tuple[Script, ...] = ()  # a real server, one script a connection
    options: dict[str, Any] = field(default_factory=dict)


#: What a real server answers, by the first word of a line.
_SAYS = {
    b"EHLO": (
        "250-mx.example.net",
        "250-PIPELINING",
        "250-SIZE 10240000",
        "250-STARTTLS",
        "250-AUTH PLAIN LOGIN",
        "250 8BITMIME",
    ),
    b"MAIL": ("250 2.1.0 Ok",),
    b"RCPT": ("554 5.7.1 <you@corp.example>: Relay access denied",),
    b"STARTTLS": ("220 2.0.0 Ready to start TLS",),
    b"QUIT": ("221 2.0.0 Bye",),
}


async def _mail_server(peer: Peer) -> None:
    await peer.say("220 mx.example.net ESMTP Postfix")
    while True:
        line = await peer.line()
        words = line.split() or [b""]
        if words[0] == b"AUTH":
            await peer.say("334 VXNlcm5hbWU6")
            await peer.line()
            await peer.say("334 UGFzc3dvcmQ6")
            await peer.line()
            await peer.say("235 2.7.0 Authentication successful")
            continue
        await peer.say(*_SAYS.get(words[0], ("502 5.5.2 Error: command not recognized",)))
        if words[0] == b"STARTTLS":
            await peer.tls(serving_context("expired", version="1.3"))
        if words[0] == b"QUIT":
            return


MX = Endpoint("mx.example.net", 25)
REAL = {"target": MX}
_STEPS = Steps(
    sender="me@home.example", recipients=("you@corp.example",), ehlo="me.example", until=Until.RCPT
)


async def why_refused(stage: Stage) -> None:
    await stage.begun()
    await stage.answered("554")


async def logging_in(stage: Stage) -> None:
    await stage.begun()
    await stage.say("EHLO me.example", "AUTH LOGIN", "YWxpY2U=", "yes")
    await stage.type("correct-horse")


async def not_verified(stage: Stage) -> None:
    await stage.begun()
    await stage.say("EHLO me.example", "STARTTLS")
    await stage.shows("yes connects again")
    await stage.type("ye")


async def lens(stage: Stage) -> None:
    await stage.begun()
    await stage.say("/bytes", "HELO client.example")
    await _up_to_data(stage)
    await stage.say("Subject: lunch ", "", ".hidden", "Caf\u00e9\tat noon")


async def save_as(stage: Stage) -> None:
    await refused(stage)
    await stage.press("f8")


async def first_second(stage: Stage) -> None:
    await stage.begun()


async def middle(stage: Stage) -> None:
    await stage.begun()
    await stage.say("HELO client.example", "MAIL FROM:<alice@example.org>")
    await stage.press("f2")


async def refused(stage: Stage) -> None:
    await stage.begun()
    await stage.say("HELO client.example", "MAIL FROM:<alice@example.org>", "RCPT TO:<nobody@sandbox.test>")


async def _up_to_data(stage: Stage) -> None:
    await stage.say("MAIL FROM:<alice@example.org>", "RCPT TO:<bob@sandbox.test>", "DATA")


async def slips(stage: Stage) -> None:
    await stage.begun()
    await stage.say("HELO\u3000client.example", "HELO client.example")
    await _up_to_data(stage)
    await stage.say("Subject: lunch", "", "Noon, at the usual place?", "。")


async def inside_data(stage: Stage) -> None:
    await stage.begun()
    await stage.say("HELO client.example")
    await _up_to_data(stage)
    await stage.say("From: Alice <alice@example.org>", "To: Bob <bob@sandbox.test>", "Subject: lunch", "")
    await stage.type("Noon, at the usual")


_FIGURES = (
    "From: Alice <alice@example.org>", "To: everybody@example.org", "Subject: Quarterly figures",
    "Date: Mon, 1 Jan 2001 00:00:00 +0000", "", "The figures are in the usual place.",
    "..hidden stays hidden.",
)  # fmt: skip


async def inbox(stage: Stage) -> None:
    await stage.begun()
    await stage.say("HELO client.example")
    for sender, lines in (
        ("alice@example.org", ("hi",)),
        ("alice@example.org", ("From: Alice <alice@example.org>", "Subject: lunch", "", "Noon?")),
        ("bounce@example.org", _FIGURES),
    ):
        await stage.say(f"MAIL FROM:<{sender}>", "RCPT TO:<bob@sandbox.test>", "DATA", *lines, ".")
        stage.wait(600)
    await stage.press("f7")


_DRAFT = (
    "From: Alice <alice@example.org>\nTo: Bob <bob@sandbox.test>\nSubject: lunch\n\n"
    "Noon, at the usual place?\n.bashrc is attached below.\n\nAlice"
)


async def compose(stage: Stage) -> None:
    await stage.begun()
    await stage.say("HELO client.example")
    await _up_to_data(stage)
    await stage.press("f3")
    await stage.paste(_DRAFT)


async def commands(stage: Stage) -> None:
    await stage.begun()
    await stage.press("ctrl+p", "i", "n")


async def help_page(stage: Stage) -> None:
    await stage.begun()
    await stage.press("f1")


async def connect(stage: Stage) -> None:
    await stage.begun()
    await stage.press("f5")
    await stage.type("mx.example.net:587")


async def whole_mail(stage: Stage) -> None:
    await stage.begun()
    await stage.say("HELO client.example")
    await _up_to_data(stage)
    await stage.say("Subject: hi", "", "Noon?", ".", "QUIT")


_TO_BOB = ("EHLO list.example.org", "MAIL FROM:<bounce@example.org>", "RCPT TO:<bob@sandbox.test>", "DATA")


async def course(stage: Stage) -> None:
    await exercise_one(stage)
    await stage.say("/learn")
    await stage.press("3")


async def exercise_one(stage: Stage) -> None:
    await stage.begun()
    await stage.say("/learn 6")
    await stage.greeted()
    await stage.say("EHLO x.test", "MAIL FROM:<admin@office.test>", "RCPT TO:<kim@office.test>", "DATA")
    await stage.say("Subject: listing", "", "..", "..profile", "...", ".")


async def exercise(stage: Stage) -> None:
    await stage.begun()
    await stage.say("/learn 3")
    await stage.greeted()
    await stage.say(*_TO_BOB)
    await stage.press("f2", "f2")
    await stage.type("From:")


async def forged(stage: Stage) -> None:
    await stage.begun()
    await stage.say("/learn 3")
    await stage.greeted()
    await stage.say(*_TO_BOB, "From: <bounce@example.org>")


async def begun(stage: Stage) -> None:
    await stage.begun()
    await stage.say("/learn 1")
    await stage.greeted()


async def some_refused(stage: Stage) -> None:
    await stage.begun()
    await stage.say("/learn 5")
    await stage.greeted()
    await stage.say("EHLO mill.test", "MAIL FROM:<news@mill.test>", "RCPT TO:<rose@mill.test>")
    await stage.say("RCPT TO:<otto@mill.test>", "RCPT TO:<otto@mill.test>")


async def finish(stage: Stage) -> None:
    await stage.begun()
    await stage.say("/learn 3")
    await stage.greeted()
    await stage.say(*_TO_BOB)
    await stage.press("f2", "f2")
    await stage.say("From: Alice <alice@example.org>", "To: everybody@example.org", "", "Hello.", ".", "a")


STORIES: tuple[Story, ...] = (
    Story(
        "01-first-second-80x24",
        SMALL,
        first_second,
        "The first second: connected, one line to type",
        newcomer=True,
    ),
    Story("02-mid-session-120x36", MEDIUM, middle, "In the middle: checklist, reply, next line, hint"),
    Story("02-mid-session-80x24", SMALL, middle, "The same on a small terminal"),
    Story("02-mid-session-paper-120x36", MEDIUM, middle, "The theme Paper", PAPER.name),
    Story("03-refused-80x24", SMALL, refused, "A recipient refused: why, and what to type now"),
    Story("03-refused-120x36", MEDIUM, refused, "A recipient refused, side by side"),
    Story("04-slips-80x24", SMALL, slips, "The full stop of an input method does not end a mail"),
    Story("04-slips-120x36", MEDIUM, slips, "Two slips, with carets under the wrong characters"),
    Story("05-inside-data-80x24", SMALL, inside_data, "Inside the message: the header check ticks live"),
    Story("08-connect-80x24", SMALL, connect, "Connecting to a real server"),
    Story(
        "06-login-80x24",
        SMALL,
        logging_in,
        "AUTH: what is asked, decoded; what you answer, hidden",
        served=(_mail_server,),
        options=REAL,
    ),
    Story(
        "07-certificate-80x24",
        SMALL,
        not_verified,
        "A certificate that is not verified",
        served=(_mail_server,),
        options=REAL | {"access": Access(tls=TlsRules(cafile=cafile()))},
    ),
    Story(
        "07-certificate-120x36",
        MEDIUM,
        not_verified,
        "A certificate that is not verified",
        served=(_mail_server,),
        options=REAL | {"access": Access(tls=TlsRules(cafile=cafile()))},
    ),
    Story(
        "07-why-refused-80x24",
        SMALL,
        why_refused,
        "A real server refuses: the verdict leads",
        served=(_mail_server,),
        options=REAL | {"steps": _STEPS},
    ),
    Story(
        "07-why-refused-zh_CN-120x36",
        MEDIUM,
        why_refused,
        "中文",
        lang="zh_CN",
        served=(_mail_server,),
        options=REAL | {"steps": _STEPS},
    ),
    Story("22-lens-120x36", MEDIUM, lens, "The octets of each line"),
    Story("23-save-as-120x36", MEDIUM, save_as, "The session as Markdown or as a program"),
    Story("09-inbox-120x36", MEDIUM, inbox, "The inbox: envelope and headers side by side"),
    Story("09-inbox-80x24", SMALL, inbox, "The inbox on a small terminal"),
    Story("10-course-paper-120x36", MEDIUM, course, "The course map", PAPER.name),
    Story("10-course-80x24", SMALL, course, "The course map on a small terminal"),
    Story("11-exercise-80x24", SMALL, exercise, "An exercise: its goals are the checklist"),
    Story("11-exercise-begins-80x24", SMALL, begun, "The first exercise: its story, one thing to type"),
    Story("11-exercise-refused-80x24", SMALL, some_refused, "A typical mistake gets its own answer"),
    Story("11-exercise-not-met-120x36", MEDIUM, forged, "Why a goal is not met, at the very line"),
    Story("12-finish-80x24", SMALL, finish, "The finish: what was learnt, your figures"),
    Story("13-compose-80x24", SMALL, compose, "Compose: the stuffed dot is shown before it is sent"),
    Story("13-compose-120x36", MEDIUM, compose, "Compose, side by side"),
    Story("14-commands-80x24", SMALL, commands, "Every command by name"),
    Story("14-commands-120x36", MEDIUM, commands, "Every command by name, as a box"),
    Story("15-help-80x24", SMALL, help_page, "Help on one page"),
    Story("16-one-pane-50x20", NARROW, middle, "One pane"),
    Story("17-mid-session-zh_CN-80x24", SMALL, middle, "中文", lang="zh_CN"),
    Story("17-slips-zh_CN-120x36", MEDIUM, slips, "中文", lang="zh_CN"),
    Story("17-exercise-zh_CN-120x36", MEDIUM, exercise, "中文", lang="zh_CN"),
    Story("18-refused-16-colours-80x24", SMALL, refused, "The terminal's own 16 colours", SIXTEEN.name),
    Story("18-refused-no-colour-80x24", SMALL, refused, "NO_COLOR", COLOURLESS.name),
    Story("19-refused-ascii-80x24", SMALL, refused, "--ascii without colour", COLOURLESS.name, glyphs=ASCII),
    Story("20-refused-200x50", WIDE, refused, "Three columns, with times"),
    Story("21-all-done-80x24", SMALL, whole_mail, "8 of 8"),
)
