"""Guides as a session makes them, to test the layout: values, so that no wording can move the columns."""

from __future__ import annotations

from dataclasses import replace

from tui.practice.state import StepState
from tui.words.guide import Guide, Pair, Run, Section, Sentence, StepRow, Tone

_WORDS = {
    StepState.DONE: "done",
    StepState.NOW: "now",
    StepState.TO_DO: "to do",
    StepState.REFUSED: "refused",
    StepState.LATER: "later",
    StepState.WAITING: "waiting",
}
NAMES = ("connect", "HELO", "MAIL FROM", "RCPT TO", "DATA", "message", ".", "QUIT")
_NOTES = (
    ("220", "220"),
    ("250", "250"),
    ("250 alice@example.org", "250"),
    ("who gets it", ""),
    ("begin the message", ""),
    ("headers, then text", ""),
    ("a dot alone ends it", ""),
    ("say goodbye", ""),
)


def steps(done: int, present: StepState = StepState.NOW, words: dict[StepState, str] = _WORDS) -> Section:
    states = [StepState.DONE] * done + [present] + [StepState.TO_DO] * (7 - done)
    rows = tuple(
        StepRow(state, name, words[state], note, code)
        for state, name, (note, code) in zip(states, NAMES, _NOTES, strict=True)
    )
    return Section("steps", "steps", f"{done} of 8", steps=rows)


def say(*runs: Run | str) -> Sentence:
    return Sentence(tuple(run if isinstance(run, Run) else Run(run) for run in runs))


def reply(code: str, meaning: str, *sentences: str, tone: Tone = Tone.INK) -> Section:
    warm = tone is not Tone.INK
    headline = say(Run(code, tone, warm), "   ", Run(meaning, Tone.BOLD if warm else Tone.INK))
    return Section("reply", "reply", "", (headline, *(say(one) for one in sentences)))


def line(form: str, gloss: str, expect: str = "") -> Pair:
    return Pair(Run(form, Tone.YOU), gloss, expect)


FIRST = Guide(
    (
        steps(1),
        reply(
            "220", "ready", "The server greets you and waits. It runs inside this program: "
            "nothing you type leaves this machine.",
        ),
        Section("next", "next", "", (line("HELO client.example", "say who you are", "expect 250"),)),
        Section(
            "marks", "marks", "",
            (
                Pair(Run("S"), "the server"),
                Pair(Run("C"), "you, the client"),
                Pair(Run("!"), "a note from smtptutor"),
            ),
        ),
    )
)  # fmt: skip

HINT = Section(
    "hint", "hint", "1 of 3",
    (
        say("One RCPT TO for each recipient. The sandbox takes any address."),
        say(Run("F2 again for the rule", Tone.QUIET)),
    ),
)  # fmt: skip

MIDDLE = Guide(
    (
        steps(3),
        reply("250 2.1.0", "accepted", "alice@example.org is taken as the sender, where bounces go."),
        Section(
            "next", "next", "",
            (
                line("RCPT TO:<address>", "who gets it", "then 250"),
                line("RSET", "drop this mail"),
                line("QUIT", "leave"),
            ),
        ),
        HINT,
    )
)  # fmt: skip

REFUSED = Guide(
    (
        steps(3, StepState.REFUSED),
        reply(
            "550 5.1.1", "refused for good", "There is no mailbox nobody@sandbox.test on this server.",
            tone=Tone.REFUSED,
        ),
        Section(
            "why", "why", "",
            (Pair(Run("5yz"), "do not repeat it unchanged"), Pair(Run("x.1.1"), "bad mailbox")),
        ),
        Section(
            "next", "next", "",
            (
                say("Check the spelling, or name another. The sender stands."),
                line("RCPT TO:<address>", "another"),
                line("RSET", "drop this mail"),
                line("QUIT", "leave"),
            ),
        ),
    )
)  # fmt: skip

SLIP = Guide(
    (
        steps(5),
        Section(
            "slip", "slip", "",
            (
                say(Run("! 。 is not .", Tone.LATER, True)),
                say(
                    "The full stop of a Chinese input method is another character. To the server it is one "
                    "more line of text, so it goes on waiting."
                ),
            ),
        ),
        Section(
            "next", "next", "",
            (
                say("Switch the input method to half-width, then:"),
                line(".", "alone on its line: end the message (the 。 stays in the mail)"),
            ),
        ),
    )
)  # fmt: skip


def goals(count: int, done: int) -> Guide:
    names = ("sender", "recipient", "From", "To", "blank line", "accepted", "answer", "again", "more", "last")
    rows = tuple(
        StepRow(state, name, _WORDS[state], "not the envelope's sender", "")
        for at, name in enumerate(names[:count])
        for state in [StepState.DONE if at < done else StepState.NOW if at == done else StepState.TO_DO]
    )
    return Guide(
        (
            Section("goals", "goals", f"{done} of {count}", steps=rows),
            reply("354", "go on", "Every line is now part of the message."),
            replace(HINT, count="2 of 3"),
        )
    )
