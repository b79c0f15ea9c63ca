"""What texts rest on, over HTTP."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, post_load, validate

from api.auth import guarded
from api.fields import Count, Text
from api.parsing import StrictParser
from api.v1.admin.answering import matches, writes
from api.v1.admin.schemas import AdminArticleOut
from content import citing
from content.authorising import Scope
from content.library import Work
from content.models import Article
from content.references import MAX_REFERENCES, Reference

blueprint = Blueprint(
    "admin-references",
    __name__,
    url_prefix="/api/v1/admin/articles",
    description="What texts rest on",
)
blueprint.ARGUMENTS_PARSER = StrictParser()


class ReferenceIn(Schema):
    """A work that the text rests on, cited in bodies and answers as `[^ref:<id>]`."""

    id = Text(required=True, metadata={"description": "Letters, digits and hyphens."})
    title = Text(required=True)
    url = Text(load_default=None, allow_none=True)
    doi = Text(load_default=None, allow_none=True, metadata={"description": "As 10.1000/182."})
    pmid = Text(load_default=None, allow_none=True, metadata={"description": "PubMed's number."})
    year = Count(1400, 2200, load_default=None, allow_none=True)
    publisher = Text(load_default=None, allow_none=True)
    note = Text(load_default=None, allow_none=True)

    @post_load
    def make(self, document: dict[str, Any], **kwargs: Any) -> Reference:
        """As the domain takes it."""
        return Reference(**document)


class ReferencesIn(Schema):
    """All references of the draft, in the order in which they are numbered."""

    references = fields.List(
        fields.Nested(ReferenceIn), required=True, validate=validate.Length(max=MAX_REFERENCES)
    )


@blueprint.put("/<article_id>/references")
@guarded(Scope.WRITE)
@matches(blueprint)
@blueprint.arguments(ReferencesIn)
@writes(blueprint, AdminArticleOut)
def set_references(
    work: Work, body: dict[str, Any], article_id: str, expected: int | None
) -> Article:
    """Replace the references of the draft

    They wait for publishing like the text. Readers get them with `include=references`, and as
    `citation` in the JSON-LD.
    """
    return citing.set_references(work, article_id, expected, body["references"])
