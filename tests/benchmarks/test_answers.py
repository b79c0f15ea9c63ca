"""Answers stay right: wrong ones about health are worse than none."""

from tests.benchmarks.answers import answered, coverage, misled, precision, shelf


def test_most_answers_are_right_and_what_nothing_answers_is_not_answered() -> None:
    with shelf() as (library, index):
        assert coverage(answered(library, index, "unanswerable.jsonl")) == 0
        found = answered(library, index, "queries.jsonl")
        assert misled(library, index) == []
    for odd in (0, 1):
        half = [each for each in found if int(each.query[1:]) % 2 == odd]
        assert precision(half) >= 0.97
        assert coverage(half) >= 0.4
