"""A message as an entry of an mbox file, in the form "mboxrd": what was quoted can be told from what was not.

Lines end in LF there, so it is no longer octet for octet what came; what ``Inbox.export`` writes is.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tui.sandbox.inbox import Entry

_FROM: Final = re.compile(rb"^(>*From )", re.MULTILINE)
_NO_BLANK: Final = re.compile(r"[^!-~]")


def entry(about: Entry, octets: bytes) -> bytes:
    """The ``From`` line with envelope sender and time (RFC 4155 A), the message, and an empty line."""
    envelope = about.envelope
    sender = (
        _NO_BLANK.sub("_", envelope.reverse_path) if envelope and envelope.reverse_path else "MAILER-DAEMON"
    )
    when = time.strftime("%a %b %d %H:%M:%S %Y", time.gmtime(about.received))
    text = _FROM.sub(rb">\1", octets.replace(b"\r\n", b"\n"))
    end = b"\n" if text.endswith(b"\n") else b"\n\n"
    return f"From {sender} {when}\n".encode("ascii") + text + end
