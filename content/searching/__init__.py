"""Searching: what is asked of an index, what it answers, and what every index must be able to do.

An index is a shadow of the live editions. It follows the change log, keeps its checkpoint in the
same commit as its documents, and can be thrown away and rebuilt at any time. It answers
references to sections; the sections themselves are read from the library.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

from content.searching.documents import SectionDocument
from content.searching.vocabulary import NO_WORDS, Vocabulary

MAX_LIMIT = 100
"""Hits in one answer, at most."""

Facet = Literal["type", "topic", "locale"]
FACETS: Final[tuple[Facet, ...]] = ("type", "topic", "locale")

MOST_IN_GROUP: Final = 3
"""Hits of one article that a group shows."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Where the next page begins: after this section, wherever it stands now.

    Scores alone would not do: each published section shifts all of them a little. A rank would
    not do either: it skips or repeats hits as soon as sections come or go above it. Only when
    the section is no longer among the hits does `score` tell the place: the section's share of
    the best score, 0 to 1, in which those small shifts cancel.
    """

    score: float
    section_id: str


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is asked: a text as people type it, narrowed by exact filters.

    `types` are keys of section types, of which one must match; `topics` are refs (`kind:key`),
    all of which must match; `article` is a slug; `limit` is 1 to 100, of hits or of groups.
    `grouped` asks for articles with their best hits, `explain` for the reasons of each hit.
    """

    text: str
    types: Sequence[str] = ()
    topics: Sequence[str] = ()
    locale: str | None = None
    article: str | None = None
    limit: int = 20
    after: Resume | None = None
    facets: Sequence[Facet] = ()
    grouped: bool = False
    explain: bool = False


@dataclass(frozen=True, slots=True)
class Highlights:
    """Safe HTML: escaped text in which matched words stand in `<mark>`.

    `heading` is None when nothing in it matched; `body` holds whole sentences, in the order of
    the text.
    """

    heading: str | None = None
    body: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A section that matches, best first; `matched` are those words of the query that it holds.

    `reasons` say in words why it stands where it does, the weightiest first; only on request.
    """

    section_id: str
    score: float
    highlights: Highlights
    matched: list[str]
    reasons: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class HitGroup:
    """An article with its best hits, at most `MOST_IN_GROUP`; `total` counts all of them."""

    article_id: str
    total: int
    hits: list[SearchHit]


@dataclass(frozen=True, slots=True)
class SearchHits:
    """One page of an answer.

    `total` counts all matching sections, or articles when they are grouped; then `groups` holds
    the page and `hits` is empty. `sequence` is the point of the change log that the index
    reflects; `next` is where to resume, None on the last page.

    `facets` give for each value how many sections a list would have that is narrowed by it: by
    the query's own filters, but for a type and a locale in place of those asked for.
    `did_you_mean` is the text with its misspelt words put right, None when none seemed misspelt.
    """

    total: int
    hits: list[SearchHit]
    sequence: int
    next: Resume | None = None
    facets: Mapping[Facet, Mapping[str, int]] = field(default_factory=dict)
    groups: list[HitGroup] = field(default_factory=list)
    did_you_mean: str | None = None


CompletionKind = Literal["title", "heading", "question", "topic"]


@dataclass(frozen=True, slots=True)
class Completion:
    """What a person may be about to type.

    `ref` says where it leads: the id of a section (of the best one, for a title or heading that
    several have), or the ref (`kind:key`) of a topic. `sections` counts those that it stands for.
    """

    text: str
    kind: CompletionKind
    ref: str
    sections: int


class Wish(Protocol):
    """The place for the one wish to have an index built anew, where all who share it look.

    All methods raise `SearchUnavailable` when they cannot get there.
    """

    def read(self) -> bytes | None:
        """The wish as it was written; None when there is none."""

    def write(self, wish: bytes) -> None:
        """Put it down, in the place of any other; it outlives every process once this returns."""

    def remove(self) -> None:
        """Leave none."""


class SearchIndex(Protocol):
    """What every index does. All methods raise `SearchUnavailable` when it cannot be used."""

    @property
    def wish(self) -> Wish:
        """Where it is asked to be built anew."""

    def checkpoint(self) -> int:
        """The sequence number up to which the change log is reflected."""

    def apply(
        self, article_ids: Sequence[str], documents: Iterable[SectionDocument], sequence: int
    ) -> None:
        """Take the new state of some articles, and the checkpoint with it, in one commit.

        Every document of `article_ids` is removed; `documents` are all that is live of them
        now. Applying the same again changes nothing; a state older than the index's own
        checkpoint is not taken.
        """

    def rebuild(self, documents: Iterable[SectionDocument], sequence: int) -> None:
        """Replace everything by these documents, at this checkpoint; readers go on meanwhile.

        While the documents are read, the same thread may `apply` changes to what is replaced.
        """

    def search(self, query: SearchQuery, vocabulary: Vocabulary = NO_WORDS) -> SearchHits:
        """The hits of a query; raises `Invalid` when the query is not acceptable."""

    def complete(
        self, text: str, vocabulary: Vocabulary, locale: str | None, limit: int
    ) -> Sequence[Completion]:
        """What someone who typed this may be about to type, the likeliest first.

        Without a word in the text, the topics of most sections.
        """

    def documents(self) -> Iterator[SectionDocument]:
        """Every document as it was indexed: to compare the index with the library.

        They are read while they are asked for: to hold all of them takes as much as all texts.
        """

    def segments(self) -> int:
        """In how many parts it is kept, each of which costs a query some time."""

    def optimise(self, most_segments: int = 8, *, busy: bool = False) -> bool:
        """Do the upkeep that makes searching faster; False when there was none to do.

        `busy` is whether changes are waiting: then only what must be done, and a little at a time.
        """

    def close(self) -> None:
        """Give back what is open; the next call opens it again."""

    def elected(self) -> AbstractContextManager[bool]:
        """Be the one process that writes, as long as the block lasts; False if another is."""
