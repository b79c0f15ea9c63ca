"""Purging: a cache in front that is purged by webhooks has nothing left that is old."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import orjson
import pytest
from flask.testing import FlaskClient

from content import editing, publishing, subscribing
from content.delivering import Deliveries
from content.library import Library
from content.messaging import Keys
from content.outbound import Outbound
from content.published import PageRequest
from content.subscribing import EndpointDraft
from content.webhooks import Endpoint
from tests.building import EDITOR, a_faq, a_live_article, a_section
from tests.receiving import LOOPBACK, Received, Receiver, Reply, receiver

TOKEN: Final = "a-token-of-the-cdn"
APART: Final = "/api/v1/articles/apart"
PATHS: Final = (
    APART,
    "/api/v1/articles",
    "/api/v1/articles/first",
    "/api/v1/articles/second",
    "/api/v1/articles/first/related",
    "/api/v1/articles/second/related",
    "/api/v1/articles/first/jsonld",
    "/api/v1/articles/second/sections/aftercare",
    "/api/v1/sections?type=aftercare",
    "/api/v1/sections?type=risks",
    "/api/v1/sections?topic=condition:acne",
    "/api/v1/faqs",
    "/api/v1/faqs?topic=condition:acne",
    "/api/v1/topics",
    "/api/v1/topics/condition/acne",
    "/api/v1/topics/procedure/microneedling",
    "/api/v1/manifest",
    "/api/v1/changes?since=0",
    "/api/v1/feed.atom",
    "/api/v1/sitemap.xml",
    "/api/v1/section-types",
)


class Cache:
    """A cache that knows answers by their tags, and takes the requests of one CDN."""

    def __init__(self, client: FlaskClient, flavour: str) -> None:
        self.client = client
        self.kept: dict[str, tuple[set[str], bytes]] = {}
        self.problems: list[str] = []
        self._tags: Callable[[Received], list[str]] = getattr(self, f"_{flavour}")

    def fill(self) -> None:
        """Ask for everything and keep it."""
        for path in PATHS:
            answer = self.client.get(path)
            if answer.status_code == 200:
                tags = set(answer.headers["Surrogate-Key"].split())
                self.kept[path] = tags, answer.get_data()

    def old(self) -> list[str]:
        """What is kept and would be answered otherwise now."""
        return [
            path
            for path, (_, body) in self.kept.items()
            if self.client.get(path).get_data() != body
        ]

    def answer(self, request: Received) -> Reply:
        """As the CDN documents it."""
        try:
            tags = self._tags(request)
        except AssertionError as wrong:
            self.problems.append(str(wrong))
            return Reply(403, body=b'{"success":false}')
        self.kept = {path: entry for path, entry in self.kept.items() if entry[0].isdisjoint(tags)}
        return Reply(200, body=orjson.dumps({"success": True, "status": "ok"}))

    def _fastly(self, request: Received) -> list[str]:
        assert (request.method, request.path) == ("POST", "/service/SU1Z0isxPaozGVKXdv0eY/purge")
        assert request.headers.get("fastly-key") == TOKEN
        tags = request.headers["surrogate-key"].split(" ")
        assert len(tags) <= 256
        return tags

    def _cloudflare(self, request: Received) -> list[str]:
        assert (request.method, request.path) == ("POST", "/client/v4/zones/023e105f/purge_cache")
        assert request.headers.get("authorization") == f"Bearer {TOKEN}"
        assert request.headers["content-type"] == "application/json"
        tags: list[str] = request.document["tags"]
        assert request.document.keys() == {"tags"}
        assert len(tags) <= 100
        return tags

    def _varnish(self, request: Received) -> list[str]:
        assert request.method == "PURGE"
        assert "authorization" not in request.headers
        assert len(request.headers["xkey"]) < 8_192
        return request.headers["xkey"].split(" ")


ADDRESSES: Final = {
    "fastly": "/service/SU1Z0isxPaozGVKXdv0eY/purge",
    "cloudflare": "/client/v4/zones/023e105f/purge_cache",
    "varnish": "/",
}


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """Where the purges go."""
    with receiver() as made:
        yield made


def _subscribe(library: Library, hook: Receiver, flavour: str) -> Endpoint:
    url = f"http://127.0.0.1:{hook.port}{ADDRESSES[flavour]}"
    with library.writing(EDITOR) as work:
        return subscribing.create_endpoint(work, EndpointDraft("A CDN", url, flavour))


def _deliver(library: Library, token: str | None = TOKEN) -> None:
    telling = Deliveries(library, Outbound(LOOPBACK), Keys(b"k" * 32, token))
    while telling.run():
        telling.wait()


def _retitle(library: Library, article_id: str) -> None:
    with library.writing(EDITOR) as work:
        editing.change_article(work, article_id, None, title="Another title")
        publishing.publish(work, article_id, None)


def _withdraw(library: Library, article_id: str) -> None:
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, article_id, None, "Wrong.")


def _move(library: Library, article_id: str) -> None:
    with library.writing(EDITOR) as work:
        editing.change_article(
            work, article_id, None, slug="elsewhere", topics=["procedure:microneedling"]
        )


def _add(library: Library, _article_id: str) -> None:
    a_live_article(
        library,
        "Third",
        topics=["procedure:microneedling"],
        sections=[a_section(), a_section("risks", "Risks"), a_faq()],
    )


ACTS: Final[dict[str, Callable[[Library, str], Any]]] = {
    "retitle": _retitle,
    "withdraw": _withdraw,
    "move": _move,
    "add": _add,
}


@pytest.mark.parametrize(
    ("flavour", "act"),
    [*(("fastly", act) for act in ACTS), ("cloudflare", "retitle"), ("varnish", "retitle")],
)
def test_after_a_purge_nothing_that_is_kept_is_old(
    client: FlaskClient, library: Library, hook: Receiver, flavour: str, act: str
) -> None:
    first = a_live_article(
        library, "First", topics=["condition:acne"], sections=[a_section(), a_faq()]
    )
    a_live_article(library, "Second", topics=["condition:acne", "procedure:microneedling"])
    a_live_article(library, "Apart", topics=["device:dermaroller"], sections=[a_section("cost")])
    cache = Cache(client, flavour)
    hook.reply = cache.answer
    _subscribe(library, hook, flavour)
    cache.fill()
    assert len(cache.kept) > 15
    ACTS[act](library, first.id)
    assert cache.old()
    _deliver(library)
    assert cache.problems == []
    assert cache.old() == []
    assert APART in cache.kept, "everything was purged"


def test_all_that_waits_is_purged_by_one_request(library: Library, hook: Receiver) -> None:
    endpoint = _subscribe(library, hook, "fastly")
    ids = [a_live_article(library, f"Article {number}").id for number in range(30)]
    _deliver(library)
    (request,) = hook.received
    tags = request.headers["surrogate-key"].split(" ")
    assert {f"article-{each}" for each in ids} <= set(tags)
    assert len(tags) == len(set(tags))
    with library.reading() as session:
        assert session.get_one(Endpoint, endpoint.id).sequence == 30


def test_without_a_token_none_is_sent_and_the_refusal_is_noted(
    client: FlaskClient, library: Library, hook: Receiver
) -> None:
    hook.reply = Cache(client, "cloudflare").answer
    endpoint = _subscribe(library, hook, "cloudflare")
    a_live_article(library)
    _deliver(library, None)
    with library.reading() as session:
        page = subscribing.deliveries(session, endpoint.id, PageRequest(20), failed=True)
    assert [each.error for each in page.items] == ["The receiver answered 403."]
    assert [each.answer for each in page.items] == ['{"success":false}']


def test_an_answer_that_says_that_it_failed_is_a_failure(library: Library, hook: Receiver) -> None:
    hook.reply = lambda _request: Reply(200, body=b'{"success": false, "errors": []}')
    endpoint = _subscribe(library, hook, "cloudflare")
    a_live_article(library)
    _deliver(library)
    with library.reading() as session:
        assert session.get_one(Endpoint, endpoint.id).failures == 1
