"""Dividing a Markdown body: where it may be cut in two, and taking the questions out of it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from content.importing.blocks import Block, escape_start
from content.importing.cutting import shown_words
from content.importing.markdown import parse_markdown
from content.importing.questions import Pair, listed_questions, pair_up
from content.importing.wording import is_question, sentence_starts

_ITEM: Final = re.compile(r"^(?:[-*+]|\d{1,9}[.)])[ \t]+", re.MULTILINE)
_WORD: Final = re.compile(r"\w+")
_LABELS: Final = frozenset({"q", "a", "question", "answer", "ans"})

_LOOKED_AT: Final = 20
# Borders on each side that are tried for a hint: every trial renders the whole body.


@dataclass(frozen=True, slots=True)
class Border:
    """A place where a body may be cut; any offset from `gap` to `words` means it.

    What comes before ends at `gap`, what follows begins at `start`; of an item of a list `words`
    is where those begin. `inside` says that a paragraph is cut.
    """

    gap: int
    start: int
    words: int
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What is found in a body: the text that stays, and pairs of question and answer."""

    rest: str
    pairs: Sequence[tuple[str, str]]


def halves(body: str, offset: int) -> tuple[str, str] | None:
    """Both halves of a body, cut where an offset means; None where it may not be cut."""
    for border in _borders(body):
        if border.gap <= offset <= border.words:
            return _cut(body, border)
    return None


def nearest_offsets(body: str, offset: int) -> list[int]:
    """The offsets next to this one, before and behind it, at which the body may be cut."""
    borders = list(_borders(body))
    before = [each for each in reversed(borders) if each.words < offset][:_LOOKED_AT]
    behind = [each for each in borders if each.gap > offset][:_LOOKED_AT]
    found = [next((each for each in side if _cut(body, each)), None) for side in (before, behind)]
    return [each.start for each in found if each is not None]


def questions_in(body: str) -> Asked | None:
    """The questions of a body with their answers; None where there are none, or words were lost."""
    blocks = [
        part
        for block in parse_markdown(body).blocks
        for part in (listed_questions(block) if block.kind == "list" else [block])
    ]
    for announced in (False, True):
        found = _asked(body, blocks, announced=announced)
        if found.pairs:
            return found if _accounts_for(found, body) else None
    return None


def _borders(body: str) -> Iterator[Border]:
    blocks = [block for block in parse_markdown(body).blocks if block.end > block.start]
    for block in blocks:
        text = body[block.start : block.end]
        begin = block.start + len(text) - len(text.lstrip())
        if body[:begin].strip():
            yield _border(body, begin, block)
        if block.kind == "paragraph":
            for inside in sentence_starts(body[begin : block.end].rstrip())[1:]:
                place = begin + inside
                yield Border(len(body[:place].rstrip()), place, place, inside=True)
        if block.kind == "list":
            for match in list(_ITEM.finditer(body, block.start, block.end))[1:]:
                yield _border(body, match.start(), block)


def _border(body: str, start: int, block: Block) -> Border:
    marker = _ITEM.match(body, start) if block.kind == "list" else None
    return Border(len(body[:start].rstrip()), start, marker.end() if marker else start)


def _cut(body: str, border: Border) -> tuple[str, str] | None:
    """Both halves, unless markup held words of both together: bold words, links, code."""
    rest = body[border.start :]
    first, second = body[: border.gap], escape_start(rest) if border.inside else rest
    one, other = shown_words(first), shown_words(second)
    whole = shown_words(body)
    return (first, second) if one and other and one + other == whole else None


def _asked(body: str, blocks: Sequence[Block], *, announced: bool) -> Asked:
    """The pairs of every stretch up to a heading that does not ask, and the text between them."""
    starts = [
        number
        for number, block in enumerate(blocks)
        if number == 0 or (block.kind == "heading" and not is_question(block.text))
    ]
    rest: list[str] = []
    pairs: list[Pair] = []
    for start, end in pairwise([*starts, len(blocks)]):
        stretch = blocks[start:end]
        headed = stretch[0].kind == "heading" and not is_question(stretch[0].text)
        _, found = pair_up(stretch[headed:], in_faq=announced)
        stop = found[0].asked.start if found else stretch[-1].end
        rest.append(body[stretch[0].start : stop].strip())
        pairs += found
    kept = "\n\n".join(each for each in rest if each)
    return Asked(kept, [(pair.question, pair.answer_markdown) for pair in pairs])


def _accounts_for(found: Asked, body: str) -> bool:
    """Whether every word is still there, but for the labels and numbers of questions."""
    told = " ".join([found.rest, *(f"{question}\n\n{answer}" for question, answer in found.pairs)])
    lost = Counter(_words(body)) - Counter(_words(told))
    return all(word in _LABELS or word.isdigit() for word in lost)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
