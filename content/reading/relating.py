"""What to read beside an article: the nearest articles and sections, each with its reasons.

Nearness is a matter of what is published: the topics that two articles share, a rare one counting
more than a common one and the primary one most, and then the types of their sections. Nothing is
random and nothing depends on the machine: equal nearness goes to what was published last.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, func, literal, select, union_all

from content.projecting import (
    PLACED,
    PUBLICATION,
    SECTION,
    AnyRow,
    article_columns,
    point_values,
    project_articles,
    seen,
)
from content.published import (
    ArticleAddress,
    PublishedArticle,
    PublishedTopic,
    Related,
    RelatedArticle,
    RelatedReason,
    RelatedSection,
    SectionAddress,
)
from content.scopes import Scope
from content.sections import SECTION_TYPES
from content.statements import AnySelect, Reader, rows_of

SOUGHT: Final = (
    *("mechanism", "effectiveness", "aftercare", "risks", "recurrence_factors", "faq"),
)
"""The types of sections that are worth a link of their own, in their usual order."""

_MOST_TOPICS: Final = 8
_NEWEST: Final = 200
# Of each topic as many are looked at; however large the library is, no more than these.
_COUNTED: Final = 1_000
# What is more common than that is as common as can be.
_SHORTLIST: Final = 30
_PRIMARY: Final = (2 * _COUNTED).bit_length() + 1
# More than any other topic can count.


def related(
    session: Reader,
    article: PublishedArticle,
    *,
    most_articles: int = 6,
    most_sections: int = 6,
    at: int | None = None,
) -> Related:
    """The articles of the same locale that are nearest to one, and sections of such articles.

    Sections are of articles about the primary topic too, for whoever reads of one treatment must
    not be sent to the aftercare of another; first those of types that the article itself lacks.
    A translation of the article is never among them.
    """
    topics = article.topics[:_MOST_TOPICS]
    scopes = tuple(Scope(topics=frozenset({topic.ref}), locale=article.locale) for topic in topics)
    if not topics:
        return Related(article, [], [], scopes)
    values = _values(article, topics, at)
    known = rows_of(session, _known(len(topics), now=at is None), values)[0]
    counts = [known[place] for place in range(len(topics))]
    weights = _weights([topic.ref for topic in topics], counts)
    shortlist = _shortlist(session, values, weights, now=at is None)
    inside = _sections(session, [known.edition_id, *(each.row.edition_id for each in shortlist)])
    own = {row.type for row in inside.get(known.edition_id, ())}
    for near in shortlist:
        near.sections = inside.get(near.row.edition_id, [])
        near.types = own & {row.type for row in near.sections}
    shortlist.sort(key=lambda each: each.rank, reverse=True)
    return Related(
        article,
        _articles(session, shortlist[:most_articles], topics),
        _interleaved(shortlist, topics, own)[:most_sections],
        scopes,
    )


@dataclass(slots=True)
class _Near:
    """An article with what it shares: topics, their weight, and types of sections."""

    row: AnyRow
    topics: frozenset[str]
    weight: int
    sections: Sequence[AnyRow] = ()
    types: set[str] = field(default_factory=set)

    @property
    def rank(self) -> tuple[Any, ...]:
        return (self.weight, len(self.types), self.row.published_at, self.row.article_id)

    @property
    def address(self) -> ArticleAddress:
        row = self.row
        return ArticleAddress(row.article_id, row.slug, row.title, row.locale)


def _values(
    article: PublishedArticle, topics: Sequence[PublishedTopic], at: int | None
) -> dict[str, Any]:
    return {
        "article": article.id,
        "original": article.original_id,
        "locale": article.locale,
        "topics": [topic.ref for topic in topics],
        **{f"topic_{place}": topic.ref for place, topic in enumerate(topics)},
        **point_values(at),
    }


def _weights(refs: Sequence[str], counts: Sequence[int]) -> dict[str, int]:
    """Whole numbers, which add up to the same in any order: the primary topic comes first."""
    weights = {
        ref: (2 * _COUNTED // max(count, 1)).bit_length()
        for ref, count in zip(refs, counts, strict=True)
    }
    weights[refs[0]] += _PRIMARY
    return weights


def _shortlist(
    session: Reader, values: Mapping[str, Any], weights: Mapping[str, int], *, now: bool
) -> list[_Near]:
    shared: dict[int, set[str]] = {}
    order: dict[int, tuple[Any, str]] = {}
    for row in rows_of(session, _candidates(len(weights), now=now), values):
        shared.setdefault(row.publication_id, set()).add(row.topic)
        order[row.publication_id] = (row.published_at, row.article_id)
    weighed = {each: sum(weights[ref] for ref in refs) for each, refs in shared.items()}
    chosen = sorted(weighed, key=lambda each: (weighed[each], *order[each]), reverse=True)
    rows = rows_of(
        session,
        _publications(),
        {"publications": chosen[:_SHORTLIST], "original": values["original"]},
    )
    return [_Near(row, frozenset(shared[row.id]), weighed[row.id]) for row in rows]


def _sections(session: Reader, editions: Sequence[str]) -> dict[str, list[AnyRow]]:
    """The sections of editions, by edition and in order."""
    inside: dict[str, list[AnyRow]] = {}
    for row in rows_of(session, _sections_of_editions(), {"editions": list(editions)}):
        inside.setdefault(row.edition_id, []).append(row)
    return inside


def _articles(
    session: Reader, near: Sequence[_Near], topics: Sequence[PublishedTopic]
) -> list[RelatedArticle]:
    rows = [each.row for each in near]
    found = project_articles(session, rows, "html", types=(), with_sections=False)
    return [
        RelatedArticle(
            article,
            [
                *_topic_reasons(each, topics),
                *(_type_reason("section_type", kind) for kind in SOUGHT if kind in each.types),
            ],
        )
        for article, each in zip(found, near, strict=True)
    ]


def _interleaved(
    near: Iterable[_Near], topics: Sequence[PublishedTopic], own: set[str]
) -> list[RelatedSection]:
    """The nearest section of each type, then the next nearest of each; types that lack first."""
    placed: list[tuple[tuple[int, bool, int], RelatedSection]] = []
    given = dict.fromkeys(SOUGHT, 0)
    for each in near:
        if topics[0].ref in each.topics:
            for row in _first_of_type(each.sections):
                place = (given[row.type], row.type in own, SOUGHT.index(row.type))
                placed.append((place, _related_section(each, row, topics, own)))
                given[row.type] += 1
    placed.sort(key=lambda each: each[0])
    return [section for _, section in placed]


def _first_of_type(sections: Iterable[AnyRow]) -> Iterator[AnyRow]:
    """The first section of each type that is sought; one without words is a heading alone."""
    given: set[str] = set()
    for row in sections:
        if row.type in SOUGHT and row.word_count and row.type not in given:
            given.add(row.type)
            yield row


def _related_section(
    near: _Near, row: AnyRow, topics: Sequence[PublishedTopic], own: set[str]
) -> RelatedSection:
    why = "section_type" if row.type in own else "missing_section_type"
    return RelatedSection(
        SectionAddress(row.id, row.type, row.heading, row.anchor, near.address),
        [_type_reason(why, row.type), *_topic_reasons(near, topics)],
    )


def _topic_reasons(near: _Near, topics: Sequence[PublishedTopic]) -> Iterator[RelatedReason]:
    for place, topic in enumerate(topics):
        if topic.ref in near.topics:
            kind = "topic" if place else "primary_topic"
            yield RelatedReason(kind, topic.ref, topic.label)


def _type_reason(kind: str, section_type: str) -> RelatedReason:
    return RelatedReason(kind, section_type, SECTION_TYPES[section_type].label)


def _of_topic(place: int, *, now: bool) -> Sequence[ColumnElement[bool]]:
    return (
        PLACED.c.topic == bindparam(f"topic_{place}"),
        PLACED.c.locale == bindparam("locale"),
        seen(PLACED, None if now else 0),
    )


@lru_cache
def _known(topics: int, *, now: bool) -> AnySelect:
    """How common each topic is in the locale, and the edition of the article itself."""
    counts = []
    for place in range(topics):
        some = select(literal(1)).where(*_of_topic(place, now=now)).limit(_COUNTED).subquery()
        counts.append(
            select(func.count()).select_from(some).scalar_subquery().label(f"count_{place}")
        )
    return select(*counts, PUBLICATION.c.edition_id).where(
        PUBLICATION.c.article_id == bindparam("article"), seen(PUBLICATION, None if now else 0)
    )


@lru_cache
def _candidates(topics: int, *, now: bool) -> AnySelect:
    """The newest articles of each topic, with all of those topics that they have."""
    newest = [
        select(PLACED.c.publication_id)
        .where(*_of_topic(place, now=now))
        .order_by(PLACED.c.published_at.desc(), PLACED.c.article_id.desc())
        .limit(_NEWEST)
        .subquery()
        for place in range(topics)
    ]
    some = union_all(*(select(each.c.publication_id) for each in newest)).subquery("newest")
    columns = ("publication_id", "topic", "published_at", "article_id")
    return select(*(PLACED.c[name] for name in columns)).where(
        PLACED.c.publication_id.in_(select(some.c.publication_id)),
        PLACED.c.topic.in_(bindparam("topics", expanding=True)),
        PLACED.c.article_id != bindparam("article"),
    )


@lru_cache
def _publications() -> AnySelect:
    return select(PUBLICATION.c.id, *article_columns()).where(
        PUBLICATION.c.id.in_(bindparam("publications", expanding=True)),
        PUBLICATION.c.original_id != bindparam("original"),
    )


@lru_cache
def _sections_of_editions() -> AnySelect:
    columns = ("edition_id", "id", "type", "heading", "anchor", "word_count")
    return (
        select(*(SECTION.c[name] for name in columns))
        .where(SECTION.c.edition_id.in_(bindparam("editions", expanding=True)))
        .order_by(SECTION.c.position, SECTION.c.id)
    )
