"""What stands in the segments of the Whoosh index, read once and then kept in memory.

A segment never changes; documents are only marked as deleted. So what was read of a segment
outlives the snapshot that read it, and a commit costs queries only the new segment.
"""

from array import array
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from whoosh.reading import SegmentReader

from content.searching.questions import Terms

_MOST_POSTINGS: Final = 1_000_000
# Kept at the most; 8 bytes each.

Alternatives = tuple[Terms, ...]


@dataclass(frozen=True, slots=True)
class Postings:
    """Documents of one segment in ascending order, and how often each holds what was sought."""

    documents: "array[int]"
    frequencies: "array[float]"


class Memory:
    """The lengths and the postings of the segments in use; not safe for several threads."""

    def __init__(self) -> None:
        self._lengths: dict[str, array[int]] = {}
        self._postings: OrderedDict[tuple[str, Alternatives], Postings] = OrderedDict()
        self._kept = 0

    def retain(self, leaves: Sequence[SegmentReader]) -> None:
        """Forget every other segment."""
        names = {_name(leaf) for leaf in leaves}
        self._lengths = {name: each for name, each in self._lengths.items() if name in names}
        for key in [key for key in self._postings if key[0] not in names]:
            self._forget(key)

    def lengths(self, leaf: SegmentReader) -> "array[int]":
        """The counted words of every document of a segment."""
        name = _name(leaf)
        if name not in self._lengths:
            every = range(leaf.doc_count_all())
            found = (leaf.doc_field_length(each, "words") or 0 for each in every)
            self._lengths[name] = array("I", found)
        return self._lengths[name]

    def postings(self, leaf: SegmentReader, alternatives: Alternatives) -> Postings:
        """Where any of the alternatives occurs; some of the documents may be deleted by now.

        Of several alternatives in one document the most frequent counts.
        """
        key = _name(leaf), alternatives
        if key not in self._postings:
            self._keep(key, _read(leaf, alternatives))
        self._postings.move_to_end(key)
        return self._postings[key]

    def _keep(self, key: tuple[str, Alternatives], postings: Postings) -> None:
        self._postings[key] = postings
        self._kept += _size(postings)
        while self._kept > _MOST_POSTINGS and len(self._postings) > 1:
            self._forget(next(iter(self._postings)))

    def _forget(self, key: tuple[str, Alternatives]) -> None:
        self._kept -= _size(self._postings.pop(key))


def _name(leaf: SegmentReader) -> str:
    name: str = leaf.segment().segment_id()
    return name


def _size(postings: Postings) -> int:
    # What finds nothing takes some memory, too.
    return len(postings.documents) + 32


def _read(leaf: SegmentReader, alternatives: Alternatives) -> Postings:
    most: dict[int, float] = {}
    for terms in alternatives:
        for document, frequency in _occurrences(leaf, terms):
            if frequency > most.get(document, 0.0):
                most[document] = frequency
    ordered = sorted(most)
    return Postings(array("I", ordered), array("f", map(most.__getitem__, ordered)))


def _occurrences(leaf: SegmentReader, terms: Terms) -> Iterator[tuple[int, float]]:
    if not all(("words", term) in leaf for term in terms):
        return
    if len(terms) > 1:
        yield from _phrases(leaf, terms)
        return
    matcher = leaf.postings("words", terms[0])
    while matcher.is_active():
        yield matcher.id(), matcher.weight()
        matcher.next()


def _phrases(leaf: SegmentReader, terms: Terms) -> Iterator[tuple[int, float]]:
    """Documents in which the terms stand next to each other, and how often they do."""
    rarest, *others = sorted(
        range(len(terms)), key=lambda each: leaf.doc_frequency("words", terms[each])
    )
    starts = {
        document: {place - rarest for place in places}
        for document, places in _places(leaf, terms[rarest], None)
    }
    for offset in others:
        starts = {
            document: common
            for document, places in _places(leaf, terms[offset], starts)
            if (common := starts[document] & {place - offset for place in places})
        }
    for document, common in starts.items():
        yield document, float(len(common))


def _places(
    leaf: SegmentReader, term: str, wanted: dict[int, set[int]] | None
) -> Iterator[tuple[int, list[int]]]:
    if wanted is not None and not wanted:
        return
    matcher = leaf.postings("words", term)
    while matcher.is_active():
        document = matcher.id()
        if wanted is None or document in wanted:
            yield document, matcher.value_as("positions")
        matcher.next()
