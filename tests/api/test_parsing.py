"""Bodies and queries are read strictly, and a refusal leaves nothing half-written."""

import io
from typing import Any, Final

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.settings import Settings
from content.library import Library
from tests.api.examining import details, everything, places, problem
from tests.building import a_draft, a_faq, a_live_article, a_section, bearer

ARTICLES: Final = "/api/v1/admin/articles"
JSON: Final = "application/json"


def _in_chunks(data: bytes) -> dict[str, Any]:
    """What a server hands on of a body that came in chunks: its end is known, not its length."""
    return {
        "wsgi.input": io.BytesIO(data),
        "wsgi.input_terminated": True,
        "HTTP_TRANSFER_ENCODING": "chunked",
        "CONTENT_LENGTH": "",
    }


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (b"", JSON, 400),
        (b" \n", JSON, 400),
        (b"{", JSON, 400),
        (b"title=A", JSON, 400),
        (b"[]", JSON, 400),
        (b"null", JSON, 400),
        (b'"title"', JSON, 400),
        (b'{"title": "A",}', JSON, 400),
        (b"{'title': 'A'}", JSON, 400),
        (b'{"title": NaN}', JSON, 400),
        (b'{"title": Infinity}', JSON, 400),
        (b'{"title": 1e999}', JSON, 400),
        (b'{"title": ' + b"1" * 5000 + b"}", JSON, 400),
        (b'{"title": "\\ud800"}', JSON, 400),
        (b'{"title": "\xff"}', JSON, 400),
        (b'{"title": "a\nb"}', JSON, 400),
        (b"\xff\xfe{\x00}\x00", JSON, 400),
        (b"[" * 10_000 + b"]" * 10_000, JSON, 400),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, JSON, 400),
        (b'{"title": ' + b"[" * 40 + b"]" * 40 + b"}", JSON, 400),
        (b'{"title": "A"}', None, 415),
        (b'{"title": "A"}', "text/plain", 415),
        (b'{"title": "A"}', "application/x-www-form-urlencoded", 415),
        (b'{"title": "A"}', "application/jsonp", 415),
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_a_body_that_is_not_a_json_object_is_refused(
    client: FlaskClient, token: str, data: bytes, kind: str | None, status: int
) -> None:
    answer = client.post(ARTICLES, data=data, content_type=kind, headers=bearer(token))
    problem(answer, status)


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/title"]),
        ({"title": None}, ["/title"]),
        ({"title": 12}, ["/title"]),
        ({"title": True}, ["/title"]),
        ({"title": ["A"]}, ["/title"]),
        ({"title": ""}, ["/title"]),
        ({"title": " "}, ["/title"]),
        ({"title": "a\nb"}, ["/title"]),
        ({"title": "a\x00b"}, ["/title"]),
        ({"title": "a\x1bb"}, ["/title"]),
        ({"title": "a\x85b"}, ["/title"]),
        ({"title": "a\x7fb"}, ["/title"]),
        ({"title": "a" + "\u0301\u0316" * 20_000}, ["/title"]),
        ({"title": "a" * 301}, ["/title"]),
        ({"title": "A", "summary": "a" * 1001}, ["/summary"]),
        ({"title": "A", "slug": "Not a slug"}, ["/slug"]),
        ({"title": "A", "slug": ""}, ["/slug"]),
        ({"title": "A", "slug": "a" * 201}, ["/slug"]),
        ({"title": "A", "locale": "english"}, ["/locale"]),
        ({"title": "A", "topics": "procedure:peel"}, ["/topics"]),
        ({"title": "A", "topics": ["procedure:nothing"]}, ["/topics/0"]),
        ({"title": "A", "topics": [{}]}, ["/topics/0"]),
        ({"title": "A", "sections": {}}, ["/sections"]),
        ({"title": "A", "sections": [1]}, ["/sections/0"]),
        ({"title": "A", "sections": [{}]}, ["/sections/0/type"]),
        ({"title": "A", "sections": [{"type": "aftrcare"}]}, ["/sections/0/type"]),
        ({"title": "A", "sections": [{"type": "aftercare"}] * 201}, ["/sections"]),
        ({"title": "A", "a~b/c": 1}, ["/a~0b~1c"]),
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_a_wrong_field_is_pointed_at(
    client: FlaskClient, token: str, body: dict[str, Any], pointers: list[str]
) -> None:
    answer = client.post(ARTICLES, json=body, headers=bearer(token))
    assert places(problem(answer, 422)) == pointers


