"""Reading while somebody publishes: the same load with and without, in turns."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from tests.benchmarks.comparing import Borne, Contestant, Plan, burden, medians
from tests.benchmarks.processes import pinned
from tests.benchmarks.publisher import READY, Published
from tests.benchmarks.servers import ROOT
from tests.benchmarks.works import Work

RATE: Final = 20
"""Publications a second."""


class Disturbed(NamedTuple):
    """What was borne while nothing and while much was published, and how much that was."""

    idle: Borne
    disturbed: Borne
    published: float


def disturb(server: Contestant, work: Work, plan: Plan, database_url: str) -> Disturbed:
    """Measure the work in turns without and with `RATE` publications a second."""
    idle, disturbed, published = [], [], Published(0, 0.0, 0.0)
    for _ in range(plan.rounds):
        idle.append(burden(server, work, plan))
        with _publishing(database_url, plan.core) as ended:
            disturbed.append(burden(server, work, plan))
        published = Published(
            published.articles + ended[0].articles,
            published.seconds + ended[0].seconds,
            max(published.slowest, ended[0].slowest),
        )
    rate = published.articles / published.seconds
    return Disturbed(medians(idle), medians(disturbed), rate)


@contextmanager
def _publishing(database_url: str, core: int | None) -> Iterator[list[Published]]:
    """Publish during the block; what was published is in the list after it."""
    ended: list[Published] = []
    command = [sys.executable, "-m", "tests.benchmarks.publisher", database_url, str(RATE)]
    with (
        pinned(core),
        subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        try:
            if process.stdout is None or process.stdout.readline().strip() != READY:
                raise RuntimeError("The publisher did not begin.")
            yield ended
        finally:
            process.send_signal(signal.SIGTERM)
            output = process.stdout.read() if process.stdout is not None else ""
    ended.append(Published(**json.loads(output)))
