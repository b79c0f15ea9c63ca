"""Which languages an answer is in."""

from collections.abc import Iterable
from functools import singledispatch
from typing import Any

from content.answering import GivenAnswer
from content.finding import FoundSection
from content.published import (
    CountedTopic,
    Page,
    PublishedArticle,
    PublishedFaq,
    PublishedHub,
    PublishedSection,
    Related,
)
from content.sections import SectionType


@singledispatch
def locales_of(found: Any) -> Iterable[str]:
    """The locales of the texts that were found; none of what is for programs alone."""
    return ()


@locales_of.register
def _(found: PublishedArticle) -> Iterable[str]:
    return (found.locale,)


@locales_of.register
def _(found: PublishedSection) -> Iterable[str]:
    return (found.article.locale,)


@locales_of.register
def _(found: FoundSection) -> Iterable[str]:
    return locales_of(found.section)


@locales_of.register
def _(found: GivenAnswer) -> Iterable[str]:
    return (found.source.article.locale,)


@locales_of.register
def _(found: PublishedFaq) -> Iterable[str]:
    return (place.locale for place in found.articles)


@locales_of.register
def _(found: CountedTopic) -> Iterable[str]:
    return (found.topic.locale,)


@locales_of.register
def _(found: PublishedHub) -> Iterable[str]:
    yield found.topic.locale
    yield from locales_of(found.articles)
    yield from locales_of(found.faqs)


@locales_of.register
def _(found: Related) -> Iterable[str]:
    return locales_of(found.of)


@locales_of.register
def _(found: SectionType) -> Iterable[str]:
    return ("en",)


@locales_of.register
def _(found: Page) -> Iterable[str]:  # type: ignore[type-arg]  # Dispatch needs the bare class.
    for item in found.items:
        yield from locales_of(item)
