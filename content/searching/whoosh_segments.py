"""One segment of the Whoosh index, read from its arrays.

A segment never changes; documents are only marked as deleted. So what was opened once serves
every later state of the index, and any number of threads. Numbers of documents are those of the
segment here, and deleted ones are among them.
"""

from collections.abc import Sequence
from functools import cached_property, reduce
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from content.searching import tuning
from content.searching.arrays import Arrays
from content.searching.completion_tables import CompletionSegment
from content.searching.corpus import Documents, Places, Postings, Weights
from content.searching.lexicon import LexiconSegment
from content.searching.passages import Spots
from content.searching.questions import Terms
from content.searching.sentences import Span
from content.searching.strings import Keys, Strings

_BORDERS: Final = ("heading", "questions", "text")
# The parts of a document that follow each other after its title.

_BITS: Final = np.uint32(16)
_BELOW: Final = np.uint32((1 << 16) - 1)
# Of a span: where it begins stands above these bits, and its length in them.

_Spots = dict[str, dict[int, Span]]

NO_DOCUMENTS: Documents = np.zeros(0, np.uint32)
NO_POSTINGS = Postings(NO_DOCUMENTS, np.zeros(0, np.float32))
NO_PLACES = Places(NO_DOCUMENTS, np.zeros(0, np.int32))


