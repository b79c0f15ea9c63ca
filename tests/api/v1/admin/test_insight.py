"""What readers search for, over HTTP: counted, listed, forgotten, and nothing of who asked."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from api.house import House
from api.quotas import Quota
from api.settings import Settings
from content import following
from content.library import Library
from content.models import now
from content.observations import SearchTally
from tests.api.examining import details, everything, places, problem
from tests.api.test_remembering import memory_of, remembered
from tests.building import EDITOR, MakeApp, a_draft, a_live_article, a_section, a_token, bearer

SEARCH: Final = "/api/v1/search"
CLICKS: Final = "/api/v1/search/clicks"
QUERIES: Final = "/api/v1/admin/search/queries"
BROWSER: Final = "A browser nobody else has/4.2"


@pytest.fixture
def section(library: Library, app: Flask) -> str:
    """The id of the one section about scars, in the index."""
    article = a_live_article(library, "Calm", sections=[a_section("risks", "Scars", "They fade.")])
    following.bring_up_to_date(library, house_of(app).index)
    with library.reading() as session:
        live = session.merge(article).live
        assert live
        return live.sections[0].id


def house_of(app: Flask) -> House:
    house: House = app.extensions["dermis"]
    return house


def listed(client: FlaskClient, token: str, query: str = "") -> dict[str, tuple[int, int, int]]:
    """What is listed, once what was counted is written down."""
    house_of(client.application).observations.flush()
    answer = client.get(f"{QUERIES}?limit=100&{query}", headers=bearer(token))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return {
        each["query"]: (each["asked"], each["without_result"], each["clicked"])
        for each in answer.get_json()["items"]
    }


@pytest.mark.usefixtures("section")
def test_every_search_counts_remembered_or_not(client: FlaskClient, token: str) -> None:
    for _ in range(3):
        client.get(f"{SEARCH}?q=scars")
    client.get(f"{SEARCH}?q=Scars&format=text&limit=1")
    client.get(f"{SEARCH}?q=unicorn")
    assert listed(client, token) == {"scars": (4, 0, 0), "unicorn": (1, 1, 0)}


@pytest.mark.usefixtures("section")
def test_who_has_the_answer_already_has_searched_all_the_same(
    client: FlaskClient, token: str
) -> None:
    tag = client.get(f"{SEARCH}?q=scars").headers["ETag"]
    assert client.get(f"{SEARCH}?q=scars", headers={"If-None-Match": tag}).status_code == 304
    assert listed(client, token) == {"scars": (2, 0, 0)}


def test_further_pages_heads_and_refusals_do_not_count(
    client: FlaskClient, library: Library, app: Flask, token: str
) -> None:
    for number in range(3):
        a_live_article(library, f"Scars {number}")
    following.bring_up_to_date(library, house_of(app).index)
    on = client.get(f"{SEARCH}?q=scars&limit=1").get_json()["next"]
    for _ in range(2):
        assert client.get(f"{SEARCH}?q=scars&limit=1&cursor={on}").status_code == 200
    client.head(f"{SEARCH}?q=scars&limit=1")
    client.get(f"{SEARCH}?q=scars&limit=0")
    client.get(f"{SEARCH}?q=")
    client.get(f"{SEARCH}?q=scars&limit=1", headers={"Accept-Encoding": "identity;q=0"})
    assert listed(client, token) == {"scars": (1, 0, 0)}


@pytest.mark.usefixtures("section")
def test_an_application_that_remembers_nothing_counts_as_well(
    make_app: MakeApp, settings: Settings, token: str
) -> None:
    client = make_app(replace(settings, cache_bytes=0)).test_client()
    for _ in range(2):
        client.get(f"{SEARCH}?q=scars")
    assert listed(client, token) == {"scars": (2, 0, 0)}


@pytest.mark.usefixtures("section")
def test_with_no_days_nothing_is_counted(make_app: MakeApp, settings: Settings, token: str) -> None:
    client = make_app(replace(settings, insight_days=0)).test_client()
    client.get(f"{SEARCH}?q=scars")
    assert listed(client, token) == {}


@pytest.mark.usefixtures("section")
def test_writing_the_counts_down_drops_no_answer(
    client: FlaskClient, app: Flask, token: str
) -> None:
    addresses = [f"{SEARCH}?q=scars", "/api/v1/articles", "/api/v1/sections?type=risks"]
    before = [client.get(address) for address in addresses]
    kept = [remembered(app, address) for address in addresses]
    assert all(kept)
    assert listed(client, token) == {"scars": (1, 0, 0)}
    assert [remembered(app, address) for address in addresses] == kept
    assert memory_of(app).dropped == 0
    after = [client.get(address) for address in addresses]
    for name in ("ETag", "Content-Sequence"):
        assert [each.headers[name] for each in after] == [each.headers[name] for each in before]


@pytest.mark.xdist_group("postgres")
def test_on_a_server_it_drops_no_answer_either(
    make_app: MakeApp, postgres_library: Library, tmp_path: Path
) -> None:
    app = make_app(Settings(home=tmp_path, database_url=postgres_library.url, secret_key="s" * 32))
    a_live_article(postgres_library, "Scars")
    following.bring_up_to_date(postgres_library, house_of(app).index)
    client = app.test_client()
    address = f"{SEARCH}?q=scars"
    client.get(address)
    kept = remembered(app, address)
    assert kept
    assert listed(client, a_token(postgres_library, "read")) == {"scars": (1, 0, 0)}
    assert remembered(app, address) is kept
    client.get(address)
    assert listed(client, a_token(postgres_library, "read")) == {"scars": (2, 0, 0)}


@pytest.mark.usefixtures("section")
def test_nothing_of_who_asked_is_kept(client: FlaskClient, library: Library, token: str) -> None:
    sent = {"User-Agent": BROWSER, "X-Request-Id": "a-visitor-s-own-id", "Cookie": "me=ada"}
    client.get(f"{SEARCH}?q=scars", headers=sent, environ_base={"REMOTE_ADDR": "203.0.113.77"})
    client.get(f"{SEARCH}?q=ada@example.org", headers=sent)
    assert set(listed(client, token)) == {"scars", "(withheld)"}
    rows = everything(library)["search_tally"]
    assert len(rows) == 2
    for row in rows:
        assert not re.search(r"203\.0|browser|visitor|ada|\d\d:\d\d", row, re.IGNORECASE)
        assert re.match(r"\(datetime\.date\(", row)


def test_a_search_that_fails_counts_nothing(client: FlaskClient, token: str) -> None:
    problem(client.get(f"{SEARCH}?q=scars"), 503)
    assert listed(client, token) == {}


@pytest.mark.parametrize("kind", ["application/json", "text/plain;charset=UTF-8"])
def test_a_click_is_counted(client: FlaskClient, token: str, section: str, kind: str) -> None:
    client.get(f"{SEARCH}?q=Scars&locale=en")
    body = f'{{"q": "scars ", "section": "{section}", "locale": "en"}}'
    answer = client.post(CLICKS, data=body, content_type=kind)
    assert answer.status_code == 204
    assert answer.get_data() == b""
    assert answer.headers["Cache-Control"] == "no-store"
    assert listed(client, token, "locale=en") == {"scars": (1, 0, 1)}
    assert listed(client, token, "locale=de") == {}


def test_a_click_on_what_readers_do_not_see_is_answered_alike_and_not_counted(
    client: FlaskClient, token: str, library: Library, section: str
) -> None:
    draft = a_draft(library, "A draft").draft
    assert draft
    answers = [
        client.post(CLICKS, json={"q": "scars", "section": each})
        for each in (section, draft.sections[0].id, "nothing", "ä")
    ]
    same = {"X-Request-Id"}
    told = [
        (each.status, [(n, v) for n, v in each.headers.items() if n not in same])
        for each in answers
    ]
    assert told == [told[0]] * 4
    assert listed(client, token) == {}, "a click alone is nothing that was asked"
    client.get(f"{SEARCH}?q=scars")
    assert listed(client, token) == {"scars": (1, 0, 1)}


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/q", "/section"]),
        ({"q": "", "section": ""}, ["/q", "/section"]),
        ({"q": " ", "section": "a"}, ["/q"]),
        ({"q": "a" * 1_001, "section": "a" * 37}, ["/q", "/section"]),
        ({"q": "a\0b", "section": "a"}, ["/q"]),
        ({"q": 1, "section": ["a"]}, ["/q", "/section"]),
        ({"q": "a", "section": "b", "locale": "no locale"}, ["/locale"]),
        ({"q": "a", "section": "b", "visitor": "ada"}, ["/visitor"]),
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_a_wrong_click_is_refused_with_every_reason(
    client: FlaskClient, body: dict[str, Any], pointers: list[str]
) -> None:
    assert sorted(places(problem(client.post(CLICKS, json=body), 422))) == pointers


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (b"", "application/json", 400),
        (b"{", "text/plain", 400),
        (b"[]", "text/plain", 400),
        (b"q=a&section=b", "application/x-www-form-urlencoded", 415),
        (b"{}", "text/html", 415),
        (b"{}", "", 415),
    ],
)
def test_a_body_that_is_no_click_is_refused(
    client: FlaskClient, data: bytes, kind: str, status: int
) -> None:
    problem(client.post(CLICKS, data=data, content_type=kind), status)


def test_clicks_are_limited_like_other_requests(make_app: MakeApp, settings: Settings) -> None:
    client = make_app(replace(settings, rate_limit=Quota(2, 60))).test_client()
    body = {"q": "scars", "section": "nothing"}
    assert [client.post(CLICKS, json=body).status_code for _ in range(2)] == [204, 204]
    assert "Retry-After" in client.post(CLICKS, json=body).headers
    problem(client.post(CLICKS, json=body), 429)


def test_a_click_takes_no_query(client: FlaskClient) -> None:
    body = {"q": "a", "section": "b"}
    assert places(problem(client.post(f"{CLICKS}?q=a", json=body), 422)) == ["q"]
    refused = client.get(CLICKS)
    problem(refused, 405)
    assert set(refused.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


def test_pages_of_other_origins_may_report_clicks(
    client: FlaskClient, make_app: MakeApp, settings: Settings, section: str
) -> None:
    asking = {
        "Origin": "https://www.example.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    named = replace(settings, cors_origins=("https://www.example.org",))
    for origin, of in (("*", client), (asking["Origin"], make_app(named).test_client())):
        preflight = of.options(CLICKS, headers=asking)
        assert preflight.status_code == 200
        assert preflight.headers["Access-Control-Allow-Origin"] == origin
        assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
        assert "content-type" in preflight.headers["Access-Control-Allow-Headers"].lower()
        assert "Access-Control-Allow-Credentials" not in preflight.headers
        sent = of.post(
            CLICKS,
            json={"q": "scars", "section": section},
            headers={"Origin": "https://www.example.org"},
        )
        assert sent.headers["Access-Control-Allow-Origin"] == origin


@pytest.mark.usefixtures("section")
def test_the_list_is_sorted_and_narrowed(
    client: FlaskClient, token: str, library: Library, section: str
) -> None:
    for query, times in (("scars", 3), ("unicorn", 2), ("fade", 1)):
        for _ in range(times):
            client.get(f"{SEARCH}?q={query}")
    client.post(CLICKS, json={"q": "fade", "section": section})
    assert list(listed(client, token)) == ["scars", "unicorn", "fade"]
    assert list(listed(client, token, "sort=without_result")) == ["unicorn"]
    assert list(listed(client, token, "sort=without_click")) == ["scars"]
    today = now().date()
    assert list(listed(client, token, f"since={today}&until={today}&locale=de")) == []
    with library.writing(EDITOR) as work:
        earlier = update(SearchTally).where(SearchTally.query == "fade")
        work.session.execute(earlier.values(day=today.replace(year=today.year - 1)))
    assert list(listed(client, token)) == ["scars", "unicorn"], "it is older than it is kept"
    first = client.get(f"{QUERIES}?limit=1&count=true", headers=bearer(token)).get_json()
    assert first["total"] == 2
    assert first["items"][0]["last_day"] == today.isoformat()
    second = client.get(f"{QUERIES}?limit=1&cursor={first['next']}", headers=bearer(token))
    assert [each["query"] for each in second.get_json()["items"]] == ["unicorn"]
    assert second.get_json()["next"] is None


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("sort=asekd", "sort"),
        ("since=yesterday", "since"),
        ("since=2026-02-30", "since"),
        ("until=2026-03-01T00:00:00Z", "until"),
        ("until=20260301", "until"),
        ("since=2026-03-02&until=2026-03-01", "until"),
        ("locale=english!", "locale"),
        ("limit=0", "limit"),
        ("cursor=abc", "cursor"),
        ("sortt=asked", "sortt"),
    ],
)
def test_a_wrong_list_is_refused(client: FlaskClient, token: str, query: str, place: str) -> None:
    answer = client.get(f"{QUERIES}?{query}", headers=bearer(token))
    document = problem(answer, 422)
    assert places(document) == [place]
    assert len(details(document)) > 10


@pytest.mark.usefixtures("section")
def test_a_query_is_forgotten_by_its_id(client: FlaskClient, token: str, library: Library) -> None:
    client.get(f"{SEARCH}?q=jane+doe")
    listed(client, token)
    (found,) = client.get(QUERIES, headers=bearer(token)).get_json()["items"]
    address = f"{QUERIES}/{found['id']}"
    problem(client.delete(address, headers=bearer(a_token(library, "publish", "write"))), 403)
    assert client.delete(address, headers=bearer(token)).status_code == 204
    assert listed(client, token) == {}
    problem(client.delete(address, headers=bearer(token)), 404)
    stored = everything(library)
    assert "forget" in str(stored["audit_entry"])
    assert "jane" not in str(stored)


def test_editors_may_read_and_strangers_may_not(client: FlaskClient, library: Library) -> None:
    assert client.get(QUERIES, headers=bearer(a_token(library, "read"))).status_code == 200
    problem(client.get(QUERIES), 401)
    problem(client.delete(f"{QUERIES}/abc"), 401)
