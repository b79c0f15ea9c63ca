"""Advising who found nothing: only ways on which there is something, nearest first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from content import advising, following
from content.advising import Way
from content.errors import SearchUnavailable
from content.expanding import Vocabularies
from content.library import Library
from content.searching import SearchQuery
from content.searching.whoosh_index import WhooshIndex
from tests.building import a_live_article, a_section


@pytest.fixture
def index(library: Library, tmp_path: Path) -> Iterator[WhooshIndex]:
    """Sections about scars in two languages."""
    sections = [a_section("risks", "Scars", "Scars may itch."), a_section()]
    a_live_article(library, "Calm", sections=sections, topics=["condition:acne-scars"])
    german = [a_section("risks", "Scars", "Scars jucken.")]
    a_live_article(library, "Ruhe", sections=german, locale="de", topics=["condition:acne"])
    index = WhooshIndex(tmp_path / "index")
    following.bring_up_to_date(library, index)
    yield index
    index.close()


def ways(library: Library, index: WhooshIndex, query: SearchQuery) -> list[Way]:
    with library.reading() as session:
        vocabulary = Vocabularies().current(session)
        return advising.ways_on(session, index, query, vocabulary, "en")


def grounds(library: Library, index: WhooshIndex, query: SearchQuery) -> list[str]:
    return [way.ground for way in ways(library, index, query)]


def test_filters_go_before_the_locale_does(library: Library, index: WhooshIndex) -> None:
    (way, *_) = ways(library, index, SearchQuery("scars", types=["faq"], locale="de"))
    assert way.query == SearchQuery("scars", locale="de", limit=1)
    assert (way.ground, way.total) == ("without_filters", 1)
    (way, *_) = ways(library, index, SearchQuery("itch", types=["faq"], locale="de"))
    assert way.query == SearchQuery("itch", limit=1)
    (way, *_) = ways(library, index, SearchQuery("itch", locale="de"))
    assert way.query == SearchQuery("itch", limit=1)


@pytest.mark.parametrize("quoted", ['"itch scars"', "“itch scars”", "„itch scars“", "«itch scars»"])
def test_quotation_marks_go_last(library: Library, index: WhooshIndex, quoted: str) -> None:
    (way, *_) = ways(library, index, SearchQuery(quoted))
    assert (way.ground, way.query) == ("without_quotes", SearchQuery("itch scars", limit=1))
    (way, *_) = ways(library, index, SearchQuery(quoted, types=["faq"], locale="fr"))
    assert way.ground == "without_quotes"


def test_what_would_find_nothing_either_is_not_offered(
    library: Library, index: WhooshIndex
) -> None:
    assert grounds(library, index, SearchQuery('"unicorn dust"', types=["faq"])) == ["topics"]


def test_topics_are_offered_that_the_words_name_and_that_have_articles(
    library: Library, index: WhooshIndex
) -> None:
    text = "acne, or an acne scar? botox?"
    found = ways(library, index, SearchQuery(text, article="none", types=["faq"]))
    named = [(way.topic.topic.ref, way.total) for way in found if way.topic]
    assert named == [("condition:acne", 1), ("condition:acne-scars", 1)]


def test_a_part_of_a_name_is_not_the_topic(library: Library, index: WhooshIndex) -> None:
    found = ways(library, index, SearchQuery("scarlet unicorns"))
    assert [way.ground for way in found] == ["topics"]
    assert found[0].total == 2


def test_without_an_index_there_is_no_advice(library: Library, tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path / "none")
    with pytest.raises(SearchUnavailable):
        ways(library, index, SearchQuery("scars", types=["faq"]))
    index.close()
