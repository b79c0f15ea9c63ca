"""What is measured besides load: importing, indexing, starting, and becoming visible."""

import time
from collections.abc import Iterator, Sequence
from itertools import combinations, product
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple
from urllib.parse import urlencode

from content import editing, following, publishing
from content.importing import committing
from content.importing.proposals import Proposal
from content.library import Library
from content.searching.whoosh_index import WhooshIndex
from tests.benchmarks.asking import Client, Request, connected, items
from tests.benchmarks.corpus import GeneratedArticle, as_plain_text
from tests.benchmarks.filling import ACTOR, Filled, fill
from tests.benchmarks.processes import resident_megabytes
from tests.benchmarks.servers import Server, dermis
from tests.benchmarks.vocabulary import HEADINGS

_LIMIT: Final = 5_000_000
_VISIBLE_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 0.01
_OVERFILL: Final = 1.3
_ASKINGS: Final = 3
# A cache may keep only what is asked for again.


class Imported(NamedTuple):
    """Sections a second: only proposed, and proposed, kept, committed and published."""

    proposed: float
    published: float


class Started(NamedTuple):
    """Seconds from the start of the process to the first 200 of each."""

    ready: float
    article: float


def import_speed(library: Library, articles: Sequence[GeneratedArticle]) -> Imported:
    """Import plain texts into an empty library, each in a unit of work of its own."""
    sources = [as_plain_text(each).encode() for each in articles]
    begun = time.perf_counter()
    proposed = sum(_sections(_proposal(library, source)) for source in sources)
    between = time.perf_counter()
    published = sum(_import(library, source) for source in sources)
    ended = time.perf_counter()
    return Imported(proposed / (between - begun), published / (ended - between))


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
        return [
            _visible(library, client, article, f"zephyrine{'abcdefghijklmnopqrstuvwxyz'[number]}")
            for number, article in enumerate(articles)
        ]


def memory_when_full(server: Server, slugs: Sequence[str], cache_bytes: int) -> float:
    """Megabytes that the worker holds when it was asked for more than its cache can keep."""
    answered = 0
    with connected(server.port) as client:
        for request in _distinct(slugs):
            for _ in range(_ASKINGS):
                body = client.get(request).body
            answered += len(body)
            if answered > _OVERFILL * cache_bytes:
                return resident_megabytes(server.worker)
    raise RuntimeError("There are too few articles to fill the cache.")


def editing_speed(library: Library, articles: Sequence[GeneratedArticle]) -> float:
    """Sections a second that are created and published, 50 articles a commit."""
    begun = time.perf_counter()
    fill(library, articles)
    return sum(len(each.sections) for each in articles) / (time.perf_counter() - begun)


def _distinct(slugs: Sequence[str]) -> Iterator[Request]:
    """Requests that are all answered otherwise: each article in all formats, whole and in part."""
    for length, body_format in product(range(len(HEADINGS), 0, -1), ("html", "markdown", "text")):
        for types, slug in product(combinations(HEADINGS, length), slugs):
            query = urlencode({"format": body_format, "types": ",".join(types)})
            yield Request(f"/api/v1/articles/{slug}?{query}")


def _proposal(library: Library, source: bytes) -> Proposal:
    with library.reading() as session:
        return committing.propose_source(session, source, limit=_LIMIT, locale="en")


def _sections(proposal: Proposal) -> int:
    return sum(len(article.sections) for article in proposal.articles)


def _import(library: Library, source: bytes) -> int:
    """Import one text and publish it; how many sections became live."""
    proposal = _proposal(library, source)
    with library.writing(ACTOR) as work:
        stored = committing.keep(work, proposal, locale="en", filename=None)
        articles = committing.commit(work, stored.id, None, publish=True)
        return sum(len(article.live.sections) for article in articles if article.live)


def _start(home: Path, slug: str) -> Started:
    with dermis(home, None) as server:
        ready = server.seconds_until("/readyz")
        return Started(ready, server.seconds_until(f"/api/v1/articles/{slug}"))


def _visible(library: Library, client: Client, article: Filled, word: str) -> float:
    text = {"body": f"A {word} is mentioned here and nowhere else."}
    with library.writing(ACTOR) as work:
        editing.change_section(work, article.article_id, article.section_id, None, text)
        publishing.publish(work, article.article_id, None)
    begun = time.monotonic()
    while time.monotonic() < begun + _VISIBLE_SECONDS:
        if items(client, f"/api/v1/search?{urlencode({'q': word})}"):
            return time.monotonic() - begun
        time.sleep(_LOOK_SECONDS)
    raise RuntimeError(f"What was published is not found after {_VISIBLE_SECONDS:.0f} s.")
