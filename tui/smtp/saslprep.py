"""SASLprep (RFC 4013): the one form of a user name or password, however it was typed."""

from __future__ import annotations


def saslprep(text: str) -> str | None:
    """``text`` as both sides compare it; None where it holds what is prohibited (controls, private use, lone
    surrogates, text of both directions mixed). Code points that Unicode 3.2 does not know are let through, as
    RFC 3454 §7 allows for queries."""
    if text.isascii():  # nearly always; and stringprep's tables cost time to load
        return text if text.isprintable() else None
    import stringprep
    import unicodedata

    mapped = "".join(
        " " if stringprep.in_table_c12(char) else char for char in text if not stringprep.in_table_b1(char)
    )
    result = unicodedata.ucd_3_2_0.normalize("NFKC", mapped)
    prohibited = (
        stringprep.in_table_c12, stringprep.in_table_c21_c22, stringprep.in_table_c3, stringprep.in_table_c4,
        stringprep.in_table_c5, stringprep.in_table_c6, stringprep.in_table_c7, stringprep.in_table_c8,
        stringprep.in_table_c9,
    )  # fmt: skip
    if any(table(char) for char in result for table in prohibited):
        return None
    return None if _mixes_directions(result) else result


def _mixes_directions(text: str) -> bool:
    """RFC 3454 §6: right-to-left text holds no left-to-right character, and begins and ends with its own
    kind."""
    import stringprep

    if not any(stringprep.in_table_d1(char) for char in text):
        return False
    ends_right = stringprep.in_table_d1(text[0]) and stringprep.in_table_d1(text[-1])
    return not ends_right or any(stringprep.in_table_d2(char) for char in text)
