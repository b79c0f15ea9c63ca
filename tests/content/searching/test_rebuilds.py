import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from content.errors import SearchUnavailable
from content.searching import Wish
from content.searching.postgres_index import PostgresIndex
from content.searching.rebuilds import MOST_ATTEMPTS, Rebuild, Rebuilds, WishFile
from tests.content.searching.conftest import OpenIndex

pytestmark = pytest.mark.xdist_group("postgres")


@pytest.fixture
def rebuilds(open_index: OpenIndex) -> Rebuilds:
    return again(open_index)


def again(open_index: OpenIndex) -> Rebuilds:
    """As another process sees the same wish."""
    return Rebuilds(open_index().wish)


def test_what_was_asked_for_is_known_to_every_process_until_it_is_done(
    rebuilds: Rebuilds, open_index: OpenIndex
) -> None:
    assert rebuilds.asked() is None
    assert rebuilds.begin() is None
    wish = rebuilds.ask()
    assert again(open_index).asked() == wish
    assert wish.status == "waiting"
    begun = again(open_index).begin()
    assert begun is not None
    assert begun.status == "running"
    assert rebuilds.asked() == begun
    again(open_index).settle()
    assert rebuilds.asked() is None


def test_who_asks_again_joins_the_first(rebuilds: Rebuilds, open_index: OpenIndex) -> None:
    first = rebuilds.ask()
    assert again(open_index).ask() == first
    begun = rebuilds.begin()
    assert again(open_index).ask() == begun


def test_many_who_ask_at_once_leave_one_wish(rebuilds: Rebuilds, open_index: OpenIndex) -> None:
    failures: list[Exception] = []

    def ask() -> None:
        try:
            again(open_index).ask()
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []
    rebuilds.settle()
    assert rebuilds.asked() is None


def test_a_rebuild_that_kills_its_process_each_time_is_given_up(rebuilds: Rebuilds) -> None:
    rebuilds.ask()
    for attempt in range(1, MOST_ATTEMPTS + 1):
        begun = rebuilds.begin()
        assert begun is not None
        assert begun.attempts == attempt
    assert rebuilds.begin() is None
    wish = rebuilds.asked()
    assert wish is not None
    assert (wish.status, wish.failure) == ("failed", f"{MOST_ATTEMPTS} attempts were cut off.")


def test_what_was_given_up_can_be_asked_for_again(rebuilds: Rebuilds) -> None:
    wish = rebuilds.ask()
    rebuilds.note(Rebuild(wish.requested_at, attempts=1, failure="The disk is full."))
    assert rebuilds.begin() is None
    assert rebuilds.ask().status == "waiting"
    assert rebuilds.begin() is not None


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"\x00" * 40,
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"requested_at": 7, "attempts": 0, "sections": 0, "failure": null}',
        b'{"requested_at": "2026-01-01", "attempts": "x", "sections": 0, "failure": null}',
    ],
)
def test_a_damaged_wish_is_still_a_wish(
    rebuilds: Rebuilds, open_index: OpenIndex, damaged: bytes
) -> None:
    open_index().wish.write(damaged)
    wish = rebuilds.asked()
    assert wish is not None
    assert wish.status == "waiting"
    assert rebuilds.begin() is not None


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    wish = WishFile(tmp_path / "index")
    wish.write(b"one")
    wish.write(b"two")
    assert [each.name for each in (tmp_path / "index").iterdir()] == ["REBUILD"]
    assert wish.read() == b"two"


def nowhere(tmp_path: Path) -> Wish:
    (tmp_path / "index").write_bytes(b"no directory")
    return WishFile(tmp_path / "index")


def no_database(_tmp_path: Path) -> Wish:
    return PostgresIndex("postgresql+psycopg://127.0.0.1:1/none").wish


@pytest.mark.parametrize("kept", [nowhere, no_database])
def test_where_a_wish_cannot_be_kept_it_is_refused_with_the_reason(
    kept: Callable[[Path], Wish], tmp_path: Path
) -> None:
    rebuilds = Rebuilds(kept(tmp_path))
    with pytest.raises(SearchUnavailable, match="cannot be asked for"):
        rebuilds.ask()
    assert rebuilds.asked() is None
    rebuilds.settle()
