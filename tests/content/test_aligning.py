"""Aligning two sequences."""

from hypothesis import given
from hypothesis import strategies as st

from content.aligning import stretches, woven

LETTERS = st.lists(st.sampled_from("abcde"), max_size=12)
KEYS = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8)


@given(LETTERS, LETTERS)
def test_stretches_cover_both_sequences_in_order(one: list[str], other: list[str]) -> None:
    start = other_start = 0
    for each in stretches(one, other):
        assert (each.start, each.other_start) == (start, other_start)
        start, other_start = each.end, each.other_end
        same = one[each.start : each.end] == other[each.other_start : each.other_end]
        assert same == each.same
    assert (start, other_start) == (len(one), len(other))


def test_things_of_one_hash_are_told_apart() -> None:
    assert not any(each.same for each in stretches([-1], [-2]))


def test_what_costs_too_much_is_compared_at_its_ends() -> None:
    one, other = ["x", *range(5_000), "y"], ["x", *range(5_000, 0, -1), "y"]
    found = [(each.same, each.start, each.end) for each in stretches(one, other)]
    assert found == [(True, 0, 1), (False, 1, 5_001), (True, 5_001, 5_002)]


@given(KEYS, KEYS)
def test_woven_keys_are_all_there_in_the_order_of_the_first(
    lead: list[str], other: list[str]
) -> None:
    found = woven(lead, other)
    assert sorted(found) == sorted({*lead, *other})
    assert [each for each in found if each in lead] == lead
