"""Libraries of a size, kept from run to run as long as publishing makes the same."""

import shutil
from collections.abc import Iterator
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import select

from content.library import Library
from content.models import Article, Section
from tests.benchmarks.copying import copy_library, masked_rows
from tests.benchmarks.corpus import articles
from tests.benchmarks.filling import Filled, fill, new_library

_SAMPLE: Final = 3
# Articles that are published to see whether publishing still makes what is kept.


def kept_library(directory: Path, count: int, pool: int) -> Path:
    """The SQLite file of a library of `count` articles, which nobody may write to.

    `pool` articles are really published, and copied until there are `count`, a multiple of it.
    """
    kept = directory / f"{_publishing(directory)}-{pool}"
    kept.mkdir(parents=True, exist_ok=True)
    wanted = kept / f"{count}.db"
    if not wanted.exists():
        _publish_pool(kept, pool)
        with TemporaryDirectory(dir=kept) as workplace:
            made = Path(workplace) / "library.db"
            copy_library(kept / "empty.db", kept / "pool.db", count // pool, made)
            made.rename(wanted)
    return wanted


def filled_articles(library: Library, count: int) -> list[Filled]:
    """At most `count` live articles from all over the library, newest first."""
    with library.reading() as session:
        live = session.execute(
            select(Article.id, Article.slug, Article.live_id)
            .where(Article.live_id.is_not(None))
            .order_by(Article.published_at.desc(), Article.id)
        ).all()
        chosen = live[:: max(1, len(live) // count)][:count]
        found: dict[str, str] = {}
        editions = iter([row.live_id for row in chosen])
        while some := list(islice(editions, 1_000)):
            first = select(Section.edition_id, Section.id).where(
                Section.edition_id.in_(some), Section.position == 1
            )
            found |= {row.edition_id: row.id for row in session.execute(first)}
    return [Filled(row.id, row.slug, found[row.live_id]) for row in chosen]


def _publish_pool(kept: Path, pool: int) -> None:
    if (kept / "pool.db").exists():
        return
    with TemporaryDirectory(dir=kept) as workplace:
        empty, published = _empty_and_published(Path(workplace), pool)
        empty.rename(kept / "empty.db")
        published.rename(kept / "pool.db")


def _empty_and_published(workplace: Path, count: int) -> tuple[Path, Path]:
    """Two files that have their topics in common, ids included."""
    new_library(workplace / "home").close()
    empty, published = workplace / "home" / "library.db", workplace / "published.db"
    shutil.copy(empty, published)
    library = Library(f"sqlite:///{published}")
    fill(library, articles(count))
    library.close()
    return empty, published


def _publishing(directory: Path) -> str:
    """A digest of what publishing makes of some articles, in which schema."""
    directory.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=directory) as workplace:
        _, published = _empty_and_published(Path(workplace), _SAMPLE)
        digest = blake2b(digest_size=8)
        for each in _described(published):
            digest.update(each.encode())
    return digest.hexdigest()


def _described(path: Path) -> Iterator[str]:
    for table, rows in masked_rows(path).items():
        yield f"{table} {rows}"
