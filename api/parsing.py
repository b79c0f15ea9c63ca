"""Reading requests strictly: one JSON object, each parameter known and once, all reasons told."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, NoReturn
from urllib.parse import parse_qsl, unquote_to_bytes

import orjson
from flask import Request
from marshmallow import RAISE, Schema, ValidationError, fields
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge

from api.errors import Problem
from api.fields import Several
from content.drafts import nearest

_UNKNOWN: Final = "Unknown field."
_MAX_ENTRIES: Final = 100
_MAX_DEPTH: Final = 32

_REMEMBERED_BYTES: Final = 256
_MOST_REMEMBERED: Final = 2_048
# Queries that are remembered with what they mean: few kilobytes each, and most say nothing.


class StrictParser(FlaskParser):
    """How every route reads its body and its query."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012 - webargs reads it as a class attribute.
        "json": RAISE,
        "query": RAISE,
        "files": RAISE,
        "form": RAISE,
    }

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The body as JSON; 415 unless it says so, 400 unless it is."""
        return json_body(req)

    def parse(
        self, argmap: Any, req: Request | None = None, *, location: str | None = None, **how: Any
    ) -> Any:
        """What a request says at a place; a query that was read before is not read again."""
        if location != "query":
            return super().parse(argmap, req, location=location, **how)
        asking = req or self.get_default_request()
        query = asking.query_string
        read = _remembered if len(query) <= _REMEMBERED_BYTES else _read_query
        return dict(read(argmap, query))

    def handle_error(
        self,
        error: ValidationError,
        req: Request,
        schema: Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        """Answer 422 with every reason, each with its place."""
        messages = error.messages if isinstance(error.messages, dict) else {"json": error.messages}
        raise _refusal(messages, schema) from error


class BeaconParser(StrictParser):
    """The same for routes to which pages report: a beacon says of its text that it is plain.

    With `application/json` a browser asks other origins first whether it may send that with
    cookies, which nobody may; what says `text/plain` it sends at once.
    """

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The body as JSON, also where it says that it is plain text."""
        return json_body(req, plain=True)


def _read_query(shape: type[Schema] | Schema, query: bytes) -> dict[str, Any]:
    """The query as the schema has it; a parameter that takes one value may be given once."""
    schema = shape if isinstance(shape, Schema) else _schema(shape)
    _check_encoding(query)
    try:
        loaded: dict[str, Any] = schema.load(_parameters(query, schema), unknown=RAISE)
    except ValidationError as error:
        raise _refusal({"query": error.messages}, schema) from error
    return loaded


_schema: Final = lru_cache(lambda shape: shape())
_remembered: Final = lru_cache(_MOST_REMEMBERED)(_read_query)


def _parameters(query: bytes, schema: Schema) -> dict[str, Any]:
    given: dict[str, list[str]] = {}
    for name, value in parse_qsl(query.decode(), keep_blank_values=True):
        given.setdefault(name, []).append(value)
    found: dict[str, Any] = {}
    twice = []
    for name, values in given.items():
        field = _asked_as(schema, name)
        if isinstance(field, fields.List):
            found[name] = values
        elif isinstance(field, Several):
            found[name] = ",".join(values)
        else:
            found[name] = values[0]
            twice += [name] if len(values) > 1 else []
    if twice:
        raise ValidationError({name: ["Give it once."] for name in twice})
    return found


def _asked_as(schema: Schema, name: str) -> Any:
    """The field that a parameter is for; None for an unknown one."""
    by_key = {field.data_key: field for field in schema.fields.values() if field.data_key}
    return by_key.get(name) or schema.fields.get(name)


def load_strictly(schema: Schema, document: Any) -> dict[str, Any]:
    """Load what came otherwise than through the parser, with the same answers to what is wrong."""
    try:
        loaded: dict[str, Any] = schema.load(document, unknown=RAISE)
    except ValidationError as error:
        raise _refusal({"json": error.messages}, schema) from error
    return loaded


