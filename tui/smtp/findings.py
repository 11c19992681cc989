"""What the observer may find wrong or loose, as data. The words for each stand in ``tui.words``."""

from __future__ import annotations

from enum import Enum

from tui.values import value


class Side(Enum):
    """Whose line, or whose fault."""

    CLIENT = "client"
    SERVER = "server"


class Weight(Enum):
    """How much a finding matters to the person who types."""

    SLIP = "slip"  # the line will not do what was meant, or breaks the protocol
    REMARK = "remark"  # works here, but is loose or will fail elsewhere


@value
class Trait:
    side: Side
    weight: Weight
    rfc: str  # where the rule stands


_C, _S = Side.CLIENT, Side.SERVER
_SLIP, _REMARK = Weight.SLIP, Weight.REMARK


class Finding(Enum):
    """Value: the name in JSON and in exercise files."""

    # -- the client's line, as a command
    FULL_WIDTH = "full-width"  # spans: characters of an input method (U+3000 ：＜＞＠．。 letters …)
    CONTROL_TYPED = "control-typed"  # spans: backspace, DEL, escape … inside a line (telnet sends them)
    UNKNOWN_VERB = "unknown-verb"  # detail "text": some words in the middle of a mail, before DATA
    MISSPELT_VERB = "misspelt-verb"  # detail: the verb that was meant (hello -> HELO)
    MISSING_ARGUMENT = "missing-argument"  # HELO without a name, MAIL without FROM
    UNEXPECTED_ARGUMENT = "unexpected-argument"  # DATA or QUIT with an argument
    MISSING_KEYWORD = "missing-keyword"  # MAIL alice@x, RCPT bob@x: FROM: or TO: is missing
    MISSING_COLON = "missing-colon"  # MAIL FROM alice@x
    SPACE_BEFORE_COLON = "space-before-colon"
    SPACE_AFTER_COLON = "space-after-colon"
    MISSING_BRACKETS = "missing-brackets"
    UNCLOSED_BRACKET = "unclosed-bracket"
    EMPTY_ADDRESS = "empty-address"  # RCPT TO:<>
    DOMAIN_MISSING = "domain-missing"  # RCPT TO:<bob>, MAIL FROM:<me@>; <postmaster> needs none
    TWO_ADDRESSES = "two-addresses"  # RCPT TO:<a@x>,<b@x>
    OUT_OF_SEQUENCE = "out-of-sequence"  # detail: the verb that has to come first ("EHLO again": inside TLS)
    TALKED_EARLY = "talked-early"  # sent before the greeting
    PIPELINED_UNOFFERED = "pipelined-unoffered"
    COMMAND_TOO_LONG = "command-too-long"  # over 512 octets with CRLF
    EIGHT_BIT_COMMAND = "eight-bit-command"  # not ASCII, no SMTPUTF8 in force; of an address detail says why
    PARAMETER_UNOFFERED = "parameter-unoffered"  # detail: the extension, or "HELO", which knows none
    PARAMETER_VALUE = "parameter-value"  # of a form that its extension does not know; detail: its name
    SIZE_TOO_LARGE = "size-too-large"  # SIZE= or BDAT is over what was offered; detail: that
    BARE_LF_SENT = "bare-lf-sent"
    PLAINTEXT_AFTER_STARTTLS = "plaintext-after-starttls"
    PASSWORD_IN_CLEAR = "password-in-clear"  # it went out; detail: the mechanism
    PASSWORD_AHEAD = "password-ahead"  # the mechanism sends it next, and nothing hides it; detail: that
    ANSWER_NOT_BASE64 = "answer-not-base64"  # in a login; detail "chance": base64 of no text
    ANSWER_IS_COMMAND = "answer-is-command"  # detail: the verb
    ANSWER_ENDS_LINE = "answer-ends-line"  # base64 of a text with its line end (echo without -n)
    ANSWER_WITHOUT_NUL = "answer-without-nul"  # PLAIN; detail: how many there are
    ANSWER_EQUALS_SIGN = "answer-equals-sign"  # "=" means empty behind AUTH only
    PROXY_HEADER_TAKEN = "proxy-header-taken"  # for a command; found in the reply to it
    PASTED_REPLY = "pasted-reply"  # the line begins with a reply code: a reply, not a command
    CHUNK_SIZE_INVALID = "chunk-size-invalid"
    PAST_CHUNK = "past-chunk"  # no command, right behind a chunk: more octets than BDAT had named
    # -- the client's line, inside the message
    FULL_WIDTH_DOT = "full-width-dot"  # the line is one 。 or ．: it does not end the message
    DOT_WITH_BLANKS = "dot-with-blanks"  # ". " or " .": does not end the message
    BLANK_NOT_EMPTY = "blank-not-empty"  # blanks only while the header is still open
    COMMAND_IN_MESSAGE = "command-in-message"  # detail: the verb; QUIT, RSET … typed as text
    WAITING_IN_MESSAGE = "waiting-in-message"  # repeated empty lines: no reply comes before the dot
    DOT_NOT_STUFFED = "dot-not-stuffed"  # begins with one dot: the server takes it off
    LINE_TOO_LONG = "line-too-long"  # over 998 octets without CRLF
    NO_HEADER = "no-header"  # does not begin with a header field; detail "empty", "text": with what instead
    FIELD_WITHOUT_COLON = "field-without-colon"  # "Subject hello" in the header
    CONTINUES_NOTHING = "continues-nothing"  # begins with a blank, behind a line that is no header field
    BLANK_BEFORE_COLON = "blank-before-colon"  # "Date : …" in the header
    NO_BLANK_LINE = "no-blank-line"  # header fields, then the end, and never an empty line
    EIGHT_BIT_UNOFFERED = "eight-bit-unoffered"  # 8-bit octets without BODY=8BITMIME; detail says why
    MESSAGE_TOO_LARGE = "message-too-large"  # the text is over the SIZE that was offered; detail: that
    MESSAGE_BARE_LF = "message-bare-lf"
    CONTROL_IN_MESSAGE = "control-in-message"
    # -- the server's line
    UNSOLICITED_REPLY = "unsolicited-reply"
    UNEXPECTED_CODE = "unexpected-code"  # 250 to DATA, 354 to MAIL …
    CODE_MISMATCH = "code-mismatch"  # lines of one reply with different codes
    CODE_INVALID = "code-invalid"  # two digits, letters, out of range
    PRELIMINARY_REPLY = "preliminary-reply"  # 1yz, which SMTP does not have
    NO_SEPARATOR = "no-separator"  # text glued to the code
    TAB_SEPARATOR = "tab-separator"
    LEADING_SPACE = "leading-space"
    BLANK_REPLY_LINE = "blank-reply-line"
    BARE_LF_RECEIVED = "bare-lf-received"  # once per session
    BARE_CR_RECEIVED = "bare-cr-received"
    CONTROL_RECEIVED = "control-received"  # spans
    NOT_UTF8 = "not-utf8"  # detail: the charset it was shown in
    REPLY_LINE_TOO_LONG = "reply-line-too-long"  # over 512 octets
    REPLY_LINE_CUT = "reply-line-cut"  # detail: the limit in octets
    REPLY_CUT = "reply-cut"  # detail: the limit in lines
    TELNET_NEGOTIATION = "telnet-negotiation"  # IAC bytes
    NOT_SMTP = "not-smtp"  # detail: "http", "tls", "ssh", "pop3", "imap", "ftp", "binary"
    CHALLENGE_NOT_BASE64 = "challenge-not-base64"
    SECRET_ECHOED = "secret-echoed"
    EXTENSIONS_CUT = "extensions-cut"
    PLAINTEXT_INJECTED = "plaintext-injected"  # server octets behind the 220 of STARTTLS
    SHUTTING_DOWN = "shutting-down"  # 421

    @property
    def side(self) -> Side:
        return TRAITS[self].side

    @property
    def weight(self) -> Weight:
        return TRAITS[self].weight

    @property
    def rfc(self) -> str:
        return TRAITS[self].rfc


