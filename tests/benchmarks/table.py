"""How the figures are printed."""

import os
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import version

from tests.benchmarks.comparing import Borne, Comparison, Plan
from tests.benchmarks.corpus import SECTIONS
from tests.benchmarks.growth import Grown
from tests.benchmarks.load import generator
from tests.benchmarks.processes import Cores
from tests.benchmarks.querying import Compared

_SERVER = 18
_WORK = 28


def print_facts(articles: int, plan: Plan, where: Cores) -> None:
    """What is measured on what, and how."""
    placed = (
        "not pinned" if where.server is None else f"server on {where.server}, load on {plan.core}"
    )
    print(f"{articles:,} articles of {SECTIONS} sections")
    print(
        f"Python {platform.python_version()}, Granian {version('granian')} with 1 worker and 4 "
        f"blocking threads, SQLite, Whoosh"
    )
    print(f"{os.cpu_count()} cores ({placed}), load average {os.getloadavg()[0]:.1f} at the start")
    print(
        f"load: {generator()}, {plan.connections} connections; medians of {plan.rounds} rounds "
        f"of {plan.seconds:g} s, the servers in turns\n",
        flush=True,
    )


def print_comparison(compared: Comparison) -> None:
    """Every work on every server.

    `µs CPU` is the server's processor time an answer: it does not depend on what else the machine
    does, nor on a load generator that is slower than the server.
    """
    print(f"\n{'':{_WORK}}{'':{_SERVER}}{'req/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'µs CPU':>9}")
    before = ""
    for (work, server), borne in compared.items():
        print(f"{'' if work == before else work:{_WORK}}{server:{_SERVER}}{_columns(borne)}")
        before = work
    print(flush=True)


def print_growth(grown: Grown) -> None:
    """What an answer costs by the size of the library, in microseconds of processor time."""
    sizes = list(grown.warm)
    head = "".join(f"{size:>10,}" for size in sizes)
    print(
        f"\n{'µs CPU an answer, by articles':{_WORK}}  {'warm':>{len(head)}} |{'cold':>{len(head)}}"
    )
    print(f"{'':{_WORK}}  {head} |{head}")
    for work in grown.works:
        warm = _costs([grown.warm[size][work] for size in sizes])
        cold = _costs([grown.cold[size][work] for size in sizes])
        print(f"{work:{_WORK}}  {warm} |{cold}")
    print(flush=True)


def print_queries(compared: Iterable[Compared]) -> None:
    """What a query takes in this process, ours and SQLite's, in microseconds of processor time."""
    kinds = ("first asked", "ranked", "20 highlights")
    print(f"\n{'µs CPU a query: ours, FTS5':{_WORK}}" + "".join(f"{each:>20}" for each in kinds))
    for each in compared:
        costs = (each.first, each.ranked, each.highlighted)
        columns = "".join(f"{cost.ours:>11,.0f}{cost.theirs:>9,.0f}" for cost in costs)
        print(f"{each.words:>{_WORK - 6}} words{columns}")
    print(flush=True)


def print_figure(name: str, figure: str) -> None:
    """One figure with its unit."""
    print(f"{name:<44}{figure}", flush=True)


def _columns(borne: Borne) -> str:
    return f"{borne.rate:>9,.0f}{borne.p50:>9.2f}{borne.p99:>9.2f}{borne.processor:>9,.0f}"


def _costs(measured: Sequence[Borne]) -> str:
    return "".join(f"{each.processor:>10,.0f}" for each in measured)
