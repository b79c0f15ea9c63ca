"""Counting in windows of time: in the memory of one process, or in a Redis that several share."""

import importlib
import logging
import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    import redis

log = logging.getLogger(__name__)

_MOST: Final = 50_000
# Windows kept in memory, about 200 bytes each: whoever asks from more addresses than that pushes
# out windows, which is then all that they gain.

_REDIS_SECONDS: Final = 0.1
_PAUSE_SECONDS: Final = 5.0
_SILENCE_SECONDS: Final = 60.0

_SCRIPT: Final = """
local used = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
local whole = tonumber(ARGV[1])
if left < 0 or left > whole then
    redis.call('SET', KEYS[1], 1, 'PX', whole)
    return {1, whole}
end
return {used, left}
"""
# Redis tells how long a key lasts by its own clock: when that has been set back, the key would
# last for longer than the window, and its owner be refused for as long. A new window begins then.


class Window(NamedTuple):
    """What was counted in a window, and the seconds until it ends."""

    used: int
    left: float


class Counter(Protocol):
    """Counts by key."""

    def count(self, key: str, seconds: int) -> Window | None:
        """Count one more in the window of that key; None where it cannot be counted now."""


class MemoryCounter:
    """Counts in this process, for a bounded number of keys, by a clock that nobody can set."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        # In the order in which they began, oldest first.
        self._windows: OrderedDict[str, list[float]] = OrderedDict()
        self._lock = threading.Lock()

    def count(self, key: str, seconds: int) -> Window:
        """Count one more in the window of that key, or begin one."""
        now = time.monotonic()
        with self._lock:
            window = self._windows.get(key)
            if window is None or window[1] <= now:
                window = self._begin(key, now, seconds)
            window[0] += 1
            return Window(int(window[0]), window[1] - now)

    def peek(self, key: str) -> Window | None:
        """The window of that key, if one is open."""
        now = time.monotonic()
        with self._lock:
            window = self._windows.get(key)
        if window is None or window[1] <= now:
            return None
        return Window(int(window[0]), window[1] - now)

    def _begin(self, key: str, now: float, seconds: int) -> list[float]:
        """A new window, with room made for it: what has ended goes, or else the oldest."""
        self._windows.pop(key, None)
        while self._windows:
            oldest = next(iter(self._windows.values()))
            if oldest[1] > now and len(self._windows) < self._most:
                break
            self._windows.popitem(last=False)
        window = self._windows[key] = [0, now + seconds]
        return window


class RedisCounter:
    """Counts for several processes and machines; while Redis is away nothing is counted.

    It is then asked again every few seconds, so that requests do not wait for it one by one, and
    the log is told at most once a minute. Needs the extra `redis`.
    """

    def __init__(self, url: str) -> None:
        # Loaded only where it is asked for: it is an extra, and takes 80 ms of each start.
        library = importlib.import_module("redis")
        self._broken: type[Exception] = library.RedisError
        client: redis.Redis = library.Redis.from_url(
            url,
            socket_timeout=_REDIS_SECONDS,
            socket_connect_timeout=_REDIS_SECONDS,
            # Once and at once, for a connection that Redis has closed; by default it would wait.
            retry=library.retry.Retry(library.backoff.NoBackoff(), 1),
        )
        self._script = client.register_script(_SCRIPT)
        self._away_until = float("-inf")
        self._silent_until = float("-inf")

    def count(self, key: str, seconds: int) -> Window | None:
        """Count one more in the window of that key; None while Redis is away."""
        if time.monotonic() < self._away_until:
            return None
        try:
            used, left = self._script(keys=[f"dermis:quota:{key}"], args=[seconds * 1000])
        except self._broken as error:
            self._note(error)
            return None
        return Window(used, left / 1000)

    def _note(self, error: Exception) -> None:
        now = time.monotonic()
        self._away_until = now + _PAUSE_SECONDS
        if now >= self._silent_until:
            self._silent_until = now + _SILENCE_SECONDS
            # Of the error only its kind: its words may hold the address with its password.
            log.warning("Redis is away: no limits", extra={"reason": type(error).__name__})
