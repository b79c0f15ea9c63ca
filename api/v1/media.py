"""Pictures for readers: the bytes of those that live articles show."""

from typing import Any, Final

from flask_smorest import Blueprint

from api.auth import public
from api.house import house
from api.parsing import StrictParser
from api.v1 import queries
from api.v1.delivering import Rendered, delivers
from api.v1.previewing import ENDINGS, picture_headers, shows_previewed_pictures
from content import reading
from content.models import now
from content.statements import Snapshot

blueprint = Blueprint("media", __name__, url_prefix="/api/v1", description="Pictures of articles")
blueprint.ARGUMENTS_PARSER = StrictParser()

_BYTES: Final[dict[str, Any]] = {"type": "string", "format": "binary"}
_FOR_EVER: Final = "public, max-age=31536000, immutable"


@blueprint.get("/media/<media_id>")
@public
@blueprint.doc(
    responses={
        "200": {
            "description": "The picture.",
            "content": {kind: {"schema": _BYTES} for kind in ENDINGS},
        }
    }
)
@blueprint.arguments(queries.PictureQuery, location="query")
@shows_previewed_pictures
@delivers(blueprint, _BYTES, "image/png")
def picture(session: Snapshot, query: dict[str, Any], media_id: str) -> Rendered:
    """Get a picture

    Of those that a live article shows; 404 for all others, whether they exist or not. The bytes at
    an address never change, so caches may keep them for ever, but for pictures of people, who may
    withdraw their consent: those are cached no longer than articles are. With `preview`, as the
    HTML of a preview has it, it is one of that edition, which no cache may keep.
    """
    found = reading.picture(session, media_id, now())
    return Rendered(
        house().files.read(found.digest),
        found.type,
        found,
        tuple(picture_headers(found).items()),
        lifetime=None if found.shows_person else _FOR_EVER,
        lasting=False,
    )
