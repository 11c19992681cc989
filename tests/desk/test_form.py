"""The fields of the connect page: what they name, and under which one a fault is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.test_destination import WAYS
from tests.net.authority import cafile
from tui.desk import form
from tui.desk.destination import Destination
from tui.desk.form import BadFieldError, Part
from tui.desk.options import Login, Steps
from tui.net.access import Access, Security, TlsRules
from tui.net.endpoint import Endpoint
from tui.practice.stepping import Until

SERVER = {Part.SERVER: "mx.test"}


@pytest.mark.parametrize("access", [one for one in WAYS if not one.tls.cert and not one.tls.cafile])
def test_a_place_is_read_as_it_was_written(access: Access) -> None:
    one = Destination(
        Endpoint("mx.test", 2525), access, Steps(ehlo="me", login=Login(user="a b")), timeout=1.5
    )
    assert form.read(form.texts(one), one) == one


TYPED = Steps(
    ehlo="me",
    sender="a@b.test",
    recipients=("c@d.test", '"x, y"@d.test'),
    message=Path(__file__),
    until=Until.DOT,
    login=Login(user="alice", mechanism="LOGIN", command=("pass", "show", "my mail")),
)


@pytest.mark.parametrize("steps", [TYPED, Steps(sender="", recipients=("postmaster",), until=Until.RCPT)])
def test_what_is_to_be_typed_is_read_as_it_was_written(steps: Steps) -> None:
    one = Destination(Endpoint("mx.test"), steps=steps)
    assert form.read(form.texts(one), one) == one


@pytest.mark.parametrize("written", ["c@d.test e@f.test", "<c@d.test>;<e@f.test>", " c@d.test ,, e@f.test, "])
def test_recipients_as_people_write_them(written: str) -> None:
    assert form.read({**SERVER, Part.RECIPIENTS: written}).steps.recipients == ("c@d.test", "e@f.test")


def test_nothing_but_a_server() -> None:
    assert form.read(SERVER) == Destination(Endpoint("mx.test"))
    with pytest.raises(BadFieldError) as caught:
        form.read({})
    assert caught.value.part is Part.SERVER


@pytest.mark.parametrize(
    ("server", "chosen", "port", "security"),
    [
        ("mx.test", "", 25, Security.PLAIN),
        ("mx.test", "tls", 465, Security.TLS),
        ("mx.test:465", "", 465, Security.TLS),
        ("mx.test:465", "plain", 465, Security.PLAIN),
        ("mx:corp.test:465", "", 465, Security.TLS),
        ("unix:/run/smtp", "", 25, Security.PLAIN),
        ("no such :name", "", 0, Security.PLAIN),
    ],
)
def test_security_follows_the_port_until_it_is_chosen(
    server: str, chosen: str, port: int, security: Security
) -> None:
    given = {Part.SERVER: server, Part.SECURITY: chosen}
    found = form.secured(given)
    assert (found.security, found.by_port) == (security, security is Security.TLS and not chosen)
    if port:
        assert form.read(given).target.port == port


def test_files_and_their_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "ca.pem").write_bytes(cafile().read_bytes())
    found = form.read({**SERVER, Part.CAFILE: "~/ca.pem"})
    assert found.access.tls == TlsRules(cafile=tmp_path / "ca.pem")


FAULTS: list[tuple[dict[Part, str], Part]] = [
    ({Part.SERVER: "a b"}, Part.SERVER),
    ({Part.SERVER: "mx:"}, Part.SERVER),
    ({Part.SERVER: "unix:a\x1bb"}, Part.SERVER),
    ({Part.LOGIN: "a\u200bb"}, Part.LOGIN),
    ({Part.NAME: "my name"}, Part.NAME),
    ({Part.THROUGH: "-oProxyCommand=x"}, Part.THROUGH),
    ({Part.THROUGH: "nc %h %p"}, Part.THROUGH),
    ({Part.THROUGH: "pipe:"}, Part.THROUGH),
    ({Part.THROUGH: "pipe:'nc"}, Part.THROUGH),
    ({Part.THROUGH: "jump", Part.SERVER: "unix:/s"}, Part.THROUGH),
    ({Part.THROUGH: "pipe:nc", Part.SERVER: "unix:/s"}, Part.THROUGH),
    ({Part.THROUGH: "jump", Part.SOURCE: "192.0.2.1"}, Part.SOURCE),
    ({Part.THROUGH: "pipe:nc", Part.FAMILY: "4"}, Part.FAMILY),
    ({Part.SOURCE: "here"}, Part.SOURCE),
    ({Part.SOURCE: "::1", Part.FAMILY: "4"}, Part.FAMILY),
    ({Part.TLS_NAME: "a b"}, Part.TLS_NAME),
    ({Part.TIMEOUT: "soon"}, Part.TIMEOUT),
    ({Part.TIMEOUT: "-1"}, Part.TIMEOUT),
    ({Part.CAFILE: "/no/such"}, Part.CAFILE),
    ({Part.CAFILE: __file__}, Part.CAFILE),
    ({Part.CERT: __file__}, Part.CERT),
    ({Part.CERT: str(cafile())}, Part.CERT),
    ({Part.CERT: str(cafile()), Part.KEY: __file__}, Part.KEY),
    ({Part.KEY: __file__}, Part.KEY),
    ({Part.MECHANISM: "NTLM"}, Part.MECHANISM),
    ({Part.COMMAND: "pass 'show"}, Part.COMMAND),
    ({Part.SENDER: "a b@c.test"}, Part.SENDER),
    ({Part.SENDER: "alice"}, Part.SENDER),
    ({Part.RECIPIENTS: "a@b.test, c"}, Part.RECIPIENTS),
    ({Part.RECIPIENTS: "<>"}, Part.RECIPIENTS),
    ({Part.MESSAGE: "/no/such"}, Part.MESSAGE),
    ({Part.MESSAGE: "/"}, Part.MESSAGE),
    ({Part.UNTIL: "nonsense"}, Part.UNTIL),
    ({Part.UNTIL: "auth"}, Part.LOGIN),
    ({Part.UNTIL: "mail"}, Part.SENDER),
    ({Part.UNTIL: "RCPT", Part.SENDER: "a@b.test"}, Part.RECIPIENTS),
    ({Part.UNTIL: "dot", Part.SENDER: "<>", Part.RECIPIENTS: "c@d.test"}, Part.MESSAGE),
]


@pytest.mark.parametrize(("given", "part"), FAULTS)
def test_a_fault_is_told_of_its_field(given: dict[Part, str], part: Part) -> None:
    with pytest.raises(BadFieldError) as caught:
        form.read({**SERVER, **given})
    assert caught.value.part is part
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("one", "name"),
    [
        (Destination(Endpoint("mail.corp.test")), "corp"),
        (Destination(Endpoint("mail")), "mail"),
        (Destination(Endpoint("corp.test"), Access(mx=True)), "corp"),
        (Destination(Endpoint("localhost"), Access(unix=Path("/run/dovecot/lmtp.sock"))), "lmtp"),
        (Destination(Endpoint("192.0.2.1")), ""),
        (Destination(Endpoint("例子.test")), ""),
        (Destination(Endpoint("x.test"), profile="work"), "work"),
    ],
)
def test_a_name_for_a_profile(one: Destination, name: str) -> None:
    assert form.name_for(one) == name
