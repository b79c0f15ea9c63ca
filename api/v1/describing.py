"""What the OpenAPI document says of every operation alike: errors, headers, examples."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import orjson
from marshmallow import Schema

from api.auth import PUBLIC
from api.errors import TITLES
from content.authorising import Role, Scope
from content.models import ArticleState
from content.published import BODY_FORMATS
from content.reviews import Freshness
from content.sections import SECTION_TYPES
from content.topics import KINDS

Json = dict[str, Any]

ABOUT: Final = """\
Typed sections of beauty and medical-aesthetics articles: mechanism, effectiveness, aftercare,
risks, questions and others, each with an address of its own.

**[The guide for front ends](/api/v1/docs/guide)** shows how to fetch from Next.js, build a static
site, keep a copy current, ask conditionally, and put nginx in front.
**[The guide for editors' tools](/api/v1/docs/editing)** goes through the twenty things that editors
do, from a pasted article to its history.

- **Reading needs no token** and shows what is published, never a draft. Try this:
  [all aftercare for microneedling](/api/v1/sections?type=aftercare&topic=procedure:microneedling).
- **Editing** is under `/admin`, with `Authorization: Bearer <token>`; `dermis token create` makes
  one. What exists is edited with the `If-Match` of what was read.
- **Lists** answer `items` and `next`; go on with `cursor=<next>` until it is null.
- **Every error** has one shape, `application/problem+json`, and names all that is wrong at once.

The examples were recorded from a library of sample articles, and the tests ask for each again.
"""

_METHODS: Final = ("get", "post", "put", "patch", "delete")
_PATH_PARAMETERS: Final = {
    "slug": "The article's slug, which is in its address.",
    "anchor_or_type": "The section's anchor, or a section type.",
    "section_id": "The section's id, the same in every edition.",
    "kind": "The topic's kind, such as `procedure`.",
    "key": "The topic's key, such as `microneedling`.",
    "article_id": "The article's id.",
    "edition_number": "The edition's number, from 1.",
    "point_number": "The saved point's number, from 1.",
    "shared_id": "The shared section's id.",
    "bulk_id": "The change's id.",
    "version_number": "The version's number, from 1.",
    "proposal_id": "The proposal's id.",
    "token_id": "The token's id.",
    "user_id": "The user's id.",
    "session_id": "The session's id.",
    "phrase_id": "The phrase's id.",
    "query_id": "The query's id.",
    "group_id": "The group's id.",
    "schedule_id": "The schedule's id.",
    "release_id": "The release's id.",
    "preview_id": "The preview's id.",
    "webhook_id": "The webhook's id.",
    "media_id": "The picture's id.",
    "locale": "A language tag, such as `en`.",
    "old_slug": "The slug that leads to the article.",
}
_IDEMPOTENCY_KEY: Final[Json] = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "A key of your own, such as a UUID, new for each act: sent again within 24 "
    "hours with the same body it is not done again, but answered as the first time "
    "(draft-ietf-httpapi-idempotency-key-header). An act that was refused has taken no key; one "
    "that is still being done answers 409 or 503; with another body, or at another address, it is "
    "422. What showed a secret answers 409, and names what was made.",
    "example": "8e03978e-40d5-43dd-bc93-6894a57f9324",
}
_LAST: Final = ("format", "fields", "limit", "cursor", "count")
_TEXT: Final[Json] = {"type": "string"}
_ENTRY: Final[Json] = {
    "type": "object",
    "description": "One thing that is wrong with what was sent.",
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
        "type": {
            **_TEXT,
            "format": "uri",
            "description": "The kind of the problem, `urn:dermis:problem:...`; stable.",
        },
        "title": {**_TEXT, "description": "The status in words."},
        "status": {"type": "integer", "description": "The status code, once more."},
        "detail": {**_TEXT, "description": "What went wrong this time."},
        "instance": {**_TEXT, "format": "uri-reference", "description": "The path asked for."},
        "request_id": {**_TEXT, "description": "Also in `X-Request-Id`, and in the log."},
        "errors": {
            "type": "array",
            "description": "All that is wrong with what was sent, where that is what went wrong.",
            "items": {"$ref": "#/components/schemas/ProblemEntry"},
        },
        "current": {
            "type": "object",
            "additionalProperties": True,
            "description": "What a section says now, as reading it answers; `ETag` is its tag.",
        },
        "merged": {
            "type": "object",
            "additionalProperties": True,
            "description": "All that could be merged; in the places of conflicts what is stored.",
        },
        "conflicts": {
            "type": "array",
            "description": "What two people changed differently: `pointer` into the section, "
            "`paragraph` of a text (from 1, in `merged`), and `base`, `theirs` and `mine`.",
            "items": {"type": "object", "additionalProperties": True},
        },
        "removed": {
            "type": "object",
            "additionalProperties": True,
            "description": "The last text of a section that is no longer there.",
        },
    },
    "required": ["type", "title", "status", "detail", "instance", "request_id"],
}
_RETRY_AFTER: Final[Json] = {
    "required": True,
    "schema": {"type": "integer", "minimum": 1},
    "description": "Seconds to wait.",
}
_HTML: Final = "text/html"
_PROBLEM_TYPE: Final = "application/problem+json"
_HEADERS: Final = {
    "ETag": "A strong validator of these bytes; send it back as `If-None-Match`.",
    "Cache-Control": "How long caches may keep the answer, and go on with it while it is stale.",
    "Content-Sequence": "The point of the change log that the answer reflects.",
    "Surrogate-Key": "Cache tags of what the answer shows, parted by spaces.",
    "Cache-Tag": "The same tags, parted by commas.",
}
"""What every delivery answer carries; a test looks whether it does."""

_WORDS: Final[Mapping[str, tuple[Sequence[str], str]]] = {
    "SectionTypeKey": (tuple(SECTION_TYPES), "What a section is about."),
    "TopicKind": (KINDS, "What kind of thing a topic is."),
    "BodyFormat": (BODY_FORMATS, "What bodies and answers are written in."),
    "ArticleState": (tuple(ArticleState), "What readers find at an article's address."),
    "Role": (tuple(Role), "What a person does in the house."),
    "Freshness": (tuple(Freshness), "Whether the text that readers see is signed."),
    "Scope": (tuple(Scope), "What a token allows."),
}
"""Words that are asked for and answered in many places: a client gets one type for each."""

_EXAMPLES: Final[Mapping[str, Json]] = orjson.loads(
    Path(__file__).with_name("examples.json").read_bytes()
)
"""Of each operation a request and its answers; recorded, see `tests/api/v1/documenting`."""


def completed(
    document: Json, schemas: Mapping[str, type[Schema]], access: Mapping[tuple[str, str], str]
) -> Json:
    """The document with what follows for each operation from what it declares.

    `schemas` are the classes of the components, by name: their docstrings become descriptions.
    `access` is the scope that each operation asks for, by method and path.
    """
    components = document["components"]
    for name, schema in schemas.items():
        components["schemas"][name]["description"] = _first_paragraph(schema)
    components["schemas"] |= {"Problem": _PROBLEM, "ProblemEntry": _ENTRY}
    components["headers"] = {name: _header(about) for name, about in _HEADERS.items()}
    other = _problem("Any other error.")
    other["content"][_PROBLEM_TYPE]["example"] = _EXAMPLES["default"]["answers"]["default"]
    components["responses"] = {"Error": other}
    for path, item in document["paths"].items():
        located = item.pop("parameters", [])
        for method in _METHODS:
            if method in item:
                _ask_for_token(item[method], access[method, path])
                _take_key(item[method], method)
                _locate(item[method], located)
                _complete(item[method], method, path, components["schemas"])
    _tell_defaults(document)
    named: Json = _with_names(document)
    named["components"]["schemas"] |= {
        name: {"type": "string", "enum": list(words), "description": about}
        for name, (words, about) in _WORDS.items()
    }
    return named


def _ask_for_token(operation: Json, scope: str) -> None:
    about = operation.get("description", "").replace("\n", " ")
    if scope != PUBLIC:
        operation["security"] = [{"bearer": [scope]}]
        about = f"{about}\n\nTakes a token with the scope `{scope}`.".strip()
    operation["description"] = about


def _take_key(operation: Json, method: str) -> None:
    """Every act of an editor can be repeated safely."""
    if method == "post" and "security" in operation:
        operation["parameters"] = [*operation.get("parameters", ()), {**_IDEMPOTENCY_KEY}]


def _locate(operation: Json, located: list[Json]) -> None:
    """Give an operation its own copy of its path's parameters, for an example of its own."""
    own = [{**each, "description": _PATH_PARAMETERS[each["name"]]} for each in located]
    if own:
        operation["parameters"] = [*own, *operation.get("parameters", ())]


def _place(parameter: Json) -> tuple[bool, bool, int]:
    """Where a parameter is shown: what finds the thing, what is filled in, how it is shown."""
    name, given = parameter["name"], "example" in parameter
    return parameter["in"] == "query", not given, _LAST.index(name) + 1 if name in _LAST else 0


def _complete(operation: Json, method: str, path: str, shapes: Json) -> None:
    for parameter in operation.get("parameters", ()):
        _part_by_commas(parameter)
    _add_errors(operation, method, path)
    if "security" not in operation and method == "get":
        _add_validators(operation["responses"])
    for answer in operation["responses"].values():
        for content in answer.get("content", {}).values():
            shape = content["schema"].get("$ref", "").rpartition("/")[2]
            if answer["description"] in {"OK", "Created"} and shape in shapes:
                answer["description"] = shapes[shape]["description"]
    _add_examples(operation, _EXAMPLES.get(operation["operationId"], {}))
    if "parameters" in operation:
        operation["parameters"].sort(key=_place)


def _add_validators(responses: Json) -> None:
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in _HEADERS}
    responses["200"]["headers"] = {**headers, **responses["200"].get("headers", {})}
    about = "The client has it already (`If-None-Match`)."
    responses["304"] = {"description": about, "headers": headers}


