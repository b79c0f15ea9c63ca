"""What caches get with an answer: validators, lifetimes, the point of the log, and tags."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
import time_machine
from flask.testing import FlaskClient

from api.caching import STALE, bare_tag, entity_tag, same_entity
from api.settings import Settings
from content import editing, publishing, scheduling
from content.expiring import ExpiredSignatures
from content.library import Library
from tests.api.examining import problem
from tests.building import (
    EDITOR,
    MakeApp,
    a_draft,
    a_faq,
    a_live_article,
    a_reviewed_article,
    a_section,
)
from tests.content.agenda import ahead, fire, scheduled

DELIVERY: Final = (
    "/api/v1/articles",
    "/api/v1/articles/calm-skin-after-needling",
    "/api/v1/articles/calm-skin-after-needling/sections/aftercare",
    "/api/v1/articles/calm-skin-after-needling/jsonld",
    "/api/v1/articles/calm-skin-after-needling/leaflet",
    "/api/v1/sections",
    "/api/v1/faqs",
    "/api/v1/topics",
    "/api/v1/topics/procedure/microneedling",
    "/api/v1/section-types",
    "/api/v1/changes",
    "/api/v1/manifest",
    "/api/v1/feed.atom",
    "/api/v1/feed.json",
    "/api/v1/sitemap.xml",
)


@pytest.fixture
def live(library: Library) -> str:
    """The id of an article that readers see, with pairs in it."""
    return a_live_article(library, sections=[a_section(), a_faq()]).id


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize("path", DELIVERY)
def test_every_delivery_answer_can_be_kept_and_asked_for_again(
    client: FlaskClient, path: str
) -> None:
    first, again = client.get(path), client.get(path)
    assert first.headers["ETag"] == again.headers["ETag"]
    tag, weak = first.get_etag()
    assert tag == entity_tag(first.get_data())
    assert not weak
    assert first.headers["Cache-Control"].startswith("public, max-age=60, stale-while-revalidate=")
    assert first.vary.as_set() == {"accept-encoding"}
    assert first.headers["Content-Sequence"] == "1"
    assert first.last_modified is not None
    assert first.headers["Surrogate-Key"].split() == first.headers["Cache-Tag"].split(",")
    answer = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (answer.status_code, answer.get_data()) == (304, b"")
    kept = ("ETag", "Cache-Control", "Vary", "Accept-Ranges", "Content-Sequence", "Surrogate-Key")
    for name in kept:
        assert answer.headers[name] == first.headers[name], name
    assert "Content-Type" not in answer.headers


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize(
    "template",
    ["*", "W/{tag}", '"other", {tag}', '{tag}, "other"', '"other" , W/{tag}', '"{bare}-gzip"'],
)
def test_the_validator_may_be_weak_one_of_several_or_any(
    client: FlaskClient, template: str
) -> None:
    tag = client.get(DELIVERY[0]).headers["ETag"]
    sent = template.format(tag=tag, bare=tag.strip('"'))
    assert client.get(DELIVERY[0], headers={"If-None-Match": sent}).status_code == 304


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize("sent", ["", '""', '"other"', "W/", ",", '"a","b"'])
def test_another_validator_gets_the_whole_answer(client: FlaskClient, sent: str) -> None:
    assert client.get(DELIVERY[0], headers={"If-None-Match": sent}).status_code == 200


@pytest.mark.usefixtures("live")
def test_a_date_alone_makes_no_304(client: FlaskClient) -> None:
    modified = client.get(DELIVERY[0]).headers["Last-Modified"]
    headers = {"If-Modified-Since": modified}
    assert client.get(DELIVERY[0], headers=headers).status_code == 200


def test_publishing_changes_the_validator_and_the_sequence(
    client: FlaskClient, library: Library, live: str
) -> None:
    before = client.get(DELIVERY[1])
    with library.writing(EDITOR) as work:
        editing.change_article(work, live, None, title="Renamed")
        publishing.publish(work, live, None)
    after = client.get(DELIVERY[1], headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.headers["ETag"] != before.headers["ETag"]
    assert after.headers["Content-Sequence"] == "2"


def test_an_answer_is_tagged_with_what_it_shows(
    client: FlaskClient, library: Library, live: str
) -> None:
    one = {f"article-{live}", "topic-procedure-microneedling", "type-aftercare", "type-faq"}
    assert set(client.get(DELIVERY[1]).headers["Surrogate-Key"].split()) == one
    section = set(client.get(DELIVERY[2]).headers["Surrogate-Key"].split())
    assert section == one - {"type-faq"}
    assert set(client.get("/api/v1/sections").headers["Surrogate-Key"].split()) == {*one, "list"}
    other = a_live_article(library, "Another", topics=["condition:acne"])
    tags = set(client.get("/api/v1/articles").headers["Surrogate-Key"].split())
    assert {f"article-{live}", f"article-{other.id}", "topic-condition-acne", "list"} <= tags


def test_an_empty_library_can_be_cached_as_well(client: FlaskClient) -> None:
    answer = client.get("/api/v1/articles")
    assert answer.headers["Content-Sequence"] == "0"
    assert answer.headers["Surrogate-Key"] == "list"
    assert "Last-Modified" not in answer.headers


@pytest.mark.parametrize("path", ["/api/v1/articles/nothing", "/api/v1/articles?limit=0"])
def test_refusals_are_not_kept(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"If-None-Match": "*"})
    problem(answer, answer.status_code)
    assert answer.status_code in {404, 422}
    assert "ETag" not in answer.headers


def test_the_lifetime_is_a_setting(make_app: MakeApp, settings: Settings) -> None:
    short = Settings(
        home=settings.home, database_url=settings.database_url, secret_key="s" * 32, max_age=7
    )
    answer = make_app(short).test_client().get("/api/v1/articles")
    assert "max-age=7," in answer.headers["Cache-Control"]


def lifetimes(client: FlaskClient, **headers: str) -> list[int]:
    """For how many seconds an answer may be kept, kept while it is asked for anew, or is not."""
    answer = client.get("/api/v1/articles", headers=headers)
    return [int(each) for each in re.findall(r"=(\d+)", answer.headers["Cache-Control"])]


def test_no_answer_outlives_the_next_scheduled_change(
    client: FlaskClient, library: Library, live: str
) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        assert lifetimes(client) == [60, STALE, STALE]
        tag = client.get("/api/v1/articles").headers["ETag"]
        draft = a_draft(library, "A draft")
        scheduled(library, draft, ahead(hours=2))
        assert lifetimes(client) == [60, 7_140, 7_140]
        scheduled(library, draft, ahead(seconds=45))
        assert lifetimes(client) == [45, 0, 0], "a remembered answer too"
        assert lifetimes(client, **{"If-None-Match": tag}) == [45, 0, 0]
        clock.shift(timedelta(seconds=44.5))
        assert lifetimes(client) == [0, 0, 0]
        clock.shift(timedelta(seconds=1))
        assert lifetimes(client) == [1, 0, 0], "it is late, and may be done any moment"
        fire(library)
        assert lifetimes(client) == [60, STALE, STALE]


def test_no_answer_outlives_a_signature_that_readers_see(
    client: FlaskClient, library: Library
) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        article = a_reviewed_article(library, lasting=timedelta(hours=2))
        assert lifetimes(client) == [60, 7_140, 7_140]
        scheduled(library, a_draft(library, "A draft"), ahead(hours=3))
        assert lifetimes(client) == [60, 7_140, 7_140], "what comes first counts"
        clock.shift(timedelta(hours=2, seconds=-45))
        assert lifetimes(client) == [45, 0, 0]
        clock.shift(timedelta(seconds=45))
        ExpiredSignatures(library).run()
        assert lifetimes(client) == [60, 3_540, 3_540]
        with library.writing(EDITOR) as work:
            publishing.withdraw(work, article.id, None, "Out of date.")
        assert lifetimes(client) == [60, 3_540, 3_540]


def test_what_was_cancelled_shortens_no_lifetime(client: FlaskClient, library: Library) -> None:
    made = scheduled(library, a_draft(library), ahead(seconds=45))
    assert lifetimes(client)[0] <= 45
    with library.writing(EDITOR) as work:
        scheduling.cancel(work, made.id)
    assert lifetimes(client) == [60, STALE, STALE]


def test_what_is_scheduled_for_later_than_anything_is_kept_shortens_nothing(
    client: FlaskClient, library: Library
) -> None:
    scheduled(library, a_draft(library), ahead(days=2))
    assert lifetimes(client) == [60, STALE, STALE]


@pytest.mark.parametrize(
    "sent",
    ['"1"', "1", 'W/"1"', '"1-gzip"', '"1:br"', '"1;zstd"', ' "1" ', 'W/"1-br"', '"1"-gzip'],
)
def test_a_tag_keeps_its_meaning_on_its_way_through_proxies(sent: str) -> None:
    assert bare_tag(sent) == "1"
    assert same_entity(sent, "1")


@pytest.mark.parametrize("sent", ["", '"2"', '"11"', '"1-other"', '"gzip"', "W/"])
def test_another_tag_means_something_else(sent: str) -> None:
    assert not same_entity(sent, "1")
