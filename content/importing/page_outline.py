"""The blocks of a web page looked at in a row: runs of links, what stands around the article."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from content.importing.blocks import Block
from content.importing.page_regions import Regions
from content.importing.region_names import reason_by_opening
from content.importing.wording import folded

_SOURCES: Final = re.compile(
    r"\b(?:references?|sources?|bibliography|citations?|stud(?:y|ies)|evidence|literature|"
    r"further information|resources|support groups?)\b",
    re.IGNORECASE,
)
_SHARES: Final = re.compile(r"(?:share|follow us|find us on)\b[^.!?]{0,80}$", re.IGNORECASE)
_ENDED: Final = re.compile(r"[.!?:;…][\"'”’)]*$")
_LONGEST_LINK: Final = 110
_LONGEST_CARD: Final = 300
_LEAST_RUN: Final = 3
_LEAST_LEAD: Final = 60
_LONGEST_FRAME: Final = 160


@dataclass(slots=True)
class Told:
    """A block, where it starts in the HTML, how much of it is links, and whether to this page."""

    block: Block
    start: int
    link_share: float
    in_page: bool

    @property
    def is_link(self) -> bool:
        """Whether the block is nothing but a link."""
        longest = _LONGEST_LINK if self.block.kind == "list_item" else _LONGEST_CARD
        return self.link_share > 0.9 and len(self.block.text) <= longest

    @property
    def is_bar(self) -> bool:
        """Whether the block is a paragraph of several links side by side and nothing else."""
        several = self.block.markdown.count("](") >= _LEAST_RUN
        return self.block.kind == "paragraph" and self.is_link and several


def mark_links(told: Sequence[Told], regions: Regions) -> None:
    """Set aside three or more blocks in a row that are nothing but links, and lines for sharing.

    So is a row of links that the page opens with. A list that a sentence leads to, in the article,
    belongs to it although its items are links.
    """
    shown = [each for each in told if each.block.reason is None]
    for each in shown:
        if each.link_share >= 0.5 and _SHARES.match(each.block.text):
            each.block.reason = "share"
    if shown and shown[0].is_bar and len(shown) > 1:
        shown[0].block.reason = "navigation"
    shown = [each for each in shown if each.block.reason is None]
    position = 0
    while position < len(shown):
        end = position
        while end < len(shown) and shown[end].is_link:
            end += 1
        contents = all(each.in_page for each in shown[position:end])
        if end - position >= _LEAST_RUN and (contents or not _is_led_to(shown, position, regions)):
            _set_links_aside(shown, position, end)
        position = max(end, position + 1)


def _is_led_to(shown: Sequence[Told], position: int, regions: Regions) -> bool:
    before, first = shown[position - 1] if position else None, shown[position]
    if before is None or before.block.kind == "heading" or before.link_share > 0.5:
        return False
    if before.block.text.endswith(":") or first.block.text[:1].islower():
        return True
    start, end = regions.article or (0, 0)
    told_at_length = len(before.block.text) >= _LEAST_LEAD
    return told_at_length and start <= before.start and first.start < end


def _set_links_aside(shown: Sequence[Told], start: int, end: int) -> None:
    run = shown[start:end]
    before = shown[start - 1].block if start else None
    if before and _SOURCES.search(before.text) and len(before.text) <= 80:
        return
    opened = reason_by_opening(before.text) if before else None
    reason = opened if opened in {"related", "contents"} else None
    reason = reason or ("contents" if all(each.in_page for each in run) else "navigation")
    for each in run:
        each.block.reason = reason
    if opened == reason and before:
        before.reason = reason


def mark_outside(told: Sequence[Told], regions: Regions) -> None:
    """Set aside short lines around the article of a page that say no sentence.

    What stands between the title and the article belongs to it, and so do headings before it.
    """
    if regions.article is None:
        return
    start, end = regions.article
    first = min(start, regions.title) if regions.title is not None else start
    for each in told:
        block, outside = each.block, each.start < first or each.start >= end
        heading = block.kind == "heading" and (each.start < start or block.level == 1)
        if outside and block.reason is None and not heading and _is_frame(block):
            block.reason = "frame"


def _is_frame(block: Block) -> bool:
    return len(block.text) <= _LONGEST_FRAME and not _ENDED.search(block.text)


def mark_questions(told: Sequence[Told], answers: Mapping[str, str]) -> None:
    """Make marked questions of the lines that the page calls questions, with their answers."""
    answer, number = None, 0
    for each in told if answers else ():
        block = each.block
        if block.reason is not None:
            continue
        line = folded(block.text)
        if line in answers:
            answer, number = answers[line], number + 1
            if block.kind == "paragraph":
                block.kind = "summary"
        elif answer is None or block.kind == "heading" or line not in answer:
            answer = None
            continue
        block.accordion = block.accordion or number
