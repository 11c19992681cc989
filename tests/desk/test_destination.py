"""Profiles and earlier visits as places to go to, and indirect ways on the rails."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from tests.desk.sitting import Sitting, polite
from tests.net.name_server import names
from tests.net.scripted import PATIENCE, Peer, serving
from tui.desk import destination, ways
from tui.desk.asking import Asked, Submitted
from tui.desk.destination import Destination
from tui.desk.options import Login, Steps
from tui.desk.target import BadTargetError
from tui.net import mx
from tui.net.access import DIRECT, Access, ProxyHeader, Security, TlsRules
from tui.net.endpoint import Endpoint
from tui.smtp.events import ConnectionOpened
from tui.store import recent, servers
from tui.store.recent import Visit
from tui.store.rows import text_row
from tui.store.servers import Profile
from tui.words import notes

SERVERS = """
[work]
host = "mail.example.com"
security = "starttls"
port = 587
user = "alice"
through = "jump"
ehlo = "desk.example.com"
cafile = "/ca.pem"
tls_name = "mx"
"""


def file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "servers.toml"
    path.write_text(text)
    return path


def test_a_profile_is_found_by_its_name(tmp_path: Path) -> None:
    found = destination.find("work", file(tmp_path, SERVERS))
    assert found.profile == "work"
    assert found.target == Endpoint("mail.example.com", 587)
    assert found.access == Access(
        security=Security.STARTTLS, tls=TlsRules(name="mx", cafile=Path("/ca.pem")), via="jump"
    )
    assert found.steps == Steps(ehlo="desk.example.com", login=Login(user="alice"))


@pytest.mark.parametrize(
    ("text", "target", "access"),
    [
        ("localhost", Endpoint("localhost"), DIRECT),
        ("mx.test:465", Endpoint("mx.test", 465), Access(security=Security.TLS, by_port=True)),
        ("mx.test:25", Endpoint("mx.test", 25), DIRECT),
    ],
)
def test_what_is_no_profile_is_a_server(tmp_path: Path, text: str, target: Endpoint, access: Access) -> None:
    for content in (SERVERS, "", "[broken\n"):
        found = destination.find(text, file(tmp_path, content))
        assert (found.target, found.access, found.profile) == (target, access, "")


def test_a_broken_profile_is_told_with_its_place(tmp_path: Path) -> None:
    path = file(tmp_path, '[work]\nhost = "x"\npassword = "geheim"\n')
    with pytest.raises(BadTargetError, match="line 3: password does not belong in a file"):
        destination.find("work", path)


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ('port = "25" # "#"', "a number without quotation marks is wanted, 1 to 65535"),
        ("port = 0", "a number without quotation marks is wanted, 1 to 65535"),
        ("timeout = inf", "a number of seconds without quotation marks is wanted"),
        ('mx = "yes"', "true or false is wanted"),
        ("lmtp = 1", "true or false is wanted"),
        ('to = "a@b.test"', "a list is wanted"),
        ('to = ["a b"]', '"a" is no address'),
        ('from = "a b"', '"a b" is no address'),
        ('from = ["a@b.test"]', "a text in quotation marks is wanted"),
        ("user = 5", "a text in quotation marks is wanted"),
        ('ip = "4"', "one of 4, 6 is wanted"),
        ("security = true", 'one of "plain", "starttls", "tls" is wanted'),
        ('through = "-x"', "a jump host may not begin with"),
        ('source = "abc"', "is not an IP address"),
        ('tls_name = "a b"', "is not the name of a server"),
        ('auth = "FOO"', 'not "FOO"'),
        ('pipe = "\'"', "a quote is not closed"),
        ('password_command = "\'"', "a quote is not closed"),
        ('ehlo = "a b"', "holds a blank"),
        ('key = "/k"', "key needs cert"),
        ('until = "rcpt"', "until needs from"),
    ],
)
def test_what_stands_at_a_key_is_told_as_it_is_written(tmp_path: Path, line: str, wanted: str) -> None:
    path = file(tmp_path, f'[work]\nhost = "x"\n{line}\n')
    with pytest.raises(BadTargetError) as caught:
        destination.find("work", path)
    told = str(caught.value)
    assert f"line 3: {line.partition(' #')[0]} cannot be used: " in told
    assert wanted in told


def test_a_value_that_does_not_stand_alone_on_a_line_is_told_as_well(tmp_path: Path) -> None:
    for text in ('[work]\nhost = "h"\nto = [\n"a@b.test",\n5]\n', '["work"]\nhost="h"\nto=["a@b.test", 5]\n'):
        with pytest.raises(BadTargetError, match=r'to = \["a@b.test", 5\] cannot be used: a list is wanted'):
            destination.find("work", file(tmp_path, text))


@pytest.mark.parametrize(
    "profile",
    [Profile(host="a b"), Profile(host="mx.test", through="-oProxyCommand=x"), Profile(host="alice@mx.test")],
)
def test_a_profile_names_no_server(profile: Profile) -> None:
    with pytest.raises(BadTargetError):
        destination.of_profile("x", profile)


@pytest.mark.parametrize(
    ("text", "target", "access"),
    [
        ("mx:corp.test", Endpoint("corp.test"), Access(mx=True)),
        ("MX: you@corp.test:2525", Endpoint("corp.test", 2525), Access(mx=True)),
        ("unix:/run/lmtp", Endpoint("localhost"), Access(unix=Path("/run/lmtp"))),
        ("mx:25", Endpoint("mx", 25), DIRECT),
        ("unix:465", Endpoint("unix", 465), Access(security=Security.TLS, by_port=True)),
    ],
)
def test_mail_domains_and_sockets_are_servers_too(
    tmp_path: Path, text: str, target: Endpoint, access: Access
) -> None:
    found = destination.find(text, tmp_path / "none.toml")
    assert (found.target, found.access) == (target, access)


WAYS = [
    DIRECT,
    Access(unix=Path("/run/lmtp"), lmtp=True),
    Access(pipe=("ssh", "a jump", "%h", "%p"), tls=TlsRules(name="mx", cafile=Path("/ca.pem"))),
    Access(mx=True, family=6, proxy=ProxyHeader.V2),
    Access(via="alice@jump", security=Security.TLS, family=4),
    Access(source="192.0.2.1", tls=TlsRules(cert=Path("/c.pem"), key=Path("/k.pem"))),
]


@pytest.mark.parametrize("access", WAYS)
def test_a_profile_keeps_every_way_in(tmp_path: Path, access: Access) -> None:
    path = tmp_path / "servers.toml"
    kept = Destination(Endpoint("mx.test", 587), access, Steps(login=Login(user="a")), timeout=30.0)
    servers.save(path, "work", destination.profile_of(kept))
    assert destination.find("work", path) == replace(kept, profile="work")


def test_what_holds_for_one_sitting_is_not_kept() -> None:
    trusted = Access(tls=TlsRules(insecure=True, pin="ab"), mx=True, mx_choice=2)
    profile = destination.profile_of(Destination(Endpoint("corp.test"), trusted))
    assert destination.of_profile("x", profile).access == Access(mx=True)


@pytest.mark.parametrize(
    "profile",
    [
        Profile(host="h", through="j", pipe="nc"),
        Profile(host="h", pipe="nc", unix="/s"),
        Profile(host="h", mx=True, unix="/s"),
        Profile(host="h", through="j", source="192.0.2.1"),
        Profile(host="h", pipe="nc", ip=4),
        Profile(host="h", source="::1", ip=4),
        Profile(host="h", key="/k.pem"),
        Profile(host="h", source="here"),
        Profile(host="h", pipe="'"),
        Profile(host="h", tls_name="a b"),
    ],
)
def test_what_excludes_each_other_in_a_profile(profile: Profile) -> None:
    with pytest.raises(BadTargetError):
        destination.of_profile("work", profile)


def test_a_name_is_no_unknown_host_when_the_profiles_cannot_be_read(tmp_path: Path) -> None:
    path = file(tmp_path, '[home]\nhost = "h"\ncolour = "red"\n')
    found = destination.find("work", path)
    assert found.target == Endpoint("work")
    assert "line 3: there is no key colour" in found.doubt
    assert destination.find("mx.test", path).doubt == ""
    folder = tmp_path / "folder.toml"
    folder.mkdir()
    assert "folder.toml cannot be read" in destination.find("work", folder).doubt


def test_the_port_of_a_profile_follows_its_security() -> None:
    assert destination.of_profile("x", Profile(host="mx.test", security="tls")).target.port == 465
    assert destination.of_profile("x", Profile(host="mx.test")).target.port == 25
    implicit = destination.of_profile("x", Profile(host="mx.test", port=465)).access
    assert implicit.security is Security.TLS


@pytest.mark.parametrize("access", [one for one in WAYS if not one.pipe])
def test_a_visit_leads_to_the_same_place_again(tmp_path: Path, access: Access) -> None:
    steps = Steps(ehlo="me.test", login=Login(user="alice"))
    one = Destination(Endpoint("::1", 587), access, steps, timeout=30.0)
    visit = destination.visit_of(one, 1.0)
    assert visit is not None
    recent.add(tmp_path / "recent.json", visit)
    assert destination.of_visit(*recent.load(tmp_path / "recent.json")) == one


@pytest.mark.parametrize(("access", "sandbox"), [(Access(pipe=("nc", "geheim")), False), (DIRECT, True)])
def test_what_cannot_be_gone_to_again_is_no_visit(access: Access, sandbox: bool) -> None:
    assert destination.visit_of(Destination(Endpoint("h", 25, sandbox), access), 0.0) is None


def test_a_visit_that_somebody_else_wrote() -> None:
    with pytest.raises(BadTargetError):
        destination.of_visit(Visit(host="\x1b[2J", port=25))
    assert destination.of_visit(Visit(host="mx.test", port=25, security="?")).access == DIRECT


@pytest.mark.parametrize(
    ("access", "words"),
    [
        (DIRECT, "mx.test:25"),
        (Access(via="alice@jump"), "mx.test:25 via alice@jump"),
        (Access(pipe=("/usr/bin/nc", "%h")), "mx.test:25 pipe nc"),
        (Access(unix=Path("/run/smtp")), "unix /run/smtp"),
        (Access(mx=True), "MX of mx.test"),
    ],
)
def test_how_it_is_reached_in_words(access: Access, words: str) -> None:
    assert ways.server(Endpoint("mx.test"), access) == words


async def test_the_dot_asks_behind_a_socket_file_though_it_is_on_this_machine(tmp_path: Path) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await polite()(Peer(reader, writer))
        except EOFError:
            pass
        finally:
            writer.close()

    path = tmp_path / "smtp"
    server = await asyncio.start_unix_server(connected, path)
    one = Sitting(route=None)
    async with server, asyncio.timeout(PATIENCE):
        await one.desk.open(Endpoint("localhost"), Access(unix=path))
        await one.type("HELO a", "MAIL FROM:<>", "RCPT TO:<a@b>", "DATA", "text")
        assert one.desk.submit(".") is Submitted.ASKED
        assert one.asked.asked is Asked.DOT
        one.desk.answered("no")
        await one.desk.leave(goodbye=False)
    assert b"." not in one.sent
    assert one.desk.farewell.server == f"unix {path}"
    opened = one.all(ConnectionOpened)[0]
    assert text_row(opened) == f"* connected to unix {path}"
    assert notes.server(opened) == f"unix {path}"


async def test_the_next_exchanger_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    records = {
        ("corp.test", "MX"): ("10 mx1.corp.test.", "20 mx2.corp.test."),
        ("mx1.corp.test", "A"): ("127.0.0.1",),
        ("mx2.corp.test", "A"): ("127.0.0.1",),
    }
    one = Sitting(route=None)
    async with names(records) as where, serving(polite()) as server:
        monkeypatch.setenv(mx.VARIABLE, where)
        assert await one.desk.open(replace(server.endpoint, host="corp.test"), Access(mx=True))
        await one.desk.settle()
        chosen = one.desk.next_exchanger
        assert chosen is not None and one.desk.endpoint is not None
        assert await one.desk.open(one.desk.endpoint, chosen)
        await one.desk.settle()
        assert one.desk.next_exchanger is None
        await one.desk.leave(goodbye=False)
    assert [opened.host for opened in one.all(ConnectionOpened)] == ["mx1.corp.test", "mx2.corp.test"]
    assert ways.no_next_exchanger(one.desk.exchangers).endswith("mx1.corp.test, mx2.corp.test")


@pytest.mark.parametrize(
    ("named", "now", "as_now"),
    [
        ("mx.test", Access(via="jump"), True),
        ("mx.test", DIRECT, True),
        ("other.test", Access(via="jump"), False),
        ("localhost", Access(unix=Path("/run/one")), False),
        ("unix:/run/other", Access(unix=Path("/run/one")), False),
        ("mx:mx.test", DIRECT, False),
    ],
)
def test_what_is_named_again_is_reached_as_before(
    named: str, now: Access, as_now: bool, tmp_path: Path
) -> None:
    found = destination.find(named, tmp_path / "none.toml")
    host = Endpoint("localhost" if now.unix else "mx.test")
    access = destination.reaching_again(found, host, now)
    assert access == (now if as_now else found.access)
