"""The servers of these tests are what they claim to be: asked by other programs than ours."""

from __future__ import annotations

import smtplib
import ssl
import subprocess

import pytest

from tests.interop.exim import Exim
from tests.interop.opensmtpd import OpenSmtpd
from tests.interop.postfix import Postfix
from tests.interop.smtp_server import SmtpServer
from tests.interop.sshd import Sshd

MAIL = b"Subject: hello\r\n\r\nA line.\r\n"


def send(client: smtplib.SMTP) -> None:
    client.sendmail("test1@bdwater.test", ["test2@bdwater.test"], MAIL)


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_postfix_logs_in_and_delivers(postfix: Postfix, mechanism: str) -> None:
    context = ssl.create_default_context(cafile=str(postfix.certificates.ca))
    with smtplib.SMTP("localhost", postfix.login_port, local_hostname="client.test") as client:
        client.starttls(context=context)
        client.ehlo()
        assert "SCRAM-SHA-256" in client.esmtp_features["auth"]
        client.user, client.password = "test1@bdwater.test", postfix.password
        client.auth(mechanism, getattr(client, f"auth_{mechanism.lower().replace('-', '_')}"))
        send(client)
    assert b"A line." in postfix.mail("test2")


def test_exim_in_each_mode(exim: Exim) -> None:
    context = ssl.create_default_context(cafile=str(exim.certificates.ca))
    with smtplib.SMTP("localhost", exim.port, local_hostname="client.test") as client:
        client.starttls(context=context)
        send(client)
    with smtplib.SMTP_SSL(
        "localhost", exim.tls_port, local_hostname="client.test", context=context
    ) as client:
        send(client)
    assert all(b"A line." in exim.boxes.mail("test2") for _ in range(2))


def test_opensmtpd(opensmtpd: OpenSmtpd) -> None:
    with smtplib.SMTP("127.0.0.1", opensmtpd.port, local_hostname="client.test") as client:
        send(client)
    assert b"A line." in opensmtpd.boxes.mail("test2")


def test_smtp_server_offers_xoauth2(smtp_server: SmtpServer) -> None:
    context = ssl.create_default_context(cafile=str(smtp_server.certificates.ca))
    with smtplib.SMTP("localhost", smtp_server.port, local_hostname="client.test") as client:
        client.starttls(context=context)
        client.ehlo()
        assert "XOAUTH2" in client.esmtp_features["auth"]


def test_sshd(sshd: Sshd) -> None:
    run = subprocess.run(
        ["ssh", "jump", "echo", "here"], env=sshd.environment, capture_output=True, timeout=30, check=True
    )
    assert run.stdout == b"here\n"
