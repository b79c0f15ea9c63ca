"""What editors send and are answered, as fields."""

from typing import Any, Final

from marshmallow import Schema, fields, post_load, validate

from api.fields import Choices, Count, Flag, Locale, Text, When
from api.house import house
from api.v1.admin.workflow_schemas import RecordedReviewOut
from api.v1.queries import TYPES, PageQuery, Query
from api.v1.schemas import Answer, PageOut, ReferenceOut
from content.authorising import SCOPES, Scope
from content.cataloguing import LabelDraft
from content.drafts import ItemDraft, SectionDraft
from content.importing.formats import TEXT_FORMATS
from content.importing.proposals import SOURCE_FORMATS
from content.inspecting import ARTICLE_ORDERS
from content.models import ArticleState, EditionState, LabelKind, now
from content.reviewing import freshness, standing
from content.reviews import Freshness
from content.signing import clinical_digest
from content.topics import KINDS

_STATES: Final = tuple(ArticleState)
_SCOPE: Final = validate.OneOf(list(Scope))
_YEAR: Final = 366 * 86_400


class ItemIn(Schema):
    """A pair; an `id` keeps the identity of one that exists."""

    id = Text()
    question = Text(required=True)
    answer = Text(required=True, metadata={"description": "Markdown."})
    type = Text(allow_none=True, metadata={"description": "The section type of the question."})

    @post_load
    def make(self, document: dict[str, Any], **kwargs: Any) -> ItemDraft:
        """As the domain takes it."""
        return ItemDraft(**document)


class SectionIn(Schema):
    """A section as an editor writes it."""

    type = Text(required=True)
    heading = Text(load_default=None, allow_none=True)
    level = Count(2, 6, load_default=2)
    body = Text(load_default="", metadata={"description": "Markdown."})
    items = fields.List(fields.Nested(ItemIn), load_default=list)

    @post_load
    def make(self, document: dict[str, Any], **kwargs: Any) -> SectionDraft:
        """As the domain takes it."""
        return SectionDraft(**document)


class SectionPatchIn(Schema):
    """What is to be different in a section; the rest stays."""

    type = Text()
    heading = Text(allow_none=True)
    level = Count(2, 6)
    body = Text()
    items = fields.List(fields.Nested(ItemIn))


class OrderIn(Schema):
    """Every section id of the draft, once, in the new order."""

    order = fields.List(Text(), required=True)


class NewArticleIn(Schema):
    """An article; a raw text is split by importing it."""

    title = Text(required=True)
    slug = Text(load_default=None, allow_none=True)
    locale = Text(load_default=None, allow_none=True)
    summary = Text(load_default="", validate=validate.Length(max=1000))
    topics = fields.List(Text(), load_default=list, validate=validate.Length(max=50))
    translation_of = Text(
        load_default=None,
        allow_none=True,
        metadata={"description": "The id of the article that it translates."},
    )
    sections = fields.List(fields.Nested(SectionIn), load_default=list)


class ArticlePatchIn(Schema):
    """What is to be different in an article; title and summary wait for publishing."""

    title = Text()
    summary = Text(validate=validate.Length(max=1000))
    slug = Text()
    topics = fields.List(Text(), validate=validate.Length(max=50))
    translation_of = Text(
        allow_none=True,
        metadata={"description": "The id of the article that it translates; null for none."},
    )


class WithdrawalIn(Schema):
    """Why it is withdrawn; kept for the audit and for editors, never shown to readers."""

    reason = Text(required=True, validate=validate.Length(1, 1000))


class UploadIn(Schema):
    """What is said of a source."""

    format = Text(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf(SOURCE_FORMATS, error="Must be one of: {choices}."),
        metadata={"description": "Recognised from the text when it is left out."},
    )
    filename = Text(load_default=None, allow_none=True, validate=validate.Length(max=255))
    locale = Locale(load_default=None, allow_none=True)


class ImportIn(UploadIn):
    """A source to split."""

    source = Text(required=True)
    format = Text(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf(
            TEXT_FORMATS, error="Must be one of: {choices}; send a DOCX document as a file."
        ),
        metadata={"description": "Recognised from the text when it is left out."},
    )


