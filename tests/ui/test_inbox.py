"""The inbox: list, four views, export and delete, live; by keys alone, whatever a mail holds."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from tests.ui.golden import check
from tests.ui.pages import SIZES, Alone, controls, rows, shown, speaking, typed
from tests.workers import all_done
from tui.practice.published import Verdict
from tui.sandbox.envelope import Envelope, Exchange, Recipient
from tui.sandbox.inbox import Entry, Inbox
from tui.sandbox.mailbox import Mailbox
from tui.ui.flow import plain
from tui.ui.look import UNICODE
from tui.ui.screens.help import HelpPage
from tui.ui.screens.inbox import InboxPage
from tui.ui.screens.mail_list import Listing, list_rows
from tui.ui.screens.mail_views import Mail, View, view_name, view_rows
from tui.ui.widgets.strip import Place

DAY = 1_700_000_000 // 86_400 * 86_400
PLACE = Place("sandbox", "127.0.0.1:40251", security="plain text", clock="04:10")
FIGURES = (
    b"From: Alice <alice@example.org>\r\nTo: everybody@example.org\r\nSubject: Quarterly figures\r\n"
    b"Date: Mon, 1 Jan 2001 00:00:00 +0000\r\n\r\n"
    b"The figures are in the usual place.\r\n.hidden stays hidden.\r\n"
)
LUNCH = (
    b"From: Alice <alice@example.org>\r\nTo: Bob <bob@sandbox.test>\r\nSubject: lunch\r\n\r\n"
    b"Noon, at the usual place?\r\n"
)


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


class Post:
    """A mailbox, and the inbox that reads it."""

    def __init__(self, root: Path) -> None:
        self.box = Mailbox(root, fsync=False)
        self.box.prepare()
        self.inbox = Inbox(root)

    async def deliver(
        self, raw: bytes, *, sender: str = "alice@example.org", at: float = DAY + 37_860
    ) -> None:
        draft = self.box.draft()
        draft.write(raw)
        envelope = Envelope(
            received=at,
            reverse_path=sender,
            recipients=(Recipient(address="bob@sandbox.test"),),
            octets=len(raw),
        )
        kept: asyncio.Future[int | Exception] = asyncio.get_running_loop().create_future()
        self.box.keep(draft, envelope, kept.set_result)
        assert isinstance(await kept, int)

    def page(self) -> InboxPage:
        return InboxPage(self.inbox, place=PLACE, now=lambda: DAY + 50_000.0)


def test_short_addresses_leave_their_room_to_the_subject(tmp_path: Path) -> None:
    subject = "a subject of some length"
    envelope = Envelope(
        received=DAY, reverse_path="a@b.c", recipients=(Recipient(address="d@e.f"),), octets=9
    )
    entry = Entry(1, DAY, envelope, subject, 9, tmp_path)
    listing = Listing((1,), {1: entry}, 0)
    assert subject in plain(list_rows(listing, 80, 9, UNICODE, now=DAY)[1])


def test_ten_thousand_mails_have_numbers_that_can_be_read(tmp_path: Path) -> None:
    envelope = Envelope(
        received=DAY, reverse_path="a@b.c", recipients=(Recipient(address="d@e.f"),), octets=9
    )
    numbers = tuple(range(10_000, 0, -1))
    read = {number: Entry(number, DAY, envelope, "hi", 9, tmp_path) for number in numbers[:5]}
    shown = [plain(row) for row in list_rows(Listing(numbers, read, 0), 80, 4, UNICODE, now=DAY)]
    assert [row.split()[:3] for row in shown[1:]] == [
        ["10000", "❯", "10000"],
        ["9999", "00:00", "a@b.c"],
        ["9998", "00:00", "a@b.c"],
    ]


def test_a_short_subject_leaves_its_room_to_the_addresses(tmp_path: Path) -> None:
    envelope = Envelope(
        received=DAY,
        reverse_path="test1@bdwater.test",
        recipients=(Recipient(address="test2@bdwater.test"),),
        octets=9,
    )
    entry = Entry(1, DAY, envelope, "hello", 9, tmp_path)
    row = plain(list_rows(Listing((1,), {1: entry}, 0), 80, 5, UNICODE, now=DAY)[1])
    assert "test1@bdwater.test test2@bdwater.test hello" in row
    wide = Entry(2, DAY, envelope, "a subject of more words than fit", 9, tmp_path)
    assert "..." in plain(list_rows(Listing((2,), {2: wide}, 0), 80, 5, UNICODE, now=DAY)[1])


@pytest.fixture
async def post(tmp_path: Path) -> Post:
    post = Post(tmp_path / "mail")
    await post.deliver(b"hi\r\n", at=DAY + 36_120)
    await post.deliver(LUNCH)
    await post.deliver(FIGURES, sender="bounce@example.org", at=DAY + 38_527)
    return post


async def read(app: Alone[None]) -> list[str]:
    """The page once the threads have read what was asked for."""
    await all_done(app)
    await all_done(app)
    return rows(app)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["en", "zh_CN"])
async def test_it_looks_as_it_was_agreed(post: Post, size: str, lang: str) -> None:
    with speaking(lang):
        async with shown(post.page(), SIZES[size]) as (pilot, app):
            check(f"inbox-{size}-{lang}", await read(app))
            await pilot.press("enter")
            check(f"inbox-read-{size}-{lang}", rows(app))


async def test_left_and_right_go_round_the_views(post: Post) -> None:
    async with shown(post.page()) as (pilot, app):
        await read(app)
        await pilot.press("enter", "right")
        assert any("Date            Mon, 1 Jan 2001" in row for row in rows(app))
        await pilot.press("right")
        assert any("7  .hidden stays hidden." in row for row in rows(app))
        await pilot.press("right")
        assert " text     The figures are in the usual place." in rows(app)
        await pilot.press("right")
        assert any("How this mail was typed is not known." in row for row in rows(app))
        await pilot.press("right")
        assert any("text/plain" in row for row in rows(app))
        await pilot.press("right")
        assert any("! differs" in row for row in rows(app))


async def test_up_and_down_choose_a_mail_and_its_view_follows(post: Post) -> None:
    async with shown(post.page(), (120, 36)) as (pilot, app):
        await read(app)
        await pilot.press("down")
        text = await read(app)
        assert any("❯ 2" in row for row in text)
        assert any("Noon, at the usual place?" in row for row in text)


async def test_escape_goes_one_thing_back_at_a_time(post: Post) -> None:
    async with shown(post.page()) as (pilot, app):
        await read(app)
        await pilot.press("enter", "f8", "escape")
        assert not app.answered
        await pilot.press("escape")
        assert any("❯ 3" in row for row in rows(app))
        await pilot.press("escape")
        assert app.answered


async def test_a_new_mail_appears_and_is_chosen_unless_another_one_is_read(post: Post) -> None:
    async with shown(post.page()) as (pilot, app):
        await read(app)
        await post.deliver(LUNCH)
        post_page = app.page
        assert isinstance(post_page, InboxPage)
        post_page.mails_changed()
        assert any("❯ 4" in row for row in await read(app))
        await pilot.press("down", "enter")
        await post.deliver(LUNCH)
        post_page.mails_changed()
        await read(app)
        await pilot.press("escape")
        assert any("❯ 3" in row for row in rows(app))
        assert any("5 mails" in row for row in rows(app))


async def test_an_empty_inbox_says_how_a_mail_comes_there(tmp_path: Path) -> None:
    async with shown(InboxPage(Inbox(tmp_path / "none"), place=PLACE), (120, 36)) as (pilot, app):
        assert any("has received nothing yet" in row for row in await read(app))
        await pilot.press("enter", "f8", "delete", "down", "right", "escape")
        assert app.answered


@pytest.mark.parametrize("width", [80, 50, 40])
async def test_an_empty_inbox_says_all_of_it_in_any_width(tmp_path: Path, width: int) -> None:
    async with shown(InboxPage(Inbox(tmp_path / "none"), place=PLACE), (width, 20)) as (_pilot, app):
        assert "answered 250." in " ".join(" ".join(await read(app)).split())


async def test_the_sign_stands_at_the_view_that_is_read(post: Post) -> None:
    async with shown(post.page()) as (pilot, app):
        await read(app)
        await pilot.press("enter")
        assert "❯[compare]   headers" in rows(app)[1]
        await pilot.press("right")
        assert "compare  ❯[headers]   source" in rows(app)[1]


async def test_remarks_on_the_source_stand_in_one_column(post: Post) -> None:
    async with shown(post.page()) as (pilot, app):
        await read(app)
        await pilot.press("enter", "right", "right")
        text = rows(app)
        column = next(row.index("typed by the sender") for row in text if "typed by the sender" in row)
        assert next(row.index("headers end here") for row in text if "headers end here" in row) == column


async def test_export_writes_the_exact_octets_to_the_typed_name(
    post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with shown(post.page(), (120, 36)) as (pilot, app):
        await read(app)
        await pilot.press("f8", "ctrl+u")
        await typed(pilot, "out.eml")
        await pilot.press("enter")
        text = await read(app)
    assert (tmp_path / "out.eml").read_bytes() == FIGURES
    assert any(f"{len(FIGURES)} octets written to" in row for row in text)


async def test_a_file_that_is_there_is_replaced_only_after_a_typed_yes(
    post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "mail-3.eml"
    file.write_text("mine")
    async with shown(post.page()) as (pilot, app):
        await read(app)
        await pilot.press("f8", "enter")
        assert any("yes replaces it" in row for row in await read(app))
        await pilot.press("enter")
        await read(app)
        assert file.read_text() == "mine"
        await pilot.press("f8", "enter")
        await read(app)
        await typed(pilot, "yes")
        await pilot.press("enter")
        await read(app)
    assert file.read_bytes() == FIGURES


async def test_an_export_that_fails_says_why(post: Post) -> None:
    async with shown(post.page()) as (pilot, app):
        await read(app)
        await pilot.press("f8", "ctrl+u")
        await typed(pilot, "/nowhere/x.eml")
        await pilot.press("enter")
        assert any("! /nowhere/x.eml" in row for row in await read(app))


async def test_delete_takes_a_typed_yes_and_the_next_mail_is_chosen(post: Post) -> None:
    async with shown(post.page()) as (pilot, app):
        await read(app)
        await pilot.press("delete", "enter")
        assert [one.number for one in post.inbox.entries()] == [3, 2, 1]
        await pilot.press("delete")
        await typed(pilot, "yes")
        await pilot.press("enter")
        text = await read(app)
        assert any("❯ 2" in row for row in text)
        assert [one.number for one in post.inbox.entries()] == [2, 1]


async def test_a_mail_that_comes_meanwhile_does_not_become_the_one_that_is_deleted(post: Post) -> None:
    async with shown(post.page()) as (pilot, app):
        await read(app)
        await pilot.press("delete")
        await post.deliver(LUNCH)
        page = app.page
        assert isinstance(page, InboxPage)
        page.mails_changed()
        assert any("delete mail 3 for good" in row for row in await read(app))
        await typed(pilot, "yes")
        await pilot.press("enter")
        await read(app)
        assert [one.number for one in post.inbox.entries()] == [4, 2, 1]


async def test_a_mail_that_goes_away_meanwhile_is_no_error(post: Post) -> None:
    async with shown(post.page()) as (pilot, app):
        await read(app)
        post.inbox.delete(2)
        await pilot.press("down")
        text = await read(app)
        assert not any("2   10:31" in row for row in text)


async def test_a_mailbox_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    class Broken(Inbox):
        def numbers(self) -> tuple[int, ...]:
            raise OSError(5, "Input/output error", "mail")

    async with shown(InboxPage(Broken(tmp_path))) as (_pilot, app):
        assert any("! mail: Input/output error" in row for row in await read(app))


HOSTILE = (
    b"Subject: =?utf-8?b?G1sySltAY2xpY2s9YXBwLnF1aXRd?= [/foo]\x1b[31m\xe2\x80\xaex\r\n"
    b"\x1b]0;x\x07: y\r\nnot a field \x9b\r\n\r\n\x1b[2J[@click=app.quit]x[/] \xd6\xd0\xce\xc4\r\n"
)


@pytest.mark.parametrize("size", SIZES)
async def test_whatever_a_mail_holds_is_shown_literally_and_harms_nothing(tmp_path: Path, size: str) -> None:
    post = Post(tmp_path / "mail")
    await post.deliver(HOSTILE, sender="\x1b[31m[@click=app.quit]\u202e@x")
    async with shown(post.page(), SIZES[size]) as (pilot, app):
        seen = "\n".join(await read(app))
        await pilot.press("enter")
        for _view in View:
            seen += "\n".join(rows(app))
            assert controls(app) == ""
            await pilot.press("right")
    assert "\u202e" not in seen
    assert "[@click=app.quit]x[/]" in seen


def views(post: Post, view: View, width: int = 110) -> list[str]:
    entry = post.inbox.entries()[0]
    mail = Mail(entry, post.inbox.raw(entry.number), post.inbox.content(entry.number))
    return [plain(row) for row in view_rows(mail, view, width)]


async def test_an_author_that_no_parser_ends_is_compared(tmp_path: Path) -> None:
    post = Post(tmp_path)
    await post.deliver(b"From: " + b"(" * 5000 + b"alice@x.test\r\n\r\nhello\r\n")
    assert any("! differs" in row for row in views(post, View.COMPARE))


async def test_envelope_and_header_have_room_beside_each_other_on_a_small_screen_too(tmp_path: Path) -> None:
    post = Post(tmp_path)
    await post.deliver(b"From: ceo@x.test\r\nTo: b@y.test\r\n\r\nhello\r\n", sender="a@x.test")
    drawn = views(post, View.COMPARE, 58)
    row = next(at for at, row in enumerate(drawn) if "ceo@x.test" in row)
    assert "<a@x.test>" in drawn[row]
    assert drawn[row + 1].strip() == "! differs"


async def test_a_mail_that_says_what_its_envelope_says_differs_in_nothing(tmp_path: Path) -> None:
    post = Post(tmp_path)
    await post.deliver(LUNCH)
    assert not any("differs" in row for row in views(post, View.COMPARE))


async def test_the_null_sender_gets_no_bounce(tmp_path: Path) -> None:
    post = Post(tmp_path)
    await post.deliver(LUNCH, sender="")
    text = " ".join(" ".join(views(post, View.COMPARE)).split())
    assert "from <> Alice <alice@example.org>" in text
    assert "no bounce is ever sent" in text


async def test_a_long_line_folds_and_a_remark_finds_a_place(tmp_path: Path) -> None:
    post = Post(tmp_path)
    await post.deliver(b"Subject: x\r\n\r\n." + b"y" * 120 + b"\r\n")
    text = views(post, View.SOURCE, 70)
    assert text[1].endswith("headers end here")
    assert any("one dot taken off" in row for row in text)
    assert all(len(row) <= 70 for row in text)


async def test_attachments_are_named_and_never_opened(tmp_path: Path) -> None:
    post = Post(tmp_path)
    await post.deliver(
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n'
        b'Content-Type: application/zip; name="a.zip"\r\n'
        b'Content-Disposition: attachment; filename="a.zip"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b--\r\n"
    )
    text = views(post, View.TEXT)
    assert text[0].split() == ["text", "hello"]
    assert any(row.split() == ["2", "application/zip", "3", "octets", "a.zip"] for row in text)


async def test_the_list_can_be_searched(post: Post) -> None:
    async with shown(post.page()) as (pilot, app):
        await read(app)
        await pilot.press("slash")
        await typed(pilot, "lunch")
        await pilot.press("enter")
        text = "\n".join(await read(app))
        assert "lunch" in text
        assert "1 found" in text
        assert "Quarterly" not in text
        await pilot.press("slash", *(["backspace"] * 5))
        await typed(pilot, "dinner")
        await pilot.press("enter")
        assert any("No mail holds dinner." in row for row in await read(app))
        await pilot.press("escape")
        assert any("Quarterly ..." in row for row in await read(app))


async def test_the_source_through_the_byte_lens(tmp_path: Path) -> None:
    post = Post(tmp_path / "mail")
    await post.deliver(b"Subject: caf\xc3\xa9\r\n\r\nbare\nblank \r\nlast")
    async with shown(post.page()) as (pilot, app):
        await read(app)
        await pilot.press("enter", "b")
        text = [" ".join(row.split()) for row in rows(app)]
        assert "source 1 14 CRLF Subject: café" in text
        assert "stored ! 8 C3 A9" in " ".join(text)
        assert any(row == "3 4 LF bare" for row in text)
        assert any(row.startswith("4 6 CRLF blank") for row in text)
        assert any(row == "5 4 none last" for row in text)
        await pilot.press("b")
        assert any("headers end here" in row for row in rows(app))


async def test_a_part_is_saved_by_its_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    post = Post(tmp_path / "mail")
    await post.deliver(
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n'
        b'Content-Type: application/zip; name="/etc/a.zip"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b--\r\n"
    )
    async with shown(post.page()) as (pilot, app):
        await read(app)
        await pilot.press("enter", "left", "2")
        assert any("save part 2 of mail 1 as  a.zip" in row for row in rows(app))
        await pilot.press("enter")
        assert any("3 octets written to" in row for row in await read(app))
        assert (tmp_path / "a.zip").read_bytes() == b"\0\0\0"
        await pilot.press("2", "enter")
        assert any("that file is there" in row for row in await read(app))


async def test_a_part_beyond_the_ninth_is_saved_by_a_number_that_is_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    post = Post(tmp_path / "mail")
    parts = b"".join(b"--b\r\n\r\npart %d\r\n" % number for number in range(1, 13))
    await post.deliver(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + parts + b"--b--\r\n")
    async with shown(post.page()) as (pilot, app):
        await read(app)
        await pilot.press("enter", "left", "0")
        assert any("number of the part to save" in row for row in rows(app))
        await typed(pilot, "12")
        await pilot.press("enter", "enter")
        assert any("7 octets written to" in row for row in await read(app))
    assert (tmp_path / "part-12.txt").read_bytes() == b"part 12"


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
@pytest.mark.parametrize("width", [40, 60, 80])
async def test_the_view_that_is_read_is_named_in_any_width(post: Post, width: int, lang: str) -> None:
    with speaking(lang):
        async with shown(post.page(), (width, 18)) as (pilot, app):
            await read(app)
            await pilot.press("enter")
            for view in (*list(View)[1:], View.COMPARE):
                await pilot.press("right")
                assert f"[{view_name(view)}]" in "\n".join(rows(app))


async def test_a_question_leaves_room_for_its_answer_in_a_narrow_window(post: Post) -> None:
    async with shown(post.page(), (60, 18)) as (pilot, app):
        await read(app)
        await pilot.press("f8")
        assert any(row.endswith("export mail 3 to (.mbox: all)  mail-3.eml") for row in rows(app))


async def test_help_names_all_keys_of_the_inbox_however_narrow_it_is(post: Post) -> None:
    keys = dict(post.page().keys_in_words())
    async with shown(HelpPage(keys=tuple(keys.items())), (50, 24)) as (_pilot, app):
        text = rows(app)
    for key, about in keys.items():
        assert any(f"{key} " in row and about.split()[0] in row for row in text)
    assert "addresses or subject" in " ".join(" ".join(text).split())
    assert "Del" in keys


async def test_a_mail_of_very_many_lines_or_parts_is_shown_in_part_and_says_so(tmp_path: Path) -> None:
    post = Post(tmp_path)
    parts = b"".join(b"--b\r\n\r\n%d\r\n" % number for number in range(6000))
    await post.deliver(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + parts)
    assert views(post, View.PARTS)[-1].split() == ["...", "1000", "more"]
    assert re.fullmatch(r" *\.\.\. \d+ octets more", views(post, View.SOURCE)[-1])
    assert re.fullmatch(r" *\.\.\. \d+ octets more", views(post, View.COMPARE)[-1])
    await post.deliver(b"\r\n" + b"line\r\n" * 6000)
    assert views(post, View.TEXT)[-1].strip() == "... cut here; export gives all of it"


async def test_all_that_are_listed_go_to_one_mbox(
    post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with shown(post.page()) as (pilot, app):
        await read(app)
        await pilot.press("f8", *(["backspace"] * 20))
        await typed(pilot, "all.mbox")
        await pilot.press("enter")
        assert any("octets written to" in row for row in await read(app))
    assert (tmp_path / "all.mbox").read_bytes().count(b"\nFrom ") == 2


async def test_what_was_typed_stands_beside_what_was_understood(tmp_path: Path) -> None:
    post = Post(tmp_path)
    await post.deliver(b"Subject: x\r\n\r\n.hidden\r\n")
    entry = post.inbox.entry(1)
    assert entry.envelope is not None
    typed_lines = (
        Exchange(line="mail from:<a@b.test> SIZE=9", reply="250 ok"),
        Exchange(line="RCPT TO:<x>", reply="501 what\x1b"),
        Exchange(line="BDAT 9 LAST", reply="250 ok"),
    )
    envelope = msgspec.structs.replace(entry.envelope, dialogue=typed_lines)
    mail = Mail(replace(entry, envelope=envelope), post.inbox.raw(1), post.inbox.content(1))
    text = [" ".join(plain(row).split()) for row in view_rows(mail, View.TYPED, 110)]
    assert text[0] == "typed mail from:<a@b.test> SIZE=9 The sender is a@b.test; a bounce would go there."
    assert "RCPT TO:<x> not taken: 501 what\\x1b" in text
    assert "BDAT 9 LAST 9 octets of the message follow." in text
    assert "..hidden stored as .hidden" in text


async def test_checks_stand_beside_envelope_and_headers(tmp_path: Path) -> None:
    post = Post(tmp_path)
    await post.deliver(LUNCH)
    entry = post.inbox.entry(1)
    assert entry.envelope is not None
    verdict = Verdict(client="192.0.2.1", spf="fail", spf_domain="x.test", dkim="none", dmarc="none")
    envelope = msgspec.structs.replace(entry.envelope, verdict=verdict)
    mail = Mail(replace(entry, envelope=envelope), post.inbox.raw(1), post.inbox.content(1))
    text = [" ".join(plain(row).split()) for row in view_rows(mail, View.COMPARE, 110)]
    assert "checks SPF fail 192.0.2.1 may not send for x.test" in text


async def test_a_field_without_end_is_shown_in_part_and_in_time(tmp_path: Path) -> None:
    post = Post(tmp_path)
    await post.deliver(b"Subject: " + b"x" * 500_000 + b"\r\nDate: " + b"(" * 300_000 + b"\r\n\r\nhello\r\n")
    for width in (40, 110):
        assert any("... cut here" in row for row in views(post, View.HEADERS, width))
        assert len(views(post, View.COMPARE, width)) < 3000
