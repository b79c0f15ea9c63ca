"""That the benchmark of typing completes and corrects what it says; nothing is timed here."""

from tests.benchmarks.typing import (
    beginnings,
    completions,
    corrected,
    lexicon,
    misspelt,
    sections,
    timed,
    vocabulary_of,
)


def test_most_beginnings_are_completed_and_the_same_in_any_number_of_segments() -> None:
    documents = list(sections(400))
    assert documents == list(sections(400))
    known = vocabulary_of(documents)
    one, size = completions(documents, 1)
    several, _ = completions(documents, 4)
    assert size > 0
    typed = beginnings(20)
    answers = [one.complete(text, known, None, 8) for text in typed]
    assert answers == [several.complete(text, known, None, 8) for text in typed]
    assert sum(map(bool, answers)) > len(typed) / 2


def test_most_misspelt_words_are_put_right() -> None:
    found, words = lexicon(300)
    meant = [word for word in words[:100] if len(word) > 3]
    right = [
        corrected(found, typed) == {typed: word}
        for typed, word in zip(misspelt(meant), meant, strict=True)
    ]
    assert sum(right) > 80


def test_times_are_in_order() -> None:
    times = timed(len, ["a", "b", "c"])
    assert 0 <= times.median <= times.p99 <= times.most
