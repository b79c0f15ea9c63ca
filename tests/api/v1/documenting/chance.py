"""Time and chance, pinned: the same acts make the same ids, instants and secrets each time."""

import itertools
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final
from unittest.mock import patch

import time_machine

BEGIN: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday morning, on which the fixed library begins."""


class Chance:
    """What is pinned, while it is."""

    def __init__(self, clock: time_machine.Traveller) -> None:
        self._clock = clock
        self._numbers = itertools.count(1)

    def later(self, **span: float) -> None:
        """Let time pass."""
        self._clock.shift(timedelta(**span))

    def begin_at(self, number: int) -> None:
        """Count ids and secrets on from a number: each request then makes its own."""
        self._numbers = itertools.count(number)

    def uuid(self) -> str:
        """A UUIDv7 (RFC 9562) of the pinned instant, with the next number where chance would be."""
        instant = int(datetime.now(UTC).timestamp() * 1000)
        value = (instant << 80) | (0x7 << 76) | (0b10 << 62) | next(self._numbers)
        text = f"{value:032x}"
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))

    def secret(self, _length: int) -> str:
        """A secret that nobody could take for a real one."""
        return f"secret-{next(self._numbers):x}"


def _unknown(*_asked: object, **_named: object) -> list[object]:
    """What a name server says that knows nobody."""
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


@contextmanager
def pinned(begin: datetime = BEGIN) -> Iterator[Chance]:
    """Hold the clock of this process, and what its ids and secrets are drawn from."""
    with ExitStack() as stack:
        chance = Chance(stack.enter_context(time_machine.travel(begin, tick=False)))
        stack.enter_context(patch("uuid_utils.uuid7", chance.uuid))
        # No example may depend on who is found under a name.
        stack.enter_context(patch("socket.getaddrinfo", _unknown))
        stack.enter_context(patch("secrets.token_urlsafe", chance.secret))
        yield chance
