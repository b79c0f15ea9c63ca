import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from content.errors import SearchUnavailable
from content.searching import SearchQuery
from content.searching.documents import SectionDocument
from content.searching.whoosh_files import KEPT_SECONDS, Generations, is_latest
from content.searching.whoosh_index import WhooshIndex

DOCUMENTS = [
    SectionDocument(
        f"section-{n}", f"article-{n}", "en", "slug", "faq", (), "Title", None, f"scar number {n}"
    )
    for n in range(300)
]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[WhooshIndex]:
    index = WhooshIndex(tmp_path)
    index.rebuild(DOCUMENTS, 1)
    yield index
    index.close()


def current(directory: Path) -> Path:
    return directory / (directory / "CURRENT").read_text()


def contents(directory: Path) -> Path:
    [path] = current(directory).glob("_MAIN_*.toc")
    return path


def segment(directory: Path) -> Path:
    return max(current(directory).glob("MAIN_*"), key=lambda path: path.stat().st_size)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def scramble(path: Path) -> None:
    path.write_bytes(bytes(255 - byte for byte in path.read_bytes()))


DAMAGES: list[Callable[[Path], object]] = [
    lambda directory: (directory / "CURRENT").unlink(),
    lambda directory: empty(directory / "CURRENT"),
    lambda directory: scramble(directory / "CURRENT"),
    lambda directory: (directory / "CURRENT").write_text("../../elsewhere"),
    lambda directory: (directory / "CURRENT").write_text("v0-" + "0" * 36),
    lambda directory: contents(directory).unlink(),
    lambda directory: empty(contents(directory)),
    lambda directory: scramble(contents(directory)),
    lambda directory: segment(directory).unlink(),
    lambda directory: empty(segment(directory)),
    lambda directory: scramble(segment(directory)),
]


