"""The inbox as JSON, for scripts. The keys are a promise (README); its strings are not visible()."""

from __future__ import annotations

from typing import Any

import msgspec

from tui.sandbox.inbox import Entry
from tui.sandbox.message import Content


def entry_facts(entry: Entry) -> dict[str, Any]:
    """A mail in the list. Without its envelope (``from`` null) only its file is known."""
    envelope = entry.envelope
    return {
        "number": entry.number,
        "received": entry.received,
        "from": envelope.reverse_path if envelope else None,
        "to": list(envelope.addresses) if envelope else [],
        "subject": entry.subject,
        "octets": entry.octets,
        "peer": envelope.peer if envelope else None,
        "tls": envelope.tls or None if envelope else None,
        "user": envelope.user or None if envelope else None,
        "junk": bool(envelope and envelope.verdict and envelope.verdict.quarantined),
        "file": str(entry.path),
    }


def mail_facts(entry: Entry, content: Content) -> dict[str, Any]:
    """One mail, with what it holds."""
    envelope = entry.envelope
    return {
        **entry_facts(entry),
        "helo": {"verb": envelope.helo[0], "name": envelope.helo[1]} if envelope else None,
        "mail_params": envelope.mail_params if envelope else {},
        "recipients": [{"address": one.address, "params": one.params} for one in envelope.recipients]
        if envelope
        else [],
        "verdict": msgspec.to_builtins(envelope.verdict) if envelope and envelope.verdict else None,
        "header": [[field.name, field.value] for field in content.header],
        "text": content.text,
        "text_type": content.text_type,
        "html_text": content.html or None,
        "parts": [
            {"number": at, "type": part.type, "filename": part.filename or None, "octets": part.octets}
            for at, part in enumerate(content.parts, start=1)
        ],
        "more_parts": content.more_parts,
        "cut": content.cut,
        "dialogue": [
            {"line": one.line, "reply": one.reply} for one in (envelope.dialogue if envelope else ())
        ],
    }
