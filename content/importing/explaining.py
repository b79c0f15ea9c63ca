"""Why the type model decided as it did, in words that an editor understands."""

from collections.abc import Iterator, Sequence
from typing import Final

from content.importing.features import SectionFeatures, Words, spoken
from content.importing.type_model import TypeModel

_LEAST: Final = 0.12
_MOST_FEATURES: Final = 8
_MOST_WORDS: Final = 3


def explain(
    model: TypeModel, section: SectionFeatures, rows: Sequence[list[int]], types: tuple[int, int]
) -> list[str]:
    """What speaks for the first of two types (columns of the model) against the second.

    `rows` are those of the section's features, block by block. Never empty.
    """
    heading, body, place, parent = (
        model.loudest(block, types, _LEAST, _MOST_FEATURES)
        for block in [*rows[:3], model.rows(section.parent)]
    )
    found = [
        *_quoted("the heading says", heading, section.heading, 1),
        *_quoted("the text says", body, section.body, _MOST_WORDS),
        *_places(place[:2]),
    ]
    if parent and not heading:
        found.append("the heading above speaks for it")
    return found or ["little speaks for any type; this one is the least unlikely"]


def _quoted(lead: str, features: Sequence[str], words: Words, most: int) -> Iterator[str]:
    """The loudest words, as they are written, quoted."""
    loudest: list[str] = []
    for feature in features:
        said = spoken(feature, words)
        if said and not any(said in each or each in said for each in loudest):
            loudest.append(said)
        if len(loudest) == most:
            break
    if loudest:
        quoted = ", ".join(f'"{said}"' for said in loudest)
        yield f"{lead} {quoted}"


def _places(features: Sequence[str]) -> Iterator[str]:
    for feature in features:
        if feature in _PLACES:
            yield _PLACES[feature]


_PLACES: Final = {
    "p|bare first": "the article begins with it",
    "p|bare last": "the article ends with it",
    "p|headed last": "the article ends with it",
    "p|faq asks": "it asks under a heading that announces questions",
    "p|asks 4": "it stands in a row of questions",
    "p|asks 3": "it stands in a row of questions",
}
