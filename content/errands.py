"""Errands: what a library has to have done in time, while nobody asks for it.

Whatever is due lies in the database, and whoever does it notes there that it is done, in the
transaction of the deed: any number of processes on any number of machines may run the same
errands, a killed one loses nothing, and nothing is done twice.
"""

import logging
import threading
from typing import Final, Protocol

from content.errors import LibraryUnavailable

LONGEST_PAUSE: Final = 30.0
"""Seconds between two looks, at most, while the library is away."""

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


def attend(errand: Errand, stop: threading.Event, interval: float) -> None:
    """Run the errand until `stop` is set, looking every `interval` seconds when nothing is due."""
    pause = interval
    while not stop.is_set():
        try:
            busy = errand.run()
            pause = interval
        except LibraryUnavailable as reason:
            busy, pause = False, min(pause * 2, LONGEST_PAUSE)
            _log.warning("%s waits %.1f s: %s", errand.name, pause, reason)
        if not busy:
            stop.wait(pause)
