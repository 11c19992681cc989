"""The prompt: everything about the line that is being typed, but keys and screens.

A front end maps its keys to these methods and draws what ``view`` gives::

    prompt = Prompt(History(desk_history))
    prompt.secret = desk.feeding is Feeding.SECRET      # after every event
    prompt.suggestion = desk.suggestion                 # the whole next line, or ""
    prompt.type("MA")                                   # a key, or text without line ends
    prompt.ghost                                        # "IL FROM:<alice@example.org>"
    prompt.right()                                      # at the end it takes the ghost
    view = prompt.view(60)                              # view.text, view.ghost, view.cursor (cells)
    match names.read(prompt.text, command_due=desk.feeding is Feeding.COMMAND):
        case Named(name, argument): ...
        case Wire(text): ...                            # desk.submit(text)
    line = prompt.take()                                # the text; the prompt is empty now
    prompt.remember(line)                               # only when it went out as a command

A paste of several lines is kept and asked about: ``paste(text)`` is then True, ``pasted`` holds the lines and
``paste_due`` says that the question stands; answer with ``take_paste()``, or ``put_paste_aside()``
(``recall_paste`` brings it back). What was typed before the paste stays in the prompt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tui.prompt.completion import Candidate, Known, candidates
from tui.prompt.edit import Line
from tui.prompt.history import History
from tui.prompt.view import View, view
from tui.smtp.commands import VERBS

_LINE_END = re.compile(r"\r\n|\r|\n")
#: What follows the mechanism in the first line of a login is the secret itself (RFC 4954 §4). Raw mode may
#: have other lines before it.
_LOGIN = re.compile(r"(?:.*\\[rn])?\s*AUTH(\s+\S+\s+|\s|$)", re.IGNORECASE)


def begins_login(line: str) -> bool:
    """It is an AUTH, which no history keeps."""
    return _LOGIN.match(line) is not None


_BASE64 = re.compile(r"[A-Za-z0-9+/]+=*")
_NAME = 14  # characters; longer than any typed name


class Prompt:
    """One per front end, for the whole sitting."""

    def __init__(self, history: History | None = None) -> None:
        self.history = history if history is not None else History()
        self.suggestion = ""
        """The whole line to propose; shown only where it begins with what was typed."""
        self.completes_from_history = True
        """Without a fitting suggestion the newest line that begins with what was typed is proposed."""
        self.one_line = False
        """One line is wanted, such as a password: of a paste the first one is taken, and no other is kept."""
        self.pasted: tuple[str, ...] = ()
        self.paste_due = False
        self.wary = False
        """A login was just refused: what looks like a late answer to it, in base64, is shown as ``*`` too."""
        self.naming = False
        """A login asks for the user name by itself: it may be read while it is typed."""
        self.legible = ""
        """The one text that may be read although it is an answer of a login: the base64 of that name."""
        self._readable: frozenset[str] | None = None
        self._refused = False  # Enter could not send what stands there
        self._gathering = False  # ``pasted`` is being put together line by line
        self._secret = False
        self._line = Line()
        self._first = 0
        self._offered: tuple[Candidate, ...] = ()  # what Tab goes round through
        self._offer = 0
        self._begun = Line()  # what stood there before the first Tab

    # -- what stands in it

    @property
    def line(self) -> Line:
        return self._line

    @property
    def text(self) -> str:
        return self._line.text

    @property
    def cursor(self) -> int:
        """In code points, at a grapheme border."""
        return self._line.cursor

    @property
    def empty(self) -> bool:
        return not self._line.text

    @property
    def secret(self) -> bool:
        """Shown as ``*`` from the first key on; nothing of it goes into the history or is proposed. When it
        ends, what was typed and not sent is dropped: it may be a password, and would stand there readable."""
        return self._secret

    @secret.setter
    def secret(self, secret: bool) -> None:
        if secret != self._secret:
            if self._secret:
                self.clear()
            self._secret = secret
            self.history.stop()
            self._offered = ()

    @property
    def readable(self) -> frozenset[str] | None:
        """The only words of which a beginning may be read: whatever else is typed is shown as ``*``, and
        dropped when this ends. None: no such rule."""
        return self._readable

    @readable.setter
    def readable(self, words: frozenset[str] | None) -> None:
        if words != self._readable:
            if self._is_unreadable:
                self.clear()
            self._readable = words
            self.history.stop()

    @property
    def _is_unreadable(self) -> bool:
        typed = self.text.strip().lower()
        return self._readable is not None and not any(word.startswith(typed) for word in self._readable)

    @property
    def masked_from(self) -> int | None:
        """The code point from which on it may not be shown: the whole line while ``secret`` or beside what
        is ``readable``, else what follows ``AUTH PLAIN``; None when all may be. A user name is no secret."""
        hidden = self._secret and not self.naming and self.text != self.legible
        if hidden or self._is_unreadable or (self.wary and self._looks_like_answer):
            return 0
        login = _LOGIN.match(self.text)
        return login.end() if login is not None and login[1].strip() else None

    @property
    def _looks_like_answer(self) -> bool:
        """Base64, as far as it is typed, and not the beginning of a command or of a typed name."""
        text = self.text
        if _BASE64.fullmatch(text) is None or (text.startswith("/") and len(text) < _NAME):
            return False
        return not any(verb.startswith(text.upper()) for verb in VERBS)

    @property
    def ghost(self) -> str:
        """What Right would append: the rest of the proposal, "" when there is none or the cursor is not at
        the end."""
        typed = self.text
        if self.masked_from is not None or not self._line.at_end or self.paste_due or self._offered:
            return ""
        if len(self.suggestion) > len(typed) and self.suggestion.lower().startswith(typed.lower()):
            return self.suggestion[len(typed) :]
        if typed and self.completes_from_history and not self.history.walking:
            return (self.history.latest(typed) or "")[len(typed) :]
        return ""

    def view(self, width: int) -> View:
        """What of it to draw in ``width`` cells; remembers how far it is scrolled."""
        shown = view(self._line, width, first=self._first, masked_from=self.masked_from, ghost=self.ghost)
        self._first = shown.first
        return shown

    # -- typing

    def type(self, text: str) -> None:
        """Insert at the cursor. No line ends in here: those are Enter, or ``paste``. Behind a line that was
        refused a new one begins: a paste without brackets must not become one line."""
        if self._refused:
            self.keep_line()
        self._edit(self._line.insert(text))

    def paste(self, text: str) -> bool:
        """A paste in brackets. One line is inserted as if typed, without its end; of several True is
        returned and they are kept, see ``pasted``."""
        lines = pasted_lines(text)
        if len(lines) > 1 and not self.one_line:
            self.pasted, self.paste_due, self._gathering = lines, True, False
            return True
        self.type(lines[0] if lines else "")
        return False

    def refuse(self) -> None:
        """Enter was pressed and the line cannot be sent now: it stays, as a line."""
        if self.paste_due and (self.text or self._gathering):
            self.keep_line()
        self._refused = not self.empty

    def keep_line(self) -> None:
        """Put the text among the lines that are asked about."""
        self.pasted, self.paste_due, self._gathering = (*self.pasted, self.text), True, True
        self.clear()

    def take_paste(self) -> tuple[str, ...]:
        lines, self.pasted, self.paste_due = self.pasted, (), False
        while self._gathering and lines and not lines[-1]:
            lines = lines[:-1]  # Enter alone, pressed by a person who wondered
        self._gathering = False
        return lines

    def put_paste_aside(self) -> None:
        self.paste_due = False

    def recall_paste(self) -> bool:
        """Ask again about a paste that was put aside. False when there is none."""
        self.paste_due = bool(self.pasted)
        return self.paste_due

    def replace(self, text: str) -> None:
        """Put this text there instead, the cursor behind it (the fill key)."""
        self._edit(Line.ending(text))

    def clear(self) -> None:
        self.replace("")

    def take(self) -> str:
        """The text, to be sent; the prompt is empty afterwards."""
        text = self.text
        self.clear()
        return text

    def remember(self, line: str) -> None:
        """A line that went out as a command. A login is never kept."""
        if not begins_login(line):
            self.history.add(line)

    # -- keys

    def left(self) -> None:
        self._move(self._line.left())

    def right(self) -> None:
        """At the end of the line: take the proposal."""
        ghost = self.ghost
        if ghost:
            self._edit(self._line.insert(ghost))
        else:
            self._move(self._line.right())

    def home(self) -> None:
        self._move(self._line.home())

    def end(self) -> None:
        self._move(self._line.end())

    def word_left(self) -> None:
        self._move(self._line.word_left())

    def word_right(self) -> None:
        self._move(self._line.word_right())

    def delete_back(self) -> None:
        self._edit(self._line.delete_back())

    def delete_forward(self) -> None:
        self._edit(self._line.delete_forward())

    def delete_word_back(self) -> None:
        self._edit(self._line.delete_word_back())

    def delete_word_forward(self) -> None:
        self._edit(self._line.delete_word_forward())

    def kill_to_end(self) -> None:
        self._edit(self._line.kill_to_end())

    def kill_to_start(self) -> None:
        self._edit(self._line.kill_to_start())

    def up(self) -> None:
        """The line sent before; never while a secret is typed."""
        older = None if self._secret else self.history.older(self.text)
        if older is not None:
            self._move(Line.ending(older))

    def down(self) -> None:
        newer = None if self._secret else self.history.newer()
        if newer is not None:
            self._move(Line.ending(newer))

    def complete(self, known: Known, *, names: Iterable[str] = (), back: bool = False) -> bool:
        """Tab, where a command is due: the first of what fits, with every further Tab the next one (``back``:
        the one before), at last what was typed. What alone fits is taken, and the next Tab goes on behind it.
        What stands behind the cursor stays. False when nothing fits."""
        if self._secret or self.masked_from is not None:
            return False
        if not self._offered:
            begun = self._line
            past = self.history.lines if begun.at_end else ()
            offered = candidates(begun.text[: begun.cursor], known, past=past, names=names)
            if not offered:
                return False
            self._begun, self._offer = begun, 0 if back else -1
            if len(offered) == 1:
                self._edit(self._completed(offered[0]))
                return True
            self._offered = offered
        rounds = len(self._offered) + 1
        self._offer = (self._offer + (-1 if back else 1)) % rounds
        chosen = self._offered[self._offer : self._offer + 1]
        self._line = self._completed(chosen[0]) if chosen else self._begun
        return True

    def _completed(self, chosen: Candidate) -> Line:
        return Line(chosen.line + self._begun.text[self._begun.cursor :], len(chosen.line))

    @property
    def choices(self) -> tuple[tuple[str, ...], int]:
        """What Tab goes round through, not yet visible(), and which of it stands there; past the last one:
        what was typed. Empty when nothing is chosen from."""
        return tuple(one.shown for one in self._offered), self._offer

    def _edit(self, line: Line) -> None:
        self.history.stop()
        self._move(line)

    def _move(self, line: Line) -> None:
        self._line = line
        self._refused = False
        self._offered = ()


def pasted_lines(text: str) -> tuple[str, ...]:
    """The lines of a paste, whatever ends them; an end behind the last one begins no further line."""
    lines = _LINE_END.split(text)
    if lines[-1] == "":
        lines.pop()
    return tuple(lines)
