"""Aligning two sequences: which stretches stayed, and what stands in the place of the others."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from rapidfuzz.distance import Indel

_MOST_CELLS: Final = 16_000_000
# Things of one sequence times those of the other: the table of the comparison has a bit for each.


@dataclass(frozen=True, slots=True)
class Stretch:
    """Places of both sequences, ends exclusive; where they are the `same`, they are as many."""

    same: bool
    start: int
    end: int
    other_start: int
    other_end: int


def stretches(one: Sequence[Hashable], other: Sequence[Hashable]) -> Iterator[Stretch]:
    """Both sequences in stretches, in order, those that are the same as long as can be.

    Very long ones that are very different count as the same at their ends alone.
    """
    for same, run in groupby(_steps(*_named(one, other)), key=lambda each: each.same):
        parts = list(run)
        first, last = parts[0], parts[-1]
        yield Stretch(same, first.start, last.end, first.other_start, last.other_end)


def woven(lead: Sequence[str], other: Sequence[str]) -> list[str]:
    """All keys in the order of `lead`; what only `other` has comes behind what it follows there."""
    found = list(lead)
    for place, key in enumerate(other):
        if key not in found:
            found.insert(found.index(other[place - 1]) + 1 if place else 0, key)
    return found


def _named(one: Sequence[Hashable], other: Sequence[Hashable]) -> tuple[list[int], list[int]]:
    """The same sequences in numbers: equal things have one number, whatever their hashes are."""
    names: dict[Hashable, int] = {}
    first, second = ([names.setdefault(each, len(names)) for each in side] for side in (one, other))
    return first, second


def _steps(one: list[int], other: list[int]) -> Iterator[Stretch]:
    shorter = min(len(one), len(other))
    head = next((n for n in range(shorter) if one[n] != other[n]), shorter)
    left = shorter - head
    tail = next((n for n in range(left) if one[-1 - n] != other[-1 - n]), left)
    end, other_end = len(one) - tail, len(other) - tail
    if head:
        yield Stretch(True, 0, head, 0, head)
    if (end - head) * (other_end - head) <= _MOST_CELLS:
        for each in Indel.opcodes(one[head:end], other[head:other_end]):
            places = (each.src_start, each.src_end, each.dest_start, each.dest_end)
            yield Stretch(each.tag == "equal", *(head + place for place in places))
    else:
        yield Stretch(False, head, end, head, other_end)
    if tail:
        yield Stretch(True, end, len(one), other_end, len(other))
