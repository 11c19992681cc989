"""HTML becomes text: what a reader would read, where links go, and nothing fetched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.sandbox.hypertext import as_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two", "one\ntwo"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("<ul><li>one<li>two</ul>", "- one\n- two"),
        ("  much \n\t room ", "much room"),
        ("<pre>a  b\r\n c</pre>", "a  b\n c"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1  2\n3"),
        ('<a href="https://x.test/">here</a>', "here <https://x.test/>"),
        ('<a href="https://x.test/">https://x.test/</a>', "https://x.test/"),
        ('<a href="mailto:a@b.test">a@b.test</a> <a href="#top">up</a> <a>no</a>', "a@b.test up no"),
        ('<img src="https://x.test/1.png" alt="a cat"><img src="cid:1">', "[a cat][image]"),
        ("<style>p { color: red }</style><script>alert(1)</script>seen", "seen"),
        ("<head><title>t</title><body>seen", "seen"),
        ("a<hr>b", "a\n--------------------\nb"),
        ("&lt;b&gt; &amp; &#x4f60;", "<b> & 你"),
        ("a < b <", "a < b <"),
        ("</pre></a></p>x", "x"),
        ("<blockquote>said</blockquote>answer", "> said\n\nanswer"),
        ("one&nbsp;two&nbsp;&zwnj;&#8203;&shy;<p>&nbsp;</p>three", "one two\n\nthree"),
        ("", ""),
    ],
)
def test_as_text(html: str, text: str) -> None:
    assert as_text(html) == text


@given(st.text(alphabet="<>/ab=\"'pre td&#;\n", max_size=200))
def test_any_text_gives_something(html: str) -> None:
    assert isinstance(as_text(html), str)


@pytest.mark.parametrize(
    ("piece", "text"),
    [
        ("<div>", ""),
        ("<", "<"),
        ("<a ", "<a "),
        ('<a b="', '<a b="'),
        ("<!--", ""),
        ("<![CDATA[", ""),
        ("<?", ""),
        ("</", "</"),
        ("<p>", ""),
    ],
)
def test_what_is_never_closed_costs_no_more_than_its_length(piece: str, text: str) -> None:
    """Sixty thousand of each: with the square of the length, none of them would come back."""
    seen = as_text(f"first {piece * 60_000}")
    assert seen.startswith(f"first {text}".rstrip())


def test_a_picture_that_carries_its_octets_is_a_picture() -> None:
    assert (
        as_text(f'a <img src="data:image/png;base64,{"A" * 5000}" alt="x"> b <em>c</em>') == "a [image] b c"
    )
    assert as_text("a <!-- > <b> --> b <!DOCTYPE html> <b title='>'>c</b>") == "a b c"


def test_a_character_of_a_number_without_end_is_none() -> None:
    assert as_text("a &#" + "9" * 5000 + "; b") == "a \ufffd b"
