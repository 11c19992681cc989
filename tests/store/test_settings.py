"""settings.toml: what is wrong is told with its line; what is written keeps the rest."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tui.store.settings import (
    BadSettingError,
    NotChangedError,
    Settings,
    Wrong,
    line_of,
    load,
    save,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_no_file_is_no_setting(file: Path) -> None:
    assert load(file) == Settings()


def test_all_keys(file: Path) -> None:
    file.write_text(
        'lang = "zh_CN"\ntheme = "paper"\nascii = true\nmouse = false\ntranscripts = 0\nlayout = "side"\n'
    )
    assert load(file) == Settings("zh_CN", "paper", True, False, 0, "side")


def test_a_bom_is_no_fault(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbfascii = true\r\n")
    assert load(file).ascii is True


@pytest.mark.parametrize(
    ("text", "line", "key", "wrong"),
    [
        ("# mine\n\ntheem = 'x'\n", 3, "theem", Wrong.UNKNOWN_KEY),
        ("ascii = 'yes'\n", 1, "ascii", Wrong.KIND),
        ("\nascii = 1\n", 2, "ascii", Wrong.KIND),
        ("theme = 'a'\ntranscripts = '3'\n", 2, "transcripts", Wrong.KIND),
        ("transcripts = true\n", 1, "transcripts", Wrong.KIND),
        ("transcripts = -1\n", 1, "transcripts", Wrong.RANGE),
        ("transcripts = 1000000\n", 1, "transcripts", Wrong.RANGE),
        ("layout = 'diagonal'\n", 1, "layout", Wrong.CHOICE),
        ("layout = 7\n", 1, "layout", Wrong.KIND),
        ("theme = ''\n", 1, "theme", Wrong.KIND),
        ('"theme" = "\\u001b"\n', 1, "theme", Wrong.KIND),
        ("ascii = true\n[theme]\nx = 1\n", 2, "theme", Wrong.KIND),
        ("ascii = true\nlang.x = 1\n", 2, "lang", Wrong.KIND),
    ],
)
def test_wrong_values_name_their_line(file: Path, text: str, line: int, key: str, wrong: Wrong) -> None:
    file.write_text(text)
    with pytest.raises(BadSettingError) as caught:
        load(file)
    assert (caught.value.line, caught.value.key, caught.value.wrong) == (line, key, wrong)
    assert caught.value.file == file


@pytest.mark.parametrize(
    "data",
    [
        b"ascii = \n",
        b"\xff\xfe",
        b"= = =",
        b"[" * 5000 + b"]" * 5000,
        b"x" * (1 << 21),
        b"a = " + b"9" * 5000,
    ],
)
def test_what_is_no_toml_is_set_aside(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    found = load(file)
    assert found == Settings()
    assert found.set_aside is not None
    assert found.set_aside.read_bytes() == data, "nothing is lost"
    assert not file.exists()


def test_a_file_that_cannot_be_read_is_told(file: Path) -> None:
    file.mkdir()
    assert isinstance(load(file).unreadable, IsADirectoryError)


def test_saving_keeps_the_rest(file: Path) -> None:
    file.write_text("# top\n\ntheme = 'night'   # dark\nascii = true\n# end\n")
    save(file, "theme", "paper")
    assert file.read_text() == '# top\n\ntheme = "paper"   # dark\nascii = true\n# end\n'
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_saving_a_new_key(file: Path) -> None:
    save(file, "lang", "zh_CN")
    save(file, "transcripts", 5)
    save(file, "ascii", False)
    assert file.read_text() == 'lang = "zh_CN"\ntranscripts = 5\nascii = false\n'
    assert load(file) == Settings(lang="zh_CN", transcripts=5, ascii=False)


def test_saving_behind_a_line_without_end(file: Path) -> None:
    file.write_text("ascii = true")
    save(file, "theme", 'a "b" \\ c')
    assert load(file) == Settings(ascii=True, theme='a "b" \\ c')


def test_saving_keeps_windows_line_ends(file: Path) -> None:
    file.write_bytes(b"ascii = true # yes\r\ntheme = 'a'\r\n")
    save(file, "ascii", False)
    assert file.read_bytes() == b"ascii = false # yes\r\ntheme = 'a'\r\n"


def test_taking_a_key_out(file: Path) -> None:
    file.write_text("theme = 'a' # '#'\nascii = true\n")
    save(file, "theme", None)
    save(file, "layout", None)
    assert file.read_text() == "ascii = true\n"


def test_a_value_over_several_lines_is_left_alone(file: Path) -> None:
    text = "theme = '''\nnight'''\n"
    file.write_text(text)
    with pytest.raises(NotChangedError):
        save(file, "theme", "paper")
    assert file.read_text() == text


def test_a_line_inside_a_text_is_no_setting(file: Path) -> None:
    text = 'theme = """\nascii = true\n"""\n'
    file.write_text(text)
    with pytest.raises(NotChangedError):
        save(file, "ascii", False)
    assert file.read_text() == text


def test_saving_over_a_broken_file_sets_it_aside(file: Path) -> None:
    file.write_text("= nonsense")
    save(file, "ascii", True)
    assert load(file) == Settings(ascii=True)
    assert [path.read_text() for path in file.parent.glob("*.broken-*")] == ["= nonsense"]


@pytest.mark.parametrize(
    ("key", "value"), [("ascii", "yes"), ("transcripts", -1), ("layout", "x"), ("theme", "")]
)
def test_no_wrong_value_is_saved(file: Path, key: str, value: str | int) -> None:
    with pytest.raises(ValueError, match=key):
        save(file, key, value)
    assert not file.exists()


def test_no_unknown_key_is_saved(file: Path) -> None:
    with pytest.raises(KeyError):
        save(file, "nonsense", 1)


def test_line_of(file: Path) -> None:
    assert line_of(file, "lang") == 0
    file.write_text("ascii = true\n lang = 'xx'\n")
    assert line_of(file, "lang") == 2
