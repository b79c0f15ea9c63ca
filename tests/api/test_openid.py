"""Signing in elsewhere, at a real provider that the tests start, and that misbehaves."""

import base64
import hmac
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import orjson
import pytest
import time_machine
from flask.testing import FlaskClient
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import select
from werkzeug.test import TestResponse

from api.settings import Settings
from content import staffing
from content.library import Library
from content.models import AuditEntry, User
from content.people import UserIdentity, UserSession
from content.staffing import PersonChange
from tests.api.examining import problem
from tests.building import EDITOR, MakeApp, a_person, bearer
from tests.openid_provider import CLIENT, SECRET, OpenIdProvider, Word

SSO: Final = "/api/v1/admin/sso"
CALLBACK: Final = f"{SSO}/callback"


@pytest.fixture
def provider() -> Iterator[OpenIdProvider]:
    """A provider at which somebody is known."""
    provider = OpenIdProvider()
    yield provider
    provider.close()


@pytest.fixture
def site(make_app: MakeApp, settings: Settings, provider: OpenIdProvider) -> FlaskClient:
    """A browser at a site that trusts the provider."""
    chosen = replace(
        settings,
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
    )
    return make_app(chosen).test_client()


@pytest.fixture
def ada(library: Library, provider: OpenIdProvider) -> User:
    """Somebody with an account, whose address the provider has verified."""
    person = a_person(library, "Ada", "publisher")
    provider.person |= {"email": person.email.upper(), "email_verified": True}
    return person


def went(site: FlaskClient, provider: OpenIdProvider) -> str:
    """Where the provider sends a browser back to that the site had sent there."""
    sent = site.get(SSO)
    assert sent.status_code == 302
    assert sent.headers["Cache-Control"] == "no-store"
    return provider.visit(sent.headers["Location"])


def refused(library: Library, answer: TestResponse) -> dict[str, Any]:
    document = problem(answer, 401)
    with library.reading() as session:
        assert session.scalars(select(UserSession)).all() == []
    return document


def test_whom_the_provider_vouches_for_is_in(
    site: FlaskClient, provider: OpenIdProvider, library: Library, ada: User
) -> None:
    answer = site.get(went(site, provider))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-store"
    opened = answer.get_json()
    assert opened["user"]["id"] == ada.id
    shown = site.get("/api/v1/admin/me", headers=bearer(opened["token"])).get_json()
    assert shown["scopes"] == ["publish", "read", "write"]
    with library.reading() as session:
        acts = session.scalars(select(AuditEntry.action).where(AuditEntry.user_id == ada.id))
        assert list(acts) == ["sign_in"]


def test_the_address_only_finds_somebody_the_first_time(
    site: FlaskClient, provider: OpenIdProvider, library: Library, ada: User
) -> None:
    site.get(went(site, provider))
    provider.person |= {"email": "ada@new.example", "email_verified": False}
    assert site.get(went(site, provider)).get_json()["user"]["id"] == ada.id
    with library.reading() as session:
        (linked,) = session.scalars(select(UserIdentity))
        assert (linked.issuer, linked.subject) == (provider.issuer, provider.person["sub"])


def test_who_got_the_address_of_another_later_does_not_get_the_account(
    site: FlaskClient, provider: OpenIdProvider, ada: User
) -> None:
    assert site.get(went(site, provider)).status_code == 200
    provider.person["sub"] = "another person"
    problem(site.get(went(site, provider)), 401)


@pytest.mark.parametrize(
    "said",
    [
        {"email": "nobody@example.org"},
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email": None},
        {"email": ["a", "b"]},
    ],
    ids=str,
)
@pytest.mark.usefixtures("ada")
def test_nobody_is_made_an_account(
    site: FlaskClient, provider: OpenIdProvider, library: Library, said: dict[str, Any]
) -> None:
    provider.word = Word(said)
    assert "ask an admin" in refused(library, site.get(went(site, provider)))["detail"]
    with library.reading() as session:
        assert len(session.scalars(select(User)).all()) == 1
        assert list(session.scalars(select(AuditEntry.action)))[-1] == "sign_in_failed"


