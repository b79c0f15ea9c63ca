"""The OpenAPI document and the page that shows it; both work offline."""

from typing import Final

import orjson
from flask import Blueprint, Flask, Response
from flask_smorest import Api
from flask_swagger_ui import get_swaggerui_blueprint

from api.auth import public
from api.caching import entity_tag

PAGE: Final = "/api/v1/docs"
DOCUMENT: Final = "/api/v1/openapi.json"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""What the page may load: its own files, which come with the installed package."""


def register(app: Flask, api: Api) -> None:
    """Serve the document of `api`, and the page."""
    body = orjson.dumps(api.spec.to_dict())
    tag = entity_tag(body)
    documents = Blueprint("documents", __name__)

    @documents.get(DOCUMENT)
    @public
    def openapi() -> Response:
        response = Response(body, mimetype="application/json")
        response.set_etag(tag)
        response.headers["Cache-Control"] = "public, max-age=300"
        return response

    @documents.get(PAGE)
    @public
    def page() -> Response:
        # Without its last slash the page would look for its files beside itself.
        return Response(status=302, headers={"Location": f"{PAGE}/"})

    app.register_blueprint(documents)
    viewer = get_swaggerui_blueprint(PAGE, DOCUMENT, config={"app_name": "Dermis"})
    app.register_blueprint(viewer)
    for endpoint, view in app.view_functions.items():
        if endpoint.startswith(f"{viewer.name}."):
            public(view)
