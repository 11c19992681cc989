"""The typed names of line mode: ``/hint``, ``/connect HOST`` and the others, one method each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tui.desk import chunking, destination, faulting, impersonating, rawing, ways
from tui.desk.asking import Feeding
from tui.desk.target import BadTargetError
from tui.practice.exercise import CONNECT
from tui.smtp.display import visible
from tui.words import data_files, faults, language
from tui.words.commands import ACTIONS, Action, typed
from tui.words.keys import TYPED
from tui.words.language import gettext as _
from tui.words.prose import enumerated, quoted
from tui.words.reasons import reason as reason_of

if TYPE_CHECKING:
    from tui.desk.lesson import Lesson
    from tui.plain.conversation import Conversation

_HINTS: Final = 3


class Actions:
    """Done for one conversation."""

    def __init__(self, conversation: Conversation) -> None:
        self._sitting = conversation
        self._hinted: tuple[str, int] = ("", 0)  # the step, and how many hints were given for it
        self._by_id: dict[str, Callable[[str], None]] = {
            "hint": self._hint,
            "fill": self._fill,
            "compose": self._compose,
            "inbox": self._inbox,
            "connect": self._connect,
            "mx": self._next_exchanger,
            "faults": self._faults,
            "scenario": self._scenario,
            "clock": self._clock,
            "explain-line": self._explain,
            "save": self._save,
            "copy": self._copy,
            "certificate": self._certificate,
            "bytes": self._bytes,
            "times": self._times,
            "raw": self._raw,
            "bdat": self._bdat,
            "language": self._language,
            "learn": self._learn,
            "next": self._next,
            "task": self._task,
            "solution": self._solution,
            "again": self._again,
            "free": self._free,
            "personality": self._personality,
            "help": self._help,
            "quit": self._quit,
        }

    @property
    def completions(self) -> tuple[str, ...]:
        """The names, and what may follow one."""
        from tui.words.extension_help import topics

        return (*self.names, *(f"help {topic}" for topic in topics()))

    def _personality(self, argument: str) -> None:
        desk = self._sitting.desk
        if argument:
            self._say(*impersonating.choose(desk, argument, TYPED))
        else:
            self._say(*impersonating.listed(desk))

    @property
    def names(self) -> tuple[str, ...]:
        """Those that mean something here, as they are typed."""
        return tuple(one.typed for one in self._offered)

    def do(self, name: str, argument: str) -> None:
        """``name`` without its slash, or the beginning of one; "" lists them."""
        if not name:
            self._list()
            return
        action = typed(name)
        act = self._by_id.get(action.id) if action is not None else None
        if act is not None:
            act(argument)
        elif action is not None:
            self._say(_("{name} is for the split screen").format(name=f"/{action.typed}"))
        else:
            self._say(
                _("there is no {name}; / lists what there is, //{word} sends /{word}").format(
                    name=quoted(f"/{name}"), word=visible(name)
                )
            )

    @property
    def _offered(self) -> list[Action]:
        return [one for one in ACTIONS if one.typed and one.id in self._by_id]

    def _say(self, *sentences: str) -> None:
        self._sitting.say(*sentences)

    def _list(self) -> None:
        width = max(len(one.typed) for one in self._offered)
        self._sitting.show(f"*  /{one.typed:{width}}  {one.about}" for one in self._offered)

    def _help(self, argument: str) -> None:
        """How to go about it all, or about one extension or command."""
        if argument:
            self._help_for(argument)
            return
        self._list()
        self._say(
            _(
                "Enter sends the line; Right takes what is proposed; Up and Down bring back what was sent; "
                "Tab completes."
            ),
            _("^C clears the line, on an empty one it asks whether to leave; ^D on an empty line leaves."),
            _("S: the server said it. C: you sent it. * a note from smtptutor. [x] a step is done."),
        )

    def _help_for(self, name: str) -> None:
        from tui.words import extension_help

        found = extension_help.help_for(name, self._sitting.desk.practice)
        if found is None:
            self._say(extension_help.unknown(name))
        else:
            self._sitting.show(self._sitting.printer.about(found))

    # -- exercises

    def _learn(self, argument: str) -> None:
        """The list, or an exercise by its number or name."""
        from tui.practice.strict import DataFileError

        try:
            learning = self._sitting.learning
        except (DataFileError, OSError) as error:
            why = reason_of(error) if isinstance(error, OSError) else data_files.told(error)
            self._say(_("the course cannot be read: {reason}").format(reason=why))
            return
        id = learning.teaching.find(argument) if argument else None
        if id is not None:
            self._start(id)
            return
        if argument:
            self._say(_("there is no exercise {name}").format(name=quoted(argument)))
        self._sitting.show(learning.map())
        self._say(_("/learn NUMBER begins one"))

    def _start(self, id: str, *, anew: bool = False, play: bool = False) -> None:
        def begin() -> Coroutine[Any, Any, bool]:
            self._sitting.begin_lesson(id, anew=anew, play=play)
            return self._sitting.open_sandbox()

        self._sitting.ask_and_connect(begin, _("the sandbox"))

    def _in_lesson(self) -> Lesson | None:
        """The exercise under way; None, and it is said."""
        lesson = self._sitting.desk.lesson
        if lesson is None:
            self._say(_("no exercise is under way; /learn lists them"))
        return lesson

    def _next(self, argument: str) -> None:
        lesson = self._in_lesson()
        if lesson is None:
            return
        if lesson.go_on():
            self._sitting.ask_and_connect(self._sitting.open_sandbox, _("the sandbox"))
            return
        following = self._sitting.learning.following
        if following is not None:
            self._start(following)
        else:
            self._learn("")

    def _task(self, argument: str) -> None:
        if self._in_lesson() is not None:
            self._sitting.show(self._sitting.learning.story())

    def _solution(self, argument: str) -> None:
        lesson = self._in_lesson()
        if lesson is not None:
            self._start(lesson.exercise.id, play=True)
            self._say(_("Enter sends each line of the worked solution"))

    def _again(self, argument: str) -> None:
        lesson = self._in_lesson()
        if lesson is not None:
            self._start(lesson.exercise.id, anew=True)

    def _free(self, argument: str) -> None:
        if self._in_lesson() is not None:
            self._sitting.desk.put_down()
            self._sitting.printer.in_lesson = False
            self._say(_("free practice on this server; /learn lists the exercises"))

    # -- at the prompt

    def _hint(self, argument: str) -> None:
        if self._sitting.desk.lesson is not None:
            self._sitting.show(self._sitting.learning.hint())
            return
        step = self._sitting.desk.practice.open_step
        place = step.id if step is not None else ""
        before, given = self._hinted
        number = given % _HINTS + 1 if before == place else 1
        self._hinted = (place, number)
        self._sitting.show(self._sitting.printer.hint(number))

    def _fill(self, argument: str) -> None:
        lesson = self._sitting.desk.lesson
        if lesson is None and self._sitting.desk.feeding is Feeding.SECRET:
            self._sitting.start(self._sitting.fill_answer())
            return
        if lesson is not None:
            lead = lesson.fill(self._sitting.desk.practice)
            line = lead.line if lead is not None and lead.line != CONNECT else ""
        else:
            counting = self._sitting.prompt.text[:4].upper() == "BDAT"
            chunk = self._sitting.desk.chunk_line if counting else ""
            line = chunk or self._sitting.desk.fill
        if line:
            self._sitting.fill(line)
        else:
            self._say(_("there is nothing to fill in now"))

    def _compose(self, argument: str) -> None:
        self._sitting.drafts.begin()

    def _explain(self, argument: str) -> None:
        self._sitting.show(self._sitting.printer.situation())

    def _certificate(self, argument: str) -> None:
        from tui.words import tls

        shown = tls.panel(self._sitting.desk.practice)
        if shown is None:
            self._say(_("this connection has no TLS, so there is no certificate"))
        else:
            self._say(*tls.said(shown))

    def _bytes(self, argument: str) -> None:
        printer = self._sitting.printer
        printer.lens = not printer.lens
        if printer.lens:
            self._say(
                _(
                    "Under each line from here on: its octets, how it ends, and what cannot be seen in it. "
                    "/bytes again ends it."
                )
            )
        else:
            self._say(_("the lines stand without their octets again"))

    def _times(self, argument: str) -> None:
        printer = self._sitting.printer
        printer.times = not printer.times
        if printer.times:
            self._say(_("Under each reply from here on: how long it took. /times again ends it."))
        else:
            self._say(_("the replies stand without their times again"))

    def _bdat(self, argument: str) -> None:
        got = chunking.line(self._sitting.desk, "/compose")
        if isinstance(got, chunking.Line):
            self._sitting.fill(got.text)
        else:
            self._say(got)

    def _raw(self, argument: str) -> None:
        self._say(*rawing.choose(self._sitting.desk, argument))

    def _quit(self, argument: str) -> None:
        self._sitting.left()

    def _inbox(self, argument: str) -> None:
        from tui.plain.columns import width_of
        from tui.plain.inbox_rows import listing, page
        from tui.sandbox.inbox import Inbox, NoMessageError

        inbox = Inbox(self._sitting.place.mail)
        try:
            if not argument:
                rows = listing(inbox, room=width_of(sys.stdout))
            elif argument.isascii() and argument.isdigit() and len(argument) < 10:
                number = int(argument)
                rows = list(page(inbox.entry(number), inbox.content(number)))
            else:
                self._say(_("/inbox lists the mails, /inbox 3 shows number 3"))
                return
        except NoMessageError as error:
            self._say(_("there is no message {number}").format(number=error.number))
        except OSError as error:
            self._say(_("the inbox cannot be read: {reason}").format(reason=reason_of(error)))
        else:
            self._sitting.show(f"*  {row}" for row in rows)
            if self._sitting.desk.lost:
                self._say(faults.lost(self._sitting.desk.lost))

    def _connect(self, argument: str) -> None:
        """Without a server: to the last one that was no sandbox, or the one this sitting began with."""
        desk, options = self._sitting.desk, self._sitting.options
        begun_with, access = options.target, options.access
        if desk.real and desk.endpoint is not None:
            begun_with, access = desk.endpoint, desk.access
        if argument and desk.lesson is not None:
            desk.put_down(keep_server=False)
            self._sitting.printer.in_lesson = False
        if argument.lower() in {"sandbox", _("sandbox").lower()} or not (argument or begun_with):
            self._sitting.ask_and_connect(self._sitting.open_sandbox, _("the sandbox"))
            return
        if argument or begun_with is None:
            try:
                found = destination.find(argument, self._sitting.place.servers)
            except BadTargetError as error:
                self._say(str(error))
                return
            if found.doubt:
                self._say(found.doubt)
            if found.profile:
                self._say(ways.profile(found.profile, found.target, found.access))
                desk.steps = destination.with_steps(desk.steps, found.steps)
                desk.timeout = found.timeout or desk.timeout
            target, access = found.target, destination.reaching_again(found, begun_with, access)
        else:
            target = begun_with
        self._sitting.ask_and_connect(lambda: self._sitting.open(target, access), ways.server(target, access))

    def _next_exchanger(self, argument: str) -> None:
        desk, access = self._sitting.desk, self._sitting.desk.next_exchanger
        if access is None or desk.endpoint is None:
            self._say(ways.no_next_exchanger(desk.exchangers if desk.access.mx else None))
            return
        target = desk.endpoint
        self._sitting.ask_and_connect(lambda: self._sitting.open(target, access), ways.server(target, access))

    def _faults(self, argument: str) -> None:
        desk = self._sitting.desk
        self._say(*(faulting.choose(desk, argument, TYPED) if argument else faulting.listed(desk)))

    def _scenario(self, argument: str) -> None:
        desk = self._sitting.desk
        if argument:
            self._say(*faulting.choose_scenario(desk, argument, TYPED))
        else:
            self._say(*faulting.scenarios_listed(desk))

    def _clock(self, argument: str) -> None:
        self._say(*faulting.step_clock(self._sitting.desk, argument))

    def _save(self, argument: str) -> None:
        transcript = self._sitting.desk.transcript
        if transcript is None:
            self._say(_("there is no transcript"))
            return
        if not argument:
            if transcript.kept:
                self._say(_("transcript: {file}").format(file=visible(str(transcript.text_file))))
            else:
                self._say(_("the transcript is not kept; /save FILE writes it to a file"))
            return
        try:
            written = transcript.save_as(Path(argument))
        except FileExistsError:
            self._say(_("{file} is there already; nothing was written").format(file=quoted(argument)))
        except OSError as error:
            self._say(
                _("{file} cannot be written: {reason}").format(file=quoted(argument), reason=reason_of(error))
            )
        else:
            self._say(_("the transcript was written to {file}").format(file=visible(str(written))))

    def _copy(self, argument: str) -> None:
        """The session as another program or as Markdown, beside the transcript."""
        from tui.desk import exports

        transcript, form = self._sitting.desk.transcript, exports.named(argument)
        if form is None:
            self._say(*(f"/copy {one.value}  {enumerated((one.title, one.about))}" for one in exports.As))
            return
        if transcript is None or not transcript.kept:
            self._say(_("the transcript is not kept, so there is nowhere to write to"))
            return
        try:
            text = exports.of_transcript(form, transcript)
            file = transcript.beside(form.suffix, text) if text else None
        except OSError as error:
            self._say(_("not copied: {reason}").format(reason=reason_of(error)))
            return
        if file is None:
            self._say(_("nothing was said yet, so there is nothing to copy"))
        else:
            self._say(_("{form} written: {path}").format(form=form.title, path=visible(str(file))))

    def _language(self, argument: str) -> None:
        code = language.normal(argument) if argument else None
        if code is None:
            self._say(*(f"/language {code}  {name}" for code, name in language.LANGUAGES.items()))
            return
        from tui.store import settings

        language.use(code)
        self._say(language.LANGUAGES[code])
        lesson = self._sitting.desk.lesson
        if lesson is not None:
            lesson.retell(self._sitting.learning.teaching.exercise(lesson.exercise.id))
            self._sitting.show(self._sitting.learning.story())
        try:
            settings.save(self._sitting.place.settings, "lang", code)
        except (OSError, settings.NotChangedError):
            self._say(
                _("the choice could not be kept in {file}").format(
                    file=visible(str(self._sitting.place.settings))
                )
            )
