"""The OpenAPI document and the page that shows it; both work offline."""

from collections.abc import Iterator
from typing import Any, Final

import orjson
from flask import Blueprint, Flask, Response
from flask_smorest import Api
from flask_swagger_ui import get_swaggerui_blueprint

from api.auth import public
from api.caching import entity_tag
from api.errors import TITLES

PAGE: Final = "/api/v1/docs"
DOCUMENT: Final = "/api/v1/openapi.json"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""What the page may load: its own files, which come with the installed package."""

Json = dict[str, Any]

_PATH_PARAMETERS: Final = {
    "slug": "The article's slug, which is in its address.",
    "anchor_or_type": "The section's anchor, or a section type.",
    "section_id": "The section's id, the same in every edition.",
    "kind": "The topic's kind, such as `procedure`.",
    "key": "The topic's key, such as `microneedling`.",
    "article_id": "The article's id.",
    "proposal_id": "The proposal's id.",
    "token_id": "The token's id.",
}
_TEXT: Final[Json] = {"type": "string"}
_ENTRY: Final[Json] = {
    "type": "object",
    "properties": {
        "pointer": {**_TEXT, "description": "Where in the body or the edition (RFC 6901)."},
        "parameter": {**_TEXT, "description": "Or which query parameter."},
        "detail": {**_TEXT, "description": "What is wrong, and what would be right."},
        "code": {**_TEXT, "description": "Stable, for programs."},
    },
    "required": ["detail", "code"],
}
_PROBLEM: Final[Json] = {
    "type": "object",
    "description": "Every error has this shape (RFC 9457).",
    "properties": {
        "type": {**_TEXT, "format": "uri"},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "instance": {**_TEXT, "format": "uri-reference"},
        "request_id": {**_TEXT, "description": "Also in `X-Request-Id`, and in the log."},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/ProblemEntry"}},
    },
    "required": ["type", "title", "status", "detail", "instance", "request_id"],
}


def register(app: Flask, api: Api) -> None:
    """Serve the document of `api`, and the page."""
    body = orjson.dumps(completed(api.spec.to_dict()))
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


def completed(document: Json) -> Json:
    """The document with what follows for each operation from what it declares: its errors."""
    components = document["components"]
    components["schemas"] |= {"Problem": _PROBLEM, "ProblemEntry": _ENTRY}
    components["responses"] = {_name(status): _answer(title) for status, title in TITLES.items()}
    components["responses"]["Error"] = _answer("Any other error")
    for path in document["paths"].values():
        for parameter in path.get("parameters", ()):
            parameter["description"] = _PATH_PARAMETERS[parameter["name"]]
        for method in {"get", "post", "put", "patch", "delete"} & path.keys():
            _add_errors(path[method], method, located="parameters" in path)
    return document


def _add_errors(operation: Json, method: str, *, located: bool) -> None:
    responses = operation["responses"]
    if "security" not in operation:
        responses["304"] = {"description": "The client has it already (`If-None-Match`)"}
    for status in sorted(set(_statuses(operation, method, located=located))):
        responses[str(status)] = {"$ref": f"#/components/responses/{_name(status)}"}
    responses["default"] = {"$ref": "#/components/responses/Error"}


def _statuses(operation: Json, method: str, *, located: bool) -> Iterator[int]:
    """Which errors an operation answers, by what it takes."""
    yield from (400, 422, 503)
    if located:
        yield 404
    if "security" in operation:
        yield from (401, 403)
        if method != "get":
            yield 409
    if "requestBody" in operation:
        yield from (413, 415)
    if any(parameter["name"] == "If-Match" for parameter in operation.get("parameters", ())):
        yield from (412, 428)


def _name(status: int) -> str:
    return "".join(word.capitalize() for word in TITLES[status].split())


def _answer(description: str) -> Json:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": description,
        "content": {"application/problem+json": {"schema": schema}},
    }
