"""An answer from an index: what matches, counted, cut into a page, and shown."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from content.errors import Invalid, Reason
from content.searching import MAX_LIMIT, Facet, HitGroup, SearchHit, SearchHits, SearchQuery
from content.searching.collection import Collection
from content.searching.corpus import Documents
from content.searching.explaining import reasons
from content.searching.paging import Page, page_of_articles, page_of_sections
from content.searching.presenting import present
from content.searching.queries import refuse_too_long
from content.searching.questions import Question
from content.searching.ranking import Ranking, matching, rank


def refuse_unacceptable(query: SearchQuery) -> None:
    """Raise `Invalid` when the text or the limit is out of bounds."""
    if not 1 <= query.limit <= MAX_LIMIT:
        detail = f"is {query.limit}; it must be 1 to {MAX_LIMIT}"
        raise Invalid("This cannot be searched for.", [Reason("limit", "range", detail)])
    refuse_too_long(query.text)


def answer(
    collection: Collection, query: SearchQuery, question: Question, sequence: int
) -> SearchHits:
    """The page that is asked for, with its counts."""
    ranking = rank(collection, question, _allowed(collection, query))
    cut = page_of_articles if query.grouped else page_of_sections
    page = cut(collection, ranking, query.limit, query.after)
    hits = _hits(collection, query, question, page)
    return SearchHits(
        total=page.total,
        hits=[] if query.grouped else hits,
        groups=_groups(collection, page, hits) if query.grouped else [],
        sequence=sequence,
        next=page.next,
        facets={
            facet: _counts(collection, query, question, ranking, facet) for facet in query.facets
        },
    )


def _hits(
    collection: Collection, query: SearchQuery, question: Question, page: Page
) -> list[SearchHit]:
    ranked = [each for group in page.groups for each in group.best]
    why: list[list[str]] = [[] for _ in ranked]
    if query.explain:
        documents = [each.document for each in ranked]
        why = reasons(collection, question, _allowed(collection, query), documents)
    return present(collection, question, ranked, why)


def _groups(collection: Collection, page: Page, hits: Sequence[SearchHit]) -> list[HitGroup]:
    remaining = iter(hits)
    return [
        HitGroup(
            article_id=collection.article_id(group.best[0].document),
            total=group.total,
            hits=[next(remaining) for _ in group.best],
        )
        for group in page.groups
    ]


def _counts(
    collection: Collection, query: SearchQuery, question: Question, ranking: Ranking, facet: Facet
) -> dict[str, int]:
    """How many sections a list would have that is narrowed by each value of a facet."""
    if facet == "topic":
        return collection.topic_counts(ranking.documents)
    if facet == "type":
        codes, keys, wider = collection.types, collection.type_keys, replace(query, types=())
    else:
        codes, keys, wider = collection.locales, collection.locale_keys, replace(query, locale=None)
    documents = ranking.documents
    if wider != query:
        documents = matching(collection, question, _allowed(collection, wider))
    counts = np.bincount(codes[documents], minlength=len(keys)).tolist()
    return {key: count for key, count in zip(keys, counts, strict=True) if count}


def _allowed(collection: Collection, query: SearchQuery) -> NDArray[np.bool_] | None:
    """The documents that satisfy all filters; None when nothing is filtered."""
    masks = [_having(collection.size, collection.under(topic)) for topic in query.topics]
    if query.types:
        masks.append(_coded(collection.types, collection.type_keys, query.types))
    if query.locale is not None:
        masks.append(_coded(collection.locales, collection.locale_keys, [query.locale]))
    if query.article is not None:
        masks.append(collection.having_slug(query.article))
    return np.logical_and.reduce(masks) if masks else None


def _having(size: int, documents: Documents) -> NDArray[np.bool_]:
    mask = np.zeros(size, np.bool_)
    mask[documents] = True
    return mask


def _coded(
    codes: NDArray[np.int16], keys: Sequence[str], values: Sequence[str]
) -> NDArray[np.bool_]:
    wanted = np.array([key in values for key in keys] + [False])
    # The code of what has no value is -1, the last place.
    mask: NDArray[np.bool_] = wanted[codes]
    return mask
