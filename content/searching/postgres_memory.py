"""What a process remembers of the postings that it has read, from state to state of the index.

A commit changes a few sections. What they hold now is read once; postings that were read before
are put right by it when they are asked for again.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from content.searching.corpus import Postings
from content.searching.questions import Terms

_MOST_KEPT: Final = 2_000_000
# Postings kept in memory, 8 bytes each.

_MOST_CHANGED: Final = 2_000
# Sections with which postings are put right; after more changes all is read anew.


class _Held(NamedTuple):
    """What a section holds since a revision: how often each term, by its id."""

    revision: int
    frequencies: Mapping[int, float]


class Memory:
    """Postings of one generation, as they are at its last known revision; safe for threads.

    Those that have not been used for the longest time go first. `ids` and `names` are of terms
    that were read; they never change.
    """

    def __init__(self, revision: int) -> None:
        self.ids: dict[str, int] = {}
        self.names: dict[int, str] = {}
        self._turn = threading.Lock()
        self._revision = revision
        self._changed: dict[int, _Held] = {}
        self._kept: OrderedDict[Terms, tuple[int, Postings]] = OrderedDict()
        self._size = 0

    def change(self, revision: int, held: Mapping[int, Mapping[int, float]]) -> None:
        """Go to a later revision, by what the changed sections hold now."""
        with self._turn:
            self._revision = revision
            for number, frequencies in held.items():
                # Put in anew, so that the latest are the last.
                self._changed.pop(number, None)
                self._changed[number] = _Held(revision, frequencies)
            if len(self._changed) > _MOST_CHANGED:
                self._changed.clear()
                self._kept.clear()
                self._size = 0

    def get(self, terms: Terms, revision: int) -> Postings | None:
        """The postings of terms at a revision, if they are known."""
        with self._turn:
            known = self._kept.get(terms)
            if known is None or known[0] == revision:
                found = None if known is None else known[1]
            else:
                found = self._put_right(terms, *known) if revision == self._revision else None
            if found is not None:
                self._kept.move_to_end(terms)
            return found

    def put(self, terms: Terms, revision: int, postings: Postings) -> None:
        """Keep what was read at a revision, unless a later one is known."""
        with self._turn:
            if revision == self._revision:
                self._keep(terms, postings)

    def _put_right(self, terms: Terms, since: int, postings: Postings) -> Postings | None:
        """The postings at the last revision, if they can be told.

        Not those of phrases, whose places are not known, nor of a term that nothing held before.
        """
        term = self.ids.get(terms[0])
        if len(terms) > 1 or term is None:
            return None
        later = sorted(self._changed_since(since))
        gone = np.array([number for number, _ in later], np.uint32)
        now = [(number, held[term]) for number, held in later if term in held]
        found = _with(_without(postings, gone), now)
        self._keep(terms, found)
        return found

    def _changed_since(self, since: int) -> Iterator[tuple[int, Mapping[int, float]]]:
        for number in reversed(self._changed):
            held = self._changed[number]
            if held.revision <= since:
                return
            yield number, held.frequencies

    def _keep(self, terms: Terms, postings: Postings) -> None:
        replaced = self._kept.pop(terms, None)
        self._size += _cost(postings) - (_cost(replaced[1]) if replaced else 0)
        self._kept[terms] = self._revision, postings
        while self._size > _MOST_KEPT and len(self._kept) > 1:
            _, (_, oldest) = self._kept.popitem(last=False)
            self._size -= _cost(oldest)


def _without(postings: Postings, numbers: NDArray[np.uint32]) -> Postings:
    documents, frequencies = postings
    if not len(documents):
        return postings
    places = np.minimum(np.searchsorted(documents, numbers), len(documents) - 1)
    places = places[documents[places] == numbers]
    if not len(places):
        return postings
    return Postings(np.delete(documents, places), np.delete(frequencies, places))


def _with(postings: Postings, added: Sequence[tuple[int, float]]) -> Postings:
    """The postings with others, which are in ascending order and not among them."""
    if not added:
        return postings
    numbers = np.array([number for number, _ in added], np.uint32)
    places = np.searchsorted(postings.documents, numbers)
    frequencies = np.array([frequency for _, frequency in added], np.float32)
    return Postings(
        np.insert(postings.documents, places, numbers),
        np.insert(postings.frequencies, places, frequencies),
    )


def _cost(postings: Postings) -> int:
    return len(postings.documents) + 32
