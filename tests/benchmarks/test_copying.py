"""That a copied library is what publishing the same articles would have made; nothing is timed."""

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from content.library import Library
from content.models import Change, ChangeHead, Stored
from content.publications import ALL, PAIRS, TopicTally
from tests.benchmarks.copying import copy_library, masked_rows, named, read_rows
from tests.benchmarks.corpus import GeneratedArticle, articles
from tests.benchmarks.filling import fill, new_library

_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")


def test_a_copied_row_differs_from_a_published_one_in_ids_instants_and_digests_alone(
    tmp_path: Path,
) -> None:
    texts = list(articles(3))
    empty = _empty(tmp_path)
    pool = _published(empty, tmp_path / "pool.db", [texts])
    renamed = [[_renamed(each, back) for each in texts] for back in (2, 1, 0)]
    really = _published(empty, tmp_path / "really.db", renamed)
    copied = tmp_path / "copied.db"
    copy_library(empty, pool, 3, copied)
    assert _masked(copied) == _masked(really)


def test_pairs_fold_no_more_in_a_large_library_than_in_its_pool(tmp_path: Path) -> None:
    empty = _empty(tmp_path)
    pool = _published(empty, tmp_path / "pool.db", [list(articles(3))])
    copied = tmp_path / "copied.db"
    copy_library(empty, pool, 4, copied)
    assert _folds(copied) == 4 * _folds(pool)
    assert _tallied_pairs(copied) == _folds(copied)


def _empty(directory: Path) -> Path:
    new_library(directory / "empty").close()
    return directory / "empty" / "library.db"


def _published(empty: Path, path: Path, batches: Sequence[Sequence[GeneratedArticle]]) -> Path:
    """A library that starts as the empty one: its topics have the same ids, then."""
    shutil.copy(empty, path)
    library = Library(f"sqlite:///{path}")
    for batch in batches:
        fill(library, batch)
    library.close()
    return path


def _renamed(article: GeneratedArticle, back: int) -> GeneratedArticle:
    return replace(article, title=named(article.title, back))


def _masked(path: Path) -> Mapping[str, list[list[Any]]]:
    """Without what tells which pairs are equal: those of the same text are, copied ones are not.

    Nor the revision of the vocabulary, which is a time.
    """
    rows = masked_rows(path)
    tallies, log = TopicTally.__tablename__, Change.__tablename__
    head = ChangeHead.__tablename__
    beside = list(Change.__table__.columns).index(Change.__table__.columns["pair_topics"])
    return {
        **rows,
        tallies: [row for row in rows[tallies] if PAIRS not in row],
        head: [row[:-1] for row in rows[head]],
        log: [row[:beside] + row[beside + 1 :] for row in rows[log]],
    }


def _tallied_pairs(path: Path) -> int:
    """The total of different pairs in all."""
    tallies = read_rows(path)[Stored.metadata.tables[TopicTally.__tablename__]]
    (total,) = (total for topic, counted, total in tallies if (topic, counted) == (ALL, PAIRS))
    return int(total)


def _folds(path: Path) -> int:
    rows = next(rows for table, rows in read_rows(path).items() if table.name == "faq_item")
    return len({value for row in rows for value in row if _DIGEST.fullmatch(str(value))})
