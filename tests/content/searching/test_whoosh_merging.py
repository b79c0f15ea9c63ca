"""What is merged when: the cost of merging is counted in documents, by following a steady load."""

from content.searching.whoosh_merging import Sized, due


def segments(*sizes: int) -> list[Sized]:
    return [Sized(str(place), size, size) for place, size in enumerate(sizes)]


def test_in_quiet_times_a_large_segment_stays_as_it_is() -> None:
    sizes = [100_000, *[9] * 8]
    assert due(segments(*sizes), 8, busy=False) == [str(place) for place in range(1, 9)]
    assert due(segments(*sizes[:8]), 8, busy=False) == []


def test_what_is_mostly_deleted_is_merged_with_the_small_ones() -> None:
    found = [*segments(9, 9, 5_000), Sized("deleted", 6_000, 10_000)]
    assert due(found, 1, busy=False) == ["0", "1", "deleted"]


def test_what_is_mostly_deleted_alone_makes_nothing_to_do_when_there_are_few() -> None:
    assert due([Sized("deleted", 1, 10), *segments(9)], 8, busy=False) == []


def test_while_changes_wait_only_small_segments_are_merged_and_only_many() -> None:
    assert due(segments(100_000, *[9] * 7), 8, busy=True) == []
    assert due(segments(100_000, *[9] * 8), 8, busy=True) == [str(place) for place in range(1, 9)]
    assert due(segments(*[150] * 10), 8, busy=True) == []


def test_the_more_segments_there_are_the_more_is_merged_at_a_time() -> None:
    assert len(due(segments(*[150] * 17), 8, busy=True)) == 6
    assert due(segments(*[900] * 17), 8, busy=True) == []
    assert len(due(segments(*[900] * 33), 8, busy=True)) == 4
    assert len(due(segments(*[50_000] * 33), 8, busy=True)) == 2


def test_a_steady_load_is_never_kept_waiting_long_nor_makes_many_segments() -> None:
    sizes, most, longest, merged = [100_000], 0, 0, 0
    for _ in range(2_000):
        sizes.append(9)
        chosen = {int(name) for name in due(segments(*sizes), 8, busy=True)}
        if chosen:
            amount = sum(sizes[place] for place in chosen)
            sizes = [*(each for place, each in enumerate(sizes) if place not in chosen), amount]
            longest, merged = max(longest, amount), merged + amount
        most = max(most, len(sizes))
    assert most <= 33
    assert longest <= 4_000
    assert merged <= 20 * 2_000 * 9
