"""The ``!`` rows under a line: carets or other signs exactly under the cells they mean, then a short
text."""

from __future__ import annotations

from rich.cells import cell_len

from tui.ui.folding import fold
from tui.values import value


@value
class Remark:
    """Carets under these cells of the whole line (start, length), then a text. No spans: the text alone.

    ``signs`` stand in the place of carets: one for each span; where two meet, the later one is seen.
    """

    spans: tuple[tuple[int, int], ...]
    text: str
    signs: str = ""
    quiet: bool = False  # it says what is there, not that something is wrong


def remark_rows(remark: Remark, begins: int, ends: int, width: int, *, last: bool) -> list[str]:
    """What stands under one row of the line, which shows its cells from ``begins`` to ``ends``.

    ``last``: there is no further row, so a place behind the text is shown here. The text of the remark stands
    once, under the first row that has carets.
    """
    upto = begins + width if last else ends
    signs = remark.signs or "^" * len(remark.spans)
    under = [
        (start - begins, min(length, max(1, ends - start)), sign)
        for (start, length), sign in zip(remark.spans, signs, strict=True)
        if begins <= start < upto
    ]
    earlier = any(start < begins for start, _length in remark.spans)
    if not under and (earlier or not last):
        return []
    carets = _carets(under)
    if earlier:
        return [carets]
    gap = "   " if remark.quiet else " "
    if carets and cell_len(carets) + len(gap) + cell_len(remark.text) <= width:
        return [f"{carets}{gap}{remark.text}".rstrip()]
    text = [remark.text[start:end] for start, end in fold(_held(remark.text), width)] if remark.text else []
    return [carets, *text] if carets else text


def _held(text: str) -> str:
    """With the verbs of two words as one: they stand on one row."""
    return text.replace("MAIL FROM", "MAIL_FROM").replace("RCPT TO", "RCPT_TO")


def _carets(under: list[tuple[int, int, str]]) -> str:
    row: list[str] = []
    for start, length, sign in under:
        row += " " * (start + length - len(row))
        row[start : start + length] = sign * length
    return "".join(row)
