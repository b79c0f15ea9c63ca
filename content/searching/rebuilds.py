"""The wish to have an index built anew, kept beside the index until it is granted.

Whoever answers requests only leaves the wish; the process that writes the index grants it. The
wish outlives every process: one that dies while it builds is followed by one that begins again.
"""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import get_ident
from typing import Any, Final

from content.errors import SearchUnavailable
from content.searching import Wish

MOST_ATTEMPTS: Final = 3
"""How often a rebuild is begun: one that kills its process each time must not do so for ever."""


@dataclass(frozen=True, slots=True)
class Rebuild:
    """A rebuild that was asked for.

    `attempts` were begun, none while it waits; `sections` are those that the present one has
    taken. `failure` says why it was given up; then it can be asked for again.
    """

    requested_at: datetime
    attempts: int = 0
    sections: int = 0
    failure: str | None = None

    @property
    def status(self) -> str:
        """One of "waiting", "running" and "failed"."""
        if self.failure is not None:
            return "failed"
        return "running" if self.attempts else "waiting"


class Rebuilds:
    """The wish in its place; one at a time."""

    def __init__(self, kept: Wish) -> None:
        self._kept = kept

    def ask(self) -> Rebuild:
        """Ask for a rebuild; who asks again before it is done joins the first.

        It is on the disk when this returns. Raises `SearchUnavailable` when it cannot be.
        """
        known = self.asked()
        if known is not None and known.failure is None:
            return known
        wish = Rebuild(datetime.now(UTC))
        try:
            self._write(wish)
        except SearchUnavailable as error:
            raise SearchUnavailable(f"A rebuild cannot be asked for: {error}") from error
        return wish

    def asked(self) -> Rebuild | None:
        """What was asked for and is not done, given up included; None when nothing is known."""
        try:
            written = self._kept.read()
            return None if written is None else _rebuild(json.loads(written))
        except SearchUnavailable:
            return None
        except (ValueError, TypeError, KeyError):
            # Somebody asked, that is sure; what else was known of it is lost.
            return Rebuild(datetime.now(UTC))

    def note(self, wish: Rebuild) -> None:
        """Write down how far it has come; where that is not possible, nothing is lost by it."""
        with suppress(SearchUnavailable):
            self._write(wish)

    def begin(self) -> Rebuild | None:
        """The wish that is to be granted now, noted as begun; None when there is none."""
        wish = self.asked()
        if wish is None or wish.failure is not None:
            return None
        if wish.attempts >= MOST_ATTEMPTS:
            self.note(replace(wish, failure=f"{wish.attempts} attempts were cut off."))
            return None
        begun = replace(wish, attempts=wish.attempts + 1, sections=0)
        self.note(begun)
        return begun

    def settle(self) -> None:
        """Forget the wish, once it is granted."""
        with suppress(SearchUnavailable):
            self._kept.remove()

    def _write(self, wish: Rebuild) -> None:
        written = {**asdict(wish), "requested_at": wish.requested_at.isoformat()}
        self._kept.write(json.dumps(written).encode())


class WishFile:
    """A `Wish` in a file in `directory`, which is made when it is needed."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "REBUILD"

    def read(self) -> bytes | None:
        """The wish as it was written; None when there is none."""
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SearchUnavailable(f"{error}.") from error

    def write(self, wish: bytes) -> None:
        """Put it down, in the place of any other; it is on the disk when this returns."""
        unfinished = self._path.with_suffix(f".{os.getpid()}-{get_ident()}.tmp")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with unfinished.open("wb") as file:
                file.write(wish)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(self._path)
        except OSError as error:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            raise SearchUnavailable(f"{error}.") from error

    def remove(self) -> None:
        """Leave none."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            raise SearchUnavailable(f"{error}.") from error


def _rebuild(document: dict[str, Any]) -> Rebuild:
    failure = document["failure"]
    return Rebuild(
        requested_at=datetime.fromisoformat(document["requested_at"]).astimezone(UTC),
        attempts=int(document["attempts"]),
        sections=int(document["sections"]),
        failure=None if failure is None else str(failure),
    )
