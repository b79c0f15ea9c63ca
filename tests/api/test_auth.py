"""Who may do what: every admin route with every kind of token."""

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
from content import authorising, editing, equating, observing, previewing, releasing
from content.equating import GroupDraft
from content.importing import phrasing
from content.library import Library
from content.observing import observation
from tests.api.examining import everything, problem
from tests.building import EDITOR, a_draft, a_live_article, a_token, bearer
from tests.content.agenda import a_release, ahead, scheduled

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
RELEASE: Final = f"{ADMIN}/releases/<release_id>"
SCHEDULED_RELEASE: Final = f"{ADMIN}/releases/<scheduled_release_id>"
IMPORT: Final = f"{ADMIN}/imports/<proposal_id>"
TOPIC: Final = f"{ADMIN}/topics/<kind>/<key>"
PHRASES: Final = f"{ADMIN}/heading-phrases"
SYNONYMS: Final = f"{ADMIN}/synonyms"
_MATCHED: Final = (
    *("/publish", "/withdraw", "/sections", "/schedule", "/items", "/restore", "/purge"),
)
_RETYPE: Final = {"action": "retype", "id": "p2", "type": "aftercare"}
_SECTION_BODY: Final = {"type": "aftercare", "body": "Rest."}
_GROUP: Final = {"expressions": ["glow diary", "glow journal"]}
_LABELS: Final = {"labels": [{"label": "needling"}]}
_TIME: Final = {"at": "2035-03-01T09:00:00", "zone": "Europe/Berlin"}

ROUTES: Final = (
    Route("GET", f"{ADMIN}/articles", "read"),
    Route("POST", f"{ADMIN}/articles", "write", 201, {"title": "New"}),
    Route("GET", ARTICLE, "read"),
    Route("PATCH", ARTICLE, "write", 200, {"title": "Renamed"}),
    Route("DELETE", ARTICLE, "publish", 204),
    Route("POST", f"{ARTICLE}/publish", "publish"),
    Route("GET", f"{ARTICLE}/previews", "read"),
    Route("POST", f"{ARTICLE}/previews", "write", 201, {}),
    Route("DELETE", f"{ARTICLE}/previews/<preview_id>", "write", 204),
    Route("GET", f"{ADMIN}/trash", "read"),
    Route("GET", f"{ADMIN}/trash/<trashed_id>", "read"),
    Route("POST", f"{ADMIN}/trash/<trashed_id>/restore", "publish"),
    Route("POST", f"{ADMIN}/trash/<trashed_id>/purge", "admin", 204),
    Route("POST", f"{ADMIN}/articles/<live_id>/withdraw", "publish", 200, {"reason": "wrong"}),
    Route("POST", f"{ARTICLE}/sections", "write", 201, {"section": _SECTION_BODY}),
    Route("GET", SECTION, "read"),
    Route("PUT", SECTION, "write", 200, _SECTION_BODY),
    Route("PATCH", SECTION, "write", 200, {"body": "Rest."}),
    Route("DELETE", SECTION, "write", 204),
    Route("PUT", f"{ARTICLE}/section-order", "write", 200, {"order": ["<section_id>"]}),
    Route("POST", f"{ARTICLE}/schedule", "publish", 201, {"action": "publish", **_TIME}),
    Route("GET", f"{ARTICLE}/schedule", "read"),
    Route("DELETE", f"{ADMIN}/articles/<planned_id>/schedule", "publish", 204),
    Route("GET", f"{ADMIN}/schedules", "read"),
    Route("GET", f"{ADMIN}/schedules/<schedule_id>", "read"),
    Route("DELETE", f"{ADMIN}/schedules/<schedule_id>", "publish"),
    Route("GET", f"{ADMIN}/releases", "read"),
    Route("POST", f"{ADMIN}/releases", "write", 201, {"title": "New"}),
    Route("GET", RELEASE, "read"),
    Route("PATCH", RELEASE, "write", 200, {"title": "Renamed"}),
    Route("DELETE", RELEASE, "write", 204),
    Route("POST", f"{RELEASE}/items", "write", 201, {"article_id": "<planned_id>"}),
    Route("DELETE", f"{RELEASE}/items/<article_id>", "write"),
    Route("POST", f"{RELEASE}/publish", "publish"),
    Route("POST", f"{RELEASE}/schedule", "publish", 201, _TIME),
    Route("DELETE", f"{SCHEDULED_RELEASE}/schedule", "publish", 204),
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
    Route("GET", f"{ADMIN}/audit", "admin"),
    Route("GET", f"{ADMIN}/audit/export", "admin"),
    Route("GET", f"{ADMIN}/export", "admin"),
)


class Desk:
    """A library with one thing of each kind, and a token of each kind to ask for it with."""

    def __init__(self, client: FlaskClient, library: Library) -> None:
        self.client = client
        draft = a_draft(library, topics=["condition:acne"])
        live = a_live_article(library, "Live")
        trashed = a_draft(library, "Trashed")
        planned = a_draft(library, "Planned")
        plan = scheduled(library, planned)
        release, bound = a_release(library, [draft]), a_release(library, [planned])
        self.secrets = {scope: a_token(library, scope) for scope in ALLOWED}
        with library.writing(EDITOR) as work:
            spare, _ = authorising.issue_token(work, "spare", ["read"], None)
            phrase = phrasing.add_phrase(work, "en", "risks", "what may go wrong")
            group = equating.create_group(work, GroupDraft(["rest days", "days of rest"]))
            preview = previewing.share(work, draft.id, None, previewing.USUAL, None)
            editing.delete_article(work, trashed.id, None)
            observing.write_down(work, {observation("scar", None, "found"): 1}, days=90)
            releasing.schedule_release(work, bound.id, None, ahead())
        with library.reading() as session:
            section = session.merge(draft).draft
            assert section is not None
            self.names = {
                "<article_id>": draft.id,
                "<live_id>": live.id,
                "<planned_id>": planned.id,
                "<schedule_id>": plan.id,
                "<release_id>": release.id,
                "<scheduled_release_id>": bound.id,
                "<section_id>": section.sections[0].id,
                "<trashed_id>": trashed.id,
                "<preview_id>": preview.id,
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

    def ask(self, route: Route, headers: dict[str, str], verb: str | None = None) -> TestResponse:
        """The answer to a request that is right but for its headers."""
        path, body = route.rule, route.body
        for name, value in self.names.items():
            path = path.replace(name, value)
        if body == {"order": ["<section_id>"]}:
            body = {"order": [self.names["<section_id>"]]}
        if body == {"article_id": "<planned_id>"}:
            body = {"article_id": self.names["<planned_id>"]}
        sent = {"If-Match": "*", **headers} if route.verb not in {"GET", "POST"} else headers
        if route.rule.endswith(_MATCHED):
            sent = {"If-Match": "*", **headers}
        return self.client.open(path, method=verb or route.verb, json=body, headers=sent)


@pytest.fixture
def desk(client: FlaskClient, library: Library) -> Desk:
    """Something to ask for."""
    return Desk(client, library)


def test_the_matrix_names_every_admin_route(app: Flask) -> None:
    known = {(route.verb, _declared_rule(route.rule)): route.access for route in ROUTES}
    assert dict(_declared(app)) == known


def _declared_rule(rule: str) -> str:
    """A rule with the names that its application gives its parameters."""
    for name in ("live_id", "planned_id", "trashed_id"):
        rule = rule.replace(name, "article_id")
    return rule.replace("scheduled_release_id", "release_id")


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