@pytest.mark.parametrize(
    "level",
    ["12", '"2"', "true", "2.0", "2.5", "null", "0", "7", "-1", "9223372036854775808", "1" * 30],
)
@pytest.mark.usefixtures("unchanged")
def test_a_whole_number_is_a_json_integer_in_its_range(
    client: FlaskClient, token: str, level: str
) -> None:
    body = b'{"title": "A", "sections": [{"type": "aftercare", "level": %s}]}' % level.encode()
    answer = client.post(ARTICLES, data=body, content_type=JSON, headers=bearer(token))
    assert places(problem(answer, 422)) == ["/sections/0/level"]


@pytest.mark.parametrize("publish", ["true", 1, 0, None, [], {}])
def test_a_flag_is_true_or_false(client: FlaskClient, token: str, publish: Any) -> None:
    path = "/api/v1/admin/imports/nothing/commit"
    answer = client.post(path, json={"publish": publish}, headers=bearer(token))
    assert places(problem(answer, 422)) == ["/publish"]


def test_all_that_is_wrong_is_told_at_once(client: FlaskClient, token: str) -> None:
    body = {"title": "", "slug": "A B", "locale": "x", "topics": ["no:topic"], "sections": []}
    document = problem(client.post(ARTICLES, json=body, headers=bearer(token)), 422)
    assert places(document) == ["/title", "/locale", "/slug", "/topics/0"]


def test_at_most_a_hundred_reasons_are_told(client: FlaskClient, token: str) -> None:
    body = {f"field{number}": 1 for number in range(5000)}
    document = problem(client.post(ARTICLES, json=body, headers=bearer(token)), 422)
    assert len(document["errors"]) == 100


@pytest.mark.parametrize(
    ("body", "known"),
    [
        ({"title": "A", "titel": "B"}, "title"),
        ({"title": "A", "sumary": "B"}, "summary"),
        ({"title": "A", "sections": [{"type": "faq", "headding": "B"}]}, "heading"),
        (
            {"title": "A", "sections": [{"type": "faq", "items": [{"q": 1, "questin": 1}]}]},
            "question",
        ),
        ({"title": "A", "sections": [{"type": "aftrcare"}]}, "aftercare"),
        ({"title": "A", "topics": ["procedure:microneedeling"]}, "procedure:microneedling"),
    ],
)
def test_an_unknown_word_is_answered_with_the_nearest_known(
    client: FlaskClient, token: str, body: dict[str, Any], known: str
) -> None:
    document = problem(client.post(ARTICLES, json=body, headers=bearer(token)), 422)
    assert f"did you mean '{known}'?" in details(document)


@pytest.mark.parametrize("field", ["id", "state", "revision", "live_id", "draft_id", "created_by"])
@pytest.mark.usefixtures("unchanged")
def test_no_column_can_be_set_that_is_not_declared(
    client: FlaskClient, token: str, field: str
) -> None:
    answer = client.post(ARTICLES, json={"title": "A", field: "x"}, headers=bearer(token))
    assert places(problem(answer, 422)) == [f"/{field}"]


