"""The OpenAPI document and the page that shows it; both work offline."""

from pathlib import Path
from typing import Any, Final

import flask_swagger_ui
import orjson
from flask import Blueprint, Flask, Response, send_from_directory

from api.auth import public
from api.caching import entity_tag

PAGE: Final = "/api/v1/docs"
DOCUMENT: Final = "/api/v1/openapi.json"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""What the page may load: its own files, which come with an installed package."""

_ASSETS: Final = Path(flask_swagger_ui.__file__).parent / "dist"
_HTML: Final = f"""<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Dermis: the API</title>
<link rel="stylesheet" href="{PAGE}/swagger-ui.css">
<link rel="icon" href="{PAGE}/favicon-32x32.png">
<div id="page"></div>
<script src="{PAGE}/swagger-ui-bundle.js"></script>
<script src="{PAGE}/start.js"></script>
"""
# A file of its own, because the policy lets no inline script run.
_START: Final = (
    f'SwaggerUIBundle({{url: "{DOCUMENT}", dom_id: "#page", deepLinking: true, '
    "docExpansion: 'list', defaultModelsExpandDepth: 0});"
)


def register(app: Flask, document: dict[str, Any]) -> None:
    """Serve the OpenAPI document, and the page."""
    body = orjson.dumps(document)
    documents = Blueprint("documents", __name__)

    @documents.get(DOCUMENT)
    @public
    def openapi() -> Response:
        response = Response(body, mimetype="application/json")
        response.set_etag(entity_tag(body))
        response.headers["Cache-Control"] = "public, max-age=300"
        return response

    @documents.get(PAGE)
    @public
    def page() -> Response:
        return Response(_HTML, mimetype="text/html")

    @documents.get(f"{PAGE}/start.js")
    @public
    def start() -> Response:
        return Response(_START, mimetype="text/javascript")

    @documents.get(f"{PAGE}/<name>")
    @public
    def asset(name: str) -> Response:
        return send_from_directory(_ASSETS, name, max_age=86_400)

    app.register_blueprint(documents)
