"""`python -m tests.benchmarks.duplicates`: what it costs to find near duplicates.

A proposal of 20 sections is compared with libraries of 2,000, 20,000 and 50,000 sections. Its
sections are new ones, copies with every twentieth word replaced, and exact copies. The words are
invented, but drawn so that strangers share as many runs of three words as real articles of the
field do: in thirty pairs of texts one has a minimum in common.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from sqlalchemy import insert, select, update

from content import comparing, filing
from content.comparing import ReportQuery
from content.library import Library
from content.models import Article, Edition, Section, new_id
from content.published import PageRequest
from tests.benchmarks.filling import ACTOR, new_library
from tests.benchmarks.table import print_figure

SECTIONS: Final = 8
"""Sections of each article."""

_WORDS: Final = 120
_VOCABULARY: Final = 20_000
_PHRASES: Final = 3_000
_PHRASED: Final = 0.1
# How often the next words are a phrase that others use too.


class Compared(NamedTuple):
    """Seconds for one proposal, and how many of its copies were found."""

    seconds: float
    found: int


class _Rows(NamedTuple):
    """One article as it is stored."""

    article: dict[str, object]
    edition: dict[str, object]
    sections: list[dict[str, object]]


class Texts:
    """Texts without end, the same on every machine."""

    def __init__(self, seed: str) -> None:
        # The words and phrases are the same for all; only what is drawn of them differs.
        draw = Random("phrases")
        self._words = list(accumulate(1 / rank for rank in range(1, _VOCABULARY + 1)))
        self._phrases = [self._free(draw, draw.randint(4, 8)) for _ in range(_PHRASES)]
        self._usual = list(accumulate(1 / rank for rank in range(1, _PHRASES + 1)))
        self._random = Random(seed)

    def __next__(self) -> str:
        words: list[str] = []
        while len(words) < _WORDS:
            words += self._phrase() if self._random.random() < _PHRASED else self._free()
        return " ".join(words)

    def __iter__(self) -> Iterator[str]:
        return self

    def _phrase(self) -> list[str]:
        return self._random.choices(self._phrases, cum_weights=self._usual)[0]

    def _free(self, draw: Random | None = None, count: int = 6) -> list[str]:
        ranks = (draw or self._random).choices(range(_VOCABULARY), cum_weights=self._words, k=count)
        return [f"w{rank}" for rank in ranks]


def store(library: Library, texts: Sequence[str]) -> None:
    """Store the texts as drafts, `SECTIONS` in an article, past the editing functions."""
    rows = [_rows(texts[start : start + SECTIONS]) for start in range(0, len(texts), SECTIONS)]
    draft = select(Edition.id).where(Edition.article_id == Article.id).scalar_subquery()
    with library.writing(ACTOR) as work:
        work.session.execute(insert(Article), [each.article for each in rows])
        work.session.execute(insert(Edition), [each.edition for each in rows])
        work.session.execute(insert(Section), [row for each in rows for row in each.sections])
        work.session.execute(
            update(Article).where(Article.draft_id.is_(None)).values(draft_id=draft)
        )


def compare(library: Library, proposals: Sequence[Sequence[str]]) -> Compared:
    """The median over the proposals, each compared in a snapshot of its own."""
    seconds, found = [], []
    for texts in proposals:
        begun = time.perf_counter()
        filing.catch_up(library)
        with library.reading() as session:
            similar = comparing.similar(session, texts, locale="en")
        seconds.append(time.perf_counter() - begun)
        found.append(sum(1 for each in similar if each))
    return Compared(median(seconds), min(found))


def proposal(number: int, stored: Sequence[str], new: Iterator[str]) -> list[str]:
    """Twenty sections: eight copies with changes, four exact ones, eight that are new."""
    draw = Random(f"proposal {number}")
    copied = draw.sample(stored, 12)
    return [*map(_changed, copied[:8]), *copied[8:], *(next(new) for _ in range(8))]


def main() -> None:
    """Measure libraries of growing size."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.duplicates")
    parser.add_argument("--quick", action="store_true", help="400 and 2,000 sections only")
    parser.add_argument("--url", help="an empty, migrated library instead of SQLite files")
    options = parser.parse_args()
    sizes = (400, 2_000) if options.quick else (2_000, 20_000, 50_000)
    stored: list[str] = []
    texts = Texts("stored")
    with TemporaryDirectory(prefix="dermis-benchmark-") as directory:
        library = Library(options.url) if options.url else new_library(Path(directory) / "home")
        for size in sizes:
            more = [next(texts) for _ in range(size - len(stored))]
            stored += more
            store(library, more)
            _measure(library, len(more), stored)
        library.close()


def _measure(library: Library, added: int, stored: Sequence[str]) -> None:
    begun = time.perf_counter()
    filing.catch_up(library)
    print(f"\n{len(stored):,} sections of {_WORDS} words")
    print_figure("filed", f"{added / (time.perf_counter() - begun):,.0f} sections/s")
    new = Texts("new")
    compared = compare(library, [proposal(number, stored, new) for number in range(7)])
    print_figure("a proposal of 20 compared", f"{compared.seconds * 1000:,.0f} ms")
    print_figure("copies found, of 12", f"{compared.found}")
    begun = time.perf_counter()
    with library.reading() as session:
        comparing.report(session, ReportQuery(), PageRequest(100))
        between = time.perf_counter()
        found = list(comparing.duplicates(session, ReportQuery()))
    ended = time.perf_counter()
    print_figure("first page of the report", f"{between - begun:,.1f} s")
    print_figure("report over all of them", f"{ended - between:,.1f} s, {len(found)} found")


def _rows(texts: Sequence[str]) -> _Rows:
    article_id, edition_id = new_id(), new_id()
    edition = {
        "id": edition_id,
        "article_id": article_id,
        "number": 1,
        "title": "An article",
        "created_by": ACTOR.name,
    }
    sections = [
        {
            "edition_id": edition_id,
            "id": new_id(),
            "position": position,
            "type": "aftercare",
            "heading": "Afterwards",
            "anchor": f"afterwards-{position}",
            "body": text,
        }
        for position, text in enumerate(texts, start=1)
    ]
    return _Rows({"id": article_id, "locale": "en", "slug": article_id}, edition, sections)


def _changed(text: str) -> str:
    words = text.split()
    words[::20] = [f"changed{place}" for place in range(len(words[::20]))]
    return " ".join(words)


if __name__ == "__main__":
    main()
