"""Exercise files: what stands in them, and a clear error with file, line and key for what does not fit."""

from __future__ import annotations

import pytest

from tests.practice.graded import HEAD, exercise
from tests.practice.mutants import count_faults
from tui.lessons import shelf
from tui.practice import loader
from tui.practice.exercise import Form, Happening, Names, Scope
from tui.practice.flaws import Flaw, because
from tui.practice.strict import DataFileError, line_of, place_of

GOAL = '[[goal]]\nid = "a"\nname = "A"\nhints = ["n", "r", "L"]\n'
STEP = GOAL + 'step = "helo"\n'
REPLY = GOAL + 'event = "reply"\n'


def fault(text: str, *, head: str = HEAD) -> DataFileError:
    with pytest.raises(DataFileError) as error:
        exercise(text, head=head)
    assert error.value.file == "sample.toml"
    assert str(error.value).isprintable()
    return error.value


@pytest.mark.parametrize(
    ("text", "key", "at"),
    [
        ("", "goal", ""),
        (GOAL, "goal[0]", "[[goal]]"),
        (STEP + 'event = "reply"\ncode = 250\n', "goal[0]", "[[goal]]"),
        (GOAL + 'step = "lunch"\n', "goal[0].step", "step ="),
        (GOAL + 'event = "lunch"\n', "goal[0].event", "event ="),
        (REPLY, "goal[0].verb", "[[goal]]"),
        (REPLY + 'verb = "HALLO"\n', "goal[0].verb", "verb ="),
        (REPLY + "code = 7\n", "goal[0].code", "code ="),
        (REPLY + "code = [250, 999]\n", "goal[0].code", "code ="),
        (REPLY + 'code = 250\nfinding = "full-width"\n', "goal[0].finding", "finding ="),
        (REPLY + 'code = 250\ndistinct = "colour"\n', "goal[0].distinct", "distinct ="),
        (REPLY + "code = 250\ntimes = 0\n", "goal[0].times", "times ="),
        (REPLY + 'code = 250\nafter = ["a"]\n', "goal[0].after", "after ="),
        (REPLY + "code = 250\nstage = 2\n", "goal[0].stage", "stage ="),
        (STEP + 'colour = "red"\n', "goal[0].colour", "colour ="),
        (STEP + STEP, "goal[1].id", 'id = "a"'),
        (GOAL + 'event = "command"\n', "goal[0].verb", "[[goal]]"),
        (GOAL + 'event = "finding"\n', "goal[0].finding", "[[goal]]"),
        (GOAL + 'event = "accepted"\nverb = "MAIL"\n', "goal[0].verb", "verb ="),
        (GOAL + "[goal.message]\n", "goal[0].message", "[goal.message]"),
        (GOAL + '[goal.message]\nis = "date"\nblank_line = true\n', "goal[0].message.is", "is ="),
        (GOAL + "[goal.message]\nrecipients = 1\n", "goal[0].message.recipients", "recipients ="),
        (GOAL + '[goal.message]\nheader = "a"\nis = "odd"\n', "goal[0].message.is", "is ="),
        (GOAL + '[goal.question]\nask = "?"\n', "goal[0].question", "[goal.question]"),
        (
            GOAL + '[goal.question]\nask = "?"\naccept = ["x"]\n'
            '[[goal.question.choice]]\nkey = "a"\ntext = "t"\n'
            '[[goal.question.choice]]\nkey = "A"\ntext = "t"\n',
            "goal[0].question.choice",
            "[[goal.question.choice]]",
        ),
        (STEP + '[[forbid]]\nid = "b"\n', "forbid[0]", "[[forbid]]"),
        (STEP + '[[mistake]]\nid = "b"\nevent = "command"\nverb = "X"\n', "mistake[0].verb", "verb ="),
        (STEP + '[[wrong]]\nsay = "s"\nlines = []\nanswer = "goal:z"\n', "wrong[0].answer", "answer ="),
        (STEP + '[[wrong]]\nsay = "s"\nlines = []\nanswer = "colour:a"\n', "wrong[0].answer", "answer ="),
        (STEP + '[server]\nsyntax = "odd"\n', "server.syntax", "syntax ="),
        (STEP + '[server]\ndomains = ["No.Way"]\n', "server.domains[0]", "domains ="),
        (STEP + '[server]\nhost = ""\n', "server.host", "host ="),
        (
            STEP
            + '[[stage]]\nsay = "s"\n[stage.server]\nusers = []\n'
            + STEP.replace('"a"', '"b"\nstage = 2'),
            "stage[0].server.users",
            "users =",
        ),
        (STEP + '[[stage]]\nsay = "s"\n', "stage", "[[stage]]"),
        (
            STEP + '[[stage]]\nsay = "s"\n[stage.server]\nusers = ["A"]\n',
            "stage[0].server.users[0]",
            "users =",
        ),
        (STEP.replace('"n"', "7"), "goal[0].hints[0]", "hints ="),
        (STEP.replace('id = "a"', 'id = "A B"'), "goal[0].id", 'id = "A B"'),
    ],
)
def test_a_fault_is_told_with_its_place(text: str, key: str, at: str) -> None:
    error = fault(text)
    assert error.key == key
    line = (HEAD + text).split("\n")[error.line - 1]
    assert line.startswith(at) or at in line


