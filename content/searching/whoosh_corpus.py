"""One committed state of the Whoosh index: its segments as one corpus, without the deleted.

It is immutable, so threads share it, and it lasts as long as somebody uses it.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from content.searching import completing
from content.searching.collection import Written
from content.searching.completing import Completions
from content.searching.corpus import Documents, Held, Places, Postings, Weights
from content.searching.languages import language_of
from content.searching.lexicon import LexiconSegment
from content.searching.passages import Spots, marks_at
from content.searching.questions import Terms
from content.searching.strings import Chosen, Strings
from content.searching.whoosh_segments import NO_DOCUMENTS, NO_PLACES, NO_POSTINGS, Segment

Mask: TypeAlias = NDArray[np.bool_]

_NO_NUMBERS: Final = np.zeros(0, np.intp)
NOTHING_HELD: Final = Held([], _NO_NUMBERS, _NO_NUMBERS, NO_POSTINGS.frequencies)

_MOST_KEPT: Final = 300_000
# Postings of the last queries: every query asks for its own several times.


class Part(NamedTuple):
    """A segment in a corpus, the number of its first document there, and which are live.

    `live` is None when all are.
    """

    segment: Segment
    base: int
    live: Mask | None


class WhooshCorpus:
    """The live documents of some segments."""

    def __init__(self, segments: Iterable[tuple[Segment, Mask | None]]) -> None:
        self.parts: list[Part] = []
        self.size = 0
        for segment, live in segments:
            self.parts.append(Part(segment, self.size, live))
            self.size += segment.size
        self._recent: dict[Terms, Postings] = {}
        self._kept = 0
        self._bases = [part.base for part in self.parts]
        self.live: Mask = _joined(map(_live, self.parts), np.bool_)
        self.count = int(np.count_nonzero(self.live))
        self.lengths: Weights = self._joined("lengths", np.float32)
        # Whole and half weights add up to the same in any order.
        total = float(self.lengths.sum(where=self.live, dtype=np.float64))
        self.average_length = total / self.count if total else 1.0
        self.types, self.type_keys = self._coded("type", lambda each: each.types)
        self.locales, self.locale_keys = self._coded("locale", lambda each: each.locales)
        self.articles = self._articles()

    @cached_property
    def languages(self) -> Sequence[str]:
        """The languages of the documents, the most frequent first."""
        counts = np.bincount(self.locales[self.live], minlength=len(self.locale_keys))
        languages: Counter[str] = Counter()
        for locale, count in zip(self.locale_keys, counts.tolist(), strict=True):
            if count:
                languages[language_of(locale)] += count
        return sorted(languages, key=lambda each: (-languages[each], each))

    @cached_property
    def completions(self) -> Completions:
        """What live sections offer to complete to."""
        ends = (part.base + part.segment.size for part in self.parts)
        return Completions(
            [
                completing.Part(part.segment.completions, self.live[part.base : end], part.base)
                for part, end in zip(self.parts, ends, strict=True)
            ],
            self.section_id,
        )

    @cached_property
    def lexicons(self) -> Sequence[LexiconSegment]:
        """The words of all texts; those of deleted ones may be among them."""
        return [part.segment.lexicon for part in self.parts]

    def foresee(self, terms: Iterable[str]) -> None:
        """Nothing is far away."""

    def section_id(self, document: int) -> str:
        """The section that a document stands for."""
        part = self._part(document)
        section_id: str = part.segment.sections[document - part.base]
        return section_id

    def section_ids(self, documents: Documents) -> NDArray[np.bytes_]:
        """The sections that some documents stand for, as UTF-8."""
        order = np.argsort(documents)
        found = [
            part.segment.sections.several(here)
            for part, here in self._apportioned(documents[order])
        ]
        ids = _joined(found, None) if found else np.zeros(0, np.bytes_)
        given = np.empty_like(ids)
        given[order] = ids
        return given

    def article_id(self, document: int) -> str:
        """The article that a document belongs to."""
        part = self._part(document)
        code = part.segment.arrays["article.codes"][document - part.base]
        article_id: str = part.segment.article_ids[int(code)]
        return article_id

    def written(self, documents: Sequence[int], sought: Sequence[Terms]) -> list[Written]:
        """What each of some documents says, with marks at what is sought."""
        terms = list(dict.fromkeys(term for each in sought for term in each))
        ordered = np.sort(np.array(documents, np.uint32))
        found = (
            spots
            for part, here in self._apportioned(ordered)
            for spots in part.segment.spots(terms, here)
        )
        standing = dict(zip(ordered.tolist(), found, strict=True))
        return [self._written(each, sought, *standing[each]) for each in documents]

    def document(self, section_id: str) -> int | None:
        """The live document of a section."""
        for part in self.parts:
            for place in part.segment.sections.places(section_id):
                if part.live is None or part.live[place]:
                    return part.base + place
        return None

    def postings(self, terms: Terms) -> Postings:
        """The live documents that hold a term, or several next to each other in this order."""
        known = self._recent.get(terms)
        if known is None:
            known = self._read(terms)
            self._keep(terms, known)
        return known

    def holding(self, terms: Sequence[str]) -> NDArray[np.int64]:
        """In how many live documents each of some terms stands."""
        counts = np.zeros(len(terms), np.int64)
        for part, gone in zip(self.parts, self._gone, strict=True):
            counts += np.array(part.segment.holding(terms, gone), np.int64)
        return counts

    def frequencies(self, terms: Sequence[str], documents: Documents) -> Weights:
        """How often each of some terms, which are different, occurs in each of some documents."""
        found = [
            part.segment.frequencies(terms, here) for part, here in self._apportioned(documents)
        ]
        return np.hstack(found) if found else np.zeros((len(terms), 0), np.float32)

    def under(self, topic: str) -> Documents:
        """The live documents whose article stands under a topic (`kind:key`)."""
        found = [_moved(part, part.segment.under(topic)) for part in self.parts]
        return np.concatenate(found) if found else NO_DOCUMENTS

    def places(self, term: str, documents: Documents) -> Places:
        """Where a term stands in those of some documents that hold it."""
        found = []
        for part, inside in self._apportioned(documents):
            here = part.segment.places(term, inside)
            found.append(here._replace(documents=here.documents + np.uint32(part.base)))
        if len(found) == 1:
            return found[0]
        return Places(*map(np.concatenate, zip(*found, strict=True))) if found else NO_PLACES

    def terms_of(self, documents: Sequence[int]) -> Held:
        """The terms of some documents."""
        if not documents:
            return NOTHING_HELD
        parts = [self._part(document) for document in documents]
        found = [
            part.segment.terms_of(document - part.base)
            for part, document in zip(parts, documents, strict=True)
        ]
        counts = [len(terms) for terms, _ in found]
        if all(part is parts[0] for part in parts):
            different, held = np.unique(
                np.concatenate([terms for terms, _ in found]), return_inverse=True
            )
            terms: Sequence[str] = Chosen(parts[0].segment.terms, different)
        else:
            terms, held = _numbered(
                part.segment.terms[term]
                for part, (terms, _) in zip(parts, found, strict=True)
                for term in terms.tolist()
            )
        holders = np.repeat(np.arange(len(documents)), counts)
        return Held(terms, holders, held, np.concatenate([often for _, often in found]))

    def having_slug(self, slug: str) -> Mask:
        """The documents of the articles with this slug."""
        return _joined((_having_slug(part.segment, slug) for part in self.parts), np.bool_)

    def topic_counts(self, documents: Documents) -> dict[str, int]:
        """How many of the documents stand under each topic; topics of none are left out."""
        among = np.zeros(self.size, np.bool_)
        among[documents] = True
        counts: Counter[str] = Counter()
        for part in self.parts:
            inside = among[part.base : part.base + part.segment.size]
            counts.update(part.segment.topic_counts(inside))
        return counts

    def _written(
        self, document: int, sought: Sequence[Terms], heading: Spots, text: Spots
    ) -> Written:
        part = self._part(document)
        segment, here = part.segment, document - part.base
        marks = marks_at(text, sought)
        return Written(
            heading=segment.headings[here],
            heading_marks=marks_at(heading, sought),
            text=segment.texts[here],
            marks=marks,
            sentences=segment.sentences(here) if marks else [],
        )

    def _read(self, terms: Terms) -> Postings:
        found = [each for part in self.parts if len((each := _postings(part, terms)).documents)]
        if len(found) < 2:
            return found[0] if found else NO_POSTINGS
        return Postings(*map(np.concatenate, zip(*found, strict=True)))

    def _keep(self, terms: Terms, postings: Postings) -> None:
        self._kept += len(postings.documents) + 32
        if self._kept > _MOST_KEPT:
            self._recent, self._kept = {}, 0
        self._recent[terms] = postings

    @cached_property
    def _gone(self) -> list[NDArray[np.int64] | None]:
        """For each segment how many deleted documents held each term; None where none is."""
        return [
            None if part.live is None else part.segment.held_by(np.flatnonzero(~part.live))
            for part in self.parts
        ]

    def _apportioned(self, documents: Documents) -> Iterator[tuple[Part, Documents]]:
        """The segments that have some of the documents, with their numbers there."""
        ends = np.searchsorted(documents, [*self._bases[1:], self.size]).tolist()
        for part, (start, end) in zip(self.parts, pairwise([0, *ends]), strict=True):
            if start < end:
                yield part, documents[start:end] - np.uint32(part.base)

    def _part(self, document: int) -> Part:
        return self.parts[bisect_right(self._bases, document) - 1]

    def _joined(self, name: str, dtype: Any) -> NDArray[Any]:
        return _joined((part.segment.arrays[name] for part in self.parts), dtype)

    def _coded(
        self, name: str, strings: Callable[[Segment], Strings]
    ) -> tuple[NDArray[np.int16], list[str]]:
        """For each document the place of its value among the different ones, and these."""
        keys = sorted({key for part in self.parts for key in strings(part.segment) if key})
        places = {key: place for place, key in enumerate(keys)}
        codes = (
            np.array([places.get(key, -1) for key in strings(part.segment)], np.int16)[
                part.segment.arrays[f"{name}.codes"]
            ]
            for part in self.parts
        )
        return _joined(codes, np.int16), keys

    def _articles(self) -> NDArray[np.int32]:
        """The article of each document, as a number.

        All that is live of an article was written in one commit, so it is in one segment.
        """
        codes, first = [], 0
        for part in self.parts:
            codes.append(part.segment.arrays["article.codes"].astype(np.int32) + first)
            first += len(part.segment.article_ids)
        return _joined(codes, np.int32)


def _live(part: Part) -> Mask:
    """Which documents are live; a checkpoint is no document here."""
    mask = np.ones(part.segment.size, np.bool_) if part.live is None else part.live.copy()
    mask[[document for document, _ in part.segment.checkpoints]] = False
    return mask


def _postings(part: Part, terms: Terms) -> Postings:
    """The live ones in one segment, by their numbers in the corpus."""
    found = part.segment.postings(terms)
    if part.live is not None:
        live = part.live[found.documents]
        found = Postings(found.documents[live], found.frequencies[live])
    return found._replace(documents=found.documents + np.uint32(part.base)) if part.base else found


def _moved(part: Part, documents: Documents) -> Documents:
    live = documents if part.live is None else documents[part.live[documents]]
    return live + np.uint32(part.base)


def _numbered(strings: Iterable[str]) -> tuple[list[str], NDArray[np.intp]]:
    """The different strings, and of each the place among these."""
    places: dict[str, int] = {}
    held = [places.setdefault(each, len(places)) for each in strings]
    return list(places), np.array(held, np.intp)


def _having_slug(segment: Segment, slug: str) -> Mask:
    code = segment.slugs.find(slug)
    mask: Mask = segment.arrays["slug.codes"] == code
    return mask


def _joined(rows: Iterable[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    found = list(rows)
    return np.concatenate(found, dtype=dtype) if found else np.zeros(0, dtype)
