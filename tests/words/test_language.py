"""Which language is spoken, and the catalogues it is spoken from."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tui.words import language
from tui.words.language import Source, UnknownLanguageError, choose, gettext, ngettext, normal, pgettext


@pytest.fixture(autouse=True)
def back_to_english() -> Iterator[None]:
    yield
    language.use("en")


@pytest.mark.parametrize(
    ("option", "environ", "saved", "code"),
    [
        (None, {}, None, "en"),
        ("zh_CN", {"SMTPTUTOR_LANG": "en"}, "en", "zh_CN"),
        ("en", {"SMTPTUTOR_LANG": "zh_CN", "LANG": "zh_CN.UTF-8"}, "zh_CN", "en"),
        (None, {"SMTPTUTOR_LANG": "zh"}, "en", "zh_CN"),
        (None, {"SMTPTUTOR_LANG": ""}, "zh_CN", "zh_CN"),
        (None, {"LANG": "en_US.UTF-8"}, "zh_CN", "zh_CN"),
        (None, {"LANG": "zh_CN.UTF-8"}, None, "zh_CN"),
        (None, {"LANG": "zh_TW.UTF-8"}, None, "zh_CN"),
        (None, {"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB"}, None, "en"),
        (None, {"LANG": "zh_CN", "LC_MESSAGES": "zh_CN", "LC_ALL": "en_US"}, None, "en"),
        (None, {"LANG": "en_US", "LANGUAGE": "zh_CN:en"}, None, "zh_CN"),
        (None, {"LANGUAGE": "zh_CN"}, None, "zh_CN"),
        (None, {"LANG": "de_DE", "LANGUAGE": "de:zh:en"}, None, "zh_CN"),
        (None, {"LC_ALL": "C", "LANGUAGE": "zh_CN"}, None, "en"),
        (None, {"LC_ALL": "POSIX", "LANG": "zh_CN"}, None, "en"),
        (None, {"LC_ALL": "C.UTF-8"}, None, "en"),
        (None, {"LANG": "de_DE.UTF-8"}, None, "en"),
    ],
)
def test_order_of_choice(option: str | None, environ: dict[str, str], saved: str | None, code: str) -> None:
    assert choose(option, environ, saved) == code


@pytest.mark.parametrize(
    ("option", "environ", "saved", "value", "source"),
    [
        ("de", {}, None, "de", Source.OPTION),
        (None, {"SMTPTUTOR_LANG": "klingon"}, "en", "klingon", Source.ENVIRONMENT),
        (None, {}, "x", "x", Source.SAVED),
    ],
)
def test_a_wrong_value_is_an_error_that_names_it(
    option: str | None, environ: dict[str, str], saved: str | None, value: str, source: Source
) -> None:
    with pytest.raises(UnknownLanguageError) as error:
        choose(option, environ, saved)
    assert (error.value.value, error.value.source) == (value, source)


@pytest.mark.parametrize("name", ["zh", "ZH_cn", "zh-Hans-CN", "zh_CN.GB18030@cjk", "zh_TW"])
def test_every_chinese_name_means_our_chinese(name: str) -> None:
    assert normal(name) == "zh_CN"


def test_english_needs_no_catalogue_and_chinese_comes_from_one() -> None:
    assert language.current() == "en"
    assert gettext("who gets it") == "who gets it"
    assert [ngettext("{n} goal", "{n} goals", n) for n in (0, 1, 2)] == ["{n} goals", "{n} goal", "{n} goals"]
    language.use("zh_CN")
    assert language.current() == "zh_CN"
    assert gettext("who gets it") == "寄给谁"
    assert pgettext("state", "done") == "完成"
    assert ngettext("{count} accepted", "{count} accepted", 2) == "{count} 位已接受"
    assert gettext("a text that no room has") == "a text that no room has"


def test_a_language_that_is_not_here_is_no_language() -> None:
    with pytest.raises(KeyError):
        language.use("de")
    assert language.current() == "en"


def test_english_starts_without_gettext_and_codes() -> None:
    """What every start pays for: the module itself and nothing of the catalogues."""
    code = (
        "import sys; from tui.words import language; language.use(language.choose(None, {}, None));"
        "sys.exit(sum(name in sys.modules for name in ('gettext', 'json', 'importlib.resources')))"
    )
    assert subprocess.run([sys.executable, "-S", "-c", code], check=False).returncode == 0
