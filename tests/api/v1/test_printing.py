"""The leaflet: what a patient takes home, and can see the age of."""

import base64
import hashlib
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings

from api.v1.printing import POLICY, leaflet
from content.published import PublishedArticle
from tests.api.v1.given import (
    TEMPLATE,
    a_pair,
    a_section,
    an_article,
    odd_articles,
)
from tests.api.v1.reading_html import Reader


def page(article: PublishedArticle) -> str:
    """The leaflet of an article that has one."""
    found = leaflet(article, TEMPLATE)
    assert found is not None
    return found.decode()


def test_it_holds_aftercare_and_risks_in_their_order_and_nothing_else() -> None:
    article = an_article(
        a_section("overview", "Not this."),
        a_section("risks", "Bruises.", heading="What may go wrong"),
        a_section("cost", "Nor this."),
        a_section("aftercare", "Rest.", heading="Afterwards"),
    )
    html = page(article)
    assert Reader(html).headings == [
        (1, "Calm skin after needling"),
        (2, "What may go wrong"),
        (2, "Afterwards"),
    ]
    assert "Bruises." in html
    assert "Not this." not in html
    assert "Nor this." not in html
    assert Reader(html).text["header"].split("\n")[1] == "aftercare and risks"


def test_one_of_the_two_is_enough_and_named_alone() -> None:
    html = page(an_article(a_section("risks", heading=None)))
    assert Reader(html).text["header"].split("\n")[1] == "risks"
    assert (2, "Risks") in Reader(html).headings


@pytest.mark.parametrize(
    "sections",
    [
        [],
        [a_section("overview"), a_section("faq", items=[a_pair()])],
        [a_section("aftercare", ""), a_section("risks", "")],
    ],
)
def test_an_article_that_says_nothing_of_either_has_none(sections: list[dict[str, object]]) -> None:
    assert leaflet(an_article(*sections), TEMPLATE) is None


def test_an_article_read_without_its_sections_has_none() -> None:
    assert leaflet(an_article(sections=None), TEMPLATE) is None


def test_it_says_which_edition_it_is_and_where_it_comes_from() -> None:
    html = page(
        an_article(a_section(), edition=12, published_at=datetime(2026, 2, 1, 23, tzinfo=UTC))
    )
    told = re.sub(r"\s+", " ", Reader(html).text["footer"])
    assert "Edition12, published on 1 February 2026" in told
    assert '<time datetime="2026-02-01">' in html
    assert "https://www.example.org/en/calm-skin" in told
    assert '<link rel="canonical" href="https://www.example.org/en/calm-skin">' in html


def test_without_a_review_it_says_so_in_plain_words() -> None:
    html = page(an_article(a_section()))
    assert "This text has not been medically reviewed." in html
    assert "Medically reviewed by" not in html


def test_a_review_is_named_with_its_days() -> None:
    told = Reader(page(an_article(a_section(), reviewed=True))).text["footer"]
    assert (
        "Medically reviewed by Dr Ada Example, MBBS, FRCP on 4 March 2026; "
        "valid until 4 March 2027." in told
    )
    assert "not been" not in told


def test_it_speaks_the_language_of_the_article_and_marks_its_own() -> None:
    elements = Reader(page(an_article(a_section(), locale="de-CH"))).elements
    languages = [(tag, held["lang"]) for tag, held in elements if "lang" in held]
    assert languages == [("html", "de-CH"), ("p", "en"), ("footer", "en")]


def test_its_policy_lets_its_own_style_run_and_nothing_else() -> None:
    style = Reader(page(an_article(a_section()))).text["style"]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    directives = dict(each.split(" ", 1) for each in POLICY.split("; "))
    assert directives == {
        "default-src": "'none'",
        "style-src": f"'sha256-{digest}'",
        "img-src": "'self' https:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }


def test_its_style_loads_nothing_and_is_made_for_paper() -> None:
    style = Reader(page(an_article(a_section()))).text["style"]
    assert not re.search(r"url\(|@import|</", style)
    assert "size: A4" in style
    assert "@media print" in style


@given(odd_articles(["html"]))
@settings(deadline=None)
def test_any_article_makes_a_sound_page_or_none(article: PublishedArticle) -> None:
    found = leaflet(article, TEMPLATE)
    wanted = [each for each in article.sections or () if each.type in {"aftercare", "risks"}]
    assert (found is None) == (not any(each.body for each in wanted))
    if found is None:
        return
    html = found.decode()
    reader = Reader(html)
    assert html.startswith("<!DOCTYPE html>\n")
    assert reader.balanced
    assert reader.text["title"] == article.title
    assert reader.text["h1"] == article.title
    tags = {tag for tag, _ in reader.elements}
    assert not tags & {"script", "iframe", "object", "embed", "form", "base"}
    assert not any(name.startswith(("on", "style")) for _, held in reader.elements for name in held)
    assert sum(tag == "style" for tag, _ in reader.elements) == 1
    assert [tag for tag, _ in reader.elements].count("h1") == 1


def test_the_samples_have_leaflets(sample_articles: list[PublishedArticle]) -> None:
    for article in sample_articles:
        reader = Reader(page(article))
        assert reader.balanced
        assert len(reader.headings) >= 2
