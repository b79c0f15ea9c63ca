"""HTML → tags and texts with their places, in one pass that never goes back.

The standard library's parser differs between versions in where malformed markup ends; this one
follows the tokenizer of the HTML standard as far as articles need it, and keeps positions.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Final, Literal, NamedTuple

PieceKind = Literal["text", "open", "close", "markup", "title"]

FORM_CONTROLS: Final = frozenset({"select", "textarea", "datalist"})
"""Elements whose text is a choice or a hint of a form."""

HIDDEN_ELEMENTS: Final = FORM_CONTROLS | frozenset(
    {
        *("script", "style", "template", "noscript", "noembed", "noframes", "title", "xml"),
        *("iframe", "svg", "object", "audio", "video", "canvas", "applet"),
    }
)
"""Elements of which a page shows no text of its own, or shows it in a control."""

_NAME: Final = re.compile(r"</?([A-Za-z][^\s/>]*)")
_OPENING: Final = re.compile(r"<(?=[A-Za-z!?]|/[A-Za-z])")
_SIMPLE: Final = re.compile(r"""<(/?)([A-Za-z][^\s/<>"']*+)(?:[^<>"']|"[^"<>]*+"|'[^'<>]*+')*+>""")
# Most tags; the others, with an angle bracket in a quote or a quote that never ends, take longer.
_ATTRIBUTE: Final = re.compile(r"""([^\s=/>"']+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]*))?""")
_QUOTE: Final = re.compile(r"""["'>]""")


class Piece(NamedTuple):
    """A tag, a text, or markup without text; `name` is the element, in small letters."""

    kind: PieceKind
    start: int
    end: int
    name: str = ""


@dataclass(slots=True)
class _Scanner:
    """The source and what is known to occur nowhere in its rest."""

    source: str
    lowered: str
    absent: set[str] = field(default_factory=set)

    def find(self, needle: str, start: int) -> int:
        """Like `str.find`, but a failure is remembered, so that many cost no more than one."""
        if needle in self.absent:
            return -1
        position = self.lowered.find(needle, start)
        if position < 0:
            self.absent.add(needle)
        return position


def pieces(source: str) -> Iterator[Piece]:
    """The pieces of an HTML source in order; together they cover it."""
    # Lower-casing some letters changes the length; ASCII is all that tags need.
    lowered = source.translate({code: code + 32 for code in range(65, 91)})
    scanner = _Scanner(source, lowered)
    position, last = 0, source.rfind(">")
    while position < len(source):
        found = _OPENING.search(source, position) if position <= last else None
        opening = found.start() if found and found.start() <= last else len(source)
        if opening > position:
            yield Piece("text", position, opening)
        position = opening
        if opening < len(source):
            piece = _simple_tag(source, opening) or _markup(scanner, opening)
            yield piece
            position = piece.end


def attributes(tag: str) -> dict[str, str]:
    """The attributes of one opening tag, entities decoded."""
    name = _NAME.match(tag)
    rest = tag[name.end() :] if name else ""
    found = {}
    for match in _ATTRIBUTE.finditer(rest):
        value = match[2] or ""
        found[match[1].lower()] = unescape(value.strip("\"'"))
    return found


def _simple_tag(source: str, start: int) -> Piece | None:
    """The tag that starts here; None for one that is not simple, and for what is no tag."""
    tag = _SIMPLE.match(source, start)
    if tag is None:
        return None
    name = tag[2].lower()
    if tag[1]:
        return Piece("close", start, tag.end(), name)
    return None if name in HIDDEN_ELEMENTS else Piece("open", start, tag.end(), name)


def _markup(scanner: _Scanner, start: int) -> Piece:
    source = scanner.source
    if source.startswith("<!--", start):
        return Piece("markup", start, _after(scanner, "-->", start + 4))
    if source[start + 1] in "!?":
        return Piece("markup", start, _after(scanner, ">", start))
    name = _NAME.match(source, start)
    element = name[1].lower() if name else ""
    end = _tag_end(scanner, start)
    if source.startswith("</", start):
        return Piece("close", start, end, element)
    if element in HIDDEN_ELEMENTS:
        return _hidden(scanner, start, end, element)
    return Piece("open", start, end, element)


def _after(scanner: _Scanner, needle: str, start: int) -> int:
    """Behind the next `needle`; without one, only up to the next `>`, so that no text is lost."""
    position = scanner.find(needle, start)
    if position >= 0:
        return position + len(needle)
    position = scanner.find(">", start)
    return position + 1 if position >= 0 else len(scanner.source)


def _tag_end(scanner: _Scanner, start: int) -> int:
    """Behind the `>` that closes the tag; quoted ones do not, unless the quote never ends."""
    position = start
    while True:
        match = _QUOTE.search(scanner.source, position)
        if match is None:
            return len(scanner.source)
        if match.group() == ">":
            return match.end()
        closing = scanner.find(match.group(), match.end())
        position = closing + 1 if closing >= 0 else match.end()


def _hidden(scanner: _Scanner, start: int, end: int, element: str) -> Piece:
    closing = scanner.find(f"</{element}", end)
    if closing < 0:
        return Piece("markup", start, end, element)
    kind: PieceKind = "title" if element == "title" else "markup"
    return Piece(kind, start, _after(scanner, ">", closing), element)
