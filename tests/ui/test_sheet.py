"""The guide's layout: columns, what stands beside what, and what goes first where rows are short."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.ui import guides
from tests.ui.golden import check
from tui.practice.state import StepState
from tui.ui.flow import plain
from tui.ui.look import ASCII, UNICODE
from tui.ui.sheet import columns, few_rows, lay, least_height, natural_height
from tui.words.guide import Guide, Pair, Paragraph, Room, Run, Section, Sentence, Tone

GUIDES = {
    "first": guides.FIRST,
    "middle": guides.MIDDLE,
    "refused": guides.REFUSED,
    "slip": guides.SLIP,
    "goals": guides.goals(7, 2),
}


def text(guide: Guide, width: int, height: int, *, stacked: bool = False) -> list[str]:
    return [plain(row).rstrip() for row in lay(guide, width, height, stacked=stacked)]


@pytest.mark.parametrize("name", GUIDES)
@pytest.mark.parametrize(
    ("manner", "width", "height", "stacked"),
    [("120x36", 52, 33, False), ("100x30", 42, 27, False), ("80x24", 78, 10, True), ("60x24", 58, 12, True)],
)
def test_the_sheet_looks_as_it_was_agreed(
    name: str, manner: str, width: int, height: int, stacked: bool
) -> None:
    check(f"sheet-{name}-{manner}", text(GUIDES[name], width, height, stacked=stacked))


def test_stacked_steps_stand_in_fixed_columns_whatever_their_words() -> None:
    waiting = Guide((guides.steps(1, StepState.WAITING),))
    begun = text(guides.FIRST, 78, 10, stacked=True)
    assert [row.index("RCPT TO") for row in (begun[0], text(waiting, 78, 10, stacked=True)[0])] == [63, 63]


def test_a_short_sheet_drops_blank_rows_first_and_never_the_headline() -> None:
    whole = text(guides.REFUSED, 78, 10, stacked=True)
    assert text(guides.REFUSED, 78, 7, stacked=True) == [row for row in whole if row]
    without_why = text(guides.REFUSED, 78, 6, stacked=True)
    assert [row[:9].strip() for row in without_why] == ["steps", "3 of 8", "reply", "", "next", ""]
    least = text(guides.REFUSED, 78, least_height(guides.REFUSED, 78, stacked=True), stacked=True)
    assert [row[:9].strip() for row in least] == ["steps", "3 of 8", "reply", "next"]
    assert "refused for good" in least[2]


def test_asking_for_a_hint_moves_nothing_above_it() -> None:
    without = Guide(tuple(one for one in guides.MIDDLE.sections if one.key != "hint"))
    for width, stacked in ((52, False), (78, True)):
        before, after = (
            text(without, width, 30, stacked=stacked),
            text(guides.MIDDLE, width, 30, stacked=stacked),
        )
        assert after[: len(before)] == before


def test_many_goals_fold_those_that_are_done_where_rows_are_short() -> None:
    rows = text(guides.goals(10, 4), 78, 10, stacked=True)
    assert rows[0] == "goals    ✓ 4 goals done"
    assert rows[1].startswith("4 of 10  ❯ blank line")
    assert text(guides.goals(10, 4), 52, 33)[0].startswith("goals    ✓ sender")


def test_under_sixty_columns_the_present_step_and_the_headline_are_left() -> None:
    first, second = few_rows(guides.REFUSED, 48)
    assert plain(first) == "✗ RCPT TO refused  who gets it            3 of 8"
    assert plain(second) == "550 5.1.1 refused for good"


def test_under_sixty_columns_a_hint_stands_in_the_place_of_the_headline() -> None:
    hint = Section("hint", "hint", "1 of 3", (guides.say("One RCPT TO for each recipient, and no more."),))
    rows = [plain(row) for row in few_rows(Guide((*guides.REFUSED.sections, hint)), 38)]
    assert rows[1:] == ["hint  One RCPT TO for each recipient,", "      and no more."]
    rows = [plain(row) for row in few_rows(Guide((*guides.REFUSED.sections, hint)), 38, 2)]
    assert rows[1:] == ["hint  One RCPT TO for each recipien..."]


def test_what_is_left_of_a_hint_or_of_what_to_type_says_that_there_is_more() -> None:
    told = tuple(guides.line(f"LINE {n}", "what it is for, said at length") for n in range(4))
    hint = Section("hint", "hint", "1 of 3", (guides.say("word " * 40),))
    guide = Guide((*guides.REFUSED.sections[:2], Section("next", "next", "", told), hint))
    rows = text(guide, 60, 6, stacked=True)
    assert [row[:9].strip() for row in rows] == ["steps", "3 of 8", "reply", "next", "", "hint"]
    assert [row.endswith("...") for row in rows] == [False, False, False, False, True, True]


def test_no_row_is_left_blank_while_something_is_cut() -> None:
    said = guides.say(
        "A sentence that is long enough for three rows, at least where rows are as short as here."
    )
    guide = Guide((guides.steps(3), Section("reply", "reply", "", (guides.say("550   no"), said))))
    whole = natural_height(guide, 50)
    for height in range(least_height(guide, 50), whole + 1):
        assert len(text(guide, 50, height)) == height
    assert text(guide, 50, whole - 2)[-1].endswith("...")


def test_a_hint_that_was_asked_for_just_now_is_read_first() -> None:
    words = guides.say("The rule of it, with where it stands, in a sentence of two rows at this width.")
    hint = Section("hint", "hint", "2 of 3", (words, guides.say("F2 again shows the line")), room=Room.FIRST)
    rows = text(Guide((*guides.SLIP.sections, hint)), 52, 17)
    assert rows[-1].endswith("sentence of two rows at this width.")  # that there is one more goes first
    assert "so it goes on waiting" in " ".join(" ".join(rows).split())
    older = replace(hint, room=Room.YIELDS)
    rows = text(Guide((*guides.SLIP.sections, older)), 52, 17)
    assert "so it goes on waiting" in " ".join(" ".join(rows).split())
    assert not any(row.startswith("hint") for row in rows)


def test_under_sixty_columns_a_slip_stands_before_an_older_hint() -> None:
    older = Section("hint", "hint", "1 of 3", (guides.say("The nudge."),), room=Room.YIELDS)
    assert plain(few_rows(Guide((*guides.SLIP.sections, older)), 48)[1]) == "! 。 is not ."
    assert "The nudge." in plain(few_rows(Guide((guides.steps(5), older)), 48)[1])


def test_three_columns_keep_every_section_once() -> None:
    left, right = columns(guides.REFUSED)
    assert [one.key for one in left.sections] == ["steps"]
    assert [one.key for one in right.sections] == ["reply", "why", "next"]


def test_colour_follows_the_state_and_only_one_row_is_bold() -> None:
    rows = lay(guides.REFUSED, 52, 33)
    bold = {run.text.strip() for row in rows[:8] for run in row[1:] if run.bold}
    assert bold == {"✗", "RCPT TO", "refused"}
    assert [run.tone for run in rows[0] if run.text == "✓"] == [Tone.GOOD]


def test_ascii_changes_signs_and_no_column() -> None:
    for width, stacked in ((52, False), (78, True)):
        signs = str.maketrans("✓❯◦✗", "+>-x")
        drawn = [plain(row) for row in lay(guides.REFUSED, width, 33, stacked=stacked, glyphs=UNICODE)]
        typed = [plain(row) for row in lay(guides.REFUSED, width, 33, stacked=stacked, glyphs=ASCII)]
        assert typed == [row.translate(signs) for row in drawn]


def test_chinese_stands_in_the_same_columns() -> None:
    words = dict(zip(StepState, ("未做", "现在", "等待", "完成", "被拒", "稍后"), strict=True))
    steps = guides.steps(3, words=words)
    rows = [plain(row) for row in lay(Guide((Section("steps", "步骤", "3/8", steps=steps.steps),)), 52, 33)]
    assert [cell_len(row.split("现在")[0]) for row in rows if "现在" in row] == [22]
    assert rows[0].startswith("步骤     ✓ connect    完成     220")


_WIDE = st.text(alphabet="ab 中，。（》e\u0301<>:", max_size=60)


@settings(max_examples=60)
@given(
    words=st.lists(_WIDE, min_size=1, max_size=4), width=st.integers(30, 150), height=st.integers(0, 30),
    stacked=st.booleans(),
)  # fmt: skip
def test_no_text_makes_a_row_too_wide_or_the_sheet_too_high(
    words: list[str], width: int, height: int, stacked: bool
) -> None:
    told: tuple[Paragraph, ...] = (
        *(Sentence((Run(one),)) for one in words),
        *(Pair(Run(one), one[::-1], one) for one in words),
    )
    guide = Guide((guides.steps(2), Section("reply", "reply", "", told), Section("next", "next", "1", told)))
    rows = lay(guide, width, height, stacked=stacked)
    assert len(rows) <= height
    assert all(cell_len(plain(row)) <= width for row in rows)
    assert natural_height(guide, width, stacked=stacked) >= least_height(guide, width, stacked=stacked)


def test_the_answers_to_a_question_stand_in_columns() -> None:
    answers = tuple(
        Pair(Run(key), text) for key, text in zip("abcd", ("to you", "to me, too", "x", "y"), strict=True)
    )
    asked = Section("question", "question", "", (guides.say("Where?"), *answers))
    assert text(Guide((asked,)), 40, 10, stacked=True)[1:3] == [
        "         a  to you      b  to me, too",
        "         c  x           d  y",
    ]
    assert text(Guide((asked,)), 24, 10, stacked=True)[1] == "         a  to you"
