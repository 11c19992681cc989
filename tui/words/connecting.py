"""The fields of the connect page in words: labels, what an empty one means, what each is for.

By the keys of ``servers.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tui.values import value
from tui.words.guide import Guide, Pair, Run, Section, Tone
from tui.words.language import N_, NC_, gettext, pgettext


@value
class Words:
    """In English; read ``label``, ``empty`` and ``about``."""

    source_label: str
    source_empty: str
    source_about: str

    @property
    def label(self) -> str:
        """At most 10 cells."""
        return pgettext("section", self.source_label)

    @property
    def empty(self) -> str:
        """What stands in the field while it is empty, and what that means."""
        return gettext(self.source_empty) if self.source_empty else ""

    @property
    def about(self) -> str:
        return gettext(self.source_about)


FIELDS: Final[Mapping[str, Words]] = {
    "host": Words(
        NC_("section", "server"),
        N_("HOST[:PORT], mx:DOMAIN or unix:PATH"),
        N_("The server; mx:DOMAIN looks for that of a mail domain in DNS, unix:PATH is a socket file here."),
    ),
    "security": Words(
        NC_("section", "security"),
        "",
        N_("STARTTLS is required once it is chosen. TLS at once is usual on port 465."),
    ),
    "user": Words(
        NC_("section", "login as"),
        N_("empty: no login"),
        N_("The user name for AUTH; the password is asked for when it is needed."),
    ),
    "through": Words(
        NC_("section", "through"),
        N_("ssh host, or pipe:COMMAND %h %p; empty: directly"),
        N_("A jump host, by ssh -W; or any program, %h and %p in its arguments are host and port."),
    ),
    "ehlo": Words(
        NC_("section", "my name"),
        N_("empty: this machine's name"),
        N_("What HELO and EHLO say, if it is not to be this machine's name."),
    ),
    "tls_name": Words(
        NC_("section", "TLS name"),
        N_("empty: the name of the server"),
        N_("The name that the certificate must hold; for addresses and tunnels."),
    ),
    "cafile": Words(
        NC_("section", "CA file"),
        N_("empty: those that this machine trusts"),
        N_("Trust the certificates in this PEM file instead of the system's."),
    ),
    "cert": Words(
        NC_("section", "own cert"),
        N_("PEM file; empty: none"),
        N_("A certificate of our own, for servers that ask for one."),
    ),
    "key": Words(
        NC_("section", "its key"),
        N_("PEM file; empty: in the file of the certificate"),
        N_("Its private key. A passphrase is asked for when it is needed."),
    ),
    "source": Words(
        NC_("section", "own IP"),
        N_("an address of this machine; empty: any"),
        N_("Connect from this address of ours."),
    ),
    "ip": Words(NC_("section", "IP"), "", N_("Only addresses of this kind.")),
    "lmtp": Words(
        NC_("section", "protocol"),
        "",
        N_("LMTP says LHLO, and has a reply for each recipient behind the dot."),
    ),
    "proxy": Words(
        NC_("section", "PROXY"), "", N_("A PROXY protocol header goes out first, as a load balancer does it.")
    ),
    "timeout": Words(
        NC_("section", "wait"),
        N_("seconds for each reply; empty: minutes, as RFC 5321 says"),
        N_("How long to wait for each reply, in seconds."),
    ),
    "auth": Words(
        NC_("section", "mechanism"),
        N_("empty: the best that the server offers"),
        N_("How to log in: SCRAM-SHA-256, CRAM-MD5, PLAIN, LOGIN or XOAUTH2."),
    ),
    "password_command": Words(
        NC_("section", "pass from"),
        N_("COMMAND that prints it; empty: it is asked for"),
        N_("A program that prints the password, such as pass show mail. Never the password itself."),
    ),
    "from": Words(
        NC_("section", "from"),
        N_("sender's address, <> for none; empty: not yet known"),
        N_("The sender of MAIL FROM, for F4, F3 and the steps below."),
    ),
    "to": Words(
        NC_("section", "to"),
        N_("recipients, commas in between; empty: not yet known"),
        N_("The recipients of RCPT TO, one or several."),
    ),
    "message": Words(
        NC_("section", "message"),
        N_("file with header and text; empty: none"),
        N_("A file that is sent as the message, its dots stuffed."),
    ),
    "until": Words(
        NC_("section", "type up to"),
        N_("helo starttls auth mail rcpt data dot; empty: nothing"),
        N_("smtptutor types the lines itself up to this step, and stops at the first refusal."),
    ),
}

#: The choices of the fields that are no text, by their values; "" is the usual one.
CHOICES: Final[Mapping[str, Mapping[str, str]]] = {
    "security": {"plain": N_("plain text"), "starttls": "STARTTLS", "tls": N_("TLS at once")},
    "ip": {"": N_("both"), "4": "IPv4", "6": "IPv6"},
    "lmtp": {"": "SMTP", "lmtp": "LMTP"},
    "proxy": {"": NC_("proxy", "none"), "v1": "v1", "v2": "v2"},
}


def choice(field: str, chosen: str) -> str:
    """The word of a choice."""
    source = CHOICES[field][chosen]
    return pgettext("proxy", source) if (field, chosen) == ("proxy", "") else gettext(source)


def fields() -> Guide:
    """What each field is for: F1 on the connect page."""
    pairs = tuple(Pair(Run(one.label, Tone.YOU), one.about) for one in FIELDS.values())
    return Guide((Section("fields", pgettext("section", "fields"), "", pairs),))
