"""All that a person may ask smtptutor to do: one table for keys, palette, typed names and help.

A front end binds what it can do by ``id``; the words and the search are the same in both.
"""

from __future__ import annotations

from tui.values import value
from tui.words.language import N_, gettext


@value
class Action:
    """``typed`` is what follows the ``/`` where a command is due; ``key`` as shown to people, "" for none.

    ``source_name`` and ``source_about`` are English; read ``name``, ``about`` and ``short``.
    """

    id: str
    typed: str
    key: str
    source_name: str
    source_about: str
    source_short: str = ""  # one word for the footer

    @property
    def name(self) -> str:
        """What the palette lists: at most 20 cells."""
        return gettext(self.source_name)

    @property
    def about(self) -> str:
        """What it does, in a few words."""
        return gettext(self.source_about)

    @property
    def short(self) -> str:
        """Its word in the footer, or "" when it never stands there."""
        return gettext(self.source_short) if self.source_short else ""


#: In the order in which help and palette show them.
ACTIONS: tuple[Action, ...] = (
    Action("hint", "hint", "F2", N_("hint"), N_("the next of three hints"), N_("hint")),
    Action("fill", "fill", "F4", N_("fill in"), N_("put the next command in the prompt"), N_("fill")),
    Action(
        "compose", "compose", "F3", N_("write a message"), N_("the whole message in an editor"), N_("compose")
    ),
    Action("inbox", "inbox", "F7", N_("inbox"), N_("what the sandbox has received"), N_("inbox")),
    Action("connect", "connect", "F5", N_("connect"), N_("to the sandbox or to HOST[:PORT]"), N_("connect")),
    Action("mx", "mx", "", N_("next exchanger"), N_("the next mail server of the domain")),
    Action("faults", "faults", "^F", N_("faults"), N_("what goes wrong at the sandbox")),
    Action("scenario", "scenario", "", N_("scenario"), N_("what the sandbox is like, by name")),
    Action("clock", "clock", "^T", N_("step the clock"), N_("5 minutes pass; /clock 1h: an hour")),
    Action(
        "explain-line", "explain", "", N_("explain this line"), N_("in words, with the section of the RFC")
    ),
    Action(
        "pane", "wire", "F6", N_("read the wire"), N_("scroll, select and copy what was said"), N_("pane")
    ),
    Action("save", "save", "F8", N_("save, copy as"), N_("transcript, Markdown or a program"), N_("save")),
    Action("copy", "copy", "", N_("copy as ..."), N_("markdown swaks curl openssl python")),
    Action(
        "certificate",
        "cert",
        "",
        N_("certificate"),
        N_("who the server proved to be"),
    ),
    Action("zoom", "zoom", "F9", N_("zoom"), N_("one pane alone, without frames"), N_("zoom")),
    Action("bdat", "bdat", "", N_("send as BDAT"), N_("the message as one counted chunk")),
    Action("raw", "raw", "", N_("raw mode"), N_("any line end, no rules: for tests")),
    Action("bytes", "bytes", "", N_("byte lens"), N_("CR LF, blanks, 8-bit and line lengths")),
    Action("times", "times", "", N_("times"), N_("how long each reply and TLS took")),
    Action("language", "language", "", N_("Language / 语言"), N_("English or 中文, remembered")),
    Action("theme", "theme", "", N_("theme"), N_("the colours, remembered")),
    Action(
        "side-by-side",
        "side",
        "",
        N_("side by side"),
        N_("wire beside guide from 80 columns"),
    ),
    Action("ascii", "ascii", "", N_("ASCII glyphs"), N_("plain signs where Unicode is missing")),
    Action("learn", "learn", "", N_("course map"), N_("guided exercises, and how far you are")),
    Action("next", "next", "", N_("next exercise"), N_("after one that is solved")),
    Action("task", "task", "", N_("the task again"), N_("what the exercise is about")),
    Action("solution", "solution", "", N_("worked solution"), N_("of the exercise, line by line at a key")),
    Action("again", "again", "", N_("begin again"), N_("the exercise from its first line")),
    Action("free", "free", "", N_("free practice"), N_("on this server, without goals")),
    Action("personality", "persona", "", N_("personality"), N_("the server that the sandbox speaks as")),
    Action("help", "help", "F1", N_("help"), N_("keys and signs; /help SIZE for one"), N_("help")),
    Action("commands", "", "^P", N_("all commands"), N_("every command by name"), N_("all")),
    Action("quit", "quit", "^Q", N_("quit"), N_("say QUIT and leave, nothing is lost"), N_("quit")),
)

_BY_ID = {action.id: action for action in ACTIONS}
_BY_TYPED = {action.typed: action for action in ACTIONS if action.typed}


def action(id: str) -> Action:
    """The action of this id. KeyError when there is none: a mistake in the program."""
    return _BY_ID[id]


def typed(word: str) -> Action | None:
    """The action that ``/word`` asks for: its whole name, or a beginning that only one has. None: no such."""
    word = word.strip().lower()
    if found := _BY_TYPED.get(word) or _BY_ID.get(word):
        return found
    begun = [one for name, one in _BY_TYPED.items() if word and name.startswith(word)]
    return begun[0] if len(begun) == 1 else None


def find(query: str) -> tuple[Action, ...]:
    """The actions whose name or description holds ``query``, in English or in the language in use. A ``/``
    before it is that of a typed name.

    Names that begin with it come first, then names that hold it, then descriptions.
    """
    query = query.strip().lower().removeprefix("/")
    ranked = [(rank, n, one) for n, one in enumerate(ACTIONS) if (rank := _rank(one, query)) is not None]
    return tuple(one for _, _, one in sorted(ranked, key=lambda entry: entry[:2]))


def _rank(one: Action, query: str) -> int | None:
    names = [text.lower() for text in (one.id, one.typed, one.source_name, one.name, one.key)]
    about = [text.lower() for text in (one.source_about, one.about)]
    if any(text.startswith(query) for text in names if text):
        return 0
    if any(query in text for text in names):
        return 1
    return 2 if any(query in text for text in about) else None
