"""Killing whoever writes the index, at moments that nobody chose.

`python -m tests.content.killing --times 500` does it in a library of its own, and says how often
the index was left unreadable, locked or wrong: never, or the exit status is 1.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from typing import Final

from content.errors import SearchUnavailable
from content.following import bring_up_to_date, differences, rebuild
from content.library import Library
from content.searching import SearchQuery
from content.searching.whoosh_index import WhooshIndex
from tests.content.searching.building import library_in, publish, withdraw

LOOKED_AT: Final = 25
"""After every so many kills index and live set are compared; after the last one too."""

_SLUGS: Final = 12
_LONGEST: Final = 0.3
_ACTS: Final = {b"f": "following", b"o": "optimising", b"r": "rebuilding"}


@dataclass
class Outcome:
    """How many kills there were, in which act, and what they broke."""

    kills: int
    acts: Counter[str]
    unreadable: int = 0
    different: int = 0

    @property
    def unharmed(self) -> bool:
        """Whether nothing was broken."""
        return not (self.unreadable or self.different)


def kill_writers(times: int, library: Library, directory: Path, random: Random) -> Outcome:
    """Kill a writer so many times while it follows, optimises and rebuilds.

    Call it in a process of one thread: writers are forked.
    """
    outcome = Outcome(times, Counter())
    index = WhooshIndex(directory)
    publish(library, "always", [("overview", None, "Scars fade.")])
    rebuild(library, index)
    for number in range(1, times + 1):
        if number % 2:  # Who has nothing to follow goes on to the other acts sooner.
            _change(library, random)
        act = _kill_one(library, directory, random.uniform(0.0, _LONGEST))
        outcome.acts[act] += 1
        outcome.unreadable += not _reads(index)
        if number % LOOKED_AT == 0 or number == times:
            bring_up_to_date(library, index)
            outcome.different += bool(differences(library, index))
    index.close()
    return outcome


def _change(library: Library, random: Random) -> None:
    for _ in range(2):
        slug = f"a-{random.randrange(_SLUGS)}"
        text = f"Scars {random.random()}"
        publish(library, slug, [("overview", None, text)] * random.randint(1, 3))
    withdraw(library, slug)


def _reads(index: WhooshIndex) -> bool:
    """Whether the index answers, and finds what was never taken away."""
    try:
        return index.search(SearchQuery("scars fade", limit=1)).total > 0
    except SearchUnavailable:
        return False


def _kill_one(library: Library, directory: Path, seconds: float) -> str:
    """Begin a writer and kill it after so many seconds; which act it had said it would begin."""
    there, here = os.pipe()
    pid = os.fork()
    if pid == 0:
        # It opens everything anew: what it has inherited stays with the other process.
        try:
            os.close(there)
            _write(library.url, directory, here)
        finally:
            os._exit(1)
    os.close(here)
    with os.fdopen(there, "rb", buffering=0) as said:
        acts = said.read(1)
        time.sleep(seconds)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        acts += said.read()
    return _ACTS[acts[-1:]]


def _write(url: str, directory: Path, said: int) -> None:
    """Write without end, and say what comes next."""
    library, index = Library(url), WhooshIndex(directory)
    for number in count():
        os.write(said, b"f")
        bring_up_to_date(library, index, batch=1)
        os.write(said, b"o")
        index.optimise(2)
        if number % 3 == 0:
            os.write(said, b"r")
            rebuild(library, index)


def main() -> None:
    """Kill, and report."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--times", type=int, default=500)
    parser.add_argument("--seed", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, library_in(Path(place)) as library:
        directory = Path(place) / "index"
        outcome = kill_writers(options.times, library, directory, Random(options.seed))
    acts = ", ".join(f"{act} {number}" for act, number in outcome.acts.most_common())
    print(f"{outcome.kills} writers killed ({acts})")
    print(f"unreadable afterwards: {outcome.unreadable}")
    compared = -(-outcome.kills // LOOKED_AT)
    print(f"not equal to what is live: {outcome.different} of {compared} comparisons")
    sys.exit(not outcome.unharmed)


if __name__ == "__main__":
    main()
