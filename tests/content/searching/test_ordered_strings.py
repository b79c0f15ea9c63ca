"""Ordered strings: those that begin alike are one slice."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from content.searching.ordered_strings import OrderedStrings
from content.searching.strings import string_arrays

TEXT = st.text("abé𝒜", max_size=4)


@given(st.lists(TEXT), TEXT)
def test_strings_that_begin_alike_stand_together(given_strings: list[str], prefix: str) -> None:
    ordered = sorted(given_strings)
    strings = OrderedStrings(string_arrays("word", ordered), "word")
    first, end = strings.beginning(prefix)
    assert strings.between(first, end) == [each for each in ordered if each.startswith(prefix)]
    assert first == sum(each < prefix for each in ordered)


@given(st.lists(TEXT, min_size=1), st.data())
def test_sizes_are_those_of_some_in_bytes(strings: list[str], data: st.DataObject) -> None:
    places = data.draw(st.lists(st.integers(0, len(strings) - 1)))
    found = OrderedStrings(string_arrays("word", strings), "word").sizes(np.array(places, np.int64))
    assert found.tolist() == [len(strings[place].encode()) for place in places]
