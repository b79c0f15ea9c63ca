"""Counting searches in a process: nobody waits for it, and little is lost."""

import logging
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select

from api import observations as module
from api.observations import Observations
from content.library import Library
from content.observations import OTHER, Observation, SearchTally

SCARS: Final = Observation("scars", "", "found")
PATIENCE: Final = 20.0


@pytest.fixture
def counting(library: Library) -> Iterator[Observations]:
    """A counter that writes down only when it is told to."""
    counting = Observations(library, 90, flush_seconds=3_600)
    yield counting
    counting.close()


def kept(library: Library) -> dict[str, tuple[int, int, int]]:
    """What is written down, by query."""
    with library.reading() as session:
        rows = session.scalars(select(SearchTally)).all()
        return {each.query: (each.asked, each.without_result, each.clicked) for each in rows}


def test_what_is_counted_is_written_down(library: Library, counting: Observations) -> None:
    for outcome in ("found", "found", "not_found", "clicked"):
        counting.count(SCARS._replace(outcome=outcome))
    assert kept(library) == {}
    counting.flush()
    counting.flush()
    assert kept(library) == {"scars": (3, 1, 1)}


def test_it_is_written_down_by_itself_and_no_thread_begins_before_the_first(
    library: Library,
) -> None:
    before = threading.active_count()
    counting = Observations(library, 90, flush_seconds=0.05)
    assert threading.active_count() == before
    counting.count(SCARS)
    deadline = time.monotonic() + PATIENCE
    while not kept(library) and time.monotonic() < deadline:
        time.sleep(0.01)
    counting.close()
    assert kept(library) == {"scars": (1, 0, 0)}
    assert threading.active_count() == before


def test_closing_writes_down_what_is_left(library: Library, counting: Observations) -> None:
    counting.count(SCARS)
    counting.close()
    assert kept(library) == {"scars": (1, 0, 0)}


def test_many_threads_lose_nothing(library: Library, counting: Observations) -> None:
    def count() -> None:
        for number in range(500):
            counting.count(SCARS)
            if number % 100 == 0:
                counting.flush()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counting.flush()
    assert kept(library) == {"scars": (2_000, 0, 0)}


def test_memory_is_bounded_and_the_rest_counts_together(
    library: Library, counting: Observations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_DIFFERENT", 10)
    for number in range(50):
        counting.count(Observation(f"query {number}", "", "found"))
    counting.flush()
    found = kept(library)
    assert len(found) == 11
    assert found[OTHER] == (40, 0, 0)


def test_what_cannot_be_written_is_kept_for_the_next_time(
    library: Library, counting: Observations, caplog: pytest.LogCaptureFixture
) -> None:
    file = Path(library.engine.url.database or "")
    away = file.with_suffix(".away")
    counting.count(SCARS)
    file.rename(away)
    with caplog.at_level(logging.WARNING):
        counting.flush()
    assert "searches could not be counted" in caplog.text
    counting.count(SCARS)
    away.rename(file)
    counting.flush()
    assert kept(library) == {"scars": (2, 0, 0)}


def test_with_no_days_nothing_is_counted_and_what_was_is_let_go(
    library: Library, counting: Observations
) -> None:
    counting.count(SCARS)
    counting.flush()
    none = Observations(library, 0)
    none.count(SCARS._replace(query="peel"))
    none.close()
    assert kept(library) == {}


def test_a_forked_process_counts_for_itself(library: Library, counting: Observations) -> None:
    counting.count(SCARS)
    child = os.fork()
    if child == 0:  # pragma: no cover - it leaves without a word to the tests.
        status: Any = 1
        try:
            mine = Library(library.url)
            counting._library = mine
            counting.count(SCARS)
            counting.flush()
            mine.close()
            status = 0
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    assert kept(library) == {"scars": (1, 0, 0)}
    counting.flush()
    assert kept(library) == {"scars": (2, 0, 0)}
