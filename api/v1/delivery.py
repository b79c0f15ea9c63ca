"""What front ends read: articles, sections, pairs, topics and section types; live ones only."""

from dataclasses import replace
from typing import Any

from flask_smorest import Blueprint

from api.auth import public
from api.house import house
from api.parsing import StrictParser
from api.v1 import queries, schemas
from api.v1.delivering import delivers
from api.v1.turning import wanted_page
from content import reading
from content.published import (
    Page,
    PublishedArticle,
    PublishedFaq,
    PublishedHub,
    PublishedSection,
    Related,
)
from content.scopes import Scope
from content.sections import SECTION_TYPES
from content.statements import Snapshot

blueprint = Blueprint(
    "delivery",
    __name__,
    url_prefix="/api/v1",
    description="Articles, sections, pairs and topics",
)
blueprint.ARGUMENTS_PARSER = StrictParser()


@blueprint.get("/articles")
@public
@blueprint.arguments(queries.ArticlesQuery, location="query")
@delivers(blueprint, schemas.ArticlePageOut)
def articles(session: Snapshot, query: dict[str, Any]) -> Page[PublishedArticle]:
    """List articles

    Newest first; narrowed by topics (all must match), by the type of a section, by locale, by
    slugs, or to what changed since an instant. `include=sections` adds the sections.
    """
    return reading.articles(
        session,
        _filter(query),
        wanted_page(query),
        sort=query["sort"],
        with_sections="sections" in query.get("include", ()),
        body_format=query["format"],
        at=query.get("at"),
    )


@blueprint.get("/articles/<slug>")
@public
@blueprint.arguments(queries.ArticleQuery, location="query")
@delivers(blueprint, schemas.ArticleOut)
def article(session: Snapshot, query: dict[str, Any], slug: str) -> PublishedArticle:
    """Get an article

    With its sections in order. `include=related` adds what is nearest to it, as its own address
    answers it. A former slug answers 308, a withdrawn article 410.
    """
    found = reading.article(session, slug, **_located(query), types=query.get("types", ()))
    return _with_inclusions(session, found, query)


@blueprint.get("/articles/<slug>/related")
@public
@blueprint.arguments(queries.RelatedQuery, location="query")
@delivers(blueprint, schemas.RelatedOut)
def related(session: Snapshot, query: dict[str, Any], slug: str) -> Related:
    """Get what is near an article

    Articles of the same locale, nearest first: by the topics that they share (the primary topic
    counts most, a rare one more than a common one), then by the types of their sections. And
    sections of articles with the same primary topic: first one of each type that the article
    itself lacks. Each comes with its reasons.
    """
    return reading.related(
        session,
        reading.article(
            session,
            slug,
            query.get("locale"),
            prefer=house().settings.locale,
            with_sections=False,
            at=query.get("at"),
        ),
        most_articles=query["limit"],
        most_sections=query["sections"],
        at=query.get("at"),
    )


@blueprint.get("/articles/<slug>/sections/<anchor_or_type>")
@public
@blueprint.arguments(queries.LocatedQuery, location="query")
@delivers(blueprint, schemas.SectionOut)
def article_section(
    session: Snapshot, query: dict[str, Any], slug: str, anchor_or_type: str
) -> PublishedSection:
    """Get a section of an article

    By its anchor, or else the first section of that type.
    """
    return reading.article_section(session, slug, anchor_or_type, **_located(query))


@blueprint.get("/sections")
@public
@blueprint.arguments(queries.SectionsQuery, location="query")
@delivers(blueprint, schemas.SectionPageOut)
def sections(session: Snapshot, query: dict[str, Any]) -> Page[PublishedSection]:
    """List sections across articles

    Such as all aftercare for microneedling: `type=aftercare&topic=procedure:microneedling`.
    """
    return reading.sections(
        session,
        _filter(query),
        wanted_page(query),
        body_format=query["format"],
        at=query.get("at"),
    )


@blueprint.get("/sections/<section_id>")
@public
@blueprint.arguments(queries.OneQuery, location="query")
@delivers(blueprint, schemas.SectionOut)
def section(session: Snapshot, query: dict[str, Any], section_id: str) -> PublishedSection:
    """Get a section

    Its id stays the same through retitling and new editions.
    """
    return reading.section(session, section_id, body_format=query["format"], at=query.get("at"))


@blueprint.get("/faqs")
@public
@blueprint.arguments(queries.FaqsQuery, location="query")
@delivers(blueprint, schemas.FaqPageOut)
def faqs(session: Snapshot, query: dict[str, Any]) -> Page[PublishedFaq]:
    """List questions and answers across articles

    Pairs that say the same are folded into one, which names every article that it stands in,
    and lists as `variants` whatever an article says in other words. A difference in a number, a
    unit, a negation, a name or the like is never folded.
    """
    return reading.faqs(
        session,
        _filter(query),
        wanted_page(query),
        words=query.get("q", "").split(),
        body_format=query["format"],
        at=query.get("at"),
    )


@blueprint.get("/topics")
@public
@blueprint.arguments(queries.TopicListQuery, location="query")
@delivers(blueprint, schemas.TopicPageOut)
def topics(session: Snapshot, query: dict[str, Any]) -> Page[Any]:
    """List topics

    All those with published articles, in one page, each with their number.
    """
    locale = query.get("locale", house().settings.locale)
    found = reading.topics(session, locale, query.get("kind"), at=query.get("at"))
    return Page(list(found), scopes=(Scope("topics"),))


@blueprint.get("/topics/<kind>/<key>")
@public
@blueprint.arguments(queries.HubQuery, location="query")
@delivers(blueprint, schemas.HubOut)
def topic(session: Snapshot, query: dict[str, Any], kind: str, key: str) -> PublishedHub:
    """Get a topic's hub

    With its newest articles, how many sections of each type they have, and its first pairs.
    """
    locale = query.get("locale", house().settings.locale)
    return reading.hub(session, kind, key, locale, query["format"], at=query.get("at"))


@blueprint.get("/section-types")
@public
@blueprint.arguments(queries.Query, location="query")
@delivers(blueprint, schemas.SectionTypePageOut)
def section_types(session: Snapshot, query: dict[str, Any]) -> Page[Any]:
    """List section types

    With definition, usual order and the schema.org health aspect, where one exists.
    """
    return Page(list(SECTION_TYPES.values()))


def _filter(query: dict[str, Any]) -> reading.Filter:
    return reading.Filter(
        types=query.get("type", ()),
        topics=query["topic"],
        locale=query.get("locale"),
        article=query.get("article"),
        slugs=query["slug"].split(",") if query.get("slug") else (),
        updated_since=query.get("updated_since"),
    )


def _with_inclusions(
    session: Snapshot, article: PublishedArticle, query: dict[str, Any]
) -> PublishedArticle:
    """The article with what `include` asks for besides."""
    if "related" in query.get("include", ()):
        article = replace(article, related=reading.related(session, article, at=query.get("at")))
    return article


def _located(query: dict[str, Any]) -> dict[str, Any]:
    prefer = house().settings.locale
    return {
        "locale": query.get("locale"),
        "prefer": prefer,
        "body_format": query["format"],
        "at": query.get("at"),
    }
