"""Writing the Whoosh index: each commit is on the disk, with the arrays of its segments."""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from content.searching.arrays import has_arrays, write_arrays
from content.searching.documents import SectionDocument
from content.searching.whoosh_decoding import ARRAYS_VERSION, arrays_of
from content.searching.whoosh_files import (
    DurableStorage,
    arrays_path,
    readable,
    segment_path,
    sweep_arrays,
    sweep_unfinished,
)
from content.searching.whoosh_schema import CHECKPOINT, SCHEMA, checkpoint_fields, document_fields

_BATCH: Final = 500
# Documents handed to the writer at a time in a rebuild.

_MEMORY: Final = 64
# Megabytes of postings that a writer holds before it sorts them on the disk.


class Writer(SegmentWriter):
    """Whoosh's writer, but that no segment goes live without its arrays."""

    def _commit_toc(self, segments: Sequence[Any]) -> None:
        path = Path(self.storage.folder)
        for segment in segments:
            if not has_arrays(
                arrays_path(path, segment), segment_path(path, segment), ARRAYS_VERSION
            ):
                _make_arrays(path, self.storage, segment)
        super()._commit_toc(segments)
        sweep_arrays(path, segments)


def make_arrays(path: Path, names: Container[str]) -> None:
    """Make the arrays of these segments anew."""
    storage = DurableStorage(path)
    try:
        for segment in TOC.read(storage, "MAIN", schema=SCHEMA).segments:
            if segment.segid in names:
                _make_arrays(path, storage, segment)
    finally:
        storage.close_files()


def update(
    path: Path, article_ids: Iterable[str], documents: Iterable[dict[str, Any]], sequence: int
) -> None:
    """Replace the documents of some articles, and the checkpoint with them, in one commit."""
    with _writing(path, _present) as writer:
        for article_id in article_ids:
            writer.delete_by_term("article", article_id)
        writer.delete_by_term(CHECKPOINT, CHECKPOINT)
        for fields in documents:
            writer.add_document(**fields)
        writer.add_document(**checkpoint_fields(sequence))
        writer.commit(merge=False)


def merge(path: Path) -> None:
    """Merge small segments, and those in which much is deleted."""
    with _writing(path, _present) as writer:
        writer.commit(mergetype=_merge_small)


def build(path: Path, documents: Iterable[SectionDocument], sequence: int) -> None:
    """Fill the empty directory `path` with an index.

    What the documents raise while they are read comes through as it is; of the index itself
    everything is `SearchUnavailable`.
    """
    remaining = iter(documents)
    with _writing(path, _new) as writer:
        while batch := list(islice(remaining, _BATCH)):
            with readable():
                for document in batch:
                    writer.add_document(**document_fields(document))
        with readable():
            writer.add_document(**checkpoint_fields(sequence))
            writer.commit(merge=False)


def _present(storage: DurableStorage) -> FileIndex:
    sweep_unfinished(Path(storage.folder))
    return FileIndex(storage, schema=SCHEMA)


def _new(storage: DurableStorage) -> FileIndex:
    return FileIndex.create(storage, schema=SCHEMA)


@contextmanager
def _writing(path: Path, index_in: Callable[[DurableStorage], FileIndex]) -> Iterator[Writer]:
    """A writer; when it or the block fails, nothing is committed and all is closed."""
    storage = DurableStorage(path)
    with ExitStack() as stack:
        stack.callback(storage.close_files)
        with readable():
            # Our own lock is held; Whoosh's would stay locked after a failure in its constructor.
            writer = Writer(index_in(storage), _lk=False, limitmb=_MEMORY)
        yield writer
        stack.pop_all()


def _make_arrays(path: Path, storage: DurableStorage, segment: Any) -> None:
    made = arrays_of(storage, segment)
    write_arrays(arrays_path(path, segment), made, segment_path(path, segment), ARRAYS_VERSION)


def _merge_small(writer: Writer, segments: list[Any]) -> list[Any]:
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
