"""``smtptutor explain``: a recorded dialogue line by line in words, or its facts as JSON."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Final

from tui.desk.options import ExplainOptions
from tui.plain import recorded
from tui.plain.columns import width_of
from tui.practice.reading import Form, Reading
from tui.words.language import N_, gettext


def run(options: ExplainOptions) -> int:
    """Explain the file, or stdin; the exit code (DESIGN §6)."""
    if options.json:
        return recorded.use(options.file, _facts)
    return recorded.use(options.file, _words, tells_beside=True)


# -- facts


def _facts(reading: Reading) -> None:
    import json

    from tui.practice.facts import facts_of

    for steps in reading.connections:
        print(json.dumps({"form": reading.form.value, **facts_of(steps)}))


# -- words

_FORMS: Final[Mapping[Form, str]] = {
    Form.EVENTS: N_("Read as a recording with exact octets."),
    Form.MARKED: N_("Read as lines marked S: and C:."),
    Form.SWAKS: N_("Read as output of swaks."),
    Form.SMTPLIB: N_("Read as debug output of Python's smtplib."),
    Form.POSTFIX: N_("Read as the log of Postfix (smtpd -v, smtp -v)."),
    Form.CURL: N_("Read as output of curl."),
    Form.OPENSSL: N_("Read as output of openssl s_client; who speaks was inferred."),
    Form.TELNET: N_("Read as a telnet window without marks; who speaks was inferred."),
}
_BESIDE: Final = N_("The octets are those of the .jsonl beside it.")


def _words(reading: Reading) -> None:
    from tui.plain.telling import Teller

    teller = Teller(sys.stdout, width_of(sys.stdout) or 80)
    teller.say(gettext(_FORMS[reading.form]))
    if reading.beside:
        teller.say(gettext(_BESIDE))
    for number, steps in enumerate(reading.connections, 1):
        teller.connection(number, steps)
