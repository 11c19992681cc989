"""Strip, mode line and footer: what is said, and what goes first where columns are short."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.practice.checklist import start
from tui.smtp.events import TlsEstablished
from tui.ui.flow import plain, width_of
from tui.ui.furniture import footer_keys, out_of_sight, too_small
from tui.ui.look import NIGHT, look
from tui.ui.mode import Mode, Now, mode_row
from tui.ui.presenting import place
from tui.ui.widgets.footer import footer_row
from tui.ui.widgets.strip import Place, strip_row
from tui.words.guide import Tone
from tui.words.trail import StopState, TrailStop

LOOK = look(NIGHT)
TRAIL = (
    TrailStop("greeted", StopState.PASSED),
    TrailStop("helo", StopState.PASSED),
    TrailStop("mail", StopState.PRESENT),
    TrailStop("rcpt", StopState.TO_COME),
    TrailStop("data", StopState.TO_COME),
)
SANDBOX = Place("sandbox", "127.0.0.1:40251", security="plain text", trail=TRAIL, clock="00:42")
REAL = Place(
    "mx.example.net:25",
    real="REAL",
    security="TLS 1.3",
    unverified="NOT VERIFIED",
    trail=TRAIL,
    clock="00:19",
)


def strip(where: Place, width: int) -> str:
    return plain(strip_row(where, width, LOOK))


# -- strip


def test_the_strip_has_everything_where_there_is_room() -> None:
    row = strip(SANDBOX, 120)
    assert row.startswith(" smtptutor   sandbox 127.0.0.1:40251   plain text   ")
    assert row.endswith("   greeted › helo › [mail] › rcpt › data   00:42 ")
    assert cell_len(row) == 120


@pytest.mark.parametrize(
    ("width", "gone"),
    [
        (90, ("smtptutor",)),
        (80, ("smtptutor", "127.0.0.1")),
        (60, ("smtptutor", "127.0.0.1", "greeted")),
        (30, ("smtptutor", "127.0.0.1", "greeted", "00:42")),
    ],
)
def test_name_port_trail_and_clock_go_in_this_order(width: int, gone: tuple[str, ...]) -> None:
    row = strip(SANDBOX, width)
    all_parts = ("smtptutor", "127.0.0.1", "greeted", "00:42")
    assert [part for part in all_parts if part not in row] == list(gone)


@given(st.integers(40, 220))
def test_what_must_never_go_stays(width: int) -> None:
    row = strip(REAL, width)
    assert all(part in row for part in (" REAL ", "mx.example.net:25", "TLS 1.3", " NOT VERIFIED "))
    assert cell_len(row) >= width


def test_real_and_not_verified_are_the_two_filled_fields() -> None:
    tones = {run.text: run.tone for run in strip_row(REAL, 100, LOOK)}
    assert tones[" REAL "] is Tone.LATER
    assert tones[" NOT VERIFIED "] is Tone.REFUSED


def test_security_is_in_words() -> None:
    practice = start()
    assert place(practice, None, real=False, clock=61.9).security == "plain text"
    assert place(practice, None, real=False, clock=61.9).clock == "01:01"
    from dataclasses import replace

    inside = replace(practice, tls=TlsEstablished("TLS 1.3", "x", verified=False))
    shown = place(inside, None, real=False, clock=0)
    assert (shown.security, shown.unverified) == ("TLS 1.3", "NOT VERIFIED")


# -- mode line


def mode(now: Now, width: int = 74) -> str:
    return plain(mode_row(now, width))


@pytest.mark.parametrize(
    ("now", "text"),
    [
        (Now(Mode.COMMAND, ghost="x"), "command   Right takes the suggestion, Enter sends"),
        (Now(Mode.COMMAND, ghost="QUIT", named=True), "command   Right gives QUIT"),
        (Now(Mode.COMMAND), "command   type a line, Enter sends it"),
        (Now(Mode.COMMAND, task=True), "command   type a line, Enter sends it; F1 shows the task"),
        (Now(Mode.COMMAND, task=True, offered=True), "command   type a line, Enter sends it; F2 has a hint"),
        (Now(Mode.COMMAND, aside=True), "command   the question waits, Enter alone asks it again"),
        (Now(Mode.COMMAND, empty=False), "command   Enter sends"),
        (Now(Mode.COMMAND, held=2), "command   2 lines held until the reply is there, Enter sends at once"),
        (Now(Mode.HEADER), "message   header, no line yet, no reply until a line with only ."),
        (Now(Mode.BODY, lines=4), "message   body, 4 lines sent, no reply until a line with only ."),
        (Now(Mode.SECRET), "secret   hidden here and in every file;  * alone cancels"),
        (Now(Mode.WAITING, seconds=12, limit=300),
         "waiting   for the greeting, 12 s of 300 s, ^C gives up"),
        (Now(Mode.WAITING, awaited="RCPT TO", seconds=12, limit=300),
         "waiting   for the reply to RCPT TO, 12 s of 300 s, ^C gives up"),
        (Now(Mode.QUESTION, asked="dot"), "question   yes sends the mail,  no closes without sending it"),
        (Now(Mode.PASTE, lines=6),
         "paste   6 lines: Enter sends them one by one, Esc keeps them aside, unsent"),
        (Now(Mode.CHUNK, chunk=(0, 86)),
         "chunk   0 of 86 octets sent, the server waits for the rest; CR LF counts 2"),
        (Now(Mode.CHUNK, chunk=(40, 86), octets=12, empty=False), "chunk   40 of 86 octets, this line 12"),
        (Now(Mode.CHUNK, chunk=(40, 86), octets=46, empty=False),
         "chunk   40 of 86 octets, this line of 46 ends it"),
        (Now(Mode.CHUNK, chunk=(40, 86), octets=48, empty=False),
         "chunk   40 of 86 octets, this line of 48 is 2 too long"),
        (Now(Mode.COMMAND, behind=86, empty=False),
         "command   Enter sends it, and the 86 octets of the message behind it"),
        (Now(Mode.RAW, raw="LF"), "raw   line end LF, rules off, /raw ends it"),
        (Now(Mode.RAW, raw="none", unended=3),
         "raw   line end none, rules off, 3 octets not ended, /raw ends it"),
        (Now(Mode.READING), "reading   Up Down move, Enter explains, Esc back to typing"),
        (Now(Mode.CLOSED, why_closed="the server hung up"),
         "closed   the server hung up, F5 connects again, F7 inbox, ^Q leaves"),
        (Now(Mode.CONNECTING, host="the sandbox"),
         "connecting   to the sandbox; what you type is kept, ^C gives up"),
    ],
)  # fmt: skip
def test_one_word_and_what_the_keys_do(now: Now, text: str) -> None:
    assert mode(now) == text


@given(st.sampled_from(list(Mode)), st.integers(20, 120), st.sampled_from(["dot", "connect", ""]))
def test_the_mode_line_always_fits(which: Mode, width: int, asked: str) -> None:
    now = Now(which, ghost="x" * 40, lines=1234, awaited="MAIL FROM", asked=asked, host="h" * 60)
    assert width_of(mode_row(now, width)) <= width


def test_a_narrow_mode_line_says_the_keys_alone() -> None:
    assert mode(Now(Mode.COMMAND, ghost="x"), 24) == "command   Right, Enter"


# -- footer


def footer(width: int, *, one_pane: bool = False, mode: Mode = Mode.COMMAND) -> str:
    return plain(footer_row(footer_keys(mode, one_pane=one_pane, guide=False, sandbox=True), width))


def test_the_footer_of_the_picture() -> None:
    assert footer(80) == " F1 help  F2 hint  F3 compose  F4 fill  F5 connect  F7 inbox  ^P all  ^Q quit"
    assert footer(50, one_pane=True) == " F1 help  F2 hint  F6 steps  ^P all  ^Q quit"


@given(st.integers(40, 100))
def test_help_hint_all_and_quit_never_go(width: int) -> None:
    row = footer(width)
    assert all(key in row for key in ("F1", "F2", "^P", "^Q"))
    assert cell_len(row) <= width


def test_inbox_connect_compose_and_fill_go_in_this_order() -> None:
    keys = [[key for key in ("F7", "F3", "F5", "F4") if key in footer(width)] for width in range(100, 39, -1)]
    seen = list(dict.fromkeys(map(tuple, keys)))
    assert seen == [("F7", "F3", "F5", "F4"), ("F3", "F5", "F4"), ("F5", "F4"), ("F4",), ()][: len(seen)]


def test_reading_has_its_own_keys() -> None:
    assert footer(80, mode=Mode.READING).startswith(" Up/Down move  Enter explain")


# -- notices


def test_lines_out_of_sight_are_counted() -> None:
    assert out_of_sight(9, 0) == "9 lines above, F6 reads them"
    assert out_of_sight(1, 12) == "1 line above, 12 lines below, F6 reads them"


def test_too_small_says_what_is_needed() -> None:
    assert too_small(38, 10).startswith("smtptutor needs 40 columns and 12 rows; here are 38 and 10.")
