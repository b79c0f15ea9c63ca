"""One committed state of the Whoosh index: which sections match a question, and how well.

Whoosh's own matchers step through a tree of Python objects for every posting. Here the postings
of each word are turned once into what each section gains from the word; a query adds up a few
arrays. The count of matches is exact, and the time
is bounded by the number of words times the number of sections, whatever the query.
"""

import heapq
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import log
from typing import Final

from whoosh.reading import IndexReader

from content.searching import Resume
from content.searching.documents import SectionDocument
from content.searching.questions import Clause, Question
from content.searching.whoosh_schema import CHECKPOINT, document_of
from content.searching.whoosh_segments import Alternatives, Memory

_K1: Final = 1.2
_B: Final = 0.75
_PRESENCE: Final = 0.5
# BM25+ (Lv and Zhai, CIKM 2011): what a word adds by being there at all, so that a section that
# holds more of the words is not beaten by one that repeats a single word.

_MOST_GAINS: Final = 1_000_000
# Postings kept decoded, 12 bytes each.

_MOST_FILTERS: Final = 128


class Norms(dict[int, float]):
    """What a document's length does to its frequencies, for each length that occurs (BM25)."""

    def __init__(self, sizes: "array[int]") -> None:
        super().__init__()
        self._average = sum(sizes) / (len(sizes) or 1) or 1.0

    def __missing__(self, size: int) -> float:
        norm = self[size] = _K1 * (1 - _B + _B * size / self._average)
        return norm


@dataclass(frozen=True, slots=True)
class Gains:
    """What each document that satisfies a clause gains from it; documents in ascending order."""

    documents: "array[int]"
    scores: "array[float]"


@dataclass(frozen=True, slots=True)
class Ranked:
    """A document among the matches: its number in the snapshot, its section and its score."""

    document: int
    section_id: str
    score: float


