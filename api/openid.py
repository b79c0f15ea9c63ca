"""Signing in elsewhere, with OpenID Connect: the authorisation code flow, with PKCE.

What lies between leaving and coming back is in the state alone: it is signed, ends, is bound to
the browser by a cookie, and the nonce and the verifier (RFC 7636) are derived from it. So nothing
is stored until somebody comes back. The issuer is chosen by who runs the site, and may be inside
of their network; it is asked with time limits, and never followed to another address.
"""

import base64
import hashlib
import hmac
import logging
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

import orjson
import urllib3
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from content.errors import ProviderUnreachable, SignInRefused
from content.models import now
from content.signing_in import Identity

STATE_LASTS: Final = timedelta(minutes=10)
ALGORITHMS: Final = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA"),
)
"""Those of public keys alone: neither `none`, nor what a public key could be the secret of."""

LEEWAY_SECONDS: Final = 60
"""By how much the provider's clock may be wrong."""

_KNOWN_SECONDS: Final = 3_600.0
_REFETCH_SECONDS: Final = 60.0
_LARGEST: Final = 500_000
_TIMEOUT: Final = urllib3.Timeout(connect=5, read=10)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Departure:
    """Somebody who is sent to the provider: where to, and the state that they come back with."""

    address: str
    state: str


@dataclass(frozen=True, slots=True)
class Return:
    """Somebody who came back from the provider, with a code to ask it with who they are."""

    state: str
    until: datetime
    code: str


