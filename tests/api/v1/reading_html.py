"""What a browser would find in a page, read by the standard library's parser."""

from html.parser import HTMLParser
from typing import Final

_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_VOID: Final = frozenset({"meta", "link", "br", "hr", "img"})


class Reader(HTMLParser):
    """The elements, headings and text of a page, and whether every tag is closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.headings: list[tuple[int, str]] = []
        self.text: dict[str, str] = {}
        self.open: list[str] = []
        self.balanced = True
        self.feed(html)
        self.close()
        self.balanced = self.balanced and not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in _HEADINGS:
            self.headings.append((_HEADINGS[tag], ""))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.balanced = self.balanced and bool(self.open) and self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in self.open:
            self.text[tag] = self.text.get(tag, "") + data
        if self.open and self.open[-1] in _HEADINGS:
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)


def outline(html: str) -> list[tuple[int, str]]:
    """The headings of a page, each with its level."""
    return Reader(html).headings
