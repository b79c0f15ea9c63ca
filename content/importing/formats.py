"""What format a source is in, and its blocks."""

import re
from collections.abc import Callable
from pathlib import PurePath
from typing import Final

from content.errors import Reason, SourceRefused
from content.importing.blocks import Document
from content.importing.decoding import DOCX, Decoded, refuse_long_lines
from content.importing.hypertext import parse_html
from content.importing.markdown import parse_markdown
from content.importing.mojibake import repair_document
from content.importing.plain_text import parse_text
from content.importing.proposals import SOURCE_FORMATS, SourceFormat

TEXT_FORMATS: Final = tuple(each for each in SOURCE_FORMATS if each != "docx")
"""The formats that a text can be in; the others are files."""

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
    "docx": parse_html,
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


def format_of(
    decoded: Decoded, filename: str | None, wanted: SourceFormat | None = None
) -> SourceFormat:
    """The format of a decoded source: DOCX is known by its bytes, a text may be called anything.

    Raises `SourceRefused` when the source is called DOCX and is none, or the other way round.
    """
    is_docx = decoded.encoding == DOCX
    if wanted is not None and (wanted == "docx") != is_docx:
        detail = f"The source is {'' if is_docx else 'not '}a DOCX document."
        raise SourceRefused(detail, [Reason("", "format", detail)])
    return "docx" if is_docx else wanted or recognise_format(filename, decoded.text)


def parse(text: str, source_format: SourceFormat) -> Document:
    """The blocks of the source; their spans cover it without gap or overlap.

    Text that was damaged by reading UTF-8 as Windows-1252 is mended in the blocks, not in the
    source. Raises `SourceRefused` for a line of text or Markdown that is too long to be a
    paragraph.
    """
    if source_format not in {"html", "docx"}:
        refuse_long_lines(text)
    document = _PARSERS[source_format](text)
    repair_document(document, text)
    return document


def _format_of(text: str) -> SourceFormat:
    if _HTML_START.match(text) or len(_HTML_TAG.findall(text)) >= 4:
        return "html"
    if (
        _MARKDOWN_HINTS[0].search(text)
        or sum(bool(hint.search(text)) for hint in _MARKDOWN_HINTS[1:]) >= 2
    ):
        return "markdown"
    return "text"
