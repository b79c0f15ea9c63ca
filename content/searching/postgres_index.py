"""The search index in the library's own PostgreSQL database, for several machines.

One process writes, elected by a lock of the database; any number read, on any machine, and see
each commit at once. PostgreSQL keeps the words and the postings, and gives them back as arrays;
the analysis and the ranking are the same as those of the embedded index, and so is every answer.

The postings stand in tables of their own and not in a `tsvector`, whose ranking does not know how
rare a word is, and looks into every text that matches: over the same terms of 16,000 sections
`ts_rank_cd` took 15 and 21 ms for two and four words to give 20 numbers, and this took 11 and 5 to
give an answer with its highlights (for one word it was 5 against 12 ms; the middle of 200 queries
by `python -m tests.benchmarks.postgres_search`).
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Final, TypeVar

from content.errors import IndexMissing, SearchUnavailable
from content.searching import Completion, SearchHits, SearchQuery
from content.searching.answering import answer, refuse_unacceptable
from content.searching.documents import SectionDocument
from content.searching.postgres_catalogue import Catalogue, held_since, load, refresh
from content.searching.postgres_connections import Connections, Reader
from content.searching.postgres_corpus import PostgresCorpus
from content.searching.postgres_guide import Guide
from content.searching.postgres_memory import Memory
from content.searching.postgres_rows import analysed, document_of
from content.searching.postgres_tables import LOCK_STATE, READ_STATE, State, Tables, state_of
from content.searching.postgres_wish import WishRow
from content.searching.postgres_writing import build, keep_up, prepare, replace_articles, sweep
from content.searching.understanding import understand
from content.searching.vocabulary import NO_WORDS, Vocabulary

_PATIENCE: Final = 10.0
# Seconds to wait for another process that is writing; a batch takes less, a rebuild may not.

_ATTEMPTS: Final = 3
# A rebuild may drop tables that are about to be read.

_BATCH: Final = 1_000

_EVERYTHING: Final = """
SELECT
    number, section_id, article_id, locale, slug, type, topics, title, heading, text, questions
