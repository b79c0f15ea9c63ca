"""Questions and their answers: found in every form in which editors write them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile
from typing import Final

from content.importing.blocks import Block, join_markdown
from content.importing.classifying import names_a_type
from content.importing.markdown import plain
from content.importing.wording import is_question, unnumbered

LONGEST_QUESTION: Final = 250
_LONGEST_FAQ: Final = 400
"""Blocks that are looked at below a heading."""

_ASKS: Final = re.compile(
    r"^(?:\*\*|__)?(?:q|question)\s*\d*\s*[.:)](?:\*\*|__)?\s*(?=\S)", re.IGNORECASE
)
_ANSWERS: Final = re.compile(
    r"^(?:\*\*|__)?(?:a|answer|ans)\s*\d*\s*[.:)](?:\*\*|__)?\s*(?=\S)", re.IGNORECASE
)
_BOLD_QUESTION: Final = re.compile(r"^(\*\*|__)([^*_\n]{3,250}\?)\s*\1[:\s\\]*(?=\S)")
_RUN_IN: Final = re.compile(r"^([A-Z¿\d][^.!?\n]{5,200}\?)\s+(?=\S)")
_INNER_ANSWER: Final = re.compile(r"\s+\\?(?:A|Answer|Ans)\s*[.:)]\s+(?=\S)")
_ITEM: Final = re.compile(r"^(?:[-*+]|\d{1,3}[.)]) +", re.MULTILINE)
_LISTED_QUESTION: Final = re.compile(
    r"(?:[-*+]|\d{1,3}[.)]) +(?:(?:\*\*|__)?(?:q|question)\s*\d*\s*[.:)]|[^\n]{3,250}\?)",
    re.IGNORECASE,
)
_LINK: Final = re.compile(r"(?<!\\)\[([^\[\]]*)\]\([^()\s]*\)")
_SIGNS: Final = re.compile(r"^[\s–—•▸►▶+✔-]+")


@dataclass(slots=True)
class Pair:
    """A question and the blocks that answer it; `asked` is the block with the question."""

    question: str
    asked: Block
    answer: list[Block] = field(default_factory=list)
    first_answer: str = ""
    """What of the answer stands in the block of the question, Markdown."""
    type: str | None = None
    """The section type of what is asked; None when it was not recognised."""

    @property
    def answer_markdown(self) -> str:
        """The whole answer."""
        rest = join_markdown(_without_label(self.answer))
        return "\n\n".join(part for part in (self.first_answer, rest) if part)

    @property
    def answer_text(self) -> str:
        """The answer as plain words."""
        return " ".join([self.first_answer, *(block.text for block in self.answer)]).strip()

    @property
    def blocks(self) -> list[Block]:
        """Every block of the pair, the question first."""
        return [self.asked, *self.answer]


def announces_questions(blocks: Sequence[Block], position: int) -> bool:
    """Whether the heading there stands over questions only, whatever its own words are.

    Two or more deeper headings that ask, or paragraphs that each begin with a bold question, and
    nothing before the first of them; a heading that asks or names a type of section does not
    announce anything.
    """
    heading = blocks[position]
    body = blocks[position + 1 : position + 1 + _LONGEST_FAQ]
    if not body or is_question(heading.text) or heading.level == 1:
        return False
    return _questions_below(heading, body) >= 2 and not names_a_type(heading.text)


def _questions_below(heading: Block, body: Sequence[Block]) -> int:
    """How many questions stand under the heading; 0 when other things do."""
    first = body[0]
    if first.kind == "heading":
        below = [*takewhile(lambda each: each.level > heading.level, _headings_of(body))]
        return len(below) if below and all(is_question(each.text) for each in below) else 0
    own = [*takewhile(lambda each: each.kind != "heading", body)]
    if first.kind == "list":
        items = listed_questions(first)
        return len(items) if all("?" in item.text for item in items) else 0
    if first.kind != "paragraph":
        return 0
    if _BOLD_QUESTION.match(first.markdown):
        return sum(_BOLD_QUESTION.match(each.markdown) is not None for each in own)
    if is_question(first.text):
        return sum(each.kind == "paragraph" and is_question(each.text) for each in own)
    run_in = [each for each in own if _RUN_IN.match(each.markdown)]
    return len(run_in) if len(run_in) == len(own) > 2 else 0


def _headings_of(blocks: Sequence[Block]) -> Iterator[Block]:
    return (block for block in blocks if block.kind == "heading")


def listed_questions(block: Block) -> list[Block]:
    """The items of a Markdown list as blocks, if at least one begins with a question."""
    starts = [match.start() for match in _ITEM.finditer(block.markdown)]
    if not starts or starts[0] != 0:
        return [block]
    ends = [*starts[1:], len(block.markdown)]
    items = [block.markdown[start:end] for start, end in zip(starts, ends, strict=True)]
    if not any(_LISTED_QUESTION.match(item) for item in items):
        return [block]
    found = [_item(block, item, start) for item, start in zip(items, starts, strict=True)]
    for each, following in pairwise(found):
        each.end = following.start
    found[-1].end = block.end
    return found


def _item(block: Block, item: str, start: int) -> Block:
    """One item of a list as a block of its own, its marker and indentation taken off."""
    first, *rest = item.rstrip().split("\n")
    width = len(first) - len(_ITEM.sub("", first, count=1))
    lines = [first[width:], *(line[min(width, _indent(line)) :] for line in rest)]
    markdown = "\n".join(lines)
    return replace(
        block, kind="paragraph", start=block.start + start, text=plain(markdown), markdown=markdown
    )


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def has_marked_questions(blocks: Sequence[Block]) -> bool:
    """Whether the blocks are marked as questions and answers: Q: and A:, or an accordion."""
    asked = sum(bool(_ASKS.match(block.text)) for block in blocks)
    answered = sum(bool(_ANSWERS.match(block.text)) for block in blocks)
    folds = sum(block.kind == "summary" and is_question(block.text) for block in blocks)
    return (asked >= 1 and answered >= 1) or asked >= 2 or folds >= 2


def is_marked_question(block: Block) -> bool:
    """Whether the block alone shows that it asks: "Q:", or the title of an accordion item."""
    asks = bool(_ASKS.match(block.text)) and len(block.text) > 3
    return asks or (block.kind == "summary" and is_question(block.text))


def pair_up(blocks: Sequence[Block], *, in_faq: bool) -> tuple[list[Block], list[Pair]]:
    """What precedes the first question, and the pairs.

    `in_faq` says that a heading announced questions: then lines that only end with a question
    mark ask, too, and so do headings.
    """
    before: list[Block] = []
    pairs: list[Pair] = []
    for block in blocks:
        pair = _asked(block, in_faq=in_faq, labelled=bool(pairs) and _is_labelled(pairs[-1]))
        if pair:
            pairs.append(pair)
        elif pairs:
            pairs[-1].answer.append(block)
        else:
            before.append(block)
    return _returned(before, pairs)


def _returned(before: list[Block], pairs: list[Pair]) -> tuple[list[Block], list[Pair]]:
    """Questions that nobody answers are no pairs: they go back to the text, or are joined."""
    answered: list[Pair] = []
    waiting: list[Pair] = []
    for pair in pairs:
        if not pair.answer and not pair.first_answer:
            waiting.append(pair)
            continue
        answered.append(_with_questions(pair, waiting))
        waiting = []
    for pair in waiting:
        target = answered[-1].answer if answered else before
        target.append(pair.asked)
    return before, answered


def _with_questions(pair: Pair, waiting: Sequence[Pair]) -> Pair:
    """Several questions in a row share the answer that follows the last of them."""
    if not waiting:
        return pair
    question = " ".join([each.question for each in waiting] + [pair.question])
    joined = Pair(question, waiting[0].asked, first_answer=pair.first_answer)
    joined.answer = [_silent(each.asked) for each in [*waiting[1:], pair]] + pair.answer
    return joined


def _silent(block: Block) -> Block:
    """The block with its words taken out, because they are told elsewhere: its span remains."""
    return replace(block, text="", markdown="")


def _is_labelled(pair: Pair) -> bool:
    return bool(_ASKS.match(pair.asked.text))


def _asked(block: Block, *, in_faq: bool, labelled: bool) -> Pair | None:
    """The pair that the block opens, or None when it does not ask."""
    if _ASKS.match(block.text):
        return _labelled(block)
    if block.kind == "summary":
        return Pair(_question(block.markdown), block)
    if block.kind == "heading":
        return Pair(_question(block.markdown), block)
    if (
        not in_faq
        or labelled
        or _ANSWERS.match(block.text)
        or block.kind not in {"paragraph", "list_item"}
    ):
        return None
    if is_question(block.text) and len(block.text) <= LONGEST_QUESTION:
        return Pair(_question(block.markdown), block)
    return _run_in(block)


def _labelled(block: Block) -> Pair:
    """A line that begins with "Q:"; its answer may stand in the same block behind "A:"."""
    label = _ASKS.match(block.markdown)
    rest = block.markdown[label.end() :] if label else block.markdown
    split = _INNER_ANSWER.search(rest)
    if split:
        return Pair(_question(rest[: split.start()]), block, first_answer=rest[split.end() :])
    mark = rest.find("?")
    answer = rest[mark + 1 :].strip(" *_\\\n") if mark >= 0 else ""
    if answer and not is_question(rest):
        return Pair(_question(rest[: mark + 1]), block, first_answer=rest[mark + 1 :].strip())
    return Pair(_question(rest), block)


def _run_in(block: Block) -> Pair | None:
    """A question and its answer in one paragraph, the question bold or simply first."""
    bold = _BOLD_QUESTION.match(block.markdown)
    plain = _RUN_IN.match(block.markdown)
    if bold:
        return Pair(_question(bold[2]), block, first_answer=block.markdown[bold.end() :])
    if plain and not is_question(block.text):
        return Pair(_question(plain[1]), block, first_answer=block.markdown[plain.end() :])
    return None


def _question(markdown: str) -> str:
    """The question without its number, label, bold marks and links, which only open its answer."""
    text = _LINK.sub(r"\1", markdown.replace("\\\n", " ").replace("\n", " ").strip())
    if text.startswith(("**", "__")) and text.rstrip(":").endswith(text[:2]) and len(text) > 4:
        text = text.rstrip(":")[2:-2]
    text = text.removesuffix("**").removesuffix("__") if text.count("**") == 1 else text
    text = _SIGNS.sub("", text.replace("\\.", ".", 1) if text[:1].isdigit() else text)
    return unnumbered(text).strip() or markdown.strip()


def _without_label(blocks: Sequence[Block]) -> list[Block]:
    """The blocks of an answer, "A:" taken off its beginning."""
    return list(_relabelled([block for block in blocks if block.markdown]))


def _relabelled(blocks: Sequence[Block]) -> Iterator[Block]:
    for number, block in enumerate(blocks):
        label = _ANSWERS.match(block.markdown) if number == 0 else None
        if label and block.kind == "paragraph":
            rest = block.markdown[label.end() :]
            yield replace(block, markdown=rest)
        elif block.kind == "heading":
            yield replace(block, kind="paragraph", markdown=f"**{block.markdown}**")
        else:
            yield block