def test_text_is_stored_composed_and_with_simple_line_breaks(
    client: FlaskClient, token: str
) -> None:
    section = {"type": "aftercare", "body": "Rosace\u0301a\r\nrests\ragain\twell"}
    body = {"title": "Cafe\u0301", "sections": [section]}
    stored = client.post(ARTICLES, json=body, headers=bearer(token)).get_json()["draft"]
    assert stored["title"] == "Caf\u00e9"
    assert stored["sections"][0]["body"] == "Rosac\u00e9a\nrests\nagain\twell"


@pytest.mark.usefixtures("unchanged")
def test_a_body_over_the_limit_is_too_large(
    client: FlaskClient, token: str, settings: Settings
) -> None:
    body = orjson.dumps({"title": "A" * settings.max_bytes})
    problem(client.post(ARTICLES, data=body, content_type=JSON, headers=bearer(token)), 413)


@pytest.mark.parametrize("size", [0, 1, 1_000_000])
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (ARTICLES, JSON),
        ("/api/v1/admin/imports", JSON),
        ("/api/v1/admin/imports", "multipart/form-data; boundary=b"),
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_a_chunked_body_over_the_limit_is_too_large(
    app: Flask, token: str, path: str, kind: str, size: int
) -> None:
    body = b'{"title": "' + b"A" * (app.config["MAX_CONTENT_LENGTH"] + size)
    answer = app.test_client().post(
        path, content_type=kind, headers=bearer(token), environ_overrides=_in_chunks(body)
    )
    problem(answer, 413)


def test_a_chunked_body_within_the_limit_is_read(client: FlaskClient, token: str) -> None:
    answer = client.post(
        ARTICLES,
        content_type=JSON,
        headers=bearer(token),
        environ_overrides=_in_chunks(b'{"title": "A"}'),
    )
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("limit=1e9", "limit"),
        ("limit=1000000000", "limit"),
        ("limit=abc", "limit"),
        ("limit=", "limit"),
        ("limit=1.0", "limit"),
        ("limit=%2B5", "limit"),
        ("limit=٣", "limit"),
        ("limit=" + "9" * 5000, "limit"),
        ("limit=1&limit=2", "limit"),
        ("count=1", "count"),
        ("count=TRUE", "count"),
        ("cursor=", "cursor"),
        ("cursor=abc", "cursor"),
        ("cursor=" + "a" * 2000, "cursor"),
        ("sort=__class__", "sort"),
        ("sort=slug", "sort"),
        ("sort=-title", "sort"),
        ("format=pdf", "format"),
        ("type=aftrcare", "type"),
        ("type=aftercare,", "type"),
        ("type=", "type"),
        ("format=html&format=text", "format"),
        ("type=aftercare&type=aftrcare", "type"),
        ("locale=", "locale"),
        ("locale=English", "locale"),
        ("slug=", "slug"),
        ("slug=" + "a," * 100, "slug"),
        ("slug=a%00b", "slug"),
        ("topic=microneedling", "topic"),
        ("topic=procedure:", "topic"),
        ("topic=magic:wand", "topic"),
        ("topic=procedure:a&topic=magic:wand", "topic"),
        ("&".join(["topic=procedure:a"] * 11), "topic"),
        ("topic=procedure:" + "a" * 200, "topic"),
        ("updated_since=yesterday", "updated_since"),
        ("updated_since=2026-03-01", "updated_since"),
        ("updated_since=2026-03-01T09:00:00", "updated_since"),
        ("updated_since=20260301T090000Z", "updated_since"),
        ("updated_since=2026-W09-7T09:00:00Z", "updated_since"),
        ("updated_since=2026-02-30T09:00:00Z", "updated_since"),
        ("updated_since=9999-12-31T23:59:59-14:00", "updated_since"),
        ("updated_since=0001-01-01T00:00:00%2B14:00", "updated_since"),
        ("include=everything", "include"),
        ("fields=title,secret", "fields"),
        ("fields=__class__", "fields"),
        ("fields=sections.draft", "fields"),
        ("fields=", "fields"),
        ("draft=true", "draft"),
        ("__class__=a", "__class__"),
        ("%00=a", "\x00"),
        ("=a", ""),
        ("Limit=1", "Limit"),
        ("limit%5B%5D=1", "limit[]"),
    ],
)
def test_a_wrong_parameter_is_named(client: FlaskClient, query: str, parameter: str) -> None:
    assert places(problem(client.get(f"/api/v1/articles?{query}"), 422)) == [parameter]


