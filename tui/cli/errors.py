"""What is wrong with how the program was called."""

from __future__ import annotations


class UsageError(Exception):
    """Exit code 2. ``str()`` is a translated sentence without its full stop, foreign text in it visible()."""
