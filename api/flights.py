"""Single flight: of several threads that want the same thing at once, one makes it for all."""

from collections.abc import Callable
from threading import Event, Lock
from time import monotonic
from typing import Generic, TypeVar

V = TypeVar("V")


class _Flight(Generic[V]):
    """One computation under way; `landed` holds its value, or nothing when it failed."""

    __slots__ = ("landed", "over")

    def __init__(self) -> None:
        self.over = Event()
        self.landed: tuple[V] | None = None


class Flights(Generic[V]):
    """The computations that are under way, by key."""

    __slots__ = ("_flights", "_lock")

    def __init__(self) -> None:
        self._lock = Lock()
        self._flights: dict[str, _Flight[V]] = {}

    def __len__(self) -> int:
        """How many computations are under way for others to wait for."""
        return len(self._flights)

    def once(self, key: str, compute: Callable[[], V], patience_seconds: float) -> V:
        """What `compute` returns: called here, or in another thread that began before.

        Who waited for as long as the patience computes for itself, and those who come later wait
        for that newer computation, so that one which hangs holds up nobody for ever.

        What `compute` raises stays with the thread that it happened to; one of the waiters then
        tries in its place while the others wait on. An exception is the accident of one thread
        (a failure that concerns all is an answer, and is shared like any other), it must not end
        many requests, and its traceback cannot be raised in several threads.

        A thread that found nothing in a store may come when the flight is over: `compute` does
        well to look again first, and to store what it made before it returns.
        """
        deadline = monotonic() + patience_seconds
        while True:
            flight, mine = self._board(key)
            if not mine and not flight.over.wait(max(0.0, deadline - monotonic())):
                flight, mine = self._start(key), True
            if mine:
                return self._fly(key, flight, compute)
            if flight.landed is not None:
                return flight.landed[0]

    def _board(self, key: str) -> tuple[_Flight[V], bool]:
        with self._lock:
            flight = self._flights.get(key)
            if flight is not None:
                return flight, False
            flight = self._flights[key] = _Flight()
            return flight, True

    def _start(self, key: str) -> _Flight[V]:
        with self._lock:
            flight = self._flights[key] = _Flight()
            return flight

    def _fly(self, key: str, flight: _Flight[V], compute: Callable[[], V]) -> V:
        try:
            value = compute()
            flight.landed = (value,)
            return value
        finally:
            with self._lock:
                if self._flights.get(key) is flight:
                    del self._flights[key]
            flight.over.set()