FROM @section WHERE live AND number > %s ORDER BY number LIMIT %s"""

_Answer = TypeVar("_Answer")


class PostgresIndex:
    """The index in the database at `url`; safe for threads. Close it when done."""

    def __init__(self, url: str) -> None:
        self._connections = Connections(url)
        self.wish = WishRow(self._connections)
        self._turn = threading.Lock()
        self._catalogue: Catalogue | None = None
        self._memory = Memory(0)
        self._guide = Guide(0)

    def checkpoint(self) -> int:
        """The sequence number up to which the change log is reflected.

        Raises `SearchUnavailable` when there is no index, or the database is away.
        """
        with self._connections.reading() as reader:
            return _state(reader).sequence

    def search(self, query: SearchQuery, vocabulary: Vocabulary = NO_WORDS) -> SearchHits:
        """The hits of a query, best first.

        Raises `Invalid` when the text or the limit is out of bounds, `SearchUnavailable` when
        the index is missing or the database is away.
        """
        refuse_unacceptable(query)
        return self._reading(lambda corpus: _answered(corpus, query, vocabulary))

    def complete(
        self, text: str, vocabulary: Vocabulary, locale: str | None, limit: int
    ) -> list[Completion]:
        """What someone who typed this may be about to type, the likeliest first.

        Raises `SearchUnavailable` when the index is missing or the database is away.
        """
        return self._reading(
            lambda corpus: corpus.completions.complete(text, vocabulary, locale, limit)
        )

    def documents(self) -> Iterator[SectionDocument]:
        """Every document as it was indexed, a batch at a time; for checks and tests."""
        self.checkpoint()
        return self._documents()

    def segments(self) -> int:
        """In how many parts it is kept: in one, as PostgreSQL puts changes in their places."""
        self.checkpoint()
        return 1

    def elected(self) -> AbstractContextManager[bool]:
        """Be the one process that writes, as long as the block lasts; False if another is."""
        return self._connections.held()

    def apply(
        self, article_ids: Sequence[str], documents: Iterable[SectionDocument], sequence: int
    ) -> None:
        """Replace the documents of some articles, and the checkpoint with them, in one commit.

        A state older than the checkpoint is not taken, so a slow follower cannot undo what a
        faster one did. Raises `SearchUnavailable` when another process is writing, or the
        database is away.
        """
        sections = [analysed(document) for document in documents]
        with self._alone(), self._connections.writing() as cursor:
            state = state_of(cursor.execute(LOCK_STATE).fetchall())
            if state is None:
                raise SearchUnavailable("The search index has not been built yet.")
            if sequence >= state.sequence:
                replace_articles(cursor, state, article_ids, sections, sequence)

    def rebuild(self, documents: Iterable[SectionDocument], sequence: int) -> None:
        """Build a new index beside the present one and put it in its place.

        `documents` and `sequence` must come from the same snapshot of the library. Readers go
        on with the old index until the new one is complete, and while the documents are read,
        the same thread may `apply` changes to it.
        """
        with self._alone():
            with self._connections.writing() as cursor:
                prepare(cursor)
            with self._connections.building() as cursor:
                build(cursor, documents, sequence)
            self._sweep()

    def optimise(self, most_segments: int = 8, *, busy: bool = False) -> bool:
        """Drop the tables of former generations, and make completions again that changed much.

        What else there is to do PostgreSQL does by itself.
        """
        with self._alone():
            swept = self._sweep()
            with self._connections.writing() as cursor:
                return keep_up(cursor) or swept

    def close(self) -> None:
        """Give back the connections; the next call opens others."""
        self._connections.close()

    def _documents(self) -> Iterator[SectionDocument]:
        with self._connections.reading() as reader:
            yield from _everything(reader)

    def _sweep(self) -> bool:
        try:
            with self._connections.writing() as cursor:
                return sweep(cursor)
        except SearchUnavailable:  # Somebody reads them still: the next round will do.
            return False

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._connections.held(_PATIENCE) as mine:
            if not mine:
                raise SearchUnavailable("Another process is writing the index.")
            yield

    def _again(self, read: Callable[[Reader], _Answer]) -> _Answer:
        """What is read in one transaction; in another one when the tables were replaced."""
        for _ in range(_ATTEMPTS - 1):
            try:
                with self._connections.reading() as reader:
                    return read(reader)
            except IndexMissing:
                continue
        with self._connections.reading() as reader:
            return read(reader)

    def _reading(self, read: Callable[[PostgresCorpus], _Answer]) -> _Answer:
        return self._again(lambda reader: read(self._corpus(reader)))

    def _corpus(self, reader: Reader) -> PostgresCorpus:
        with self._turn:
            # Asked in turn, so that no transaction sees less than is known already.
            state, known = _state(reader), self._catalogue
            if known is None or not known.state.leads_to(state):
                known = load(reader, state)
                self._memory, self._guide = Memory(state.revision), Guide(state.generation)
            elif known.state != state:
                self._memory.change(state.revision, held_since(reader, known.state, state))
                known = refresh(reader, known, state)
            self._catalogue = known
            return PostgresCorpus(reader, known, self._memory, self._guide)


def _answered(corpus: PostgresCorpus, query: SearchQuery, vocabulary: Vocabulary) -> SearchHits:
    understood = understand(corpus, query.text, vocabulary)
    found = answer(corpus, query, understood.question, corpus.catalogue.state.sequence)
    return replace(found, did_you_mean=understood.did_you_mean)


def _state(reader: Reader) -> State:
    state = state_of(reader.rows(READ_STATE))
    if state is None:
        raise SearchUnavailable("The search index has not been built yet.")
    return state


def _everything(reader: Reader) -> Iterator[SectionDocument]:
    statement = Tables(_state(reader).generation).sql(_EVERYTHING)
    last = -1
    while rows := reader.rows(statement, last, _BATCH):
        yield from (document_of(row[1:]) for row in rows)
        last = rows[-1][0]
