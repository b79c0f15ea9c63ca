"""The embedded search index, in files of its own, made by Whoosh.

One process writes, elected by a lock; any number read. Whoosh's parts that can be slow, lose data
or run code are not used: its query parser, its default merging, and indexes from elsewhere.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

from whoosh.index import TOC, FileIndex
from whoosh.reading import MultiReader, SegmentReader

from content.errors import Invalid, Reason, SearchUnavailable
from content.searching import (
    MAX_LIMIT,
    Highlights,
    Resume,
    SearchHit,
    SearchHits,
    SearchQuery,
    passages,
)
from content.searching.documents import SectionDocument
from content.searching.queries import Question, parse
from content.searching.whoosh_files import (
    DurableStorage,
    Generations,
    WriteLock,
    is_broken,
    latest_generation,
    mark_broken,
    sweep_unfinished,
)
from content.searching.whoosh_maps import mapped_reader
from content.searching.whoosh_schema import (
    CHECKPOINT,
    SCHEMA,
    checkpoint_fields,
    document_fields,
)
from content.searching.whoosh_seals import verify
from content.searching.whoosh_segments import Memory
from content.searching.whoosh_snapshot import Ranked, Snapshot

_BATCH: Final = 500
# Documents handed to the writer at a time in a rebuild.

_MEMORY: Final = 64
# Megabytes of postings that a writer holds before it sorts them on the disk.

_OPENINGS: Final = 5
# Attempts to open the files while another process is replacing them.

_PATIENCE: Final = 10.0
# Seconds to wait for another process that is writing; a batch takes less, a rebuild may not.

_log = logging.getLogger(__name__)


class WhooshIndex:
    """The index in `directory`; safe for threads, which take turns. Close it when done."""

    def __init__(self, directory: Path) -> None:
        self._generations = Generations(directory)
        self._lock = WriteLock(directory / "LOCK")
        self._turn = threading.RLock()
        self._memory = Memory()
        self._snapshot: Snapshot | None = None
        self._path: Path | None = None

    def checkpoint(self) -> int:
        """The sequence number up to which the change log is reflected.

        Raises `SearchUnavailable` when there is no index, or none that can be read.
        """
        with self._turn:
            sequence = self._fresh().sequence
            if self._path is not None and is_broken(self._path):
                raise SearchUnavailable("A process has found that the index cannot be read.")
            return sequence

    def search(self, query: SearchQuery) -> SearchHits:
        """The hits of a query, best first.

        Raises `Invalid` when the text or the limit is out of bounds, `SearchUnavailable` when
        the index is missing or cannot be read.
        """
        if not 1 <= query.limit <= MAX_LIMIT:
            detail = f"is {query.limit}; it must be 1 to {MAX_LIMIT}"
            raise Invalid("This cannot be searched for.", [Reason("limit", "range", detail)])
        question = parse(query.text)
        with self._turn:
            try:
                return _answer(self._fresh(), query, question)
            except SearchUnavailable:
                raise
            except Exception as error:  # Damaged files raise whatever they like.
                _log.warning("reading the index failed, opening it again: %r", error)
                return self._answer_again(query, question)

    def documents(self) -> list[SectionDocument]:
        """Every document as it was indexed; for checks and tests."""
        with self._turn, self._reported():
            return list(self._fresh().everything())

    def segments(self) -> int:
        """How many segments the index has; each costs a query some time."""
        with self._turn:
            return self._fresh().segments

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
            with self._reported(), self._writing() as writer:
                for article_id in article_ids:
                    writer.delete_by_term("article", article_id)
                writer.delete_by_term(CHECKPOINT, CHECKPOINT)
                for fields in taken:
                    writer.add_document(**fields)
                writer.add_document(**checkpoint_fields(sequence))
                writer.commit(merge=False)

    def rebuild(self, documents: Iterable[SectionDocument], sequence: int) -> None:
        """Build a new index beside the present one and put it in its place.

        `documents` and `sequence` must come from the same snapshot of the library. Readers go
        on with the old index until the new one is complete and on the disk.
        """
        with self._alone():
            with _readable():
                self._generations.sweep()
                path = self._generations.create()
            try:
                _build(path, documents, sequence)
            except BaseException:
                self._generations.discard(path)
                raise
            with _readable():
                self._generations.switch(path)

    def optimise(self, most_segments: int = 8) -> bool:
        """Merge small segments when there are more than `most_segments`, and sweep old files.

        Call it when idle: merging takes about as long as indexing the merged documents did.
        """
        with self._alone():
            with _readable():
                self._generations.sweep()
            if self.segments() <= most_segments:
                return False
            with self._reported(), self._writing() as writer:
                writer.commit(mergetype=_merge_small)
            return True

    def close(self) -> None:
        """Give back the files; the next call opens them again."""
        with self._turn:
            self._path = None
            snapshot, self._snapshot = self._snapshot, None
            if snapshot is not None:
                snapshot.close()

    def _fresh(self) -> Snapshot:
        """The snapshot of the last commit; opened only when there was one since."""
        path = self._generations.current()
        known = self._snapshot
        if known and self._path == path and known.generation == latest_generation(path):
            return known
        self.close()
        self._path, self._snapshot = self._open()
        return self._snapshot

    def _open(self) -> tuple[Path, Snapshot]:
        """Open what is current, again if it is replaced while being opened."""
        for attempt in range(1, _OPENINGS + 1):
            path = self._generations.current()
            generation = latest_generation(path)
            try:
                return path, _opened(path, self._memory)
            except Exception as error:  # Damaged files raise whatever they like.
                failure = error
            if path == self._generations.current() and generation == latest_generation(path):
                if _is_damage(failure):
                    mark_broken(path)
                break
            time.sleep(0.01 * attempt)
        raise SearchUnavailable(f"The index cannot be read: {failure!r}.") from failure

    def _answer_again(self, query: SearchQuery, question: Question) -> SearchHits:
        self.close()
        with self._reported():
            return _answer(self._fresh(), query, question)

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
            with _readable():
                yield
        except SearchUnavailable as error:
            if self._path is not None and _is_damage(error.__cause__):
                mark_broken(self._path)
            raise

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        path = self._generations.current()
        sweep_unfinished(path)
        with _writer(path, partial(FileIndex, schema=SCHEMA)) as writer:
            yield writer


def _is_damage(error: BaseException | None) -> bool:
    """Whether building anew would help: not when memory, the disk or file handles ran out."""
    if error is None or isinstance(error, MemoryError):
        return False
    return isinstance(error, FileNotFoundError) or not isinstance(error, OSError)


@contextmanager
def _writer(path: Path, index_in: Callable[[DurableStorage], FileIndex]) -> Iterator[Any]:
    """A Whoosh writer; when it or the block fails, nothing is committed and all is closed."""
    storage = DurableStorage(path)
    try:
        # Our own lock is held; Whoosh's would stay locked after a failure in its constructor.
        yield index_in(storage).writer(_lk=False, limitmb=_MEMORY)
    except BaseException:
        storage.close_files()
        raise


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except SearchUnavailable:
        raise
    except Exception as error:
        raise SearchUnavailable(f"The index cannot be read or written: {error!r}.") from error


def _build(path: Path, documents: Iterable[SectionDocument], sequence: int) -> None:
    remaining = iter(documents)
    with ExitStack() as stack:
        with _readable():
            new = partial(FileIndex.create, schema=SCHEMA)
            writer = stack.enter_context(_writer(path, new))
        # What goes wrong while the documents are read is not the index's failure.
        while batch := list(islice(remaining, _BATCH)):
            with _readable():
                _add(writer, batch)
        with _readable():
            writer.add_document(**checkpoint_fields(sequence))
            writer.commit(merge=False)


def _add(writer: Any, documents: Iterable[SectionDocument]) -> None:
    for document in documents:
        writer.add_document(**document_fields(document))


def _opened(path: Path, memory: Memory) -> Snapshot:
    storage = DurableStorage(path)
    try:
        verify(path, latest_generation(path))
        contents = TOC.read(storage, "MAIN", schema=SCHEMA)
        number = contents.generation
        readers = [mapped_reader(storage, SCHEMA, each, number) for each in contents.segments]
        return Snapshot(MultiReader(readers, number), memory)
    except BaseException:
        storage.close_files()
        raise


def _answer(snapshot: Snapshot, query: SearchQuery, question: Question) -> SearchHits:
    scores = snapshot.scores(question, _allowed(snapshot, query))
    ranked = snapshot.best(scores, query.limit + 1, query.after)
    page = ranked[: query.limit]
    more = len(ranked) > len(page)
    return SearchHits(
        total=len(scores),
        hits=[_hit(snapshot, question, each) for each in page],
        sequence=snapshot.sequence,
        next=Resume(page[-1].score / max(scores.values()), page[-1].section_id) if more else None,
    )


def _allowed(snapshot: Snapshot, query: SearchQuery) -> frozenset[int] | None:
    wanted: list[tuple[str, Sequence[str]]] = [("topic", [ref]) for ref in query.topics]
    if query.types:
        wanted.append(("type", query.types))
    if query.locale is not None:
        wanted.append(("locale", [query.locale]))
    if query.article is not None:
        wanted.append(("slug", [query.article]))
    if not wanted:
        return None
    return frozenset.intersection(*(snapshot.allowed(*each) for each in wanted))


def _hit(snapshot: Snapshot, question: Question, ranked: Ranked) -> SearchHit:
    document = snapshot.document(ranked.document)
    holding = [each for each in question.clauses if snapshot.holds(each, ranked.document)]
    sought = [terms for clause in holding for terms in clause.alternatives]
    return SearchHit(
        section_id=ranked.section_id,
        score=ranked.score,
        highlights=Highlights(
            heading=passages.marked(document.heading or "", sought),
            body=passages.passages(document.text, sought),
        ),
        matched=[clause.typed for clause in holding],
    )


def _merge_small(writer: Any, segments: list[Any]) -> list[Any]:
    """Whoosh's form of a merge policy: merge into the writer, return what is left as it is.

    The smallest are merged together with every next one that is not far larger, so that a large
    segment is rewritten rarely; one in which much is deleted is merged in any case.
    """
    merged: list[Any] = []
    kept: list[Any] = []
    size = 0
    for segment in sorted(segments, key=lambda each: each.doc_count()):
        if segment.doc_count() <= 2 * size or len(merged) < 2 or _mostly_deleted(segment):
            merged.append(segment)
            size += segment.doc_count()
        else:
            kept.append(segment)
    for segment in merged:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return kept


def _mostly_deleted(segment: Any) -> bool:
    deleted: int = segment.deleted_count()
    everything: int = segment.doc_count_all()
    return deleted > everything // 3