@pytest.mark.parametrize("given", ["type=faq,aftercare", "type=faq&type=aftercare"])
def test_words_are_parted_by_commas_or_given_one_by_one(
    client: FlaskClient, library: Library, given: str
) -> None:
    a_live_article(library, sections=[a_section(), a_section("risks"), a_faq()])
    found = client.get(f"/api/v1/sections?{given}").get_json()["items"]
    assert [section["type"] for section in found] == ["aftercare", "faq"]


@pytest.mark.parametrize("query", ["limit=%ff", "q=%ED%A0%80", "%ff=a", "slug=a%c3", "locale=\xff"])
def test_a_query_in_another_encoding_is_malformed(client: FlaskClient, query: str) -> None:
    answer = client.get("/api/v1/articles", environ_overrides={"QUERY_STRING": query})
    problem(answer, 400)


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("/api/v1/articles?limt=1", "limit"),
        ("/api/v1/articles?type=aftrcare", "aftercare"),
        ("/api/v1/articles?fields=sections.headng", "sections.heading"),
        ("/api/v1/articles/a?fromat=html", "format"),
        ("/api/v1/sections?topics=procedure:a", "topic"),
        ("/api/v1/search?q=a&typ=risks", "type"),
        ("/api/v1/changes?sinc=1", "since"),
        ("/api/v1/topics?knd=procedure", "kind"),
    ],
)
def test_an_unknown_parameter_or_value_is_answered_with_the_nearest(
    client: FlaskClient, path: str, known: str
) -> None:
    assert f"did you mean '{known}'?" in details(problem(client.get(path), 422))


@pytest.mark.parametrize("since", ["-1", "9223372036854775808", "1" * 5000, "abc", "true"])
def test_a_sequence_number_has_64_bits(client: FlaskClient, since: str) -> None:
    answer = client.get(f"/api/v1/changes?since={since}")
    assert places(problem(answer, 422)) == ["since"]


def test_a_parameter_may_be_as_large_as_its_range(client: FlaskClient) -> None:
    assert client.get("/api/v1/changes?since=9223372036854775807").status_code == 200
    assert client.get("/api/v1/articles?limit=100").status_code == 200


def test_writes_take_no_parameters(client: FlaskClient, library: Library, token: str) -> None:
    article = a_draft(library)
    before = everything(library)
    for verb, path in (
        ("POST", ARTICLES),
        ("PATCH", f"{ARTICLES}/{article.id}"),
        ("DELETE", f"{ARTICLES}/{article.id}"),
        ("POST", f"{ARTICLES}/{article.id}/publish"),
    ):
        headers = {**bearer(token), "If-Match": "*"}
        body = {} if verb == "DELETE" or path.endswith("publish") else {"title": "B"}
        answer = client.open(f"{path}?dry_run=true", method=verb, json=body, headers=headers)
        assert places(problem(answer, 422)) == ["dry_run"]
    assert everything(library) == before


def test_a_field_where_none_is_taken_is_refused(
    client: FlaskClient, library: Library, token: str
) -> None:
    article = a_draft(library)
    before = everything(library)
    path = f"{ARTICLES}/{article.id}/publish"
    headers = {**bearer(token), "If-Match": "*"}
    answer = client.post(path, json={"when": "tomorrow"}, headers=headers)
    assert places(problem(answer, 422)) == ["/when"]
    problem(client.post(path, data=b"now", headers=headers), 415)
    assert everything(library) == before
    assert client.post(path, json={}, headers=headers).status_code == 200
