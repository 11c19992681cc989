"""Delivery: whole, private, on the disk before it is promised, and numbered once."""

from __future__ import annotations

import asyncio
import errno
import mailbox as stdlib_mailbox
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.client import bodies, connected, running
from tui.sandbox import events, journal, mailbox, maildir
from tui.sandbox.envelope import Envelope, Recipient
from tui.sandbox.inbox import Inbox
from tui.sandbox.mailbox import LEFTOVER_SECONDS, Mailbox


def envelope(octets: int = 2) -> Envelope:
    return Envelope(
        received=1e9,
        reverse_path="alice@example.org",
        recipients=(Recipient(address="bob@sandbox.test"),),
        octets=octets,
    )


async def keep(box: Mailbox, octets: bytes = b"hi") -> int | Exception:
    draft = box.draft()
    draft.write(octets)
    kept: asyncio.Future[int | Exception] = asyncio.get_running_loop().create_future()
    box.keep(draft, envelope(len(octets)), kept.set_result)
    return await kept


@pytest.fixture
def box(tmp_path: Path) -> Mailbox:
    made = Mailbox(tmp_path / "deep" / "mail")
    made.prepare()
    return made


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o777], ids=lambda umask: f"umask {umask:03o}")
def any_umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_files_are_private_whatever_the_umask(tmp_path: Path, any_umask: None) -> None:
    async with running(tmp_path / "mail") as sandbox, connected(sandbox) as client:
        await client.envelope()
        await client.say("DATA")
        await client.say("hi\r\n.")
    for path in (tmp_path / "mail", *(tmp_path / "mail").rglob("*")):
        assert mode(path) == (0o700 if path.is_dir() else 0o600), path
    (message,) = Inbox(tmp_path / "mail").entries()
    exported = tmp_path / "mail" / "copy.eml"
    Inbox(tmp_path / "mail").export(message.number, exported)
    assert mode(exported) == 0o600


async def test_everything_is_on_the_disk_before_the_250(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    fsync = os.fsync

    def noted(file: int) -> None:
        fsync(file)
        synced.append(os.fstat(file).st_ino)

    synced_when_accepted: list[set[int]] = []

    def listener(event: events.Event) -> None:
        if isinstance(event, events.OctetsSent) and event.data.startswith(b"250 2.6.0"):
            synced_when_accepted.append(set(synced))

    mail = tmp_path / "mail"
    monkeypatch.setattr(os, "fsync", noted)
    async with running(mail, listener=listener) as sandbox, connected(sandbox) as client:
        await client.envelope()
        await client.say("DATA")
        assert (await client.say("hi\r\n.")).startswith("250 2.6.0")
    (message,) = (mail / "new").iterdir()
    needed = {path.stat().st_ino for path in (message, mail / "envelopes.jsonl", mail / "new", mail)}
    assert needed <= synced_when_accepted[0]


@pytest.mark.parametrize("fails", [1, 2, 3, 4])
async def test_a_disk_that_refuses_gets_452_and_leaves_nothing_in_sight(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: int
) -> None:
    calls = 0
    fsync = os.fsync

    def failing(file: int) -> None:
        nonlocal calls
        calls += 1
        if calls == fails:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        fsync(file)

    told: list[events.Event] = []
    async with running(tmp_path, listener=told.append) as sandbox, connected(sandbox) as client:
        await client.envelope()
        await client.say("DATA")
        monkeypatch.setattr(os, "fsync", failing)
        assert await client.say("hi\r\n.") == "452 4.3.1 The message could not be stored"
        assert bodies(tmp_path) == []
        assert not any((tmp_path / "tmp").iterdir())
        await client.envelope()
        await client.say("DATA")
        assert (await client.say("again\r\n."))[:3] == "250"
    assert bodies(tmp_path) == [b"again\r\n"]
    (dropped,) = [one for one in told if isinstance(one, events.MessageDropped)]
    assert isinstance(dropped.error, OSError)
    assert dropped.error.errno == errno.EIO


async def test_a_fault_of_ours_while_storing_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tmp_path) as sandbox, connected(sandbox) as client:
        await client.envelope()
        await client.say("DATA")
        with monkeypatch.context() as patch:
            patch.setattr(journal.Journal, "append", lambda *_args, **_settings: 1 / 0)
            assert (await client.say("hi\r\n."))[:9] == "452 4.3.1"
        assert bodies(tmp_path) == []
        await client.envelope()
        await client.say("DATA")
        assert (await client.say("hi\r\n."))[:3] == "250"


