"""The postings of an index in PostgreSQL, as ranking wants them.

What a query needs of a word comes as a few arrays in one row, straight from an index that holds
all of it; the next query that uses the word at the same state of the index finds them here.
"""

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from content.searching.collection import Written
from content.searching.corpus import Documents, Postings, Weights
from content.searching.postgres_catalogue import Catalogue
from content.searching.postgres_connections import Reader
from content.searching.postgres_tables import Tables
from content.searching.questions import Terms
from content.searching.whoosh_schema import PLACES_DTYPE

_MOST_KEPT: Final = 1_000_000
# Postings kept in memory, 8 bytes each.

_HEAD: Final = 20
# Bytes before the elements of an array in PostgreSQL's binary format; 4 before each element.

_NONE: Final = Postings(np.zeros(0, np.uint32), np.zeros(0, np.float32))

_POSTINGS: Final = """
SELECT convert_to(term, 'UTF8'), numbers, frequencies
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
        array_agg(octet_length(places) / 4) AS counts,
        string_agg(places, '') AS places
    FROM @posting WHERE term = asked.id AND number = ANY(%s)
) AS found
WHERE asked.term = ANY(%s)"""

_TERMS: Final = """
SELECT asked.term, frequency FROM (
    SELECT number AS wanted, unnest(terms) AS held FROM @section WHERE number = %s
) AS section
JOIN @posting AS posting ON posting.term = held AND number = wanted
JOIN @term AS asked ON asked.id = held
ORDER BY asked.term"""


