"""How well searches answer: `python -m tests.benchmarks.relevance COLLECTION ...`.

Prints for each judged collection (see `content.searching.evaluating`) what Dermis measures as it
is, without the names of topics, without feedback, and by clauses alone, and beside it SQLite's
FTS5: its porter tokenizer, any of the words, ordered by its bm25. A hit is right from the grade in
`COLLECTION=GRADE` on, or 1.
"""

import argparse
import re
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

from content.searching.documents import SectionDocument
from content.searching.evaluating import (
    DEPTH,
    Collection,
    SearchEvaluation,
    evaluate,
    read_collection,
)
from content.searching.queries import parse
from content.searching.ranking import best, rank
from content.searching.synonyms import shipped
from content.searching.tuning import TUNING, Tuning
from content.searching.vocabulary import Vocabulary
from tests.content.searching.corpora import MemoryCorpus

Search = Callable[[str], Sequence[str]]

_NO_FEEDBACK: Final = replace(TUNING, feedback=0.0)
_CLAUSES: Final = replace(_NO_FEEDBACK, nearness=0.0, coverage=0.0, intent=0.0, second_intent=0.0)

_word = re.compile(r"\w+")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("collections", nargs="+", metavar="COLLECTION[=GRADE]")
    print(f"{'':34}{'nDCG@10':>9}{'MRR@10':>9}{'recall@100':>12}{'first':>8}{'ms CPU':>9}")
    for given in parser.parse_args(arguments).collections:
        path, _, grade = given.partition("=")
        _measure(Path(path).name, read_collection(Path(path)), int(grade or 1))


def _measure(name: str, collection: Collection, least_right: int) -> None:
    corpus = MemoryCorpus(collection.documents)
    vocabulary = Vocabulary(shipped(), collection.topics)
    searches = {
        "Dermis": ranked(corpus, vocabulary, TUNING),
        "without topics": ranked(corpus, Vocabulary(shipped()), TUNING),
        "without feedback": ranked(corpus, vocabulary, _NO_FEEDBACK),
        "by clauses alone": ranked(corpus, vocabulary, _CLAUSES),
    }
    for label, search in searches.items():
        _print(name, label, *_timed(collection, search, least_right))
    with closing(sqlite3.connect(":memory:")) as connection:
        search = by_fts5(connection, collection.documents)
        _print(name, "SQLite FTS5", *_timed(collection, search, least_right))


def ranked(corpus: MemoryCorpus, vocabulary: Vocabulary, tuning: Tuning) -> Search:
    """Our ranking by some weights, over a corpus in memory."""

    def search(text: str) -> list[str]:
        ranking = rank(corpus, parse(text, vocabulary, corpus.languages), None, tuning)
        places = best(corpus, ranking.documents, ranking.scores, DEPTH)
        return [corpus.section_id(number) for number in ranking.documents[places].tolist()]

    return search


def by_fts5(connection: sqlite3.Connection, documents: Iterable[SectionDocument]) -> Search:
    """What most would take instead: any of the words, by FTS5's own order."""
    connection.execute(
        "CREATE VIRTUAL TABLE d USING fts5(id UNINDEXED, title, heading, body, tokenize=porter)"
    )
    rows = ((each.section_id, each.title, each.heading, each.text) for each in documents)
    connection.executemany("INSERT INTO d VALUES (?, ?, ?, ?)", rows)
    statement = f"SELECT id FROM d WHERE d MATCH ? ORDER BY bm25(d) LIMIT {DEPTH}"

    def search(text: str) -> list[str]:
        words = dict.fromkeys(_word.findall(text.lower()))
        asked = " OR ".join(f'"{word}"' for word in words)
        return [row[0] for row in connection.execute(statement, (asked,))] if asked else []

    return search


def _timed(
    collection: Collection, search: Search, least_right: int
) -> tuple[SearchEvaluation, float]:
    """The measures, and the milliseconds of processor time that a query took."""
    for query in collection.queries:
        search(query.text)
    begun = time.process_time()
    found = evaluate(collection, search, least_right)
    return found, 1000 * (time.process_time() - begun) / found.queries


def _print(name: str, label: str, found: SearchEvaluation, milliseconds: float) -> None:
    print(
        f"{name:16}{label:18}{found.ndcg_at_10:9.3f}{found.mrr_at_10:9.3f}"
        f"{found.recall_at_100:12.3f}{found.first_right:8.3f}{milliseconds:9.2f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
