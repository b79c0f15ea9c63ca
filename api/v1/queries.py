"""What delivery's queries may ask, as parameters."""

from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate, validates

from api.fields import Choices, Digits, Locale, Several, Text, Toggle, When
from api.v1.including import INCLUDED
from api.v1.mapping import MAX_URLS
from api.v1.schemas import ArticleOut, SectionOut, WholeArticleOut
from content.drafts import nearest
from content.published import BODY_FORMATS
from content.reading import ARTICLE_SORTS
from content.sections import SECTION_TYPES
from content.topics import KINDS

TYPES: Final = tuple(SECTION_TYPES)
PAGE: Final = 20
"""Items of a page, where nothing else was asked for."""


class Sparse(Several):
    """Names of members to keep, parted by commas, dotted where they are nested."""

    def __init__(self, shape: type[Schema], **kwargs: Any) -> None:
        self.known = sorted(_names(shape()))
        about = {"description": "Members to keep, dotted where they are nested; the others go."}
        metadata = {**about, **kwargs.pop("metadata", {})}
        super().__init__({"enum": self.known}, metadata=metadata, **kwargs)

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


class PointQuery(Query):
    """What can be read as it was."""

    at = Digits(
        0,
        metadata={
            "description": "A point of the change log (`Content-Sequence`): the answer is the one "
            "that was given when the log stood there."
        },
    )


class OneQuery(PointQuery):
    """One thing in a format."""

    format = body_format()


class AddressQuery(PointQuery):
    """An article, which is found by slug and locale."""

    locale = Locale(metadata={"description": "The article's locale, where a slug is in several."})
    fallback = Toggle(
        load_default=False,
        metadata={
            "description": "Whether an article that is not there in `locale` is answered by its "
            "best translation: in the language of that locale, in the site's own locale, or in "
            "any; `Content-Language` says which it is. Without `locale` none is missing."
        },
    )


class LocatedQuery(AddressQuery, OneQuery):
    """One thing of an article, in a format."""


def _link(shown: str) -> Text:
    """The secret of a link to a preview, which shows something."""
    about = f"The secret of a link to a preview: the answer is {shown}. It is kept by no cache."
    return Text(validate=validate.Length(1, 200), metadata={"description": about})


class PictureQuery(Query):
    """One picture."""

    preview = _link("a picture of its edition, also of one that nobody else finds")


class ArticleQuery(LocatedQuery):
    """One article."""

    types = Choices(TYPES, metadata={"description": "Keep only sections of these types."})
    include = Choices(INCLUDED, metadata={"description": "What to add to the article."})
    fields_ = Sparse(WholeArticleOut, data_key="fields")
    preview = _link("the edition that it is bound to, also of an article that nobody else finds")


class RelatedQuery(AddressQuery):
    """What is near an article."""

    limit = Digits(1, 20, load_default=6, metadata={"description": "Articles at most."})
    sections = Digits(0, 20, load_default=6, metadata={"description": "Sections at most."})


class PageQuery(Query):
    """What every list takes."""

    limit = Digits(1, 100, load_default=PAGE, metadata={"description": "Items a page."})
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
    slug = Several(
        metadata={
            "description": "Those with these slugs, at most 100; what is not published is left out."
        }
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
        if not slugs:
            raise ValidationError("Give at least one slug.")
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


class TopicListQuery(PointQuery):
    """The topics of a kind."""

    kind = Text(
        validate=validate.OneOf(KINDS, error="Must be one of: {choices}."),
        metadata={"description": "Topics of this kind."},
    )
    locale = Locale(metadata={"description": "The locale of the labels."})


class HubQuery(OneQuery):
    """One topic."""

    locale = Locale(metadata={"description": "The locale of the labels."})


class FeedQuery(TopicsQuery):
    """A page of a feed."""

    locale = Locale(metadata={"description": "A language tag, such as en or de-CH."})
    limit = Digits(1, 100, load_default=PAGE, metadata={"description": "Entries a page."})
    cursor = Text(
        validate=validate.Length(1, 3000),
        metadata={"description": "Of an older page, as the feed's link to it has it."},
    )


class SitemapQuery(Query):
    """A part of the sitemap."""

    page = Digits(1, MAX_URLS, metadata={"description": "One sitemap of those in the index."})


class ManifestQuery(PointQuery):
    """A page of everything."""

    limit = Digits(1, 1000, load_default=100, metadata={"description": "Articles a page."})
    cursor = Text(
        validate=validate.Length(1, 3000), metadata={"description": "`next` of the page before."}
    )
    count = Toggle(load_default=False, metadata={"description": "Whether to add `total`."})


class ChangesQuery(Query):
    """From where in the log."""

    since = Digits(0, load_default=0, metadata={"description": "The last sequence number seen."})
    limit = Digits(
        *(1, 1000),
        load_default=100,
        metadata={"description": "Changes a page, which ends after the last one of a number."},
    )
