"""What delivery answers, as fields."""

from typing import Any, Final

from marshmallow import EXCLUDE, Schema, fields, post_dump, validate

from api.fields import When
from content.published import BODY_FORMATS
from content.sections import SECTION_TYPES
from content.topics import KINDS

_FORMAT: Final = validate.OneOf(BODY_FORMATS)
_KIND: Final = validate.OneOf(KINDS)

TEXT: Final[dict[str, Any]] = {"type": "string"}
"""What is sent as text of a format of its own."""


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
    """A topic by its shown label; `locale` is the label's, which may be a fallback."""

    kind = fields.String(required=True, validate=_KIND)
    key = fields.String(required=True)
    label = fields.String(required=True)
    locale = fields.String(required=True)


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

    id = fields.String(
        required=True, metadata={"description": "The same in every edition, whatever is edited."}
    )
    type = fields.String(
        required=True,
        metadata={"description": "What it is about; a later version may know more types."},
    )
    base_type = fields.String(
        required=True,
        validate=validate.OneOf(list(SECTION_TYPES)),
        metadata={"description": "The one of the types of this version that `type` stands for."},
    )
    type_label = fields.String(required=True, metadata={"description": "The type, for readers."})
    heading = fields.String(required=True, allow_none=True)
    level = fields.Integer(
        required=True, metadata={"description": "Of its heading, from 2: the title is 1."}
    )
    anchor = fields.String(
        required=True,
        metadata={"description": "Its fragment in the page; it survives another heading."},
    )
    position = fields.Integer(
        required=True, metadata={"description": "Its place in the article, from 1."}
    )
    format = fields.String(required=True, validate=_FORMAT)
    body = fields.String(
        required=True, metadata={"description": "The text in that format; HTML is sanitised."}
    )
    word_count = fields.Integer(required=True)
    items = fields.List(
        fields.Nested(ItemOut),
        metadata={"left_out": True, "description": "The pairs of a section of type `faq`."},
    )
    article = fields.Nested(AddressOut, required=True)


class ReviewOut(Answer):
    """Who signed the text, and until when that holds."""

    by = fields.String(required=True)
    credentials = fields.String(required=True)
    at = When(required=True)
    valid_until = When(required=True)


class ReasonOut(Answer):
    """Why something stands beside an article; `label` is what a page can show."""

    kind = fields.String(
        required=True,
        validate=validate.OneOf(["primary_topic", "topic", "section_type", "missing_section_type"]),
    )
    key = fields.String(required=True)
    label = fields.String(required=True)


