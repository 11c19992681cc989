"""The message catalogues: collect the words of all rooms, merge, compile, and say what is still untranslated.

``python -m tests.words.catalogue update`` does the first three; ``check`` only the last. The files hold no
dates and no line numbers, so they change only when words do.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "tui"
LOCALE = SOURCES / "words" / "locale"
DOMAIN = "smtptutor"
#: Every language but the source.
TRANSLATED = ("zh_CN",)

KEYWORDS = {**DEFAULT_KEYWORDS, "NC_": ((1, "c"), 2)}
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
_HEADER = "# The words of smtptutor in {language}.\n"


def folder(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES"


def extracted() -> Catalog:
    """Every text that a person may read, as the sources have it now."""
    catalog = Catalog(project=DOMAIN, charset="utf-8")
    found = extract_from_dir(str(SOURCES), method_map=[("**.py", "python")], keywords=KEYWORDS)
    for file, _, message, comments, context in found:
        catalog.add(message, locations=[(f"tui/{file}", 0)], auto_comments=comments, context=context)
    return catalog


def read(language: str) -> Catalog:
    """The catalogue as it is committed; an empty one when there is none yet."""
    path = folder(language) / f"{DOMAIN}.po"
    if not path.exists():
        return Catalog(locale=language, project=DOMAIN, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def compiled(catalog: Catalog) -> bytes:
    """The .mo: the same octets for the same words, whenever it is made."""
    catalog.creation_date = catalog.revision_date = _NO_DATE
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def written(catalog: Catalog, language: str) -> bytes:
    """The .po as it stands in the repository: sorted by place, without dates and line numbers."""
    catalog.header_comment = _HEADER.format(language=language)
    buffer = io.BytesIO()
    write_po(buffer, catalog, omit_header=False, ignore_obsolete=True, include_lineno=False, width=100)
    lines = buffer.getvalue().decode("utf-8").splitlines(keepends=True)
    kept = (line for line in lines if not line.startswith(_LEFT_OUT))
    return "".join(kept).encode("utf-8")


#: Headers that hold dates and versions, or nothing.
_LEFT_OUT = (
    '"Project-Id-Version',
    '"Report-Msgid-Bugs-To',
    '"POT-Creation-Date',
    '"PO-Revision-Date',
    '"Generated-By',
    '"Last-Translator',
    '"Language-Team',
)


def untranslated(catalog: Catalog) -> list[Message]:
    """Texts of ``catalog`` without a translation that can be trusted."""
    return [one for one in catalog if one.id and (one.fuzzy or not _translations(one))]


def _translations(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(strings) and all(strings)


def update() -> int:
    """Merge the sources' texts into each catalogue and compile it. The number of texts still to translate."""
    template = extracted()
    left = 0
    for language in TRANSLATED:
        catalog = read(language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        target = folder(language)
        target.mkdir(parents=True, exist_ok=True)
        (target / f"{DOMAIN}.po").write_bytes(written(catalog, language))
        (target / f"{DOMAIN}.mo").write_bytes(compiled(read(language)))
        left += _tell(language)
    return left


def _tell(language: str) -> int:
    catalog = read(language)
    catalog.update(extracted(), no_fuzzy_matching=True)
    missing = untranslated(catalog)
    for message in missing:
        print(f"{language}: {message.id!r}")
    print(f"{language}: {len(missing)} of {len(catalog)} to translate")
    return len(missing)


def main(arguments: list[str]) -> int:
    if arguments not in (["update"], ["check"]):
        print("python -m tests.words.catalogue update|check", file=sys.stderr)
        return 2
    left = update() if arguments == ["update"] else sum(_tell(language) for language in TRANSLATED)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
