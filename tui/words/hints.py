"""Three hints for the present step: a nudge, the rule with where it stands, and the exact line."""

from __future__ import annotations

from tui.practice.state import Practice
from tui.practice.suggestion import next_line
from tui.smtp.phases import Phase
from tui.values import value
from tui.words.language import N_, gettext
from tui.words.language import gettext as _
from tui.words.pending import due, ends_message
from tui.words.seams import joined


@value
class _Hint:
    nudge: str
    rule: str
    rfc: str


_SANDBOX_RCPT = N_("One RCPT TO for each recipient. The sandbox takes all but nobody@.")

_HINTS: dict[Phase, _Hint] = {
    Phase.CONNECTING: _Hint(
        N_("The server speaks first. Wait for its 220."),
        N_("A client waits for the greeting before it sends anything."),
        "RFC 5321 §3.1",
    ),
    Phase.GREETED: _Hint(
        N_("The server said who it is. It waits to hear who you are."),
        N_("HELO or EHLO, a blank, and a host name with dots. EHLO also asks what the server offers."),
        "RFC 5321 §4.1.1.1",
    ),
    Phase.TURNED_AWAY: _Hint(
        N_("The greeting was a refusal. There is one polite word left."),
        N_("After a greeting other than 220 only QUIT makes sense."),
        "RFC 5321 §3.1",
    ),
    Phase.READY: _Hint(
        N_("A mail begins with the address that bounces go to."),
        N_("MAIL FROM, a colon, and the address in < >, with no blank between them."),
        "RFC 5321 §4.1.1.2",
    ),
    Phase.MAIL: _Hint(
        N_("One RCPT TO for each recipient."),
        N_("RCPT TO, a colon, and one address in < >. Each gets a reply of its own."),
        "RFC 5321 §4.1.1.3",
    ),
    Phase.RCPT: _Hint(
        N_("The envelope is written. Now ask to hand over the message."),
        N_("DATA stands alone on its line. The server answers 354 and then listens until a lone dot."),
        "RFC 5321 §4.1.1.4",
    ),
    Phase.MESSAGE: _Hint(
        N_("Header lines, an empty line, then the text. No reply comes before the end."),
        N_("A line that holds one dot and nothing else ends the message. A dot that begins a line of text "
           "is typed twice."),
        "RFC 5321 §4.5.2",
    ),
    Phase.CHUNKING: _Hint(
        N_("The message comes in chunks now. One of them has to be the last."),
        N_("BDAT, the number of octets that follow, and LAST for the last chunk."),
        "RFC 3030 §2",
    ),
    Phase.AUTH: _Hint(
        N_("The server asks in base64, and wants its answer in base64 on a line of its own."),
        N_("Encode without a line break. A line with only * cancels the login."),
        "RFC 4954 §4",
    ),
    Phase.TLS: _Hint(
        N_("The server is ready for TLS and understands nothing else now."),
        N_("After the 220 to STARTTLS comes the handshake, then EHLO again."),
        "RFC 3207 §4",
    ),
    Phase.QUIT: _Hint(
        N_("The session is over. A new one begins with a new connection."),
        N_("After the reply to QUIT the server closes the connection."),
        "RFC 5321 §4.1.1.10",
    ),
    Phase.CLOSED: _Hint(
        N_("There is no connection. A new one begins a fresh list."),
        N_("What was not answered with 250 after the dot was not sent."),
        "RFC 5321 §4.5.3.2",
    ),
}  # fmt: skip

_REPLY_DUE = _Hint(
    N_("It is the server's turn: a reply is due."),
    N_("One command, one reply: a client waits minutes for it before it gives up."),
    "RFC 5321 §4.5.3.2",
)
_DOT_SENT = _Hint(
    N_("The end of the message is sent. The server decides now."),
    N_("A client waits 10 minutes for this reply. Sending again after that may make two mails of one."),
    "RFC 5321 §4.5.3.2.6",
)
_LMTP_GREETED = _Hint(
    N_("The server said who it is. It waits to hear who you are."),
    N_("LHLO, a blank, and a host name with dots: LMTP has no HELO and no EHLO."),
    "RFC 2033 §4.1",
)
_HANGS_UP = _Hint(
    N_("The server hangs up: that is what its 421 says."),
    N_("After a 421 the server closes the connection, whatever it answers. A client comes back later."),
    "RFC 5321 §3.8",
)
_AFTER_MAIL = _Hint(
    N_("The mail is accepted. Say goodbye, or begin one more."),
    N_("QUIT ends the session; the server answers 221 and hangs up. MAIL FROM begins another mail."),
    "RFC 5321 §4.1.1.10",
)


def hints(practice: Practice, *, sandbox: bool = True) -> tuple[str, str, str]:
    """Nudge, rule (with its section of the RFC) and the exact line for where ``practice`` stands."""
    sent = due(practice)
    hint = _HINTS[practice.phase]
    if sent is not None:
        hint = _DOT_SENT if ends_message(sent) else _REPLY_DUE
    elif practice.hanging_up:
        hint = _HANGS_UP
    elif practice.phase is Phase.READY and practice.kept:
        hint = _AFTER_MAIL
    elif practice.phase is Phase.GREETED and practice.lmtp:
        hint = _LMTP_GREETED
    nudge = hint.nudge
    if hint is _HINTS[Phase.MAIL] and sandbox:
        nudge = _SANDBOX_RCPT
    return gettext(nudge), _rule(hint), _exact(practice, sandbox)


def of_phase(practice: Practice) -> tuple[str, str]:
    """Nudge and rule of the place that was reached, whatever mails there were before it."""
    hint = _LMTP_GREETED if practice.phase is Phase.GREETED and practice.lmtp else _HINTS[practice.phase]
    return gettext(hint.nudge), _rule(hint)


def _rule(hint: _Hint) -> str:
    """With where it stands; behind a full-width full stop there is no blank."""
    rule = gettext(hint.rule)
    return joined(rule, hint.rfc)


def _exact(practice: Practice, sandbox: bool) -> str:
    if practice.awaiting or practice.phase in {Phase.CONNECTING, Phase.TLS}:
        return _("Nothing to type: wait for the server.")
    line = next_line(practice, sandbox=sandbox)
    if line:
        return _("Type:  {line}").format(line=line)
    if practice.phase is Phase.MESSAGE:
        return _("Press Enter on an empty line: it ends the header.")
    if practice.phase is Phase.AUTH:
        return _("Type the answer in base64, or:  *")
    return _("Nothing to type: connect again.")
