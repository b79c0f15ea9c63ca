"""Sitemaps (protocol 0.9) with the translations of each page as Google reads them.

A site of more than one page of entries is served as an index of sitemaps. Entries can be cut
into pages by what they are, with `pages`, or where not all of them are at hand by their number,
with `fitting`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape, quoteattr

SITEMAP: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML: Final = "http://www.w3.org/1999/xhtml"

MAX_URLS: Final = 50_000
"""Entries of one sitemap, and sitemaps of one index, by the protocol."""
MAX_BYTES: Final = 52_428_800
"""Bytes of one sitemap, uncompressed, by the protocol."""

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_URLSET: Final = (f'{_HEAD}<urlset xmlns="{SITEMAP}" xmlns:xhtml="{XHTML}">\n', "</urlset>\n")
_INDEX: Final = (f'{_HEAD}<sitemapindex xmlns="{SITEMAP}">\n', "</sitemapindex>\n")
_ROOM: Final = MAX_BYTES - sum(map(len, _URLSET))
_FALLBACK: Final = "x-default"


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """A page of the site: its URL, its last change, and (locale, URL) of all its translations.

    `alternates` names the page itself as well, or is empty where there are no translations.
    """

    url: str
    updated_at: datetime
    alternates: Sequence[tuple[str, str]] = ()


def urlset(entries: Iterable[SitemapEntry], default_locale: str) -> bytes:
    """One sitemap of these entries, as `application/xml`.

    The translation in `default_locale` is also the one for readers of any other language.
    Raises ValueError when the entries are more than one sitemap may hold; `pages` cuts them.
    """
    made = list(pages(entries, default_locale))
    if len(made) > 1:
        raise ValueError("These entries are more than one sitemap may hold.")
    return made[0]


def pages(entries: Iterable[SitemapEntry], default_locale: str) -> Iterator[bytes]:
    """The sitemaps that hold all entries, each filled before the next begins; at least one."""
    held: list[str] = []
    size = 0
    for entry in entries:
        element = _element(entry, default_locale)
        length = len(element.encode())
        if len(held) == MAX_URLS or size + length > _ROOM:
            yield _document(held, _URLSET)
            held, size = [], 0
        held.append(element)
        size += length
    yield _document(held, _URLSET)


def fitting(longest: SitemapEntry, default_locale: str) -> int:
    """How many entries one sitemap can hold for sure when none of them is longer than this one."""
    return min(MAX_URLS, _ROOM // len(_element(longest, default_locale).encode()))


def sitemap_index(locations: Iterable[tuple[str, datetime | None]]) -> bytes:
    """The index of sitemaps at these URLs, each with its last change where that is known.

    Raises ValueError for more than an index may hold.
    """
    elements = [f"<sitemap>{_text('loc', url)}{_changed(at)}</sitemap>\n" for url, at in locations]
    if len(elements) > MAX_URLS:
        raise ValueError(f"An index holds at most {MAX_URLS} sitemaps.")
    return _document(elements, _INDEX)


def _element(entry: SitemapEntry, default_locale: str) -> str:
    links = "".join(_link(locale, url) for locale, url in _links(entry, default_locale))
    return f"<url>{_text('loc', entry.url)}{_changed(entry.updated_at)}{links}</url>\n"


def _links(entry: SitemapEntry, default_locale: str) -> Iterator[tuple[str, str]]:
    """The translations, where there are any, and the one for everybody else, where there is one."""
    if len(entry.alternates) > 1:
        yield from entry.alternates
        yield from (
            (_FALLBACK, url) for locale, url in entry.alternates if locale == default_locale
        )


def _link(locale: str, url: str) -> str:
    return f'<xhtml:link rel="alternate" hreflang={quoteattr(locale)} href={quoteattr(url)}/>'


def _changed(at: datetime | None) -> str:
    return _text("lastmod", at.isoformat(timespec="seconds")) if at else ""


def _text(tag: str, text: str) -> str:
    return f"<{tag}>{escape(text)}</{tag}>"


def _document(elements: Iterable[str], around: tuple[str, str]) -> bytes:
    head, tail = around
    return f"{head}{''.join(elements)}{tail}".encode()
