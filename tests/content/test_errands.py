"""Errands: looked after until told to stop, and never given up."""

import threading
from collections.abc import Callable

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
