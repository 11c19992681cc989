"""All that a certificate says stands on its panel, verified or not; only a short sheet leaves rows out, and
counts them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.practice.talking import GREETING, Talk, talk
from tui.smtp.certificate import Certificate, CertificateFault
from tui.smtp.events import TlsEstablished, TlsFailed, TlsTrouble
from tui.ui.grid import stacked_rows
from tui.ui.sheet import lay, least_height
from tui.words import language, tls
from tui.words.guide import Guide
from tui.words.sheet import guide

NAMES = tuple(f"mx{n}.example.net" for n in range(1, 13))
SHOWN = Certificate(
    subject="CN=mx1.example.net,O=Example\\, Inc.",
    names=NAMES,
    issuer="CN=Example CA R3,O=Example",
    chain=("CN=mx1.example.net,O=Example\\, Inc.", "CN=Example CA R3,O=Example"),
    not_before=1_577_836_800.0,  # 2020-01-01
    not_after=4_102_444_800.0,  # 2100-01-01
    key="ECDSA P-256",
    sha256="0123456789abcdef" * 4,
    anchor="CN=Example Root",
)
GOOD = TlsEstablished("TLSv1.3", "TLS_AES_256_GCM_SHA384", certificate=SHOWN, name=NAMES[0])
REFUSED = TlsFailed(
    TlsTrouble.CERTIFICATE,
    certificate=SHOWN,
    faults=(CertificateFault.UNKNOWN_ISSUER, CertificateFault.WRONG_NAME),
    name="mail.corp.test",
    protocol="TLSv1.2",
    cipher="ECDHE-RSA-AES128-GCM-SHA256",
)
UNVERIFIED = replace(GOOD, verified=False, faults=(CertificateFault.WRONG_NAME,), name="mail.corp.test")
EVERYTHING = (
    *NAMES, "CN=mx1.example.net,O=Example\\, Inc.", "Example CA R3", "Example Root", "2020-01-01",
    "2100-01-01",
    "ECDSA P-256", "01:23:45:67:89:AB:CD:EF",
)  # fmt: skip


@pytest.fixture(autouse=True, params=["en", "zh_CN"])
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    language.use(request.param)
    yield request.param
    language.use("en")


def after(event: TlsEstablished | TlsFailed) -> Talk:
    return talk(*GREETING, sandbox=False).tell(event)


def text(sheet: Guide, lines: int = 1000, *, stacked: bool = False) -> str:
    """``lines`` of the terminal; stacked the sheet has a part of them, 80 columns wide."""
    height = stacked_rows(lines, least_height(sheet, 78, stacked=True)) if stacked else lines
    rows = lay(sheet, 78 if stacked else 52, height, stacked=stacked)
    return " ".join(" ".join("".join(run.text for run in row) for row in rows).split())


@pytest.mark.parametrize(
    ("event", "inside"),
    [
        (GOOD, "TLS 1.3 TLS_AES_256_GCM_SHA384"),
        (UNVERIFIED, "TLS 1.3 TLS_AES_256_GCM_SHA384"),
        (REFUSED, "TLS 1.2 ECDHE-RSA-AES128-GCM-SHA256"),
    ],
)
def test_the_panel_leaves_nothing_out(event: TlsEstablished | TlsFailed, inside: str) -> None:
    panel = tls.panel(after(event).practice)
    assert panel is not None
    for shown in ("\n".join(tls.said(panel)), text(panel)):
        assert all(one in shown for one in EVERYTHING)
        assert inside in shown
    rows = tls.said(panel)
    assert len(rows) == len({row.partition(":")[0].partition("：")[0] for row in rows})


def test_line_mode_shows_all_of_it_by_itself() -> None:
    cert = guide(after(REFUSED).practice, sandbox=False, typed=True, asked="insecure").section("cert")
    assert cert is not None
    shown = tls.said(Guide((cert,)))
    assert all(one in "\n".join(shown) for one in EVERYTHING)


def test_a_short_sheet_counts_what_it_leaves_out(spoken: str) -> None:
    sheet = guide(after(REFUSED).practice, sandbox=False, asked="insecure")
    roomy, short = text(sheet, 34), text(sheet, 24, stacked=True)
    assert all(one in roomy for one in EVERYTHING)
    assert NAMES[2] in short
    assert NAMES[3] not in short
    counted = {
        "en": ("mx3.example.net and 9 more ✗ no match", "/cert 3 rows more: subject, chain, from"),
        "zh_CN": ("mx3.example.net，另有 9 个 ✗ 不符", "/cert 还有 3 行：主体、证书链、生效"),
    }
    for one in counted[spoken]:
        assert one in short


def test_what_is_wrong_is_never_left_out(spoken: str) -> None:
    early = replace(REFUSED, faults=(CertificateFault.NOT_YET_VALID,))
    short = text(guide(after(early).practice, sandbox=False, asked="insecure"), 24, stacked=True)
    assert "2020-01-01 ✗" in short
    assert {"en": "2 rows more: subject, chain", "zh_CN": "还有 2 行：主体、证书链"}[spoken] in short


@pytest.mark.parametrize(
    ("chain", "anchor", "en", "zh"),
    [
        (SHOWN.chain, SHOWN.anchor,
         "mx1.example.net, signed by Example CA R3, signed by Example Root (not sent along)",
         "mx1.example.net，签发者 Example CA R3，签发者 Example Root（没有一起发来）"),
        (("CN=mx",), "CN=mx", "mx, signed by itself", "mx，签发者它自己"),
        (("CN=mx",), "", "mx", "mx"),
        (("CN=mx", ""), "CN=R", "mx, signed by one without a name, signed by R (not sent along)",
         "mx，签发者没有名字的证书，签发者 R（没有一起发来）"),
    ],
)  # fmt: skip
def test_who_has_signed_whom(chain: tuple[str, ...], anchor: str, en: str, zh: str, spoken: str) -> None:
    shown = replace(SHOWN, subject=chain[0], chain=chain, anchor=anchor)
    panel = tls.panel(after(replace(GOOD, certificate=shown)).practice)
    assert panel is not None
    assert any(row.endswith({"en": f": {en}", "zh_CN": f"：{zh}"}[spoken]) for row in tls.said(panel))


def test_as_far_as_known(spoken: str) -> None:
    """A certificate can be empty, and a handshake can fail before there is a cipher."""
    bare = replace(SHOWN, subject="", names=(), key="")
    panel = tls.panel(after(replace(REFUSED, certificate=bare, protocol="", cipher="")).practice)
    assert panel is not None
    wanted = {
        "en": ("empty", "no name at all", "not known yet"),
        "zh_CN": ("空", "任何名字都没有", "尚不清楚"),
    }
    said = "\n".join(tls.said(panel))
    assert all(one in said for one in wanted[spoken])


def test_who_signed_another_certificate_than_the_one_that_was_taken_was_not_checked(spoken: str) -> None:
    changed = replace(REFUSED, faults=(CertificateFault.CHANGED,))
    panel = text(guide(after(changed).practice, sandbox=False))
    if spoken == "en":
        assert "not checked" in panel
        assert "trusted" not in panel


def test_who_signed_one_that_was_not_verified_was_not_checked(spoken: str) -> None:
    panel = tls.panel(after(replace(GOOD, verified=False, faults=(CertificateFault.WRONG_NAME,))).practice)
    assert panel is not None
    if spoken == "en":
        rows = [row for row in tls.said(panel) if row.startswith("issuer")]
        assert rows
        assert all(row.endswith("not checked") for row in rows)