def test_faults_of_the_file_as_a_whole() -> None:
    assert fault(STEP, head=HEAD.replace("= 1", "= 2", 1)).key == "format_version"
    assert fault(STEP + "[goal").line > 0
    assert fault("goal = []\n").key == "goal"
    assert fault(STEP, head=HEAD.replace('title = "A sample"\n', "")).key == "title"
    assert fault("x = " + "[" * 50).reason == because(Flaw.TOO_DEEP)
    with pytest.raises(DataFileError, match="too-large"):
        loader.exercise(b"#" * 300_000, "big.toml")
    with pytest.raises(DataFileError, match="utf-8"):
        loader.exercise(b'id = "\xff"', "latin.toml")


def test_what_an_exercise_says() -> None:
    one = exercise(
        REPLY + 'verb = ["connect", "mail"]\ncode = [2, 55]\naddress = "a@x.test"\ntimes = 2\n'
        'distinct = "address"\nopen = true\n'
        + GOAL.replace('"a"', '"b"')
        + 'after = ["a"]\n[goal.message]\nheader = "From"\nis = "address"\nnames = "not sender"\n'
        + GOAL.replace('"a"', '"c"')
        + 'step = "quit"\n'
        + '[[forbid]]\nid = "f"\nevent = "finding"\nfinding = ["full-width", "full-width-dot"]\n'
    )
    first, second, third = one.goals
    assert first.check.sign is not None
    assert (first.check.sign.event, first.check.sign.verbs) == (Happening.REPLY, ("connect", "MAIL"))
    assert (first.check.times, first.check.distinct, first.scope) == (2, True, Scope.EXERCISE)
    assert second.check.content is not None
    assert (second.check.content.header, second.check.content.form) == ("from", Form.ADDRESS)
    assert (second.check.content.names, second.scope) == (Names.NOT_SENDER, Scope.MAIL)
    assert (third.step, third.scope) == ("quit", Scope.CONNECTION)
    assert one.forbidden[0].scope is Scope.MAIL


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("one\ntwo", "one two"),
        ("one\ntwo\n\nthree\n", "one two\nthree"),
        ("第一行\n第二行", "第一行第二行"),
        ("第一行，\nSMTP 行\n完", "第一行，SMTP 行完"),
        ("", ""),
    ],
)
def test_line_breaks_are_for_the_author(text: str, prose: str) -> None:
    one = exercise(STEP, head=HEAD.replace('story = "Once."', f'story = """\n{text}"""'))
    assert one.story == prose


TEXTS = """
title = "标题"
story = "故事"
[goal.a]
name = "甲"
hints = ["一", "二"]
"""


def test_texts_in_another_language() -> None:
    one = loader.translated(exercise(STEP), loader.texts(TEXTS.encode(), "sample.zh_CN.toml"))
    assert (one.title, one.goals[0].name, one.goals[0].hints) == ("标题", "甲", ("一", "二", "L"))
    none = loader.translated(exercise(STEP), loader.texts(b"", "sample.zh_CN.toml"))
    assert none == exercise(STEP)


QUESTION = (
    STEP
    + GOAL.replace('"a"', '"q"')
    + 'say = "s"\n[goal.question]\nask = "?"\n[[goal.question.choice]]\nkey = "x"\ntext = "t"\nright = true\n'
    + 'why = "w"\n[[forbid]]\nid = "f"\nsay = "s"\nwhy = "w"\nevent = "command"\nverb = "VRFY"\n'
    + '[[stage]]\nsay = "s"\n'
    + GOAL.replace('"a"', '"z"')
    + 'stage = 2\nstep = "quit"\n'
)


def test_missing_and_needless_texts_are_named() -> None:
    one = exercise(QUESTION, head=HEAD + 'learn = ["l", "m"]\n')
    found = loader.texts(
        b'learn = ["1"]\n[goal.q]\nchoices = { x = { text = "t" } }\n[goal.no]\n[forbid.f]\nsay = "s"\n', "t"
    )
    assert set(loader.untranslated(one, found)) == {
        "title", "story", "learn", "stages",
        "goal.a.name", "goal.a.hints", "goal.q.name", "goal.q.say", "goal.q.hints", "goal.q.ask",
        "goal.q.choices.x", "goal.z.name", "goal.z.hints", "forbid.f.why", "!goal.no",
    }  # fmt: skip
    made = loader.translated(one, loader.texts(b'stages = ["2"]\n[goal.q]\nask = "wo?"\n', "t"))
    assert made.stages == ("", "2")
    assert made.goals[1].question is not None
    assert made.goals[1].question.ask == "wo?"
    assert made.goals[1].question.choices[0].text == "t"
    chosen = loader.translated(one, found).goals[1].question
    assert chosen is not None
    assert (chosen.choices[0].text, chosen.choices[0].why) == ("t", "w")


