"""Recorded dialogues typed again to real servers: the replies are those of the first time."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.interop.exim import Exim
from tests.interop.postfix import Postfix
from tests.interop.program import PROGRAM, article, connect, delivered

TRANSCRIPTS = Path(__file__).parent.parent / "data" / "transcripts"


def replay(*arguments: str, password: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, "replay", *arguments, "--yes"],
        env={**os.environ, **({"SMTPTUTOR_PASSWORD": password} if password else {})},
        input="",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def kept() -> str:
    """The events of the session that was kept last."""
    folder = Path(os.environ["SMTPTUTOR_HOME"]) / "transcripts"
    return str(max(folder.glob("*.jsonl"), key=lambda file: file.stat().st_mtime_ns))


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256"])
def test_a_login_inside_tls_and_the_mail_behind_it(postfix: Postfix, tmp_path: Path, mechanism: str) -> None:
    where = [f"localhost:{postfix.login_port}", "--cafile", str(postfix.certificates.ca)]
    login = ["--user", "test1@bdwater.test"]
    first = connect(
        *where,
        "--starttls",
        *login,
        "--auth",
        mechanism,
        *article(tmp_path),
        env={"SMTPTUTOR_PASSWORD": postfix.password},
    )
    assert first.returncode == 0, first.stdout + first.stderr
    delivered(postfix.mail("test2"))
    ran = replay(kept(), *where, *login, password=postfix.password)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "replies are the same" in ran.stdout
    assert postfix.password not in ran.stdout
    delivered(postfix.mail("test2"))


def test_without_its_password_a_login_is_not_begun(postfix: Postfix, tmp_path: Path) -> None:
    where = [f"localhost:{postfix.login_port}", "--cafile", str(postfix.certificates.ca)]
    login = ["--user", "test1@bdwater.test", "--starttls"]
    connect(*where, *login, *article(tmp_path), env={"SMTPTUTOR_PASSWORD": postfix.password})
    delivered(postfix.mail("test2"))
    before = postfix.count("test2")
    ran = replay(kept(), *where, "--user", "test1@bdwater.test")
    assert ran.returncode == 77, ran.stdout
    assert "C: AUTH" not in ran.stdout
    assert postfix.count("test2") == before


def test_chunks_and_pipelines_of_a_recorder(exim: Exim, postfix: Postfix) -> None:
    ran = replay(str(TRANSCRIPTS / "12-exim-bdat-pipelined.events.jsonl"), f"127.0.0.1:{exim.port}")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert exim.boxes.mail("test1")
    ran = replay(str(TRANSCRIPTS / "10-postfix-pipelining.events.jsonl"), f"127.0.0.1:{postfix.port}")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert postfix.mail("test1")
    assert postfix.mail("test2")


def test_two_servers(exim: Exim, postfix: Postfix) -> None:
    file = str(TRANSCRIPTS / "17-postfix-no-valid-recipients-pipelined.events.jsonl")
    against = ["--against", f"127.0.0.1:{exim.port}", "--json"]
    ran = replay(file, f"127.0.0.1:{postfix.port}", *against)
    told = json.loads(ran.stdout)
    assert [one["left"]["code"] for one in told["replies"]] == [220, 250, 250, 550, 550, 554, 221]
    assert [one["right"]["code"] // 100 for one in told["replies"]] == [2, 2, 2, 5, 5, 5, 2]
