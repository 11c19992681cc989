"""Profiles: what the file may hold, what it may not, and how one is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.store.servers import BadServersError, Profile, Wrong, load, may_name, save

WORK = Profile(host="mail.example.com", port=587, security="starttls", user="alice", through="jump")


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "servers.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_no_file_is_no_profile(tmp_path: Path) -> None:
    assert load(tmp_path / "servers.toml") == {}


def test_every_key(tmp_path: Path) -> None:
    text = (
        '[work]\nhost = "h"\nport = 465\nsecurity = "tls"\nuser = "u"\nthrough = "j"\n'
        'ehlo = "e"\ncafile = "/c"\ntls_name = "n"\n\n["家"]\nhost = "邮件.例子"\n'
    )
    assert load(written(tmp_path, text)) == {
        "work": Profile(
            host="h", port=465, security="tls", user="u", through="j", ehlo="e", cafile="/c", tls_name="n"
        ),
        "家": Profile(host="邮件.例子"),
    }


def test_what_is_to_be_typed(tmp_path: Path) -> None:
    text = (
        '[work]\nhost = "h"\nauth = "LOGIN"\npassword_command = "pass show mail"\nfrom = "a@b.test"\n'
        'to = ["c@d.test", "e@f.test"]\nmessage = "/m.eml"\nuntil = "rcpt"\n'
    )
    file = written(tmp_path, text)
    work = Profile(
        host="h",
        auth="LOGIN",
        password_command="pass show mail",
        sender="a@b.test",
        recipients=("c@d.test", "e@f.test"),
        message="/m.eml",
        until="rcpt",
    )
    assert load(file) == {"work": work}
    save(file, "work", work)
    assert file.read_text() == text


@pytest.mark.parametrize(
    ("text", "line", "key", "wrong"),
    [
        ('[a]\nhost = "h"\npassword_command = "echo geheim"\n', 3, "password_command", Wrong.PASSWORD),
        ('[a]\nhost = "h"\npassword_command = "/bin/printf x"\n', 3, "password_command", Wrong.PASSWORD),
        ('[a]\nhost = "h"\nuntil = "end"\n', 3, "until", Wrong.CHOICE),
        ('[a]\nhost = "h"\nto = "a@b"\n', 3, "to", Wrong.KIND),
        ('[a]\nhost = "h"\nto = [1]\n', 3, "to", Wrong.KIND),
        ('[a]\nhost = "h"\nsender = "a@b"\n', 3, "sender", Wrong.UNKNOWN_KEY),
        ('[a]\nhost = "h"\n\npassword = "geheim"\n', 4, "password", Wrong.PASSWORD),
        ('[a]\nhost = "h"\nPassword = "geheim"\n', 3, "Password", Wrong.PASSWORD),
        ('password = "geheim"\n', 1, "password", Wrong.PASSWORD),
        ('[a]\nhost = "h"\ncolour = "red"\n', 3, "colour", Wrong.UNKNOWN_KEY),
        ('host = "h"\n', 1, "host", Wrong.UNKNOWN_KEY),
        ('[a]\nhost = "h"\nport = "25"\n', 3, "port", Wrong.KIND),
        ('[a]\nhost = "h"\nport = 70000\n', 3, "port", Wrong.KIND),
        ('[a]\nhost = "h"\nport = true\n', 3, "port", Wrong.KIND),
        ("[a]\nhost = 25\n", 2, "host", Wrong.KIND),
        ('[a]\nhost = "a\\u001bb"\n', 2, "host", Wrong.KIND),
        ('[a]\nhost = "h"\nsecurity = "ssl"\n', 3, "security", Wrong.CHOICE),
        ('[a]\nuser = "u"\n', 1, "host", Wrong.HOST_MISSING),
        ("[a]\nmx = true\n", 1, "host", Wrong.HOST_MISSING),
        ('[a]\nhost = "h"\nmx = "yes"\n', 3, "mx", Wrong.KIND),
        ('[a]\nhost = "h"\nip = 5\n', 3, "ip", Wrong.CHOICE),
        ('[a]\nhost = "h"\nip = true\n', 3, "ip", Wrong.KIND),
        ('[a]\nhost = "h"\nproxy = "v3"\n', 3, "proxy", Wrong.CHOICE),
        ('[a]\nhost = "h"\ntimeout = 0\n', 3, "timeout", Wrong.KIND),
        ('[a]\nhost = "h"\ntimeout = nan\n', 3, "timeout", Wrong.KIND),
        ('[a]\nhost = "h"\npipe = ["nc"]\n', 3, "pipe", Wrong.KIND),
        ('[a]\nhost = "h\n', 2, "host", Wrong.SYNTAX),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    tmp_path: Path, text: str, line: int, key: str, wrong: Wrong
) -> None:
    with pytest.raises(BadServersError) as caught:
        load(written(tmp_path, text))
    assert (caught.value.line, caught.value.key, caught.value.wrong) == (line, key, wrong)
    assert "geheim" not in caught.value.detail


def test_every_way_in_is_written_as_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "servers.toml"
    ways = {
        "socket": Profile(unix="/run/lmtp", lmtp=True),
        "tunnel": Profile(host="mx.test", pipe="ssh jump nc '%h' %p", tls_name="mx", timeout=30.5),
        "domain": Profile(host="corp.test", mx=True, ip=6, proxy="v2", cert="/c.pem", key="/k.pem"),
        "from": Profile(host="mx.test", source="192.0.2.1", timeout=60),
    }
    for name, profile in ways.items():
        save(file, name, profile)
    assert load(file) == ways


def test_one_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "config" / "servers.toml"
    save(file, "work", WORK)
    assert load(file) == {"work": WORK}
    assert file.stat().st_mode & 0o777 == 0o600


def test_one_is_replaced_and_all_else_stays_as_it_stands(tmp_path: Path) -> None:
    file = written(tmp_path, '# mine\n[work]\nhost = "old"\n\n[home]  # at home\nhost = "h"')
    save(file, "work", WORK)
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# mine\n") and "[home]  # at home" in text and "old" not in text
    assert load(file) == {"home": Profile(host="h"), "work": WORK}


def test_a_broken_file_is_not_touched(tmp_path: Path) -> None:
    file = written(tmp_path, "[work\n")
    with pytest.raises(BadServersError):
        save(file, "work", WORK)
    assert file.read_text(encoding="utf-8") == "[work\n"


def test_names() -> None:
    assert may_name("work-2") and may_name("a_b")
    assert not any(may_name(name) for name in ("", "a.b", "a:1", "-x", "a b", "x" * 65, "家"))
