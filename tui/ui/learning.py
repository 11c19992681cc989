"""Learning on the split screen: the map, beginning an exercise, going on to the next.

Imported when learning begins; it brings the shelf and the progress with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui.desk.teaching import Teaching
from tui.practice.strict import DataFileError
from tui.prompt.history import History
from tui.smtp.display import visible
from tui.store.paths import home
from tui.ui.screens.course import Chosen, CoursePage, What
from tui.words import data_files
from tui.words.language import gettext as _
from tui.words.reasons import any_reason
from tui.words.reasons import reason as reason_of

if TYPE_CHECKING:
    from tui.desk.desk import Desk
    from tui.desk.lesson import Lesson
    from tui.ui.screens.session import SessionScreen
    from tui.ui.sitting import Sitting


class Learning:
    """Acts on the session screen.

    Raises:
        DataFileError, OSError: the course cannot be read.
    """

    def __init__(self, session: SessionScreen) -> None:
        self._session = session
        self.teaching = Teaching(home())
        if self.teaching.set_aside is not None:
            name = visible(self.teaching.set_aside.name)
            self._sitting.say(
                _("the file of your progress was damaged; it was set aside as {name}").format(name=name)
            )
        if self.teaching.unwritable is not None and home().unwritable is None:
            reason = any_reason(self.teaching.unwritable)
            self._sitting.say(_("your progress is not kept: {reason}").format(reason=reason))

    @property
    def _sitting(self) -> Sitting:
        return self._session.sitting

    @property
    def _desk(self) -> Desk:
        return self._session.sitting.desk

    @property
    def _lesson(self) -> Lesson | None:
        return self._desk.lesson

    # -- where to go on

    def begin(self, name: str) -> None:
        """With the exercise of this name; "": the one that was left in the middle, or the map."""
        id = self.teaching.find(name) if name else self.teaching.unfinished
        if id is not None:
            self.start(id)
            return
        if name:
            self._sitting.say(_("there is no exercise {name}; the map lists them").format(name=visible(name)))
        self.map()

    def map(self) -> None:
        """Choose one."""
        course = self._desk.course = self.teaching.course
        lesson = self._lesson
        first = course.first_unfinished
        at = lesson.exercise.id if lesson is not None else first.id if first is not None else ""
        leads = _("back to the exercise") if lesson is not None else ""
        app: Any = self._session.app
        app.push_screen(CoursePage(course, at, leads=leads), self._chosen)

    def _chosen(self, chosen: Chosen | None) -> None:
        if chosen is None:
            if not self._desk.connected and self._lesson is None:
                self._session.connect(None)
        elif chosen.what is What.RESET:
            self.teaching.forget(chosen.id)
            if self._lesson is not None and self._lesson.exercise.id == chosen.id:
                self.start(chosen.id, anew=True)
            else:
                self.map()
        else:
            self.start(chosen.id, play=chosen.what is What.SOLUTION)

    # -- one exercise

    def start(self, id: str, *, anew: bool = False, play: bool = False) -> None:
        """Take the exercise up and connect to its server. ``anew``: from its first line; ``play``: its worked
        solution."""
        if self._desk.real and self._desk.must_ask_before_connect:
            self._sitting.say(
                _("a mail is begun on a real server: end it, or drop it with RSET, then /learn")
            )
            return
        lesson = self.teaching.lesson(id, anew=anew or play)
        if play:
            lesson.play()
        self._desk.take_up(lesson)
        self._desk.course = self.teaching.course
        self._session.model.clear()
        self._session.model.history = History(())
        self._sitting.begin_lesson()
        self._tell_failure()
        self._session.connect(None)

    def retell(self) -> None:
        """The language has changed."""
        lesson = self._lesson
        if lesson is not None:
            lesson.retell(self.teaching.exercise(lesson.exercise.id))
            self._desk.course = self.teaching.course

    def again(self, *, play: bool = False) -> None:
        """The exercise under way, or just solved, from its first line."""
        if self._lesson is None:
            self._sitting.say(_("no exercise is under way; /learn opens the map"))
        else:
            self.start(self._lesson.exercise.id, anew=True, play=play)

    def next(self) -> None:
        """The next stage, or the exercise that follows; after the last one the map."""
        lesson = self._lesson
        if lesson is None:
            return
        if lesson.go_on():
            self._session.connect(None)
            return
        following = self.teaching.course.after(lesson.exercise.id)
        if following is None:
            self.map()
        else:
            self.start(following.id, anew=following.solved)

    def practise_freely(self) -> None:
        """Leave the exercise, not its server."""
        if self._lesson is None:
            self._sitting.say(_("no exercise is under way"))
            return
        self._desk.put_down()
        self._session.model.history = History(self._desk.commands)
        self._sitting.say(_("free practice on this server; /learn opens the map"))

    def _tell_failure(self) -> None:
        if self.teaching.failed is not None:
            reason = any_reason(self.teaching.failed)
            self._sitting.say(_("your progress is not kept: {reason}").format(reason=reason))


def opened(session: SessionScreen) -> Learning | None:
    """The course, or None and the reason said."""
    try:
        return Learning(session)
    except DataFileError as error:
        reason = data_files.told(error)
    except OSError as error:
        reason = reason_of(error)
    session.sitting.fail_to_begin(_("the course cannot be read: {reason}").format(reason=reason))
    return None
