"""Feeds, held to the rules of their own specifications."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.v1.syndicating import Feed, atom, json_feed
from content.published import PublishedArticle
from tests.api.v1.given import (
    ACNE_SCARS,
    MICRONEEDLING,
    TEMPLATE,
    a_pair,
    a_section,
    an_article,
    odd_articles,
)
from tests.api.v1.reading_html import Reader

FIRST: Final = "https://api.example.org/api/v1/feed.atom?topic=procedure:peel"
NEXT: Final = f"{FIRST}&cursor=abc"
FEED: Final = Feed(TEMPLATE, "en", FIRST, FIRST)
PAGED: Final = Feed(TEMPLATE, "en", FIRST, NEXT, f"{FIRST}&cursor=def")

A: Final = "{http://www.w3.org/2005/Atom}"
LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
BASE: Final = "{http://www.w3.org/XML/1998/namespace}base"
RFC_3339: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")

# RFC 4287, 4.1.1 and 4.1.2: how often each child may stand, as (least, most).
MANY: Final = 10**9
FEED_CHILDREN: Final = {
    "author": (0, MANY),
    "category": (0, MANY),
    "contributor": (0, MANY),
    "entry": (0, MANY),
    "generator": (0, 1),
    "icon": (0, 1),
    "id": (1, 1),
    "link": (0, MANY),
    "logo": (0, 1),
    "rights": (0, 1),
    "subtitle": (0, 1),
    "title": (1, 1),
    "updated": (1, 1),
}
ENTRY_CHILDREN: Final = {
    "author": (0, MANY),
    "category": (0, MANY),
    "content": (0, 1),
    "contributor": (0, MANY),
    "id": (1, 1),
    "link": (0, MANY),
    "published": (0, 1),
    "rights": (0, 1),
    "source": (0, 1),
    "summary": (0, 1),
    "title": (1, 1),
    "updated": (1, 1),
}
PERSON_CHILDREN: Final = {"name": (1, 1), "uri": (0, 1), "email": (0, 1)}


def atom_objections(document: bytes) -> list[str]:
    """Why a document is not an Atom feed by RFC 4287."""
    root = ET.fromstring(document)
    reasons = [] if root.tag == f"{A}feed" else ["the root is no feed"]
    reasons += _miscounted(root, FEED_CHILDREN)
    entries = root.findall(f"{A}entry")
    for entry in entries:
        reasons += _miscounted(entry, ENTRY_CHILDREN)
        if entry.find(f"{A}content") is None and not _links(entry, "alternate"):
            reasons.append("an entry has neither content nor alternate (4.1.2)")
        if root.find(f"{A}author") is None and entry.find(f"{A}author") is None:
            reasons.append("an entry has no author, nor has the feed (4.1.1)")
    for author in root.iter(f"{A}author"):
        reasons += _miscounted(author, PERSON_CHILDREN)
    ids = [entry.findtext(f"{A}id") for entry in entries]
    reasons += [f"the id {each} stands twice" for each, times in Counter(ids).items() if times > 1]
    return reasons + [reason for element in root.iter() for reason in _wrong_in(element)]


def _miscounted(parent: ET.Element, allowed: dict[str, tuple[int, int]]) -> Iterator[str]:
    counts = Counter(child.tag.removeprefix(A) for child in parent)
    for tag in counts.keys() - allowed.keys():
        yield f"{tag} cannot stand in {parent.tag}"
    for tag, (least, most) in allowed.items():
        if not least <= counts[tag] <= most:
            yield f"{tag} stands {counts[tag]} times in {parent.tag}"
    alternates = [
        (link.get("type"), link.get("hreflang"))
        for link in parent.findall(f"{A}link")
        if link.get("rel", "alternate") == "alternate"
    ]
    if len(alternates) != len(set(alternates)):
        yield "two alternates have one type and language (4.1.1)"


def _wrong_in(element: ET.Element) -> Iterator[str]:
    text = element.text or ""
    match element.tag.removeprefix(A):
        case "updated" | "published" if not RFC_3339.fullmatch(text):
            yield f"{text} is no date of RFC 3339 (3.3)"
        case "id" | "uri" if not urlsplit(text).scheme:
            yield f"{text} is no absolute IRI (4.2.6)"
        case "link" if not urlsplit(element.get("href", "")).scheme:
            yield "a link has no absolute address (4.2.7.1)"
        case "category" if not element.get("term"):
            yield "a category has no term (4.2.2.1)"
        case "title" | "summary" | "content" if element.get("type", "text") not in {"text", "html"}:
            yield "a text is neither text nor HTML (3.1.1)"
        case "title" | "summary" | "content" if len(element):
            yield "a text has children (3.1.1.1)"


def _links(element: ET.Element, rel: str) -> list[str | None]:
    found = element.findall(f"{A}link")
    return [link.get("href") for link in found if link.get("rel", "alternate") == rel]


FEED_MEMBERS: Final = {
    "version",
    "title",
    "home_page_url",
    "feed_url",
    "description",
    "user_comment",
    "next_url",
    "icon",
    "favicon",
    "authors",
    "language",
    "expired",
    "hubs",
    "items",
}
ITEM_MEMBERS: Final = {
    "id",
    "url",
    "external_url",
    "title",
    "content_html",
    "content_text",
    "summary",
    "image",
    "banner_image",
    "date_published",
    "date_modified",
    "authors",
    "tags",
    "language",
    "attachments",
}


def json_objections(document: dict[str, Any]) -> list[str]:
    """Why a document is not a JSON Feed by https://www.jsonfeed.org/version/1.1/."""
    reasons = [f"{name} is unknown" for name in document.keys() - FEED_MEMBERS]
    if document["version"] != "https://jsonfeed.org/version/1.1":
        reasons.append("another version")
    if not document["title"]:
        reasons.append("no title")
    reasons += _no_urls(document, ("home_page_url", "feed_url", "next_url"))
    if document.get("next_url") == document["feed_url"]:
        reasons.append("the next page is the feed itself")
    ids = [item["id"] for item in document["items"]]
    if len(set(ids)) != len(ids) or not all(isinstance(each, str) and each for each in ids):
        reasons.append("ids are not unique texts")
    return reasons + [reason for item in document["items"] for reason in _wrong_item(item)]


