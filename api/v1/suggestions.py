"""Suggestions: what a visitor may be about to type."""

from typing import Any

from flask_smorest import Blueprint

from api.auth import public
from api.house import house
from api.parsing import StrictParser
from api.v1 import queries, schemas
from api.v1.delivering import delivers
from content.statements import Snapshot
from content.suggesting import Suggestions, suggest

blueprint = Blueprint("suggestions", __name__, url_prefix="/api/v1", description="Completions")
blueprint.ARGUMENTS_PARSER = StrictParser()


@blueprint.get("/suggest")
@public
@blueprint.arguments(queries.SuggestQuery, location="query")
@delivers(blueprint, schemas.SuggestionsOut)
def suggestions(session: Snapshot, query: dict[str, Any]) -> Suggestions:
    """Complete what is being typed

    Topics, questions, headings and titles that have a word with each of the typed beginnings, in
    any order; misspelt ones are put right where hardly anything has them. Ask it with each
    keystroke. Without a word, the topics of most sections. 503 while the index is being made.
    """
    return suggest(
        session,
        house().index,
        house().vocabularies.current(session),
        query["q"],
        locale=query.get("locale"),
        limit=query["limit"],
    )
