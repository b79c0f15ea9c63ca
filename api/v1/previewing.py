"""Delivering previews: an edition that has a link, and nothing of it is remembered anywhere.

What is remembered is put there by `delivering` alone, and a request with a link never comes to
it: none of its answers, and no part of one, can be given to anybody else.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

import orjson
from flask import Response
from sqlalchemy.orm import Session

from api.errors import Problem
from api.house import house
from api.v1 import schemas
from api.v1.delivering import JSON, wanted_members
from api.v1.dumping import compiled
from api.v1.including import OF_PREVIEWS, whole_preview
from content import previewing
from content.models import Article, Preview
from content.previewing import PARAMETER, Previews
from content.published import PublishedPicture

View = TypeVar("View", bound=Callable[..., Any])

ENDINGS: Final = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
"""Of each type of picture that is kept what its file's name ends with."""

_REFUSED: Final = {
    "at": "A preview shows an edition as it is now.",
    "fallback": "A preview shows the edition that its link is bound to.",
}
_PREVIEWED: Final = " and ".join(OF_PREVIEWS)
_PRIVATE: Final = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}
_dump = compiled(schemas.WholeArticleOut())


def previews() -> Previews:
    """What makes and opens links here."""
    return Previews(house().settings.signing_key())


def address_of(session: Session, of: Preview, links: Previews) -> dict[str, str]:
    """The secret of a link, and the address that it opens."""
    secret = links.secret(of)
    slug = quote(session.get_one(Article, of.article_id).slug)
    base = house().settings.public_url
    query = urlencode({PARAMETER: secret})
    return {"token": secret, "url": f"{base}/api/v1/articles/{slug}?{query}"}


def shows_previews(view: View) -> View:
    """Answer a request that has a link with its edition; put it under `@blueprint.arguments`."""

    @wraps(view)
    def answer(query: dict[str, Any], slug: str) -> Any:
        secret = query.pop(PARAMETER, None)
        return view(query, slug=slug) if secret is None else _preview(secret, query, slug)

    return answer  # type: ignore[return-value]  # The wrapper has the view's signature.


def shows_previewed_pictures(view: View) -> View:
    """Answer a request that has a link with a picture of its edition; put it as the other one."""

    @wraps(view)
    def answer(query: dict[str, Any], media_id: str) -> Any:
        secret = query.pop(PARAMETER, None)
        return view(query, media_id=media_id) if secret is None else _picture(secret, media_id)

    return answer  # type: ignore[return-value]  # The wrapper has the view's signature.


def _picture(secret: str, media_id: str) -> Response:
    with house().library.reading() as session:
        found = previewing.previewed_picture(session, previews(), secret, media_id)
    data = house().files.read(found.digest)
    return Response(data, mimetype=found.type, headers={**_PRIVATE, **picture_headers(found)})


def picture_headers(picture: PublishedPicture) -> dict[str, str]:
    """What is said of a picture besides its type: a name to save it by, and that sites embed it."""
    name = f'inline; filename="{picture.id}.{ENDINGS[picture.type]}"'
    return {"Content-Disposition": name, "Cross-Origin-Resource-Policy": "cross-origin"}


def _preview(secret: str, query: dict[str, Any], slug: str) -> Response:
    _refuse_what_has_no_sense(query)
    with house().library.reading() as session:
        shown = previewing.previewed(
            session,
            previews(),
            secret,
            slug,
            body_format=query["format"],
            types=tuple(query.get("types", ())),
        )
    found = whole_preview(shown.article, list(shown.references), query)
    document = wanted_members(_dump(found), query)
    response = Response(orjson.dumps(document), mimetype=JSON, headers=_PRIVATE)
    response.headers["Content-Language"] = found.locale
    return response


def _refuse_what_has_no_sense(query: dict[str, Any]) -> None:
    entries = [
        {"parameter": name, "detail": detail, "code": "not_of_previews"}
        for name, detail in _REFUSED.items()
        if query.get(name) is not None and query[name] is not False
    ]
    entries += [
        {
            "parameter": "include",
            "detail": f"A preview includes {_PREVIEWED}, not {name}: that is of what is published.",
            "code": "not_of_previews",
        }
        for name in query.get("include", ())
        if name not in OF_PREVIEWS
    ]
    if entries:
        raise Problem(422, "invalid", "This cannot be asked of a preview.", entries)
