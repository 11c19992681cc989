"""Words for what may be odd in what the server said."""

from __future__ import annotations

from tui.smtp.findings import Finding
from tui.words.language import N_
from tui.words.slips import Slip

_NOT_SMTP_ADVICE = N_("Check host and port: SMTP is on 25, 587 or 465.")

SERVER: dict[tuple[Finding, str], Slip] = {
    (Finding.UNSOLICITED_REPLY, ""): Slip(
        caret=N_("answers nothing that was sent"),
        headline=N_("a reply to nothing"),
        why=N_("Nothing was waiting for an answer. Servers do that when they are about to hang up."),
        advice=N_("Read what it says; then go on, or connect again."),
    ),
    (Finding.UNEXPECTED_CODE, ""): Slip(
        caret=N_("not a code for this command"),
        headline=N_("not a code for this command"),
        why=N_("The standard has other codes here, so no step is ticked by it."),
        advice=N_("Take the first digit at its word: 2 done, 4 later, 5 no."),
    ),
    (Finding.CODE_MISMATCH, ""): Slip(
        caret=N_("another code than the line before"),
        headline=N_("two codes in one reply"),
        why=N_("All lines of a reply begin with the same code; here they differ."),
        advice=N_("Tell whoever runs the server."),
    ),
    (Finding.CODE_INVALID, ""): Slip(
        caret=N_("no reply code"),
        headline=N_("not a reply of SMTP"),
        why=N_("A reply begins with three digits, the first from 2 to 5."),
        advice=N_("Check host and port; it may be another service."),
    ),
    (Finding.PRELIMINARY_REPLY, ""): Slip(
        caret=N_("SMTP has no 1yz"),
        headline=N_("SMTP has no 1yz replies"),
        why=N_("Codes that begin with 1 belong to other protocols, such as FTP."),
        advice=N_("Check host and port."),
    ),
    (Finding.NO_SEPARATOR, ""): Slip(
        caret=N_("no blank behind the code"),
        headline=N_("no blank behind the code"),
        why=N_("Code and text are glued together; it was read as if a blank stood between them."),
        advice=N_("You need not do anything."),
    ),
    (Finding.TAB_SEPARATOR, ""): Slip(
        caret=N_("a tab behind the code"),
        headline=N_("a tab behind the code"),
        why=N_("The standard wants a blank there; it was read as one."),
        advice=N_("You need not do anything."),
    ),
    (Finding.LEADING_SPACE, ""): Slip(
        caret=N_("begins with a blank"),
        headline=N_("a reply line begins with a blank"),
        why=N_("Every line of a reply begins with its code; here blanks stand in its place."),
        advice=N_("Tell whoever runs the server."),
    ),
    (Finding.BLANK_REPLY_LINE, ""): Slip(
        caret=N_("an empty line"),
        headline=N_("an empty line from the server"),
        why=N_("Every line of a reply begins with a code; this one holds nothing."),
        advice=N_("Tell whoever runs the server."),
    ),
    (Finding.BARE_LF_RECEIVED, ""): Slip(
        caret=N_("ends in LF without CR"),
        headline=N_("the server ends lines in LF alone"),
        why=N_("Lines end in CR LF on the wire. It was read all the same; this is said once."),
        advice=N_("Tell whoever runs the server."),
    ),
    (Finding.BARE_CR_RECEIVED, ""): Slip(
        caret=N_("a CR inside the line"),
        headline=N_("a CR inside a reply line"),
        why=N_("A CR alone ends no line. On a plain terminal it would overwrite what stands before it."),
        advice=N_("Tell whoever runs the server."),
    ),
    (Finding.CONTROL_RECEIVED, ""): Slip(
        caret=N_("control characters, spelt out"),
        headline=N_("the server sent control characters"),
        why=N_("They can steer a terminal, so they are shown spelt out and do nothing here."),
        advice=N_("Be careful with a server that sends them."),
    ),
    (Finding.NOT_UTF8, ""): Slip(
        caret=N_("not UTF-8, octets spelt out"),
        headline=N_("text that is not UTF-8"),
        why=N_("No character set fits; what is no text is spelt out, and the octets are kept as they came."),
        advice=N_("You need not do anything."),
    ),
    (Finding.NOT_UTF8, "charset"): Slip(
        caret=N_("not UTF-8, shown as {detail}"),
        headline=N_("text that is not UTF-8"),
        why=N_("It was read as {detail}, which fits; the octets are kept as they came."),
        advice=N_("You need not do anything."),
    ),
    (Finding.REPLY_LINE_TOO_LONG, ""): Slip(
        caret=N_("over 512 octets"),
        headline=N_("a very long reply line"),
        why=N_("A reply line has 512 octets at most, with its line end."),
        advice=N_("You need not do anything."),
    ),
    (Finding.REPLY_LINE_CUT, ""): Slip(
        caret=N_("cut here: {detail} octets are kept"),
        headline=N_("a reply line was cut"),
        why=N_("It went on and on; the first {detail} octets are kept, the rest is only counted."),
        advice=N_("Be careful with a server that does that."),
    ),
    (Finding.REPLY_CUT, ""): Slip(
        caret=N_("{detail} lines are kept, the rest is counted"),
        headline=N_("a reply was cut"),
        why=N_("It went on and on; {detail} of its lines are kept, the rest is only counted."),
        advice=N_("Be careful with a server that does that."),
    ),
    (Finding.TELNET_NEGOTIATION, ""): Slip(
        caret=N_("telnet octets, not answered"),
        headline=N_("the server speaks telnet"),
        why=N_("It negotiates as a telnet service does. Mail servers do not; it is shown and not answered."),
        advice=N_("Check host and port."),
    ),
    (Finding.NOT_SMTP, ""): Slip(
        caret=N_("this is not SMTP"),
        headline=N_("this is not SMTP"),
        why=N_("What came is not a greeting of a mail server, which begins with 220."),
        advice=_NOT_SMTP_ADVICE,
    ),
    (Finding.NOT_SMTP, "http"): Slip(
        caret=N_("this is HTTP, not SMTP"),
        headline=N_("this is HTTP, not SMTP"),
        why=N_("A web server answers on this port."),
        advice=_NOT_SMTP_ADVICE,
    ),
    (Finding.NOT_SMTP, "tls"): Slip(
        caret=N_("this is TLS, not plain SMTP"),
        headline=N_("this is TLS, not plain SMTP"),
        why=N_("The server wants TLS from the first octet, as on port 465; plain text means nothing to it."),
        advice=N_("Try port 587 or 25 for plain text."),
    ),
    (Finding.NOT_SMTP, "ssh"): Slip(
        caret=N_("this is SSH, not SMTP"),
        headline=N_("this is SSH, not SMTP"),
        why=N_("A login service answers on this port."),
        advice=_NOT_SMTP_ADVICE,
    ),
    (Finding.NOT_SMTP, "pop3"): Slip(
        caret=N_("this is POP3, not SMTP"),
        headline=N_("this is POP3, not SMTP"),
        why=N_("POP3 is for fetching mail. For sending it there is another port."),
        advice=_NOT_SMTP_ADVICE,
    ),
    (Finding.NOT_SMTP, "imap"): Slip(
        caret=N_("this is IMAP, not SMTP"),
        headline=N_("this is IMAP, not SMTP"),
        why=N_("IMAP is for reading mail. For sending it there is another port."),
        advice=_NOT_SMTP_ADVICE,
    ),
    (Finding.NOT_SMTP, "ftp"): Slip(
        caret=N_("this is FTP, not SMTP"),
        headline=N_("this is FTP, not SMTP"),
        why=N_("FTP greets with 220 too, but it carries files and no mail."),
        advice=_NOT_SMTP_ADVICE,
    ),
    (Finding.NOT_SMTP, "binary"): Slip(
        caret=N_("binary, not SMTP"),
        headline=N_("binary, not SMTP"),
        why=N_("What came is no text. It may be TLS, or another service altogether."),
        advice=_NOT_SMTP_ADVICE,
    ),
    (Finding.CHALLENGE_NOT_BASE64, ""): Slip(
        caret=N_("no base64"),
        headline=N_("the question is no base64"),
        why=N_("Behind 334 stands what the server asks, in base64. This cannot be decoded."),
        advice=N_("Cancel the login with a line that holds only *"),
    ),
    (Finding.SECRET_ECHOED, ""): Slip(
        caret=N_("the server repeated a secret, hidden"),
        headline=N_("the server repeated a secret"),
        why=N_("It sent back what was typed for the login. It is hidden here and in every file."),
        advice=N_("It may stand in the server's log as well: think of another password."),
    ),
    (Finding.EXTENSIONS_CUT, ""): Slip(
        caret=N_("more than is kept"),
        headline=N_("too many extensions"),
        why=N_("The list goes on and on; what is over the limit is not kept."),
        advice=N_("Be careful with a server that does that."),
    ),
    (Finding.PLAINTEXT_INJECTED, ""): Slip(
        caret=N_("plain text behind the 220: not trusted"),
        headline=N_("plain text where TLS begins"),
        why=N_("Something came between the 220 and TLS. Somebody on the way can have put it there."),
        advice=N_("Do not go on with this connection."),
    ),
    (Finding.SHUTTING_DOWN, ""): Slip(
        caret=N_("421: the server hangs up"),
        headline=N_("the server hangs up"),
        why=N_("421 may come at any time: after long silence, too many errors, or when it is switched off."),
        advice=N_("Wait some minutes, then connect again."),
    ),
}
