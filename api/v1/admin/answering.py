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
from api.fields import Toggle
from api.house import house
from api.parsing import StrictParser, refuse_body, refuse_query
from api.v1.admin.keying import sent_act
from api.v1.naming import operation_name
from api.v1.turning import next_cursor
from content import repeating
from content.library import Work
from content.models import KeptAnswer
from content.published import Page
from content.repeating import Act

View = TypeVar("View", bound=Callable[..., Any])

REPEATABLE: Final = "dermis_repeatable"
"""What a view has that heeds `Idempotency-Key`; a test looks for it at every POST."""

_REVISION: Final = re.compile(r"[0-9]{1,18}")
_IF_MATCH: Final = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string"},
    "description": "The ETag that was read, so that nobody's edit is overwritten; `*` for any.",
}
_DRY_RUN: Final = {
    "in": "query",
    "name": "dry_run",
    "schema": {"type": "boolean", "default": False},
    "description": "Whether to answer what would come of it, and to store nothing.",
}

_HTML: Final = {
    "description": "OK",
    "content": {
        "text/html": {
            "schema": {"type": "string"},
            "example": "<p>Rest for a <del>week</del><ins>month</ins>.</p>",
        }
    },
}


class DryRunQuery(Schema):
    """Whether only to show what would come of it."""

    dry_run = Toggle(load_default=False)


def reads(
    blueprint: Blueprint, shape: type[Schema], *, page: Callable[[Any], Response] | None = None
) -> Callable[[View], View]:
    """Document the answer of a view called as `view(session, query, ...)`, and make it.

    Whoever rather has HTML, by `format` or by `Accept`, gets the `page` where there is one.
    """
    schema = shape()

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(query: dict[str, Any], **path: Any) -> Response:
            with house().library.reading() as session:
                found = view(session, query, **path)
                if page is not None and _wants_html(query):
                    return page(found)
                return _answer(schema, found, 200, query)

        documented = blueprint.response(200, shape)(answer)
        if page is not None:
            documented = blueprint.doc(responses={200: _HTML})(documented)
        return _documented(blueprint, view, documented)

    return decorate


def writes(
    blueprint: Blueprint,
    shape: type[Schema] | None,
    status: int = 200,
    *,
    rehearsed: bool = False,
    secret: bool = False,
) -> Callable[[View], View]:
    """Document the answer of a view called as `view(work, ...)`; all of it is stored, or nothing.

    The answer is made before the commit and sent after it: nothing unsaid is stored, and nothing
    is said that was not. No write takes a query, but for `dry_run` where it can be `rehearsed`:
    then all is done, answered and undone. Without `@blueprint.arguments` it takes no body.

    A POST that is repeated with its `Idempotency-Key` is answered as the first time, and not done
    again; one that shows a `secret` is answered 409, for the secret is kept nowhere.
    """
    schema = shape() if shape else None

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(*arguments: Any, **path: Any) -> Response:
            dry = _wants_rehearsal(rehearsed=rehearsed)
            if not arguments:
                refuse_body(request)
            act = None if dry else sent_act()
            with house().library.writing(actor()) as work:
                kept = repeating.begin(work, act) if act else None
                if kept:
                    made = _repeated(kept)
                else:
                    found = view(work, *arguments, **path)
                    work.session.flush()
                    made = _answer(schema, found, status)
                    if act:
                        _keep(work, act, made, secret=secret)
                if dry:
                    work.session.rollback()
                    # What it names was never stored: no edit may be guarded by it.
                    made.headers.pop("ETag", None)
            # Returned outside of the block: only then it is committed.
            return made

        setattr(answer, REPEATABLE, True)
        documented = blueprint.response(status, shape)(answer)
        if rehearsed:
            documented = _with_parameter(blueprint, documented, _DRY_RUN)
        return _documented(blueprint, view, documented)

    return decorate


