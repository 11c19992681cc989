"""Packs of exercises on the disk: the one that comes with the program, and any folder like it."""

from __future__ import annotations

from pathlib import Path

from tui.practice import loader
from tui.practice.exercise import Exercise
from tui.practice.flaws import Flaw, Reason, because
from tui.practice.loader import Pack
from tui.practice.strict import LARGEST, DataFileError
from tui.values import value

BUILTIN = Path(__file__).parent / "packs" / "builtin"


class PackError(DataFileError):
    """A pack that cannot be used as a whole; ``file`` is its folder."""

    def __init__(self, folder: str, reason: Reason) -> None:
        super().__init__(folder, 0, "", reason)


@value
class Shelf:
    """One pack. Texts are looked up in the language that is asked for, and where one is missing in the
    pack's first."""

    folder: Path
    pack: Pack

    @property
    def ids(self) -> tuple[str, ...]:
        """Of all exercises, in the order of the course."""
        return tuple(id for group in self.pack.groups for id in group.exercises)

    def file(self, id: str) -> Path:
        """Where this exercise stands.

        Raises:
            PackError: it is nowhere, or in two places.
        """
        found = [one for one in self.folder.glob(f"*{id}.toml") if _id_of(one) == id]
        if len(found) != 1:
            flaw = Flaw.THERE_TWICE if found else Flaw.MISSING
            raise PackError(self.folder.name, because(flaw, file=f"{id}.toml"))
        return found[0]

    def exercise(self, id: str, lang: str) -> Exercise:
        """The exercise with the texts of ``lang``.

        Raises:
            DataFileError: a file is not as it must be.
            PackError: it is not there.
            OSError: it cannot be read.
        """
        file = self.file(id)
        found = loader.exercise(_octets(file), file.name)
        if found.id != id:
            raise DataFileError(file.name, 0, "id", because(Flaw.OTHER_ID, name=found.id))
        if lang == self.pack.languages[0]:
            return found
        texts = self.texts_file(id, lang)
        if not texts.exists():
            return found
        return loader.translated(found, loader.texts(_octets(texts), texts.name))

    def texts_file(self, id: str, lang: str) -> Path:
        """Where its texts in another language stand, or would."""
        file = self.file(id)
        return file.with_name(f"{file.stem}.{lang}.toml")


def open_pack(folder: Path, lang: str) -> Shelf:
    """The pack in ``folder``.

    Raises:
        DataFileError: ``pack.toml`` or its texts are not as they must be.
        PackError: there is no pack.
        OSError: it cannot be read.
    """
    file = folder / "pack.toml"
    try:
        pack = loader.pack(_octets(file), file.name)
    except FileNotFoundError:
        raise PackError(str(folder), because(Flaw.NO_PACK)) from None
    texts = folder / f"pack.{lang}.toml"
    if lang != pack.languages[0] and texts.exists():
        pack = loader.in_language(pack, _octets(texts), texts.name)
    return Shelf(folder, pack)


def builtin(lang: str) -> Shelf:
    """The course that comes with the program."""
    return open_pack(BUILTIN, lang)


def find(shelf: Shelf, name: str) -> str | None:
    """The id that a person means: an id, its number in the course, or a beginning that only one has."""
    ids = shelf.ids
    if name in ids:
        return name
    if name.isascii() and name.isdigit() and len(name) < 5:
        return ids[int(name) - 1] if 0 < int(name) <= len(ids) else None
    begun = [id for id in ids if name and id.startswith(name.lower())]
    return begun[0] if len(begun) == 1 else None


def _octets(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


def _id_of(file: Path) -> str:
    """``03-envelope-and-header.toml`` holds envelope-and-header; texts of a language have two dots."""
    stem = file.name.removesuffix(".toml")
    if "." in stem:
        return ""
    number, dash, rest = stem.partition("-")
    return rest if dash and number.isdigit() else stem
