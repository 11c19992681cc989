"""What the recorded servers answered, situation by situation (``tests/data/dialects.json``), and what is to
be typed to bring each situation about."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from tui.practice.scenario import Server

RECORDED: Final[Mapping[str, Mapping[str, list[str]]]] = json.loads(
    (Path(__file__).parents[1] / "data" / "dialects.json").read_text("utf-8")
)

_HI: Final = ("EHLO client.example",)
_MAIL: Final = (*_HI, "MAIL FROM:<a@example.org>")
_RCPT: Final = (*_MAIL, "RCPT TO:<test1@bdwater.test>")
_DATA: Final = (*_RCPT, "DATA")
_PLAIN: Final = b64encode(b"\0test1\0secret1").decode()
_BAD: Final = b64encode(b"\0test1\0bad").decode()
_USER: Final = b64encode(b"test1").decode()
_SECRET: Final = b64encode(b"secret1").decode()
_TEXT: Final = "Subject: hi\r\n\r\nhello\r\n."

#: The lines of each situation; what the last one is answered counts.
LINES: Final[Mapping[str, tuple[str, ...]]] = {
    "greeting": (),
    "HELO": ("HELO client.example",),
    "EHLO": _HI,
    "HELO with no argument": ("HELO",),
    "MAIL before HELO": ("MAIL FROM:<a@example.org>",),
    "MAIL ok": _MAIL,
    "MAIL null sender": (*_HI, "MAIL FROM:<>"),
    "MAIL without brackets": (*_HI, "MAIL FROM:a@example.org"),
    "MAIL space, no brackets (seed form)": (*_HI, "mail from: a@example.org"),
    "MAIL space before colon": (*_HI, "MAIL FROM :<a@example.org>"),
    "MAIL display name": (*_HI, "MAIL FROM:Bob <a@example.org>"),
    "MAIL no argument": (*_HI, "MAIL"),
    "MAIL broken path": (*_HI, "MAIL FROM:<a@example.org"),
    "MAIL bare local part": (*_HI, "MAIL FROM:<bob>"),
    "MAIL unknown parameter": (*_HI, "MAIL FROM:<a@example.org> FOO=BAR"),
    "MAIL SIZE too big": (*_HI, "MAIL FROM:<a@example.org> SIZE=999999999"),
    "MAIL SMTPUTF8": (*_HI, "MAIL FROM:<用户@example.org> SMTPUTF8"),
    "MAIL RET/ENVID": (*_HI, "MAIL FROM:<a@example.org> RET=HDRS ENVID=QQ314159"),
    "second MAIL": (*_MAIL, "MAIL FROM:<a@example.org>"),
    "RCPT before MAIL": (*_HI, "RCPT TO:<test1@bdwater.test>"),
    "RCPT ok": _RCPT,
    "RCPT unknown user": (*_MAIL, "RCPT TO:<nobody9@bdwater.test>"),
    "RCPT relay": (*_MAIL, "RCPT TO:<x@elsewhere.example>"),
    "RCPT empty": (*_MAIL, "RCPT TO:<>"),
    "RCPT no argument": (*_MAIL, "RCPT"),
    "RCPT no domain": (*_MAIL, "RCPT TO:<test1>"),
    "RCPT postmaster": (*_MAIL, "RCPT TO:<postmaster>"),
    "RCPT source route": (*_MAIL, "RCPT TO:<@a.example,@b.example:test1@bdwater.test>"),
    "RCPT quoted local": (*_MAIL, 'RCPT TO:<"john doe"@bdwater.test>'),
    "RCPT NOTIFY/ORCPT": (
        *_MAIL,
        "RCPT TO:<test1@bdwater.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;test1@bdwater.test",
    ),
    "too many recipients (20)": (*_MAIL, *("RCPT TO:<test1@bdwater.test>",) * 20),
    "DATA before MAIL": (*_HI, "DATA"),
    "DATA before RCPT": (*_MAIL, "DATA"),
    "DATA, all recipients refused": (*_MAIL, "RCPT TO:<x@elsewhere.example>", "DATA"),
    "DATA": _DATA,
    "DATA with argument": (*_RCPT, "DATA now"),
    "end of DATA": (*_DATA, _TEXT),
    "DATA above the size limit": (*_DATA, f"{'x' * 70 + chr(13) + chr(10)}" * 2000 + "."),
    "DATA line of 2000 octets": (*_DATA, f"Subject: x\r\n\r\n{'x' * 2000}\r\n."),
    "BDAT": (*_RCPT, "BDAT 0 LAST"),
    "BDAT no RCPT": (*_HI, "BDAT 0 LAST"),
    "RSET": (*_HI, "RSET"),
    "NOOP": (*_HI, "NOOP"),
    "VRFY": (*_HI, "VRFY test1"),
    "VRFY unknown": (*_HI, "VRFY nobody9"),
    "VRFY no argument": (*_HI, "VRFY"),
    "EXPN": (*_HI, "EXPN staff"),
    "HELP": (*_HI, "HELP"),
    "HELP MAIL": (*_HI, "HELP MAIL"),
    "unknown command": (*_HI, "FOO"),
    "empty line": (*_HI, ""),
    "ETRN": (*_HI, "ETRN bdwater.test"),
    "LHLO": ("LHLO x",),
    "GET /": ("GET / HTTP/1.0",),
    "non-ASCII junk": (*_HI, "你好 世界"),
    "command of 600 octets": (*_HI, "NOOP " + "x" * 593),
    "command of 3000 octets": (*_HI, "NOOP " + "x" * 2993),
    "STARTTLS": (*_HI, "STARTTLS"),
    "STARTTLS arg": (*_HI, "STARTTLS now"),
    "AUTH bare": (*_HI, "AUTH"),
    "AUTH after HELO": ("HELO client.example", "AUTH LOGIN"),
    "AUTH unknown mechanism": (*_HI, "AUTH FOO"),
    "AUTH on clear text": (*_HI, f"AUTH PLAIN {_PLAIN}"),
    "auth lower case": (*_HI, f"auth plain {_PLAIN}"),
    "AUTH PLAIN initial": (*_HI, f"AUTH PLAIN {_PLAIN}"),
    "AUTH PLAIN wrong password": (*_HI, f"AUTH PLAIN {_BAD}"),
    "AUTH PLAIN 334": (*_HI, "AUTH PLAIN", _PLAIN),
    "AUTH LOGIN": (*_HI, "AUTH LOGIN", _USER, _SECRET),
    "AUTH LOGIN initial": (*_HI, f"AUTH LOGIN {_USER}", _SECRET),
    "AUTH LOGIN wrong": (*_HI, "AUTH LOGIN", _USER, b64encode(b"bad").decode()),
    "AUTH cancel": (*_HI, "AUTH LOGIN", "*"),
    "AUTH not base64": (*_HI, "AUTH LOGIN", "!!!!"),
    "AUTH PLAIN user without NULs": (*_HI, f"AUTH PLAIN {_USER}"),
    "AUTH twice": (*_HI, f"AUTH PLAIN {_PLAIN}", f"AUTH PLAIN {_PLAIN}"),
    "AUTH in transaction": (*_MAIL, f"AUTH PLAIN {_PLAIN}"),
    "QUIT": (*_HI, "QUIT"),
    "QUIT arg": (*_HI, "QUIT now"),
}

#: Where a personality does not answer with the code of the recording, and why.
DIFFERENT: Final[Mapping[tuple[str, str], str]] = {}
#: What recorded servers offer and ours do not, and why: it is offered only when it works.
NOT_OFFERED: Final[Mapping[str, str]] = {
    "ETRN": "there is no queue to be started: ours answer as recorded, and only Postfix lists it",
    "VERB": "there is no delivery that could be told while it goes on",
    "DELIVERBY": "nothing is passed on, so nothing can come too late",
    "PRDR": "between the dot and the replies for recipients there is a 353, which no client of today expects",
    "PIPECONNECT": "it asks clients to speak before the greeting: ours takes that, and does not ask",
    "DIGEST-MD5": "RFC 6331 gave it up, and no client of today speaks it",
}
#: Extensions that a recorded server was set up without.
WITHOUT: Final = {"opensmtpd": ["AUTH"]}


def recorded_server(name: str, recipients: int = 100) -> Server:
    """Set up as the recorded server of this personality was."""
    return msgspec.convert(
        {
            "domains": ["bdwater.test", "bdwater.com"],
            "users": ["test1", "test2", "test3", "john doe"],
            "account": [{"user": "test1", "password": "secret1"}],
            "auth_in_clear": True,
            "withholds": WITHOUT.get(name, []),
            "limits": {"recipients": recipients},
        },
        Server,
    )
