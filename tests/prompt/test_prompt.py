"""The prompt as both front ends use it."""

from __future__ import annotations

import pytest

from tui.prompt.completion import Known
from tui.prompt.history import History
from tui.prompt.names import Named, Wire, read
from tui.prompt.prompt import Prompt, pasted_lines
from tui.smtp.phases import Phase


@pytest.fixture
def prompt() -> Prompt:
    return Prompt(History(["HELO a", "MAIL FROM:<a@x>"]))


class TestHistory:
    def test_up_and_down_keep_the_draft(self, prompt: Prompt) -> None:
        prompt.type("RC")
        prompt.up()
        assert prompt.text == "MAIL FROM:<a@x>"
        prompt.up()
        prompt.up()
        assert prompt.text == "HELO a"
        prompt.down()
        assert prompt.text == "MAIL FROM:<a@x>"
        prompt.down()
        assert prompt.text == "RC"
        prompt.down()
        assert prompt.text == "RC"

    def test_an_edited_old_line_is_the_new_draft(self, prompt: Prompt) -> None:
        prompt.type("draft")
        prompt.up()
        prompt.delete_back()
        prompt.up()
        assert prompt.text == "MAIL FROM:<a@x>"
        prompt.down()
        assert prompt.text == "MAIL FROM:<a@x"

    def test_blank_and_repeated_lines_are_not_kept(self, prompt: Prompt) -> None:
        for line in ("MAIL FROM:<a@x>", " ", "", "NOOP"):
            prompt.remember(line)
        assert prompt.history.lines == ("HELO a", "MAIL FROM:<a@x>", "NOOP")

    def test_it_is_bounded(self) -> None:
        history = History(map(str, range(10)), kept=3)
        history.add("x")
        assert history.lines == ("8", "9", "x")


class TestProposal:
    def test_it_is_shown_only_where_it_begins_with_what_was_typed(self, prompt: Prompt) -> None:
        prompt.suggestion = "RCPT TO:<bob@sandbox.test>"
        assert prompt.ghost == "RCPT TO:<bob@sandbox.test>"
        prompt.type("rc")
        assert prompt.ghost == "PT TO:<bob@sandbox.test>"
        prompt.type("X")
        assert prompt.ghost == ""

    def test_right_takes_it_at_the_end_only(self, prompt: Prompt) -> None:
        prompt.suggestion = "DATA"
        prompt.type("D")
        prompt.left()
        assert prompt.ghost == ""
        prompt.right()
        assert prompt.text == "D"
        prompt.right()
        assert prompt.text == "DATA"
        prompt.right()
        assert prompt.text == "DATA"

    def test_without_one_the_history_completes_what_was_begun(self, prompt: Prompt) -> None:
        assert prompt.ghost == ""
        prompt.type("mail")
        assert prompt.ghost == " FROM:<a@x>"
        prompt.completes_from_history = False
        assert prompt.ghost == ""

    def test_none_while_walking_through_the_history(self) -> None:
        prompt = Prompt(History(["HELO abc", "HELO a"]))
        prompt.up()
        assert prompt.ghost == ""


class TestSecret:
    def test_it_is_masked_from_the_first_key_and_never_proposed(self, prompt: Prompt) -> None:
        prompt.secret = True
        prompt.suggestion = "MAIL FROM:<a@x>"
        prompt.type("M世e\u0301")
        view = prompt.view(20)
        assert (view.text, view.ghost, view.cursor) == ("***", "", 3)
        prompt.up()
        assert prompt.text == "M世e\u0301"
        assert not prompt.complete(Known(Phase.READY))

    @pytest.mark.parametrize(
        ("typed", "shown"),
        [
            ("AUTH PLAIN AGEAYg==", "AUTH PLAIN ********"),
            ("auth  login YQ==", "auth  login ****"),
            ("AUTH PLAIN", "AUTH PLAIN"),
            ("AUTHOR x y", "AUTHOR x y"),
        ],
    )
    def test_what_follows_the_mechanism_is_masked(self, prompt: Prompt, typed: str, shown: str) -> None:
        prompt.type(typed)
        assert prompt.view(40).text == shown
        assert prompt.view(40).cursor == len(shown)

    def test_a_login_is_not_remembered(self, prompt: Prompt) -> None:
        prompt.remember("AUTH PLAIN AGEAYg==")
        prompt.remember("AUTH LOGIN")
        prompt.remember("AUTHOR")
        assert prompt.history.lines[-2:] == ("MAIL FROM:<a@x>", "AUTHOR")


class TestPaste:
    def test_one_line_is_typed_without_its_end(self, prompt: Prompt) -> None:
        assert not prompt.paste("QUIT\r\n")
        assert prompt.text == "QUIT"

    def test_several_lines_are_kept_and_asked_about(self, prompt: Prompt) -> None:
        prompt.type("draft")
        assert prompt.paste("Subject: x\n\n.bashrc\r\nend\r\n")
        assert prompt.text == "draft"
        assert prompt.paste_due
        assert prompt.pasted == ("Subject: x", "", ".bashrc", "end")
        prompt.put_paste_aside()
        assert not prompt.paste_due
        assert prompt.recall_paste()
        assert prompt.take_paste() == ("Subject: x", "", ".bashrc", "end")
        assert not prompt.recall_paste()

    def test_line_ends(self) -> None:
        assert pasted_lines("") == ()
        assert pasted_lines("\n") == ("",)
        assert pasted_lines("a\rb\n\nc") == ("a", "b", "", "c")


