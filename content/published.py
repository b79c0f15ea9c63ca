"""What readers are given: the published projection, and nothing else of what is stored."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Generic, Literal, TypeVar

from content.scopes import Scope
from content.sections import SECTION_TYPES

BodyFormat = Literal["html", "markdown", "text"]
BODY_FORMATS: Final[tuple[BodyFormat, ...]] = ("html", "markdown", "text")

WORDS_A_MINUTE: Final = 238
"""Silent reading of English non-fiction: Brysbaert, Journal of Memory and Language 109 (2019)."""

Thing = TypeVar("Thing")
Key = list[Any]
"""The sort key of the last item of a page: plain JSON values."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Thing]):
    """Some of a list: `next` is the key to go on from, None at the end; `total` when asked.

    `sequence` is the point of the change log that it reflects, where that may lie behind the
    snapshot that it was read from. `scopes` say what else could enter it, and `beyond` names the
    articles that are not shown and yet decide on `next`.
    """

    items: list[Thing]
    next: Key | None = None
    total: int | None = None
    sequence: int | None = None
    scopes: tuple[Scope, ...] = ()
    beyond: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Nothing:
    """That there is nothing to give, as of a point of the change log; `scopes` may change that."""

    sequence: int
    scopes: tuple[Scope, ...] = ()


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page is asked for: at most `limit` items that come after the key `after`."""

    limit: int
    after: Key | None = None
    count: bool = False


@dataclass(frozen=True, slots=True)
class PublishedTopic:
    """A topic by its shown label; `locale` is the label's own, which may be a fallback."""

    kind: str
    key: str
    label: str
    locale: str

    @property
    def ref(self) -> str:
        """Its address in parameters: `kind:key`."""
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True, slots=True)
class PublishedItem:
    """A question, and its answer in the format asked for."""

    id: str
    type: str | None
    question: str
    answer: str
    anchor: str


@dataclass(frozen=True, slots=True)
class ArticleAddress:
    """Where an article is found."""

    id: str
    slug: str
    title: str
    locale: str


@dataclass(frozen=True, slots=True)
class PublishedSection:
    """A section as readers get it; `items` only of type `faq`."""

    id: str
    type: str
    heading: str | None
    level: int
    anchor: str
    position: int
    format: BodyFormat
    body: str
    word_count: int
    items: list[PublishedItem] | None
    article: ArticleAddress
    topics: list[PublishedTopic]
    updated_at: datetime
    scopes: tuple[Scope, ...] = ()
    """What else could take its place, where it was found by the address of its article."""

    @property
    def base_type(self) -> str:
        """The type whose meaning it has; a front end that does not know `type` renders this."""
        return self.type

    @property
    def type_label(self) -> str:
        """The label of its type."""
        return SECTION_TYPES[self.type].label


@dataclass(frozen=True, slots=True)
class PublishedReview:
    """Who signed the clinical text of an edition, when, and how long that holds."""

    by: str
    credentials: str
    at: datetime
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class PublishedArticle:
    """An article as readers get it; `sections` is None where they were not asked for."""

    id: str
    slug: str
    locale: str
    title: str
    summary: str
    topics: list[PublishedTopic]
    edition: int
    published_at: datetime
    first_published_at: datetime
    updated_at: datetime
    word_count: int
    digest: str
    original_id: str
    sections: list[PublishedSection] | None
    scopes: tuple[Scope, ...] = ()
    """What else could take its place, where it was found by its address."""
    reviewed: PublishedReview | None = None
    """The signature in force; never one by default."""

    @property
    def reading_minutes(self) -> int:
        """Whole minutes to read it, at least one."""
        return max(1, round(self.word_count / WORDS_A_MINUTE))


@dataclass(frozen=True, slots=True)
class PublishedPicture:
    """A picture that readers may see: its bytes by their digest, and who shows it."""

    id: str
    digest: str
    type: str
    shows_person: bool
    articles: list[str]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Fallback:
    """That an article stands in for its translation: the locale asked for, and its own."""

    requested: str
    served: str


