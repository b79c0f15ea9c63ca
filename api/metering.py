"""Counting what a process does, for Prometheus; workers of one server are counted together.

Where `PROMETHEUS_MULTIPROC_DIR` names an empty folder before this is imported, as `dermis serve`
sees to, each process counts in a file there and any of them can tell the sum. What costs only
microseconds is counted in plain numbers, and passed on now and then.
"""

import os
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

_SECONDS: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15)
_EVERY: Final = 256
# Hits between two times that they are passed on; what is left is passed on by the next other one.

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Reading:
    """A number as it is now."""

    name: str
    about: str
    value: float


class Meter:
    """What one application counts."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "dermis_requests",
            "Requests that the cache of finished answers could not answer.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "dermis_request_duration_seconds",
            "How long those requests took to work out.",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        answers = Counter(
            "dermis_cached_answers",
            "Answers of delivery: hit where the answer was remembered, miss where it was not.",
            ("result",),
            registry=self._registry,
        )
        self._counters = {
            "hits": answers.labels("hit"),
            "misses": answers.labels("miss"),
            "failures": Counter(
                "dermis_database_errors",
                "How often the database was away, locked or damaged.",
                registry=self._registry,
            ),
        }
        self._passed_on = dict.fromkeys(self._counters, 0)
        self._lock = threading.Lock()
        self.hits = 0
        """Remembered answers that were given; two threads may now and then count as one."""
        self.misses = 0
        """Answers that had to be worked out."""

    def hit(self) -> None:
        """Count a remembered answer: this is on the way of each, and must cost next to nothing."""
        self.hits += 1
        if not self.hits % _EVERY:
            self.pass_on()

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that was worked out, by the template of its route."""
        # Anybody may ask with a made-up method; each would be a number of its own for ever.
        known = method if method in _METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(known, route).observe(seconds)

    def pass_on(self, failures: int | None = None) -> None:
        """Add what was counted in plain numbers, and how often the database failed so far."""
        counted = {"hits": self.hits, "misses": self.misses, "failures": failures}
        with self._lock:
            for name, total in counted.items():
                if total is not None and total > self._passed_on[name]:
                    self._counters[name].inc(total - self._passed_on[name])
                    self._passed_on[name] = total

    def exposition(self, readings: Sequence[Reading]) -> bytes:
        """All of it in the text format of Prometheus, version 0.0.4."""
        registry = CollectorRegistry()
        folder = os.environ.get(FOLDER)
        if folder is None:
            registry.register(_Others(self._registry))
        else:
            MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]  # It has no types.
        registry.register(_Gauges(readings))
        return generate_latest(registry)


class _Others(Collector):
    """What another registry holds."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterable[Metric]:
        """The metrics of the other."""
        return self._registry.collect()


class _Gauges(Collector):
    """Numbers as they are now."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        self._readings = readings

    def collect(self) -> Iterable[Metric]:
        """A metric of each reading."""
        for each in self._readings:
            yield GaugeMetricFamily(each.name, each.about, each.value)
