"""What a single row of a pasted telnet window looks like: reply, command, the telnet program's own words.

Only shapes are judged here; what a row is, the reader decides by what has come before it.
"""

from __future__ import annotations

import re
from typing import Final

#: Blanks and colons, the full-width ones of an input method included.
_BLANK: Final = rb"(?:[ \t]|\xe3\x80\x80)"
_COLON: Final = rb"(?::|\xef\xbc\x9a)"
_REPLY: Final = re.compile(rb"[2-5][0-9]{2}(?![0-9])")
_PLAIN_REPLY: Final = re.compile(rb"[2-5][0-9]{2}(?:[ -]|$)")
_GREETING: Final = re.compile(rb"220(?:[ -]|$)")
_GLUED_DOT: Final = re.compile(rb"\.[2-5][0-9]{2}[ -]")
_BASE64: Final = re.compile(rb"(?:[A-Za-z0-9+/]+={0,2}|\*|=)[ \t]*")

#: Commands whose form leaves no doubt, so that they are believed anywhere; a slip only by its place.
#: ``~`` stands for a blank, ``;`` for a colon, each as an input method may have made it.
_FORMS: Final = (
    rb"(?:HELO|EHLO|LHLO)(?:~+[^\s]+)?",
    rb"(?:MAIL|SEND|SOML|SAML)~*FROM~*;.*",
    rb"RCPT~*TO~*;.*",
    rb"(?:DATA|QUIT|RSET|NOOP|HELP|TURN|STARTTLS)",
    rb"(?:VRFY|EXPN|ETRN|ATRN)~+[^\s]+",
    rb"AUTH~+[A-Z0-9-]{3,20}(?:~+[A-Za-z0-9+/=*]+)?",
    rb"BDAT~+[0-9]+(?:~+LAST)?",
)
_COMMAND: Final = re.compile(
    (rb"(?:" + rb"|".join(_FORMS) + rb")~*").replace(b"~", _BLANK).replace(b";", _COLON), re.IGNORECASE
)
_VERB: Final = re.compile(rb"[A-Za-z]+")
_CHUNK: Final = re.compile(rb"BDAT[ \t]+([0-9]{1,12})", re.IGNORECASE)

#: "Step 3:", "第三步：", "2." and their kin before a command in a tutorial. Octets have no classes of Chinese
#: characters, hence the alternatives.
_LABEL: Final = re.compile(
    (
        "[ \t]*(?:(?:step|步骤|步驟)[ \t]*[0-9]{1,2}"
        "|第(?:[0-9]|一|二|三|四|五|六|七|八|九|十){1,3}步|[0-9]{1,2})"
        "[ \t]*(?::|：|[.)]|、)[ \t]*"
    ).encode(),
    re.IGNORECASE,
)
#: What the telnet program, or the shell before it, says when a connection begins …
_PORT: Final = rb"(?:[0-9]{1,5}|smtps?|submissions?)"
_OPENING: Final = re.compile(
    rb"(?:.*[>$#%][ \t]*(?:telnet|nc|ncat|netcat)[ \t]+[^ \t].*"  # a prompt before it
    rb"|(?:telnet|nc|ncat|netcat)(?:[ \t]+-[^ \t]+)*[ \t]+[^ \t]+[ \t]+" + _PORT + rb"[ \t]*"
    rb"|Trying [^ ]+\.\.\.[ \t]*"
    rb"|Connected to [^ ]+[ \t]*"
    rb"|Escape character is .*)",
    re.IGNORECASE | re.DOTALL,
)
#: … and when it is over, on its side or on the server's.
_CLOSED_BY_SERVER: Final = (
    b"Connection closed by foreign host",
    b"Connection to host lost",
    *(
        words.encode()
        for words in ("失去了跟主机的连接", "遗失对主机的连接", "与主机的连接丢失", "與主機的連線中斷")
    ),
)
_CLOSED_BY_CLIENT: Final = (b"Connection closed.", b"telnet> quit", b"telnet> close")


def is_reply(row: bytes) -> bool:
    """A reply line, also one whose text is glued to the code."""
    return _REPLY.match(row) is not None


def is_plain_reply(row: bytes) -> bool:
    """A reply line with a blank or a hyphen behind the code, or nothing at all."""
    return _PLAIN_REPLY.match(row) is not None


def is_greeting(row: bytes) -> bool:
    return _GREETING.match(row) is not None


def is_last_of_reply(row: bytes) -> bool:
    return row[3:4] != b"-"


def is_dot_and_reply(row: bytes) -> bool:
    """The dot that was typed and the reply to it, on one row: ``.250 Ok``."""
    return _GLUED_DOT.match(row) is not None


def is_command(row: bytes) -> bool:
    return _COMMAND.fullmatch(row) is not None


def is_base64(row: bytes) -> bool:
    """An answer to a 334, or the ``*`` that cancels."""
    return _BASE64.fullmatch(row) is not None


def is_opening(row: bytes) -> bool:
    return _OPENING.fullmatch(row) is not None


def closing(row: bytes) -> str | None:
    """Who closed the connection, by the words of the telnet program: "server", "client", or None."""
    if row.startswith(_CLOSED_BY_SERVER):
        return "server"
    return "client" if row.startswith(_CLOSED_BY_CLIENT) else None


def verb(row: bytes) -> bytes:
    match = _VERB.match(row)
    return match.group().upper() if match else b""


def chunk_octets(row: bytes) -> int | None:
    """The size that a BDAT names."""
    match = _CHUNK.match(row)
    return int(match[1]) if match else None


def label_octets(row: bytes) -> int:
    """How much of the row is ``Step3:     `` and the like; 0 when nothing is."""
    match = _LABEL.match(row)
    return match.end() if match else 0
