"""Markdown to safe HTML, to plain text, and to digests: done once, when an edition is published.

HTML is made by CommonMark (with tables) with raw HTML switched off, and then sanitised as well:
two independent gates, of which either alone would do.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
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
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "th": {"align"},
    "td": {"align"},
}
_parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


@dataclass(frozen=True, slots=True)
class Rendition:
    """A text as readers get it: sanitised HTML, plain text, and the number of its words."""

    html: str
    text: str
    words: int


def objection(markdown: str) -> str | None:
    """Why this Markdown is not accepted, or None when it is."""
    if len(markdown) > MAX_BODY:
        return f"has {len(markdown):,} characters; at most {MAX_BODY:,} are accepted"
    if markdown.count("[") > _MAX_BRACKETS or markdown.count("<") > _MAX_BRACKETS:
        return f"has more than {_MAX_BRACKETS:,} opening brackets"
    if max((token.level for token in _parser.parse(markdown)), default=0) >= _MAX_LEVEL:
        return "has lists or quotations nested too deeply"
    return None


def render(markdown: str) -> Rendition:
    """Render Markdown that `objection` has nothing against."""
    tokens = _parser.parse(markdown)
    _demote_headings(tokens)
    _align_cells(tokens)
    text = _plain(tokens)
    html = _parser.renderer.render(tokens, _parser.options, {})
    return Rendition(html=_sanitised(html), text=text, words=count_words(text))


def is_safe(html: str) -> bool:
    """Whether HTML holds nothing but what `render` lets through."""
    return _sanitised(html) == html


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
