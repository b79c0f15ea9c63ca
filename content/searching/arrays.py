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
from typing import Any, BinaryIO, Final, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Arrays: TypeAlias = Mapping[str, NDArray[Any]]
"""Arrays of numbers, of one dimension each, by name."""

_MAGIC: Final = b"DermArr1"
_SIZES: Final = struct.Struct("<8sQI")
_CHECKSUM: Final = struct.Struct("<I")
_HEAD: Final = _SIZES.size + _CHECKSUM.size
# The magic, the size of the whole file, that of the contents, and the checksum of all else.

_ALIGNED: Final = 64
_CHUNK: Final = 1 << 20


def write_arrays(path: Path, arrays: Arrays, origin: Path, version: int) -> None:
    """Write what was made of the file `origin`; on the disk when this returns.

    `version` says what arrays these are: those of another version are not opened.
    """
    kept = {name: np.ascontiguousarray(each) for name, each in arrays.items()}
    contents, size = _contents(kept, _stamp(origin, version))
    unfinished = path.with_name(f"{path.name}.tmp")
    try:
        with unfinished.open("w+b") as file:
            file.seek(_HEAD)
            file.write(contents)
            for each in kept.values():
                file.seek(_aligned(file.tell()))
                file.write(each.data.cast("B") if each.size else b"")
            file.truncate(size)
            sizes = _SIZES.pack(_MAGIC, size, len(contents))
            checksum = _checksum(file, sizes)
            file.seek(0)
            file.write(sizes + _CHECKSUM.pack(checksum))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def has_arrays(path: Path, origin: Path, version: int) -> bool:
    """Whether there is a file of what was made of `origin`; whether it is damaged is not asked."""
    try:
        with path.open("rb") as file:
            contents = _contents_of(file)
    except (OSError, ValueError):
        return False
    return contents is not None and contents["origin"] == _stamp(origin, version)


def open_arrays(path: Path, origin: Path, version: int) -> Arrays | None:
    """What was made of `origin`; None when there is no such file, or it is not as it was written.

    It is read once from one end to the other, and then mapped as long as any of the arrays is in
    use, even if the file is removed.
    """
    try:
        with path.open("rb") as file:
            contents = _contents_of(file) if _is_sound(file) else None
            if contents is None or contents["origin"] != _stamp(origin, version):
                return None
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        return None
    return {
        name: np.frombuffer(mapped, dtype=np.dtype(kind), count=count, offset=offset)
        for name, (kind, count, offset) in contents["arrays"].items()
    }


def narrowed(values: NDArray[Any]) -> NDArray[Any]:
    """The same whole numbers, none of them negative, in the least room that holds them all."""
    highest = int(values.max(initial=0))
    return values.astype(np.min_scalar_type(highest))


def _stamp(path: Path, version: int) -> list[int]:
    found = path.stat()
    return [version, found.st_size, found.st_mtime_ns]


def _contents(arrays: Arrays, stamp: list[int]) -> tuple[bytes, int]:
    """What stands at the beginning of the file, and the size of the whole of it.

    Where the arrays stand depends on the room that this takes: it is padded to a fixed room.
    """
    room = _aligned(512 + 128 * len(arrays))
    offset = _HEAD + room
    places: dict[str, list[Any]] = {}
    for name, each in arrays.items():
        offset = _aligned(offset)
        places[name] = [each.dtype.str, each.size, offset]
        offset += each.nbytes
    contents = json.dumps({"origin": stamp, "arrays": places}).encode()
    return contents.ljust(room), offset


def _aligned(offset: int) -> int:
    return -(-offset // _ALIGNED) * _ALIGNED


def _is_sound(file: BinaryIO) -> bool:
    file.seek(0)
    head = file.read(_HEAD)
    sizes, stored = head[: _SIZES.size], head[_SIZES.size :]
    return stored == _CHECKSUM.pack(_checksum(file, sizes))


def _contents_of(file: BinaryIO) -> Any | None:
    file.seek(0)
    head = file.read(_HEAD)
    if len(head) < _HEAD:
        return None
    magic, size, room = _SIZES.unpack_from(head)
    if magic != _MAGIC or size != os.fstat(file.fileno()).st_size:
        return None
    return json.loads(file.read(room))


def _checksum(file: BinaryIO, sizes: bytes) -> int:
    """Of all after the head, and of these sizes in it.

    It is read and not mapped: what is read and not looked at again is no memory of the process.
    """
    checksum = crc32(sizes)
    file.seek(_HEAD)
    while chunk := file.read(_CHUNK):
        checksum = crc32(chunk, checksum)
    return checksum
