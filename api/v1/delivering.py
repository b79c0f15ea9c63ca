"""How a delivery route answers: from one snapshot, with cursors, validators and cache tags."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

import orjson
from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema

from api import caching
from api.house import house
from api.v1.naming import operation_name
from api.v1.turning import next_cursor
from content import changes
from content.published import Page

View = TypeVar("View", bound=Callable[..., Any])


def delivers(blueprint: Blueprint, shape: type[Schema]) -> Callable[[View], View]:
    """Document the answer of a view, and make it.

    The view is called as `view(session, query, **path)`, with a consistent snapshot, and returns
    a published thing or a `Page` of them. Put it under `@blueprint.arguments`.
    """
    schema = shape()

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(query: dict[str, Any], **path: Any) -> Response:
            with house().library.reading() as session:
                found = view(session, query, **path)
                logged, logged_at = changes.latest(session)
            return caching.finish(
                _response(schema.dump(found), found, query),
                max_age=house().settings.max_age,
                sequence=_reflected(found, logged),
                modified=getattr(found, "updated_at", logged_at),
                tags=caching.tags_of(found),
            )

        documented: View = blueprint.response(200, shape)(
            blueprint.doc(operationId=operation_name(view))(answer)
        )
        return documented

    return decorate


def _response(document: dict[str, Any], found: Any, query: dict[str, Any]) -> Response:
    names = query.get("fields_")
    if not isinstance(found, Page):
        return _json(_keep(document, names) if names else document)
    # The items first, for people who read it.
    items = document.pop("items")
    kept = [_keep(item, names) for item in items] if names else items
    cursor = next_cursor(found, query)
    response = _json({"items": kept, **document, "next": cursor})
    if cursor:
        response.headers["Link"] = f'<{_next_address(cursor)}>; rel="next"'
    return response


def _json(document: dict[str, Any]) -> Response:
    return Response(orjson.dumps(document), mimetype="application/json")


def _reflected(found: Any, logged: int) -> int:
    """The point of the log that an answer shows: an index may lag behind the snapshot."""
    own = getattr(found, "sequence", None)
    return logged if own is None else min(own, logged)


def _next_address(cursor: str) -> str:
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
    return f"{request.path}?{urlencode([*kept, ('cursor', cursor)])}"


def _keep(document: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """The named members, dotted where they are nested."""
    kept: dict[str, Any] = {}
    for member, value in document.items():
        if member in names:
            kept[member] = value
            continue
        inner = [name.partition(".")[2] for name in names if name.startswith(f"{member}.")]
        if not inner or value is None:
            continue
        several = isinstance(value, list)
        kept[member] = [_keep(each, inner) for each in value] if several else _keep(value, inner)
    return kept
