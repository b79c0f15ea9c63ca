"""Why the type model decided as it did, in words that an editor understands."""

from collections.abc import Iterator, Sequence
from typing import Final

from content.importing.features import SectionFeatures, Words, located, spoken
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
    """The loudest words, as they are written, quoted; those that stand together in one."""
    found = [place for each in features if (place := located(each, words))]
    phrases = [phrase for run in _runs(found) if (phrase := spoken(words, run))]
    quoted = [f'"{phrase}"' for phrase in dict.fromkeys(phrases)][:most]
    if quoted:
        yield f"{lead} {', '.join(quoted)}"


def _runs(found: Sequence[range]) -> list[range]:
    """Places that touch or overlap made one, in the order of the loudest in each."""
    runs: list[range] = []
    for place in found:
        near = [run for run in runs if run.start <= place.stop and place.start <= run.stop]
        if not near:
            runs.append(place)
            continue
        first = runs.index(near[0])
        parts = [*near, place]
        runs[first] = range(min(p.start for p in parts), max(p.stop for p in parts))
        runs = [run for run in runs if run not in near[1:]]
    return runs


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
