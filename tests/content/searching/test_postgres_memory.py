"""Postings that are remembered over changes are those that would be read."""

from collections.abc import Mapping

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from content.searching.corpus import Postings
from content.searching.postgres_memory import Memory

Library = dict[int, dict[int, float]]
"""What sections hold: by their numbers the ids of terms, and how often."""


def postings(library: Mapping[int, Mapping[int, float]], term: int) -> Postings:
    holding = {n: held[term] for n, held in sorted(library.items()) if term in held}
    return Postings(
        np.array(list(holding), np.uint32), np.array(list(holding.values()), np.float32)
    )


def as_lists(found: Postings | None) -> tuple[list[int], list[float]] | None:
    return None if found is None else (found.documents.tolist(), found.frequencies.tolist())


def a_memory() -> Memory:
    memory = Memory(0)
    memory.ids.update(a=0, b=1)
    return memory


_held = st.dictionaries(st.integers(0, 1), st.sampled_from([1.0, 2.0, 3.5]), max_size=2)
_libraries = st.dictionaries(st.integers(0, 9), _held, max_size=10)


@given(
    library=_libraries,
    changes=st.lists(st.tuples(_libraries, st.booleans()), max_size=6),
)
def test_postings_are_put_right_by_what_changed(
    library: Library, changes: list[tuple[Library, bool]]
) -> None:
    memory = a_memory()
    memory.put(("a",), 0, postings(library, 0))
    memory.put(("b",), 0, postings(library, 1))
    for revision, (changed, asked) in enumerate(changes, 1):
        library = library | changed
        memory.change(revision, changed)
        if asked:
            assert as_lists(memory.get(("a",), revision)) == as_lists(postings(library, 0))
    assert as_lists(memory.get(("a",), len(changes))) == as_lists(postings(library, 0))
    assert as_lists(memory.get(("b",), len(changes))) == as_lists(postings(library, 1))


def test_an_older_transaction_neither_gets_nor_leaves_what_is_not_its_own() -> None:
    memory = a_memory()
    memory.put(("a",), 0, postings({1: {0: 1.0}}, 0))
    memory.change(1, {2: {0: 1.0}})
    assert as_lists(memory.get(("a",), 1)) == ([1, 2], [1.0, 1.0])
    assert memory.get(("a",), 0) is None
    memory.put(("b",), 0, postings({}, 1))
    assert memory.get(("b",), 1) is None


def test_a_term_that_nothing_held_is_read_again_after_a_change() -> None:
    memory = Memory(0)
    memory.put(("new",), 0, postings({}, 0))
    memory.change(1, {1: {7: 1.0}})
    assert memory.get(("new",), 1) is None


def test_phrases_are_read_again_after_a_change() -> None:
    memory = a_memory()
    memory.put(("a", "b"), 0, postings({1: {0: 1.0}}, 0))
    assert memory.get(("a", "b"), 0) is not None
    memory.change(1, {})
    assert memory.get(("a", "b"), 1) is None


def test_after_very_many_changes_all_is_read_again() -> None:
    memory = a_memory()
    memory.put(("a",), 0, postings({1: {0: 1.0}}, 0))
    memory.change(1, {number: {} for number in range(2, 3_000)})
    assert memory.get(("a",), 1) is None
    memory.put(("a",), 1, postings({1: {0: 1.0}}, 0))
    assert as_lists(memory.get(("a",), 1)) == ([1], [1.0])


def test_what_is_not_used_goes_first() -> None:
    memory = Memory(0)
    large = Postings(np.arange(900_000, dtype=np.uint32), np.ones(900_000, np.float32))
    for term in ("one", "two"):
        memory.put((term,), 0, large)
    assert memory.get(("one",), 0) is large
    memory.put(("three",), 0, large)
    assert memory.get(("two",), 0) is None
    assert memory.get(("one",), 0) is large
