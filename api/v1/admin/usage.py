"""Where something is used, over HTTP: a topic, a word."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from api.auth import guarded
from api.fields import Digits, Locale, Text
from api.parsing import StrictParser
from api.v1.admin.answering import reads
from api.v1.admin.schemas import AdminArticlePageOut
from api.v1.queries import PAGE, PageQuery, Query
from api.v1.schemas import Answer, PageOut
from api.v1.turning import wanted_page
from content import cataloguing, inspecting, spotting
from content.authorising import Scope
from content.models import Article
from content.published import Page
from content.spotting import SpotQuery, SpottedArticle

blueprint = Blueprint(
    "admin-usage", __name__, url_prefix="/api/v1/admin", description="Where something is used"
)
blueprint.ARGUMENTS_PARSER = StrictParser()


class UsageQuery(Query):
    """What to look for."""

    q = Text(
        required=True,
        validate=[
            validate.Length(2, 200),
            validate.Regexp(r".*\w", error="Must hold a letter or digit."),
        ],
        metadata={"description": "One or several words, which must stand side by side."},
    )
    locale = Locale(metadata={"description": "A language tag."})
    limit = Digits(1, 100, load_default=PAGE, metadata={"description": "Articles a page."})
    cursor = Text(
        validate=validate.Length(1, 3000), metadata={"description": "`next` of the page before."}
    )


class OccurrenceOut(Answer):
    """A place in a text: characters of what is stored, which is Markdown in bodies and answers."""

    start = fields.Integer(required=True)
    end = fields.Integer(required=True)


class SpotOut(Answer):
    """A text with the words in it."""

    edition = fields.String(required=True, validate=validate.OneOf(("draft", "live")))
    part = fields.String(
        required=True,
        validate=validate.OneOf(("title", "summary", "heading", "body", "question", "answer")),
    )
    section_id = fields.String(required=True, allow_none=True)
    item_id = fields.String(required=True, allow_none=True)
    type = fields.String(required=True, allow_none=True)
    occurrences = fields.List(fields.Nested(OccurrenceOut), required=True)
    excerpt = fields.String(required=True, metadata={"description": "Around the first of them."})


class SpottedArticleOut(Answer):
    """An article with every place of the words in its draft and its live edition."""

    id = fields.String(required=True)
    slug = fields.String(required=True)
    locale = fields.String(required=True)
    title = fields.String(required=True)
    spots = fields.List(fields.Nested(SpotOut), required=True)


class SpottedArticlePageOut(PageOut):
    """A page of articles; it may hold fewer than its limit, and still not be the last."""

    items = fields.List(fields.Nested(SpottedArticleOut), required=True)


@blueprint.get("/usage")
@guarded(Scope.READ)
@blueprint.arguments(UsageQuery, location="query")
@reads(blueprint, SpottedArticlePageOut)
def usage(session: Session, query: dict[str, Any]) -> Page[SpottedArticle]:
    """Find where words are used

    In titles, summaries, headings, bodies, questions and answers of drafts and live editions:
    whole words, in small letters or capitals. So many articles are read for one page that it may
    hold fewer than its limit, even none, and have a `next` all the same.
    """
    return spotting.spot(session, SpotQuery(query["q"], query.get("locale")), wanted_page(query))


@blueprint.get("/topics/<kind>/<key>/usage")
@guarded(Scope.READ)
@blueprint.arguments(PageQuery, location="query")
@reads(blueprint, AdminArticlePageOut)
def topic_usage(session: Session, query: dict[str, Any], kind: str, key: str) -> Page[Article]:
    """List the articles of a topic

    In every state, the newest first; of its topics the first is an article's primary one.
    """
    topic = cataloguing.topic(session, kind, key)
    return inspecting.articles(
        session, inspecting.ArticleQuery(topic=topic.ref), wanted_page(query)
    )
