"""`python -m tests.benchmarks`: what Dermis costs, beside the limits and the rivals."""

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from tests.benchmarks.comparing import Plan
from tests.benchmarks.corpus import MOST_ARTICLES
from tests.benchmarks.goals import Figure, print_goals
from tests.benchmarks.parts import Run, growing, publishing, reading, searching, starting, writing
from tests.benchmarks.processes import cores
from tests.benchmarks.table import print_facts, print_figure

_FEWEST: Final = 200
# Articles below which some lists have no full page.

_SIZES: Final = (2_000, 20_000, 200_000)
_PARTS: Final[Mapping[str, Callable[[Run], Iterator[Figure]]]] = {
    "writing": writing,
    "starting": starting,
    "reading": reading,
    "publishing": publishing,
    "searching": searching,
    "growth": growing,
}


def main() -> None:
    """Measure what Dermis costs, beside applications that only send the same bytes."""
    begun = time.monotonic()
    options = _options()
    # Whoever ends this process ends the servers too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    with tempfile.TemporaryDirectory(prefix="dermis-benchmark-") as directory:
        run = _run(options, Path(directory))
        print_facts(run.articles, run.plan, run.where)
        figures: list[Figure] = []
        try:
            for part in _chosen(options):
                figures += _PARTS[part](run)
        finally:
            # When a part fails, what was measured before is not lost.
            print_goals(figures)
    print_figure("\nthis run", f"{time.monotonic() - begun:.0f} s")


def _run(options: argparse.Namespace, workplace: Path) -> Run:
    where = cores()
    rounds, seconds = (3, 1.0) if options.quick else (5, 2.0)
    return Run(
        articles=options.articles or (_FEWEST if options.quick else _SIZES[0]),
        sizes=tuple(sorted(options.growth or _SIZES)),
        plan=Plan(options.rounds or rounds, seconds, options.connections, where.load),
        where=where,
        quick=options.quick,
        libraries=options.libraries or workplace / "libraries",
        workplace=workplace,
    )


def _chosen(options: argparse.Namespace) -> list[str]:
    """The parts that were named, or else all; growth takes long, and is measured when asked for."""
    if options.only:
        return [each for each in _PARTS if each in options.only]
    return [each for each in _PARTS if each != "growth" or options.growth is not None]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=main.__doc__)
    parser.add_argument("--articles", type=_count, help="articles of 8 sections (default 2000)")
    parser.add_argument("--rounds", type=int, choices=range(1, 51), metavar="N", help="(default 5)")
    parser.add_argument("--connections", type=int, default=16, help="of the load (default 16)")
    parser.add_argument("--quick", action="store_true", help="a few minutes, 200 articles")
    parser.add_argument("--only", nargs="+", choices=list(_PARTS), help="these parts alone")
    parser.add_argument(
        "--growth",
        nargs="*",
        type=int,
        metavar="ARTICLES",
        help="also read from libraries of these sizes, multiples of the smallest "
        "(default 2000 20000 200000; the largest takes 9 GB of disk)",
    )
    parser.add_argument("--libraries", type=Path, help="directory to keep the libraries in")
    options = parser.parse_args()
    if not Path("/proc/self/stat").exists():
        parser.error("memory and processor time are read from /proc: run this on Linux.")
    if options.growth and any(size % min(options.growth) for size in options.growth):
        parser.error("the sizes of --growth must be multiples of the smallest.")
    if options.growth and not _FEWEST <= min(options.growth) <= MOST_ARTICLES:
        parser.error(f"the smallest size of --growth must be {_FEWEST} to {MOST_ARTICLES}.")
    return options


def _count(text: str) -> int:
    count = int(text)
    if not _FEWEST <= count <= MOST_ARTICLES:
        raise argparse.ArgumentTypeError(f"must be {_FEWEST} to {MOST_ARTICLES}")
    return count


if __name__ == "__main__":
    main()
