"""Where one article of a source ends and the next begins."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from content.importing.blocks import Block
from content.importing.headings import (
    is_closing_heading,
    is_faq_heading,
    is_opening_heading,
)
from content.importing.phrases import AFTER_CONCLUSION
from content.importing.wording import folded, is_question

_THRESHOLD: Final = 2.0
_LEAST_LEAD: Final = 3
_CLOSING_PARAGRAPH: Final = re.compile(
    r"^(?:in (?:summary|conclusion|short|closing)|to (?:sum|conclude)|overall\b|ultimately\b)|"
    r"\bconsult(?:ing|ation)? (?:with )?(?:your|a|an)\b",
    re.IGNORECASE,
)
_GENERIC: Final = frozenset(
    [
        "conclusion",
        "summary",
        "introduction",
        "faq",
        "faqs",
        "overview",
        "benefits",
        "risks",
        "references",
        "procedure",
        "cost",
        "aftercare",
        "side",
        "effects",
    ]
)


@dataclass(slots=True)
class _Part:
    """A heading with what stands under it: position of the heading, whether text follows."""

    position: int
    heading: Block
    filled: bool
    faq: bool = False


@dataclass(slots=True)
class _Reading:
    """What the article that is being read has had so far."""

    start: int = 0
    concluded: bool = False
    headings: set[str] = field(default_factory=set)
    deeper: int = 0
    top: bool = False


def split_articles(blocks: Sequence[Block]) -> list[list[Block]]:
    """The blocks of each article in order; blocks set aside stay where they stand."""
    starts = _starts(blocks)
    ends = [*starts[1:], len(blocks)]
    return [list(blocks[start:end]) for start, end in zip(starts, ends, strict=True)]


def _starts(blocks: Sequence[Block]) -> list[int]:
    parts = _parts(blocks)
    dated = {part.position for part in parts if _is_dated(blocks, part.position)}
    last_conclusion = max(
        (part.position for part in parts if is_closing_heading(part.heading.text)), default=-1
    )
    later = _later_headings(parts)
    starts, reading = [0], _Reading()
    for number, part in enumerate(parts):
        soft = number == 0 and _is_lead_answer(blocks[: part.position], part.heading)
        points = _points(reading, part, later[number], part.position < last_conclusion)
        points += (reading.concluded or part.heading.level == 1) * (part.position in dated)
        if part.position > 0 and (soft or (number > 0 and points >= _THRESHOLD)):
            starts.append(part.position)
            reading = _Reading(part.position)
        _read(reading, part)
    return starts


def _parts(blocks: Sequence[Block]) -> list[_Part]:
    """The headings that may open an article: not the questions of a FAQ section."""
    parts: list[_Part] = []
    shown = [(at, block) for at, block in enumerate(blocks) if block.reason is None]
    in_faq, faq_level = False, 0
    for number, (at, block) in enumerate(shown):
        if block.kind != "heading":
            continue
        if in_faq and (is_question(block.text) or (block.marked and block.level > faq_level)):
            continue
        in_faq, faq_level = is_faq_heading(block.text), block.level
        filled = number + 1 < len(shown) and shown[number + 1][1].kind != "heading"
        parts.append(_Part(at, block, filled, in_faq))
    return parts


def _is_dated(blocks: Sequence[Block], position: int) -> bool:
    """Whether a date or byline stands right under the heading, as under a title."""
    following = blocks[position + 1 : position + 3]
    return any(block.reason in {"date", "byline"} for block in following)


def _later_headings(parts: Sequence[_Part]) -> list[set[str]]:
    """For each part the headings from it to the next conclusion after it."""
    later: list[set[str]] = []
    running: set[str] = set()
    for part in reversed(parts):
        if is_closing_heading(part.heading.text):
            running = set()
        running = running | {folded(part.heading.text)} if len(running) < 60 else running
        later.append(running)
    return later[::-1]


def _points(reading: _Reading, part: _Part, later: set[str], closes_again: bool) -> float:
    """How much speaks for an article that begins with this part."""
    heading = part.heading
    if part.faq or is_closing_heading(heading.text) or AFTER_CONCLUSION.match(folded(heading.text)):
        return 0.0
    repeated = len(reading.headings & later)
    own = heading.level == 1 and heading.marked
    if not reading.concluded and not own:
        return 0.0
    points = 1.0 * reading.concluded + 0.6 * closes_again + 0.5 * min(repeated, 2)
    points += 1.0 * is_opening_heading(heading.text) * (not own) + 0.4 * heading.rule
    if own:
        points += 0.5 + 0.5 * reading.top
        points += 0.6 * (reading.deeper >= 2) - 1.5 * (folded(heading.text) in _GENERIC)
    return points


def _read(reading: _Reading, part: _Part) -> None:
    heading = part.heading
    reading.headings.add(folded(heading.text))
    if is_closing_heading(heading.text) and part.filled:
        reading.concluded = True
    if heading.marked and heading.level == 1:
        reading.top, reading.deeper = True, 0
    elif heading.marked:
        reading.deeper += 1


def _is_lead_answer(lead: Sequence[Block], heading: Block) -> bool:
    """Whether paragraphs without any heading are an answer of their own.

    They are when there are several, the last of them sums up or sends to a professional, and
    the heading behind them begins to explain from the start.
    """
    paragraphs = [block for block in lead if block.reason is None]
    if len(paragraphs) < _LEAST_LEAD or (heading.marked and heading.level == 1):
        return False
    explains = folded(heading.text).startswith(("understanding", "introduction"))
    return explains and bool(_CLOSING_PARAGRAPH.search(paragraphs[-1].text))
