"""Reading Whoosh's segments where the system keeps them: mapped, and not copied into memory.

Whoosh maps a segment too, but then copies every file in it for the sake of a few reads. Each
process would hold the whole index once more, megabytes for every hundred articles.
"""

import os
from typing import Any

from whoosh.filedb.compound import CompoundStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.reading import SegmentReader


class Window:
    """A part of a map that is read like a file; it copies only what is read."""

    __slots__ = ("_place", "_size", "_view")

    def __init__(self, view: memoryview) -> None:
        self._view = view
        self._size = len(view)
        self._place = 0

    def read(self, size: int | None = -1) -> bytes:
        """The next `size` bytes, or all that remain; fewer at the end."""
        begin = self._place
        end = self._size if size is None or size < 0 else min(begin + size, self._size)
        self._place = max(begin, end)
        return bytes(self._view[begin:end])

    def readline(self, size: int = -1) -> bytes:
        """The bytes up to the end of the line, which is among them; `size` at the most."""
        begin, found = self._place, b""
        while b"\n" not in found and (more := self.read(64)):
            found += more
        line = found[: found.find(b"\n") + 1] or found
        if 0 <= size < len(line):
            line = line[:size]
        self._place = begin + len(line)
        return line

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place counted from the start, from here, or from the end; the new place."""
        origins = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}
        self._place = max(0, origins[whence] + offset)
        return self._place

    def tell(self) -> int:
        """The place at which the next byte is read."""
        return self._place

    def close(self) -> None:
        """Let go of the map."""
        self._view = memoryview(b"")
        self._size = 0


class MappedFile(BufferFile):
    """A file of a segment, in the segment's map."""

    def __init__(self, view: memoryview, name: str | None) -> None:
        # Whoosh's own would copy what it is given.
        self._buf = view
        self._name = name
        self.file = Window(view)
        self.onclose = None
        self.is_real = False
        self.is_closed = False

    def subset(self, position: int, length: int, name: str | None = None) -> "MappedFile":
        """A part of the file as a file of its own."""
        return MappedFile(self._buf[position : position + length], name or self._name)


class MappedSegment(CompoundStorage):
    """The files of one segment."""

    def open_file(self, name: str, *arguments: Any, **options: Any) -> Any:
        """A file of the segment; from the disk where there is no room to map it."""
        if self.is_closed or not self._source:
            return super().open_file(name, *arguments, **options)
        offset, length = self.range(name)
        return MappedFile(memoryview(self._source)[offset : offset + length], name)


class _Segment:
    """What Whoosh knows of a segment, but that it is opened as ours."""

    def __init__(self, segment: Any) -> None:
        self._segment = segment

    def __getattr__(self, name: str) -> Any:
        return getattr(self._segment, name)

    def open_compound_file(self, storage: Any) -> MappedSegment:
        return MappedSegment(self._segment.open_file(storage, self._segment.COMPOUND_EXT))


def mapped_reader(storage: Any, schema: Any, segment: Any, generation: int) -> SegmentReader:
    """A reader of a segment."""
    return SegmentReader(storage, schema, _Segment(segment), generation)
