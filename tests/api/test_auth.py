"""Who may do what: every admin route with every role, and every kind of token and session."""

import shutil
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import orjson
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api import auth
from api.app import create_app
from api.house import House
from api.settings import Settings
from content import (
    authorising,
    bulk_changing,
    bulk_planning,
    editing,
    equating,
    observing,
    previewing,
    publishing,
    redirecting,
    releasing,
    sharing,
    subscribing,
    tracing,
)
from content.bulk import Replacement, Where
from content.equating import GroupDraft
from content.importing import phrasing
from content.library import Library
from content.models import User
from content.observing import observation
from content.people import UserSession
from content.picture_files import PictureFiles
from content.subscribing import EndpointDraft
from tests.api.examining import everything, problem
from tests.building import (
    EDITOR,
    PASSWORD,
    a_draft,
    a_live_article,
    a_person,
    a_picture,
    a_png,
    a_session_of,
    a_shared_section,
    a_token,
    a_token_of,
    bearer,
    with_password,
)
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

ROLES: Final = {
    "author": {"read", "write"},
    "reviewer": {"read", "review"},
    "publisher": {"read", "write", "publish"},
    "admin": {"read", "write", "review", "publish", "admin"},
}
"""The access rules that let a person of each role through."""

HOUSE: Final = "a machine of an admin"
MACHINE: Final = "another machine"
TOKEN: Final = "a person's token"
SESSION: Final = "a person's session"
"""What a request may come with."""


@dataclass(frozen=True)
class Route:
    """One verb at one address: what it takes, and a request that succeeds."""

    verb: str
    rule: str
    access: str
    status: int = 200
    body: dict[str, Any] | None = field(default=None, hash=False)
    by: frozenset[str] = frozenset({HOUSE, MACHINE, TOKEN, SESSION})
    """What it may be asked with; other things it refuses whatever they allow otherwise."""
    first: str = ""
    """Whose request succeeds, where it is about one's own; else whose is the least."""

    def __str__(self) -> str:
        return f"{self.verb} {self.rule}"


@dataclass(frozen=True)
class Asker:
    """Somebody with a secret, and the access rules that let them through."""

    name: str
    kind: str
    secret: str
    rules: frozenset[str]

    def may(self, route: Route) -> bool:
        """Whether they are let through."""
        return route.access in self.rules and self.kind in route.by


ARTICLE: Final = f"{ADMIN}/articles/<article_id>"
TRANSLATION: Final = f"{ADMIN}/articles/<translation_id>"
MEDIA: Final = f"{ADMIN}/media"
SECTION: Final = f"{ARTICLE}/sections/<section_id>"
RELEASE: Final = f"{ADMIN}/releases/<release_id>"
SCHEDULED_RELEASE: Final = f"{ADMIN}/releases/<scheduled_release_id>"
IMPORT: Final = f"{ADMIN}/imports/<proposal_id>"
TOPIC: Final = f"{ADMIN}/topics/<kind>/<key>"
PHRASES: Final = f"{ADMIN}/heading-phrases"
SYNONYMS: Final = f"{ADMIN}/synonyms"
WEBHOOKS: Final = f"{ADMIN}/webhooks"
WEBHOOK: Final = f"{WEBHOOKS}/<webhook_id>"
_RETYPE: Final = {"action": "retype", "id": "p2", "type": "aftercare"}
_RETYPE_SECTION: Final = {"action": "retype", "id": "<section_id>", "type": "risks"}
_SECTION_BODY: Final = {"type": "aftercare", "body": "Rest."}
_GROUP: Final = {"expressions": ["glow diary", "glow journal"]}
_LABELS: Final = {"labels": [{"label": "needling"}]}
_TIME: Final = {"at": "2035-03-01T09:00:00", "zone": "Europe/Berlin"}