def test_a_missing_index_is_unavailable_and_not_an_error_of_the_files(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path / "nowhere")
    with pytest.raises(SearchUnavailable, match="not been built"):
        index.checkpoint()
    with pytest.raises(SearchUnavailable, match="not been built"):
        index.search(SearchQuery("scar"))


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_is_unavailable_until_it_is_rebuilt(
    index: WhooshIndex, tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    index.close()
    damage(tmp_path)
    with pytest.raises(SearchUnavailable):
        index.checkpoint()
    with pytest.raises(SearchUnavailable):
        index.search(SearchQuery("scar"))
    with pytest.raises(SearchUnavailable):
        index.apply([], [], 2)
    index.rebuild(DOCUMENTS, 2)
    assert index.checkpoint() == 2
    assert index.search(SearchQuery("scar")).total == 300


def test_damage_that_only_a_search_meets_is_reported_to_the_writer(
    index: WhooshIndex, tmp_path: Path
) -> None:
    index.close()
    path = segment(tmp_path)
    data = bytearray(path.read_bytes())
    # Each block of postings begins with this tag.
    data = data.replace(b"W3Bl", b"W3xx")
    path.write_bytes(data)
    with pytest.raises(SearchUnavailable):
        index.search(SearchQuery("scar"))
    writer = WhooshIndex(tmp_path)
    with pytest.raises(SearchUnavailable):
        writer.checkpoint()
    writer.close()


def arrays(directory: Path) -> list[Path]:
    return sorted(current(directory).glob("arrays_*"))


def mapped(index: WhooshIndex) -> list[bool]:
    return [each.mapped for each in index._fresh().segments.values()]


def test_every_commit_comes_with_the_arrays_of_its_segments(
    index: WhooshIndex, tmp_path: Path
) -> None:
    index.apply(["article-1"], [DOCUMENTS[1]], 2)
    assert mapped(index) == [True, True]
    first = arrays(tmp_path)
    index.optimise(1)
    assert mapped(index) == [True]
    assert len(arrays(tmp_path)) == 1
    assert not set(arrays(tmp_path)) & set(first)


@pytest.mark.parametrize(
    "damage",
    [Path.unlink, empty, scramble, lambda path: path.write_bytes(path.read_bytes()[:-9])],
)
def test_without_sound_arrays_a_reader_makes_its_own(
    index: WhooshIndex, tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    index.apply(["article-1"], [DOCUMENTS[1]], 2)
    right = index.search(SearchQuery("scar number 7"))
    index.close()
    for path in arrays(tmp_path):
        damage(path)
    assert index.search(SearchQuery("scar number 7")) == right
    assert mapped(index) == [False, False]
    assert list(index.documents())
    assert index.optimise()
    assert mapped(index) == [True, True]
    assert not index.optimise()
    assert index.search(SearchQuery("scar number 7")) == right


def test_arrays_of_another_segment_are_not_taken_for_its_own(
    index: WhooshIndex, tmp_path: Path
) -> None:
    index.apply(["article-1"], [DOCUMENTS[1]], 2)
    right = index.search(SearchQuery("scar number 7"))
    index.close()
    one, other = arrays(tmp_path)
    contents = one.read_bytes(), other.read_bytes()
    one.write_bytes(contents[1])
    other.write_bytes(contents[0])
    assert index.search(SearchQuery("scar number 7")) == right


def test_a_search_goes_on_in_the_state_that_it_began_in(index: WhooshIndex) -> None:
    snapshot = index._fresh()
    for sequence in range(2, 6):
        index.apply([f"article-{sequence}"], [], sequence)
    index.optimise(1)
    index.close()
    assert len(snapshot.corpus.postings(("scar",)).documents) == 300
    assert snapshot.corpus.written([0], [])[0].text == "scar number 0"


def test_a_commit_costs_readers_its_own_segment_alone(index: WhooshIndex) -> None:
    [large] = index._fresh().segments.values()
    index.apply(["article-new"], [DOCUMENTS[0]], 2)
    [same, small] = index._fresh().segments.values()
    assert same.segment is large.segment
    assert small.segment.size == 2


def damaged(data: bytes, random: Random) -> Iterator[bytes]:
    """The content of a file after all that may happen to it."""
    yield b""
    yield data[: len(data) // 2]
    yield data[:-1]
    yield bytes(len(data))
    yield data + b"more"
    yield data[: len(data) // 3] + bytes(64) + data[len(data) // 3 + 64 :]
    for _ in range(min(12, len(data))):
        flipped = bytearray(data)
        flipped[random.randrange(len(data))] ^= 1 << random.randrange(8)
        yield bytes(flipped)


def test_no_damage_to_any_file_finds_anything_wrong(index: WhooshIndex, tmp_path: Path) -> None:
    index.apply(["article-7"], [replace(DOCUMENTS[7], text="scar and laser")], 2)
    index.apply(["article-8"], [], 3)
    asked = [SearchQuery(text) for text in ("scar", "number 77", '"scar number"', "laser")]
    right = [index.search(each) for each in asked]
    index.close()
    random = Random(5)
    for path in [each for each in tmp_path.rglob("*") if each.is_file()]:
        whole = path.read_bytes()
        for content in damaged(whole, random):
            path.write_bytes(content)
            fresh = WhooshIndex(tmp_path)
            for query, answer in zip(asked, right, strict=True):
                # What a damaged file cannot tell is not told; all else is as it was.
                with suppress(SearchUnavailable):
                    assert fresh.search(query) == answer, (path.name, len(content))
            fresh.close()
            for mark in tmp_path.rglob("BROKEN"):
                mark.unlink()
        path.write_bytes(whole)
    assert [WhooshIndex(tmp_path).search(each) for each in asked] == right


def test_a_reader_goes_on_with_files_that_were_deleted(index: WhooshIndex, tmp_path: Path) -> None:
    right = index.search(SearchQuery("scar"))
    for path in current(tmp_path).glob("*.seg"):
        path.unlink()
    assert index.search(SearchQuery("scar")) == right
    other = WhooshIndex(tmp_path)
    with pytest.raises(SearchUnavailable):
        other.search(SearchQuery("scar"))
    with pytest.raises(SearchUnavailable, match="found that the index cannot be read"):
        index.checkpoint()
    index.rebuild(DOCUMENTS, 2)
    assert other.search(SearchQuery("scar")).total == 300
    other.close()


def test_what_fails_while_documents_are_read_leaves_the_old_index(
    index: WhooshIndex, tmp_path: Path
) -> None:
    def failing() -> Iterator[SectionDocument]:
        yield DOCUMENTS[0]
        raise LookupError("the database went away")

    with pytest.raises(LookupError):
        index.rebuild(failing(), 2)
    assert index.checkpoint() == 1
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file grow beyond a few kilobytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_the_old_index_and_no_lock(index: WhooshIndex, tmp_path: Path) -> None:
    with full_disk(), pytest.raises(SearchUnavailable):
        index.rebuild(DOCUMENTS * 2, 2)
    with full_disk(), pytest.raises(SearchUnavailable):
        index.apply([DOCUMENTS[0].article_id], DOCUMENTS, 2)
    assert index.checkpoint() == 1
    assert index.search(SearchQuery("scar")).total == 300
    other = WhooshIndex(tmp_path)
    other.apply(["article-0"], [], 2)
    assert other.search(SearchQuery("scar")).total == 299
    other.close()


def test_only_one_process_writes_at_a_time(index: WhooshIndex, tmp_path: Path) -> None:
    other = WhooshIndex(tmp_path)
    with index.elected() as mine, other.elected() as theirs:
        assert (mine, theirs) == (True, False)
    with other.elected() as mine, other.elected() as again:
        assert mine
        assert again


def test_everything_is_on_the_disk_before_the_contents_name_it(
    index: WhooshIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[tuple[str, str]] = []
    fsync, rename = os.fsync, os.rename

    def noted_fsync(descriptor: int) -> None:
        events.append(("fsync", Path(f"/proc/self/fd/{descriptor}").readlink().name))
        fsync(descriptor)

    def noted_rename(old: str, new: str) -> None:
        events.append(("rename", Path(new).name))
        rename(old, new)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "rename", noted_rename)
    index.apply([], [DOCUMENTS[0]], 2)
    named = contents(tmp_path).name
    kept = {path.name for path in current(tmp_path).glob("MAIN_*")}
    renamed = events.index(("rename", named))
    before = {name for kind, name in events[:renamed] if kind == "fsync"}
    assert any(name.startswith(f"{named}.") for name in before)
    assert before & kept
    assert events[renamed + 1] == ("fsync", current(tmp_path).name)


def test_what_crashed_writers_left_is_swept(index: WhooshIndex, tmp_path: Path) -> None:
    here = current(tmp_path)
    (here / "MAIN.tmp").mkdir()
    (here / "MAIN.tmp" / "abc.run").write_bytes(b"x")
    (here / "_MAIN_7.toc.123.4").write_bytes(b"x")
    (here / "MAIN_0123456789abcdef.pst").write_bytes(b"x")
    index.apply([], [], 2)
    names = {path.name for path in here.iterdir()}
    assert not names & {"MAIN.tmp", "_MAIN_7.toc.123.4", "MAIN_0123456789abcdef.pst"}


def test_a_replaced_generation_is_kept_for_a_while_and_then_swept(
    index: WhooshIndex, tmp_path: Path
) -> None:
    old = current(tmp_path)
    index.rebuild(DOCUMENTS, 2)
    generations = Generations(tmp_path)
    generations.sweep()
    assert old.exists()
    long_ago = (tmp_path / "CURRENT").stat().st_mtime - KEPT_SECONDS - 1
    os.utime(tmp_path / "CURRENT", (long_ago, long_ago))
    index.optimise()
    assert not old.exists()
    assert index.search(SearchQuery("scar")).total == 300


def test_the_last_commit_is_told_after_one_and_after_several_others(index: WhooshIndex) -> None:
    path, first = index._fresh().path, index._fresh().generation
    assert is_latest(path, first)
    index.apply(["article-a"], [], 2)
    assert not is_latest(path, first)
    index.apply(["article-b"], [], 3)
    assert not is_latest(path, first)
    assert not is_latest(path, first + 1)
    assert is_latest(path, first + 2)
    assert not is_latest(path / "nowhere", first)
