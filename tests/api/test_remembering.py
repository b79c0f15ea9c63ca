"""The cache of finished answers: always what would be worked out anew, and no more dropped."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.answers import Answer
from api.house import House
from api.remembering import Memory
from api.settings import Settings
from content import changes, editing, following, publishing
from content.library import Library
from tests.api.examining import problem
from tests.api.v1.walking import addresses
from tests.building import EDITOR, MakeApp, a_draft, a_faq, a_live_article, a_section, bearer
from tests.desk import SLUGS, TOPICS, Desk

SAME: Final = ("ETag", "Surrogate-Key", "Cache-Tag", "Content-Type", "Link", "Vary", "Location")


def memory_of(app: Flask) -> Memory:
    house: House = app.extensions["dermis"]
    return house.memory


def told(answer: TestResponse) -> tuple[Any, ...]:
    """What must be the same whether it was remembered or not."""
    body = answer.get_data() if answer.status_code == 200 else b""
    return answer.status_code, body, *(answer.headers.get(name) for name in SAME)


def remembered(app: Flask, address: str) -> Answer | None:
    path, _, query = address.partition("?")
    memory = memory_of(app)
    memory.catch_up()
    return memory.recall(f"{query}\n{path}")


@pytest.fixture
def forgetful(make_app: MakeApp, settings: Settings) -> FlaskClient:
    """A front end of an application that remembers nothing."""
    return make_app(replace(settings, cache_bytes=0)).test_client()


def wide() -> Sequence[str]:
    """Addresses of every kind, in the world of the desk as well."""
    desk = [
        *(f"/api/v1/articles/{slug}" for slug in (*SLUGS, "calm-skin", "zinc", "ather", "a-peel")),
        *(f"/api/v1/topics/{ref.replace(':', '/')}" for ref in TOPICS),
        *(f"/api/v1/faqs?topic={ref}" for ref in TOPICS),
        *(f"/api/v1/sections?topic={ref}&type=risks,faq" for ref in TOPICS),
        f"/api/v1/articles?topic={TOPICS[0]}&topic={TOPICS[1]}&count=true",
        f"/api/v1/articles?slug={','.join(SLUGS)}&include=sections",
        "/api/v1/articles/calm-skin?locale=de",
        "/api/v1/articles/calm-skin?fields=title,sections.body&types=risks",
        "/api/v1/faqs?locale=de",
        "/api/v1/faqs?q=nurses",
        "/api/v1/topics/condition/acne-scars?locale=de",
        "/api/v1/manifest",
        "/api/v1/manifest?limit=2&count=true",
        "/api/v1/manifest?at=1",
        "/api/v1/articles?at=3",
    ]
    unkept = ("/readyz", "/healthz", "/api/v1/openapi.json")
    return [each for each in (*addresses(), *desk) if each not in unkept]


def walked(client: FlaskClient, path: str, pages: int = 4) -> Iterator[str]:
    """The addresses of the first pages of a list."""
    address: str | None = path
    for _ in range(pages):
        if address is None:
            return
        yield address
        following_page = client.get(address).headers.get("Link")
        address = following_page and following_page.partition(">")[0].removeprefix("<")


LISTS: Final = (
    "/api/v1/articles?limit=2",
    "/api/v1/articles?limit=2&sort=-updated_at",
    "/api/v1/articles?limit=1&sort=title",
    "/api/v1/sections?limit=3",
    f"/api/v1/sections?limit=1&topic={TOPICS[0]}",
    "/api/v1/faqs?limit=1",
    "/api/v1/manifest?limit=2",
    "/api/v1/changes?limit=3",
)


def may_be_dropped_unchanged(
    address: str, last: Answer, touched: set[str], slugs: set[str]
) -> bool:
    """Whether an answer may be forgotten although it would be the same again.

    One that shows a changed article may leave out just what changed; the first article after a
    page decides whether there is another page; and an article of another locale at the same slug
    (`slugs` are those of the touched ones) might have come before. The others depend on more than a page of their
    list: totals, orders by title, hubs and lists of pairs on every article that fits; topics on
    all; search on the whole log, as one rare word changes every score; and an answer of the last
    point, whose time begins to run with the next change.
    """
    wider = ("count=true", "sort=title", "/faqs", "/topics", "/search", "/changes", "at=")
    same_slug = any(scope.slugs & slugs for scope in last.scopes)
    return bool(last.articles & touched) or same_slug or any(each in address for each in wider)


@pytest.mark.parametrize("seed", [1, 2])
def test_after_any_act_what_is_remembered_is_what_would_be_worked_out_anew(
    app: Flask, library: Library, forgetful: FlaskClient, seed: int
) -> None:
    client, desk, random = app.test_client(), Desk(library), Random(seed)
    house: House = app.extensions["dermis"]
    for number in range(5):
        desk.create(4 * number + 1)
    last: dict[str, tuple[Answer, tuple[Any, ...]]] = {}
    kept, position = 0, 0
    for turn in range(14):
        if turn % 3:
            following.bring_up_to_date(library, house.index)
        asked = [*wide(), *(page for path in LISTS for page in walked(forgetful, path))]
        with library.reading() as session:
            log = changes.after(session, 0, 1_000)
            touched = {each.article_id for each in log if each.sequence > position}
            slugs = {each.slug for each in log if each.article_id in touched}
            position = changes.head(session)
        before, last = last, {}
        for address in dict.fromkeys(asked):
            known = remembered(app, address)
            fresh = told(forgetful.get(address))
            assert told(client.get(address)) == fresh, (turn, address)
            kept += known is not None
            if known is None and address in before and before[address][1] == fresh:
                why = (address, before[address][0], touched, slugs)
                assert may_be_dropped_unchanged(*why), (turn, address)
            if (given := remembered(app, address)) is not None:
                last[address] = given, fresh
        desk.act(random.randrange(2_000))
    assert kept > 300
