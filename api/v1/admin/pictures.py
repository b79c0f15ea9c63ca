"""Pictures over HTTP: adding them, what they show, who agreed, and where they are used."""

import binascii
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from typing import Any, Final, NamedTuple

from flask import request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from api.auth import guarded
from api.house import house
from api.parsing import StrictParser, body_bytes, json_body, load_strictly, object_of
from api.v1.admin.answering import matches, reads, writes
from api.v1.admin.picture_schemas import (
    NewPictureIn,
    PictureOut,
    PicturePageOut,
    PicturePatchIn,
    PicturesQuery,
    PictureUsePageOut,
)
from api.v1.admin.schemas import NoQuery
from api.v1.queries import PageQuery
from api.v1.turning import wanted_page
from content import illustrating
from content.authorising import Scope
from content.errors import Invalid, Reason
from content.illustrating import Lack, PictureUse
from content.library import Work
from content.models import Picture, now
from content.picturing import Developed, develop
from content.published import Page

blueprint = Blueprint(
    "admin-media",
    __name__,
    url_prefix="/api/v1/admin/media",
    description="Pictures, with what they show and who agreed",
)
blueprint.ARGUMENTS_PARSER = StrictParser()

_BODY: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        "application/json": {"schema": NewPictureIn},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {"type": "string", "format": "binary"},
                    "about": {"$ref": "#/components/schemas/PicturePatchIn"},
                },
                "additionalProperties": False,
            }
        },
    },
}


class _Sent(NamedTuple):
    """A picture as it will be kept, and what is said of it."""

    developed: Developed
    digest: str
    about: Mapping[str, Any]


def _developed(view: Callable[..., Any]) -> Callable[..., Any]:
    """Pass the picture that was sent, made anew and on the disk.

    Before the unit of work: whoever writes does not wait for it. What is refused afterwards leaves
    a file that nothing names, which is swept.
    """

    @wraps(view)
    def answer() -> Any:
        form = request.mimetype == "multipart/form-data"
        data, about = _uploaded() if form else _in_json()
        developed = develop(data)
        return view(_Sent(developed, house().files.keep(developed.data), about))

    return answer


@blueprint.get("")
@guarded(Scope.READ)
@blueprint.arguments(PicturesQuery, location="query")
@reads(blueprint, PicturePageOut)
def pictures(session: Session, query: dict[str, Any]) -> Page[Picture]:
    """List pictures

    Newest first; `lacks` keeps those without alternative text, that nothing shows, or whose
    consent is missing, expires soon, has expired or was withdrawn.
    """
    lack = Lack(query["lacks"]) if "lacks" in query else None
    within = timedelta(days=query["expiring_days"])
    return illustrating.pictures(session, lack, now(), within, wanted_page(query))


@blueprint.post("")
@guarded(Scope.WRITE)
@blueprint.doc(requestBody=_BODY)
@_developed
@writes(blueprint, PictureOut, status=201)
def add_picture(work: Work, sent: _Sent) -> Picture:
    """Add a picture

    JPEG, PNG or WebP, as told by its bytes: as `file` of a form, with `about` in JSON beside it,
    or all in JSON. It is encoded anew, without what cameras and programs write into it, such as
    where it was taken. SVG and moving pictures are refused.
    """
    return illustrating.add_picture(work, sent.developed, sent.digest, sent.about)


@blueprint.get("/<media_id>")
@guarded(Scope.READ)
@blueprint.arguments(NoQuery, location="query")
@reads(blueprint, PictureOut)
def picture(session: Session, query: dict[str, Any], media_id: str) -> Picture:
    """Get what is known of a picture"""
    return illustrating.picture(session, media_id)


@blueprint.patch("/<media_id>")
@guarded(Scope.WRITE)
@matches(blueprint)
@blueprint.arguments(PicturePatchIn)
@writes(blueprint, PictureOut)
def change_picture(
    work: Work, body: dict[str, Any], media_id: str, expected: int | None
) -> Picture:
    """Change what is said of a picture

    New words reach readers when an article is published again. A consent counts at once: without
    it nobody is shown the picture any more, and the change log has each live article that shows
    it, which takes the scope `publish` as well. `usage` names them.
    """
    return illustrating.change_picture(work, media_id, expected, body)


@blueprint.delete("/<media_id>")
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description="Articles show it: which ones.")
@matches(blueprint)
@writes(blueprint, None, status=204)
def remove_picture(work: Work, media_id: str, expected: int | None) -> None:
    """Delete a picture

    409 naming the articles whose draft or live edition shows it, if there are any.
    """
    illustrating.remove_picture(work, media_id, expected)


@blueprint.get("/<media_id>/usage")
@guarded(Scope.READ)
@blueprint.arguments(PageQuery, location="query")
@reads(blueprint, PictureUsePageOut)
def picture_usage(session: Session, query: dict[str, Any], media_id: str) -> Page[PictureUse]:
    """List the articles that show a picture

    In their live edition, their draft, or both.
    """
    return illustrating.uses(session, media_id, wanted_page(query))


def _in_json() -> tuple[bytes, dict[str, Any]]:
    """The picture and what is said of it from a JSON body."""
    about = load_strictly(NewPictureIn(), json_body(request))
    try:
        return b64decode(about.pop("file"), validate=True), about
    except (binascii.Error, ValueError) as error:
        raise _refused("/file", "The file is not in Base64 (RFC 4648).", "not_base64") from error


def _uploaded() -> tuple[bytes, dict[str, Any]]:
    """The picture and what is said of it from a form."""
    body_bytes(request)  # Refuses what the form's parser would cut.
    uploads = list(request.files.items(multi=True))
    if [name for name, _ in uploads] != ["file"]:
        raise _refused("/file", "Send one file, as 'file'.", "required")
    fields = list(request.form.items(multi=True))
    if [name for name, _ in fields] not in ([], ["about"]):
        raise _refused("", "Beside 'file' send nothing but one 'about', in JSON.", "unknown")
    about = object_of(fields[0][1].encode()) if fields else {}
    return uploads[0][1].stream.read(), load_strictly(PicturePatchIn(), about)


def _refused(pointer: str, detail: str, code: str) -> Invalid:
    return Invalid("What was sent is not acceptable.", [Reason(pointer, code, detail)])
