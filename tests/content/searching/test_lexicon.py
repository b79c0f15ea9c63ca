"""The lexicon: what texts hold, and what is near it."""

from collections.abc import Mapping

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from content.searching.documents import SectionDocument
from content.searching.lexicon import (
    LONGEST,
    SHORTEST,
    Lexicon,
    LexiconSegment,
    Names,
    counted,
    lexicon_arrays,
)
from content.searching.vocabulary import NO_WORDS, NamedTopic, Vocabulary

WORDS = st.dictionaries(st.text("abcdeéñ", max_size=LONGEST + 3), st.integers(0, 2**32 - 1))


def a_segment(*words: str) -> LexiconSegment:
    return LexiconSegment(lexicon_arrays(dict.fromkeys(words, 1)))


@given(WORDS, st.text("abcdeéñ", max_size=LONGEST + 3))
def test_a_segment_knows_its_words_of_a_length_that_words_have(
    counts: Mapping[str, int], other: str
) -> None:
    segment = LexiconSegment(lexicon_arrays(counts))
    for word, count in counts.items():
        kept = SHORTEST <= len(word) <= LONGEST
        assert (word in segment) == kept
        assert segment.count(word) == (count if kept else 0)
    assert (other in segment) == (other in counts and SHORTEST <= len(other) <= LONGEST)


@given(st.sets(st.text("abcdé", min_size=3, max_size=9)), st.text("abcdé", min_size=3, max_size=9))
@example({"abc"}, "acb")
def test_what_is_near_is_all_that_so_many_edits_reach(words: set[str], word: str) -> None:
    segment = a_segment(*words)
    for edits in (1, 2):
        near = {each for each in words if OSA.distance(word, each) <= edits}
        assert {each for each, _ in segment.near(word, edits)} == near


def test_a_swap_of_two_letters_is_one_edit() -> None:
    assert a_segment("microneedling").near("mirconeedling", 1) == [("microneedling", 1)]


def test_a_word_counts_once_for_each_document_and_a_compound_in_parts_and_as_one() -> None:
    texts = ["Scars, scars: Micro-needling of SCARS.", "Naïve don't 123 mg2"]
    documents = [
        SectionDocument("s", "a", "en", "slug", "risks", (), "Scars", None, text) for text in texts
    ]
    counts = counted(documents)
    assert counts["scars"] == 2
    assert counts["micro"] == counts["needling"] == counts["microneedling"] == 1
    assert counts["naive"] == counts["dont"] == 1
    assert "123" not in counts


@pytest.mark.parametrize("words", [(), ("a", "of", "x" * 40, "mg2", "12345")])
def test_what_is_no_word_to_correct_is_left_out(words: tuple[str, ...]) -> None:
    segment = a_segment(*words)
    assert not any(word in segment for word in words)
    assert segment.near("words", 2) == []


def test_words_of_hidden_labels_are_kept_apart() -> None:
    topic = NamedTopic(
        "procedure:toxin", "anti-wrinkle", "en", ("anti-wrinkle", "botox"), frozenset({"botox"})
    )
    names = Names(Vocabulary(topics=[topic]))
    assert "wrinkle" in names.shown
    assert "botox" not in names.shown
    assert "botox" in names.hidden


def test_the_words_that_are_counted_are_asked_for_at_once() -> None:
    foreseen: list[list[str]] = []
    counted: list[str] = []

    def said(words: tuple[str, ...]) -> int:
        counted.extend(words)
        return 1

    segments = [a_segment("scar", "scare", "scarf"), a_segment("scars", "acne")]
    lexicon = Lexicon(segments, Names(NO_WORDS), said, lambda words: foreseen.append(sorted(words)))
    assert len(lexicon.near("scar", 1)) == 3
    assert foreseen == [sorted(counted)] == [["scare", "scarf", "scars"]]
