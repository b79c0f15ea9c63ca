"""What an article's answer has besides the article itself, where it was asked for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from api.caching import tags_of
from api.house import house
from api.v1 import structuring
from content import reading
from content.published import ArticleAddress, Fallback, PublishedArticle, PublishedFaq, Related
from content.references import Reference
from content.scopes import Scope
from content.statements import Reader

Query = dict[str, Any]
Made = tuple[Any, Sequence[Scope]]
"""What is included, and what else could change that besides the articles that it shows."""


@dataclass(frozen=True, slots=True)
class WholeArticle(PublishedArticle):
    """An article, what it stands in for, and what was included; None where not asked for.

    `scopes` are those of all of it.
    """

    fallback: Fallback | None = None
    related: Related | None = None
    faqs: list[PublishedFaq] | None = None
    jsonld: dict[str, Any] | None = None
    alternates: list[ArticleAddress] | None = None
    references: list[Reference] | None = None


def whole(session: Reader, article: PublishedArticle, query: Query) -> WholeArticle:
    """The article with what a query with `locale`, `format`, `at` and `include` asks for."""
    members = {each.name: getattr(article, each.name) for each in fields(PublishedArticle)}
    for name in query.get("include", ()):
        members[name], scopes = _MAKING[name](session, article, query)
        members["scopes"] = (*members["scopes"], *scopes)
    return WholeArticle(**members, fallback=_fallback(article, query.get("locale")))


def whole_preview(
    article: PublishedArticle, references: list[Reference], query: Query
) -> WholeArticle:
    """An edition that is not in what is published, with what of its own is asked for."""
    members = {each.name: getattr(article, each.name) for each in fields(PublishedArticle)}
    making: dict[str, Any] = {
        "jsonld": lambda: structuring.graph(article, house().settings.url_template, references),
        "references": lambda: references,
    }
    asked = {name: making[name]() for name in query.get("include", ())}
    return WholeArticle(**members, **asked)


@tags_of.register
def _(found: WholeArticle) -> Iterable[str]:
    yield from tags_of.dispatch(PublishedArticle)(found)
    if found.related:
        yield from tags_of(found.related)
    for each in (*(found.faqs or ()), *(found.alternates or ())):
        yield from tags_of(each)


def _fallback(article: PublishedArticle, requested: str | None) -> Fallback | None:
    if requested is None or requested == article.locale:
        return None
    return Fallback(requested, article.locale)


def _related(session: Reader, article: PublishedArticle, query: Query) -> Made:
    found = reading.related(session, article, at=query.get("at"))
    return found, found.scopes


def _faqs(session: Reader, article: PublishedArticle, query: Query) -> Made:
    found = reading.faqs_of_article(
        session, article.id, body_format=query["format"], at=query.get("at")
    )
    return found.items, found.scopes


def _jsonld(session: Reader, article: PublishedArticle, query: Query) -> Made:
    cited = reading.references(session, article.id, at=query.get("at"))
    return structuring.graph(article, house().settings.url_template, cited), ()


def _references(session: Reader, article: PublishedArticle, query: Query) -> Made:
    return reading.references(session, article.id, at=query.get("at")), ()


def _alternates(session: Reader, article: PublishedArticle, query: Query) -> Made:
    found = reading.alternates(session, article, at=query.get("at"))
    return found.items, found.scopes


_MAKING: Final[Mapping[str, Callable[[Reader, PublishedArticle, Query], Made]]] = {
    "related": _related,
    "faqs": _faqs,
    "jsonld": _jsonld,
    "alternates": _alternates,
    "references": _references,
}

INCLUDED: Final = tuple(_MAKING)
"""The names of what can be included; each is a member of `WholeArticle`."""

OF_PREVIEWS: Final = ("jsonld", "references")
"""Those that are made of an edition alone; the others are found by what is published."""
