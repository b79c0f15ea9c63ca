"""Holding a lock that others may have: how long one waits for it, and that it is given back."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_RETRY_SECONDS: Final = 0.02


@contextmanager
def holding(
    take: Callable[[], bool], give_back: Callable[[], object], patience: float
) -> Iterator[bool]:
    """Hold a lock during the block; False when another has it for `patience` seconds."""
    until = time.monotonic() + patience
    while not (mine := take()) and time.monotonic() < until:
        time.sleep(_RETRY_SECONDS)
    try:
        yield mine
    finally:
        if mine:
            give_back()
