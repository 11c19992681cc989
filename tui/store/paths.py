"""Where things are kept. The only module that knows platformdirs.

Folders are 0700 and files 0600 whatever the umask. A home that cannot be written is replaced by a private
temporary folder, which goes away when the program ends; ``Home.unwritable`` tells it, so that a front end can
say it once.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from tui.values import value

FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600
_NAME: Final = "smtptutor"


@value
class Home:
    """The places of one user: ``config`` for what is edited, ``data`` owned, ``state`` may be lost.

    Attributes:
        settings: the settings file; beside ``config`` only when ``SMTPTUTOR_CONFIG`` names another.
        unwritable: the folder that could not be written; ``data`` and ``state`` are temporary then.
    """

    config: Path
    data: Path
    state: Path
    settings: Path
    unwritable: Path | None = None

    @property
    def servers(self) -> Path:
        return self.config / "servers.toml"

    @property
    def keymap(self) -> Path:
        return self.config / "keymap.toml"

    @property
    def mail(self) -> Path:
        """The sandbox's Maildir; made by the sandbox."""
        return self.data / "mail"

    @property
    def certificates(self) -> Path:
        """The sandbox's own authority; made by the sandbox when TLS is first used."""
        return self.data / "tls"

    @property
    def progress(self) -> Path:
        return self.data / "progress.db"

    @property
    def lessons(self) -> Path:
        return self.data / "lessons"

    @property
    def history(self) -> Path:
        return self.state / "history"

    @property
    def recent(self) -> Path:
        """Servers that were connected to."""
        return self.state / "recent.json"

    @property
    def transcripts(self) -> Path:
        return self.state / "transcripts"

    @property
    def crashes(self) -> Path:
        return self.state / "crashes"

    @property
    def log(self) -> Path:
        return self.state / "log"

    @property
    def temporary(self) -> bool:
        """Nothing will be kept."""
        return self.unwritable is not None


def expanded(text: str | Path) -> Path:
    """A path as a shell reads it: the folder of ``~`` or ``~user`` in front. One that is nobody's stays as it
    is written, so that what is told of it is that there is no such file."""
    return Path(os.path.expanduser(text))  # noqa: PTH111 - Path.expanduser raises RuntimeError for it


def locate(environ: Mapping[str, str]) -> Home:
    """The places as this environment names them; nothing is touched.

    ``SMTPTUTOR_HOME`` puts all under one folder. ``SMTPTUTOR_CONFIG`` is the settings file, or the folder of
    all configuration: a folder when it is one, or when its name does not end in ``.toml``.
    """
    root = environ.get("SMTPTUTOR_HOME", "")
    if root:
        top = expanded(root).absolute()
        config, data, state = top, top, top
    else:
        from platformdirs import PlatformDirs

        dirs = PlatformDirs(_NAME, appauthor=False)
        config, data, state = dirs.user_config_path, dirs.user_data_path, dirs.user_state_path
    settings = config / "settings.toml"
    named = environ.get("SMTPTUTOR_CONFIG", "")
    if named:
        path = expanded(named).absolute()
        if path.suffix == ".toml" and not path.is_dir():
            config, settings = path.parent, path
        else:
            config, settings = path, path / "settings.toml"
    return Home(config, data, state, settings)


_prepared: dict[tuple[str, str, str], Home] = {}


def home(environ: Mapping[str, str] = os.environ) -> Home:
    """The places, with ``data`` and ``state`` made and writable: the real ones, or temporary ones.

    The same environment gives the same value again, so everybody in this process works in the same temporary
    folder.
    """
    place = locate(environ)
    key = (str(place.settings), str(place.data), str(place.state))
    if key not in _prepared:
        _prepared[key] = _prepare(place)
    return _prepared[key]


def make_folder(path: Path) -> None:
    """Make ``path`` and its parents; those made here, and ``path`` itself, are 0700.

    Raises:
        OSError: it cannot be made, or is no folder of this user.
    """
    missing: list[Path] = []
    at = path
    while not at.exists():
        missing.append(at)
        at = at.parent
    for folder in reversed(missing):
        folder.mkdir(FOLDER_MODE, exist_ok=True)
        folder.chmod(FOLDER_MODE)  # mkdir's mode passes through the umask
    if not missing and path.stat().st_mode & 0o777 != FOLDER_MODE:
        path.chmod(FOLDER_MODE)


def can_be_made(path: Path) -> bool:
    """Would ``make_folder`` or a file of this name succeed? Tried where the nearest folder lies: modes say
    nothing to root, nor about ``/proc``. Leaves nothing behind."""
    import tempfile

    at = path.parent
    while not at.exists() and at != at.parent:
        at = at.parent
    if not at.is_dir():
        return False
    try:
        with tempfile.TemporaryDirectory(prefix=".probe-", dir=at):
            return True
    except OSError:
        return False


def open_private(path: Path, flags: int) -> int:
    """A descriptor of a file that only its owner may read. ``flags`` as for ``os.open``, O_CREAT is added.

    Raises:
        OSError: as ``os.open``.
    """
    descriptor = os.open(path, flags | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):  # never /dev/null or a terminal
        os.fchmod(descriptor, FILE_MODE)
    return descriptor


def _prepare(place: Home) -> Home:
    for folder in dict.fromkeys((place.data, place.state)):
        try:
            make_folder(folder)
            _try_writing(folder)
        except OSError:
            temporary = _temporary()
            return replace(place, data=temporary, state=temporary, unwritable=folder)
    return place


def _try_writing(folder: Path) -> None:
    """A mode says little about a read-only mount, a full disk or another user's folder: write one file."""
    probe = folder / f".probe-{os.getpid()}"
    descriptor = open_private(probe, os.O_WRONLY | os.O_TRUNC)
    try:
        os.write(descriptor, b"\n")
    finally:
        os.close(descriptor)
        probe.unlink()


def _temporary() -> Path:
    import atexit
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="smtptutor-"))
    owner = os.getpid()

    def remove() -> None:
        if os.getpid() == owner:  # a forked child leaves it to its parent
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder
