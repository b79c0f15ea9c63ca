"""Sections as rows of the index's tables."""

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from content.searching.documents import SectionDocument
from content.searching.whoosh_schema import HEADING_WEIGHT, TEXT_WEIGHT, TITLE_WEIGHT
from content.searching.words import words

SECTION_COLUMNS: Final = (
    "number, changed, live, length, section_id, article_id, locale, slug, type, topics, "
    "title, heading, text, terms"
)
POSTING_COLUMNS: Final = "term, number, frequency, places"
TERM_COLUMNS: Final = "id, term"

DOCUMENT_COLUMNS: Final = (
    "section_id, article_id, locale, slug, type, topics, title, heading, text"
)

_GAP: Final = 16
# Places left free between title, heading and text, so that no phrase reaches from one to the next.


@dataclass(frozen=True, slots=True)
class Analysed:
    """A section, and of each of its terms the weighted frequency and the places."""

    document: SectionDocument
    words: dict[str, tuple[float, list[int]]]

    @property
    def length(self) -> float:
        """The weighted words of the section."""
        return sum(frequency for frequency, _ in self.words.values())


def analysed(document: SectionDocument) -> Analysed:
    """A section as it will be found."""
    found: dict[str, tuple[float, list[int]]] = {}
    beyond = 0
    for text, weight in (
        (document.title, TITLE_WEIGHT),
        (document.heading or "", HEADING_WEIGHT),
        (document.text, TEXT_WEIGHT),
    ):
        base = beyond
        for word in words(text):
            frequency, places = found.get(word.term, (0.0, []))
            places.append(base + word.first)
            if word.last > word.first:
                places.append(base + word.last)
            found[word.term] = frequency + weight, places
            beyond = base + word.last + _GAP
    return Analysed(document, found)


def section_row(section: Analysed, number: int, changed: int, terms: Sequence[int]) -> Any:
    """The row of `SECTION_COLUMNS`."""
    each = section.document
    return (
        *(number, changed, True, section.length),
        *(each.section_id, each.article_id, each.locale, each.slug, each.type),
        *(list(each.topics), each.title, each.heading, each.text, list(terms)),
    )


def posting_rows(section: Analysed, number: int, terms: Sequence[int]) -> Iterator[Any]:
    """The rows of `POSTING_COLUMNS`; `terms` are the numbers of the section's words in order."""
    for term, (frequency, places) in zip(terms, section.words.values(), strict=True):
        yield term, number, frequency, struct.pack(f">{len(places)}i", *places)


def document_of(row: Sequence[Any]) -> SectionDocument:
    """The section in a row of `DOCUMENT_COLUMNS`."""
    section_id, article_id, locale, slug, kind, topics, title, heading, text = row
    return SectionDocument(
        section_id, article_id, locale, slug, kind, tuple(topics), title, heading, text
    )


def all_terms(sections: Iterable[Analysed]) -> list[str]:
    """Every term of some sections, once."""
    return list(dict.fromkeys(term for section in sections for term in section.words))