class CommitIn(Schema):
    """Whether the drafts go live as well."""

    publish = Flag(load_default=False)


class LabelIn(Schema):
    """A name of a topic."""

    label = Text(required=True)
    locale = Text(load_default="en")
    kind = Text(
        load_default=LabelKind.PREFERRED,
        validate=validate.OneOf(list(LabelKind), error="Must be one of: {choices}."),
    )

    @post_load
    def make(self, document: dict[str, Any], **kwargs: Any) -> LabelDraft:
        """As the domain takes it."""
        return LabelDraft(**document)


class LabelsIn(Schema):
    """All names of a topic."""

    labels = fields.List(fields.Nested(LabelIn), required=True, validate=validate.Length(1, 200))


class NewTopicIn(LabelsIn):
    """A topic with its names."""

    kind = Text(required=True)
    key = Text(required=True)


class NewTokenIn(Schema):
    """A token to issue."""

    name = Text(required=True)
    scopes = fields.List(
        Text(), required=True, metadata={"description": f"Of: {', '.join(SCOPES)}."}
    )
    expires_in = Count(
        1, 10 * _YEAR, load_default=None, allow_none=True, metadata={"description": "Seconds."}
    )
    machine = Flag(
        load_default=False,
        metadata={
            "description": "Whether it belongs to nobody, and outlasts who issues it; only an "
            "admin may issue such ones."
        },
    )


class AdminArticlesQuery(PageQuery):
    """A list of articles in every state."""

    state = Text(
        validate=validate.OneOf(_STATES, error="Must be one of: {choices}."),
        metadata={"description": "What readers find at the article's address."},
    )
    slug = Text(validate=validate.Length(1), metadata={"description": "The slug it has now."})
    locale = Locale(metadata={"description": "A language tag."})
    published_before = When(
        metadata={"description": "Live ones whose text readers have had since before that instant."}
    )
    lacks = Text(
        validate=validate.OneOf(TYPES, error="Must be one of: {choices}."),
        metadata={"description": "Those without a section of this type, as they are edited now."},
    )
    sort = Text(
        load_default=ARTICLE_ORDERS[0],
        validate=validate.OneOf(ARTICLE_ORDERS, error="Must be one of: {choices}."),
        metadata={"description": "The newest first, or of published ones the oldest text first."},
    )
    freshness = Choices(
        tuple(Freshness), metadata={"description": "How fresh the review is: any of these."}
    )


class NoQuery(Query):
    """No parameters."""


class AdminItemOut(Answer):
    """A pair as it is written."""

    id = fields.String(required=True)
    type = fields.String(required=True, allow_none=True)
    question = fields.String(required=True)
    answer = fields.String(required=True)
    anchor = fields.String(required=True)


class SharedUseOut(Answer):
    """The shared section whose text a section says."""

    id = fields.String(required=True)
    version = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Null where it follows."}
    )


class AdminSectionOut(Answer):
    """A section as it is written; `revision` in quotes is its entity tag."""

    id = fields.String(required=True)
    type = fields.String(required=True)
    heading = fields.String(required=True, allow_none=True)
    level = fields.Integer(required=True)
    anchor = fields.String(required=True)
    body = fields.String(required=True)
    items = fields.List(fields.Nested(AdminItemOut), required=True)
    shared = fields.Nested(SharedUseOut, required=True, allow_none=True)
    revision = fields.Integer(required=True)


class EditionHeadOut(Answer):
    """An edition without its text."""

    number = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(list(EditionState)))
    title = fields.String(required=True)
    summary = fields.String(required=True)
    word_count = fields.Integer(required=True)
    digest = fields.String(required=True, allow_none=True)
    created_at = When(required=True)
    created_by = fields.String(required=True)
    published_by = fields.String(required=True, allow_none=True)
    submitted_at = When(required=True, allow_none=True)
    submitted_by = fields.String(required=True, allow_none=True)


