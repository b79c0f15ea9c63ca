"""Which segments of the Whoosh index to merge, and when.

While changes come in, what merges must not keep them waiting: only small segments are then merged,
and only when that makes many into one. The rest is left for quiet times.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple


class _Amount(NamedTuple):
    """What may be merged while changes wait, when there are more than so many `segments`.

    At most so many `documents`, of which a thousand take about a second; and only when that makes
    one segment of `worth` ones.
    """

    segments: int
    documents: int
    worth: int


_AMOUNTS: Final = (_Amount(8, 200, 8), _Amount(16, 1_000, 4), _Amount(32, 4_000, 2))


class Sized(NamedTuple):
    """A segment, with its documents that are live, and all of them."""

    name: str
    live: int
    everything: int


def due(segments: Sequence[Sized], most_segments: int, *, busy: bool) -> list[str]:
    """The segments that should be merged into one now; none where it is well as it is."""
    ordered = sorted(segments, key=lambda each: each.live)
    if busy:
        chosen = _soon_merged(ordered)
    else:
        chosen = _alike(ordered) if len(ordered) > most_segments else []
    return [each.name for each in chosen]


def _soon_merged(ordered: Sequence[Sized]) -> list[Sized]:
    """As little as helps."""
    for amount in _AMOUNTS:
        fitting = _fitting(ordered, amount.documents)
        if len(ordered) > amount.segments and len(fitting) >= amount.worth:
            return fitting
    return []


def _alike(ordered: Sequence[Sized]) -> list[Sized]:
    """The smallest with every next one that is not far larger, so that a large one is rewritten
    rarely; one in which much is deleted in any case.
    """
    chosen: list[Sized] = []
    size = 0
    for each in ordered:
        mostly_deleted = each.everything - each.live > each.everything // 3
        if each.live <= 2 * size or len(chosen) < 2 or mostly_deleted:
            chosen.append(each)
            size += each.live
    return chosen


def _fitting(ordered: Sequence[Sized], most: int) -> list[Sized]:
    """The smallest, as many as have `most` documents together, or else the first two."""
    chosen: list[Sized] = []
    size = 0
    for each in ordered:
        size += each.live
        if size > most and len(chosen) >= 2:
            break
        chosen.append(each)
    return chosen
