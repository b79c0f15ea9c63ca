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
from api.paging import page_request
from api.v1.naming import operation_name
from content import changes
from content.published import Page, PageRequest

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
            document = schema.dump(found)
            if isinstance(found, Page):
                # The items first, for people who read it.
                items = document.pop("items")
                document = {"items": items, **document, "next": _cursor(found, query)}
            document = _sparse(document, query.get("fields_"), paged=isinstance(found, Page))
            response = Response(orjson.dumps(document), mimetype="application/json")
            if document.get("next") and isinstance(found, Page):
                response.headers["Link"] = f'<{_next_address(document["next"])}>; rel="next"'
            return caching.finish(
                response,
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


def wanted_page(query: dict[str, Any]) -> PageRequest:
    """The page that the query of this request asks for. Raises `Invalid` for a wrong cursor."""
    return page_request(house().cursors, request.path, query)


def _reflected(found: Any, logged: int) -> int:
    """The point of the log that an answer shows: an index may lag behind the snapshot."""
    own = getattr(found, "sequence", None)
    return logged if own is None else min(own, logged)


def _cursor(page: Page[Any], query: dict[str, Any]) -> str | None:
    return house().cursors.seal(page.next, request.path, query) if page.next else None


def _next_address(cursor: str) -> str:
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
    return f"{request.path}?{urlencode([*kept, ('cursor', cursor)])}"


def _sparse(document: dict[str, Any], names: list[str] | None, *, paged: bool) -> dict[str, Any]:
    """Keep the named members; of a list, the members of each of its items."""
    if names is None:
        return document
    if paged:
        kept = [_keep(item, names) for item in document["items"]]
        return {**document, "items": kept}
    return _keep(document, names)


def _keep(document: dict[str, Any], names: list[str]) -> dict[str, Any]:
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
