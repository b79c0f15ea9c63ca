"""How the figures are printed."""

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version

from tests.benchmarks.comparing import Borne, Compared, Plan
from tests.benchmarks.corpus import SECTIONS
from tests.benchmarks.load import generator
from tests.benchmarks.processes import Cores

_SIDE = f"{'req/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'µs CPU':>9}"
_WORK = 28


def print_facts(articles: int, plan: Plan, where: Cores) -> None:
    """What was measured on what, and how."""
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
        f"of {plan.seconds:g} s, the two in turns\n",
        flush=True,
    )


def print_comparison(compared: Sequence[Compared]) -> None:
    """Dermis and the bare application side by side.

    `µs CPU` is the worker's processor time an answer: it does not depend on what else the machine
    does, nor on a load generator that is slower than the server.
    """
    print(f"\n{'':{_WORK}}{'Dermis':^36} |{'bare WSGI, same bytes':^36} |{'Dermis / bare':^17}")
    print(f"{'':{_WORK}}{_SIDE} |{_SIDE} |{'req/s':>8}{'CPU':>8}")
    for each in compared:
        ratios = each.dermis.rate / each.bare.rate, each.bare.processor / each.dermis.processor
        shown = "".join(f"{ratio:>8.1%}" for ratio in ratios)
        print(f"{each.work:{_WORK}}{_side(each.dermis)} |{_side(each.bare)} |{shown}")
    print(flush=True)


def print_figure(name: str, figure: str) -> None:
    """One figure with its unit."""
    print(f"{name:<36}{figure}", flush=True)


def _side(borne: Borne) -> str:
    return f"{borne.rate:>9,.0f}{borne.p50:>9.2f}{borne.p99:>9.2f}{borne.processor:>9,.0f}"
