"""What front ends read: articles, sections, pairs, topics and section types; live ones only."""

from typing import Any

from flask_smorest import Blueprint

from api.auth import public
from api.house import house
from api.parsing import StrictParser
from api.v1 import printing, queries, schemas, structuring
from api.v1.delivering import Rendered, delivers
from api.v1.including import WholeArticle, whole
from api.v1.previewing import shows_previews
from api.v1.turning import wanted_page
from content import reading
from content.errors import Unknown
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

_JSON_LD = "application/ld+json"
_HTML = "text/html"


@blueprint.get("/articles")
@public
@blueprint.arguments(queries.ArticlesQuery, location="query")
@delivers(blueprint, schemas.ArticlePageOut)
def articles(session: Snapshot, query: dict[str, Any]) -> Page[PublishedArticle]:
    """List articles

    Newest first; narrowed by topics (all must match), by the type of a section, by locale, by
    slugs, or to what changed since an instant. `include=sections` adds the sections. Of the slugs
    asked for, those of nothing published are left out: compare, on all pages, what came.
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
@shows_previews
@delivers(blueprint, schemas.WholeArticleOut)
def article(session: Snapshot, query: dict[str, Any], slug: str) -> WholeArticle:
    """Get an article

    With its sections in order, and what `include` adds. A former slug answers 308, a withdrawn
    article 410. A translation that stands in, because of `fallback=true`, says so in `fallback`,
    which is null otherwise. With `preview`, the secret of a link that an editor shared, it is the
    edition of that link, which no cache may keep; 404 says what is wrong with the link, and
    nothing of the article.
    """
    found = reading.article(session, slug, **_located(query), types=query.get("types", ()))
    return whole(session, found, query)


@blueprint.get("/articles/<slug>/jsonld")
@public
@blueprint.arguments(queries.AddressQuery, location="query")
@delivers(blueprint, schemas.GraphOut, _JSON_LD)
def article_jsonld(session: Snapshot, query: dict[str, Any], slug: str) -> Rendered:
    """Get an article's structured data

    As JSON-LD of schema.org that can stand in a `<script type="application/ld+json">` as it is.
    """
    found = reading.article(session, slug, **_located({**query, "format": "text"}))
    cited = reading.references(session, found.id, at=query.get("at"))
    document = structuring.graph(found, house().settings.url_template, cited)
    return Rendered(structuring.dumps_for_embedding(document), _JSON_LD, found)


@blueprint.get("/articles/<slug>/leaflet")
@public
@blueprint.arguments(queries.AddressQuery, location="query")
@delivers(blueprint, schemas.TEXT, _HTML)
def article_leaflet(session: Snapshot, query: dict[str, Any], slug: str) -> Rendered:
    """Print an article's leaflet

    Its aftercare and its risks on a page to take home, with edition and review. 404 when the
    article has neither.
    """
    found = reading.article(session, slug, **_located({**query, "format": "html"}))
    page = printing.leaflet(found, house().settings.url_template)
    if page is None:
        raise Unknown("The article has neither aftercare nor risks to print.")
    return Rendered(page, f"{_HTML}; charset=utf-8", found, policy=printing.POLICY)


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
            fallback=query["fallback"],
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


def _located(query: dict[str, Any]) -> dict[str, Any]:
    prefer = house().settings.locale
    return {
        "locale": query.get("locale"),
        "prefer": prefer,
        "body_format": query["format"],
        "fallback": query["fallback"],
        "at": query.get("at"),
    }
