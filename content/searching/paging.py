"""Cutting a page out of a ranking: of sections, or of articles with their best sections.

The order is by score, the best first, and by section where scores are equal. Only what may stand
on the page is put in order: to sort all that matches would take longer than to find it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from content.searching import MOST_IN_GROUP, Resume
from content.searching.collection import Collection
from content.searching.ranking import Ranking


class Ranked(NamedTuple):
    """A document on a page."""

    document: int
    section_id: str
    score: float


class Group(NamedTuple):
    """An article on a page: its best documents, and how many of its documents match."""

    total: int
    best: list[Ranked]


class Page(NamedTuple):
    """Some of `total` sections or articles, each with its documents; `next` leads to more."""

    total: int
    groups: list[Group]
    next: Resume | None


def page_of_sections(
    collection: Collection, ranking: Ranking, limit: int, after: Resume | None
) -> Page:
    """The best `limit` documents that come after a place, each in a group of its own."""
    rest = _after(collection, ranking, _place(collection, ranking, after)) if after else ranking
    ranked = _best(collection, rest, limit + 1)
    groups = [Group(1, [each]) for each in ranked[:limit]]
    return Page(len(ranking.documents), groups, _next(ranking, ranked, limit))


def page_of_articles(
    collection: Collection, ranking: Ranking, limit: int, after: Resume | None
) -> Page:
    """The articles of the best documents, in the order of the best document of each."""
    leading = _leading(collection, ranking)
    rest = (
        _after(collection, leading, _leader(collection, ranking, leading, after))
        if after
        else leading
    )
    ranked = _best(collection, rest, limit + 1)
    groups = [_group(collection, ranking, each) for each in ranked[:limit]]
    return Page(len(leading.documents), groups, _next(ranking, ranked, limit))


def _next(ranking: Ranking, ranked: list[Ranked], limit: int) -> Resume | None:
    if len(ranked) <= limit:
        return None
    last = ranked[limit - 1]
    return Resume(last.score / float(ranking.scores.max()), last.section_id)


def _best(collection: Collection, ranking: Ranking, count: int) -> list[Ranked]:
    documents, scores = ranking.documents, ranking.scores
    if len(scores) > count:
        least = np.partition(scores, len(scores) - count)[-count]
        within = scores >= least
        documents, scores = documents[within], scores[within]
    ranked = [
        Ranked(document, collection.section_id(document), score)
        for document, score in zip(documents.tolist(), scores.tolist(), strict=True)
    ]
    return sorted(ranked, key=lambda each: (-each.score, each.section_id))[:count]


def _place(collection: Collection, ranking: Ranking, after: Resume) -> Resume:
    """The place with the score that its section has now: its share of the best if it has none."""
    document = collection.document(after.section_id)
    found = ranking.scores[ranking.documents == (-1 if document is None else document)]
    score = float(found[0]) if len(found) else after.score * float(ranking.scores.max(initial=0))
    return Resume(score, after.section_id)


def _leader(collection: Collection, ranking: Ranking, leading: Ranking, after: Resume) -> Resume:
    """The place of the article that a section belongs to."""
    document = collection.document(after.section_id)
    if document is not None:
        same = collection.articles[leading.documents] == collection.articles[document]
        for leader in leading.documents[same].tolist():
            return _place(collection, leading, Resume(after.score, collection.section_id(leader)))
    return _place(collection, ranking, after)


def _after(collection: Collection, ranking: Ranking, place: Resume) -> Ranking:
    documents, scores = ranking.documents, ranking.scores
    rest = scores < place.score
    for each in np.flatnonzero(scores == place.score).tolist():
        rest[each] = collection.section_id(int(documents[each])) > place.section_id
    return Ranking(documents[rest], scores[rest])


def _leading(collection: Collection, ranking: Ranking) -> Ranking:
    """The best document of each article."""
    articles = collection.articles[ranking.documents]
    best = np.full(articles.max(initial=-1) + 1, -np.inf, ranking.scores.dtype)
    np.maximum.at(best, articles, ranking.scores)
    first = np.flatnonzero(ranking.scores == best[articles])
    if len(first) > np.count_nonzero(best > -np.inf):
        first = _first_of_equals(collection, ranking, articles, first)
    return Ranking(ranking.documents[first], ranking.scores[first])


def _first_of_equals(
    collection: Collection,
    ranking: Ranking,
    articles: NDArray[np.int32],
    candidates: NDArray[np.intp],
) -> NDArray[np.intp]:
    """Of candidates from one article the one whose section comes first."""
    chosen: dict[int, tuple[str, int]] = {}
    for each in candidates.tolist():
        section_id = collection.section_id(int(ranking.documents[each]))
        article = int(articles[each])
        chosen[article] = min(chosen.get(article, (section_id, each)), (section_id, each))
    return np.array(sorted(each for _, each in chosen.values()), np.intp)


def _group(collection: Collection, ranking: Ranking, leader: Ranked) -> Group:
    inside = collection.articles[ranking.documents] == collection.articles[leader.document]
    of_article = Ranking(ranking.documents[inside], ranking.scores[inside])
    return Group(len(of_article.documents), _best(collection, of_article, MOST_IN_GROUP))
