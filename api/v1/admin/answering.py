"""How an admin route answers: in one snapshot or one unit of work, with the revision as its tag."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar

import orjson
from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema

from api.auth import actor
from api.caching import bare_tag
from api.errors import Problem
from api.house import house
from api.paging import page_request
from api.v1.naming import operation_name
from content.published import Page, PageRequest

View = TypeVar("View", bound=Callable[..., Any])

_REVISION: Final = re.compile(r"[0-9]{1,18}")


def reads(blueprint: Blueprint, shape: type[Schema]) -> Callable[[View], View]:
    """Document the answer of a view called as `view(session, ...)`, and make it."""
    schema = shape()

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(*arguments: Any, **path: Any) -> Response:
            with house().library.reading() as session:
                return _answer(schema, view(session, *arguments, **path), 200)

        return _documented(blueprint, view, blueprint.response(200, shape)(answer))

    return decorate


def writes(
    blueprint: Blueprint, shape: type[Schema] | None, status: int = 200
) -> Callable[[View], View]:
    """Document the answer of a view called as `view(work, ...)`; all of it is stored, or nothing.

    The answer is made before the commit and sent after it: nothing unsaid is stored, and nothing
    is said that was not.
    """
    schema = shape() if shape else None

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(*arguments: Any, **path: Any) -> Response:
            with house().library.writing(actor()) as work:
                found = view(work, *arguments, **path)
                work.session.flush()
                made = _answer(schema, found, status)
            return made  # noqa: RET504 - Returned outside of the block: only then it is committed.

        return _documented(blueprint, view, blueprint.response(status, shape)(answer))

    return decorate


def expected_revision() -> int | None:
    """The revision that `If-Match` names; None for `*`. 428 without the header, 400 if malformed.

    A tag that cannot be a revision matches nothing, hence 412 by way of -1.
    """
    sent = request.headers.get("If-Match")
    if sent is None:
        raise Problem(
            428,
            "precondition-required",
            "Send If-Match with the ETag that you read, so that nobody's edit is overwritten.",
        )
    if sent.strip() == "*":
        return None
    tag = bare_tag(sent)
    return int(tag) if _REVISION.fullmatch(tag) else -1


def wanted_page(query: dict[str, Any]) -> PageRequest:
    """The page that the query of this request asks for."""
    return page_request(house().cursors, request.path, query)


def _documented(blueprint: Blueprint, view: View, answer: Any) -> View:
    name = operation_name(view)
    operation = f"admin{name[0].upper()}{name[1:]}"
    named: View = blueprint.doc(operationId=operation, security=[{"bearer": []}])(answer)
    return named


def _answer(schema: Schema | None, found: Any, status: int) -> Response:
    if schema is None:
        return Response(status=status, headers={"Cache-Control": "no-store"})
    document = schema.dump(found)
    if isinstance(found, Page):
        sealed = (
            house().cursors.seal(found.next, request.path, request.args) if found.next else None
        )
        document["next"] = sealed
    response = Response(orjson.dumps(document), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    revision = document.get("revision")
    if revision is not None:
        response.set_etag(str(revision))
    return response
