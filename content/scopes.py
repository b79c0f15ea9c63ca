"""What an answer depends on besides the articles that it shows, and which news concern it.

An answer shows some articles: whatever becomes of them changes it. A list also changes when an
article enters it that it did not show. A `Scope` says what could enter: which articles belong to
the list, and where in its order the page begins and ends.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from sys import getsizeof
from typing import Any, Final, Literal

Kind = Literal["articles", "equals", "everything", "pairs", "places", "topics", "words"]

_SCOPE_BYTES: Final = 1_200
_MEMBER_BYTES: Final = 64


@dataclass(frozen=True, slots=True)
class Facts:
    """Where readers find an article: what decides on its place in every list."""

    article_id: str
    topics: frozenset[str]
    types: frozenset[str]
    locale: str
    slug: str
    published_at: datetime
    updated_at: datetime
    pairs: tuple[str, ...]
    """The digests of its sections of questions and answers."""
    original_id: str = ""
    """The article that it and its translations were made from; itself, if none."""
    folds: frozenset[str] = frozenset()
    """By which its pairs are equal to those of other articles."""


@dataclass(frozen=True, slots=True)
class Touched:
    """An article with its facts before and after; None where readers did or do not see it."""

    article_id: str
    before: Facts | None
    after: Facts | None


@dataclass(frozen=True, slots=True)
class News:
    """What happened between two points of the log.

    `touched` is None when it is too much to tell apart; `renamed` are topics with other labels,
    `led` slugs that lead elsewhere than before.
    """

    sequence: int
    touched: Sequence[Touched] | None
    renamed: frozenset[str] = frozenset()
    led: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Window:
    """The part of an order that a page covers: what comes after `first`, up to `last`.

    Both are places, a value and an article's id; None is an open end.
    """

    attribute: Literal["published_at", "updated_at", "article_id"]
    descending: bool
    first: tuple[Any, str] | None
    last: tuple[Any, str] | None

    def covers(self, facts: Facts) -> bool:
        """Whether an article with these facts stands in it."""
        place = (getattr(facts, self.attribute), facts.article_id)
        if self.descending:
            begun = self.first is None or place < self.first
            return begun and (self.last is None or place >= self.last)
        begun = self.first is None or place > self.first
        return begun and (self.last is None or place <= self.last)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which articles could change an answer that does not show them.

    `articles`: those that the filter lets through, where the page covers their place; without a
    `window`, any change of them counts. `pairs`: the same for lists of questions. `equals`: only
    those that have a pair equal to one shown. `places`: those that come, go or move, by slug,
    locale or original, whatever their texts. `topics`: what enters or leaves topics, and their
    labels. `everything`: the log itself. `words`: no article, but what words mean to a search.
    """

    kind: Kind = "articles"
    types: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    locale: str | None = None
    slugs: frozenset[str] = frozenset()
    originals: frozenset[str] = frozenset()
    updated_since: datetime | None = None
    window: Window | None = None
    folds: frozenset[str] = frozenset()
    """Of the pairs that it shows: each names all articles that it stands in, also those that the
    filter does not let through."""

    @property
    def bytes(self) -> int:
        """What it takes in memory, measured and rounded up."""
        texts = sum(map(getsizeof, (*self.topics, *self.slugs, *self.originals, *self.folds)))
        return _SCOPE_BYTES + texts + _MEMBER_BYTES * len(self.folds)

    def concerned_by(self, news: News) -> bool:
        """Whether an answer of this scope may be another after the news."""
        if self.kind == "everything" or news.touched is None:
            return True
        if self.kind == "topics" and news.renamed:
            return True
        if self.kind == "places" and not self.slugs.isdisjoint(news.led):
            return True
        return any(self._concerned_by(each) for each in news.touched)

    def _concerned_by(self, touched: Touched) -> bool:
        before, after = touched.before, touched.after
        if after is not None and not self.folds.isdisjoint(after.folds):
            return True
        if self.kind == "topics":
            return _topics(before) != _topics(after)
        was, remains = self._holds(before), self._holds(after)
        if self.kind == "articles":
            if self.window is None:
                return was or remains
            # What leaves the page stood on it, and is known by its own name.
            return after is not None and remains and self.window.covers(after)
        decides = _DECISIVE.get(self.kind)
        return decides is not None and (was or remains) and decides(before) != decides(after)

    def _holds(self, facts: Facts | None) -> bool:
        return (
            facts is not None
            and self.topics <= facts.topics
            and (not self.types or not self.types.isdisjoint(facts.types))
            and self.locale in (None, facts.locale)
            and (not self.slugs or facts.slug in self.slugs)
            and (not self.originals or facts.original_id in self.originals)
            and (self.updated_since is None or facts.updated_at >= self.updated_since)
        )


EVERYTHING: Final = Scope("everything")
"""The scope of an answer that every change of the log alters."""

WORDS: Final = Scope("words")
"""The scope of an answer that hangs on what words mean."""


def _topics(facts: Facts | None) -> Set[str]:
    return facts.topics if facts else frozenset()


def _place(facts: Facts | None) -> tuple[str, ...]:
    """Where readers find an article, and among which translations."""
    return (facts.slug, facts.locale, facts.original_id) if facts else ()


def _pairs(facts: Facts | None) -> tuple[object, ...]:
    """What decides on an article's part in lists of pairs; nothing where it has none."""
    if facts is None or not facts.pairs:
        return ()
    return (facts.pairs, facts.topics, facts.locale, facts.slug)


_DECISIVE: Final[Mapping[Kind, Callable[[Facts | None], object]]] = {
    "pairs": _pairs,
    "places": _place,
}
