"""A small OpenID provider on this machine, which can be told to misbehave."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import orjson
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from flask import Flask, Response, redirect, request
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Response as Answer

CLIENT: Final = "dermis"
SECRET: Final = "the provider's own word: 100 %"

Json = dict[str, Any]


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - as it is there.
        """Say nothing."""


@dataclass
class Word:
    """What the provider says of who signs in; a test changes it."""

    claims: Json = field(default_factory=dict)
    """Put over the right claims; what is None is left out."""
    signed: Callable[[Json], str] | None = None
    """Signs in its own way."""
    token_status: int = 200


class OpenIdProvider:
    """A provider with one person, who agrees to everything.

    It holds to the code flow with PKCE: a code is good once, for who asked, and its verifier.
    """

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, parameters={"kid": "one", "use": "sig"})
        self.word = Word()
        self.person: Json = {"sub": "248289761001"}
        self.discovery: Json = {}
        self.redeemed = 0
        self._codes: dict[str, Json] = {}
        self._server = make_server(
            "127.0.0.1", 0, self._app(), threaded=True, request_handler=_Quiet
        )
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def visit(self, address: str) -> str:
        """Go where the site sends a browser, and agree: where the browser is sent back to."""
        client = self._server.app.test_client()  # type: ignore[attr-defined]
        sent = client.get(urlsplit(address)._replace(scheme="", netloc="").geturl())
        assert sent.status_code == 302, sent.get_data(as_text=True)
        back = urlsplit(sent.headers["Location"])
        return f"{back.path}?{back.query}"

    def signed(self, claims: Json, key: RSAKey | OctKey | None = None, alg: str = "RS256") -> str:
        """Claims as an ID token."""
        return jwt.encode(
            {"alg": alg, "kid": self.key.kid or ""}, claims, key or self.key, algorithms=[alg]
        )

    def _app(self) -> Flask:
        app = Flask("provider", static_folder=None)
        app.add_url_rule("/.well-known/openid-configuration", "discovery", self._describe)
        app.add_url_rule("/keys", "keys", lambda: _json(KeySet([self.key]).as_dict(private=False)))
        app.add_url_rule("/authorise", "authorise", self._authorise)
        app.add_url_rule("/token", "token", self._redeem, methods=["POST"])
        return app

    def _describe(self) -> Response:
        return _json(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorise",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                **self.discovery,
            }
        )

    def _authorise(self) -> Answer:
        asked = {
            name: values[0] for name, values in parse_qs(request.query_string.decode()).items()
        }
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        query = urlencode({"code": code, "state": asked["state"], "iss": self.issuer})
        return redirect(f"{asked['redirect_uri']}?{query}")

    def _redeem(self) -> Response:
        who, form = request.authorization, request.form
        asked = self._codes.pop(form["code"], None)
        self.redeemed += 1
        # RFC 6749, section 2.3.1: both are encoded as forms are.
        if who is None or (who.username, who.password) != (CLIENT, _form_encoded(SECRET)):
            return _json({"error": "invalid_client"}, 401)
        if asked is None or asked["redirect_uri"] != form["redirect_uri"]:
            return _json({"error": "invalid_grant"}, 400)
        if create_s256_code_challenge(form["code_verifier"]) != asked["code_challenge"]:
            return _json({"error": "invalid_grant"}, 400)
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": int(time.time()),
            "exp": int(time.time()) + 300,
            "nonce": asked["nonce"],
            **self.person,
            **self.word.claims,
        }
        said = {name: value for name, value in claims.items() if value is not None}
        token = self.word.signed(said) if self.word.signed else self.signed(said)
        answer = {"access_token": "unused", "token_type": "Bearer", "id_token": token}
        return _json(answer, self.word.token_status)


def _form_encoded(text: str) -> str:
    return urlencode({"": text})[1:].replace("+", "%20")


def _json(document: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(document), status, mimetype="application/json")
