"""Answers: the one pair or passage that answers a question, for chat and voice."""

from dataclasses import replace
from typing import Any

from flask_smorest import Blueprint

from api.addresses import section_url
from api.auth import public
from api.house import house
from api.parsing import StrictParser
from api.v1.answer_schemas import AnswersQuery, GivenAnswerOut
from api.v1.delivering import delivers
from content.answering import AnswerSource, GivenAnswer, answer
from content.published import Nothing
from content.searching import SearchQuery
from content.statements import Snapshot

blueprint = Blueprint("answers", __name__, url_prefix="/api/v1", description="One best answer")
blueprint.ARGUMENTS_PARSER = StrictParser()


@blueprint.get("/answers")
@public
@blueprint.arguments(AnswersQuery, location="query")
@blueprint.alt_response(204, description="Nothing published answers it well enough.")
@delivers(blueprint, GivenAnswerOut)
def answers(session: Snapshot, query: dict[str, Any]) -> GivenAnswer | Nothing:
    """Answer a question

    For chat and voice: the one pair or passage that covers all of the question, word for word as
    it was published, with its source and its date. Nothing is generated. What does not answer
    well is not given: then the answer is 204.
    """
    asked = SearchQuery(text=query["q"], topics=query["topic"], locale=query.get("locale"))
    words = house().vocabularies.current(session)
    best = answer(
        session,
        house().index,
        asked,
        words,
        body_format=query["format"],
        reviewed=query["reviewed"],
        least=query["min_confidence"],
    )
    if isinstance(best, Nothing):
        return best
    return replace(best, source=replace(best.source, url=_shown_at(best.source)))


def _shown_at(source: AnswerSource) -> str:
    article = source.article
    template = house().settings.url_template
    return section_url(template, article.slug, article.locale, source.section.anchor)
