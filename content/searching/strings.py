"""Rows of strings as arrays: nothing is a Python object until it is asked for."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from content.searching.arrays import Arrays, narrowed

_TEXT: Final = "text"
_STARTS: Final = "starts"
_BUCKETS: Final = "buckets"
_CHAINED: Final = "chained"

_FEW: Final = 2_048
# Strings that are rather kept as objects once one is looked for: new segments are many, and small.


class Strings(Sequence[str]):
    """The strings that `string_arrays` took, in their order; `name` is the same."""

    def __init__(self, arrays: Arrays, name: str) -> None:
        # A number read from a view costs a third of one read from an array.
        self._bytes = arrays[f"{name}.{_TEXT}"]
        self._text = self._bytes.data
        self._starts = arrays[f"{name}.{_STARTS}"].data

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, place: Any) -> Any:
        return str(self._text[self._starts[place] : self._starts[place + 1]], "utf-8")

    def several(self, places: NDArray[Any]) -> NDArray[np.bytes_]:
        """Some of them as UTF-8, all at once; for short ones, because the longest sets the room."""
        starts = np.asarray(self._starts)
        first, ends = starts[places].astype(np.intp), starts[places + 1].astype(np.intp)
        room = max(1, int((ends - first).max(initial=0)))
        rows = first[:, None] + np.arange(room)
        letters = self._bytes.take(rows, mode="clip") if self._bytes.size else np.zeros_like(rows)
        letters = np.where(rows < ends[:, None], letters, 0).astype(np.uint8)
        found: NDArray[np.bytes_] = letters.view(f"S{room}")[:, 0]
        return found


class Chosen(Sequence[str]):
    """Some of other strings, by their places there."""

    def __init__(self, strings: Sequence[str], places: NDArray[Any]) -> None:
        self._strings = strings
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, place: Any) -> Any:
        return self._strings[int(self._places[place])]


class Keys(Strings):
    """Strings that can be looked up; what is not among them costs as little as what is."""

    def __init__(self, arrays: Arrays, name: str) -> None:
        super().__init__(arrays, name)
        self._buckets = arrays[f"{name}.{_BUCKETS}"].data
        self._chained = arrays[f"{name}.{_CHAINED}"].data

    def places(self, key: str) -> list[int]:
        """Where the string stands, in no order; mostly there is one place, or none."""
        wanted = key.encode("utf-8", "replace")
        bucket = crc32(wanted) & (len(self._buckets) - 2)
        chain = self._chained[self._buckets[bucket] : self._buckets[bucket + 1]]
        text, starts = self._text, self._starts
        return [each for each in chain if text[starts[each] : starts[each + 1]] == wanted]

    def find(self, key: str) -> int:
        """The place of a string that stands there once; -1 when it does not."""
        if len(self) <= _FEW:
            return self._all.get(key, -1)
        found = self.places(key)
        return found[0] if found else -1

    @cached_property
    def _all(self) -> dict[str, int]:
        return {key: place for place, key in enumerate(self)}


def string_arrays(name: str, strings: Iterable[str]) -> dict[str, NDArray[Any]]:
    """The arrays that `Strings` reads."""
    text = bytearray()
    ends = [0]
    for each in strings:
        text += each.encode()
        ends.append(len(text))
    return {
        f"{name}.{_TEXT}": np.frombuffer(text, np.uint8),
        f"{name}.{_STARTS}": narrowed(np.array(ends, np.int64)),
    }


def key_arrays(name: str, strings: Sequence[str]) -> dict[str, NDArray[Any]]:
    """The arrays that `Keys` reads.

    The strings are put into as many buckets as there are strings, by a checksum.
    """
    count = 1 << max(0, len(strings) - 1).bit_length()
    checksums = np.fromiter((crc32(each.encode()) for each in strings), np.uint32, len(strings))
    bucket = checksums & np.uint32(count - 1)
    chained = np.argsort(bucket, kind="stable")
    buckets = np.searchsorted(bucket[chained], np.arange(count + 1))
    return {
        **string_arrays(name, strings),
        f"{name}.{_BUCKETS}": narrowed(buckets),
        f"{name}.{_CHAINED}": narrowed(chained),
    }
