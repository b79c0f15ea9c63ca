"""`python -m tests.benchmarks.answers`: how often answers are given, and how often they are right.

Asked are the judged queries, of the articles that they were judged on. An answer is right where
it comes from a section of grade 2 or 3. Thresholds may be chosen by the even queries only.
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from content import answering, following
from content.answering import GivenAnswer
from content.expanding import vocabulary_of
from content.library import Library
from content.published import Nothing
from content.searching import SearchQuery
from content.searching.whoosh_index import WhooshIndex
from migrations import upgrading
from tests.content.searching.judged.gathering import SET, documents, publish_articles

RIGHT: Final = 2


@dataclass(frozen=True, slots=True)
class Answered:
    """A query, what answered it, and the grade of that; None where nothing did."""

    query: str
    text: str
    given: GivenAnswer | None
    grade: int | None


@contextmanager
def shelf() -> Iterator[tuple[Library, WhooshIndex]]:
    """A library with all articles of the judged set, and its index."""
    with tempfile.TemporaryDirectory() as directory:
        library = Library(f"sqlite:///{Path(directory) / 'library.db'}")
        index = WhooshIndex(Path(directory) / "index")
        try:
            with library.migrating() as connection:
                upgrading.upgrade(connection)
            publish_articles(library)
            following.bring_up_to_date(library, index)
            yield library, index
        finally:
            index.close()
            library.close()


def answered(library: Library, index: WhooshIndex, name: str) -> list[Answered]:
    """What the queries of a file are answered."""
    queries = [json.loads(line) for line in (SET / name).read_text("utf-8").splitlines()]
    with library.reading() as session:
        names = {each.section_id: name for name, each in documents(session)}
        words, grades = vocabulary_of(session, 0), _grades()
        found = []
        for query in queries:
            asked = SearchQuery(query["text"])
            given = answering.answer(session, index, asked, words, body_format="text")
            if isinstance(given, Nothing):
                found.append(Answered(query["id"], query["text"], None, None))
                continue
            grade = grades.get((query["id"], names[given.source.section.id]), 0)
            found.append(Answered(query["id"], query["text"], given, grade))
    return found


def misled(library: Library, index: WhooshIndex) -> list[str]:
    """The questions that are answered by what only seems to answer them."""
    lines = (SET / "misleading.jsonl").read_text("utf-8").splitlines()
    wrong = []
    with library.reading() as session:
        words = vocabulary_of(session, 0)
        for each in map(json.loads, lines):
            given = answering.answer(session, index, SearchQuery(each["text"]), words)
            if isinstance(given, GivenAnswer):
                said = given.question or given.source.section.heading
                if (given.source.article.slug, said) == (each["article"], each["heading"]):
                    wrong.append(each["text"])
    return wrong


def precision(found: list[Answered]) -> float:
    """The share of right ones among the answers that were given."""
    grades = [each.grade for each in found if each.grade is not None]
    return sum(grade >= RIGHT for grade in grades) / max(1, len(grades))


def coverage(found: list[Answered]) -> float:
    """The share of queries that were answered."""
    return sum(each.given is not None for each in found) / max(1, len(found))


def main() -> None:
    """Print the figures, and what was answered wrongly."""
    with shelf() as (library, index):
        found = answered(library, index, "queries.jsonl")
        for name, odd in (("even queries, for tuning", 0), ("odd queries", 1)):
            half = [each for each in found if int(each.query[1:]) % 2 == odd]
            print(f"{name}: answered {coverage(half):.3f}, of these right {precision(half):.3f}")
        for each in found:
            if each.given is not None and each.grade is not None and each.grade < RIGHT:
                said = each.given.question or each.given.source.section.heading
                print(f"  {each.text!r} was answered by {said!r}")
        strange = answered(library, index, "unanswerable.jsonl")
        print(f"of {len(strange)} that nothing answers, answered: {coverage(strange):.3f}")
        print(f"misled by: {misled(library, index) or 'nothing'}")


def _grades() -> dict[tuple[str, str], int]:
    lines = (SET / "judgements.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines)
    return {(query, document): int(grade) for query, document, grade in rows}


if __name__ == "__main__":
    main()