class Snapshot:
    """A reader of one generation of the index. Not safe for several threads at once.

    `memory` is carried from one snapshot to the next.
    """

    def __init__(self, reader: IndexReader, memory: Memory) -> None:
        self._reader = reader
        self._leaves = reader.leaf_readers()
        self.segments = len(self._leaves)
        self.generation: int = reader.generation()
        self.sequence = self._read_sequence()
        self._sections = [(leaf.column_reader("section"), base) for leaf, base in self._leaves]
        self._memory = memory
        memory.retain([leaf for leaf, _ in self._leaves])
        self._sizes = array("I")
        for leaf, _ in self._leaves:
            self._sizes.extend(memory.lengths(leaf))
        self._count = reader.doc_count() - 1
        self._norms = Norms(self._sizes)
        self._gains: OrderedDict[Alternatives, Gains] = OrderedDict()
        self._kept = 0
        self._filters: dict[tuple[str, str], frozenset[int]] = {}

    def close(self) -> None:
        """Give back the files."""
        self._sections.clear()
        self._reader.close()

    def scores(self, question: Question, allowed: frozenset[int] | None) -> dict[int, float]:
        """Every matching document with its score."""
        gains = [(clause, self.gains(clause)) for clause in question.clauses]
        total = _added_up([each for _, each in gains])
        limits = [set(each.documents) for clause, each in gains if clause.required]
        if allowed is not None:
            limits.append(set(allowed))
        if not limits:
            return total
        kept = set.intersection(*limits)
        return {document: score for document, score in total.items() if document in kept}

    def best(self, scores: dict[int, float], limit: int, after: Resume | None) -> list[Ranked]:
        """The best `limit` documents that come after the resume position, best first.

        Equal scores are ordered by section, so that the order does not hang on the files.
        """
        if after is not None:
            scores = self._remaining(scores, after)
        if not scores:
            return []
        least = heapq.nlargest(limit, scores.values())[-1]
        ranked = [
            Ranked(document, self.section_id(document), score)
            for document, score in scores.items()
            if score >= least
        ]
        return sorted(ranked, key=lambda each: (-each.score, each.section_id))[:limit]

    def allowed(self, field: str, values: Iterable[str]) -> frozenset[int]:
        """The documents that have any of the values in an exact field."""
        return frozenset().union(*(self._having(field, value) for value in values))

    def gains(self, clause: Clause) -> Gains:
        """What documents gain from a clause, read once and then kept."""
        found = self._gains.get(alternatives(clause))
        if found is None:
            found = self._weigh(clause)
            self._keep(clause, found)
        self._gains.move_to_end(alternatives(clause))
        return found

    def holds(self, clause: Clause, document: int) -> bool:
        """Whether a document satisfies a clause."""
        documents = self.gains(clause).documents
        place = bisect_left(documents, document)
        return place < len(documents) and documents[place] == document

    def section_id(self, document: int) -> str:
        """The section that a document stands for."""
        base, column = next(
            (base, column) for column, base in reversed(self._sections) if base <= document
        )
        section_id: str = column[document - base]
        return section_id

    def document(self, number: int) -> SectionDocument:
        """A document as it was indexed."""
        return document_of(self._reader.stored_fields(number))

    def everything(self) -> Iterator[SectionDocument]:
        """Every document as it was indexed, without the checkpoint."""
        stored = self._reader.all_stored_fields()
        return (document_of(each) for each in stored if "section" in each)

    def _read_sequence(self) -> int:
        [document] = self._documents("checkpoint", CHECKPOINT)
        sequence: int = self._reader.stored_fields(document)["sequence"]
        return sequence

    def _documents(self, field: str, value: str) -> Iterator[int]:
        for leaf, base in self._leaves:
            if (field, value) in leaf:
                for document in leaf.postings(field, value).all_ids():
                    yield base + document

    def _having(self, field: str, value: str) -> frozenset[int]:
        known = self._filters.get((field, value))
        if known is None:
            if len(self._filters) >= _MOST_FILTERS:
                self._filters.clear()
            known = self._filters[field, value] = frozenset(self._documents(field, value))
        return known

    def _keep(self, clause: Clause, gains: Gains) -> None:
        self._gains[alternatives(clause)] = gains
        self._kept += len(gains.documents) + 1
        while self._kept > _MOST_GAINS and len(self._gains) > 1:
            _, oldest = self._gains.popitem(last=False)
            self._kept -= len(oldest.documents) + 1

    def _remaining(self, scores: dict[int, float], after: Resume) -> dict[int, float]:
        last = after.score * max(scores.values(), default=0.0)
        for document in self._documents("section", after.section_id):
            last = scores.get(document, last)
        return {
            document: score
            for document, score in scores.items()
            if score < last or (score == last and self.section_id(document) > after.section_id)
        }

    def _weigh(self, clause: Clause) -> Gains:
        documents, frequencies = self._occurrences(alternatives(clause))
        idf = log(1 + (self._count - len(documents) + 0.5) / (len(documents) + 0.5))
        norms, sizes = self._norms, self._sizes
        scores = array("d")
        for document, frequency in zip(documents, frequencies, strict=True):
            saturated = frequency * (_K1 + 1) / (frequency + norms[sizes[document]])
            scores.append(idf * (_PRESENCE + saturated))
        return Gains(documents, scores)

    def _occurrences(self, alternatives: Alternatives) -> tuple["array[int]", "array[float]"]:
        documents, frequencies = array("I"), array("f")
        for leaf, base in self._leaves:
            found = self._memory.postings(leaf, alternatives)
            deleted = leaf.deleted_docs_set
            for document, frequency in zip(found.documents, found.frequencies, strict=True):
                if document not in deleted:
                    documents.append(base + document)
                    frequencies.append(frequency)
        return documents, frequencies


def alternatives(clause: Clause) -> Alternatives:
    """Every way in which a text may satisfy a clause."""
    forms = [form for word in clause.words for form in word.forms]
    return tuple(dict.fromkeys(form.terms for form in [*forms, *clause.synonyms]))


def _added_up(gains: list[Gains]) -> dict[int, float]:
    # The longest first: a dictionary is filled faster than it is updated.
    ordered = sorted(gains, key=lambda each: -len(each.documents))
    if not ordered:
        return {}
    total = dict(zip(ordered[0].documents, ordered[0].scores, strict=True))
    known = total.get
    for each in ordered[1:]:
        for document, score in zip(each.documents, each.scores, strict=True):
            total[document] = known(document, 0.0) + score
    return total
