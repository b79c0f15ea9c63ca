"""Pages of rankings in which many scores are equal, beside plain sorting."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.searching import MOST_IN_GROUP, Resume
from content.searching.paging import Ranked, page_of_articles, page_of_sections
from content.searching.ranking import Ranking
from content.searching.whoosh_corpus import WhooshCorpus
from content.searching.whoosh_index import WhooshIndex
from tests.content.searching.corpora import section

SCORES = st.lists(st.sampled_from([0.0, 1.0, 1.5, 2.0]), min_size=24, max_size=24)
RARELY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhooshCorpus]:
    """24 sections of 7 articles, whose ids are in another order than their numbers."""
    directory: Path = tmp_path_factory.mktemp("index")
    index = WhooshIndex(directory)
    index.rebuild(
        [
            section("Text.", section_id=f"{place * 7 % 24:02}", article=f"article {place % 7}")
            for place in range(24)
        ],
        1,
    )
    yield index._fresh().corpus
    index.close()


def ranked(scores: list[float]) -> Ranking:
    """All documents with a score above 0."""
    documents = np.flatnonzero(scores)
    return Ranking(documents.astype(np.uint32), np.array(scores)[documents])


def in_order(corpus: WhooshCorpus, ranking: Ranking) -> list[Ranked]:
    pairs = zip(ranking.documents.tolist(), ranking.scores.tolist(), strict=True)
    every = [Ranked(document, corpus.section_id(document), score) for document, score in pairs]
    return sorted(every, key=lambda each: (-each.score, each.section_id))


def articles_in_order(corpus: WhooshCorpus, ranking: Ranking) -> list[list[Ranked]]:
    sections = in_order(corpus, ranking)
    articles = [int(corpus.articles[each.document]) for each in sections]
    pairs = sorted(zip(articles, sections, strict=True), key=lambda pair: pair[0])
    groups = [[each for _, each in pairs] for _, pairs in groupby(pairs, lambda pair: pair[0])]
    return sorted(groups, key=lambda group: (-group[0].score, group[0].section_id))


@RARELY
@given(scores=SCORES, limit=st.integers(1, 9))
def test_pages_of_sections_are_the_list_cut_into_pieces(
    corpus: WhooshCorpus, scores: list[float], limit: int
) -> None:
    ranking = ranked(scores)
    found: list[Ranked] = []
    after: Resume | None = None
    while True:
        page = page_of_sections(corpus, ranking, limit, after)
        assert page.total == len(ranking.documents)
        assert all(group.total == 1 for group in page.groups)
        found += [each for group in page.groups for each in group.best]
        if page.next is None:
            break
        assert len(page.groups) == limit
        after = page.next
    assert found == in_order(corpus, ranking)


@RARELY
@given(scores=SCORES, limit=st.integers(1, 4))
def test_pages_of_articles_are_the_list_of_articles_cut_into_pieces(
    corpus: WhooshCorpus, scores: list[float], limit: int
) -> None:
    ranking = ranked(scores)
    wanted = articles_in_order(corpus, ranking)
    found: list[tuple[int, list[Ranked]]] = []
    after: Resume | None = None
    while True:
        page = page_of_articles(corpus, ranking, limit, after)
        assert page.total == len(wanted)
        found += [(group.total, group.best) for group in page.groups]
        if page.next is None:
            break
        after = page.next
    assert found == [(len(each), each[:MOST_IN_GROUP]) for each in wanted]


@RARELY
@given(scores=SCORES)
def test_a_page_of_articles_begins_after_the_article_of_any_section(
    corpus: WhooshCorpus, scores: list[float]
) -> None:
    ranking = ranked(scores)
    groups = articles_in_order(corpus, ranking)
    for number, group in enumerate(groups):
        for each in group:
            page = page_of_articles(corpus, ranking, 9, Resume(0.5, each.section_id))
            assert [found.best for found in page.groups] == [
                each[:MOST_IN_GROUP] for each in groups[number + 1 :]
            ]


def test_the_place_of_a_section_that_is_gone_is_its_share_of_the_best_score(
    corpus: WhooshCorpus,
) -> None:
    ranking = ranked([4.0, 3.0, 2.0, 1.0] + [0.0] * 20)
    page = page_of_sections(corpus, ranking, 9, Resume(0.5, "unheard"))
    assert [group.best[0].score for group in page.groups] == [1.0]
    page = page_of_articles(corpus, ranking, 9, Resume(0.6, "unheard"))
    assert [group.best[0].score for group in page.groups] == [2.0, 1.0]


def test_nothing_has_one_page(corpus: WhooshCorpus) -> None:
    nothing = ranked([0.0] * 24)
    for cut in (page_of_sections, page_of_articles):
        for after in (None, Resume(1.0, "00"), Resume(0.3, "unheard")):
            assert cut(corpus, nothing, 5, after) == (0, [], None)
