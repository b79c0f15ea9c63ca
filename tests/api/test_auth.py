"""Who may do what: every admin route with every kind of token."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api import auth
from content import (
    authorising,
    bulk_changing,
    bulk_planning,
    editing,
    equating,
    observing,
    publishing,
    redirecting,
    sharing,
)
from content.bulk import Replacement, Where
from content.equating import GroupDraft
from content.importing import phrasing
from content.library import Library
from content.observing import observation
from tests.api.examining import everything, problem
from tests.building import (
    EDITOR,
    a_draft,
    a_live_article,
    a_person,
    a_shared_section,
    a_token,
    a_token_of,
    bearer,
)

ADMIN: Final = "/api/v1/admin"
ALLOWED: Final = {
    "read": {"read", "write", "review", "publish", "admin"},
    "write": {"write", "admin"},
    "review": {"review", "admin"},
    "publish": {"publish", "admin"},
    "admin": {"admin"},
}
"""The tokens that each access rule lets through."""


@dataclass(frozen=True)
class Route:
    """One verb at one address: what it takes, and a request that succeeds."""

    verb: str
    rule: str
    access: str
    status: int = 200
    body: dict[str, Any] | None = field(default=None, hash=False)

    def __str__(self) -> str:
        return f"{self.verb} {self.rule}"


ARTICLE: Final = f"{ADMIN}/articles/<article_id>"
SECTION: Final = f"{ARTICLE}/sections/<section_id>"
IMPORT: Final = f"{ADMIN}/imports/<proposal_id>"
TOPIC: Final = f"{ADMIN}/topics/<kind>/<key>"
PHRASES: Final = f"{ADMIN}/heading-phrases"
SYNONYMS: Final = f"{ADMIN}/synonyms"
_RETYPE: Final = {"action": "retype", "id": "p2", "type": "aftercare"}
_RETYPE_SECTION: Final = {"action": "retype", "id": "<section_id>", "type": "risks"}
_SECTION_BODY: Final = {"type": "aftercare", "body": "Rest."}
_GROUP: Final = {"expressions": ["glow diary", "glow journal"]}
_LABELS: Final = {"labels": [{"label": "needling"}]}
_SIGNATURE: Final = {"statement": "Sound."}
REDIRECT: Final = f"{ADMIN}/redirects/<locale>/<old_slug>"
_TO: Final = {"article_id": "<live_id>"}

SHARED: Final = f"{ADMIN}/shared-sections"
BULK: Final = f"{ADMIN}/bulk-changes"
_OTHER_SECTION: Final = re.compile("<sharing_id>")
_STAND_INS: Final = re.compile("<(?:live|own|gone|edited)_id>")

ROUTES: Final = (
    Route("GET", f"{ADMIN}/articles", "read"),
    Route("POST", f"{ADMIN}/articles", "write", 201, {"title": "New"}),
    Route("GET", ARTICLE, "read"),
    Route("PATCH", ARTICLE, "write", 200, {"title": "Renamed"}),
    Route("DELETE", ARTICLE, "publish", 204),
    Route("POST", f"{ARTICLE}/publish", "publish"),
    Route("POST", f"{ADMIN}/articles/<live_id>/withdraw", "publish", 200, {"reason": "wrong"}),
    Route("GET", f"{ARTICLE}/check", "read"),
    Route("GET", f"{ARTICLE}/reviews", "read"),
    Route("POST", f"{ARTICLE}/submit", "write"),
    Route("POST", f"{ADMIN}/articles/<own_id>/recall", "write"),
    Route("POST", f"{ADMIN}/articles/<own_id>/request-changes", "review", 200, {"comment": "No."}),
    Route("POST", f"{ADMIN}/articles/<own_id>/approve", "review", 200, _SIGNATURE),
    Route("POST", f"{ADMIN}/articles/<live_id>/sign", "review", 200, _SIGNATURE),
    Route("POST", f"{ADMIN}/articles/<live_id>/archive", "publish", 200, {"reason": "old"}),
    Route("POST", f"{ADMIN}/articles/<gone_id>/reopen", "publish"),
    Route("GET", f"{ADMIN}/redirects", "read"),
    Route("POST", f"{ADMIN}/redirects", "publish", 201, {"locale": "en", "slug": "was", **_TO}),
    Route("GET", REDIRECT, "read"),
    Route("PATCH", REDIRECT, "publish", 200, _TO),
    Route("DELETE", REDIRECT, "publish", 204),
    Route("POST", f"{ARTICLE}/sections", "write", 201, {"section": _SECTION_BODY}),
    Route("GET", SECTION, "read"),
    Route("PUT", SECTION, "write", 200, _SECTION_BODY),
    Route("PATCH", SECTION, "write", 200, {"body": "Rest."}),
    Route("DELETE", SECTION, "write", 204),
    Route("PUT", f"{ARTICLE}/section-order", "write", 200, {"order": ["<section_id>"]}),
    Route("GET", f"{ARTICLE}/editions", "read"),
    Route("GET", f"{ARTICLE}/editions/<edition_number>", "read"),
    Route("GET", f"{ARTICLE}/points", "read"),
    Route("GET", f"{ARTICLE}/points/<point_number>", "read"),
    Route("GET", f"{ADMIN}/articles/<edited_id>/diff", "read"),
    Route("POST", f"{ARTICLE}/restore/<edition_number>", "write", 200, {}),
    Route("POST", f"{ARTICLE}/points/<point_number>/restore", "write", 200, {}),
    Route("POST", f"{SECTION}/merge", "write", 200, {"base": 1, "mine": _SECTION_BODY}),
    Route("POST", f"{ARTICLE}/operations", "write", 200, {"operations": [_RETYPE_SECTION]}),
    Route("POST", f"{SECTION}/share", "write", 200, {}),
    Route("POST", f"{ADMIN}/articles/<own_id>/sections/<sharing_id>/unshare", "write"),
    Route("GET", SHARED, "read"),
    Route("POST", SHARED, "write", 201, {"name": "Rest", "draft": _SECTION_BODY}),
    Route("GET", f"{SHARED}/<shared_id>", "read"),
    Route("PATCH", f"{SHARED}/<shared_id>", "write", 200, {"name": "Rest"}),
    Route("DELETE", f"{SHARED}/<shared_id>", "write", 204),
    Route("GET", f"{SHARED}/<shared_id>/versions", "read"),
    Route("GET", f"{SHARED}/<shared_id>/versions/<version_number>", "read"),
    Route("GET", f"{SHARED}/<shared_id>/usage", "read"),
    Route("POST", f"{SHARED}/<shared_id>/sign", "review", 200, _SIGNATURE),
    Route("POST", f"{SHARED}/<shared_id>/publish", "publish"),
    Route("GET", BULK, "read"),
    Route("POST", BULK, "write", 201, {"kind": "replace", "find": "skin", "replace_with": "x"}),
    Route("GET", f"{BULK}/<bulk_id>", "read"),
    Route("GET", f"{BULK}/<bulk_id>/hits", "read"),
    Route("POST", f"{BULK}/<bulk_id>/apply", "write", 200, {}),
    Route("POST", f"{BULK}/<applied_id>/revert", "write"),
    Route("GET", f"{ADMIN}/duplicates", "read"),
    Route("POST", f"{ADMIN}/imports", "write", 201, {"source": "# Rest\n\nRest for a week."}),
    Route("GET", IMPORT, "read"),
    Route("PATCH", IMPORT, "write", 200, {"corrections": [_RETYPE]}),
    Route("POST", f"{IMPORT}/commit", "write", 200, {}),
    Route("GET", f"{ADMIN}/corrections", "read"),
    Route("GET", PHRASES, "read"),
    Route("POST", PHRASES, "write", 201, {"phrase": "glow diary", "type": "aftercare"}),
    Route("DELETE", f"{PHRASES}/<phrase_id>", "write", 204),
    Route("GET", SYNONYMS, "read"),
    Route("POST", SYNONYMS, "publish", 201, _GROUP),
    Route("GET", f"{SYNONYMS}/<group_id>", "read"),
    Route("PUT", f"{SYNONYMS}/<group_id>", "publish", 200, _GROUP),
    Route("DELETE", f"{SYNONYMS}/<group_id>", "publish", 204),
    Route("GET", f"{ADMIN}/topics", "read"),
    Route("POST", f"{ADMIN}/topics", "write", 201, {"kind": "device", "key": "pen", **_LABELS}),
    Route("GET", TOPIC, "read"),
    Route("PATCH", TOPIC, "write", 200, _LABELS),
    Route("DELETE", TOPIC, "write", 204),
    Route("GET", f"{ADMIN}/search/queries", "read"),
    Route("DELETE", f"{ADMIN}/search/queries/<query_id>", "admin", 204),
    Route("GET", f"{ADMIN}/index", "read"),
    Route("POST", f"{ADMIN}/index/rebuild", "admin", 202),
    Route("GET", f"{ADMIN}/tokens", "admin"),
    Route("POST", f"{ADMIN}/tokens", "admin", 201, {"name": "new", "scopes": ["read"]}),
    Route("DELETE", f"{ADMIN}/tokens/<token_id>", "admin", 204),
)


class Desk:
    """A library with one thing of each kind, and a token of each kind to ask for it with."""

    def __init__(self, client: FlaskClient, library: Library) -> None:
        self.client = client
        draft = a_draft(library, topics=["condition:acne"])
        live = a_live_article(library, "Live")
        edited = a_live_article(library, "Edited")
        gone = a_live_article(library, "Gone")
        shared = a_shared_section(library)
        self.secrets = {scope: a_token(library, scope) for scope in ALLOWED}
        # Reviews are signed by people; the token that may do everything is one of them, too.
        for scope, role in (("review", "reviewer"), ("admin", "admin")):
            person = a_person(library, "Dr Ada Example", role)
            self.secrets[scope] = a_token_of(library, person, scope)
        with library.writing(EDITOR) as work:
            editing.change_article(work, edited.id, None, title="Edited again")
            spare, _ = authorising.issue_token(work, "spare", ["read"], None)
            phrase = phrasing.add_phrase(work, "en", "risks", "what may go wrong")
            group = equating.create_group(work, GroupDraft(["rest days", "days of rest"]))
            publishing.withdraw(work, gone.id, None, "Wrong.")
            asked, where = Replacement("Edited", "Found"), Where(articles=[edited.id])
            applied = bulk_planning.plan(work, asked, where)
            bulk_changing.apply(work, applied.id)
            planned = bulk_planning.plan(work, Replacement("Live", "x"), Where(articles=[live.id]))
            sharing.change_shared(work, shared.id, None, parts={"body": "Rest."})
            redirecting.create_redirect(work, "en", "old", live.id)
            observing.write_down(work, {observation("scar", None, "found"): 1}, days=90)
        with library.reading() as session:
            section = session.merge(draft).draft
            assert section is not None
            self.names = {
                "<article_id>": draft.id,
                "<live_id>": live.id,
                "<edited_id>": edited.id,
                "<edition_number>": "1",
                "<point_number>": "1",
                "<gone_id>": gone.id,
                "<shared_id>": shared.id,
                "<bulk_id>": planned.id,
                "<applied_id>": applied.id,
                "<version_number>": "1",
                "<locale>": "en",
                "<old_slug>": "old",
                "<section_id>": section.sections[0].id,
                "<token_id>": spare.id,
                "<phrase_id>": phrase.id,
                "<group_id>": group.id,
                "<query_id>": "c2Nhcg",  # "scar", in Base64.
                "<kind>": "ingredient",
                "<key>": "unused",
            }
        self._prepare()

    def _prepare(self) -> None:
        headers = bearer(self.secrets["admin"])
        source = {"source": "# Peel\n\nA chemical peel removes the outer layers of the skin."}
        found = self.client.post(f"{ADMIN}/imports", json=source, headers=headers)
        self.names["<proposal_id>"] = found.get_json()["id"]
        topic = {"kind": "ingredient", "key": "unused", **_LABELS}
        assert self.client.post(f"{ADMIN}/topics", json=topic, headers=headers).status_code == 201
        self.names["<own_id>"] = self._submitted(bearer(self.secrets["write"]))

    def _submitted(self, headers: dict[str, str]) -> str:
        """The id of an article in review that the token which may write is an author of."""
        about = {"title": "Own", "topics": ["condition:acne"], "sections": [_SECTION_BODY]}
        made = self.client.post(f"{ADMIN}/articles", json=about, headers=headers)
        own = str(made.get_json()["id"])
        section = made.get_json()["draft"]["sections"][0]["id"]
        self.names["<sharing_id>"] = section
        sent = {"If-Match": "*", **headers}
        path = f"{ADMIN}/articles/{own}/sections/{section}/share"
        assert self.client.post(path, json={}, headers=sent).status_code == 200
        submitted = self.client.post(f"{ADMIN}/articles/{own}/submit", headers=sent)
        assert submitted.status_code == 200
        return own

    def ask(self, route: Route, headers: dict[str, str], verb: str | None = None) -> TestResponse:
        """The answer to a request that is right but for its headers."""
        path, body = route.rule, route.body
        for name, value in self.names.items():
            path = path.replace(name, value)
        if body == {"order": ["<section_id>"]}:
            body = {"order": [self.names["<section_id>"]]}
        if body == {"operations": [_RETYPE_SECTION]}:
            named = {**_RETYPE_SECTION, "id": self.names["<section_id>"]}
            body = {"operations": [named]}
        if body is not None and "article_id" in body:
            body = {**body, "article_id": self.names["<live_id>"]}
        sent = {"If-Match": "*", **headers} if route.verb not in {"GET", "POST"} else headers
        if route.verb == "POST" and route.rule.startswith((f"{ADMIN}/articles/", f"{SHARED}/")):
            sent = {"If-Match": "*", **headers}
        return self.client.open(path, method=verb or route.verb, json=body, headers=sent)


@pytest.fixture
def desk(client: FlaskClient, library: Library) -> Desk:
    """Something to ask for."""
    return Desk(client, library)


def _named(rule: str) -> str:
    """The rule with the names of parameters that it has in the application."""
    return _STAND_INS.sub("<article_id>", _OTHER_SECTION.sub("<section_id>", rule)).replace(
        "<applied_id>", "<bulk_id>"
    )


def test_the_matrix_names_every_admin_route(app: Flask) -> None:
    known = {(route.verb, _named(route.rule)): route.access for route in ROUTES}
    assert dict(_declared(app)) == known


def test_everything_outside_of_admin_is_public(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        access = getattr(app.view_functions[rule.endpoint], auth.ACCESS)
        assert (access == auth.PUBLIC) == (not rule.rule.startswith(ADMIN)), rule.rule


def _declared(app: Flask) -> Iterator[tuple[tuple[str, str], str]]:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(ADMIN):
            access = getattr(app.view_functions[rule.endpoint], auth.ACCESS)
            for verb in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield (verb, rule.rule), str(access)


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_route_lets_through_whom_it_should_and_nobody_else(
    desk: Desk, library: Library, route: Route
) -> None:
    before = everything(library)
    problem(desk.ask(route, {}), 401)
    for scope in ALLOWED.keys() - ALLOWED[route.access]:
        answer = desk.ask(route, bearer(desk.secrets[scope]))
        problem(answer, 403)
        assert f'scope="{route.access}"' in answer.headers["WWW-Authenticate"]
        assert everything(library) == before, f"{scope} changed something"
    weakest, *others = [scope for scope in ALLOWED if scope in ALLOWED[route.access]]
    answer = desk.ask(route, bearer(desk.secrets[weakest]))
    assert answer.status_code == route.status, answer.get_data(as_text=True)
    for scope in others:
        assert desk.ask(route, bearer(desk.secrets[scope])).status_code not in {401, 403}


@pytest.mark.parametrize("route", [each for each in ROUTES if each.verb == "GET"], ids=str)
def test_head_asks_for_the_same_token_as_get(desk: Desk, route: Route) -> None:
    assert desk.ask(route, {}, "HEAD").status_code == 401


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Bearer dermis_wrong",
        "Bearer \xff",
        "Basic YWRtaW46YWRtaW4=",
        "{secret}",
        "Token {secret}",
        "Bearer {secret}x",
        "Bearer {secret} {secret}",
    ],
)
def test_a_token_that_is_missing_or_wrong_is_refused(
    client: FlaskClient, library: Library, token: str, header: str | None
) -> None:
    headers = {} if header is None else {"Authorization": header.format(secret=token)}
    before = everything(library)
    answer = client.post(f"{ADMIN}/articles", json={"title": "A"}, headers=headers)
    problem(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert everything(library) == before


def test_a_token_is_refused_from_the_moment_that_it_expires(
    client: FlaskClient, library: Library
) -> None:
    issued = datetime(2026, 3, 1, 9, tzinfo=UTC)
    with time_machine.travel(issued, tick=False), library.writing(EDITOR) as work:
        lifetime = timedelta(hours=1)
        secret = authorising.issue_token(work, "short", ["read"], lifetime)[1]
    for minutes, status in ((59, 200), (60, 401), (61, 401)):
        with time_machine.travel(issued + timedelta(minutes=minutes), tick=False):
            answer = client.get(f"{ADMIN}/articles", headers=bearer(secret))
            assert answer.status_code == status, minutes


def test_a_revoked_token_is_refused_at_once(client: FlaskClient, library: Library) -> None:
    with library.writing(EDITOR) as work:
        stored, secret = authorising.issue_token(work, "leaked", ["admin"], None)
    headers = bearer(secret)
    assert client.delete(f"{ADMIN}/tokens/{stored.id}", headers=headers).status_code == 204
    document = problem(client.get(f"{ADMIN}/tokens", headers=headers), 401)
    assert "revoked" in document["detail"]


def test_the_token_is_asked_for_before_the_body_is_looked_at(client: FlaskClient) -> None:
    problem(client.post(f"{ADMIN}/articles", data=b"{"), 401)


def test_a_route_without_an_access_rule_stops_the_start() -> None:
    app = Flask("forgetful", static_folder=None)
    app.add_url_rule("/open", "open", lambda: "hello")
    with pytest.raises(RuntimeError, match="'open' declares no access"):
        auth.check_declarations(app)
