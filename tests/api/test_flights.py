"""Single flight, with real threads."""

import gc
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Lock
from time import monotonic, sleep
from typing import Final

import pytest

from api.flights import Flights

LONG: Final = 60.0
Dish = int | str


class Kitchen:
    """Cooks while others wait, puts what it cooked on a shelf, and counts."""

    def __init__(self, failing: int = 0, failure: type[BaseException] = RuntimeError) -> None:
        self.cooked = 0
        self.most_at_once = 0
        self._failing, self._failure = failing, failure
        self._at_once = 0
        self._shelf: list[int] = []
        self._lock = Lock()

    def dish(self) -> Dish:
        """What stands on the shelf, or a new one: its number. The first few go wrong."""
        if self._shelf:
            return self._shelf[0]
        number = self._begin()
        sleep(0.02)
        self._end()
        if number <= self._failing:
            raise self._failure(number)
        self._shelf.append(number)
        return number

    def _begin(self) -> int:
        with self._lock:
            self.cooked += 1
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            return self.cooked

    def _end(self) -> None:
        with self._lock:
            self._at_once -= 1


class Hob:
    """One computation that goes on until it is told to end."""

    def __init__(self, dish: Dish, shelf: list[Dish] | None = None) -> None:
        self.dish = dish
        self.lit, self.out = Event(), Event()
        self._shelf = [] if shelf is None else shelf

    def cook(self) -> Dish:
        """Its dish, when it may end."""
        self.lit.set()
        assert self.out.wait(LONG)
        self._shelf.append(self.dish)
        return self.dish


def in_threads(number: int, act: Callable[[], Dish]) -> list[Dish | BaseException]:
    """What so many threads got that started at the same moment, or what was raised in them."""
    start = Barrier(number)

    def begin() -> Dish | BaseException:
        start.wait(LONG)
        try:
            return act()
        except (RuntimeError, SystemExit) as error:
            return error

    with ThreadPoolExecutor(number) as pool:
        return [each.result() for each in [pool.submit(begin) for _ in range(number)]]


def test_of_a_thousand_who_ask_at_once_one_computes() -> None:
    flights, kitchen = Flights[Dish](), Kitchen()
    got = in_threads(1_000, lambda: flights.once("dish", kitchen.dish, LONG))
    assert got == [1] * 1_000
    assert kitchen.cooked == 1
    assert len(flights) == 0


@pytest.mark.parametrize("failure", [RuntimeError, SystemExit])
def test_when_it_fails_those_who_wait_try_one_at_a_time(failure: type[BaseException]) -> None:
    flights, kitchen = Flights[Dish](), Kitchen(failing=3, failure=failure)
    got = in_threads(60, lambda: flights.once("dish", kitchen.dish, LONG))
    assert sorted(each.args for each in got if isinstance(each, failure)) == [(1,), (2,), (3,)]
    assert [each for each in got if not isinstance(each, failure)] == [4] * 57
    assert (kitchen.cooked, kitchen.most_at_once) == (4, 1)
    assert len(flights) == 0


def test_when_it_always_fails_each_is_told_of_a_failure_of_its_own() -> None:
    flights, kitchen = Flights[Dish](), Kitchen(failing=20)
    got = in_threads(20, lambda: flights.once("dish", kitchen.dish, LONG))
    assert all(isinstance(each, RuntimeError) for each in got)
    assert len(set(map(id, got))) == 20
    assert kitchen.most_at_once == 1
    assert len(flights) == 0


def test_other_keys_do_not_wait() -> None:
    flights = Flights[Dish]()
    outer = flights.once("a", lambda: flights.once("b", lambda: "inner", LONG), LONG)
    assert outer == "inner"


def test_one_after_the_other_each_computes() -> None:
    flights = Flights[Dish]()
    assert [flights.once("a", lambda each=each: each, LONG) for each in range(3)] == [0, 1, 2]  # type: ignore[misc]


def test_who_waited_long_enough_computes_for_itself() -> None:
    flights, stuck = Flights[Dish](), Hob("late")
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(flights.once, "dish", stuck.cook, LONG)
        assert stuck.lit.wait(LONG)
        began = monotonic()
        assert flights.once("dish", lambda: "mine", 0.05) == "mine"
        assert monotonic() - began >= 0.05
        assert not first.done()
        stuck.out.set()
        assert first.result(LONG) == "late"
    assert len(flights) == 0


def test_patience_is_counted_from_the_call_through_any_number_of_failures() -> None:
    flights, kitchen = Flights[Dish](), Kitchen(failing=20)
    got = in_threads(20, lambda: flights.once("dish", kitchen.dish, 0.1))
    assert all(isinstance(each, RuntimeError) for each in got)
    assert kitchen.most_at_once > 1  # One at a time they would have taken 0.4 seconds.
    assert len(flights) == 0


def test_those_who_come_later_wait_for_the_newer_computation() -> None:
    shelf: list[Dish] = []
    flights, stuck, newer = Flights[Dish](), Hob("stuck"), Hob("newer", shelf)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(flights.once, "dish", stuck.cook, LONG)
        assert stuck.lit.wait(LONG)
        second = pool.submit(flights.once, "dish", newer.cook, 0.0)
        assert newer.lit.wait(LONG)
        stuck.out.set()
        assert first.result(LONG) == "stuck"
        assert len(flights) == 1
        third = pool.submit(flights.once, "dish", lambda: shelf[0] if shelf else "own", LONG)
        sleep(0.05)
        newer.out.set()
        assert second.result(LONG) == third.result(LONG) == "newer"
    assert len(flights) == 0


class Broth:
    """Something that can be looked for when it should be gone."""


def test_nothing_of_a_flight_is_left_behind() -> None:
    flights = Flights[Broth]()
    gc.disable()
    try:
        kept = weakref.ref(flights.once("broth", Broth, LONG))
        assert kept() is None
        assert len(flights) == 0
    finally:
        gc.enable()
