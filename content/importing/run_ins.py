"""Heads that stand in the first line of their paragraph → blocks of their own."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from content.importing.blocks import Block, escape

_LEAST: Final = 4
"""Labelled paragraphs that make labels the headings of a text."""

_SHORT: Final = 80
_LEAST_TEXT: Final = 20
_LONGEST_ITEM: Final = 120
"""Characters of a labelled line that may be an item of a list behind a colon."""

_QUESTION: Final = re.compile(r"(?:q|a|question|answer)\s*\d*\s*[.:)]", re.IGNORECASE)
_LABELLED: Final = re.compile(
    r"(?!(?i:note|tip|warning|important|example|remember|nb|ps|good|poor|source|photo|image|q|a|"
    r"question|answer|pro tip|bottom line|date|posted|words|text|story|(?:\w+ )?(?:reviewed|"
    r"written|published|updated|author|reviewer|edited|checked|by|at|on|of))s?:)"
    r"([A-Z][^\s.:?!;]*(?: [^\s.:?!;]+){0,8}):\s+(?=[A-Z0-9(\"“'‘])"
)
_GLUED: Final = re.compile(
    r"((?:Introduction|Overview|Background|Downtime|Aftercare|After-?care|Recovery|Benefits|Costs?|"
    r"Pricing|Prices?|Conclusion|Summary|Results|Risks|Preparation|Procedure|Contraindications|"
    r"Candidates|Longevity|Complications|Alternatives|Safety|[Ss]ide [Ee]ffects|Side [Ee]ffects|"
    r"Ideal [Cc]andidates|Key [Bb]enefits|How [Ii]t [Ww]orks|Final [Tt]houghts|"
    r"(?:Risks|Benefits|Recovery|Safety|Results|Cost) and [a-z ]{4,24}))\s+"
    r"(?=(?:The|A|An|In|It|If|You|Your|Most|Many|Some|There|This|These|While|When|We|For|People|"
    r"Patients|Expect|As|Although|Because|Since|Nobody|Every|Side) [a-z])"
)


def split_run_ins(blocks: Sequence[Block], source: str) -> list[Block]:
    """The blocks of a plain text, run-in heads apart from their paragraphs.

    A label before a colon is a head where most paragraphs of the text begin with one and other
    headings are few. A head without a colon is only taken off when its words are always those
    of a heading, and a new sentence follows.
    """
    labelled = _labelled(blocks)
    found: list[Block] = []
    for block in blocks:
        match = None
        if block.kind == "paragraph" and block.reason is None:
            match = (id(block) in labelled and _LABELLED.match(block.text)) or (
                len(block.text) > _SHORT and _GLUED.match(block.text)
            )
        found += _apart(block, match[1], source) if match else [block]
    return found


def _labelled(blocks: Sequence[Block]) -> set[int]:
    """The ids of the paragraphs that begin with a head; empty when heads stand elsewhere."""
    labelled: dict[int, str] = {}
    others: list[str] = []
    listing = False
    for block in blocks[1:]:
        label = _label_of(block)
        if label is None:
            listing = block.text.endswith(":")
            if _is_other_head(block):
                others.append(block.text)
        elif not listing or len(block.text) > _LONGEST_ITEM:
            labelled[id(block)] = label
            listing = False
    heads = set(labelled.values())
    rivals = sum(1 if text.endswith("?") else 3 for text in others if text not in heads)
    return set(labelled) if len(labelled) >= max(_LEAST, rivals) else set()


def _label_of(block: Block) -> str | None:
    if block.kind != "paragraph" or len(block.text) < _LEAST_TEXT:
        return None
    match = _LABELLED.match(block.text)
    return match[1] if match else None


def _is_other_head(block: Block) -> bool:
    text = block.text
    if len(text) > _SHORT or not (block.kind == "paragraph" or block.marker != "-"):
        return False
    if _QUESTION.match(text):
        return False
    return text.endswith("...") or text[-1:] not in ".!;,:"


def _apart(block: Block, head: str, source: str) -> list[Block]:
    """The head and the rest of the paragraph as two blocks with their places."""
    end = _end_of(head, block.start, source)
    rest = block.text[len(head) :].lstrip(": ")
    return [
        replace(block, text=head, markdown=escape(head), bold=True),
        replace(block, start=end, text=rest, markdown=escape(rest), gap=False, rule=False),
    ]


def _end_of(head: str, start: int, source: str) -> int:
    """Where the text behind the head begins in the source, whatever white space is in it."""
    position = start
    for word in head.split():
        position = source.index(word, position) + len(word)
    while position < len(source) and (source[position] == ":" or source[position].isspace()):
        position += 1
    return position
