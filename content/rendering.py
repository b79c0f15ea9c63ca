"""Markdown to safe HTML, to plain text, and to digests: done once, when an edition is published.

HTML is made by CommonMark (with tables) with raw HTML switched off, and then sanitised as well:
two independent gates, of which either alone would do.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import nh3
import orjson
from markdown_it import MarkdownIt
from markdown_it.token import Token

MAX_BODY = 200_000
"""Characters of Markdown in one body; ten times the longest section ever seen."""

_MAX_BRACKETS = 2_000
# Unmatched brackets are what makes Markdown parsers slow: their time grows with the square.

_MAX_LEVEL = 18
# The parser silently drops what is nested deeper than 20; nothing may be lost, so refuse before.

_BLOCK_ENDS = frozenset(
    {
        *("paragraph_close", "heading_close", "table_close", "code_block", "fence"),
        *("bullet_list_close", "ordered_list_close"),
    }
)
_TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "a", "img", "code", "pre", "blockquote"),
    *("ul", "ol", "li", "h2", "h3", "h4", "h5", "h6"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "th": {"align"},
    "td": {"align"},
}
_parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])

_PICTURE = re.compile(r"media:(.*)", re.IGNORECASE)
_CITATION = re.compile(r"\[\^ref:([a-z0-9]+(?:-[a-z0-9]+)*)\]")


@dataclass(frozen=True, slots=True)
class Rendition:
    """A text as readers get it: sanitised HTML, plain text, and the number of its words."""

    html: str
    text: str
    words: int


@dataclass(frozen=True, slots=True)
class Depiction:
    """How a picture is shown: its address, what it is in words, and its size in pixels."""

    address: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Around:
    """What a text names and does not hold: pictures by id, the numbers of references by theirs."""

    pictures: Mapping[str, Depiction] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mentions:
    """What a text names: each picture with whether the text says what it shows, and references."""

    pictures: tuple[tuple[str, bool], ...] = ()
    references: tuple[str, ...] = ()


ALONE = Around()
"""Around a text that names nothing, or is shown without it."""


def mentions(markdown: str) -> Mentions:
    """What a text names: pictures as `![...](media:<id>)`, references as `[^ref:<id>]`."""
    if "media:" not in markdown.lower() and "[^ref:" not in markdown:
        return Mentions()
    inside = list(_inline_tokens(_parser.parse(markdown)))
    pictures = [
        (found[1], bool(_inline_text(token.children or []).strip()))
        for token in inside
        if token.type == "image" and (found := _PICTURE.fullmatch(str(token.attrs["src"])))
    ]
    cited = [
        each
        for token in inside
        if token.type == "text"
        for each in _CITATION.findall(token.content)
    ]
    return Mentions(tuple(pictures), tuple(cited))


def objection(markdown: str) -> str | None:
    """Why this Markdown is not accepted, or None when it is."""
    if len(markdown) > MAX_BODY:
        return f"has {len(markdown):,} characters; at most {MAX_BODY:,} are accepted"
    if markdown.count("[") > _MAX_BRACKETS or markdown.count("<") > _MAX_BRACKETS:
        return f"has more than {_MAX_BRACKETS:,} opening brackets"
    if max((token.level for token in _parser.parse(markdown)), default=0) >= _MAX_LEVEL:
        return "has lists or quotations nested too deeply"
    return None


def render(markdown: str, around: Around = ALONE) -> Rendition:
    """Render Markdown that `objection` has nothing against.

    A picture that is not known is left out of the HTML, and an unknown reference stays as it is
    written; publishing refuses both.
    """
    tokens = _parser.parse(markdown)
    if around.pictures or around.numbers:
        _fill_in(tokens, around)
    _demote_headings(tokens)
    _align_cells(tokens)
    text = _plain(tokens)
    html = _parser.renderer.render(tokens, _parser.options, {})
    return Rendition(html=_sanitised(html), text=text, words=count_words(text))


def is_safe(html: str) -> bool:
    """Whether HTML holds nothing but what `render` lets through."""
    return _sanitised(html) == html


def parsed(markdown: str) -> list[Token]:
    """The tokens of Markdown that `objection` has nothing against, as they are rendered."""
    return _parser.parse(markdown)


def count_words(text: str) -> int:
    """Words as readers count them: runs of letters, digits and what joins them."""
    return len(re.findall(r"\w+(?:['’\-.]\w+)*", text))


def digest(parts: Any) -> str:
    """The SHA-256, in hexadecimal, of any plain data: the same on every machine."""
    return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _sanitised(html: str) -> str:
    safe = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener",
    )
    return safe.strip()


def _inline_tokens(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


def _fill_in(tokens: Iterable[Token], around: Around) -> None:
    for block in tokens:
        if block.children:
            block.children = [
                each
                for token in block.children
                for each in _cited(_depicted(token, around.pictures), around.numbers)
            ]


def _depicted(token: Token, pictures: Mapping[str, Depiction]) -> Token:
    """The token of a picture with its address, size and, where the text has none, words."""
    found = _PICTURE.fullmatch(str(token.attrs["src"])) if token.type == "image" else None
    shown = pictures.get(found[1]) if found else None
    if shown is not None:
        token.attrs |= {"src": shown.address, "width": shown.width, "height": shown.height}
        if not _inline_text(token.children or []).strip():
            token.children = [Token("text", "", 0, content=shown.alt)]
    return token


def _cited(token: Token, numbers: Mapping[str, int]) -> Iterator[Token]:
    """The token, and if it is text with references in it, in pieces with links between them.

    No anchor of a section holds a colon: a link leads to the reference, and never elsewhere.
    """
    if token.type != "text" or not numbers:
        yield token
        return
    for place, piece in enumerate(_CITATION.split(token.content)):
        cited = place % 2 == 1
        if cited and piece in numbers:
            yield Token("link_open", "a", 1, attrs={"href": f"#ref:{piece}"})
            yield Token("text", "", 0, content=f"[{numbers[piece]}]")
            yield Token("link_close", "a", -1)
        elif piece:
            yield Token("text", "", 0, content=f"[^ref:{piece}]" if cited else piece)


def _demote_headings(tokens: Iterable[Token]) -> None:
    # The page's h1 is the article's title: a heading inside a body stands below it.
    for token in tokens:
        if token.type in {"heading_open", "heading_close"} and token.tag == "h1":
            token.tag = "h2"


def _align_cells(tokens: Iterable[Token]) -> None:
    # The parser says it as a style, and no style passes the sanitiser.
    for token in tokens:
        if token.type in {"th_open", "td_open"} and "style" in token.attrs:
            style = str(token.attrs.pop("style"))
            token.attrs["align"] = style.removeprefix("text-align:")


class _PlainText:
    """Blocks as paragraphs, list items as lines with their mark, cells of a row parted by bars."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.lists: list[int | None] = []
        """For each open list the number of its next item, None where items have dashes."""
        self.mark = ""
        self.cells: list[str] | None = None

    def take(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open":
                self.lists.append(None)
            case "ordered_list_open":
                self.lists.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                self.lists.pop()
            case "list_item_open":
                self._start_item()
            case "tr_open":
                self.cells = []
            case "inline":
                self._say(_inline_text(token.children or []))
            case "fence" | "code_block":
                self._say(token.content.rstrip("\n"))
            case "tr_close":
                self._end_row()
        if token.type in _BLOCK_ENDS and not self.lists:
            self.lines.append("")

    def _start_item(self) -> None:
        number = self.lists[-1]
        self.mark = "- " if number is None else f"{number}. "
        if number is not None:
            self.lists[-1] = number + 1

    def _say(self, text: str) -> None:
        if self.cells is not None:
            self.cells.append(text)
            return
        indent = "  " * max(len(self.lists) - 1, 0)
        mark = self.mark or ("  " if self.lists else "")
        self.lines.append(f"{indent}{mark}{text}")
        self.mark = ""

    def _end_row(self) -> None:
        self.lines.append(" | ".join(self.cells or []))
        self.cells = None


def _plain(tokens: Iterable[Token]) -> str:
    plain = _PlainText()
    for token in tokens:
        plain.take(token)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(plain.lines)).strip()


def _inline_text(tokens: Iterable[Token]) -> str:
    parts: list[str] = []
    for token in tokens:
        if token.type in {"text", "code_inline", "text_special"}:
            parts.append(token.content)
        elif token.type in {"softbreak", "hardbreak"}:
            parts.append("\n" if token.type == "hardbreak" else " ")
        elif token.type == "image":
            parts.append(_inline_text(token.children or []))
    return "".join(parts)
