"""HTML as text. Nothing is fetched, run or followed: a picture is its alternative text, a link shows where it
goes. Total: any text gives something."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

#: Elements that stand on lines of their own.
_BLOCKS: Final = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "div", "dl", "dt",
        "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
        "html",
        "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul",
    }
)  # fmt: skip
#: With a blank line around them.
_PARAGRAPHS: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table"})
#: Elements whose content no reader sees.
_HIDDEN: Final = frozenset({"script", "style", "head", "title", "template"})
#: A blank that does not break, and what a browser shows as nothing: soft hyphen, joiners, width zero.
_AS_SEEN: Final = {0xA0: " ", **dict.fromkeys((0xAD, 0x34F, 0x200B, 0x200C, 0x2060, 0xFEFF))}
_LONGEST_LINK: Final = 20  # pieces of its text that are compared with where it goes
#: What shows nothing, and how it ends. The longer ones first.
_SKIPPED: Final = {"<!--": "-->", "<![CDATA[": "]]>", "<!": ">", "<?": ">"}
_TAG: Final = re.compile(r"""</?[A-Za-z](?:[^<>"']|"[^"]*"|'[^']*')*+>""")
_TAG_NAME: Final = re.compile(r"</?[A-Za-z][A-Za-z0-9]{0,30}")
_LONGEST_TAG: Final = 2048
#: No character has it, and Python takes no number of so many digits from a text.
_LONG_NUMBER: Final = re.compile(r"&#[0-9]{1000,};?")
_BLANKS: Final = re.compile(r"[ \t\r\n\f]+")
_EMPTY_LINES: Final = re.compile(r"\n{3,}")


def as_text(html: str) -> str:
    """What a reader of the page would read."""
    reader = _Reader()
    reader.feed(_tamed(_LONG_NUMBER.sub("\ufffd", html)))
    reader.close()
    return reader.text()


def _tamed(html: str) -> str:
    """The same page for a parser whose time grows with the square of what is never closed: without comments
    and declarations, with tags that end, and every other ``<`` spelt out."""
    pieces: list[str] = []
    at, length, tag_end = 0, len(html), -1
    while (start := html.find("<", at)) >= 0:
        pieces.append(html[at:start])
        opened = next((one for one in _SKIPPED if html.startswith(one, start)), "")
        if opened:  # what does not end hides all that follows, as in a browser
            end = html.find(_SKIPPED[opened], start + len(opened))
            at = end + len(_SKIPPED[opened]) if end >= 0 else length
            continue
        found = _TAG.match(html, start, min(length, start + _LONGEST_TAG))
        if found is not None:
            pieces.append(found.group())
            at = found.end()
            continue
        if tag_end < start:
            tag_end = html.find(">", start)
            tag_end = length if tag_end < 0 else tag_end
        name = _TAG_NAME.match(html, start)
        if name is None or tag_end == length or tag_end - start < _LONGEST_TAG:
            pieces.append("&lt;")
            at = start + 1
        else:  # such as a picture that carries its own octets
            pieces.append(f"{name.group()}>")
            at = tag_end + 1
    pieces.append(html[at:])
    return "".join(pieces)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._hidden: list[str] = []  # the elements that hide what comes
        self._verbatim = 0  # depth of <pre>
        self._links: list[tuple[str, int]] = []  # where each open link goes, and where it began

    def text(self) -> str:
        lines = "".join(self._pieces).translate(_AS_SEEN).split("\n")
        return _EMPTY_LINES.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            self._hidden.clear()  # whatever was left open before it
        if tag in _HIDDEN:
            self._hidden.append(tag)
        elif self._hidden:
            return
        elif tag == "br":
            self._pieces.append("\n")
        elif tag == "hr":
            self._break(tag)
            self._pieces.append("-" * 20 + "\n")
        elif tag == "img":
            self._picture(dict(attrs))
        elif tag in {"td", "th"}:
            self._cell()
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self._pieces)))
        elif tag in _BLOCKS:
            self._break(tag)
            self._put({"li": "- ", "blockquote": "> "}.get(tag, ""))
            self._verbatim += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            if tag == self._hidden[-1]:
                self._hidden.pop()
        elif tag == "a" and self._links:
            self._leave_link()
        elif tag in _BLOCKS:
            self._break(tag)
            self._verbatim -= tag == "pre" and self._verbatim > 0

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if self._verbatim:
            self._put(data.replace("\r\n", "\n"))
            return
        text = _BLANKS.sub(" ", data)
        self._put(text.lstrip(" ") if self._at_start() else text)

    def _leave_link(self) -> None:
        """Where it goes stands behind its text, unless they are the same."""
        target, start = self._links.pop()
        said = "".join(self._pieces[max(start, len(self._pieces) - _LONGEST_LINK) :]).strip()
        if target and target not in {said, f"mailto:{said}"} and not target.startswith("#"):
            self._pieces.append(f" <{target}>")

    def _picture(self, attributes: dict[str, str | None]) -> None:
        self._pieces.append(f"[{attributes.get('alt') or 'image'}]")

    def _cell(self) -> None:
        if not self._at_start():
            self._pieces.append("  ")

    def _break(self, tag: str) -> None:
        if not self._at_start():
            self._pieces.append("\n")
        if tag in _PARAGRAPHS and self._pieces:
            self._pieces.append("\n")

    def _at_start(self) -> bool:
        """Of a line."""
        return not self._pieces or self._pieces[-1].endswith("\n")

    def _put(self, text: str) -> None:
        """No piece is empty, so that the last one says where the text stands."""
        if text:
            self._pieces.append(text)
