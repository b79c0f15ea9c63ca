"""When tokens and sessions were last used: kept in memory, and written down by a thread.

No request waits for it, and none fails for it. A process that crashes loses what it had not
written down yet: the time that editors are shown is then a minute older than it was.
"""

import atexit
import logging
import os
import threading
from datetime import datetime
from typing import Final

from content.authorising import note_uses
from content.library import Actor, Library
from content.models import now

FLUSH_SECONDS: Final = 20.0

_COUNTER: Final = Actor("the watch over tokens", publishes=False)

log = logging.getLogger(__name__)


class Uses:
    """What was used since the last time, by id; the thread begins with the first use."""

    def __init__(self, library: Library, flush_seconds: float = FLUSH_SECONDS) -> None:
        self._library = library
        self._seconds = flush_seconds
        self._noted: dict[str, datetime] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._process = 0

    def note(self, used_id: str) -> None:
        """Note that it is used now."""
        with self._lock:
            if self._process != os.getpid():
                self._begin()
            self._noted[used_id] = now()

    def flush(self) -> None:
        """Write down what was noted; what cannot be is kept for the next time."""
        with self._lock:
            noted, self._noted = self._noted, {}
        if not noted:
            return
        try:
            with self._library.writing(_COUNTER) as work:
                note_uses(work, noted)
        except Exception as error:  # Whatever it is, nobody may notice.
            log.warning("uses could not be written down", extra={"reason": str(error)})
            with self._lock:
                self._noted = {**noted, **self._noted}

    def close(self) -> None:
        """Stop, and write down what is left."""
        atexit.unregister(self.close)
        self._stop.set()
        thread, self._thread = self._thread, None
        if thread is not None and self._process == os.getpid():
            thread.join()
            self.flush()

    def _begin(self) -> None:
        """Begin in this process; what its parent noted the parent writes down."""
        self._process = os.getpid()
        self._noted = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep_flushing, daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def _keep_flushing(self) -> None:
        while not self._stop.wait(self._seconds):
            self.flush()
