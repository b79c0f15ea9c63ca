"""What stands in front of Flask: the same answer, remembered or not, whatever is sent."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, run_wsgi_app

from api.settings import Settings
from content import editing
from content.library import Library
from tests.api.examining import problem
from tests.api.test_remembering import memory_of, remembered, wide
from tests.api.v1.walking import secretive
from tests.building import EDITOR, MakeApp, a_faq, a_live_article, a_section

ADDRESS: Final = "/api/v1/articles/calm"


@pytest.fixture
def article(library: Library) -> str:
    """The id of an article that is large enough to be packed."""
    sections = [a_section(body="Keep it clean. " * 200), a_faq()]
    return a_live_article(library, slug="calm", sections=sections).id


Raw = tuple[str, dict[str, str], bytes]


def raw(app: Flask, environ: dict[str, Any], path: str = ADDRESS, query: str = "") -> Raw:
    """An answer to an environment that no careful server would make."""
    made = EnvironBuilder(path=path).get_environ()
    made.update({"PATH_INFO": path, "QUERY_STRING": query, **environ})
    body, status, headers = run_wsgi_app(app, made, buffered=True)
    for name, value in headers:
        assert "\r" not in f"{name}{value}"
        assert "\n" not in f"{name}{value}"
    return status, dict(headers), b"".join(body)


def cold_and_warm(app: Flask, environ: dict[str, Any], **about: str) -> Iterator[Raw]:
    memory_of(app).forget()
    yield raw(app, environ, **about)
    app.test_client().get(ADDRESS)
    yield raw(app, environ, **about)


OF_EACH_REQUEST: Final = ("X-Request-Id", "Content-Sequence")

ODD: Final = (
    {"HTTP_ACCEPT_ENCODING": ""},
    {"HTTP_ACCEPT_ENCODING": ",,;q=1, ,"},
    {"HTTP_ACCEPT_ENCODING": "gzip;q=nan, br;q=1e9"},
    {"HTTP_ACCEPT_ENCODING": "GZIP;Q=1.000"},
    {"HTTP_ACCEPT_ENCODING": "br\r\nX-Evil: 1"},
    {"HTTP_ACCEPT_ENCODING": "\x00br"},
    {"HTTP_ACCEPT_ENCODING": "gzip," * 20_000},
    {"HTTP_ACCEPT_ENCODING": "br;q=0, gzip;q=0, zstd;q=0"},
    {"HTTP_ACCEPT_ENCODING": "compress, deflate"},
    {"HTTP_ACCEPT_ENCODING": "identity;q=0"},
    {"HTTP_ACCEPT_ENCODING": "*;q=0"},
    {"HTTP_ACCEPT_ENCODING": "\xff\xfe"},
    {"HTTP_X_REQUEST_ID": "evil\r\nSet-Cookie: a=b"},
    {"HTTP_X_REQUEST_ID": "a" * 100_000},
    {"HTTP_ORIGIN": "https://a.example\r\nX-Evil: 1"},
    {"HTTP_HOST": "a.example\r\nX-Evil: 1"},
    {"HTTP_HOST": "\xff" * 5_000},
    {"HTTP_HOST": ""},
    {"HTTP_IF_NONE_MATCH": '"a"\r\nX-Evil: 1'},
    {"HTTP_IF_NONE_MATCH": '"' * 60_000},
    {"HTTP_IF_NONE_MATCH": ",W/" * 20_000},
    {"HTTP_IF_MODIFIED_SINCE": "Thu, 01 Jan 2099 00:00:00 GMT"},
    {"HTTP_IF_MATCH": '"other"'},
    {"HTTP_RANGE": "bytes=0-9"},
    {"HTTP_RANGE": "bytes=9999999-", "HTTP_IF_RANGE": '"other"'},
    {"HTTP_AUTHORIZATION": "Bearer wrong"},
    {"HTTP_COOKIE": "a=\r\nb"},
    {"CONTENT_LENGTH": "5", "CONTENT_TYPE": "text/plain"},
    {"HTTP_X_FORWARDED_FOR": "1.2.3.4", "HTTP_X_FORWARDED_HOST": "evil.example"},
    {"HTTP_CACHE_CONTROL": "no-cache"},
)


@pytest.mark.usefixtures("article")
@pytest.mark.parametrize("environ", ODD)
def test_whatever_headers_are_sent_cold_and_warm_answer_the_same(
    app: Flask, environ: dict[str, str]
) -> None:
    cold, warm = cold_and_warm(app, environ)
    for answer in (cold, warm):
        for name in OF_EACH_REQUEST:
            answer[1].pop(name, None)
    assert cold[0] == warm[0]
    if cold[0].startswith("200"):
        assert cold == warm
        assert cold[1]["Accept-Ranges"] == "none"
    else:
        assert cold[0].startswith("406")
        assert cold[1]["Content-Type"] == warm[1]["Content-Type"] == "application/problem+json"
    assert "X-Evil" not in f"{cold[1]}{warm[1]}"


@pytest.mark.usefixtures("article")
@pytest.mark.parametrize("refused", ["identity;q=0", "*;q=0", "br;q=0,*;q=0"])
def test_who_accepts_no_coding_that_there_is_gets_406(client: FlaskClient, refused: str) -> None:
    for _ in range(2):
        document = problem(client.get(ADDRESS, headers={"Accept-Encoding": refused}), 406)
        assert "identity" in document["detail"]
        client.get(ADDRESS)


@pytest.mark.usefixtures("article")
@pytest.mark.parametrize(
    ("path", "query"),
    [
        (f"{ADDRESS}?format=text", ""),
        (f"{ADDRESS}?", ""),
        ("/api/v1/articles", "?[('count', False)]"),
        ("/api/v1/section-types", "?[]"),
        ("/api/v1/section-types\n[]", ""),
        ("/api/v1/section-types?", "[]"),
        ("/articles/calm", f"{ADDRESS}\n"),
        (f"{ADDRESS}/", ""),
        (ADDRESS.upper(), ""),
        ("", f"{ADDRESS}"),
    ],
)
def test_no_odd_spelling_reaches_an_answer_to_another_question(
    app: Flask, path: str, query: str
) -> None:
    client = app.test_client()
    cold = raw(app, {}, path=path, query=query)[0]
    for address in (ADDRESS, f"{ADDRESS}?format=text", "/api/v1/articles", "/api/v1/section-types"):
        for _ in range(2):
            assert client.get(address).status_code == 200
    assert raw(app, {}, path=path, query=query)[0] == cold
    assert cold[:3] in {"404", "422"}


def test_head_is_get_without_a_body_in_every_header(app: Flask, library: Library) -> None:
    secretive(library)
    client = app.test_client()
    same = {"X-Request-Id": "the-same-name", "Accept-Encoding": "gzip"}
    seen = set()
    for address in wide():
        if "/search" in address:
            continue
        first_head = client.head(address, headers=same)
        get = client.get(address, headers=same)
        for head in (first_head, client.head(address, headers=same)):
            assert head.status == get.status, address
            assert dict(head.headers) == dict(get.headers), address
            assert head.get_data() == b""
        seen.add(get.status_code)
    assert {200, 404, 410} <= seen


@pytest.mark.usefixtures("article")
@pytest.mark.parametrize("coding", ["br", "zstd", "gzip", "identity"])
def test_every_coding_has_its_validator(
    app: Flask, library: Library, article: str, coding: str
) -> None:
    headers = {"Accept-Encoding": coding}
    client = app.test_client()
    for _ in range(2):
        answer = client.get(ADDRESS, headers=headers)
        tag = answer.headers["ETag"]
        assert answer.headers.get("Content-Encoding", "identity") == coding
        assert tag.endswith("-" + coding + '"') == (coding != "identity")
        again = client.get(ADDRESS, headers={**headers, "If-None-Match": tag})
        assert (again.status_code, again.get_data(), again.headers["ETag"]) == (304, b"", tag)
        assert again.headers["Vary"] == answer.headers["Vary"] == "Accept-Encoding"
    with library.writing(EDITOR) as work:
        editing.change_article(work, article, None, topics=["condition:acne"])
    after = client.get(ADDRESS, headers={**headers, "If-None-Match": tag})
    assert after.status_code == 200
    assert after.headers["ETag"] != tag


@pytest.mark.usefixtures("article")
@pytest.mark.parametrize("host", ["evil.example", "", "example.org:70000", "example.org@evil"])
def test_what_is_remembered_is_for_trusted_hosts_alone(
    make_app: MakeApp, settings: Settings, host: str
) -> None:
    careful = Settings(
        home=settings.home,
        database_url=settings.database_url,
        secret_key="s" * 32,
        trusted_hosts=("example.org",),
    )
    app = make_app(careful)
    good = {"HTTP_HOST": "example.org"}
    for _ in range(2):
        assert raw(app, good)[0] == "200 OK"
        status, headers, body = raw(app, {"HTTP_HOST": host})
        assert status.startswith("400")
        assert headers["Content-Type"] == "application/problem+json"
        assert b"calm" not in body.replace(b"/api/v1/articles/calm", b"")


def test_only_named_origins_may_read_what_is_remembered(
    make_app: MakeApp, settings: Settings, library: Library
) -> None:
    a_live_article(library, slug="calm")
    named = Settings(
        home=settings.home,
        database_url=settings.database_url,
        secret_key="s" * 32,
        cors_origins=("https://a.example",),
    )
    app = make_app(named)
    for origin, allowed in (("https://a.example", True), ("https://b.example", False)) * 2:
        _, headers, _ = raw(app, {"HTTP_ORIGIN": origin})
        assert (headers.get("Access-Control-Allow-Origin") == origin) == allowed
        assert headers["Vary"] == "Accept-Encoding, Origin"


LONG: Final = "a" * 64_000


@pytest.mark.parametrize(
    "address",
    [
        f"/api/v1/articles?slug={LONG}",
        f"/api/v1/articles?slug={'a,' * 32_000}",
        f"/api/v1/articles?cursor={LONG}",
        f"/api/v1/articles?{LONG}=1",
        f"/api/v1/articles?topic={'procedure:a&topic=' * 4_000}",
        f"/api/v1/articles?at={'9' * 64_000}",
        f"/api/v1/articles/{LONG}",
        f"/api/v1/{LONG}",
        f"/api/v1/faqs?q={LONG}",
        f"/api/v1/sections?article={LONG}&fields={LONG}",
    ],
)
def test_an_address_of_64_kilobytes_is_answered_in_one_of_our_shapes(
    app: Flask, address: str
) -> None:
    client = app.test_client()
    first, again = client.get(address), client.get(address)
    assert first.status_code == again.status_code
    if first.status_code == 200:
        assert first.get_json() == again.get_json() == {"items": [], "next": None}
    else:
        document = problem(first, first.status_code)
        assert first.status_code in {404, 414, 422}
        assert len(first.get_data()) < 80_000
        assert document["detail"]


def test_a_head_fills_the_memory_for_a_get(app: Flask, article: str) -> None:
    assert article
    app.test_client().head(ADDRESS)
    assert remembered(app, ADDRESS) is not None


@pytest.mark.usefixtures("article")
def test_a_method_that_does_not_read_is_not_answered_from_memory(client: FlaskClient) -> None:
    client.get(ADDRESS)
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        problem(client.open(ADDRESS, method=method), 405)
    options = client.options(ADDRESS)
    assert options.status_code in {200, 204}
    assert "ETag" not in options.headers
