"""How reads grow with the library: the same works on libraries of several sizes, in turns."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from content.library import Library
from content.searching.whoosh_index import WhooshIndex
from tests.benchmarks.asking import connected
from tests.benchmarks.comparing import Borne, Comparison, Contestant, Plan, compare, contestant
from tests.benchmarks.keeping import filled_articles, kept_library
from tests.benchmarks.processes import Cores
from tests.benchmarks.servers import dermis
from tests.benchmarks.works import Work, capture, works, write_requests

WITHOUT_CACHE: Final[Mapping[str, str]] = MappingProxyType({"DERMIS_CACHE_BYTES": "0"})
"""The setting with which every answer is worked out anew."""

_ARTICLES: Final = 2_000
# That are asked for, from all over the library, whatever its size.


class Grown(NamedTuple):
    """What each work took, by the size of the library: warm, and without a cache."""

    works: list[str]
    warm: Mapping[int, Mapping[str, Borne]]
    cold: Mapping[int, Mapping[str, Borne]]


def grow(sizes: Sequence[int], libraries: Path, workplace: Path, plan: Plan, where: Cores) -> Grown:
    """Measure all works but the search, whose index is another matter, at each of the sizes."""
    with ExitStack() as stack:
        found: list[Work] = []
        contestants: list[Contestant] = []
        for size in sizes:
            kept = kept_library(libraries, size, min(sizes))
            place = workplace / str(size)
            measured, pair = stack.enter_context(_served(kept, place, where))
            found = found or measured
            contestants += pair
        compared = compare(found, contestants, plan)
    names = [work.name for work in found]
    return Grown(names, _by_size("warm", sizes, compared), _by_size("cold", sizes, compared))


@contextmanager
def _served(kept: Path, place: Path, where: Cores) -> Iterator[tuple[list[Work], list[Contestant]]]:
    """A kept library, served warm and without cache, with the works that were drawn from it."""
    place.mkdir()
    url = {"DERMIS_DATABASE_URL": f"sqlite:///{kept}"}
    warm_name, cold_name = f"warm {place.name}", f"cold {place.name}"
    with (
        # Whoever holds the index's lock keeps the follower from indexing a library of this size.
        WhooshIndex(place / "index").elected(),
        dermis(place, where.server, name=warm_name, settings=url) as warm,
        dermis(place, where.server, name=cold_name, settings={**url, **WITHOUT_CACHE}) as cold,
    ):
        slugs = _slugs(kept)
        for server in (warm, cold):
            server.seconds_until(f"/api/v1/articles/{slugs[0]}")
            server.leave_to_workers(where.load)
        with connected(warm.port) as client:
            measured = works(client, slugs, searching=False)
            capture(client, measured)
        requests = {work.name: write_requests(place, work) for work in measured}
        yield measured, [contestant(warm, requests), contestant(cold, requests)]


def _slugs(kept: Path) -> list[str]:
    library = Library(f"sqlite:///{kept}")
    found = [each.slug for each in filled_articles(library, _ARTICLES)]
    library.close()
    return found


def _by_size(
    state: str, sizes: Sequence[int], compared: Comparison
) -> Mapping[int, Mapping[str, Borne]]:
    return {
        size: {work: borne for (work, name), borne in compared.items() if name == f"{state} {size}"}
        for size in sizes
    }
