"""Places: who names them, who may read them, and what happens where nothing can be written."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tui.store.paths import expanded, home, locate, make_folder, open_private


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_one_folder_holds_everything(tmp_path: Path) -> None:
    place = locate({"SMTPTUTOR_HOME": str(tmp_path / "all")})
    for path in (place.settings, place.servers, place.keymap, place.mail, place.history, place.transcripts):
        assert path.parent == tmp_path / "all"
    assert not (tmp_path / "all").exists(), "locating touches nothing"


def test_platform_places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    place = locate({})
    assert place.settings == tmp_path / "config" / "smtptutor" / "settings.toml"
    assert place.mail == tmp_path / "data" / "smtptutor" / "mail"
    assert place.transcripts == tmp_path / "state" / "smtptutor" / "transcripts"


@pytest.mark.parametrize(
    ("named", "settings", "config"),
    [
        ("mine.toml", "mine.toml", "."),
        ("folder", "folder/settings.toml", "folder"),
        ("existing.toml", "existing.toml/settings.toml", "existing.toml"),
    ],
)
def test_config_is_a_file_or_a_folder(tmp_path: Path, named: str, settings: str, config: str) -> None:
    (tmp_path / "existing.toml").mkdir()
    environ = {"SMTPTUTOR_HOME": str(tmp_path / "home"), "SMTPTUTOR_CONFIG": str(tmp_path / named)}
    place = locate(environ)
    assert place.settings == tmp_path / settings
    assert place.config == tmp_path / config
    assert place.data == tmp_path / "home", "only the configuration moves"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_private_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        make_folder(tmp_path / "a" / "b")
        os.close(open_private(tmp_path / "a" / "b" / "file", os.O_WRONLY))
    finally:
        os.umask(before)
    assert _mode(tmp_path / "a") == 0o700
    assert _mode(tmp_path / "a" / "b") == 0o700
    assert _mode(tmp_path / "a" / "b" / "file") == 0o600


def test_devices_keep_their_mode() -> None:
    before = _mode(Path("/dev/null"))
    os.close(open_private(Path("/dev/null"), os.O_WRONLY))
    assert _mode(Path("/dev/null")) == before


def test_folder_that_was_open_to_others_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "old"
    folder.mkdir(0o755)
    make_folder(folder)
    assert _mode(folder) == 0o700


def test_home_is_made_and_real(tmp_path: Path) -> None:
    place = home({"SMTPTUTOR_HOME": str(tmp_path / "all")})
    assert not place.temporary
    assert _mode(place.data) == 0o700
    assert list(place.data.iterdir()) == [], "trying to write leaves nothing behind"


def test_home_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    environ = {"SMTPTUTOR_HOME": str(tmp_path / "file" / "home")}
    place = home(environ)
    assert place.temporary
    assert place.unwritable == tmp_path / "file" / "home"
    assert _mode(place.state) == 0o700
    assert (place.state / "x").write_text("works") == 5
    assert home(environ) is place, "one temporary folder for the whole process"


def test_temporary_home_goes_with_the_program() -> None:
    code = (
        "from tui.store.paths import home; h = home({'SMTPTUTOR_HOME': '/proc/nothing'});"
        "(h.state / 'history').write_text('x'); print(h.state)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not Path(told.stdout.strip()).exists()


def test_a_folder_of_nobody_is_taken_as_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert expanded("~/x") == Path("/home/me/x")
    assert expanded("~nobody-is-called-so/x") == Path("~nobody-is-called-so/x")
    assert locate({"SMTPTUTOR_HOME": "~nobody-is-called-so"}).config.is_absolute()
