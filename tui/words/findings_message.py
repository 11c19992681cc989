"""Words for what may be wrong inside the message."""

from __future__ import annotations

from tui.smtp.findings import Finding
from tui.words.language import N_
from tui.words.slips import Slip

MESSAGE: dict[tuple[Finding, str], Slip] = {
    (Finding.FULL_WIDTH_DOT, ""): Slip(
        caret=N_("{character}"),
        headline=N_("{wrong} is not ."),
        why=N_(
            "The full stop of a Chinese input method is another character. To the server it is one more line "
            "of text, so it goes on waiting."
        ),
        advice=N_("Switch the input method to half-width, then:"),
    ),
    (Finding.DOT_WITH_BLANKS, ""): Slip(
        caret=N_("a blank beside the dot"),
        headline=N_("the dot is not alone"),
        why=N_("With a blank beside it, it is one more line of text, and the server goes on waiting."),
        advice=N_("The dot and nothing else:"),
    ),
    (Finding.BLANK_NOT_EMPTY, ""): Slip(
        caret=N_("a blank: not empty, still the header"),
        headline=N_("not empty: still the header"),
        why=N_(
            "The line holds a blank, so it continues the header line above it. Only a line with nothing in "
            "it ends the header."
        ),
        advice=N_("To end the header:"),
    ),
    (Finding.COMMAND_IN_MESSAGE, ""): Slip(
        caret=N_("text now, no command"),
        headline=N_("{detail} is text now"),
        why=N_(
            "Between 354 and the lone dot every line is part of the mail, also a command. No reply comes."
        ),
        advice=N_("End the message first:"),
    ),
    (Finding.WAITING_IN_MESSAGE, ""): Slip(
        caret=N_("no reply comes here"),
        headline=N_("no reply comes here"),
        why=N_("The server takes every line in silence, empty ones too, until a line with only a dot."),
        advice=N_("To end the message:"),
    ),
    (Finding.DOT_NOT_STUFFED, ""): Slip(
        caret=N_("this dot will be lost"),
        headline=N_("a dot in front gets lost"),
        why=N_("The server takes one dot off every line that begins with one. Two are typed to keep one."),
        advice=N_("Next time:"),
    ),
    (Finding.LINE_TOO_LONG, ""): Slip(
        caret=N_("over 998 octets"),
        headline=N_("the line is too long"),
        why=N_("A line of a message has 998 octets at most. Servers cut longer ones, or refuse the mail."),
        advice=N_("Break the line."),
    ),
    (Finding.NO_HEADER, ""): Slip(
        caret=N_("no header line"),
        headline=N_("the message has no header"),
        why=N_("Whoever reads it will see no sender and no subject, and filters find that odd."),
        advice=N_("A message begins with From:, To: and Subject:, then an empty line."),
    ),
    (Finding.NO_HEADER, "empty"): Slip(
        caret=N_("the header is empty"),
        headline=N_("the header is empty"),
        why=N_("This empty line ended it before it had begun: no sender and no subject will be shown."),
        advice=N_("A message begins with From:, To: and Subject:, then an empty line."),
    ),
    (Finding.NO_HEADER, "text"): Slip(
        caret=N_("no header line: it has no name and colon"),
        headline=N_("this is no header line"),
        why=N_("First come lines of a name, a colon and a text. The text of the mail follows an empty line."),
        advice=N_("A message begins with From:, To: and Subject:, then an empty line."),
    ),
    (Finding.FIELD_WITHOUT_COLON, ""): Slip(
        caret=N_("a colon is missing"),
        headline=N_("the colon is missing"),
        why=N_(
            "A header line is a name, a colon and a text. Without the colon it is none, and nobody sees it."
        ),
        advice=N_("With the colon:"),
    ),
    (Finding.CONTINUES_NOTHING, ""): Slip(
        caret=N_("continues the wrong line above"),
        headline=N_("the wrong line in between broke it"),
        why=N_(
            "The blank is right, but it continues the line just above, and that is no header line. What "
            "stands before that line ended there."
        ),
        advice=N_("What was typed stays; in another mail it may be mended. Here now:"),
    ),
    (Finding.BLANK_BEFORE_COLON, ""): Slip(
        caret=N_("no blank before the colon"),
        headline=N_("a blank before the colon"),
        why=N_(
            "The name of a header field ends at its colon. With a blank between, many programs overlook it."
        ),
        advice=N_("Write the colon right behind the name."),
    ),
    (Finding.NO_BLANK_LINE, ""): Slip(
        caret=N_("no header line: is the empty line missing?"),
        headline=N_("the empty line is missing"),
        why=N_("This is no header line, and no empty line came before: it will not be shown as text."),
        advice=N_("This line stays lost. An empty line, then the text:"),
    ),
    (Finding.EIGHT_BIT_UNOFFERED, ""): Slip(
        caret=N_("8-bit text, not announced"),
        headline=N_("8-bit text, not announced"),
        why=N_("Letters beyond ASCII went out without BODY=8BITMIME; a server on the way may spoil them."),
        advice=N_("Where EHLO offers 8BITMIME: MAIL FROM:<address> BODY=8BITMIME"),
    ),
    (Finding.EIGHT_BIT_UNOFFERED, "offered"): Slip(
        caret=N_("8-bit text, not announced"),
        headline=N_("8-bit text, not announced"),
        why=N_(
            "The server offers 8BITMIME, but MAIL FROM did not ask for it: on the way the letters may be "
            "spoilt."
        ),
        advice=N_("The next time: MAIL FROM:<address> BODY=8BITMIME"),
    ),
    (Finding.EIGHT_BIT_UNOFFERED, "unoffered"): Slip(
        caret=N_("8-bit text, and 8BITMIME is not offered"),
        headline=N_("8-bit text that this server may spoil"),
        why=N_("It did not offer 8BITMIME: it may refuse letters beyond ASCII, or lose their eighth bit."),
        advice=N_("Send such text in base64 or quoted-printable, with MIME header lines."),
    ),
    (Finding.EIGHT_BIT_UNOFFERED, "header"): Slip(
        caret=N_("8-bit in the header, not announced"),
        headline=N_("the header is not ASCII"),
        why=N_("Letters beyond ASCII in a header need SMTPUTF8 at MAIL FROM; elsewhere they are encoded."),
        advice=N_("In ASCII it is =?UTF-8?B?base64?= (RFC 2047)."),
    ),
    (Finding.MESSAGE_TOO_LARGE, ""): Slip(
        caret=N_("over the {detail} octets that are taken"),
        headline=N_("the message is larger than this server takes"),
        why=N_("It offers SIZE {detail}, and answers more octets with 552 behind the dot."),
        advice=N_("Only closing the connection takes it back. Send a smaller one."),
    ),
    (Finding.MESSAGE_BARE_LF, ""): Slip(
        caret=N_("ended in LF without CR"),
        headline=N_("a line ended in LF alone"),
        why=N_("Lines end in CR LF. Many servers refuse the whole mail for one bare LF."),
        advice=N_("End every line in CR LF."),
    ),
    (Finding.CONTROL_IN_MESSAGE, ""): Slip(
        caret=N_("{character}"),
        headline=N_("control characters in the text"),
        why=N_("They are part of the mail now, also if a key was only meant to delete something."),
        advice=N_("Leave them out, or send them in base64."),
    ),
}
