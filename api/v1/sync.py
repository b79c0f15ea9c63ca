"""The change log and the manifest: how a front end's copy, or a static build, keeps up."""

from typing import Any

from flask_smorest import Blueprint

from api.auth import public
from api.parsing import StrictParser
from api.v1 import queries, schemas
from api.v1.delivering import delivers
from api.v1.turning import wanted_page
from content import reading
from content.published import ChangePage, ListedArticle, Page
from content.statements import Snapshot

blueprint = Blueprint("sync", __name__, url_prefix="/api/v1", description="Keeping copies current")
blueprint.ARGUMENTS_PARSER = StrictParser()


@blueprint.get("/changes")
@public
@blueprint.arguments(queries.ChangesQuery, location="query")
@delivers(blueprint, schemas.ChangePageOut)
def list_changes(session: Snapshot, query: dict[str, Any]) -> ChangePage:
    """List changes

    What readers see differently after the sequence number `since`, in order: upserts, and
    tombstones for what went. `dependants` names what else shows the article, or did until then:
    hubs of topics and lists of section types. Go on with `since=<next>`; `next` is null when
    these were the last, and `sequence` is where the log stands.

    Changes that were made together, as by a release, have one number, with one item for each
    article. They are never parted: a page ends after the last change of a number, and is then
    longer than `limit`. Take all of a number before you show any of it.
    """
    return reading.changes_since(session, query["since"], query["limit"])


@blueprint.get("/manifest")
@public
@blueprint.arguments(queries.ManifestQuery, location="query")
@delivers(blueprint, schemas.ManifestPageOut)
def manifest(session: Snapshot, query: dict[str, Any]) -> Page[ListedArticle]:
    """List everything

    Every published article with its digest, which changes whenever anything that readers see of
    it does. Pin a build to one point with `at=<Content-Sequence>`; to keep a copy current
    afterwards, go on with the changes since that point.
    """
    return reading.manifest(session, wanted_page(query), at=query.get("at"))
