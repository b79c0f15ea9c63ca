from pathlib import Path

import pytest

from content.searching.whoosh_index import WhooshIndex
from content.searching.whoosh_seals import Commit, FileDamagedError
from tests.content.searching.test_whoosh_files import DOCUMENTS, current


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """The directory of an index of three commits."""
    index = WhooshIndex(tmp_path)
    index.rebuild(DOCUMENTS, 1)
    for sequence in (2, 3):
        index.apply(["article-1"], [DOCUMENTS[1]], sequence)
    index.close()
    return current(tmp_path)


def latest(here: Path) -> int:
    return max(int(path.name.split("_")[1]) for path in here.glob("SEALS_*"))


def test_a_commit_is_sealed_with_every_file_that_it_consists_of(here: Path) -> None:
    commit = Commit(here, latest(here))
    sealed = (here / f"SEALS_{latest(here)}").read_text()
    for path in [*here.glob("*.seg"), *here.glob("*.toc")]:
        assert f'"{path.name}"' in sealed
    for path in here.glob("*.seg"):
        commit.verify(path.name)


def test_only_the_last_two_commits_stay_sealed(here: Path) -> None:
    assert len(list(here.glob("SEALS_*"))) == 2


def test_a_file_that_is_changed_later_is_noticed_also_by_who_has_read_it(here: Path) -> None:
    commit = Commit(here, latest(here))
    path = max(here.glob("*.seg"), key=lambda each: each.stat().st_size)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    commit.verify(path.name)
    path.write_bytes(data)
    with pytest.raises(FileDamagedError, match=path.name):
        commit.verify(path.name)


def test_a_commit_without_seals_is_none_of_ours(here: Path) -> None:
    number = latest(here)
    (here / f"SEALS_{number}").unlink()
    with pytest.raises(FileNotFoundError):
        Commit(here, number)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"own": 1, "seals": {}}', b'{"own": 1, "seals": null}']
)
def test_seals_that_are_damaged_themselves_seal_nothing(here: Path, content: bytes) -> None:
    (here / f"SEALS_{latest(here)}").write_bytes(content)
    with pytest.raises(FileDamagedError):
        Commit(here, latest(here))
