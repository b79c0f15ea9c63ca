"""Counting searches: in memory while readers wait, in the database by a thread of its own."""

import atexit
import logging
import os
import threading
from collections.abc import Mapping
from typing import Final

from content.library import Actor, Library
from content.observations import OTHER, Observation
from content.observing import write_down

FLUSH_SECONDS: Final = 10.0
"""How long counts are in memory alone; a process that crashes loses no more than these."""

MOST_DIFFERENT: Final = 3_000
"""Observations that are told apart between two flushes; the others count as `OTHER`."""

_COUNTER: Final = Actor("the counter of searches", publishes=False)

log = logging.getLogger(__name__)


class Observations:
    """What one process has counted; it is kept for so many days, and with 0 not even counted.

    The thread begins with the first count, so that it does not live in a parent that forks.
    """

    def __init__(self, library: Library, days: int, flush_seconds: float = FLUSH_SECONDS) -> None:
        self._library = library
        self._days = days
        self._seconds = flush_seconds
        self._counts: dict[Observation, int] = {}
        self._lock = threading.Lock()
        self._flushing = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._process = 0

    def count(self, observed: Observation) -> None:
        """Count it once more."""
        with self._lock:
            if self._process != os.getpid():
                self._begin()
            known = self._counts.get(observed)
            if known is not None:
                self._counts[observed] = known + 1
            elif self._days:
                self._add(observed, 1)

    def flush(self) -> None:
        """Write down what was counted since the last time; what cannot be is kept for the next."""
        with self._flushing:
            with self._lock:
                counts, self._counts = self._counts, {}
            try:
                with self._library.writing(_COUNTER) as work:
                    write_down(work, counts, self._days)
            except Exception as error:  # Whatever it is, no reader may notice.
                log.warning("searches could not be counted", extra={"reason": str(error)})
                self._take_back(counts)

    def close(self) -> None:
        """Stop, and write down what is left."""
        atexit.unregister(self.close)
        self._stop.set()
        thread, self._thread = self._thread, None
        if thread is not None and self._process == os.getpid():
            thread.join()
            if self._counts:
                self.flush()

    def _begin(self) -> None:
        """Begin in this process; what its parent counted the parent writes down."""
        self._process = os.getpid()
        self._counts = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep_flushing, daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def _keep_flushing(self) -> None:
        if not self._days:
            self.flush()
            return
        while not self._stop.wait(self._seconds):
            if self._counts:
                self.flush()

    def _take_back(self, counts: Mapping[Observation, int]) -> None:
        with self._lock:
            for observed, count in counts.items():
                self._add(observed, count)

    def _add(self, observed: Observation, count: int) -> None:
        counts = self._counts
        if observed not in counts and len(counts) >= MOST_DIFFERENT:
            observed = Observation(OTHER, "", observed.outcome)
        counts[observed] = counts.get(observed, 0) + count
