"""The language a person reads: chosen once at start, looked up at call time.

English is the source and needs no catalogue, so nothing of ``gettext`` is imported for it. Other languages
are compiled catalogues beside this module, read through the package's loader, so they work from a wheel too.

Usage everywhere: ``from tui.words.language import gettext as _``; for a table that is built at import time
mark the text with ``N_`` and call ``gettext`` when it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from gettext import GNUTranslations
    from importlib.abc import ResourceLoader

#: Code -> the language's name in itself. The first one is the source and the default.
LANGUAGES: Final[Mapping[str, str]] = {"en": "English", "zh_CN": "中文"}
DEFAULT: Final = "en"

_DOMAIN: Final = "smtptutor"
#: The primary subtag (RFC 5646) of a locale name -> our catalogue: every Chinese locale reads zh_CN.
_BY_SUBTAG: Final[Mapping[str, str]] = {"en": "en", "zh": "zh_CN"}
_PLAIN_LOCALES: Final = frozenset({"C", "POSIX"})


class Source(Enum):
    """Where a language was named."""

    OPTION = "--lang"
    ENVIRONMENT = "SMTPTUTOR_LANG"
    SAVED = "settings"


class UnknownLanguageError(ValueError):
    """A language was asked for by name that is not here. ``value`` is foreign text, as it was given."""

    def __init__(self, value: str, source: Source) -> None:
        super().__init__(f"{source.value}: {value!r}")
        self.value = value
        self.source = source


def normal(name: str) -> str | None:
    """The code in ``LANGUAGES`` that a locale name means (``zh_TW.UTF-8``, ``zh-cn``, ``EN``), or None."""
    subtag = name.partition(".")[0].partition("@")[0].replace("-", "_").partition("_")[0]
    return _BY_SUBTAG.get(subtag.strip().lower())


def choose(option: str | None, environ: Mapping[str, str], saved: str | None) -> str:
    """The language to use, as a code in ``LANGUAGES``.

    Order: the option ``--lang``, ``SMTPTUTOR_LANG``, the saved setting, then ``LANGUAGE``, ``LC_ALL``,
    ``LC_MESSAGES``, ``LANG`` as gettext reads them. Of the last four a language that is not here is no error.

    Raises:
        UnknownLanguageError: the option, ``SMTPTUTOR_LANG`` or the setting names a language that is not here.
    """
    asked = (
        (option, Source.OPTION),
        (environ.get("SMTPTUTOR_LANG"), Source.ENVIRONMENT),
        (saved, Source.SAVED),
    )
    for value, source in asked:
        if not value:
            continue
        code = normal(value)
        if code is None:
            raise UnknownLanguageError(value, source)
        return code
    return _of_locale(environ)


def _of_locale(environ: Mapping[str, str]) -> str:
    """gettext's reading: the first of LC_ALL, LC_MESSAGES, LANG is the locale; unless that is C, the list in
    LANGUAGE goes before it."""
    locale = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    if locale in _PLAIN_LOCALES:
        return DEFAULT
    for name in (*environ.get("LANGUAGE", "").split(":"), locale):
        code = normal(name)
        if code is not None:
            return code
    return DEFAULT


class _Chosen:
    """The one language in use. ``catalogue`` is None for the source language."""

    code: str = DEFAULT
    catalogue: GNUTranslations | None = None
    lmtp: bool = False


_loaded: dict[str, GNUTranslations] = {}


def use(code: str) -> None:
    """Speak this language from now on. ``code`` is a key of ``LANGUAGES``, else KeyError."""
    _Chosen.catalogue = None if code == DEFAULT else _catalogue(code)
    _Chosen.code = code


def greet_by_lmtp(yes: bool) -> None:
    """On this connection LHLO is the greeting (RFC 2033 §4.1): what is said of EHLO, is said of it."""
    _Chosen.lmtp = yes


def _greeted(text: str) -> str:
    """Texts that name both protocols mean what they say."""
    if not _Chosen.lmtp or any(one in text for one in _OF_BOTH):
        return text
    import re

    return re.sub(r"(?<![A-Z])(?:HELO (?:or|或) )?(?:EHLO|HELO)(?![A-Z])", "LHLO", text)


#: With one of these a text speaks of LMTP already, or of SMTP on purpose.
_OF_BOTH: Final = ("LMTP", "LHLO", "HELO and EHLO", "HELO 和 EHLO")


def current() -> str:
    """The code of the language in use."""
    return _Chosen.code


def _catalogue(code: str) -> GNUTranslations:
    LANGUAGES[code]
    if code not in _loaded:
        import io
        from gettext import GNUTranslations

        # importlib.resources would read the same file through the same loader, for 15 ms more at every start.
        loader = cast("ResourceLoader", __spec__.loader)
        folder = __file__.rpartition("language.py")[0]
        data = loader.get_data(f"{folder}locale/{code}/LC_MESSAGES/{_DOMAIN}.mo")
        _loaded[code] = GNUTranslations(io.BytesIO(data))
    return _loaded[code]


def N_(message: str) -> str:  # noqa: N802
    """Mark a text of a table for extraction; it is translated when it is shown."""
    return message


def NC_(context: str, message: str) -> str:  # noqa: N802
    """The same for a text that ``pgettext`` translates in this context."""
    return message


def _worded(text: str) -> str:
    """For this connection; what is filled in minds the blanks of a language that writes wide."""
    text = _greeted(text)
    if _Chosen.catalogue is None or "{" not in text:
        return text
    from tui.words.seams import Template

    return Template(text)


def gettext(message: str) -> str:
    """The text in the language in use."""
    return _worded(message if _Chosen.catalogue is None else _Chosen.catalogue.gettext(message))


def ngettext(singular: str, plural: str, n: int) -> str:
    """The form for ``n`` things in the language in use."""
    if _Chosen.catalogue is None:
        return _worded(singular if n == 1 else plural)
    return _worded(_Chosen.catalogue.ngettext(singular, plural, n))


def pgettext(context: str, message: str) -> str:
    """The text where the same English word means several things; ``context`` tells which."""
    return _worded(message if _Chosen.catalogue is None else _Chosen.catalogue.pgettext(context, message))
