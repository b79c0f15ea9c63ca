"""The part of the benchmark that searches: alone, over HTTP, at large, and after a change."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from content.library import Library
from tests.benchmarks.asking import check_same, connected, write_answers
from tests.benchmarks.comparing import Contestant, Plan, burden, compare, contestant
from tests.benchmarks.finding import RATE, rebuild_speed_while_serving, time_to_found
from tests.benchmarks.goals import (
    BARE,
    COLD,
    WARM,
    Figure,
    query_figures,
    search_figures,
)
from tests.benchmarks.growth import WITHOUT_CACHE
from tests.benchmarks.keeping import filled_articles
from tests.benchmarks.processes import Cores
from tests.benchmarks.querying import built, compare_queries, time_queries
from tests.benchmarks.rivals import rivals
from tests.benchmarks.servers import Server, bare, dermis
from tests.benchmarks.table import print_comparison, print_figure, print_queries
from tests.benchmarks.works import (
    SEARCH,
    Work,
    capture,
    completions,
    narrowed_searches,
    searches,
    write_requests,
)

_LARGE_GOAL: Final = 60.0
_COMPLETION_GOAL: Final = 10.0
_FOUND_GOAL: Final = 1_000.0
_REBUILD_GOAL: Final = 500.0


def queries_alone(workplace: Path, articles: int, large: int, rounds: int) -> Iterator[Figure]:
    """Queries in this process: beside SQLite's full text, and in an index of `large` articles."""
    place = workplace / "queries"
    place.mkdir()
    compared = compare_queries(place, articles, rounds)
    print_queries(compared)
    yield from query_figures(compared)
    index = built(place / "large", large)
    waited = time_queries(index, rounds)
    index.close()
    shutil.rmtree(place)
    name = f"query with filter and highlights, {large * 8:,} sections"
    print_figure(name, f"p50 {waited.p50:.1f} ms, p99 {waited.p99:.1f} ms")
    yield Figure(f"{name}, p99", waited.p99, _LARGE_GOAL, at_most=True, unit=" ms")


def searches_served(home: Path, workplace: Path, where: Cores, plan: Plan) -> Iterator[Figure]:
    """Searches over HTTP without and with the memory of answers, beside what only sends them."""
    core = where.server
    with (
        dermis(home, core, name=WARM) as warm,
        dermis(home, core, name=COLD, settings=WITHOUT_CACHE) as cold,
    ):
        for server in (warm, cold):
            server.seconds_until("/readyz")
            server.leave_to_workers(where.load)
        with connected(warm.port) as client:
            work = searches(client)
            answers = capture(client, [work])
        sent = workplace / "search-answers.json"
        write_answers(sent, answers)
        requests = {work.name: write_requests(workplace, work)}
        with bare(sent, core) as sender:
            sender.seconds_until(work.requests[0].target)
            with connected(sender.port) as client:
                check_same(BARE, client, answers)
            ours = [contestant(each, requests) for each in (warm, sender, cold)]
            compared = compare([work], [*ours, *_rivals(workplace)], plan)
    print_comparison(compared)
    yield from search_figures(compared, SEARCH)


def searches_in_large(home: Path, workplace: Path, where: Cores, plan: Plan) -> Iterator[Figure]:
    """Narrowed searches and completions over HTTP, without memory of answers, one at a time."""
    with dermis(home, where.server, name=COLD, settings=WITHOUT_CACHE) as server:
        server.seconds_until("/readyz")
        server.leave_to_workers(where.load)
        alone = plan._replace(connections=1)
        with connected(server.port) as client:
            narrowed = narrowed_searches(client)
            offered = client.get(completions().requests[0]).status == 200
        goals = [(narrowed, _LARGE_GOAL)]
        goals += [(completions(), _COMPLETION_GOAL)] if offered else []
        for work, goal in goals:
            yield _slow(server, work, workplace, alone, goal)
        if not offered:
            print_figure("completion", "there is no route for it yet")


def found_after_publishing(home: Path, count: int, sections: int) -> Iterator[Figure]:
    """How soon both workers find what is published; and a rebuild beside them."""
    library = Library(f"sqlite:///{home / 'library.db'}")
    with dermis(home, None, workers=2) as server:
        server.seconds_until("/readyz")
        server.seconds_until("/api/v1/search?q=skin")
        waited = time_to_found(library, server, filled_articles(library, 200), count)
        speed = rebuild_speed_while_serving(library, server, sections)
    library.close()
    told = f"p50 {waited.p50:.0f} ms, most {waited.most:.0f} ms"
    print_figure(f"found by both workers, {RATE} publications/s", told)
    yield Figure("found by both workers, p99", waited.p99, _FOUND_GOAL, at_most=True, unit=" ms")
    print_figure("search index rebuilt while serving", f"{speed:,.0f} sections/s")
    yield Figure("rebuilt while serving, sections/s", speed, _REBUILD_GOAL)


def _slow(server: Server, work: Work, workplace: Path, plan: Plan, goal: float) -> Figure:
    served = contestant(server, {work.name: write_requests(workplace, work)})
    burden(served, work, plan)  # So that every word was read from the disk once.
    borne = burden(served, work, plan._replace(seconds=plan.seconds * plan.rounds))
    name = f"{work.name} over HTTP, large library"
    print_figure(name, f"p50 {borne.p50:.1f} ms, p99 {borne.p99:.1f} ms")
    return Figure(f"{name}, p99", borne.p99, goal, at_most=True, unit=" ms")


def _rivals(workplace: Path) -> Sequence[Contestant]:
    place = workplace / "search-rivals"
    place.mkdir()
    found = [each for each in rivals(place) if SEARCH in each.requests]
    names = ", ".join(each.name for each in found)
    print_figure("other systems", names or "none is set up and running beside the repository")
    return found
