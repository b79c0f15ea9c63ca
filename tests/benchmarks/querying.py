"""Queries in this process, without server or library: our index beside SQLite's full text."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Final, NamedTuple

from content.searching import SearchIndex, SearchQuery
from content.searching.documents import SectionDocument
from content.searching.whoosh_index import WhooshIndex
from content.sections import FAQ
from tests.benchmarks.corpus import MOST_ARTICLES, articles, queries
from tests.benchmarks.full_text import FullText
from tests.benchmarks.vocabulary import HEADINGS, PROCEDURES

WORDS: Final = (1, 2, 4)
"""Words in the queries that are compared."""

_QUERIES: Final = 200
_SHORTEST: Final = 4
# Shorter words are mostly such that a search leaves out.


class Cost(NamedTuple):
    """Microseconds of processor time a query, of ours and of SQLite's."""

    ours: float
    theirs: float

    @property
    def times(self) -> float:
        """How many times SQLite's time ours is."""
        return self.ours / self.theirs


class Compared(NamedTuple):
    """Queries of some words: when first asked in a process, ranked, and with 20 highlights.

    `ranked` is ours with the one highlight that it cannot do without, and SQLite's with none.
    """

    words: int
    first: Cost
    ranked: Cost
    highlighted: Cost


class Waited(NamedTuple):
    """Milliseconds of a query."""

    p50: float
    p99: float


def section_documents(count: int) -> Iterator[SectionDocument]:
    """Documents of `count` generated articles, as the library would hand them over.

    Beyond `MOST_ARTICLES` the same texts come again, as other articles.
    """
    known = list(articles(min(count, MOST_ARTICLES)))
    for number, article in enumerate(islice(cycle(known), count)):
        for place, section in enumerate(article.sections):
            pairs = (f"{item.question}\n{item.answer}" for item in section.items)
            yield SectionDocument(
                section_id=f"{number:08d}-{place}",
                article_id=f"{number:08d}",
                locale="en",
                slug=f"article-{number}",
                type=section.type,
                topics=article.topics,
                title=article.title,
                heading=section.heading,
                text="\n\n".join(pairs) if section.type == FAQ else section.body,
            )


def built(directory: Path, count: int) -> WhooshIndex:
    """Our index of so many articles; closed, so that the next query finds nothing in memory."""
    index = WhooshIndex(directory)
    index.rebuild(section_documents(count), 1)
    index.close()
    return WhooshIndex(directory)


def compare_queries(directory: Path, articles_count: int, rounds: int) -> list[Compared]:
    """Ask both the same, in turns."""
    theirs = FullText(directory / "fts.db")
    theirs.build(section_documents(articles_count))
    built(directory / "index", articles_count).close()
    compared = []
    for count in WORDS:
        # Anew for each: words of the ones before would be known already.
        index = WhooshIndex(directory / "index")
        index.search(SearchQuery("open"))
        compared.append(_compare(index, theirs, word_queries(count), rounds))
        index.close()
    theirs.close()
    return compared


def time_queries(index: SearchIndex, rounds: int) -> Waited:
    """How long queries as people type them take, narrowed by type or topic, with 20 highlights.

    What each was asked first is left out: the words were read from the disk then.
    """
    asked = list(_narrowed())
    for query in asked:
        index.search(query)
    return percentiles([_seconds(index, query) for _ in range(rounds) for query in asked])


def percentiles(seconds: Sequence[float]) -> Waited:
    """Their middle and their slow ones, in milliseconds."""
    found = quantiles(seconds, n=100)
    return Waited(found[49] * 1000, found[98] * 1000)


def _compare(
    index: WhooshIndex, theirs: FullText, asked: Sequence[list[str]], rounds: int
) -> Compared:
    def ours(limit: int) -> Callable[[list[str]], object]:
        return lambda words: index.search(SearchQuery(" ".join(words), limit=limit))

    first = Cost(_cost(ours(1), asked), _cost(theirs.ranked, asked))
    return Compared(
        words=len(asked[0]),
        first=first,
        ranked=_costs(ours(1), theirs.ranked, asked, rounds),
        highlighted=_costs(ours(20), theirs.highlighted, asked, rounds),
    )


def _costs(
    ours: Callable[[list[str]], object],
    theirs: Callable[[list[str]], object],
    asked: Sequence[list[str]],
    rounds: int,
) -> Cost:
    turns = [Cost(_cost(ours, asked), _cost(theirs, asked)) for _ in range(rounds)]
    return Cost(*(median(each) for each in zip(*turns, strict=True)))


def _cost(ask: Callable[[list[str]], object], asked: Sequence[list[str]]) -> float:
    begun = time.process_time()
    for words in asked:
        ask(words)
    return (time.process_time() - begun) / len(asked) * 1e6


def word_queries(count: int) -> list[list[str]]:
    """Queries of so many different words, which occur often and seldom."""
    random = Random(f"{count} words")
    typed = re.findall(rf"[a-z]{{{_SHORTEST},}}", " ".join(queries(_QUERIES)).lower())
    known = sorted(set(typed))
    return [random.sample(known, count) for _ in range(_QUERIES)]


def _narrowed() -> Iterator[SearchQuery]:
    random = Random("narrowed")
    for number, text in enumerate(queries(_QUERIES)):
        kind, topic = random.choice(list(HEADINGS)), random.choice(list(PROCEDURES))
        yield (SearchQuery(text, types=[kind]) if number % 2 else SearchQuery(text, topics=[topic]))


def _seconds(index: SearchIndex, query: SearchQuery) -> float:
    begun = time.perf_counter()
    index.search(query)
    return time.perf_counter() - begun
