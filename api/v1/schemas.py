"""What delivery answers and what its queries may ask, as fields."""

from typing import Any, Final

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_dump, validate, validates

from api.fields import Choices, Digits, Locale, Text, Toggle, When
from content.drafts import nearest
from content.published import BODY_FORMATS
from content.reading import ARTICLE_SORTS
from content.sections import SECTION_TYPES
from content.topics import KINDS

TYPES: Final = tuple(SECTION_TYPES)


class Answer(Schema):
    """What is sent out: more may come in a later version, so clients must ignore the unknown."""

    class Meta:
        unknown = EXCLUDE

    @post_dump
    def leave_out_what_was_not_asked(
        self, document: dict[str, Any], **kwargs: Any
    ) -> dict[str, Any]:
        """Leave a member out rather than send it as null, where its absence means "not asked"."""
        return {
            name: value
            for name, value in document.items()
            if value is not None or not self.fields[name].metadata.get("left_out")
        }


class TopicOut(Answer):
    """A topic by its shown label."""

    kind = fields.String(required=True)
    key = fields.String(required=True)
    label = fields.String(required=True)


class ItemOut(Answer):
    """A question with its answer."""

    id = fields.String(required=True)
    question = fields.String(required=True)
    answer = fields.String(required=True)
    anchor = fields.String(required=True)
    type = fields.String(required=True, allow_none=True)


class AddressOut(Answer):
    """The article that something stands in."""

    slug = fields.String(required=True)
    title = fields.String(required=True)
    locale = fields.String(required=True)


class SectionOut(Answer):
    """A typed section."""

    id = fields.String(required=True)
    type = fields.String(required=True)
    base_type = fields.String(required=True)
    type_label = fields.String(required=True)
    heading = fields.String(required=True, allow_none=True)
    level = fields.Integer(required=True)
    anchor = fields.String(required=True)
    position = fields.Integer(required=True)
    format = fields.String(required=True)
    body = fields.String(required=True)
    word_count = fields.Integer(required=True)
    items = fields.List(fields.Nested(ItemOut), metadata={"left_out": True})
    article = fields.Nested(AddressOut, required=True)


class ReviewOut(Answer):
    """Who signed the text, and until when that holds."""

    by = fields.String(required=True)
    credentials = fields.String(required=True)
    at = When(required=True)
    valid_until = When(required=True)