async def test_a_full_disk_while_a_large_message_comes_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: int, octets: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async with running(tmp_path) as sandbox, connected(sandbox) as client:
        await client.envelope()
        await client.say("DATA")
        with monkeypatch.context() as patch:
            patch.setattr(maildir, "write", full)
            client.send(b"x" * 1_000_000)
            assert (await client.say("\r\n."))[:9] == "452 4.3.1"
        assert (await client.say("NOOP"))[:3] == "250"
    assert not any((tmp_path / "tmp").iterdir())


async def test_many_at_once_have_each_a_number_and_share_the_waits(
    box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = 0
    sync_folder = maildir.sync_folder

    def counted(path: Path | str) -> None:
        nonlocal folders
        folders += 1
        sync_folder(path)

    monkeypatch.setattr(maildir, "sync_folder", counted)
    numbers = await asyncio.gather(*(keep(box, f"message {n}".encode()) for n in range(50)))
    assert sorted(one for one in numbers if isinstance(one, int)) == list(range(1, 51))
    assert folders < 10
    inbox = Inbox(box.root)
    for n, number in enumerate(numbers):
        assert isinstance(number, int)
        assert inbox.raw(number) == f"message {n}".encode()


async def test_two_processes_never_give_the_same_number(box: Mailbox) -> None:
    other = Mailbox(box.root)
    numbers = [await keep(one) for one in (box, other, other, box, box, other)]
    assert numbers == [1, 2, 3, 4, 5, 6]


async def test_a_number_is_not_used_twice(box: Mailbox) -> None:
    assert [await keep(box), await keep(box)] == [1, 2]
    assert mailbox.delete(box.root, 2)
    assert not mailbox.delete(box.root, 2)
    assert not mailbox.delete(box.root, 7)
    assert await keep(box) == 3
    assert await keep(Mailbox(box.root)) == 4


async def test_a_deleted_message_leaves_no_address_behind(box: Mailbox) -> None:
    await keep(box)
    await keep(box)
    mailbox.delete(box.root, 1)
    assert set(journal.read(box.root)) == {2}
    assert (box.root / "envelopes.jsonl").read_text().count("alice@example.org") == 1


@pytest.mark.parametrize("tail", [b'{"number":', b"\xff\xfe", b"{}\n", b'{"number":"x"}\n', b"\n\n"])
async def test_a_torn_journal_costs_nothing_but_the_torn_line(box: Mailbox, tail: bytes) -> None:
    await keep(box)
    with (box.root / "envelopes.jsonl").open("ab") as file:
        file.write(tail)
    assert await keep(box) == 2
    assert await keep(Mailbox(box.root)) == 3
    assert set(journal.read(box.root)) == {1, 2, 3}


async def test_a_journal_that_is_gone_gives_no_number_again(box: Mailbox) -> None:
    for _ in range(3):
        await keep(box)
    (box.root / "envelopes.jsonl").unlink()
    assert await keep(Mailbox(box.root)) == 4
    assert [entry.envelope is None for entry in Inbox(box.root).entries()] == [False, True, True, True]


async def test_an_inbox_emptied_by_hand_is_made_anew(box: Mailbox) -> None:
    import shutil

    await keep(box)
    shutil.rmtree(box.root)
    assert await keep(box) == 2
    assert len(bodies(box.root)) == 1
    shutil.rmtree(box.root / "new")
    assert await keep(box) == 3
    assert len(bodies(box.root)) == 1


async def test_other_programs_read_it_as_a_maildir(box: Mailbox) -> None:
    await keep(box, b"Subject: hi\r\n\r\nbody\r\n")
    (message,) = stdlib_mailbox.Maildir(box.root, create=False)
    assert message["Subject"] == "hi"


async def test_what_crashes_left_behind_is_swept_by_age(box: Mailbox) -> None:
    await keep(box)
    old, young = box.root / "tmp" / "old", box.root / "tmp" / "young"
    for path in (old, young):
        path.write_bytes(b"half a mess")
    now = young.stat().st_mtime
    os.utime(old, (now - LEFTOVER_SECONDS - 10,) * 2)
    assert box.sweep(now=now) == 1
    assert not old.exists()
    assert young.exists()
    assert len(bodies(box.root)) == 1


async def test_start_sweeps(tmp_path: Path) -> None:
    maildir.prepare(tmp_path)
    old = tmp_path / "tmp" / "old"
    old.write_bytes(b"x")
    os.utime(old, (0, 0))
    async with running(tmp_path):
        assert not old.exists()


def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    maildir.prepare(tmp_path)
    assert mode(tmp_path) == 0o755
    assert mode(tmp_path / "new") == 0o700


def test_a_file_in_the_place_of_the_folder_is_named_so(tmp_path: Path) -> None:
    file = tmp_path / "mail"
    file.touch()
    with pytest.raises(NotADirectoryError):
        Mailbox(file, fsync=False).prepare()
