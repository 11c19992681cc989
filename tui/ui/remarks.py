"""The ``!`` rows under a line: carets exactly under the wrong cells, then a short text."""

from __future__ import annotations

from rich.cells import cell_len

from tui.ui.folding import fold
from tui.values import value


@value
class Remark:
    """Carets under these cells of the whole line (start, length), then a text. No spans: the text alone."""

    spans: tuple[tuple[int, int], ...]
    text: str


def remark_rows(remark: Remark, begins: int, ends: int, width: int, *, last: bool) -> list[str]:
    """What stands under one row of the line, which shows its cells from ``begins`` to ``ends``.

    ``last``: there is no further row, so a place behind the text is shown here. The text of the remark stands
    once, under the first row that has carets.
    """
    upto = begins + width if last else ends
    under = [(start, length) for start, length in remark.spans if begins <= start < upto]
    earlier = any(start < begins for start, _length in remark.spans)
    if not under and (earlier or not last):
        return []
    carets = _carets([(start - begins, min(length, max(1, ends - start))) for start, length in under])
    if earlier:
        return [carets]
    if carets and cell_len(carets) + 1 + cell_len(remark.text) <= width:
        return [f"{carets} {remark.text}".rstrip()]
    text = [remark.text[start:end] for start, end in fold(remark.text, width)] if remark.text else []
    return [carets, *text] if carets else text


def _carets(spans: list[tuple[int, int]]) -> str:
    line = ""
    for start, length in sorted(spans):
        line = line.ljust(start) + "^" * length
    return line
