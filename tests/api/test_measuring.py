"""What Prometheus is told, by one process and by several that count together."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from api.house import House
from api.quotas import Quota
from api.settings import Settings
from content import following, planning, subscribing
from content.agenda import Schedule, ScheduleState
from content.library import Library
from content.subscribing import EndpointDraft
from tests.building import EDITOR, MakeApp, a_draft, a_live_article, bearer
from tests.content.agenda import scheduled

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]

COUNTING = """
import sys
from api.metering import Meter, Reading
meter = Meter()
for _ in range(int(sys.argv[1])):
    meter.hit()
meter.answered("GET", "/a", 200, 0.003)
meter.pass_on(2)
if len(sys.argv) > 2:
    sys.stdout.buffer.write(meter.exposition([Reading("dermis_lag", "Lag.", 4)]))
"""


def read(exposition: str) -> Samples:
    """Every sample of an exposition, by its name and its labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(exposition)
        for sample in family.samples
    }


def told(client: FlaskClient) -> Samples:
    """What `/metrics` answers."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "text/plain"
    return read(answer.get_data(as_text=True))


def requests(samples: Samples) -> dict[tuple[str, str, str], float]:
    """The counted requests by method, route and status."""
    return {
        (dict(labels)["method"], dict(labels)["route"], dict(labels)["status"]): value
        for (name, labels), value in samples.items()
        if name == "dermis_requests_total"
    }


def test_requests_are_counted_by_the_template_of_their_route(
    client: FlaskClient, library: Library, token: str
) -> None:
    article = a_live_article(library)
    client.get(f"/api/v1/articles/{article.slug}")
    for number in range(3):
        client.get(f"/api/v1/articles/nothing-{number}")
        client.get(f"/nowhere/{number}")
        client.open("/healthz", method=f"MADE{number}UP")
    client.get(f"/api/v1/admin/articles/{article.id}", headers=bearer(token))
    samples = told(client)
    assert requests(samples) == {
        ("GET", "/api/v1/articles/<slug>", "200"): 1,
        ("GET", "/api/v1/articles/<slug>", "404"): 3,
        ("GET", "none", "404"): 3,
        ("other", "none", "405"): 3,
        ("GET", "/api/v1/admin/articles/<article_id>", "200"): 1,
    }
    route = (("method", "GET"), ("route", "/api/v1/articles/<slug>"))
    assert samples["dermis_request_duration_seconds_count", route] == 4
    assert 0 < samples["dermis_request_duration_seconds_sum", route] < 60


def test_remembered_answers_are_counted_apart(client: FlaskClient, library: Library) -> None:
    path = f"/api/v1/articles/{a_live_article(library).slug}"
    for _ in range(5):
        client.get(path)
    samples = told(client)
    assert samples["dermis_cached_answers_total", (("result", "hit"),)] == 4
    assert samples["dermis_cached_answers_total", (("result", "miss"),)] == 1
    assert samples["dermis_cache_bytes", ()] > 1000


def test_the_state_of_log_index_and_library_is_told(app: Flask, library: Library) -> None:
    client, house = app.test_client(), app.extensions["dermis"]
    assert isinstance(house, House)
    a_live_article(library, "One")
    assert ("dermis_index_lag", ()) not in told(client)
    following.bring_up_to_date(house.library, house.index)
    a_live_article(library, "Two")
    samples = told(client)
    assert samples["dermis_change_sequence", ()] == 2
    assert samples["dermis_index_lag", ()] == 1
    assert samples["dermis_live_articles", ()] == 2
    assert samples["dermis_pending_schedules", ()] == 0


def test_what_waits_failed_or_was_paused_is_told(
    each_library: Library, make_app: MakeApp, settings: Settings
) -> None:
    library = each_library
    waits, fails = a_draft(library, "Waits"), a_draft(library, "Fails")
    scheduled(library, waits)
    failed = scheduled(library, fails)
    with library.writing(EDITOR) as work:
        schedule = work.session.get_one(Schedule, failed.id)
        planning.end(work, schedule, ScheduleState.FAILED, "It could not be done.")
        hooks = [
            subscribing.create_endpoint(work, EndpointDraft(name, "https://1.1.1.1/"))
            for name in ("told", "failing", "paused")
        ]
        hooks[1].failures = 3
        subscribing.pause(work, hooks[2].id)
    a_live_article(library, "One")
    a_live_article(library, "Two")
    address = library.engine.url.render_as_string(hide_password=False)
    app = make_app(replace(settings, database_url=address))
    samples = told(app.test_client())
    assert samples["dermis_pending_schedules", ()] == 1
    assert samples["dermis_failed_schedules", ()] == 1
    assert samples["dermis_pending_webhook_changes", ()] == 4
    assert samples["dermis_failing_webhooks", ()] == 1
    assert samples["dermis_paused_webhooks", ()] == 1


def test_a_database_that_is_away_is_counted_and_stops_no_metrics(
    make_app: MakeApp, settings: Settings
) -> None:
    client = make_app(settings).test_client()
    settings.home.rename(settings.home.with_name("elsewhere"))
    assert client.get("/readyz").status_code == 503
    samples = told(client)
    assert samples["dermis_database_errors_total", ()] >= 1
    assert ("dermis_change_sequence", ()) not in samples


def test_prometheus_is_never_refused_for_asking_too_often(
    make_app: MakeApp, settings: Settings
) -> None:
    limited = Settings(
        home=settings.home,
        database_url=settings.database_url,
        secret_key="s" * 32,
        rate_limit=Quota(0, 60),
    )
    client = make_app(limited).test_client()
    assert client.get("/api/v1/topics").status_code == 429
    assert [client.get("/metrics").status_code for _ in range(3)] == [200, 200, 200]


def test_nobody_is_named_by_what_is_told(client: FlaskClient, library: Library, token: str) -> None:
    article = a_live_article(library, "A very special name")
    client.get(f"/api/v1/articles/{article.slug}?q=secret")
    client.get("/api/v1/admin/tokens", headers=bearer(token))
    said = client.get("/metrics").get_data(as_text=True)
    for private in (article.slug, article.id, token, "secret", "127.0.0.1"):
        assert private not in said


@pytest.mark.parametrize("hits", [3, 1_000])
def test_processes_of_one_server_are_counted_together(tmp_path: Path, hits: int) -> None:
    environment = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": ":".join(sys.path)}
    for more in ([], ["tell"]):
        command = [sys.executable, "-c", COUNTING, str(hits), *more]
        done = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)
    samples = read(done.stdout)
    assert samples["dermis_cached_answers_total", (("result", "hit"),)] == 2 * hits
    assert samples["dermis_database_errors_total", ()] == 4
    assert requests(samples) == {("GET", "/a", "200"): 2}
    assert samples["dermis_lag", ()] == 4
    assert not re.search(r"pid=", done.stdout)
