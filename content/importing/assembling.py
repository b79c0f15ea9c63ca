"""The blocks of one article → its sections, each with a heading, what stands under it, pairs."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from content.importing.blocks import Block, join_markdown
from content.importing.classifying import Classification, Context, classify
from content.importing.headings import TOP_LEVEL, is_faq_heading
from content.importing.questions import (
    Pair,
    has_marked_questions,
    is_marked_question,
    pair_up,
)
from content.importing.wording import is_question
from content.sections import FAQ, OTHER

_SURE_ENOUGH = 0.42
"""Below this a paragraph without a heading stays with the one before it."""


@dataclass(slots=True)
class Draft:
    """A section in the making; `asks` says that its blocks are questions and answers."""

    heading: Block | None
    level: int
    blocks: list[Block] = field(default_factory=list)
    asks: bool = False
    pairs: list[Pair] = field(default_factory=list)
    kind: Classification | None = None

    @property
    def text(self) -> str:
        """The plain words of the body."""
        return " ".join(block.text for block in self.blocks)

    @property
    def markdown(self) -> str:
        """The body, Markdown."""
        return join_markdown(self.blocks)

    @property
    def is_filled(self) -> bool:
        """Whether anything stands under the heading itself."""
        return bool(self.blocks or self.pairs)


def assemble(blocks: Sequence[Block]) -> list[Draft]:
    """The sections of an article whose title has been taken off, typed.

    Headings with nothing under them, and no deeper heading either, get the reason
    `empty_section` and are left out.
    """
    drafts = _gathered([block for block in blocks if block.reason is None])
    for draft in drafts:
        if draft.asks:
            draft.blocks, draft.pairs = pair_up(draft.blocks, in_faq=draft.heading is not None)
    drafts = _without_empty(_split_lead(drafts))
    _classify(drafts)
    return drafts


def _gathered(blocks: Sequence[Block]) -> list[Draft]:
    drafts = [Draft(None, TOP_LEVEL)]
    for position, block in enumerate(blocks):
        current = drafts[-1]
        if _opens_section(block, current):
            asks = is_faq_heading(block.text)
            drafts.append(Draft(block, max(block.level, TOP_LEVEL), asks=asks))
        elif not current.asks and is_marked_question(block) and _asks_on(blocks, position):
            if current.heading is None or current.blocks:
                current = Draft(None, current.level)
                drafts.append(current)
            current.asks = True
            current.blocks.append(block)
        elif current.asks and _leaves_accordion(current, block):
            drafts.append(Draft(None, current.level, [block]))
        else:
            current.blocks.append(block)
    return [draft for draft in drafts if draft.heading or draft.blocks]


def _opens_section(block: Block, current: Draft) -> bool:
    """Whether the block is a heading, and not a question of the questions being read."""
    if block.kind == "summary":
        return not is_question(block.text) and not current.asks
    if block.kind != "heading":
        return False
    if not current.asks or current.heading is None:
        return True
    return not is_question(block.text) and block.level <= current.level


def _asks_on(blocks: Sequence[Block], position: int) -> bool:
    """Whether the block begins questions and answers that reach up to the next heading."""
    end = position
    while end < len(blocks) and blocks[end].kind != "heading":
        end += 1
        if end - position > 60:
            break
    return has_marked_questions(blocks[position:end])


def _leaves_accordion(current: Draft, block: Block) -> bool:
    last = current.blocks[-1] if current.blocks else None
    folded_up = last is not None and last.accordion and not block.accordion
    return bool(folded_up) and not is_question(block.text)


def _split_lead(drafts: list[Draft]) -> list[Draft]:
    """The paragraphs before the first heading, apart where they clearly speak of other things."""
    if not drafts or drafts[0].heading or drafts[0].asks:
        return drafts
    lead, *rest = drafts
    parts: list[Draft] = []
    units = _units(lead.blocks)
    for number, unit in enumerate(units):
        text = " ".join(block.text for block in unit)
        place = Context(lead=True, first=number == 0, last=not rest and number == len(units) - 1)
        kind = classify(None, text, place)
        sure = kind.confidence >= _SURE_ENOUGH and kind.type != OTHER
        previous = parts[-1].kind if parts else None
        if previous is None or (sure and kind.type != previous.type):
            parts.append(Draft(None, TOP_LEVEL, list(unit), kind=kind))
        else:
            parts[-1].blocks.extend(unit)
    return parts + rest


def _units(blocks: Sequence[Block]) -> list[list[Block]]:
    """Paragraphs, each with the lists and tables that belong to it."""
    units: list[list[Block]] = []
    for block in blocks:
        led = bool(units) and units[-1][-1].text.endswith(":")
        if units and (block.kind != "paragraph" or led):
            units[-1].append(block)
        else:
            units.append([block])
    return units


def _without_empty(drafts: list[Draft]) -> list[Draft]:
    kept: list[Draft] = []
    for draft in reversed(drafts):
        if draft.is_filled or (kept and kept[-1].heading and kept[-1].level > draft.level):
            kept.append(draft)
        elif draft.heading:
            draft.heading.reason = "empty_section"
    return kept[::-1]


def _classify(drafts: Sequence[Draft]) -> None:
    parents: list[Draft] = []
    for number, draft in enumerate(drafts):
        while parents and (parents[-1].level >= draft.level):
            parents.pop()
        parent = parents[-1].heading if parents else None
        if draft.heading:
            parents.append(draft)
        if draft.pairs:
            draft.kind = Classification(
                FAQ, 0.97, None, [f"it holds questions with their answers: {len(draft.pairs)}"]
            )
        elif draft.kind is None:
            place = Context(
                first=number == 0,
                last=number == len(drafts) - 1,
                parent=parent.text if parent else None,
            )
            heading = draft.heading.text if draft.heading else None
            draft.kind = classify(heading, draft.text, place)