class TestCompletion:
    def test_tab_goes_round(self, prompt: Prompt) -> None:
        prompt.type("h")
        assert prompt.complete(Known(Phase.GREETED))
        assert prompt.text == "HELO "
        prompt.complete(Known(Phase.GREETED))
        assert prompt.text == "HELP"
        prompt.complete(Known(Phase.GREETED))
        assert prompt.text == "h"

    def test_lines_of_the_past_where_nothing_else_fits(self, prompt: Prompt) -> None:
        prompt.type("MAIL FROM:<A")
        prompt.complete(Known(Phase.READY))
        assert prompt.text == "MAIL FROM:<a@x>"

    def test_only_what_is_legal_now(self, prompt: Prompt) -> None:
        prompt.type("D")
        assert not prompt.complete(Known(Phase.READY))
        assert prompt.complete(Known(Phase.RCPT))
        assert prompt.text == "DATA"

    def test_typed_names(self, prompt: Prompt) -> None:
        prompt.type("/h")
        assert prompt.complete(Known(Phase.READY), names=("fill", "hint", "help"))
        assert prompt.text == "/hint"
        prompt.complete(Known(Phase.READY), names=("fill", "hint", "help"))
        assert prompt.text == "/help"

    def test_another_key_ends_the_round(self, prompt: Prompt) -> None:
        prompt.type("h")
        prompt.complete(Known(Phase.GREETED))
        assert prompt.text == "HELO "
        prompt.type("me")
        assert not prompt.complete(Known(Phase.GREETED))
        assert prompt.text == "HELO me"


class TestNames:
    @pytest.mark.parametrize(
        ("text", "meant"),
        [
            ("/hint", Named("hint")),
            ("/HINT", Named("hint")),
            ("/", Named("")),
            ("/ ", Named("")),
            ("/connect [::1]:25 ", Named("connect", "[::1]:25")),
            ("//x", Wire("/x")),
            ("///x", Wire("//x")),
            (" /x", Wire(" /x")),
            ("QUIT", Wire("QUIT")),
            ("", Wire("")),
        ],
    )
    def test_where_a_command_is_due(self, text: str, meant: Wire | Named) -> None:
        assert read(text, command_due=True) == meant

    @pytest.mark.parametrize("text", ["/hint", "//x", "/", "."])
    def test_never_in_the_message_or_a_secret(self, text: str) -> None:
        assert read(text, command_due=False) == Wire(text)


class TestView:
    def test_wide_characters_count_two(self, prompt: Prompt) -> None:
        prompt.type("MAIL 你好")
        view = prompt.view(40)
        assert (view.text, view.cursor) == ("MAIL 你好", 9)
        prompt.left()
        assert prompt.view(40).cursor == 7

    def test_a_long_line_scrolls_by_whole_characters(self, prompt: Prompt) -> None:
        prompt.type("你" * 30)
        view = prompt.view(10)
        assert view.text == "你" * 4
        assert (view.cursor, view.cut_left, view.cut_right) == (8, True, False)
        prompt.home()
        view = prompt.view(10)
        assert (view.text, view.cursor, view.cut_left, view.cut_right) == ("你" * 5, 0, False, True)

    def test_it_comes_back_when_there_is_room_again(self, prompt: Prompt) -> None:
        prompt.type("abcdefghijkl")
        assert prompt.view(8).text == "fghijkl"
        for _ in range(6):
            prompt.delete_back()
        view = prompt.view(8)
        assert (view.text, view.cursor, view.cut_left) == ("abcdef", 6, False)

    def test_the_ghost_is_cut_to_the_room(self, prompt: Prompt) -> None:
        prompt.suggestion = "MAIL FROM:<a@x>"
        prompt.type("MA")
        assert prompt.view(8).ghost == "IL FRO"

    def test_controls_are_spelt_out(self, prompt: Prompt) -> None:
        prompt.type("a\x1b[2J\u202e")
        view = prompt.view(60)
        assert "\x1b" not in view.text
        assert "\u202e" not in view.text
        assert view.cursor == len(view.text)


@pytest.mark.parametrize(
    ("typed", "masked"),
    [
        ("c2VjcmV0", True),
        ("czNjcmV0LVBhc3M=", True),
        ("MAIx", True),
        ("MAIL", False),
        ("MAIL FROM:<a@b.test>", False),
        ("q", False),
        ("/connect", False),
        ("/abcdefghijklmnop", True),
        ("", False),
    ],
)
def test_a_late_answer_to_a_login_is_masked(typed: str, masked: bool) -> None:
    prompt = Prompt()
    prompt.type(typed)
    assert prompt.masked_from is None
    prompt.wary = True
    assert (prompt.masked_from == 0) is masked


def test_what_is_left_when_a_secret_ends_is_dropped() -> None:
    prompt = Prompt()
    prompt.secret = True
    prompt.type("s3cret")
    prompt.secret = True
    assert prompt.text == "s3cret"
    prompt.secret = False
    assert prompt.empty


@pytest.mark.parametrize(
    ("typed", "masked"), [("", False), ("y", False), ("YES", False), ("yesterday", True)]
)
def test_only_answers_are_readable(typed: str, masked: bool) -> None:
    prompt = Prompt()
    prompt.readable = frozenset({"yes", "no"})
    prompt.type(typed)
    assert (prompt.masked_from == 0) is masked
    prompt.readable = None
    assert prompt.text == ("" if masked else typed)
