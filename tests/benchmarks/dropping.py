"""How many finished responses the publication of one article costs."""

import time
from collections.abc import Iterator
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
    """Of so many responses in the cache, those worked out anew, and of these the ones in vain.

    Not in vain was what shows the article, by its cache tags before or after, or has changed.
    """

    cached: int
    worked_out: int
    in_vain: int


class _Asked(NamedTuple):
    answer: Answer
    worked_out: bool


def drop(library: Library, home: Path, article: Filled, count: int) -> Dropped:
    """Fill the cache of an application, publish an article, and ask for everything again."""
    with application(home, _ROOM) as app:
        found = islice(_distinct(library, article, app), count)
        requests = [each for each in found if app.get(each).status == 200]
        for _ in range(_ASKINGS):
            asked = [_ask(app, each) for each in requests]
        cached = {
            request: each.answer
            for request, each in zip(requests, asked, strict=True)
            if not each.worked_out
        }
        change(library, article, "This sentence stands here since the last publication.")
        time.sleep(_NOTICE_SECONDS)
        again = {request: _ask(app, request) for request in cached}
    anew = [request for request, each in again.items() if each.worked_out]
    tag = f"article-{article.article_id}"
    in_vain = sum(not _concerned(tag, cached[each], again[each].answer) for each in anew)
    return Dropped(len(cached), len(anew), in_vain)


def _ask(app: Application, request: Request) -> _Asked:
    before = app.dispatched
    answer = app.get(request)
    return _Asked(answer, app.dispatched > before)


def _concerned(tag: str, before: Answer, after: Answer) -> bool:
    shown = f"{before.header('surrogate-key')} {after.header('surrogate-key')}"
    return tag in shown.split() or before.body != after.body


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
