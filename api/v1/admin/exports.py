"""The archive of the whole library over HTTP."""

from itertools import chain
from typing import Any, Final

from flask import Response
from flask_smorest import Blueprint

from api.auth import guarded
from api.house import house
from api.parsing import StrictParser
from api.v1.queries import Query
from api.versions import MADE_BY
from content import exporting
from content.authorising import Scope

blueprint = Blueprint(
    "admin-export",
    __name__,
    url_prefix="/api/v1/admin/export",
    description="The whole library as one file",
)
blueprint.ARGUMENTS_PARSER = StrictParser()

_ZIP: Final = "application/zip"
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Disposition": 'attachment; filename="library.zip"',
}


@blueprint.get("")
@guarded(Scope.ADMIN)
@blueprint.doc(operationId="adminExportLibrary")
@blueprint.arguments(Query, location="query")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type=_ZIP)
def export_library(query: dict[str, Any]) -> Response:
    """Export the whole library

    One zip file of JSON lines and pictures, with a manifest: content and its history, the change
    log with its numbers, reviews, people and the audit, but no password, token or session. It is
    of the moment at which it was asked for, and sent while it is made: a file that was cut off
    has no manifest, and is refused when it is loaded. `dermis load` loads it into an empty
    library; there is no request for that, because it makes a whole library, those who may do what
    included.
    """
    pieces = exporting.export(house().library, house().files, MADE_BY)
    # The first is read now, so that a database that is away is told by the status.
    return Response(chain([next(pieces)], pieces), mimetype=_ZIP, headers=_HEADERS)