def refuse_query(req: Request) -> None:
    """Refuse every parameter, on a route that takes none."""
    StrictParser().parse(Schema(), req, location="query")


def refuse_body(req: Request) -> None:
    """Refuse every field, on a route that takes none; nothing and `{}` are both none."""
    if body_bytes(req):
        load_strictly(Schema(), json_body(req))


def _refusal(messages: Mapping[str, Any], schema: Schema) -> Problem:
    entries = [
        _entry(location, path, detail, schema)
        for location, found in messages.items()
        for path, detail in _flatten(found, ())
    ]
    return Problem(422, "invalid", "What was sent is not acceptable.", entries[:_MAX_ENTRIES])


def json_body(req: Request, *, plain: bool = False) -> Any:
    """The body, parsed: strict JSON (RFC 8259), no NaN, no lone surrogates, 64-bit integers.

    415 unless it says that it is JSON, or `plain` text where that will do.
    """
    if not req.is_json and not (plain and req.mimetype == "text/plain"):
        sent = req.mimetype or "nothing"
        raise Problem(
            415, "unsupported-media-type", f"Send application/json; this body says {sent}."
        )
    data = body_bytes(req)
    if not data.strip():
        raise Problem(400, "malformed-json", "The body is empty; a JSON object is expected.")
    return object_of(data)


def object_of(data: bytes) -> dict[str, Any]:
    """The JSON object that these bytes are; 400 unless they are one."""
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Problem(
            400, "malformed-json", f"The body is not JSON: {error.msg} ({where})."
        ) from error
    if not isinstance(document, dict):
        raise Problem(400, "malformed-json", "The body must be a JSON object.")
    _check_depth(document)
    return document


def body_bytes(req: Request) -> bytes:
    """The whole body, or 413: also when it came in chunks and was cut at the limit."""
    limit = req.max_content_length
    data = req.get_data(cache=True)
    # Of a body without a length Werkzeug silently drops what is beyond the limit.
    if limit is not None and req.content_length is None and len(data) >= limit:
        raise RequestEntityTooLarge
    return data


def _check_encoding(query: bytes) -> None:
    try:
        unquote_to_bytes(query).decode()
    except UnicodeDecodeError as error:
        raise Problem(400, "malformed-query", "The query is not encoded in UTF-8.") from error


def _check_depth(document: Any) -> None:
    level = [document]
    for _ in range(_MAX_DEPTH):
        level = [child for each in level for child in _children(each)]
        if not level:
            return
    raise Problem(400, "malformed-json", f"The body is nested deeper than {_MAX_DEPTH} levels.")


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _flatten(messages: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _flatten(inner, (*path, str(name)))
    else:
        for message in messages if isinstance(messages, list) else [messages]:
            yield path, str(message)


def _entry(location: str, path: tuple[str, ...], detail: str, schema: Schema) -> dict[str, str]:
    code = "invalid"
    path = tuple(part for part in path if part != "_schema")
    if detail == _UNKNOWN:
        code = "unknown"
        fields_here = _schema_at(schema, path[:-1]).fields
        known = [field.data_key or name for name, field in fields_here.items()]
        what = "parameter" if location == "query" else "field"
        detail = f"'{path[-1][:60]}' is not a {what} here{nearest(path[-1], known)}"
        detail += f" Known: {', '.join(sorted(known))}." if known else ""
    if location == "query":
        return {"parameter": path[0] if path else "", "detail": detail, "code": code}
    pointer = "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in path)
    return {"pointer": pointer, "detail": detail, "code": code}


def _schema_at(schema: Schema, path: tuple[str, ...]) -> Schema:
    """The nested schema that a path leads to."""
    for part in path:
        field: Any = schema.fields.get(part)
        if isinstance(field, fields.List):
            field = field.inner
        if isinstance(field, fields.Nested):
            schema = field.schema
    return schema
