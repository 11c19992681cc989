"""How long a client waits for each reply (RFC 5321 §4.5.3.2), in seconds."""

from __future__ import annotations

from typing import Final

from tui.smtp.events import Answered, AuthResponseSent, BodyEnded, CommandSent, GreetingAwaited

GREETING: Final = 300.0  # §4.5.3.2.1
DATA_INITIATION: Final = 120.0  # §4.5.3.2.4
DATA_BLOCK: Final = 180.0  # §4.5.3.2.5: until the octets of one block are taken
DATA_TERMINATION: Final = 600.0  # §4.5.3.2.6
#: The RFC is silent about the other commands; MAIL and RCPT (§4.5.3.2.2, .3) set the measure.
OTHER: Final = 300.0

#: Until the server has hung up after its 221 (§4.1.1.10 has it close at once).
LINGER: Final = 5.0

_BY_VERB: Final[dict[str, float]] = {"MAIL": 300.0, "RCPT": 300.0, "DATA": DATA_INITIATION}


def limit(to: Answered) -> float:
    """The whole wait for the reply to ``to``, however many octets of it trickle in meanwhile."""
    match to:
        case GreetingAwaited():
            return GREETING
        case CommandSent(command=command):
            if command.last:  # BDAT … LAST ends a message as the dot does (RFC 3030 §2)
                return DATA_TERMINATION
            return _BY_VERB.get(command.verb, OTHER)
        case BodyEnded():
            return DATA_TERMINATION
        case AuthResponseSent():
            return OTHER
