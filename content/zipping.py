"""Writing a zip file in a stream: each piece can be sent before the next is made."""

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, Final, cast

from content.archives import Entry

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
# The first instant that a zip file can tell: the same content gives the same file at any time.

_FOR_ITS_OWNER: Final = 0o100600 << 16


class _Pipe:
    """What the zip file is written to, and taken out of again. It cannot seek."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        return

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


class ZipStream:
    """A zip file that is made member by member; `entries` are those that it has so far."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._pipe = _Pipe()
        self._zip = zipfile.ZipFile(cast("IO[bytes]", self._pipe), "w")  # It needs no more of it.

    def member(
        self, name: str, pieces: Iterable[bytes], rows: int | None = None, *, packed: bool = True
    ) -> Iterator[bytes]:
        """Write a member; give what there is of the file. `rows` are counted by lines if not None.

        `packed` is whether it is worth compressing.
        """
        info = zipfile.ZipInfo(name, _EPOCH)
        info.external_attr, info.create_system = _FOR_ITS_OWNER, 3
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        digest, size = hashlib.sha256(), 0
        with self._zip.open(info, "w", force_zip64=True) as member:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                if rows is not None:
                    rows += piece.count(b"\n")
                member.write(piece)
                yield self._pipe.taken()
        self.entries.append(Entry(name, size, digest.hexdigest(), rows))
        yield self._pipe.taken()

    def end(self) -> bytes:
        """Write the directory; give the last of the file."""
        self._zip.close()
        return self._pipe.taken()
