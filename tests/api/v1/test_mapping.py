"""Sitemaps, held to the rules of their protocol and to Google's for translations."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.addresses import article_url
from api.v1.mapping import (
    MAX_BYTES,
    MAX_URLS,
    SitemapEntry,
    fitting,
    pages,
    sitemap_index,
    urlset,
)

S: Final = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK: Final = "{http://www.w3.org/1999/xhtml}link"
AT: Final = datetime(2026, 5, 6, 7, 8, 9, 123456, tzinfo=UTC)
W3C_DATE_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?")
TEMPLATE: Final = "https://www.example.org/read?a={slug}&b={locale}"


def objections(document: bytes) -> list[str]:
    """Why a document is not a sitemap or an index of them by https://www.sitemaps.org."""
    root = ET.fromstring(document)
    reasons = [] if len(document) <= 52_428_800 else ["more than 50 MB"]
    kinds = {f"{S}urlset": f"{S}url", f"{S}sitemapindex": f"{S}sitemap"}
    reasons += [f"{child.tag} in {root.tag}" for child in root if child.tag != kinds[root.tag]]
    if len(root) > 50_000:
        reasons.append("more than 50,000 entries")
    locations = [child.findtext(f"{S}loc") for child in root]
    if len(set(locations)) != len(locations):
        reasons.append("a location stands twice")
    return reasons + [reason for child in root for reason in _wrong_in(child)]


def _wrong_in(entry: ET.Element) -> Iterator[str]:
    tags = [child.tag for child in entry]
    own = [tag for tag in tags if tag.startswith(S)]
    if own not in ([f"{S}loc"], [f"{S}loc", f"{S}lastmod"]) or tags[: len(own)] != own:
        yield f"the children are {tags}"
    if not _is_url(entry.findtext(f"{S}loc") or ""):
        yield "the location is no URL of fewer than 2,048 characters"
    changed = entry.findtext(f"{S}lastmod")
    if changed is not None and not W3C_DATE_TIME.fullmatch(changed):
        yield f"{changed} is no date"
    yield from _wrong_links(entry)


def _wrong_links(entry: ET.Element) -> Iterator[str]:
    links = entry.findall(LINK)
    languages = [link.get("hreflang") for link in links]
    if len(set(languages)) != len(languages):
        yield "a language stands twice"
    if links and entry.findtext(f"{S}loc") not in {link.get("href") for link in links}:
        yield "the page is not among its own translations"
    for link in links:
        if link.get("rel") != "alternate" or not _is_url(link.get("href", "")):
            yield "a translation is no alternate with a URL"


