"""Sections as rows of the index's tables."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from content.searching.documents import SectionDocument
from content.searching.lexicon import LONGEST, SHORTEST, counted
from content.searching.whoosh_schema import (
    PLACES_DTYPE,
    WeightedWords,
    borders,
    document_fields,
    places_of,
)

_FIELD: Final = WeightedWords()
# The same analysis as in the files of the embedded index, so that both find and rank alike.


@dataclass(frozen=True, slots=True)
class Analysed:
    """A section, and of each of its terms the weighted frequency and the places, as bytes."""

    document: SectionDocument
    words: dict[str, tuple[float, bytes]]

    @property
    def length(self) -> float:
        """The weighted words of the section."""
        return sum(frequency for frequency, _ in self.words.values())


def analysed(document: SectionDocument) -> Analysed:
    """A section as it will be found."""
    found = _FIELD.index(document_fields(document)["words"])
    return Analysed(
        document, {term.decode(): (weight, places_of(spots)) for term, _, weight, spots in found}
    )


def section_row(section: Analysed, number: int, changed: int, terms: Sequence[int]) -> Any:
    """A row of the table `section`; `terms` are the ids of the section's words."""
    each = section.document
    return (
        *(number, changed, True, section.length),
        *(each.section_id, each.article_id, each.locale, each.slug, each.type),
        *(list(each.topics), each.title, each.heading, list(each.questions), each.text),
        list(terms),
        [frequency for frequency, _ in section.words.values()],
        [len(places) // PLACES_DTYPE.itemsize for _, places in section.words.values()],
        b"".join(places for _, places in section.words.values()),
        list(borders(section.document)),
    )


def posting_rows(section: Analysed, number: int, terms: Sequence[int]) -> Iterator[Any]:
    """Rows of the table `posting`; `terms` are the ids of the section's words, in their order."""
    for term, (frequency, places) in zip(terms, section.words.values(), strict=True):
        yield term, number, frequency, places


def document_of(row: Sequence[Any]) -> SectionDocument:
    """The section in a row of these columns: its id and article, locale, slug, type, topics,
    title, heading, text and questions.
    """
    section_id, article_id, locale, slug, kind, topics, title, heading, text, questions = row
    return SectionDocument(
        section_id=section_id,
        article_id=article_id,
        locale=locale,
        slug=slug,
        type=kind,
        topics=tuple(topics),
        title=title,
        heading=heading,
        text=text,
        questions=tuple(questions),
    )


def all_terms(sections: Iterable[Analysed]) -> list[str]:
    """Every term of some sections, once."""
    return list(dict.fromkeys(term for section in sections for term in section.words))


def all_words(sections: Iterable[Analysed]) -> list[str]:
    """Every word in some sections, folded with its ending, once, if it may be misspelt."""
    words = counted(section.document for section in sections)
    return [word for word in words if SHORTEST <= len(word) <= LONGEST and word.isalpha()]