PACK = """
format_version = 1
id = "p"
title = "P"
languages = ["en", "zh_CN"]
[[group]]
name = "g"
exercises = ["a", "b"]
"""


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("= 1", "= 9", "format_version"),
        ('["en", "zh_CN"]', '["tlh"]', "languages"),
        ('["en", "zh_CN"]', "[]", "languages"),
        ('["a", "b"]', '["a", "a"]', "group[0].exercises"),
        ('["a", "b"]', "[]", "group"),
    ],
)
def test_a_pack_that_does_not_fit(old: str, new: str, key: str) -> None:
    with pytest.raises(DataFileError) as error:
        loader.pack(PACK.replace(old, new, 1).encode(), "pack.toml")
    assert error.value.key == key


def test_a_pack_in_another_language() -> None:
    pack = loader.pack(PACK.encode(), "pack.toml")
    assert pack.groups[0].exercises == ("a", "b")
    other = loader.in_language(pack, 'title = "包"\ngroups = ["组"]'.encode(), "t")
    assert (other.title, other.groups[0].name) == ("包", "组")
    assert loader.in_language(pack, b"", "t") == pack


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("a", 1),
        ("t", 5),
        ("t.b", 6),
        ("l[0].c", 8),
        ("l[1].c", 10),
        ("l[1].m.d", 12),
        ("l[1].m", 11),
        ("no", 0),
    ],
)
def test_the_line_of_a_key(key: str, line: int) -> None:
    text = 'a = """\n[x]\nb = 1\n"""\n[t]\nb = 2\n[[l]]\nc = 3\n[[l]]\nc = 4\n[l.m]\nd = 5\n'
    assert line_of(text, key) == line
    assert place_of(text, key) == (line or 1)
    assert place_of(text, "l[1].m.none[3]") == 11


def test_no_mutant_of_the_shipped_files_is_more_than_a_clear_error() -> None:
    tried, refused = count_faults(1000, seed=7)
    assert tried == 1000
    assert refused > 100


def test_every_shipped_exercise_is_there_in_both_languages() -> None:
    english, chinese = shelf.builtin("en"), shelf.builtin("zh_CN")
    assert len(english.ids) == 8
    for id in english.ids:
        one, other = english.exercise(id, "en"), chinese.exercise(id, "zh_CN")
        assert one.hash == other.hash
        assert one.title != other.title


def test_a_complete_translation_lacks_nothing() -> None:
    one = exercise(
        QUESTION.replace('"?"', '"?"', 1) + '[[mistake]]\nid = "m"\nsay = "s"\nwhy = "w"\nevent = "command"\n'
        'verb = "NOOP"\n',
        head=HEAD + 'learn = ["l"]\nlearnt = "l"\nwork = "w"\n',
    )
    texts = """
title = "t"
story = "s"
learn = ["l"]
learnt = "l"
work = "w"
stages = ["2"]
goal.a = { name = "n", hints = ["1", "2"] }
goal.q = { name = "n", say = "s", hints = ["1", "2"], ask = "?", choices = { x = { text = "t", why = "w" } } }
goal.z = { name = "n", hints = ["1", "2", "L"] }
forbid.f = { say = "s", why = "w" }
mistake.m = { say = "s", why = "w" }
"""
    assert list(loader.untranslated(one, loader.texts(texts.encode(), "t"))) == []
    bare = exercise(GOAL + '[goal.question]\nask = "?"\naccept = ["a"]\n')
    assert "goal.a.ask" in list(loader.untranslated(bare, loader.texts(b"", "t")))


@pytest.mark.parametrize(
    ("text", "key", "at"),
    [
        (GOAL + 'say : "x"\n', "say", "say :"),
        (GOAL + '\nsay\u200b = "x"\n', "say?", "say"),
        (GOAL + "[goal.message\n", "goal.message", "[goal"),
        (GOAL + 'why = """\none\n\\quit\n"""\n', "goal[0].why", "\\quit"),
        (STEP + 'times = [\n    "a",\n    b",\n]\n', "goal[0].times", "    b"),
    ],
)
def test_a_fault_of_syntax_names_a_key(text: str, key: str, at: str) -> None:
    error = fault(text)
    assert error.key == key
    assert (HEAD + text).split("\n")[error.line - 1].startswith(at)


def test_a_number_longer_than_python_takes() -> None:
    error = fault(GOAL + "times = " + "1" * 5000 + "\n")
    assert (error.key, error.reason) == ("times", because(Flaw.LONG_NUMBER))
    assert error.line > 0


def test_brackets_that_never_end() -> None:
    error = fault("x = " + "[\n" * 20_000)
    assert error.reason == because(Flaw.TOO_DEEP)
