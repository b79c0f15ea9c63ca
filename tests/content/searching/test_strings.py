"""Strings in arrays: read one by one, and found without reading the others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.searching.strings import Chosen, Keys, Strings, key_arrays, string_arrays

TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8))


@given(TEXTS)
def test_strings_come_back_in_their_order(texts: list[str]) -> None:
    found = Strings(string_arrays("some", texts), "some")
    assert len(found) == len(texts)
    assert list(found) == texts
    with pytest.raises(IndexError):
        found[len(texts)]


@given(TEXTS, st.text(max_size=2))
def test_keys_are_found_wherever_they_stand(texts: list[str], other: str) -> None:
    keys = Keys(key_arrays("some", texts), "some")
    for text in [*texts, other]:
        wanted = [place for place, each in enumerate(texts) if each == text]
        assert sorted(keys.places(text)) == wanted
        assert keys.find(text) in (wanted or [-1])


def test_some_are_chosen_by_their_places() -> None:
    strings = Strings(string_arrays("some", ["a", "b", "c"]), "some")
    assert list(Chosen(strings, np.array([2, 0]))) == ["c", "a"]
    assert len(Chosen(strings, np.array([2, 0]))) == 2


def test_several_are_given_at_once_as_bytes_that_sort_as_the_text_does() -> None:
    texts = ["b", "", "äö", "a longer one", "a", "z"]
    strings = Strings(string_arrays("some", texts), "some")
    places = np.array([5, 2, 1, 3, 4, 0, 3])
    found = strings.several(places)
    assert [each.decode() for each in found] == [texts[place] for place in places]
    assert [each.decode() for each in np.sort(found)] == sorted(texts[place] for place in places)
    assert strings.several(np.zeros(0, np.intp)).tolist() == []
    assert (
        Strings(string_arrays("no", [""]), "no").several(np.zeros(2, np.intp)).tolist() == [b""] * 2
    )
