"""Sections that speak of two things, one after the other → the sentence to split them at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from content.importing.blocks import Block, places
from content.importing.classifying import Classification, Passage, classify
from content.importing.features import body_features, body_words
from content.importing.proposals import ProposedSplit
from content.importing.type_model import Numbers, load
from content.importing.wording import sentence_starts
from content.sections import FAQ, OTHER

LEAST_WORDS: Final = 10
"""Words of each half; less than that says too little to be a section."""

_GAIN: Final = 1.6
_SURE: Final = 0.6
_MOST_UNITS: Final = 60


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence or list item: where it starts in the body, and its Markdown."""

    offset: int
    text: str


def propose_split(
    heading: str | None, blocks: Sequence[Block], kind: Classification
) -> ProposedSplit | None:
    """The place at which a section, typed as a whole, falls into two types; None mostly."""
    if kind.type == FAQ or kind.confidence >= _SETTLED:
        return None
    units = list(_units(blocks))
    if not 2 <= len(units) <= _MOST_UNITS:
        return None
    border = _border(units)
    if border is None:
        return None
    first = " ".join(unit.text for unit in units[:border])
    rest = " ".join(unit.text for unit in units[border:])
    before, after = classify([Passage(heading, first), Passage(None, rest)], faq=False)
    if before.type == after.type or {before.type, after.type} & {OTHER, "summary"}:
        return None
    if min(before.confidence, after.confidence) < _SURE:
        return None
    return ProposedSplit(
        units[border].offset, before.type, after.type, after.confidence, after.evidence
    )


def _units(blocks: Sequence[Block]) -> Iterator[_Unit]:
    for block, start in zip(blocks, places(blocks), strict=True):
        borders = [0]
        if block.kind == "paragraph":
            borders = sentence_starts(block.markdown)
        ends = [*borders[1:], len(block.markdown)]
        for border, end in zip(borders, ends, strict=True):
            yield _Unit(start + border, block.markdown[border:end].strip())


def _border(units: Sequence[_Unit]) -> int | None:
    """Before which unit the two halves differ most, if they differ enough."""
    model = load()
    features = [body_features(body_words(unit.text).read) for unit in units]
    scores = model.scores([[model.rows(each)] for each in features])
    found = np.log(model.probabilities(scores))
    found = np.maximum(found, -3.0)
    sums: Numbers = np.cumsum(found, axis=0)
    whole = sums[-1]
    gains = sums[:-1].max(axis=1) + (whole - sums[:-1]).max(axis=1) - whole.max()
    words = np.cumsum([len(unit.text.split()) for unit in units])
    short = (words[:-1] < LEAST_WORDS) | (words[-1] - words[:-1] < LEAST_WORDS)
    gains[short] = -np.inf
    best = int(gains.argmax())
    return best + 1 if gains[best] >= _GAIN else None


_SETTLED: Final = 0.9
