"""Words for what may be wrong with a line that the client typed as a command."""

from __future__ import annotations

from tui.smtp.findings import Finding
from tui.words.language import N_
from tui.words.slips import Slip

#: How the values of parameters are written.
_PARAMETER_FORMS = {
    "": N_("Its value has a form of its own, and this is another."),
    "SIZE": N_("SIZE says a number of octets: SIZE=1000 (RFC 1870)."),
    "BODY": N_("There are BODY=7BIT and BODY=8BITMIME, and with BDAT BODY=BINARYMIME (RFC 6152, RFC 3030)."),
    "SMTPUTF8": N_("SMTPUTF8 has no value (RFC 6531)."),
    "RET": N_("There are RET=FULL and RET=HDRS (RFC 3461 §4.3)."),
    "ENVID": N_("Up to 100 printable characters; + is written as +2B, = as +3D (RFC 3461 §4.4)."),
    "NOTIFY": N_("NEVER stands alone; else SUCCESS, FAILURE, DELAY, with commas between (RFC 3461 §4.1)."),
    "ORCPT": N_("A kind, a semicolon, the address: ORCPT=rfc822;bob@x.test; + in it is +2B (RFC 3461 §4.2)."),
}

TYPED: dict[tuple[Finding, str], Slip] = {
    (Finding.PROXY_HEADER_TAKEN, ""): Slip(
        caret=N_("to the PROXY header"),
        headline=N_("it takes the PROXY header for a command"),
        why=N_(
            "This port does not expect the header that went out first: it is answered like a line of SMTP. "
            "The reply is about nothing that was typed."
        ),
        advice=N_("Connect without --proxy, or to the port of the load balancer. Here now:"),
    ),
    (Finding.FULL_WIDTH, ""): Slip(
        caret=N_("{character}"),
        headline=N_("{wrong} is not {right}"),
        why=N_(
            "An input method typed it. It looks alike, but it is another character, so the line does not say "
            "what it seems to."
        ),
        advice=N_("Switch the input method to half-width, then:"),
    ),
    (Finding.FULL_WIDTH, "blank"): Slip(
        caret=N_("{character}"),
        headline=N_("a full-width space is no blank"),
        why=N_(
            "An input method typed it. It looks like a blank, but to the server it is a letter, so the "
            "command has no end."
        ),
        advice=N_("Switch the input method to half-width, then:"),
    ),
    (Finding.FULL_WIDTH, "dot"): Slip(
        caret=N_("{character}"),
        headline=N_("{wrong} is not {right}, and no message is begun"),
        why=N_("An input method typed it. And the real dot has its meaning after DATA and its 354 only."),
        advice=N_("Switch the input method to half-width. What the server knows now:"),
    ),
    (Finding.CONTROL_TYPED, ""): Slip(
        caret=N_("{character}"),
        headline=N_("a key was sent as a character"),
        why=N_(
            "The line went out with {name} in it. It deletes nothing at the other end: the server reads "
            "every octet, also those that seemed gone."
        ),
        advice=N_("Type the whole line again:"),
    ),
    (Finding.UNKNOWN_VERB, ""): Slip(
        caret=N_("no command of SMTP"),
        headline=N_("{word} is no command of SMTP"),
        why=N_("The first word of a line tells the server what to do, and it does not know this one."),
        advice=N_("What it knows now:"),
    ),
    (Finding.UNKNOWN_VERB, "empty"): Slip(
        caret=N_("an empty line is no command"),
        headline=N_("an empty line is no command"),
        why=N_("Outside the message every line is a command, and its first word says which."),
        advice=N_("What it knows now:"),
    ),
    (Finding.UNKNOWN_VERB, "header"): Slip(
        caret=N_("a header line, no command"),
        headline=N_("{word} is a header line, no command"),
        why=N_("Header lines are part of the message. They come after DATA and its 354."),
        advice=N_("What it knows now:"),
    ),
    (Finding.UNKNOWN_VERB, "dot"): Slip(
        caret=N_("no message is begun"),
        headline=N_("a dot ends a message, and none is begun"),
        why=N_("The dot has its meaning after DATA and its 354 only."),
        advice=N_("What it knows now:"),
    ),
    (Finding.PAST_CHUNK, ""): Slip(
        caret=N_("past the end of the chunk"),
        headline=N_("this is past the end of the chunk"),
        why=N_(
            "BDAT names how many octets follow, and each CR LF counts 2. The server has taken so many and "
            "reads the rest as commands."
        ),
        advice=N_("Count CR LF as 2, or let Tab count a written message behind BDAT."),
    ),
    (Finding.UNKNOWN_VERB, "text"): Slip(
        caret=N_("no command: text comes after DATA"),
        headline=N_("{word} is no command"),
        why=N_("Every line is a command now. Text belongs to the message, which DATA begins."),
        advice=N_("What it knows now:"),
    ),
    (Finding.MISSPELT_VERB, ""): Slip(
        caret=N_("the command is {detail}"),
        headline=N_("the command is {detail}"),
        why=N_("The server knows its commands letter by letter and does not guess what {word} means."),
        advice=N_("Like this:"),
    ),
    (Finding.MISSING_ARGUMENT, ""): Slip(
        caret=N_("something is missing"),
        headline=N_("{verb} wants something behind it"),
        why=N_("The command is right, but what it is about is missing."),
        advice=N_("In full:"),
    ),
    (Finding.MISSING_ARGUMENT, "HELO"): Slip(
        caret=N_("a name is missing"),
        headline=N_("{verb} wants a name"),
        why=N_("The server asks who is calling. The name of your machine, with dots, is what it wants."),
        advice=N_("In full:"),
    ),
    (Finding.MISSING_ARGUMENT, "MAIL"): Slip(
        caret=N_("FROM:<address> is missing"),
        headline=N_("MAIL wants FROM: and an address"),
        why=N_("The command has two words, a colon and the address that bounces go to."),
        advice=N_("In full:"),
    ),
    (Finding.MISSING_ARGUMENT, "RCPT"): Slip(
        caret=N_("TO:<address> is missing"),
        headline=N_("RCPT wants TO: and an address"),
        why=N_("The command has two words, a colon and the address of one recipient."),
        advice=N_("In full:"),
    ),
    (Finding.UNEXPECTED_ARGUMENT, ""): Slip(
        caret=N_("{verb} stands alone"),
        headline=N_("{verb} stands alone on its line"),
        why=N_("There is nothing to name here. Strict servers answer 501 to more than the word."),
        advice=N_("Type the word alone:"),
    ),
    (Finding.MISSING_KEYWORD, ""): Slip(
        caret=N_("{keyword} is missing"),
        headline=N_("{keyword} is missing"),
        why=N_("Before the address stands {keyword}, with its colon. The server looks for it."),
        advice=N_("In full:"),
    ),
    (Finding.MISSING_COLON, ""): Slip(
        caret=N_("a colon is missing"),
        headline=N_("the colon is missing"),
        why=N_("FROM and TO end in a colon; it is a part of the command."),
        advice=N_("In full:"),
    ),
    (Finding.SPACE_BEFORE_COLON, ""): Slip(
        caret=N_("no blank here"),
        headline=N_("no blank before the colon"),
        why=N_("The word and its colon are one piece. Many servers answer 501."),
        advice=N_("Without the blank:"),
    ),
    (Finding.SPACE_AFTER_COLON, ""): Slip(
        caret=N_("no blank here"),
        headline=N_("no blank after the colon"),
        why=N_("Many servers take it; the standard does not, and strict ones answer 501."),
        advice=N_("Without the blank:"),
    ),
    (Finding.MISSING_BRACKETS, ""): Slip(
        caret=N_("an address stands in < >"),
        headline=N_("an address stands in < >"),
        why=N_("Many servers take it without; strict ones answer 501 or 555."),
        advice=N_("With < >:"),
    ),
    (Finding.UNCLOSED_BRACKET, ""): Slip(
        caret=N_("> is missing"),
        headline=N_("> is missing"),
        why=N_("The address begins with < and never ends, so the server cannot tell what belongs to it."),
        advice=N_("In full:"),
    ),
    (Finding.EMPTY_ADDRESS, ""): Slip(
        caret=N_("nobody is named"),
        headline=N_("<> names nobody"),
        why=N_("A mail may come from nobody, as bounces do, but it must go to somebody."),
        advice=N_("Name a recipient:"),
    ),
    (Finding.DOMAIN_MISSING, ""): Slip(
        caret=N_("the domain is missing: name@domain"),
        headline=N_("the domain of the address is missing"),
        why=N_("An address has two parts, name@domain: who, and where. The part after the @ is not there."),
        advice=N_("With a domain, for example:"),
    ),
    (Finding.TWO_ADDRESSES, ""): Slip(
        caret=N_("a second address: give it a line of its own"),
        headline=N_("one address for each RCPT TO"),
        why=N_("Each recipient gets a line and a reply of its own, so that one can be refused alone."),
        advice=N_("First the one, then the other:"),
    ),
    (Finding.OUT_OF_SEQUENCE, ""): Slip(
        caret=N_("{detail} comes first"),
        headline=N_("{detail} comes before {verb}"),
        why=N_("A session has an order, and the server answers 503 to what comes too early."),
        advice=N_("First:"),
    ),
    (Finding.OUT_OF_SEQUENCE, "HELO"): Slip(
        caret=N_("HELO comes first"),
        headline=N_("HELO comes before {verb}"),
        why=N_("The server wants to know who is calling before it takes a mail."),
        advice=N_("First:"),
    ),
    (Finding.OUT_OF_SEQUENCE, "LHLO"): Slip(
        caret=N_("LHLO comes first"),
        headline=N_("LHLO comes before {verb}"),
        why=N_("In LMTP the server wants to know who is calling, and takes no other greeting."),
        advice=N_("First:"),
    ),
    (Finding.OUT_OF_SEQUENCE, "EHLO again"): Slip(
        caret=N_("EHLO again comes first"),
        headline=N_("EHLO again comes before {verb}"),
        why=N_("TLS made the earlier EHLO void: the server has forgotten who calls (RFC 3207 §4.2)."),
        advice=N_("First:"),
    ),
    (Finding.OUT_OF_SEQUENCE, "LHLO again"): Slip(
        caret=N_("LHLO again comes first"),
        headline=N_("LHLO again comes before {verb}"),
        why=N_("TLS made the earlier LHLO void: the server has forgotten who calls (RFC 3207 §4.2)."),
        advice=N_("First:"),
    ),
    (Finding.OUT_OF_SEQUENCE, "MAIL"): Slip(
        caret=N_("MAIL FROM comes first"),
        headline=N_("MAIL FROM comes before {verb}"),
        why=N_("A recipient belongs to a mail, and none is begun: MAIL FROM begins one."),
        advice=N_("First:"),
    ),
    (Finding.OUT_OF_SEQUENCE, "MAIL before the message"): Slip(
        caret=N_("MAIL FROM comes first"),
        headline=N_("MAIL FROM comes before {verb}"),
        why=N_("A message needs an envelope: first a sender, then at least one recipient."),
        advice=N_("First:"),
    ),
    (Finding.OUT_OF_SEQUENCE, "RCPT"): Slip(
        caret=N_("RCPT TO comes first"),
        headline=N_("RCPT TO comes before {verb}"),
        why=N_("No recipient is accepted, so there is nobody to send a message to."),
        advice=N_("First:"),
    ),
    (Finding.OUT_OF_SEQUENCE, "RSET"): Slip(
        caret=N_("a mail is begun already"),
        headline=N_("a mail is begun already"),
        why=N_("One mail at a time: end this one with DATA, or drop it with RSET."),
        advice=N_("To drop it:"),
    ),
    (Finding.OUT_OF_SEQUENCE, "QUIT"): Slip(
        caret=N_("only QUIT is left"),
        headline=N_("only QUIT is left"),
        why=N_("The server has turned this connection away; it answers nothing else."),
        advice=N_("To end it properly:"),
    ),
    (Finding.TALKED_EARLY, ""): Slip(
        caret=N_("the server had not spoken yet"),
        headline=N_("the server speaks first"),
        why=N_("It had not greeted yet. Some servers hang up then, for programs that send junk do not wait."),
        advice=N_("Wait for its 220."),
    ),
    (Finding.PIPELINED_UNOFFERED, ""): Slip(
        caret=N_("sent before the last reply came"),
        headline=N_("sent before the last reply came"),
        why=N_("Several commands at once are for servers whose EHLO offers PIPELINING; this one did not."),
        advice=N_("Wait for each reply."),
    ),
    (Finding.COMMAND_TOO_LONG, ""): Slip(
        caret=N_("over {detail} octets"),
        headline=N_("the line is too long"),
        why=N_("A command line has {detail} octets at most, with its line end."),
        advice=N_("Make it shorter."),
    ),
    (Finding.EIGHT_BIT_COMMAND, ""): Slip(
        caret=N_("not ASCII"),
        headline=N_("not plain ASCII"),
        why=N_("Other letters work only where EHLO offers SMTPUTF8 and MAIL FROM asks for it."),
        advice=N_("Type it in ASCII:"),
    ),
    (Finding.EIGHT_BIT_COMMAND, "offered"): Slip(
        caret=N_("not ASCII: SMTPUTF8 has to be asked for"),
        headline=N_("an address beyond ASCII has to be announced"),
        why=N_("This server offers SMTPUTF8. With it MAIL FROM may name an address in any script."),
        advice=N_("With it:"),
    ),
    (Finding.EIGHT_BIT_COMMAND, "late"): Slip(
        caret=N_("not ASCII, and no SMTPUTF8 at MAIL FROM"),
        headline=N_("this mail was begun without SMTPUTF8"),
        why=N_("The server offers it, but it counts for a whole mail, so MAIL FROM has to ask for it."),
        advice=N_("RSET, then MAIL FROM:<address> SMTPUTF8, then this line again."),
    ),
    (Finding.EIGHT_BIT_COMMAND, "unoffered"): Slip(
        caret=N_("not ASCII, and SMTPUTF8 is not offered"),
        headline=N_("this server takes no address beyond ASCII"),
        why=N_(
            "It did not offer SMTPUTF8. A domain can be written in ASCII (xn--...); what stands before the "
            "@ cannot."
        ),
        advice=N_("In ASCII, where it can be:"),
    ),
    (Finding.PARAMETER_UNOFFERED, ""): Slip(
        caret=N_("{detail} is not offered"),
        headline=N_("{detail} is not offered here"),
        why=N_("A parameter may only be given where EHLO lists its extension; else comes a 555 or 501."),
        advice=N_("Without it:"),
    ),
    (Finding.PARAMETER_UNOFFERED, "HELO"): Slip(
        caret=N_("after HELO there are no parameters"),
        headline=N_("after HELO there are no parameters"),
        why=N_("They come with extensions, and only EHLO asks which of these the server has."),
        advice=N_("Without them, or EHLO first:"),
    ),
    **{
        (Finding.PARAMETER_VALUE, name): Slip(
            caret=N_("{detail} is not written so"),
            headline=N_("{detail} is not written so"),
            why=form,
            advice=N_("Many servers answer 501 to it; others take it, and do as they like."),
        )
        for name, form in _PARAMETER_FORMS.items()
    },
    (Finding.SIZE_TOO_LARGE, ""): Slip(
        caret=N_("over the {detail} octets that are taken"),
        headline=N_("larger than this server takes"),
        why=N_("It offers SIZE {detail}, and refuses a message that has more octets, now or behind the dot."),
        advice=N_("Make the message smaller, or send a link to what is large."),
    ),
    (Finding.BARE_LF_SENT, ""): Slip(
        caret=N_("ended in LF without CR"),
        headline=N_("the line ended in LF alone"),
        why=N_("Lines end in CR LF. Many servers refuse less, since a second mail can be smuggled that way."),
        advice=N_("End the line in CR LF."),
    ),
    (Finding.PLAINTEXT_AFTER_STARTTLS, ""): Slip(
        caret=N_("plain text where TLS begins"),
        headline=N_("plain text where TLS begins"),
        why=N_("After STARTTLS come the 220 and the handshake. What is typed between is thrown away."),
        advice=N_("Wait for the 220."),
    ),
    (Finding.PASSWORD_IN_CLEAR, ""): Slip(
        caret=N_("a password in plain text"),
        headline=N_("a password in plain text"),
        why=N_("Base64 hides nothing: anyone on the way can read it."),
        advice=N_("On a real server: STARTTLS, EHLO, then AUTH."),
    ),
    (Finding.PASSWORD_AHEAD, ""): Slip(
        caret=N_("the password would go in plain text"),
        headline=N_("the password that comes next would go in plain text"),
        why=N_("Base64 hides nothing: anyone on the way could read it. None was sent so far."),
        advice=N_("On a real server: * cancels, then STARTTLS, EHLO, AUTH."),
    ),
    (Finding.ANSWER_NOT_BASE64, ""): Slip(
        caret=N_("an answer that is no base64"),
        headline=N_("the answer is no base64"),
        why=N_("Behind a 334 the server reads base64 and nothing else. It could not decode this line."),
        advice=N_("Turn it into base64, or type it at the prompt and let F4 (/fill) do that."),
    ),
    (Finding.ANSWER_NOT_BASE64, "chance"): Slip(
        caret=N_("base64 of no text"),
        headline=N_("this looks like clear text, not like base64"),
        why=N_("A word of 4, 8 or 12 letters passes for base64, but the server gets rubbish by decoding it."),
        advice=N_("Turn it into base64, or type it at the prompt and let F4 (/fill) do that."),
    ),
    (Finding.ANSWER_IS_COMMAND, ""): Slip(
        caret=N_("a command in the place of an answer"),
        headline=N_("{detail} is a command, and the server waits for an answer"),
        why=N_("After 334 the next line is the answer to its question, whatever it says: base64 alone."),
        advice=N_("Send the base64 and nothing before it; * alone cancels the login."),
    ),
    (Finding.ANSWER_ENDS_LINE, ""): Slip(
        caret=N_("the line end was encoded too"),
        headline=N_("the base64 holds a line end"),
        why=N_("What was turned into base64 ended with a line end, so it is part of the answer, and wrong."),
        advice=N_("Encode it without: printf '%s' TEXT | base64, not echo."),
    ),
    (Finding.ANSWER_WITHOUT_NUL, ""): Slip(
        caret=N_("{detail} NUL where PLAIN has 2"),
        headline=N_("PLAIN needs two NUL octets"),
        why=N_("It is one text: NUL, the user name, NUL, the password. There are {detail} NUL in this one."),
        advice=N_("Encode what printf '\\0USER\\0PASSWORD' prints, or let F4 (/fill) do it."),
    ),
    (Finding.ANSWER_EQUALS_SIGN, ""): Slip(
        caret=N_("= means empty behind AUTH only"),
        headline=N_("= is no empty answer here"),
        why=N_("Behind AUTH and the mechanism = stands for nothing. After a 334 an empty line does."),
        advice=N_("For an empty answer press Enter on the empty line."),
    ),
    (Finding.PASTED_REPLY, ""): Slip(
        caret=N_("a reply, not a command"),
        headline=N_("this is a reply, not a command"),
        why=N_("A line that begins with a code is what servers say. It was pasted along, perhaps."),
        advice=N_("Send only the client's lines."),
    ),
    (Finding.CHUNK_SIZE_INVALID, ""): Slip(
        caret=N_("no number of octets"),
        headline=N_("BDAT wants a number of octets"),
        why=N_("The server counts octets and not lines here, and has to know how many will come."),
        advice=N_("In full:"),
    ),
}
