"""Dumping: what is compiled from a schema says what the schema says."""

from collections.abc import Iterator
from typing import Any, Final

import orjson
import pytest
from flask import Flask
from marshmallow import Schema, fields

from api.house import House
from api.v1 import schemas
from api.v1.dumping import compiled
from api.v1.including import INCLUDED, whole
from content import editing, following, publishing, reading
from content.drafts import ItemDraft, SectionDraft
from content.finding import find
from content.library import Library
from content.published import Page, PageRequest
from content.reading import Filter
from content.searching import SearchQuery
from content.sections import SECTION_TYPES
from content.suggesting import suggest
from tests.api.v1.given import MICRONEEDLING, REVIEW, an_article
from tests.api.v1.given import a_section as a_published_section
from tests.building import EDITOR, a_faq, a_live_article, a_section

ABSTRACT: Final = {"Answer", "PageOut", "FirstPageOut"}
RENDERED: Final = {"FeedOut", "FeedItemOut", "GraphOut"}
"""Shapes of documents that have a standard of their own, and are made elsewhere."""
MANY: Final = PageRequest(100, count=True)


def declared() -> dict[str, type[Schema]]:
    """Every schema of an answer."""
    return {
        name: each
        for name, each in vars(schemas).items()
        if isinstance(each, type)
        and issubclass(each, schemas.Answer)
        and name not in ABSTRACT | RENDERED
    }


def filled(library: Library) -> None:
    """A library with something of everything, and with nothing where something may be missing."""
    untyped = SectionDraft(
        type="faq", heading=None, items=[ItemDraft("Untyped?", "Yes.", None), ItemDraft("B?", "C.")]
    )
    sections = [a_section(), a_section("risks", None), a_faq(), untyped]
    a_live_article(library, sections=sections, topics=["procedure:microneedling", "condition:acne"])
    a_live_article(library, "Äther", locale="de", sections=[a_faq()])
    gone = a_live_article(library, "Gone")
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, gone.id, None, "Wrong.")
        editing.create_article(work, title="A draft", locale="en")


def found(app: Flask) -> Iterator[tuple[str, Any]]:
    """Objects of real reads, each with the name of its schema."""
    house: House = app.extensions["dermis"]
    following.bring_up_to_date(house.library, house.index)
    with app.app_context(), house.library.snapshot() as session:
        everything = {"include": INCLUDED, "format": "html", "locale": "de-CH"}
        articles = reading.articles(session, Filter(), MANY, with_sections=True)
        first = Page(articles.items[:1])
        faqs = reading.faqs(session, Filter(), MANY)
        hub = reading.hub(session, "procedure", "microneedling", "en")
        log = reading.changes_since(session, 0, 100)
        manifest = reading.manifest(session, MANY)
        words = house.vocabularies.current(session)
        hits = find(session, house.index, SearchQuery("skin"), count=True)
        for page in (articles, first, reading.articles(session, Filter(), MANY)):
            yield "ArticlePageOut", page
        yield from (("ArticleOut", each) for each in articles.items)
        yield from (
            ("WholeArticleOut", whole(session, each, asked))
            for each in articles.items
            for asked in (everything, {})
        )
        yield "ArticleOut", an_article(a_published_section(), reviewed=True)
        yield "ReviewOut", REVIEW
        yield "TopicOut", MICRONEEDLING
        for article in articles.items:
            for section in article.sections or ():
                yield "SectionOut", section
                yield "AddressOut", section.article
                yield from (("ItemOut", item) for item in section.items or ())
        yield "SectionPageOut", reading.sections(session, Filter(), MANY)
        yield "FaqPageOut", faqs
        yield from (("FaqOut", each) for each in faqs.items)
        yield from (("FaqPlaceOut", place) for each in faqs.items for place in each.articles)
        topics = reading.topics(session, "en", None)
        yield "TopicPageOut", Page(topics)
        yield from (("CountedTopicOut", each) for each in topics)
        yield "HubOut", hub
        yield "HubArticlesOut", hub.articles
        yield "HubFaqsOut", hub.faqs
        yield "ChangePageOut", log
        for change in log.items:
            yield "ChangeOut", change
            yield "ChangedArticleOut", change.article
            yield "DependantsOut", change.dependants
            yield from (("ChangedSectionOut", each) for each in change.sections)
        yield "ManifestPageOut", manifest
        yield from (("ListedArticleOut", each) for each in manifest.items)
        yield "RelatedOut", reading.related(session, articles.items[-1])
        for typed in ("", "calm", "after", "does it", "microneedleing"):
            suggested = suggest(session, house.index, words, typed)
            yield "SuggestionsOut", suggested
            yield from (("SuggestionOut", each) for each in suggested.items)
        yield "SearchOut", hits
        yield from (("HitOut", each) for each in hits.items)
        yield from (("HighlightsOut", each.highlights) for each in hits.items)
    yield "SectionTypePageOut", Page(list(SECTION_TYPES.values()))
    yield from (("SectionTypeOut", each) for each in SECTION_TYPES.values())


def test_what_is_compiled_says_what_the_schema_says(app: Flask, library: Library) -> None:
    filled(library)
    known, met = declared(), set()
    for name, thing in found(app):
        schema = known[name]()
        quick = compiled(schema)(thing)
        slow = schema.dump(thing)
        assert quick == slow, name
        assert orjson.dumps(quick) == orjson.dumps(slow), f"{name}: the order of members"
        met |= {name, *nested(schema)}
    assert met == known.keys()


def nested(schema: Schema) -> set[str]:
    """The names of all schemas inside of one: what holds them was compared with them in it."""
    names: set[str] = set()
    for field in schema.fields.values():
        inner: Any = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            names |= {type(inner.schema).__name__, *nested(inner.schema)}
    return names


def test_a_field_of_which_nothing_is_known_is_refused_at_the_start() -> None:
    with pytest.raises(TypeError, match="DateTime"):
        compiled(Schema.from_dict({"at": fields.DateTime()})())
    with pytest.raises(TypeError, match="Time"):
        compiled(Schema.from_dict({"several": fields.List(fields.Time())})())
