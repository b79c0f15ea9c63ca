"""When a process that works beside the server ends: told by a signal, or left by its server."""

import signal
import sys
import threading


def stop_of(*, until_input_ends: bool) -> threading.Event:
    """An event that is set when the process shall end: by SIGTERM, SIGINT or the end of its input.

    The server holds the other end of the input: when it dies, however it dies, its companions
    stop too.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if until_input_ends:
        threading.Thread(target=_stop_at_end_of_input, args=(stop,), daemon=True).start()
    return stop


def _stop_at_end_of_input(stop: threading.Event) -> None:
    sys.stdin.read()
    stop.set()
