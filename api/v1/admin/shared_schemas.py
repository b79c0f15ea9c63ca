"""What editors send and are answered about shared sections, as fields."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from api.fields import Count, Locale, Text, When
from api.v1.admin.schemas import ItemIn, SectionIn
from api.v1.queries import PageQuery
from api.v1.schemas import Answer, PageOut
from content.drafts import SectionDraft
from content.models import EditionState
from content.shared import SharedText, SharedUse

_LEVEL = {"description": "Null where each article has a level of its own."}


class SharedTextIn(Schema):
    """The text of a shared section."""

    type = Text(required=True)
    heading = Text(load_default=None, allow_none=True)
    level = Count(2, 6, load_default=None, allow_none=True, metadata=_LEVEL)
    body = Text(load_default="", metadata={"description": "Markdown."})
    items = fields.List(fields.Nested(ItemIn), load_default=list)

    @post_load
    def make(self, document: dict[str, Any], **kwargs: Any) -> SharedText:
        """As the domain takes it."""
        return SharedText(**{**document, "items": tuple(document["items"])})


class SharedTextPatchIn(Schema):
    """What is to be different in the text; the rest stays."""

    type = Text()
    heading = Text(allow_none=True)
    level = Count(2, 6, allow_none=True, metadata=_LEVEL)
    body = Text()
    items = fields.List(fields.Nested(ItemIn))

    @post_load
    def make(self, document: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """As the domain takes it."""
        items = {"items": tuple(document["items"])} if "items" in document else {}
        return {**document, **items}


class NewSharedSectionIn(Schema):
    """A text to share."""

    name = Text(required=True, metadata={"description": "For editors; readers never see it."})
    locale = Locale(load_default=None, allow_none=True)
    draft = fields.Nested(SharedTextIn, required=True)


class SharedSectionPatchIn(Schema):
    """What is to be different; the text waits for publishing."""

    name = Text()
    parts = fields.Nested(SharedTextPatchIn, data_key="draft")


class SharedUseIn(Schema):
    """Which shared section, and which version of it."""

    id = Text(required=True)
    version = Count(
        1,
        2**31 - 1,
        load_default=None,
        allow_none=True,
        metadata={"description": "Null to follow the newest."},
    )

    @post_load
    def make(self, document: dict[str, Any], **kwargs: Any) -> SharedUse:
        """As the domain takes it."""
        return SharedUse(**document)


class NewSectionIn(Schema):
    """A section, or a shared one, and where it goes."""

    section = fields.Nested(SectionIn)
    shared = fields.Nested(SharedUseIn, metadata={"description": "Instead of a section."})
    position = Count(1, 1000, load_default=None, allow_none=True)

    @validates_schema
    def check_one(self, document: dict[str, Any], **kwargs: Any) -> None:
        """Refuse both, and neither."""
        if ("section" in document) == ("shared" in document):
            raise ValidationError("Give either a section or a shared one.", "section")

    @post_load
    def make(self, document: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """What it is to say as `content`, and where it goes."""
        content: SectionDraft | SharedUse = document.get("section") or document["shared"]
        return {"content": content, "position": document["position"]}


class ShareIn(Schema):
    """How a section is shared: under a new name, or as one that is there."""

    name = Text(
        load_default=None,
        allow_none=True,
        metadata={"description": "Of the new shared section; its heading if left out."},
    )
    use = fields.Nested(
        SharedUseIn,
        data_key="shared",
        load_default=None,
        allow_none=True,
        metadata={"description": "Say what this one says instead, or another version of it."},
    )

    @validates_schema
    def check_one(self, document: dict[str, Any], **kwargs: Any) -> None:
        """Refuse a name for what has one."""
        if document.get("name") is not None and document.get("use") is not None:
            raise ValidationError("Give no name to a shared section that is there.", "name")


class SharedSectionsQuery(PageQuery):
    """A list of shared sections."""

    locale = Locale(metadata={"description": "A language tag."})


class SharedItemOut(Answer):
    """A pair of a shared section."""

    id = fields.String(required=True)
    type = fields.String(required=True, allow_none=True)
    question = fields.String(required=True)
    answer = fields.String(required=True)


class SharedTextOut(Answer):
    """The text of a shared section."""

    type = fields.String(required=True)
    heading = fields.String(required=True, allow_none=True)
    level = fields.Integer(required=True, allow_none=True)
    body = fields.String(required=True)
    items = fields.List(fields.Nested(SharedItemOut), required=True)


class SharedSignatureOut(Answer):
    """A reviewer's signature under a text of a shared section."""

    digest = fields.String(required=True, metadata={"description": "Of the text that was signed."})
    reviewer = fields.String(required=True)
    credentials = fields.String(required=True)
    statement = fields.String(required=True)
    at = When(required=True)
    valid_until = When(required=True)


class SharedSectionOut(Answer):
    """A text that articles share; `revision` in quotes is its entity tag."""

    id = fields.String(required=True)
    locale = fields.String(required=True)
    name = fields.String(required=True)
    revision = fields.Integer(required=True)
    draft = fields.Nested(SharedTextOut, required=True, attribute="content")
    digest = fields.String(required=True, metadata={"description": "Of what is written now."})
    version = fields.Integer(
        required=True, allow_none=True, metadata={"description": "The one in force."}
    )
    signatures = fields.List(fields.Nested(SharedSignatureOut), required=True)
    created_at = When(required=True)
    created_by = fields.String(required=True)
    changed_at = When(required=True)
    changed_by = fields.String(required=True)


class SharedSectionPageOut(PageOut):
    """A page of shared sections."""

    items = fields.List(fields.Nested(SharedSectionOut), required=True)


class SharedVersionOut(Answer):
    """What a shared section said from its publication on."""

    number = fields.Integer(required=True)
    text = fields.Nested(SharedTextOut, required=True, attribute="content")
    digest = fields.String(required=True)
    published_at = When(required=True)
    published_by = fields.String(required=True)


class SharedVersionPageOut(PageOut):
    """A page of versions, newest first."""

    items = fields.List(fields.Nested(SharedVersionOut), required=True)


class UseOut(Answer):
    """A section of a draft or live edition that uses a shared one."""

    article_id = fields.String(required=True)
    slug = fields.String(required=True)
    locale = fields.String(required=True)
    title = fields.String(required=True)
    edition = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(list(EditionState)))
    section_id = fields.String(required=True)
    anchor = fields.String(required=True)
    version = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Null where it follows."}
    )


class UsePageOut(PageOut):
    """A page of uses."""

    items = fields.List(fields.Nested(UseOut), required=True)


class ReissuedOut(Answer):
    """An article that says something else."""

    article_id = fields.String(required=True)
    slug = fields.String(required=True)
    locale = fields.String(required=True)
    title = fields.String(required=True)
    live = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The number of the edition that readers get."},
    )
    draft = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The number of the draft that was changed."},
    )


class IssuedOut(Answer):
    """A version in force, and all articles that changed by it."""

    shared = fields.Nested(SharedSectionOut, required=True)
    revision = fields.Integer(required=True)
    version = fields.Integer(required=True)
    sequence = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Of the change log; null where readers see nothing of it."},
    )
    articles = fields.List(fields.Nested(ReissuedOut), required=True)