def _add_errors(operation: Json, method: str, path: str) -> None:
    """The errors that follow from what an operation takes, beside those that its view declares."""
    responses = operation["responses"]
    declared = {int(status) for status in responses if status.isdigit() and status >= "300"}
    for status in sorted(declared | set(_statuses(operation, method, path))):
        about = responses.get(str(status), {}).get("description")
        responses[str(status)] = _problem(about or f"{TITLES[status]}.")
    if "308" in responses:
        about = "Where it is now."
        responses["308"]["headers"] = {"Location": {"schema": _TEXT, "description": about}}
    responses["default"] = {"$ref": "#/components/responses/Error"}


def _statuses(operation: Json, method: str, path: str) -> Iterator[int]:
    scopes = [scope for each in operation.get("security", ()) for scope in each["bearer"]]
    yield from (400, 414, 422, 429, 503)
    if "{" in path:
        yield 404
    if scopes:
        yield 401
        # Every token may read.
        if scopes != [Scope.READ]:
            yield 403
    elif method == "get":
        yield from _statuses_of_reading(operation, path)
    if method != "get":
        yield from (413, 415)
    yield from _statuses_of_conditions(operation)


def _statuses_of_reading(operation: Json, path: str) -> Iterator[int]:
    yield 406
    if "{slug}" in path:
        yield from (308, 410)
    if any(parameter["name"] == "at" for parameter in operation.get("parameters", ())):
        yield 410