class ArticleOut(Answer):
    """An article; in lists its sections are left out unless asked for."""

    id = fields.String(required=True)
    slug = fields.String(required=True)
    locale = fields.String(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    topics = fields.List(fields.Nested(TopicOut), required=True)
    edition = fields.Integer(required=True)
    published_at = When(required=True)
    first_published_at = When(required=True)
    updated_at = When(required=True)
    reviewed = fields.Nested(ReviewOut, required=True, allow_none=True)
    word_count = fields.Integer(required=True)
    reading_minutes = fields.Integer(required=True)
    sections = fields.List(fields.Nested(SectionOut), metadata={"left_out": True})


class FaqPlaceOut(AddressOut):
    """An article that a pair stands in, and its anchor there."""

    anchor = fields.String(required=True)


class FaqOut(Answer):
    """A pair of question and answer; equal pairs are folded into one."""

    id = fields.String(required=True)
    type = fields.String(required=True, allow_none=True)
    question = fields.String(required=True)
    answer = fields.String(required=True)
    format = fields.String(required=True)
    articles = fields.List(fields.Nested(FaqPlaceOut), required=True)


class CountedTopicOut(Answer):
    """A topic with the number of live articles about it."""

    kind = fields.String(required=True, attribute="topic.kind")
    key = fields.String(required=True, attribute="topic.key")
    label = fields.String(required=True, attribute="topic.label")
    articles = fields.Integer(required=True)


class PageOut(Answer):
    """What every list has besides its items."""

    next = fields.String(required=True, allow_none=True)
    total = fields.Integer(metadata={"left_out": True})


class ArticlePageOut(PageOut):
    """A page of articles."""

    items = fields.List(fields.Nested(ArticleOut), required=True)


class SectionPageOut(PageOut):
    """A page of sections."""

    items = fields.List(fields.Nested(SectionOut), required=True)


class FaqPageOut(PageOut):
    """A page of pairs."""

    items = fields.List(fields.Nested(FaqOut), required=True)


class TopicPageOut(PageOut):
    """All topics that have live articles."""

    items = fields.List(fields.Nested(CountedTopicOut), required=True)


class FirstPageOut(Answer):
    """How many there are, before the first of them."""

    total = fields.Integer(required=True)


class HubArticlesOut(FirstPageOut):
    """The newest articles of a topic."""

    items = fields.List(fields.Nested(ArticleOut), required=True)


class HubFaqsOut(FirstPageOut):
    """The first pairs of a topic."""

    items = fields.List(fields.Nested(FaqOut), required=True)


class HubOut(Answer):
    """A topic with what a hub page needs: its articles, sections by type, and pairs."""

    kind = fields.String(required=True, attribute="topic.kind")
    key = fields.String(required=True, attribute="topic.key")
    label = fields.String(required=True, attribute="topic.label")
    also = fields.List(fields.String(), required=True)
    articles = fields.Nested(HubArticlesOut, required=True)
    section_counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    faqs = fields.Nested(HubFaqsOut, required=True)


class SectionTypeOut(Answer):
    """A section type."""

    key = fields.String(required=True)
    label = fields.String(required=True)
    definition = fields.String(required=True)
    order = fields.Integer(required=True)
    health_aspect = fields.String(required=True, allow_none=True)
    review_class = fields.String(required=True)


class SectionTypePageOut(PageOut):
    """All section types in their usual order."""

    items = fields.List(fields.Nested(SectionTypeOut), required=True)


class ChangedSectionOut(Answer):
    """A section of a changed article."""

    id = fields.String(required=True)
    type = fields.String(required=True)
    digest = fields.String(required=True, allow_none=True)


class ChangedArticleOut(Answer):
    """The article that changed."""

    id = fields.String(required=True, attribute="article_id")
    slug = fields.String(required=True)
    locale = fields.String(required=True)
    digest = fields.String(required=True, allow_none=True)


class ChangeOut(Answer):
    """One change: take the article's new state, or forget it."""

    sequence = fields.Integer(required=True)
    at = When(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["upsert", "tombstone"]))
    article = fields.Nested(ChangedArticleOut, required=True, attribute="change")
    sections = fields.List(fields.Nested(ChangedSectionOut), required=True)
    topics = fields.List(fields.String(), required=True)


class ChangePageOut(Answer):
    """Changes in order; `next` is the `since` to go on from, null when these were the last."""

    items = fields.List(fields.Nested(ChangeOut), required=True)
    next = fields.Integer(required=True, allow_none=True)
    sequence = fields.Integer(required=True)


class HighlightsOut(Answer):
    """Where the words were found, as HTML with `<mark>`."""

    heading = fields.String(metadata={"left_out": True})
    body = fields.List(fields.String(), required=True)


class HitOut(Answer):
    """A section that answers a search."""

    section = fields.Nested(SectionOut, required=True)
    article = fields.Nested(AddressOut, required=True, attribute="section.article")
    score = fields.Float(required=True)
    highlights = fields.Nested(HighlightsOut, required=True)
    matched = fields.List(fields.String(), required=True)


class SearchOut(PageOut):
    """Hits, best first."""

    items = fields.List(fields.Nested(HitOut), required=True)


class Sparse(Text):
    """Names of members to keep, parted by commas, dotted where they are nested."""

    def __init__(self, shape: type[Schema], **kwargs: Any) -> None:
        about = {"description": "Members to keep, such as `title,sections.heading`."}
        super().__init__(metadata={**about, **kwargs.pop("metadata", {})}, **kwargs)
        self.known = sorted(_names(shape()))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        names = super()._deserialize(value, attr, data, **kwargs).split(",")
        for name in names:
            if name not in self.known:
                raise ValidationError(f"'{name[:60]}' is no member{nearest(name, self.known)}")
        return names


def _names(shape: Schema, prefix: str = "") -> list[str]:
    names = []
    for name, field in shape.fields.items():
        names.append(prefix + name)
        inner: Any = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            names += _names(inner.schema, f"{prefix}{name}.")
    return names


def body_format() -> Text:
    """The parameter that chooses what `body` and `answer` hold."""
    return Text(
        load_default="html",
        validate=validate.OneOf(BODY_FORMATS, error="Must be one of: {choices}."),
        metadata={"description": "What `body` holds."},
    )


class Query(Schema):
    """A query of delivery."""


class OneQuery(Query):
    """One thing in a format."""

    format = body_format()


