"""Dermis and the bare application under the same load, in turns."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from tests.benchmarks.load import bear
from tests.benchmarks.processes import pinned, processor_seconds
from tests.benchmarks.servers import Server
from tests.benchmarks.works import Request, Work

_WARM_SECONDS: Final = 0.3


class Plan(NamedTuple):
    """How long and how hard: `rounds` of `seconds` each, from a core of its own."""

    rounds: int
    seconds: float
    connections: int
    core: int | None


class Borne(NamedTuple):
    """Answers a second, milliseconds, and microseconds of the worker's processor an answer."""

    rate: float
    p50: float
    p99: float
    processor: float


class Compared(NamedTuple):
    """The medians of one work on both servers."""

    work: str
    dermis: Borne
    bare: Borne


def compare(
    works: Sequence[Work], dermis: Server, bare: Server, plan: Plan, directory: Path
) -> list[Compared]:
    """Round after round, each work on Dermis and at once on the bare application."""
    files = {work.name: _write(directory, work) for work in works}
    borne: Mapping[tuple[str, str], list[Borne]] = defaultdict(list)
    warming = plan._replace(seconds=_WARM_SECONDS)
    for number in range(plan.rounds + 1):
        for work in works:
            for server in (dermis, bare):
                measured = _bear(server, work, files[work.name], plan if number else warming)
                if number:
                    borne[work.name, server.name].append(measured)
    return [
        Compared(
            work.name,
            _medians(borne[work.name, dermis.name]),
            _medians(borne[work.name, bare.name]),
        )
        for work in works
    ]


def _bear(server: Server, work: Work, file: Path, plan: Plan) -> Borne:
    worker = server.worker
    before = processor_seconds(worker)
    with pinned(plan.core):
        load = bear(server.port, plan.connections, plan.seconds, work.status, file)
    spent = processor_seconds(worker) - before
    return Borne(load.rate, load.p50, load.p99, spent / load.answers * 1e6)


def _medians(rounds: Sequence[Borne]) -> Borne:
    return Borne(*(median(values) for values in zip(*rounds, strict=True)))


def _write(directory: Path, work: Work) -> Path:
    path = directory / f"{work.name.replace(' ', '-')}.requests"
    path.write_text("".join(map(_line, work.requests)))
    return path


def _line(request: Request) -> str:
    return f"{request.target}\t{request.tag}\n"