class CardOut(Answer):
    """An article, as much of it as a link to it shows."""

    id = fields.String(required=True)
    slug = fields.String(required=True)
    locale = fields.String(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    topics = fields.List(fields.Nested(TopicOut), required=True)
    published_at = When(required=True)
    updated_at = When(required=True)
    reading_minutes = fields.Integer(required=True)


class SectionAddressOut(Answer):
    """Where a section is found."""

    id = fields.String(required=True)
    type = fields.String(required=True)
    type_label = fields.String(required=True)
    heading = fields.String(required=True, allow_none=True)
    anchor = fields.String(required=True)
    article = fields.Nested(AddressOut, required=True)


class RelatedArticleOut(Answer):
    """An article that is near another, and why."""

    article = fields.Nested(CardOut, required=True)
    reasons = fields.List(fields.Nested(ReasonOut), required=True)


class RelatedSectionOut(Answer):
    """A section of an article that is near another, and why."""

    section = fields.Nested(SectionAddressOut, required=True)
    reasons = fields.List(fields.Nested(ReasonOut), required=True)


class RelatedOut(Answer):
    """What is nearest to an article, nearest first."""

    articles = fields.List(fields.Nested(RelatedArticleOut), required=True)
    sections = fields.List(fields.Nested(RelatedSectionOut), required=True)


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


class FaqVariantOut(Answer):
    """Another wording of a pair, and the articles that it stands in."""

    question = fields.String(required=True)
    answer = fields.String(required=True)
    articles = fields.List(fields.Nested(FaqPlaceOut), required=True)


class FaqOut(Answer):
    """A pair of question and answer; pairs that say the same are folded into one.

    `articles` are all that it stands in; `variants` what some of them say in other words.
    """

    id = fields.String(required=True)
    type = fields.String(required=True, allow_none=True)
    question = fields.String(required=True)
    answer = fields.String(required=True)
    format = fields.String(required=True, validate=_FORMAT)
    articles = fields.List(fields.Nested(FaqPlaceOut), required=True)
    variants = fields.List(fields.Nested(FaqVariantOut), required=True)


class FallbackOut(Answer):
    """The article stands in for its translation: the locale asked for, and that of the answer."""

    requested = fields.String(required=True)
    served = fields.String(required=True)


class AlternateOut(Answer):
    """A translation of the article."""

    id = fields.String(required=True)
    slug = fields.String(required=True)
    locale = fields.String(required=True)
    title = fields.String(required=True)


class ReferenceOut(Answer):
    """A work that the text rests on; HTML cites it by a link to `#ref:<id>`, in the order here."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    url = fields.String(required=True, allow_none=True)
    doi = fields.String(required=True, allow_none=True)
    pmid = fields.String(required=True, allow_none=True)
    year = fields.Integer(required=True, allow_none=True)
    publisher = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)


class WholeArticleOut(ArticleOut):
    """An article by its address, with what was included."""

    fallback = fields.Nested(FallbackOut, required=True, allow_none=True)
    related = fields.Nested(RelatedOut, metadata={"left_out": True})
    faqs = fields.List(fields.Nested(FaqOut), metadata={"left_out": True})
    jsonld = fields.Dict(keys=fields.String(), metadata={"left_out": True})
    alternates = fields.List(fields.Nested(AlternateOut), metadata={"left_out": True})
    references = fields.List(fields.Nested(ReferenceOut), metadata={"left_out": True})


class GraphOut(Answer):
    """JSON-LD of schema.org."""

    context = fields.String(required=True, data_key="@context")
    graph = fields.List(fields.Dict(keys=fields.String()), required=True, data_key="@graph")


class FeedItemOut(Answer):
    """An article in a JSON Feed."""

    id = fields.String(required=True)
    url = fields.String(required=True)
    title = fields.String(required=True)
    content_html = fields.String()
    content_text = fields.String()
    summary = fields.String()
    date_published = fields.String(required=True)
    date_modified = fields.String(required=True)
    tags = fields.List(fields.String(), required=True)
    language = fields.String(required=True)


class FeedOut(Answer):
    """A page of a feed (JSON Feed 1.1)."""

    version = fields.String(required=True)
    title = fields.String(required=True)
    home_page_url = fields.String(required=True)
    feed_url = fields.String(required=True)
    next_url = fields.String()
    language = fields.String(required=True)
    items = fields.List(fields.Nested(FeedItemOut), required=True)


class CountedTopicOut(Answer):
    """A topic with the number of live articles about it."""

    kind = fields.String(required=True, attribute="topic.kind", validate=_KIND)
    key = fields.String(required=True, attribute="topic.key")
    label = fields.String(required=True, attribute="topic.label")
    articles = fields.Integer(required=True)


class PageOut(Answer):
    """What every list has besides its items."""

    next = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The `cursor` of the next page; null after the last."},
    )
    total = fields.Integer(
        metadata={"left_out": True, "description": "How many there are, with `count=true`."}
    )


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

    kind = fields.String(required=True, attribute="topic.kind", validate=_KIND)
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

    id = fields.String(required=True)
    slug = fields.String(required=True)
    locale = fields.String(required=True)
    digest = fields.String(required=True, allow_none=True)


class DependantsOut(Answer):
    """What else shows the article, or did until now: hubs of topics, and lists of types."""

    topics = fields.List(fields.String(), required=True)
    types = fields.List(fields.String(), required=True)


class ChangeOut(Answer):
    """One change: take the article's new state, or forget it."""

    sequence = fields.Integer(required=True)
    at = When(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["upsert", "tombstone"]))
    article = fields.Nested(ChangedArticleOut, required=True)
    sections = fields.List(fields.Nested(ChangedSectionOut), required=True)
    topics = fields.List(fields.String(), required=True)
    dependants = fields.Nested(DependantsOut, required=True)


class ChangePageOut(Answer):
    """Changes in order; `next` is the `since` to go on from, null when these were the last."""

    items = fields.List(fields.Nested(ChangeOut), required=True)
    next = fields.Integer(required=True, allow_none=True)
    sequence = fields.Integer(required=True)


class ListedArticleOut(Answer):
    """An article with the digest of all that readers see of it."""

    id = fields.String(required=True)
    slug = fields.String(required=True)
    locale = fields.String(required=True)
    digest = fields.String(required=True)
    updated_at = When(required=True)


class ManifestPageOut(PageOut):
    """A page of everything that is published."""

    items = fields.List(fields.Nested(ListedArticleOut), required=True)
