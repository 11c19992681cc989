"""Every test has a home of its own and no language, colour or terminal setting of the person who runs it."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tui.words import language

# How long an example takes says something about the machine, nothing about the program.
settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-machine")

#: Real servers and clients: ``make interop`` runs these, and they fail where the software is missing.
collect_ignore = [] if os.environ.get("SMTPTUTOR_INTEROP") else ["interop"]

FOREIGN = (
    "SMTPTUTOR_CONFIG",
    "SMTPTUTOR_LANG",
    "NO_COLOR",
    "LANGUAGE",
    "LC_ALL",
    "LC_MESSAGES",
    "LANG",
    "COLORTERM",
    "TEXTUAL_DRIVER",
    "TEXTUAL_LOG",
    "TEXTUAL_THEME",
    "SSH_CONNECTION",
    "TMUX",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "XDG_CACHE_HOME",
)


def pytest_xdist_auto_num_workers() -> int:
    """One more than the processors: a third of the time goes by with waiting for programs and connections."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session", autouse=True)
def own_temporary_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a test, or a program that it kills, leaves in the temporary folder goes away with pytest's own."""
    with pytest.MonkeyPatch.context() as patch:
        folder = str(tmp_path_factory.mktemp("tmp"))
        patch.setenv("TMPDIR", folder)
        patch.setattr(tempfile, "tempdir", folder)
        yield


@pytest.fixture(scope="session", autouse=True)
def own_signals() -> None:
    """Programs inherit what is ignored: a shell starts what runs in its background without ^C."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """No test speaks the language of another one."""
    language.use("en")
    yield
    language.use("en")
    language.greet_by_lmtp(False)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in FOREIGN:
        monkeypatch.delenv(name, raising=False)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("SMTPTUTOR_HOME", str(home / "smtptutor"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return home
