"""Many strings in two arrays, which can be mapped from a file: only those asked for are read."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Final, overload

import numpy as np
from numpy.typing import NDArray

_LAST: Final = "\U0010ffff"


def packed(name: str, strings: Iterable[str]) -> dict[str, NDArray[Any]]:
    """Two arrays, by names that begin with `name`, of which `Strings` reads the strings."""
    encoded = [each.encode() for each in strings]
    return {
        f"{name}_text": np.frombuffer(b"".join(encoded), np.uint8),
        f"{name}_starts": np.cumsum([0, *map(len, encoded)], dtype=np.uint32),
    }


class Strings(Sequence[str]):
    """The strings that were packed, in their order."""

    def __init__(self, text: NDArray[np.uint8], starts: NDArray[np.uint32]) -> None:
        self._text = text
        self._starts = starts

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return self._several(*place.indices(len(self)))
        if place >= len(self):
            raise IndexError(place)
        return self._text[self._starts[place] : self._starts[place + 1]].tobytes().decode()

    def _several(self, first: int, end: int, step: int) -> list[str]:
        if step != 1:
            return [self[each] for each in range(first, end, step)]
        starts: list[int] = self._starts[first : max(first, end) + 1].tolist()
        text = self._text[starts[0] : starts[-1]].tobytes()
        ends = ((begin - starts[0], end - starts[0]) for begin, end in pairwise(starts))
        return [text[begin:end].decode() for begin, end in ends]

    def sizes(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """The bytes of some of them."""
        ends: NDArray[np.int64] = self._starts[places + 1].astype(np.int64)
        return ends - self._starts[places]

    def beginning(self, prefix: str) -> tuple[int, int]:
        """From where to where the strings begin with `prefix`, if they stand in their order."""
        return bisect_left(self, prefix), bisect_left(self, prefix + _LAST)
