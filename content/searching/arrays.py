"""Named arrays in one file, mapped: every process that opens it shares the system's one copy.

A file is written whole and never changed. It says of what it was made, by the size and the time
of that file; where the two do not belong together, or anything is missing, there is no file.
"""

import json
import mmap
import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Arrays: TypeAlias = Mapping[str, NDArray[Any]]
"""Arrays of numbers, of one dimension each, by name."""

_MAGIC: Final = b"DermArr1"
_HEAD: Final = struct.Struct("<8sQII")
# The magic, the size of the whole file, the size of the contents, and their checksum.

_ALIGNED: Final = 64


def write_arrays(path: Path, arrays: Arrays, origin: Path) -> None:
    """Write what was made of the file `origin`; on the disk when this returns."""
    kept = {name: np.ascontiguousarray(each) for name, each in arrays.items()}
    contents, size = _contents(kept, _stamp(origin))
    unfinished = path.with_name(f"{path.name}.tmp")
    try:
        with unfinished.open("wb") as file:
            file.write(_HEAD.pack(_MAGIC, size, len(contents), crc32(contents)))
            file.write(contents)
            for each in kept.values():
                file.seek(_aligned(file.tell()))
                file.write(each.data.cast("B") if each.size else b"")
            file.truncate(size)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def open_arrays(path: Path, origin: Path) -> Arrays | None:
    """What was made of `origin`; None when there is no such file, or it is not sound.

    It is mapped as long as any of the arrays is in use, even if the file is removed.
    """
    try:
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):  # A file without a byte cannot be mapped.
        return None
    contents = _read_contents(mapped)
    if contents is None or contents["origin"] != _stamp(origin):
        return None
    return {
        name: np.frombuffer(mapped, dtype=np.dtype(kind), count=count, offset=offset)
        for name, (kind, count, offset) in contents["arrays"].items()
    }


def narrowed(values: NDArray[Any]) -> NDArray[Any]:
    """The same whole numbers, none of them negative, in the least room that holds them all."""
    highest = int(values.max(initial=0))
    return values.astype(np.min_scalar_type(highest))


def _stamp(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns]


def _contents(arrays: Arrays, stamp: list[int]) -> tuple[bytes, int]:
    """What stands at the beginning of the file, and the size of the whole of it.

    Where the arrays stand depends on the room that this takes: it is padded to a fixed room.
    """
    room = _aligned(512 + 128 * len(arrays))
    offset = _HEAD.size + room
    places: dict[str, list[Any]] = {}
    for name, each in arrays.items():
        offset = _aligned(offset)
        places[name] = [each.dtype.str, each.size, offset]
        offset += each.nbytes
    contents = json.dumps({"origin": stamp, "arrays": places}).encode()
    return contents.ljust(room), offset


def _aligned(offset: int) -> int:
    return -(-offset // _ALIGNED) * _ALIGNED


def _read_contents(mapped: mmap.mmap) -> Any | None:
    if len(mapped) < _HEAD.size:
        return None
    magic, size, room, checksum = _HEAD.unpack_from(mapped)
    contents = mapped[_HEAD.size : _HEAD.size + room]
    sound = magic == _MAGIC and size == len(mapped) and crc32(contents) == checksum
    return json.loads(contents) if sound else None
