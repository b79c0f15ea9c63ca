"""Sections as rows of the index's tables."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from content.searching.documents import SectionDocument
from content.searching.whoosh_schema import WeightedWords, document_fields

SECTION_COLUMNS: Final = (
    "number, changed, live, length, section_id, article_id, locale, slug, type, topics, "
    "title, heading, questions, text, terms"
)
POSTING_COLUMNS: Final = "term, number, frequency, places"
TERM_COLUMNS: Final = "id, term"

DOCUMENT_COLUMNS: Final = (
    "section_id, article_id, locale, slug, type, topics, title, heading, text, questions"
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
        document, {term.decode(): (weight, places) for term, _, weight, places in found}
    )


def section_row(section: Analysed, number: int, changed: int, terms: Sequence[int]) -> Any:
    """The row of `SECTION_COLUMNS`."""
    each = section.document
    return (
        *(number, changed, True, section.length),
        *(each.section_id, each.article_id, each.locale, each.slug, each.type),
        *(list(each.topics), each.title, each.heading, list(each.questions), each.text, list(terms)),
    )


def posting_rows(section: Analysed, number: int, terms: Sequence[int]) -> Iterator[Any]:
    """The rows of `POSTING_COLUMNS`; `terms` are the numbers of the section's words in order."""
    for term, (frequency, places) in zip(terms, section.words.values(), strict=True):
        yield term, number, frequency, places


def document_of(row: Sequence[Any]) -> SectionDocument:
    """The section in a row of `DOCUMENT_COLUMNS`."""
    *before, topics, title, heading, text, questions = row
    return SectionDocument(*before, tuple(topics), title, heading, text, tuple(questions))


def all_terms(sections: Iterable[Analysed]) -> list[str]:
    """Every term of some sections, once."""
    return list(dict.fromkeys(term for section in sections for term in section.words))
