"""A Postfix that refuses: whom, where and how depends on the sender, the recipient and the port."""

from __future__ import annotations

import contextlib
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.interop import postfix
from tests.interop.postfix import Postfix

DOMAIN: Final = "corp.test"

MAIN: Final = """\
virtual_mailbox_domains = bdwater.test, corp.test
virtual_mailbox_maps = inline:{{
  test1@bdwater.test=test1/, test2@bdwater.test=test2/, you@corp.test=you/, helo@corp.test=you/,
  nameless@corp.test=you/, listed@corp.test=you/, grey@corp.test=you/, spf@corp.test=you/,
  full@corp.test=you/ }}
mynetworks = 192.0.2.0/24
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_sender_restrictions = check_sender_access inline:{{
  {{ me@home.test = 550 5.1.8 Domain not found }}
  {{ later@home.test = 450 4.1.8 Domain not found }} }}
smtpd_restriction_classes = listed, asked
listed = check_client_access inline:{{
  {{ 127.0.0.1 = 554 5.7.1 Service unavailable; Client host [127.0.0.1] blocked using dnsbl.test;
    see https://dnsbl.test/127.0.0.1 }} }}
asked = check_policy_service inet:127.0.0.1:{policy}
smtpd_recipient_restrictions = reject_unauth_destination, reject_unlisted_recipient,
  check_recipient_access inline:{{
    helo@corp.test=reject_non_fqdn_helo_hostname, nameless@corp.test=reject_unknown_client_hostname,
    listed@corp.test=listed, grey@corp.test=asked, spf@corp.test=asked, full@corp.test=asked }}
"""

#: Service -> what it is strict about.
SERVICES: Final = {
    "early": "-o smtpd_delay_reject=no",  # a sender is refused at MAIL, not at RCPT
    "encrypted": "-o smtpd_tls_security_level=encrypt",
    "members": "-o smtpd_relay_restrictions=permit_sasl_authenticated,reject",
    "small": "-o message_size_limit=2000",
    "ascii": "-o smtputf8_enable=no",
    "single": "-o smtpd_recipient_limit=1",
    "slow": "-o smtpd_client_message_rate_limit=1 -o smtpd_client_event_limit_exceptions=",
    "once": "-o smtpd_client_connection_rate_limit=1 -o smtpd_client_event_limit_exceptions=",
}

#: Recipient -> what the policy service says: the words of postgrey, policyd-spf, Dovecot's quota-status.
POLICY: Final = {
    "grey@corp.test": "DEFER_IF_PERMIT 4.2.0 Greylisted, see http://postgrey.schweikert.ch/help/corp.test.html",
    "spf@corp.test": "550 5.7.23 Message rejected due to: SPF fail - not authorized. Please see "
    "http://www.openspf.net/Why?s=mfrom;id=a@home.test;ip=127.0.0.1",
    "full@corp.test": "452 4.2.2 Mailbox is full",
}


class _Policy(socketserver.StreamRequestHandler):
    """Postfix SMTPD_POLICY_README: attributes up to an empty line, and an action comes back."""

    def handle(self) -> None:
        asked: dict[str, str] = {}
        for line in self.rfile:
            name, _, value = line.decode().strip().partition("=")
            if name:
                asked[name] = value
                continue
            self.wfile.write(f"action={POLICY.get(asked.get('recipient', ''), 'DUNNO')}\n\n".encode())
            asked.clear()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False


@contextlib.contextmanager
def running(root: Path) -> Iterator[Postfix]:
    """Start it below ``root``. Its domain is ``corp.test``, where only you@ is taken without more ado."""
    with _Server(("127.0.0.1", 0), _Policy) as policy:
        threading.Thread(target=policy.serve_forever, daemon=True).start()
        try:
            with postfix.running(root, MAIN.format(policy=policy.server_address[1]), SERVICES) as server:
                yield server
        finally:
            policy.shutdown()
