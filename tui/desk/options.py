"""What the command line, the environment and the settings file say together: one frozen value per command.

``tui.cli`` makes them; every front end takes one. What stands in here is already decided: option before
environment before settings file before default.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui.net.access import DIRECT, Access
from tui.net.endpoint import Endpoint
from tui.practice.stepping import Until
from tui.values import value

if TYPE_CHECKING:
    from tui.practice.scenario import Server


class UnknownThemeError(ValueError):
    """There is no theme of this name; only the split screen knows which there are."""

    def __init__(self, name: str, names: tuple[str, ...]) -> None:
        super().__init__(name)
        self.name = name
        self.names = names


class Layout(Enum):
    """How the split screen is divided (DESIGN §5)."""

    AUTO = "auto"  # by the width
    SIDE = "side"  # side by side from 80 columns on
    STACKED = "stacked"


@value
class Login:
    """Who logs in, and where the secret comes from; the secret itself is never in here.

    ``mechanism`` is upper case, "" for the best that is offered. The secret: what ``command`` prints, else
    the environment variable ``SMTPTUTOR_PASSWORD``, else a masked prompt.
    """

    user: str = ""
    mechanism: str = ""
    command: tuple[str, ...] = ()


NOBODY: Final = Login()
#: What has to be known to type up to a step, by the keys of ``servers.toml``.
NEEDED: Final = {
    Until.AUTH: ("user",),
    Until.MAIL: ("from",),
    Until.RCPT: ("from", "to"),
    Until.DATA: ("from", "to"),
    Until.DOT: ("from", "to", "message"),
}


@value
class Steps:
    """What the program is to type: it feeds F3, F4 and ``--until``."""

    ehlo: str = ""  # our name; "": this host's full name, else its address literal
    sender: str | None = None  # None: not given; "" is the null reverse-path
    recipients: tuple[str, ...] = ()
    message: Path | None = None  # Path("-") is not taken: stdin is the dialogue's
    until: Until | None = None
    login: Login = NOBODY

    @property
    def lacking(self) -> str:
        """What ``until`` needs and is not there, by its key in ``servers.toml``; "" where all is."""
        given = {
            "user": bool(self.login.user),
            "from": self.sender is not None,
            "to": bool(self.recipients),
            "message": self.message is not None,
        }
        needed = NEEDED.get(self.until, ()) if self.until is not None else ()
        return next((one for one in needed if not given[one]), "")


NO_STEPS: Final = Steps()


@value
class Common:
    """What every command takes."""

    lang: str = "en"  # already in use: words.language.current()
    theme: str = ""  # "": the front end chooses by terminal and NO_COLOR
    ascii: bool = False
    mouse: bool = True
    plain: bool = False  # line mode was asked for, or is all that this terminal can do
    log_file: Path | None = None


@value
class Options(Common):
    """A sitting at the wire: ``smtptutor`` and ``smtptutor connect``."""

    target: Endpoint | None = None  # None: the embedded sandbox
    profile: str = ""  # the name in servers.toml that target, access and steps come from
    doubt: str = ""  # why ``target`` may have been meant for one; a sentence without its full stop
    access: Access = DIRECT
    steps: Steps = NO_STEPS
    timeout: float | None = None  # seconds per reply; None: RFC 5321 §4.5.3.2
    yes: bool = False  # no question before a final dot, or a password in clear or to an unverified server
    raw_lf: bool = False  # of a script: its line ends go out as they are
    times: bool = False  # how long each reply took is shown from the beginning
    personality: str = ""  # of the embedded sandbox; "": that of its scenario
    scenario: str | Server = "free"  # of the embedded sandbox
    remarks: tuple[str, ...] = ()  # what of the faults does not hold; sentences without their full stop
    lesson_at: Endpoint | None = None  # do exercises there, by ``access``, instead of on their own servers
    learn: str | None = None  # the exercise to begin with; "": the one left in the middle, or the map
    layout: Layout = Layout.AUTO
    transcripts: int = 200  # sessions kept; 0 for none
    no_color: bool = False  # NO_COLOR is set and not empty


@value
class SandboxOptions(Common):
    """``smtptutor sandbox``: the server alone."""

    host: str | None = None  # an address; None: loopback; "*": every one
    expose: bool = False  # ``host`` may be one that other machines reach
    port: int = 2525  # 0: any free one
    tls_port: int | None = None  # None: nowhere; 0: any free one
    lmtp_port: int | None = None
    personality: str = ""  # that of the scenario
    scenario: str | Server = "free"
    remarks: tuple[str, ...] = ()  # what of the faults does not hold; sentences without their full stop
    mail: Path | None = None  # a Maildir of its own; None: the user's inbox
    json: bool = False  # the log, one object a line
    list: bool = False  # say what there is to choose from, and serve nothing
    wait: int | None = None  # end when so many messages are stored
    timeout: float | None = None  # seconds that they have


class InboxAction(Enum):
    LIST = "list"
    SHOW = "show"
    SAVE = "save"
    EXPORT = "export"
    DELETE = "delete"


@value
class InboxOptions(Common):
    """``smtptutor inbox``: what the sandbox has received."""

    action: InboxAction = InboxAction.LIST
    mail: Path | None = None  # the Maildir; None: the user's inbox
    number: int = 0  # show, save, export: the N of the list, from 1; export: 0 is all of them
    numbers: tuple[int, ...] = ()  # delete; none: all of them
    part: int = 0  # save: which part, from 1
    file: Path | None = None  # save, export: where to; Path("-") is stdout; None: by the name of the part
    search: str = ""  # list: only mails that hold these words
    all: bool = False  # list: however many there are
    follow: bool = False  # list: and what comes
    json: bool = False  # list, show
    yes: bool = False  # delete: all, without a question


@value
class ExplainOptions(Common):
    """``smtptutor explain``: a transcript in words, or its facts as JSON."""

    file: Path | None = None  # None: stdin
    json: bool = False


@value
class ReplayOptions(Options):
    """``smtptutor replay``: the lines of a recorded dialogue again, and both runs compared."""

    file: Path | None = None  # None: stdin
    against: Endpoint | None = None  # a second server: then the two are compared
    against_access: Access = DIRECT
    json: bool = False


#: What ``--as`` takes; ``tui.desk.exports.As`` has the same values.
EXPORT_FORMS: Final = ("markdown", "swaks", "curl", "openssl", "python")


@value
class ExportOptions(Common):
    """``smtptutor export``: a transcript as a program, or as Markdown."""

    file: Path | None = None  # None: stdin
    form: str = "markdown"  # one of EXPORT_FORMS
    target: Endpoint | None = None  # instead of the server in the recording


class LessonsAction(Enum):
    LIST = "list"
    CHECK = "check"


@value
class LessonsOptions(Common):
    """``smtptutor lessons``: for the authors of exercises."""

    action: LessonsAction = LessonsAction.LIST
    folder: Path | None = None  # a pack; None: the one that comes with the program


class ProgressForm(Enum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


@value
class ProgressOptions(Common):
    """``smtptutor progress``: the attempts of this home."""

    form: ProgressForm = ProgressForm.TABLE
    source: Path | None = None  # an export to be taken in; Path("-") is stdin