def _keep(work: Work, act: Act, made: Response, *, secret: bool) -> None:
    if secret:
        document = made.get_json()
        repeating.keep_secret(work, act, made.status_code, document.get("id"))
    else:
        headers = {name: value for name, value in made.headers if name != "Content-Length"}
        repeating.keep(work, act, made.status_code, headers, made.get_data(as_text=True))


def _repeated(kept: KeptAnswer) -> Response:
    return Response(kept.body, kept.status, headers=kept.headers)


def is_repeated() -> bool:
    """Whether this request was done before under its key: what it would send stays unsent."""
    act = sent_act()
    if act is None:
        return False
    with house().library.reading() as session:
        return repeating.is_done(session, actor().identity, act)


def settles(
    blueprint: Blueprint, shape: type[Schema] | None, status: int = 200
) -> Callable[[View], View]:
    """Document the answer of a view called as `view(...)`, and make it.

    For acts that open their own units of work: because a refusal is written down too, or because
    nobody shall wait for the database meanwhile.
    """
    schema = shape() if shape else None

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(*arguments: Any, **path: Any) -> Response:
            refuse_query(request)
            return _answer(schema, view(*arguments, **path), status)

        return _documented(blueprint, view, blueprint.response(status, shape)(answer))

    return decorate


def matches(blueprint: Blueprint, *, required: bool = True) -> Callable[[View], View]:
    """Document `If-Match`, and pass the revision that it names as `expected`; None for `*`.

    428 without the header where it is required, else None; 400 when it lists several tags: one
    thing is edited, in one state.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def matched(*arguments: Any, **path: Any) -> Any:
            return view(*arguments, **path, expected=_expected_revision(required=required))

        parameter = {**_IF_MATCH, "required": required}
        documented: View = _with_parameter(blueprint, matched, parameter)
        return documented

    return decorate


def _expected_revision(*, required: bool) -> int | None:
    """A tag that cannot be a revision matches nothing, hence 412 by way of -1."""
    sent = request.headers.get("If-Match")
    if sent is None and required:
        raise Problem(
            428,
            "precondition-required",
            "Send If-Match with the ETag that you read, so that nobody's edit is overwritten.",
        )
    if sent is None or sent.strip() == "*":
        return None
    if "," in sent:
        raise Problem(400, "malformed-precondition", "Send one entity tag as If-Match.")
    tag = bare_tag(sent)
    return int(tag) if _REVISION.fullmatch(tag) else -1


def _wants_html(query: dict[str, Any]) -> bool:
    """Whether HTML is asked for; a browser that says nothing else says it in its `Accept`."""
    if "format" in query:
        return bool(query["format"] == "html")
    accepted = request.accept_mimetypes
    return accepted["text/html"] > accepted["application/json"]


def _wants_rehearsal(*, rehearsed: bool) -> bool:
    if not rehearsed:
        refuse_query(request)
        return False
    query = StrictParser().parse(DryRunQuery(), request, location="query")
    return bool(query["dry_run"])


def _with_parameter(blueprint: Blueprint, view: Any, parameter: dict[str, Any]) -> Any:
    """Document one more parameter beside those that are."""
    known = getattr(view, "_apidoc", {}).get("manual_doc", {}).get("parameters", [])
    return blueprint.doc(parameters=[*known, parameter])(view)


def _documented(blueprint: Blueprint, view: View, answer: Any) -> View:
    name = operation_name(view)
    operation = f"admin{name[0].upper()}{name[1:]}"
    named: View = blueprint.doc(operationId=operation)(answer)
    return named


def _answer(
    schema: Schema | None, found: Any, status: int, query: dict[str, Any] | None = None
) -> Response:
    if schema is None:
        return Response(status=status, headers={"Cache-Control": "no-store"})
    document = schema.dump(found)
    if isinstance(found, Page):
        document["next"] = next_cursor(found, query or {})
    response = Response(orjson.dumps(document), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    revision = document.get("revision")
    if revision is not None:
        response.set_etag(str(revision))
    return response
