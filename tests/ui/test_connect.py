"""The connect page: every way to a server by keys alone, faults under their fields, profiles kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from tests.net.authority import cafile
from tests.ui.golden import check
from tests.ui.pages import SIZES, controls, rows, shown, speaking, typed
from tests.ui.sitting import sitting
from tui.desk.destination import Destination
from tui.desk.options import Login, Steps
from tui.net.access import Access, ProxyHeader, Security, TlsRules
from tui.net.endpoint import Endpoint
from tui.practice.stepping import Until
from tui.ui.screens.connect import ConnectPage, ConnectTo, NotKeptError, Recent
from tui.ui.screens.help import HelpPage

MX = Endpoint("mx.example.net", 25)
AT_MX = Destination(MX)
TO_MORE = ("down",) * 5


async def nothing(_chosen: ConnectTo) -> list[str]:
    return []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["en", "zh_CN"])
async def test_the_rest_of_the_fields_as_it_was_agreed(lang: str, size: str) -> None:
    with speaking(lang):
        page = ConnectPage([Recent(AT_MX, "REAL")], now=AT_MX, test=nothing, save=lambda *_: "")
        async with shown(page, SIZES[size]) as (pilot, app):
            await pilot.press(*TO_MORE, "enter")
            check(f"connect-more-{size}-{lang}", rows(app))
            await pilot.press("f1")
            await pilot.pause()
            assert isinstance(app.screen, HelpPage)
            check(f"connect-fields-{size}-{lang}", rows(app))
            await pilot.press("escape")
            await pilot.pause()
            assert page.is_current


async def test_every_field_by_keys_alone_in_eighty_columns() -> None:
    async with shown(ConnectPage()) as (pilot, app):
        for text in ("mx:corp.test", None, "alice", "", "me.test"):
            if text is None:
                await pilot.press("right")
            else:
                await typed(pilot, text)
            await pilot.press("tab")
        await pilot.press("right", "tab")
        for text in ("mail.corp.test", str(cafile()), "", "", "192.0.2.1"):
            app.post_message(events.Paste(text))
            await pilot.press("tab")
        await pilot.press("right", "tab", "right", "tab", "left", "tab")
        await typed(pilot, "30")
        assert all(rows(app)[at].startswith(f"   {name}") for at, name in ((2, "server"), (7, "more")))
        await pilot.press("enter")
        access = Access(
            security=Security.STARTTLS,
            tls=TlsRules(name="mail.corp.test", cafile=cafile()),
            mx=True,
            source="192.0.2.1",
            family=4,
            lmtp=True,
            proxy=ProxyHeader.V2,
        )
        steps = Steps(ehlo="me.test", login=Login(user="alice"))
        assert app.result == ConnectTo(Endpoint("corp.test", 25), access, steps, 30.0)


async def test_the_login_and_the_steps_by_keys_alone(tmp_path: Path) -> None:
    letter = tmp_path / "letter.eml"
    letter.write_text("Subject: x\n\nx\n")
    now = Destination(MX, steps=Steps(login=Login(user="alice")))
    async with shown(ConnectPage(now=now)) as (pilot, app):
        await pilot.press(*TO_MORE, "right", *(["down"] * 10))
        for text in ("login", "pass show mail", "a@b.test", "c@d.test, e@f.test", str(letter), "dott"):
            app.post_message(events.Paste(text))
            await pilot.press("down")
        await pilot.press("up", "enter")
        assert not app.answered
        (at,) = (at for at, row in enumerate(rows(app)) if row.startswith(" ❯ type up to"))
        assert 'the steps are helo, starttls, auth, mail, rcpt, data, dot, not "dott"' in " ".join(
            row.strip() for row in rows(app)[at + 1 : at + 3]
        )
        await pilot.press("backspace", "enter")
        login = Login(user="alice", mechanism="LOGIN", command=("pass", "show", "mail"))
        steps = Steps(
            sender="a@b.test",
            recipients=("c@d.test", "e@f.test"),
            message=letter,
            until=Until.DOT,
            login=login,
        )
        assert app.result == ConnectTo(MX, steps=steps)


async def test_what_was_said_beforehand_goes_along_to_another_server_but_no_password_of_another_user() -> (
    None
):
    before = Steps(sender="a@b.test", recipients=("c@d.test",), login=Login(user="alice", command=("pass",)))
    other = Destination(Endpoint("other.test"), steps=Steps(login=Login(user="bob")))
    async with shown(ConnectPage([Recent(other)], now=Destination(MX, steps=before))) as (pilot, app):
        await pilot.press("up", "enter")
        steps = Steps(sender="a@b.test", recipients=("c@d.test",), login=Login(user="bob"))
        assert app.result == ConnectTo(Endpoint("other.test"), steps=steps)


@pytest.mark.parametrize(
    "access",
    [
        Access(unix=Path("/run/lmtp.sock"), lmtp=True),
        Access(pipe=("ssh", "jump", "nc", "%h", "%p"), tls=TlsRules(name="mx")),
        Access(mx=True, family=6, proxy=ProxyHeader.V1, security=Security.STARTTLS),
        Access(via="alice@jump", security=Security.TLS),
    ],
)
async def test_what_was_gone_to_before_stands_in_the_fields(access: Access) -> None:
    async with shown(ConnectPage(now=Destination(MX, access, timeout=60.0))) as (pilot, app):
        await pilot.press("enter")
        assert app.result == ConnectTo(MX, access, timeout=60.0)


async def test_a_place_from_before_can_be_edited_in_the_fields() -> None:
    place = Recent(Destination(MX, Access(via="jump", lmtp=True), timeout=60.0), "REAL")
    async with shown(ConnectPage([place])) as (pilot, app):
        await pilot.press("up")
        assert any("Right edit" in row for row in rows(app))
        await pilot.press("right")
        assert rows(app)[2] == " ❯ server     mx.example.net:25"
        assert rows(app)[7] == "   more       protocol LMTP, wait 60"
        await typed(pilot, "25")
        await pilot.press("enter")
        assert app.result == ConnectTo(
            Endpoint("mx.example.net", 2525), Access(via="jump", lmtp=True), timeout=60.0
        )


async def test_what_is_chosen_behind_the_row_stays_in_sight_when_it_is_closed() -> None:
    async with shown(ConnectPage(now=AT_MX)) as (pilot, app):
        await pilot.press(*TO_MORE, "right", *(["down"] * 7), "right", "up", "right", *(["up"] * 6), "left")
        assert rows(app)[7] == " ❯ more       IP IPv4, protocol LMTP"
        await pilot.press("enter")
        assert rows(app)[8].startswith("   TLS name")
        await pilot.press("enter", "up", "enter")
        assert app.result == ConnectTo(MX, Access(family=4, lmtp=True))


async def test_a_fault_behind_the_row_is_shown_under_its_field(tmp_path: Path) -> None:
    broken = Destination(MX, Access(tls=TlsRules(cafile=tmp_path / "none.pem")))
    async with shown(ConnectPage(now=broken)) as (pilot, app):
        await pilot.press("enter")
        assert not app.answered
        (at,) = (at for at, row in enumerate(rows(app)) if row.startswith(" ❯ CA file"))
        assert rows(app)[at + 1].strip().startswith("!")
        await pilot.press("ctrl+u", "enter")
        assert app.result == ConnectTo(MX)


@pytest.mark.parametrize("size", [(40, 12), (60, 14), (100, 24)])
async def test_in_few_rows_the_field_with_the_keys_is_in_sight(size: tuple[int, int]) -> None:
    async with shown(ConnectPage([Recent(AT_MX)], now=AT_MX), size) as (pilot, app):
        await pilot.press(*TO_MORE, "enter")
        for _ in range(20):
            await pilot.press("down")
            assert sum("❯" in row for row in rows(app)) == 1
            assert any("Esc" in row for row in rows(app))


async def test_a_typed_server_is_the_answer() -> None:
    async with shown(ConnectPage()) as (pilot, app):
        await typed(pilot, "[::1]:2525")
        assert any("! REAL" in row for row in rows(app))
        await pilot.press("enter")
        assert app.result == ConnectTo(Endpoint("::1", 2525))


async def test_the_sandbox_and_servers_from_before_can_be_chosen() -> None:
    async with shown(ConnectPage([Recent(AT_MX, "REAL")])) as (pilot, app):
        await pilot.press("up", "up", "enter")
        assert app.result == ConnectTo(None)
    async with shown(ConnectPage([Recent(AT_MX, "REAL")])) as (pilot, app):
        await pilot.press("up", "enter")
        assert app.result == ConnectTo(MX)


async def test_an_error_stands_under_the_field_and_nothing_is_answered() -> None:
    async with shown(ConnectPage(now=AT_MX)) as (pilot, app):
        await pilot.press("ctrl+u")
        app.post_message(events.Paste("mx：25"))
        await pilot.press("enter")
        assert not app.answered
        assert rows(app)[3].strip().startswith("!")
        assert "：" in rows(app)[3]
        await pilot.press("backspace")
        assert rows(app)[3].startswith("   security")


async def test_dropping_a_mail_takes_a_typed_yes() -> None:
    async with shown(ConnectPage(now=AT_MX, mail_begun=True)) as (pilot, app):
        await pilot.press("enter", "enter")
        assert not app.answered
        await pilot.press("enter")
        assert any("A mail is begun." in row for row in rows(app))
        await pilot.press("escape")
        assert not app.answered
        await pilot.press("enter")
        await typed(pilot, "yes")
        await pilot.press("enter")
        assert app.result == ConnectTo(MX)


async def test_a_paste_into_a_field_takes_its_first_line() -> None:
    async with shown(ConnectPage()) as (pilot, app):
        app.post_message(events.Paste(" mx.example.org:587\nrest\n"))
        await pilot.press("enter")
        assert app.result == ConnectTo(Endpoint("mx.example.org", 587))


async def test_security_login_jump_and_name_are_part_of_the_answer() -> None:
    async with shown(ConnectPage()) as (pilot, app):
        await typed(pilot, "mx.test")
        await pilot.press("tab", "right")
        assert any("(x) STARTTLS" in row for row in rows(app))
        await pilot.press("tab")
        await typed(pilot, "alice")
        await pilot.press("tab")
        await typed(pilot, "jump")
        await pilot.press("tab")
        await typed(pilot, "me.test")
        await pilot.press("enter")
        assert app.result == ConnectTo(
            Endpoint("mx.test", 25),
            Access(security=Security.STARTTLS, via="jump"),
            Steps(ehlo="me.test", login=Login(user="alice")),
        )


async def test_port_465_is_tls_at_once_unless_another_choice_is_made() -> None:
    async with shown(ConnectPage()) as (pilot, app):
        await typed(pilot, "mx.test:465")
        assert any("(x) TLS at once   by the port" in row for row in rows(app))
        await pilot.press("tab", "right")
        assert not any("by the port" in row for row in rows(app))
        await pilot.press("enter")
        assert app.result == ConnectTo(Endpoint("mx.test", 465), Access(security=Security.PLAIN))
    async with shown(ConnectPage()) as (pilot, app):
        await typed(pilot, "mx.test")
        await pilot.press("tab", "left", "enter")
        assert app.result == ConnectTo(Endpoint("mx.test", 465), Access(security=Security.TLS))


@pytest.mark.parametrize(("server", "said"), [("mx.test:465", True), ("mx.test:25", False)])
async def test_what_the_port_decided_is_said_on_the_wire(server: str, said: bool) -> None:
    async with sitting() as sat:
        await sat.enter(f"/connect {server}")
        told = " ".join(sat.text.split())
        assert ("port 465: TLS at once; --no-tls for plain" in told) is said, sat.text


WORK = Destination(
    Endpoint("mail.work.test", 587),
    Access(security=Security.STARTTLS, via="jump"),
    Steps(login=Login(user="alice")),
    profile="work",
)


@pytest.mark.parametrize("now", [None, Destination(MX, Access(security=Security.TLS, lmtp=True))])
async def test_the_name_of_a_profile_is_taken_where_a_server_is_named(now: Destination | None) -> None:
    page = ConnectPage([Recent(WORK, "REAL")], now=now, save=lambda *_: "")
    async with shown(page) as (pilot, app):
        await pilot.press(*["backspace"] * 30)
        await typed(pilot, "work")
        assert any("profile work: mail.work.test:587 via jump" in row for row in rows(app))
        assert any("(x) STARTTLS" in row for row in rows(app))
        await pilot.press("enter")
        assert app.result == ConnectTo(WORK.target, WORK.access, WORK.steps)
    page = ConnectPage([Recent(WORK, "REAL")], now=now)
    async with shown(page) as (pilot, app):
        await pilot.press(*["backspace"] * 30)
        await typed(pilot, "work")
        await pilot.press("tab", "right", "tab")
        await typed(pilot, "bob")
        await pilot.press("enter")
        assert app.result is not None
        assert app.result.access == Access(security=Security.TLS, via="jump")
        assert app.result.steps.login.user.endswith("bob"), "what is changed here goes before the profile"


async def test_a_jump_host_that_ssh_could_take_for_an_option() -> None:
    async with shown(ConnectPage(now=AT_MX)) as (pilot, app):
        await pilot.press("down", "down", "down")
        await typed(pilot, "-oProxyCommand=x")
        await pilot.press("enter")
        assert not app.answered
        assert any("a jump host may not begin" in row for row in rows(app))


@pytest.mark.parametrize(("down", "text"), [(2, "al\u200bice"), (3, "a jump"), (4, "my name")])
async def test_what_is_wrong_with_a_field_stands_under_it(down: int, text: str) -> None:
    async with shown(ConnectPage(now=AT_MX)) as (pilot, app):
        await pilot.press(*["down"] * down)
        app.post_message(events.Paste(text))
        await pilot.press("enter")
        assert not app.answered
        assert rows(app)[2 + down].startswith(" ❯ ")
        assert rows(app)[3 + down].strip().startswith("!")


async def test_the_sandbox_needs_neither_test_nor_profile() -> None:
    async with shown(ConnectPage(test=nothing, save=lambda *_: "")) as (pilot, app):
        for key in ("ctrl+t", "f8"):
            await pilot.press(key)
            assert any("the sandbox is always here" in row for row in rows(app))
            await pilot.press("down", "up")
        assert not app.answered


@pytest.mark.parametrize(
    ("host", "name"), [("127.0.0.1", ""), ("::1", ""), ("mail.corp.test", "corp"), ("relay", "relay")]
)
async def test_a_profile_is_proposed_a_name_unless_it_is_an_address(host: str, name: str) -> None:
    async with shown(ConnectPage(now=Destination(Endpoint(host, 25)), save=lambda *_: "")) as (pilot, app):
        await pilot.press("f8")
        assert any(row.rstrip() == f" ❯            {name}".rstrip() for row in rows(app))


async def test_that_a_certificate_needs_no_check_holds_for_the_same_server_only() -> None:
    unchecked = Destination(MX, Access(tls=TlsRules(name="other.test", insecure=True)))
    async with shown(ConnectPage(now=unchecked)) as (pilot, app):
        await pilot.press("enter")
        assert app.result == ConnectTo(MX, unchecked.access)
    async with shown(ConnectPage(now=unchecked)) as (pilot, app):
        assert any(row.rstrip() == "   more       TLS name other.test" for row in rows(app))
        await typed(pilot, "25")
        await pilot.press("enter")
        elsewhere = Access(tls=TlsRules(name="other.test"))
        assert app.result == ConnectTo(Endpoint("mx.example.net", 2525), elsewhere)


async def test_a_test_says_what_it_found_and_stays() -> None:
    asked: list[ConnectTo] = []

    async def test(chosen: ConnectTo) -> list[str]:
        asked.append(chosen)
        return ["220 mx.example.net", "offers SIZE \x1b[2J"]

    async with shown(ConnectPage(now=AT_MX, test=test)) as (pilot, app):
        await pilot.press("ctrl+t")
        await pilot.pause()
        assert asked == [ConnectTo(MX)]
        assert any(row.startswith("   found      220 mx.example.net") for row in rows(app))
        assert controls(app) == ""
        assert not app.answered


async def test_a_profile_is_kept_under_a_name() -> None:
    kept: list[tuple[str, ConnectTo]] = []

    def save(name: str, chosen: ConnectTo, _replace: bool) -> str:
        kept.append((name, chosen))
        return "kept: it"

    async with shown(ConnectPage(now=AT_MX, save=save)) as (pilot, app):
        await pilot.press("f8", "escape")
        assert not app.answered
        await pilot.press("f8", "ctrl+u")
        await typed(pilot, "work")
        await pilot.press("enter")
        assert kept == [("work", ConnectTo(MX))]
        assert any("kept: it" in row for row in rows(app))


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_the_name_of_a_profile_is_mended_where_it_stands(size: tuple[int, int]) -> None:
    asked: list[tuple[str, bool]] = []

    def save(name: str, _chosen: ConnectTo, replace: bool) -> str:
        asked.append((name, replace))
        if name != "work":
            raise NotKeptError("no such name")
        if not replace:
            raise NotKeptError("there is one", taken=True)
        return "kept: it"

    async with shown(ConnectPage(now=AT_MX, save=save), size) as (pilot, app):
        await pilot.press("f8", "enter")
        (at,) = (at for at, row in enumerate(rows(app)) if row.startswith(" ❯ "))
        assert rows(app)[at].endswith(" example")
        assert rows(app)[at + 1].strip() == "!          no such name"
        await pilot.press("ctrl+u")
        await typed(pilot, "work")
        assert not any("no such name" in row for row in rows(app))
        await pilot.press("enter")
        assert any("there is one" in row for row in rows(app))
        await pilot.press("enter")
        assert any("kept: it" in row for row in rows(app))
        assert not app.answered
        assert asked == [("example", False), ("work", False), ("work", True)]


async def test_a_broken_file_of_profiles_is_said_and_is_not_fatal() -> None:
    async with shown(ConnectPage(now=AT_MX, fault="servers.toml, line 3: no")) as (pilot, app):
        assert any("servers.toml, line 3: no" in row for row in rows(app))
        await pilot.press("enter")
        assert app.result == ConnectTo(MX)


async def test_what_tells_places_apart_is_never_cut() -> None:
    words = ("REAL, yesterday, STARTTLS", "REAL, 3 days ago, via alice@jump.example.com", "REAL, today")
    long = Endpoint("mail-relay.eu-west-1.some-long-company.example.com", 587)
    places = [Recent(AT_MX, one) for one in words] + [Recent(Destination(long), "REAL, today, TLS")]
    for size in SIZES.values():
        async with shown(ConnectPage(places), size) as (_pilot, app):
            seen = "\n".join(rows(app))
            assert all(one in seen for one in (*words, str(long), "REAL, today, TLS"))


async def test_more_places_than_there_are_rows_scroll() -> None:
    places = [Recent(Destination(Endpoint(f"mx{n}.test"))) for n in range(30)]
    for size in SIZES.values():
        async with shown(ConnectPage(places), size) as (pilot, app):
            await pilot.press("up")
            assert any("mx29.test" in row for row in rows(app))
            await pilot.press("enter")
            assert app.result == ConnectTo(Endpoint("mx29.test"))


async def test_on_a_small_screen_all_of_a_choice_is_in_sight_and_what_is_not_is_counted() -> None:
    async with shown(ConnectPage([], test=nothing, save=lambda *_: ""), (60, 18)) as (pilot, app):
        assert any(row.endswith("( ) TLS at once") for row in rows(app))
        await pilot.press("up", "enter")
        assert " below" in rows(app)[0]
