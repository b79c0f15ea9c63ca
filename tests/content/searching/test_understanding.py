"""Understanding: a misspelt question finds what was meant, from a real index."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from content.searching import SearchQuery
from content.searching.documents import SectionDocument
from content.searching.vocabulary import NO_WORDS, NamedTopic, Vocabulary
from content.searching.whoosh_index import WhooshIndex

HIDING = Vocabulary(
    topics=[
        NamedTopic("procedure:toxin", "toxin", "en", ("toxin", "botox"), frozenset({"botox"})),
    ]
)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[WhooshIndex]:
    index = WhooshIndex(tmp_path / "index")
    index.rebuild([a_section("s1", "Collagen fills scars."), a_section("s2", "Side effects.")], 1)
    yield index
    index.close()


def a_section(number: str, text: str, *topics: str, locale: str = "en") -> SectionDocument:
    return SectionDocument(
        number, f"article of {number}", locale, number, "risks", topics, "Title", "Heading", text
    )


def asked(
    index: WhooshIndex, text: str, vocabulary: Vocabulary = NO_WORDS
) -> tuple[list[str], str | None]:
    found = index.search(SearchQuery(text), vocabulary)
    return [hit.section_id for hit in found.hits], found.did_you_mean


def test_what_was_meant_is_found_and_named(index: WhooshIndex) -> None:
    assert asked(index, "Colagen") == (["s1"], "Collagen")
    assert asked(index, "sideefects?") == (["s2"], "side effects?")
    assert asked(index, "collagen") == (["s1"], None)


def test_words_of_a_withdrawn_article_are_not_named(index: WhooshIndex) -> None:
    index.apply(["article of s1"], [], 2)
    assert asked(index, "colagen") == ([], None)
    assert index.complete("titl", NO_WORDS, None, 8)[0].sections == 1


def test_words_are_put_right_in_the_language_that_has_them(index: WhooshIndex) -> None:
    index.apply(["article of s3"], [a_section("s3", "Nach der Behandlung.", locale="de")], 2)
    assert asked(index, "behandlnug") == (["s3"], "behandlung")


def test_a_hidden_label_is_meant_and_not_named(index: WhooshIndex) -> None:
    index.apply(["article of s3"], [a_section("s3", "Calm.", "procedure:toxin")], 2)
    assert asked(index, "botoxx", HIDING) == (["s3"], None)
    assert asked(index, "toxyn", HIDING) == (["s3"], "toxin")


def test_a_state_that_is_committed_is_completed_at_once(index: WhooshIndex) -> None:
    index.apply(["article of s3"], [a_section("s3", "Calm.", "procedure:toxin")], 2)
    assert index.complete("tox", HIDING, None, 8)[0].ref == "procedure:toxin"
    index.optimise(most_segments=1)
    assert index.complete("hea", HIDING, None, 8)[0].sections == 3
