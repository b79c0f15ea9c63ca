"""Questions and their answers: found in every form in which editors write them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from content.importing.blocks import Block, join_markdown
from content.importing.wording import is_question, unnumbered

LONGEST_QUESTION: Final = 250

_ASKS: Final = re.compile(
    r"^(?:\*\*|__)?(?:q|question)\s*\d*\s*[.:)](?:\*\*|__)?\s*(?=\S)", re.IGNORECASE
)
_ANSWERS: Final = re.compile(
    r"^(?:\*\*|__)?(?:a|answer|ans)\s*\d*\s*[.:)](?:\*\*|__)?\s*(?=\S)", re.IGNORECASE
)
_BOLD_QUESTION: Final = re.compile(r"^(\*\*|__)([^*_\n]{3,250}\?)\s*\1[:\s\\]*(?=\S)")
_RUN_IN: Final = re.compile(r"^([A-Z¿\d][^.!?\n]{5,200}\?)\s+(?=\S)")
_INNER_ANSWER: Final = re.compile(r"\s+\\?(?:A|Answer|Ans)\s*[.:)]\s+(?=\S)")
_SIGNS: Final = re.compile(r"^[\s–—•▸►▶+✔-]+")


@dataclass(slots=True)
class Pair:
    """A question and the blocks that answer it; `asked` is the block with the question."""

    question: str
    asked: Block
    answer: list[Block] = field(default_factory=list)
    first_answer: str = ""
    """What of the answer stands in the block of the question, Markdown."""

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
    """The question without its number, label and bold marks."""
    text = markdown.replace("\\\n", " ").replace("\n", " ").strip()
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
