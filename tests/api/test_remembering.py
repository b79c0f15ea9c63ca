"""The cache of finished answers: always what would be worked out anew, and no more dropped."""

import gc
import re
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from api.answers import Answer, Form, validators
from api.caching import entity_tag
from api.coding import Coding
from api.house import House
from api.remembering import Memory
from api.settings import Settings
from api.watching import watch_of
from content import changes, editing, equating, following, publishing
from content.equating import GroupDraft
from content.library import Library
from content.publications import Forwarding
from content.scopes import WORDS, Scope
from tests.api.examining import problem
from tests.api.v1.walking import addresses
from tests.building import EDITOR, MakeApp, a_draft, a_faq, a_live_article, a_section, bearer
from tests.desk import SLUGS, TOPICS, ReleaseDesk
from tests.overhearing import traced

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
        "/api/v1/articles/calm-skin?locale=de-CH&fallback=true&include=alternates,faqs",
        "/api/v1/articles/calm-skin/jsonld",
        "/api/v1/articles/zinc/related",
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
    (`slugs` are those of the touched ones) might have come before. The others depend on more than
    a page of their list: totals, orders by title, hubs and lists of pairs on every article that
    fits; what is related on all articles of a topic; topics and the sitemap on all; search and all
    that comes of it on the whole log, as one rare word changes every score; and an answer of the
    last point, whose time begins to run with the next change.
    """
    lists = ("/answers", "/changes", "/faqs", "/search", "/sitemap.xml", "/suggest", "/topics")
    wider = (*lists, "related", "count=true", "sort=title", "at=")
    same_slug = any(scope.slugs & slugs for scope in last.scopes)
    return bool(last.articles & touched) or same_slug or any(each in address for each in wider)


@pytest.mark.parametrize("seed", [1, 2])
def test_after_any_act_what_is_remembered_is_what_would_be_worked_out_anew(
    app: Flask, library: Library, forgetful: FlaskClient, seed: int
) -> None:
    client, desk, random = app.test_client(), ReleaseDesk(library), Random(seed)
    house: House = app.extensions["dermis"]
    for number in range(5):
        desk.create(4 * number + 1)
    last: dict[str, tuple[Answer, tuple[Any, ...]]] = {}
    kept, position = 0, 0
    for turn in range(10):
        if turn % 3:
            following.bring_up_to_date(library, house.index)
        asked = [*wide(), *(page for path in LISTS for page in walked(forgetful, path))]
        with library.reading() as session:
            log = changes.after(session, 0, 1_000)
            touched = {each.article_id for each in log if each.sequence > position}
            slugs = {each.slug for each in log if each.article_id in touched}
            slugs |= set(session.scalars(select(Forwarding.slug)))
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
    assert kept > 200


def publish_again(library: Library, article_id: str, title: str) -> None:
    with library.writing(EDITOR) as work:
        editing.change_article(work, article_id, None, title=title)
        publishing.publish(work, article_id, None)


def test_publishing_one_article_drops_only_what_shows_it(
    app: Flask, client: FlaskClient, library: Library
) -> None:
    topics = ["condition:acne-scars", "procedure:microneedling"]
    articles = [
        a_live_article(library, f"Skin {n}", slug=f"skin-{n}", topics=[topics[n % 2]])
        for n in range(12)
    ]
    ones = [f"/api/v1/articles/skin-{n}{tail}" for n in range(12) for tail in ("", "?format=text")]
    ones += [f"/api/v1/articles/skin-{n}/sections/aftercare" for n in range(12)]
    lists = [
        *walked(client, "/api/v1/articles?limit=2", 9),
        *walked(client, "/api/v1/sections?limit=2", 9),
        *walked(client, "/api/v1/manifest?limit=2", 9),
        *(f"/api/v1/articles?topic={topic}" for topic in topics),
        *(f"/api/v1/topics/{topic.replace(':', '/')}" for topic in topics),
        "/api/v1/articles?slug=skin-3,skin-5",
        "/api/v1/articles?type=risks",
        "/api/v1/articles?locale=de",
        "/api/v1/faqs",
        "/api/v1/topics",
        "/api/v1/section-types",
    ]
    for address in (*ones, *lists):
        assert client.get(address).status_code == 200
    publish_again(library, articles[5].id, "Skin five")
    lost = {each for each in (*ones, *lists) if remembered(app, each) is None}
    pages = [lists[:6], lists[6:12], lists[12:18]]
    # Twelve articles in pages of two, newest first: 5 stood on the fourth page, after the last of
    # the third, and goes to the first.
    moved = {pages[0][0], pages[0][2], pages[0][3], pages[1][0], pages[1][2], pages[1][3]}
    assert lost == {
        *(each for each in ones if "/skin-5" in each),
        *moved,
        pages[2][2],  # The manifest is in order of the ids: 4 and 5.
        f"/api/v1/articles?topic={topics[1]}",
        f"/api/v1/topics/{topics[1].replace(':', '/')}",
        "/api/v1/articles?slug=skin-3,skin-5",
    }


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/topics/condition/acne-scars",
        "/api/v1/faqs?topic=condition:acne-scars",
        "/api/v1/faqs?article=shown",
        "/api/v1/faqs?type=procedure",
    ],
)
def test_an_equal_pair_elsewhere_is_named_beside_the_one_that_is_shown(
    client: FlaskClient, library: Library, forgetful: FlaskClient, address: str
) -> None:
    about = {"sections": [a_faq()], "topics": ["condition:acne-scars"]}
    a_live_article(library, "Shown", slug="shown", **about)
    before = told(client.get(address))
    pair = ("DOES IT HURT?", "A little, for a moment")
    other = a_live_article(library, "Elsewhere", sections=[a_faq(pair)])
    for act in (None, "Renamed", "withdraw"):
        if act == "withdraw":
            with library.writing(EDITOR) as work:
                publishing.withdraw(work, other.id, None, "Wrong.")
        elif act:
            publish_again(library, other.id, act)
        now = told(client.get(address))
        assert now == told(forgetful.get(address))
        assert (now == before) == (act == "withdraw")


TWO: Final = "topic=procedure:microneedling&topic=condition:acne"
TURNED: Final = "topic=condition:acne&topic=procedure:microneedling&topic=condition:acne"
SPELLINGS: Final = (
    (
        f"/api/v1/articles?type=aftercare,risks&{TWO}&limit=1",
        f"/api/v1/articles?limit=01&{TURNED}&type=risks,aftercare",
    ),
    ("/api/v1/articles", "/api/v1/articles?sort=-published_at&limit=20&count=false&format=html"),
    ("/api/v1/sections?type=risks%2Caftercare", "/api/v1/sections?type=aftercare,risks"),
    ("/api/v1/faqs?type=risks,faq&limit=1", "/api/v1/faqs?limit=1&type=faq,risks,faq"),
    (
        "/api/v1/articles/skin?fields=slug,title&types=risks,aftercare",
        "/api/v1/articles/skin?types=aftercare,risks&fields=title,slug",
    ),
    (
        "/api/v1/articles?updated_since=2020-01-01T00:00:00Z",
        "/api/v1/articles?updated_since=2020-01-01T01:00:00.000%2B01:00",
    ),
)


@pytest.mark.parametrize("spellings", SPELLINGS)
def test_all_spellings_of_a_question_share_one_answer(
    app: Flask, library: Library, forgetful: FlaskClient, spellings: Sequence[str]
) -> None:
    topics = ["procedure:microneedling", "condition:acne"]
    for slug in ("skin", "other"):
        a_live_article(library, slug, slug=slug, topics=topics, sections=[a_section(), a_faq()])
    client = app.test_client()
    answers = [client.get(each) for each in spellings]
    assert len(memory_of(app)) == 1
    first, *others = [(each.status_code, each.get_data(), each.headers["ETag"]) for each in answers]
    assert others == [first]
    assert [forgetful.get(each).get_data() for each in spellings] == [first[1]] * 2
    cursor = answers[0].get_json().get("next")
    if cursor is not None:
        pages = [client.get(f"{each}&cursor={cursor}") for each in spellings]
        assert [each.status_code for each in pages] == [200, 200]


def test_nothing_private_refused_or_moved_is_ever_kept(
    app: Flask, library: Library, token: str
) -> None:
    client = app.test_client()
    article = a_live_article(library, slug="old")
    draft = a_draft(library, "A draft", slug="draft")
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, slug="new", title="In the draft")
    gone = a_live_article(library, "Gone", slug="gone")
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, gone.id, None, "Wrong.")
    asked = {
        "/api/v1/articles/old": 308,
        "/api/v1/articles/gone": 410,
        "/api/v1/articles/draft": 404,
        "/api/v1/articles?limit=0": 422,
        "/api/v1/articles?at=99": 422,
        "/api/v1/articles/old?unknown=1": 422,
        "/api/v1/search?q=skin": 503,
        "/api/v1/nothing": 404,
        f"/api/v1/admin/articles/{draft.id}": 200,
        "/api/v1/admin/articles": 200,
        "/api/v1/openapi.json": 200,
        "/healthz": 200,
        "/readyz": 200,
    }
    for _ in range(2):
        for address, status in asked.items():
            assert client.get(address, headers=bearer(token)).status_code == status, address
            assert remembered(app, address) is None
    assert client.get("/api/v1/admin/articles").status_code == 401
    assert len(memory_of(app)) == 0


def test_who_comes_after_a_publish_gets_nothing_that_was_begun_before(
    app: Flask, library: Library
) -> None:
    memory = memory_of(app)
    article = a_live_article(library, "Before")
    begun, go_on = threading.Event(), threading.Event()

    def read(body: bytes, hold: bool) -> Answer:
        with library.reading() as session:
            sequence = changes.head(session)
            if hold:
                begun.set()
                assert go_on.wait(20)
        return Answer("key", body, "text/plain", sequence, [], frozenset({article.id}))

    memory.catch_up()
    with ThreadPoolExecutor(2) as pool:
        early = pool.submit(memory.work_out, "key", "one", lambda: read(b"before", hold=True))
        assert begun.wait(20)
        publish_again(library, article.id, "After")
        memory.catch_up()
        late = pool.submit(memory.work_out, "key", "two", lambda: read(b"after", hold=False))
        # Who waited for the early one would get what it brings.
        with suppress(TimeoutError):
            late.result(0.5)
        go_on.set()
        assert (early.result().body, late.result().body) == (b"before", b"after")
    memory.catch_up()
    found = memory.recall("key")
    assert found is not None
    assert found.body == b"after"


def test_what_was_read_before_a_change_is_not_kept_after_it(app: Flask, library: Library) -> None:
    memory = memory_of(app)
    a_live_article(library, "There")

    def read_while_another_comes() -> Answer:
        with library.reading() as session:
            sequence = changes.head(session)
        a_live_article(library, "Comes into the list")
        with ThreadPoolExecutor(1) as pool:
            pool.submit(memory.catch_up).result()
        return Answer("list", b"[]", "text/plain", sequence, [], scopes=(Scope(),))

    memory.catch_up()
    assert memory.work_out("list", "one", read_while_another_comes).body == b"[]"
    memory.catch_up()
    assert memory.recall("list") is None
    assert memory.recall("one") is None


def test_many_who_want_a_coding_at_once_have_it_made_once(library: Library) -> None:
    memory = Memory(library, watch_of(library), 400_000_000)
    memory.catch_up()
    body = Random(1).randbytes(1_500_000).hex().encode()
    answer = Answer("key", body, "text/plain", 0, [])
    memory.work_out("key", "one", lambda: answer)
    before, start = memory.bytes, threading.Barrier(6)

    def pack(_: int) -> Form:
        start.wait(20)
        return memory.form(answer, Coding.GZIP)

    with ThreadPoolExecutor(6) as crowd:
        first, *others = crowd.map(pack, range(6))
    assert all(each is first for each in others)
    assert memory.bytes - before < 1.5 * len(first.body)
    memory.close()


def test_a_thousand_at_once_for_a_cold_answer_are_one_computation(
    app: Flask, library: Library
) -> None:
    a_live_article(library, slug="calm", sections=[a_section(body="Rest. " * 500), a_faq()])
    house: House = app.extensions["dermis"]
    with traced(house.library) as statements:
        app.test_client().get("/api/v1/articles/calm?format=text")
        usual = [each for each in statements if "publication.slug = " in each]
    memory_of(app).forget()
    start = threading.Barrier(25)

    def ask(_: int) -> set[str]:
        client = app.test_client()
        start.wait()
        headers = {"Accept-Encoding": "br"}
        return {
            client.get("/api/v1/articles/calm?format=text", headers=headers).headers["ETag"]
            for _ in range(40)
        }

    with traced(house.library) as statements, ThreadPoolExecutor(25) as crowd:
        tags = set().union(*crowd.map(ask, range(25)))
    assert len(tags) == 1
    assert tags.pop().endswith('-br"')
    assert len([each for each in statements if "publication.slug = " in each]) == len(usual) > 0


def test_readers_of_many_threads_never_get_what_was_before_their_question(
    app: Flask, library: Library
) -> None:
    article = a_live_article(library, "Edition 1", slug="calm", sections=[a_section(), a_faq()])
    other = a_live_article(library, "Other", slug="other")
    done = threading.Event()
    acknowledged = 1
    asked = ("/api/v1/articles/calm", "/api/v1/articles", "/api/v1/faqs", "/api/v1/sections")

    def publish() -> None:
        nonlocal acknowledged
        try:
            for number in range(2, 26):
                publish_again(library, article.id, f"Edition {number}")
                acknowledged = number
                publish_again(library, other.id, f"Other {number}")
        finally:
            done.set()

    def read(number: int) -> int:
        client, count = app.test_client(), 0
        while not done.is_set():
            known = acknowledged
            answer = client.get(asked[(number + count) % len(asked)])
            body = answer.get_data()
            assert answer.headers["ETag"] == f'"{entity_tag(body)}"'
            (shown,) = set(re.findall(rb"Edition (\d+)", body))
            assert int(shown) >= known
            assert int(answer.headers["Content-Sequence"]) >= 2 * known - 2
            count += 1
        return count

    with ThreadPoolExecutor(5) as pool:
        readers = [pool.submit(read, number) for number in range(4)]
        pool.submit(publish).result()
        assert sum(each.result() for each in readers) > 100


@pytest.mark.xdist_group("postgres")
def test_on_postgresql_who_published_sees_it_at_once_and_others_a_moment_later(
    make_app: MakeApp, postgres_library: Library, tmp_path: Path
) -> None:
    article = a_live_article(postgres_library, "Edition 1", slug="calm")
    settings = Settings(home=tmp_path, database_url=postgres_library.url, secret_key="s" * 32)
    here, there = make_app(settings), make_app(settings)
    address = "/api/v1/articles/calm?fields=title"
    for number in range(2, 12):
        for app in (here, there):
            app.test_client().get(address)
            assert remembered(app, address) is not None
        house: House = here.extensions["dermis"]
        publish_again(house.library, article.id, f"Edition {number}")
        assert _shows(here, address, f"Edition {number}")
        eventually(partial(_shows, there, address, f"Edition {number}"))


def equate(library: Library, *expressions: str) -> None:
    with library.writing(EDITOR) as work:
        equating.create_group(work, GroupDraft(list(expressions)))


def found(app: Flask, address: str) -> int:
    return len(app.test_client().get(address).get_json()["items"])


def test_a_synonym_counts_at_once_for_every_worker_and_drops_nothing_but_searches(
    make_app: MakeApp, settings: Settings, library: Library
) -> None:
    here, there = make_app(settings), make_app(settings)
    a_live_article(library, "Calm", slug="calm", sections=[a_section("risks", "Rest", "Nights.")])
    following.bring_up_to_date(library, here.extensions["dermis"].index)
    search, article = "/api/v1/search?q=evenings", "/api/v1/articles/calm"
    for app in (here, there):
        app.test_client().get(article)
        assert found(app, search) == 0
    equate(library, "evenings", "nights")
    for app in (here, there):
        assert found(app, search) == 1
        assert remembered(app, search) is not None
        assert remembered(app, article) is not None
        assert memory_of(app).dropped == 1


def test_who_asks_after_words_changed_gets_nothing_that_was_begun_before(
    library: Library,
) -> None:
    memory = Memory(library, watch_of(library), 1_000_000)
    begun, go_on = threading.Event(), threading.Event()

    def slowly() -> Answer:
        begun.set()
        go_on.wait(2)
        return Answer("key", b"before", "text/plain", 0, [], scopes=(WORDS,))

    memory.catch_up()
    with ThreadPoolExecutor(1) as other:
        early = other.submit(memory.work_out, "key", "one", slowly)
        assert begun.wait(20)
        equate(library, "evenings", "nights")
        memory.catch_up()
        after = Answer("key", b"after", "text/plain", 0, [], scopes=(WORDS,))
        late = memory.work_out("key", "two", lambda: after)
        go_on.set()
        assert (early.result().body, late.body) == (b"before", b"after")
    assert memory.recall("key") is after
    memory.close()


@pytest.mark.xdist_group("postgres")
def test_on_postgresql_a_synonym_counts_at_once_here_and_a_moment_later_elsewhere(
    make_app: MakeApp, postgres_library: Library, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path, database_url=postgres_library.url, secret_key="s" * 32)
    here, there = make_app(settings), make_app(settings)
    a_live_article(postgres_library, sections=[a_section("risks", "Rest", "Nights.")])
    house: House = here.extensions["dermis"]
    following.bring_up_to_date(postgres_library, house.index)
    search = "/api/v1/search?q=evenings"
    assert found(here, search) == found(there, search) == 0
    equate(house.library, "evenings", "nights")
    assert found(here, search) == 1
    eventually(lambda: found(there, search) == 1)


def _shows(app: Flask, address: str, title: str) -> bool:
    document: dict[str, Any] = app.test_client().get(address).get_json()
    return document == {"title": title}


def eventually(holds: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_clock_that_jumps_changes_nothing_that_is_remembered(
    app: Flask, library: Library
) -> None:
    client = app.test_client()
    article = a_live_article(library, slug="calm")
    asked = ("/api/v1/articles/calm", "/api/v1/articles", "/api/v1/faqs", "/api/v1/manifest")
    before = [told(client.get(each)) for each in asked]
    for year in (2091, 1996):
        with time_machine.travel(datetime(year, 5, 6, tzinfo=UTC)):
            assert all(remembered(app, each) for each in asked)
            assert [told(client.get(each)) for each in asked] == before
            publish_again(library, article.id, f"In {year}")
            now = [told(client.get(each)) for each in asked]
            assert f"In {year}".encode() in now[0][1]
            assert all(was != became for was, became in zip(before[:2], now[:2], strict=True))
            before = now
    assert [told(client.get(each)) for each in asked] == before


def test_two_publishes_in_one_instant_are_two_changes(
    app: Flask, library: Library, forgetful: FlaskClient
) -> None:
    client = app.test_client()
    asked = ("/api/v1/articles", "/api/v1/articles?sort=-updated_at&limit=1", "/api/v1/manifest")
    with time_machine.travel(datetime(2026, 5, 6, tzinfo=UTC), tick=False):
        a_live_article(library, "First")
        tags = [client.get(each).headers["ETag"] for each in asked]
        a_live_article(library, "Second")
        for address, tag in zip(asked, tags, strict=True):
            answer = client.get(address, headers={"If-None-Match": tag})
            assert answer.status_code == 200
            assert told(answer) == told(forgetful.get(address))
    items = client.get("/api/v1/articles").get_json()["items"]
    assert [each["title"] for each in items] == ["Second", "First"]
    assert len({each["published_at"] for each in items}) == 1


def test_a_point_is_read_no_longer_than_it_may_be(
    make_app: MakeApp, settings: Settings, library: Library
) -> None:
    app = make_app(replace(settings, snapshot_days=2))
    client = app.test_client()
    article = a_live_article(library, "Wrong dose", slug="calm")
    address = "/api/v1/articles/calm?at=1"
    assert client.get(address).status_code == 200
    assert remembered(app, address) is not None
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, article.id, None, "A wrong dose.")
    for days in (0, 1):
        with time_machine.travel(datetime.now(UTC) + timedelta(days=days)):
            assert client.get(address).status_code == 200
    assert remembered(app, address) is not None
    with time_machine.travel(datetime.now(UTC) + timedelta(days=3)):
        for _ in range(2):
            problem(client.get(address), 410)
        assert remembered(app, address) is None


def test_a_million_questions_do_not_fill_the_memory_or_push_out_the_others(
    library: Library,
) -> None:
    budget = 2_000_000
    memory = Memory(library, watch_of(library), budget)
    memory.catch_up()

    def ask(number: int, words: str = "") -> None:
        key = f"/api/v1/articles\n{number}{words}"
        scope = Scope(slugs=frozenset({f"{number}{words}"}), locale="en")
        headers = validators(modified=None, tags=["list"])
        memory.work_out(
            key,
            f"{number}{words}\n/api/v1/articles",
            lambda: Answer(key, b"{}", "application/json", 0, headers, scopes=(scope,)),
        )

    hot = range(100)
    for number in (*hot, *hot, *hot):
        ask(number)
    gc.collect()
    tracemalloc.start()
    missed = 0
    for number in range(1_000, 21_000):
        ask(number, "x" * (number % 7 * 400))
        if number % 10 == 0:
            spelling = f"{number // 10 % 100}\n/api/v1/articles"
            missed += memory.recall(spelling) is None
            ask(number // 10 % 100)
    assert memory.bytes <= budget
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    memory.close()
    assert taken < 1.2 * budget
    assert missed < 60
