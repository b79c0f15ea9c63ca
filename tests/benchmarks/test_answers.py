"""Answers stay right: wrong ones about health are worse than none."""

from tests.benchmarks.answers import answered, coverage, precision, shelf


def test_most_answers_are_right_and_what_nothing_answers_is_not_answered() -> None:
    with shelf() as (library, index):
        assert coverage(answered(library, index, "unanswerable.jsonl")) == 0
        found = answered(library, index, "queries.jsonl")
    assert precision(found) >= 0.85
    assert coverage(found) >= 0.55
