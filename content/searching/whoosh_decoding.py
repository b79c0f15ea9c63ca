"""A segment of the Whoosh index as arrays: what `Segment` reads, made anew at any time.

Whoosh steps through postings one by one, a few microseconds each. Here they are read block by
block, once for each segment, by the process that wrote it.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, chain, repeat
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.reading import SegmentReader

from content.searching.arrays import Arrays, narrowed
from content.searching.completion_tables import completion_arrays
from content.searching.documents import SectionDocument
from content.searching.lexicon import counted, lexicon_arrays
from content.searching.passages import MAX_SEARCHED
from content.searching.sentences import sentences
from content.searching.strings import key_arrays, string_arrays
from content.searching.whoosh_maps import mapped_reader
from content.searching.whoosh_schema import GAP, PLACES_DTYPE, SCHEMA, borders, document_of

ARRAYS_VERSION: Final = 2
"""Raise it when other arrays are made of the same segment; they are then all made anew."""

_FIELD: Final = "words"


@dataclass(slots=True)
class _Postings:
    """The postings of all terms in the order of the alphabet, as they are stored."""

    terms: list[str] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    documents: "array[int]" = field(default_factory=lambda: array("I"))
    frequencies: "array[float]" = field(default_factory=lambda: array("f"))
    room: "array[int]" = field(default_factory=lambda: array("I"))
    places: bytearray = field(default_factory=bytearray)


class _Blocks(W3LeafMatcher):
    """The blocks of one term."""

    def blocks(self) -> Iterator[tuple[int, Any, Any, Any]]:
        """How many postings, steps from document to document, weights, places."""
        while True:
            self._read_data()
            yield self._blocklength, *self._data
            if self._lastblock:
                return
            self._goto(self._nextoffset)


def arrays_of(storage: Any, segment: Any) -> Arrays:
    """The arrays of every document of a segment, also of those that were deleted since."""
    reader = mapped_reader(storage, SCHEMA, segment, 0)
    try:
        size: int = segment.doc_count_all()
        described = _document_arrays(reader, size)
        postings = _read_postings(reader.storage(), segment)
    finally:
        reader.close()
    return {**described, **_posting_arrays(postings, size)}


def _read_postings(storage: Any, segment: Any) -> _Postings:
    found = _Postings()
    file = segment.open_file(storage, ".pst")
    terms = segment.codec().terms_reader(storage, segment)
    for (name, term), information in terms.items_from(_FIELD, b""):
        if name != _FIELD:
            break
        count = sum(
            _take(found, *block)
            for block in _Blocks(file, *information.extent(), SCHEMA[_FIELD].format).blocks()
        )
        found.terms.append(term.decode())
        found.counts.append(count)
    return found


def _take(found: _Postings, count: int, steps: Any, weights: Any, values: Any) -> int:
    found.documents.extend(accumulate(steps))
    if isinstance(weights, tuple):
        found.frequencies.extend(weights)
    else:
        found.frequencies.extend(repeat(1.0 if weights is None else weights, count))
    found.room.extend(map(len, values))
    found.places += b"".join(values)
    return count


def _posting_arrays(found: _Postings, size: int) -> dict[str, NDArray[Any]]:
    documents = np.frombuffer(found.documents, np.uintc)
    frequencies = np.frombuffer(found.frequencies, np.float32)
    room = np.frombuffer(found.room, np.uintc) // (2 * PLACES_DTYPE.itemsize)
    places, spans = np.frombuffer(found.places, PLACES_DTYPE).reshape(-1, 2).T
    bases = _put_in_a_row(documents, room, places, size)
    by_document = np.argsort(documents, kind="stable").astype(np.uint32)
    term_of = np.repeat(np.arange(len(found.terms), dtype=np.uint32), found.counts)
    return {
        **key_arrays("term", found.terms),
        "posting.starts": narrowed(_starts(found.counts)),
        "posting.documents": documents,
        "posting.frequencies": frequencies,
        "posting.places": narrowed(_starts(room)),
        "places": places,
        "spans": spans,
        "bases": bases,
        "lengths": np.bincount(documents, frequencies, size).astype(np.float32),
        "forward.starts": narrowed(_starts(np.bincount(documents, minlength=size))),
        "forward.postings": by_document,
        "forward.terms": narrowed(term_of)[by_document],
    }


def _put_in_a_row(
    documents: NDArray[np.uint32],
    room: NDArray[np.uint32],
    places: NDArray[np.uint32],
    size: int,
) -> NDArray[np.uint32]:
    """Count the places on as if all documents were one text, with gaps; where each begins there."""
    holding = np.repeat(documents, room)
    longest = np.zeros(size, np.uint32)
    np.maximum.at(longest, holding, places)
    bases = _starts(longest.astype(np.int64) + GAP).astype(np.uint32)
    places += bases[holding]
    return bases


def _document_arrays(reader: SegmentReader, size: int) -> dict[str, NDArray[Any]]:
    # Texts are most of a segment: they are read again rather than held all at once.
    described = [replace(each, text="") for each in _documents(reader, size)]
    texts = (each.text for each in _documents(reader, size))
    return {
        **_checkpoint_arrays(reader, described),
        **_border_arrays(described),
        **key_arrays("section", [each.section_id for each in described]),
        **_coded("article", [each.article_id for each in described]),
        **_coded("locale", [each.locale for each in described]),
        **_coded("slug", [each.slug for each in described]),
        **_coded("type", [each.type for each in described]),
        **_topic_arrays(described),
        **string_arrays("heading", [each.heading or "" for each in described]),
        **string_arrays("text", texts),
        **_sentence_arrays(each.text for each in _documents(reader, size)),
        **completion_arrays(each if each.section_id else None for each in described),
        **lexicon_arrays(counted(_documents(reader, size))),
    }


_CHECKPOINT: Final = SectionDocument("", "", "", "", "", (), "", None, "")
# Stands where the segment has a checkpoint.


def _documents(reader: SegmentReader, size: int) -> Iterator[SectionDocument]:
    for number in range(size):
        stored = reader.stored_fields(number)
        yield document_of(stored) if "section" in stored else _CHECKPOINT


def _checkpoint_arrays(
    reader: SegmentReader, described: Sequence[SectionDocument]
) -> dict[str, NDArray[Any]]:
    numbers = [number for number, each in enumerate(described) if not each.section_id]
    sequences = [reader.stored_fields(number)["sequence"] for number in numbers]
    return {
        "checkpoint.documents": np.array(numbers, np.uint32),
        "checkpoint.sequences": np.array(sequences, np.int64),
    }


def _border_arrays(documents: Sequence[SectionDocument]) -> dict[str, NDArray[Any]]:
    found = np.array([borders(each) for each in documents], np.int64).reshape(-1, 3)
    return {
        "border.heading": narrowed(found[:, 0]),
        "border.questions": narrowed(found[:, 1]),
        "border.text": narrowed(found[:, 2]),
    }


def _sentence_arrays(texts: Iterable[str]) -> dict[str, NDArray[Any]]:
    """Where the sentences of each text begin and end, as far as passages are taken from it."""
    counts: list[int] = []
    spans: array[int] = array("I")
    for text in texts:
        found = sentences(text[:MAX_SEARCHED])
        counts.append(len(found))
        spans.extend(chain.from_iterable(found))
    starts, ends = np.frombuffer(spans, np.uintc).reshape(-1, 2).T
    return {
        "sentence.rows": narrowed(_starts(counts)),
        "sentence.starts": narrowed(starts),
        "sentence.ends": narrowed(ends),
    }


def _coded(name: str, values: Sequence[str]) -> dict[str, NDArray[Any]]:
    """The different values, and the place of each document's value among them."""
    different = sorted(set(values))
    places = {value: place for place, value in enumerate(different)}
    codes = np.fromiter(map(places.__getitem__, values), np.int64, len(values))
    return {**key_arrays(name, different), f"{name}.codes": narrowed(codes)}


def _topic_arrays(documents: Sequence[SectionDocument]) -> dict[str, NDArray[Any]]:
    pairs = sorted({(topic, n) for n, each in enumerate(documents) for topic in each.topics})
    topics = sorted({topic for topic, _ in pairs})
    counts = np.zeros(len(topics), np.int64)
    places = {topic: place for place, topic in enumerate(topics)}
    np.add.at(counts, [places[topic] for topic, _ in pairs], 1)
    return {
        **key_arrays("topic", topics),
        "under.starts": narrowed(_starts(counts)),
        "under.documents": np.array([number for _, number in pairs], np.uint32),
    }


def _starts(counts: Any) -> NDArray[np.int64]:
    """Where each of several rows begins that stand one after the other, and where the last ends."""
    starts = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts
