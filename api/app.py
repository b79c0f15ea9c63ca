"""The one place where the pieces meet."""

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from wsgiref.types import WSGIApplication

from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask, Response, g, has_request_context, request
from flask_smorest import Api

from api import auth, bounding, docs, errors, health, limiting, measuring
from api.answers import ANSWER
from api.caching import Lifetime
from api.cross_origin import Sharing
from api.fronting import REQUEST_ID, Front
from api.hardening import DATA, HEADERS
from api.house import House, furnish
from api.indexing import index_of
from api.metering import Meter
from api.observations import Observations
from api.paging import Cursors
from api.proxies import BehindProxies
from api.remembering import Memory
from api.settings import Settings
from api.uses import Uses
from api.v1 import (
    answers,
    delivery,
    describing,
    media,
    naming,
    search,
    suggestions,
    sync,
    syndication,
)
from api.v1.admin import (
    articles,
    audit,
    bulk,
    corrections,
    duplicates,
    exports,
    faqs,
    history,
    imports,
    indexing,
    insight,
    phrases,
    pictures,
    previews,
    redirects,
    references,
    releases,
    reports,
    schedules,
    sessions,
    sharing,
    sso,
    synonyms,
    tokens,
    topics,
    translations,
    trash,
    usage,
    users,
    webhooks,
    workflow,
)
from api.watching import watch_of
from content.expanding import Vocabularies
from content.library import Library
from content.models import new_id
from content.picture_files import PictureFiles
from content.searching.rebuilds import Rebuilds

if TYPE_CHECKING:
    from api.openid import Provider

VERSION: Final = "1.0.0"

_DELIVERY: Final = (delivery, search, suggestions, answers, sync, syndication, media)
_ADMIN: Final = (
    articles,
    previews,
    trash,
    schedules,
    releases,
    history,
    references,
    translations,
    pictures,
    faqs,
    usage,
    reports,
    workflow,
    redirects,
    sharing,
    bulk,
    duplicates,
    imports,
    corrections,
    phrases,
    topics,
    synonyms,
    insight,
    indexing,
    tokens,
    audit,
    exports,
    webhooks,
    users,
    sessions,
)


class PlainFlask(Flask):
    """Flask whose views are plain functions: it need not ask each of them for each request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The view as it is."""
        return func


class StrictApi(Api):
    """flask-smorest without its error handlers: ours answer in one shape and keep `Allow`.

    Nor does it document its own errors, entity tags and pages; `describing` documents ours.
    """

    def _register_error_handlers(self) -> None:
        return

    def _register_responses(self) -> None:
        return

    def _register_etag_headers(self) -> None:
        return

    def _register_pagination_header(self) -> None:
        return


def create_app(settings: Settings) -> Flask:
    """The application with these settings; it opens the library, and migrates nothing."""
    app = PlainFlask("dermis", static_folder=None)
    app.config.update(
        API_TITLE="Dermis",
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.1.0",
        MAX_CONTENT_LENGTH=settings.max_bytes,
        MAX_FORM_MEMORY_SIZE=settings.max_bytes,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        PROPAGATE_EXCEPTIONS=False,
    )
    # A redirect to the path with or without a slash would repeat the Host header.
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False
    library = Library(settings.database_url, settings.rules)
    index = index_of(settings)
    sharing = Sharing(settings.cors_origins)
    observations = Observations(library, settings.insight_days)
    meter = Meter()
    memory = Memory(library, watch_of(library), settings.cache_bytes)
    furnish(
        app,
        House(
            settings=settings,
            library=library,
            files=PictureFiles(settings.media_path),
            index=index,
            vocabularies=Vocabularies(),
            rebuilds=Rebuilds(index.wish),
            cursors=Cursors(settings.signing_key()),
            memory=memory,
            sharing=sharing,
            observations=observations,
            meter=meter,
            uses=Uses(library),
            provider=_provider_of(settings),
        ),
    )
    errors.register(app)
    measuring.register(app)
    app.before_request(_name_request)
    # What is refused for its address is counted all the same.
    limiting.register(app, settings)
    bounding.register(app)
    sharing.register(app)
    app.after_request(_harden)
    _route(app)
    auth.check_declarations(app)
    front: WSGIApplication = Front(
        app.wsgi_app,
        memory,
        sharing,
        Lifetime(settings.max_age),
        trusted_hosts=settings.trusted_hosts,
        count=observations.count,
        meter=meter,
    )
    if settings.trusted_proxies:
        front = BehindProxies(front, settings.trusted_proxies)
    app.wsgi_app = front  # type: ignore[assignment, method-assign]  # As Flask documents.
    return app


def request_fields() -> dict[str, object]:
    """Of the request that is answered, if one is, what its lines in the log have in common."""
    if not has_request_context():
        return {}
    return {"request_id": g.get("request_id"), "method": request.method, "path": request.path}


def _provider_of(settings: Settings) -> "Provider | None":
    """Where the settings name a provider; what it needs is an extra."""
    if settings.oidc_issuer is None:
        return None
    provider: type[Provider] = importlib.import_module("api.openid").Provider
    return provider(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret,
        f"{settings.public_url}{sso.CALLBACK}",
        settings.signing_key(),
    )


def _route(app: Flask) -> None:
    plugin = MarshmallowPlugin(schema_name_resolver=naming.schema_name)
    api = StrictApi(app, spec_kwargs={**_spec(), "marshmallow_plugin": plugin})
    api.ma_plugin.converter.add_attribute_function(naming.either_of)
    for module in (*_DELIVERY, *_ADMIN):
        api.register_blueprint(module.blueprint)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(measuring.blueprint)
    app.register_blueprint(sso.blueprint)
    schemas = {name: key[0] for key, name in api.ma_plugin.converter.refs.items()}
    document = describing.completed(api.spec.to_dict(), schemas, auth.declared(app))
    docs.register(app, document)


def _spec() -> dict[str, Any]:
    return {
        "info": {
            "title": "Dermis",
            "description": describing.ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
    }


def _name_request() -> None:
    sent = request.headers.get("X-Request-Id", "")
    g.request_id = sent if REQUEST_ID.fullmatch(sent) else new_id()


def _harden(response: Response) -> Response:
    if ANSWER in request.environ:  # What stands in front sends it with headers of its own.
        return response
    response.headers["X-Request-Id"] = g.get("request_id", "")
    response.headers.update(HEADERS)
    shown = request.path.startswith(docs.PAGE)
    # A view that answers a page has said what that page may do.
    response.headers.setdefault("Content-Security-Policy", docs.POLICY if shown else DATA)
    return response
