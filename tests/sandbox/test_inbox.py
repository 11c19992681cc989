"""The read side: list, contents, export, and that nothing in a message can break it."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import mailbox as stdlib_mailbox
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.client import connected, running
from tests.sandbox.test_mailbox import keep
from tui.sandbox import journal, message, mime
from tui.sandbox.envelope import Envelope, Recipient
from tui.sandbox.inbox import Inbox, NoMessageError, NoPartError
from tui.sandbox.mailbox import Mailbox


def filled(root: Path, *messages: bytes) -> Inbox:
    async def fill() -> None:
        box = Mailbox(root, fsync=False)
        box.prepare()
        for octets in messages:
            await keep(box, octets)

    asyncio.run(fill())
    return Inbox(root)


def test_an_inbox_that_is_not_there_is_empty(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "none")
    assert inbox.entries() == ()
    for act in (inbox.entry, inbox.raw, inbox.content, inbox.delete):
        with pytest.raises(NoMessageError) as error:
            act(1)
        assert error.value.number == 1
    assert not (tmp_path / "none").exists()


def test_the_newest_stands_first_and_numbers_stay(tmp_path: Path) -> None:
    inbox = filled(tmp_path, b"Subject: one\r\n\r\n", b"", b"no header at all\r\n")
    assert [(one.number, one.subject, one.octets) for one in inbox.entries()] == [
        (3, None, 18),
        (2, None, 0),
        (1, "one", 16),
    ]
    inbox.delete(2)
    assert [one.number for one in inbox.entries()] == [3, 1]
    assert inbox.entry(1).envelope == Inbox(tmp_path).entry(1).envelope
    assert inbox.entry(1).envelope is not None
    with pytest.raises(NoMessageError):
        inbox.raw(2)


def test_a_reader_that_moved_a_message_to_cur_does_not_hide_it(tmp_path: Path) -> None:
    inbox = filled(tmp_path, b"Subject: one\r\n\r\n")
    (path,) = (tmp_path / "new").iterdir()
    path.rename(tmp_path / "cur" / f"{path.name}:2,S")
    assert inbox.raw(1) == b"Subject: one\r\n\r\n"
    assert [one.subject for one in inbox.entries()] == ["one"]


def test_foreign_files_are_not_listed(tmp_path: Path) -> None:
    inbox = filled(tmp_path, b"ours")
    (tmp_path / "new" / "1234.foreign.host").write_bytes(b"theirs")
    (tmp_path / "new" / ".hidden").write_bytes(b"theirs")
    assert [one.number for one in inbox.entries()] == [1]


def test_what_is_still_in_tmp_is_not_shown(tmp_path: Path) -> None:
    inbox = filled(tmp_path, b"ours")
    (path,) = (tmp_path / "new").iterdir()
    path.rename(tmp_path / "tmp" / path.name)
    assert inbox.entries() == ()


def test_a_list_notices_what_came_and_went(tmp_path: Path) -> None:
    inbox = filled(tmp_path, b"Subject: one\r\n\r\n")
    assert len(inbox.entries()) == 1
    filled(tmp_path, b"Subject: two\r\n\r\n")
    assert [(one.subject, one.envelope is None) for one in inbox.entries()] == [
        ("two", False),
        ("one", False),
    ]


def test_export_writes_the_exact_octets(tmp_path: Path) -> None:
    octets = bytes(range(256)) * 3 + b"\r\nbare\nlf"
    inbox = filled(tmp_path / "mail", octets)
    file = tmp_path / "copy.eml"
    assert inbox.export(1, file) == len(octets)
    assert file.read_bytes() == octets
    file.write_bytes(b"precious")
    with pytest.raises(FileExistsError):
        inbox.export(1, file)
    assert file.read_bytes() == b"precious"
    inbox.export(1, file, overwrite=True)
    assert file.read_bytes() == octets
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.eml", "mail"]
    with pytest.raises(FileNotFoundError):
        inbox.export(1, tmp_path / "no" / "such" / "folder.eml")


def test_export_to_a_device_does_not_replace_it(tmp_path: Path) -> None:
    inbox = filled(tmp_path, b"x")
    with pytest.raises(FileExistsError):
        inbox.export(1, Path("/dev/null"))
    inbox.export(1, Path("/dev/null"), overwrite=True)
    assert Path("/dev/null").is_char_device()


# -- contents


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain", "plain"),
        (b"=?UTF-8?B?5L2g5aW9?=", "你好"),
        (b"=?utf-8?q?caf=C3=A9?= and more", "café and more"),
        (b"=?gb2312?B?xOO6ww==?= =?gb2312?B?xOO6ww==?=", "你好你好"),
        ("你好".encode(), "你好"),
        ("你好，世界".encode("gbk"), "你好，世界"),
        (b"=?no-such-charset?Q?x=41?=", "xA"),
        (b"=?utf-8?B?not base64!?=", "=?utf-8?B?not base64!?="),
        (b"=?utf-8?X?x?=", "=?utf-8?X?x?="),
        (b"=?idna?Q?x?=", "x"),
        (b"", ""),
    ],
)
def test_decoded_values(raw: bytes, text: str) -> None:
    assert message.decoded(raw) == text


def test_header_fields() -> None:
    header = b"From: a@b.test\r\nSubject: one\r\n two\r\n\tthree\r\nno field\r\nX-Empty:\r\nTo : c@d.test\n"
    assert [(one.name, one.value) for one in message.fields(header)] == [
        ("From", "a@b.test"),
        ("Subject", "one two\tthree"),
        ("", "no field"),
        ("X-Empty", ""),
        ("To", "c@d.test"),
    ]


@pytest.mark.parametrize(
    ("octets", "header", "body"),
    [
        (b"A: 1\r\n\r\nbody\r\n", b"A: 1\r\n", b"body\r\n"),
        (b"A: 1\n\nbody\n", b"A: 1\n", b"body\n"),
        (b"\r\nbody", b"", b"body"),
        (b"A: 1\r\n \r\nstill header\r\n", b"A: 1\r\n \r\nstill header\r\n", b""),
        (b"", b"", b""),
    ],
)
def test_where_the_header_ends(octets: bytes, header: bytes, body: bytes) -> None:
    assert message.split(octets) == (header, body)


MULTIPART = (
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n--b\r\n"
    b"Content-Type: text/html\r\n\r\n<script>x</script>\r\n--b\r\n"
    b"Content-Type: text/plain; charset=gbk\r\nContent-Transfer-Encoding: base64\r\n\r\nxOO6ww==\r\n--b\r\n"
    b'Content-Type: application/pdf; name="=?utf-8?B?5L2gLnBkZg==?="\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--b--\r\n"
)


def test_the_text_of_a_multipart_message() -> None:
    content = message.read(MULTIPART)
    assert (content.text, content.text_type) == ("你好", "text/plain")
    assert content.parts == (
        message.Part("text/html", "", 18),
        message.Part("text/plain", "", 4),
        message.Part("application/pdf", "你.pdf", 3, attached=True),
    )


@pytest.mark.parametrize(
    ("parts", "text", "html"),
    [
        ((b"text/plain\r\n\r\nhi", b"text/html\r\n\r\n<p><a href='http://x.test/r'>Reset</a>"), "hi",
         "Reset <http://x.test/r>"),
        ((b"text/html\r\n\r\n<b>hi</b>", b"text/html\r\n\r\nmore"), "hi", ""),
        ((b"text/plain\r\n\r\nhi", b"text/html; name=a.html\r\n\r\n<b>x</b>"), "hi", ""),
        ((b"text/plain\r\n\r\nhi", b"message/rfc822\r\n\r\nContent-Type: text/html\r\n\r\n<b>"), "hi", ""),
    ],
)  # fmt: skip
def test_html_beside_a_plain_text_can_be_read_too(parts: tuple[bytes, ...], text: str, html: str) -> None:
    octets = b"".join(b"--b\r\nContent-Type: " + one + b"\r\n" for one in parts)
    content = message.read(b"Content-Type: multipart/alternative; boundary=b\r\n\r\n" + octets + b"--b--\r\n")
    assert (content.text, content.html.strip()) == (text, html)


def test_long_html_beside_a_plain_text_is_cut() -> None:
    long = b"<p>line</p>\r\n" * (message.BESIDE_OCTETS // 10)
    octets = b"--b\r\n\r\nhi\r\n--b\r\nContent-Type: text/html\r\n\r\n" + long + b"--b--\r\n"
    content = message.read(b"Content-Type: multipart/alternative; boundary=b\r\n\r\n" + octets)
    assert (content.cut, content.text) == (True, "hi")
    assert content.html.rstrip().endswith("line")


INNER = (
    b"Subject: inner\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n"
    b"--i\r\nContent-Type: text/plain\r\n\r\ninner text\r\n"
    b"--i\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n%PDF\r\n--i--\r\n"
)
FORWARDED = (
    b"Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: text/html\r\n\r\n<b>outer</b>\r\n"
    b"--o\r\nContent-Type: message/rfc822\r\n\r\n" + INNER + b"\r\n--o--\r\n"
)


def test_a_mail_inside_a_mail_is_a_part_of_its_own_and_its_parts_follow() -> None:
    content = message.read(FORWARDED)
    assert (content.text, content.text_type) == ("outer", "text/html")
    assert [(part.type, part.filename) for part in content.parts] == [
        ("text/html", ""),
        ("message/rfc822", ""),
        ("text/plain", ""),
        ("application/pdf", "a.pdf"),
    ]
    found = message.part(FORWARDED, 2)
    assert found is not None
    assert found[1] == INNER
    assert message.safe_name(found[0], 2) == "part-2.eml"
    assert (message.part(FORWARDED, 4) or (None, b""))[1] == b"%PDF"


def test_the_text_of_a_mail_inside_is_shown_where_there_is_no_other() -> None:
    content = message.read(b"Content-Type: message/rfc822\r\n\r\n" + INNER)
    assert (content.text, content.text_type) == ("inner text", "text/plain")


def test_mails_inside_mails_without_end() -> None:
    content = message.read(b"Content-Type: message/rfc822\r\n\r\n" * 2000 + b"end")
    assert [part.type for part in content.parts] == ["message/rfc822"] * 2000 + ["text/plain"]
    assert (content.text, content.parts[-1].octets) == ("end", 3)


def test_the_status_in_a_delivery_report_is_one_part_as_it_came() -> None:
    status = b"Reporting-MTA: dns; x.test\r\n\r\nFinal-Recipient: rfc822; a@x.test\r\nAction: failed\r\n"
    report = (
        b"Content-Type: multipart/report; boundary=r\r\n\r\n--r\r\n\r\nIt failed.\r\n"
        b"--r\r\nContent-Type: message/delivery-status\r\n\r\n" + status + b"\r\n--r--\r\n"
    )
    assert [part.type for part in message.read(report).parts] == ["text/plain", "message/delivery-status"]
    assert (message.part(report, 2) or (None, b""))[1] == status


@pytest.mark.parametrize("charset", ["utf-8", "gbk"])
def test_a_file_name_in_letters_beyond_ascii(charset: str) -> None:
    octets = (
        b'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="'
        + "年度报告.pdf".encode(charset)
        + b'"\r\n\r\nx'
    )
    assert [part.filename for part in message.read(octets).parts] == ["年度报告.pdf"]


@pytest.mark.parametrize(
    ("named", "filename"),
    [
        (b"filename*=utf-8''%E4%BD%A0.txt", "你.txt"),
        (b"filename*=utf-8''\xe4\xbd\xa0.txt", "你.txt"),
        (b"filename*0*=utf-8''%E4%BD; filename*1*=%A0.txt", "你.txt"),
        (b"filename*=gb2312''%C4%E3.txt", "你.txt"),
        (b"filename*=bogus''%E4.txt", "ä.txt"),
        (b"filename*=\xf7tf-8''%E4.txt", "ä.txt"),
    ],
)
def test_a_name_in_the_form_of_rfc_2231_is_read_however_it_came(named: bytes, filename: str) -> None:
    octets = b"Content-Type: text/plain\r\nContent-Disposition: attachment; %b\r\n\r\nx" % named
    assert [part.filename for part in message.read(octets).parts] == [filename]


@pytest.mark.parametrize(
    ("octets", "text", "kind"),
    [
        (b"", "", "text/plain"),
        (b"Subject: x\r\n\r\none\r\ntwo\r\n", "one\ntwo\n", "text/plain"),
        (b"Subject: x\r\n\r\n" + "你好世界".encode("gbk"), "你好世界", "text/plain"),
        (b"Content-Type: text/html\r\n\r\n<b>x</b>", "x", "text/html"),
        (b"Content-Type: text/plain; charset=hex\r\n\r\n4142", "4142", "text/plain"),
        (b"Content-Type: text/plain; charset=punycode\r\n\r\nabc-", "abc-", "text/plain"),
        (b"Content-Type: image/png\r\n\r\nx", "", ""),
        (b"Content-Transfer-Encoding: base64\r\n\r\n!!!", "!!!", "text/plain"),
    ],
)
def test_the_text_of_simple_messages(octets: bytes, text: str, kind: str) -> None:
    content = message.read(octets)
    assert content.text_type == kind
    if text != "!!!":  # what becomes of broken base64 is the library's affair; it must only not raise
        assert content.text == text


def test_parts_are_found_however_deep_they_are() -> None:
    octets = b""
    for level in range(3000):
        octets += f"Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n".encode()
    content = message.read(octets + b"\r\ndeep\r\n--b7--\r\nnobody's\r\n--b0\r\n\r\ntop\r\n--b0--\r\n")
    assert content.text == "deep"
    assert [part.octets for part in content.parts] == [4, 3]


def test_of_a_huge_text_the_beginning_is_shown_and_its_size_is_true() -> None:
    content = message.read(b"Subject: x\r\n\r\n" + b"line\r\n" * 1_000_000)
    assert content.cut
    assert content.text.endswith("line\n")
    assert len(content.text) < message.SHOWN_OCTETS
    assert content.parts == (message.Part("text/plain", "", 6_000_000),)


def test_the_parts_of_a_large_mail_are_all_there() -> None:
    large = base64.encodebytes(b"%PDF" * 3_000_000)
    octets = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n"
        b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + large
        + b"--b\r\nContent-Type: text/csv; name=small.csv\r\n\r\na,b\r\n--b--\r\n"
    )
    content = message.read(octets)
    assert [(one.type, one.octets) for one in content.parts] == [
        ("text/plain", 5),
        ("application/pdf", 12_000_000),
        ("text/csv", 3),
    ]
    assert (content.text, content.cut) == ("hello", False)
    assert (message.part(octets, 3) or (None, b""))[1] == b"a,b"


@pytest.mark.parametrize(
    "octets",
    [
        b"Content-Type: text/plain" + b";" * 1_000_000 + b"\r\n\r\nx",
        b"Content-Type: text/plain" + b"; a*1*=%41" * 100_000 + b"\r\n\r\nx",
        b'Content-Disposition: x; filename="' + b'\\"' * 500_000 + b"\r\n\r\nx",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\n\n" * 1_000_000,
        b"Content-Type: message/rfc822\r\n\r\n" * 100_000 + b"x",
        b"a:\r\n" * 30_000,
    ],
)
def test_the_work_grows_with_the_octets(octets: bytes) -> None:
    """Each of them took minutes where it grew with their square."""
    content = message.read(octets)
    assert len(content.parts) <= mime.MOST_PARTS
    assert content.more_parts == (octets.count(b"--b\n") > 1 or octets.count(b"/rfc822") > 1)


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"charset=utf-8\r\n\r\n\xc4\xe3\xba\xc3\xca\xc0\xbd\xe7\r\n\xe4\xbd\xa0", "你好世界\n你"),
        (b"charset=utf-8\r\n\r\ncaf\xe9", "café"),
        (b"charset=gb2312\r\n\r\n\xe4\xbd\xa0", "你"),
        (b"charset=iso-8859-1\r\n\r\n\x93caf\xe9\x94", "\u201ccafé\u201d"),
        (b"charset=shift_jis\r\n\r\na\xff", "a\ufffd"),
        (b"charset=latin1\r\n\r\n\x80", "€"),
        (b"charset=x-gbk\r\n\r\n\xc4\xe3", "你"),
        (b"charset=ansi_x3.4-1968\r\n\r\n\xc4\xe3\xba\xc3\xca\xc0\xbd\xe7", "你好世界"),
        (b"charset=shift_jis\r\n\r\n\x87\x40\x87\x8a", "①㈱"),
        (b"charset=ks_c_5601-1987\r\n\r\n\x8c\x63\xb9\xe6", "똠방"),
        (b"charset=ISO-2022-JP\r\n\r\n\x1b$B8\x1b(B \x1b(I6E\x1b(B!", "\ufffd ｶﾅ!"),
        (b"charset=ISO-2022-JP\r\n\r\n\x1b$BF|K\\\x1b(B\r\n\x1b$B-!-j#A\r\nok", "日本\n①㈱Ａ\nok"),
        (b"charset=ISO-2022-JP\r\n\r\n\x1b(I6E\x1b(J~\xe4\xbd\xa0\x1b$@F|", "ｶﾅ~你日"),
        (b"charset=hz-gb-2312\r\n\r\n~{VPND~} ~{\xff", "中文 \ufffd"),
        (b"charset=utf-7\r\n\r\n+ZeU-\xff", "日\ufffd"),
        (b"charset=utf-16\r\n\r\nabc", "abc"),
    ],
)
def test_a_text_in_another_charset_than_it_says_is_read_as_well_as_it_can_be(
    octets: bytes, text: str
) -> None:
    assert message.read(b"Content-Type: text/plain; " + octets).text == text


@pytest.mark.parametrize("kind", [b"multipart/mixed", b"multipart/mixed; boundary=b"])
def test_a_multipart_that_nothing_parts_is_shown_as_it_is(kind: bytes) -> None:
    content = message.read(b"Content-Type: " + kind + b"\r\n\r\n--x\r\n\r\nhello\r\n--x--\r\n")
    assert (content.text, content.text_type) == ("--x\n\nhello\n--x--\n", "text/plain")


@pytest.mark.parametrize(
    ("encoding", "body", "octets"),
    [
        (b"base64", b"aGVs\r\nbG8=\r\n", b"hello"),
        (b"BASE64 (so to say)", b"aGVsbG8", b"hello"),
        (b"quoted-printable", b"a=3Db=\r\nc", b"a=bc"),
        (b"x-uuencode", b"begin 644 x\r\n%:&5L;&\\\r\n\r\nend\r\n", b"hello"),
        (b"uuencode", b"none of it\r\n", b"none of it\r\n"),
        (b"8bit", b"=41", b"=41"),
        (b"none", b"=41", b"=41"),
    ],
)
def test_how_a_part_may_be_encoded(encoding: bytes, body: bytes, octets: bytes) -> None:
    text = b"Content-Type: image/png\r\nContent-Transfer-Encoding: " + encoding + b"\r\n\r\n" + body
    assert message.part(text, 1) == (message.Part("image/png", "", len(octets)), octets)


def test_a_part_without_an_empty_line_is_its_text() -> None:
    content = message.read(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nhello\r\n--b--\r\n")
    assert content.text == "hello"


def test_a_name_behind_a_long_header_is_read(tmp_path: Path) -> None:
    inbox = filled(tmp_path, b"X: y\r\n" * 20_000 + b"Subject: late\r\n\r\nx")
    assert inbox.entry(1).subject == "late"


_WORDS = st.sampled_from(
    [
        *(
            b"\r\n",
            b"\n",
            b"\r",
            b"\r\n\r\n",
            b": ",
            b";",
            b"=",
            b'"',
            b"--b",
            b"--b--",
            b"--",
            b" ",
            b"\t",
            b"\x00",
        ),
        *(
            b"Subject",
            b"Content-Type: ",
            b"multipart/mixed; boundary=b",
            b"multipart/digest",
            b"message/rfc822",
        ),
        *(
            b"text/plain; charset=",
            b"utf-8",
            b"utf-16",
            b"utf-7",
            b"gbk",
            b"hz",
            b"=?utf-8?B?",
            b"=?gb2312?Q?",
            b"?=",
        ),
        *(b"Content-Transfer-Encoding: ", b"base64", b"quoted-printable", b"x-uuencode", b"begin 644 x\r\n"),
        *(b"filename*=utf-8''%ff", b"filename*0*=x", b"\xff", b"\xe4\xbd", b"(", b"<", b"@", b"=C3"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.lists(_WORDS, max_size=40).map(b"".join)))
def test_no_message_breaks_the_reader(octets: bytes) -> None:
    content = message.read(octets)
    assert isinstance(content.text, str)
    header, body = message.split(octets)
    assert octets.startswith(header)
    assert octets.endswith(body)
    message.value(header, "subject")


# -- very many, and looking for one


def test_of_many_only_those_are_read_that_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = filled(tmp_path, *(f"Subject: {n}\r\n\r\n".encode() for n in range(1, 40)))
    assert inbox.numbers() == tuple(range(39, 0, -1))
    opened: list[str] = []
    split = message.split

    def noted(octets: bytes) -> tuple[bytes, bytes]:
        opened.append(octets.decode())
        return split(octets)

    monkeypatch.setattr(message, "split", noted)
    assert [(one.number, one.subject) for one in inbox.entries([39, 7, 99])] == [(39, "39"), (7, "7")]
    assert len(opened) == 2
    inbox.entries([39, 7])
    assert len(opened) == 2


def test_each_message_has_its_envelope_whatever_stands_between_them(tmp_path: Path) -> None:
    async def fill() -> None:
        box = Mailbox(tmp_path, fsync=False)
        box.prepare()
        for number in range(1, 60):
            many = tuple(Recipient(address=f"{n}@{number}.test") for n in range(number * 7))
            draft = box.draft()
            draft.write(b"x")
            envelope = Envelope(received=1e9, reverse_path=f"{number}@x.test", recipients=many, octets=1)
            box.keep(draft, envelope, lambda _result: None)
            await box.settle()
            with (tmp_path / "envelopes.jsonl").open("ab") as file:
                file.write(b"\n\xff torn\n" * (number % 3))

    asyncio.run(fill())
    for number in range(1, 60):
        envelope = journal.find(tmp_path, number)
        assert envelope is not None
        assert envelope.reverse_path == f"{number}@x.test"
    assert journal.find(tmp_path, 60) is None
    assert journal.find(tmp_path, 0) is None
    journal.forget(tmp_path, 30)
    assert journal.find(tmp_path, 30) is None
    assert journal.find(tmp_path, 31) is not None


def test_a_long_journal_is_not_read_to_its_beginning_for_the_next_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "_TAIL", 300)
    for expected in range(1, 9):  # each time a box that has read nothing yet
        inbox = filled(tmp_path, b"x")
        assert inbox.numbers()[0] == expected
    with (tmp_path / "envelopes.jsonl").open("ab") as file:
        file.write(b"torn " * 100 + b"\n")
    assert filled(tmp_path, b"x").numbers()[0] == 9


def test_search_takes_every_word_in_addresses_and_subject(tmp_path: Path) -> None:
    inbox = filled(
        tmp_path, b"Subject: Lunch at noon\r\n\r\n", b"Subject: lunch\r\n\r\nat noon\r\n", b"no header\r\n"
    )
    assert inbox.search("LUNCH") == (2, 1)
    assert inbox.search("noon bob@") == (1,)
    assert inbox.search("alice@example.org") == (3, 2, 1)
    assert inbox.search("dinner") == ()


def test_an_mbox_can_be_read_by_others(tmp_path: Path) -> None:
    texts = (b"Subject: one\r\n\r\nFrom here\r\n>From there\r\n", b"Subject: two\r\n\r\nno end")
    inbox = filled(tmp_path / "mail", *texts)
    octets = b"".join(inbox.mbox((1, 2)))
    assert octets.startswith(
        b"From alice@example.org Sun Sep 09 01:46:40 2001\nSubject: one\n\n>From here\n>>From"
    )
    file = tmp_path / "all.mbox"
    file.write_bytes(octets)
    with contextlib.closing(stdlib_mailbox.mbox(file)) as box:
        assert [one["subject"] for one in box] == ["one", "two"]


# -- parts


def test_one_part_of_a_message(tmp_path: Path) -> None:
    inbox = filled(tmp_path, MULTIPART)
    part, octets = inbox.part(1, 3)
    assert (part.filename, octets) == ("你.pdf", b"\0\1\2")
    for number in (0, 4, -1):
        with pytest.raises(NoPartError):
            inbox.part(1, number)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\windows\\evil.exe", "evil.exe"),
        (".bashrc", "bashrc"),
        ("-rf", "rf"),
        ("~root", "root"),
        ("a\x1b[31m\u202eb.txt", "a__31m_b.txt"),
        ("$(reboot).sh", "__reboot_.sh"),
        ("con.txt", "_con.txt"),
        ("你好.pdf", "你好.pdf"),
        ("..", "part-2.pdf"),
        ("", "part-2.pdf"),
        ("x" * 500 + ".pdf", "x" * 116 + ".pdf"),
        ("x." + "y" * 500, "x." + "y" * 118),
    ],
)
def test_the_name_of_an_attachment_made_safe(name: str, safe: str) -> None:
    assert message.safe_name(message.Part("application/pdf", name, 1), 2) == safe


# -- what was typed


async def test_a_mail_remembers_how_it_was_typed_but_no_secret(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox, connected(sandbox) as client:
        for line in (
            "helo nobody",
            "EHLO client.test",
            "AUTH PLAIN AGFsaWNlAHNlY3JldA==",
            "mail from:<a@b.test> SIZE=4",
            "RCPT TO:<nobody@d.test>",
            "rcpt to:<c@d.test>",
            "NOOP",
            "DATA",
            "hi\r\n.",
            "MAIL FROM:<>",
            "RCPT TO:<e@d.test>",
            "DATA",
            "hi\r\n.",
        ):
            await client.say(line)
    second, first = Inbox(tmp_path).entries()
    assert first.envelope is not None
    assert second.envelope is not None
    assert [(one.line, one.reply[:3]) for one in first.envelope.dialogue] == [
        ("EHLO client.test", "250"),
        ("mail from:<a@b.test> SIZE=4", "250"),
        ("RCPT TO:<nobody@d.test>", "550"),
        ("rcpt to:<c@d.test>", "250"),
        ("DATA", "354"),
    ]
    assert [one.line for one in second.envelope.dialogue] == [
        "EHLO client.test",
        "MAIL FROM:<>",
        "RCPT TO:<e@d.test>",
        "DATA",
    ]
