"""HOST[:PORT] as a person writes it, for ``smtptutor connect`` and the connect page, its faults in words."""

from __future__ import annotations

from tui.net.endpoint import DEFAULT_PORT, BadEndpointError, Endpoint, Fault, first_full_width
from tui.net.endpoint import parse as parse_endpoint
from tui.words.language import gettext as _
from tui.words.prose import quoted


class BadTargetError(ValueError):
    """The text names no place to connect to; ``str()`` is a translated sentence without its full stop."""


def parse(text: str, *, port: int = DEFAULT_PORT) -> Endpoint:
    """The endpoint that ``name``, ``name:port``, ``[IPv6]``, ``[IPv6]:port`` or a bare IPv6 address means.

    ``port`` is meant when none is written.

    Raises:
        BadTargetError: anything else.
    """
    try:
        return parse_endpoint(text, port=port)
    except BadEndpointError as error:
        raise BadTargetError(_sentence(error)) from None


def _sentence(error: BadEndpointError) -> str:
    # Literal calls, so that the extraction of messages finds each of them.
    sentences = {
        Fault.EMPTY: _("the server's name is missing: HOST or HOST:PORT is expected"),
        Fault.SCHEME: _("{text} is a web address: give the server's name alone"),
        Fault.FULL_WIDTH: _("{text} holds the full-width character {character}: switch the input method off"),
        Fault.OPEN_BRACKET: _("{text} opens a bracket and does not close it"),
        Fault.AFTER_BRACKET: _("after the bracket in {text} only :PORT may stand, as in [::1]:2525"),
        Fault.NOT_IPV6: _("{text} is not an IPv6 address"),
        Fault.NO_HOST: _("{text} names a port but no server"),
        Fault.MAIL_ADDRESS: _("{text} is a mail address: give the name of its mail server"),
        Fault.NOT_A_NAME: _("{text} is not the name of a server"),
        Fault.TOO_LONG: _("this name is longer than a server's name can be"),
        Fault.PORT_MISSING: _("after the colon the port is missing"),
        Fault.PORT_NO_NUMBER: _("the port {text} is not a number"),
        Fault.PORT_RANGE: _("the port {text} is not between 1 and 65535"),
    }
    return sentences[error.fault].format(text=quoted(error.text), character=first_full_width(error.text))
