"""Chinese beside Latin and beside Chinese: no blank between two Chinese words, no half-width marks; in the
catalogue, with whatever is filled in, and in what is put together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter

import pytest

from tests.practice.talking import Talk, talk
from tests.practice.test_refusals import BEFORE, REPLIES
from tests.words import catalogue
from tests.words.test_catalogue import texts
from tui.smtp.events import ConnectionFailed, Failure, TlsFailed, TlsTrouble
from tui.words import language
from tui.words.guide import Guide, Pair
from tui.words.notes import note
from tui.words.seams import Template, joined
from tui.words.sheet import guide

_WIDE = "[\u3400-\u9fff\u3001-\u301f\uff01-\uff60]"
_PARTED = re.compile(f"{_WIDE} {_WIDE}")
_HALF_WIDTH = re.compile(
    r"[\u4e00-\u9fff] ?[,;!?()]|[,;!?(] ?[\u4e00-\u9fff]|[\u4e00-\u9fff]:|[\u4e00-\u9fff]\.(?:\s|$)"
)
#: A colon of SMTP, behind the name of a field.
_FIELD = "{field}:"


@pytest.fixture(autouse=True)
def back_to_english() -> Iterator[None]:
    yield
    language.use("en")


@pytest.mark.parametrize(
    ("template", "value", "text"),
    [
        ("这是在 {x} 这一步说的。", "RCPT TO", "这是在 RCPT TO 这一步说的。"),
        ("这是在 {x} 这一步说的。", "连接", "这是在连接这一步说的。"),
        ("针对的是 {x}。", "连接本身", "针对的是连接本身。"),
        ("{x} 不认识", "（空）", "（空）不认识"),
        ("{x}  ✗ 不符", "名称", "名称  ✗ 不符"),  # columns
        ("{x!s} 和 {x:>4}", "甲", "甲和    甲"),
        ("{x:g} 秒", 2.0, "2 秒"),
        ("{{x}} {x}", "a", "{x} a"),
        ("the {x} of it", "中文", "the 中文 of it"),
        ("甲 {x}", "乙 丙", "甲乙 丙"),  # inside a value nothing is changed
    ],
)
def test_what_is_filled_in(template: str, value: object, text: str) -> None:
    assert Template(template).format(x=value) == text


def test_sentences_behind_each_other() -> None:
    assert joined("一。", "二。", "", "three.") == "一。二。three."
    assert joined("他说 \u201c好\u201d", "二。") == "他说 \u201c好\u201d二。"
    assert joined("One.", "Two.") == "One. Two."
    assert joined() == ""


def test_every_text_of_the_catalogue_with_chinese_words_in_it() -> None:
    wrong = []
    for message in catalogue.read("zh_CN"):
        for string in texts(message)[1] if message.id else ():
            fields = [(name, spec) for _text, name, spec, _how in Formatter().parse(string) if name]
            shown = Template(string).format(**{name: 1 if spec else "中文" for name, spec in fields})
            marks = _HALF_WIDTH.search(shown) and _FIELD not in string
            wrong += [string] if _PARTED.search(shown) or marks else []
    assert wrong == []


def shown(sheet: Guide) -> Iterator[str]:
    for section in sheet.sections:
        for one in section.paragraphs:
            if isinstance(one, Pair):
                yield one.gloss
            else:
                yield "".join(run.text for run in one.runs)


def well_set(text: str) -> bool:
    """Of what a server said nothing is asked: it stands in quotation marks. ``!`` in front is a sign."""
    ours = re.sub("\u201c.*?\u201d", "\u201c\u201d", text.removeprefix("! "))
    return not (_PARTED.search(ours) or _HALF_WIDTH.search(ours))


def talks() -> Iterator[Talk]:
    for step, reply, *_judged in REPLIES:
        yield talk(*BEFORE[step], *(f"S: {line}" for line in reply.split("\n")), sandbox=False)
        yield talk(*BEFORE[step], "* closed by client")
    for step in BEFORE:
        for reply in ("421 bye", "250 ok", "550 no", "501 no", "503 no"):
            yield talk(*BEFORE[step], f"S: {reply}")
    for trouble in TlsTrouble:
        if trouble is not TlsTrouble.CERTIFICATE:
            yield talk(*BEFORE["starttls"], "S: 220 go").tell(TlsFailed(trouble, "reason"))
    for failure in Failure:
        yield talk().tell(ConnectionFailed(failure, "mx.test", 25, "192.0.2.1", detail="x", through="ssh j"))


def test_what_is_shown_in_chinese() -> None:
    language.use("zh_CN")
    wrong = {
        text
        for one in talks()
        for sheet in (
            guide(one.practice, sandbox=False, hints=2),
            guide(one.practice, sandbox=True, typed=True),
        )
        for text in (*shown(sheet), *(note(event, one.practice) or "" for event in one.events))
        if not well_set(text)
    }
    assert wrong == set()


def test_where_it_was_said_and_what_it_is_about() -> None:
    language.use("zh_CN")
    rows = (*BEFORE["rcpt"], "S: 554 5.7.1 blocked using zen.spamhaus.org")
    said = " ".join(shown(guide(talk(*rows, sandbox=False).practice, sandbox=False)))
    assert "针对的是连接本身" in said