_STAND_INS: Final = {
    "<article_id>": (
        *("<live_id>", "<planned_id>", "<trashed_id>", "<edited_id>", "<translation_id>"),
        *("<own_id>", "<gone_id>"),
    ),
    "<section_id>": ("<translated_id>", "<sharing_id>"),
    "<bulk_id>": ("<applied_id>",),
    "<release_id>": ("<scheduled_release_id>",),
}
"""What stands in a rule of this table for the parameter of that name."""
_PEOPLE: Final = frozenset({TOKEN, SESSION})
_PERSON: Final = {"email": "new@example.org", "name": "New", "roles": ["author"]}
_PASSWORDS: Final = {"old_password": PASSWORD, "new_password": "a kettle sings in the rain"}
_SIGNATURE: Final = {"statement": "Sound."}
OWN: Final = f"{ADMIN}/articles/<own_id>"
SIGNER: Final = "reviewer's session"
REDIRECT: Final = f"{ADMIN}/redirects/<locale>/<old_slug>"
_TO: Final = {"article_id": "<live_id>"}

SHARED: Final = f"{ADMIN}/shared-sections"
BULK: Final = f"{ADMIN}/bulk-changes"

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
    Route("GET", f"{ARTICLE}/check", "read"),
    Route("GET", f"{ARTICLE}/reviews", "read"),
    Route("POST", f"{ARTICLE}/submit", "write"),
    Route("POST", f"{ADMIN}/articles/<own_id>/recall", "write", first="write token"),
    Route("POST", f"{OWN}/request-changes", "review", 200, {"comment": "No."}, first=SIGNER),
    Route("POST", f"{OWN}/approve", "review", 200, _SIGNATURE, first=SIGNER),
    Route("POST", f"{ADMIN}/articles/<live_id>/sign", "review", 200, _SIGNATURE, first=SIGNER),
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
    Route("GET", f"{ARTICLE}/editions", "read"),
    Route("GET", f"{ARTICLE}/editions/<edition_number>", "read"),
    Route("GET", f"{ARTICLE}/points", "read"),
    Route("GET", f"{ARTICLE}/points/<point_number>", "read"),
    Route("GET", f"{ADMIN}/articles/<edited_id>/diff", "read"),
    Route("POST", f"{ARTICLE}/restore/<edition_number>", "write", 200, {}),
    Route("POST", f"{ARTICLE}/points/<point_number>/restore", "write", 200, {}),
    Route("POST", f"{SECTION}/merge", "write", 200, {"base": 1, "mine": _SECTION_BODY}),
    Route("POST", f"{ARTICLE}/operations", "write", 200, {"operations": [_RETYPE_SECTION]}),
    Route("PUT", f"{ARTICLE}/references", "write", 200, {"references": []}),
    Route("POST", f"{ARTICLE}/translations", "write", 201, {"locale": "fr"}),
    Route("GET", f"{TRANSLATION}/translation-state", "read"),
    Route("POST", f"{TRANSLATION}/sections/<translated_id>/translated", "write", 200, {}),
    Route("GET", f"{ADMIN}/translations/outdated", "read"),
    Route("GET", MEDIA, "read"),
    Route("POST", MEDIA, "write", 201, {"file": b64encode(a_png()).decode()}),
    Route("GET", f"{MEDIA}/<media_id>", "read"),
    Route("PATCH", f"{MEDIA}/<media_id>", "write", 200, {"caption": "Calm."}),
    Route("DELETE", f"{MEDIA}/<media_id>", "write", 204),
    Route("GET", f"{MEDIA}/<media_id>/usage", "read"),
    Route("GET", f"{ADMIN}/faqs", "read"),
    Route("GET", f"{ADMIN}/usage?q=skin", "read"),
    Route("GET", f"{ADMIN}/reports", "read"),
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
    Route("POST", f"{SHARED}/<shared_id>/sign", "review", 200, _SIGNATURE, first=SIGNER),
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
    Route("GET", f"{TOPIC}/usage", "read"),
    Route("GET", f"{ADMIN}/search/queries", "read"),
    Route("DELETE", f"{ADMIN}/search/queries/<query_id>", "admin", 204),
    Route("GET", f"{ADMIN}/index", "read"),
    Route("POST", f"{ADMIN}/index/rebuild", "admin", 202),
    Route("GET", f"{ADMIN}/audit", "admin"),
    Route("GET", f"{ADMIN}/audit/export", "admin"),
    Route("GET", f"{ADMIN}/export", "admin"),
    Route("GET", WEBHOOKS, "admin"),
    Route("POST", WEBHOOKS, "admin", 201, {"name": "A site", "url": "https://1.1.1.1/hook"}),
    Route("GET", WEBHOOK, "admin"),
    Route("PATCH", WEBHOOK, "admin", 200, {"name": "Another site"}),
    Route("DELETE", WEBHOOK, "admin", 204),
    Route("POST", f"{WEBHOOK}/test", "admin"),
    Route("POST", f"{WEBHOOK}/pause", "admin"),
    Route("POST", f"{WEBHOOK}/resume", "admin"),
    Route("POST", f"{WEBHOOK}/rotate", "admin"),
    Route("POST", f"{WEBHOOK}/replay", "admin", 202, {"from": 1, "to": 1}),
    Route("GET", f"{WEBHOOK}/deliveries", "admin"),
    Route("GET", f"{ADMIN}/tokens", "read"),
    Route(
        "POST",
        f"{ADMIN}/tokens",
        "read",
        201,
        {"name": "new", "scopes": ["read"]},
        by=_PEOPLE | {HOUSE},
    ),
    Route("DELETE", f"{ADMIN}/tokens/<token_id>", "read", 204, first="admin's session"),
    Route("GET", f"{ADMIN}/users", "admin"),
    Route("POST", f"{ADMIN}/users", "admin", 201, _PERSON),
    Route("GET", f"{ADMIN}/users/<user_id>", "admin"),
    Route("PATCH", f"{ADMIN}/users/<user_id>", "admin", 200, {"name": "Renamed"}),
    Route("DELETE", f"{ADMIN}/users/<user_id>", "admin", 204),
    Route("POST", f"{ADMIN}/users/<user_id>/invitations", "admin", 201),
    Route("GET", f"{ADMIN}/sessions", "read"),
    Route("DELETE", f"{ADMIN}/sessions/current", "read", 204, by=frozenset({SESSION})),
    Route("DELETE", f"{ADMIN}/sessions/<session_id>", "read", 204, first="author's session"),
    Route("GET", f"{ADMIN}/me", "read"),
    Route("PUT", f"{ADMIN}/me/password", "read", 204, _PASSWORDS, by=_PEOPLE),
)

