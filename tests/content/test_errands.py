"""Errands: looked after until told to stop, and never given up."""

import logging
import threading
from collections.abc import Callable

import pytest

from content import errands
from content.errors import LibraryUnavailable


class Counted:
    """An errand that does what it is told at each look, and stops after the last."""

    name = "counting"

    def __init__(self, stop: threading.Event, *looks: Callable[[], bool]) -> None:
        self.stop = stop
        self.looks = list(looks)

    def run(self) -> bool:
        """The next look."""
        look = self.looks.pop(0)
        if not self.looks:
            self.stop.set()
        return look()


def away() -> bool:
    """A look while the database is away."""
    raise LibraryUnavailable("The database is away.")


def broken() -> bool:
    """A look at which something is wrong that nobody thought of."""
    raise ZeroDivisionError


def idle() -> bool:
    """A look at which nothing is due."""
    return False


def test_what_is_due_is_done_at_once_as_long_as_there_is_any() -> None:
    stop = threading.Event()
    errand = Counted(stop, lambda: True, lambda: True, lambda: True)
    errands.attend(errand, stop, interval=3_600)
    assert errand.looks == []


def test_it_goes_on_when_the_library_is_back() -> None:
    stop = threading.Event()
    errand = Counted(stop, away, away, lambda: False, lambda: True)
    errands.attend(errand, stop, interval=0.001)
    assert errand.looks == []


def test_it_does_nothing_once_it_was_told_to_stop() -> None:
    stop = threading.Event()
    stop.set()
    errand = Counted(stop, lambda: True)
    errands.attend(errand, stop, interval=3_600)
    assert len(errand.looks) == 1


def test_an_errand_that_fails_is_told_of_in_the_log_and_run_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stop = threading.Event()
    errand = Counted(stop, broken, broken, lambda: True)
    with caplog.at_level(logging.WARNING, logger="content.errands"):
        errands.attend(errand, stop, interval=0.001)
    assert errand.looks == []
    told = [each.getMessage() for each in caplog.records]
    assert told == ["counting failed and waits 0.0 s"] * 2
    assert caplog.records[0].exc_info is not None


def test_an_errand_that_fails_keeps_no_other_from_its_work() -> None:
    stop = threading.Event()
    failing = Counted(threading.Event(), *[broken] * 1_000)
    working = Counted(stop, lambda: True, idle, lambda: True)
    errands.attend_all([failing, working], stop, interval=0.001, patience=60)
    assert working.looks == []
    assert len(failing.looks) < 1_000


def test_what_does_not_end_is_left_when_the_patience_is_over() -> None:
    stop, ended = threading.Event(), threading.Event()
    errands.attend_all([Counted(stop, ended.wait)], stop, interval=0.001, patience=0.01)
    assert not ended.is_set()
    ended.set()


def test_an_errand_that_is_seldom_run_is_run_again_at_once_while_there_is_more_to_do() -> None:
    errand = Counted(threading.Event(), lambda: True, idle, lambda: True)
    seldom = errands.Seldom(errand, 3_600)
    assert [seldom.run() for _ in range(5)] == [True, False, False, False, False]
    assert len(errand.looks) == 1
