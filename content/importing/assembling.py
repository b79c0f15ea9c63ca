"""The blocks of one article → its sections, each with a heading, what stands under it, pairs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from content.importing.blocks import Block, join_markdown
from content.importing.classifying import (
    NO_PHRASES,
    Classification,
    Passage,
    SitePhrases,
    classify,
    likeliest,
)
from content.importing.heading_shapes import is_faq_heading
from content.importing.headings import TOP_LEVEL
from content.importing.questions import (
    Pair,
    announces_questions,
    has_marked_questions,
    is_marked_question,
    listed_questions,
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
    lead_type: str | None = None
    """Of a part of the text before the first heading, what it was told apart by."""

    @property
    def all_text(self) -> str:
        """The plain words of heading, body and pairs."""
        pairs = [f"{pair.question} {pair.answer_text}" for pair in self.pairs]
        return " \n".join([self.heading.text if self.heading else "", self.text, *pairs])

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


def assemble(
    blocks: Sequence[Block], title: str | None = None, phrases: SitePhrases = NO_PHRASES
) -> list[Draft]:
    """The sections of an article whose title has been taken off, and their pairs, all typed.

    Headings with nothing under them, and no deeper heading either, get the reason
    `empty_section` and are left out.
    """
    drafts = _gathered([block for block in blocks if block.reason is None])
    for draft in drafts:
        if draft.asks:
            draft.blocks, draft.pairs = pair_up(draft.blocks, in_faq=draft.heading is not None)
    drafts = _without_empty(_split_lead(drafts, title))
    _classify(drafts, title, phrases)
    return drafts


def _gathered(blocks: Sequence[Block]) -> list[Draft]:
    drafts = [Draft(None, TOP_LEVEL)]
    for position, block in enumerate(blocks):
        current = drafts[-1]
        if _opens_section(block, current):
            asks = is_faq_heading(block.text) or announces_questions(blocks, position)
            drafts.append(Draft(block, max(block.level, TOP_LEVEL), asks=asks))
        elif not current.asks and is_marked_question(block) and _asks_on(blocks, position):
            if current.heading is None or current.blocks:
                current = Draft(None, current.level)
                drafts.append(current)
            current.asks = True
            current.blocks.append(block)
        elif current.asks and _leaves_accordion(current, block):
            drafts.append(Draft(None, current.level, [block]))
        elif current.asks and block.kind == "list":
            current.blocks += listed_questions(block)
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


def _split_lead(drafts: list[Draft], title: str | None) -> list[Draft]:
    """The paragraphs before the first heading, apart where they clearly speak of other things."""
    if not drafts or drafts[0].heading or drafts[0].asks:
        return drafts
    lead, *rest = drafts
    units = units_of(lead.blocks)
    if len(units) < 2:
        return drafts
    passages = [Passage(None, " ".join(block.text for block in unit)) for unit in units]
    passages += [Passage(each.heading.text if each.heading else None, each.text) for each in rest]
    kinds = likeliest(passages, title)[: len(units)]
    parts: list[Draft] = []
    for unit, (kind, confidence) in zip(units, kinds, strict=True):
        sure = confidence >= _SURE_ENOUGH and kind != OTHER
        if not parts or (sure and kind != parts[-1].lead_type):
            parts.append(Draft(None, TOP_LEVEL, list(unit), lead_type=kind))
        else:
            parts[-1].blocks.extend(unit)
    return parts + rest


def units_of(blocks: Sequence[Block]) -> list[list[Block]]:
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


def _classify(drafts: Sequence[Draft], title: str | None, phrases: SitePhrases) -> None:
    parents = _parents(drafts)
    passages = [
        Passage(draft.heading.text if draft.heading else None, _text_under(drafts, number), parent)
        for number, (draft, parent) in enumerate(zip(drafts, parents, strict=True))
    ]
    for draft, kind in zip(drafts, classify(passages, title, phrases, faq=False), strict=True):
        draft.kind = _of_pairs(draft) if draft.pairs else kind
    pairs = [pair for draft in drafts for pair in draft.pairs]
    asked = [Passage(pair.question, pair.answer_text) for pair in pairs]
    for pair, (topic, _) in zip(pairs, likeliest(asked, title), strict=True):
        # What a question is about may stay open; a section's type may not.
        pair.type = None if topic == OTHER else topic


def _text_under(drafts: Sequence[Draft], number: int) -> str:
    """The plain words of a section, of the deeper ones where it has none of its own."""
    draft = drafts[number]
    if draft.is_filled:
        return draft.text
    deeper = takewhile(lambda each: each.level > draft.level, drafts[number + 1 :])
    return " ".join(each.text for each in deeper)


def _of_pairs(draft: Draft) -> Classification:
    evidence = f"it holds questions with their answers: {len(draft.pairs)}"
    return Classification(FAQ, 0.97, None, [evidence])


def _parents(drafts: Sequence[Draft]) -> list[str | None]:
    """Of each section the heading that it stands under."""
    found: list[str | None] = []
    above: list[Draft] = []
    for draft in drafts:
        while above and above[-1].level >= draft.level:
            above.pop()
        parent = above[-1].heading if above else None
        found.append(parent.text if parent else None)
        if draft.heading:
            above.append(draft)
    return found
