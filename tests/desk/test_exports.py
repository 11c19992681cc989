"""A dialogue as another program, and as Markdown: nothing foreign means anything in it, and no secret is."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from tui.desk.exports import PROGRAMS, As, text
from tui.desk.exports.curl import command as curl
from tui.desk.exports.openssl import script as openssl
from tui.desk.exports.python import program as python
from tui.desk.exports.swaks import command as swaks
from tui.desk.options import EXPORT_FORMS
from tui.net.endpoint import Endpoint
from tui.practice.reading import Step, read
from tui.practice.recipe import Addressee, Credentials, Mail, Recipe, Security

MAIL = Mail("alice@example.org", (), (Addressee("bob@x.test"),), b"Subject: x\r\n\r\n.dot\r\n")
ONE = Recipe(host="mx.x.test", port=25, hello="EHLO", name="me.test", mails=(MAIL,))
FORMS = pytest.mark.parametrize("form", list(As))


def steps(*rows: str) -> list[Step]:
    return [
        (row[0], row[2:].encode()) if row.startswith("* ") else (row[0], row[3:].encode() + b"\r\n")
        for row in rows
    ]


def words(script: str) -> list[str]:
    """The command line in a script, without its here-document."""
    rows = [row for row in script.splitlines() if not row.startswith("#")]
    first = next(at for at, row in enumerate(rows) if row.startswith(("swaks", "curl")))
    command = re.match(r"(?:.*\\\n)*.*", "\n".join(rows[first:]))
    assert command is not None
    return shlex.split(command[0].partition(" <<")[0].replace("\\\n", " "))


def test_the_command_line_knows_the_same_forms() -> None:
    assert tuple(one.value for one in As) == EXPORT_FORMS


def test_swaks() -> None:
    assert swaks(ONE) == (
        "#!/usr/bin/env bash\n"
        "swaks --server mx.x.test --port 25 \\\n"
        "    --helo me.test \\\n"
        "    --from alice@example.org \\\n"
        "    --to bob@x.test \\\n"
        "    --data - <<'END'\n"
        "Subject: x\n"
        "\n"
        ".dot\n"
        ".\n"
        "END\n"
    )


def test_curl() -> None:
    assert curl(ONE) == (
        "#!/usr/bin/env bash\n"
        "curl --verbose smtp://mx.x.test:25/me.test \\\n"
        "    --mail-from alice@example.org \\\n"
        "    --mail-rcpt bob@x.test \\\n"
        "    --crlf --upload-file - <<'END'\n"
        "Subject: x\n"
        "\n"
        ".dot\n"
        "END\n"
    )


def test_python() -> None:
    assert python(ONE) == (
        "#!/usr/bin/env python3\n"
        "import smtplib\n"
        "\n"
        "message = (\n"
        '    b"Subject: x\\r\\n"\n'
        '    b"\\r\\n"\n'
        '    b".dot\\r\\n"\n'
        ")\n"
        "\n"
        "smtplib.SMTP.debuglevel = 1  # print the dialogue\n"
        'with smtplib.SMTP("mx.x.test", 25) as smtp:\n'
        '    smtp.ehlo("me.test")\n'
        '    smtp.mail("alice@example.org")\n'
        '    smtp.rcpt("bob@x.test")\n'
        "    print(smtp.data(message))\n"
    )


def test_openssl() -> None:
    rows = openssl(replace(ONE, security=Security.IMPLICIT, port=465)).splitlines()
    assert rows[rows.index("{") :] == [
        "{",
        "    hear ''",
        "    say 'EHLO me.test'",
        "    say 'MAIL FROM:<alice@example.org>'",
        "    say 'RCPT TO:<bob@x.test>'",
        "    message() {",
        "        cat <<'END'",
        "Subject: x",
        "",
        "..dot",
        "END",
        "    }",
        "    say DATA",
        "    if [[ $reply == 354* ]]; then",
        "        message >&2",
        "        message | awk '{ printf \"%s\\r\\n\", $0 }'",
        "        say .",
        "    fi",
        "    say QUIT",
        '} 3<"$replies" | openssl s_client -quiet -connect mx.x.test:465 \\',
        "    -verify_return_error -verify_hostname mx.x.test \\",
        '    > "$replies"',
    ]


def test_openssl_waits_for_each_reply_of_lmtp_and_hides_the_password() -> None:
    two = replace(MAIL, recipients=(Addressee("bob@x.test"), Addressee("carol@x.test")))
    login = Credentials("PLAIN", "al")
    rows = openssl(replace(ONE, hello="LHLO", mails=(two,), login=login)).splitlines()
    assert rows.count("    [[ $reply == 2* ]] && accepted=$((accepted + 1))") == 2
    assert "        while ((--accepted > 0)); do hear ''; done" in rows
    (answer,) = (row for row in rows if "base64 |" in row)
    assert answer.startswith('    say "$(printf')
    assert answer.endswith("\" '********'")


@pytest.mark.parametrize(
    ("recipe", "options"),
    [
        (replace(ONE, security=Security.STARTTLS), ["--tls", "--tls-verify"]),
        (replace(ONE, security=Security.IMPLICIT, verified=False), ["--tls-on-connect"]),
        (replace(ONE, hello="HELO"), ["--protocol", "SMTP"]),
        (replace(ONE, hello="LHLO"), ["--protocol", "LMTP"]),
        (replace(ONE, login=Credentials("LOGIN", "al")), ["--auth", "LOGIN", "--auth-user", "al"]),
        (replace(ONE, mails=(replace(MAIL, message=None),)), ["--quit-after", "RCPT"]),
        (replace(ONE, mails=(Mail(""),)), ["--from", "<>", "--quit-after", "MAIL"]),
        (replace(ONE, mails=()), ["--quit-after", "HELO"]),
        (replace(ONE, mails=(), security=Security.STARTTLS), ["--quit-after", "TLS"]),
        (replace(ONE, mails=(), login=Credentials("PLAIN")), ["--auth-user", "USER", "--quit-after", "AUTH"]),
        (Recipe(), ["--server", "mail.example.com", "--quit-after", "BANNER"]),
    ],
)
def test_options_of_swaks(recipe: Recipe, options: list[str]) -> None:
    line = words(swaks(recipe))
    assert set(options) <= set(line)
    for option, following in pairwise(options):
        if option.startswith("--") and not following.startswith("--"):
            assert line[line.index(option) + 1] == following


@pytest.mark.parametrize(
    ("recipe", "options"),
    [
        (replace(ONE, host="2001:db8::1", port=2525), ["smtp://[2001:db8::1]:2525/me.test"]),
        (replace(ONE, name="[192.0.2.1]"), ["smtp://mx.x.test:25/%5B192.0.2.1%5D"]),
        (replace(ONE, security=Security.STARTTLS), ["--ssl-reqd"]),
        (
            replace(ONE, security=Security.IMPLICIT, verified=False),
            ["smtps://mx.x.test:25/me.test", "--insecure"],
        ),
        (replace(ONE, login=Credentials("LOGIN", "al")), ["--user", "al", "--login-options", "AUTH=LOGIN"]),
        (replace(ONE, mails=(replace(MAIL, message=None),)), ["--request", "NOOP"]),
        (
            replace(ONE, mails=(replace(MAIL, recipients=(Addressee("a@b.c", (), False),)),)),
            ["--mail-rcpt-allowfails"],
        ),
    ],
)
def test_options_of_curl(recipe: Recipe, options: list[str]) -> None:
    assert set(options) <= set(words(curl(recipe)))


@pytest.mark.parametrize(
    ("recipe", "rows"),
    [
        (replace(ONE, security=Security.STARTTLS), ["    smtp.starttls(context=context)"]),
        (
            replace(ONE, security=Security.IMPLICIT, verified=False),
            [
                "context.verify_mode = ssl.CERT_NONE",
                'with smtplib.SMTP_SSL("mx.x.test", 25, context=context) as smtp:',
            ],
        ),
        (replace(ONE, hello="LHLO"), ['with smtplib.LMTP("mx.x.test", 25) as smtp:']),
        (replace(ONE, hello="HELO"), ['    smtp.helo("me.test")']),
        (
            replace(ONE, login=Credentials("CRAM-MD5", "al")),
            [
                '    smtp.user, smtp.password = "al", password',
                '    smtp.auth("CRAM-MD5", smtp.auth_cram_md5)',
            ],
        ),
        (
            replace(ONE, login=Credentials("SCRAM-SHA-256", "al"), offered=("SCRAM-SHA-256", "LOGIN")),
            ['    smtp.auth("LOGIN", smtp.auth_login)'],
        ),
        (
            replace(ONE, login=Credentials("XOAUTH2", "al")),
            [r'''    answer = "user=" + "al" + "\x01auth=Bearer " + token + "\x01\x01"'''],
        ),
        (
            replace(ONE, mails=(Mail("a@b.c", ("SIZE=9",), (Addressee("d@e.f", ("NOTIFY=NEVER",)),)),)),
            ['    smtp.mail("a@b.c", ["SIZE=9"])', '    smtp.rcpt("d@e.f", ["NOTIFY=NEVER"])'],
        ),
        (
            replace(ONE, mails=(Mail('"a b"@c.test', (), (Addressee("张三@例子.测试"),)),)),
            [
                '    smtp.command_encoding = "utf-8"',
                """    smtp.docmd("MAIL", 'FROM:<"a b"@c.test>')""",
                '    smtp.docmd("RCPT", "TO:<张三@例子.测试>")',
            ],
        ),
    ],
)
def test_lines_of_python(recipe: Recipe, rows: list[str]) -> None:
    program = python(recipe)
    ast.parse(program)
    assert set(rows) <= set(program.splitlines())


SCRAM = replace(ONE, login=Credentials("SCRAM-SHA-256", "al"))
TOKEN = replace(ONE, login=Credentials("XOAUTH2", "al"))


@pytest.mark.parametrize(
    ("made", "recipe", "mechanism", "said"),
    [
        (swaks, replace(SCRAM, offered=("SCRAM-SHA-256", "LOGIN", "PLAIN")), "PLAIN", True),
        (curl, replace(SCRAM, offered=("SCRAM-SHA-256", "LOGIN", "PLAIN")), "AUTH=PLAIN", True),
        (swaks, replace(SCRAM, offered=("PLAIN", "CRAM-MD5")), "CRAM-MD5", True),
        (
            swaks,
            replace(SCRAM, offered=("PLAIN", "CRAM-MD5"), security=Security.STARTTLS),
            "PLAIN",
            True,
        ),
        (swaks, replace(TOKEN, offered=("XOAUTH2", "LOGIN")), "LOGIN", True),
        (curl, replace(TOKEN, offered=("XOAUTH2", "LOGIN")), "AUTH=XOAUTH2", False),
        (swaks, replace(ONE, login=Credentials("OAUTHBEARER"), offered=("PLAIN",)), "PLAIN", True),
        (curl, replace(ONE, login=Credentials("OAUTHBEARER"), offered=("PLAIN",)), "AUTH=OAUTHBEARER", False),
        (curl, replace(ONE, login=Credentials("EXTERNAL", "al"), offered=("PLAIN",)), "AUTH=PLAIN", True),
    ],
)
def test_another_mechanism_where_the_program_does_not_know_this_one(
    made: Callable[[Recipe], str], recipe: Recipe, mechanism: str, said: bool
) -> None:
    script = made(recipe)
    line = words(script)
    assert line[line.index("--auth" if made is swaks else "--login-options") + 1] == mechanism
    comments = " ".join(row[2:] for row in script.splitlines() if row.startswith("# "))
    assert ("which the server offered." in comments) is said
    assert recipe.login is not None
    assert ("not the token" in comments) is (said and recipe.login.mechanism in {"XOAUTH2", "OAUTHBEARER"})
    in_clear = recipe.security is Security.NONE and mechanism.removeprefix("AUTH=") in {"PLAIN", "LOGIN"}
    assert ("whoever listens" in comments) is (said and in_clear)


#: A mechanism, what the server offered, and the lines by which openssl logs in; none where it cannot.
TYPED = [
    ("PLAIN", ("PLAIN",), ["AUTH PLAIN"]),
    ("LOGIN", ("LOGIN",), ["AUTH LOGIN"]),
    ("XOAUTH2", ("XOAUTH2",), ["AUTH XOAUTH2"]),
    ("OAUTHBEARER", ("OAUTHBEARER",), ["AUTH OAUTHBEARER"]),
    ("SCRAM-SHA-256", ("SCRAM-SHA-256", "LOGIN"), ["AUTH LOGIN"]),
    ("CRAM-MD5", ("CRAM-MD5", "LOGIN", "PLAIN"), ["AUTH PLAIN"]),
    ("CRAM-MD5", ("CRAM-MD5",), []),
    ("SCRAM-SHA-256", (), []),
]


@pytest.mark.parametrize(("mechanism", "offered", "typed"), TYPED)
def test_openssl_types_what_needs_no_answer_to_a_question(
    mechanism: str, offered: tuple[str, ...], typed: list[str]
) -> None:
    script = openssl(replace(ONE, login=Credentials(mechanism, "al"), offered=offered))
    said = re.findall(r"say '(AUTH [A-Z0-9-]+)'", script)
    assert said == typed
    assert ("openssl cannot do this login" in script) is (not typed)
    assert ("s_client" in script) is bool(typed)


def test_python_says_that_it_cannot_log_in() -> None:
    script = python(replace(SCRAM, offered=("SCRAM-SHA-256",)))
    ast.parse(script)
    assert 'raise SystemExit("smtplib cannot do this login' in script
    assert "getpass" not in script


@pytest.mark.parametrize(("made", "name"), [(swaks, "swaks"), (curl, "curl")])
def test_a_login_that_the_program_cannot_do(made: Callable[[Recipe], str], name: str) -> None:
    script = made(replace(SCRAM, offered=("SCRAM-SHA-256",)))
    *_head, row, ending = script.splitlines()
    assert shlex.split(row)[1] == (
        f"{name} cannot do this login: it does not know SCRAM-SHA-256, and the server offered nothing that "
        "it knows. This can: smtptutor connect mx.x.test:25 --user al --auth SCRAM-SHA-256"
    )
    assert ending == "exit 1"
    assert "password" not in script


def test_the_token_for_curl_stands_in_no_command_line() -> None:
    script = curl(TOKEN)
    assert ': "${SMTP_PASSWORD:?}"\n' in script
    assert """--config <(printf 'oauth2-bearer = "%s"\\n' "$SMTP_PASSWORD")""" in script
    assert "# The token stands in the environment: SMTP_PASSWORD=... bash SCRIPT\n" in script


def test_python_keeps_chinese_text_readable() -> None:
    mail = replace(MAIL, message="Subject: 午饭\r\n\r\n中午见。\r\n".encode())
    program = python(replace(ONE, mails=(mail,)))
    assert '    "Subject: 午饭\\r\\n"\n' in program
    assert ").encode()\n" in program


EVIL = "$(touch x)`id`'\"\\;|&<>\x1b[2J\u202e"


@pytest.mark.parametrize("form", list(PROGRAMS))
def test_nothing_foreign_means_anything(form: As) -> None:
    mail = Mail(EVIL, (EVIL,), (Addressee(EVIL, (EVIL,)),), f"{EVIL}\r\nEND\r\n$HOME\r\n".encode())
    recipe = Recipe(
        host=EVIL, through=EVIL, hello="EHLO", name=EVIL, login=Credentials("PLAIN", EVIL), mails=(mail, MAIL)
    )
    script = PROGRAMS[form](recipe)
    assert script.replace("\n", "").isprintable()
    if form is As.PYTHON:
        values = [node.value for node in ast.walk(ast.parse(script)) if isinstance(node, ast.Constant)]
        assert any(isinstance(value, str) and EVIL in value for value in values)
    elif form is not As.OPENSSL:
        line = words(script)
        assert any("$'" in word or EVIL[:10] in word for word in line)
        assert "touch" not in line


SECRET = "AGFsaWNlAGNvcnJlY3QtaG9yc2U="  # alice, correct-horse
LOGGED_IN = steps(
    "* connected to mx.x.test 192.0.2.1:587",
    "S: 220 mx",
    "C: EHLO me.test",
    "S: 250 AUTH PLAIN LOGIN",
    f"C: AUTH PLAIN {SECRET}",
    "S: 535 5.7.8 no",
    "C: AUTH LOGIN",
    "S: 334 VXNlcm5hbWU6",
    "C: YWxpY2U=",
    "S: 334 UGFzc3dvcmQ6",
    "C: Y29ycmVjdC1ob3JzZQ==",
    "S: 235 2.7.0 welcome correct-horse",
    "C: MAIL FROM:<alice@x.test>",
    "S: 250 ok",
    "C: RCPT TO:<bob@x.test>",
    "S: 250 ok",
    "C: DATA",
    "S: 354 go",
    "C: Subject: x",
    "C: ",
    "C: .",
    "S: 250 2.0.0 queued as 4D1",
)


@FORMS
def test_no_secret_is_in_it(form: As) -> None:
    made = text(form, [LOGGED_IN])
    for secret in ("correct-horse", SECRET, "Y29ycmVjdC1ob3JzZQ"):
        assert secret not in made
    assert "alice" in made


@FORMS
def test_another_server_than_the_recorded_one(form: As) -> None:
    made = text(form, [LOGGED_IN], target=Endpoint("mx2.x.test", 2525))
    assert "mx2.x.test" in made and "2525" in made


@FORMS
def test_several_connections(form: As) -> None:
    assert text(form, [LOGGED_IN, LOGGED_IN]).count("alice@x.test") >= 2


REFUSED = steps(
    "* connected to mx.x.test 192.0.2.1:25",
    "S: 220 mx ESMTP",
    "C: EHLO me.test",
    "S: 250 mx",
    "C: MAIL FROM:<me@home.test>",
    "S: 250 2.1.0 Ok",
    "C: RCPT TO:<you@corp.test>",
    "S: 554 5.7.1 <you@corp.test>: Relay access denied",
)


def test_the_verdict_leads_a_ticket() -> None:
    rows = text(As.MARKDOWN, [REFUSED], when="2026-11-29 10:00 UTC").splitlines()
    assert rows[0] == "**Refused at RCPT TO, for good: it does not relay for us.**"
    assert rows[2] == "> `554 5.7.1 <you@corp.test>: Relay access denied`"
    assert "The next move is the sender's." in rows[4]
    assert "| server | `mx.x.test:25` |" in rows
    assert "| time | 2026-11-29 10:00 UTC |" in rows
    assert "| recipient | `<you@corp.test>` 554 5.7.1 |" in rows
    start = rows.index("```text")
    assert rows[start + 1 : start + 3] == ["* connected to mx.x.test 192.0.2.1:25", "S: 220 mx ESMTP"]
    assert rows[-2:] == ["S: 554 5.7.1 <you@corp.test>: Relay access denied", "```"]


def test_a_ticket_explains_a_limit_that_is_refused_with_a_code_for_good() -> None:
    made = text(As.MARKDOWN, [[*REFUSED[:-1], *steps("S: 550 Connection frequency limited")]])
    assert made.startswith("**Refused at RCPT TO: too much in too short a time.**")
    assert "The code 550 says for good, the rest sounds like a limit of the rate: later the same may" in made
    assert "Nobody has to change" not in made


def test_a_ticket_says_which_earlier_step_a_refusal_is_about() -> None:
    late = steps("S: 550 5.1.8 <me@home.test>: Sender address rejected: Domain not found")
    made = text(As.MARKDOWN, [[*REFUSED[:-1], *late]])
    assert "It was said at RCPT TO and is about MAIL FROM." in made


IDLE = "S: 421 4.4.2 mx Error: timeout exceeded"
TYPO = ("C: hlep", "S: 500 5.5.2 Error: command not recognized")
NO_SUCH = ("C: AUTH PLAIN ********", "S: 535 5.7.8 Error: authentication failed")


@pytest.mark.parametrize(
    ("rows", "headline", "footnotes"),
    [
        (
            TYPO,
            "Refused at RCPT TO, for good: it does not relay for us.",
            ["Refused as well: `hlep`, with `500 5.5.2 Error: command not recognized`"],
        ),
        (
            (IDLE, "* connection closed by server"),
            "Refused at RCPT TO, for good: it does not relay for us.",
            ["The server also said, unasked: `421 4.4.2 mx Error: timeout exceeded`"],
        ),
        (
            ("C: DATA", "S: 554 5.5.1 Error: no valid recipients"),
            "Refused at RCPT TO, for good: it does not relay for us.",
            ["Refused as well: `DATA`, with `554 5.5.1 Error: no valid recipients`"],
        ),
        (
            NO_SUCH,
            "Refused at RCPT TO, for good: it does not relay for us.",
            ["Refused as well: `AUTH PLAIN ********`, with `535 5.7.8 Error: authentication failed`"],
        ),
    ],
)
def test_what_decided_over_the_mail_leads_a_ticket(
    rows: tuple[str, ...], headline: str, footnotes: list[str]
) -> None:
    made = text(As.MARKDOWN, [[*REFUSED, *steps(*rows)]])
    assert made.startswith(f"**{headline}**\n")
    above = made.partition("| | |")[0].splitlines()
    assert [row for row in above if row.startswith(("Refused as well", "The server also"))] == footnotes
    assert "The line was: \u201cRCPT TO:\\<you@corp.test\\>\u201d." in above[4]


@pytest.mark.parametrize(
    ("rows", "headline"),
    [
        (TYPO, "No message was accepted, and no mail was refused."),
        ((*TYPO, *NO_SUCH), "Refused at AUTH, for good: the login was not taken."),
        ((*NO_SUCH, IDLE), "Refused at AUTH, for good: the login was not taken."),
        (
            ("C: VRFY bob", "S: 550 5.1.1 bob: User unknown"),
            "Refused at “VRFY bob”, for good: there is no such mailbox.",
        ),
        (
            ("C: RCPT TO:b", "S: 501 5.1.3 Bad recipient address syntax"),
            "Refused at RCPT TO, for good: the line is not written as it must be.",
        ),
    ],
)
def test_a_slip_leads_no_ticket_where_more_was_refused(rows: tuple[str, ...], headline: str) -> None:
    made = text(As.MARKDOWN, [[*REFUSED[:4], *steps(*rows)]])
    assert made.startswith(f"**{headline}**\n")
    assert "this line" not in made
    assert "understands the command" not in made or "RCPT" in made


def test_a_mended_slip_leads_no_ticket_about_a_mail_that_went() -> None:
    made = text(As.MARKDOWN, [[*LOGGED_IN[:-10], *steps("C: MIAL", "S: 500 no"), *LOGGED_IN[-10:]]])
    assert "Refused as well: `MIAL`, with `500 no`" in made
    assert "Refused at “MIAL" not in made


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("", "| security | TLS 1.3, TLS_A, certificate verified |"),
        (" NOT VERIFIED", "| security | TLS 1.3, TLS_A, certificate NOT VERIFIED |"),
        (
            " NOT VERIFIED: it has expired, it is for another name; sha256 abcd",
            "| security | TLS 1.3, TLS_A, certificate NOT VERIFIED: it has expired, it is for another name |",
        ),
        (" VERIFICATION NOT SHOWN", "| security | TLS 1.3, TLS_A |"),
    ],
)
def test_a_ticket_says_of_a_certificate_what_is_known(note: str, said: str) -> None:
    rows = steps(f"* TLS handshake complete: TLSv1.3 TLS_A{note}", "S: 220 mx")
    assert said.replace("_", r"\_") in text(As.MARKDOWN, [rows])


def test_a_socket_file_is_named_and_gone_to() -> None:
    rows = steps(
        "* connected to unix /run/lmtp.sock",
        "S: 220 mx",
        "C: EHLO me",
        "S: 250 mx",
        "C: MAIL FROM:<a@b.c>",
        "S: 250 ok",
    )
    made = {form: text(form, [rows]) for form in As}
    assert "| server | `unix /run/lmtp.sock` |" in made[As.MARKDOWN]
    assert "localhost" not in made[As.MARKDOWN] + made[As.SWAKS] + made[As.PYTHON]
    assert "swaks --socket /run/lmtp.sock " in made[As.SWAKS]
    assert "--unix-socket /run/lmtp.sock " in made[As.CURL]
    assert "-unix /run/lmtp.sock " in made[As.OPENSSL]
    assert 'with OverSocket("/run/lmtp.sock") as smtp:' in made[As.PYTHON]
    ast.parse(made[As.PYTHON])
    by_lmtp = steps(
        "* connected to unix /run/lmtp.sock",
        "S: 220 mx",
        "C: LHLO me",
        "S: 250 mx",
        "C: MAIL FROM:<a@b.c>",
        "S: 250 ok",
    )
    assert 'with smtplib.LMTP("/run/lmtp.sock") as smtp:' in text(As.PYTHON, [by_lmtp])
    inside = text(As.PYTHON, [[*rows[:1], *steps("* TLS handshake complete: TLSv1.3 A"), *rows[1:]]])
    assert "cannot begin with TLS over a Unix socket" in inside
    begun = steps(
        "C: STARTTLS", "S: 220 go", "* TLS handshake complete: TLSv1.3 A", "C: EHLO me", "S: 250 mx"
    )
    assert 'smtp._host = "localhost"' in text(As.PYTHON, [[*rows[:4], *begun]])


def test_a_ticket_marks_what_smtptutor_typed() -> None:
    rows = steps(
        "S: 220 mx", "* typed by smtptutor: ehlo", "C: EHLO me", "S: 250 mx",
        "C: MAIL FROM:<a@b.c>", "S: 250 ok", "C: RCPT TO:<d@e.f>", "S: 250 ok", "C: DATA", "S: 354 go",
        "* typed by smtptutor: message, 2 lines", "C: Subject: x", "C: ", "C: .", "S: 250 ok",
        "* typed by smtptutor: quit", "C: QUIT", "S: 221 bye",
    )  # fmt: skip
    made = text(As.MARKDOWN, [rows])
    assert "Lines with `<by smtptutor>` behind them were typed by smtptutor itself.\n\n```text\n" in made
    marked = [row for row in made.splitlines() if row.endswith(" <by smtptutor>")]
    assert marked == [f"C: {line} <by smtptutor>" for line in ("EHLO me", "Subject: x", "", "QUIT")]
    again = read(made.encode().split(b"\n"))
    assert again is not None
    assert text(As.MARKDOWN, again.connections) == made
    assert "<by smtptutor>" not in text(As.MARKDOWN, [REFUSED])


UNTIMELY = "TLS failed: certificate not verified: it has expired"


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        (
            (
                "S: 220 mx",
                "C: STARTTLS",
                "S: 220 go",
                f"* {UNTIMELY}",
            ),
            UNTIMELY,
        ),
        (("* TLS failed: what answers is not TLS",), "TLS failed: what answers is not TLS"),
    ],
)
def test_a_ticket_about_tls_that_failed(rows: tuple[str, ...], verdict: str) -> None:
    made = text(As.MARKDOWN, [steps("* connected to mx:465", *rows, "* connection closed by client")])
    assert made.startswith(f"**{verdict}.**\n")
    assert "| security | TLS failed |" in made
    assert f"\n{rows[-1]}\n" in made


def test_a_ticket_about_what_was_mended() -> None:
    made = text(As.MARKDOWN, [[*REFUSED, *steps("C: RCPT TO:<me@corp.test>", "S: 250 2.1.5 Ok")]])
    assert made.startswith("**Refused at RCPT TO, for good:")
    assert "The same step was accepted later in this session." in made


def test_a_ticket_names_the_sender_that_was_refused_and_all_exchangers() -> None:
    rows = (
        "* MX of corp.test: 10 mx1.corp.test, 20 mx2.corp.test",
        "* connected to mx2.corp.test 192.0.2.1:25",
        "S: 220 mx ESMTP",
        "C: EHLO me",
        "S: 250 mx",
        "C: MAIL FROM:<bad@home.test>",
        "S: 550 5.7.1 no such sender here",
        "C: MAIL FROM:<me@home.test>",
        "S: 250 2.1.0 Ok",
        "C: RCPT TO:<you@corp.test>",
        "S: 250 2.1.5 Ok",
    )
    made = text(As.MARKDOWN, [steps(*rows)]).splitlines()
    at = made.index("| refused sender | `<bad@home.test>` 550 5.7.1 |")
    assert made[at + 1] == "| sender | `<me@home.test>` |"
    assert "| MX of corp.test | `10 mx1.corp.test, 20 mx2.corp.test` |" in made
    assert "| server | `mx2.corp.test:25` |" in made


def test_a_ticket_about_a_mail_that_went() -> None:
    made = text(As.MARKDOWN, [LOGGED_IN])
    assert "1 message was accepted." in made
    assert "| accepted | `250 2.0.0 queued as 4D1` |" in made
    assert "| message | 14 octets |" in made


def test_a_ticket_about_a_connection_that_was_lost() -> None:
    made = text(As.MARKDOWN, [steps("S: 220 mx", "C: EHLO me", "* connection closed by server")])
    assert made.startswith("**The server hung up")


def test_markdown_of_a_server_that_writes_markdown() -> None:
    evil = "550 5.7.1 ``` | ![x](http://evil.test/x) **bold** blocked by <b>spamhaus</b> \x1b[2J"
    made = text(
        As.MARKDOWN, [steps("S: 220 mx", "C: EHLO me", "S: 250 mx", "C: MAIL FROM:<a@b.c>", f"S: {evil}")]
    )
    prose = re.sub(r"(`+).*?\1", "", made.partition("````text")[0])
    for mark in ("![x]", "**bold", "<b>", "\x1b"):
        assert mark not in prose
    assert made.rstrip().endswith("````")
    assert made.replace("\n", "").isprintable()


def test_a_long_message_is_counted_in_a_ticket() -> None:
    body = [f"C: line {n}" for n in range(1000)]
    rows = ["C: DATA", "S: 354 go", "C: Subject: x", "C: ", *body, "C: .", "S: 250 ok"]
    talk = [
        "S: 220 mx",
        "C: EHLO me",
        "S: 250 mx",
        "C: MAIL FROM:<a@b.c>",
        "S: 250 ok",
        "C: RCPT TO:<d@e.f>",
        "S: 250 ok",
    ]
    made = text(As.MARKDOWN, [steps(*talk, *rows)])
    assert "   ... 802 more lines of the message" in made
    assert "C: line 197\n" in made and "C: line 198\n" not in made


def test_nothing_at_all() -> None:
    assert text(As.SWAKS, []) == ""


@pytest.mark.parametrize("made", [swaks, curl, openssl, python])
def test_a_message_that_nobody_saw_is_not_made_up(made: Callable[[Recipe], str]) -> None:
    script = made(replace(ONE, mails=(replace(MAIL, message=None, unseen=True),)))
    assert "# The recording does not show the message: none is sent here.\n" in script
    assert "Subject" not in script


@pytest.mark.parametrize(
    ("message", "as_it_is"),
    [
        (b"Subject: x\r\n\r\n\r\nhi\r\n", True),
        (b"no header\r\n\r\nhi\r\n", True),
        (b"\r\nhi\r\n", False),
        (b"Subject: x\r\n", False),
        (b" folded\r\nA: b\r\n\r\nhi\r\n", False),
    ],
)
def test_swaks_would_mend_a_header_that_it_does_not_find(message: bytes, as_it_is: bool) -> None:
    text = swaks(replace(ONE, mails=(replace(MAIL, message=message),)))
    assert ("--no-data-fixup" not in text) is as_it_is
