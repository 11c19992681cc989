"""Servers with names, as a person keeps and uses them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.plain.peer import listening
from tests.plain.running import run
from tests.pty import Terminal


def home() -> Path:
    folder = Path(os.environ["SMTPTUTOR_HOME"])
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_a_server_is_tested_kept_and_gone_to_again_by_its_name() -> None:
    with listening() as peer, Terminal.spawn([sys.executable, "-m", "tui"], size=(80, 24)) as screen:
        screen.wait_for("220 sandbox.test")
        screen.press("f5")
        screen.wait_for("login as")
        screen.type(peer.target)
        screen.wait_for(f"server     {peer.target}")
        screen.press("ctrl+t")
        peer.accept()
        peer.say("220 mx.test")
        assert peer.line().startswith(b"EHLO ")
        peer.say("250-mx.test", "250 SIZE 1000")
        assert peer.line() == b"QUIT"
        peer.say("221 bye")
        peer.close()
        screen.wait_for("offers SIZE 1000")
        screen.press("f8")
        screen.wait_for("kept in")
        screen.press("ctrl+u")
        screen.type("work")
        screen.press("enter")
        screen.wait_for("kept: smtptutor connect work")
        screen.press("enter")
        peer.accept()
        peer.say("220 mx.test")
        screen.wait_for("S   220 mx.test")
        screen.press("f5")
        screen.wait_for("REAL, profile work")
        screen.press("escape", "ctrl+q")
        assert peer.line() == b"QUIT"
        peer.say("221 bye")
        peer.close()
        assert screen.exit_code() == 0
        port = peer.port
    file = home() / "servers.toml"
    assert file.read_text() == f'[work]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "plain"\n'
    assert file.stat().st_mode & 0o777 == 0o600
    assert (home() / "recent.json").stat().st_mode & 0o777 == 0o600


def test_the_line_mode_says_which_profile_it_uses_and_flags_go_before_it() -> None:
    (home() / "servers.toml").write_text('[work]\nhost = "127.0.0.1"\nport = 1\nsecurity = "tls"\n')
    done = run(b"", "connect", "work")
    assert done.rows[0] == "* profile work: 127.0.0.1:1"
    assert done.code == 69
    done = run(b"", "connect", "work", "--via", "-x")
    assert done.code == 2


def test_a_profile_of_any_way_in_is_gone_to_by_its_name() -> None:
    home()
    (home() / "servers.toml").write_text(
        '[tunnel]\nhost = "mx.test"\npipe = "false %h"\nlmtp = true\ntimeout = 5\n'
        f'[socket]\nunix = "{home()}/none"\n'
    )
    done = run(b"", "connect", "tunnel")
    assert done.rows[0] == "* profile tunnel: mx.test:25 pipe false"
    assert done.code == 69
    assert "not there" in " ".join(run(b"", "connect", "socket").rows)
    done = run(b"", "connect", "tunnel", "--unix", str(home() / "none"))
    assert done.rows[0] == f"* profile tunnel: unix {home()}/none"


def test_what_the_port_decided_is_said_and_a_choice_is_not() -> None:
    (home() / "servers.toml").write_text('[work]\nhost = "mx.test"\nport = 465\npipe = "false"\n')
    said = "* port 465: TLS at once; --no-tls for plain"
    assert said in run(b"", "connect", "work").rows
    assert said in run(b"", "connect", "mx.test:465", "--pipe", "false").rows
    assert said not in run(b"", "connect", "mx.test:465", "--pipe", "false", "--no-tls").rows
    assert said not in run(b"", "connect", "mx.test", "--tls", "--pipe", "false").rows
    (home() / "old").write_text("S: 220 mx\nC: QUIT\nS: 221 bye\n")
    assert said in run(b"", "replay", str(home() / "old"), "mx.test:465", "--pipe", "false").rows
    assert said in run(b"", "learn", "1", "--real", "mx.test:465", "--pipe", "false").rows


def test_a_name_that_may_be_a_profile_is_not_just_an_unknown_host() -> None:
    (home() / "servers.toml").write_text('[home]\nhost = "h"\nport = "x"\n')
    done = run(b"", "connect", "work.invalid", "--pipe", "false")
    assert "servers.toml" not in " ".join(done.rows)
    done = run(b"", "connect", "work", "--pipe", "false")
    told = " ".join(done.rows)
    assert 'servers.toml, line 3: port = "x" cannot be used: a number without quotation marks is' in told
    assert '"work" is taken for a host' in told
    assert done.code == 69


def test_a_profile_with_a_password_is_refused_with_its_place() -> None:
    (home() / "servers.toml").write_text('[work]\nhost = "h"\npassword = "geheim"\n')
    done = run(b"", "connect", "work")
    assert done.code == 2
    assert "servers.toml, line 3: password does not belong in a file" in done.errors
    assert "geheim" not in done.errors


def test_a_file_that_a_profile_names_is_told_with_its_place() -> None:
    (home() / "servers.toml").write_text('[work]\nhost = "h"\ncafile = "/none"  # ours\n')
    done = run(b"", "connect", "work")
    assert done.code == 2
    assert 'servers.toml, line 3: cafile = "/none" cannot be used: it is not there.' in done.errors


def test_a_broken_file_keeps_nobody_from_a_server() -> None:
    (home() / "servers.toml").write_text("[work\n")
    assert run(b"", "connect", "localhost:1").code == 69
