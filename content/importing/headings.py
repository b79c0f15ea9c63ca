"""Which blocks are headings, and of what level, where no markup says so."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from content.importing.blocks import Block, escape, with_following
from content.importing.heading_phrases import HEADING_PHRASES
from content.importing.phrases import CLOSING_HEADING, FAQ_HEADING, OPENING_HEADING
from content.importing.wording import (
    ends_sentence,
    is_numbered,
    is_question,
    is_sentence,
    is_title_case,
    is_upper,
    sentences,
    unnumbered,
)

LONGEST_HEADING: Final = 160
"""Characters; no heading of an article is longer, even one that asks two questions."""

LONGEST_MARKED: Final = 300
"""The same for headings that markup makes; an edition stores no longer line."""

TOP_LEVEL: Final = 2

_LOUD: Final = 3.5
# The weight from which a phrase alone says what a section is about.

_CLOSING_SIGNS: Final = (".", "!", "?", ":", "”", '"')
_LABEL: Final = re.compile(r"[A-Z0-9][^.:?!]{1,58}:\s+\S")
_ANSWER_LABEL: Final = re.compile(r"(?:q|a|question|answer)\s*\d*\s*[.:)]", re.IGNORECASE)
_BYLINE_DASH: Final = re.compile(r"^[-–—]")
_LEADS_IN: Final = re.compile(
    r",|\b(?:from|to|for|with|of|by|as|like|the|these|this):$", re.IGNORECASE
)
_LEADING_SIGNS: Final = re.compile(r"^[^\w(\"'“‘]+")


def mark_headings(blocks: Sequence[Block]) -> None:
    """Make headings of the lines that are headings, and list items of those that only look so."""
    shown = [block for block in blocks if block.reason is None]
    _correct_markup(shown)
    marked = any(block.marked for block in shown)
    _free_numbered_lines(shown, marked=marked)
    candidates = {id(block) for block in _candidates(shown, marked=marked)}
    _list_what_follows_a_colon(shown, candidates)
    _drop_long_runs(shown, candidates)
    for block in shown:
        if id(block) in candidates:
            block.kind = "heading"


def _correct_markup(shown: Sequence[Block]) -> None:
    """Whole paragraphs marked as headings are none; titles of folded text are, unless they ask."""
    for block in shown:
        if block.marked and len(block.text) > LONGEST_MARKED:
            block.kind, block.marked, block.markdown = "paragraph", False, escape(block.text)
        elif block.kind == "summary" and not is_question(block.text):
            block.kind = "heading"


def is_faq_heading(text: str) -> bool:
    """Whether the heading announces questions and answers."""
    return bool(FAQ_HEADING.search(_plain(text)))


def is_closing_heading(text: str) -> bool:
    """Whether the heading announces the end of an article."""
    return bool(CLOSING_HEADING.search(_plain(text)))


def is_opening_heading(text: str) -> bool:
    """Whether the heading could be the first of an article."""
    return bool(OPENING_HEADING.search(_plain(text)))


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


def _plain(text: str) -> str:
    straight = text.replace("’", "'").lower()
    return re.sub(r"^\(?\d{1,2}[.):]?\s*", "", _LEADING_SIGNS.sub("", straight))


def _free_numbered_lines(shown: Sequence[Block], *, marked: bool) -> None:
    """A numbered line with a paragraph under it is a heading, one among others a list item."""
    for position, block in enumerate(shown):
        if block.kind != "list_item" or block.marker == "-" or block.depth or marked:
            continue
        following = shown[position + 1] if position + 1 < len(shown) else None
        alone = position == 0 or not _is_numbered_item(shown[position - 1])
        if following is None or not alone or not _reads_as_heading(block.text):
            continue
        if _is_body(following) and not _is_numbered_item(following):
            block.kind = "paragraph"
            block.text = f"{block.marker} {block.text}"
            block.markdown = escape(block.text)


def _is_numbered_item(block: Block) -> bool:
    return block.kind == "list_item" and block.marker != "-"


def _reads_as_heading(text: str) -> bool:
    short = len(text) <= LONGEST_HEADING and len(text.split()) <= 22
    return short and not text.endswith((".", ";", ",")) and not _LABEL.match(text)


def _is_body(block: Block) -> bool:
    """Whether the block is text that can stand under a heading."""
    return block.kind != "heading" and (block.kind != "paragraph" or len(block.text) >= 40)


def _candidates(shown: Sequence[Block], *, marked: bool) -> Iterator[Block]:
    previous: Block | None = None
    chosen: Block | None = None
    for block, following in with_following(shown):
        if following is not None and _is_candidate(block, previous, following, chosen, marked):
            chosen = block
            yield block
        previous = block


def _is_candidate(
    block: Block, previous: Block | None, following: Block, chosen: Block | None, marked: bool
) -> bool:
    if block.kind != "paragraph" or len(block.text) > LONGEST_HEADING:
        return False
    if (
        len(block.text.split()) > 24
        or _ANSWER_LABEL.match(block.text)
        or _BYLINE_DASH.match(block.text)
    ):
        return False
    if block.bold:
        return _is_bold_heading(block.text)
    if marked:
        return False
    line = _LEADING_SIGNS.sub("", block.text)
    text = unnumbered(line)
    if is_numbered(line) and len(text.split()) <= 10 and _reads_as_heading(text):
        return True
    answers = previous is not None and previous is chosen and is_question(previous.text)
    by_place = not answers and _is_short_line(text, previous, following, chosen)
    return by_place or _has_heading_shape(text)


def _is_bold_heading(text: str) -> bool:
    words = len(text.split())
    return words <= 22 and (words <= 6 or not text.endswith((".", ";", ",")))


def _has_heading_shape(text: str) -> bool:
    """Whether the line is a heading whatever stands around it."""
    words = len(text.split())
    if not text or words > 22:
        return False
    if is_question(text):
        return all(is_question(sentence) for sentence in sentences(text))
    if text.endswith(("...", "…")):
        return words <= 8
    if ends_sentence(text) or text.endswith(","):
        return False
    if text.endswith(":"):
        return words <= 6 and not is_sentence(text) and not _LEADS_IN.search(text)
    return _has_title_shape(text, words)


def _has_title_shape(text: str, words: int) -> bool:
    if len(sentences(text)) > 1 or (_LABEL.match(text) and not is_title_case(text)):
        return False
    known = is_faq_heading(text) or is_closing_heading(text)
    return (
        (known and words <= 8)
        or (is_upper(text) and words <= 16)
        or (2 <= words <= 16 and is_title_case(text))
    )


def _is_short_line(
    text: str, previous: Block | None, following: Block, chosen: Block | None
) -> bool:
    """Whether a line in small letters is a heading by its neighbours: text before, text after."""
    words = len(text.split())
    if not 1 <= words <= 9 or not text[0].isupper() or "," in text:
        return False
    if ends_sentence(text) or text.endswith(":") or (is_sentence(text) and words > 6):
        return False
    opens = previous is None or previous is chosen or _ends_paragraph(previous)
    if not opens:
        return False
    if following.kind in {"list_item", "list", "table"}:
        return True
    # A line that names a type of section is believed with less text under it than another.
    least = 12 if words <= 6 and _names_a_type(text) else 60
    return len(following.text) >= least and following.text.endswith(_CLOSING_SIGNS)


def _names_a_type(text: str) -> bool:
    simple = _plain(text)
    return any(
        phrase.weight >= _LOUD and phrase.pattern.search(simple) for phrase in HEADING_PHRASES
    )


def _ends_paragraph(block: Block) -> bool:
    return block.kind != "paragraph" or ends_sentence(block.text)


def _list_what_follows_a_colon(shown: Sequence[Block], candidates: set[int]) -> None:
    """Lines behind a colon are its list: "Label: text" lines, and short lines in a run."""
    position = 1
    while position < len(shown):
        lead = shown[position - 1]
        if lead.kind == "paragraph" and lead.text.endswith(":") and id(lead) not in candidates:
            end = max(_labels_end(shown, position), _run_end(shown, position, candidates))
            for block in shown[position:end]:
                candidates.discard(id(block))
                block.kind, block.marker = "list_item", "-"
            position = end
        position += 1


def _labels_end(shown: Sequence[Block], position: int) -> int:
    """Where the run of "Label: text" lines ends; `position` when there are not two."""
    end = position
    while end < len(shown) and shown[end].kind == "paragraph" and _LABEL.match(shown[end].text):
        end += 1
    return end if end - position >= 2 else position


def _run_end(shown: Sequence[Block], position: int, candidates: set[int]) -> int:
    """Where the run of short lines ends; its last line is a heading if a paragraph follows."""
    end = position
    while end < len(shown) and id(shown[end]) in candidates and not is_question(shown[end].text):
        end += 1
    if end < len(shown) and _is_body(shown[end]):
        end -= 1
    return end if end - position >= 2 else position


def _drop_long_runs(shown: Sequence[Block], candidates: set[int]) -> None:
    """Four short lines in a row are no headings but cells or names; the last may be one."""
    run: list[Block] = []
    for block in [*shown, None]:
        if block is not None and id(block) in candidates and not block.marked:
            run.append(block)
            continue
        if len(run) > 4:
            candidates.difference_update(id(each) for each in run[1:-1])
        run = []


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
