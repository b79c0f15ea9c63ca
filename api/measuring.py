"""`/metrics`: what Prometheus asks for; numbers alone, and none of them about anybody.

A number that is read when it is asked for is added to `_MEASURES`.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from time import perf_counter
from typing import Final

from flask import Blueprint, Flask, Response, g, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.auth import public
from api.house import house
from api.metering import CONTENT_TYPE, Reading
from content import changes
from content.agenda import Schedule, ScheduleState
from content.errors import DermisError
from content.models import Article, ArticleState
from content.webhooks import Endpoint

blueprint = Blueprint("metrics", __name__)

_NOWHERE: Final = "none"
# The route of requests for what is not there: their paths are whatever anybody thinks of.

Measure = Callable[[Session], Iterator[Reading]]


def register(app: Flask) -> None:
    """Count and time every request that reaches the application; do it before all else."""
    app.before_request(_start)
    app.after_request(_count)


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """Answer counts and gauges in the text format of Prometheus.

    Those that are read from the database are left out while it is away.
    """
    readings = list(_readings())
    house().meter.pass_on(house().library.failures)
    response = Response(house().meter.exposition(readings), content_type=CONTENT_TYPE)
    response.headers["Cache-Control"] = "no-store"
    return response


def _start() -> None:
    g.started = perf_counter()


def _count(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else _NOWHERE
    meter = house().meter
    meter.answered(request.method, route, response.status_code, perf_counter() - g.started)
    meter.pass_on(house().library.failures)
    return response


def _readings() -> Iterator[Reading]:
    memory = house().memory
    yield Reading("dermis_cache_bytes", "Of remembered answers, in this worker.", memory.bytes)
    with suppress(DermisError), house().library.reading() as session:
        for measure in _MEASURES:
            yield from measure(session)


def _log(session: Session) -> Iterator[Reading]:
    head = changes.head(session)
    yield Reading("dermis_change_sequence", "The last change of the log.", head)
    with suppress(DermisError):
        lag = max(0, head - house().index.checkpoint())
        yield Reading("dermis_index_lag", "Changes that the search index has yet to follow.", lag)


def _articles(session: Session) -> Iterator[Reading]:
    live = select(func.count()).where(Article.state == ArticleState.LIVE)
    trash = select(func.count()).where(Article.deleted_at.is_not(None))
    yield Reading("dermis_live_articles", "Articles that readers see.", session.scalar(live) or 0)
    yield Reading("dermis_trash_articles", "Articles in the trash.", session.scalar(trash) or 0)


def _agenda(session: Session) -> Iterator[Reading]:
    for state, name, about in (
        (ScheduleState.PENDING, "pending", "What is scheduled and has not happened."),
        (ScheduleState.FAILED, "failed", "What was scheduled and could not be done, ever."),
    ):
        number = session.scalar(select(func.count()).where(Schedule.state == state))
        yield Reading(f"dermis_{name}_schedules", about, number or 0)


def _webhooks(session: Session) -> Iterator[Reading]:
    head, told = changes.head(session), Endpoint.paused_at.is_(None)
    lag = func.sum(head - Endpoint.sequence).filter(told)
    failing = func.count().filter(told, Endpoint.failures > 0)
    paused = func.count().filter(~told)
    found = session.execute(select(lag, failing, paused).select_from(Endpoint)).one()
    for name, about, number in zip(
        ("pending_webhook_changes", "failing_webhooks", "paused_webhooks"),
        (
            "Changes of the log that webhooks have yet to follow, over all that are not paused.",
            "Webhooks of which the last attempt failed, and that are tried again.",
            "Webhooks that are told nothing until somebody resumes them.",
        ),
        found,
        strict=True,
    ):
        yield Reading(f"dermis_{name}", about, float(number or 0))


_MEASURES: Final[tuple[Measure, ...]] = (_log, _articles, _agenda, _webhooks)
