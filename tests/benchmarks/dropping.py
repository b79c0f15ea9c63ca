"""How many finished responses the publication of one article costs."""

import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import select

from content.library import Library
from content.models import Article, Section
from tests.benchmarks.asking import Answer, Request
from tests.benchmarks.filling import Filled
from tests.benchmarks.in_process import Application, application
from tests.benchmarks.publisher import change
from tests.benchmarks.works import list_requests

_ROOM: Final = {"DERMIS_CACHE_BYTES": "1000000000"}
# It is the publication that shall drop responses, and not their number.

_ASKINGS: Final = 3
# A cache may keep only what is asked for again.

_NOTICE_SECONDS: Final = 1.0


class Dropped(NamedTuple):
    """Of so many responses in the cache, those worked out anew, and those that had changed."""

    cached: int
    worked_out: int
    changed: int


def drop(library: Library, home: Path, article: Filled, count: int) -> Dropped:
    """Fill the cache of an application, publish an article, and ask for everything again."""
    with application(home, _ROOM) as app:
        requests = list(islice(_distinct(library, article, app), count))
        for _ in range(_ASKINGS):
            before = _ask(app, requests)
        uncached = _dispatched(app, requests)
        change(library, article, "This sentence stands here since the last publication.")
        time.sleep(_NOTICE_SECONDS)
        app.dispatched = 0
        after = _ask(app, requests)
        changed = sum(old.body != new.body for old, new in zip(before, after, strict=True))
        return Dropped(len(requests) - uncached, app.dispatched, changed)


def _ask(app: Application, requests: Sequence[Request]) -> list[Answer]:
    return [app.get(each) for each in requests]


def _dispatched(app: Application, requests: Sequence[Request]) -> int:
    app.dispatched = 0
    _ask(app, requests)
    return app.dispatched


def _distinct(library: Library, article: Filled, app: Application) -> Iterator[Request]:
    """Every list, the article with its sections, and then others with theirs."""
    yield from list_requests(app)
    with library.reading() as session:
        live = session.execute(
            select(Article.slug, Section.id)
            .join(Section, Section.edition_id == Article.live_id)
            .order_by(Article.id != article.article_id, Article.id, Section.position)
        ).all()
    yield from (
        Request(f"/api/v1/articles/{slug}") for slug in dict.fromkeys(row.slug for row in live)
    )
    yield from (Request(f"/api/v1/sections/{row.id}") for row in live)
