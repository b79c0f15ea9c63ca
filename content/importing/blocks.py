"""Blocks: the pieces of a source, each with its span, whatever format it came in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest
from typing import Final, Literal, Protocol

Span = tuple[int, int]
"""Start and end (exclusive) in the decoded source, counted in characters (code points)."""

BlockKind = Literal[
    "paragraph", "heading", "list_item", "item_more", "list", "table", "code", "quote", "summary"
]

DEEPEST_LIST: Final = 8
"""Lists nested deeper than this are flattened to it, so that indentation stays bounded."""

INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
"""Characters that take no room on a page: zero-width ones and the soft hyphen."""

_REMOVE_INVISIBLE: Final = dict.fromkeys(map(ord, INVISIBLE))
_INLINE: Final = re.compile(r"[\\`*_\[\]]|<(?=[A-Za-z/!?])|&(?=#?\w+;)|~(?=~)|(?<=~)~")
_LINE_START: Final = re.compile(r"#{1,6}(?=\s|$)|[-+](?=\s|$)|--|[=>]")
_NUMBERED_START: Final = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")


class Joinable(Protocol):
    """What has its place in a body: a block, or what is kept of one."""

    @property
    def kind(self) -> BlockKind: ...
    @property
    def markdown(self) -> str: ...
    @property
    def marker(self) -> str: ...
    @property
    def depth(self) -> int: ...
    @property
    def is_item(self) -> bool: ...


@dataclass(slots=True)
class Block:
    """A paragraph, heading, list item, table ... of a source.

    `text` is what a reader sees, on one line, for rules to look at; `markdown` is what is kept
    of it, without the marker of a list item. `start` and `end` are set by `partition` so that
    the blocks of a document cover it. `level` is 1 to 6 for a heading; `marked` says that
    markup made it one. `gap` says that a blank line precedes; `rule`, that a horizontal rule
    does. `accordion` is the number of the accordion item that the block stands in, 0 for none.
    `reason` is a key of `SET_ASIDE_REASONS` when the block is not part of an article.
    """

    kind: BlockKind
    start: int
    text: str
    markdown: str
    end: int = 0
    level: int = 0
    marked: bool = False
    bold: bool = False
    gap: bool = True
    rule: bool = False
    depth: int = 0
    marker: str = "-"
    accordion: int = 0
    reason: str | None = None

    @property
    def span(self) -> Span:
        """Where the block stands in the source."""
        return self.start, self.end

    @property
    def is_item(self) -> bool:
        """Whether the block belongs to a list of single items."""
        return self.kind in {"list_item", "item_more"}


@dataclass(slots=True)
class Document:
    """The blocks of a source, covering it, and a title that its metadata gives, if any."""

    blocks: list[Block] = field(default_factory=list)
    title: str | None = None


def set_aside(start: int, reason: str) -> Block:
    """A block that is no part of any article."""
    return Block("paragraph", start, "", "", reason=reason)


def partition(blocks: list[Block], source: str, leading: str = "blank") -> list[Block]:
    """The same blocks, each reaching up to the next, the first from the start of the source.

    What precedes the first block becomes a block of its own, set aside as `leading`. The
    blocks must come in the order of the source.
    """
    if not blocks or blocks[0].start > 0:
        reason = leading if source[: blocks[0].start if blocks else None].strip() else "blank"
        blocks = [set_aside(0, reason), *blocks]
    for block, following in pairwise(blocks):
        block.end = following.start
    blocks[-1].end = len(source)
    return blocks


def with_following(blocks: Sequence[Block]) -> Iterator[tuple[Block, Block | None]]:
    """Each block with the one behind it, the last with None."""
    return zip_longest(blocks, blocks[1:])


def visible(text: str) -> str:
    """The text without invisible characters, white space folded to single spaces."""
    return " ".join(text.translate(_REMOVE_INVISIBLE).split())


def escape(text: str) -> str:
    """Markdown that renders as exactly this one line of plain text."""
    return escape_start(escape_inline(text))


def escape_inline(text: str) -> str:
    """The text with every character that Markdown reads inside a line made literal."""
    return _INLINE.sub(lambda match: "\\" + match.group(), text)


def escape_start(markdown: str) -> str:
    """The line with a beginning that Markdown would take for a list, heading ... made literal."""
    if _LINE_START.match(markdown):
        return "\\" + markdown
    return _NUMBERED_START.sub(r"\1\\\2", markdown, count=1)


def pipe_table(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table of cells that are Markdown already; the first row is its header."""
    width = max(len(row) for row in rows)
    lines = [_pipe_row(row, width) for row in rows]
    lines.insert(1, _pipe_row(["---"] * width, width))
    return "\n".join(lines)


def _pipe_row(row: Sequence[str], width: int) -> str:
    cells = [cell.replace("|", "\\|").replace("\n", " ") for cell in row]
    return "| " + " | ".join(cells + [""] * (width - len(cells))) + " |"


def join_markdown(blocks: Sequence[Joinable]) -> str:
    """The Markdown of consecutive blocks as one text, list items as tight lists."""
    return "".join(_parts(blocks))


def places(blocks: Sequence[Joinable]) -> list[int]:
    """Where in `join_markdown(blocks)` the own Markdown of each block starts."""
    found: list[int] = []
    length = 0
    for block, part in zip(blocks, _parts(blocks), strict=True):
        length += len(part)
        found.append(length - len(block.markdown))
    return found


def _parts(blocks: Sequence[Joinable]) -> Iterator[str]:
    """Of each block its Markdown with what joins it to the one before."""
    depth, least, tight = -1, 0, False
    for number, block in enumerate(blocks):
        # What goes on with an item is a paragraph where no item precedes it.
        in_list = block.kind == "list_item" or (tight and block.kind == "item_more")
        # Depths count from the first item, which may have stood inside of another list.
        least = min(least, block.depth) if tight else block.depth
        depth = min(block.depth - least, depth + 1, DEEPEST_LIST) if in_list else -1
        joint = "\n" if block.kind == "list_item" and tight else "\n\n"
        yield (joint if number else "") + _indented(block, depth)
        tight = in_list


def _indented(block: Joinable, depth: int) -> str:
    if block.kind == "list_item":
        return f"{'    ' * depth}{block.marker} {block.markdown}"
    if block.kind == "item_more":
        return "    " * (depth + 1) + block.markdown
    return block.markdown


def merged(spans: Sequence[Span]) -> list[Span]:
    """The spans in order, neighbours that touch made one."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and result[-1][1] == start:
            result[-1] = result[-1][0], end
        else:
            result.append((start, end))
    return result
