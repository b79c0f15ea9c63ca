"""When every worker of a machine shows what was published.

Workers share one port, and the system chooses who takes a connection. So connections are opened
until each worker has taken one: which did is told by the sockets that a process holds, which Linux
lists in /proc.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from statistics import quantiles
from typing import Final, NamedTuple

from content.library import Library
from tests.benchmarks.asking import Client, Request, connected
from tests.benchmarks.filling import Filled
from tests.benchmarks.publisher import change
from tests.benchmarks.servers import Server

_MOST_CONNECTIONS: Final = 200
_PATIENCE: Final = 10.0
_PAUSE: Final = 0.001


class Seen(NamedTuple):
    """Milliseconds from the commit until the last worker showed it."""

    p50: float
    p99: float
    most: float


def time_to_all(library: Library, server: Server, articles: Sequence[Filled]) -> Seen:
    """Publish one article after the other, and ask every worker until it shows the new text."""
    with client_of_each(server) as clients:
        waits = [
            _wait(library, clients, article, f"Seen {number} times, it is.")
            for number, article in enumerate(articles)
        ]
    return seen(waits)


def seen(waits: Sequence[float]) -> Seen:
    """Of some waits in milliseconds the middle, the slow and the slowest."""
    percentiles = quantiles(waits, n=100)
    return Seen(percentiles[49], percentiles[98], max(waits))


def _wait(library: Library, clients: Mapping[int, Client], article: Filled, text: str) -> float:
    request = Request(f"/api/v1/articles/{article.slug}")
    for client in clients.values():
        client.get(request)  # What was asked for before is what a cache would go on showing.
    change(library, article, text)
    committed = time.perf_counter()
    blind = dict(clients)
    while blind:
        for pid, client in list(blind.items()):
            if text.encode() in client.get(request).body:
                del blind[pid]
        if time.perf_counter() > committed + _PATIENCE:
            raise RuntimeError(f"After {_PATIENCE:.0f} s {len(blind)} workers show the old text.")
        time.sleep(_PAUSE)
    return (time.perf_counter() - committed) * 1000


@contextmanager
def client_of_each(server: Server) -> Iterator[Mapping[int, Client]]:
    """A connection to each worker, by its process."""
    found: dict[int, Client] = {}
    with ExitStack() as stack:
        for _ in range(_MOST_CONNECTIONS):
            client = stack.enter_context(connected(server.port))
            client.get(Request("/healthz"))
            found.setdefault(_holder(server, client), client)
            if len(found) == len(server.workers):
                yield found
                return
        raise RuntimeError(f"Only {len(found)} workers take any connection.")


def _holder(server: Server, client: Client) -> int:
    """The worker at the other end of a connection."""
    socket = f"socket:[{_inode(server.port, client.own_port)}]"
    for pid in server.workers:
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(FileNotFoundError):
                if str(descriptor.readlink()) == socket:
                    return pid
    raise RuntimeError("A connection was taken by no worker.")


def _inode(local: int, remote: int) -> str:
    """The socket of an IPv4 connection by the ports at its two ends."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        columns = line.split()
        ports = [int(address.rpartition(":")[2], 16) for address in columns[1:3]]
        if ports == [local, remote]:
            return columns[9]
    raise RuntimeError("The connection is not listed.")
