"""The mode line: one bold word, and what the keys do now in so many cells (SCREENS §5). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from rich.cells import cell_len

from tui.prompt.choices import choices_row
from tui.ui.flow import cut
from tui.values import value
from tui.words import labels
from tui.words.guide import Run, Tone
from tui.words.language import N_, ngettext
from tui.words.language import gettext as _


class Mode(Enum):
    """What the prompt is for; the value is the name of its word."""

    COMMAND = "command"
    HEADER = "message"
    BODY = "message "  # a value of its own: the word is the same
    SECRET = "secret"
    NAME = "name"  # the user name of a login
    WAITING = "waiting"
    QUESTION = "question"
    PASTE = "paste"
    READING = "reading"
    CLOSED = "closed"
    CONNECTING = "connecting"
    SOLVED = "solved"
    SOLUTION = "solution"
    RAW = "raw"
    CHUNK = "chunk"


@value
class Now:
    """All that the mode line may have to say."""

    mode: Mode
    ghost: str = ""  # what Right would append
    named: bool = False  # the ghost is not drawn: name it here
    empty: bool = True  # nothing stands in the prompt
    held: int = 0
    lines: int = 0  # of the message sent, or of the paste
    in_message: bool = False  # a paste may go as message text
    pipelining: bool = False  # a paste may go out all at once
    closed: bool = False  # nothing can be sent
    awaited: str = ""  # "RCPT TO"; "" is the greeting
    seconds: int = 0
    limit: int = 0
    asked: str = ""  # the value of a ``desk.asking.Asked``
    leaving: bool = False  # ^C was pressed with nothing to clear
    why_closed: str = ""
    goes_back: bool = True  # F5 connects again at once
    host: str = ""
    name: str = "open"  # the user name in the prompt: "open", "hidden", "coded"; a secret: "asked", "filled"
    last: bool = False  # no exercise follows
    answers: str = ""  # "a, b or c"
    behind: int = 0  # octets that go out behind the line
    chunk: tuple[int, int] = (0, 0)  # octets that were sent of a BDAT, and in all
    octets: int = 0  # of the line that is typed, with its end
    raw: str = ""  # the line end that was chosen
    unended: int = 0  # octets of a line that is not ended
    aside: bool = False  # the question of an exercise waits
    offered: bool = False  # a hint
    task: bool = False  # the task of an exercise is out of sight
    choices: tuple[tuple[str, ...], int] = ((), 0)  # what Tab goes round through, and which stands there


def mode_row(now: Now, width: int, *, zoomed: bool = False) -> tuple[Run, ...]:
    """The longest wording that fits, cut where even the shortest does not. ``zoomed``: the talk stands
    alone, and no footer says how to get back."""
    mode = Mode.QUESTION if now.leaving else now.mode
    word = labels.mode(mode.value.strip())
    room = width - cell_len(word) - 3
    if now.choices[0] and not now.leaving:
        return (Run(word, bold=True), Run(f"   {_chosen(now.choices, room)}", Tone.QUIET))
    wordings = _leaving() if now.leaving else _WORDINGS[mode](now)
    text = next((one for one in wordings if cell_len(one) <= room), wordings[-1])
    back = "   " + _("F9 shows all again")
    text += back if zoomed and cell_len(text + back) <= room else ""
    return cut((Run(word, bold=True), Run(f"   {text}", Tone.QUIET)), width)


def _chosen(choices: tuple[tuple[str, ...], int], room: int) -> str:
    """What Tab offers; where there is room, also how to go on."""
    keys = _("Tab the next, Right keeps it")
    row = choices_row(*choices, room)
    return f"{row}   {keys}" if cell_len(row) + 3 + cell_len(keys) <= room else row


def _command(now: Now) -> Sequence[str]:
    if now.held:
        held = ngettext("{count} line held", "{count} lines held", now.held).format(count=now.held)
        return (
            _("{held} until the reply is there, Enter sends at once").format(held=held),
            held,
        )
    if now.behind:
        return (
            _("Enter sends it, and the {n} octets of the message behind it").format(n=now.behind),
            _("Enter, and {n} octets of the message").format(n=now.behind),
        )
    if now.ghost and now.named:
        return (_("Right gives {line}").format(line=now.ghost),)
    if now.ghost:
        return (
            _("Right takes the suggestion, Enter sends"),
            _("Right takes it, Enter sends"),
            _("Right, Enter"),
        )
    if now.empty and now.aside:
        return (_("the question waits, Enter alone asks it again"), _("Enter asks again"))
    if now.empty:
        more = _("F2 has a hint") if now.offered else _("F1 shows the task") if now.task else ""
        line = _("type a line, Enter sends it")
        return (*((_("; ").join((line, more)),) if more else ()), line, _("Enter"))
    return (_("Enter sends"), _("Enter"))


def _message(now: Now) -> Sequence[str]:
    part = _("header") if now.mode is Mode.HEADER else _("body")
    sent = ngettext("{count} line sent", "{count} lines sent", now.lines).format(count=now.lines)
    if not now.lines:
        sent = _("no line yet")
    words = {"part": part, "sent": sent}
    return (
        _("{part}, {sent}, no reply until a line with only .").format(**words),
        _("{part}, {sent}, ends with a line of only .").format(**words),
        _("{part}, {sent}").format(**words),
        part,
    )


def _secret(now: Now) -> Sequence[str]:
    if now.name == "filled":
        return (_("in base64, hidden;  Enter sends it,  * cancels"), _("Enter sends,  * cancels"))
    if now.name == "asked":
        return (
            _("hidden;  Enter or F4 makes the base64,  * cancels"),
            _("Enter or F4 base64,  * cancels"),
        )
    return (_("hidden here and in every file;  * alone cancels"), _("hidden;  * cancels"))


def _name(now: Now) -> Sequence[str]:
    if now.name == "coded":
        return (_("in base64, and no secret;  Enter sends it,  * cancels"), _("Enter sends,  * cancels"))
    if now.name == "hidden":
        return (_("hidden, it may be a password;  F4 base64,  * cancels"), _("F4 base64,  * cancels"))
    return (_("the user name, shown here;  F4 makes the base64,  * cancels"), _("F4 base64,  * cancels"))


def _waiting(now: Now) -> Sequence[str]:
    if not now.awaited:
        times = {"seconds": now.seconds, "limit": now.limit}
        return (
            _("for the greeting, {seconds} s of {limit} s, ^C gives up").format(**times),
            _("for the greeting, {seconds} s of {limit} s").format(**times),
            _("greeting, {seconds} s of {limit} s").format(**times),
        )
    words = {"command": now.awaited, "seconds": now.seconds, "limit": now.limit}
    return (
        _("for the reply to {command}, {seconds} s of {limit} s, ^C gives up").format(**words),
        _("for the reply to {command}, {seconds} s of {limit} s").format(**words),
        _("{command}, {seconds} s of {limit} s").format(**words),
    )


#: By what is asked (the value of a ``desk.asking.Asked``): the longest wording, then a shorter one.
_QUESTIONS = {
    "dot": (N_("yes sends the mail,  no closes without sending it"), N_("yes sends,  no closes")),
    "last-chunk": (N_("yes sends the mail,  no closes without sending it"), N_("yes sends,  no closes")),
    "leave-message": (
        N_("yes takes the mail back and leaves,  Enter alone stays"),
        N_("yes leaves,  Enter stays"),
    ),
    "leave-unanswered": (
        N_("yes leaves without knowing,  Enter alone goes on waiting"),
        N_("yes leaves,  Enter waits"),
    ),
    "clear-secret": (
        N_("yes sends the password readable,  Enter alone does not"),
        N_("yes sends,  Enter not"),
    ),
    "unproven-secret": (
        N_("yes sends it to an unverified server,  Enter alone does not"),
        N_("yes sends unverified,  Enter not"),
    ),
    "unproven-login": (
        N_("yes logs in unverified,  Enter alone types no login"),
        N_("yes logs in,  Enter does not"),
    ),
    "lesson": (
        N_("type {answers}, Enter answers; Esc puts the question aside"),
        N_("type {answers}; Esc aside"),
    ),
    "stage": (N_("Enter goes on to the next server"), N_("Enter goes on")),
    "again": (
        N_("yes types them again,  Enter alone does not"),
        N_("yes types them,  Enter does not"),
    ),
    "insecure": (
        N_("yes connects again unverified,  Enter alone does not"),
        N_("yes connects unverified,  Enter does not"),
    ),
    "password": (
        N_("hidden; Enter gives it to the program, an empty line gives up"),
        N_("hidden; Enter alone gives up"),
    ),
    "login": (
        N_("hidden; Enter logs in with it, an empty line types no login"),
        N_("hidden; Enter alone does not log in"),
    ),
    "key": (N_("hidden; Enter opens the key, an empty line gives up"), N_("hidden; Enter alone gives up")),
    "confirm": (N_("yes trusts it and goes on,  Enter alone does not"), N_("yes goes on,  Enter stops")),
    "connect": (N_("yes drops this mail and connects,  Enter alone stays"), N_("yes connects,  Enter stays")),
}


def _question(now: Now) -> Sequence[str]:
    return tuple(_(one).format(answers=now.answers) for one in _QUESTIONS.get(now.asked, ())) or ("",)


def _leaving() -> Sequence[str]:
    return (_("^C again leaves,  Esc or typing goes on"), _("^C again leaves"))


def _paste(now: Now) -> Sequence[str]:
    lines = ngettext("{count} line", "{count} lines", now.lines).format(count=now.lines)
    if now.closed:
        return (
            _("{lines} kept: F5 connects again, then Enter sends them one by one").format(lines=lines),
            _("{lines} kept, F5 connects again").format(lines=lines),
        )
    if now.in_message:
        return (
            _("{lines}: Enter sends them one by one, F3 as message text, Esc keeps them aside").format(
                lines=lines
            ),
            _("{lines}: Enter one by one, F3 as text, Esc aside").format(lines=lines),
            _("{lines}: Enter, F3, Esc").format(lines=lines),
        )
    if now.pipelining:
        return (
            _("{lines}: Enter sends them one by one, F4 all at once, Esc keeps them aside").format(
                lines=lines
            ),
            _("{lines}: Enter one by one, F4 at once, Esc aside").format(lines=lines),
            _("{lines}: Enter, F4, Esc").format(lines=lines),
        )
    return (
        _("{lines}: Enter sends them one by one, Esc keeps them aside, unsent").format(lines=lines),
        _("{lines}: Enter one by one, Esc aside").format(lines=lines),
        _("{lines}: Enter, Esc").format(lines=lines),
    )


def _reading(now: Now) -> Sequence[str]:
    return (_("Up Down move, Enter explains, Esc back to typing"), _("Up Down, Enter, Esc"))


def _closed(now: Now) -> Sequence[str]:
    if not now.goes_back:
        return (
            _("{why}, F5 asks where to, F7 inbox, ^Q leaves").format(why=now.why_closed),
            _("{why}, F5 asks where to").format(why=now.why_closed),
            _("F5 asks where to"),
            "F5",
        )
    return (
        _("{why}, F5 connects again, F7 inbox, ^Q leaves").format(why=now.why_closed),
        _("{why}, F5 connects again").format(why=now.why_closed),
        _("F5 connects again"),
        "F5",
    )


def _solved(now: Now) -> Sequence[str]:
    if now.last:
        return (_("Enter opens the course map, F5 this one again"), _("Enter map, F5 again"), "Enter, F5")
    return (
        _("Enter opens the next exercise, F5 this one again"),
        _("Enter next, F5 again"),
        "Enter, F5",
    )


def _solution(now: Now) -> Sequence[str]:
    if now.empty:
        return (_("Enter sends an empty line, then comes the next one"), _("Enter, an empty line"), "Enter")
    return (_("Enter sends this line, then comes the next one"), _("Enter sends it"), "Enter")


def _chunk(now: Now) -> Sequence[str]:
    sent, size = now.chunk
    count = _("{sent} of {size} octets").format(sent=sent, size=size)
    more = sent + now.octets - size
    words = {"count": count, "n": now.octets, "more": more}
    if now.empty:
        return (_("{count} sent, the server waits for the rest; CR LF counts 2").format(**words), count)
    if more > 0:
        return (
            _("{count}, this line of {n} is {more} too long").format(**words),
            _("{count}, {more} too long").format(**words),
        )
    if more == 0:
        return (_("{count}, this line of {n} ends it").format(**words), count)
    return (_("{count}, this line {n}").format(**words), count)


def _raw(now: Now) -> Sequence[str]:
    begun = ngettext("{count} octet not ended", "{count} octets not ended", now.unended)
    unended = _(", ") + begun.format(count=now.unended) if now.unended else ""
    return (
        _("line end {end}, rules off{unended}, /raw ends it").format(end=now.raw, unended=unended),
        _("line end {end}, rules off{unended}").format(end=now.raw, unended=unended),
        _("line end {end}, rules off").format(end=now.raw),
        now.raw,
    )


def _connecting(now: Now) -> Sequence[str]:
    return (
        _("to {host}; what you type is kept, ^C gives up").format(host=now.host),
        _("to {host}; what you type is kept").format(host=now.host),
        _("to {host}").format(host=now.host),
    )


_WORDINGS = {
    Mode.COMMAND: _command,
    Mode.HEADER: _message,
    Mode.BODY: _message,
    Mode.SECRET: _secret,
    Mode.NAME: _name,
    Mode.WAITING: _waiting,
    Mode.QUESTION: _question,
    Mode.PASTE: _paste,
    Mode.READING: _reading,
    Mode.CLOSED: _closed,
    Mode.CONNECTING: _connecting,
    Mode.SOLVED: _solved,
    Mode.SOLUTION: _solution,
    Mode.RAW: _raw,
    Mode.CHUNK: _chunk,
}
