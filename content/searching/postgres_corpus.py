"""The postings of an index in PostgreSQL, as ranking wants them.

What a query needs of a word comes as a few arrays in one row, straight from an index that holds
all of it; the next query that uses the word at the same state of the index finds them here.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from content.searching import tuning
from content.searching.collection import Written
from content.searching.completing import Completions
from content.searching.corpus import Documents, Held, Places, Postings, Weights
from content.searching.languages import language_of
from content.searching.lexicon import LexiconSegment
from content.searching.passages import MAX_SEARCHED, marks_in
from content.searching.postgres_catalogue import Catalogue
from content.searching.postgres_connections import Reader
from content.searching.postgres_guide import Guide
from content.searching.postgres_memory import Memory
from content.searching.postgres_tables import Tables
from content.searching.questions import Terms
from content.searching.sentences import sentences
from content.searching.whoosh_schema import PLACES_DTYPE

_HEAD: Final = 20
# Bytes before the elements of an array in PostgreSQL's binary format; 4 before each element.

_NO_POSTINGS: Final = Postings(np.zeros(0, np.uint32), np.zeros(0, np.float32))

_POSTINGS: Final = """
SELECT convert_to(term, 'UTF8'), int4send(id), numbers, frequencies
FROM @term AS asked CROSS JOIN LATERAL (
    SELECT array_agg(number) AS numbers, array_agg(frequency) AS frequencies
    FROM @posting WHERE term = asked.id
) AS found
WHERE asked.term = ANY(%s)"""

_PLACES: Final = """
SELECT convert_to(term, 'UTF8'), numbers, counts, places
FROM @term AS asked CROSS JOIN LATERAL (
    SELECT
        array_agg(number) AS numbers,
        array_agg(octet_length(places) / @size) AS counts,
        string_agg(places, '') AS places
    FROM @posting WHERE term = asked.id AND number = ANY(%s)
) AS found
WHERE asked.term = ANY(%s)""".replace("@size", str(PLACES_DTYPE.itemsize))

_CONTENTS: Final = """
SELECT int4send(number), terms, frequencies, counts, places FROM @section WHERE number = ANY(%s)"""


_BORDERS: Final = "SELECT number, borders FROM @section WHERE number = ANY(%s) ORDER BY number"

_BELOW: Final = (1 << 32) - 1


class Contents(NamedTuple):
    """What some documents hold, one after the other: of each of their terms the document, by its
    place among them, the id, how often it occurs, and where its places begin.
    """

    holders: NDArray[np.intp]
    terms: NDArray[np.int64]
    frequencies: Weights
    starts: NDArray[np.int64]
    places: NDArray[np.int32]


class PostgresCorpus:
    """A `Collection` in one transaction."""

    def __init__(self, reader: Reader, catalogue: Catalogue, memory: Memory, guide: Guide) -> None:
        self._reader = reader
        self._tables = Tables(catalogue.state.generation)
        self._memory = memory
        self._guide = guide
        self._contents: dict[tuple[int, ...], Contents] = {}
        self.catalogue = catalogue

    @property
    def size(self) -> int:
        """One more than the highest number of a document."""
        return self.catalogue.size

    @property
    def count(self) -> int:
        """How many documents are live."""
        return self.catalogue.count

    @property
    def lengths(self) -> Weights:
        """The weighted words of each document; of those that are not live anything."""
        return self.catalogue.columns.lengths

    @property
    def average_length(self) -> float:
        """Of the live documents; 1 when there are none."""
        return self.catalogue.average_length

    @property
    def articles(self) -> NDArray[np.int32]:
        """For each document the article that it belongs to, as a number."""
        return self.catalogue.columns.articles

    @property
    def types(self) -> NDArray[np.int16]:
        """For each document its section type, as a place in `type_keys`."""
        return self.catalogue.columns.types

    @property
    def type_keys(self) -> Sequence[str]:
        """The section types that occur, or did."""
        return self.catalogue.type_keys

    @property
    def lexicons(self) -> Sequence[LexiconSegment]:
        """The words of all texts; those of deleted ones may be among them."""
        return self._guide.lexicons(self._reader, self.catalogue.state.revision)

    @property
    def completions(self) -> Completions:
        """What live sections offer to complete to."""
        return self._guide.completions(self._reader, self.catalogue)

    @property
    def locales(self) -> NDArray[np.int16]:
        """For each document its locale, as a place in `locale_keys`."""
        return self.catalogue.columns.locales

    @property
    def locale_keys(self) -> Sequence[str]:
        """The locales that occur, or did."""
        return self.catalogue.locale_keys

    @property
    def languages(self) -> Sequence[str]:
        """The languages of the documents, the most frequent first."""
        return self.catalogue.languages

    def section_id(self, document: int) -> str:
        """The section that a document stands for."""
        return self.catalogue.section_id(document)

    def section_ids(self, documents: Documents) -> NDArray[np.bytes_]:
        """The sections that some documents stand for, as UTF-8."""
        found: NDArray[np.bytes_] = self.catalogue.columns.section_ids[documents]
        return found

    def article_id(self, document: int) -> str:
        """The article that a document belongs to."""
        return self.catalogue.article_id(document)

    def document(self, section_id: str) -> int | None:
        """The live document of a section; None when there is none."""
        return self.catalogue.number_of(section_id)

    def having_slug(self, slug: str) -> NDArray[np.bool_]:
        """For each document whether its article has this slug, in whatever locale."""
        return self.catalogue.having_slug(slug)

    def topic_counts(self, documents: Documents) -> dict[str, int]:
        """How many of some live documents stand under each topic; topics of none are left out."""
        return self.catalogue.topic_counts(documents)

    def under(self, topic: str) -> Documents:
        """The live documents whose article stands under a topic (`kind:key`)."""
        return np.flatnonzero(self.catalogue.having_topic(topic)).astype(np.uint32)

    def written(self, documents: Sequence[int], sought: Sequence[Terms]) -> list[Written]:
        """What each of some documents says, with marks at what is sought."""
        statement = self._tables.sql(
            "SELECT number, heading, text, locale FROM @section WHERE number = ANY(%s)"
        )
        found = {
            number: _written(heading or "", text, language_of(locale), sought)
            for number, heading, text, locale in self._reader.rows(statement, list(documents))
        }
        return [found[document] for document in documents]

    def foresee(self, terms: Iterable[str]) -> None:
        """Read the postings of all these terms at once."""
        unknown = [each for each in dict.fromkeys(terms) if self._remembered((each,)) is None]
        if unknown:
            self._read_postings(unknown)

    def postings(self, terms: Terms) -> Postings:
        """The live documents that hold a term, or several next to each other in this order."""
        known = self._remembered(terms)
        if known is not None:
            return known
        self.foresee(terms)
        if len(terms) > 1:
            phrase = self._phrase(terms)
            self._memory.put(terms, self.catalogue.state.revision, phrase)
            return phrase
        # What was read may be gone already where very much is asked for at a time.
        return self._remembered(terms) or self._read_postings(terms)[terms[0]]

    def holding(self, terms: Sequence[str]) -> NDArray[np.int64]:
        """In how many live documents each of some terms stands."""
        self.foresee(terms)
        return np.array([len(self.postings((term,)).documents) for term in terms], np.int64)

    def frequencies(self, terms: Sequence[str], documents: Documents) -> Weights:
        """How often each of some terms, which are different, occurs in each of some documents."""
        self.foresee(terms)
        found = np.zeros((len(terms), len(documents)), np.float32)
        for row, term in zip(found, terms, strict=True):
            holding, often = self.postings((term,))
            if len(holding):
                places = np.minimum(np.searchsorted(holding, documents), len(holding) - 1)
                np.copyto(row, often[places], where=holding[places] == documents)
        return found

    def places(self, term: str, documents: Documents) -> Places:
        """Where a term stands in those of some documents that hold it."""
        self.foresee([term])
        contents = self._contents_of(documents.tolist())
        found = np.flatnonzero(contents.terms == self._memory.ids.get(term, -1))
        counts = contents.starts[found + 1] - contents.starts[found]
        ends = np.cumsum(counts)
        inside = np.arange(ends[-1] if len(ends) else 0)
        standing = inside + np.repeat(contents.starts[found] - ends + counts, counts)
        holding = documents[contents.holders[found]]
        return Places(np.repeat(holding, counts), contents.places[standing])

    def terms_of(self, documents: Sequence[int]) -> Held:
        """The terms of some documents."""
        contents = self._contents_of(documents)
        ids, held = np.unique(contents.terms, return_inverse=True)
        return Held(self._names(ids.tolist()), contents.holders, held, contents.frequencies)

    def _remembered(self, terms: Terms) -> Postings | None:
        return self._memory.get(terms, self.catalogue.state.revision)

    def _read_postings(self, terms: Sequence[str]) -> dict[str, Postings]:
        found = dict.fromkeys(terms, _NO_POSTINGS)
        statement = self._tables.sql(_POSTINGS)
        for name, number, documents, frequencies in self._reader.raw(statement, list(terms)):
            term = name.decode()
            self._memory.ids[term] = int.from_bytes(number, "big")
            found[term] = _ordered(_array(documents, ">i4"), _array(frequencies, ">f4"))
        for term, postings in found.items():
            self._memory.put((term,), self.catalogue.state.revision, postings)
        return found

    def _contents_of(self, documents: Sequence[int]) -> Contents:
        key = tuple(documents)
        known = self._contents.get(key)
        if known is None:
            known = self._contents[key] = self._read_contents(key)
        return known

    def _read_contents(self, documents: Sequence[int]) -> Contents:
        statement = self._tables.sql(_CONTENTS)
        rows = {
            int.from_bytes(number, "big"): values
            for number, *values in self._reader.raw(statement, list(documents))
        }
        found = [rows[each] for each in documents]
        terms = [_array(terms, ">i4") for terms, *_ in found]
        counts = _joined([_array(counts, ">i4") for _, _, counts, _ in found], np.int64)
        return Contents(
            holders=np.repeat(np.arange(len(found)), [*map(len, terms)]),
            terms=_joined(terms, np.int64),
            frequencies=_joined([_array(each, ">f4") for _, each, _, _ in found], np.float32),
            starts=np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)]),
            places=np.frombuffer(b"".join(each[3] for each in found), PLACES_DTYPE).astype(
                np.int32
            ),
        )

    def _names(self, ids: Sequence[int]) -> list[str]:
        names = self._memory.names
        unknown = [each for each in ids if each not in names]
        if unknown:
            statement = self._tables.sql("SELECT id, term FROM @term WHERE id = ANY(%s)")
            names.update(self._reader.rows(statement, unknown))
        return [names[each] for each in ids]

    def _phrase(self, terms: Terms) -> Postings:
        everywhere = self.postings(terms[:1]).documents
        for term in dict.fromkeys(terms[1:]):
            holding = self.postings((term,)).documents
            everywhere = np.intersect1d(everywhere, holding, assume_unique=True)
        if not len(everywhere):
            return _NO_POSTINGS
        places = self._places(terms, everywhere)
        starts = places[terms[0]]
        for offset, term in enumerate(terms[1:], 1):
            starts = np.intersect1d(starts, places[term] - offset, assume_unique=True)
        documents, which = np.unique(starts >> 32, return_inverse=True)
        counted = np.bincount(which, self._weights(documents, which, starts & _BELOW))
        return Postings(documents.astype(np.uint32), counted.astype(np.float32))

    def _weights(
        self, documents: NDArray[np.int64], which: NDArray[np.intp], places: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """What an occurrence counts, by which of the documents it is in, and where."""
        if not len(documents):
            return np.zeros(0)
        rows = self._reader.rows(self._tables.sql(_BORDERS), documents.tolist())
        borders = np.array([row[1] for row in rows], np.int64)[which]
        before = [places < borders[:, part] for part in range(3)]
        weights = [tuning.TITLE, tuning.HEADING, tuning.QUESTION]
        return np.select(before, weights, tuning.TEXT).astype(np.float64)

    def _places(self, terms: Iterable[str], documents: Documents) -> dict[str, NDArray[np.int64]]:
        """Where each of the terms stands in the documents: the document above the 32nd bit."""
        found = {term: np.zeros(0, np.int64) for term in terms}
        statement = self._tables.sql(_PLACES)
        for name, numbers, counts, places in self._reader.raw(
            statement, documents.tolist(), list(found)
        ):
            above = _array(numbers, ">i4").astype(np.int64) << 32
            standing = np.frombuffer(places, PLACES_DTYPE).astype(np.int64)
            found[name.decode()] = np.repeat(above, _array(counts, ">i4")) + standing
        return found


def _written(heading: str, text: str, language: str, sought: Sequence[Terms]) -> Written:
    marks = marks_in(text, sought, language)
    spans = sentences(text[:MAX_SEARCHED]) if marks else []
    return Written(heading, marks_in(heading, sought, language), text, marks, spans)


def _array(value: bytes, kind: str) -> NDArray[Any]:
    """The elements of an array that was sent in binary; each comes with its length before it."""
    if len(value) < _HEAD:
        return np.zeros(0, kind)
    return np.frombuffer(value, kind, offset=_HEAD)[1::2]


def _joined(rows: Sequence[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    return np.concatenate(rows).astype(dtype) if rows else np.zeros(0, dtype)


def _ordered(numbers: NDArray[Any], frequencies: NDArray[Any]) -> Postings:
    documents, weights = numbers.astype(np.uint32), frequencies.astype(np.float32)
    if np.any(documents[1:] < documents[:-1]):
        order = np.argsort(documents)
        documents, weights = documents[order], weights[order]
    return Postings(documents, weights)
