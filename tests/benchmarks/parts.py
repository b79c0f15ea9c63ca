"""The parts of the benchmark: each prints what it measures, and yields the figures with goals."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from content.library import Library
from tests.benchmarks.asking import check_same, connected, write_answers
from tests.benchmarks.comparing import Contestant, Plan, compare, contestant
from tests.benchmarks.corpus import SECTIONS, articles
from tests.benchmarks.disturbing import disturb
from tests.benchmarks.dropping import drop
from tests.benchmarks.filling import Filled, new_library
from tests.benchmarks.goals import (
    COLD,
    WARM,
    Figure,
    disturbed_figures,
    growth_figures,
    reading_figures,
)
from tests.benchmarks.growth import WITHOUT_CACHE, grow
from tests.benchmarks.keeping import filled_articles, kept_library
from tests.benchmarks.measuring import (
    cold_start,
    editing_speed,
    import_speed,
    memory_when_full,
    rebuild_speed,
    seconds_to_visible,
)
from tests.benchmarks.processes import Cores, resident_megabytes
from tests.benchmarks.rivals import rivals
from tests.benchmarks.searching import (
    found_after_publishing,
    queries_alone,
    searches_in_large,
    searches_served,
)
from tests.benchmarks.seeing import time_to_all
from tests.benchmarks.servers import Server, bare, constant_flask, dermis
from tests.benchmarks.table import print_comparison, print_figure, print_growth
from tests.benchmarks.works import (
    ARTICLE,
    HUB,
    LISTED,
    QUESTIONS,
    TYPED,
    Work,
    capture,
    mixed,
    works,
    write_requests,
)

_CACHE_BYTES: Final = 64_000_000
_LARGE: Final = 12_500
# Articles with 100,000 sections.
_MIXED: Final = "articles and lists, mixed"


class Run(NamedTuple):
    """What is measured, how long, where, and with which libraries."""

    articles: int
    sizes: Sequence[int]
    plan: Plan
    where: Cores
    quick: bool
    libraries: Path
    workplace: Path

    def times(self, few: int, many: int) -> int:
        """How often something is measured."""
        return few if self.quick else many


def writing(run: Run) -> Iterator[Figure]:
    """Importing, creating and publishing into empty libraries."""
    generated = list(articles(run.times(20, 60)))
    with _new_library(run.workplace / "imported") as library:
        imported = import_speed(library, generated)
    with _new_library(run.workplace / "edited") as library:
        edited = editing_speed(library, generated)
    print_figure("import, proposed only", f"{imported.proposed:,.0f} sections/s")
    print_figure("import, kept to published", f"{imported.published:,.0f} sections/s")
    print_figure("created and published, 50 a commit", f"{edited:,.0f} sections/s")
    yield from ()


def starting(run: Run) -> Iterator[Figure]:
    """Cold starts, with files that the system has read before; and what a worker takes."""
    with _opened(home := _home(run)) as library:
        slug = filled_articles(library, 1)[0].slug
    started = cold_start(home, slug, run.times(1, 5))
    print_figure("cold start to /readyz", f"{started.ready:.2f} s")
    yield Figure("cold start to the first article", started.article, 1.5, at_most=True, unit=" s")
    with dermis(home, None) as server:
        server.seconds_until("/readyz")
        print_figure("memory of a fresh worker", f"{resident_megabytes(server.worker):.0f} MB")
        yield _full(home, server, "memory of a worker, its cache full of articles")


def reading(run: Run) -> Iterator[Figure]:
    """Every work on Dermis with and without its cache, on what only sends, and on the rivals."""
    home, core = _home(run), run.where.server
    with (
        dermis(home, core, name=WARM) as warm,
        dermis(home, core, name=COLD, settings=WITHOUT_CACHE) as cold,
        ExitStack() as stack,
    ):
        for server in (warm, cold):
            server.seconds_until("/readyz")
            server.leave_to_workers(run.where.load)
        measured = _works(home, warm)
        senders = _senders(run, stack, warm, cold, measured)
        requests = {work.name: write_requests(run.workplace, work) for work in measured}
        ours = [contestant(each, requests) for each in (warm, *senders, cold)]
        compared = compare(measured, [*ours, *_rivals(run)], run.plan)
        print_comparison(compared)
        yield from reading_figures(compared)
        yield from _memory(home, warm)


def publishing(run: Run) -> Iterator[Figure]:
    """Reading while others publish, and how soon what is published is seen and found."""
    home, core = _home(run), run.where.server
    with _opened(home) as library:
        with dermis(home, core) as server:
            server.seconds_until("/readyz")
            server.leave_to_workers(run.where.load)
            measured = _works(home, server)
            for work in (measured[0], _mixed(measured)):
                yield from _disturbed(run, server, work, library.url)
            _print_found(library, server, filled_articles(library, run.times(3, 10)))
        yield _dropped(run, library, home)
        with dermis(home, None, workers=2) as server:
            server.seconds_until("/readyz")
            seen = time_to_all(library, server, filled_articles(library, run.times(20, 200)))
    print_figure("published to seen by both workers", f"{seen.p50:.1f} ms, most {seen.most:.1f} ms")
    yield Figure("published to seen by both workers, p99", seen.p99, 250, at_most=True, unit=" ms")


def growing(run: Run) -> Iterator[Figure]:
    """Reads at several sizes of the library."""
    place = run.workplace / "growth"
    place.mkdir()
    grown = grow(run.sizes, run.libraries, place, run.plan, run.where)
    print_growth(grown)
    yield from growth_figures(grown)


def searching(run: Run) -> Iterator[Figure]:
    """Searches alone and served, in a large library, and after a change."""
    large = run.articles * run.times(5, 7)
    yield from queries_alone(
        run.workplace, run.articles, run.times(large, _LARGE), run.times(3, run.plan.rounds)
    )
    home = _home(run)
    yield from searches_served(home, run.workplace, run.where, run.plan)
    sections = run.articles * SECTIONS
    yield from found_after_publishing(home, run.times(25, 200), sections)
    yield from searches_in_large(_large_home(run, large), run.workplace, run.where, run.plan)


def _large_home(run: Run, count: int) -> Path:
    home = run.workplace / "large"
    home.mkdir()
    shutil.copy(kept_library(run.libraries, count, run.articles), home / "library.db")
    with _opened(home) as library:
        rebuild_speed(library, home, count * SECTIONS)
    return home


def _home(run: Run) -> Path:
    """A home with a library and its index, made once in a run."""
    home = run.workplace / "home"
    if not home.exists():
        kept = kept_library(run.libraries, run.articles, run.articles)
        home.mkdir()
        shutil.copy(kept, home / "library.db")
        with _opened(home) as library:
            speed = rebuild_speed(library, home, run.articles * SECTIONS)
        print_figure("search index rebuilt", f"{speed:,.0f} sections/s")
    return home


@contextmanager
def _opened(home: Path) -> Iterator[Library]:
    library = Library(f"sqlite:///{home / 'library.db'}")
    try:
        yield library
    finally:
        library.close()


@contextmanager
def _new_library(home: Path) -> Iterator[Library]:
    library = new_library(home)
    try:
        yield library
    finally:
        library.close()


def _slugs(home: Path) -> list[str]:
    with _opened(home) as library:
        return [each.slug for each in filled_articles(library, 1_000_000)]


def _works(home: Path, server: Server) -> list[Work]:
    with connected(server.port) as client:
        return works(client, _slugs(home))


def _senders(
    run: Run, stack: ExitStack, warm: Server, cold: Server, measured: Sequence[Work]
) -> list[Server]:
    """The bare application and the one of Flask, which answer what Dermis does."""
    captured = run.workplace / "answers.json"
    with connected(warm.port) as client:
        answers = capture(client, measured)
    write_answers(captured, answers)
    senders = [
        stack.enter_context(each(captured, run.where.server)) for each in (bare, constant_flask)
    ]
    for server in senders:
        server.seconds_until(measured[0].requests[0].target)
    for server in (*senders, cold):
        with connected(server.port) as client:
            check_same(server.name, client, answers)
    return senders


def _rivals(run: Run) -> list[Contestant]:
    place = run.workplace / "rivals"
    place.mkdir()
    found = rivals(place)
    names = ", ".join(each.name for each in found)
    print_figure("other systems", names or "none is set up and running beside the repository")
    return found


def _memory(home: Path, server: Server) -> Iterator[Figure]:
    print_figure(
        "memory of the worker after the works", f"{resident_megabytes(server.worker):.0f} MB"
    )
    yield _full(home, server, "memory of a worker, its cache full, after searches too")


def _full(home: Path, server: Server, name: str) -> Figure:
    full = memory_when_full(server, _slugs(home), _CACHE_BYTES)
    return Figure(name, full, 180, at_most=True, unit=" MB")


def _mixed(measured: Sequence[Work]) -> Work:
    lists = {ARTICLE, LISTED, TYPED, QUESTIONS, HUB}
    return mixed(_MIXED, [work for work in measured if work.name in lists])


def _disturbed(run: Run, server: Server, work: Work, url: str) -> Iterator[Figure]:
    requests = {work.name: write_requests(run.workplace, work)}
    found = disturb(contestant(server, requests), work, run.plan, url)
    for name, borne in (("idle", found.idle), ("published", found.disturbed)):
        told = f"{borne.rate:,.0f} req/s, p50 {borne.p50:.2f} ms, p99 {borne.p99:.2f} ms"
        print_figure(f"{work.name}, {name}", told)
    yield from disturbed_figures(work.name, found)


def _dropped(run: Run, library: Library, home: Path) -> Figure:
    article = filled_articles(library, 3)[1]
    found = drop(library, home, article, run.times(1_000, 10_000))
    told = f"{found.worked_out:,} of {found.cached:,}; {found.in_vain:,} in vain"
    print_figure("responses dropped by one publication", told)
    return Figure("dropped by one publication in vain", found.in_vain, 0, at_most=True)


def _print_found(library: Library, server: Server, filled: Sequence[Filled]) -> None:
    waits = seconds_to_visible(library, server, filled)
    figure = f"{median(waits):.2f} s, at most {max(waits):.2f} s ({len(waits)} times)"
    print_figure("published to found by search", figure)
