"""Search as readers get it: the index says which sections, the library says what they hold."""

from dataclasses import dataclass

from content import reading
from content.published import BodyFormat, Page, PublishedSection
from content.scopes import EVERYTHING, WORDS
from content.searching import Highlights, SearchIndex, SearchQuery
from content.searching.vocabulary import NO_WORDS, Vocabulary
from content.statements import Reader


@dataclass(frozen=True, slots=True)
class FoundSection:
    """A section with its place in an answer: why it is there, and where the words are."""

    section: PublishedSection
    score: float
    highlights: Highlights
    matched: list[str]


def find(
    session: Reader,
    index: SearchIndex,
    query: SearchQuery,
    vocabulary: Vocabulary = NO_WORDS,
    *,
    body_format: BodyFormat = "html",
    count: bool = False,
) -> Page[FoundSection]:
    """A page of sections, best first.

    The library has the last word: a section that the index has not yet forgotten is not read.
    Raises `Invalid` for a query that is too long, `SearchUnavailable`.
    """
    answer = index.search(query, vocabulary)
    hits = {hit.section_id: hit for hit in answer.hits}
    live = reading.sections_by_id(session, list(hits), body_format=body_format)
    found = [
        FoundSection(
            section=section,
            score=hits[section.id].score,
            highlights=hits[section.id].highlights,
            matched=hits[section.id].matched,
        )
        for section in live
    ]
    place = [answer.next.score, answer.next.section_id] if answer.next else None
    return Page(
        found, place, answer.total if count else None, answer.sequence, scopes=(EVERYTHING, WORDS)
    )
