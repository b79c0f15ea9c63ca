"""Several servers under the same load, in turns."""

import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from tests.benchmarks.load import bear
from tests.benchmarks.processes import pinned, processor_seconds
from tests.benchmarks.servers import Server
from tests.benchmarks.works import Work

_WARM_SECONDS: Final = 0.3
_LONG_SECONDS: Final = 20.0


class Plan(NamedTuple):
    """How long and how hard: `rounds` of `seconds` each, from a core of its own."""

    rounds: int
    seconds: float
    connections: int
    core: int | None


class Borne(NamedTuple):
    """Answers a second, milliseconds, and microseconds of processor time an answer."""

    rate: float
    p50: float
    p99: float
    processor: float


class Contestant(NamedTuple):
    """A server with the file of its requests for each work that it does.

    `processes` are those whose processor time is counted. One that is `foreign` may fail, which
    is told.
    """

    name: str
    port: int
    processes: Callable[[], Sequence[int]]
    requests: Mapping[str, Path]
    foreign: bool = False


Comparison = Mapping[tuple[str, str], Borne]
"""The medians by work and server."""


def contestant(server: Server, requests: Mapping[str, Path]) -> Contestant:
    """One of our servers."""
    return Contestant(server.name, server.port, lambda: server.workers, requests)


def compare(works: Sequence[Work], contestants: Sequence[Contestant], plan: Plan) -> Comparison:
    """Round after round, each work on one server at once after the other."""
    borne: Mapping[tuple[str, str], list[Borne]] = defaultdict(list)
    warming = plan._replace(seconds=_WARM_SECONDS)
    for number in range(plan.rounds + 1):
        for work in works:
            for each in contestants:
                if work.name in each.requests:
                    measured = _attempt(each, work, plan if number else warming)
                    if number and measured:
                        borne[work.name, each.name].append(measured)
    return {key: medians(rounds) for key, rounds in borne.items()}


def burden(server: Contestant, work: Work, plan: Plan) -> Borne:
    """One round of one work, as long as it takes to get answers.

    Raises `RuntimeError` when anything else than its status comes, or nothing.
    """
    before = sum(map(processor_seconds, server.processes()))
    with pinned(plan.core):
        file = server.requests[work.name]
        load = bear(server.port, plan.connections, plan.seconds, work.status, file)
        if not load.answers:
            load = bear(server.port, plan.connections, _LONG_SECONDS, work.status, file)
    if not load.answers:
        raise RuntimeError(f"{server.name} does not answer {work.name}.")
    spent = sum(map(processor_seconds, server.processes())) - before
    return Borne(load.rate, load.p50, load.p99, spent / load.answers * 1e6)


def medians(rounds: Sequence[Borne]) -> Borne:
    """Of each measure its median."""
    return Borne(*(median(values) for values in zip(*rounds, strict=True)))


def _attempt(server: Contestant, work: Work, plan: Plan) -> Borne | None:
    try:
        return burden(server, work, plan)
    except (RuntimeError, OSError) as error:
        if not server.foreign:
            raise
        print(f"{server.name} fails at {work.name}: {str(error)[:200]}", file=sys.stderr)
        return None
