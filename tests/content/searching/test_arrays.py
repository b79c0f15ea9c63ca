"""Arrays in a file: they come back as they were, or not at all."""

import os
from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
import pytest

from content.searching.arrays import (
    Arrays,
    has_arrays,
    narrowed,
    open_arrays,
    write_arrays,
)

ARRAYS: Arrays = {
    "numbers": np.arange(1_000, dtype=np.uint32),
    "none": np.zeros(0, np.float32),
    "small": np.array([7], np.uint8),
    "shares": np.array([0.25, -1.5], np.float64),
    "flags": np.array([True, False]),
    "every second": np.arange(20, dtype=np.int64)[::2],
}


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    path = tmp_path / "origin"
    path.write_bytes(b"whatever the arrays are made of")
    return path


@pytest.fixture
def written(tmp_path: Path, origin: Path) -> Path:
    path = tmp_path / "arrays"
    write_arrays(path, ARRAYS, origin, 3)
    return path


def test_arrays_come_back_as_they_were_written(written: Path, origin: Path) -> None:
    found = open_arrays(written, origin, 3)
    assert found is not None
    assert list(found) == list(ARRAYS)
    for name, each in ARRAYS.items():
        assert found[name].dtype == each.dtype
        assert found[name].tolist() == each.tolist()
        assert not found[name].flags.writeable
    assert has_arrays(written, origin, 3)
    assert not written.with_name("arrays.tmp").exists()


def test_they_are_read_on_after_the_file_is_gone(written: Path, origin: Path) -> None:
    found = open_arrays(written, origin, 3)
    written.unlink()
    assert found is not None
    assert found["numbers"].sum() == 499_500
    assert open_arrays(written, origin, 3) is None
    assert not has_arrays(written, origin, 3)


def test_those_of_another_version_are_none(written: Path, origin: Path) -> None:
    assert open_arrays(written, origin, 4) is None
    assert not has_arrays(written, origin, 4)


@pytest.mark.parametrize(
    "change",
    [
        lambda origin: origin.write_bytes(b"something longer than what they were made of"),
        lambda origin: os.utime(origin, (1, 1)),
    ],
)
def test_those_of_another_file_are_none(
    written: Path, origin: Path, change: Callable[[Path], object]
) -> None:
    change(origin)
    assert open_arrays(written, origin, 3) is None
    assert not has_arrays(written, origin, 3)


def test_no_damage_goes_unseen(written: Path, origin: Path) -> None:
    whole = written.read_bytes()
    random = Random(7)
    damages = [b"", whole[:-1], whole[:30], whole + b"x", bytes(len(whole)), whole[::-1]]
    for _ in range(300):
        flipped = bytearray(whole)
        flipped[random.randrange(len(whole))] ^= 1 << random.randrange(8)
        damages.append(bytes(flipped))
    for damaged in damages:
        written.write_bytes(damaged)
        assert open_arrays(written, origin, 3) is None
    written.write_bytes(whole)
    assert open_arrays(written, origin, 3) is not None


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path, origin: Path) -> None:
    (tmp_path / "arrays" / "occupied").mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        write_arrays(tmp_path / "arrays", ARRAYS, origin, 3)
    assert not (tmp_path / "arrays.tmp").exists()


@pytest.mark.parametrize(
    ("highest", "size"), [(0, 1), (255, 1), (256, 2), (65_536, 4), (1 << 32, 8)]
)
def test_numbers_take_no_more_room_than_the_highest_needs(highest: int, size: int) -> None:
    found = narrowed(np.array([0, highest], np.int64))
    assert (found.itemsize, found.tolist()) == (size, [0, highest])