def _statuses_of_conditions(operation: Json) -> Iterator[int]:
    for parameter in operation.get("parameters", ()):
        if parameter["name"] == "If-Match":
            yield 412
            if parameter.get("required"):
                yield 428


def _add_examples(operation: Json, recorded: Json) -> None:
    """What was recorded; an optional parameter is only filled in where the request gives it."""
    asked, others = recorded.get("asked", {}), recorded.get("others", {})
    for parameter in operation.get("parameters", ()):
        name = parameter["name"]
        if name in asked:
            parameter["example"] = asked[name]
        elif name in others:
            parameter["schema"] = {**parameter["schema"], "examples": [others[name]]}
    if "body" in recorded:
        operation["requestBody"]["content"]["application/json"]["example"] = recorded["body"]
    for status, answer in recorded.get("answers", {}).items():
        for kind, content in operation["responses"].get(status, {}).get("content", {}).items():
            # What is answered in two forms was recorded in the first.
            if kind != _HTML or isinstance(answer, str):
                content["example"] = answer


def _part_by_commas(parameter: Json) -> None:
    """Say of a parameter that takes several words in one value how they are parted."""
    if parameter["schema"].get("type") == "array" and "explode" not in parameter:
        parameter |= {"style": "form", "explode": False}


def _tell_defaults(document: Json) -> None:
    """Say defaults of bodies in words.

    Generators of clients take a member with a `default` for one that is always there, and would
    have callers send it.
    """
    for schema in document["components"]["schemas"].values():
        for member in schema.get("properties", {}).values():
            default = member.pop("default", None)
            if default not in (None, ""):
                told = f"`{orjson.dumps(default).decode()}` if left out."
                member["description"] = f"{member.get('description', '')} {told}".strip()


def _with_names(part: Any) -> Any:
    """The same with a reference in place of each list of words that has a name."""
    if isinstance(part, list):
        return [_with_names(each) for each in part]
    if not isinstance(part, dict):
        return part
    found = {name: _with_names(value) for name, value in part.items()}
    for name, (words, _) in _WORDS.items():
        if found.get("type") == "string" and found.get("enum") == list(words):
            kept = {key: value for key, value in found.items() if key not in {"type", "enum"}}
            return {"$ref": f"#/components/schemas/{name}", **kept}
    return found


def _first_paragraph(schema: type[Schema]) -> str:
    return " ".join((schema.__doc__ or "").strip().partition("\n\n")[0].split())


def _header(description: str) -> Json:
    return {"description": description, "schema": _TEXT}


def _problem(description: str) -> Json:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": description,
        "content": {_PROBLEM_TYPE: {"schema": schema}},
    }
