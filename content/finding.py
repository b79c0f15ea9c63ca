"""Search as readers get it: the index says which sections, the library says what they hold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from content import reading
from content.published import ArticleAddress, BodyFormat, Key, PublishedSection
from content.scopes import EVERYTHING, WORDS, Scope
from content.searching import Facet, Highlights, HitGroup, SearchHit, SearchIndex, SearchQuery
from content.searching.vocabulary import NO_WORDS, Vocabulary
from content.statements import Reader


@dataclass(frozen=True, slots=True)
class FoundSection:
    """A section with its place in an answer: why it is there, and where the words are.

    `reasons` are None where the query did not ask for them.
    """

    section: PublishedSection
    score: float
    highlights: Highlights
    matched: list[str]
    reasons: list[str] | None = None


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """An article with its best sections; `total` counts all of them, `score` is the best one's."""

    article: ArticleAddress
    score: float
    total: int
    hits: list[FoundSection]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found: `items`, or `groups` where articles were asked for.

    `next` is the place to go on from; `total` is there when it was asked for. The rest is as in
    `SearchHits`.
    """

    items: list[FoundSection]
    groups: list[FoundGroup]
    facets: Mapping[Facet, Mapping[str, int]]
    did_you_mean: str | None
    next: Key | None
    total: int | None
    sequence: int
    scopes: tuple[Scope, ...] = field(default=(EVERYTHING, WORDS))


def find(
    session: Reader,
    index: SearchIndex,
    query: SearchQuery,
    vocabulary: Vocabulary = NO_WORDS,
    *,
    body_format: BodyFormat = "html",
    count: bool = False,
) -> Found:
    """A page of sections, or of articles with their best ones, best first.

    The library has the last word: a section that the index has not yet forgotten is not read.
    Raises `Invalid` for a query that is too long, `SearchUnavailable`.
    """
    answer = index.search(query, vocabulary)
    hits = [*answer.hits, *(hit for group in answer.groups for hit in group.hits)]
    ids = [hit.section_id for hit in hits]
    live = reading.sections_by_id(session, ids, body_format=body_format)
    sections = {section.id: section for section in live}
    return Found(
        items=_sections(answer.hits, sections, explain=query.explain),
        groups=list(_groups(answer.groups, sections, explain=query.explain)),
        facets=answer.facets,
        did_you_mean=answer.did_you_mean,
        next=[answer.next.score, answer.next.section_id] if answer.next else None,
        total=answer.total if count else None,
        sequence=answer.sequence,
    )


def _sections(
    hits: Iterable[SearchHit], sections: Mapping[str, PublishedSection], *, explain: bool
) -> list[FoundSection]:
    return [
        FoundSection(
            section=sections[hit.section_id],
            score=hit.score,
            highlights=hit.highlights,
            matched=hit.matched,
            reasons=hit.reasons if explain else None,
        )
        for hit in hits
        if hit.section_id in sections
    ]


def _groups(
    groups: Sequence[HitGroup], sections: Mapping[str, PublishedSection], *, explain: bool
) -> Iterable[FoundGroup]:
    for group in groups:
        found = _sections(group.hits, sections, explain=explain)
        if found:
            yield FoundGroup(found[0].section.article, found[0].score, group.total, found)
