"""Writing the Whoosh index: each commit is on the disk, with the arrays of its segments."""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

from whoosh.index import TOC, FileIndex
from whoosh.reading import IndexReader, MultiReader, SegmentReader
from whoosh.writing import SegmentWriter

from content.searching.arrays import has_arrays, write_arrays
from content.searching.documents import SectionDocument
from content.searching.whoosh_decoding import ARRAYS_VERSION, arrays_of
from content.searching.whoosh_files import (
    DurableStorage,
    arrays_path,
    latest_generation,
    readable,
    segment_path,
    sweep_arrays,
    sweep_unfinished,
)
from content.searching.whoosh_maps import mapped_reader
from content.searching.whoosh_schema import CHECKPOINT, SCHEMA, checkpoint_fields, document_fields
from content.searching.whoosh_seals import Commit

_BATCH: Final = 500
# Documents handed to the writer at a time in a rebuild.

_MEMORY: Final = 64
# Megabytes of postings that a writer holds before it sorts them on the disk.


class Writer(SegmentWriter):
    """Whoosh's writer, but that no segment goes live without its arrays."""

    def reader(self, reuse: IndexReader | None = None) -> IndexReader:
        """What was committed before, mapped: Whoosh's own would copy all of it for a few looks."""
        del reuse
        number = self.generation
        readers = [mapped_reader(self.storage, SCHEMA, each, number) for each in self.segments]
        return MultiReader(readers, number)

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
        commit = Commit(path, latest_generation(path))
        for segment in TOC.read(storage, "MAIN", commit.number, SCHEMA).segments:
            if segment.segid in names:
                commit.verify(segment_path(path, segment).name)
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


def merge(path: Path, names: Container[str]) -> None:
    """Make one segment of those with these names."""
    with _writing(path, _present) as writer:
        writer.commit(mergetype=partial(_merged, names=names))


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
    Commit(Path(storage.folder), latest_generation(Path(storage.folder)))
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


def _merged(writer: Writer, segments: Sequence[Any], names: Container[str]) -> list[Any]:
    """Take the segments of these names into the writer; the others, which stay as they are."""
    path = Path(writer.storage.folder)
    commit = Commit(path, latest_generation(path))
    for segment in segments:
        if segment.segid not in names:
            continue
        # What is damaged would be damaged for good, and sealed as sound.
        commit.verify(segment_path(path, segment).name)
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [segment for segment in segments if segment.segid not in names]
