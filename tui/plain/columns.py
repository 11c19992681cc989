"""Text in columns of line mode."""

from __future__ import annotations

from tui.smtp.display import cells


def fit(text: str, room: int) -> str:
    """``text`` in so many cells at most, with "..." where some of it is left out."""
    if cells(text) <= room:
        return text
    kept = text[: room - 3]
    while cells(kept) > room - 3:
        kept = kept[:-1]
    return f"{kept}..."