SECRETS: Final = frozenset({"token", "invitation", "secret"})
"""What an answer calls a secret that it shows once."""

DOORS: Final = {
    ("POST", f"{ADMIN}/sessions"),
    ("POST", f"{ADMIN}/invitations/accept"),
    ("GET", f"{ADMIN}/sso"),
    ("GET", f"{ADMIN}/sso/callback"),
}
"""Where people come in, and so before they have anything to show."""


class Desk:
    """A library with one thing of each kind, and a token of each kind to ask for it with."""

    def __init__(self, client: FlaskClient, library: Library, files: PictureFiles) -> None:
        self.client = client
        draft = a_draft(library, topics=["condition:acne"])
        live = a_live_article(library, "Live")
        trashed = a_draft(library, "Trashed")
        planned = a_draft(library, "Planned")
        plan = scheduled(library, planned)
        release, bound = a_release(library, [draft]), a_release(library, [planned])
        edited = a_live_article(library, "Edited")
        shared = a_shared_section(library)
        self.secrets = {scope: a_token(library, scope) for scope in ALLOWED}
        spare_person = a_person(library, "Spare")
        self.people = {role: a_person(library, f"The {role}", role) for role in ROLES}
        for person in self.people.values():
            with_password(library, person)
        spare_session = a_session_of(library, self.people["author"])
        self.askers = [*self._machines(), *self._at_work(library)]
        self.useless = dict(self._useless(library))
        gone = a_live_article(library, "Gone")
        with library.writing(EDITOR) as work:
            editing.change_article(work, edited.id, None, title="Edited again")
            spare, _ = authorising.issue_token(work, "spare", ["read"], None)
            phrase = phrasing.add_phrase(work, "en", "risks", "what may go wrong")
            group = equating.create_group(work, GroupDraft(["rest days", "days of rest"]))
            preview = previewing.share(work, draft.id, None, previewing.USUAL, None)
            editing.delete_article(work, trashed.id, None)
            hook = subscribing.create_endpoint(work, EndpointDraft("hook", "https://10.0.0.1/"))
            publishing.withdraw(work, gone.id, None, "Wrong.")
            asked, where = Replacement("Edited", "Found"), Where(articles=[edited.id])
            applied = bulk_planning.plan(work, asked, where)
            bulk_changing.apply(work, applied.id)
            asked = Replacement("Live", "x")
            bulk = bulk_planning.plan(work, asked, Where(articles=[live.id]))
            sharing.change_shared(work, shared.id, None, parts={"body": "Rest."})
            redirecting.create_redirect(work, "en", "old", live.id)
            observing.write_down(work, {observation("scar", None, "found"): 1}, days=90)
            releasing.schedule_release(work, bound.id, None, ahead())
            translation = tracing.start_translation(work, live.id, "de")
        picture = a_picture(library, files)
        with library.reading() as session:
            section = session.merge(draft).draft
            german = session.merge(translation).draft
            assert section is not None
            assert german is not None
            self.names = {
                "<article_id>": draft.id,
                "<live_id>": live.id,
                "<planned_id>": planned.id,
                "<schedule_id>": plan.id,
                "<release_id>": release.id,
                "<scheduled_release_id>": bound.id,
                "<edited_id>": edited.id,
                "<edition_number>": "1",
                "<point_number>": "1",
                "<gone_id>": gone.id,
                "<shared_id>": shared.id,
                "<bulk_id>": bulk.id,
                "<applied_id>": applied.id,
                "<version_number>": "1",
                "<locale>": "en",
                "<old_slug>": "old",
                "<section_id>": section.sections[0].id,
                "<trashed_id>": trashed.id,
                "<preview_id>": preview.id,
                "<translation_id>": translation.id,
                "<translated_id>": german.sections[0].id,
                "<media_id>": picture.id,
                "<token_id>": spare.id,
                "<user_id>": spare_person.id,
                "<session_id>": authorising.recognise(session, spare_session).token_id,
                "<phrase_id>": phrase.id,
                "<group_id>": group.id,
                "<webhook_id>": hook.id,
                "<query_id>": "c2Nhcg",  # "scar", in Base64.
                "<kind>": "ingredient",
                "<key>": "unused",
            }
        self._prepare()

    def _machines(self) -> Iterator[Asker]:
        for scope, secret in self.secrets.items():
            rules = frozenset(rule for rule, tokens in ALLOWED.items() if scope in tokens)
            yield Asker(f"{scope} token", HOUSE if scope == "admin" else MACHINE, secret, rules)

    def _at_work(self, library: Library) -> Iterator[Asker]:
        """Of each role a session, and a token that would allow everything if its owner did.

        And of an admin a token that allows little.
        """
        for role, person in self.people.items():
            rules = frozenset(ROLES[role])
            yield Asker(f"{role}'s session", SESSION, a_session_of(library, person), rules)
            secret = a_token_of(library, person, "admin")
            yield Asker(f"{role}'s token", TOKEN, secret, rules)
        secret = a_token_of(library, self.people["admin"], "read")
        yield Asker("admin's token to read", TOKEN, secret, frozenset({"read"}))

    def _useless(self, library: Library) -> Iterator[tuple[str, str]]:
        """What stood for an admin once."""
        gone, here = (a_person(library, name, "admin") for name in ("Gone", "Here"))
        yield "a token of somebody disabled", a_token_of(library, gone, "admin")
        yield "a session of somebody disabled", a_session_of(library, gone)
        ended, old = (a_session_of(library, here) for _ in range(2))
        yield "a session that was ended", ended
        yield "a session that is too old", old
        with library.writing(EDITOR) as work:
            issued, revoked = authorising.issue_token(work, "revoked", ["admin"], None)
            authorising.revoke_token(work, issued.id)
            expired = authorising.issue_token(work, "expired", ["admin"], timedelta(hours=1))
            expired[0].expires_at = work.at
            work.session.get_one(User, gone.id).disabled_at = work.at
            for secret, column in ((ended, "ended_at"), (old, "expires_at")):
                shown = authorising.recognise(work.session, secret)
                setattr(work.session.get_one(UserSession, shown.token_id), column, work.at)
        yield "a revoked token", revoked
        yield "an expired token", expired[1]

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
        path, body = route.rule, orjson.dumps(route.body).decode()
        for name, value in self.names.items():
            path, body = path.replace(name, value), body.replace(name, value)
        sent = {"If-Match": "*", **headers} if route.verb != "GET" else headers
        return self.client.open(
            path, method=verb or route.verb, json=orjson.loads(body), headers=sent
        )


