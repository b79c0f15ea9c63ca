"""When every worker of a machine finds what was published, at a steady rate of publications."""

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from content import authorising
from content.library import Library
from tests.benchmarks.asking import Client, Request
from tests.benchmarks.filling import ACTOR, Filled
from tests.benchmarks.publisher import change
from tests.benchmarks.seeing import Seen, client_of_each, seen
from tests.benchmarks.servers import Server

RATE: Final = 5
"""Publications a second."""

_PATIENCE: Final = 60.0
_PAUSE: Final = 0.02
# Shorter, the searches themselves would keep the machine busy.


def time_to_found(library: Library, server: Server, articles: Sequence[Filled], count: int) -> Seen:
    """Publish `RATE` times a second, and search on every worker until it is found there.

    It begins once a first publication was found: the follower starts beside the workers, and is
    ready about a second after them.
    """
    with client_of_each(server) as clients:
        change(library, articles[0], _sentence(count))
        _wait_for(clients.values(), count)
        committed: list[float] = []
        waits: dict[int, list[float]] = {pid: [] for pid in clients}
        watching = [
            threading.Thread(target=_watch, args=(client, committed, waits[pid], count))
            for pid, client in clients.items()
        ]
        for each in watching:
            each.start()
        _publish(library, articles, committed, count)
        for each in watching:
            each.join()
    return seen(_slowest(waits, count))


def rebuild_speed_while_serving(library: Library, server: Server, sections: int) -> float:
    """Sections a second of a rebuild that was asked for over HTTP."""
    with library.writing(ACTOR) as work:
        secret = authorising.issue_token(work, "the benchmark", ["admin"], None)[1]
    client = Client(server.port)
    client.post("/api/v1/admin/index/rebuild", secret)
    begun = time.perf_counter()
    while client.json("/api/v1/admin/index", secret)["rebuild"] is not None:
        if time.perf_counter() > begun + 60 * _PATIENCE:
            raise RuntimeError("The index is not rebuilt.")
        time.sleep(0.05)
    client.close()
    return sections / (time.perf_counter() - begun)


def _publish(
    library: Library, articles: Sequence[Filled], committed: list[float], count: int
) -> None:
    begun = time.perf_counter()
    for number in range(count):
        time.sleep(max(0.0, begun + number / RATE - time.perf_counter()))
        change(library, articles[number % len(articles)], _sentence(number))
        committed.append(time.perf_counter())


def _watch(client: Client, committed: list[float], waits: list[float], count: int) -> None:
    """Search for one after the other: what is published later is found later."""
    for number in range(count):
        until = time.perf_counter() + _PATIENCE
        while not (len(committed) > number and _found(client, number)):
            if time.perf_counter() > until:
                return
            time.sleep(_PAUSE)
        waits.append(time.perf_counter() - committed[number])


def _wait_for(clients: Iterable[Client], number: int) -> None:
    until = time.perf_counter() + _PATIENCE
    while not all(_found(client, number) for client in clients):
        if time.perf_counter() > until:
            raise RuntimeError("What is published is not found.")
        time.sleep(_PAUSE)


def _found(client: Client, number: int) -> bool:
    answer = client.get(Request(f"/api/v1/search?{urlencode({'q': _word(number)})}"))
    return _sentence(number).encode() in answer.body


def _slowest(waits: Mapping[int, Sequence[float]], count: int) -> list[float]:
    for pid, each in waits.items():
        if len(each) < count:
            raise RuntimeError(f"The worker {pid} found {len(each)} of {count} publications.")
    return [max(each) * 1000 for each in zip(*waits.values(), strict=True)]


def _word(number: int) -> str:
    """A word that stands nowhere else, and that no other is like."""
    letters = "".join("bcdfghjklmnprtvw"[number >> shift & 15] for shift in (8, 4, 0))
    return f"{letters}oqu{letters[::-1]}"


def _sentence(number: int) -> str:
    return f"Published now: {_word(number)}."
