"""An answer from a corpus: what matches, counted, cut into a page, and shown."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from content.searching import Facet, HitGroup, SearchHit, SearchHits, SearchQuery
from content.searching.paging import Page, page_of_articles, page_of_sections
from content.searching.presenting import hit, holdings
from content.searching.questions import Question
from content.searching.ranking import Ranking, rank
from content.searching.whoosh_corpus import WhooshCorpus

Mask = NDArray[np.bool_]


def answer(
    corpus: WhooshCorpus, query: SearchQuery, question: Question, sequence: int
) -> SearchHits:
    """The page that is asked for, with its counts."""
    ranking = rank(corpus, question, _allowed(corpus, query))
    cut = page_of_articles if query.grouped else page_of_sections
    page = cut(corpus, ranking, query.limit, query.after)
    hits = _hits(corpus, question, page)
    return SearchHits(
        total=page.total,
        hits=[] if query.grouped else hits,
        groups=_groups(corpus, page, hits) if query.grouped else [],
        sequence=sequence,
        next=page.next,
        facets={facet: _counts(corpus, query, question, ranking, facet) for facet in query.facets},
    )


def _hits(corpus: WhooshCorpus, question: Question, page: Page) -> list[SearchHit]:
    ranked = [each for group in page.groups for each in group.best]
    held = holdings(corpus, question, [each.document for each in ranked])
    return [
        hit(each, holding, corpus.heading(each.document), corpus.text(each.document), [])
        for each, holding in zip(ranked, held, strict=True)
    ]


def _groups(corpus: WhooshCorpus, page: Page, hits: Sequence[SearchHit]) -> list[HitGroup]:
    remaining = iter(hits)
    return [
        HitGroup(
            corpus.article_id(group.best[0].document),
            group.total,
            [next(remaining) for _ in group.best],
        )
        for group in page.groups
    ]


def _counts(
    corpus: WhooshCorpus, query: SearchQuery, question: Question, ranking: Ranking, facet: Facet
) -> dict[str, int]:
    if facet == "topic":
        return corpus.topic_counts(ranking.documents)
    if facet == "type":
        wider = replace(query, types=())
        return corpus.type_counts(_matches(corpus, question, query, wider, ranking))
    wider = replace(query, locale=None)
    return corpus.locale_counts(_matches(corpus, question, query, wider, ranking))


def _matches(
    corpus: WhooshCorpus,
    question: Question,
    query: SearchQuery,
    wider: SearchQuery,
    ranking: Ranking,
) -> NDArray[np.uint32]:
    """What matches under the wider query."""
    return (
        ranking.documents
        if wider == query
        else rank(corpus, question, _allowed(corpus, wider)).documents
    )


def _allowed(corpus: WhooshCorpus, query: SearchQuery) -> Mask | None:
    """The documents that satisfy all filters; None when there are none."""
    masks = [_under(corpus, topic) for topic in query.topics]
    if query.types:
        masks.append(_having(corpus.types, corpus.type_keys, query.types))
    if query.locale is not None:
        masks.append(_having(corpus.locales, corpus.locale_keys, [query.locale]))
    if query.article is not None:
        masks.append(corpus.having_slug(query.article))
    return np.logical_and.reduce(masks) if masks else None


def _under(corpus: WhooshCorpus, topic: str) -> Mask:
    mask = np.zeros(corpus.size, np.bool_)
    mask[corpus.under(topic)] = True
    return mask


def _having(codes: NDArray[np.int16], keys: Sequence[str], values: Sequence[str]) -> Mask:
    wanted = [place for place, key in enumerate(keys) if key in values]
    return np.isin(codes, wanted)
