"""Feeds of the newest articles, and the map of the site for search engines.

Their addresses of themselves come from the setting, not from the request: an answer is kept for
everybody, and the Host header is the asker's own.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from math import ceil
from typing import Any
from urllib.parse import urlencode

from flask import request
from flask_smorest import Blueprint

from api import addresses
from api.answers import Header
from api.auth import public
from api.house import house
from api.parsing import StrictParser
from api.v1 import mapping, queries, schemas, syndicating
from api.v1.delivering import Rendered, delivers
from api.v1.mapping import SitemapEntry
from api.v1.syndicating import Feed
from api.v1.turning import next_cursor, wanted_page
from content import reading
from content.errors import Invalid, Reason
from content.published import MappedArticle, Page, PublishedArticle, SiteExtent
from content.scopes import Scope
from content.statements import Snapshot

blueprint = Blueprint(
    "syndication", __name__, url_prefix="/api/v1", description="Feeds and the sitemap"
)
blueprint.ARGUMENTS_PARSER = StrictParser()

_ATOM = "application/atom+xml"
_JSON_FEED = "application/feed+json"
_XML = "application/xml"
_ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)


@blueprint.get("/feed.atom")
@public
@blueprint.arguments(queries.FeedQuery, location="query")
@delivers(blueprint, schemas.TEXT, _ATOM)
def feed_atom(session: Snapshot, query: dict[str, Any]) -> Rendered:
    """Follow the newest articles by Atom

    With their whole text (RFC 4287), narrowed by topics and locale; older ones are on the pages
    that `rel="next"` leads to. Links to articles come from the site's URL template.
    """
    page = _newest(session, query)
    feed = _feed(page, query)
    return Rendered(syndicating.atom(page.items, feed), _ATOM, page, _link(feed))


@blueprint.get("/feed.json")
@public
@blueprint.arguments(queries.FeedQuery, location="query")
@delivers(blueprint, schemas.FeedOut, _JSON_FEED)
def feed_json(session: Snapshot, query: dict[str, Any]) -> Rendered:
    """Follow the newest articles by JSON Feed

    The same as the Atom feed, as JSON Feed 1.1; older ones are on the page at `next_url`.
    """
    page = _newest(session, query)
    feed = _feed(page, query)
    return Rendered(syndicating.json_feed(page.items, feed), _JSON_FEED, page, _link(feed))


@blueprint.get("/sitemap.xml")
@public
@blueprint.arguments(queries.SitemapQuery, location="query")
@delivers(blueprint, schemas.TEXT, _XML)
def sitemap(session: Snapshot, query: dict[str, Any]) -> Rendered:
    """Get the map of the site

    Every article with its last change and its translations (sitemap protocol 0.9). More than
    50,000 articles, or what could take more than 50 MB, are cut into sitemaps of their own: then
    this is their index, and `page` asks for one of them. A site serves it from its own host, or
    names it in its `robots.txt`.
    """
    number = query.get("page")
    extent = reading.extent(session)
    held = _held(extent)
    pages = max(1, ceil(extent.articles / held))
    if number is not None and number > pages:
        reason = Reason("page", "out_of_range", f"The sitemap ends with page {pages}.")
        raise Invalid("There is no such page.", [reason])
    if number is None and pages > 1:
        body = mapping.sitemap_index((_address(f"page={each + 1}"), None) for each in range(pages))
    else:
        part = reading.mapped(session, held * ((number or 1) - 1), held)
        body = mapping.urlset(_entries(part), house().settings.locale)
    # Every change of an article changes it: to name them all as well would only be long.
    of: Page[MappedArticle] = Page([], scopes=(Scope(),))
    return Rendered(body, _XML, of)


def _newest(session: Snapshot, query: dict[str, Any]) -> Page[PublishedArticle]:
    wanted = reading.Filter(topics=query["topic"], locale=query.get("locale"))
    return reading.articles(session, wanted, wanted_page(query), with_sections=True)


def _feed(page: Page[PublishedArticle], query: dict[str, Any]) -> Feed:
    settings = house().settings
    cursor, following = query.get("cursor"), next_cursor(page, query)
    return Feed(
        template=settings.url_template,
        locale=settings.locale,
        first=_here(query),
        page=_here(query, cursor),
        following=_here(query, following) if following else None,
    )


def _link(feed: Feed) -> tuple[Header, ...]:
    return (("Link", f'<{feed.following}>; rel="next"'),) if feed.following else ()


def _here(query: dict[str, Any], cursor: str | None = None) -> str:
    """The address of a page of this feed, one for all spellings of the question."""
    asked = [("topic", ref) for ref in sorted(set(query["topic"]))]
    if "locale" in query:
        asked.append(("locale", query["locale"]))
    if query["limit"] != queries.PAGE:
        asked.append(("limit", query["limit"]))
    if cursor:
        asked.append(("cursor", cursor))
    return _address(urlencode(asked, safe=":"))


def _address(query: str) -> str:
    base = f"{house().settings.public_url}{request.path}"
    return f"{base}?{query}" if query else base


def _held(extent: SiteExtent) -> int:
    """How many articles a sitemap of this site holds, so that none is ever too large."""
    settings = house().settings
    slug = "x" * extent.longest_slug
    urls = [
        (locale, addresses.article_url(settings.url_template, slug, locale))
        for locale in {settings.locale, *extent.locales}
    ]
    longest = max((url for _, url in urls), key=len)
    return mapping.fitting(SitemapEntry(longest, _ANY_DAY, urls), settings.locale)


def _entries(part: Iterable[MappedArticle]) -> Iterator[SitemapEntry]:
    """The pages of the site; one that shows several languages at one address is one page."""
    template = house().settings.url_template
    apart = addresses.LOCALE in template
    for article in part:
        if apart or article.first:
            url = addresses.article_url(template, article.slug, article.locale)
            yield SitemapEntry(url, article.updated_at, _alternates(template, article, url))


def _alternates(template: str, article: MappedArticle, url: str) -> list[tuple[str, str]]:
    """The page with its translations at other addresses, by locale; none where there are none."""
    others = [
        (locale, addresses.article_url(template, slug, locale))
        for locale, slug in article.translations
    ]
    apart = [each for each in others if each[1] != url]
    return sorted([(article.locale, url), *apart]) if apart else []
