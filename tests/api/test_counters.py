"""Counting in windows of time, in memory and in a real Redis."""

import datetime
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
import time_machine

from api.counters import MemoryCounter, RedisCounter
from tests.redis_server import RedisServer

YEAR = datetime.timedelta(days=365)


def test_each_key_has_a_window_of_its_own() -> None:
    counter = MemoryCounter()
    used = [counter.count(key, 60).used for key in ("a", "a", "b", "a", "b")]
    assert used == [1, 2, 1, 3, 2]


def test_a_window_ends_and_another_begins() -> None:
    counter = MemoryCounter()
    assert [counter.count("a", 1).used for _ in range(3)] == [1, 2, 3]
    left = counter.count("a", 1).left
    assert 0 < left <= 1
    time.sleep(left + 0.01)
    assert counter.peek("a") is None
    assert counter.count("a", 1).used == 1


def test_looking_counts_nothing() -> None:
    counter = MemoryCounter()
    assert counter.peek("a") is None
    counter.count("a", 60)
    for _ in range(3):
        found = counter.peek("a")
        assert found is not None
        assert found.used == 1


def test_any_number_of_keys_takes_no_more_room_than_agreed() -> None:
    counter = MemoryCounter(most=100)
    for number in range(100_000):
        counter.count(str(number), 60)
    assert len(counter._windows) == 100
    assert counter.peek("99999") is not None


def test_windows_that_ended_make_room_before_those_that_count() -> None:
    counter = MemoryCounter(most=3)
    for key in ("a", "b"):
        counter.count(key, 0)
    counter.count("c", 60)
    counter.count("d", 60)
    counter.count("e", 60)
    assert list(counter._windows) == ["c", "d", "e"]


def test_threads_that_count_at_once_lose_nothing() -> None:
    counter = MemoryCounter()
    start = threading.Barrier(8)

    def count(_: int) -> None:
        start.wait()
        for _ in range(1_000):
            counter.count("a", 60)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count, range(8)))
    assert counter.count("a", 60).used == 8_001


@pytest.mark.parametrize("jump", [-YEAR, YEAR])
def test_a_clock_that_jumps_moves_no_window(jump: datetime.timedelta) -> None:
    counter = MemoryCounter()
    counter.count("a", 60)
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + jump):
        window = counter.count("a", 60)
        assert window.used == 2
        assert 0 < window.left <= 60


def test_several_processes_count_together_in_redis(redis_server: RedisServer) -> None:
    first, second = RedisCounter(redis_server.url), RedisCounter(redis_server.url)
    windows = [counter.count("a", 60) for counter in (first, second, first)]
    assert [window and window.used for window in windows] == [1, 2, 3]
    assert all(window and 0 < window.left <= 60 for window in windows)


def test_a_window_of_redis_ends(redis_server: RedisServer) -> None:
    counter = RedisCounter(redis_server.url)
    first = counter.count("a", 1)
    assert first is not None
    time.sleep(first.left + 0.05)
    again = counter.count("a", 1)
    assert again is not None
    assert again.used == 1


@pytest.mark.parametrize("lasting", [None, 31_536_000])
def test_a_key_of_redis_that_lasts_too_long_begins_anew(
    redis_server: RedisServer, lasting: int | None
) -> None:
    """So it is left behind by a clock that was set back, or by whoever set it without an end."""
    with redis.Redis.from_url(redis_server.url) as client:
        client.set("dermis:quota:a", 1_000, ex=lasting)
        window = RedisCounter(redis_server.url).count("a", 60)
        assert window is not None
        assert (window.used, window.left) == (1, 60)
        assert 0 < client.ttl("dermis:quota:a") <= 60


def test_a_redis_that_is_killed_and_comes_back_counts_again(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.counters._PAUSE_SECONDS", 0.0)
    counter = RedisCounter(redis_server.url)
    assert counter.count("a", 60) is not None
    redis_server.kill()
    assert [counter.count("a", 60) for _ in range(3)] == [None] * 3
    redis_server.start()
    window = counter.count("a", 60)
    assert window is not None
    assert window.used == 1


def test_a_connection_that_redis_closed_costs_no_count(redis_server: RedisServer) -> None:
    counter = RedisCounter(redis_server.url)
    counter.count("a", 60)
    redis_server.kill()
    redis_server.start()
    assert counter.count("a", 60) is not None


def test_a_redis_that_hangs_is_waited_for_once_and_then_left_alone_for_a_while(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = RedisCounter(redis_server.url)
    counter.count("a", 60)
    redis_server.freeze()
    assert counter.count("a", 60) is None
    redis_server.thaw()
    assert counter.count("a", 60) is None, "it was asked again at once"
    monkeypatch.setattr(counter, "_away_until", 0.0)
    assert counter.count("a", 60) is not None


def test_the_log_is_told_once_a_minute_however_often_redis_fails(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.counters._PAUSE_SECONDS", 0.0)
    counter = RedisCounter("redis://:hunter2@127.0.0.1:1/0")
    with caplog.at_level(logging.INFO):
        assert [counter.count("a", 60) for _ in range(50)] == [None] * 50
    assert len(caplog.records) == 1
    assert "hunter2" not in str(vars(caplog.records[0]))
