"""What must stay light and pure is: looked at from inside a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_HEAVY = "textual rich asyncio ssl aiosmtpd msgspec platformdirs"
_IO = "socket ssl asyncio select selectors subprocess tempfile pathlib logging"


def loaded(code: str) -> set[str]:
    """The top-level modules, and those of this package, that ``code`` brings in."""
    program = f"import sys; before = set(sys.modules)\n{code}\nprint(*(set(sys.modules) - before))"
    told = subprocess.run(
        [sys.executable, "-S", "-E", "-c", _PATH + program], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    return set(told.stdout.split("\n")[-2].split())


#: -S keeps site-packages and their start-up files out, so the package itself is found by its folder.
_PATH = f"import sys; sys.path[:0] = {[path for path in sys.path if path]!r}\n"


@pytest.mark.parametrize(
    ("code", "forbidden"),
    [
        ("import tui.smtp.dialogue, tui.smtp.display", f"{_HEAVY} {_IO} tui.practice tui.words tui.net"),
        (
            "import tui.practice.checklist, tui.practice.reading, tui.practice.facts",
            f"{_HEAVY} {_IO} tui.words tui.net tui.store",
        ),
        ("import tui.cli", f"{_HEAVY} argparse gettext tui.words tui.smtp tui.store tui.plain tui.ui"),
        ("import tui.cli\ntui.cli.main(['--version'])", f"{_HEAVY} argparse gettext tui.words tui.store"),
        ("import tui.cli.arguments, tui.cli.settling", "textual rich asyncio ssl aiosmtpd tui.plain tui.ui"),
        ("import tui.cli\ntui.cli.main(['--help'])", "textual rich asyncio ssl aiosmtpd tui.plain tui.ui"),
        ("import tui.store.transcripts, tui.store.settings", "tui.net tui.words platformdirs asyncio"),
        ("import tui.plain.explain, tui.plain.telling", "textual rich aiosmtpd asyncio tui.net.session"),
    ],
)
def test_what_an_import_brings(code: str, forbidden: str) -> None:
    brought = loaded(code)
    assert not brought & set(forbidden.split())


#: An app without a terminal, until its own server's greeting is told.
_GREETED = """
import asyncio
from tui.desk.opening import desk_for
from tui.desk.options import Options
from tui.ui import look
from tui.ui.app import TutorApp

desks = []

def make(*given, **settings):
    desks.append(desk_for(*given, **settings))
    return desks[0]

async def until_greeted():
    app = TutorApp(Options(transcripts=0), look.choose({}), make_desk=make)
    async with app.run_test(size=(80, 24)) as pilot:
        while not (desks and desks[0].practice.reply):
            await pilot.pause()

asyncio.run(until_greeted())
"""


def test_what_the_first_greeting_does_not_wait_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTPTUTOR_HOME", str(tmp_path))
    idle = "cryptography dns smtplib sqlite3 hashlib hmac secrets email.parser email.message http.client"
    widgets = "textual.widgets._markdown textual.widgets._rich_log textual.widgets._data_table rich.syntax"
    ours = (
        "tui.lessons tui.plain tui.net.mx tui.net.tls tui.net.certificates tui.practice.refusal_words "
        "tui.practice.authentication tui.practice.exercise tui.sandbox.login tui.sandbox.naming "
        "tui.sandbox.proxied tui.sandbox.reporting tui.smtp.sasl_server tui.ui.screens.connect "
        "tui.ui.screens.inbox tui.desk.exports tui.words.lesson"
    )
    brought = loaded(_GREETED)
    assert "tui.sandbox.server" in brought
    assert sorted(brought & set(f"{idle} {widgets} {ours}".split())) == []
