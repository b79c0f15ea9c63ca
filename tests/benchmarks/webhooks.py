"""Delivering webhooks: `python -m tests.benchmarks.webhooks [--quick] [--url URL]`.

Prints how many deliveries a second one deliverer makes, to one receiver and to several at once,
when much has to be told; and how long it takes from the commit of a change until a receiver has
it, while the deliverer waits for news. The receivers are another process of this machine, and
answer 204 at once. The library is SQLite in a new file, or at the URL of an empty PostgreSQL
database, in which what is made stays.
"""

import argparse
import multiprocessing
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from sqlalchemy import delete

from api.watching import watch_of
from content import changes, editing, publishing, subscribing
from content.delivering import INTERVAL, Deliveries
from content.errands import Often, attend
from content.library import Actor, Library
from content.messaging import Keys
from content.outbound import Outbound
from content.subscribing import EndpointDraft
from content.webhooks import Endpoint
from migrations import upgrading
from tests.benchmarks.querying import Waited, percentiles
from tests.building import a_section
from tests.receiving import LOOPBACK, Received, Receiver, Reply

_EDITOR: Final = Actor("a benchmark", publishes=True)
_TOPIC: Final = "procedure:microneedling"
_RECEIVERS: Final = 4
_CHANGES: Final = 300
_FEW: Final = 20
_PAUSE: Final = 0.05
# Seconds from one delivery to the next commit.


@dataclass(frozen=True, slots=True)
class Receivers:
    """Receivers in another process."""

    urls: Sequence[str]
    arrivals: Connection
    """Of each request the number of its change, and when it came by `time.monotonic`."""

    def wait(self, count: int) -> dict[int, float]:
        """When so many requests came, by the numbers of their changes."""
        return dict(self.arrivals.recv() for _ in range(count))


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few changes: is it still working?")
    parser.add_argument("--url", help="the database to use, empty")
    given = parser.parse_args(arguments)
    count = _FEW if given.quick else _CHANGES
    with _library(given.url) as library, _receivers() as receivers:
        waited = _delays(library, receivers, count)
        print(f"from commit to delivery, {count} changes, milliseconds:")
        print(f"  p50 {waited.p50:.1f}, p99 {waited.p99:.1f}")
        print("deliveries a second:")
        for receiving in (1, _RECEIVERS):
            rate = _throughput(library, receivers, receiving)
            print(f"  to {receiving} at once {rate:,.0f}")


def _delays(library: Library, receivers: Receivers, count: int) -> Waited:
    """How long a receiver waited for changes that came one after another."""
    waited = []
    _subscribe(library, receivers.urls[:1])
    with _attended(library):
        with library.writing(_EDITOR) as work:
            article = editing.create_article(
                work, title="A title", locale="en", sections=[a_section()], topics=[_TOPIC]
            )
        for number in range(1, count + 1):
            with library.writing(_EDITOR) as work:
                editing.change_article(work, article.id, None, title=f"Title {number}")
                publishing.publish(work, article.id, None)
            committed = time.monotonic()
            waited.append(receivers.wait(1)[number] - committed)
            time.sleep(_PAUSE)
    return percentiles(waited)


def _throughput(library: Library, receivers: Receivers, count: int) -> float:
    """Deliveries a second to so many receivers that are each told the whole log."""
    _subscribe(library, receivers.urls[:count])
    with library.reading() as session:
        total = changes.head(session) * count
    begun = time.monotonic()
    with _attended(library):
        receivers.wait(total)
        seconds = time.monotonic() - begun
    return total / seconds


def _subscribe(library: Library, urls: Sequence[str]) -> None:
    """Have these told everything, and nobody else anything."""
    with library.writing(_EDITOR) as work:
        work.session.execute(delete(Endpoint))
        for url in urls:
            created = subscribing.create_endpoint(work, EndpointDraft("A receiver", url))
            created.sequence = 0


@contextmanager
def _attended(library: Library) -> Iterator[None]:
    """A deliverer at work, as `dermis worker` has one."""
    stop = threading.Event()
    watch = watch_of(library)
    deliveries = Deliveries(library, Outbound(LOOPBACK), Keys(b"k" * 32), watch)
    errand = Often(deliveries, INTERVAL)
    attending = threading.Thread(target=attend, args=(errand, stop, 1.0))
    attending.start()
    try:
        yield
    finally:
        stop.set()
        attending.join()
        deliveries.wait()
        watch.close()


@contextmanager
def _receivers() -> Iterator[Receivers]:
    spawning = multiprocessing.get_context("spawn")
    ours, theirs = spawning.Pipe()
    process = spawning.Process(target=_receive, args=(theirs,), daemon=True)
    process.start()
    try:
        yield Receivers(ours.recv(), ours)
    finally:
        process.kill()
        process.join()


def _receive(arrivals: Connection) -> None:
    lock = threading.Lock()

    def note(request: Received) -> Reply:
        came = time.monotonic()
        with lock:
            arrivals.send((request.told[0], came))
        return Reply(204)

    receivers = [Receiver() for _ in range(_RECEIVERS)]
    for each in receivers:
        each.reply = note
    arrivals.send([each.url for each in receivers])
    threading.Event().wait()


@contextmanager
def _library(url: str | None) -> Iterator[Library]:
    with tempfile.TemporaryDirectory() as directory:
        library = Library(url or f"sqlite:///{Path(directory) / 'library.db'}")
        with library.migrating() as connection:
            upgrading.upgrade(connection)
        yield library
        library.close()


if __name__ == "__main__":
    main()
