"""Sections as one run of HTML."""

import pytest
from hypothesis import given, settings

from api.v1.typesetting import sections_html
from content.published import PublishedArticle
from tests.api.v1.given import a_pair, a_section, an_article, odd_articles
from tests.api.v1.reading_html import outline


def test_headings_bodies_and_pairs_stand_in_order() -> None:
    article = an_article(
        a_section(heading="Care & rest", body="Rest."),
        a_section("faq", "Asked often.", heading="Questions", items=[a_pair("Is 1 < 2?", "Yes.")]),
    )
    assert sections_html(article.sections or ()) == (
        "<h2>Care &amp; rest</h2>\n<p>Rest.</p>\n"
        "<h2>Questions</h2>\n<p>Asked often.</p>\n<h3>Is 1 &lt; 2?</h3>\n<p>Yes.</p>"
    )


def test_the_uppermost_heading_is_of_level_two_and_the_others_keep_their_distance() -> None:
    sections = [a_section(heading=f"H{level}", body="", level=level) for level in (4, 5, 4, 6)]
    html = sections_html(an_article(*sections).sections or ())
    assert outline(html) == [(2, "H4"), (3, "H5"), (2, "H4"), (4, "H6")]


def test_a_question_below_the_lowest_heading_stays_a_heading() -> None:
    faq = a_section("faq", "", heading="Low", level=6, items=[a_pair("Why?")])
    html = sections_html(an_article(a_section(level=2), faq).sections or ())
    assert outline(html)[1:] == [(6, "Low"), (6, "Why?")]


def test_what_has_no_heading_stays_without_one() -> None:
    sections = an_article(a_section("risks", "Some.", heading=None)).sections or ()
    assert sections_html(sections) == "<p>Some.</p>"


def test_no_sections_are_no_html() -> None:
    assert sections_html([]) == ""


@pytest.mark.parametrize("form", ["markdown", "text"])
def test_a_body_that_nobody_sanitised_is_refused(form: str) -> None:
    sections = an_article(a_section(format=form)).sections or ()
    with pytest.raises(ValueError, match=f"is {form}, not HTML"):
        sections_html(sections)


@given(odd_articles(["html"]))
@settings(deadline=None)
def test_titles_are_text_whatever_they_hold(article: PublishedArticle) -> None:
    html = sections_html(article.sections or ())
    assert "<script" not in html
    titles = [text for _, text in outline(html)]
    for section in article.sections or ():
        for title in (section.heading, *(item.question for item in section.items or ())):
            assert title is None or title in titles