class Provider:
    """One provider, as discovered at its issuer (OpenID Connect Discovery 1.0)."""

    def __init__(
        self, issuer: str, client_id: str, client_secret: str, callback: str, key: bytes
    ) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._callback = callback
        self._key = key
        self._pool = urllib3.PoolManager(timeout=_TIMEOUT, retries=False, maxsize=4)
        self._lock = threading.Lock()
        self._found: dict[str, Any] = {}
        self._found_at = 0.0
        self._keys: KeySet | None = None
        self._keys_at = 0.0

    def close(self) -> None:
        """Let go of its connections."""
        self._pool.clear()

    def depart(self) -> Departure:
        """Where to send somebody. Raises `ProviderUnreachable`."""
        ends = int((now() + STATE_LASTS).timestamp())
        drawn = f"{ends}.{secrets.token_urlsafe(24)}"
        state = f"{drawn}.{self._derived('state', drawn)}"
        address = prepare_grant_uri(
            self._discovered()["authorization_endpoint"],
            self._client_id,
            "code",
            redirect_uri=self._callback,
            scope="openid email profile",
            state=state,
            nonce=self._derived("nonce", state),
            code_challenge=create_s256_code_challenge(self._derived("verifier", state)),
            code_challenge_method="S256",
        )
        return Departure(str(address), state)

    def returned(self, query: Mapping[str, str], kept: str) -> Return:
        """Check what came back against what the browser `kept`. Raises `SignInRefused`."""
        state = query.get("state", "")
        drawn, _, signature = state.rpartition(".")
        good = hmac.compare_digest(signature.encode(), self._derived("state", drawn).encode())
        if not good or not hmac.compare_digest(state.encode(), kept.encode()):
            raise SignInRefused("This sign-in did not begin here, in this browser: begin anew.")
        until = datetime.fromtimestamp(int(drawn.partition(".")[0]), UTC)
        if until <= now():
            raise SignInRefused("This sign-in took too long: begin anew.")
        if query.get("iss", self._issuer) != self._issuer:  # RFC 9207
            raise SignInRefused("Another provider answered.")
        if "error" in query or not query.get("code"):
            raise SignInRefused("The provider did not let you in.")
        return Return(state, until, query["code"])

    def identity(self, back: Return) -> Identity:
        """Who the provider says that it is.

        Raises `SignInRefused` when its word is not good, `ProviderUnreachable`.
        """
        answer = self._redeemed(back)
        try:
            claims = self._checked(answer, self._derived("nonce", back.state))
        except (JoseError, ValueError, TypeError, KeyError) as error:
            log.warning("the provider's word is refused", extra={"reason": type(error).__name__})
            raise SignInRefused("What the provider says of you is not valid.") from error
        email = claims.get("email")
        return Identity(
            issuer=self._issuer,
            subject=_subject(claims),
            email=email if isinstance(email, str) else None,
            email_verified=claims.get("email_verified") is True,
        )

    def _redeemed(self, back: Return) -> dict[str, Any]:
        """What the token endpoint gives for the code (RFC 6749, section 4.1.3)."""
        found = self._discovered()
        fields = {
            "grant_type": "authorization_code",
            "code": back.code,
            "redirect_uri": self._callback,
            "code_verifier": self._derived("verifier", back.state),
        }
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        methods = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if "client_secret_basic" in methods:
            pair = f"{quote(self._client_id, safe='')}:{quote(self._client_secret, safe='')}"
            headers |= urllib3.make_headers(basic_auth=pair)
        else:
            fields |= {"client_id": self._client_id, "client_secret": self._client_secret}
        status, answer = self._ask("POST", found["token_endpoint"], headers, fields)
        if status >= 500:
            raise ProviderUnreachable("The provider cannot answer now.")
        if status != 200:
            raise SignInRefused("The provider does not stand by its answer: begin anew.")
        return answer

    def _checked(self, answer: dict[str, Any], nonce: str) -> dict[str, Any]:
        token = answer["id_token"]
        try:
            decoded = jwt.decode(token, self._key_set(), algorithms=ALGORITHMS)
        except JoseError:
            # It may have changed its keys since they were read.
            decoded = jwt.decode(token, self._key_set(anew=True), algorithms=ALGORITHMS)
        wanted = {
            "iss": {"essential": True, "value": self._issuer},
            "aud": {"essential": True, "value": self._client_id},
        }
        params = {
            "nonce": nonce,
            "client_id": self._client_id,
            "access_token": answer.get("access_token"),
        }
        claims = CodeIDToken(decoded.claims, decoded.header, wanted, params)
        claims.validate(now=int(now().timestamp()), leeway=LEEWAY_SECONDS)
        return dict(claims)

    def _discovered(self) -> dict[str, Any]:
        with self._lock:
            if not self._found or time.monotonic() - self._found_at > _KNOWN_SECONDS:
                address = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
                found = self._fetched(address)
                self._refuse_discovery(found)
                self._found, self._found_at = found, time.monotonic()
            return self._found

    def _refuse_discovery(self, found: dict[str, Any]) -> None:
        """Its issuer is the one that was asked, and a safe one has no unsafe endpoints."""
        endpoints = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        scheme = "https://" if self._issuer.startswith("https://") else "http"
        good = all(str(found.get(name, "")).startswith(scheme) for name in endpoints)
        if found.get("issuer") != self._issuer or not good:
            raise ProviderUnreachable("What is at DERMIS_OIDC_ISSUER does not describe itself so.")

    def _key_set(self, *, anew: bool = False) -> KeySet:
        address = self._discovered()["jwks_uri"]
        with self._lock:
            age = time.monotonic() - self._keys_at
            if self._keys is None or age > (_REFETCH_SECONDS if anew else _KNOWN_SECONDS):
                self._keys = KeySet.import_key_set(self._fetched(address))  # type: ignore[arg-type]
                self._keys_at = time.monotonic()
            return self._keys

    def _fetched(self, address: str) -> dict[str, Any]:
        status, found = self._ask("GET", address, {"Accept": "application/json"}, None)
        if status != 200:
            raise ProviderUnreachable("The provider cannot answer now.")
        return found

    def _ask(
        self, method: str, address: str, headers: dict[str, str], fields: dict[str, str] | None
    ) -> tuple[int, dict[str, Any]]:
        try:
            answer = self._pool.request(
                method,
                address,
                headers=headers,
                body=urlencode(fields) if fields else None,
                redirect=False,
                preload_content=False,
            )
            data = answer.read(_LARGEST, decode_content=True)
            answer.drain_conn()
            found = orjson.loads(data)
        except (urllib3.exceptions.HTTPError, orjson.JSONDecodeError) as error:
            raise ProviderUnreachable("The provider cannot be reached now.") from error
        if not isinstance(found, dict):
            raise ProviderUnreachable("The provider does not answer as one.")
        return answer.status, found

    def _derived(self, purpose: str, text: str) -> str:
        """A secret for one purpose, that only who has the signing key can make."""
        digest = hmac.digest(self._key, f"sso {purpose} {text}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _subject(claims: Mapping[str, Any]) -> str:
    """At most 255 ASCII characters, as the standard has it."""
    subject = claims["sub"]
    if not isinstance(subject, str) or not subject or len(subject) > 255 or "\0" in subject:
        raise SignInRefused("The provider does not say who you are.")
    return subject
