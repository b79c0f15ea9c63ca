"""What the OpenAPI document says of every operation alike: its errors and its path."""

from collections.abc import Iterator
from typing import Any, Final

from api.errors import TITLES

Json = dict[str, Any]

_METHODS: Final = ("get", "post", "put", "patch", "delete")
_PATH_PARAMETERS: Final = {
    "slug": "The article's slug, which is in its address.",
    "anchor_or_type": "The section's anchor, or a section type.",
    "section_id": "The section's id, the same in every edition.",
    "kind": "The topic's kind, such as `procedure`.",
    "key": "The topic's key, such as `microneedling`.",
    "article_id": "The article's id.",
    "proposal_id": "The proposal's id.",
    "token_id": "The token's id.",
    "phrase_id": "The phrase's id.",
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
_RETRY_AFTER: Final[Json] = {
    "required": True,
    "schema": {"type": "integer", "minimum": 1},
    "description": "Seconds to wait.",
}


def completed(document: Json) -> Json:
    """The document with what follows for each operation from what it declares."""
    components = document["components"]
    components["schemas"] |= {"Problem": _PROBLEM, "ProblemEntry": _ENTRY}
    components["responses"] = {_name(status): _answer(title) for status, title in TITLES.items()}
    for status in (429, 503):
        components["responses"][_name(status)]["headers"] = {"Retry-After": _RETRY_AFTER}
    components["responses"]["Error"] = _answer("Any other error")
    for path in document["paths"].values():
        for parameter in path.get("parameters", ()):
            parameter["description"] = _PATH_PARAMETERS[parameter["name"]]
        for method in _METHODS:
            if method in path:
                _add_errors(path[method], method, located="parameters" in path)
    return document


def _add_errors(operation: Json, method: str, *, located: bool) -> None:
    responses = operation["responses"]
    if "security" not in operation:
        responses["304"] = {"description": "The client has it already (`If-None-Match`)"}
    for status in sorted(_statuses(operation, method, located=located)):
        responses[str(status)] = {"$ref": f"#/components/responses/{_name(status)}"}
    responses["default"] = {"$ref": "#/components/responses/Error"}


def _statuses(operation: Json, method: str, *, located: bool) -> Iterator[int]:
    """Which errors an operation answers, by what it takes."""
    yield from (400, 414, 422, 429, 503)
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
