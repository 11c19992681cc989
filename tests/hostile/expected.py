"""What line mode has to say and to do in each case: the case's ``expected``, as far as a program can judge
it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Expected:
    """``code``: of the case's script piped in; None: chance. ``says``: parts of rows that have to come, in a
    pipe and on a terminal; ``typed_says``: on a terminal alone, where the person takes the time to look.
    ``never``: must not come. ``shows``: on the split screen, of a login."""

    code: int | None
    says: tuple[str, ...] = ()
    typed_says: tuple[str, ...] = ()
    piped_says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    awaited: str = ""  # on a terminal, before anything is typed
    typed: int | None = None  # on a terminal only so many lines of the script
    then: tuple[str, ...] = ()  # lines behind the case's own script
    shows: tuple[str, ...] = ()


_FLAGGED = 76  # the protocol was broken by the server
_OPEN = 1
_TEMPORARY = 75

#: The password of the scripts, and what it is sent as.
_SECRETS = ("s3cret-Pass", "czNjcmV0LVBhc3M=", "AGFsaWNlAHMzY3JldC1QYXNz", "7333637265742d50617373")

_SHOWN: dict[str, tuple[str, ...]] = {
    "csi_in_banner": (r"\x1b[2J\x1b[H\x1b[31mowned\x1b[0m",),
    "osc52_clipboard": (r"\x1b]52;c;cm0gLXJmIH4K\x07",),
    "osc_title": (r"\x1b]0;root@prod\x07\x1b]2;x\x1b\\"[:-1],),
    "terminal_query": (r"\x1b[c\x1b[6n\x1b[?25$p\x1b]10;?\x07\x05",),
    "c1_raw": (r"\x9b31mred\x9d52;c;aGk=\x9c\x90q\x9c",),
    "nul_bytes": (r"a\x00b\x00\x00c",),
    "bell_backspace": (r"\x07secret\x08\x08\x08\x08\x08\x08hidden\x7f",),
    "flow_control": (r"\x13stop\x11go\x1a\x04\x03",),
    "bidi_override": (r"\u{202e}txet desrever\u{202c} \u{2066}isolate\u{2069} \u{200f}",),
    "combining_flood": (r"\u{327}+2996",),
    "wide_text": ("日本語テスト", r"\u{200d}", "ｆｕｌｌ한국어"),
    "latin1_text": ("Café déjà vu ñ £", "latin-1"),
    "gbk_text": ("邮件系统繁忙，请稍后再试", "gbk"),
    "invalid_utf8": (r"\xc0\xaf \xed\xa0\x80 \xf5\x80\x80\x80 \xe2\x82 \xff\xfe",),
    "rich_markup": ("[red]r[/] [link=http://evil.test]x[/link] [@click=app.quit]y[/] [/nope] [bold",),
    "format_strings": (r"%s%n%x {0.__class__} ${HOME} $(id) `id` \x41 \u0041",),
}

EXPECTED: dict[str, Expected] = {
    **{name: Expected(_OPEN, says=(*parts, "S: 550 5.7.1")) for name, parts in _SHOWN.items()},
    "ok_plain": Expected(
        _OPEN,
        says=("[x] .   250",),
        piped_says=("1 message was accepted",),
        never=("reply of SMTP", "the server sent"),
    ),
    "carriage_return": Expected(
        _FLAGGED,
        says=(r"S: 550 5.7.1 550 refused\x0d250 2.0.0 accepted", "a CR inside the line"),
        never=("[x] MAIL",),
    ),
    # -- replies with broken syntax
    "no_text": Expected(_OPEN, says=("[x] MAIL FROM",)),
    "two_digit_code": Expected(_FLAGGED, says=("S: 25 OK", "no reply code", "C: NOOP"), never=("[x] MAIL",)),
    "letters_in_code": Expected(
        _FLAGGED, says=("S: 2x0 OK", "no reply code", "C: NOOP"), never=("[x] MAIL",)
    ),
    "no_separator": Expected(_OPEN, says=("S: 250OK", "no blank behind the code", "C: NOOP")),
    "leading_space": Expected(_FLAGGED, says=("S:  250 OK", "begins with a blank", "C: NOOP")),
    "code_out_of_range": Expected(
        _FLAGGED, says=("S: 999 what", "no reply code", "C: NOOP"), never=("[x] MAIL",)
    ),
    "preliminary_1xx": Expected(
        _FLAGGED, says=("S: 150 wait", "SMTP has no 1yz", "C: NOOP"), never=("[x] MAIL",)
    ),
    "code_mismatch": Expected(_FLAGGED, says=("another code than the line before", "C: NOOP")),
    "multiline_ends_other_code": Expected(
        _FLAGGED,
        says=("another code than the line before", "550   refused for good", "C: NOOP"),
        never=("[x] MAIL",),
    ),
    "blank_lines": Expected(_FLAGGED, says=("an empty line", "[x] MAIL FROM", "C: NOOP")),
    "bare_lf": Expected(_OPEN, says=("S: 250-one <LF>", "<LF>", "C: NOOP")),
    "lf_cr": Expected(_FLAGGED, says=("a CR inside the line", "C: NOOP")),
    "long_line_10k": Expected(
        _OPEN,
        says=("S: 250 xxx", "C: NOOP"),
        piped_says=("a very long reply line", "512 octets at most"),
        typed_says=("over 512 octets",),
    ),
    "two_replies": Expected(_FLAGGED, says=("S: 550 second", "answers nothing that was sent", "C: NOOP")),
    "tab_separator": Expected(_OPEN, says=("a tab behind the code", "[x] MAIL FROM", "C: NOOP")),
    # -- the greeting
    "banner_late": Expected(_OPEN, says=("waiting for the greeting", "[x] EHLO")),
    "banner_never": Expected(
        _TEMPORARY, says=("waiting for the greeting; the server has not said anything yet",)
    ),
    "banner_554": Expected(_OPEN, says=("S: 554 5.3.2", "next: QUIT"), never=("next: HELO", "[x] connect")),
    "banner_closed": Expected(_FLAGGED, says=("hung up before its greeting",)),
    "banner_code_only": Expected(_OPEN, says=("[x] connect   220", "[x] EHLO")),
    "banner_2000_lines": Expected(_OPEN, says=("S: 220 done", "[x] EHLO")),
    # An HTTP server waits for its client: a script speaks first in the end, a person sends the held line.
    "banner_http": Expected(
        _FLAGGED,
        says=("this is HTTP, not SMTP",),
        piped_says=("waiting for the greeting", "the first line goes out to see what is there"),
    ),
    "banner_binary": Expected(_FLAGGED, says=("binary, not SMTP", r"\x0d\xb4["), never=("[x] connect",)),
    # -- EHLO
    "ehlo_huge": Expected(_FLAGGED, says=("too many extensions",)),
    "ehlo_refused": Expected(_OPEN, says=("next: HELO", "[x] HELO")),
    "ehlo_unanswered": Expected(_TEMPORARY, says=("waiting for the reply to EHLO, 2 s of",)),
    "close_mid_line": Expected(_FLAGGED, says=("hung up in the middle of a reply",), never=("[x] EHLO",)),
    # -- floods, endless and slow
    "multiline_endless": Expected(_FLAGGED, says=("S: 250-still going 99",), never=("[x] EHLO",)),
    "flood_100k_lines": Expected(
        _FLAGGED, says=("answers nothing that was sent",), typed_says=("S: 250 flood 1999",)
    ),
    "endless_line_50mb": Expected(_FLAGGED, says=("the first 65536 octets",)),
    # How much of the noise a script sees is chance; it goes on, and none of it is needed.
    "unsolicited_stream": Expected(
        None, says=("C: NOOP",), typed_says=("answers nothing that was sent", "nobody asked 8")
    ),
    "byte_by_byte": Expected(_OPEN, says=("S: 220 hostile.test ESMTP é世界", "[x] RCPT TO")),
    "slow_loris": Expected(_TEMPORARY, says=("waiting for the reply to EHLO, 2 s of",)),
    "never_reads": Expected(_TEMPORARY, says=("waiting for the reply to MAIL, 2 s of",)),
    # -- the order of things
    "data_250": Expected(
        _FLAGGED,
        says=("S: 250 2.0.0 fine", "not a code for this command"),
        never=("[x] DATA", "C: Subject", "C: body"),
        then=("Subject: hi", "", "body", "."),
    ),
    # What had come before the reset is heard, though we were writing.
    "data_421": Expected(
        _TEMPORARY,
        says=("S: 421 4.3.2", "the server hangs up"),
        typed_says=("The mail was not sent", "1 line of its text is kept as a draft"),
        never=("[x] .",),
        typed=5,  # no more than the line after which it hangs up
    ),
    "data_reset": Expected(
        _FLAGGED,
        says=("connection reset by server", "The mail was not sent"),
        then=("a line more",) * 2000,  # so that it still writes when the reset comes
    ),
    "dot_unanswered": Expected(
        _TEMPORARY,
        says=("waiting for the reply to the final dot; it is not sent again",),
        never=("accepted by",),
    ),
    "smuggling_server": Expected(_OPEN, says=(r"ended by b'\r\n.\r\n'",)),
    "idle_421": Expected(_OPEN, typed_says=("S: 421 4.4.2 idle too long",)),
    "half_close": Expected(
        _FLAGGED,
        says=("the server will say nothing more; it may still read",),
        awaited="it may still read",
    ),
    "quit_without_221": Expected(_OPEN, says=("a normal end all the same", "[x] QUIT")),
    "rcpt_mixed": Expected(
        _OPEN, says=("S: 250 2.1.5 OK", "There is no mailbox c@hostile.test", "S: 452 4.5.3", "4yz")
    ),
    "echo_server": Expected(
        _FLAGGED,
        says=("S: 250 AUTH PLAIN ********", "the server repeated a secret, hidden"),
        never=("AGFsaWNl", "czNjcmV0"),
        shows=("the server repeated a secret, hidden",),
    ),
    # -- logins: piped with --yes, and agreed to on a terminal
    "auth_refused": Expected(
        77,
        says=(
            "S: 535 5.7.8",
            "credentials invalid",
            "Check user name and password",
            "a password in plain text",
        ),
        never=_SECRETS,
        shows=("the login was not taken", "Check user name and password"),
    ),
    "auth_bad_challenge": Expected(
        77,
        says=(
            "S: 334 Please type your user name!!",
            "the question is no base64",
            "S: 334 G101MjtjO2FHaz0HW3JlZF1QYXNzd29yZDoNCg==",
            "S: 535 5.7.8 no",
        ),
        typed_says=(
            "the question is no base64",
            r"334 says: \x1b]52;c;aGk=\x07[red]Password:",
        ),
        never=_SECRETS,
        shows=("S 334 Please type your user name!!", "the login was not taken"),
    ),
    "auth_plaintext_only": Expected(
        _OPEN,
        says=("a password in plain text", "anyone on the way can read it", "S: 235 2.7.0 Accepted"),
        typed_says=("in plain text: anyone on the way can read it",),
        never=_SECRETS,
        shows=("anyone on the way can read it",),
    ),
    "auth_withdrawn": Expected(
        77,
        says=("S: 503 5.5.1 AUTH not advertised", "no login is taken here"),
        never=_SECRETS,
        shows=("503 5.5.1 AUTH not advertised", "no login is taken here"),
    ),
    "auth_closes": Expected(
        _FLAGGED,
        says=("the server hung up in the middle of the login", "kept nowhere"),
        never=_SECRETS,
        shows=("in the middle of the login", "kept nowhere"),
    ),
    "iac_negotiation": Expected(
        _FLAGGED, says=("telnet octets, not answered", "[x] connect   220", "[x] EHLO")
    ),
}