TRAITS: dict[Finding, Trait] = {
    Finding.FULL_WIDTH: Trait(_C, _SLIP, "RFC 5321 §2.4"),
    Finding.CONTROL_TYPED: Trait(_C, _SLIP, "RFC 5321 §4.1.1"),
    Finding.UNKNOWN_VERB: Trait(_C, _SLIP, "RFC 5321 §4.2.4"),
    Finding.MISSPELT_VERB: Trait(_C, _SLIP, "RFC 5321 §4.1.1"),
    Finding.MISSING_ARGUMENT: Trait(_C, _SLIP, "RFC 5321 §4.1.1"),
    Finding.UNEXPECTED_ARGUMENT: Trait(_C, _SLIP, "RFC 5321 §4.1.1"),
    Finding.MISSING_KEYWORD: Trait(_C, _SLIP, "RFC 5321 §4.1.1.2"),
    Finding.MISSING_COLON: Trait(_C, _SLIP, "RFC 5321 §4.1.1.2"),
    Finding.SPACE_BEFORE_COLON: Trait(_C, _SLIP, "RFC 5321 §3.3"),
    Finding.SPACE_AFTER_COLON: Trait(_C, _REMARK, "RFC 5321 §3.3"),
    Finding.MISSING_BRACKETS: Trait(_C, _REMARK, "RFC 5321 §4.1.2"),
    Finding.UNCLOSED_BRACKET: Trait(_C, _SLIP, "RFC 5321 §4.1.2"),
    Finding.EMPTY_ADDRESS: Trait(_C, _SLIP, "RFC 5321 §4.1.1.3"),
    Finding.DOMAIN_MISSING: Trait(_C, _SLIP, "RFC 5321 §4.1.2"),
    Finding.TWO_ADDRESSES: Trait(_C, _SLIP, "RFC 5321 §4.1.1.3"),
    Finding.OUT_OF_SEQUENCE: Trait(_C, _SLIP, "RFC 5321 §4.1.4"),
    Finding.TALKED_EARLY: Trait(_C, _SLIP, "RFC 5321 §4.3.1"),
    Finding.PIPELINED_UNOFFERED: Trait(_C, _REMARK, "RFC 2920 §3"),
    Finding.COMMAND_TOO_LONG: Trait(_C, _SLIP, "RFC 5321 §4.5.3.1.4"),
    Finding.EIGHT_BIT_COMMAND: Trait(_C, _SLIP, "RFC 6531 §3.1"),
    Finding.PARAMETER_UNOFFERED: Trait(_C, _SLIP, "RFC 5321 §4.1.1.11"),
    Finding.PARAMETER_VALUE: Trait(_C, _SLIP, "RFC 5321 §4.1.1.11"),
    Finding.SIZE_TOO_LARGE: Trait(_C, _SLIP, "RFC 1870 §6.1"),
    Finding.BARE_LF_SENT: Trait(_C, _SLIP, "RFC 5321 §2.3.8"),
    Finding.PLAINTEXT_AFTER_STARTTLS: Trait(_C, _SLIP, "RFC 3207 §4"),
    Finding.PASSWORD_IN_CLEAR: Trait(_C, _SLIP, "RFC 4954 §4"),
    Finding.PASSWORD_AHEAD: Trait(_C, _REMARK, "RFC 4954 §4"),
    Finding.ANSWER_NOT_BASE64: Trait(_C, _SLIP, "RFC 4954 §4"),
    Finding.ANSWER_IS_COMMAND: Trait(_C, _SLIP, "RFC 4954 §4"),
    Finding.ANSWER_ENDS_LINE: Trait(_C, _SLIP, "RFC 4954 §4"),
    Finding.ANSWER_WITHOUT_NUL: Trait(_C, _SLIP, "RFC 4616 §2"),
    Finding.ANSWER_EQUALS_SIGN: Trait(_C, _SLIP, "RFC 4954 §4"),
    Finding.PROXY_HEADER_TAKEN: Trait(_C, _SLIP, "RFC 5321 §4.3.1"),
    Finding.PASTED_REPLY: Trait(_C, _SLIP, "RFC 5321 §4.2"),
    Finding.CHUNK_SIZE_INVALID: Trait(_C, _SLIP, "RFC 3030 §2"),
    Finding.PAST_CHUNK: Trait(_C, _SLIP, "RFC 3030 §2"),
    Finding.FULL_WIDTH_DOT: Trait(_C, _SLIP, "RFC 5321 §4.1.1.4"),
    Finding.DOT_WITH_BLANKS: Trait(_C, _SLIP, "RFC 5321 §4.1.1.4"),
    Finding.BLANK_NOT_EMPTY: Trait(_C, _SLIP, "RFC 5322 §2.1"),
    Finding.COMMAND_IN_MESSAGE: Trait(_C, _SLIP, "RFC 5321 §4.1.1.4"),
    Finding.WAITING_IN_MESSAGE: Trait(_C, _REMARK, "RFC 5321 §4.1.1.4"),
    Finding.DOT_NOT_STUFFED: Trait(_C, _REMARK, "RFC 5321 §4.5.2"),
    Finding.LINE_TOO_LONG: Trait(_C, _SLIP, "RFC 5321 §4.5.3.1.6"),
    Finding.NO_HEADER: Trait(_C, _REMARK, "RFC 5322 §3.6"),
    Finding.FIELD_WITHOUT_COLON: Trait(_C, _SLIP, "RFC 5322 §2.2"),
    Finding.CONTINUES_NOTHING: Trait(_C, _SLIP, "RFC 5322 §2.2.3"),
    Finding.BLANK_BEFORE_COLON: Trait(_C, _REMARK, "RFC 5322 §2.2"),
    Finding.NO_BLANK_LINE: Trait(_C, _SLIP, "RFC 5322 §2.1"),
    Finding.EIGHT_BIT_UNOFFERED: Trait(_C, _REMARK, "RFC 6152 §2"),
    Finding.MESSAGE_TOO_LARGE: Trait(_C, _SLIP, "RFC 1870 §6.3"),
    Finding.MESSAGE_BARE_LF: Trait(_C, _SLIP, "RFC 5321 §2.3.8"),
    Finding.CONTROL_IN_MESSAGE: Trait(_C, _REMARK, "RFC 5322 §2.2"),
    Finding.UNSOLICITED_REPLY: Trait(_S, _SLIP, "RFC 5321 §4.2"),
    Finding.UNEXPECTED_CODE: Trait(_S, _SLIP, "RFC 5321 §4.3.2"),
    Finding.CODE_MISMATCH: Trait(_S, _SLIP, "RFC 5321 §4.2.1"),
    Finding.CODE_INVALID: Trait(_S, _SLIP, "RFC 5321 §4.2"),
    Finding.PRELIMINARY_REPLY: Trait(_S, _SLIP, "RFC 5321 §4.2.1"),
    Finding.NO_SEPARATOR: Trait(_S, _REMARK, "RFC 5321 §4.2"),
    Finding.TAB_SEPARATOR: Trait(_S, _REMARK, "RFC 5321 §4.2"),
    Finding.LEADING_SPACE: Trait(_S, _SLIP, "RFC 5321 §4.2"),
    Finding.BLANK_REPLY_LINE: Trait(_S, _SLIP, "RFC 5321 §4.2"),
    Finding.BARE_LF_RECEIVED: Trait(_S, _REMARK, "RFC 5321 §2.3.8"),
    Finding.BARE_CR_RECEIVED: Trait(_S, _SLIP, "RFC 5321 §2.3.8"),
    Finding.CONTROL_RECEIVED: Trait(_S, _REMARK, "RFC 5321 §4.2"),
    Finding.NOT_UTF8: Trait(_S, _REMARK, "RFC 6531 §3.7.4"),
    Finding.REPLY_LINE_TOO_LONG: Trait(_S, _REMARK, "RFC 5321 §4.5.3.1.5"),
    Finding.REPLY_LINE_CUT: Trait(_S, _SLIP, "RFC 5321 §4.5.3.1.5"),
    Finding.REPLY_CUT: Trait(_S, _SLIP, "RFC 5321 §4.2"),
    Finding.TELNET_NEGOTIATION: Trait(_S, _SLIP, "RFC 5321 §2.4"),
    Finding.NOT_SMTP: Trait(_S, _SLIP, "RFC 5321 §3.1"),
    Finding.CHALLENGE_NOT_BASE64: Trait(_S, _SLIP, "RFC 4954 §4"),
    Finding.SECRET_ECHOED: Trait(_S, _SLIP, "RFC 4954 §9"),
    Finding.EXTENSIONS_CUT: Trait(_S, _SLIP, "RFC 5321 §4.1.1.1"),
    Finding.PLAINTEXT_INJECTED: Trait(_S, _SLIP, "RFC 3207 §6"),
    Finding.SHUTTING_DOWN: Trait(_S, _REMARK, "RFC 5321 §3.8"),
}


