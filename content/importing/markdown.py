"""Markdown → blocks, by the lines of the source; what stands in a line is kept as written."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import unescape
from itertools import accumulate, zip_longest
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from content.importing.blocks import Block, BlockKind, Document, partition, set_aside, visible
from content.importing.hypertext import html_blocks
from content.importing.inline_html import without_html

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
    (re.compile(r"\\\n"), " "),
    (re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\n]|\([^()\n]*\))*\)"), r"\1"),
    (re.compile(r"!?\[([^\[\]]*)\]\[[^\[\]]*\]"), r"\1"),
    (re.compile(r"<(?:https?://|mailto:)?([^<>\s]+@?[^<>\s]*)>"), r""),
    (re.compile(r"</?[A-Za-z][^<>]*>"), ""),
    (re.compile(r"(?<!\\)(\*+|`+|~~)"), ""),
    (re.compile(r"(?<![\w\\])_+|(?<!\\)_+(?!\w)"), ""),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)
_NUMBER: Final = re.compile(r"[ ]{0,3}(\d{1,9})[.)][ \t]+\S")
_UNDERLINE: Final = re.compile(r"[ ]{0,3}(?:=+|-{3,})[ \t]*(?:\r\n|\r|\n)?\Z")
_FOLD: Final = re.compile(r"<(/?)details\b", re.IGNORECASE)
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
    """What a reader sees of a piece of Markdown, on one line, without the marks of its items."""
    return _plain_line(_QUOTE_OR_ITEM.sub("", markdown))


def _plain_line(text: str) -> str:
    """What a reader sees of a heading: a number at its beginning is part of it."""
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
    rule, last, unfolded = False, 0, 0
    for token in _PARSER.parse("".join(_escaped_titles(lines)), environment):
        if token.level or token.map is None:
            continue
        first, end = token.map[0], min(token.map[1], len(lines))
        if token.type == "hr":
            rule = True
            continue
        raw = "".join(lines[first:end])
        made = _made(token, raw, starts[first], environment.get("references", {}))
        if token.type == "html_block":
            unfolded += sum(-1 if match[1] else 1 for match in _FOLD.finditer(raw))
        for block in made:
            if not block.text:
                block.reason = "markup"
            block.gap = block.gap and (first == 0 or first > last or block.marked)
            block.rule, rule = rule, False
            block.accordion = block.accordion or max(unfolded, 0)
            yield block
        last = end


def _escaped_titles(lines: Sequence[str]) -> Iterator[str]:
    """The lines for the parser, which takes a number above an underline for an item of a list.

    A line of dashes may also be the rule behind the last item of a list that counts up to it.
    """
    counted, before = 0, ""
    for line, following in zip_longest(lines, lines[1:], fillvalue=""):
        number = _NUMBER.match(line)
        underline = _UNDERLINE.match(following)
        ends_list = number and (before.strip() or int(number[1]) == counted + 1 > 1)
        if number and underline and ("=" in following or not ends_list):
            yield f"{line[: number.end(1)]}\\{line[number.end(1) :]}"
            number = None
        else:
            yield line
        if number or not (before.strip() or line[:1].isspace()):
            counted = int(number[1]) if number else 0
        before = line


def _made(
    token: Token, raw: str, start: int, references: dict[str, dict[str, str]]
) -> Sequence[Block]:
    if token.type == "html_block":
        return html_blocks(raw, start)
    kind = _KINDS.get(token.type)
    if kind is None:
        return []
    if kind == "paragraph":
        return _paragraphs(raw, start, references)
    markdown = raw.strip("\r\n").rstrip()
    if kind == "code":
        return [Block(kind, start, plain(raw), markdown)]
    markdown = without_html(markdown, line_break="\\\n" if kind == "quote" else " ")
    if kind == "heading":
        return [_heading(token, markdown, start)]
    text = plain(markdown)
    return [Block(kind, start, text, markdown + _definitions(markdown, references))]


def _heading(token: Token, raw: str, start: int) -> Block:
    content = raw.split("\n")[:-1] if token.markup in {"=", "-"} else [raw.strip().strip("#")]
    text = _plain_line(" ".join(content))
    return Block("heading", start, text, text, level=int(token.tag[1]), marked=True)


def _paragraphs(raw: str, start: int, references: dict[str, dict[str, str]]) -> list[Block]:
    """One paragraph, or two when its first line is all bold: then that is a heading."""
    first, _, rest = raw.partition("\n")
    if rest.strip() and _BOLD.fullmatch(without_html(first).strip()):
        body = _paragraph(rest, start + len(first) + 1, references)
        return [_paragraph(first, start, references), replace(body, gap=False)]
    return [_paragraph(raw, start, references)]


def _paragraph(raw: str, start: int, references: dict[str, dict[str, str]]) -> Block:
    markdown = without_html(raw.strip()).strip()
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
