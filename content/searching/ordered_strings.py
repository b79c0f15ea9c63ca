"""Strings in the order of the alphabet: those that begin alike stand together."""

from bisect import bisect_left
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from content.searching.strings import Strings

_LAST: Final = "\U0010ffff"
# It is no character, so it stands in no text.


class OrderedStrings(Strings):
    """The strings that `string_arrays` took, where they stood in their order."""

    def beginning(self, prefix: str) -> tuple[int, int]:
        """From where to where the strings begin with `prefix`."""
        first = bisect_left(self, prefix)
        step = 1
        # Mostly there are few: going on from the first is quicker than halving all that follow.
        while first + step <= len(self) and self[first + step - 1].startswith(prefix):
            step *= 2
        end = min(first + step, len(self))
        return first, bisect_left(self, prefix + _LAST, first + step // 2, end)

    def between(self, first: int, end: int) -> list[str]:
        """Those from `first` to before `end`, read at once."""
        starts = self._starts[first : max(first, end) + 1].tolist()
        text = bytes(self._text[starts[0] : starts[-1]])
        ends = ((begin - starts[0], end - starts[0]) for begin, end in pairwise(starts))
        return [text[begin:end].decode() for begin, end in ends]

    def sizes(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """The bytes of some of them."""
        starts = np.asarray(self._starts)
        sizes: NDArray[np.int64] = starts[places + 1].astype(np.int64) - starts[places]
        return sizes
