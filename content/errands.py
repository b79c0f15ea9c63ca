"""Errands: what a library has to have done in time, while nobody asks for it.

Whatever is due lies in the database, and whoever does it notes there that it is done, in the
transaction of the deed: any number of processes on any number of machines may run the same
errands, a killed one loses nothing, and nothing is done twice.
"""

import logging
import threading
from collections.abc import Sequence
from time import monotonic, sleep
from typing import Final, Protocol

from content.errors import LibraryUnavailable

LONGEST_PAUSE: Final = 30.0
"""Seconds between two looks, at most, while the library is away or an errand fails."""

_log = logging.getLogger(__name__)


class Errand(Protocol):
    """One kind of work that becomes due."""

    @property
    def name(self) -> str:
        """What it is called in the log."""

    def run(self) -> bool:
        """Do some of what is due now; whether there was any, so that one looks again at once.

        It may raise `LibraryUnavailable`; whatever else may go wrong it notes where editors look.
        """


class Seldom:
    """An errand that need not be looked at often: at most once in so many seconds.

    While there is more to do, it is run again at once all the same.
    """

    def __init__(self, errand: Errand, seconds: float) -> None:
        self.name = errand.name
        self._errand = errand
        self._seconds = seconds
        self._again = monotonic()

    def run(self) -> bool:
        """Run the errand, if its time has come."""
        if monotonic() < self._again:
            return False
        busy = self._errand.run()
        if not busy:
            self._again = monotonic() + self._seconds
        return busy


class Often:
    """An errand that is looked at more often than others: it waits for its next look itself."""

    def __init__(self, errand: Errand, seconds: float) -> None:
        self.name = errand.name
        self._errand = errand
        self._seconds = seconds

    def run(self) -> bool:
        """Run the errand, or wait a little; one is always to look again at once."""
        if not self._errand.run():
            sleep(self._seconds)
        return True


def attend(errand: Errand, stop: threading.Event, interval: float) -> None:
    """Run the errand until `stop` is set, looking every `interval` seconds when nothing is due.

    Whatever it raises is told in the log, and it is run again after a pause that grows.
    """
    pause = interval
    while not stop.is_set():
        try:
            busy = errand.run()
            pause = interval
        except LibraryUnavailable as reason:
            busy, pause = False, min(pause * 2, LONGEST_PAUSE)
            _log.warning("%s waits %.1f s: %s", errand.name, pause, reason)
        except Exception:
            # Of what goes wrong here nobody else would hear: a thread that died would be missed
            # when something is overdue, and not before.
            busy, pause = False, min(pause * 2, LONGEST_PAUSE)
            _log.exception("%s failed and waits %.1f s", errand.name, pause)
        if not busy:
            stop.wait(pause)


def attend_all(
    errands: Sequence[Errand], stop: threading.Event, *, interval: float, patience: float
) -> None:
    """Attend to every errand in a thread of its own until `stop` is set.

    What is under way then has `patience` seconds to come to its end; after them it is left.
    """
    threads = [
        threading.Thread(target=attend, args=(each, stop, interval), name=each.name, daemon=True)
        for each in errands
    ]
    for thread in threads:
        thread.start()
    stop.wait()
    until = monotonic() + patience
    for thread in threads:
        thread.join(max(0.0, until - monotonic()))
