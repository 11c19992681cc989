"""What servers call messages and connections in their queues and logs."""

from __future__ import annotations

import hashlib
import string
import time
import uuid
from typing import Final

_BASE62: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase


def names_of(number: int) -> dict[str, str | int]:
    """What servers call message ``number`` in their queues: always the same for the same one. Negative: a
    connection."""
    digest = hashlib.sha256(b"%d" % number).hexdigest()
    letters = "".join(_BASE62[int(digest[at : at + 2], 16) % 62] for at in range(0, 28, 2))
    return {
        "id": digest[:10].upper(),
        "uuid": str(uuid.UUID(digest[:32])).upper(),
        "base62": f"1{letters[:5]}-000{letters[5:8]}-{letters[8:10]}",  # as of Exim before 4.97
        "time": int(time.time()),
    }
