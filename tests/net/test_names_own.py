"""What we call ourselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.net.names_own import literal, own_name

HOSTS = "127.0.0.1 localhost\n192.0.2.7 box.corp.test box  # ours\n"


@pytest.mark.parametrize(
    ("host", "address", "name"),
    [
        ("mail.corp.test", "192.0.2.7", "mail.corp.test"),
        ("box", "192.0.2.7", "box.corp.test"),
        ("other", "192.0.2.7", "[192.0.2.7]"),
        ("other", "::1", "[IPv6:::1]"),
        ("other", "fe80::1%eth0", "[IPv6:fe80::1]"),
        ("other", "", "[127.0.0.1]"),
        ("localhost.localdomain", "127.0.0.1", "[127.0.0.1]"),
        ("bad_name.test", "127.0.0.1", "[127.0.0.1]"),
    ],
)
def test_the_full_name_or_the_address(tmp_path: Path, host: str, address: str, name: str) -> None:
    hosts = tmp_path / "hosts"
    hosts.write_text(HOSTS)
    assert own_name(address, host=host, hosts=hosts) == name


def test_without_a_hosts_file(tmp_path: Path) -> None:
    assert own_name("127.0.0.1", host="box", hosts=tmp_path / "none") == literal("127.0.0.1")
