"""What reviewers and publishers send and are answered, as fields."""

from typing import Final

from marshmallow import Schema, fields, validate

from api.fields import Locale, Text, When
from api.v1.queries import PageQuery
from api.v1.schemas import Answer, PageOut
from content.reviewing import MAX_STATEMENT
from content.reviews import Outcome

_SAID: Final = validate.Length(1, MAX_STATEMENT)
_DIGEST: Final = validate.Regexp(
    r"[0-9a-f]{64}\Z", error="Must be a `clinical_digest`: 64 hexadecimal digits."
)


class CommentIn(Schema):
    """What has to be changed."""

    comment = Text(required=True, validate=_SAID)


class SignatureIn(Schema):
    """A reviewer's signature."""

    statement = Text(
        required=True, validate=_SAID, metadata={"description": "What was found, in words."}
    )
    valid_until = When(
        load_default=None,
        allow_none=True,
        metadata={"description": "Until when it holds, at most five years; else as the house has."},
    )
    digest = Text(
        load_default=None,
        allow_none=True,
        validate=_DIGEST,
        metadata={
            "description": "The `clinical_digest` of the text that was read: if the text is "
            "another one by now, it is not signed."
        },
    )


class ArchivalIn(Schema):
    """Why an article is archived, and where its readers go."""

    reason = Text(required=True, validate=validate.Length(1, 1000))
    redirect_to = Text(
        load_default=None,
        allow_none=True,
        metadata={"description": "The id of another live article; null for 410."},
    )


class RecordedReviewOut(Answer):
    """What a reviewer said of a text, and the signature under it."""

    id = fields.String(required=True)
    edition = fields.Integer(required=True, attribute="number")
    outcome = fields.String(required=True, validate=validate.OneOf(list(Outcome)))
    reviewer = fields.String(required=True, metadata={"description": "The name, as it was then."})
    reviewer_id = fields.String(required=True, allow_none=True)
    credentials = fields.String(required=True, allow_none=True)
    statement = fields.String(required=True)
    clinical_digest = fields.String(
        required=True, metadata={"description": "Of the text that was read."}
    )
    at = When(required=True)
    valid_until = When(required=True, allow_none=True)


class RecordedReviewPageOut(PageOut):
    """A page of reviews."""

    items = fields.List(fields.Nested(RecordedReviewOut), required=True)


class FindingOut(Answer):
    """Something in an edition that wants attention."""

    pointer = fields.String(
        required=True, metadata={"description": "Where in the edition (RFC 6901)."}
    )
    code = fields.String(required=True, metadata={"description": "Stable, for programs."})
    detail = fields.String(required=True)


class CheckOut(Answer):
    """What keeps a draft from being submitted or published now, and what is worth a look."""

    submission = fields.List(fields.Nested(FindingOut), required=True)
    publication = fields.List(fields.Nested(FindingOut), required=True)
    warnings = fields.List(fields.Nested(FindingOut), required=True)


class RedirectsQuery(PageQuery):
    """A list of redirects."""

    locale = Locale(metadata={"description": "A language tag."})
    slug = Text(validate=validate.Length(1), metadata={"description": "The slug that leads on."})


class RedirectTargetIn(Schema):
    """Where a slug leads."""

    article_id = Text(
        required=True, metadata={"description": "The id of a live article of the same locale."}
    )


class NewRedirectIn(RedirectTargetIn):
    """A slug that no article has or had, and where it leads."""

    locale = Locale(required=True)
    slug = Text(required=True)


class RedirectOut(Answer):
    """A slug that leads to an article; `revision` in quotes is its entity tag."""

    locale = fields.String(required=True)
    slug = fields.String(required=True)
    article_id = fields.String(required=True)
    by_hand = fields.Boolean(
        required=True,
        metadata={"description": "False of a slug that the article had itself: that stays."},
    )
    created_at = When(required=True, allow_none=True)
    created_by = fields.String(required=True, allow_none=True)
    revision = fields.Integer(required=True)


class RedirectPageOut(PageOut):
    """A page of redirects."""

    items = fields.List(fields.Nested(RedirectOut), required=True)
