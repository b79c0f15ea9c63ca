"""Opening one committed state of the Whoosh index.

Whatever of the last state is still in use is taken over, so a commit costs its own segment.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.index import TOC

from content.searching.arrays import open_arrays
from content.searching.documents import SectionDocument
from content.searching.whoosh_corpus import Mask, WhooshCorpus
from content.searching.whoosh_decoding import ARRAYS_VERSION, arrays_of
from content.searching.whoosh_files import (
    DurableStorage,
    arrays_path,
    latest_generation,
    segment_path,
)
from content.searching.whoosh_maps import mapped_reader
from content.searching.whoosh_schema import SCHEMA, document_of
from content.searching.whoosh_seals import Commit
from content.searching.whoosh_segments import Segment


@dataclass(frozen=True, slots=True)
class OpenSegment:
    """A segment with what is deleted of it; `mapped` is whether its arrays are in a file."""

    segment: Segment
    deleted: int
    live: Mask | None
    mapped: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of the index after one commit, with the sequence number that it reflects."""

    path: Path
    generation: int
    sequence: int
    segments: Mapping[str, OpenSegment]
    corpus: WhooshCorpus


def open_snapshot(path: Path, last: Snapshot | None) -> Snapshot:
    """The last commit in a directory; raises whatever damaged files make Whoosh raise."""
    storage = DurableStorage(path)
    try:
        commit = Commit(path, latest_generation(path))
        contents = TOC.read(storage, "MAIN", commit.number, SCHEMA)
        known = last.segments if last and last.path == path else {}
        segments = {
            each.segid: _opened(path, storage, commit, each, known.get(each.segid))
            for each in contents.segments
        }
    finally:
        storage.close_files()
    return Snapshot(
        path=path,
        generation=contents.generation,
        sequence=_sequence(segments),
        segments=segments,
        corpus=WhooshCorpus((each.segment, each.live) for each in segments.values()),
    )


def everything(path: Path) -> Iterator[SectionDocument]:
    """Every document as it was indexed, from the last commit in a directory.

    The files are looked at now, the documents are read one by one.
    """
    storage = DurableStorage(path)
    try:
        commit = Commit(path, latest_generation(path))
        contents = TOC.read(storage, "MAIN", commit.number, SCHEMA)
        for each in contents.segments:
            commit.verify(segment_path(path, each).name)
        readers = [mapped_reader(storage, SCHEMA, each, 0) for each in contents.segments]
    except BaseException:
        storage.close_files()
        raise
    return _stored(storage, readers)


def _stored(storage: DurableStorage, readers: Iterable[Any]) -> Iterator[SectionDocument]:
    try:
        for reader in readers:
            for fields in reader.all_stored_fields():
                if "section" in fields:
                    yield document_of(fields)
    finally:
        storage.close_files()


def _opened(
    path: Path, storage: Any, commit: Commit, segment: Any, known: OpenSegment | None
) -> OpenSegment:
    deleted: int = segment.deleted_count()
    if known is None or not known.mapped:
        arrays = open_arrays(
            arrays_path(path, segment), segment_path(path, segment), ARRAYS_VERSION
        )
        if arrays is not None:
            return OpenSegment(Segment(arrays), deleted, _live(segment), mapped=True)
        commit.verify(segment_path(path, segment).name)
        made = Segment(arrays_of(storage, segment))
        return OpenSegment(made, deleted, _live(segment), mapped=False)
    if known.deleted == deleted:  # Documents are only ever deleted, not brought back.
        return known
    return replace(known, deleted=deleted, live=_live(segment))


def _live(segment: Any) -> Mask | None:
    """Which documents are not deleted; None when none is."""
    if not segment.has_deletions():
        return None
    live = np.ones(segment.doc_count_all(), np.bool_)
    live[list(segment.deleted_docs())] = False
    return live


def _sequence(segments: Mapping[str, OpenSegment]) -> int:
    [sequence] = [
        sequence
        for each in segments.values()
        for document, sequence in each.segment.checkpoints
        if each.live is None or each.live[document]
    ]
    return sequence
