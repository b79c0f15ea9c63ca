"""Search: the sections that answer what a visitor typed."""

from typing import Any

from flask_smorest import Blueprint

from api.auth import public
from api.house import house
from api.parsing import StrictParser
from api.v1 import queries, schemas
from api.v1.delivering import delivers
from api.v1.turning import wanted_page
from content.finding import FoundSection, find
from content.published import Page
from content.searching import Resume, SearchQuery
from content.statements import Snapshot

blueprint = Blueprint("search", __name__, url_prefix="/api/v1", description="Sections by words")
blueprint.ARGUMENTS_PARSER = StrictParser()


@blueprint.get("/search")
@public
@blueprint.arguments(queries.SearchQueryIn, location="query")
@delivers(blueprint, schemas.SearchOut)
def search(session: Snapshot, query: dict[str, Any]) -> Page[FoundSection]:
    """Search sections

    Best first. Words in quotes must occur as they stand; everything else is plain words. A hit
    is a whole section, with the sentences that match marked. 503 while the index is being made.
    """
    page = wanted_page(query)
    asked = SearchQuery(
        text=query["q"],
        types=query.get("type", ()),
        topics=query["topic"],
        locale=query.get("locale"),
        article=query.get("article"),
        limit=page.limit,
        after=Resume(*page.after) if page.after else None,
    )
    words = house().vocabularies.current(session)
    return find(session, house().index, asked, words, body_format=query["format"], count=page.count)
