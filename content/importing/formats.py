"""What format a source is in, and its blocks."""

import re
from collections.abc import Callable
from pathlib import PurePath
from typing import Final

from content.importing.blocks import Document
from content.importing.decoding import refuse_long_lines
from content.importing.hypertext import parse_html
from content.importing.markdown import parse_markdown
from content.importing.plain_text import parse_text
from content.importing.proposals import SourceFormat

_SUFFIXES: Final[dict[str, SourceFormat]] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".text": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}
_PARSERS: Final[dict[SourceFormat, Callable[[str], Document]]] = {
    "text": parse_text,
    "markdown": parse_markdown,
    "html": parse_html,
}
_SAMPLE: Final = 20_000
_HTML_START: Final = re.compile(r"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_HTML_TAG: Final = re.compile(
    r"</?(?:p|div|h[1-6]|ul|ol|li|table|tr|td|section|article|span|br|strong|details|main|a)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_MARKDOWN_HINTS: Final = (
    re.compile(r"^#{1,6} +\S", re.MULTILINE),
    re.compile(r"^(?:=|-){3,} *$", re.MULTILINE),
    re.compile(r"^\|? *:?-{3,}:? *\|", re.MULTILINE),
    re.compile(r"\[[^\[\]\n]+\]\((?:https?:|mailto:|/|#)[^\s()]*\)"),
    re.compile(r"(?<!\*)\*\*[^\s*][^*\n]*\*\*(?!\*)"),
    re.compile(r"^(?:```|~~~)", re.MULTILINE),
    re.compile(r"\A---\n[a-z_]+:"),
)


def recognise_format(filename: str | None, text: str) -> SourceFormat:
    """The format that the suffix of the file name says, else what the text looks like."""
    suffix = PurePath(filename).suffix.lower() if filename else ""
    return _SUFFIXES.get(suffix) or _format_of(text[:_SAMPLE])


def parse(text: str, source_format: SourceFormat) -> Document:
    """The blocks of the source; their spans cover it without gap or overlap.

    Raises `SourceRefused` for a line of text or Markdown that is too long to be a paragraph.
    """
    if source_format != "html":
        refuse_long_lines(text)
    return _PARSERS[source_format](text)


def _format_of(text: str) -> SourceFormat:
    if _HTML_START.match(text) or len(_HTML_TAG.findall(text)) >= 4:
        return "html"
    if (
        _MARKDOWN_HINTS[0].search(text)
        or sum(bool(hint.search(text)) for hint in _MARKDOWN_HINTS[1:]) >= 2
    ):
        return "markdown"
    return "text"
