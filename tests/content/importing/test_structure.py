"""Whole articles in the surface forms of real pages come apart as their writer knows."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.importing.blocks import visible
from content.importing.proposals import Proposal
from tests.benchmarks.structure import Score, measured, scored, total
from tests.content.importing.annotated import Annotated, Element, annotated_articles
from tests.content.importing.building import proposed
from tests.content.importing.rendering_forms import (
    JOINED_FORMS,
    MARKED_FORMS,
    TEXT_FORMS,
    Page,
    joined,
    render_marked,
    render_text,
)

ARTICLES = annotated_articles()
SOME = ARTICLES[::8]


@pytest.fixture(scope="module")
def scores() -> dict[str, Score]:
    return measured(SOME)


def test_there_are_thirty_long_articles() -> None:
    assert len(ARTICLES) >= 30
    sections = [
        sum(element.kind in {"heading", "faq"} for element in article.elements)
        for article in ARTICLES
    ]
    assert min(sections) >= 8


def test_headings_of_markup_are_found(scores: dict[str, Score]) -> None:
    assert total(scores, list(MARKED_FORMS)).headings.f1 >= 0.99


def test_headings_without_markup_are_found(scores: dict[str, Score]) -> None:
    assert total(scores, list(TEXT_FORMS)).headings.f1 >= 0.95


def test_questions_and_answers_are_found(scores: dict[str, Score]) -> None:
    assert total(scores, list(TEXT_FORMS)).pairs.f1 >= 0.95


def test_articles_in_one_source_come_apart(scores: dict[str, Score]) -> None:
    found = total(scores, list(JOINED_FORMS)).boundaries
    assert found.precision >= 0.95
    assert found.recall >= 0.85


def test_one_article_stays_whole(scores: dict[str, Score]) -> None:
    assert total(scores, [*TEXT_FORMS, *MARKED_FORMS]).boundaries.wrong == 0


def test_what_is_set_aside_is_no_content(scores: dict[str, Score]) -> None:
    found = total(scores, list(TEXT_FORMS)).aside
    assert found.precision >= 0.98
    assert found.recall >= 0.85


def test_no_character_of_them_is_lost(scores: dict[str, Score]) -> None:
    assert total(scores, list(scores)).lost == 0


def test_pasted_windows_line_ends_change_nothing() -> None:
    page = Page("text")
    page.truths.append(render_text(ARTICLES[0], TEXT_FORMS["as written"], page))
    with_returns = Page("text", [page.source.replace("\n", "\r\n")], truths=page.truths)
    assert scored(with_returns).headings.f1 == scored(page).headings.f1


LINES = [element for article in ARTICLES for element in article.elements if element.kind != "title"]
MIXED = st.lists(st.sampled_from(LINES), min_size=1, max_size=20).map(
    lambda lines: Annotated("mixed", [Element("title", "All Kinds of Lines", 1), *lines])
)


def assert_whole(page: Page) -> None:
    found = proposed(page.source, page.format)
    assert found.unaccounted() == []
    assert sorted(_told(found)) == sorted(_words(page.source))


def _told(found: Proposal) -> list[str]:
    """The words at all the places of the proposal."""
    return _words(" ".join(found.source[start:end] for start, end in sorted(found.spans())))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", visible(text))


@settings(deadline=None)
@given(MIXED, st.sampled_from(sorted(TEXT_FORMS)))
def test_lines_in_any_order_lose_no_character_as_text(article: Annotated, form: str) -> None:
    page = Page("text")
    render_text(article, TEXT_FORMS[form], page)
    assert_whole(page)


@settings(deadline=None)
@given(MIXED, st.sampled_from(sorted(MARKED_FORMS)))
def test_lines_in_any_order_lose_no_character_as_markup(article: Annotated, form: str) -> None:
    page = Page(MARKED_FORMS[form].format)
    render_marked(article, MARKED_FORMS[form], page)
    assert_whole(page)


@settings(deadline=None, max_examples=30)
@given(st.lists(MIXED, min_size=2, max_size=4), st.sampled_from(sorted(JOINED_FORMS)))
def test_articles_in_any_order_lose_no_character(articles: list[Annotated], form: str) -> None:
    how = JOINED_FORMS[form]
    headed = [each for each in articles if any(e.level == 2 for e in each.elements)]
    if headed:
        assert_whole(joined(headed, how))