def _wrong_item(item: dict[str, Any]) -> Iterator[str]:
    yield from (f"{name} is unknown" for name in item.keys() - ITEM_MEMBERS)
    yield from _no_urls(item, ("url", "external_url"))
    if not {"content_html", "content_text"} & item.keys():
        yield "an item has no content"
    for name in ("date_published", "date_modified"):
        if name in item and not RFC_3339.fullmatch(item[name]):
            yield f"{name} is no date"
    if not all(isinstance(tag, str) and tag for tag in item.get("tags", [])):
        yield "a tag is no text"


def _no_urls(held: dict[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        if name in held and urlsplit(held[name]).scheme not in {"http", "https"}:
            yield f"{name} is no URL"


entries_of_a_page = st.lists(odd_articles(["html"]), max_size=4, unique_by=lambda each: each.id)


@given(entries_of_a_page, st.sampled_from([FEED, PAGED]))
@settings(deadline=None)
def test_any_page_is_valid_atom(entries: list[PublishedArticle], feed: Feed) -> None:
    assert atom_objections(atom(entries, feed)) == []


@given(entries_of_a_page, st.sampled_from([FEED, PAGED]))
@settings(deadline=None)
def test_any_page_is_a_valid_json_feed(entries: list[PublishedArticle], feed: Feed) -> None:
    assert json_objections(json.loads(json_feed(entries, feed))) == []


def test_the_samples_are_valid_in_both(sample_articles: list[PublishedArticle]) -> None:
    document = atom(sample_articles, FEED)
    assert atom_objections(document) == []
    assert json_objections(json.loads(json_feed(sample_articles, FEED))) == []
    for content in ET.fromstring(document).iter(f"{A}content"):
        assert Reader(content.text or "").balanced


@pytest.mark.parametrize(
    ("found", "replacement", "reason"),
    [
        (b"<updated>2026", b"<updated>6 May 2026", "is no date of RFC 3339"),
        (b"<author>.*?</author>", b"", "has no author"),
        (b"<title>.*?</title>", b"", "title stands 0 times"),
        (b"(<id>.*?</id>)", rb"\1\1", "id stands 2 times"),
        (b"urn:uuid:0199", b"0199", "is no absolute IRI"),
        (b'(<link [^>]*rel="alternate"[^>]*>)', rb"\1\1", "two alternates have one type"),
        (b' term="[^"]*"', b"", "a category has no term"),
        (b"(<entry.*</entry>)", rb"\1\1", "stands twice"),
        (b"</entry>", b"<image/></entry>", "image cannot stand in"),
    ],
)
def test_the_check_of_atom_sees_what_is_wrong(
    found: bytes, replacement: bytes, reason: str
) -> None:
    document = re.sub(found, replacement, atom([an_article(a_section())], FEED), flags=re.DOTALL)
    assert any(reason in told for told in atom_objections(document))


def test_an_entry_has_the_whole_text_escaped_and_its_subjects() -> None:
    article = an_article(
        a_section(body="Rest &amp; <em>heal</em>.", heading="Care"),
        a_section("faq", "", heading="Asked", items=[a_pair()]),
        title="Peels & <b>you</b>",
        topics=[MICRONEEDLING, ACNE_SCARS],
        locale="de",
    )
    document = atom([article], FEED)
    entry = ET.fromstring(document).find(f"{A}entry")
    assert entry is not None
    content = entry.find(f"{A}content")
    assert content is not None
    assert content.text == (
        "<h2>Care</h2>\n<p>Rest &amp; <em>heal</em>.</p>\n"
        "<h2>Asked</h2>\n<h3>Does it hurt?</h3>\n<p>A little.</p>"
    )
    assert content.attrib == {"type": "html", BASE: "https://www.example.org/de/calm-skin"}
    assert entry.findtext(f"{A}title") == "Peels & <b>you</b>"
    assert entry.findtext(f"{A}id") == f"urn:uuid:{UUID(article.id)}"
    assert entry.findtext(f"{A}published") == "2026-01-02T03:04:05+00:00"
    assert entry.findtext(f"{A}updated") == "2026-05-06T07:08:09+00:00"
    assert entry.get(LANG) == "de"
    assert _links(entry, "alternate") == ["https://www.example.org/de/calm-skin"]
    assert [(each.get("term"), each.get("label")) for each in entry.iter(f"{A}category")] == [
        ("procedure:microneedling", "Microneedling"),
        ("condition:acne_scars", "Acne scars"),
    ]
    assert b"<em>" not in document


def test_an_item_of_json_has_the_same() -> None:
    article = an_article(a_section(heading="Care"), locale="de")
    (item,) = json.loads(json_feed([article], FEED))["items"]
    assert item == {
        "id": f"urn:uuid:{article.id}",
        "url": "https://www.example.org/de/calm-skin",
        "title": "Calm skin after needling",
        "content_html": "<h2>Care</h2>\n<p>Stay out of the sun.</p>",
        "summary": "What to do, and what to leave.",
        "date_published": "2026-01-02T03:04:05+00:00",
        "date_modified": "2026-05-06T07:08:09+00:00",
        "tags": ["Microneedling"],
        "language": "de",
    }


def test_articles_without_sections_are_told_of_by_their_summary() -> None:
    articles = [an_article(sections=None), an_article(sections=None, summary="", id="2")]
    entry = ET.fromstring(atom(articles, FEED)).find(f"{A}entry")
    assert entry is not None
    assert entry.find(f"{A}content") is None
    assert entry.findtext(f"{A}summary") == "What to do, and what to leave."
    items = json.loads(json_feed(articles, FEED))["items"]
    assert [item["content_text"] for item in items] == [
        "What to do, and what to leave.",
        "Calm skin after needling",
    ]


def test_a_feed_is_as_new_as_its_newest_entry_and_without_any_it_is_the_same_each_time() -> None:
    newest = datetime(2026, 8, 1, tzinfo=UTC)
    entries = [
        an_article(updated_at=newest - timedelta(days=days), id=str(days)) for days in (1, 0)
    ]
    assert ET.fromstring(atom(entries, FEED)).findtext(f"{A}updated") == newest.isoformat()
    assert atom([], FEED) == atom([], FEED)
    assert atom_objections(atom([], FEED)) == []


def test_a_feed_is_named_by_its_site_and_links_to_itself_and_to_it() -> None:
    root = ET.fromstring(atom([an_article()], FEED))
    assert root.findtext(f"{A}title") == "www.example.org"
    assert root.findtext(f"{A}author/{A}name") == "www.example.org"
    assert _links(root, "self") == [FIRST]
    assert _links(root, "alternate") == ["https://www.example.org/"]
    assert _links(root, "first") == _links(root, "next") == []
    document = json.loads(json_feed([an_article()], FEED))
    assert document["home_page_url"] == "https://www.example.org/"
    assert "next_url" not in document


def test_a_page_links_to_the_next_and_is_of_the_same_feed() -> None:
    root = ET.fromstring(atom([an_article()], PAGED))
    assert (_links(root, "self"), _links(root, "first")) == ([NEXT], [FIRST])
    assert _links(root, "next") == [PAGED.following]
    assert PAGED.id == FEED.id
    document = json.loads(json_feed([an_article()], PAGED))
    assert (document["feed_url"], document["next_url"]) == (FIRST, PAGED.following)


def test_another_feed_has_another_identifier() -> None:
    other = Feed(TEMPLATE, "en", "https://api.example.org/api/v1/feed.atom", FIRST)
    assert other.id != FEED.id
    assert FEED.id.startswith("urn:uuid:")


def test_a_feed_has_the_language_of_its_entries_or_the_preferred_one() -> None:
    german, english = an_article(locale="de"), an_article(locale="en", id="2")
    for entries, language in (([german], "de"), ([german, english], "en"), ([], "en")):
        assert ET.fromstring(atom(entries, FEED)).get(LANG) == language
        assert json.loads(json_feed(entries, FEED))["language"] == language


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
@settings(deadline=None)
def test_what_xml_cannot_hold_is_dropped_and_all_else_comes_through(text: str) -> None:
    article = an_article(a_section(heading=text), title=text, summary=text)
    entry = ET.fromstring(atom([article], FEED)).find(f"{A}entry")
    assert entry is not None
    kept = "".join(
        character
        for character in text
        if character in "\t\n\r" or (character >= " " and character not in "\ufffe\uffff")
    )
    # A parser reads every line break as a line feed (XML 1.0, 2.11).
    expected = kept.replace("\r\n", "\n").replace("\r", "\n")
    assert (entry.findtext(f"{A}title") or "") == expected
    assert (entry.findtext(f"{A}summary") or "") == expected


def test_the_document_says_what_encoding_it_is_in() -> None:
    assert atom([], FEED).startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<feed ")
