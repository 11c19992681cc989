"""``--mx``: mail servers found in DNS, of which the first may not be there; and what DNS says no to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop import dns
from tests.interop.ports import free_port
from tests.interop.postfix import Postfix
from tests.interop.program import PROGRAM, article, connect, delivered
from tests.pty import Terminal

RECORDS: dns.Records = {
    ("corp.test.", "MX"): ("20 mx2.corp.test.", "10 mx1.corp.test.", "30 mx3.corp.test."),
    ("mx1.corp.test.", "A"): ("127.0.0.7",),  # where nobody listens
    ("mx2.corp.test.", "A"): ("127.0.0.1",),
    ("mx3.corp.test.", "AAAA"): ("::1",),
    ("bare.test.", "A"): ("127.0.0.1",),
    ("six.test.", "AAAA"): ("::1",),
    ("null.test.", "MX"): ("0 .",),
    ("words.test.", "TXT"): ('"no mail here"',),
    ("broken.test.", "MX"): "SERVFAIL",
}
FRONTS = pytest.mark.parametrize("front", [[], ["--plain"]], ids=["split screen", "line mode"])


@pytest.fixture(autouse=True)
def name_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with dns.running(RECORDS) as address:
        monkeypatch.setenv("SMTPTUTOR_DNS", address)
        yield


def test_the_first_mail_server_is_not_there(postfix: Postfix, tmp_path: Path) -> None:
    port = postfix.port
    ran = connect("--mx", f"corp.test:{port}", *article(tmp_path))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.splitlines()[:5] == [
        "* MX of corp.test: 10 mx1.corp.test, 20 mx2.corp.test, 30 mx3.corp.test; mx1.corp.test is tried "
        "now, /mx takes the next one",
        f"* connecting to mx1.corp.test, 127.0.0.7:{port}",
        f"* 127.0.0.7:{port} refused the connection",
        f"* connecting to mx2.corp.test, 127.0.0.1:{port}",
        f"* connected to mx2.corp.test 127.0.0.1:{port}",
    ]
    delivered(postfix.mail("test2"))


@FRONTS
def test_the_next_one_on_request(postfix: Postfix, front: list[str]) -> None:
    command = [*PROGRAM, *front, "connect", "--mx", f"corp.test:{postfix.port}"]
    with Terminal.spawn(command, size=(120, 36)) as terminal:
        terminal.wait_for("mx1.corp.test is tried now")
        terminal.wait_for("220 mail.bdwater.test")
        terminal.enter("/mx")
        terminal.wait_for("221 2.0.0")  # the one before was left properly
        terminal.wait_for(f"[::1]:{postfix.port}")
        terminal.wait_for("mx3.corp.test")
        terminal.wait(lambda: terminal.text().count("220 mail.bdwater.test") == 2)
        terminal.enter("/mx")
        terminal.wait_for("there is no further mail server")
        terminal.press("ctrl+d")
        assert terminal.exit_code() == (1 if front else 0)


@pytest.mark.parametrize("domain", ["bare.test", "six.test"])
def test_without_an_mx_record_the_domain_itself(postfix: Postfix, domain: str) -> None:
    ran = connect("--mx", f"{domain}:{postfix.port}", "--until", "helo")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.startswith(f"* {domain} has no MX record: its own address stands in for one\n")
    assert f"* connected to {domain} " in ran.stdout


@pytest.mark.parametrize(
    ("domain", "headline", "meant"),
    [
        ("null.test", "null.test takes no mail", "the domain says itself that it takes none (RFC 7505)"),
        ("words.test", "words.test has no mail server", "neither an MX record nor an address"),
        ("gone.test", "the name gone.test is unknown", "No name server knows it."),
        ("broken.test", "the name servers cannot answer about broken.test", "They failed (SERVFAIL)."),
    ],
)
def test_what_dns_says_no_to(domain: str, headline: str, meant: str) -> None:
    ran = connect("--mx", f"{domain}:{free_port()}", "--until", "helo")
    assert ran.returncode == 69, ran.stdout + ran.stderr
    assert ran.stderr == f"smtptutor: {headline}.\n"
    assert meant in ran.stdout
