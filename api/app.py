"""The one place where the pieces meet."""

import re
from typing import Any, Final

from flask import Flask, Response, g, redirect, request
from flask_smorest import Api
from flask_swagger_ui import get_swaggerui_blueprint

from api import auth, cross_origin, errors, health
from api.auth import public
from api.house import House, furnish
from api.paging import Cursors
from api.settings import Settings
from api.v1 import delivery, search, sync
from api.v1.admin import articles, imports, tokens, topics
from content.library import Library
from content.models import new_id
from content.searching.whoosh_index import WhooshIndex

VERSION: Final = "1.0.0"
DOCS: Final = "/api/v1/docs"
OPENAPI: Final = "/api/v1/openapi.json"

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
_DOCS_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)


class StrictApi(Api):  # type: ignore[misc]  # flask-smorest carries no types.
    """flask-smorest without its error handlers: ours answer in one shape and keep `Allow`."""

    def _register_error_handlers(self) -> None:
        return


def create_app(settings: Settings) -> Flask:
    """The application with these settings; it opens the library, and migrates nothing."""
    app = Flask("dermis", static_folder=None)
    app.config.update(
        API_TITLE="Dermis",
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
        MAX_CONTENT_LENGTH=settings.max_bytes,
        MAX_FORM_MEMORY_SIZE=settings.max_bytes,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        PROPAGATE_EXCEPTIONS=False,
    )
    # A redirect to the path with or without a slash would repeat the Host header.
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False
    furnish(
        app,
        House(
            settings=settings,
            library=Library(settings.database_url),
            index=WhooshIndex(settings.home / "index"),
            cursors=Cursors(settings.signing_key()),
        ),
    )
    errors.register(app)
    app.before_request(_name_request)
    cross_origin.register(app, settings.cors_origins)
    app.after_request(_harden)
    _route(app)
    auth.check_declarations(app)
    return app


def _route(app: Flask) -> None:
    api = StrictApi(app, spec_kwargs=_spec())
    for module in (delivery, search, sync, articles, imports, topics, tokens):
        api.register_blueprint(module.blueprint)
    app.register_blueprint(health.blueprint)
    docs = get_swaggerui_blueprint(DOCS, OPENAPI, config={"app_name": "Dermis"})
    app.register_blueprint(docs)
    app.add_url_rule(DOCS, "docs", public(lambda: redirect(f"{DOCS}/", 302)))
    for endpoint, view in app.view_functions.items():
        if endpoint.startswith(("swagger_ui.", "api-docs.")):
            public(view)


def _spec() -> dict[str, Any]:
    return {
        "info": {
            "title": "Dermis",
            "description": "Typed sections of beauty and medical-aesthetics articles.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
    }


def _name_request() -> None:
    sent = request.headers.get("X-Request-Id", "")
    g.request_id = sent if _REQUEST_ID.fullmatch(sent) else new_id()


def _harden(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    if request.path.startswith(DOCS):
        response.headers["Content-Security-Policy"] = _DOCS_POLICY
    else:
        response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return response
