"""`python -m tests.benchmarks`: one table of what Dermis costs, beside a bare WSGI application."""

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from content.library import Library
from tests.benchmarks.comparing import Compared, Plan, compare
from tests.benchmarks.corpus import MOST_ARTICLES, SECTIONS, articles
from tests.benchmarks.filling import Filled, fill, new_library
from tests.benchmarks.measuring import cold_start, import_speed, rebuild_speed, seconds_to_visible
from tests.benchmarks.processes import Cores, cores, resident_megabytes
from tests.benchmarks.servers import Server, bare, dermis
from tests.benchmarks.table import print_comparison, print_facts, print_figure
from tests.benchmarks.works import capture, check_same, connected, works, write_answers

_FEWEST: Final = 200
# Articles below which some lists have no full page.


class Sizes(NamedTuple):
    """How much is measured: articles in the library, imports, starts and publications."""

    articles: int
    imports: int
    starts: int
    publications: int


def main() -> None:
    """Measure what Dermis costs, beside a bare WSGI application that sends the same bytes."""
    begun = time.monotonic()
    options = _options()
    # Whoever ends this process ends the servers too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    where = cores()
    if options.quick:
        sizes = Sizes(options.articles or _FEWEST, imports=20, starts=1, publications=3)
        plan = Plan(options.rounds or 3, 1.0, options.connections, where.load)
    else:
        sizes = Sizes(options.articles or 2_000, imports=60, starts=5, publications=10)
        plan = Plan(options.rounds or 5, 2.0, options.connections, where.load)
    print_facts(sizes.articles, plan, where)
    with tempfile.TemporaryDirectory(prefix="dermis-benchmark-") as directory:
        _measure_all(Path(directory), sizes, plan, where)
    print_figure("this run", f"{time.monotonic() - begun:.0f} s")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=main.__doc__)
    parser.add_argument("--articles", type=_count, help="articles of 8 sections (default 2000)")
    parser.add_argument("--rounds", type=int, choices=range(1, 51), metavar="N", help="(default 5)")
    parser.add_argument("--connections", type=int, default=16, help="of the load (default 16)")
    parser.add_argument("--quick", action="store_true", help="in about a minute, 200 articles")
    options = parser.parse_args()
    if not Path("/proc/self/stat").exists():
        parser.error("memory and processor time are read from /proc: run this on Linux.")
    return options


def _count(text: str) -> int:
    count = int(text)
    if not _FEWEST <= count <= MOST_ARTICLES:
        raise argparse.ArgumentTypeError(f"must be {_FEWEST} to {MOST_ARTICLES}")
    return count


def _measure_all(directory: Path, sizes: Sizes, plan: Plan, where: Cores) -> None:
    _measure_import(directory / "imported", sizes)
    home = directory / "home"
    library = new_library(home)
    try:
        filled = _fill(library, sizes)
        _measure_rebuild(library, home, sizes)
        _measure_start(home, filled, sizes)
        with dermis(home, where.server) as server:
            server.seconds_until("/readyz")
            print_comparison(_compare(directory, server, filled, plan, where))
            _measure_publishing(library, server, filled[: sizes.publications])
    finally:
        library.close()


def _measure_import(home: Path, sizes: Sizes) -> None:
    library = new_library(home)
    try:
        speed = import_speed(library, list(articles(sizes.imports)))
    finally:
        library.close()
    print_figure("import, proposed only", f"{speed.proposed:,.0f} sections/s")
    print_figure("import, kept to published", f"{speed.published:,.0f} sections/s")


def _fill(library: Library, sizes: Sizes) -> list[Filled]:
    begun = time.monotonic()
    filled = fill(library, articles(sizes.articles))
    speed = sizes.articles * SECTIONS / (time.monotonic() - begun)
    print_figure("created and published, 50 a commit", f"{speed:,.0f} sections/s")
    return filled


def _measure_rebuild(library: Library, home: Path, sizes: Sizes) -> None:
    speed = rebuild_speed(library, home, sizes.articles * SECTIONS)
    print_figure("search index rebuilt", f"{speed:,.0f} sections/s")


def _measure_start(home: Path, filled: Sequence[Filled], sizes: Sizes) -> None:
    started = cold_start(home, filled[0].slug, sizes.starts)
    print_figure("cold start to /readyz", f"{started.ready:.2f} s")
    print_figure("cold start to one article", f"{started.article:.2f} s")


def _compare(
    directory: Path, server: Server, filled: Sequence[Filled], plan: Plan, where: Cores
) -> list[Compared]:
    with connected(server.port) as client:
        measured = works(client, [each.slug for each in filled])
        answers = capture(client, measured)
    captured = directory / "answers.json"
    write_answers(captured, answers)
    with bare(captured, where.server) as other:
        other.seconds_until(measured[0].requests[0].target)
        with connected(other.port) as client:
            check_same(client, answers)
        compared = compare(measured, server, other, plan, directory)
        for each in (server, other):
            memory = resident_megabytes(each.worker)
            print_figure(f"memory of the worker, {each.name}", f"{memory:.0f} MB")
    return compared


def _measure_publishing(library: Library, server: Server, filled: Sequence[Filled]) -> None:
    waits = seconds_to_visible(library, server, filled)
    figure = f"{median(waits):.2f} s, at most {max(waits):.2f} s ({len(waits)} times)"
    print_figure("published to found by search", figure)


if __name__ == "__main__":
    main()
