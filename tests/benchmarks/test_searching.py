"""That the parts of the search benchmark measure what they say; nothing is timed here."""

from pathlib import Path

from content.library import Library
from content.searching import SearchQuery
from content.searching.documents import all_live_documents
from tests.benchmarks.corpus import MOST_ARTICLES, SECTIONS, articles
from tests.benchmarks.filling import fill
from tests.benchmarks.finding import _sentence, _word
from tests.benchmarks.full_text import FullText
from tests.benchmarks.querying import WORDS, built, compare_queries, section_documents, time_queries


def test_generated_documents_are_those_of_a_library_with_the_same_articles(
    library: Library,
) -> None:
    fill(library, articles(2))
    with library.reading() as session:
        live = {(each.title, each.type): each for each in all_live_documents(session)}
    for each in section_documents(2):
        same = live[each.title, each.type]
        assert (each.heading, sorted(each.topics)) == (same.heading, sorted(same.topics))
        assert each.text.split() == same.text.split()


def test_more_documents_than_there_are_texts_have_ids_of_their_own() -> None:
    count = 0
    ids: set[str] = set()
    for each in section_documents(MOST_ARTICLES + 3):
        count += 1
        ids.add(each.section_id)
    assert len(ids) == count == (MOST_ARTICLES + 3) * SECTIONS


def test_both_find_as_much_and_mark_it(tmp_path: Path) -> None:
    theirs = FullText(tmp_path / "fts.db")
    theirs.build(section_documents(8))
    ours = built(tmp_path / "index", 8)
    for words in (["needling"], ["redness", "sunscreen"]):
        found = len(ours.search(SearchQuery(" ".join(words), limit=20)).hits)
        assert found == theirs.ranked(words) == theirs.highlighted(words) > 0
    theirs.close()
    ours.close()


def test_queries_are_compared_and_timed(tmp_path: Path) -> None:
    compared = compare_queries(tmp_path, 8, rounds=1)
    assert tuple(each.words for each in compared) == WORDS
    assert all(cost.ours > 0 for each in compared for cost in (each.first, each.highlighted))
    index = built(tmp_path / "other", 8)
    waited = time_queries(index, rounds=1)
    assert 0 < waited.p50 <= waited.p99
    index.close()


def test_each_publication_says_a_word_of_its_own() -> None:
    words = {_word(number) for number in range(4_096)}
    assert len(words) == 4_096
    assert _word(7) in _sentence(7)
