"""What is measured besides load: importing, indexing, starting, and becoming visible."""

import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple
from urllib.parse import urlencode

from content import editing, following, publishing
from content.importing import committing
from content.library import Library
from content.searching.whoosh_index import WhooshIndex
from tests.benchmarks.corpus import SECTIONS, GeneratedArticle, as_plain_text
from tests.benchmarks.filling import ACTOR, Filled
from tests.benchmarks.servers import Server, dermis
from tests.benchmarks.works import Client, Request, connected

_LIMIT: Final = 5_000_000
_VISIBLE_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 0.01


class Imported(NamedTuple):
    """Sections a second: only proposed, and proposed, kept, committed and published."""

    proposed: float
    published: float


class Started(NamedTuple):
    """Seconds from the start of the process to the first 200 of each."""

    ready: float
    article: float


def import_speed(library: Library, articles: Sequence[GeneratedArticle]) -> Imported:
    """Import plain texts into an empty library."""
    sources = [as_plain_text(each).encode() for each in articles]
    proposed = _speed(lambda source: _propose(library, source), sources)
    return Imported(proposed, _speed(lambda source: _import(library, source), sources))


def rebuild_speed(library: Library, home: Path, sections: int) -> float:
    """Sections a second of a rebuild of the search index."""
    index = WhooshIndex(home / "index")
    begun = time.perf_counter()
    following.rebuild(library, index)
    seconds = time.perf_counter() - begun
    index.close()
    return sections / seconds


def cold_start(home: Path, slug: str, times: int) -> Started:
    """The median start of Dermis, on all cores, with files that the system has read before."""
    starts = [_start(home, slug) for _ in range(times)]
    return Started(median(each.ready for each in starts), median(each.article for each in starts))


def seconds_to_visible(library: Library, server: Server, articles: Sequence[Filled]) -> list[float]:
    """Change and publish one article after the other; how long each took to be found."""
    with connected(server.port) as client:
        return [_visible(library, client, *each) for each in enumerate(articles)]


def _speed(act: "Act", sources: Sequence[bytes]) -> float:
    begun = time.perf_counter()
    sections = sum(act(source) for source in sources)
    return sections / (time.perf_counter() - begun)
