"""Plain text → blocks: one line is one block, unless the lines are hard-wrapped."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from content.importing.blocks import (
    DEEPEST_LIST,
    INVISIBLE,
    Block,
    Document,
    escape,
    escape_inline,
    partition,
    pipe_table,
    visible,
)
from content.importing.run_ins import split_run_ins

_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
_BULLET: Final = re.compile(r"([-*+•–—·▪▫■□◦●○‣⁃➢➤►✓✔✅])\s+(?=\S)")
_WORD_BULLET: Final = re.compile(r"[o§\uf0b7\uf0a7]\t(?=\S)")
# Copied from a word processor, bullets of symbol fonts come out as these.
_NUMBERED: Final = re.compile(r"\(?(\d{1,3})[.)]\s+(?=\S)")
_RULE: Final = re.compile(r"([-=_*~•·—–])(?:\s*\1){2,}$")
_LONGEST_RULE: Final = 200
_TAB_STOP: Final = 4
_UNEVEN: Final = re.compile(rf"  |[^\S ]|[{INVISIBLE}]")
_MARKING: Final = frozenset("-*+•–—·▪▫■□◦●○‣⁃➢➤►✓✔✅(0123456789")


@dataclass(slots=True)
class _Line:
    """One line: where it starts, how far it is indented, and what it shows."""

    start: int
    indent: int
    text: str
    gap: bool
    rule: bool = False


def parse_text(source: str) -> Document:
    """The blocks of a plain text. Never fails; costs time in proportion to the length."""
    lines = list(_lines(source))
    width = _wrap_width(lines)
    blocks = list(_blocks(lines, width))
    return Document(partition(split_run_ins(blocks, source), source))


def _lines(source: str) -> Iterator[_Line]:
    """The lines that show something; rules of dashes leave their mark on the next line."""
    gap, rule = True, False
    for match in _LINE.finditer(source):
        raw = match.group()
        text = _shown(raw)
        if not text or (len(text) < _LONGEST_RULE and _RULE.match(text)):
            rule = rule or bool(text)
            gap = True
            continue
        yield _Line(match.start(), _indent(raw), text, gap, rule)
        gap, rule = False, False


def _shown(raw: str) -> str:
    """What shows of a line, its cells kept apart by tabs."""
    text = raw.strip()
    if not _UNEVEN.search(text):
        return text
    if not visible(text):
        return ""
    text = "•\t" + text[2:] if _WORD_BULLET.match(text) else text
    return "\t".join(visible(cell) for cell in text.split("\t"))


def _indent(raw: str) -> int:
    if not raw[:1].isspace():
        return 0
    expanded = raw.expandtabs(_TAB_STOP)
    return len(expanded) - len(expanded.lstrip())


def _wrap_width(lines: Sequence[_Line]) -> int:
    """The column at which the lines were wrapped, 0 when each line is a paragraph."""
    followed = [line.text for line, following in pairwise(lines) if not following.gap]
    if len(followed) < 3:
        return 0
    width = max(len(line.text) for line in lines)
    open_ends = sum(not text.endswith((".", "!", "?", ":", "…", ";")) for text in followed)
    usual = median(len(text) for text in followed)
    wrapped = 45 <= width <= 130 and usual >= 0.7 * width and open_ends >= len(followed) / 2
    return width if wrapped else 0


def _blocks(lines: Sequence[_Line], width: int) -> Iterator[Block]:
    indents: list[int] = []
    position = 0
    while position < len(lines):
        end = _table_end(lines, position)
        if end - position >= 2:
            yield _table(lines[position:end])
            position, indents = end, []
            continue
        end = _paragraph_end(lines, position, width)
        yield _block(lines[position:end], indents)
        position = end


def _paragraph_end(lines: Sequence[_Line], position: int, width: int) -> int:
    end = position + 1
    while end < len(lines) and _continues(lines[end - 1], lines[end], lines[position], width):
        end += 1
    return end


def _continues(previous: _Line, line: _Line, first: _Line, width: int) -> bool:
    """Whether the line goes on with the paragraph of the previous one."""
    if line.gap or _is_marked(line.text):
        return False
    if width and len(previous.text) + 1 + len(line.text.split(" ", 1)[0]) > width:
        return True
    if line.indent > first.indent and _BULLET.match(first.text):
        return True
    ended = previous.text.endswith((".", "!", "?", ":", ";", "…"))
    return line.text[0].islower() and not ended and len(previous.text) >= 40


def _is_marked(text: str) -> bool:
    return text[0] in _MARKING and bool(_BULLET.match(text) or _NUMBERED.match(text))


def _table_end(lines: Sequence[_Line], position: int) -> int:
    """Where the run of lines with equally many cells ends, `position` when there is none."""
    first = lines[position].text
    separator = "\t" if "\t" in first else "|"
    end = position
    if separator not in first:
        return end
    cells = first.strip("|").count(separator)
    if cells == 1 and _is_tabbed_item(first):
        return end
    while cells and end < len(lines) and (end == position or not lines[end].gap):
        text = lines[end].text
        if text.strip("|").count(separator) != cells or (cells == 1 and _is_tabbed_item(text)):
            break
        end += 1
    return end


def _is_tabbed_item(text: str) -> bool:
    """Whether the line is an item of a list that a word processor sets behind a tab."""
    marker = _BULLET.match(text) or _NUMBERED.match(text)
    return marker is not None and marker.group().endswith("\t")


def _table(lines: Sequence[_Line]) -> Block:
    separator = "\t" if "\t" in lines[0].text else "|"
    rows = [[cell.strip() for cell in line.text.strip("|").split(separator)] for line in lines]
    rows = [row for row in rows if not all(set(cell) <= set("-: ") for cell in row)] or rows
    markdown = pipe_table([[escape_inline(cell) for cell in row] for row in rows])
    text = " ".join(cell for row in rows for cell in row)
    return Block("table", lines[0].start, text, markdown, gap=lines[0].gap, rule=lines[0].rule)


def _block(lines: Sequence[_Line], indents: list[int]) -> Block:
    first = lines[0]
    text = first.text
    if len(lines) > 1 or "\t" in text:
        text = visible(" ".join(line.text for line in lines))
    marked = text[:1] in _MARKING
    number = _NUMBERED.match(text) if marked else None
    marker = _BULLET.match(text) if marked and not number else number
    block = Block("paragraph", first.start, text, escape(text), gap=first.gap, rule=first.rule)
    if not marker:
        indents.clear()
        return block
    block.kind = "list_item"
    block.text = text[marker.end() :]
    block.markdown = escape(block.text)
    block.marker = f"{number[1]}." if number else "-"
    block.depth = _depth(indents, first.indent)
    return block


def _depth(indents: list[int], indent: int) -> int:
    """How many items of the running list the item stands under."""
    while indents and indents[-1] >= indent:
        indents.pop()
    indents.append(indent)
    return min(len(indents) - 1, DEEPEST_LIST)