def test_somebody_disabled_stays_outside(
    site: FlaskClient, provider: OpenIdProvider, library: Library, ada: User
) -> None:
    assert site.get(went(site, provider)).status_code == 200
    with library.writing(EDITOR) as work:
        staffing.change_user(work, ada.id, None, PersonChange(disabled=True))
    problem(site.get(went(site, provider)), 401)


@pytest.mark.parametrize(
    "said",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another site"},
        {"aud": ["another site"]},
        {"aud": None},
        {"aud": [CLIENT, "another site"], "azp": "another site"},
        {"iss": "https://login.example"},
        {"iss": None},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": 4_000_000_000},
        {"nbf": 4_000_000_000},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "s" * 256},
    ],
    ids=str,
)
@pytest.mark.usefixtures("ada")
def test_a_word_that_is_not_meant_for_here_and_now_is_refused(
    site: FlaskClient, provider: OpenIdProvider, library: Library, said: dict[str, Any]
) -> None:
    provider.word = Word(said)
    refused(library, site.get(went(site, provider)))


def unsigned(provider: OpenIdProvider, claims: dict[str, Any]) -> str:
    parts = [_encoded(orjson.dumps(each)) for each in ({"alg": "none"}, claims)]
    return b".".join([*parts, b""]).decode()


def confused(provider: OpenIdProvider, claims: dict[str, Any]) -> str:
    """Signed with the public key, which everybody has, as if it were a secret."""
    header = {"alg": "HS256", "kid": provider.key.kid}
    signed = b".".join(_encoded(orjson.dumps(each)) for each in (header, claims))
    signature = hmac.digest(provider.key.as_pem(private=False), signed, "sha256")
    return b".".join((signed, _encoded(signature))).decode()


def _encoded(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")


def tampered(provider: OpenIdProvider, claims: dict[str, Any]) -> str:
    header, _, signature = provider.signed({**claims, "sub": "somebody else"}).split(".")
    return ".".join((header, provider.signed(claims).split(".")[1], signature))


FORGERIES: Final[dict[str, Callable[[OpenIdProvider, dict[str, Any]], str]]] = {
    "not signed": unsigned,
    "signed with another key": lambda provider, claims: provider.signed(
        claims, RSAKey.generate_key(2048)
    ),
    "signed with the public key as a secret": confused,
    "signed with the client's secret": lambda provider, claims: provider.signed(
        claims, OctKey.import_key(SECRET * 2), "HS256"
    ),
    "changed since it was signed": tampered,
    "no token": lambda provider, claims: "nonsense",
    "nothing": lambda provider, claims: "",
}


@pytest.mark.parametrize("forgery", FORGERIES)
@pytest.mark.usefixtures("ada")
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")  # Forging is unsafe.
def test_a_word_that_the_provider_did_not_give_is_refused(
    site: FlaskClient, provider: OpenIdProvider, library: Library, forgery: str
) -> None:
    provider.word = Word(signed=lambda claims: FORGERIES[forgery](provider, claims))
    refused(library, site.get(went(site, provider)))


@pytest.mark.usefixtures("ada")
def test_a_state_is_good_once(site: FlaskClient, provider: OpenIdProvider) -> None:
    sent = site.get(SSO)
    back = provider.visit(sent.headers["Location"])
    name, _, state = sent.headers["Set-Cookie"].partition(";")[0].partition("=")
    assert site.get(back).status_code == 200
    # The browser has put the cookie away; who kept it gains nothing, and the provider is not asked.
    site.set_cookie(name, state)
    answer = site.get(back)
    assert "came back before" in problem(answer, 401)["detail"]
    assert provider.redeemed == 1


@pytest.mark.usefixtures("ada")
def test_a_sign_in_that_another_browser_began_is_refused(
    site: FlaskClient, provider: OpenIdProvider, library: Library
) -> None:
    back = went(site, provider)
    victim = site.application.test_client()
    assert "did not begin here" in refused(library, victim.get(back))["detail"]
    assert provider.redeemed == 0


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?state=&code=a",
        "?state=1.2.3&code=a",
        "?state=%F0%9F%92%A5.a.b&code=a",
        "?code=a",
        "?state={state}",
        "?state={state}&error=access_denied",
        "?state={state}x&code=a",
        "?state={state}&code=a&iss=https%3A%2F%2Flogin.example",
    ],
)
@pytest.mark.usefixtures("ada")
def test_whatever_else_comes_back_is_refused(
    site: FlaskClient, provider: OpenIdProvider, library: Library, query: str
) -> None:
    state = site.get(SSO).headers["Set-Cookie"].partition(";")[0].partition("=")[2]
    refused(library, site.get(f"{CALLBACK}{query.format(state=state)}"))
    assert provider.redeemed == 0


