"""What reply codes mean (RFC 5321 §4.2, RFC 3463, RFC 5248 and the IANA registry), in the language in use.

The table is data, ``data/codes.json``, English and Chinese side by side; it is read when first asked. What
a code means only at one stage stands here, since it is prose like any other.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, cast

from tui.values import value
from tui.words.language import N_, current, gettext
from tui.words.stages import Stage

if TYPE_CHECKING:
    from importlib.abc import ResourceLoader


@value
class Meaning:
    """``text`` what it says, ``causes`` why it usually comes, ``advice`` what to do; full sentences."""

    text: str
    causes: str
    advice: str
    registered: bool = True  # False: known by its first digit alone


#: First digit -> what every code of its class says, in a few words.
CLASSES: Final = {
    1: N_("a reply that SMTP does not have"),
    2: N_("done"),
    3: N_("go on, more is wanted"),
    4: N_("not now, try the same later"),
    5: N_("do not repeat it unchanged"),
}

_CLASS_ADVICE: Final = {
    2: N_("Go on."),
    3: N_("Go on with what the server asks for."),
    4: N_("Try the same again later."),
    5: N_("Read the text behind the code and change something before the next try."),
}

#: Second part of an enhanced code (RFC 3463 §2).
SUBJECTS: Final = {
    0: N_("no detail"),
    1: N_("address"),
    2: N_("mailbox"),
    3: N_("mail system"),
    4: N_("network"),
    5: N_("protocol"),
    6: N_("content"),
    7: N_("security or policy"),
}

_AT_STAGE: Final = {
    (220, Stage.CONNECT): N_("The server greets you and waits."),
    (220, Stage.STARTTLS): N_("The server is ready: the TLS handshake comes now."),
    (250, Stage.HELLO): N_("The server knows your name and is ready for a mail."),
    (250, Stage.MAIL): N_("The sender is accepted."),
    (250, Stage.RCPT): N_("This recipient is accepted."),
    (250, Stage.CHUNK): N_("This chunk has arrived; more may follow."),
    (250, Stage.MESSAGE): N_("The server has taken the mail and answers for it from now on."),
    (250, Stage.RSET): N_("The mail that was begun is dropped; HELO stands."),
    (250, Stage.NOOP): N_("Nothing done, as asked: the server is still there."),
    (250, Stage.HELP): N_("Its text is the help, in the server's own words."),
    (250, Stage.VRFY): N_("There is such a mailbox, or list; the text names it."),
    (251, Stage.VRFY): N_("It is not here, but known here; the text tells where it is."),
    (550, Stage.VRFY): N_("There is no such mailbox here, or the server does not tell you."),
    (250, Stage.ETRN): N_("The server begins to send what waits for that domain, by connections of its own."),
    (251, Stage.ETRN): N_("No mail waits for that domain."),
    (252, Stage.ETRN): N_("The server sends what waits for that domain, and does not tell how much it is."),
    (253, Stage.ETRN): N_("The server sends what waits for that domain; the text tells how many mails."),
    (220, Stage.XCLIENT): N_("From here on the server takes you for that client. Greet it again."),
    (250, Stage.XFORWARD): N_("The server has noted it for its log; nothing else changes."),
    (450, Stage.MESSAGE): N_("The mail was not taken now; it may be later."),
    (452, Stage.MESSAGE): N_("The server has no room for the mail now."),
    (503, Stage.DATA): N_("There is no accepted recipient, so there is nobody to send it to."),
    (503, Stage.RCPT): N_("No mail is begun yet: MAIL FROM comes first."),
    (503, Stage.MAIL): N_("It is not the time for MAIL FROM: HELO comes first, and only one mail at a time."),
    (550, Stage.MESSAGE): N_("The mail was refused when the server had read it."),
    (554, Stage.CONNECT): N_("This server takes no mail from where you are."),
    (554, Stage.DATA): N_("No recipient was accepted, so there is nothing to send."),
    (554, Stage.MESSAGE): N_("The mail was refused when the server had read it."),
}


@cache
def _table() -> dict[str, dict[str, dict[str, str]]]:
    import json

    loader = cast("ResourceLoader", __spec__.loader)
    folder = __file__.rpartition("codes.py")[0]
    data = json.loads(loader.get_data(f"{folder}data/codes.json"))
    return {part: {row["code"]: row for row in rows} for part, rows in data.items()}


def meaning(code: int, stage: Stage = Stage.OTHER) -> Meaning:
    """What this reply code says at this stage; an unknown one by its first digit (RFC 5321 §4.2)."""
    row = _table()["reply"].get(str(code))
    said = _AT_STAGE.get((code, stage))
    if row is None:
        severity = code // 100
        text = gettext(said or CLASSES.get(severity, N_("not a reply code of SMTP")))
        advice = _CLASS_ADVICE.get(severity, N_("Read the text behind the code."))
        return Meaning(_sentence(text), "", gettext(advice), registered=False)
    found = _meaning(row)
    return Meaning(gettext(said), found.causes, found.advice) if said else found


def enhanced(code: str) -> Meaning | None:
    """What an enhanced code such as ``5.1.1`` says; None when it is not registered."""
    _, dot, rest = code.partition(".")
    row = _table()["enhanced"].get(f"X.{rest}") if dot else None
    return None if row is None else _meaning(row)


def subject(code: str) -> str:
    """The subject of an enhanced code, registered or not (RFC 3463 §2): ``address`` for ``5.1.99``; or ""."""
    part = code.partition(".")[2].partition(".")[0]
    return gettext(SUBJECTS[int(part)]) if part.isascii() and part.isdigit() and int(part) in SUBJECTS else ""


def _meaning(row: dict[str, str]) -> Meaning:
    if current() == "zh_CN":
        return Meaning(row["zh"], row["causes_zh"], row["next_zh"])
    return Meaning(row["en"], row["causes"], row["next"])


def _sentence(text: str) -> str:
    if not text or text[-1] in ".。":
        return text
    return f"{text[0].upper()}{text[1:]}" + ("。" if current() == "zh_CN" else ".")