@pytest.fixture(scope="session")
def furnished(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Desk]:
    """The file of a library with a desk in it, to be copied; made once, because it is much."""
    path = tmp_path_factory.mktemp("desk") / "library.db"
    shutil.copy(migrated, path)
    app = create_app(Settings(home=path.parent, database_url=f"sqlite:///{path}"))
    house: House = app.extensions["dermis"]
    desk = Desk(app.test_client(), house.library, house.files)
    house.close()
    return path, desk


@pytest.fixture
def desk(furnished: tuple[Path, Desk], settings: Settings, client: FlaskClient) -> Desk:
    """Something to ask for."""
    path, desk = furnished
    assert settings.embedded_path
    shutil.copy(path, settings.embedded_path)
    shutil.copytree(path.parent / "media", settings.media_path)
    desk.client = client
    return desk


def test_the_matrix_names_every_admin_route(app: Flask) -> None:
    known = {(route.verb, _declared_rule(route.rule)): route.access for route in ROUTES}
    assert dict(_declared(app)) == known


def _declared_rule(rule: str) -> str:
    """A rule as the application has it: without a query, its parameters by their names."""
    rule = rule.partition("?")[0]
    for parameter, names in _STAND_INS.items():
        for name in names:
            rule = rule.replace(name, parameter)
    return rule


