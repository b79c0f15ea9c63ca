"""Markdown → blocks, by the lines of the source; what stands in a line is kept as written."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import unescape
from itertools import accumulate
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from content.importing.blocks import Block, BlockKind, Document, partition, set_aside, visible
from content.importing.hypertext import html_blocks

_KINDS: Final[dict[str, BlockKind]] = {
    "paragraph_open": "paragraph",
    "heading_open": "heading",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "table_open": "table",
    "fence": "code",
    "code_block": "code",
    "blockquote_open": "quote",
}
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_FRONT_MATTER: Final = re.compile(
    r"\ufeff?---[ \t]*\n(?:[^\n]*\n){1,200}?(?:---|\.\.\.)[ \t]*(?:\n|\Z)"
)
_TITLE: Final = re.compile(r"^title[ \t]*:[ \t]*(.+)$", re.MULTILINE | re.IGNORECASE)
_KEY: Final = re.compile(r"[A-Za-z][\w -]*:")
_REFERENCE: Final = re.compile(r"\[([^\[\]\n]{1,200})\]")
_BOLD: Final = re.compile(r"(\*\*|__)(?=\S)([^*_\n]+)(?<=\S)\1:?")
_PLAIN: Final = (
    (re.compile(r"!?\[([^\[\]]*)\]\([^()\n]*\)"), r"\1"),
    (re.compile(r"!?\[([^\[\]]*)\]\[[^\[\]]*\]"), r"\1"),
    (re.compile(r"<(?:https?://|mailto:)?([^<>\s]+@?[^<>\s]*)>"), r""),
    (re.compile(r"</?[A-Za-z][^<>]*>"), ""),
    (re.compile(r"(?<!\\)(\*+|`+|~~)"), ""),
    (re.compile(r"(?<![\w\\])_+|(?<!\\)_+(?!\w)"), ""),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)
_QUOTE_OR_ITEM: Final = re.compile(
    r"^[ \t]*(?:>[ \t]?|[-*+][ \t]+|\d{1,9}[.)][ \t]+)+", re.MULTILINE
)

_PARSER: Final = MarkdownIt("commonmark").enable("table")
# Only the shape of the blocks is wanted; parsing what stands in a line can be very slow.
_PARSER.core.ruler.disable("inline")


def parse_markdown(source: str) -> Document:
    """The blocks of a Markdown text. Never fails; costs time in proportion to the length."""
    skipped = _front_matter_end(source)
    blocks = [set_aside(0, "front_matter")] if skipped else []
    blocks += _blocks(source, skipped)
    title = _TITLE.search(source, 0, skipped)
    name = visible(title[1]).strip("\"'") if title else None
    return Document(partition(blocks, source), name or None)


def plain(markdown: str) -> str:
    """What a reader sees of a piece of Markdown, on one line."""
    text = _QUOTE_OR_ITEM.sub("", markdown)
    for pattern, replacement in _PLAIN:
        text = pattern.sub(replacement, text)
    return visible(unescape(text))


def _front_matter_end(source: str) -> int:
    """Where the metadata block ends; 0 when the source does not begin with one."""
    block = _FRONT_MATTER.match(source)
    lines = block.group().splitlines()[1:-1] if block else []
    return block.end() if block and any(_KEY.match(line) for line in lines) else 0


def _blocks(source: str, skipped: int) -> Iterator[Block]:
    lines = _LINE.findall(source[skipped:])
    starts = list(accumulate((len(line) for line in lines), initial=skipped))
    environment: dict[str, dict[str, dict[str, str]]] = {}
    rule, last = False, 0
    for token in _PARSER.parse(source[skipped:], environment):
        if token.level or token.map is None:
            continue
        first, end = token.map[0], min(token.map[1], len(lines))
        if token.type == "hr":
            rule = True
            continue
        raw = "".join(lines[first:end])
        made = _made(token, raw, starts[first], environment.get("references", {}))
        for block in made:
            if not block.text:
                block.reason = "markup"
            block.gap = block.gap and (first == 0 or first > last or block.marked)
            block.rule, rule = rule, False
            yield block
        last = end


def _made(
    token: Token, raw: str, start: int, references: dict[str, dict[str, str]]
) -> Sequence[Block]:
    if token.type == "html_block":
        return html_blocks(raw, start)
    kind = _KINDS.get(token.type)
    if kind is None:
        return []
    markdown = raw.strip("\r\n").rstrip()
    if kind == "heading":
        return [_heading(token, markdown, start)]
    if kind == "paragraph":
        return _paragraphs(raw, start, references)
    markdown += _definitions(markdown, references) if kind != "code" else ""
    return [Block(kind, start, plain(raw), markdown)]


def _heading(token: Token, raw: str, start: int) -> Block:
    content = raw.split("\n")[:-1] if token.markup in {"=", "-"} else [raw.strip().strip("#")]
    text = plain(" ".join(content))
    return Block("heading", start, text, text, level=int(token.tag[1]), marked=True)


def _paragraphs(raw: str, start: int, references: dict[str, dict[str, str]]) -> list[Block]:
    """One paragraph, or two when its first line is all bold: then that is a heading."""
    first, _, rest = raw.partition("\n")
    if rest.strip() and _BOLD.fullmatch(first.strip()):
        body = _paragraph(rest, start + len(first) + 1, references)
        return [_paragraph(first, start, references), replace(body, gap=False)]
    return [_paragraph(raw, start, references)]


def _paragraph(raw: str, start: int, references: dict[str, dict[str, str]]) -> Block:
    markdown = raw.strip()
    bold = bool(_BOLD.fullmatch(markdown))
    kept = markdown + _definitions(markdown, references)
    return Block("paragraph", start, plain(markdown), kept, bold=bold)


def _definitions(markdown: str, references: dict[str, dict[str, str]]) -> str:
    """The link definitions that a block needs, since they may stand far from it."""
    if not references:
        return ""
    used = dict.fromkeys(match[1] for match in _REFERENCE.finditer(markdown))
    found = {label: references.get(" ".join(label.split()).upper()) for label in used}
    lines = [f"[{label}]: <{target['href']}>" for label, target in found.items() if target]
    return "\n\n" + "\n".join(lines) if lines else ""
