"""What caches need with a delivery answer: validators, tags to purge by, and what it depends on."""

import hashlib
import re
from collections.abc import Iterable
from functools import singledispatch
from time import time
from typing import Any, Final

from content.answering import GivenAnswer
from content.finding import FoundGroup, FoundSection
from content.published import (
    ArticleAddress,
    ListedArticle,
    Nothing,
    Page,
    PublishedArticle,
    PublishedFaq,
    PublishedHub,
    PublishedPicture,
    PublishedSection,
    PublishedTopic,
    Related,
)
from content.scopes import EVERYTHING, Scope
from content.suggesting import Suggestions
from content.tags import WHOLE_LIBRARY, article_tag, topic_tag, type_tag

STALE: Final = 86_400
"""Seconds that a cache may go on with an old answer while it asks for a new one (RFC 5861)."""

_OVERDUE: Final = 1
# Seconds for which an answer may be kept that should have changed already, and will any moment.

_CODING: Final = re.compile(r"(?:[:;-](?:br|gzip|zstd|deflate))$")


class Lifetime:
    """How long caches beyond us may keep an answer, as the header says it (RFC 9111, RFC 5861).

    For `max_age` seconds, and `STALE` more while they ask for a new one or cannot have one; but
    only until the next scheduled change, whichever answers that concerns.
    """

    def __init__(self, max_age: int) -> None:
        self._max_age = max_age
        self._longest = max_age + STALE
        self.usual = _cache_control(max_age, STALE)
        self._last = (self._longest, self.usual)
        # Most answers are sent in the same second as the one before.

    def until(self, due: float | None) -> tuple[str, str]:
        """The header of an answer that may change at the instant `due`, in seconds of the epoch."""
        if due is None:
            return self.usual
        left = due - time()
        seconds = min(int(left), self._longest) if left > 0 else _OVERDUE
        last = self._last
        if last[0] != seconds:
            fresh = min(self._max_age, seconds)
            last = seconds, _cache_control(fresh, min(STALE, seconds - fresh))
            self._last = last
        return last[1]


def _cache_control(max_age: int, stale: int) -> tuple[str, str]:
    lifetime = f"max-age={max_age}, stale-while-revalidate={stale}, stale-if-error={stale}"
    return "Cache-Control", f"public, {lifetime}"


def entity_tag(body: bytes) -> str:
    """A strong entity tag of these very bytes: the same on every worker and machine."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def same_entity(sent: str, current: str) -> bool:
    """Whether a tag that a client sent back means `current`.

    Proxies weaken tags and append their content coding; both are taken off first, and the
    revision in the database remains the real guard.
    """
    return bare_tag(sent) == current


def bare_tag(sent: str) -> str:
    """The tag without its quotes, weakness and content coding."""
    return _CODING.sub("", sent.strip().removeprefix("W/").strip('"')).rstrip('"')


def client_has(sent: str, tag: str) -> bool:
    """Whether `If-None-Match` names the answer with that tag.

    Only this is honoured: `If-Modified-Since` counts whole seconds, and two editions may be
    published in one.
    """
    return any(each.strip() == "*" or same_entity(each, tag) for each in sent.split(","))


@singledispatch
def tags_of(found: Any) -> Iterable[str]:
    """The cache tags of what an answer shows; `list` for what depends on the whole library."""
    return [WHOLE_LIBRARY]


@tags_of.register
def _(found: PublishedArticle) -> Iterable[str]:
    yield article_tag(found.id)
    yield from _topic_tags(found.topics)
    for section in found.sections or ():
        yield type_tag(section.type)


@tags_of.register
def _(found: PublishedPicture) -> Iterable[str]:
    # Whoever purges an article that was withdrawn purges its pictures with it.
    yield f"media-{found.id}"
    yield from map(article_tag, found.articles)


@tags_of.register
def _(found: Related) -> Iterable[str]:
    # Every article of its topics could come nearer than those that it shows.
    yield article_tag(found.of.id)
    yield from _topic_tags(found.of.topics)
    yield from (article_tag(each.article.id) for each in found.articles)
    yield from (article_tag(each.section.article.id) for each in found.sections)


@tags_of.register
def _(found: ArticleAddress | ListedArticle) -> Iterable[str]:
    yield article_tag(found.id)


@tags_of.register
def _(found: PublishedSection) -> Iterable[str]:
    yield article_tag(found.article.id)
    yield type_tag(found.type)
    yield from _topic_tags(found.topics)


@tags_of.register
def _(found: FoundSection) -> Iterable[str]:
    return tags_of(found.section)


@tags_of.register
def _(found: FoundGroup) -> Iterable[str]:
    for hit in found.hits:
        yield from tags_of(hit)


@tags_of.register
def _(found: GivenAnswer) -> Iterable[str]:
    # Any other article may come to answer better.
    yield WHOLE_LIBRARY
    yield from tags_of(found.source.article)
    yield type_tag(found.source.section.type)


@tags_of.register
def _(found: Suggestions) -> Iterable[str]:
    yield WHOLE_LIBRARY
    yield from (article_tag(each.article.id) for each in found.items if each.article)
    topics = (each.topic for each in found.items if each.topic)
    yield from (topic_tag(topic) for topic in topics)


@tags_of.register
def _(found: PublishedFaq) -> Iterable[str]:
    yield from (article_tag(place.id) for place in found.articles)


@tags_of.register
def _(found: PublishedHub) -> Iterable[str]:
    yield WHOLE_LIBRARY
    yield from _topic_tags([found.topic])
    yield from tags_of(found.articles)
    yield from tags_of(found.faqs)


@tags_of.register
def _(found: Page) -> Iterable[str]:  # type: ignore[type-arg]  # Dispatch needs the bare class.
    yield WHOLE_LIBRARY
    for item in found.items:
        yield from tags_of(item)


def _topic_tags(topics: Iterable[PublishedTopic]) -> Iterable[str]:
    return (topic_tag(topic.ref) for topic in topics)


@singledispatch
def scopes_of(found: Any) -> tuple[Scope, ...]:
    """What could change an answer besides the articles that it shows."""
    return (EVERYTHING,)


@scopes_of.register
def _(found: PublishedArticle) -> tuple[Scope, ...]:
    return found.scopes


@scopes_of.register
def _(found: PublishedPicture) -> tuple[Scope, ...]:
    return ()


@scopes_of.register
def _(found: Related) -> tuple[Scope, ...]:
    return (*scopes_of(found.of), *found.scopes)


@scopes_of.register
def _(found: GivenAnswer | Nothing | Suggestions) -> tuple[Scope, ...]:
    return found.scopes


@scopes_of.register
def _(found: PublishedSection) -> tuple[Scope, ...]:
    return found.scopes


@scopes_of.register
def _(found: PublishedHub) -> tuple[Scope, ...]:
    return (Scope(topics=frozenset({found.topic.ref})), *found.faqs.scopes)


@scopes_of.register
def _(found: Page) -> tuple[Scope, ...]:  # type: ignore[type-arg]  # The same.
    return found.scopes
