"""What is settled before the command line is taken apart: the settings file and the language."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from tui.cli.errors import UsageError
from tui.desk.options import UnknownThemeError
from tui.smtp.display import visible
from tui.store.paths import Home, locate
from tui.store.settings import BadSettingError, Settings, Wrong, line_of, load
from tui.values import value
from tui.words import language
from tui.words.language import N_, gettext
from tui.words.language import gettext as _
from tui.words.prose import enumerated, quoted
from tui.words.reasons import reason as reason_of


@value
class Beginning:
    """``notes`` are sentences without a full stop.

    The errors are raised by whoever needs what they are about.
    """

    settings: Settings
    wrong_language: UsageError | None = None
    wrong_setting: UsageError | None = None
    notes: tuple[str, ...] = ()


def begin(argv: list[str], environ: Mapping[str, str]) -> Beginning:
    """Read the settings, speak the language that is wanted; a wrong value is told in the next best one."""
    place = locate(environ)
    bad: BadSettingError | None = None
    try:
        settings = load(place.settings)
    except BadSettingError as error:
        settings, bad = Settings(), error
    unknown: language.UnknownLanguageError | None = None
    try:
        chosen = language.choose(_asked(argv), environ, settings.lang)
    except language.UnknownLanguageError as error:
        chosen, unknown = language.choose(None, _locale_only(environ), None), error
    language.use(chosen)
    wrong_setting = None if bad is None else UsageError(_setting(bad))
    wrong_language = None
    if unknown is not None and unknown.source is language.Source.SAVED:
        wrong_setting = UsageError(_saved_language(unknown, place))
        settings = replace(settings, lang=None)
    elif unknown is not None:
        wrong_language = UsageError(_named_language(unknown))
    return Beginning(settings, wrong_language, wrong_setting, tuple(_notes(settings, place)))


def _asked(argv: list[str]) -> str | None:
    """The value of ``--lang``, wherever it stands: the parser needs the language for its own sentences."""
    found = None
    for number, word in enumerate(argv):
        if word == "--":
            break
        if word == "--lang" and number + 1 < len(argv):
            found = argv[number + 1]
        elif word.startswith("--lang="):
            found = word.removeprefix("--lang=")
    return found


def _locale_only(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name != "SMTPTUTOR_LANG"}


def _named_language(error: language.UnknownLanguageError) -> str:
    return _("{option}: {value} is none of {names}").format(
        option=error.source.value, value=quoted(error.value), names=enumerated(language.LANGUAGES)
    )


def _saved_language(error: language.UnknownLanguageError, place: Home) -> str:
    return _("{file}, line {line}: {key} = {value} is none of {names}").format(
        file=visible(str(place.settings)),
        line=line_of(place.settings, "lang"),
        key="lang",
        value=quoted(error.value),
        names=enumerated(language.LANGUAGES),
    )


def unknown_theme(error: UnknownThemeError, *, saved: bool) -> str:
    """A sentence without its full stop. ``saved``: the name is not from the command line."""
    value, names = quoted(error.name), enumerated(error.names)
    if not saved:
        return _("{option}: {value} is none of {names}").format(option="--theme", value=value, names=names)
    file = locate(os.environ).settings
    return gettext(_SENTENCES[Wrong.CHOICE]).format(
        file=visible(str(file)), line=line_of(file, "theme"), key="theme", value=value, names=names
    )


_SENTENCES: Final[Mapping[Wrong, str]] = {
    Wrong.UNKNOWN_KEY: N_("{file}, line {line}: there is no setting {key}; there are {names}"),
    Wrong.KIND: N_("{file}, line {line}: {key} = {value} is of the wrong kind, {kind} is expected"),
    Wrong.CHOICE: N_("{file}, line {line}: {key} = {value} is none of {names}"),
    Wrong.RANGE: N_("{file}, line {line}: {key} = {value} is not within {names}"),
}
_KINDS: Final[Mapping[str, str]] = {
    "text": N_("a text in quotation marks"),
    "number": N_("a whole number"),
    "true, false": N_("true or false"),
}


def _setting(error: BadSettingError) -> str:
    value = quoted(error.value) if isinstance(error.value, str) else quoted(str(error.value)).strip('"')
    return gettext(_SENTENCES[error.wrong]).format(
        file=visible(str(error.file)),
        line=error.line,
        key=visible(error.key),
        value=value,
        names=enumerated(error.allowed.split(", ")),
        kind=gettext(_KINDS.get(error.allowed, error.allowed)),
    )


def _notes(settings: Settings, place: Home) -> list[str]:
    if settings.set_aside is not None:
        return [
            _("{file} is no TOML and was set aside as {name}").format(
                file=visible(str(place.settings)), name=visible(settings.set_aside.name)
            )
        ]
    if settings.unreadable is not None:
        return [
            _("{file} cannot be read: {reason}").format(
                file=visible(str(place.settings)), reason=reason_of(settings.unreadable)
            )
        ]
    return []
