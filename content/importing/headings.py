"""Which blocks are headings, and of what level, where no markup says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from content.importing.blocks import Block, escape, with_following
from content.importing.contents_lists import found_contents
from content.importing.heading_runs import headings_without_markup, itemise_labels
from content.importing.heading_shapes import (
    LONGEST_HEADING,
    is_closing_heading,
    is_faq_heading,
    may_be_title,
    reads_as_heading,
    shape_of,
)
from content.importing.wording import is_numbered, is_question, is_upper

LONGEST_MARKED: Final = 300
"""Characters of a heading that markup makes; an edition stores no longer line."""

TOP_LEVEL: Final = 2

_LEAST_BODY: Final = 25
"""Characters that stand under a numbered line that is a heading."""

_MOST_TEXT: Final = 2_500
"""Characters to a heading, where the top headings of markup are those of sections, too."""


def mark_headings(blocks: Sequence[Block]) -> None:
    """Make headings of the lines that are headings, and list items of those that only look so.

    Lines of a list of contents are set aside, and what they name is a heading.
    """
    shown = [block for block in blocks if block.reason is None]
    _correct_markup(shown)
    named = _set_contents_aside(shown) | _likely_titles(blocks)
    shown = [block for block in shown if block.reason is None]
    if _has_markup(shown):
        chosen = {id(b) for b in shown if b.bold and shape_of(b) in {"sure", "question"}}
        itemise_labels(shown, chosen)
    else:
        named |= _free_numbered_lines(shown)
        chosen = headings_without_markup(shown, named)
    _make_headings(shown, chosen | named)


def assign_levels(blocks: Sequence[Block]) -> None:
    """Levels for the headings of one article, its title taken off: 2 and deeper, no gaps.

    Levels that markup gives are kept in their order; bold lines stand below the heading before
    them; in text without markup, a heading with nothing but headings under it is a parent.
    """
    headings = [block for block in blocks if block.kind == "heading"]
    if any(block.marked for block in headings):
        _level_bold_lines(headings)
        ranks = {level: rank for rank, level in enumerate(sorted({h.level for h in headings}))}
        for heading in headings:
            heading.level = min(TOP_LEVEL + ranks[heading.level], 6)
    else:
        _level_by_shape(blocks)


def _make_headings(shown: Sequence[Block], chosen: set[int]) -> None:
    """The chosen ones become headings, except the very last block: nothing stands under it."""
    for block in shown[:-1]:
        if id(block) in chosen and block.kind == "paragraph":
            block.kind = "heading"


def _correct_markup(shown: Sequence[Block]) -> None:
    """Whole paragraphs marked as headings are none; titles of folded text are, unless they ask."""
    for block in shown:
        if block.marked and len(block.text) > LONGEST_MARKED:
            block.kind, block.marked, block.markdown = "paragraph", False, escape(block.text)
        elif block.kind == "summary" and not is_question(block.text):
            block.kind = "heading"


def _set_contents_aside(shown: Sequence[Block]) -> set[int]:
    """Set lists of contents aside; which blocks they name."""
    named: set[int] = set()
    for entry, target in found_contents(shown):
        entry.reason = "contents"
        if target is not None and len(target.text) <= LONGEST_HEADING:
            named.add(id(target))
    return named


def _likely_titles(blocks: Sequence[Block]) -> set[int]:
    """The first line that shows, and lines with a date or byline under them, if they may head."""
    first = next((block for block in blocks if block.reason is None), None)
    titles = {id(first)} if first is not None and may_be_title(first) else set()
    for block, following in pairwise(blocks):
        if following.reason in {"date", "byline"} and block.reason is None and may_be_title(block):
            titles.add(id(block))
    return titles


def _has_markup(shown: Sequence[Block]) -> bool:
    """Whether markup makes the headings of sections, and not only titles."""
    marked = [block for block in shown if block.marked]
    if any(block.level > 1 for block in marked):
        return True
    return len(marked) >= 2 and sum(len(block.text) for block in shown) < _MOST_TEXT * len(marked)


def _free_numbered_lines(shown: Sequence[Block]) -> set[int]:
    """Numbered lines with text under them are headings, and those that go on with their count.

    They become paragraphs again; their ids.
    """
    lines = [at for at, b in enumerate(shown[:-1]) if _is_numbered_item(b) and not b.depth]
    lines = [at for at in lines if _may_be_numbered_heading(shown[at], shown[at + 1])]
    freed: set[int] = set()
    counted = 0
    for at in lines:
        number = _number(shown[at])
        before = shown[at - 1] if at else None
        if number == counted + 1 > 1 or _stands_alone(before, shown[at], shown[at + 1]):
            freed.add(at)
            counted = number
    for at, following in reversed(list(pairwise(lines))):
        # A parent right above its first child looks like the beginning of a list.
        near = following in freed and following - at <= 2 and len(freed) >= 3
        if near and _number(shown[at]) == _number(shown[following]) - 1:
            freed.add(at)
    for at in freed:
        block = shown[at]
        block.kind = "paragraph"
        block.text = f"{block.marker} {block.text}"
        block.markdown = escape(block.text)
    return {id(shown[at]) for at in freed}


def _may_be_numbered_heading(block: Block, following: Block) -> bool:
    if reads_as_heading(block.text):
        return True
    short = block.text.endswith(".") and len(block.text.split()) <= 10
    return short and following.kind == "paragraph" and len(following.text) > len(block.text) + 20


def _is_numbered_item(block: Block | None) -> bool:
    return block is not None and block.kind == "list_item" and block.marker != "-"


def _number(block: Block) -> int:
    return int(block.marker.rstrip("."))


def _stands_alone(before: Block | None, block: Block, following: Block) -> bool:
    """Whether the line is no item of a numbered list, and there is something under it."""
    if before is not None and _is_numbered_item(before) and _number(before) == _number(block) - 1:
        return False
    if _is_numbered_item(following):
        return _number(following) == 1 < _number(block)
    if following.kind == "paragraph":
        return len(following.text) >= _LEAST_BODY or is_question(block.text)
    return following.kind != "heading"


def _level_bold_lines(headings: Sequence[Block]) -> None:
    current = TOP_LEVEL - 1
    for heading in headings:
        if heading.marked:
            current = heading.level
        else:
            heading.level = current + 1


@dataclass(slots=True)
class _Parent:
    """The heading whose children are being read, and what its first child looks like."""

    style: tuple[bool, ...]
    child: tuple[bool, ...] | None = None
    form: str | None = None


def _level_by_shape(blocks: Sequence[Block]) -> None:
    parent: _Parent | None = None
    shown = [block for block in blocks if block.reason is None]
    for block, following in with_following(shown):
        if block.kind != "heading":
            continue
        block.level = TOP_LEVEL
        if is_closing_heading(block.text):
            parent = None
        elif _is_parent(block, following):
            parent = _Parent(_style(block))
        elif parent and following and _is_child(parent, block, following):
            block.level = TOP_LEVEL + 1
        else:
            parent = None


def _is_parent(block: Block, following: Block | None) -> bool:
    if following is None or following.kind != "heading":
        return is_faq_heading(block.text)
    return not is_closing_heading(following.text) and not is_faq_heading(following.text)


def _is_child(parent: _Parent, block: Block, following: Block) -> bool:
    """Whether the heading looks like the first child: in its own shape and what it heads."""
    style = _style(block)
    if parent.child is None:
        parent.child, parent.form = style, following.kind
    return style == parent.child and (following.kind == parent.form or is_question(block.text))


def _style(block: Block) -> tuple[bool, ...]:
    text = block.text
    return is_numbered(text), is_question(text), is_upper(text), text.endswith(":"), block.bold
