"""Articles as feeds: Atom (RFC 4287, paged by RFC 5005) and JSON Feed 1.1.

Both carry the full text where articles come with their sections, and the summary where not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urljoin
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

import orjson

from api import addresses
from api.v1 import typesetting
from content.depicting import ADDRESS
from content.published import PublishedArticle

ATOM: Final = "http://www.w3.org/2005/Atom"
JSON_FEED: Final = "https://jsonfeed.org/version/1.1"

_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
# A feed without entries needs a date as well, and must be the same bytes each time.

_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed is, but for its entries.

    `template` is the site's URL template and `locale` the one that it prefers. `first` is the
    URL of the first page, by which readers know the feed; `page` that of this document, and
    `following` that of the next page, None on the last one.
    """

    template: str
    locale: str
    first: str
    page: str
    following: str | None = None

    @property
    def title(self) -> str:
        """The name of the site."""
        return addresses.site_name(self.template, self.locale)

    @property
    def home(self) -> str:
        """The site's own page."""
        return addresses.site_url(self.template, self.locale)

    @property
    def id(self) -> str:
        """A permanent identifier, the same on every page and machine."""
        return uuid5(NAMESPACE_URL, self.first).urn

    def url(self, article: PublishedArticle) -> str:
        """Where the site shows an article."""
        return addresses.article_url(self.template, article.slug, article.locale)

    def text(self, article: PublishedArticle) -> str:
        """The text of an article, with its pictures as this API gives them out."""
        shown = urljoin(self.first, "media/")
        text = typesetting.sections_html(article.sections or ())
        return text.replace(f'<img src="{ADDRESS}', f'<img src="{shown}')


def atom(entries: Sequence[PublishedArticle], feed: Feed) -> bytes:
    """A page of an Atom feed, as `application/atom+xml`; bodies of sections must be HTML."""
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": _language(entries, feed)})
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "updated", max((each.updated_at for each in entries), default=_BEGINNING))
    # The only author that is known of every article is the site.
    author = _add(root, "author")
    _add(author, "name", feed.title)
    _add(author, "uri", feed.home)
    _add(root, "link", rel="self", type="application/atom+xml", href=feed.page)
    _add(root, "link", rel="alternate", type="text/html", href=feed.home)
    if feed.following or feed.page != feed.first:
        _add(root, "link", rel="first", href=feed.first)
    if feed.following:
        _add(root, "link", rel="next", href=feed.following)
    for article in entries:
        _add_entry(root, article, feed)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def json_feed(entries: Sequence[PublishedArticle], feed: Feed) -> bytes:
    """A page of a JSON Feed, as `application/feed+json`; bodies of sections must be HTML."""
    document = {
        "version": JSON_FEED,
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.first,  # By which readers know it, on whichever page they are.
        **({"next_url": feed.following} if feed.following else {}),
        "language": _language(entries, feed),
        "items": [_item(article, feed) for article in entries],
    }
    return orjson.dumps(document)


def _add_entry(root: ET.Element, article: PublishedArticle, feed: Feed) -> None:
    url = feed.url(article)
    entry = _add(root, "entry", **{"xml:lang": article.locale})
    _add(entry, "id", _id(article))
    _add(entry, "title", article.title)
    _add(entry, "link", rel="alternate", type="text/html", hreflang=article.locale, href=url)
    _add(entry, "published", article.first_published_at)
    _add(entry, "updated", article.updated_at)
    for topic in article.topics:
        _add(entry, "category", term=topic.ref, label=topic.label)
    if article.summary:
        _add(entry, "summary", article.summary)
    text = feed.text(article)
    if text:
        # Relative links in the text are relative to the article.
        _add(entry, "content", text, type="html", **{"xml:base": url})


def _item(article: PublishedArticle, feed: Feed) -> dict[str, Any]:
    text = feed.text(article)
    content = {"content_html": text} if text else {"content_text": article.summary or article.title}
    return {
        "id": _id(article),
        "url": feed.url(article),
        "title": article.title,
        **content,
        **({"summary": article.summary} if article.summary else {}),
        "date_published": article.first_published_at.isoformat(),
        "date_modified": article.updated_at.isoformat(),
        "tags": [topic.label for topic in article.topics],
        "language": article.locale,
    }


def _id(article: PublishedArticle) -> str:
    return f"urn:uuid:{article.id}"


def _language(entries: Sequence[PublishedArticle], feed: Feed) -> str:
    """The language of all entries, or the preferred one where they differ."""
    spoken = {article.locale for article in entries}
    return spoken.pop() if len(spoken) == 1 else feed.locale


def _add(
    parent: ET.Element, tag: str, content: str | datetime | None = None, /, **attributes: str
) -> ET.Element:
    """A new last child; what XML 1.0 cannot hold is dropped."""
    element = ET.SubElement(
        parent, tag, {name: _NOT_XML.sub("", value) for name, value in attributes.items()}
    )
    text = content.isoformat() if isinstance(content, datetime) else content
    element.text = _NOT_XML.sub("", text) if text else None
    return element
