"""Files of a segment that are read in its map."""

import os
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.filedb.compound import CompoundStorage
from whoosh.filedb.filestore import FileStorage

from content.searching.whoosh_maps import MappedFile, MappedSegment, Window

SIZES = st.integers(-1, 80)
STEPS = st.one_of(
    st.tuples(st.just("read"), SIZES),
    st.tuples(st.just("readline"), SIZES),
    st.tuples(st.just("seek"), st.integers(0, 300)),
    st.tuples(st.just("tell")),
)


@given(st.lists(st.sampled_from([b"a", b"\n", b"\x00" * 70]), max_size=9), st.lists(STEPS))
def test_a_window_reads_as_a_file_of_the_same_bytes(
    parts: list[bytes], steps: list[tuple[str, ...]]
) -> None:
    content = b"".join(parts)
    file, window = BytesIO(content), Window(memoryview(b"xx" + content + b"x")[2:-1])
    for name, *arguments in steps:
        assert getattr(window, name)(*arguments) == getattr(file, name)(*arguments)


@pytest.mark.parametrize("whence", [os.SEEK_CUR, os.SEEK_END])
def test_a_window_seeks_from_here_and_from_the_end(whence: int) -> None:
    file, window = BytesIO(b"abcdef"), Window(memoryview(b"abcdef"))
    for each in (file, window):
        each.seek(4)
        each.seek(-2, whence)
    assert window.tell() == file.tell()
    assert window.read() == file.read()


def test_a_segment_gives_the_bytes_of_its_files_and_lets_go_of_them(tmp_path: Path) -> None:
    storage = FileStorage(str(tmp_path))
    for name, content in (("a", b"first\nfile"), ("b", b"second")):
        with storage.create_file(name) as file:
            file.write(content)
    CompoundStorage.assemble(storage.create_file("both"), storage, ["a", "b"])
    segment = MappedSegment(storage.open_file("both"))
    first, second = segment.open_file("a"), segment.open_file("b")
    assert (first.readline(), first.read()) == (b"first\n", b"file")
    assert (second.get(3, 3), second.subset(0, 3).read()) == (b"ond", b"sec")
    assert isinstance(second, MappedFile)
    first.close()
    second.close()
    segment.close()
    assert segment.is_closed
