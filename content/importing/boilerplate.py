"""What of a page is no part of any article: dates, bylines, banners, links to elsewhere.

Each rule is narrow, because losing content is worse than keeping a line too many; a sentence of
medical advice is never set aside.
"""

import re
from collections.abc import Sequence
from typing import Final

from content.importing.blocks import Block
from content.importing.boilerplate_rules import Rule, is_author_list, is_menu, rules_for
from content.importing.contents_lists import found_contents, is_contents_title

_LONGEST_RULE: Final = 700
_LONGEST_LINE: Final = 160
_MOST_LINKS: Final = 8
_LINK_LIST: Final = re.compile(
    r"(?:related|recommended|popular|recent|latest|more|keep|continue|further|you|also|read|see)\b"
    r"[^:?]{0,50}:?$",
    re.IGNORECASE,
)
_ADVICE: Final = re.compile(
    r"\b(?:appointment|visit|consultation) with (?:a|an|your) (?:\w+ ){0,3}?"
    r"(?:dermatologist|doctor|physician|surgeon|professional|specialist|gp)s?\b|"
    r"\b(?:consult|speak (?:to|with)|talk (?:to|with)|see|seek|ask|contact|call) (?:\w+[ -]){0,6}?"
    r"(?:dermatologist|doctor|physician|surgeon|professional|practitioner|specialist|provider|"
    r"aesthetician|"
    r"esthetician|pharmacist|nurse|gp|medical (?:help|care|advice|attention|team)|emergency)s?\b",
    re.IGNORECASE,
)
_DISCLAIMS: Final = re.compile(
    r"\b(?:informational|educational|substitute for|medical advice|disclaimer)\b", re.IGNORECASE
)
_PROMOTIONAL_HEADING: Final = re.compile(
    r"(?:why (?:choose|visit|trust|us\b|our\b)(?! (?:\w+ ){0,3}(?:botox|microneedling|filler|"
    r"peel|laser|treatment))|"
    r"(?:book|schedule|request|reserve) (?:your|an?|my|now|online|today)\b|contact\b|"
    r"get in touch|visit (?:us|our)|"
    r"about (?:us|our|the (?:author|clinic|reviewer))|(?:our|follow) (?:clinic|locations?|team|"
    r"us)\b|get an? .{0,40}consultation with|"
    r"ready to (?:book|get started|begin|try|schedule))",
    re.IGNORECASE,
)
_OURS: Final = re.compile(r"\b(?:we|us|our|clinic)\b", re.IGNORECASE)
_OPINION: Final = re.compile(r"^[^.?!]{1,200}[.?!](?:\s|$)")


def mark_boilerplate(blocks: Sequence[Block]) -> None:
    """Give every line that is no part of an article its reason."""
    for block in blocks:
        if block.reason is None and block.kind != "code" and len(block.text) <= _LONGEST_RULE:
            block.reason = boilerplate_reason(block.text, titled=block.marked)
    _mark_link_lists(blocks)


def boilerplate_reason(text: str, *, titled: bool = False) -> str | None:
    """A key of `SET_ASIDE_REASONS` for a line that stands for itself, or None.

    `titled` says that the line is a heading by its markup: then only rules that cannot be
    mistaken for the heading of a section are asked.
    """
    small = text.lower()
    for rule in rules_for(small):
        if _applies(rule, text, small):
            if titled and rule.reason not in {"related", "newsletter", "date"}:
                return None
            return None if _is_advice(text, rule.reason) else rule.reason
    if titled or len(text) > _LONGEST_LINE:
        return None
    if is_author_list(text):
        return "byline"
    return "navigation" if is_menu(small) else None


def _applies(rule: Rule, text: str, small: str) -> bool:
    if len(text) > rule.longest:
        return False
    if rule.holds and not any(piece in small for piece in rule.holds):
        return False
    return rule.pattern.match(text) is not None


def _mark_link_lists(blocks: Sequence[Block]) -> None:
    """Set aside the links under "Related articles": lines with no text under them."""
    position = 0
    while position < len(blocks):
        block = blocks[position]
        position += 1
        if block.reason == "related" and _LINK_LIST.match(block.text):
            for link in blocks[position : _links_end(blocks, position)]:
                link.reason = "related"


def _links_end(blocks: Sequence[Block], position: int) -> int:
    """Where the links end; a line with text, a date or contents under it is a title."""
    end = position
    while end < len(blocks) and end - position < _MOST_LINKS and _is_link(blocks[end]):
        end += 1
    over = end < len(blocks) and blocks[end].reason in {None, "date", "byline", "navigation"}
    if over and end > position and blocks[end - 1].kind == "paragraph":
        end -= 1
    return end


def _is_link(block: Block) -> bool:
    if block.reason is not None or block.marked or len(block.text) > 120:
        return False
    if is_contents_title(block.text) or block.text.endswith((".", ":", ";", ",")):
        return False
    return block.kind in {"paragraph", "list_item"} or _is_list_of_links(block)


def _is_list_of_links(block: Block) -> bool:
    return block.kind == "list" and all(
        "](" in line for line in block.markdown.split("\n") if line.strip()
    )


def mark_contents(blocks: Sequence[Block]) -> None:
    """Set aside lists of contents: a contents line, or a run that repeats what comes later."""
    for entry, _ in found_contents([block for block in blocks if block.reason is None]):
        entry.reason = "contents"


def mark_promotion(blocks: Sequence[Block]) -> None:
    """Set aside headings like "Why choose our clinic" with what stands under them."""
    shown = [block for block in blocks if block.reason is None]
    for position, block in enumerate(shown):
        if block.kind != "heading" or not _PROMOTIONAL_HEADING.match(block.text):
            continue
        body = _body_after(shown, position)
        if _is_promotion(body):
            for each in [block, *body]:
                each.reason = "call_to_action"


def _body_after(shown: Sequence[Block], position: int) -> list[Block]:
    body = []
    for block in shown[position + 1 :]:
        if block.kind == "heading":
            break
        body.append(block)
    return body


def _is_promotion(body: Sequence[Block]) -> bool:
    """A body that speaks of the house and gives no advice."""
    text = " ".join(block.text for block in body)
    if len(text) > 1_500 or any(_is_advice(block.text, "") for block in body):
        return False
    return not text or bool(_OURS.search(text))


def _is_advice(text: str, reason: str) -> bool:
    """Whether the text tells the reader to see a professional, and is more than small print."""
    if not _ADVICE.search(text):
        return False
    opening = _OPINION.match(text)
    return not (reason == "disclaimer" and opening and _DISCLAIMS.search(opening.group()))