@pytest.mark.usefixtures("ada")
def test_a_sign_in_may_take_ten_minutes(site: FlaskClient, provider: OpenIdProvider) -> None:
    sent = site.get(SSO)
    back = provider.visit(sent.headers["Location"])
    name, _, state = sent.headers["Set-Cookie"].partition(";")[0].partition("=")
    with time_machine.travel(timedelta(minutes=11)):
        site.set_cookie(name, state)  # Which the browser would have put away by itself.
        assert "too long" in problem(site.get(back), 401)["detail"]


@pytest.mark.usefixtures("ada")
def test_a_provider_may_change_its_keys(
    site: FlaskClient, provider: OpenIdProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.openid._REFETCH_SECONDS", 0.0)
    assert site.get(went(site, provider)).status_code == 200
    provider.key = RSAKey.generate_key(2048, parameters={"kid": "two", "use": "sig"})
    provider.word = Word(signed=lambda claims: provider.signed(claims, provider.key))
    assert site.get(went(site, provider)).status_code == 200


@pytest.mark.usefixtures("ada")
def test_a_code_that_the_provider_does_not_know_is_refused(
    site: FlaskClient, provider: OpenIdProvider, library: Library
) -> None:
    back = went(site, provider)
    refused(library, site.get(back.replace("code=code-0", "code=made-up")))


@pytest.mark.parametrize("status", [500, 503])
@pytest.mark.usefixtures("ada")
def test_a_provider_that_fails_is_told_from_one_that_refuses(
    site: FlaskClient, provider: OpenIdProvider, status: int
) -> None:
    provider.word = Word(token_status=status)
    problem(site.get(went(site, provider)), 503)


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://login.example"},
        {"issuer": None},
        {"jwks_uri": None},
        {"token_endpoint": "file:///etc/passwd"},
    ],
    ids=str,
)
def test_a_provider_that_does_not_describe_itself_is_not_gone_to(
    site: FlaskClient, provider: OpenIdProvider, described: dict[str, Any]
) -> None:
    provider.discovery = described
    problem(site.get(SSO), 503)


def test_a_provider_that_is_away_is_no_fault_of_ours(
    site: FlaskClient, provider: OpenIdProvider
) -> None:
    provider.close()
    problem(site.get(SSO), 503)


def test_a_site_without_a_provider_has_no_such_address(client: FlaskClient) -> None:
    for address in (SSO, CALLBACK):
        problem(client.get(address), 404)


def test_the_state_goes_with_the_browser_in_a_cookie_that_only_this_site_sets(
    make_app: MakeApp, settings: Settings, provider: OpenIdProvider
) -> None:
    chosen = replace(
        settings,
        public_url="https://api.example.org",
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
    )
    cookie = make_app(chosen).test_client().get(SSO).headers["Set-Cookie"]
    assert cookie.startswith("__Host-dermis-sso=")
    for attribute in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"):
        assert attribute in cookie