def _is_url(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and len(text) < 2_048


def an_entry(slug: str = "peels", *locales: str) -> SitemapEntry:
    """An article in the first of the locales, with all of them as its translations."""
    urls = [(locale, article_url(TEMPLATE, slug, locale)) for locale in locales or ("en",)]
    return SitemapEntry(urls[0][1], AT, urls if locales else ())


def links(document: bytes) -> list[tuple[str | None, str | None]]:
    """Language and address of every translation."""
    return [(e.get("hreflang"), e.get("href")) for e in ET.fromstring(document).iter(LINK)]


slugs = st.lists(st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,3}", fullmatch=True), unique=True)
locales = st.lists(st.sampled_from(["en", "de-CH", "zh-Hant", "es-419", "ar"]), unique=True)


@given(slugs, locales, st.sampled_from(["en", "fr"]))
@settings(deadline=None)
def test_any_entries_make_a_valid_sitemap(
    chosen: list[str], spoken: list[str], default: str
) -> None:
    document = urlset([an_entry(slug, *spoken) for slug in chosen], default)
    assert objections(document) == []
    assert len(ET.fromstring(document)) == len(chosen)


@pytest.mark.parametrize(
    ("found", "replacement", "reason"),
    [
        ("<loc>.*?</loc>", "", "the children are"),
        ("(<loc>.*?</loc>)(<lastmod>.*?</lastmod>)", r"\2\1", "the children are"),
        ("<loc>https", "<loc>ftp", "the location is no URL"),
        ("2026-05-06T", "6 May 2026 ", "is no date"),
        ("(<url>.*?</url>)", r"\1\1", "a location stands twice"),
        ('hreflang="de"', 'hreflang="en"', "a language stands twice"),
        ('href="[^"]*b=en"', 'href="https://other.example"', "is not among its own"),
        ('rel="alternate"', 'rel="next"', "is no alternate"),
        ("</url>", "<priority>1</priority></url>", "the children are"),
    ],
)
def test_the_check_sees_what_is_wrong(found: str, replacement: str, reason: str) -> None:
    document = urlset([an_entry("peels", "en", "de")], "en").decode()
    wrong = re.sub(found, replacement, document, flags=re.DOTALL)
    assert any(reason in told for told in objections(wrong.encode()))


def test_an_entry_says_where_it_is_and_when_it_changed() -> None:
    assert urlset([an_entry()], "en").decode().splitlines()[2] == (
        "<url><loc>https://www.example.org/read?a=peels&amp;b=en</loc>"
        "<lastmod>2026-05-06T07:08:09+00:00</lastmod></url>"
    )


def test_translations_name_each_other_and_the_one_for_everybody_else() -> None:
    document = urlset([an_entry("peels", "de", "en")], "en")
    english, german = (article_url(TEMPLATE, "peels", locale) for locale in ("en", "de"))
    assert links(document) == [("de", german), ("en", english), ("x-default", english)]


def test_without_one_in_the_preferred_locale_nobody_else_is_sent_anywhere() -> None:
    assert [language for language, _ in links(urlset([an_entry("a", "de", "it")], "en"))] == [
        "de",
        "it",
    ]


def test_an_article_in_one_language_has_no_alternates() -> None:
    assert links(urlset([an_entry("peels", "en")], "en")) == []


def test_fifty_thousand_are_one_sitemap_and_one_more_is_another() -> None:
    entries = [an_entry(f"a{number}") for number in range(MAX_URLS + 1)]
    assert len(ET.fromstring(urlset(entries[:-1], "en"))) == MAX_URLS == 50_000
    first, second = pages(entries, "en")
    assert (len(ET.fromstring(first)), len(ET.fromstring(second))) == (MAX_URLS, 1)
    with pytest.raises(ValueError, match="more than one sitemap"):
        urlset(entries, "en")


def test_a_page_is_cut_before_it_is_too_large() -> None:
    entries = [an_entry(f"{number}-{'a' * 900}", "en", "de", "fr") for number in range(12_000)]
    made = list(pages(entries, "en"))
    assert [len(document) <= MAX_BYTES for document in made] == [True, True]
    # The first was filled: the first entry of the second would not have fitted.
    assert MAX_BYTES - len(made[0]) < len(urlset(entries[:1], "en"))
    found = [each for document in made for each in re.findall(rb"<loc>(.*?)</loc>", document)]
    assert found == [entry.url.replace("&", "&amp;").encode() for entry in entries]


def test_an_empty_site_has_one_empty_sitemap() -> None:
    (document,) = pages([], "en")
    assert objections(document) == []
    assert len(ET.fromstring(document)) == 0


def test_an_index_names_its_sitemaps() -> None:
    document = sitemap_index(
        [("https://a.example/s?page=1&x=2", AT), ("https://a.example/2", None)]
    )
    assert objections(document) == []
    assert [
        (each.findtext(f"{S}loc"), each.findtext(f"{S}lastmod")) for each in ET.fromstring(document)
    ] == [
        ("https://a.example/s?page=1&x=2", "2026-05-06T07:08:09+00:00"),
        ("https://a.example/2", None),
    ]


def test_an_index_of_too_many_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 50000"):
        sitemap_index((f"https://a.example/{number}", None) for number in range(MAX_URLS + 1))


def test_long_entries_are_fewer_than_the_protocol_allows() -> None:
    locales = [f"{letter}{other}" for letter in "abcd" for other in "abcd"]
    longest = an_entry("x" * 200, *locales)
    number = fitting(longest, "aa")
    assert number < MAX_URLS
    made = urlset([longest] * number, "aa")
    assert len(made) <= MAX_BYTES
    with pytest.raises(ValueError, match="more than one"):
        urlset([longest] * (number + 1), "aa")