class AuthorOut(Answer):
    """Who wrote at an edition, or at an earlier one that it was made from."""

    name = fields.String(required=True)
    since = When(required=True)


class EditionOut(EditionHeadOut):
    """An edition with its sections."""

    authors = fields.List(fields.Nested(AuthorOut), required=True)
    clinical_digest = fields.Function(
        clinical_digest,
        required=True,
        metadata={
            "type": "string",
            "description": "Of the text that a reviewer signs, as it is now.",
        },
    )
    sections = fields.List(fields.Nested(AdminSectionOut), required=True)
    references = fields.List(fields.Nested(ReferenceOut), required=True)


class ArticleHeadOut(Answer):
    """An article with the heads of its draft and live editions."""

    id = fields.String(required=True)
    slug = fields.String(required=True)
    locale = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(_STATES))
    revision = fields.Integer(required=True)
    topics = fields.Function(
        lambda article: [link.topic.ref for link in article.topic_links],
        required=True,
        metadata={"type": "array", "items": {"type": "string"}},
    )
    translation_of = fields.String(required=True, allow_none=True, attribute="original_id")
    created_at = When(required=True)
    changed_at = When(required=True)
    first_published_at = When(required=True, allow_none=True)
    published_at = When(required=True, allow_none=True)
    updated_at = When(required=True, allow_none=True)
    withdrawal_reason = fields.String(required=True, allow_none=True)
    redirect_to = fields.String(
        required=True,
        allow_none=True,
        attribute="redirect_id",
        metadata={"description": "Of an archived article the one that its readers are led to."},
    )
    freshness = fields.Function(
        lambda article: freshness(article, house().settings.rules, now()),
        required=True,
        metadata={
            "type": "string",
            "enum": list(Freshness),
            "description": "Of the review of what is live, or else of the draft as submitted.",
        },
    )
    draft = fields.Nested(EditionHeadOut, required=True, allow_none=True)
    live = fields.Nested(EditionHeadOut, required=True, allow_none=True)


class StandingReview(fields.Nested):
    """The signature that holds for an article."""

    def get_value(self, obj: Any, *arguments: Any, **options: Any) -> Any:
        """Looked for: no article has it as an attribute."""
        return standing(obj, now())


class AdminArticleOut(ArticleHeadOut):
    """An article with its draft and its live edition side by side."""

    review = StandingReview(RecordedReviewOut, required=True, allow_none=True)
    draft = fields.Nested(EditionOut, required=True, allow_none=True)
    live = fields.Nested(EditionOut, required=True, allow_none=True)


class AdminArticlePageOut(PageOut):
    """A page of articles."""

    items = fields.List(fields.Nested(ArticleHeadOut), required=True)


class CommittedOut(Answer):
    """The articles that a proposal became."""

    articles = fields.List(fields.Nested(ArticleHeadOut), required=True)


class LabelOut(Answer):
    """A name of a topic, hidden ones too."""

    locale = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(list(LabelKind)))
    label = fields.String(required=True)


class AdminTopicOut(Answer):
    """A topic with all of its names."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    key = fields.String(required=True)
    revision = fields.Integer(required=True)
    labels = fields.List(fields.Nested(LabelOut), required=True)


class AdminTopicPageOut(PageOut):
    """All topics."""

    items = fields.List(fields.Nested(AdminTopicOut), required=True)


class TokenOut(Answer):
    """A token; its secret is never shown again."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    scopes = fields.List(fields.String(validate=_SCOPE), required=True)
    created_at = When(required=True)
    created_by = fields.String(required=True)
    user_id = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "Whose it is: it allows no more than they may do. None for a machine's."
        },
    )
    expires_at = When(required=True, allow_none=True)
    last_used_at = When(
        required=True, allow_none=True, metadata={"description": "Within a minute."}
    )
    revoked_at = When(required=True, allow_none=True)


class NewTokenOut(TokenOut):
    """A new token with its secret, shown this once."""

    token = fields.String(required=True)


class TokenPageOut(PageOut):
    """All tokens."""

    items = fields.List(fields.Nested(TokenOut), required=True)