class Segment:
    """The documents of a segment; `arrays` are those that `whoosh_decoding` makes."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays
        self.size = len(arrays["lengths"])
        self.checkpoints: list[tuple[int, int]] = list(
            zip(
                arrays["checkpoint.documents"].tolist(),
                arrays["checkpoint.sequences"].tolist(),
                strict=True,
            )
        )
        self.sections = Keys(arrays, "section")
        self.article_ids = Strings(arrays, "article")
        self.slugs = Keys(arrays, "slug")
        self.headings = Strings(arrays, "heading")
        self.texts = Strings(arrays, "text")
        self.types = Strings(arrays, "type")
        self.locales = Strings(arrays, "locale")
        self.topics = Keys(arrays, "topic")
        self.terms = Keys(arrays, "term")
        self._starts = arrays["posting.starts"].data
        self._documents = arrays["posting.documents"]
        self._frequencies = arrays["posting.frequencies"]
        self._room = arrays["posting.places"]
        self._places = arrays["places"]
        self._bases = arrays["bases"]
        self._forward_starts = arrays["forward.starts"]
        self._forward = self._forward_starts.data

    @cached_property
    def completions(self) -> CompletionSegment:
        """The titles, headings and questions of its documents, to complete to."""
        return CompletionSegment(self.arrays)

    @cached_property
    def lexicon(self) -> LexiconSegment:
        """The words of its documents, to correct by."""
        return LexiconSegment(self.arrays)

    def postings(self, terms: Terms) -> Postings:
        """The documents that hold a term, or several next to each other."""
        places = [self.terms.find(term) for term in terms]
        if min(places, default=-1) < 0:
            return NO_POSTINGS
        if len(places) > 1:
            return self._phrases(places)
        start, end = self._range(places[0])
        return Postings(self._documents[start:end], self._frequencies[start:end])

    def holding(self, terms: Sequence[str], gone: NDArray[np.int64] | None) -> list[int]:
        """How many documents hold each of some terms, but for so many that are `gone`."""
        starts = self._starts
        places = [self.terms.find(term) for term in terms]
        counts = [starts[each + 1] - starts[each] if each >= 0 else 0 for each in places]
        if gone is None:
            return counts
        left = zip(counts, places, strict=True)
        return [count - int(gone[each]) if each >= 0 else 0 for count, each in left]

    def held_by(self, documents: NDArray[np.intp]) -> NDArray[np.int64]:
        """For each term how many of some documents hold it."""
        terms = self.arrays["forward.terms"][_rows(self._forward_starts, documents)[0]]
        return np.bincount(terms, minlength=len(self.terms))

    def frequencies(self, terms: Sequence[str], documents: Documents) -> Weights:
        """How often each term occurs in each document: a row for each term."""
        found = np.zeros((len(terms), len(documents)), np.float32)
        which, holders, postings = self._held(terms, documents)
        found[which, holders] = self._frequencies[postings]
        return found

    def spots(self, terms: Sequence[str], documents: Documents) -> Sequence[tuple[Spots, Spots]]:
        """Where the terms stand in the heading and in the text of each document."""
        found: list[tuple[_Spots, _Spots]] = [({}, {}) for _ in documents]
        which, holders, postings = self._held(terms, documents)
        rows, counts = _rows(self._room, postings)
        which, holders = np.repeat(which, counts), np.repeat(holders, counts)
        places, in_heading, in_text = self._parts(documents[holders], rows)
        spans = self.arrays["spans"][rows]
        starts, sizes = spans >> _BITS, spans & _BELOW
        shown = np.flatnonzero((sizes > 0) & (in_heading | in_text))
        columns = (holders, in_text, which, places, starts, starts + sizes)
        for holder, part, term, place, start, end in zip(
            *(each[shown].tolist() for each in columns), strict=True
        ):
            found[holder][part].setdefault(terms[term], {})[place] = (start, end)
        return found

    def sentences(self, document: int) -> list[Span]:
        """The sentences of a document's text, as far as passages are taken from it."""
        starts, ends = self.arrays["sentence.starts"], self.arrays["sentence.ends"]
        inside = slice(*self.arrays["sentence.rows"][document : document + 2].tolist())
        return list(zip(starts[inside].tolist(), ends[inside].tolist(), strict=True))

    def under(self, topic: str) -> Documents:
        """The documents whose article stands under a topic."""
        place = self.topics.find(topic)
        if place < 0:
            return NO_DOCUMENTS
        starts = self.arrays["under.starts"]
        found: Documents = self.arrays["under.documents"][starts[place] : starts[place + 1]]
        return found

    def places(self, term: str, documents: Documents) -> Places:
        """Where a term stands in those of some documents that hold it."""
        start, end = self._range(self.terms.find(term))
        holding = self._documents[start:end]
        if start == end:
            return NO_PLACES
        at = np.minimum(np.searchsorted(holding, documents), end - start - 1)
        here = np.flatnonzero(holding[at] == documents)
        postings = start + at[here]
        rows, counts = _rows(self._room, postings)
        standing = np.repeat(documents[here], counts)
        places = self._places[rows] - self._bases[standing]
        return Places(standing, places.astype(np.int32))

    def terms_of(self, document: int) -> tuple[NDArray[Any], Weights]:
        """The places of a document's terms in `terms`, ascending, and how often each occurs."""
        inside = slice(self._forward[document], self._forward[document + 1])
        postings = self.arrays["forward.postings"][inside]
        return self.arrays["forward.terms"][inside], self._frequencies[postings]

    def topic_counts(self, among: NDArray[np.bool_]) -> dict[str, int]:
        """How many of the documents in a mask stand under each topic that any of them has."""
        inside = among[self.arrays["under.documents"]]
        sums = np.concatenate(([0], np.cumsum(inside)))[self.arrays["under.starts"]]
        counts = np.diff(sums)
        return {self.topics[place]: int(counts[place]) for place in np.flatnonzero(counts).tolist()}

    def _held(
        self, terms: Sequence[str], documents: Documents
    ) -> tuple[NDArray[Any], NDArray[np.intp], NDArray[np.uint32]]:
        """The postings of some terms, which are different, in some documents.

        With each there are the places of the term and of the document among those given.
        """
        places = [self.terms.find(term) for term in terms]
        wanted = np.zeros(len(self.terms) + 1, np.min_scalar_type(len(terms)))
        # The place of what is nowhere is -1, the last.
        wanted[places] = np.arange(1, len(terms) + 1)
        wanted[-1] = 0
        rows, counts = _rows(self._forward_starts, documents)
        asked = wanted.take(self.arrays["forward.terms"].take(rows))
        held = np.flatnonzero(asked > 0)
        holders = np.searchsorted(np.cumsum(counts), held, side="right")
        return asked[held] - 1, holders, self.arrays["forward.postings"][rows[held]]

    def _parts(
        self, holding: NDArray[np.uint32], rows: NDArray[np.intp]
    ) -> tuple[NDArray[np.uint32], NDArray[np.bool_], NDArray[np.bool_]]:
        """The places in these rows, in their documents; which are of the heading, of the text."""
        places = self._places[rows] - self._bases[holding]
        heading, questions, text = (self.arrays[f"border.{name}"][holding] for name in _BORDERS)
        return places, (places >= heading) & (places < questions), places >= text

    def _range(self, term: int) -> tuple[int, int]:
        """Where the postings of a term begin and end."""
        return (self._starts[term], self._starts[term + 1]) if term >= 0 else (0, 0)

    def _phrases(self, terms: Sequence[int]) -> Postings:
        """All documents are one text here, so a phrase is a few rows of places, shifted."""
        rows = [self._row(term, shift) for shift, term in enumerate(terms)]
        starts = reduce(_common, sorted(rows, key=len))
        holding = np.searchsorted(self._bases, starts, side="right") - 1
        documents, which = np.unique(holding, return_inverse=True)
        frequencies = np.bincount(which, self._weights(holding, starts))
        return Postings(documents.astype(np.uint32), frequencies.astype(np.float32))

    def _weights(self, holding: NDArray[np.intp], standing: NDArray[np.uint32]) -> NDArray[Any]:
        """What an occurrence counts, by the document and where it stands in the one text."""
        places = standing - self._bases[holding]
        before = [places < self.arrays[f"border.{name}"][holding] for name in _BORDERS]
        weights = [tuning.TITLE, tuning.HEADING, tuning.QUESTION]
        return np.select(before, weights, tuning.TEXT)

    def _row(self, term: int, shift: int) -> NDArray[np.uint32]:
        start, end = self._range(term)
        found: NDArray[Any] = self._places[self._room[start] : self._room[end]]
        return found - np.uint32(shift)


def _rows(starts: NDArray[Any], which: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Some of several rows that stand one after the other: what is in them, and how much in each.

    `starts` says where each begins, and where the last ends.
    """
    first = starts[which].astype(np.intp)
    counts = starts[which + 1].astype(np.intp) - first
    ends = np.cumsum(counts)
    inside = np.arange(ends[-1] if len(ends) else 0)
    return inside + np.repeat(first - ends + counts, counts), counts


def _common(few: NDArray[np.uint32], many: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """What is in both rows; each is in ascending order."""
    at = np.searchsorted(many, few)
    at[at == len(many)] = 0
    return few[many[at] == few] if len(many) else many
