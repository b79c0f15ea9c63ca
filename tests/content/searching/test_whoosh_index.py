"""What the index in files does beyond what every index promises."""

import pytest

from content.searching import SearchQuery
from content.searching.whoosh_index import WhooshIndex
from tests.content.searching.conftest import OpenIndex
from tests.content.searching.test_index_contract import a_document, build, ids


@pytest.fixture
def index(open_whoosh: OpenIndex) -> WhooshIndex:
    index = open_whoosh()
    assert isinstance(index, WhooshIndex)
    return index


def test_optimising_merges_small_segments_and_keeps_the_answers(index: WhooshIndex) -> None:
    build(index, *(f"scar {place}" for place in range(100)))
    for sequence in range(2, 14):
        document = a_document("scar")
        index.apply([document.article_id], [document], sequence)
    before = set(ids(index.search(SearchQuery("scar", limit=100))))
    documents = {each.section_id: each for each in index.documents()}
    assert index.segments() == 13
    assert index.optimise()
    assert index.segments() == 2
    assert not index.optimise()
    assert index.checkpoint() == 13
    assert {each.section_id: each for each in index.documents()} == documents
    assert set(ids(index.search(SearchQuery("scar", limit=100)))) == before


def test_while_changes_wait_only_small_segments_are_merged(index: WhooshIndex) -> None:
    build(index, *(f"scar {place}" for place in range(300)))
    for sequence in range(2, 10):
        assert not index.optimise(busy=True)
        document = a_document("scar")
        index.apply([document.article_id], [document], sequence)
    large, *small = index._fresh().segments
    assert len(small) == 8
    assert index.optimise(busy=True)
    assert large in index._fresh().segments
    assert index.segments() == 2
    assert index.search(SearchQuery("scar")).total == 308