def test_everything_outside_of_admin_is_public_and_within_only_the_doors(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        access = getattr(app.view_functions[rule.endpoint], auth.ACCESS)
        for verb in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            is_public = not rule.rule.startswith(ADMIN) or (verb, rule.rule) in DOORS
            assert (access == auth.PUBLIC) == is_public, rule.rule


def _declared(app: Flask) -> Iterator[tuple[tuple[str, str], str]]:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(ADMIN):
            access = getattr(app.view_functions[rule.endpoint], auth.ACCESS)
            for verb in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                if (verb, rule.rule) not in DOORS:
                    yield (verb, rule.rule), str(access)


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_route_refuses_everybody_else_and_changes_nothing(
    desk: Desk, library: Library, route: Route
) -> None:
    before = everything(library)
    problem(desk.ask(route, {}), 401)
    for secret in desk.useless.values():
        problem(desk.ask(route, bearer(secret)), 401)
    for asker in desk.askers:
        if not asker.may(route):
            answer = desk.ask(route, bearer(asker.secret))
            problem(answer, 403)
            if route.access not in asker.rules:
                assert f'scope="{route.access}"' in answer.headers["WWW-Authenticate"]
    assert everything(library) == before


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_route_lets_through_whom_it_should(desk: Desk, route: Route) -> None:
    allowed = [each for each in desk.askers if each.may(route)]
    first = next(each for each in allowed if route.first in {"", each.name})
    answer = desk.ask(route, bearer(first.secret))
    assert answer.status_code == route.status, answer.get_data(as_text=True)
    others = [each for each in allowed if each is not first]
    for asker in others:
        status = desk.ask(route, bearer(asker.secret)).status_code
        # A password that was changed ends the sessions of whose it is.
        assert status not in ({403} if route.verb == "PUT" else {401, 403}), asker.name


@pytest.mark.parametrize("route", [each for each in ROUTES if each.verb == "POST"], ids=str)
def test_a_post_that_is_repeated_with_its_key_acts_once(
    desk: Desk, library: Library, route: Route
) -> None:
    allowed = (each for each in desk.askers if each.may(route))
    asker = next(each for each in allowed if route.first in {"", each.name})
    headers = {**bearer(asker.secret), "Idempotency-Key": "once"}
    first = desk.ask(route, headers)
    assert first.status_code == route.status, first.get_data(as_text=True)
    done = everything(library)
    second = desk.ask(route, headers)
    assert everything(library) == done
    if second.status_code == 409:
        # It was answered with a secret, which is kept nowhere.
        assert problem(second, 409)["type"].endswith("shown-once")
        assert SECRETS & first.get_json().keys()
    else:
        assert (second.status_code, second.data) == (first.status_code, first.data)
        assert not SECRETS & (first.get_json(silent=True) or {}).keys()


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
