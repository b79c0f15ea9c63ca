"""The embedded search index, in files of its own, made by Whoosh.

One process writes, elected by a lock; any number read, each with as many threads as it likes.
Whoosh keeps the documents and their postings. What queries need of them stands beside each
segment in arrays; where these are missing, they are made again in memory.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from content.errors import SearchUnavailable
from content.searching import Completion, SearchHits, SearchQuery
from content.searching.answering import answer, refuse_unacceptable
from content.searching.documents import SectionDocument
from content.searching.rebuilds import WishFile
from content.searching.understanding import understand
from content.searching.vocabulary import NO_WORDS, Vocabulary
from content.searching.whoosh_files import (
    Generations,
    WriteLock,
    is_broken,
    is_latest,
    latest_generation,
    mark_broken,
    readable,
)
from content.searching.whoosh_merging import Sized, due
from content.searching.whoosh_schema import document_fields
from content.searching.whoosh_snapshot import OpenSegment, Snapshot, everything, open_snapshot
from content.searching.whoosh_writing import build, make_arrays, merge, update

_OPENINGS: Final = 5
# Attempts to open the files while another process is replacing them.

_PATIENCE: Final = 10.0
# Seconds to wait for another process that is writing; a batch takes less, a rebuild may not.

_Opened = TypeVar("_Opened")

_log = logging.getLogger(__name__)


class WhooshIndex:
    """The index in `directory`; safe for threads. Close it when done."""

    def __init__(self, directory: Path) -> None:
        self._generations = Generations(directory)
        self._lock = WriteLock(directory / "LOCK")
        self._opening = threading.Lock()
        self._snapshot: Snapshot | None = None
        self.wish = WishFile(directory)

    def checkpoint(self) -> int:
        """The sequence number up to which the change log is reflected.

        Raises `SearchUnavailable` when there is no index, or none that can be read.
        """
        snapshot = self._fresh()
        if is_broken(snapshot.path):
            raise SearchUnavailable("A process has found that the index cannot be read.")
        return snapshot.sequence

    def search(self, query: SearchQuery, vocabulary: Vocabulary = NO_WORDS) -> SearchHits:
        """The hits of a query, best first.

        Raises `Invalid` when the text or the limit is out of bounds, `SearchUnavailable` when
        the index is missing or cannot be read.
        """
        refuse_unacceptable(query)
        return self._read(lambda: self._answer(query, vocabulary))

    def complete(
        self, text: str, vocabulary: Vocabulary, locale: str | None, limit: int
    ) -> list[Completion]:
        """What someone who typed this may be about to type, the likeliest first.

        Raises `SearchUnavailable` when the index is missing or cannot be read.
        """
        return self._read(
            lambda: self._fresh().corpus.completions.complete(text, vocabulary, locale, limit)
        )

    def documents(self) -> Iterator[SectionDocument]:
        """Every document as it was indexed, one by one; for checks and tests."""
        return self._opened(everything)

    def segments(self) -> int:
        """How many segments the index has; each costs a query some time."""
        return len(self._fresh().segments)

    def elected(self) -> AbstractContextManager[bool]:
        """Be the one process that writes, as long as the block lasts; False if another is."""
        return self._lock.held()

    def apply(
        self, article_ids: Sequence[str], documents: Iterable[SectionDocument], sequence: int
    ) -> None:
        """Replace the documents of some articles, and the checkpoint with them, in one commit.

        A state older than the checkpoint is not taken, so a slow follower cannot undo what a
        faster one did. Raises `SearchUnavailable` when another process is writing, or the index
        cannot be read or written.
        """
        taken = [document_fields(document) for document in documents]
        with self._alone():
            if sequence < self.checkpoint():
                return
            with self._reported():
                update(self._generations.current(), article_ids, taken, sequence)

    def rebuild(self, documents: Iterable[SectionDocument], sequence: int) -> None:
        """Build a new index beside the present one and put it in its place.

        `documents` and `sequence` must come from the same snapshot of the library. Readers go
        on with the old index until the new one is complete and on the disk.
        """
        with self._alone():
            with readable():
                self._generations.sweep()
                path = self._generations.create()
            try:
                build(path, documents, sequence)
            except BaseException:
                self._generations.discard(path)
                raise
            with readable():
                self._generations.switch(path)

    def optimise(self, most_segments: int = 8, *, busy: bool = False) -> bool:
        """Merge small segments when there are more than `most_segments`, and sweep old files.

        Merging takes about as long as indexing the merged documents did: when `busy`, only what
        is soon merged is, and only when there is enough of it. Arrays that got lost are made
        again, too.
        """
        with self._alone():
            with readable():
                self._generations.sweep()
            snapshot = self._fresh()
            unmapped = [name for name, each in snapshot.segments.items() if not each.mapped]
            if unmapped:
                with self._reported():
                    make_arrays(snapshot.path, unmapped)
                self.close()
            names = due(list(map(_sized, snapshot.segments.items())), most_segments, busy=busy)
            if names:
                with self._reported():
                    merge(snapshot.path, names)
            return bool(names or unmapped)

    def close(self) -> None:
        """Let go of the files; the next call opens them again."""
        self._snapshot = None

    def _answer(self, query: SearchQuery, vocabulary: Vocabulary) -> SearchHits:
        snapshot = self._fresh()
        understood = understand(snapshot.corpus, query.text, vocabulary)
        found = answer(snapshot.corpus, query, understood.question, snapshot.sequence)
        return replace(found, did_you_mean=understood.did_you_mean)

    def _read(self, read: Callable[[], _Opened]) -> _Opened:
        """What is read of the present state; once more, from new files, where that fails."""
        try:
            return read()
        except SearchUnavailable:
            raise
        except Exception as error:  # Damaged files raise whatever they like.
            _log.warning("reading the index failed, opening it again: %r", error)
        self.close()
        with self._reported():
            return read()

    def _fresh(self) -> Snapshot:
        """The snapshot of the last commit; opened only when there was one since."""
        known = self._snapshot
        if known and self._is_last(known):
            return known
        with self._opening:
            known = self._snapshot
            if known is None or not self._is_last(known):
                known = self._opened(lambda path: open_snapshot(path, self._snapshot))
                self._snapshot = known
            return known

    def _is_last(self, known: Snapshot) -> bool:
        path = self._generations.current()
        return known.path == path and is_latest(path, known.generation)

    def _opened(self, opened: Callable[[Path], _Opened]) -> _Opened:
        """What is opened of the present files, again if they are replaced meanwhile."""
        for attempt in range(1, _OPENINGS + 1):
            path = self._generations.current()
            generation = latest_generation(path)
            try:
                return opened(path)
            except Exception as error:  # Damaged files raise whatever they like.
                failure = error
            if path == self._generations.current() and generation == latest_generation(path):
                if _is_damage(failure):
                    mark_broken(path)
                break
            time.sleep(0.01 * attempt)
        raise SearchUnavailable(f"The index cannot be read: {failure!r}.") from failure

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._lock.held(_PATIENCE) as mine:
            if not mine:
                raise SearchUnavailable("Another process is writing the index.")
            yield

    @contextmanager
    def _reported(self) -> Iterator[None]:
        """Report damaged files to the caller, and to the process that can rebuild them."""
        try:
            with readable():
                yield
        except SearchUnavailable as error:
            if _is_damage(error.__cause__):
                mark_broken(self._generations.current())
            raise


def _sized(named: tuple[str, OpenSegment]) -> Sized:
    name, opened = named
    return Sized(name, opened.segment.size - opened.deleted, opened.segment.size)


def _is_damage(error: BaseException | None) -> bool:
    """Whether building anew would help: not when memory, the disk or file handles ran out."""
    if error is None or isinstance(error, MemoryError):
        return False
    return isinstance(error, FileNotFoundError) or not isinstance(error, OSError)
