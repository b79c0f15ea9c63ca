"""That the benchmark of near duplicates compares what it says; nothing is timed here."""

from content.library import Library
from tests.benchmarks.duplicates import Texts, compare, proposal, store


def test_all_copies_of_a_proposal_are_found_and_nothing_else(library: Library) -> None:
    texts = Texts("stored")
    stored = [next(texts) for _ in range(80)]
    assert stored == [text for text, _ in zip(Texts("stored"), range(80), strict=False)]
    store(library, stored)
    compared = compare(library, [proposal(1, stored, Texts("new"))])
    assert compared.found == 12