@dataclass(frozen=True, slots=True)
class MappedArticle:
    """An article as a map of the site has it.

    `translations` are (locale, slug) of each other one; `first` is whether no older article in
    another language has its slug.
    """

    slug: str
    locale: str
    updated_at: datetime
    translations: list[tuple[str, str]]
    first: bool


@dataclass(frozen=True, slots=True)
class SiteExtent:
    """How much there is to map: articles, the characters of their longest slug, and locales."""

    articles: int
    longest_slug: int
    locales: list[str]


@dataclass(frozen=True, slots=True)
class RelatedReason:
    """Why something stands beside an article.

    `kind` is one of `primary_topic`, `topic` (of the article, and shared), `section_type` (both
    have such a section), and `missing_section_type` (the article itself has none). `label` is
    the name of the topic or type, to be shown.
    """

    kind: str
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class RelatedArticle:
    """An article, without its sections, and why it is near."""

    article: PublishedArticle
    reasons: list[RelatedReason]


@dataclass(frozen=True, slots=True)
class SectionAddress:
    """Where a section is found."""

    id: str
    type: str
    heading: str | None
    anchor: str
    article: ArticleAddress

    @property
    def type_label(self) -> str:
        """The label of its type."""
        return SECTION_TYPES[self.type].label


@dataclass(frozen=True, slots=True)
class RelatedSection:
    """A section of another article, and why it is near."""

    section: SectionAddress
    reasons: list[RelatedReason]


@dataclass(frozen=True, slots=True)
class Related:
    """What is nearest to the article `of`, nearest first; `scopes` say what could come nearer."""

    of: PublishedArticle
    articles: list[RelatedArticle]
    sections: list[RelatedSection]
    scopes: tuple[Scope, ...]


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """An article in the manifest; `digest` changes whenever anything that readers see does."""

    id: str
    slug: str
    locale: str
    digest: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PublishedFaq:
    """A pair with every article that it stands in; pairs that say the same are folded into one.

    `variants` has what stands in some of those articles in other words, or with other markup.
    """

    id: str
    type: str | None
    question: str
    answer: str
    format: BodyFormat
    articles: list["FaqPlace"]
    variants: list["FaqVariant"]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class FaqVariant:
    """Another wording of a pair, as it was approved, with the articles that it stands in."""

    question: str
    answer: str
    articles: list["FaqPlace"]


@dataclass(frozen=True, slots=True)
class FaqPlace:
    """One article that a pair stands in, and its anchor there."""

    id: str
    slug: str
    title: str
    locale: str
    anchor: str


@dataclass(frozen=True, slots=True)
class ChangedSection:
    """A section of an article that changed; `digest` is that of its text."""

    id: str
    type: str
    digest: str | None


@dataclass(frozen=True, slots=True)
class ChangedArticle:
    """The article that a change is about; `digest` is None of a tombstone."""

    id: str
    slug: str
    locale: str
    digest: str | None


@dataclass(frozen=True, slots=True)
class Dependants:
    """What else shows the article, or did until now: hubs of topics, and lists of types.

    The hub of a topic that the article does not have shows it where both have an equal pair.
    """

    topics: list[str]
    types: list[str]


@dataclass(frozen=True, slots=True)
class LoggedChange:
    """One change of what readers see: take the new state, or forget the article."""

    sequence: int
    at: datetime
    kind: str
    article: ChangedArticle
    sections: list[ChangedSection]
    topics: list[str]
    dependants: Dependants


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Changes in order; `next` is the sequence number to go on from, None after the last."""

    items: list[LoggedChange]
    next: int | None
    sequence: int


@dataclass(frozen=True, slots=True)
class PublishedHub:
    """A topic with its live articles, its sections by type, and its pairs.

    `articles` and `faqs` are first pages; their `total` says how many there are.
    """

    topic: PublishedTopic
    also: list[str]
    articles: Page[PublishedArticle]
    section_counts: dict[str, int]
    faqs: Page[PublishedFaq] = field(default_factory=lambda: Page([]))


@dataclass(frozen=True, slots=True)
class CountedTopic:
    """A topic with the number of live articles about it."""

    topic: PublishedTopic
    articles: int
