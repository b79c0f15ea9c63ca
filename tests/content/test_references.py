"""References: their syntax, and the right form of what is nearly right."""

from dataclasses import replace

import pytest

from content.references import (
    MAX_REFERENCES,
    Reference,
    as_stored,
    from_stored,
    numbers,
    reference_objections,
)

GOOD = Reference("smith-2019", "Of skin", doi="10.1000/182", pmid="31234567", year=2019)


def details(*references: Reference) -> list[str]:
    """What is wrong with them."""
    return [f"{each.pointer} {each.detail}" for each in reference_objections(references, "/r")]


@pytest.mark.parametrize(
    "reference",
    [
        GOOD,
        Reference("a", "Only a title"),
        replace(GOOD, doi="10.1016/S0140-6736(20)30183-5"),
        replace(GOOD, url="https://www.example.org:8443/a/b?c=d#e"),
    ],
)
def test_what_is_right_is_taken_and_comes_back_as_it_was(reference: Reference) -> None:
    assert details(reference) == []
    assert from_stored(as_stored([reference])) == [reference]


@pytest.mark.parametrize(
    ("reference", "place", "right"),
    [
        (replace(GOOD, doi="https://doi.org/10.1000/182"), "doi", "10.1000/182"),
        (replace(GOOD, doi="doi: 10.1000/182."), "doi", "10.1000/182"),
        (replace(GOOD, pmid="PMID: 31234567"), "pmid", "31234567"),
        (replace(GOOD, pmid="https://pubmed.ncbi.nlm.nih.gov/31234567/"), "pmid", "31234567"),
        (replace(GOOD, url="www.example.org/a"), "url", "https://www.example.org/a"),
    ],
)
def test_what_is_nearly_right_is_refused_with_the_right_form(
    reference: Reference, place: str, right: str
) -> None:
    (told,) = details(reference)
    assert told.startswith(f"/r/0/{place} ")
    assert f"did you mean '{right}'?" in told


@pytest.mark.parametrize(
    ("reference", "place"),
    [
        (replace(GOOD, id="Smith 2019"), "id"),
        (replace(GOOD, title=" "), "title"),
        (replace(GOOD, doi="11.1000/182"), "doi"),
        (replace(GOOD, doi="10.1000/a b"), "doi"),
        (replace(GOOD, pmid="0"), "pmid"),
        (replace(GOOD, url="javascript:alert(1)"), "url"),
        (replace(GOOD, url="https://user@example.org/"), "url"),
        (replace(GOOD, url="https://[::1"), "url"),
        (replace(GOOD, url="https://example.org/a b"), "url"),
        (replace(GOOD, year=1200), "year"),
        (replace(GOOD, note="x" * 2_001), "note"),
    ],
)
def test_what_is_wrong_is_refused_at_its_place(reference: Reference, place: str) -> None:
    assert [each.partition(" ")[0] for each in details(reference)] == [f"/r/0/{place}"]


def test_an_id_stands_for_one_work() -> None:
    assert details(GOOD, GOOD) == ["/r/1/id 'smith-2019' is there twice."]
    many = [replace(GOOD, id=f"a-{number}") for number in range(MAX_REFERENCES + 1)]
    assert len(details(*many)) == 1


def test_they_are_numbered_in_their_order() -> None:
    assert numbers(as_stored([GOOD, replace(GOOD, id="b")])) == {"smith-2019": 1, "b": 2}