class Kept:
    """Postings at one state of the index, by what they are of; the least used go first."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._postings: OrderedDict[Terms, Postings] = OrderedDict()
        self._size = 0

    def get(self, terms: Terms) -> Postings | None:
        """What is kept, if it is."""
        with self._turn:
            found = self._postings.get(terms)
            if found is not None:
                self._postings.move_to_end(terms)
            return found

    def put(self, terms: Terms, postings: Postings) -> None:
        """Keep something, and let go of what has not been used for the longest time."""
        with self._turn:
            if terms in self._postings:
                return
            self._postings[terms] = postings
            self._size += _cost(postings)
            while self._size > _MOST_KEPT and len(self._postings) > 1:
                _, oldest = self._postings.popitem(last=False)
                self._size -= _cost(oldest)


class PostgresCorpus:
    """A `Corpus` in one transaction."""

    def __init__(self, reader: Reader, catalogue: Catalogue, kept: Kept) -> None:
        self._reader = reader
        self._tables = Tables(catalogue.state.generation)
        self._kept = kept
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

    @property
    def live(self) -> NDArray[np.bool_]:
        """Which numbers are live."""
        return self.catalogue.columns.live

    def section_id(self, document: int) -> str:
        """The section that a document stands for."""
        return self.catalogue.section_id(document)

    def article_id(self, document: int) -> str:
        """The article that a document belongs to."""
        return self.catalogue.names.articles.names[self.articles[document]]

    def document(self, section_id: str) -> int | None:
        """The live document of a section."""
        return self.catalogue.number_of(section_id)

    def having_slug(self, slug: str) -> NDArray[np.bool_]:
        """The documents of the articles with this slug."""
        code = self.catalogue.names.slugs.known(slug)
        mask: NDArray[np.bool_] = self.catalogue.columns.slugs == code
        return mask

    def topic_counts(self, documents: Documents) -> dict[str, int]:
        """How many of the documents stand under each topic; topics of none are left out."""
        counts: Counter[str] = Counter()
        sets = np.bincount(self.catalogue.columns.topics[documents]).tolist()
        for refs, count in zip(self.catalogue.names.topics.names, sets, strict=False):
            counts.update(dict.fromkeys(refs, count) if count else {})
        return counts

    def written(self, documents: Sequence[int]) -> list[Written]:
        """What each of some documents says."""
        statement = self._tables.sql(
            "SELECT number, heading, text, locale FROM @section WHERE number = ANY(%s)"
        )
        found = {
            number: Written(heading or "", text, locale)
            for number, heading, text, locale in self._reader.rows(statement, list(documents))
        }
        return [found[document] for document in documents]

    def under(self, topic: str) -> Documents:
        """The live documents whose article stands under a topic (`kind:key`)."""
        return np.flatnonzero(self.catalogue.having_topic(topic)).astype(np.uint32)

    def foresee(self, terms: Iterable[str]) -> None:
        """Read the postings of all these terms at once: it takes one question to the server."""
        asked = [term for term in dict.fromkeys(terms) if self._kept.get((term,)) is None]
        if not asked:
            return
        found = dict.fromkeys(asked, _NONE)
        statement = self._tables.sql(_POSTINGS)
        for term, numbers, frequencies in self._reader.raw(statement, asked):
            if term is not None and numbers is not None and frequencies is not None:
                found[term.decode()] = _ordered(_array(numbers, ">i4"), _array(frequencies, ">f4"))
        for term, postings in found.items():
            self._kept.put((term,), postings)

    def postings(self, terms: Terms) -> Postings:
        """The live documents that hold a term, or several next to each other in this order."""
        known = self._kept.get(terms)
        if known is None:
            if len(terms) == 1:
                self.foresee(terms)
                return self._kept.get(terms) or _NONE
            known = self._phrase(terms)
            self._kept.put(terms, known)
        return known

    def places(self, term: str, document: int) -> NDArray[np.int32]:
        """Where a term stands in a document: counted words, ascending."""
        [found] = self._places([term], np.array([document], np.uint32)).values()
        return np.sort(found[1].astype(np.int32))

    def terms_of(self, document: int) -> tuple[Sequence[str], Weights]:
        """The terms of a document in the order of the alphabet, and how often each occurs."""
        rows = self._reader.rows(self._tables.sql(_TERMS), document)
        return [row[0] for row in rows], np.array([row[1] for row in rows], np.float32)

    def _phrase(self, terms: Terms) -> Postings:
        self.foresee(terms)
        everywhere = self.postings(terms[:1]).documents
        for term in terms[1:]:
            everywhere = np.intersect1d(
                everywhere, self.postings((term,)).documents, assume_unique=True
            )
        if not len(everywhere):
            return _NONE
        places = self._places(terms, everywhere)
        starts = None
        for offset, term in enumerate(terms):
            numbers, standing = places[term]
            keys = np.unique((numbers.astype(np.int64) << 32) + (standing - offset))
            starts = keys if starts is None else np.intersect1d(starts, keys, assume_unique=True)
        documents, counts = np.unique(starts >> 32, return_counts=True)
        return Postings(documents.astype(np.uint32), counts.astype(np.float32))

    def _places(
        self, terms: Iterable[str], documents: Documents
    ) -> dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Of each term the documents, one for each place, and the places."""
        empty = np.zeros(0, np.int64)
        found = {term: (empty, empty) for term in terms}
        statement = self._tables.sql(_PLACES)
        for term, numbers, counts, places in self._reader.raw(
            statement, documents.tolist(), list(found)
        ):
            if term is not None and numbers and counts and places:
                each = _array(numbers, ">i4").astype(np.int64)
                repeated = np.repeat(each, _array(counts, ">i4"))
                found[term.decode()] = (
                    repeated,
                    np.frombuffer(places, PLACES_DTYPE).astype(np.int64),
                )
        return found


def _array(value: bytes, kind: str) -> NDArray[Any]:
    """The elements of an array that was sent in binary; each comes with its length before it."""
    if len(value) < _HEAD:
        return np.zeros(0, kind)
    return np.frombuffer(value, kind, offset=_HEAD)[1::2]


def _ordered(numbers: NDArray[Any], frequencies: NDArray[Any]) -> Postings:
    documents, weights = numbers.astype(np.uint32), frequencies.astype(np.float32)
    if np.any(documents[1:] < documents[:-1]):
        order = np.argsort(documents)
        documents, weights = documents[order], weights[order]
    return Postings(documents, weights)


def _cost(postings: Postings) -> int:
    return len(postings.documents) + 16