class LocatedQuery(OneQuery):
    """One thing of an article, which is found by slug and locale."""

    locale = Locale(metadata={"description": "The article's locale, where a slug is in several."})


class ArticleQuery(LocatedQuery):
    """One article."""

    types = Choices(TYPES, metadata={"description": "Keep only sections of these types."})
    fields_ = Sparse(ArticleOut, data_key="fields")


class PageQuery(Query):
    """What every list takes."""

    limit = Digits(1, 100, load_default=20, metadata={"description": "Items a page."})
    cursor = Text(
        validate=validate.Length(1, 3000), metadata={"description": "`next` of the page before."}
    )
    count = Toggle(load_default=False, metadata={"description": "Whether to add `total`."})


class TopicsQuery(Query):
    """Narrowed to topics."""

    topic = fields.List(
        Text(validate=validate.Length(1, 130)),
        load_default=list,
        metadata={"description": "`kind:key`; given several times, all must match."},
    )

    @validates("topic")
    def check_topics(self, refs: list[str], data_key: str) -> None:
        """Refuse what cannot be a topic, naming the kinds."""
        if len(refs) > 10:
            raise ValidationError("Give at most 10 topics.")
        for ref in refs:
            kind, _, key = ref.partition(":")
            if kind not in KINDS or not key:
                hint = f"'{ref[:60]}' is not kind:key; kinds are {', '.join(KINDS)}."
                raise ValidationError(hint)


class ArticlesQuery(PageQuery, TopicsQuery, OneQuery):
    """A list of articles."""

    type = Choices(TYPES, metadata={"description": "Has a section of one of these types."})
    locale = Locale(metadata={"description": "A language tag, such as en or de-CH."})
    updated_since = When(metadata={"description": "Changed for readers at that instant or later."})
    slug = Text(
        validate=validate.Length(1),
        metadata={"description": "Slugs, parted by commas, at most 100."},
    )
    sort = Text(
        load_default="-published_at",
        validate=validate.OneOf(ARTICLE_SORTS, error="Must be one of: {choices}."),
        metadata={"description": "The order; a hyphen before it turns it round."},
    )
    include = Choices(("sections",), metadata={"description": "What to add to each article."})
    fields_ = Sparse(ArticleOut, data_key="fields")

    @validates("slug")
    def check_slugs(self, slugs: str, data_key: str) -> None:
        """Bound the batch."""
        if slugs.count(",") > 99:
            raise ValidationError("Give at most 100 slugs.")


class SectionsQuery(PageQuery, TopicsQuery, OneQuery):
    """A list of sections."""

    type = Choices(TYPES, metadata={"description": "Of one of these types."})
    locale = Locale(metadata={"description": "A language tag, such as en or de-CH."})
    article = Text(
        validate=validate.Length(1), metadata={"description": "The slug of the article."}
    )
    fields_ = Sparse(SectionOut, data_key="fields")


class FaqsQuery(PageQuery, TopicsQuery, OneQuery):
    """A list of pairs."""

    type = Choices(TYPES, metadata={"description": "What is asked about."})
    locale = Locale(metadata={"description": "A language tag, such as en or de-CH."})
    article = Text(
        validate=validate.Length(1), metadata={"description": "The slug of the article."}
    )
    q = Text(
        validate=validate.Length(1, 200),
        metadata={"description": "Words that question or answer must hold."},
    )


class TopicListQuery(Query):
    """The topics of a kind."""

    kind = Text(
        validate=validate.OneOf(KINDS, error="Must be one of: {choices}."),
        metadata={"description": "Topics of this kind."},
    )
    locale = Locale(metadata={"description": "The locale of the labels."})


class HubQuery(OneQuery):
    """One topic."""

    locale = Locale(metadata={"description": "The locale of the labels."})


class ChangesQuery(Query):
    """From where in the log."""

    since = Digits(0, load_default=0, metadata={"description": "The last sequence number seen."})
    limit = Digits(1, 1000, load_default=100, metadata={"description": "Changes a page."})


class SearchQueryIn(PageQuery, TopicsQuery, OneQuery):
    """A search."""

    q = Text(required=True, metadata={"description": "What a visitor typed."})
    type = Choices(TYPES, metadata={"description": "Of one of these types."})
    locale = Locale(metadata={"description": "A language tag, such as en or de-CH."})
    article = Text(
        validate=validate.Length(1), metadata={"description": "The slug of the article."}
    )
