"""How a delivery route answers: from one snapshot, remembered until the log says otherwise."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

import orjson
from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema

from api.answers import ANSWER, SPELLING, Answer, Header, validators
from api.caching import scopes_of, tags_of
from api.coding import negotiated
from api.errors import Problem
from api.hardening import DATA, HEADERS
from api.house import house
from api.v1.dumping import Dump, compiled
from api.v1.languages import locales_of
from api.v1.naming import operation_name
from api.v1.turning import next_cursor
from content import changes
from content.answering import GivenAnswer
from content.models import now
from content.published import Nothing, Page
from content.scopes import EVERYTHING, Scope
from content.suggesting import Suggestions

View = TypeVar("View", bound=Callable[..., Any])

Shape = type[Schema] | dict[str, Any]

JSON = "application/json"
INDEXED: Final = timedelta(minutes=10)
"""How long an answer of the index is remembered, if nothing changes.

An index that is built anew answers as before, and one that is damaged not at all; but should one
ever have been wrong, then its being mended is no news of the log.
"""

_OF_THE_INDEX: Final = (Page, GivenAnswer, Nothing, Suggestions)
# What may reflect another point of the log than the snapshot that it was read with.

_ARTICLE = "article-"
_ALWAYS = "fallback"
# Nobody shall take a text in another language for the one that was asked for.


@dataclass(frozen=True, slots=True)
class Rendered:
    """An answer that is no plain JSON of what was found: its bytes, and what it was made of."""

    body: bytes
    media_type: str
    of: Any
    headers: tuple[Header, ...] = ()
    policy: str = DATA
    """Its content security policy."""
    lifetime: str | None = None
    """Its `Cache-Control`, where that is another than the usual one."""
    lasting: bool = True
    """Whether it may be kept in memory; what is large and lies in a file need not be."""


def delivers(blueprint: Blueprint, shape: Shape, media_type: str = JSON) -> Callable[[View], View]:
    """Document the answer of a view, and make it.

    The view is called as `view(session, query, **path)`, with a consistent snapshot, and returns
    a published thing, a `Page` of them, `Nothing`, which is a 204 that the view has to document,
    or something `Rendered`, which is always what it returns where `shape` is no schema but a part
    of an OpenAPI document. It is called only when no answer to the same question is remembered.
    Put it under `@blueprint.arguments`.
    """
    dump = compiled(shape()) if isinstance(shape, type) else _undeclared

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(query: dict[str, Any], **path: Any) -> Response:
            _refuse_codings()
            # Settled first: whatever is made from the query, cursors too, must be the same for
            # all who share the answer.
            query = {name: _settled(value) for name, value in query.items()}
            key = _question(request.path, query)
            request.environ[ANSWER] = house().memory.work_out(
                key,
                request.environ.get(SPELLING, key),
                lambda: _answer(key, view, dump, query, path),
            )
            return Response()  # What stands in front of Flask sends the answer.

        return documented(blueprint, shape, media_type, answer, view)

    return decorate


def documented(
    blueprint: Blueprint, shape: Shape, media_type: str, answer: Any, view: View
) -> View:
    """Tell the OpenAPI document what the view answers."""
    described: View = blueprint.response(200, shape, content_type=media_type)(
        blueprint.doc(operationId=operation_name(view))(answer)
    )
    return described


def _refuse_codings() -> None:
    if negotiated(request.headers.get("Accept-Encoding")) is None:
        raise Problem(
            406, "not-acceptable", "Accept one of br, zstd, gzip or identity as content coding."
        )


def _question(path: str, query: Mapping[str, Any]) -> str:
    """One key for all spellings of a settled question: parameters in order, defaults filled in."""
    # A spelling ends with a path, so that none can be a key.
    return f"{path}\n{sorted(query.items())!r}"


def _settled(value: Any) -> Any:
    return sorted(set(value)) if isinstance(value, list) else value


def _answer(
    key: str, view: Any, dump: Dump, query: dict[str, Any], path: Mapping[str, Any]
) -> Answer:
    at = query.get("at")
    expires = None
    with house().library.snapshot() as session:
        if at is not None:
            expires = changes.check_point(session, at, _snapshots())
        found = view(session, query, **path)
        reflected, changed_at = changes.point(session, at)
    rendered = _rendered(dump, found, query)
    tags = frozenset(tags_of(rendered.of))
    own = rendered.of.sequence if isinstance(rendered.of, _OF_THE_INDEX) else None
    if own is not None:
        expires = now() + INDEXED
    return Answer(
        key,
        rendered.body,
        rendered.media_type,
        reflected if own is None else min(own, reflected),
        headers=[
            *validators(
                modified=getattr(rendered.of, "updated_at", changed_at),
                tags=tags,
            ),
            ("Vary", house().sharing.vary),
            *HEADERS,
            ("Content-Security-Policy", rendered.policy),
            *_language(rendered.of),
            *rendered.headers,
        ],
        articles=_articles(rendered.of, tags) if at is None else frozenset(),
        scopes=_scopes(rendered.of, at, expires),
        pinned=at is not None,
        expires=expires,
        # An index may lag behind the library; its answer is true only for a moment.
        lasting=rendered.lasting and (own is None or own == reflected),
        observed=getattr(rendered.of, "observed", None),
        lifetime=("Cache-Control", rendered.lifetime) if rendered.lifetime else None,
    )


def _undeclared(found: Any) -> dict[str, Any]:
    raise TypeError(f"A {type(found).__name__} was to be rendered by its view.")


def _language(of: Any) -> list[Header]:
    """The language of what is all in one."""
    spoken = set(locales_of(of))
    return [("Content-Language", spoken.pop())] if len(spoken) == 1 else []


def _snapshots() -> timedelta:
    return timedelta(days=house().settings.snapshot_days)


def _scopes(of: Any, at: int | None, expires: datetime | None) -> tuple[Scope, ...]:
    """What else could change the answer: of one that is pinned, only the end of its time.

    Of the last point it is not known before the next change.
    """
    if at is None:
        return scopes_of(of)
    return (EVERYTHING,) if expires is None else ()


def _articles(of: Any, tags: frozenset[str]) -> frozenset[str]:
    """The articles that the answer shows, or that decide on where its page ends."""
    shown = {tag.removeprefix(_ARTICLE) for tag in tags if tag.startswith(_ARTICLE)}
    return frozenset(shown | set(getattr(of, "beyond", ())))


def _rendered(dump: Dump, found: Any, query: dict[str, Any]) -> Rendered:
    if isinstance(found, Nothing):
        return Rendered(b"", JSON, found)
    return found if isinstance(found, Rendered) else _as_json(dump, found, query)


def _as_json(dump: Dump, found: Any, query: dict[str, Any]) -> Rendered:
    document = dump(found)
    if not isinstance(found, Page):
        return _json(wanted_members(document, query), found)
    names = query.get("fields_")
    # The items first, for people who read it.
    items = document.pop("items")
    kept = [_keep(item, names) for item in items] if names else items
    cursor = next_cursor(found, query)
    link = [("Link", f'<{_next_address(cursor)}>; rel="next"')] if cursor else []
    return _json({"items": kept, **document, "next": cursor}, found, *link)


def wanted_members(document: dict[str, Any], query: Mapping[str, Any]) -> dict[str, Any]:
    """What `fields` keeps of a document; all of it where that is not given."""
    names = query.get("fields_")
    if names and document.get(_ALWAYS):
        names = [*names, _ALWAYS]
    return _keep(document, names) if names else document


def _json(document: dict[str, Any], of: Any, *headers: Header) -> Rendered:
    return Rendered(orjson.dumps(document), JSON, of, headers)


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
