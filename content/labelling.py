"""Labelling the values of facets, so that a page can show them as they come."""

from collections.abc import Mapping
from dataclasses import dataclass

from content import reading
from content.searching import Facet
from content.sections import SECTION_TYPES
from content.statements import Reader


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value to narrow a list by: how readers call it, and how many sections it would have."""

    value: str
    label: str
    total: int


def labelled(
    session: Reader, facets: Mapping[Facet, Mapping[str, int]], locale: str
) -> dict[Facet, list[FacetValue]]:
    """The values of each facet, the most frequent first, then by value.

    Topics are called as in `locale`, or the nearest that there is; a locale is its own label.
    """
    return {
        facet: [
            FacetValue(value, labels.get(value, value), total)
            for value, total in sorted(totals.items(), key=lambda each: (-each[1], each[0]))
        ]
        for facet, totals in facets.items()
        for labels in [_labels(session, facet, totals, locale)]
    }


def _labels(
    session: Reader, facet: Facet, totals: Mapping[str, int], locale: str
) -> Mapping[str, str]:
    if facet == "type":
        return {key: kind.label for key, kind in SECTION_TYPES.items()}
    return reading.topic_labels(session, list(totals), locale) if facet == "topic" else {}