#: How often a finding is told in one session at most, so that a flood of faults is no flood of findings; the
#: last one told is marked ``Found.muted``. What is not listed is told every time: a person types only so many
#: lines.
TOLD_AT_MOST: dict[Finding, int] = {
    **{finding: 20 for finding, trait in TRAITS.items() if trait.side is Side.SERVER},
    Finding.BARE_LF_RECEIVED: 1,
    Finding.NOT_SMTP: 1,
    Finding.PLAINTEXT_INJECTED: 1,
    Finding.TELNET_NEGOTIATION: 3,
    Finding.SHUTTING_DOWN: 3,
    Finding.TALKED_EARLY: 1,
    Finding.PIPELINED_UNOFFERED: 3,
    Finding.PLAINTEXT_AFTER_STARTTLS: 3,
}

#: The same, counted anew for each message.
TOLD_IN_A_MESSAGE: dict[Finding, int] = {
    Finding.NO_HEADER: 1,
    Finding.NO_BLANK_LINE: 1,
    Finding.EIGHT_BIT_UNOFFERED: 1,
    Finding.MESSAGE_TOO_LARGE: 1,
    Finding.MESSAGE_BARE_LF: 1,
    Finding.WAITING_IN_MESSAGE: 1,
    Finding.FIELD_WITHOUT_COLON: 3,
    Finding.CONTINUES_NOTHING: 3,
    Finding.BLANK_BEFORE_COLON: 3,
    Finding.BLANK_NOT_EMPTY: 3,
    Finding.CONTROL_IN_MESSAGE: 3,
    Finding.LINE_TOO_LONG: 3,
    Finding.DOT_NOT_STUFFED: 5,
    Finding.COMMAND_IN_MESSAGE: 5,
    Finding.FULL_WIDTH_DOT: 5,
    Finding.DOT_WITH_BLANKS: 5,
}
